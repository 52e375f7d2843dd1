"""How long the built-in synth is silent after a panic."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from gesturemap.frames import Controls, Frame, Values

SILENCE = 1.0
"""Seconds of a panic's silence before controls can end it."""
MOVED = 0.05
"""Part of its range by which a control has moved when the hand has."""
STIRRED, LATELY = 0.1, 1.0
"""Part of what was shown by which a channel of the sensor has changed, within so many seconds, if somebody moves."""


class Hush:
    """Says when what a panic has silenced may sound again: never by itself.

    A gesture that begins ends the silence, if there was a movement: a model may hear one at rest. Where none can begin,
    as no mapping tells of gestures, the hand does: after `SILENCE` seconds it is noted where the controls are, and one
    that is further from there than `MOVED` of its range ends it. A hand that is held still, or a sensor that falls
    silent, does not.

    Parameters
    ----------
    rest : (N,) controls at rest.
    spans : (N,) how wide the range of each is; 0 where nobody knows: then what it has had, its rest included, counts.
    gestures : whether gestures can begin.
    bounds : (2, C) of the sensor's values, three times as wide as what was shown, see `demonstrations.reach`; empty:
        nobody knows, and every gesture that begins ends the silence.
    before : of the instrument before, whose silence goes on.
    """

    def __init__(
        self, rest: Values, spans: Values, *, gestures: bool, bounds: Sequence[Sequence[float]] = (),
        before: Hush | None = None,
    ) -> None:  # fmt: skip
        self.on: bool = before.on if before else False
        """Whether there was a panic whose silence is not over."""
        self.gestures, self._spans = gestures, spans
        self._lowest, self._highest = rest, rest
        self._held: Values | None = None
        """Where the controls were when the hand began to count."""
        self._from = -math.inf
        self._anew = self.on
        self._shown = np.subtract(bounds[1], bounds[0]) / 3.0 if bounds else None
        self._was: tuple[Values, Values] | None = None
        """(C,) the least and the greatest that came in the half of `LATELY` before this one, and..."""
        self._is: tuple[Values, Values] | None = None
        """...in this one."""
        self._half = self._stirred = -math.inf
        """When this one began, and when somebody moved last."""

    def panic(self, now: float) -> None:
        """Silence from now on, in seconds of the frames."""
        self.on, self._anew, self._held, self._from = True, False, None, now + SILENCE
        self._was, self._is, self._half, self._stirred = None, None, -math.inf, -math.inf

    def see(self, frame: Frame) -> None:
        """While it lasts: what the sensor sends says whether somebody moves."""
        if not self.on or self._shown is None or len(self._shown) != len(frame.values):
            return
        now, values = frame.time, frame.values
        if self._is is None or not 0.0 <= now - self._half < 0.5 * LATELY:
            self._was, self._is, self._half = self._is, (values, values), now
        self._is = np.fmin(self._is[0], values), np.fmax(self._is[1], values)
        low, high = self._is if self._was is None else (
            np.fmin(self._is[0], self._was[0]), np.fmax(self._is[1], self._was[1])
        )  # fmt: skip
        if np.any(high - low > STIRRED * self._shown):
            self._stirred = now

    def anew(self) -> None:
        """Where it lasts, it begins again with the next frame: what is between here and there is no movement."""
        self._anew = self.on

    def lift(self) -> None:
        """It is over."""
        self.on = False

    def ended_by(self, controls: Controls, *, late: bool = False) -> bool:
        """Whether what a frame has brought ends the silence now; `late`: it has waited for a beat."""
        if not self.gestures:
            self._lowest = np.fmin(self._lowest, controls.values)
            self._highest = np.fmax(self._highest, controls.values)
        if not self.on:
            return False
        if self._anew:
            self.panic(controls.time)
        stirred = (late and self._stirred > -math.inf) or controls.time - self._stirred <= LATELY
        began = any(event.kind == "began" for event in controls.events)
        if (began and (stirred or self._shown is None)) or self._moved(controls):
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
