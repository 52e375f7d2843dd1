"""A performance of `strokes`: the last moments, and how long ago a stroke was seen."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from gesturemap.frames import NONE, Estimate, Frame
from gesturemap.models import strokes_kernel
from gesturemap.models.model import misfit, winner
from gesturemap.models.strokes_view import Trigger

if TYPE_CHECKING:
    from gesturemap.models.strokes import StrokesModel

LASTS = 0.75
"""How long a stroke is said to last once it was seen, in median demonstrations."""


class StrokesFollower:
    """One performance: the last frames, and how long ago a stroke was seen."""

    def __init__(self, model: StrokesModel) -> None:
        seen, gestures = model.seen, len(model.labels)
        self._seen, self._answer, self._spec = seen, model.forest.start(), model.spec
        self._ring = np.zeros((seen.points * seen.hop, model.spec.width))
        self._look = np.empty((2 * seen.points - 1) * model.spec.width)
        self._newest, self._begun = 0, False
        self._thresholds = model.thresholds
        self._trigger = Trigger(model.thresholds, model.learner.quiet(seen, model.seconds))
        self._half = 0.5 * seen.length * model.seconds
        self._rest = math.ceil(LASTS * seen.length)
        self._age, self._which = self._rest, NONE
        flat, nothing = np.full(gestures, 1.0 / gestures), np.zeros(gestures)
        self._posterior = flat
        self._last = Estimate(
            0.0, nothing, flat, nothing, nothing, np.zeros(0), np.zeros(0), np.zeros(model.spec.width), NONE
        )

    def step(self, frame: Frame) -> Estimate:
        """Take one frame; one with a value that is not finite changes nothing and repeats the last estimate."""
        time, values, arrived = frame
        if len(values) != self._ring.shape[1]:
            raise misfit(self._spec, values)
        if not np.isfinite(values).all():
            self._last = self._last._replace(
                time=time, features=values, arrived=arrived, spotted=NONE, since=0.0
            )
            return self._last
        ring, seen = self._ring, self._seen
        centred = seen.scaled(values)
        if not self._begun:
            ring[:] = centred
            self._begun = True
        self._newest = self._newest + 1 if self._newest + 1 < len(ring) else 0
        ring[self._newest] = centred
        strokes_kernel.look(ring, self._newest, seen.points, seen.hop, self._look)
        answer = self._answer(self._look)
        spotted = self._trigger.step(answer)
        shares = answer[1:] + 1e-9
        fit = np.minimum(0.5 * answer[1:] / self._thresholds, 1.0)
        progress = np.zeros(len(fit))
        self._age = min(self._age + 1, self._rest)
        if spotted != NONE:
            self._which, self._age, self._posterior = spotted, 0, shares / shares.sum()
        if self._which != NONE and self._age < self._rest:
            # it lasts as long as it was demonstrated
            share, posterior = self._age / self._rest, self._posterior
            progress[self._which] = 0.5 + 0.5 * share
            fit[self._which] = max(fit[self._which], 1.0 - 0.5 * share)
        else:
            posterior = shares / shares.sum()
        since = time - self._half if spotted != NONE and math.isfinite(time) else 0.0
        self._last = Estimate(
            time, np.log(shares), posterior, progress, fit, self._last.outputs, self._last.deviations,
            values, winner(posterior, fit), arrived, spotted, since,
        )  # fmt: skip
        return self._last
