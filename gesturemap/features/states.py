"""States that last: spinning, falling freely, being still; whether, and how long."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.clock import Period
from gesturemap.features.feature import select, with_new
from gesturemap.features.inertial import LONGEST, found, vector
from gesturemap.frames import Channel, Frame, Spec, Values
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
        self.spec, self._passing = with_new(spec, self._indices.tolist(), new, settings.keep)
        self.delay = settings.time
        self._threshold, self._time = settings.threshold, settings.time
        self._period = Period(spec.rate)
        self._mean = np.zeros(len(self._indices))
        self._turned = self._begun = 0.0
        self._turning = False
        self._shown = [0.0, 0.0, 0.0, 0.0]

    def step(self, frame: Frame) -> Frame:
        """Take one frame."""
        seconds = min(self._period.since(frame.time), LONGEST)
        rotation = frame.values[self._indices] * self._factors
        if math.isfinite(rotation.dot(rotation)):
            self._take(rotation, seconds)
        out = np.empty(self.spec.width)
        out[:-4] = frame.values[self._passing]
        out[-4:] = self._shown
        return Frame(frame.time, out, frame.arrived)

    def _take(self, rotation: Values, seconds: float) -> None:
        self._mean -= (rotation - self._mean) * math.expm1(-seconds / self._time)
        mean = self._mean
        speed = math.sqrt(mean.dot(mean))
        shown = self._shown
        if speed < 0.5 * self._threshold:
            shown[0], self._turning = 0.0, False
        elif not self._turning:
            # what the average has not shown yet is just what it has collected: its time constant times itself
            self._turning, self._turned, self._begun = True, speed * self._time, self._time
        else:
            self._turned += float(rotation.dot(mean)) / speed * seconds
            self._begun += seconds
        if self._turning and speed >= self._threshold:
            shown[0] = 1.0
        shown[1] = speed
        if shown[0] > 0.0:
            shown[2], shown[3] = self._turned, self._begun


@dataclass(frozen=True)
class Freefall:
    """Thrown or dropped: an acceleration near 0, longer than a turning point of the hand.

    ``freefall`` is 1 while it falls. ``freefall_time`` (s) grows with the fall, from its first moment on, and
    stays after the landing until the next fall: a throw of t seconds rises by g t^2 / 8.

    Source: no force but gravity acts on a falling body, so that an accelerometer reads 0; beside the centre of
    mass it reads ``speed of rotation^2 * arm``.
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
        self._indices, self._factors = vector(spec, settings.columns, "acceleration", "freefall, columns", 3)
        self._rotation = vector(spec, (), "rotation", "freefall, arm") if settings.arm > 0.0 else None
        new = [Channel(settings.name), Channel(f"{settings.name}_time", "s")]
        self.spec, self._passing = with_new(spec, self._indices.tolist(), new, settings.keep)
        self.delay = settings.shortest
        self._settings = settings
        self._threshold = settings.threshold * STANDARD_GRAVITY
        self._period = Period(spec.rate)
        self._lasted = -1.0
        self._falls = self._time = 0.0

    def step(self, frame: Frame) -> Frame:
        """Take one frame."""
        seconds = min(self._period.since(frame.time), LONGEST)
        acceleration = frame.values[self._indices] * self._factors
        threshold = self._threshold
        if self._rotation:
            rotation = frame.values[self._rotation.indices] * self._rotation.factors
            threshold += float(rotation.dot(rotation)) * self._settings.arm
        square = float(acceleration.dot(acceleration))
        if square < math.inf and threshold < math.inf:
            if square >= threshold * threshold:
                self._lasted, self._falls = -1.0, 0.0
            else:
                self._lasted = self._lasted + seconds if self._lasted >= 0.0 else 0.0
                if self._lasted >= self._settings.shortest:
                    self._falls, self._time = 1.0, self._lasted
        out = np.empty(self.spec.width)
        out[:-2] = frame.values[self._passing]
        out[-2] = self._falls
        out[-1] = self._time
        return Frame(frame.time, out, frame.arrived)


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
        self.spec, self._passing = with_new(spec, indices.tolist(), new, settings.keep)
        self.delay = settings.time
        self._indices = indices
        self._factors = np.concatenate([each.factors / thresholds[name] for name, each in vectors])
        # an acceleration rests at gravity, wherever that is; a rotation rests at 0
        self._follow = np.concatenate(
            [np.full(len(each.indices), float(name == "acceleration")) for name, each in vectors]
        )
        self._memory = settings.time
        self._period = Period(spec.rate)
        self._mean: Values | None = None
        self._energy = 4.0  # nobody knows yet
        self._rests = False
        self._time = 0.0

    def step(self, frame: Frame) -> Frame:
        """Take one frame."""
        seconds = min(self._period.since(frame.time), LONGEST)
        now = frame.values[self._indices] * self._factors
        if math.isfinite(now.dot(now)):
            if self._mean is None:
                self._mean = now * self._follow
            away = now - self._mean
            part = -math.expm1(-seconds / self._memory)
            self._mean += part * self._follow * away
            self._energy += part * (float(away.dot(away)) - self._energy)
            if self._energy >= 4.0:
                self._rests, self._time = False, 0.0
            elif self._rests:
                self._time += seconds
            else:
                self._rests = self._energy <= 1.0
        out = np.empty(self.spec.width)
        out[:-2] = frame.values[self._passing]
        out[-2] = min(1.0, max(0.0, 2.0 - math.sqrt(self._energy)))
        out[-1] = self._time
        return Frame(frame.time, out, frame.arrived)
