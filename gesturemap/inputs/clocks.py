"""Senders' clocks: they refine when a sample was measured, within what its arrival allows."""

from __future__ import annotations

import math

from gesturemap.frames import LARGEST

LATE = 0.5
"""Seconds by which a sample's time and its arrival differ at most, as by which packets overtake each other."""
CENTRE = LATE / 2
"""Seconds from which on a clock that drifts is led back."""
FOLLOW = 0.002
"""Share of what is beyond that by which each sample leads it back."""
BACKLOG = 2.0
"""Seconds by which the first samples may be late where the clocks were compared before, as they waited meanwhile."""
STRIKES = 50
"""Times in a row that may differ before the sender's clock counts as set anew."""
STUCK = 0.1
"""Seconds for which a clock may show the same: several messages may come of one moment, but not more."""
RECENT, OFTEN = 0.05, 0.25
"""A clock of whose last times (so much weighs each) more than this share fell or stood still is not believed."""


class SenderClock:
    """One sender's clock, put on ours.

    Where samples arrived is always right within `LATE`; what a sender says of their times only makes the steps from
    one to the next exact. So the time that passed agrees with ours whatever its clock shows, and a good clock that
    sends late after a gap, such as a stall of Wi-Fi, is believed as far back as the gap.

    Parameters
    ----------
    offset : our clock less the sender's, where that is known; None: the first sample says it.
    """

    def __init__(self, offset: float | None = None) -> None:
        self._offset = offset
        self._seen = self._newest = -math.inf
        """The sender's time as it came last, and the latest one that was believed."""
        self._last = self._arrived = -math.inf
        """Of the latest sample: its time on our clock, and its arrival."""
        self._behind = LATE if offset is None else LATE + BACKLOG
        """Seconds by which a sample may be behind its arrival now."""
        self._risen = -math.inf
        """When the sender's time last rose."""
        self._strikes = 0
        self._doubt = 0.0
        """Share of the last times that fell or stood still."""

    def goes_on(self, stamp: float, arrived: float) -> bool:
        """Whether a time may be of this clock."""
        return (
            self._offset is not None
            and abs(stamp) < LARGEST
            and abs(stamp + self._offset - arrived) < LATE
            and stamp > self._newest
        )

    def time(self, stamp: float, arrived: float) -> tuple[float, bool]:
        """When a sample was measured, in seconds of our clock, and whether its own time was off."""
        told = abs(stamp) < LARGEST
        if self._offset is None and told:
            self._offset = arrived - stamp
        first = self._arrived == -math.inf
        gap = 0.0 if first else max(0.0, arrived - self._arrived)
        self._arrived = arrived = arrived if first else self._arrived + gap
        self._behind = max(self._behind - gap, gap + LATE)
        going_on = arrived if first else max(self._last + gap, arrived - self._behind)
        if told:
            if first or stamp > min(self._seen, self._newest):
                self._risen = arrived
            self._seen = stamp
        stuck = arrived - self._risen > STUCK
        offset = math.nan if self._offset is None else self._offset
        ahead = stamp + offset - arrived if told else math.nan
        if not -self._behind <= ahead <= LATE:
            self._strikes += told and not stuck
            self._last = going_on
            if self._strikes >= STRIKES:  # it was set anew
                self._offset, self._newest, self._strikes = going_on - stamp, stamp, 0
            return going_on, True
        self._strikes = 0
        self._doubt += RECENT * ((stuck or stamp < self._newest) - self._doubt)
        if stuck or self._doubt > OFTEN:
            self._newest, self._last = max(self._newest, stamp), going_on
            return going_on, True
        time = arrived + ahead
        if stamp < self._newest:
            return time, False  # overtaken by another one on the way
        if abs(ahead) > CENTRE and self._behind < LATE + CENTRE:
            self._offset = offset - FOLLOW * (ahead - math.copysign(CENTRE, ahead))
        # after times that had to be supposed, one that rose may not fall back behind them
        time = max(time, self._last if stamp == self._newest else math.nextafter(self._last, math.inf))
        self._newest, self._last = stamp, time
        return time, False


class RecordedClock:
    """The clock of a recording that is played at any speed: taken as it is; where it begins again, time goes on."""

    def __init__(self) -> None:
        self._shift = self._arrived = 0.0
        self._last = -math.inf

    def goes_on(self, stamp: float, arrived: float) -> bool:
        """Whether a time may be of this clock: a recording is played by one program, from whatever port."""
        return True

    def time(self, stamp: float, arrived: float) -> tuple[float, bool]:
        """When a sample was measured, in the recording's seconds, and whether that was off (then not a number)."""
        if not abs(stamp) < LARGEST:
            return math.nan, True
        if stamp + self._shift < self._last - LATE:
            self._shift = self._last + max(arrived - self._arrived, 0.0) - stamp
        self._last, self._arrived = max(self._last, stamp + self._shift), arrived
        return stamp + self._shift, False
