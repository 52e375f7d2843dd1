"""Movements that are none of the gestures, as they come: each is offered once, and few of them. No Qt."""

from __future__ import annotations

import math

from gesturemap.teaching.unknown import LATE, Pace
from gesturemap.window.facts.document import Document
from gesturemap.window.facts.live import Live
from gesturemap.window.facts.marks import Marks
from gesturemap.window.facts.past import Past

EVERY = 0.5
"""Seconds between two looks."""
AFTER = 0.4
"""Seconds beyond `LATE` after which a movement counts as ended."""


class Alarm:
    """Looks at each movement of the last minute once it has ended."""

    def __init__(self) -> None:
        self.on = True
        self._pace = Pace()
        self._looked = self._judged = -math.inf

    def tick(
        self, now: float, clock: float, document: Document, live: Live, past: Past, marks: Marks
    ) -> bool:
        """Look again; True where something was offered.

        Parameters
        ----------
        now : in seconds of this process.
        clock : the moment that comes now, in seconds of the machine's clock.
        """
        known = document.trained.novelty if document.trained else None
        if not self.on or known is None or now - self._looked < EVERY or not math.isfinite(clock):
            return False
        self._looked = now
        if document.recording or document.by_movement:
            self._judged = clock  # it becomes a demonstration as it is
        usual = usual_of(document)
        found = [each for each in live.movements()[2] if self._judged < each.end < clock - LATE - AFTER]
        offered = False
        for each in found:
            self._judged = each.end
            if usual and past.unknown(each, known, usual) and self._pace.may(now):
                marks.offer(each, "")
                offered = True
        return offered

    def forget(self) -> None:
        """Another project."""
        self._judged = -math.inf


def usual_of(document: Document) -> float:
    """Seconds of a median demonstration that is learned from; 0: there is none."""
    seconds = sorted(take.seconds for take in document.takes.values() if take.learned)
    return seconds[len(seconds) // 2] if seconds else 0.0
