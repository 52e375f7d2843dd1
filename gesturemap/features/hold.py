"""Wild frames of a sensor are held off in front of features, before they are smeared, and of models they would sway."""

from __future__ import annotations

import numpy as np

from gesturemap.frames import Frame, Spec, Values
from gesturemap.glitches import HOLD


class HoldRun:
    """Gives the values before in place of wild ones, for `HOLD` frames in a row at most; see `elementary.settle`.

    Parameters
    ----------
    spec : what the sensor sends, C channels.
    bounds : (2, C) beyond these a value that was jumped to is wild, see `glitches.bounds`.
    """

    delay = 0.0

    def __init__(self, spec: Spec, bounds: Values) -> None:
        self.spec = spec
        self._low, self._high = bounds
        self._reach = (self._high - self._low) / 3.0
        self._sides: list[list[float]] = bounds.T.tolist()
        self._last = np.full(spec.width, np.nan)
        self._none = np.zeros(spec.width, dtype=np.int64)
        self._held = self._none

    def step(self, frame: Frame) -> Frame | None:
        """Take one frame; one within the bounds goes on as it is, and what is no number is the features' matter.

        None for a wild one that has none before it: a performance begins with the first that is not.
        """
        values = frame.values
        for value, (low, high) in zip(values.tolist(), self._sides, strict=True):
            if not low <= value <= high:
                break
        else:  # nearly always: it takes a microsecond
            self._last = values
            self._held = self._none
            return frame
        beyond = (values < self._low) | (values > self._high)
        wild = beyond & ~(np.abs(values - self._last) <= self._reach) & (self._held < HOLD)
        self._held = np.where(wild, self._held + 1, 0)
        made = np.where(wild, self._last, values)
        self._last = np.where(np.isfinite(made), made, self._last)
        if np.isnan(made[wild]).any():
            return None
        return Frame(frame.time, made, frame.arrived)
