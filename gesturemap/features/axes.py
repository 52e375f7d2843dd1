"""Axes: channels put in another order, turned round, renamed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.errors import SettingsError
from gesturemap.features.feature import select
from gesturemap.frames import Channel, Frame, Spec

WRITTEN = re.compile(r"(?:(?P<name>[^=\s]+)\s*=\s*)?(?P<sign>[-+]?)\s*(?P<source>[^=\s]+)")


@dataclass(frozen=True)
class Axes:
    """An axis map: which way round a sensor is mounted.

    The places of the channels listed are filled in the order of the list, ``-`` turning one round. A place
    keeps its name unless one is given: ``["acc_x", "-acc_z", "acc_y"]`` gives ``acc_x, acc_y, acc_z`` of a
    sensor that lies on its back, ``["tilt = -acc_x"]`` renames ``acc_x``. Each goes with its own unit.
    """

    kind: ClassVar[str] = "axes"

    channels: tuple[str, ...] = setting(
        (), "what fills their places, such as -acc_z or up = -acc_z; empty: nothing"
    )
    keep: str = setting("all", "which channels go on: all, or only those listed", choices=("all", "selected"))

    def start(self, spec: Spec) -> AxesRun:
        """Size everything for frames of `spec`."""
        return AxesRun(self, spec)


class AxesRun:
    """A running axis map; it has no memory."""

    delay = 0.0

    def __init__(self, settings: Axes, spec: Spec) -> None:
        names, signs, sources = [], [], []
        for number, text in enumerate(settings.channels):
            place = f"axes, channels[{number}]"
            found = WRITTEN.fullmatch(text.strip())
            if not found:
                raise SettingsError(
                    place, repr(text), "written 'acc_x', '-acc_x' or 'name = -acc_x'", "write one channel"
                )
            (source,) = select(spec, (found["source"].rstrip("*"),), place)
            if source in sources:
                raise SettingsError(
                    place, found["source"], "each channel stands in the list once", "remove it"
                )
            names.append(found["name"] or "")
            signs.append(-1.0 if found["sign"] == "-" else 1.0)
            sources.append(source)
        take, sign, channels = np.arange(spec.width), np.ones(spec.width), list(spec.channels)
        for place_, source, name, turned in zip(sorted(sources), sources, names, signs, strict=True):
            take[place_], sign[place_] = source, turned
            channels[place_] = Channel(name or spec.names[place_], spec.channels[source].unit)
        going = sorted(sources) if settings.keep == "selected" and sources else list(range(spec.width))
        self.spec = Spec(tuple(channels[i] for i in going), spec.rate)
        self._take, self._sign = take[going], sign[going]

    def step(self, frame: Frame) -> Frame:
        """Take one frame; a value that is no number stays so, for this frame only."""
        out = frame.values[self._take]
        out *= self._sign
        return Frame(frame.time, out, frame.arrived)
