"""The vectors of an inertial sensor among the channels, and what brings them to standard units."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from gesturemap.clock import Period
from gesturemap.errors import SettingsError
from gesturemap.features.derive import SHORTEST
from gesturemap.features.feature import Indices, select
from gesturemap.frames import Frame, Spec, Values
from gesturemap.units import dimension, factor

STANDARD = {"acceleration": "m/s2", "rotation": "rad/s", "magnetic field": "uT"}
"""What is measured -> the unit that features compute in."""
USUAL = {"acceleration": "acc", "rotation": "gyr", "magnetic field": "mag"}
"""What is measured -> how its channels are usually called, where several vectors share a unit."""
LONGEST = 1.0
"""A silence longer than this (s) counts as this long: nobody knows what happened in it."""


class Vector(NamedTuple):
    """Up to three channels that measure the same."""

    indices: Indices
    factors: Values
    """(C,) by what each is multiplied to be in its standard unit."""


def found(spec: Spec, measured: str) -> list[int]:
    """Indices of the channels that measure `measured` by their unit; of several vectors the usual one.

    That is the one called as usual; of more than three such, such as those that `gravity` has added to, the
    axes x, y, z themselves.
    """
    hits = [i for i, channel in enumerate(spec.channels) if dimension(channel.unit) == measured]
    if len(hits) > 3:
        hits = [i for i in hits if spec.names[i].startswith(USUAL[measured])] or hits
    return (triple(spec, hits) or hits) if len(hits) > 3 else hits


def triple(spec: Spec, among: Sequence[int]) -> list[int]:
    """The three of `among` whose names differ in their last letter alone, x, y, z; none, or several such: []."""
    axes: dict[str, list[int]] = {}
    for i in among:
        if spec.names[i][-1] in "xyz":
            axes.setdefault(spec.names[i][:-1], []).append(i)
    whole = [those for those in axes.values() if len(those) == 3]
    return whole[0] if len(whole) == 1 else []


def vector(spec: Spec, wanted: Sequence[str], measured: str, place: str, least: int = 1) -> Vector:
    """The channels named in `wanted`, or those found by their unit, as one vector of `least` to 3 axes.

    Raises
    ------
    SettingsError
        If there are none, too few or too many, or if one has a unit that does not measure this.
    """
    standard = STANDARD[measured]
    chosen = select(spec, wanted, place) if wanted else found(spec, measured)
    if not chosen:
        told = ", ".join(str(channel) for channel in spec.channels)
        raise SettingsError(
            place,
            f"no {measured} in {told}",
            f"it is known by its unit, such as {standard}",
            f"write the unit behind the name in [input]: {_written(spec, standard)}; "
            f"or calibrate it with unit = '{standard}'",
        )
    if not least <= len(chosen) <= 3:
        raise SettingsError(
            place,
            f"{len(chosen)} channels of {measured}: {', '.join(spec.names[i] for i in chosen)}",
            f"one vector has {least} to 3 axes" if least < 3 else "one vector has 3 axes",
            "name its channels",
        )
    factors = []
    for i in chosen:
        try:
            factors.append(factor(spec.channels[i].unit, standard))
        except ValueError as error:
            raise SettingsError(
                place,
                f"{spec.names[i]} has {spec.channels[i].unit or 'no unit'}",
                str(error),
                f"write its unit behind its name in [input]: {_written(spec, standard)}; "
                f"or calibrate it with unit = '{standard}'",
            ) from error
    return Vector(np.array(chosen, dtype=np.int64), np.array(factors))


def _written(spec: Spec, unit: str) -> str:
    """The line of ``[input]`` that gives channels without a unit this one."""
    bare = [channel.name for channel in spec.channels if not channel.unit] or list(spec.names)
    names = ", ".join(f'"{name} {unit}"' for name in bare[:3])
    return f"channels = [{names}] (arguments, where it is OSC)"


class Change:
    """How fast a vector changes, in standard units per second: a burst is one moment, a gap is bridged."""

    def __init__(self, vector: Vector, rate: float) -> None:
        self._indices, self._factors = vector.indices, vector.factors.tolist()
        self._period = Period(rate)
        self._shortest = max(0.25 / rate, SHORTEST) if rate > 0.0 else SHORTEST
        self._last: list[float] = []
        self.passed = 0.0
        """Seconds from the frame before to the last one taken."""
        self.gone = 0.0
        """Seconds over which the last speed was taken, or those since."""
        self._fresh = False

    def speed(self, frame: Frame) -> float:
        """Norm of the change per second; no number where this frame tells none."""
        self.passed = self._period.since(frame.time)
        self.gone = self.passed if self._fresh else self.gone + self.passed
        self._fresh = False
        values = frame.values[self._indices].tolist()
        now = [value * factor for value, factor in zip(values, self._factors, strict=True)]
        away = math.dist(now, self._last or now)
        if not math.isfinite(away) or (self._last and self.gone < self._shortest):
            return math.nan
        known = bool(self._last)
        self._last, self._fresh = now, True
        return away / self.gone if known else math.nan
