"""Peak: the greatest value of the last moments."""

from __future__ import annotations

import math
from collections import deque

from gesturemap.frames import Estimate
from gesturemap.mapping.sources import Read

MOST = 1024
"""Values that are remembered, each less than those before it."""


class Peak:
    """How high a source was in the last `window` seconds, 0 at `low` to 1 at `high`."""

    def __init__(self, read: Read, window: float, low: float, high: float) -> None:
        self._read, self._window, self._low, self._width = read, window, low, high - low
        self._falling: deque[tuple[float, float]] = deque(maxlen=MOST)

    def see(self, estimate: Estimate, now: float) -> None:
        """Take a frame at a time that only goes on."""
        share = (self._read(estimate) - self._low) / self._width
        falling = self._falling
        if -math.inf < share < math.inf:
            while falling and falling[-1][1] <= share:
                falling.pop()
            falling.append((now, share))
        while falling and now - falling[0][0] > self._window:
            falling.popleft()

    @property
    def value(self) -> float:
        """The strength, 0..1."""
        return min(max(self._falling[0][1], 0.0), 1.0) if self._falling else 0.0
