"""What rotation must be, seen from how gravity turns: the unit of a gyroscope, the order of a quaternion.

Gravity is fixed in the world, so in the sensor's frame it turns against the sensor: ``da/dt = -w x a`` while the
sensor is turned and not shaken (for example Mahony et al., "Nonlinear complementary filters", 2008, eq. 8).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from gesturemap.frames import Values

UNITS = {"rad/s": 1.0, "deg/s": math.pi / 180.0, "deg/ms": math.pi / 0.18}
"""Unit -> rad/s."""
TENTHS = {
    "deg/s / 10": math.pi / 1800.0,
    "deg/s / 100": math.pi / 18_000.0,
    "deg/s / 1000": math.pi / 180_000.0,
}
"""Parts of a degree in which whole numbers are sent."""
NEAR_TENTHS = 1.25
"""Factor by which these may be off: what a chip counts may be nearly so much."""
NEAR = 1.6
"""Factor by which a measured unit may be off: noise and shaking make it smaller than it is."""
SURE = 0.35
"""Share of gravity's turning that the rotation must explain."""
SMOOTH = 0.1
"""Seconds over which acceleration is averaged, so that shaking does not count as turning."""
EVEN = 0.3
"""Seconds over which the times of arrival are averaged."""
ORDERS = (("w", "x", "y", "z"), ("x", "y", "z", "w"), ("w", "z", "x", "y"))
"""Orders of quaternions that senders use."""


class Turning(NamedTuple):
    """What a rotation rate seems to be."""

    unit: str
    """Empty: by gravity it is none that is known."""
    factor: float
    """What is sent, times this, turns gravity: rad/s."""
    explained: float
    """Share of gravity's turning that it explains, up to 1."""


def rotation(joined: tuple[Values, Values, Values], *, tenths: bool = False) -> Turning | None:
    """The unit of a rotation rate; None where gravity does not turn enough, or otherwise than it says.

    Parameters
    ----------
    joined : times (T,) in s, rotation (T, 3), acceleration (T, 3).
    tenths : parts of a degree may be meant too, as where acceleration is no raw count.
    """
    times, rate, acc = joined
    if len(times) < 20:
        return None
    times = _evened(times)
    down = _smooth(acc, times)
    length = np.linalg.norm(down, axis=1, keepdims=True)
    down = down / np.where(length > 0, length, 1.0)
    step = np.diff(times)
    good = step > 1e-4
    turning = np.diff(down, axis=0)[good]
    middle = (0.5 * (down[1:] + down[:-1]))[good]
    expected = -np.cross((_smooth(rate, times)[1:])[good], middle) * step[good, None]
    power = float((expected**2).sum())
    whole = float((turning**2).sum())
    if not power > 0.0 or whole < 1e-4:
        return None
    factor = float((expected * turning).sum()) / power
    share = factor * float((expected * turning).sum()) / whole
    if factor <= 0.0 or share < SURE:
        return None
    allowed = dict.fromkeys(UNITS.items(), NEAR) | (
        dict.fromkeys(TENTHS.items(), NEAR_TENTHS) if tenths else {}
    )
    off = {unit: abs(math.log(factor / one)) - math.log(near) for (unit, one), near in allowed.items()}
    unit = min(off, key=lambda name: off[name])
    return Turning(unit if off[unit] <= 0.0 else "", factor, share)


def explained(joined: tuple[Values, Values, Values]) -> float:
    """Share of gravity's turning that this explains as a rotation in a unit that is known; 0: it is none."""
    turning = rotation(joined, tenths=True)
    return turning.explained if turning and turning.unit else 0.0


def order_of_quaternion(joined: tuple[Values, Values, Values]) -> tuple[str, ...]:
    """The order of a quaternion's numbers by which gravity keeps still in the world; empty where several do.

    Parameters
    ----------
    joined : times (T,) in s, the four numbers as they come (T, 4), acceleration (T, 3).
    """
    _, numbers, acc = joined
    scores = {}
    for order in ORDERS:
        w, x, y, z = (numbers[:, order.index(axis)] for axis in ("w", "x", "y", "z"))
        scores[order] = max(_stillness(w, x, y, z, acc), _stillness(w, -x, -y, -z, acc))
    best, second = sorted(scores.values())[-1], sorted(scores.values())[-2]
    if best < 0.9 or best - second < 0.02:
        return ()
    return next(order for order, score in scores.items() if score == best)


def _stillness(w: Values, x: Values, y: Values, z: Values, acc: Values) -> float:
    """Length of the mean of gravity's direction in the world: 1 where it keeps still."""
    axis = np.stack([x, y, z], axis=1)
    down = acc / np.maximum(np.linalg.norm(acc, axis=1, keepdims=True), 1e-12)
    cross = 2.0 * np.cross(axis, down)
    turned = down + w[:, None] * cross + np.cross(axis, cross)
    return float(np.linalg.norm(np.nanmean(turned, axis=0)))


def _evened(times: Values) -> Values:
    """Arrivals without their bunches: a radio, and a window that looks now and then, hand over several at once."""
    steady = np.linspace(times[0], times[-1], len(times))
    width = min(len(times), max(1, round(EVEN * len(times) / max(times[-1] - times[0], 1e-3))))
    off = np.pad(times - steady, (width // 2, (width - 1) // 2), "edge")
    return np.asarray(steady + np.convolve(off, np.ones(width) / width, "valid"), np.float64)


def _smooth(values: Values, times: Values) -> Values:
    """A moving average over `SMOOTH` seconds."""
    period = (times[-1] - times[0]) / max(1, len(times) - 1)
    width = min(
        len(times), max(1, round(SMOOTH / max(period, 1e-4)))
    )  # what came at once is no longer than itself
    kernel = np.ones(width) / width
    return np.stack([np.convolve(column, kernel, "same") for column in np.nan_to_num(values).T], axis=1)
