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

    def take(self, frame: Frame, source: InputRun, *, going_on: bool = False) -> Frame | None:
        """The frame, if need be with its time put right; None where it comes too late or again.

        Time begins anew with each source, unless what is recorded is `going_on` with it.
        """
        if source is not self._source:
            self._source = source
            if not going_on:
                self._last = None
        last = self._last
        if (last.time if last else -math.inf) < frame.time < math.inf:
            self._last = frame
            return frame
        return self._odd(frame, last, source)

    def _odd(self, frame: Frame, last: Frame | None, source: InputRun) -> Frame | None:
        """A frame whose time does not rise; one that falls far is told by its arrival, and so nothing adds up."""
        if last is None:
            source.health.ignore(source.address, NO_TIME)
            return None
        known = math.isfinite(frame.time)
        fall = last.time - frame.time if known else LATE
        if fall < LATE and np.array_equal(frame.values, last.values):
            source.health.ignore(source.address, AGAIN)
            return None
        if 0.0 < fall < LATE:
            source.health.ignore(source.address, OVERTAKEN)
            return None
        if fall:
            source.health.ignore(source.address, ANEW if known else NO_TIME)
            frame = frame._replace(time=last.time + max(0.0, frame.arrived - last.arrived))
        self._last = frame
        return frame
