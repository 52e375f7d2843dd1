"""Frames put together of several messages, and of several devices."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gesturemap.frames import Channel, Frame, Spec
from gesturemap.inputs.input import Health
from gesturemap.inputs.layout import LOST, Layout

WAITING = "waiting for "
"""How the reason begins why a message made no frame while another one is missing that the frame needs."""
SWITCH_ON = (
    'switch that sensor on in the app, or name only those that do come in [input]: columns = ["NAME*", ...]'
)
"""What to do then."""

_new = tuple.__new__


class Assembly:
    """Keeps the latest value of every channel and gives a frame when it is time.

    Parameters
    ----------
    parts : what each kind of message holds; a channel may come with more than one of them.
    names : of the parts, for people.
    order : of the channels; empty: as they come.
    devices : names of the devices, in order; their channels are called ``name_channel``. None: one, without a name.
    every : each message gives a frame, the rest as it last was; else only those that bring the last channel of the
        last device do.
    """

    def __init__(
        self,
        parts: Sequence[Layout],
        names: Sequence[str],
        order: Sequence[str],
        devices: Sequence[str],
        every: bool,
        health: Health,
    ) -> None:
        there = {channel.name: channel for part in parts for channel in part.channels}
        own = tuple(there[name] for name in order or there)
        prefixes = [f"{device}_" for device in devices] or [""]
        self.channels = tuple(
            Channel(prefix + channel.name, channel.unit) for prefix in prefixes for channel in own
        )
        self._health, self._names = health, tuple(names)
        where = {channel.name: i for i, channel in enumerate(own)}
        self._places = [
            [_places([d * len(own) + where[c.name] for c in part.channels]) for part in parts]
            for d in range(len(prefixes))
        ]
        last = parts[-1].channels[-1] if parts[-1].channels else own[-1]
        self._ends = [
            [
                bool(part.channels) and (every or (d == len(prefixes) - 1 and last in part.channels))
                for part in parts
            ]
            for d in range(len(prefixes))
        ]
        self._values = np.full(len(self.channels), np.nan)
        self._time = -np.inf
        """Of the last frame."""
        self._missing = len(self.channels)
        self._came: set[tuple[int, int]] = set()
        """Device and part of what has come, until nothing is missing any more."""
        self._lost = [False] * len(prefixes)

    def spec(self, rate: float) -> Spec:
        """What the frames are."""
        return Spec(self.channels, rate)

    def add(self, part: int, device: int, frame: Frame, sender: str) -> Frame | None:
        """Take what one message brought; a whole frame, if it is time for one and nothing is missing."""
        places = self._places[device][part]
        self._values[places] = frame.values
        again = False
        if self._missing:
            again = (device, part) in self._came  # a round is over, and something did not come with it
            self._came.add((device, part))
            self._missing = int(np.isnan(self._values).sum())
            if not self._missing:
                self._health.forget(WAITING)
        ends = self._ends[device][part]
        if self._missing and (ends or again):
            self._health.ignore(sender, f"{WAITING}{self.waiting}")
        if self._missing or not ends:
            return None
        if True in self._lost:
            self._health.ignore(sender, LOST)
            return None
        self._health.accepted += 1
        self._time = max(self._time, frame.time)  # parts' clocks differ a little, and time does not fall
        return _new(Frame, (self._time, self._values.copy(), frame.arrived))

    def track(self, device: int, lost: bool) -> None:
        """The device says whether it sees what it follows: while it does not, nothing is given."""
        self._lost[device] = lost

    @property
    def waiting(self) -> str:
        """The first channel that has not come, and with which message it would; empty: all have."""
        if not self._missing:
            return ""
        nothing = np.isnan(self._values)
        missing = int(np.flatnonzero(nothing)[0])
        name = self.channels[missing].name
        every = np.arange(len(self._values))
        part = next(
            at for places in self._places for at, where in enumerate(places) if missing in every[where]
        )
        return f"{name} ({self._names[part]})"


def _places(places: list[int]) -> slice | NDArray[np.int64]:
    """Places in the frame; a slice where they stand side by side, which is written quicker."""
    if places and places == list(range(places[0], places[-1] + 1)):
        return slice(places[0], places[-1] + 1)
    return np.array(places, np.int64)
