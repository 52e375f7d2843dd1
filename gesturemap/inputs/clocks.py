"""Senders' clocks: believed as long as they go as clocks do."""

from __future__ import annotations

TRUST = 2.0
"""Seconds by which a time may differ from what earlier ones let expect."""
FOLLOW = 0.002
"""Share of the difference by which the estimate of a sender's clock follows each time tag."""
STRIKES = 50
"""Times in a row that may differ before the sender's clock counts as set anew."""


class SenderClock:
    """Where one sender's clock stands against ours; a time tag is believed only near to it."""

    def __init__(self) -> None:
        self._offset: float | None = None
        self._strikes = 0

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
        self._offset += FOLLOW * surprise
        return timetag + self._offset


class OwnTime:
    """A sender's own time of its samples, in its own seconds: it may run faster than ours, but not jump."""

    def __init__(self) -> None:
        self._last: float | None = None
        self._arrived = 0.0
        self._strikes = 0

    def believed(self, time: float, arrived: float) -> float:
        """The time itself, or that of the sample before and what has passed since, where it is off."""
        if self._last is None or self._strikes >= STRIKES:
            self._last, self._arrived, self._strikes = time, arrived, 0
        expected = self._last + arrived - self._arrived
        if abs(time - expected) > TRUST:
            self._strikes += 1
            time = expected
        else:
            self._strikes = 0
        self._last, self._arrived = time, arrived
        return time
