"""Streams and recordings as JSON: one value a line, as CoMote's WebSocket sends them, or one value a file."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from gesturemap.errors import FileError
from gesturemap.frames import LARGEST, Channel, Spec
from gesturemap.inputs.formats import names, recording, times
from gesturemap.inputs.formats.recording import MOST_COLUMNS, Recording, Recordings, steady, too_large

SENSORS = {
    "accelerometer": ("acc", "m/s2"),
    "gyroscope": ("gyro", "rad/s"),
    "gravity": ("gravity", "m/s2"),
    "magnetometer": ("mag", "uT"),
}
"""Sensor as CoMote v3 calls it -> name and unit of its channels.

Source: ircam-ismm/sc-motion, FORMAT-riot-v3 (m/s2, rad/s, uT; times in ms, rates in Hz).
"""
NOT_VALUES = ("timestamp", "frequency", "syncTime", "interval")
DEEPEST = 4
LEARNED = 64
"""Objects looked at to find what a device sends."""
WANTED = 'lines of JSON as CoMote sends them, or {"data": [[x, y, z], ...]}, are wanted'


def read_json(path: Path, place: str, rate: float) -> Recordings:
    """Everything in a file.

    Parameters
    ----------
    rate : Hz, for a recording without time stamps.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        whole = _whole(text)
        if whole is not None:
            return _plain(whole, path.stem, place, rate)
        return _stream(text, place)
    except (UnicodeDecodeError, RecursionError) as error:
        raise FileError(place, f"not text ({error})"[:200], WANTED, "export it again") from error


def _whole(text: str) -> dict[str, Any] | None:
    """The one object of the file, if it holds a recording."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) and isinstance(found.get("data"), list) else None


def _plain(table: dict[str, Any], stem: str, place: str, rate: float) -> Recordings:
    """A recording without time: rows of numbers, and perhaps what it is."""
    if not rate:
        raise FileError(place, "no time in it", "its rate must be known", "set rate = 60.0 (Hz)")
    try:
        values = np.array(table["data"], np.float64)
    except (ValueError, TypeError, OverflowError) as error:
        raise FileError(place, "rows of unlike length or no numbers", WANTED, "export it again") from error
    if values.ndim != 2 or not 1 <= values.shape[1] <= MOST_COLUMNS:
        raise FileError(place, f"an array {values.shape}", WANTED, "export it again")
    axes = ("x", "y", "z") if values.shape[1] == 3 else tuple(f"in_{i + 1}" for i in range(values.shape[1]))
    label = str(table.get("gesture", table.get("label", stem)))
    made = Recording(label, "", steady(len(values), rate), values)
    return Recordings(Spec.of(*axes, rate=rate), (made,), 0, (f"no time in it: {rate:g} Hz as set",))


def _stream(text: str, place: str) -> Recordings:
    """Objects of one or several devices, each the state of its sensors at one time."""
    layout: dict[tuple[str, ...], None] = {}
    devices: dict[str, list[tuple[float, dict[tuple[str, ...], float]]]] = {}
    broken = unusable = count = 0
    for found in _objects(text):
        if found is None:
            broken += 1
            continue
        values = dict(_leaves(found))
        time = _time(found)
        if not values or time is None:
            broken += 1
            continue
        if math.inf in values.values():
            unusable += 1
            continue
        count += 1
        if count <= LEARNED:
            layout |= dict.fromkeys(values)
        devices.setdefault(str(found.get("id", "")), []).append((time, values))
        if count * max(len(layout), 1) * 8 > recording.LARGEST:
            raise too_large(place)
    if not count or len(layout) > MOST_COLUMNS:
        raise FileError(place, f"{count} objects with numbers and a timestamp", WANTED, "export it again")
    made, said = [], [f"{broken} lines without numbers and a timestamp left out"] if broken else []
    for device, rows in devices.items():
        stamps, more = times.seconds(np.array([row[0] for row in rows]), "ms")
        said += [each for each in more if each not in said]
        table = np.full((len(rows), len(layout)), np.nan)
        last = dict.fromkeys(layout, math.nan)
        for index, (_, row) in enumerate(rows):  # what did not come this time is as it was
            last |= {key: value for key, value in row.items() if key in last}
            table[index] = list(last.values())
        made.append(Recording(device, device, stamps, table))
    channels = names.distinct([_channel(key) for key in layout])
    return Recordings(
        Spec(channels, max(times.rate(each.time) for each in made)), tuple(made), unusable, tuple(said)
    )


def _objects(text: str) -> Iterator[dict[str, Any] | None]:
    """Every object in lines that hold one or a list of them; None for what is none."""
    for line in text.splitlines():
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            yield None
            continue
        for each in found if isinstance(found, list) else [found]:
            yield each if isinstance(each, dict) else None


def _time(found: dict[str, Any]) -> float | None:
    """Its time in ms: the acceleration's own, else the object's."""
    sensor = found.get("accelerometer")
    for holder in (sensor, found):
        time = holder.get("timestamp") if isinstance(holder, dict) else None
        if isinstance(time, int | float) and not isinstance(time, bool) and abs(time) <= times.LATEST:
            return float(time)
    return None


def _leaves(found: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], float]]:
    """Path and value of every number that is a measurement."""
    for key, value in found.items():
        if isinstance(value, dict) and len(path) < DEEPEST:
            yield from _leaves(value, (*path, str(key)))
        elif key not in NOT_VALUES and isinstance(value, int | float) and not isinstance(value, bool):
            yield (*path, str(key)), float(value) if abs(value) < LARGEST else math.inf


def _channel(path: tuple[str, ...]) -> Channel:
    name, unit = SENSORS.get(path[0], ("", ""))
    return Channel("_".join("_".join((name or path[0], *path[1:])).split()) or "in", unit)
