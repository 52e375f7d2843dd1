"""What the tests of the spotter show it: three figures in the plane, and ordinary movement."""

from __future__ import annotations

import numpy as np

from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.frames import NONE, Estimate, Frame, Spec, Values
from gesturemap.models.spotting import SpottingModel

RATE = 25.0
SPEC = Spec.of("acc_x g", "acc_y g", rate=RATE)
SHAPES = {"circle": (1.0, 1.0, 0.0), "eight": (1.0, 2.0, 0.5), "wave": (3.0, 0.5, 1.0)}


def movement(label: str, seed: int, frames: int = 40) -> Values:
    """One execution: (T, 2) its own figure, a little different each time."""
    rng = np.random.default_rng([len(label), seed])
    share = np.linspace(0.0, 1.0, frames) ** rng.uniform(0.9, 1.1)
    a, b, c = SHAPES[label]
    figure = np.stack([np.sin(2.0 * np.pi * a * share), np.cos(2.0 * np.pi * b * share + c)], axis=1)
    return 1.5 * figure * rng.uniform(0.95, 1.05) + rng.normal(0.0, 0.08, (frames, 2))


def noise(frames: int, seed: int) -> Values:
    """Ordinary movement: smooth and about as strong as a gesture."""
    rng = np.random.default_rng(seed)
    smooth = np.convolve(np.ones(9) / 9.0, [1.0])
    made = np.stack(
        [np.convolve(rng.normal(0.0, 3.0, frames + 8), smooth, "valid") for _ in range(2)], axis=1
    )
    return made[:frames]


def take(label: str, values: Values, name: str = "") -> Demonstration:
    return Demonstration(name or f"{label}{len(values)}", label, SPEC, np.arange(len(values)) / RATE, values)


def training(count: int = 3, *more: Demonstration, labels: tuple[str, ...] = tuple(SHAPES)) -> TrainingSet:
    shown = [
        take(label, movement(label, seed, 38 + 2 * seed), f"{label}{seed}")
        for label in labels
        for seed in range(count)
    ]
    return TrainingSet((*shown, *more))


def heard(model: SpottingModel, values: Values) -> list[Estimate]:
    follower = model.start()
    return [follower.step(Frame(i / RATE, row, i / RATE)) for i, row in enumerate(values)]


def fired(model: SpottingModel, values: Values) -> list[tuple[float, str, float]]:
    """Time, gesture and start of everything that was spotted."""
    return [(e.time, model.labels[e.spotted], e.since) for e in heard(model, values) if e.spotted != NONE]
