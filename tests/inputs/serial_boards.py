"""Boards at the other end of a real pseudo-terminal."""

from __future__ import annotations

import itertools
import os
import pty
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gesturemap.clock import ManualClock, SystemClock
from gesturemap.inputs.serial import Serial, SerialRun


class Board:
    """The other end of the cable.

    Parameters
    ----------
    name : under which the port is found, beside the system's own.
    """

    def __init__(self, name: Path | None = None) -> None:
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        self.device = os.ttyname(self.slave)
        self._name = name
        if name is not None:
            name.symlink_to(self.device)
            self.device = str(name)

    def say(self, data: bytes) -> None:
        while data:
            data = data[os.write(self.master, data) :]

    def unplug(self) -> None:
        if self._name is not None:
            self._name.unlink(missing_ok=True)
        for handle in (self.slave, self.master):
            if handle >= 0:
                os.close(handle)
        self.slave = self.master = -1


@contextmanager
def started(settings: Serial, clock: ManualClock | SystemClock | None = None) -> Iterator[SerialRun]:
    run = settings.start(clock or SystemClock())
    try:
        yield run
    finally:
        run.close()


@contextmanager
def talking(board: Board, *lines: bytes | Iterator[bytes]) -> Iterator[None]:
    """A board that goes on sending lines, as boards do; what nobody reads is lost."""
    stop = threading.Event()
    os.set_blocking(board.master, False)

    def talk() -> None:
        for line in itertools.cycle(lines):
            if stop.wait(0.002):
                return
            if not isinstance(line, bytes):
                line = next(line)
            try:
                os.write(board.master, line)
            except BlockingIOError:
                continue

    thread = threading.Thread(target=talk)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        os.set_blocking(board.master, True)


def read(run: SerialRun, count: int) -> list[list[float] | None]:
    frames = [run.read(1.0) for _ in range(count)]
    return [None if frame is None else frame.values.tolist() for frame in frames]
