"""Features of the movement as a whole."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.clock import Period
from gesturemap.compiled import brief
from gesturemap.errors import SettingsError
from gesturemap.features.derive import SHORTEST, per_second
from gesturemap.features.feature import Room, select
from gesturemap.features.inertial import Change, vector
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


def joined(names: Sequence[str], what: str) -> str:
    """A name for what was made of several channels: what theirs begin with and `what`, such as acc_magnitude."""
    letters = zip(*names, strict=False)
    shared = "".join(at[0] for at in takewhile(lambda at: len(set(at)) == 1, letters)).rstrip("_-. ")
    return f"{shared}_{what}" if shared else what


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
        name = settings.name or joined([spec.names[i] for i in chosen], "magnitude")
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


@dataclass(frozen=True)
class Jerk:
    """How abruptly an acceleration changes, whatever its direction: the norm of its derivative, in m/s3.

    The first frame gives nothing, since nothing is known yet. Frames that come in a burst, closer than a quarter
    of the nominal period, count as one moment.
    """

    kind: ClassVar[str] = "jerk"

    columns: tuple[str, ...] = setting(
        (), "the acceleration's channels, such as acc*; empty: found by their unit"
    )
    smoothing: float = setting(
        0.0, "time constant of the smoothing; it adds as much delay", unit="s", low=0.0, high=10.0
    )
    name: str = setting("jerk", "name of the new channel")
    keep: bool = setting(True, "the chosen channels go on beside it; else it takes their place")

    def start(self, spec: Spec) -> JerkRun:
        """Size everything for frames of `spec`."""
        return JerkRun(self, spec)


class JerkRun:
    """A running jerk; a value that is no number gives the last one again."""

    def __init__(self, settings: Jerk, spec: Spec) -> None:
        acceleration = vector(spec, settings.columns, "acceleration", "jerk, columns")
        self._room = Room(
            spec, acceleration.indices.tolist(), [Channel(settings.name, "m/s3")], settings.keep
        )
        self.spec = self._room.spec
        self.delay = (0.5 / spec.rate if spec.rate > 0.0 else 0.0) + settings.smoothing
        self._change = Change(acceleration, spec.rate)
        self._smoothing = settings.smoothing
        self._jerk = math.nan

    def step(self, frame: Frame) -> Frame | None:
        """Take one frame; None as long as no change is known."""
        room = self._room
        room.came[...] = frame.values
        speed = self._change.speed(frame)
        if not math.isnan(speed):
            if self._smoothing > 0.0 and not math.isnan(self._jerk):
                speed = self._jerk - (speed - self._jerk) * math.expm1(-self._change.gone / self._smoothing)
            self._jerk = speed
        if math.isnan(self._jerk):
            return None
        room.whole[-1] = self._jerk
        return Frame(frame.time, room.out(), frame.arrived)


@dataclass(frozen=True)
class Intensity:
    """How much channels move about: the root of the leaky mean square of their change per second.

    Of all channels that share a unit there is a common one too, whatever the direction. It does not depend on
    the rate, and is 0 at rest, wherever the rest is.

    Source: the energy of the change, leaky-integrated, of the R-IoT and the Gestural Sound Toolkit, with time
    constants in place of their factors per frame.
    """

    kind: ClassVar[str] = "intensity"

    columns: tuple[str, ...] = setting((), "channels to look at, such as acc*; empty: all")
    time: float = setting(0.1, "how long movement is remembered", unit="s", low=0.001, high=60.0)
    parts: str = setting(
        "both",
        "one for each channel, one for all that share a unit, or both",
        choices=("both", "each", "norm"),
    )
    keep: bool = setting(True, "the chosen channels go on beside it; else it takes their place")

    def start(self, spec: Spec) -> IntensityRun:
        """Size everything for frames of `spec`."""
        return IntensityRun(self, spec)


class IntensityRun:
    """Running intensities; a value that is no number changes nothing, and is bridged."""

    def __init__(self, settings: Intensity, spec: Spec) -> None:
        chosen = select(spec, settings.columns, "intensity, columns")
        new, groups = [], np.full(len(chosen), -1)
        if settings.parts != "norm":
            new = [
                Channel(f"{spec.names[i]}_intensity", per_second(spec.channels[i].unit, 1)) for i in chosen
            ]
        each = len(new)
        for unit in dict.fromkeys(spec.channels[i].unit for i in chosen):
            members = [at for at, i in enumerate(chosen) if spec.channels[i].unit == unit]
            # a vector of one channel is that channel
            if settings.parts == "norm" or (settings.parts == "both" and len(members) > 1):
                groups[members] = len(new) - each
                name = joined([spec.names[chosen[at]] for at in members], "intensity")
                taken = any(channel.name == name for channel in new)
                new.append(Channel(f"{name}_{unit}" if taken else name, per_second(unit, 1)))
        self._room = Room(spec, chosen, new, settings.keep)
        self.spec = self._room.spec
        self._new = self._room.whole[spec.width :]
        period = 1.0 / spec.rate if spec.rate > 0.0 else 0.0
        self.delay = period / 2.0 + settings.time
        self._chosen = np.array(chosen, dtype=np.int64)
        self._period = Period(spec.rate)
        state = np.zeros((3, len(chosen)))
        state[0] = np.nan
        self._settled = (
            max(period / 4.0, SHORTEST),
            settings.time,
            groups,
            each,
            state,
        )

    def step(self, frame: Frame) -> Frame:
        """Take one frame."""
        room = self._room
        room.came[...] = frame.values
        agitation(room.came, self._chosen, self._period.since(frame.time), *self._settled, self._new)
        return Frame(frame.time, room.out(), frame.arrived)


@brief
def agitation(
    values: Any,
    chosen: Any,
    seconds: float,
    shortest: float,
    memory: float,
    groups: Any,
    each: int,
    state: Any,
    out: Any,
) -> None:
    """Write the intensity of each channel and of each group into `out`.

    `state` (3, C): last number, seconds since, leaky mean square of the change per second.
    """
    for i in range(each, len(out)):
        out[i] = 0.0
    for i in range(len(chosen)):
        value = values[chosen[i]]
        state[1, i] += seconds
        gone = state[1, i]
        if math.isfinite(value):
            if math.isnan(state[0, i]):
                state[0, i] = value
                state[1, i] = 0.0
            elif gone >= shortest:
                speed = (value - state[0, i]) / gone
                if math.isfinite(speed * speed):
                    state[2, i] -= (speed * speed - state[2, i]) * math.expm1(-gone / memory)
                state[0, i] = value
                state[1, i] = 0.0
        if each > 0:
            out[i] = math.sqrt(state[2, i])
        if groups[i] >= 0:
            out[each + groups[i]] += state[2, i]
    for i in range(each, len(out)):
        out[i] = math.sqrt(out[i])


KERNELS = (
    (
        agitation,
        "void(float64[::1],int64[::1],float64,float64,float64,int64[::1],int64,float64[:,::1],float64[::1])",
    ),
)
