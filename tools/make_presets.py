"""Make the data of the shipped presets anew: ``python tools/make_presets.py DATA [PRESETS]``.

DATA is a folder with ``mogere/data.npz`` (see presets/phone-gestures/README.md for where that comes from).
Settings and pages of the presets are written by hand and stay; running this twice gives the same bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Channel, Spec, Values
from gesturemap.project.disk import write_file
from gesturemap.project.save import save_demonstration
from gesturemap.project.takes import file_name, slug

USER = "J2"
"""Of MoGeRe, the first in the recordings."""
TAUGHT = 3
"""Repetitions of each gesture that teach, the first as they were recorded; the rest are there to play."""
RATE = 60.0
POINTER = Spec.of("x", "y", "pressed", rate=RATE)
Pace = Callable[[int], Values]
"""How a hand gets along in so many frames, (frames,) 0..1."""


def main() -> None:
    """Write ``demonstrations/`` and ``recordings.npz`` of every preset."""
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    data = Path(sys.argv[1])
    presets = Path(sys.argv[2]) if len(sys.argv) == 3 else Path(__file__).parent.parent / "presets"
    phone(data / "mogere" / "data.npz", presets / "phone-gestures")
    keep(pointer_gestures(), presets / "pointer")
    keep(theremin(), presets / "theremin")


def keep(demonstrations: Iterable[Demonstration], folder: Path) -> None:
    """Make these the demonstrations of a preset."""
    kept = list(demonstrations)
    for old in (folder / "demonstrations").glob("*.npz"):
        old.unlink()
    for demonstration in kept:
        save_demonstration(demonstration.check(), folder)
    names = "".join(f"{file_name(demonstration.id)}\n" for demonstration in kept)
    write_file(folder / "demonstrations" / "order.txt", names.encode())


def phone(source: Path, folder: Path) -> None:
    """One person's recordings: some to teach, the others to play; acceleration only."""
    with np.load(source, allow_pickle=False) as data:
        arrays = {name: data[name] for name in data.files}
    ends = np.cumsum(arrays["lengths"])
    mine = np.flatnonzero(arrays["user"] == USER)
    acceleration = [i for i, channel in enumerate(arrays["channels"]) if str(channel).startswith("acc_")]
    spec = Spec.of(*(str(arrays["channels"][i]) for i in acceleration), rate=float(arrays["rate"]))
    seen: dict[str, int] = {}
    taught: list[Demonstration] = []
    rest: list[int] = []
    for index in mine:
        label = str(arrays["label"][index])
        seen[label] = seen.get(label, 0) + 1
        if seen[label] > TAUGHT:
            rest.append(int(index))
            continue
        part = slice(ends[index] - arrays["lengths"][index], ends[index])
        time = arrays["t"][part].astype(np.float64)
        values = arrays["X"][part][:, acceleration].astype(np.float64)
        note = f"MoGeRe, user {USER}, repetition {seen[label]}"
        identity = f"{slug(label)}-{seen[label]:02d}"
        taught.append(Demonstration(identity, label, spec, time - time[0], values, note=note))
    keep(taught, folder)
    rows = np.concatenate([np.arange(ends[i] - arrays["lengths"][i], ends[i]) for i in rest])
    np.savez_compressed(
        folder / "recordings.npz",
        X=arrays["X"][rows][:, acceleration],
        t=arrays["t"][rows],
        rate=arrays["rate"],
        channels=arrays["channels"][acceleration],
        **{name: arrays[name][rest] for name in ("lengths", "label", "user", "session")},
    )


def pointer_gestures() -> Iterable[Demonstration]:
    """Gestures as somebody might draw them with a mouse, at several speeds; made up, not recorded."""
    for label, draw in FIGURES.items():
        ways: list[tuple[float, dict[str, Any]]] = [(tempo, {}) for tempo in TEMPI]
        ways += [(1.0, {"pace": steadily, **way}) for way in STEADY.get(label, ())]
        for number, (tempo, way) in enumerate(ways, 1):
            rng = np.random.default_rng([number, *label.encode()])
            path = at_ease(hurried(draw(rng, **way), tempo), rng)
            values = np.column_stack([path, np.ones(len(path))])
            time = np.arange(len(path)) / RATE
            note = "synthetic, made by tools/make_presets.py"
            yield Demonstration(f"{label}-{number:02d}", label, POINTER, time, values, note=note)


def circle(
    rng: np.random.Generator, pace: Pace | None = None, length: float = 1.3, begun: float = 0.25
) -> Values:
    """Once around, against the clock, from the top or begun elsewhere (turns from the right)."""
    phase = (pace or hurry)(seconds(length, rng)) * rng.normal(1.03, 0.02)
    angle = 2.0 * np.pi * (phase + begun) + rng.normal(0.0, 0.12)
    radius = rng.normal(0.25, 0.02) * (1.0 + 0.05 * np.sin(angle * 2.0 + rng.uniform(0.0, 6.0)))
    return turned(
        np.column_stack([np.cos(angle), rng.normal(1.0, 0.06) * np.sin(angle)]) * radius[:, None], rng
    )


def circle_right(rng: np.random.Generator, **way: Any) -> Values:
    """Once around, with the clock: `circle` in a mirror."""
    return circle(rng, **way) * (-1.0, 1.0) + (1.0, 0.0)


def hurried(path: Values, tempo: float) -> Values:
    """The same path, drawn so many times as fast."""
    frames = np.linspace(0.0, len(path) - 1.0, max(2, round(len(path) / tempo)))
    return np.column_stack([np.interp(frames, np.arange(len(path)), column) for column in path.T])


def zigzag(rng: np.random.Generator, pace: Pace | None = None, length: float = 1.44) -> Values:
    """Four strokes to and fro, on the way down."""
    pace = pace or hurry
    corners = np.array([(-0.25, 0.25), (0.25, 0.14), (-0.25, 0.02), (0.25, -0.12), (-0.25, -0.25)])
    corners = corners + rng.normal(0.0, 0.018, corners.shape)
    strokes = [
        start + (end - start) * pace(seconds(length / 4.0, rng))[:, None] for start, end in pairwise(corners)
    ]
    return turned(smoothed(np.concatenate(strokes), 2.0), rng)


def line(rng: np.random.Generator) -> Values:
    """One quick stroke upwards, a little bent."""
    share = hurry(seconds(0.7, rng))
    bend = rng.normal(0.0, 0.02) * np.sin(np.pi * share)
    return turned(np.column_stack([bend, (share - 0.5) * rng.normal(0.62, 0.04)]), rng)


def theremin() -> Iterable[Demonstration]:
    """Slow ways over the pad, each with the pitch and brightness that belong to every place on it."""
    spec = Spec.of("x", "y", "pressed", rate=RATE)
    outputs = (Channel("pitch", "semitones"), Channel("brightness"))
    ways: dict[str, Callable[[Values], tuple[Values, Values, Values, Values]]] = {
        "low and dark": lambda s: (0.06 + 0.88 * s, np.full_like(s, 0.12), -12.0 + 14.0 * s, 0.12 + 0.1 * s),
        "middle": lambda s: (0.94 - 0.88 * s, np.full_like(s, 0.5), 6.0 - 14.0 * s, 0.5 - 0.1 * s),
        "high and bright": lambda s: (
            0.06 + 0.88 * s,
            np.full_like(s, 0.88),
            -5.0 + 17.0 * s,
            0.7 + 0.25 * s,
        ),
        "up the left": lambda s: (np.full_like(s, 0.08), 0.1 + 0.8 * s, -12.0 + 7.0 * s, 0.1 + 0.6 * s),
        "down the right": lambda s: (
            np.full_like(s, 0.92),
            0.9 - 0.8 * s,
            12.0 - 10.0 * s,
            0.95 - 0.73 * s,
        ),
    }
    for number, (name, way) in enumerate(ways.items(), 1):
        rng = np.random.default_rng(number)
        share = hurry(seconds(5.0, rng))
        x, y, pitch, brightness = way(share)
        sway = 0.05 * np.sin(2.0 * np.pi * 2.2 * share + number)  # across the way
        path = np.column_stack([x + sway * (np.ptp(x) == 0.0), y + sway * (np.ptp(x) > 0.0)])
        path = np.clip(path + tremor(len(path), rng), 0.0, 1.0)
        yield Demonstration(
            f"{slug(name)}-01", "theremin", spec, np.arange(len(path)) / RATE,
            np.column_stack([path, np.ones(len(path))]), outputs, np.column_stack([pitch, brightness]),
            f"{name}; synthetic, made by tools/make_presets.py",
        )  # fmt: skip


def seconds(length: float, rng: np.random.Generator) -> int:
    """Frames of a movement of about this length: nobody is a clock."""
    return round(length * RATE * rng.normal(1.0, 0.08))


def hurry(frames: int) -> Values:
    """(frames,) 0..1: a hand that gets going and comes to rest.

    Source: Flash and Hogan (1985), equation 3, the minimum-jerk movement.
    """
    s = np.linspace(0.0, 1.0, frames)
    return s**3 * (10.0 - 15.0 * s + 6.0 * s**2)


def steadily(frames: int) -> Values:
    """(frames,) 0..1: a hand that draws slowly, as fast everywhere."""
    return np.linspace(0.0, 1.0, frames)


def turned(path: Values, rng: np.random.Generator) -> Values:
    """A little askew, a little larger or smaller, somewhere around the middle of the pad."""
    angle, size = rng.normal(0.0, 0.07), rng.normal(1.0, 0.06)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    where: Values = path @ turn.T * size + 0.5 + rng.normal(0.0, 0.03, 2)
    return where


def at_ease(path: Values, rng: np.random.Generator) -> Values:
    """With a moment of rest before and after, and the tremor of a hand; within the pad."""
    before, after = (np.repeat(path[[end]], rng.integers(2, 6), axis=0) for end in (0, -1))
    whole = np.concatenate([before, path, after])
    return np.clip(whole + tremor(len(whole), rng), 0.0, 1.0)


def tremor(frames: int, rng: np.random.Generator) -> Values:
    """(frames, 2): small, slow noise."""
    return smoothed(rng.normal(0.0, 0.006, (frames, 2)), 3.0)


def smoothed(path: Values, width: float) -> Values:
    """A path with its corners rounded, by a Gaussian of so many frames."""
    reach = int(4 * width)
    weights: NDArray[np.float64] = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
    padded = np.pad(path, ((reach, reach), (0, 0)), mode="edge")
    columns = [np.convolve(column, weights / weights.sum(), "valid") for column in padded.T]
    return np.array(columns, np.float64).T.copy()


FIGURES: dict[str, Callable[..., Values]] = {
    "circle": circle, "circle right": circle_right, "zigzag": zigzag, "line": line,
}  # fmt: skip
TEMPI = (1.0, 1.6, 0.5)
"""Of the first three demonstrations of a figure, by a hand that hurries."""
SLOW_CIRCLES = [
    {"length": length, "begun": begun} for begun in (0.25, 0.5, 0.75, 0.0) for length in (1.2, 2.4)
]
STEADY = {"circle": SLOW_CIRCLES, "circle right": SLOW_CIRCLES, "zigzag": [{"length": 1.2}, {"length": 2.0}]}
"""Seconds, and where begun, of further ones by a steady hand. None of the line: a steady one is half a slow circle."""


if __name__ == "__main__":
    main()
