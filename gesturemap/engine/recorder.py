"""Recording a demonstration from the running stream, with the moments before the button was pressed."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from gesturemap.demonstrations import Demonstration
from gesturemap.engine.movement import Movements
from gesturemap.engine.past import KEPT, Part, Past
from gesturemap.frames import Frame, Spec

MOST_FRAMES = 500_000
"""A recording that was forgotten ends here."""


Each = Callable[[Demonstration, float], None]


class Recorder:
    """Keeps the last minute, and everything while a recording runs."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.label = ""
        self.past = Past(spec)
        self._first = 0
        """The number of the first frame of the recording."""
        self._movements: Movements | None = None
        self._each: Each

    def add(self, frame: Frame) -> None:
        """Take one raw frame of the sensor."""
        self.past.add(frame)
        if self._movements is not None and (span := self._movements.step(frame.arrived)) is not None:
            part = self.between(*span)
            self._each(self.made(self.label, part), float(part.arrived[0]))

    def by_movement(self, label: str, each: Each) -> None:
        """Begin to find movements; `each` is called with every one, and when its first frame arrived."""
        self.start(label, 0.0, 0.0)
        self.past.hold(None)
        self._movements, self._each = Movements(self.past), each

    @property
    def looks(self) -> bool:
        """Whether movements are looked for."""
        return self._movements is not None

    def start(self, label: str, pre_roll: float, now: float) -> None:
        """Begin; frames that arrived within `pre_roll` seconds before `now` belong to it."""
        self.label, self._movements = label, None
        self._first = self.past.since(now - min(pre_roll, KEPT)) if pre_roll > 0 else self.past.count
        self.past.hold(range(self._first, self._first + MOST_FRAMES))

    def __len__(self) -> int:
        """Frames of what is being recorded."""
        return min(self.past.count - self._first, MOST_FRAMES) if self.label else 0

    @property
    def began(self) -> float:
        """When the first frame of what is being recorded arrived, in seconds of the clock."""
        return float(self.past.part(self._first, self._first + 1).arrived[0]) if len(self) else 0.0

    def stop(self, until: float = math.inf) -> Demonstration:
        """End, and return what was recorded, its time starting at 0; what arrived after `until` is none of it."""
        last = min(self._first + len(self), self.past.since(np.nextafter(until, np.inf)))
        label, part = self.label, self.past.part(self._first, max(self._first, last))
        if self._movements is not None:
            now = float(part.arrived[-1]) if len(part.arrived) else 0.0
            span = self._movements.end(now)
            part = self.between(*span) if span is not None else self.past.part(0, 0)
        self.label, self._movements = "", None
        self.past.hold(None)
        return self.made(label, part)

    def made(self, label: str, part: Part) -> Demonstration:
        """A demonstration of these frames; by their arrival, where the sensor's clock began anew among them."""
        time = part.time if (np.diff(part.time) >= 0.0).all() else np.maximum.accumulate(part.arrived)
        return Demonstration("", label, self.spec, time - time[0] if len(time) else time, part.values)

    def kept(self, now: float) -> float:
        """For how many seconds before `now` frames are there: `KEPT` at most, fewer where the engine has just begun."""
        first = self.past.since(now - KEPT)
        oldest = self.past.part(first, first + 1).arrived
        return min(KEPT, now - float(oldest[0])) if len(oldest) else 0.0

    def between(self, start: float, end: float) -> Part:
        """What arrived between two moments of the last minute, on the clock of the run, both counted in."""
        return self.past.part(self.past.since(start), self.past.since(np.nextafter(end, np.inf)))
