"""Frames in the order of their time, whatever the way here did to them."""

from __future__ import annotations

import math

import numpy as np

from gesturemap.frames import Frame
from gesturemap.inputs.clocks import LATE
from gesturemap.inputs.input import InputRun

AGAIN, OVERTAKEN, ANEW, NO_TIME = (
    "the same again",
    "overtaken by a later one",
    "its clock was set anew",
    "time is not finite",
)


class Order:
    """Lets through what goes on in time; the rest is counted in the input's `health`.

    Packets overtake each other on wireless roads, some are sent twice, and devices start anew: none of it may make
    a demonstration whose time falls.
    """

    def __init__(self) -> None:
        self._source: InputRun | None = None
        self._last: Frame | None = None
        self._shift = 0.0

    def take(self, frame: Frame, source: InputRun, *, going_on: bool = False) -> Frame | None:
        """The frame, if need be with its time put right; None where it comes too late or again.

        Time begins anew with each source, unless what is recorded is `going_on` with it.
        """
        if source is not self._source:
            self._source, self._shift = source, 0.0
            if not going_on:
                self._last = None
        last = self._last
        if last is None and math.isfinite(frame.time):
            self._last = frame
            return frame
        time = frame.time + self._shift
        if last is not None and last.time < time < math.inf:
            if self._shift:
                frame = frame._replace(time=time)
            self._last = frame
            return frame
        return self._odd(frame, time, last, source)

    def _odd(self, frame: Frame, time: float, last: Frame | None, source: InputRun) -> Frame | None:
        """A frame whose time does not rise."""
        if last is None:
            source.health.ignore(source.address, NO_TIME)
            return None
        known = math.isfinite(time)
        fall = last.time - time if known else LATE
        if fall < LATE and np.array_equal(frame.values, last.values):
            source.health.ignore(source.address, AGAIN)
            return None
        if 0.0 < fall < LATE:
            source.health.ignore(source.address, OVERTAKEN)
            return None
        if fall:
            expected = last.time + max(0.0, frame.arrived - last.arrived)
            if known:
                self._shift += expected - time
            source.health.ignore(source.address, ANEW if known else NO_TIME)
            time = expected
        self._last = frame._replace(time=time)
        return self._last
