"""Smooth curves and their performances, for the tests of models that keep demonstrations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator

from gesturemap.demonstrations import EMPTY, Demonstration, TrainingSet
from gesturemap.frames import Channel, Estimate, Frame, Spec, Values

Curve = Callable[[Any], Values]


def curve(rng: Generator, width: int) -> Curve:
    """A smooth curve (T, width) over 0..1 that begins at 0."""
    sizes, phases = rng.normal(size=(3, width)), rng.uniform(0.0, 2.0 * np.pi, (3, width))

    def at(u: Any) -> Values:
        angles = np.pi * np.asarray(u)[:, None, None] * np.array([1.0, 2.0, 3.0])[:, None] + phases
        return np.asarray((sizes * (np.sin(angles) - np.sin(phases))).sum(1))

    return at


def warped(rng: Generator, frames: int) -> Values:
    """Positions 0..1 of a performance whose tempo changes."""
    speed = np.exp(np.interp(np.linspace(0.0, 4.0, frames), np.arange(5.0), rng.normal(0.0, 0.25, 5)))
    at = np.cumsum(speed) - speed[0]
    return np.asarray(at / at[-1])


def demonstration(
    name: str, label: str, values: Values, targets: Values = EMPTY, unit: str = "m"
) -> Demonstration:
    """One take as a demonstration."""
    spec = Spec.of(*(f"c{c} {unit}" for c in range(values.shape[1])), rate=100.0)
    outputs = tuple(Channel(f"y{m}") for m in range(targets.shape[1]))
    return Demonstration(name, label, spec, np.arange(len(values)) / 100.0, values, outputs, targets)


def vocabulary(curves: list[Curve], frames: int = 80, noise: float = 0.02, each: int = 1) -> TrainingSet:
    """Some even demonstrations of every curve."""
    rng = np.random.default_rng(1)
    at = np.linspace(0.0, 1.0, frames)
    return TrainingSet(
        tuple(
            demonstration(f"{k}-{i}", f"g{k}", one(at) + rng.normal(0.0, noise, (frames, one(at).shape[1])))
            for k, one in enumerate(curves)
            for i in range(each)
        )
    )


def played(model: Any, values: Values) -> list[Estimate]:
    """The estimates of a performance by a fresh follower."""
    step = model.start().step
    return [step(Frame(i / 100.0, row)) for i, row in enumerate(values)]
