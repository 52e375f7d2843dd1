"""How long the built-in synth is silent after a panic."""

from __future__ import annotations

import math

import numpy as np

from gesturemap.frames import Controls, Values

SILENCE = 1.0
"""Seconds of a panic's silence before controls can end it."""
MOVED = 0.05
"""Part of its range by which a control has moved when the hand has."""


class Hush:
    """Says when what a panic has silenced may sound again: never by itself.

    A gesture that begins ends the silence. Where none can begin, as no mapping tells of gestures, the hand does: after
    `SILENCE` seconds it is noted where the controls are, and one that is further from there than `MOVED` of its range
    ends it. A hand that is held still, or a sensor that falls silent, does not.

    Parameters
    ----------
    rest : (N,) controls at rest.
    spans : (N,) how wide the range of each is; 0 where nobody knows: then what it has had, its rest included, counts.
    gestures : whether gestures can begin.
    before : of the instrument before, whose silence goes on.
    """

    def __init__(self, rest: Values, spans: Values, *, gestures: bool, before: Hush | None = None) -> None:
        self.on: bool = before.on if before else False
        """Whether there was a panic whose silence is not over."""
        self.gestures, self._spans = gestures, spans
        self._lowest, self._highest = rest, rest
        self._held: Values | None = None
        """Where the controls were when the hand began to count."""
        self._from = -math.inf
        self._anew = self.on

    def panic(self, now: float) -> None:
        """Silence from now on, in seconds of the frames."""
        self.on, self._anew, self._held, self._from = True, False, None, now + SILENCE

    def anew(self) -> None:
        """Where it lasts, it begins again with the next frame: what is between here and there is no movement."""
        self._anew = self.on

    def lift(self) -> None:
        """It is over."""
        self.on = False

    def ended_by(self, controls: Controls) -> bool:
        """Whether what a frame has brought ends the silence now."""
        if not self.gestures:
            self._lowest = np.fmin(self._lowest, controls.values)
            self._highest = np.fmax(self._highest, controls.values)
        if not self.on:
            return False
        if self._anew:
            self.panic(controls.time)
        if any(event.kind == "began" for event in controls.events) or self._moved(controls):
            self.on = False
        return not self.on

    def _moved(self, controls: Controls) -> bool:
        if self.gestures:
            return False
        if self._held is None or controls.time < self._from:
            self._held = controls.values
            return False
        ranges = np.where(self._spans > 0.0, self._spans, self._highest - self._lowest)
        return bool(np.any(np.abs(controls.values - self._held) > MOVED * ranges))
