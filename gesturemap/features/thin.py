"""A sensor that sends much faster than demonstrated is averaged down to the demonstrated rate."""

from __future__ import annotations

import math

import numpy as np

from gesturemap.frames import Frame, Spec, Values

FASTER, NEARER = 1.5, 1.3
"""How many times the wanted rate it must send to be thinned, and below how many it no longer is."""
SOON, WINDOW = 0.1, 0.5
"""Seconds after which its rate is known for the first time, and from then on anew."""
TURNS = {"deg": 360.0, "rad": 2.0 * math.pi}
"""Units of angles, and what is once around: they jump by it."""


class ThinRun:
    """Gives the mean of the frames of each wanted period with the last one's time, as models count in frames.

    The mean over a period is the low pass that keeps out most of what the wanted rate could not show. Frames that come
    at up to one and a half times the wanted rate, or slower, go through as they are.

    Parameters
    ----------
    spec : what the sensor sends, C channels.
    rate : wanted frames a second.
    """

    delay = 0.0

    def __init__(self, spec: Spec, rate: float) -> None:
        self.spec = spec
        self._turns = [
            (i, TURNS[channel.unit]) for i, channel in enumerate(spec.channels) if channel.unit in TURNS
        ]
        self._wanted, self._period = rate, 1.0 / rate
        self._thins = False
        self.between = False
        """Whether the last frame has gone into one that is still to come."""
        self._begin, self._count, self._window = math.nan, 0, SOON
        self._due = -math.inf
        self._taken: list[Values] = []

    def step(self, frame: Frame) -> Frame | None:
        """Take one frame; None where it is to come with others."""
        self._measure(frame.time)
        self.between = False
        if not self._thins:
            return frame
        self._taken.append(frame.values)
        half = 0.5 * self._period / FASTER  # of a step of the sensor: its times are rounded
        self.between = self._due - self._period - half < frame.time < self._due - half
        if self.between:
            return None
        on_time = abs(frame.time - self._due) < self._period
        self._due = (self._due if on_time else frame.time) + self._period
        values, self._taken = self._mean(np.array(self._taken)), []
        return Frame(frame.time, values, frame.arrived)

    def _measure(self, time: float) -> None:
        """See how fast frames come."""
        if not 0.0 <= time - self._begin <= 2.0 * WINDOW:
            self._begin, self._count, self._window = time, 0, SOON
            return
        self._count += 1
        lasted = time - self._begin
        if lasted < self._window:
            return
        ratio = self._count / lasted / self._wanted
        thins = ratio >= (NEARER if self._thins else FASTER)
        if thins != self._thins:
            self._thins, self._taken, self._due = thins, [], -math.inf
        self._begin, self._count, self._window = time, 0, WINDOW

    def _mean(self, values: Values) -> Values:
        """(C,) of some frames (T, C); of a channel only what is a number."""
        for channel, turn in self._turns:
            apart = values[:, channel] - values[-1, channel]
            values[:, channel] -= turn * np.round(apart / turn)
        known = np.isfinite(values)
        many = known.sum(axis=0)
        sums = np.where(known, values, 0.0).sum(axis=0)
        mean: Values = np.where(many > 0, sums / np.maximum(many, 1), np.nan)
        return mean
