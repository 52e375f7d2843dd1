"""How evenly frames come in: their rate, jitter and gaps, looked at once a second."""

from __future__ import annotations

import numpy as np

GAP = 3.0
"""An interval this many times the median one is a gap ..."""
SHORTEST_GAP = 0.05
"""... if it also lasts this many seconds."""


class Pace:
    """Keeps the arrivals since the last look, at most the newest `capacity`."""

    def __init__(self, capacity: int = 4096) -> None:
        self._ring = np.zeros(capacity)
        self._count = 0
        self._last: float | None = None
        self.gaps = 0
        """Gaps since the beginning."""

    def add(self, arrived: float) -> None:
        """Take one arrival in seconds."""
        self._ring[self._count % len(self._ring)] = arrived
        self._count += 1

    def figures(self) -> dict[str, float]:
        """Since the last look: 95th percentile of how far intervals are from their median, and the longest, in ms.

        `gaps` counts from the beginning. Frames that come in one piece, less than 0.1 ms apart, count as one.
        """
        kept = min(self._count, len(self._ring))
        arrivals = np.sort(self._ring[:kept])
        if self._last is not None and self._count == kept:  # else it is not known what came right behind it
            arrivals = np.concatenate(([self._last], arrivals))
        if kept:
            self._last = float(arrivals[-1])
        self._count = 0
        intervals = np.diff(arrivals)
        intervals = intervals[intervals >= 1e-4]
        if len(intervals) < 2:
            return {"jitter": 0.0, "longest": 0.0, "gaps": self.gaps}
        usual = float(np.median(intervals))
        self.gaps += int((intervals > max(GAP * usual, SHORTEST_GAP)).sum())
        return {
            "jitter": float(np.quantile(np.abs(intervals - usual), 0.95)) * 1000.0,
            "longest": float(intervals.max()) * 1000.0,
            "gaps": self.gaps,
        }
