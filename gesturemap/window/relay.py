"""One window follows another, drawn in another size: the old one plays on until the new one is painted.

The new one is a process of the old one's, built out of sight. Each says a line when it is so far:
``ready`` (new), how everything is now (old), ``shown`` (new); then the old one closes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from PySide6.QtCore import QObject, QTimer, Signal

from gesturemap.window import stand_in
from gesturemap.window.facts.again import command

READY, SHOWN, ENDED = "ready", "shown", ""
BUSY = 200
"""Milliseconds between two looks whether it can be closed."""


class Successor(QObject):
    """In the old window: the one that is going to follow.

    Parameters
    ----------
    told : how everything is now, asked when the new one is ready for it.
    busy : whether the old one must not close now.
    """

    followed = Signal()
    """It is painted: the old one may go."""
    failed = Signal()
    """It has ended before that."""
    _said = Signal(object, str)

    def __init__(
        self, endpoint: str, told: Callable[[], Mapping[str, Any]], busy: Callable[[], bool]
    ) -> None:
        super().__init__()
        self._endpoint, self._told, self._busy = endpoint, told, busy
        self.process: subprocess.Popen[bytes] | None = None
        self._said.connect(self._hear)

    def begin(self, scale: float, environment: Mapping[str, str]) -> None:
        """Have a window of this size come; one of another size that was coming does not."""
        self.end()
        ends = subprocess.PIPE
        made = self.process = subprocess.Popen(
            command(self._endpoint, scale, follows=True), stdin=ends, stdout=ends, env=dict(environment)
        )
        threading.Thread(target=self._listen, args=(made,), name="next window", daemon=True).start()

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                self._said.emit(process, line.decode().strip())
        self._said.emit(process, ENDED)

    def _hear(self, process: subprocess.Popen[bytes], word: str) -> None:
        if process is not self.process:
            return  # one that is no longer wanted
        if word == READY:
            self._tell(process)
        elif word == SHOWN:
            self.followed.emit()
        elif word == ENDED:
            self.end()
            self.failed.emit()

    def _tell(self, process: subprocess.Popen[bytes]) -> None:
        if process is not self.process or process.stdin is None:
            return
        if self._busy():
            QTimer.singleShot(BUSY, lambda: self._tell(process))
            return
        try:
            process.stdin.write(json.dumps(dict(self._told())).encode() + b"\n")
            process.stdin.flush()
        except OSError:
            return  # it has died; the thread that listens says so

    def end(self) -> None:
        """None is wanted any more."""
        gone, self.process = self.process, None
        if gone is not None:
            gone.kill()
            gone.wait()
            if gone.stdin is not None:
                gone.stdin.close()


def leave(process: subprocess.Popen[bytes]) -> NoReturn:
    """The old window has closed: be nothing but the new one's parent, as whoever began this process waits for its end.

    As long as this lives, so does the stream by which the new one sees that it does.
    """
    if os.name != "posix" or process.stdin is None:
        sys.exit(process.wait())
    os.set_inheritable(process.stdin.fileno(), True)
    os.execv(sys.executable, [sys.executable, "-I", "-S", stand_in.__file__, str(process.pid)])


class Predecessor(QObject):
    """In the new window: the one before it."""

    told = Signal(dict)
    """How everything is: show it."""
    gone = Signal()
    """Its process, or what stands in for it, has ended."""

    def ready(self) -> None:
        """Everything is built."""
        self._say(READY)
        threading.Thread(target=self._listen, name="window before", daemon=True).start()

    def shown(self) -> None:
        """It is painted; from now on nobody reads what is said here."""
        self._say(SHOWN)
        os.dup2(2, 1)

    @staticmethod
    def _say(word: str) -> None:
        try:
            os.write(1, f"{word}\n".encode())  # the stream itself: nothing is kept back
        except OSError:
            return  # gone; the thread that listens says so

    def _listen(self) -> None:
        waiting = b""
        while part := os.read(
            0, 65536
        ):  # not by `sys.stdin`: the interpreter cannot end while a thread reads it
            *lines, waiting = (waiting + part).split(b"\n")
            for line in lines:
                self.told.emit(json.loads(line))
        self.gone.emit()
