"""Processes beside ours, for what must not share an interpreter with the engine: web servers, MIDI drivers.

A companion is a module started with ``python -m``; it is told what to do in one line of JSON on its standard input, and
ends when that does, however its parent ended.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Signals that end gesturemap: Ctrl-C, `kill`, and the terminal that goes away."""
OF_TERMINALS = tuple(each for each in ENDING if each != signal.SIGTERM)
"""Those of them that a terminal sends to all that was begun in it."""
LEAVE = 3.0
"""Seconds in which a companion must have ended once it was told to."""


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """A process that is begun meanwhile never hears its terminal, not even while it imports; this one does, later.

    It inherits that Ctrl-C and the end of the terminal wait. Control ends all processes in its own order.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    before = signal.pthread_sigmask(signal.SIG_BLOCK, OF_TERMINALS)
    try:
        resource_tracker.ensure_running()  # it, too; where it begins here, it lets Ctrl-C through again
        signal.pthread_sigmask(signal.SIG_BLOCK, OF_TERMINALS)
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def begin(module: str, orders: Mapping[str, Any]) -> subprocess.Popen[bytes]:
    """Start a module's process and tell it what to do."""
    command = [sys.executable, "-m", module]
    with undisturbed():
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert process.stdin is not None
    with contextlib.suppress(OSError):  # it has died: whoever waits for its answer will see
        process.stdin.write(json.dumps(orders).encode() + b"\n")
        process.stdin.flush()
    return process


def end(process: subprocess.Popen[bytes]) -> None:
    """Let it end by itself, and see that it does."""
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
    try:
        process.wait(LEAVE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def deaf() -> None:
    """In a process that control has begun: signals that end are left to control, which ends all in its own order."""
    for each in ENDING:
        signal.signal(each, signal.SIG_IGN)


def orders() -> dict[str, Any]:
    """In the companion: what it is to do. Signals are left to its parent, and libraries print nothing."""
    deaf()
    logging.disable(logging.CRITICAL)  # what a stranger sends is counted, not printed
    told: dict[str, Any] = json.loads(sys.stdin.readline())
    return told


def outlived(tell: Callable[[], None]) -> None:
    """In the companion: call this, in a thread, when the parent has gone.

    The stream of standard input is passed by: the interpreter cannot end while a thread reads from that.
    """

    def wait() -> None:
        with contextlib.suppress(OSError):
            while os.read(sys.stdin.fileno(), 4096):
                continue
        tell()

    threading.Thread(target=wait, name="parent", daemon=True).start()


def call(told: Mapping[str, Any]) -> socket.socket:
    """In the companion: the way to the parent that began it."""
    way = socket.create_connection(("127.0.0.1", told["to"]))
    way.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    way.sendall(str(told["key"]).encode())
    return way
