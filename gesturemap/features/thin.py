"""A sensor that sends much faster than demonstrated is averaged down to the demonstrated rate."""

from __future__ import annotations

import math

import numpy as np

from gesturemap.frames import Frame, Spec, Values

FASTER, NEARER = 1.5, 1.3
"""How many times the wanted rate it must send to be thinned, and below how many it no longer is."""
SOON, WINDOW = 0.1, 0.5
"""Seconds after which its rate is known for the first time, and from then on anew."""
LATE = 0.95
"""Wanted periods after which a frame is given though not all of its own have come: the sensor may be slow now."""
PAUSE = 0.25
"""Seconds without a frame after which what came before belongs to another movement; packets come more often."""
TURNS = {"deg": 360.0, "rad": 2.0 * math.pi}
"""Units of angles, and what is once around: they jump by it."""


class ThinRun:
    """Gives the mean of every so many frames with the last one's time, as models count in frames.

    How many these are, on average, says the rate at which frames come, not their times: several in one packet may have
    the same. The mean is the low pass that keeps out most of what the wanted rate could not show.
    Frames that come at up to one and a half times the wanted rate, or slower, go through as they are.

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
        self._wanted = rate
        self._ratio = 1.0
        """How many frames come for one that is wanted; 1: each goes through."""
        self._sure = False
        """Whether it was measured over a whole `WINDOW`."""
        self.between = False
        """Whether the last frame has gone into one that is still to come."""
        self._begin, self._count, self._window = math.nan, 0, SOON
        self._last = self._given = -math.inf
        """When a frame came, and one was given."""
        self._phase = 0.0
        self._taken: list[Values] = []

    def adopt(self, before: ThinRun) -> None:
        """Know what was known of this sensor's rate."""
        ratio = before._ratio * before._wanted / self._wanted
        if before._ratio > 1.0 and ratio >= NEARER:
            self._ratio, self._sure = ratio, before._sure

    def step(self, frame: Frame) -> Frame | None:
        """Take one frame; None where it is to come with others."""
        if not 0.0 <= frame.time - self._last <= PAUSE:
            self._begin, self._count, self._window = frame.time, 0, SOON
            self._taken, self._phase = [], 0.0
        else:
            self._measure(frame.time)
        self._last = frame.time
        self.between = False
        if self._ratio == 1.0:
            return frame
        self._taken.append(frame.values)
        self._phase += 1.0
        late = (
            frame.time - self._given > LATE / self._wanted
        )  # the next ones make up for it, if there are more
        self.between = self._phase < self._ratio and not late
        if self.between:
            return None
        self._phase, self._given = max(self._phase - self._ratio, -self._ratio), frame.time
        values, self._taken = self._mean(np.array(self._taken)), []
        return Frame(frame.time, values, frame.arrived)

    def _measure(self, time: float) -> None:
        """See how fast frames come."""
        self._count += 1
        lasted = time - self._begin
        if lasted < self._window:
            return
        ratio = self._count / lasted / self._wanted
        thins = ratio >= (NEARER if self._ratio > 1.0 and self._sure else FASTER)
        if not thins or self._ratio == 1.0:
            self._taken, self._phase = [], 0.0
        self._ratio, self._sure = ratio if thins else 1.0, self._window == WINDOW
        self._begin, self._count, self._window = time, 0, WINDOW

    def _mean(self, values: Values) -> Values:
        """(C,) of some frames (T, C); of a channel only what is a number."""
        for channel, turn in self._turns:
            apart = values[:, channel] - values[-1, channel]
            values[:, channel] -= turn * np.round(apart / turn)
        known = np.isfinite(values)
        many = known.sum(axis=0)
        shares = np.where(known, values, 0.0) / np.maximum(many, 1)
        mean: Values = np.where(many > 0, shares.sum(axis=0), np.nan)
        return mean
