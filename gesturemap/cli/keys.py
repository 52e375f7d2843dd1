"""Keys of a terminal that recall scenes while a project plays without a window."""

from __future__ import annotations

import contextlib
import os
import select
import sys
import threading
from collections.abc import Callable
from typing import Any

from gesturemap import commands as c

HINT = "keys: n next scene, p the one before, a number and Enter that scene, ! silence, q end"
PLAIN: dict[str, Callable[[], c.Message]] = {"n": c.Next, "p": c.Previous, "!": c.Panic, "q": c.Quit}
MOST_DIGITS = 4


class Keys:
    """Reads the terminal in a thread of its own; where there is none, or it is somebody else's, nothing.

    Parameters
    ----------
    say : takes a command, called in the thread.
    """

    def __init__(self, say: Callable[[c.Message], None]) -> None:
        self._say, self._digits = say, ""
        self._before: list[Any] | None = None
        self._thread: threading.Thread | None = None
        if not ours():
            return
        import termios
        import tty

        self._file = sys.stdin.fileno()
        try:
            self._before = termios.tcgetattr(self._file)
            tty.setcbreak(self._file)
        except termios.error:  # it has just been closed
            self._before = None
            return
        self._end, self._ring = os.pipe()
        self._thread = threading.Thread(target=self._read, name="keys", daemon=True)
        self._thread.start()

    @property
    def open(self) -> bool:
        """Whether somebody can press one."""
        return self._thread is not None

    def _read(self) -> None:
        while True:
            ready, _, _ = select.select([self._file, self._end], [], [])
            if self._end in ready:
                return
            try:
                pressed = os.read(self._file, 64)
            except OSError:
                return
            if not pressed:
                return
            for key in pressed.decode("latin-1"):
                self.press(key)

    def press(self, key: str) -> None:
        """One key; those that mean nothing are passed over."""
        if key.isascii() and key.isdigit():
            self._digits = (self._digits + key)[-MOST_DIGITS:]
            return
        digits, self._digits = self._digits, ""
        if key in "\r\n" and digits:
            self._say(c.Scene(digits))
        elif key in PLAIN:
            self._say(PLAIN[key]())

    def close(self) -> None:
        """Leave the terminal as it was; safe to call twice."""
        if self._thread is None:
            return
        import termios

        os.write(self._ring, b"!")
        self._thread.join()
        self._thread = None
        for end in (self._end, self._ring):
            os.close(end)
        if self._before is not None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(self._file, termios.TCSADRAIN, self._before)


def ours() -> bool:
    """Whether keys of the terminal are meant for us: it is one, and we are not in the background."""
    try:
        return os.name == "posix" and sys.stdin.isatty() and os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (OSError, ValueError, AttributeError):  # it is closed, or not there at all
        return False
