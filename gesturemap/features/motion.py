"""Features of the movement as a whole."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import takewhile
from typing import ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.errors import SettingsError
from gesturemap.features.feature import Room, select
from gesturemap.frames import Channel, Frame, Spec


@dataclass(frozen=True)
class Magnitude:
    """Euclidean length of a vector of channels that share a unit; it forgets the direction."""

    kind: ClassVar[str] = "magnitude"

    columns: tuple[str, ...] = setting((), "the vector's channels, such as acc*; empty: all")
    name: str = setting("", "name of the new channel; empty: what the chosen share, such as acc_magnitude")
    keep: bool = setting(True, "the chosen channels go on beside it; else it takes their place")

    def start(self, spec: Spec) -> MagnitudeRun:
        """Size everything for frames of `spec`."""
        return MagnitudeRun(self, spec)


class MagnitudeRun:
    """A running magnitude; it has no memory."""

    delay = 0.0

    def __init__(self, settings: Magnitude, spec: Spec) -> None:
        chosen = select(spec, settings.columns, "magnitude, columns")
        units = dict.fromkeys(spec.channels[i].unit for i in chosen)
        if len(units) > 1:
            raise SettingsError(
                "magnitude, columns",
                f"units {', '.join(unit or 'none' for unit in units)}",
                "the channels of one vector share a unit",
                "choose them by columns, or calibrate them first",
            )
        letters = zip(*(spec.channels[i].name for i in chosen), strict=False)
        shared = "".join(at[0] for at in takewhile(lambda at: len(set(at)) == 1, letters)).rstrip("_-. ")
        name = settings.name or (f"{shared}_magnitude" if shared else "magnitude")
        new = Channel(name, next(iter(units), ""))
        self._room = Room(spec, chosen, [new], settings.keep)
        self.spec = self._room.spec
        self._chosen = np.array(chosen, dtype=np.int64)

    def step(self, frame: Frame) -> Frame:
        """Take one frame; a value that is no number makes the magnitude none, for this frame only."""
        room = self._room
        room.came[...] = frame.values
        room.whole[-1] = math.hypot(*room.whole[self._chosen].tolist())  # a BLAS call costs four times that
        return Frame(frame.time, room.out(), frame.arrived)
