"""Blocks of frames given out at their own pace: what replay and synthetic movement have in common."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from gesturemap.clock import Clock, SystemClock
from gesturemap.frames import Frame, Spec, Values
from gesturemap.inputs.input import Health


class Block(NamedTuple):
    """Frames that belong together."""

    label: str
    """What they are, such as a gesture; empty for nothing in particular."""
    time: Values
    """(T,) seconds, going on from the block before."""
    values: Values
    """(T, C)."""


class PacedRun:
    """Gives each frame when its time has come; the first is due at the first read.

    Parameters
    ----------
    blocks : in order of time; fetched one at a time.
    speed : seconds of the blocks in one second of the clock; time stamps stay as they are.
    """

    def __init__(
        self, spec: Spec, blocks: Iterator[Block], clock: Clock, speed: float, address: str, health: Health
    ) -> None:
        self.spec, self.address, self.health = spec, address, health
        self.now = ""
        """Label of the block that the last frame given belongs to."""
        self.done = False
        """Everything has been given."""
        self._blocks, self._clock, self._speed = blocks, clock, speed
        self._times: list[float] = []
        self._values: Values | None = None
        self._label = ""
        self._index = 0
        self._zero: float | None = None
        self._first = 0.0

    def read(self, timeout: float) -> Frame | None:
        """Return the next frame, or None after `timeout` seconds without one.

        With a clock other than the system's nothing waits: None comes at once.
        """
        if self._index >= len(self._times) and not self._fetch():
            self.now = ""
            self._pause(timeout)
            return None
        assert self._values is not None
        at = self._times[self._index]
        now = self._clock.now()
        if self._zero is None:
            self._zero, self._first = now, at
        due = self._zero + (at - self._first) / self._speed
        if due > now:
            self._pause(min(timeout, due - now))
            now = self._clock.now()
            if due > now:
                return None
        values = self._values[self._index]
        self._index += 1
        self.now = self._label
        self.health.accepted += 1
        return Frame(at, values, now)

    def close(self) -> None:
        """End it."""
        self._blocks = iter(())
        self._times = []
        self._index = 0

    def _fetch(self) -> bool:
        """Take the next block that has frames; False at the end."""
        for label, times, values in self._blocks:
            if len(times):
                self._label, self._times, self._index = label, times.tolist(), 0
                self._values = np.require(values, np.float64, ("C", "W"))  # each frame in one piece
                return True
        self.done = True
        return False

    def _pause(self, seconds: float) -> None:
        if isinstance(self._clock, SystemClock):
            time.sleep(max(0.0, seconds))
