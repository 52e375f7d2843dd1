"""Quaternion: orientations that a sensor sends, in the order, sign, reference and form that are wanted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.compiled import brief
from gesturemap.errors import SettingsError
from gesturemap.features.feature import Room, select
from gesturemap.features.rotations import inverse, normalised, product, rotated, to_euler, to_vector
from gesturemap.frames import Channel, Frame, Spec

ENDINGS = {
    "quaternion": (("w", ""), ("x", ""), ("y", ""), ("z", "")),
    "euler": (("roll", "rad"), ("pitch", "rad"), ("yaw", "rad")),
    "rotation_vector": (("turn_x", "rad"), ("turn_y", "rad"), ("turn_z", "rad")),
    "pointing": (("to_x", ""), ("to_y", ""), ("to_z", "")),
}
"""What can be told -> the endings and units of its channels."""
FORMS = tuple(ENDINGS)
ORDERS = {"wxyz": (0, 1, 2, 3), "xyzw": (3, 0, 1, 2)}
NO_REFERENCE, FIXED, FIRST = 0, 1, 2


@dataclass(frozen=True)
class Quaternion:
    """Four channels as one orientation: made unit length, of a sign that never jumps, in other forms.

    ``pose_w`` .. ``pose_z``, or roll, pitch and yaw (yaw first, about z, then pitch about y, then roll about x),
    or the rotation vector (axis times angle), or where a `vector` of the sensor points. Relative to a reference
    they are what the sensor turned since that pose, seen from the sensor in that pose.
    """

    kind: ClassVar[str] = "quaternion"

    columns: tuple[str, ...] = setting(
        (), "its four channels in order; empty: those whose names start with q"
    )
    order: str = setting("wxyz", "the order in which they come", choices=tuple(ORDERS))
    continuous: bool = setting(True, "q and -q are the same orientation: take the one nearer to the last")
    relative: str = setting(
        "no", "to which pose: to none, the first one, or the reference", choices=("no", "first", "reference")
    )
    reference: tuple[float, ...] = setting((), "w, x, y, z of the pose that becomes none; wanted by relative")
    vector: tuple[float, ...] = setting((1.0, 0.0, 0.0), "x, y, z: what pointing shows the direction of")
    output: tuple[str, ...] = setting(("quaternion",), "what to tell", choices=FORMS)
    name: str = setting("pose", "what the names of the new channels begin with")
    keep: bool = setting(True, "the chosen channels go on beside it; else it takes their place")

    def start(self, spec: Spec) -> QuaternionRun:
        """Size everything for frames of `spec`."""
        return QuaternionRun(self, spec)


def _numbers(numbers: tuple[float, ...], count: int, place: str, what: str) -> tuple[float, ...]:
    """Check a vector of a setting: so many numbers, not all 0."""
    size = math.sqrt(sum(number * number for number in numbers))
    if len(numbers) != count or not 1e-9 < size < math.inf:
        raise SettingsError(place, f"{list(numbers)}", f"{count} numbers, not all 0", what)
    return tuple(number / size for number in numbers)


class QuaternionRun:
    """A running orientation; a value that is no number, or four zeros, give the last one again."""

    delay = 0.0

    def __init__(self, settings: Quaternion, spec: Spec) -> None:
        place = "quaternion, columns"
        chosen = select(spec, settings.columns, place) if settings.columns else []
        if not settings.columns:
            chosen = [i for i, name in enumerate(spec.names) if name.startswith("q")]
        if len(chosen) != 4:
            raise SettingsError(
                place,
                f"{len(chosen)} channels: {', '.join(spec.names[i] for i in chosen) or 'none'}",
                f"a quaternion has four; there are {', '.join(spec.names)}",
                "name them in order",
            )
        told = tuple(dict.fromkeys(settings.output)) or FORMS[:1]
        new = [Channel(f"{settings.name}_{end}", unit) for form in told for end, unit in ENDINGS[form]]
        self._room = Room(spec, chosen, new, settings.keep)
        self.spec = self._room.spec
        self._new = self._room.whole[spec.width :]
        state = np.zeros(9)
        state[4:8] = (1.0, 0.0, 0.0, 0.0)
        if settings.relative == "reference":
            state[4:8] = _numbers(
                settings.reference,
                4,
                "quaternion, reference",
                "give w, x, y, z of the pose, or relative = 'first'",
            )
        self._settled = (
            np.array([chosen[at] for at in ORDERS[settings.order]], dtype=np.int64),
            settings.continuous,
            {"no": NO_REFERENCE, "reference": FIXED, "first": FIRST}[settings.relative],
            np.array(_numbers(settings.vector, 3, "quaternion, vector", "x, y, z, such as [1, 0, 0]")),
            np.array([FORMS.index(form) for form in told]),
            state,
        )

    def step(self, frame: Frame) -> Frame | None:
        """Take one frame; None before the first quaternion."""
        room = self._room
        room.came[...] = frame.values
        if not posed(room.came, *self._settled, self._new):
            return None
        return Frame(frame.time, room.out(), frame.arrived)


@brief
def posed(
    values: Any,
    indices: Any,
    continuous: bool,
    relative: int,
    direction: Any,
    told: Any,
    state: Any,
    out: Any,
) -> bool:
    """Take one quaternion and write what is `told`; False before the first.

    `state` (9,): the last one (w x y z, in its reference), the reference, whether one was known.
    """
    q = normalised((values[indices[0]], values[indices[1]], values[indices[2]], values[indices[3]]))
    known = state[8] > 0.0
    if math.isnan(q[0]):
        if not known:
            return False
        q = (state[0], state[1], state[2], state[3])
    else:
        if relative == FIRST and not known:
            state[4], state[5], state[6], state[7] = q
        if relative != NO_REFERENCE:
            q = product(inverse((state[4], state[5], state[6], state[7])), q)
        if (
            continuous
            and known
            and q[0] * state[0] + q[1] * state[1] + q[2] * state[2] + q[3] * state[3] < 0.0
        ):
            q = (-q[0], -q[1], -q[2], -q[3])
        state[0], state[1], state[2], state[3] = q
        state[8] = 1.0
    at = 0
    for form in told:
        if form == 0:
            out[at], out[at + 1], out[at + 2], out[at + 3] = q
            at += 4
            continue
        if form == 1:
            triple = to_euler(q)
        elif form == 2:
            triple = to_vector(q)
        else:
            triple = rotated(q, (direction[0], direction[1], direction[2]))
        out[at], out[at + 1], out[at + 2] = triple
        at += 3
    return True


KERNELS = (
    (
        posed,
        "boolean(float64[::1],int64[::1],boolean,int64,float64[::1],int64[::1],float64[::1],float64[::1])",
    ),
)
