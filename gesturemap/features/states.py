"""States that last: spinning, falling freely, being still; whether, and how long."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.clock import Period
from gesturemap.compiled import brief
from gesturemap.errors import SettingsError
from gesturemap.features.feature import Room, select
from gesturemap.features.inertial import LONGEST, found, vector
from gesturemap.frames import Channel, Frame, Spec
from gesturemap.units import STANDARD_GRAVITY, dimension


@dataclass(frozen=True)
class Spin:
    """Turning on and on in one sense: how fast, how far, how long.

    ``spin_speed`` (rad/s) is the length of the mean rotation of the last moments, so that wobbling to and fro is
    little; ``spin`` is 1 from where it reaches the threshold until it falls below half of it. ``spin_angle``
    (rad) is turned since the movement began, ``spin_time`` (s) is how long the spin lasts; both stay as they are
    after it, until the next one begins.
    """

    kind: ClassVar[str] = "spin"

    columns: tuple[str, ...] = setting(
        (), "the rotation's channels, such as gyr*; empty: found by their unit"
    )
    threshold: float = setting(3.5, "speed from which it is a spin", unit="rad/s", low=0.01, high=200.0)
    time: float = setting(0.2, "over how long rotation is averaged", unit="s", low=0.001, high=10.0)
    name: str = setting("spin", "what the names of the new channels begin with")
    keep: bool = setting(True, "the chosen channels go on beside it; else it takes their place")

    def start(self, spec: Spec) -> SpinRun:
        """Size everything for frames of `spec`."""
        return SpinRun(self, spec)


class SpinRun:
    """Running detection of spins; a value that is no number leaves everything as it is."""

    def __init__(self, settings: Spin, spec: Spec) -> None:
        self._indices, self._factors = vector(spec, settings.columns, "rotation", "spin, columns")
        new = [
            Channel(settings.name),
            Channel(f"{settings.name}_speed", "rad/s"),
            Channel(f"{settings.name}_angle", "rad"),
            Channel(f"{settings.name}_time", "s"),
        ]
        self._room = Room(spec, self._indices.tolist(), new, settings.keep)
        self.spec = self._room.spec
        self._new = self._room.whole[spec.width :]
        self.delay = settings.time
        self._period = Period(spec.rate)
        self._settled = (self._indices, self._factors, settings.threshold, settings.time, np.zeros(10))

    def step(self, frame: Frame) -> Frame:
        """Take one frame."""
        room = self._room
        room.came[...] = frame.values
        spinning(room.came, min(self._period.since(frame.time), LONGEST), *self._settled, self._new)
        return Frame(frame.time, room.out(), frame.arrived)


TURNING, TURNED, BEGUN, SHOWN = 3, 4, 5, 6
"""Places in the state of a spin, behind the mean rotation."""


@brief
def spinning(
    values: Any,
    seconds: float,
    indices: Any,
    factors: Any,
    threshold: float,
    memory: float,
    state: Any,
    out: Any,
) -> None:
    """Write spin, speed, angle and time into `out` (4,); `state` (10,): mean, turning, angle, time, last output."""
    square, along, whole = 0.0, 0.0, True
    for i in range(len(indices)):
        whole = whole and math.isfinite(values[indices[i]])
    if whole:
        for i in range(len(indices)):
            rotation = values[indices[i]] * factors[i]
            state[i] -= (rotation - state[i]) * math.expm1(-seconds / memory)
            square += state[i] * state[i]
            along += state[i] * rotation
        speed = math.sqrt(square)
        if speed < 0.5 * threshold:
            state[SHOWN], state[TURNING] = 0.0, 0.0
        elif state[TURNING] == 0.0:
            # what the average has not shown yet is just what it has collected: its time constant times itself
            state[TURNING], state[TURNED], state[BEGUN] = 1.0, speed * memory, memory
        else:
            state[TURNED] += along / speed * seconds
            state[BEGUN] += seconds
        if state[TURNING] > 0.0 and speed >= threshold:
            state[SHOWN] = 1.0
        state[SHOWN + 1] = speed
        if state[SHOWN] > 0.0:
            state[SHOWN + 2], state[SHOWN + 3] = state[TURNED], state[BEGUN]
    for i in range(4):
        out[i] = state[SHOWN + i]


@dataclass(frozen=True)
class Freefall:
    """Thrown or dropped: an acceleration near 0, longer than a turning point of the hand.

    ``freefall`` is 1 while it falls. ``freefall_time`` (s) grows with the fall, from its first moment on, and
    stays after the landing until the next fall: a throw of t seconds rises by g t^2 / 8.

    Source: no force but gravity acts on a falling body, so that an accelerometer reads 0; beside the centre of
    mass it reads ``speed of rotation^2 * arm``. Hence gravity must be in the acceleration: channels called
    linear are refused.
    """

    kind: ClassVar[str] = "freefall"

    columns: tuple[str, ...] = setting(
        (), "the acceleration's three channels, such as acc*; empty: found by their unit"
    )
    threshold: float = setting(0.3, "acceleration below which it falls", unit="g", low=0.01, high=0.9)
    shortest: float = setting(0.08, "how long it must last before it is said", unit="s", low=0.0, high=2.0)
    arm: float = setting(
        0.0,
        "distance of the sensor from what it turns about in the air; above 0 a gyroscope is needed",
        unit="m",
        low=0.0,
        high=1.0,
    )
    name: str = setting("freefall", "what the names of the new channels begin with")
    keep: bool = setting(True, "the acceleration goes on beside it; else it takes its place")

    def start(self, spec: Spec) -> FreefallRun:
        """Size everything for frames of `spec`."""
        return FreefallRun(self, spec)


class FreefallRun:
    """Running detection of falls; a value that is no number leaves everything as it is."""

    def __init__(self, settings: Freefall, spec: Spec) -> None:
        acceleration = vector(spec, settings.columns, "acceleration", "freefall, columns", 3)
        self._indices, self._factor = acceleration.indices, float(acceleration.factors[0])
        freed = [spec.names[i] for i in self._indices if "linear" in spec.names[i].split("_")]
        if freed:
            raise SettingsError(
                "freefall, columns",
                f"{', '.join(freed)} without gravity",
                "gravity must be in it: without, rest reads 0 as a fall does",
                "name the channels of the whole acceleration, or write keep = true in gravity",
            )
        self._rotation = vector(spec, (), "rotation", "freefall, arm") if settings.arm > 0.0 else None
        new = [Channel(settings.name), Channel(f"{settings.name}_time", "s")]
        self._room = Room(spec, self._indices.tolist(), new, settings.keep)
        self.spec = self._room.spec
        self.delay = settings.shortest
        self._settings = settings
        self._threshold = settings.threshold * STANDARD_GRAVITY
        self._period = Period(spec.rate)
        self._lasted = -1.0
        self._falls = self._time = 0.0

    def step(self, frame: Frame) -> Frame:
        """Take one frame."""
        room = self._room
        room.came[...] = frame.values
        seconds = min(self._period.since(frame.time), LONGEST)
        size = self._factor * math.hypot(*frame.values[self._indices].tolist())
        threshold = self._threshold
        if self._rotation:
            rotation = frame.values[self._rotation.indices] * self._rotation.factors
            threshold += math.hypot(*rotation.tolist()) ** 2 * self._settings.arm
        if size < math.inf and threshold < math.inf:
            if size >= threshold:
                self._lasted, self._falls = -1.0, 0.0
            else:
                self._lasted = self._lasted + seconds if self._lasted >= 0.0 else 0.0
                if self._lasted >= self._settings.shortest:
                    self._falls, self._time = 1.0, self._lasted
        room.whole[-2] = self._falls
        room.whole[-1] = self._time
        return Frame(frame.time, room.out(), frame.arrived)


@dataclass(frozen=True)
class Still:
    """How still it is held, whichever way: ``still`` is 1 at rest, 0 in movement, and ``still_time`` (s) how long.

    The acceleration's deviation from its own mean, and the rotation where there is a gyroscope, are compared
    with their thresholds: 1 up to them, 0 from twice as much. The time is counted from where it becomes 1 to
    where it becomes 0.
    """

    kind: ClassVar[str] = "still"

    columns: tuple[str, ...] = setting(
        (), "channels of an acceleration or rotation; empty: both, found by their unit"
    )
    acceleration: float = setting(
        0.4, "deviation up to which it is still", unit="m/s2", low=0.001, high=100.0
    )
    rotation: float = setting(0.2, "speed up to which it is still", unit="rad/s", low=0.001, high=100.0)
    time: float = setting(0.2, "over how long movement is averaged", unit="s", low=0.001, high=10.0)
    name: str = setting("still", "what the names of the new channels begin with")
    keep: bool = setting(True, "the chosen channels go on beside it; else it takes their place")

    def start(self, spec: Spec) -> StillRun:
        """Size everything for frames of `spec`."""
        return StillRun(self, spec)


class StillRun:
    """Running detection of stillness; a value that is no number leaves everything as it is."""

    def __init__(self, settings: Still, spec: Spec) -> None:
        place = "still, columns"
        chosen = (
            select(spec, settings.columns, place)
            if settings.columns
            else [*found(spec, "acceleration"), *found(spec, "rotation")]
        )
        parts: dict[str, list[str]] = {}
        for i in chosen:
            parts.setdefault(dimension(spec.channels[i].unit), []).append(spec.names[i])
        thresholds = {"acceleration": settings.acceleration, "rotation": settings.rotation}
        # what is neither is refused as an acceleration that it is not, with its reason
        vectors = [
            (name, vector(spec, names, name if name in thresholds else "acceleration", place))
            for name, names in (parts or {"acceleration": []}).items()
        ]
        indices = np.concatenate([each.indices for _, each in vectors])
        new = [Channel(settings.name), Channel(f"{settings.name}_time", "s")]
        self._room = Room(spec, indices.tolist(), new, settings.keep)
        self.spec = self._room.spec
        self._new = self._room.whole[spec.width :]
        self.delay = settings.time
        factors = np.concatenate([each.factors / thresholds[name] for name, each in vectors])
        # an acceleration rests at gravity, wherever that is; a rotation rests at 0
        follow = np.concatenate(
            [np.full(len(each.indices), float(name == "acceleration")) for name, each in vectors]
        )
        self._period = Period(spec.rate)
        state = np.full(6 + REST, np.nan)
        state[-REST:] = (4.0, 0.0, 0.0)  # nobody knows yet
        self._settled = (indices, factors, follow, settings.time, state)

    def step(self, frame: Frame) -> Frame:
        """Take one frame."""
        room = self._room
        room.came[...] = frame.values
        resting(room.came, min(self._period.since(frame.time), LONGEST), *self._settled, self._new)
        return Frame(frame.time, room.out(), frame.arrived)


REST = 3
"""Places in the state of stillness behind the means: energy, whether it rests, how long."""


@brief
def resting(
    values: Any, seconds: float, indices: Any, factors: Any, follow: Any, memory: float, state: Any, out: Any
) -> None:
    """Write stillness and its time into `out` (2,); `follow` (C,) is 1 for what may rest anywhere, 0 for at 0."""
    energy, part, whole = 0.0, -math.expm1(-seconds / memory), True
    for i in range(len(indices)):
        value = values[indices[i]] * factors[i]
        whole = whole and math.isfinite(value * value)
    if whole:
        for i in range(len(indices)):
            value = values[indices[i]] * factors[i]
            if math.isnan(state[i]):
                state[i] = value * follow[i]
            away = value - state[i]
            state[i] += part * follow[i] * away
            energy += away * away
        state[6] += part * (energy - state[6])
        if state[6] >= 4.0:
            state[7], state[8] = 0.0, 0.0
        elif state[7] > 0.0:
            state[8] += seconds
        elif state[6] <= 1.0:
            state[7] = 1.0
    out[0] = min(1.0, max(0.0, 2.0 - math.sqrt(state[6])))
    out[1] = state[8]


KERNELS = (
    (
        spinning,
        "void(float64[::1],float64,int64[::1],float64[::1],float64,float64,float64[::1],float64[::1])",
    ),
    (
        resting,
        "void(float64[::1],float64,int64[::1],float64[::1],float64[::1],float64,float64[::1],float64[::1])",
    ),
)
