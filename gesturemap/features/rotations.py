"""Rotations as quaternions w x y z, which turn what is seen from the sensor into what is seen from the ground.

Compiled; a quaternion is a tuple of four numbers, a vector one of three.

Source: Kuipers, "Quaternions and Rotation Sequences", 1999, chapters 5 to 7.
"""

from __future__ import annotations

import math
from typing import Any

from gesturemap.compiled import brief

TINY = 1e-12


@brief
def product(p: Any, q: Any) -> Any:
    """The rotation q followed by p."""
    return (
        p[0] * q[0] - p[1] * q[1] - p[2] * q[2] - p[3] * q[3],
        p[0] * q[1] + p[1] * q[0] + p[2] * q[3] - p[3] * q[2],
        p[0] * q[2] - p[1] * q[3] + p[2] * q[0] + p[3] * q[1],
        p[0] * q[3] + p[1] * q[2] - p[2] * q[1] + p[3] * q[0],
    )


@brief
def inverse(q: Any) -> Any:
    """The rotation back, of a unit quaternion."""
    return (q[0], -q[1], -q[2], -q[3])


@brief
def normalised(q: Any) -> Any:
    """The unit quaternion; no numbers where there is none."""
    size = math.sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3])
    if not (TINY < size < math.inf):
        return (math.nan, math.nan, math.nan, math.nan)
    return (q[0] / size, q[1] / size, q[2] / size, q[3] / size)


@brief
def rotated(q: Any, v: Any) -> Any:
    """The vector turned by the unit quaternion."""
    tx = 2.0 * (q[2] * v[2] - q[3] * v[1])
    ty = 2.0 * (q[3] * v[0] - q[1] * v[2])
    tz = 2.0 * (q[1] * v[1] - q[2] * v[0])
    return (
        v[0] + q[0] * tx + q[2] * tz - q[3] * ty,
        v[1] + q[0] * ty + q[3] * tx - q[1] * tz,
        v[2] + q[0] * tz + q[1] * ty - q[2] * tx,
    )


@brief
def from_vector(x: float, y: float, z: float) -> Any:
    """The rotation about a vector by its length (rad)."""
    angle = math.sqrt(x * x + y * y + z * z)
    part = math.sin(0.5 * angle) / angle if angle > TINY else 0.5
    return (math.cos(0.5 * angle), x * part, y * part, z * part)


@brief
def to_vector(q: Any) -> Any:
    """The rotation vector (rad) of a unit quaternion, the short way round."""
    size = math.sqrt(q[1] * q[1] + q[2] * q[2] + q[3] * q[3])
    sign = -1.0 if q[0] < 0.0 else 1.0
    part = 2.0 * sign * math.atan2(size, abs(q[0])) / size if size > TINY else 2.0 * sign
    return (q[1] * part, q[2] * part, q[3] * part)


@brief
def to_euler(q: Any) -> Any:
    """Roll, pitch and yaw (rad) of a unit quaternion: turned by yaw about z, then pitch about y, then roll about x."""
    sine = min(1.0, max(-1.0, 2.0 * (q[0] * q[2] - q[3] * q[1])))
    if abs(sine) > 1.0 - 1e-10:
        # straight up or down only the sum of the other two is known: it is called yaw
        yaw = 2.0 * math.atan2(q[3], q[0])
        return (0.0, math.copysign(0.5 * math.pi, sine), math.atan2(math.sin(yaw), math.cos(yaw)))
    return (
        math.atan2(2.0 * (q[0] * q[1] + q[2] * q[3]), 1.0 - 2.0 * (q[1] * q[1] + q[2] * q[2])),
        math.asin(sine),
        math.atan2(2.0 * (q[0] * q[3] + q[1] * q[2]), 1.0 - 2.0 * (q[2] * q[2] + q[3] * q[3])),
    )


@brief
def settled(x: float, y: float, z: float, yaw: float) -> Any:
    """The orientation in which the acceleration (x, y, z) points straight up, with the heading `yaw` (rad)."""
    roll, pitch = math.atan2(y, z), math.atan2(-x, math.hypot(y, z))
    level = product(
        (math.cos(0.5 * pitch), 0.0, math.sin(0.5 * pitch), 0.0),
        (math.cos(0.5 * roll), math.sin(0.5 * roll), 0.0, 0.0),
    )
    return product((math.cos(0.5 * yaw), 0.0, 0.0, math.sin(0.5 * yaw)), level)
