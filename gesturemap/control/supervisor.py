"""The processes below control: started, watched, started again when they die."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

from gesturemap import companion
from gesturemap.codec import decode, encode
from gesturemap.commands import Message, Quit
from gesturemap.errors import CommandError
from gesturemap.library import SHARED

SPAWN = multiprocessing.get_context("spawn")
PATIENCE = 3.0
"""Seconds a process may take to end when asked."""
MOST_RESTARTS = 5
"""Restarts within `RESTART_WINDOW` seconds after which a process is given up."""
RESTART_WINDOW = 20.0
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""Matrices are small: more threads in one process only take the cores from the others."""


@contextmanager
def environment(wanted: dict[str, str]) -> Iterator[None]:
    """Environment variables for a process that is started meanwhile."""
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


class Child:
    """One process and the pipe to it.

    Parameters
    ----------
    target : its main, called with its end of the pipe; importable by name.
    shared : the folder for files it shares with the others.
    """

    def __init__(self, name: str, target: Callable[[Connection], None], shared: Path) -> None:
        self.name, self._target, self._shared = name, target, str(shared)
        self.state = "stopped"
        self.connection: Connection | None = None
        self.process: SpawnProcess | None = None
        self._deaths: deque[float] = deque(maxlen=MOST_RESTARTS)
        self._spare: tuple[SpawnProcess, Connection] | None = None

    def start(self) -> None:
        """Start it, or start it again: the one that stands by, if there is one."""
        spare, self._spare = self._spare, None
        if spare is not None and not spare[0].is_alive():
            _put_away(*spare)
            spare = None
        self.process, self.connection = spare or self._spawn()
        self.state = "starting"

    def stand_by(self, word: Message | None = None) -> None:
        """Have another one ready, told this word, so that starting again takes no time."""
        if self._spare is not None and not self._spare[0].is_alive():
            _put_away(*self._spare)
            self._spare = None
        if self._spare is None:
            self._spare = self._spawn()
            if word is not None:
                self._spare[1].send_bytes(encode(word))

    def _spawn(self) -> tuple[SpawnProcess, Connection]:
        ours, theirs = SPAWN.Pipe()
        process = SPAWN.Process(
            target=self._target, args=(theirs,), name=f"gesturemap {self.name}", daemon=True
        )
        with environment({SHARED: self._shared, **ONE_THREAD}), companion.undisturbed():
            process.start()
        theirs.close()
        return process, ours

    @property
    def pid(self) -> int:
        """Its process number, 0 when it does not run."""
        return (self.process.pid or 0) if self.process else 0

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self.process is not None and self.process.is_alive()

    def send(self, message: Message) -> None:
        """Tell it; if it is just dying, its next life will be told everything anyway."""
        if self.connection is not None:
            try:
                self.connection.send_bytes(encode(message))
            except OSError:
                self.state = "died"

    def died(self) -> bool:
        """Note a death; True if it should be started again."""
        self._forget()
        self._deaths.append(time.monotonic())
        often = len(self._deaths) == MOST_RESTARTS and self._deaths[-1] - self._deaths[0] < RESTART_WINDOW
        self.state = "given up: it died too often" if often else "restarting"
        return not often

    def stop(self) -> list[Message]:
        """Ask it to end, and see that it does; what it said on the way."""
        if self._spare is not None:
            _put_away(*self._spare)
            self._spare = None
        if self.process is None:
            return []
        self.send(Quit())
        said = self._hear_out()
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self._forget()
        self.state = "stopped"
        return said

    def _hear_out(self) -> list[Message]:
        """Wait for the end, and hear what is still said: who speaks must not be kept waiting."""
        said: list[Message] = []
        end = time.monotonic() + PATIENCE
        while self.process is not None and self.process.is_alive() and (left := end - time.monotonic()) > 0:
            lines: list[Any] = [self.process.sentinel, *([self.connection] if self.connection else [])]
            if self.connection in wait(lines, left) and self.connection is not None:
                try:
                    said.append(decode(self.connection.recv_bytes()))
                except CommandError:
                    continue  # a broken last word
                except (EOFError, OSError):
                    self.process.join(left)
        return said

    def _forget(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None
        if self.process is not None:
            self.process.join(0.5)
            if not self.process.is_alive():
                self.process.close()
            self.process = None


def _put_away(process: SpawnProcess, connection: Connection) -> None:
    """End a process that has nothing to lose."""
    process.kill()
    process.join()
    process.close()
    connection.close()
