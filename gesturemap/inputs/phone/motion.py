"""What the page sends, and the same in physical units. Pure: no sockets, no clock.

A sample of the page is `RAW` numbers as browsers give them: counter, time (ms), acceleration with gravity and
without (m/s2), rotation rate alpha beta gamma (deg/s), orientation alpha beta gamma (deg), touch x y pressed, two
buttons. A number the browser did not give is NaN.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence

from gesturemap.frames import Channel
from gesturemap.units import factor

GROUPS: dict[str, tuple[str, ...]] = {
    "acc": ("acc_x m/s2", "acc_y m/s2", "acc_z m/s2"),
    "lin": ("lin_x m/s2", "lin_y m/s2", "lin_z m/s2"),
    "gyro": ("gyro_x rad/s", "gyro_y rad/s", "gyro_z rad/s"),
    "quat": ("quat_w", "quat_x", "quat_y", "quat_z"),
    "touch": ("touch_x", "touch_y", "touch"),
    "buttons": ("button_a", "button_b"),
}
"""What a phone gives: group -> its channels."""
CHANNELS = tuple(Channel.parse(text) for texts in GROUPS.values() for text in texts)
REST = tuple(1.0 if channel.name == "quat_w" else 0.0 for channel in CHANNELS)
"""What stands for a number that a phone has never given."""
RAW = 19
SAMPLE = struct.Struct(f"<{RAW}d")
LARGEST = 1e6
"""No sensor of a phone gives more."""

_ACC, _LIN, _RATE, _ANGLES, _TOUCH = slice(2, 5), slice(5, 8), slice(8, 11), slice(11, 14), slice(14, 19)
_RAD_S = factor("deg/s", "rad/s")
_HALF = factor("deg", "rad") / 2.0


def columns(groups: Sequence[str]) -> list[int]:
    """Where the channels of some groups stand in `CHANNELS`, in the order of the groups."""
    names = [channel.name for channel in CHANNELS]
    return [
        names.index(Channel.parse(text).name) for group in dict.fromkeys(groups) for text in GROUPS[group]
    ]


def physical(raw: Sequence[float], sign: float, before: Sequence[float]) -> tuple[float, ...]:
    """Values of `CHANNELS` from one sample of the page.

    Parameters
    ----------
    raw : (`RAW`,) as the page sent them.
    sign : -1 for iOS, where both accelerations have the sign of the pull instead of the push; else 1.
    before : values that stand where the phone gave none: all of a group, or nothing of it.

    The device's own frame: x to the right of the upright screen, y to its top, z out of it.

    Source: W3C Device Orientation and Motion, section "device motion model": rotationRate's alpha, beta, gamma turn
    about x, y, z (an early draft, and many pages since, had z, x, y; no browser does that).
    """
    acc, lin, rate = raw[_ACC], raw[_LIN], raw[_RATE]
    values = [sign * a for a in acc] if _given(acc) else list(before[0:3])
    values += [sign * a for a in lin] if _given(lin) else before[3:6]
    values += [r * _RAD_S for r in rate] if _given(rate) else before[6:9]
    angles = raw[_ANGLES]
    values += quaternion(*angles) if _given(angles) else before[9:13]
    values += raw[_TOUCH]
    return tuple(values)


def missing(raw: Sequence[float]) -> tuple[str, ...]:
    """The groups that the phone gave nothing of."""
    parts = {"acc": _ACC, "lin": _LIN, "gyro": _RATE, "quat": _ANGLES}
    return tuple(group for group, part in parts.items() if not _given(raw[part]))


def fault(raw: Sequence[float]) -> str:
    """Why a sample cannot be used at all, or an empty text."""
    if not all(map(math.isfinite, (*raw[:2], *raw[_TOUCH]))):
        return "not a finite number"
    if any(not abs(number) <= LARGEST for number in raw[2:] if not math.isnan(number)):
        return f"a number beyond {LARGEST:g}"
    return ""


def quaternion(alpha: float, beta: float, gamma: float) -> tuple[float, float, float, float]:
    """Unit quaternion w, x, y, z (w not negative) of an orientation in degrees: from the device to the earth.

    Turns by alpha about z, then beta about the new x, then gamma about the new y.

    Source: W3C Device Orientation and Motion, appendix "Worked example", z-x'-y'' to quaternion.
    """
    x, y, z = beta * _HALF, gamma * _HALF, alpha * _HALF
    cx, cy, cz, sx, sy, sz = math.cos(x), math.cos(y), math.cos(z), math.sin(x), math.sin(y), math.sin(z)
    w = cx * cy * cz - sx * sy * sz
    side = -1.0 if w < 0.0 else 1.0
    return (
        side * w,
        side * (sx * cy * cz - cx * sy * sz),
        side * (cx * sy * cz + sx * cy * sz),
        side * (cx * cy * sz + sx * sy * cz),
    )


def _given(numbers: Sequence[float]) -> bool:
    return not math.isnan(sum(numbers))
