"""What sensors send while they are moved, and what listening to it gives."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from gesturemap import catalog
from gesturemap.frames import Frame
from gesturemap.inputs import profile
from gesturemap.inputs.column import Column
from gesturemap.inputs.guess import guess, table
from gesturemap.inputs.guessed import Guess
from gesturemap.inputs.input import Health
from gesturemap.inputs.listen import Ear, Stream
from gesturemap.inputs.messages import Messages
from gesturemap.inputs.osc import Osc
from gesturemap.wire.osc import build

HERE, RATE, SECONDS, G = "127.0.0.1", 100.0, 6.0, 9.80665
SENSORS = Path(__file__).parents[2] / "sensors"
OSC = sorted(
    folder.name for folder in SENSORS.iterdir() if profile.read(folder).table["kind"] == "osc"
)  # fmt: skip


def movement() -> dict[str, np.ndarray]:
    """Everything a device may measure while it is turned and moved: name of the vector -> (T, 3 or 4)."""
    t = np.arange(0.0, SECONDS, 1.0 / RATE)
    turns = Rotation.from_euler(
        "xyz", np.stack([0.9 * np.sin(1.3 * t), 1.1 * np.sin(0.8 * t + 1), 0.7 * t], 1)
    )
    rate = (turns[:-1].inv() * turns[1:]).as_rotvec() * RATE
    gravity = turns.inv().apply([0.0, 0.0, G])
    linear = 0.3 * np.stack([np.sin(5 * t), np.cos(4 * t), np.sin(3 * t + 2)], 1)
    return {
        "acc": gravity + linear,
        "gravity": gravity,
        "linear": linear,
        "gyro": np.concatenate([rate, rate[-1:]]),
        "mag": turns.inv().apply([20.0, 0.0, -40.0]),
        "quat": turns.as_quat()[:, [3, 0, 1, 2]],
    }


MOVED = movement()


def value(name: str, at: int) -> float:
    """What a channel measures in sample `at`, in the unit that a profile gives it."""
    stem, _, axis = name.rpartition("_")
    if stem in MOVED:
        axes = "wxyz" if stem == "quat" else "xyz"
        return float(MOVED[stem][at, axes.index(axis)])
    phase = sum(map(ord, name)) % 89
    return 0.5 + 0.4 * math.sin(0.07 * at + phase)


def messages(settings: Osc, at: int) -> list[bytes]:
    """The packets of one moment, as a device of this profile sends them."""
    made = []
    for address, texts in (settings.messages or {settings.address: settings.arguments}).items():
        if "<uuid>" in address or "(24 numbers)" in address:
            continue  # the same device with an older program
        numbers: list[float | int | str] = []
        for text in texts:
            column = Column.parse(text, "test")
            if column.name == "time":
                numbers.append(round(1000 * at / RATE))
            elif column.name == "device":
                numbers.append("00:1a:7d:da:71:13")
            elif column.name == "-":
                numbers.append(87.5)
            else:
                numbers.append((value(column.name, at) - column.offset) / column.factor)
        plain = address.partition(" ")[0].replace("<name>", "anna").replace("*", "comote")
        parts = ["7" if part.startswith("<") else part for part in plain.split("/")]
        made.append(build("/".join(parts), *numbers))
    return made


def settings_of(name: str) -> Osc:
    settings = profile.read(SENSORS / name).settings
    assert isinstance(settings, Osc)
    if not settings.arguments and not settings.messages:
        settings = replace(settings, arguments=tuple(f"in_{i}" for i in range(6)))
    return replace(settings, port=0, host=HERE)


def listened(settings: Osc) -> list[Stream]:
    """What comes of the device while it is listened to."""
    ear, rng = Ear(), np.random.default_rng(3)
    for at in range(int(SECONDS * RATE)):
        for packet in messages(settings, at):
            ear.take(packet, "192.168.1.7", 8000, at / RATE + 0.001 * rng.random())
    return list(ear.streams.values())


def learned(settings: Osc) -> list[Guess]:
    """What listening to the device gives."""
    return guess(listened(settings))


def value3(kind: str, t: float) -> tuple[float, float, float]:
    """A sensor turned to and fro about x, a little unsteadily."""
    angle = 1.2 * math.sin(math.pi * t)
    if kind == "acc":
        return 0.05 * math.sin(37 * t), G * math.sin(angle), G * math.cos(angle)
    return 1.2 * math.pi * math.cos(math.pi * t), 0.02 * math.sin(41 * t), 0.02 * math.sin(53 * t)


def heard(
    packets: Callable[[int], list[bytes]], count: int = 400
) -> tuple[list[Guess], list[Frame], Messages]:
    """What is guessed of this traffic, and what it then gives of the same."""
    ear = Ear()
    for at in range(count):
        for packet in packets(at):
            ear.take(packet, "h", 1, at / RATE)
    found = guess(ear.streams.values())
    settings = catalog.read("inputs", table(found, 0), "learned")
    assert isinstance(settings, Osc)
    reader = settings.reader(Health())
    frames = [
        frame
        for at in range(count)
        for packet in packets(at)
        for frame in reader.take(packet, ("h", 1), at / RATE)
    ]
    return found, frames, reader


def acc(at: int) -> list[float]:
    return [value(f"acc_{axis}", at) for axis in "xyz"]
