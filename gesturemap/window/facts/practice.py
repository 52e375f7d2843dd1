"""Practising: how like the demonstrations of a gesture each execution is, as they come. No Qt; time is passed in."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from gesturemap.frames import Channel, Spec
from gesturemap.teaching.aligned import resampled
from gesturemap.teaching.consistency import Standard, steps
from gesturemap.teaching.movement import PAUSE, ROOM, Span
from gesturemap.window.facts.live import Live
from gesturemap.window.facts.shelf import Shelf
from gesturemap.window.words import teaching as said

EVERY = 0.3
"""Seconds between two looks."""
AFTER = PAUSE + ROOM
"""Seconds after which a movement counts as ended: as long as it lasts, it ends with what has come."""
SHORTEST, LONGEST = 0.5, 2.0
"""Of the usual length: what is shorter or longer is another movement."""
KEPT = 5
"""Executions that are told."""


class Execution(NamedTuple):
    """One movement beside the demonstrations."""

    score: float
    """0..1"""
    seconds: float
    worst: str
    """The channel in which it differs most."""


class Practice:
    """Judges each movement of the live stream once it has ended, while somebody practises a gesture."""

    def __init__(self) -> None:
        self.gesture = ""
        self.standard: Standard | None = None
        self.executions = deque[Execution](maxlen=KEPT)
        self._made: tuple[object, ...] = ()
        self._steps: Iterator[Standard | None] | None = None
        self._looked = self._judged = -math.inf
        self._last: Span | None = None
        """The movement that was judged last, where it was one of the gesture's length."""

    def begin(self, gesture: str) -> None:
        """Practise this gesture from the next movement on; without a name, none."""
        if gesture == self.gesture:
            return
        self.gesture, self.standard, self._steps, self._made = gesture, None, None, ()
        self.executions.clear()
        self._judged, self._last = -math.inf, None

    def tick(self, now: float, live: Live, shelf: Shelf) -> bool:
        """Look whether a movement has ended; True where there is something new to say."""
        if not self.gesture or not self._ready(shelf):
            return False
        if self.standard is None or now - self._looked < EVERY:
            return False
        self._looked = now
        ring = live.minute
        if ring.names != self.standard.names:
            return False
        clock = ring.origin + live.age(ring)
        if not math.isfinite(self._judged):
            self._judged = clock  # what was moved before is not practised
        found = [each for each in live.movements()[2] if self._judged < each.end < clock - AFTER]
        for each in found:
            self._judged = each.end
            self._judge(each, live)
        return bool(found)

    def _ready(self, shelf: Shelf) -> bool:
        """Go on working out what is measured by; whether that is there."""
        made = (shelf.version, self.gesture)
        if made != self._made and not shelf.left:
            own, every = shelf.of(self.gesture), shelf.all
            self._made = made
            if own:
                newest = own[-1]
                same = [one for one in own if one.names == newest.names]
                others = {
                    one.label: one.curve
                    for one in every
                    if one.label != self.gesture and one.names == newest.names
                }
                spec = Spec(tuple(map(Channel, newest.names, newest.units)))
                self._steps = steps(self.gesture, spec, [(one.curve, one.seconds) for one in same], others)
        if self._steps is not None and (found := next(self._steps, None)) is not None:
            self.standard, self._steps = found, None
        return self.standard is not None

    def _judge(self, span: Span, live: Live) -> None:
        ring, standard = live.minute, self.standard
        seconds = span.end - span.start
        if standard is None or not SHORTEST * standard.seconds <= seconds <= LONGEST * standard.seconds:
            return
        time, values = ring.view()
        inside = (time + ring.origin >= span.start) & (time + ring.origin <= span.end)
        if inside.sum() < 2 or not np.isfinite(values[:, inside]).all():
            return
        if self._last is not None and span.start < self._last.end and self.executions:
            self.executions.pop()  # the same movement, whose ends are seen better now
        self._last = span
        score, worst = standard.compared(resampled(time[inside], values[:, inside].T))
        self.executions.append(Execution(score, seconds, worst))

    def text(self) -> str:
        """What is told, in words; empty while nobody practises."""
        if not self.gesture:
            return ""
        usual = ""
        if self.standard is not None and not math.isnan(self.standard.usual):
            usual = said.PRACTICE_USUAL.format(share=self.standard.usual)
        if not self.executions or self.standard is None:
            return said.PRACTICE_BEGIN.format(gesture=self.gesture) + usual
        newest, before = self.executions[-1], list(self.executions)[:-1]
        text = said.PRACTICE.format(
            share=newest.score, gesture=self.gesture, seconds=newest.seconds, usual=self.standard.seconds,
            channel=newest.worst,
        )  # fmt: skip
        if before:
            text += said.PRACTICE_BEFORE.format(", ".join(said.SHARE.format(one.score) for one in before))
        return text + usual
