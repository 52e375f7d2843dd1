"""How long frames take from the door to the outputs: the last few thousand, in a fixed ring."""

from __future__ import annotations

import numpy as np


class Latency:
    """Keeps the newest `capacity` durations."""

    def __init__(self, capacity: int = 4096) -> None:
        self._ring = np.zeros(capacity)
        self._count = 0

    def add(self, seconds: float) -> None:
        """Take one duration in seconds."""
        self._ring[self._count % len(self._ring)] = seconds
        self._count += 1

    def figures(self) -> dict[str, float]:
        """Median, 99th percentile and maximum of what is kept, in ms; zeros when nothing is."""
        kept = self._ring[: min(self._count, len(self._ring))] * 1000
        if not len(kept):
            return {"p50": 0.0, "p99": 0.0, "max": 0.0}
        return {
            "p50": float(np.median(kept)),
            "p99": float(np.quantile(kept, 0.99)),
            "max": float(kept.max()),
        }
