"""Recording rounds of three inputs, and learners of their outputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gesturemap import catalog
from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.frames import Channel, Frame, Spec, Values
from gesturemap.models.per_output import PerOutput
from gesturemap.models.per_output_model import PerOutputModel

Table = dict[str, Any]
SPEC = Spec.of("a", "b", "c", rate=100.0)
NUMBER: Table = {"name": "pitch", "learner": {"kind": "linear"}}
OTHER: Table = {"name": "level", "learner": {"kind": "linear"}, "inputs": ["c", "a"]}
CLASS: Table = {"name": "chord", "type": "class", "classes": 4}


def rounds(*parts: tuple[Values, Values], names: Sequence[str] = ("pitch", "level", "chord")) -> TrainingSet:
    """Examples of some recording rounds: inputs (T, 3), targets (T, M)."""
    outputs = tuple(Channel(name) for name in names)
    return TrainingSet(
        tuple(
            Demonstration(str(i), "examples", SPEC, np.arange(len(x)) / 100.0, x, outputs, y)
            for i, (x, y) in enumerate(parts)
        ),
        gaps=True,
    )


def some(count: int = 60, seed: int = 0) -> tuple[Values, Values]:
    """Inputs, and targets of a number, another number, and a class of 1, 2 or 4."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(count, 3)) * [1.0, 10.0, 0.1] + [0.0, 500.0, 3.0]
    pitch = 2.0 * x[:, 0] - 0.1 * x[:, 1] + 7.0
    level = 4.0 * x[:, 2] + x[:, 0]
    chord = np.array([1.0, 2.0, 4.0])[(x[:, 0] > 0.0).astype(int) + (x[:, 0] > 1.0)]
    return x, np.column_stack([pitch, level, chord])


def settings(*each: Table) -> PerOutput:
    made: PerOutput = catalog.read("models", {"kind": "per_output", "each": list(each)}, "test")
    return made


def answers(model: PerOutputModel, frames: Values) -> Values:
    """(T, M + probabilities)"""
    step = model.start().step
    return np.array([step(Frame(i / 100.0, row)).outputs for i, row in enumerate(frames)])


DATA = rounds(some())
PROBES = some(40, 1)[0]
