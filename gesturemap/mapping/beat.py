"""Beat: a grid in time, and the events that wait for it."""

from __future__ import annotations

import math
from collections import deque
from typing import NamedTuple

from gesturemap.frames import Event

SHORTEST_TAP, LONGEST_TAP = 0.2, 2.0
"""Seconds between two taps that set a tempo: 300 to 30 beats a minute."""
MOST = 64
"""Events that wait; a beginning for which there is no room is left out, and its end with it."""


LATE = 0.02
"""Seconds by which the next time of the grid may be found to have gone already, and still counts as it."""


class Waiting(NamedTuple):
    """An event that comes out later."""

    due: float
    event: Event
    number: int = 0
    """Of its time on the grid, where it is a beginning."""


class Beat:
    """Beginnings wait for the next time of the grid, ends as long as their beginning did; all in their order.

    The grid is there from the first beginning on, or from a tap; where beats come from outside it is theirs, counted
    from the first beat of the song. Times are seconds of one clock that goes on between frames too. An end waits no
    longer than for the next beginning, so that one gesture goes on at a time.

    Parameters
    ----------
    beats : between two times of the grid.
    tempo : beats a minute.
    grace : seconds after a time of the grid in which a beginning still counts as there.
    tap : the gesture that sets the grid; its own events do not wait.
    """

    def __init__(self, beats: float, tempo: float, grace: float, tap: str) -> None:
        self._written = beats, tempo
        self._own_step = self._step = beats * 60.0 / tempo
        self._beats, self._grace, self._tap = beats, grace, tap
        self._led = False
        """Whether beats come from outside."""
        self._origin = self._tapped = math.nan
        self._now = 0.0
        self._waiting: deque[Waiting] = deque()
        self._delay = 0.0
        """Seconds that the beginning taken last waits."""
        self._refused = False
        self._sounding = ""

    @property
    def due(self) -> float:
        """When the next event comes out; inf: none waits."""
        return self._waiting[0].due if self._waiting else math.inf

    def step(self, events: tuple[Event, ...], now: float) -> tuple[Event, ...]:
        """Take what happened now, nan: at no new time; return what comes out now."""
        self._now = now = now if -math.inf < now < math.inf else self._now
        for event in events:
            if event.kind == "began":
                self._begin(event, now)
            elif not self._refused:
                self._waiting.append(Waiting(now + self._delay, event))
        return self.release(now)

    def _begin(self, event: Event, now: float) -> None:
        self._refused = len(self._waiting) >= MOST
        if self._refused:
            return
        due, number = now, 0
        if event.label == self._tap:
            if not self._led:
                if SHORTEST_TAP <= now - self._tapped <= LONGEST_TAP:
                    self._step = self._beats * (now - self._tapped)
                self._origin = self._tapped = now
        elif math.isnan(self._origin):
            self._origin = now
        else:
            due, number = self._next(now)
        self._delay = due - now
        if self._waiting and self._waiting[-1].due > due:
            self._waiting[-1] = self._waiting[-1]._replace(due=due)
        self._waiting.append(Waiting(due, event, number))

    def _next(self, now: float) -> tuple[float, int]:
        """The next time of the grid, and its number."""
        number = math.ceil((now - self._origin - self._grace) / self._step - 1e-9)
        return max(self._origin + number * self._step, now), number

    def follow(self, at: float, step: float, now: float) -> None:
        """Beats come from outside: beat 0 was or will be `at`, they are `step` s apart (0: as far as they were).

        Who waits goes along: to the same time of the new grid or, where that is not among the next, to the next.
        """
        self._led, self._origin = True, at
        if step > 0.0:
            self._step = self._beats * step
        now = max(now, self._now)
        moved, last = 0.0, -math.inf
        rows: list[Waiting] = []
        for due, event, number in self._waiting:
            if event.kind == "began":
                new = at + number * self._step
                if not now - min(LATE, self._step / 2) <= new <= now + self._step:
                    new, number = self._next(now)
                last = max(new, last)
                moved = last - due
            rows.append(Waiting(min(due + moved, now + self._step), event, number))
        self._delay += moved
        self._waiting.clear()
        for row in reversed(rows):  # an end comes no later than the next beginning
            self._waiting.appendleft(row._replace(due=min(row.due, self.due)))

    def lead(self) -> None:
        """No beats come from outside any more: the grid goes on in the tempo of the settings."""
        self._led, self._step = False, self._own_step

    def release(self, now: float) -> tuple[Event, ...]:
        """What is due."""
        found: tuple[Event, ...] = ()
        # who waits longer than a step, waits for a clock that has jumped
        while self._waiting and (now >= self.due or self.due - now > self._step + 1e-6):
            event = self._waiting.popleft().event
            self._sounding = event.label if event.kind == "began" else ""
            found += (event,)
        return found

    def cut(self, *, drop: bool) -> tuple[Event, ...]:
        """End what sounds, now; what has not come out goes on waiting, or never comes."""
        ended = (Event("ended", self._sounding, 0.0),) if self._sounding else ()
        if self._waiting and self._waiting[0].event.kind == "ended":
            self._waiting.popleft()
        self._sounding = ""
        if drop:
            self._waiting.clear()
        return ended

    def adopt(self, other: Beat) -> None:
        """Go on from another one: its grid, and who waits."""
        self._origin, self._tapped, self._now = other._origin, other._tapped, other._now
        self._waiting, self._led = other._waiting, other._led
        self._delay, self._refused, self._sounding = other._delay, other._refused, other._sounding
        if self._written == other._written:
            self._step = other._step
