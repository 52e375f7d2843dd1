"""The last minute of a sensor, as it came in: recordings begin in it, and it can be kept afterwards."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

import numpy as np

from gesturemap.frames import Frame, Spec, Values

KEPT = 60.0
"""Seconds for which every frame is kept."""
CHUNK = 1024
"""Frames for which room is made at once."""
MARKED = 100
"""Moments that are kept for later, at most."""
MOST_BYTES = 64 * 1024 * 1024
"""Of numbers; a sensor that gives more in a minute is kept for less. As much again is kept of moments for later."""


class Part(NamedTuple):
    """Consecutive frames, as copies."""

    time: Values
    """(T,) the sensor's own, s."""
    arrived: Values
    """(T,) on the clock of the run, s."""
    values: Values
    """(T, C)"""


class _Chunk:
    """Some frames in a row; `first` is the number of the first one."""

    def __init__(self, first: int, width: int) -> None:
        self.first = first
        self.time, self.arrived = np.empty(CHUNK), np.empty(CHUNK)
        self.values = np.empty((CHUNK, width))


class Past:
    """Keeps what came in the last minute, frames that are held, and moments; 8 (C + 2) bytes of each.

    Frames are numbered as they come, from 0.
    """

    def __init__(self, spec: Spec, seconds: float = KEPT, most_bytes: int = MOST_BYTES) -> None:
        self.spec = spec
        self._seconds = seconds
        self._most = max(2 * CHUNK, most_bytes // (8 * (spec.width + 2)))
        self._chunks: list[_Chunk] = []
        self._place = CHUNK
        self._now = _Chunk(0, 0)
        self._hold: range | None = None
        self._moments: deque[tuple[float, float]] = deque(maxlen=MARKED)

    @property
    def count(self) -> int:
        """How many frames came."""
        return self._chunks[-1].first + self._place if self._chunks else 0

    @property
    def first(self) -> int:
        """The number of the oldest frame that is kept."""
        return self._chunks[0].first if self._chunks else 0

    def add(self, frame: Frame) -> None:
        """Take one frame."""
        place = self._place
        if place == CHUNK:
            self._more(frame.arrived)
            place = 0
        chunk = self._now
        chunk.time[place] = frame.time
        chunk.arrived[place] = frame.arrived
        chunk.values[place] = frame.values
        self._place = place + 1

    def hold(self, frames: range | None) -> None:
        """Keep these frames too, however old they get; None: no others than those of the last minute."""
        self._hold = frames

    def keep(self, start: float, end: float) -> None:
        """Keep what arrives between two moments for later; where there is no room, the oldest such go."""
        self._moments.append((start, end))

    def keeps(self, start: float, end: float) -> bool:
        """Whether all that came between two moments is kept for later."""
        return any(since <= start and end <= until for since, until in self._moments)

    def _more(self, now: float) -> None:
        """Make room, and let go of what is too old."""
        count = self.count
        oldest = count - self._most
        late = [
            chunk
            for chunk in self._chunks
            if (chunk.arrived[-1] >= now - self._seconds and chunk.first + CHUNK > oldest)
            or (self._hold and chunk.first < self._hold.stop and chunk.first + CHUNK > self._hold.start)
        ]
        early = self._chunks[: len(self._chunks) - len(late)]
        while len(early := [chunk for chunk in early if self._marked(chunk)]) * CHUNK > self._most:
            self._moments.popleft()
        self._chunks = [*early, *late]
        self._now = _Chunk(count, self.spec.width)
        self._chunks.append(self._now)
        self._place = 0

    def _marked(self, chunk: _Chunk) -> bool:
        """Whether some of a full one is kept for later."""
        return any(chunk.arrived[0] <= until and since <= chunk.arrived[-1] for since, until in self._moments)

    def since(self, arrived: float) -> int:
        """The number of the first kept frame that arrived then or later; `count` where none has."""
        found = self.count
        for chunk in reversed(self._chunks):
            last = min(CHUNK, self.count - chunk.first)
            late = np.flatnonzero(chunk.arrived[:last] < arrived)
            if len(late):
                return min(found, chunk.first + int(late[-1]) + 1)
            found = chunk.first
        return found

    def part(self, first: int, last: int) -> Part:
        """The frames from number `first` to before `last`, as far as they are kept."""
        count = self.count
        times, arrivals, values = [np.empty(0)], [np.empty(0)], [np.empty((0, self.spec.width))]
        for chunk in self._chunks:
            here = slice(
                max(0, first - chunk.first), max(0, min(last - chunk.first, CHUNK, count - chunk.first))
            )
            times.append(chunk.time[here])
            arrivals.append(chunk.arrived[here])
            values.append(chunk.values[here])
        return Part(np.concatenate(times), np.concatenate(arrivals), np.concatenate(values))
