"""The command window: its process is begun before anything else, and imports Qt while control reads the project."""

from __future__ import annotations

import contextlib
import subprocess
from argparse import Namespace
from types import TracebackType

from gesturemap.companion import undisturbed
from gesturemap.window.facts.again import LATER, WINDOW


class Coming:
    """A window's process that waits to be told where control is."""

    def __init__(self) -> None:
        with undisturbed():  # control ends it, also where a terminal ends control
            self.process = subprocess.Popen([*WINDOW, LATER], stdin=subprocess.PIPE)

    def opened(self, endpoint: str) -> subprocess.Popen[bytes]:
        """Let it open on a control that runs; its process."""
        self._say(f"{endpoint}\n".encode())
        return self.process

    def _say(self, line: bytes) -> None:
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):  # it has died: whoever waits for its end will see
            self.process.stdin.write(line)
            self.process.stdin.close()

    def __enter__(self) -> Coming:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """One that was not told where control is ends."""
        assert self.process.stdin is not None
        if not self.process.stdin.closed:
            self._say(b"")
            self.process.wait()


def window(options: Namespace) -> int:
    """Open the window on a project."""
    with Coming() as coming:
        from gesturemap.cli.play import window  # takes a second, in which the window imports what is its own

        return window(options, coming=coming)
