"""Small examples for machines of single frames."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gesturemap.frames import Values
from gesturemap.models.machine import Examples

SIZES = pytest.mark.parametrize(("gestures", "channels"), [(2, 1), (2, 4), (3, 3), (7, 12)])


def examples(gestures: int, channels: int, outputs: int = 0, seed: int = 0) -> Examples:
    """Clouds that overlap, of uneven sizes, so that no answer is trivial."""
    random = np.random.default_rng([seed, gestures, channels])
    counts = random.integers(20, 60, gestures)
    owners = np.repeat(np.arange(gestures), counts)
    centres = random.normal(size=(gestures, channels))
    frames = centres[owners] + random.normal(scale=0.8, size=(len(owners), channels))
    targets = np.tanh(frames @ random.normal(size=(channels, outputs)))
    return Examples(frames, targets, owners, np.arange(len(owners)) // 10, gestures)


def probes(channels: int, seed: int = 1) -> Values:
    random = np.random.default_rng(seed)
    return np.concatenate([random.normal(scale=1.5, size=(200, channels)), np.zeros((1, channels))])


def answers(machine: Any, frames: Values) -> Values:
    """(T, K + M), each written down before the next."""
    step = machine.start()
    return np.array([step(np.ascontiguousarray(frame)).copy() for frame in frames])


def quiet(part: float) -> None:
    """Nobody listens."""
