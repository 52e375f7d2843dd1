"""What the laws of models are tried with: three gestures, a model of each kind that has seen them, a performance."""

from __future__ import annotations

import functools
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from plugs import ENDLESS, kinds, plug, stream

from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.frames import Channel, Estimate, Frame, Spec
from gesturemap.models.model import winner

EVERY = pytest.mark.parametrize("kind", kinds("models"))
SPEC = Spec.of("acc_x g", "acc_y g", "acc_z g", rate=100.0)
LABELS = ("circle", "shake", "lift")
OUTPUTS = (Channel("pitch", "Hz"), Channel("level"))


def take(gesture: int, seed: int, frames: int = 40, **changes: Any) -> Demonstration:
    """One execution of a gesture: its own curve, a little different each time."""
    rng = np.random.default_rng([gesture, seed])
    share = np.linspace(0.0, 1.0, frames)[:, None] ** rng.uniform(0.9, 1.1)
    curve = (
        np.sin(np.array([[3.0, 5.0, 2.0]]) * (share + 0.4 * gesture) * (1.0 + 0.5 * gesture)) + 0.3 * gesture
    )
    made = Demonstration(
        f"{gesture}-{seed}",
        LABELS[gesture],
        SPEC,
        np.arange(frames) / 100.0,
        curve + rng.normal(scale=0.05, size=(frames, 3)),
        OUTPUTS,
        np.column_stack([200.0 + 300.0 * share[:, 0], np.sin(3.0 * share[:, 0])]),
    )
    return replace(made, **changes)


SET = TrainingSet(tuple(take(gesture, seed, 36 + 3 * seed) for gesture in range(3) for seed in range(3)))


@functools.cache
def fitted(kind: str) -> Any:
    return plug("models", kind)().fit(SET)


def performance() -> list[Frame]:
    """All gestures, one after the other, then something else."""
    parts = [take(gesture, 9).values for gesture in (0, 1, 2, 1)]
    other = np.cumsum(np.random.default_rng(5).normal(scale=0.2, size=(40, 3)), axis=0)
    values = np.concatenate([*parts, other])
    values.setflags(write=False)
    return stream(values, np.arange(len(values)) / 100.0)


FRAMES = performance()


def check(estimate: Estimate, frame: Frame, model: Any) -> None:
    """What every estimate holds to."""
    count = len(model.labels)
    assert (estimate.time, estimate.arrived) == (frame.time, frame.arrived)
    for name in ("log_likelihoods", "posterior", "progress", "fit"):
        array = getattr(estimate, name)
        assert array.shape == (count,), name
        assert array.dtype == np.float64
        assert not np.isnan(array).any(), name
    assert np.isfinite(estimate.log_likelihoods).all()
    assert estimate.posterior.sum() == pytest.approx(1.0)
    for name in ("posterior", "progress", "fit"):
        assert (getattr(estimate, name) >= 0.0).all(), name
        assert (getattr(estimate, name) <= 1.0 + 1e-12).all(), name
    assert estimate.outputs.shape == estimate.deviations.shape == (len(model.outputs),)
    assert np.isfinite(estimate.outputs).all() or (
        model.kind in ENDLESS and not np.isnan(estimate.outputs).any()
    )
    assert np.isfinite(estimate.deviations).all()
    assert (estimate.deviations >= 0.0).all()
    assert estimate.winner == winner(estimate.posterior, estimate.fit)
    assert type(estimate.winner) is int
    assert np.array_equal(estimate.features, frame.values, equal_nan=True)


def bits(estimate: Estimate) -> list[Any]:
    return [part.tobytes() if isinstance(part, np.ndarray) else part for part in estimate]


def packed(model: Any) -> tuple[str, dict[str, tuple[str, tuple[int, ...], bytes]]]:
    table, arrays = model.pack()
    return json.dumps(table, sort_keys=True), {
        name: (array.dtype.str, array.shape, array.tobytes()) for name, array in arrays.items()
    }
