"""Senders' clocks: believed as long as they go as clocks do."""

from __future__ import annotations

import math

TRUST = 2.0
"""Seconds by which a time may differ from what earlier ones let expect."""
FOLLOW = 0.002
"""Share of the difference by which the estimate of a sender's clock follows each time tag."""
STRIKES = 50
"""Times in a row that may differ before the sender's clock counts as set anew."""
LATE = 0.5
"""Seconds by which packets overtake each other at most; a time that falls further is of a clock set anew."""
STUCK = 0.1
"""Seconds for which a clock may show the same: several messages may come of one moment, but not more."""


class SenderClock:
    """Where one sender's clock stands against ours; a time tag is believed only near to it."""

    def __init__(self) -> None:
        self._offset: float | None = None
        self._strikes = 0
        self._before = -math.inf
        self._risen = 0.0
        """When a time tag was last later than the one before."""

    def time(self, timetag: float, arrived: float) -> float:
        """The time of a sample in seconds of our clock: of its time tag, or of its arrival if that is off."""
        offset = arrived - timetag
        if self._offset is None or self._strikes >= STRIKES:
            self._offset, self._strikes = offset, 0
        surprise = offset - self._offset
        if abs(surprise) > TRUST:
            self._strikes += 1
            return arrived
        self._strikes = 0
        if timetag > self._before:
            self._risen = arrived
        self._before = timetag
        if arrived - self._risen > STUCK:
            return arrived
        self._offset += FOLLOW * surprise
        return timetag + self._offset


class OwnTime:
    """A sender's own time of its samples, in its own seconds: it may run faster than ours, but not jump."""

    def __init__(self) -> None:
        self._last: float | None = None
        self._arrived = 0.0
        self._shift = 0.0
        """What a clock that was set anew is put forward by, so that time goes on."""
        self._before = -math.inf
        self._risen = 0.0
        """When it was last later than the time before."""
        self._strikes = 0

    def believed(self, time: float, arrived: float) -> tuple[float, bool]:
        """The time itself, or that of the sample before and what has passed since, and whether it was off."""
        if self._last is None:
            self._last, self._arrived = time, arrived
        time += self._shift
        expected = self._last + arrived - self._arrived
        wild = abs(time - expected) > TRUST or time < self._last - LATE
        if not wild or self._strikes >= STRIKES:
            if time > self._before:
                self._risen = arrived
            self._before = time
        stuck = arrived - self._risen > STUCK
        anew = not stuck and (self._strikes >= STRIKES if wild else self._strikes > 0 and time < self._last)
        if anew:
            self._shift += expected - time
            self._before = expected
        off = stuck or wild
        self._strikes = self._strikes + 1 if off and not anew else 0
        self._last, self._arrived = expected if off or anew else time, arrived
        return self._last, off
