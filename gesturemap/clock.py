"""Time is passed in: the same code plays live and in a test of ten milliseconds."""

from __future__ import annotations

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
