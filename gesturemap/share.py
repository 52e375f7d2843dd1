"""How far something is at which several processes work."""

from __future__ import annotations

from collections import deque

REPORTS = 3
"""Processes that compile at the same time."""


class Share:
    """How far all of it is, 0..1, by what each process reports of its own: never less than before.

    Engine, trainer and synth share the work, so that the mean of their last reports is about how far all of it is.
    """

    def __init__(self) -> None:
        self.done = 0.0
        self._reports: deque[float] = deque(maxlen=REPORTS)

    def take(self, done: float) -> float:
        """Take a report."""
        self._reports.append(done)
        self.done = max(self.done, sum(self._reports) / len(self._reports))
        return self.done
