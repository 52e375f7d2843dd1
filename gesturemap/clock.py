"""Time is passed in: the same code plays live and in a test of ten milliseconds."""

from __future__ import annotations

import math
import time
from typing import Protocol


class Clock(Protocol):
    """Where a run gets its time from."""

    def now(self) -> float:
        """Monotonic time in seconds, comparable between the processes of one machine."""
        ...


class SystemClock:
    """The machine's own monotonic clock."""

    now = staticmethod(time.perf_counter)


class ManualClock:
    """A clock that stands still until it is set."""

    def __init__(self, start: float = 0.0) -> None:
        self._now = start

    def now(self) -> float:
        """Return the time last set, in seconds."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move the clock forward by `seconds`."""
        self._now += seconds


class Period:
    """Seconds from one frame to the next: always positive and finite, whatever a sender's clock does.

    A time that stands still, goes back or is no number counts as one usual period: that of the nominal
    `rate` (Hz) or, where none is known, the last good one.
    """

    def __init__(self, rate: float = 0.0) -> None:
        self._rated = rate > 0.0
        self._usual = 1.0 / rate if self._rated else 0.01
        self._last = math.nan

    def since(self, time: float) -> float:
        """Seconds since the time given last; one usual period for the first."""
        gone = time - self._last
        self._last = time
        if 0.0 < gone < math.inf:
            if not self._rated:
                self._usual = gone
            return gone
        return self._usual
