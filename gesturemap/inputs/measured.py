"""The units of vectors, as far as what was heard tells them: by gravity's length, and by how it turns."""

from __future__ import annotations

import math
import re

import numpy as np

from gesturemap.frames import Values
from gesturemap.inputs.column import Column
from gesturemap.inputs.guessed import AXES, Guess, Place, even, joined_with, vectors
from gesturemap.inputs.turning import order_of_quaternion, rotation

LEAST_COUNTS, STEADY = 100.0, 0.05
"""Raw counts of an acceleration at rest are more than these, and keep their length to this share."""
STILL = 10
"""Messages that make a moment."""
FASTEST, FASTEST_DEGREES = 40.0, 2300.0
"""No movement of a hand turns faster than so many rad/s, or degrees a second."""


def turn(found: list[Guess]) -> None:
    """Give vectors their units: acceleration by its length at rest, rotation by how gravity turns, and so on."""
    named = vectors(found)
    for stem, axes in named.items():
        kind, which = _kind(stem)
        down = _down(which, axes, named)
        if kind in ("acc", "gravity", "linear") and len(axes) == 3:
            wanted, unit, reason = _acceleration(kind, axes, down, stem)
            _write(axes, wanted, unit, reason)
            if _acceleration(kind, axes, None)[1]:  # told by its own length
                _measured(axes, Column.parse(f"a {wanted} from {unit}", stem).factor)
        elif kind == "gyro" and len(axes) == 3:
            _write(axes, "rad/s", *_rotation(stem, axes, down))
        elif kind == "mag" and len(axes) == 3:
            length = float(np.nanmedian(np.sqrt(sum(column[2] ** 2 for column in even(axes)))))
            unit = "uT" if length > 5.0 else "gauss"
            _write(axes, "uT", unit, f"a magnetic field of {length:.3g} is in {unit}")
        elif kind == "quat" and len(axes) == 4:
            order = order_of_quaternion(joined_with(axes, down)) if down else ()
            if not order:
                axes["w"][0].reasons.append(
                    f"the order of {stem} is not known, w x y z is taken: turn the sensor in all directions meanwhile"
                )
            if order:
                for axis, column in zip(order, [axes[a] for a in ("w", *AXES)], strict=True):
                    column[0].columns[column[1]] = f"{stem}_{axis}"
                axes["w"][0].reasons.append(
                    f"the quaternion comes as {' '.join(order)}: so it agrees with gravity"
                )


KIND = re.compile(r"(acc|gravity|linear|gyro|mag|quat)(\d*(?:_.+)?)")
"""A vector's name: its kind, and which of several sensors it is of."""


def _kind(stem: str) -> tuple[str, str]:
    """Kind of a vector, empty where its name says none, and which of several: ``acc2_bno`` -> acc, 2_bno."""
    found = KIND.fullmatch(stem)
    return (found[1], found[2]) if found else ("", "")


def _down(which: str, axes: dict[str, Place], named: dict[str, dict[str, Place]]) -> dict[str, Place] | None:
    """The acceleration of the same sensor; of another where it has none, one at a like address first."""
    every = {stem: vector for stem, vector in named.items() if len(vector) == 3}
    own = [every[name] for name in (f"gravity{which}", f"acc{which}") if name in every]
    if own:
        return own[0]
    others = [
        (stem, vector)
        for kind in ("gravity", "acc")
        for stem, vector in every.items()
        if _kind(stem)[0] == kind
    ]
    parent = _parent(axes)
    beside = (vector for _, vector in sorted(others, key=lambda each: _parent(each[1]) != parent))
    return next(beside, None)


def _parent(axes: dict[str, Place]) -> str:
    """Where a vector's messages are."""
    return next(iter(axes.values()))[0].address.rpartition("/")[0]


def _rotation(stem: str, axes: dict[str, Place], down: dict[str, Place] | None) -> tuple[str, str]:
    """The unit of a rotation rate and why: gravity decides where it turned, else its size."""
    most = max(float(np.nanmax(np.abs(column[2]))) for column in axes.values())
    raw = down is not None and _acceleration("acc", down, None)[1] not in ("m/s2", "g", "mg")
    turning = rotation(joined_with(axes, down), tenths=not raw) if down else None
    if turning:
        _measured(axes, turning.factor)
    if turning and turning.unit:
        unit = turning.unit
        return unit, f"gravity turns as rotation in {unit} says ({turning.explained:.0%} of it)"
    if turning and not raw:
        return "", (
            f"the unit of {stem} is not known: by gravity it is neither rad/s nor deg/s, but 1 rad/s is sent as about "
            f"{1.0 / turning.factor:.3g}"
        )
    if most > FASTEST_DEGREES or raw:
        return "", f"the unit of {stem} is not known (up to {most:.0f}): raw counts cannot be told"
    unit = "deg/s" if most > FASTEST else "rad/s"
    sure = (
        "there is no acceleration of three axes that could tell"
        if down is None
        else "turn the sensor slowly in all directions while it is listened to, to be sure"
    )
    return unit, f"rotation up to {most:.3g} is taken to be in {unit} by its size only: {sure}"


def _acceleration(
    kind: str, axes: dict[str, Place], down: dict[str, Place] | None, stem: str = ""
) -> tuple[str, str, str]:
    """The wanted unit, the one that is sent and why."""
    called = stem or kind
    length = np.sqrt(sum(column[2] ** 2 for column in even(axes)))
    usual = float(np.nanmedian(length))
    for unit, one in (("m/s2", 9.80665), ("g", 1.0), ("mg", 1000.0)):
        if kind != "linear" and 0.7 < usual / one < 1.4:
            return "m/s2", unit, f"{called} has the length {_resting(length):.3g} at rest, so it is in {unit}"
    if kind != "linear" and (counts := _counts_per_g(length)):
        return (
            "m/s2",
            f"g / {counts:g}",
            f"{called} has the length {usual:.4g} at rest: {counts:g} is taken to be 1 g",
        )
    if down is not None and down is not axes:
        unit = _acceleration("acc", down, None)[1]
        if unit:
            return "m/s2", unit, f"{called} is taken to be in {unit}, as the acceleration with gravity is"
    most = float(np.nanmax(length)) if len(length) else math.nan
    return (
        "",
        "",
        f"the unit of {called} is not known (its length is {usual:.3g}, at most {most:.3g}): it stays as it is",
    )


def _resting(length: Values) -> float:
    """The length where it kept most still for a moment."""
    parts = [part for part in np.split(length, range(STILL, len(length), STILL)) if len(part) == STILL]
    stillest = min(parts, key=np.var, default=length)
    return float(np.nanmedian(stillest))


def _counts_per_g(length: Values) -> float:
    """What a sensor that sends raw counts sends for 1 g, by the length at rest; 0 where it does not look like that."""
    low, usual, high = np.nanpercentile(length, (25, 50, 75))
    if not (usual > LEAST_COUNTS and high - low < STEADY * usual):
        return 0.0
    near = 2.0 ** round(math.log2(usual))  # what most chips are made for
    return near if abs(usual / near - 1.0) < 2 * STEADY else float(f"{usual:.4g}")


def _measured(axes: dict[str, Place], factor: float) -> None:
    """Keep what gravity told of a vector."""
    for each, index, _ in axes.values():
        each.measured[index] = factor


def _write(axes: dict[str, Place], wanted: str, sent: str, reason: str) -> None:
    """Give the axes of a vector their unit, and say why once."""
    for each, index, _ in axes.values():
        if sent:
            name = each.columns[index]
            each.columns[index] = f"{name} {wanted}" + (f" from {sent}" if sent != wanted else "")
    next(iter(axes.values()))[0].reasons.append(reason)
