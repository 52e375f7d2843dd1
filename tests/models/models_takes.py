"""Small movements for tests of the models."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gesturemap.demonstrations import EMPTY, Demonstration, TrainingSet
from gesturemap.frames import Channel, Frame, Spec, Values
from gesturemap.models.model import Follower


def curve(label: str, channels: int, length: int, random: np.random.Generator, noise: float = 0.1) -> Values:
    """One repetition of a gesture: a smooth curve that its label chooses, with offset and noise."""
    own = np.random.default_rng([ord(letter) for letter in label])
    u = np.linspace(0.0, 1.0, length)[:, None]
    values = own.normal(size=channels) * (u - 0.5)
    for term in range(1, 4):
        values = values + own.normal(size=channels) / term * np.sin(
            np.pi * term * u + own.uniform(0, 6, channels)
        )
    return values + random.normal(0.0, noise, channels) + random.normal(0.0, noise, (length, channels))


def take(label: str, values: Values, targets: Values | None = None, index: int = 0) -> Demonstration:
    """A demonstration at 100 Hz."""
    outputs = tuple(Channel(f"out{i}") for i in range(targets.shape[1])) if targets is not None else ()
    spec = Spec.of(*(f"c{i}" for i in range(values.shape[1])), rate=100.0)
    time = np.arange(len(values)) / 100.0
    return Demonstration(
        f"{label}{index}", label, spec, time, values, outputs, EMPTY if targets is None else targets
    )


def vocabulary(
    labels: Sequence[str] = ("a", "b", "c"), each: int = 3, channels: int = 4, length: int = 60, seed: int = 0,
    noise: float = 0.1,
) -> TrainingSet:  # fmt: skip
    """Some demonstrations of some gestures."""
    random = np.random.default_rng(seed)
    return TrainingSet(
        tuple(
            take(label, curve(label, channels, length, random, noise), None, index)
            for label in labels
            for index in range(each)
        )
    )


def play(follower: Follower, values: Values) -> dict[str, Values]:
    """All estimates of a movement, field by field."""
    estimates = [follower.step(Frame(i / 100.0, row)) for i, row in enumerate(values)]
    names = ("log_likelihoods", "posterior", "progress", "fit", "outputs", "deviations")
    found = {name: np.array([getattr(estimate, name) for estimate in estimates]) for name in names}
    return found | {"winner": np.array([estimate.winner for estimate in estimates])}
