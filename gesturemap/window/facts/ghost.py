"""A demonstration to practise against: where it is just now, over and over. No Qt; time is passed in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gesturemap.frames import Values

PAUSE = 0.6
"""Seconds between its end and its next beginning, to come back in."""


@dataclass(frozen=True, eq=False)
class Ghost:
    """One demonstration that goes by beside the live movement.

    Shapes: `time` (T,) seconds from 0; `values` (T, C).
    """

    demonstration: str
    label: str
    names: tuple[str, ...]
    time: Values
    values: Values
    began: float
    """When it began, in seconds of this process."""
    plays: bool = False
    """Whether it goes through the whole chain just now, and is what moves."""

    @property
    def seconds(self) -> float:
        """How long it is."""
        return float(self.time[-1])

    def elapsed(self, now: float) -> float:
        """Seconds since it began for the last time; more than `seconds` in the pause behind it."""
        return (now - self.began) % (self.seconds + PAUSE)

    def place(self, now: float) -> Values:
        """The (C,) values that it has now; its last ones in the pause."""
        at = int(np.searchsorted(self.time, self.elapsed(now), side="right")) - 1
        return np.asarray(self.values[max(0, at)])

    def recent(self, now: float, span: float) -> list[tuple[Values, Values]]:
        """What of it went by in the last `span` seconds, the newest first: ages (N,) in seconds, values (C, N)."""
        passes, elapsed = [], self.elapsed(now)
        while elapsed - self.seconds < span and now - elapsed >= self.began - 1e-9:
            shown = (self.time <= elapsed) & (elapsed - self.time <= span)
            if shown.any():
                passes.append((elapsed - self.time[shown], self.values[shown].T))
            elapsed += self.seconds + PAUSE
        return passes
