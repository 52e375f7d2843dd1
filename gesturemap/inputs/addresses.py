"""What the words of an OSC address say: which sensor, which axis, which device."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

from gesturemap.inputs.listen import Stream

WORDS: dict[str, str] = {
    "useracc": "linear", "useracceleration": "linear", "linear": "linear", "linearacceleration": "linear",
    "acc": "acc", "accel": "acc", "accelerometer": "acc", "acceleration": "acc", "accxyz": "acc",
    "grav": "gravity", "gravity": "gravity",
    "gyro": "gyro", "gyroscope": "gyro", "rrate": "gyro", "rotationrate": "gyro", "rotation": "gyro",
    "mag": "mag", "magn": "mag", "magnetometer": "mag", "magneticfield": "mag",
    "quat": "quat", "quaternion": "quat", "rotationvector": "quat",
    "attitude": "attitude", "orientation": "orientation", "euler": "euler",
    "emg": "emg",
}  # fmt: skip
"""A word in an address -> what the channels are called."""
AXIS_WORDS = {"x": "x", "y": "y", "z": "z", "w": "w", "alpha": "z", "beta": "x", "gamma": "y"}
SIDES = frozenset({"l", "r", "left", "right", "lh", "rh", "lefthand", "righthand", "leftfoot", "rightfoot"})
"""Words that tell one of two sensors of a kind from the other."""


def kind_of(word: str) -> str:
    """What the channels at such a word are called, ``accel`` and ``accel2``; empty: it says nothing of it."""
    word = word.lower()
    return WORDS.get(word) or WORDS.get(word.rstrip("0123456789").rstrip("_"), "")


JOINED = re.compile(r"(acc|accel|a|gyro|gyr|g|mag|m|quat|q)_?([wxyz])")
"""A sensor and an axis in one word, such as ``ax`` or ``gyro_z``."""


def joined(word: str, beside: Container[str]) -> tuple[str, str] | None:
    """Sensor and axis of a word such as ``ax``, where its other axes are called alike; else it may be any word."""
    found = JOINED.fullmatch(word)
    if not found:
        return None
    stem, axis = word[:-1], found[2]
    kind = WORDS.get(found[1]) or {"a": "acc", "g": "gyro", "m": "mag", "q": "quat", "gyr": "gyro"}[found[1]]
    axes = "wxyz" if kind == "quat" else "xyz"
    return (kind, axis) if axis in axes and all(stem + other in beside for other in axes) else None


def pattern(address: str) -> str:
    """The address with ``<id>`` in place of the first part that looks like a device's name: a number, a UUID."""
    parts = address.split("/")
    for at, part in enumerate(parts[1:-1], 1):
        if re.fullmatch(r"\d+|[0-9A-Fa-f]{2,}(-[0-9A-Fa-f]+)+|([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}", part):
            return "/".join([*parts[:at], "<id>", *parts[at + 1 :]])
    return address


def with_devices(streams: Sequence[Stream]) -> dict[str, str]:
    """Address -> the same with ``<id>``, where different senders' differ in one part that is no sensor's name.

    One sender's do where that part is a side, left or right, and both send the same.
    """
    found = _sides(streams)
    by_shape: dict[tuple[str, int, str], list[Stream]] = {}
    for stream in streams:
        parts = stream.address.split("/")
        for at in range(1, len(parts) - 1):
            if not kind_of(parts[at]) and parts[at].lower() not in AXIS_WORDS:
                shape = "/".join([*parts[:at], "<id>", *parts[at + 1 :]])
                by_shape.setdefault((stream.tags, at, shape), []).append(stream)
    for (_, _, shape), alike in by_shape.items():
        if len({s.sender for s in alike}) > 1 and len({s.address for s in alike}) > 1:
            found |= {stream.address: shape for stream in alike}
    return found


def _sides(streams: Sequence[Stream]) -> dict[str, str]:
    """Address -> the same with ``<id>`` in place of the side, where all have one and every side sends all."""
    found: dict[str, str] = {}
    sides: dict[tuple[str, str], set[str]] = {}
    for stream in streams:
        parts = stream.address.split("/")
        at = next((at for at in range(1, len(parts) - 1) if parts[at].lower() in SIDES), 0)
        if not at:
            return {}
        found[stream.address] = "/".join([*parts[:at], "<id>", *parts[at + 1 :]])
        sides.setdefault((found[stream.address], stream.tags), set()).add(parts[at])
    every = set().union(*sides.values())
    return found if len(every) > 1 and all(each == every for each in sides.values()) else {}


def device_in(address: str, pattern: str) -> str:
    """What stands in an address in place of ``<id>``."""
    pairs = zip(address.split("/"), pattern.split("/"), strict=True)
    return next((part for part, other in pairs if part != other), "")


def words_of(address: str) -> list[str]:
    """The words of an address, without its devices: ``/data/motion/userAcc/x`` -> data, motion, useracc, x."""
    return [part.lower() for part in address.split("/") if part and not part.startswith("<")]
