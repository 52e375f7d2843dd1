"""Orientation from an inertial sensor: gyroscope, gravity and, where there is one, the compass."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.clock import Period
from gesturemap.features.feature import Room, select
from gesturemap.features.fusion import MADGWICK, MAHONY, PLACES, fuse, start_state
from gesturemap.features.inertial import LONGEST, found, vector
from gesturemap.frames import Channel, Frame, Spec, Values
from gesturemap.units import STANDARD_GRAVITY

METHODS = {"madgwick": MADGWICK, "mahony": MAHONY}
USUAL_GAIN = {"madgwick": 0.1, "mahony": 1.0}
"""What the corrections are at which hand-held movement and drift are balanced."""
OUTPUTS = {
    "quaternion": (("w", ""), ("x", ""), ("y", ""), ("z", "")),
    "euler": (("roll", "rad"), ("pitch", "rad"), ("yaw", "rad")),
    "gravity": (("up_x", ""), ("up_y", ""), ("up_z", "")),
}
"""What can be told -> the endings and units of its channels."""


@dataclass(frozen=True)
class Orientation:
    """Which way the sensor is turned, by rotation speed, corrected by gravity and, if there is one, the compass.

    As quaternion (w x y z, which turns the sensor's view into the ground's, z up), as roll, pitch and yaw (rad;
    yaw first, about z, then pitch about y, then roll about x) or as the direction of up seen from the sensor.
    Without a magnetometer yaw is 0 at the start and drifts slowly; with one it is 0 where x points north. It
    starts settled in the first acceleration, not level, and settles again after a silence of a second.

    The compass corrects the heading alone, so that iron nearby tilts nothing.

    Source: Madgwick, "An efficient orientation filter for inertial and inertial/magnetic sensor arrays", 2010,
    equations 11 to 13, 21 to 26 and 33 to 34, the step never longer than the error; Mahony, Hamel and Pflimlin,
    "Nonlinear complementary filters on the special orthogonal group", 2008, equation 48 without its integral,
    which would learn the offset from movement.
    """

    kind: ClassVar[str] = "orientation"

    acceleration: tuple[str, ...] = setting(
        (), "its three channels, such as acc*; empty: found by their unit"
    )
    rotation: tuple[str, ...] = setting((), "its three channels, such as gyr*; empty: found by their unit")
    magnetometer: tuple[str, ...] = setting(
        (),
        "its three channels, such as mag*; empty: none, since a compass indoors misleads more than it helps",
    )
    method: str = setting("madgwick", "how the two are brought together", choices=tuple(METHODS))
    gain: float = setting(
        0.0,
        "trust in gravity against the gyroscope (madgwick: rad/s, mahony: 1/s); 0: the usual 0.1 or 1",
        low=0.0,
        high=20.0,
    )
    rejection: float = setting(
        0.2, "gravity is not believed while the acceleration is farther from 1 g than this", unit="g",
        low=0.01, high=10.0,
    )  # fmt: skip
    offset: bool = setting(
        True, "learn the gyroscope's offset while it rests (slower than 0.05 rad/s for a second)"
    )
    output: tuple[str, ...] = setting(("quaternion",), "what to tell", choices=tuple(OUTPUTS))
    name: str = setting("orientation", "what the names of the new channels begin with")
    keep: bool = setting(True, "the sensor's channels go on beside it; else it takes their place")

    def start(self, spec: Spec) -> OrientationRun:
        """Size everything for frames of `spec`."""
        return OrientationRun(self, spec)


class Fusion:
    """What `orientation` and `gravity` share: the state, and one call per frame."""

    def __init__(self, settings: Orientation, spec: Spec, place: str, told: tuple[str, ...]) -> None:
        vectors = [
            vector(spec, settings.acceleration, "acceleration", f"{place}, acceleration", 3),
            vector(spec, settings.rotation, "rotation", f"{place}, rotation", 3),
        ]
        if settings.magnetometer:
            vectors.append(vector(spec, settings.magnetometer, "magnetic field", f"{place}, magnetometer", 3))
        self.indices = np.concatenate([each.indices for each in vectors])
        factors = np.concatenate([each.factors for each in vectors])
        factors[:3] /= STANDARD_GRAVITY
        self._period = Period(spec.rate)
        longest = max(LONGEST, 4.0 / spec.rate if spec.rate > 0.0 else 0.0)
        self._settled = (
            self.indices,
            factors,
            METHODS[settings.method],
            settings.gain or USUAL_GAIN[settings.method],
            settings.rejection,
            settings.offset,
            longest,
            np.array([PLACES.index(name) for name in told]),
            start_state(),
        )

    def step(self, values: Values, time: float, out: Values) -> bool:
        """Take one frame and write what is told into `out`; False as long as nothing is known."""
        return fuse(values, self._period.since(time), *self._settled, out)


class FusedRun:
    """Channels that the fusion tells, beside a sensor's own or in their place."""

    delay = 0.0

    def __init__(
        self, fusion: Fusion, spec: Spec, replaced: list[int], new: list[Channel], keep: bool
    ) -> None:
        self._fusion = fusion
        self._room = Room(spec, replaced, new, keep)
        self.spec = self._room.spec
        self._new = self._room.whole[spec.width :]

    def step(self, frame: Frame) -> Frame | None:
        """Take one frame; None before the first acceleration."""
        room = self._room
        room.came[...] = frame.values
        if not self._fusion.step(room.came, frame.time, self._new):
            return None
        return Frame(frame.time, room.out(), frame.arrived)


class OrientationRun(FusedRun):
    """A running orientation.

    Without an acceleration it goes on by the gyroscope, without a rotation by gravity alone.
    """

    def __init__(self, settings: Orientation, spec: Spec) -> None:
        told = tuple(dict.fromkeys(settings.output)) or ("quaternion",)
        fusion = Fusion(settings, spec, "orientation", told)
        new = [Channel(f"{settings.name}_{end}", unit) for form in told for end, unit in OUTPUTS[form]]
        super().__init__(fusion, spec, fusion.indices.tolist(), new, settings.keep)


@dataclass(frozen=True)
class Gravity:
    """Take the acceleration apart: gravity, and what the hand adds (``acc_x_gravity``, ``acc_x_linear``).

    Where there is a gyroscope, gravity is 1 g in the direction that the orientation says, without delay. Else it
    is a slow low-pass of the acceleration: it comes late by `time`, and turning the sensor looks like movement
    meanwhile. Both are in the unit of the acceleration, with its signs: at rest gravity is what it reads.
    """

    kind: ClassVar[str] = "gravity"

    acceleration: tuple[str, ...] = setting((), "its channels, such as acc*; empty: found by their unit")
    rotation: tuple[str, ...] = setting((), "its three channels, such as gyr*; empty: found by their unit")
    method: str = setting(
        "auto",
        "auto: orientation where there is a gyroscope, else low_pass",
        choices=("auto", "orientation", "low_pass"),
    )
    time: float = setting(0.5, "time constant of the low-pass", unit="s", low=0.01, high=60.0)
    output: tuple[str, ...] = setting(("linear",), "what to tell", choices=("gravity", "linear"))
    keep: bool = setting(True, "the acceleration goes on beside it; else it takes its place")

    def start(self, spec: Spec) -> FusedGravityRun | SlowGravityRun:
        """Size everything for frames of `spec`."""
        fused = self.method == "orientation" or (
            self.method == "auto"
            and bool(self.rotation or len(found(spec, "rotation")) == 3)
            and len(select(spec, self.acceleration, "") if self.acceleration else found(spec, "acceleration"))
            == 3
        )
        return FusedGravityRun(self, spec) if fused else SlowGravityRun(self, spec)


def _parted(settings: Gravity, spec: Spec, chosen: list[int]) -> tuple[tuple[str, ...], list[Channel]]:
    """What is told, in order, and its channels."""
    told = tuple(dict.fromkeys(settings.output)) or ("linear",)
    return told, [Channel(f"{spec.names[i]}_{name}", spec.channels[i].unit) for name in told for i in chosen]


class FusedGravityRun(FusedRun):
    """Running gravity by orientation; without an acceleration the linear part stays as it was."""

    def __init__(self, settings: Gravity, spec: Spec) -> None:
        told, _ = _parted(settings, spec, [])
        by = Orientation(settings.acceleration, settings.rotation)
        fusion = Fusion(by, spec, "gravity", tuple(f"acceleration_{name}" for name in told))
        chosen = fusion.indices[:3].tolist()
        super().__init__(fusion, spec, chosen, _parted(settings, spec, chosen)[1], settings.keep)


class SlowGravityRun:
    """Running gravity by a low-pass; a value that is no number gives the last ones again."""

    def __init__(self, settings: Gravity, spec: Spec) -> None:
        self._indices, _ = vector(spec, settings.acceleration, "acceleration", "gravity, acceleration")
        chosen = self._indices.tolist()
        self._told, new = _parted(settings, spec, chosen)
        self._room = Room(spec, chosen, new, settings.keep)
        self.spec = self._room.spec
        self._new = self._room.whole[spec.width :]
        self.delay = settings.time if "gravity" in self._told else 0.0
        self._time = settings.time
        self._period = Period(spec.rate)
        self._parts: dict[str, list[float]] = {"gravity": [], "linear": [0.0] * len(chosen)}
        self._since = 0.0

    def step(self, frame: Frame) -> Frame | None:
        """Take one frame; None before the first acceleration."""
        room = self._room
        room.came[...] = frame.values
        self._since += self._period.since(frame.time)
        now = frame.values[self._indices].tolist()
        parts = self._parts
        if math.isfinite(math.hypot(*now)):
            part = -math.expm1(-self._since / self._time)
            parts["gravity"] = [
                old + part * (new - old) for old, new in zip(parts["gravity"] or now, now, strict=True)
            ]
            parts["linear"] = [new - old for old, new in zip(parts["gravity"], now, strict=True)]
            self._since = 0.0
        elif not parts["gravity"]:
            return None
        self._new[:] = [value for name in self._told for value in parts[name]]
        return Frame(frame.time, room.out(), frame.arrived)
