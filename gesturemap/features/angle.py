"""Angles without the leap where a turn begins anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from gesturemap import units
from gesturemap.catalog import setting
from gesturemap.errors import SettingsError
from gesturemap.features.feature import Room, renamed, select
from gesturemap.frames import Frame, Spec

ANGLE = "angle"
"""What rad, deg and turn measure."""


def angles(spec: Spec) -> list[int]:
    """Indices of the channels that are angles by their unit."""
    return [i for i, channel in enumerate(spec.channels) if units.dimension(channel.unit) == ANGLE]


@dataclass(frozen=True)
class Angle:
    """Angles as cosine and sine, which do not leap from 360 to 0 degrees; ``yaw`` gives ``yaw_cos`` and ``yaw_sin``.

    A value that is no number has none.
    """

    kind: ClassVar[str] = "angle"

    columns: tuple[str, ...] = setting(
        (), "channels in rad, deg or turn, such as yaw; empty: all that are in one of these"
    )
    keep: bool = setting(False, "the angles themselves go on beside them; else these take their place")

    def start(self, spec: Spec) -> AngleRun:
        """Size everything for frames of `spec`."""
        return AngleRun(self, spec)


class AngleRun:
    """Running cosines and sines."""

    delay = 0.0

    def __init__(self, settings: Angle, spec: Spec) -> None:
        known, place = angles(spec), "angle, columns"
        chosen = select(spec, settings.columns, place) if settings.columns else known
        other = next((i for i in chosen if i not in known), None)
        if other is not None or not chosen:
            value = "none" if other is None else str(spec.channels[other])
            there = ", ".join(spec.names[i] for i in known) or "none"
            raise SettingsError(
                place,
                value,
                f"angles in rad, deg or turn are wanted; there are: {there}",
                "give channels their unit",
            )
        new = [each for ending in ("_cos", "_sin") for each in renamed(spec, chosen, ending, "")]
        self._room = Room(spec, chosen, new, settings.keep)
        self.spec = self._room.spec
        self._chosen, self._width, self._end = (
            np.array(chosen, dtype=np.int64),
            spec.width,
            spec.width + len(chosen),
        )
        self._scale = np.array([units.factor(spec.channels[i].unit, "rad") for i in chosen])

    def step(self, frame: Frame) -> Frame:
        """Take one frame."""
        room = self._room
        room.came[...] = frame.values
        turned = frame.values[self._chosen] * self._scale
        with np.errstate(invalid="ignore"):  # of what has no end there is neither
            np.cos(turned, out=room.whole[self._width : self._end])
            np.sin(turned, out=room.whole[self._end :])
        return Frame(frame.time, room.out(), frame.arrived)
