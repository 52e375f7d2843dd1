"""Play goes on where nobody reads what is printed: a terminal is closed, who reads behind a pipe is gone or sleeps."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, TextIO

MOST = 1 << 20
"""Characters that wait for a reader; what comes beyond them is left out."""
PATIENCE = 2.0
"""Seconds for which a reader is waited for at the end."""


class Onward:
    """A stream to print on that never holds anybody up: a thread of its own writes.

    Once the stream fails, what is written comes to nothing; while nobody reads, as much as `MOST` waits, and what
    comes then is left out until there is room for all that waits.

    Parameters
    ----------
    stream : one with a descriptor; nobody else writes on it meanwhile.
    left : called once, when it has failed, with the reason of the system.
    skipped : called when somebody reads again, with how many pieces were left out.
    """

    def __init__(
        self,
        stream: TextIO,
        left: Callable[[str], None] | None = None,
        skipped: Callable[[int], None] | None = None,
    ) -> None:
        stream.flush()
        self._stream, self._left, self._skipped = stream, left, skipped
        self._pieces: deque[str] = deque()
        self._waiting = self._missed = 0
        self._ended = False
        self._change = threading.Condition()
        self._writer = threading.Thread(target=self._run, name="printing", daemon=True)
        self._writer.start()

    def write(self, text: str) -> int:
        """Have it written, or left out."""
        with self._change:
            if self._missed or self._waiting + len(text) > MOST:
                self._missed += 1
            else:
                self._pieces.append(text)
                self._waiting += len(text)
                self._change.notify_all()
        return len(text)

    def flush(self) -> None:
        """All is let out as soon as somebody reads."""

    def close(self) -> None:
        """Wait for a moment until all is written; whoever prints later does so on the stream itself."""
        end = time.monotonic() + PATIENCE
        with self._change:
            self._ended = True
            self._change.notify_all()
        self._writer.join(end - time.monotonic())

    def _run(self) -> None:
        number = self._stream.fileno()
        while True:
            with self._change:
                self._change.wait_for(lambda: self._pieces or self._ended)
                if not self._pieces:
                    return
                piece = "".join(self._pieces)
                self._pieces.clear()
            self._out(number, piece.encode(self._stream.encoding or "utf-8", "replace"))
            with self._change:
                self._waiting -= len(piece)
                missed = 0 if self._pieces else self._missed
                self._missed -= missed
            if missed and self._skipped is not None:
                self._skipped(missed)

    def _out(self, number: int, data: bytes) -> None:
        """Past Python's own buffer, whose lock a write without end would keep at the end of everything."""
        try:
            while data:
                data = data[os.write(number, data) :]
        except OSError as error:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, number)  # what is still to come goes there
            os.close(nowhere)
            left, self._left = self._left, None
            if left is not None:
                left(error.strerror or str(error))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextlib.contextmanager
def onward() -> Iterator[None]:
    """Within this, a stdout or stderr that nobody reads ends and delays nothing; on stderr it is said of stdout."""
    out, err = sys.stdout, sys.stderr
    with contextlib.ExitStack() as last:
        sys.stderr = _onward(err, last)
        sys.stdout = _onward(out, last, _left, _skipped)
        try:
            yield
        finally:
            sys.stdout, sys.stderr = out, err


def _onward(stream: TextIO, last: contextlib.ExitStack, *told: Callable[[Any], None]) -> Any:
    """The stream, written by a thread of its own; one without a descriptor as it is."""
    try:
        stream.fileno()
    except (OSError, ValueError):
        return stream
    made = Onward(stream, *told)
    last.callback(made.close)
    return made


def _left(reason: str) -> None:
    print(
        f"gesturemap: stdout: {reason}; nobody reads it any more, play goes on", file=sys.stderr, flush=True
    )


def _skipped(count: int) -> None:
    print(
        f"gesturemap: stdout: nobody had read it for a while; {count} pieces were left out, play went on",
        file=sys.stderr, flush=True,
    )  # fmt: skip
