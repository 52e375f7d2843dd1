"""A spotter beside a recogniser: one says when, the other which; what they come to tell together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gesturemap.frames import NONE, Estimate, Frame
from gesturemap.models.model import Follower

SURER = 99.0
"""How many times likelier than what was spotted the recogniser must hold another gesture to be heeded."""
WAIT = 0.15
"""Seconds that a spotted gesture waits while the recogniser is so much surer of another."""


class AutoFollower:
    """One performance: the recogniser says which gesture, the spotter whether and when.

    The spotter's word stands unless the recogniser is `SURER` of another gesture that fits too. That one may need a
    moment longer, as a square does of which three sides look like a circle: what was spotted waits for it up to
    `WAIT`, then is told; and when the other comes to fit while this goes on, it is told in its place. What fitted
    already before is of an execution before, and corrects nothing.
    """

    def __init__(self, recogniser: Follower, spotter: Follower) -> None:
        self._which, self._when = recogniser.step, spotter.step
        self._going = NONE
        """What was spotted, or told in its place, for as long as it fits."""
        self._since = self._spotted_at = 0.0
        self._waits = False
        self._fitted: NDArray[np.bool_] | None = None
        """(K,) which gestures fitted in the frame before."""
        self._old: NDArray[np.bool_] | None = None
        """(K,) which of them have fitted since before what goes on."""

    def step(self, frame: Frame) -> Estimate:
        """Take one frame; the winner is the likeliest of those that fit."""
        which, when = self._which(frame), self._when(frame)
        fitting = when.fit >= 0.5
        fits = np.where(fitting, which.posterior, -1.0)
        best = int(fits.argmax())
        winner = best if fits[best] >= 0.0 else NONE
        spotted = when.spotted
        if spotted != NONE or self._going != NONE:
            spotted = self._told(which, when, fitting, frame.time)
        self._fitted = fitting
        return which._replace(
            fit=when.fit, winner=winner, spotted=spotted, since=self._since if spotted != NONE else when.since
        )

    def _told(self, which: Estimate, when: Estimate, fitting: NDArray[np.bool_], now: float) -> int:
        """What is told in this frame, if anything: what was spotted, or another in its place."""
        if when.spotted != NONE:
            self._going, self._since, self._spotted_at, self._waits = when.spotted, when.since, now, True
            self._old = self._fitted
        self._old = fitting & (self._old if self._old is not None else False)
        likely = SURER * which.posterior[self._going]
        fresh = np.where(fitting & ~self._old, which.posterior, -1.0)
        other = int(fresh.argmax())
        told = NONE
        if fresh[other] > likely:
            told = self._going = other
            self._old, self._waits = fitting, False
        elif self._waits:
            doubted = which.posterior.max() > likely and fitting[self._going]
            self._waits = bool(doubted and now - self._spotted_at < WAIT)
            told = NONE if self._waits else self._going
        if not self._waits and not fitting[self._going]:
            self._going = NONE
        return told
