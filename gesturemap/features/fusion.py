"""Gyroscope, gravity and compass brought together, one frame at a time."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gesturemap.compiled import brief
from gesturemap.features.rotations import (
    from_vector,
    inverse,
    normalised,
    product,
    rotated,
    settled,
    to_euler,
)
from gesturemap.frames import Values

MADGWICK, MAHONY = 0, 1
PLACES = ("quaternion", "euler", "gravity", "acceleration_gravity", "acceleration_linear")
"""What can be told, by its number."""
SLOW = 0.05
"""rad/s: up to here, for a second, a sensor may be at rest."""
FARTHEST = 0.2
"""rad/s: no gyroscope's offset is larger."""
PATIENCE = 3.0
"""Seconds without any credible gravity after which it is believed all the same: a scale may be wrong."""
OFFSET, RATE, LINEAR, KNOWN, DOUBTED, QUIET = 4, 7, 10, 13, 14, 15
"""Places in the state behind the quaternion."""


def start_state() -> Values:
    """(16,) quaternion, offset (3), last rotation (3), last linear acceleration (3), known, times."""
    state = np.zeros(16)
    state[0] = 1.0
    return state


@brief
def three(values: Any, indices: Any, factors: Any, first: int) -> Any:
    """Three of the channels in standard units."""
    return (
        values[indices[first]] * factors[first],
        values[indices[first + 1]] * factors[first + 1],
        values[indices[first + 2]] * factors[first + 2],
    )


@brief
def length(v: Any) -> float:
    """Euclidean length; no number or infinite where one of them is."""
    return math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2])


@brief
def rate_of(w: Any, seconds: float, learn: bool, state: Any) -> Any:
    """Rotation without its offset, meant over the time since the last frame; learns the offset at rest."""
    if not length(w) < math.inf:
        for i in range(RATE, RATE + 3):
            state[i] = 0.0
        return (0.0, 0.0, 0.0)
    free = (w[0] - state[OFFSET], w[1] - state[OFFSET + 1], w[2] - state[OFFSET + 2])
    state[QUIET] = state[QUIET] + seconds if length(free) < SLOW else 0.0
    if learn and state[QUIET] > 1.0 and length(w) < FARTHEST:
        part = min(seconds, 1.0)
        for i in range(3):
            state[OFFSET + i] += part * free[i]
    mean = (
        0.5 * (free[0] + state[RATE]),
        0.5 * (free[1] + state[RATE + 1]),
        0.5 * (free[2] + state[RATE + 2]),
    )
    for i in range(3):
        state[RATE + i] = free[i]
    return mean


@brief
def drawn(q: Any, reference: Any, seen: Any) -> Any:
    """The axis (times the sine of the angle) about which the sensor must turn for `reference` to be as `seen`.

    Source: Mahony et al. 2008, equation 48a, omega_mes; beyond a right angle as strong as there.
    """
    expected = rotated(inverse(q), reference)
    x = seen[1] * expected[2] - seen[2] * expected[1]
    y = seen[2] * expected[0] - seen[0] * expected[2]
    z = seen[0] * expected[1] - seen[1] * expected[0]
    size = length((x, y, z))
    if size > 1e-9 and seen[0] * expected[0] + seen[1] * expected[1] + seen[2] * expected[2] < 0.0:
        return (x / size, y / size, z / size)
    return (x, y, z)


@brief
def gradient(q: Any, bx: float, bz: float, seen: Any) -> Any:
    """Gradient of half the squared error of the reference (bx, 0, bz), and that square.

    Source: Madgwick 2010, equations 21, 22 and 34, divided by 2; its (25, 26) with bx = 0, bz = 1.
    """
    w, x, y, z = q
    f1 = 2.0 * bx * (0.5 - y * y - z * z) + 2.0 * bz * (x * z - w * y) - seen[0]
    f2 = 2.0 * bx * (x * y - w * z) + 2.0 * bz * (w * x + y * z) - seen[1]
    f3 = 2.0 * bx * (w * y + x * z) + 2.0 * bz * (0.5 - x * x - y * y) - seen[2]
    return (
        -bz * y * f1 + (bz * x - bx * z) * f2 + bx * y * f3,
        bz * z * f1 + (bx * y + bz * w) * f2 + (bx * z - 2.0 * bz * x) * f3,
        (-2.0 * bx * y - bz * w) * f1 + (bx * x + bz * z) * f2 + (bx * w - 2.0 * bz * y) * f3,
        (bz * x - 2.0 * bx * z) * f1 + (bz * y - bx * w) * f2 + bx * x * f3,
        f1 * f1 + f2 * f2 + f3 * f3,
    )


@brief
def corrected(q: Any, reference: Any, seen: Any, method: int, step: float) -> Any:
    """The orientation drawn towards where `reference` (x and z) is `seen`.

    By `step`: with madgwick half of the angle in rad, with mahony a part of the error.
    """
    if method == MAHONY:
        e = drawn(q, reference, seen)
        part = min(step, 0.5)
        return product(q, from_vector(part * e[0], part * e[1], part * e[2]))
    g = gradient(q, reference[0], reference[2], seen)
    size = math.sqrt(g[0] * g[0] + g[1] * g[1] + g[2] * g[2] + g[3] * g[3])
    if size < 1e-12:
        return q
    # a quaternion's step is half of the angle, and so is the error in it
    part = min(step, 0.5 * math.sqrt(g[4])) / size
    return normalised((q[0] - part * g[0], q[1] - part * g[1], q[2] - part * g[2], q[3] - part * g[3]))


@brief
def north_of(q: Any, field: Any) -> Any:
    """Where north is, seen from the sensor: the level part of the magnetic field; no numbers where there is none."""
    ground = rotated(q, field)
    size = math.hypot(ground[0], ground[1])
    if not (1e-9 < size < math.inf):
        return (math.nan, math.nan, math.nan)
    return rotated(inverse(q), (ground[0] / size, ground[1] / size, 0.0))


@brief
def fuse(
    values: Any,
    seconds: float,
    indices: Any,
    factors: Any,
    method: int,
    gain: float,
    rejection: float,
    learn: bool,
    longest: float,
    told: Any,
    state: Any,
    out: Any,
) -> bool:
    """Take one frame, write what is `told` into `out`; False before the first acceleration.

    `indices` and `factors`: acceleration (to g), rotation (to rad/s) and, if there is one, the magnetic field.
    """
    acceleration = three(values, indices, factors, 0)
    weight = length(acceleration)
    heard = 1e-6 < weight < math.inf
    field = three(values, indices, factors, 6) if len(indices) > 6 else (math.nan, math.nan, math.nan)
    up = (0.0, 0.0, 1.0)
    if heard:
        up = (acceleration[0] / weight, acceleration[1] / weight, acceleration[2] / weight)
    q = (state[0], state[1], state[2], state[3])
    rate = rate_of(three(values, indices, factors, 3), seconds, learn, state)

    if state[KNOWN] == 0.0 or seconds > longest:
        if not heard:
            if state[KNOWN] == 0.0:
                return False
        else:
            q = settled(up[0], up[1], up[2], to_euler(q)[2])
            ground = rotated(q, north_of(q, field))
            if state[KNOWN] == 0.0 and not math.isnan(ground[0]):
                q = product(from_vector(0.0, 0.0, -math.atan2(ground[1], ground[0])), q)
            state[KNOWN] = 1.0
    else:
        q = product(q, from_vector(rate[0] * seconds, rate[1] * seconds, rate[2] * seconds))
        credible = heard and (abs(weight - 1.0) <= rejection or state[DOUBTED] > PATIENCE)
        if heard:
            state[DOUBTED] = 0.0 if abs(weight - 1.0) <= rejection else state[DOUBTED] + seconds
        if credible:
            q = corrected(q, (0.0, 0.0, 1.0), up, method, gain * seconds)
        north = north_of(q, field)
        if not math.isnan(north[0]):
            q = corrected(q, (1.0, 0.0, 0.0), north, method, gain * seconds)
    q = normalised(q)
    state[0], state[1], state[2], state[3] = q

    down = rotated(inverse(q), (0.0, 0.0, 1.0))
    if heard:
        for i in range(3):
            state[LINEAR + i] = acceleration[i] - down[i]
    at = 0
    for what in told:
        if what == 0:
            # of the two quaternions of an orientation the one near the last: the state's own never jumps
            out[at], out[at + 1], out[at + 2], out[at + 3] = q
            at += 4
            continue
        triple = down
        if what == 1:
            triple = to_euler(q)
        elif what == 3:
            triple = (down[0] / factors[0], down[1] / factors[1], down[2] / factors[2])
        elif what == 4:
            triple = (
                state[LINEAR] / factors[0],
                state[LINEAR + 1] / factors[1],
                state[LINEAR + 2] / factors[2],
            )
        out[at], out[at + 1], out[at + 2] = triple
        at += 3
    return True


KERNELS = (
    (
        fuse,
        "boolean(float64[::1],float64,int64[::1],float64[::1],int64,float64,float64,boolean,float64,int64[::1],"
        "float64[::1],float64[::1])",
    ),
)
