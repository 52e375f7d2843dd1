"""In which order and how often messages go: clock, then notes as they came, then the newest of each controller."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Hashable
from typing import NamedTuple

MOST_NOTES = 512
"""Messages of notes that wait for a slow device; of more, the oldest that has not begun is left out with its end."""
MOST_URGENT = 24


class Waiting(NamedTuple):
    """One or more messages that must stay together."""

    data: bytes
    begins: tuple[int, int] | None = None
    """Channel and key of the note that it begins."""
    ends: tuple[int, int] | None = None
    hushes: bool = False
    """Whether it ends all that sounds."""


class Pace:
    """Messages that wait.

    Parameters
    ----------
    rate : how often one controller may be sent, a second; 0: without limit.
    """

    def __init__(self, rate: float) -> None:
        self.dropped = 0
        """Notes and clocks left out because nothing was taken."""
        self._period = 1.0 / rate if rate else 0.0
        self._urgent: deque[bytes] = deque()
        self._notes: deque[Waiting] = deque()
        self._never: set[tuple[int, int]] = set()
        """Channel and key of notes that were left out and whose end has not come yet."""
        self._values: dict[Hashable, bytes] = {}
        self._free: dict[Hashable, float] = {}
        """When each controller may be sent again."""
        self.sounding: set[tuple[int, int]] = set()
        """Channel and key of every note that was given out to be sent and whose end was not: of all that may be left
        out, only this has to be ended."""

    def urgent(self, data: bytes) -> None:
        """A real time message; an old one is of no use."""
        if len(self._urgent) >= MOST_URGENT:
            self._urgent.popleft()
            self.dropped += 1
        self._urgent.append(data)

    def note(self, waiting: Waiting) -> None:
        """A message that keeps its place in the order."""
        if waiting.ends in self._never:
            self._never.remove(waiting.ends)
            return
        self._notes.append(waiting)
        if len(self._notes) > MOST_NOTES:
            self._leave_out()

    def value(self, key: Hashable, data: bytes) -> None:
        """The newest value of a controller, in place of one that still waits."""
        self._values[key] = data

    def forget(self, key: Hashable) -> None:
        """What waits of a controller is of no use any more; it may be sent again at once."""
        self._values.pop(key, None)
        self._free.pop(key, None)

    def clear(self) -> int:
        """Nothing waits any more, not even what ends notes. Return how many messages there were."""
        count = len(self._urgent) + len(self._notes) + len(self._values)
        self._urgent.clear()
        self._notes.clear()
        self._never.clear()
        self._values.clear()
        self._free.clear()
        return count

    @property
    def may_sound(self) -> set[tuple[int, int]]:
        """What sounds, and what will as soon as what waits is given out."""
        return self.sounding | {each.begins for each in self._notes if each.begins}

    def next(self, now: float) -> bytes:
        """What is to be sent now; empty: nothing."""
        if self._urgent:
            return self._urgent.popleft()
        if self._notes:
            return self._given_out(self._notes.popleft())
        for key in self._values:
            if self._free.get(key, -math.inf) <= now:
                self._free[key] = now + self._period
                return self._values.pop(key)
        return b""

    def _given_out(self, waiting: Waiting) -> bytes:
        if waiting.hushes:
            self.sounding.clear()
        if waiting.ends:
            self.sounding.discard(waiting.ends)
        if waiting.begins:
            self.sounding.add(waiting.begins)
        return waiting.data

    def due(self) -> float:
        """When there is something to send; infinity: never."""
        if self._urgent or self._notes:
            return -math.inf
        return min((self._free.get(key, -math.inf) for key in self._values), default=math.inf)

    def _leave_out(self) -> None:
        """Leave out the oldest note that has not begun, and its end; what ends a note that sounds always stays."""
        waiting = list(self._notes)
        first = next((i for i, each in enumerate(waiting) if each.begins and not each.ends), None)
        if first is None:
            first = next((i for i, each in enumerate(waiting) if not each.ends and not each.hushes), None)
        if first is None:
            return  # as many as there are keys at most
        key = waiting[first].begins
        last = next((i for i in range(first + 1, len(waiting)) if key and waiting[i].ends == key), None)
        if key and last is None:
            self._never.add(key)
        gone = {first, last}
        self._notes = deque(each for i, each in enumerate(waiting) if i not in gone)
        self.dropped += 1
