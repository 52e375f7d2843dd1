"""The shared block between engine and synth: controls, events, panic and the engine's heart-beat; no lock.

A file in shared memory, all in words of 8 bytes. The engine alone writes, but for two counts of the synth's.
Controls are guarded by a counter that is odd while they are being written (seqlock); events go round in a ring,
each complete before its counter moves.
"""

from __future__ import annotations

import json
import mmap
import os
import tempfile
import time
from pathlib import Path
from typing import Any, cast

import numpy as np
from numba import types

from gesturemap.compiled import kernel
from gesturemap.errors import FileError
from gesturemap.frames import Channel, Event, Spec, Values
from gesturemap.library import shared_folder
from gesturemap.synth.pointer import DOUBLES, WORDS, fence, load_acquire, store_release

MAGIC, VERSION, COUNT, CAPACITY, START, TEXT_START, TEXT_LENGTH = range(7)
"""Words that never change: what this is, its version, how many controls, rows of the ring, where values start
(a word), where the names are (bytes)."""
TURN, BEAT, PANIC, OPENED, WRITTEN, UNDERRUNS, HEARD = 8, 16, 24, 25, 32, 40, 41
"""Words that change, each in a cache line of its own: seqlock, time of the last heart-beat (a double), how
many panics (beside it, in the same line: 1 + those after which the sound was opened again; 0: it never was) and how
many events there were. The last two are the synth's: how many blocks came too late, how many events it has taken."""
FIXED = 48
MARK, NOW = int.from_bytes(b"gmblock1", "little"), 3
ROWS = 256
TIME, KIND, VALUE, LABEL, ROW = 0, 1, 2, 3, 9
LABEL_WORDS = 6
LABEL_BYTES = 8 * LABEL_WORDS - 1
ENDED, BEGAN = 0, 1
NEXT = "start the engine"


def label_words(label: str) -> tuple[int, ...]:
    """A label as words, cut to 47 bytes of UTF-8 between two letters, padded with zeros."""
    data = label.encode()[:LABEL_BYTES].decode(errors="ignore").encode().ljust(8 * LABEL_WORDS, b"\0")
    return tuple(np.frombuffer(data, "<i8").tolist())


@kernel
def put(words: Any, values: Values, turn: int, start: int, controls: Values) -> None:
    """Write all controls under the counter."""
    store_release(words, TURN, turn + 1)
    fence()
    for i in range(len(controls)):
        values[start + i] = controls[i]
    store_release(words, TURN, turn + 2)


@kernel
def get(words: Any, values: Values, count: int, into: Values) -> bool:
    """Copy all controls; False, after a few tries, when the writer was always in between."""
    start = words[START]
    for _ in range(8):
        before = load_acquire(words, TURN)
        if before % 2 == 0:
            for i in range(count):
                into[i] = values[start + i]
            fence()
            if load_acquire(words, TURN) == before:
                return True
    return False


class BlockWriter:
    """The engine's end.

    Parameters
    ----------
    controls : one value each.
    """

    def __init__(self, controls: Spec) -> None:
        text = json.dumps([str(channel) for channel in controls.channels]).encode()
        values_at = FIXED + ROWS * ROW
        text_at = 8 * (values_at + max(controls.width, 1))
        handle, name = tempfile.mkstemp(prefix="gesturemap-", suffix=".block", dir=shared_folder())
        self.path = Path(name)
        os.ftruncate(handle, -(-(text_at + len(text)) // 4096) * 4096)
        self._map = mmap.mmap(handle, 0)
        os.close(handle)
        self._words = np.frombuffer(self._map, np.int64)
        self._values = np.frombuffer(self._map, np.float64)
        self._map[text_at : text_at + len(text)] = text
        self._words[VERSION : TEXT_LENGTH + 1] = (NOW, controls.width, ROWS, values_at, text_at, len(text))
        self._values[values_at : values_at + controls.width] = np.nan  # nobody has said anything yet
        self._start, self._width, self._turn, self._count = values_at, controls.width, 0, 0
        self._labels: dict[str, tuple[int, ...]] = {}
        for function, signature in KERNELS:
            cast(Any, function).compile(signature)
        self.beat()
        self._words[MAGIC] = MARK

    def write(self, values: Values) -> None:
        """Hand over all controls, (N,) in the order of the spec; counts as a heart-beat."""
        put(self._words, self._values, self._turn, self._start, values)
        self._turn += 2
        self.beat()

    def event(self, time: float, event: Event) -> None:
        """Hand over one event; unknown kinds are left out."""
        if event.kind not in ("began", "ended"):
            return
        words = self._labels.get(event.label)
        if words is None:
            words = self._labels[event.label] = label_words(event.label)
        at = FIXED + self._count % ROWS * ROW
        self._values[at + TIME], self._values[at + VALUE] = time, event.strength
        self._words[at + KIND] = BEGAN if event.kind == "began" else ENDED
        self._words[at + LABEL : at + ROW] = words
        self._count += 1
        step(self._words, WRITTEN, self._count)

    def beat(self) -> None:
        """Say that the engine lives."""
        self._values[BEAT] = time.perf_counter()

    def panic(self) -> None:
        """Ask for silence at once."""
        step(self._words, PANIC, int(self._words[PANIC]) + 1)

    def sound_again(self) -> None:
        """The silence of a panic is over."""
        step(self._words, OPENED, int(self._words[PANIC]) + 1)

    @property
    def silent(self) -> bool:
        """Whether there was a panic whose silence is not over."""
        return silenced(self._words)

    @property
    def underruns(self) -> int:
        """How many blocks came too late for the sound card since gesturemap began; 0 until the synth says it here."""
        return int(self._words[UNDERRUNS])

    def close(self) -> None:
        """Remove the file; a reader that has it open keeps its view, and hears no more heart-beat."""
        self.path.unlink(missing_ok=True)


def silenced(words: Any) -> bool:
    """Whether the last panic's silence is not over."""
    return bool(words[PANIC] > 0 and words[OPENED] != words[PANIC] + 1)


@kernel
def step(words: Any, index: int, value: int) -> None:
    """Set a counter after everything written before."""
    store_release(words, index, value)


class BlockReader:
    """The synth's end: `words` and `values` are two views of the same memory, for the compiled callback.

    Raises
    ------
    FileError
        If the file is gone or is no block.
    """

    def __init__(self, path: str | Path) -> None:
        try:
            with Path(path).open("r+b") as file:  # a compiled kernel takes only memory that could be written
                self._map = mmap.mmap(file.fileno(), 0)
        except (OSError, ValueError) as error:
            raise FileError(str(path), str(error), "a running engine writes it", NEXT) from error
        size = len(self._map) // 8
        self.words = np.frombuffer(self._map, np.int64, size)
        self.values = np.frombuffer(self._map, np.float64, size)
        place = str(path)
        if size < FIXED or int(self.words[MAGIC]) != MARK or int(self.words[VERSION]) != NOW:
            raise FileError(place, "not a control block", "a running engine writes it", NEXT)
        _, _, count, rows, start, text_at, length = self.words[: TEXT_LENGTH + 1].tolist()
        if (
            rows != ROWS
            or start < FIXED
            or not (0 <= count <= size - start and text_at + length <= len(self._map))
        ):
            raise FileError(place, "a broken control block", "a running engine writes it", NEXT)
        try:
            names = json.loads(self._map[text_at : text_at + length])
            self.controls = Spec(tuple(Channel.parse(name) for name in names))
        except (ValueError, AttributeError, TypeError) as error:
            raise FileError(place, f"broken names ({error})", "a running engine writes it", NEXT) from error

    def read(self) -> Values:
        """(N,) a copy of all controls, from one write of the engine."""
        into = np.empty(self.controls.width)
        while not get(self.words, self.values, len(into), into):
            time.sleep(0)  # the writer is at it: a wait of microseconds, for which nothing else is made
        return into

    def report(self, underruns: int) -> None:
        """Say how many blocks came too late."""
        self.words[UNDERRUNS] = underruns

    @property
    def beat(self) -> float:
        """When the engine last said that it lives, in seconds of the machine's monotonic clock."""
        return float(self.values[BEAT])

    @property
    def written(self) -> int:
        """How many events there were."""
        return int(self.words[WRITTEN])

    @property
    def heard(self) -> int:
        """How many of them a synth has taken."""
        return int(self.words[HEARD])

    @property
    def panics(self) -> int:
        """How often silence was asked for."""
        return int(self.words[PANIC])

    @property
    def opened(self) -> int:
        """1 + how many panics there were when the sound was opened again; 0: it never was."""
        return int(self.words[OPENED])

    @property
    def silent(self) -> bool:
        """Whether there was a panic whose silence is not over."""
        return silenced(self.words)

    def events(self, seen: int) -> list[tuple[float, Event]]:
        """The events from number `seen` on that are still in the ring, oldest first."""
        written = self.written
        rows = [FIXED + number % ROWS * ROW for number in range(max(seen, written - ROWS + 8), written)]
        return [
            (
                float(self.values[at + TIME]),
                Event(
                    "began" if self.words[at + KIND] == BEGAN else "ended",
                    self.words[at + LABEL : at + ROW].tobytes().rstrip(b"\0").decode(errors="replace"),
                    float(self.values[at + VALUE]),
                ),
            )
            for at in rows
        ]


KERNELS = (
    (put, types.void(WORDS, DOUBLES, types.int64, types.int64, DOUBLES)),
    (step, types.void(WORDS, types.int64, types.int64)),
    (get, types.boolean(WORDS, DOUBLES, types.int64, DOUBLES)),
)
