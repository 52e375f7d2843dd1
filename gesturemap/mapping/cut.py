"""What a panic has cut is not heard again before it has ended, even if it is held."""

from __future__ import annotations

import math
from collections.abc import Mapping

from gesturemap.frames import Event

SILENCED = 1.0
"""Seconds in which a gesture that was cut may begin anew unheard; one that takes longer is made again."""


class Cut:
    """Lets through what gestures do, but for those that were cut, each until it ends.

    It comes before the wait for a beat: what still waits goes on, too, and is cut with the rest.
    """

    def __init__(self) -> None:
        self._until: dict[str, float] = {}
        """Gesture -> until when it may begin anew unheard; inf: it has, and is unheard until it ends."""
        self._going: dict[str, None] = {}

    def heard(self, events: tuple[Event, ...], now: float) -> tuple[Event, ...]:
        """Those of the events of `now`, in seconds, that are heard."""
        if not events:
            return events
        kept = []
        for event in events:
            until = self._until.get(event.label)
            if event.kind == "began" and until is not None and now <= until:
                self._until[event.label] = math.inf
                continue
            self._until.pop(event.label, None)
            if event.kind == "began":
                self._going[event.label] = None
            elif until is None:
                self._going.pop(event.label, None)
            else:
                continue
            kept.append(event)
        return tuple(kept)

    @property
    def labels(self) -> tuple[str, ...]:
        """The gestures that are cut."""
        return tuple(self._until)

    @property
    def going(self) -> tuple[str, ...]:
        """The gestures that were heard to begin and not to end."""
        return tuple(self._going)

    def cut(self, labels: tuple[str, ...], now: float) -> None:
        """These are not heard until they have ended; they may not have been left yet."""
        self._until |= dict.fromkeys(labels, now + SILENCED)

    def adopt(self, before: Cut, names: Mapping[str, str]) -> None:
        """Go on with what was cut, and what goes on, in another; `names` are the gestures' now, by those they had.

        What has begun ends under the name under which it began.
        """
        self._until = {
            label if until == math.inf else names.get(label, label): until
            for label, until in before._until.items()
        }
        self._going = dict(before._going)

    def begin(self) -> None:
        """Whoever said what goes on begins anew: nothing does."""
        self._going.clear()
