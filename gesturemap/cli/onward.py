"""Play goes on where nobody reads what is printed: the terminal is closed, or the program behind a pipe is gone."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any, TextIO


class Onward:
    """A stream to print on; once that fails, what is written comes to nothing and nobody is disturbed.

    Parameters
    ----------
    left : called once, when it has failed, with the reason of the system.
    """

    def __init__(self, stream: TextIO, left: Callable[[str], None] | None = None) -> None:
        self._stream, self._left = stream, left

    def write(self, text: str) -> int:
        """Write it, or let it be."""
        with self._going_on():
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Let it out, or let it be."""
        with self._going_on():
            self._stream.flush()

    @contextlib.contextmanager
    def _going_on(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())  # what still waits in the stream goes there too
            os.close(nowhere)
            left, self._left = self._left, None
            if left is not None:
                left(error.strerror or str(error))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextlib.contextmanager
def onward() -> Iterator[None]:
    """Within this, a stdout or stderr that nobody reads any more ends nothing; on stderr it is said of stdout."""
    out, err = sys.stdout, sys.stderr
    sys.stderr = Onward(err)
    sys.stdout = Onward(out, _left)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = out, err


def _left(reason: str) -> None:
    print(
        f"gesturemap: stdout: {reason}; nobody reads it any more, play goes on", file=sys.stderr, flush=True
    )
