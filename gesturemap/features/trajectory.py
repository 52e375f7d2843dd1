"""Trajectory: the figure that is drawn, wherever and however large."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.compiled import brief
from gesturemap.errors import SettingsError
from gesturemap.features.feature import Room, renamed, select
from gesturemap.features.smooth import NORMALISED, SPREAD
from gesturemap.features.window import Window
from gesturemap.frames import Frame, Spec
from gesturemap.units import dimension

STEADY = 0.02
"""Part of the usual spread of a gesture below which nothing is drawn."""

POSITIONS = ("length", "angle", "")
"""What a place is measured in: where something is, where it points to, or a unit that is not known, such as px."""


@dataclass(frozen=True)
class Trajectory:
    """Positions freed from place and size: the middle of the last `seconds` taken off, divided by their spread.

    A figure drawn elsewhere or larger gives the same numbers, about -2 to 2; so does one drawn by several points
    together, such as those of a hand. All axes share the spread, so that shapes are not distorted. Figures
    smaller than `smallest` are not made larger: at rest the noise stays small.
    """

    kind: ClassVar[str] = "trajectory"

    columns: tuple[str, ...] = setting((), "the positions' channels, such as hand*; empty: all")
    seconds: float = setting(2.0, "how far back the figure reaches", unit="s", low=0.05, high=60.0)
    smallest: float = setting(
        0.0, "spread below which it is not made larger, in the channels' unit; 0: by the unit", low=0.0
    )
    keep: bool = setting(False, "the chosen channels go on beside it; else it takes their place")

    def start(self, spec: Spec) -> TrajectoryRun:
        """Size everything for frames of `spec`."""
        return TrajectoryRun(self, spec)


class TrajectoryRun:
    """A running trajectory; a value that is no number is at the middle, for this frame only."""

    delay = 0.0

    def __init__(self, settings: Trajectory, spec: Spec) -> None:
        chosen = select(spec, settings.columns, "trajectory, columns")
        units = dict.fromkeys(spec.channels[i].unit for i in chosen)
        if len(units) > 1:
            raise SettingsError(
                "trajectory, columns",
                f"units {', '.join(unit or 'none' for unit in units)}",
                "the axes of one figure share a unit",
                "choose the positions by columns",
            )
        unit = next(iter(units))
        if dimension(unit) not in POSITIONS:
            raise SettingsError(
                "trajectory, columns",
                f"{spec.names[chosen[0]]} in {unit}",
                f"it is for positions (in m, cm, mm, px or without unit), and {unit} is of {dimension(unit)}",
                "choose the positions by columns, or leave it out",
            )
        self._room = Room(spec, chosen, renamed(spec, chosen, "_shape", ""), settings.keep)
        self.spec = self._room.spec
        self._new = self._room.whole[spec.width :]
        self._chosen = np.array(chosen, dtype=np.int64)
        window = Window(tuple(spec.names[i] for i in chosen), settings.seconds, keep=False)
        # the statistics of the chosen channels alone, means before deviations
        self._window = window.start(Spec(tuple(spec.channels[i] for i in chosen), spec.rate))
        self._smallest = settings.smallest or STEADY * SPREAD.get(unit, NORMALISED)

    def step(self, frame: Frame) -> Frame:
        """Take one frame."""
        room = self._room
        room.came[...] = frame.values
        now = frame.values[self._chosen]
        statistics = self._window.step(Frame(frame.time, now)).values
        freed(now, statistics, self._smallest, self._new)
        return Frame(frame.time, room.out(), frame.arrived)


@brief
def freed(now: Any, statistics: Any, smallest: float, out: Any) -> None:
    """Write positions `now` (C,), freed from means and spread, into `out`; `statistics` (2C,): means, deviations."""
    count, square = len(now), 0.0
    for i in range(count):
        if math.isfinite(statistics[count + i]):
            square += statistics[count + i] * statistics[count + i]
    scale = max(math.sqrt(square), smallest)
    for i in range(count):
        shape = (now[i] - statistics[i]) / scale
        out[i] = shape if math.isfinite(shape) else 0.0


KERNELS = ((freed, "void(float64[::1],float64[::1],float64,float64[::1])"),)
