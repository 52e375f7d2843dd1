"""The session log: everything of a performance, written by a thread of its own while the engine plays on."""

from __future__ import annotations

import base64
import json
import os
import threading
import time as machine
from collections import deque
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from gesturemap import codec
from gesturemap.commands import Message
from gesturemap.errors import FileError
from gesturemap.frames import Controls, Estimate, Frame
from gesturemap.logs.batch import Batch
from gesturemap.logs.layout import Layout
from gesturemap.wire import xdf

PERIOD = 0.2
"""Seconds between two writes."""
FLUSH = 1.0
"""Seconds between two flushes to the disk: what a power cut may cost."""
BOUNDARY = 10.0
"""Seconds between two places where a reader can find its way again."""
MOST_WAITING = 20_000
"""Entries that wait for a slow disk; frames beyond are lost to the log, never to the performance."""
MOST_KEPT = 64 * 1024 * 1024
"""Bytes of headers and commands that wait for a full disk to have room again."""
AT_ONCE = 256
"""Entries taken at once, so that the thread never holds the interpreter for long."""


class LogWriter:
    """An open session log. `frame`, `command`, `mark` and `layout` only put something in a queue.

    Parameters
    ----------
    path : of the new file; one that is there is never written over.
    load : the command that makes what is playing now; the first entry.
    on_fault : called once, from the thread, with the first write that failed.

    Raises
    ------
    FileError
        If the file cannot be made.
    """

    def __init__(
        self, path: str | Path, load: Message, on_fault: Callable[[FileError], None] | None = None
    ) -> None:
        self.path = Path(path)
        self.frames = 0
        """Frames seen so far; the index of the next one."""
        self.faults = 0
        """Writes that failed."""
        self.lost = 0
        """Frames that are not in the file, because a write failed or the disk is too slow."""
        self.fault: FileError | None = None
        """The first fault."""
        self._on_fault = on_fault
        self._waiting: deque[tuple[Any, ...]] = deque()
        self._stop = threading.Event()
        self._batch = Batch()
        self._kept: list[bytes] = []
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("xb", buffering=0)
        except OSError as error:
            raise self._error(error.strerror or str(error)) from error
        self._good = 0
        self._write([xdf.MAGIC + xdf.file_header({"gesturemap": _version()})], [], 0)
        self.command(load, 0.0)
        self._thread = threading.Thread(target=self._work, name="session log", daemon=True)
        self._thread.start()

    # The engine's side

    def frame(
        self, frame: Frame, features: Frame | None, estimate: Estimate | None, controls: Controls | None
    ) -> None:
        """Log one frame and what was made of it."""
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append((self.frames, frame, features, estimate, controls))
        else:
            self.lost += 1
        self.frames += 1

    def command(self, message: Message, time: float) -> None:
        """Log a command that is carried out before the next frame."""
        self._waiting.append((self.frames, message, time))

    def mark(self, stream: str, text: str, time: float) -> None:
        """Log a text in a stream of texts: an event, a note."""
        self._waiting.append((stream, text, time))

    def layout(self, layout: Layout) -> None:
        """Say that an instrument begins anew with the next frame, and what the columns are from there on."""
        self._waiting.append((self.frames, layout))

    def close(self) -> None:
        """Write what is left and end the file; safe to call twice."""
        if not self._stop.is_set():
            self._stop.set()
            self._thread.join()

    # The thread's side

    def _work(self) -> None:
        flushed = bounded = machine.monotonic()
        while True:
            ending = self._stop.wait(PERIOD)
            wrote = self._write_waiting()
            now = machine.monotonic()
            if wrote and now - bounded >= BOUNDARY:
                bounded = now
                self._write([], [xdf.boundary()], 0)
            if now - flushed >= FLUSH or ending:
                flushed = now
                self._flush()
            if ending:
                break
        self._write(self._batch.footers(), [], 0)
        self._flush()
        self._file.close()

    def _write_waiting(self) -> bool:
        """Write everything that waits now; whether there was anything."""
        left = waited = len(self._waiting)
        for _ in range(-(-left // AT_ONCE)):
            for _ in range(min(AT_ONCE, left)):
                try:
                    self._take(self._waiting.popleft())
                except (TypeError, ValueError) as error:  # one strange entry must not end the log
                    self._fail(f"an entry could not be written: {error}")
            left -= AT_ONCE
            essential, rest, frames = self._batch.chunks()
            self._write(essential, rest, frames)
        return waited > 0

    def _take(self, entry: tuple[Any, ...]) -> None:
        if len(entry) == 5:
            self._batch.frame(*entry)
        elif len(entry) == 2:
            self._batch.layout(*entry)
        elif isinstance(entry[0], str):
            self._batch.text(*entry)
        else:
            index, message, time = entry
            head, _, data = codec.encode(message).partition(b"\n")
            line = {"before": index, "message": json.loads(head)}
            if data:
                line["data"] = base64.b64encode(data).decode()
            self._batch.text("commands", json.dumps(line), time)

    def _write(self, essential: list[bytes], rest: list[bytes], frames: int) -> None:
        """Write chunks; if that fails, the file ends where it was whole, and the essential ones wait."""
        self._kept += essential
        if sum(map(len, self._kept)) > MOST_KEPT:
            self._kept = []
        data = b"".join([*self._kept, *rest])
        if not data:
            return
        try:
            self._put(data)
        except OSError as error:
            self.lost += frames
            self._fail(error.strerror or str(error))
        else:
            self._kept = []

    def _put(self, data: bytes) -> None:
        view, done = memoryview(data), 0
        try:
            while done < len(view):
                done += self._file.write(view[done:])
        except OSError:
            self._file.truncate(self._good)
            self._file.seek(self._good)
            raise
        self._good += len(data)

    def _flush(self) -> None:
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            self._fail(error.strerror or str(error))

    def _fail(self, what: str) -> None:
        self.faults += 1
        if self.fault is None:
            self.fault = self._error(what)
            if self._on_fault is not None:
                self._on_fault(self.fault)

    def _error(self, what: str) -> FileError:
        rule = "the session log needs room on a disk that can be written to"
        return FileError(str(self.path), what, rule, "make room, or log elsewhere")


def _version() -> str:
    try:
        return version("gesturemap")
    except PackageNotFoundError:
        return "unknown"
