"""Beat: a grid in time, and the events that wait for it."""

from __future__ import annotations

import math
from collections import deque

from gesturemap.frames import Event

SHORTEST_TAP, LONGEST_TAP = 0.2, 2.0
"""Seconds between two taps that set a tempo: 300 to 30 beats a minute."""
MOST = 64
"""Events that wait; a beginning for which there is no room is left out, and its end with it."""


class Beat:
    """Beginnings wait for the next time of the grid, ends as long as their beginning did; all in their order.

    The grid is there from the first beginning on, or from a tap. Times are seconds of one clock that goes on between
    frames too. An end waits no longer than for the next beginning, so that one gesture goes on at a time.

    Parameters
    ----------
    beats : between two times of the grid.
    tempo : beats a minute.
    grace : seconds after a time of the grid in which a beginning still counts as there.
    tap : the gesture that sets the grid; its own events do not wait.
    """

    def __init__(self, beats: float, tempo: float, grace: float, tap: str) -> None:
        self._written = beats, tempo
        self._beats, self._step, self._grace, self._tap = beats, beats * 60.0 / tempo, grace, tap
        self._origin = self._tapped = math.nan
        self._now = 0.0
        self._waiting: deque[tuple[float, Event]] = deque()
        self._delay = 0.0
        """Seconds that the beginning taken last waits."""
        self._refused = False
        self._sounding = ""

    @property
    def due(self) -> float:
        """When the next event comes out; inf: none waits."""
        return self._waiting[0][0] if self._waiting else math.inf

    def step(self, events: tuple[Event, ...], now: float) -> tuple[Event, ...]:
        """Take what happened now, nan: at no new time; return what comes out now."""
        self._now = now = now if -math.inf < now < math.inf else self._now
        for event in events:
            if event.kind == "began":
                self._begin(event, now)
            elif not self._refused:
                self._waiting.append((now + self._delay, event))
        return self.release(now)

    def _begin(self, event: Event, now: float) -> None:
        self._refused = len(self._waiting) >= MOST
        if self._refused:
            return
        if event.label == self._tap:
            if SHORTEST_TAP <= now - self._tapped <= LONGEST_TAP:
                self._step = self._beats * (now - self._tapped)
            self._origin = self._tapped = due = now
        elif math.isnan(self._origin):
            self._origin = due = now
        else:
            count = math.ceil((now - self._origin - self._grace) / self._step - 1e-9)
            due = max(self._origin + count * self._step, now)
        self._delay = due - now
        if self._waiting and self._waiting[-1][0] > due:
            self._waiting[-1] = due, self._waiting[-1][1]
        self._waiting.append((due, event))

    def release(self, now: float) -> tuple[Event, ...]:
        """What is due."""
        found: tuple[Event, ...] = ()
        # who waits longer than a step, waits for a clock that has jumped
        while self._waiting and (now >= self._waiting[0][0] or self._waiting[0][0] - now > self._step + 1e-6):
            event = self._waiting.popleft()[1]
            self._sounding = event.label if event.kind == "began" else ""
            found += (event,)
        return found

    def cut(self, *, drop: bool) -> tuple[Event, ...]:
        """End what sounds, now; what has not come out goes on waiting, or never comes."""
        ended = (Event("ended", self._sounding, 0.0),) if self._sounding else ()
        if self._waiting and self._waiting[0][1].kind == "ended":
            self._waiting.popleft()
        self._sounding = ""
        if drop:
            self._waiting.clear()
        return ended

    def adopt(self, other: Beat) -> None:
        """Go on from another one: its grid, and who waits."""
        self._origin, self._tapped, self._now = other._origin, other._tapped, other._now
        self._waiting = other._waiting
        if self._written == other._written:
            self._step = other._step
