"""What of the project in front of us began, ended and went wrong lately: windows that come later show it too."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from gesturemap import commands as c
from gesturemap.clock import SystemClock

SPAN = 60.0
"""Seconds that are remembered."""
MOST = 20
"""Faults that are."""


class Lately:
    """The events of the last minute; those of the project before are told no more once another is opened.

    Parameters
    ----------
    now : the machine's clock, as the engine has it.
    """

    def __init__(self, now: Callable[[], float] = SystemClock.now) -> None:
        self._now = now
        self._told: deque[tuple[float, c.Happened]] = deque()
        self._missed: deque[tuple[float, c.Fault]] = deque(maxlen=MOST)
        self._leaving = 0
        """How often another project was opened of which the engine has not heard yet."""

    def takes(self, notice: c.Happened, going: tuple[str, ...]) -> bool:
        """Remember what the engine says; False where nobody is to be told of it.

        Parameters
        ----------
        going : gestures that have begun and not ended, as everybody was told.
        """
        if self._leaving or (notice.kind != "began" and notice.label not in going):
            return False
        now = self._now()
        self._told.append((now, notice))
        while self._told[0][0] < now - SPAN:
            self._told.popleft()
        return True

    def missed(self, fault: c.Fault) -> None:
        """Remember what went wrong while nobody was there to be told."""
        self._missed.append((self._now(), fault))

    def end(self, going: tuple[str, ...], tell: Callable[[c.Message], None]) -> None:
        """What goes on ends, as everybody is told, as another project comes."""
        self._missed.clear()
        for label in going:
            tell(c.Happened("ended", label, 0.0, 0.0))

    def loaded(self, *, opened: bool) -> None:
        """The engine is sent a project; one that was just opened has no past."""
        if opened:
            self._leaving += 1
            self._told.clear()

    def left(self) -> None:
        """The engine has heard of it."""
        self._leaving = max(0, self._leaving - 1)

    def died(self) -> None:
        """No engine says anything of the project before any more."""
        self._leaving = 0

    def notice(self) -> c.Lately:
        """What somebody who has come in is told."""
        since = self._now() - SPAN
        events = [[each.kind, each.label, each.value, at] for at, each in self._told if at >= since]
        return c.Lately(events, [[each.place, each.text] for at, each in self._missed if at >= since])
