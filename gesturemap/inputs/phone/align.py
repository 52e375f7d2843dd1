"""A device's own times on our clock, without the jitter of the way."""

from __future__ import annotations

import math

WINDOW = 10.0
"""Seconds after which a quick arrival is forgotten, so that a clock that drifts is followed."""
SLEW = 0.01
"""Seconds by which the offset may move in a second: intervals stay those of the device within a hundredth."""
JUMP = 2.0
"""Seconds; a device's clock that is off by more has been set anew."""


class Alignment:
    """Offset between a device's clock and ours: that of the quickest arrival of the last seconds.

    What took longest in the network says least, so a sample's time is its own plus the smallest difference between
    arrival and own time seen lately.

    Source: Cristian, "Probabilistic clock synchronization", 1989: the bound is best for the shortest way.
    """

    def __init__(self) -> None:
        self._offset = math.nan
        self._least = self._least_before = math.inf
        self._turn = -math.inf
        self._theirs = -math.inf
        self._last = -math.inf

    def place(self, theirs: float, arrived: float) -> float:
        """The time of a sample on our clock, in seconds: never after its arrival, never before the last one's.

        Parameters
        ----------
        theirs : its time by the device's clock, in seconds.
        arrived : when it came, by ours.
        """
        offset = arrived - theirs
        if not abs(offset - self._offset) <= JUMP or theirs < self._theirs - JUMP:
            self._offset = self._least = offset
            self._least_before = math.inf
            self._turn = arrived + WINDOW / 2.0
            self._theirs = theirs
        if arrived >= self._turn:
            self._least_before, self._least = self._least, offset
            self._turn = arrived + WINDOW / 2.0
        self._least = min(self._least, offset)
        wanted = min(self._least, self._least_before) - self._offset
        most = SLEW * max(0.0, theirs - self._theirs)
        self._offset += max(-most, min(most, wanted))
        self._theirs = max(self._theirs, theirs)
        self._last = max(self._last, min(theirs + self._offset, arrived))
        return self._last
