"""A hand at rest is none of the gestures, though it stands amid them."""

from __future__ import annotations

import numpy as np
import pytest

from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.frames import Frame, Spec
from gesturemap.models.spotting import Spotter

RATE = 50.0
SPEC = Spec.of("acc_x", "acc_y", "acc_z", "gyro_x", rate=RATE)


def movement(label: str, seed: int, size: float = 6.0) -> np.ndarray:
    """Two seconds of a circle, a shake or a turn about where the hand rests."""
    random = np.random.default_rng(seed)
    time = np.arange(int(2 * RATE)) / RATE + random.uniform(-0.02, 0.02)
    values = np.tile([0.0, 0.0, 9.81, 0.0], (len(time), 1))
    if label == "circle":
        values[:, 0] += size * np.cos(np.pi * time)
        values[:, 1] += size * np.sin(np.pi * time)
    elif label == "shake":
        values[:, 0] += 2 * size * np.sin(2 * np.pi * 4 * time)
    else:
        values[:, 1] += size * np.sin(np.pi * time)
        values[:, 3] += 0.7 * size * np.cos(np.pi * time)
    return values + random.normal(0, 0.05, values.shape)


@pytest.fixture(scope="module")
def model():
    takes = []
    for label in ("circle", "shake", "turn"):
        for repeat in range(3):
            values = movement(label, 10 * len(takes) + repeat)
            takes.append(Demonstration(str(len(takes)), label, SPEC, np.arange(len(values)) / RATE, values))
    return Spotter().fit(TrainingSet(tuple(takes)))


@pytest.mark.parametrize("noise", [0.0, 0.02, 0.2])
@pytest.mark.parametrize("place", [(0.0, 0.0, 9.81, 0.0), (1.0, -0.5, 9.7, 0.0), (0.0, 4.0, 8.0, 0.0)])
def test_a_hand_at_rest_is_none_of_them(model, noise, place):
    random = np.random.default_rng(3)
    follower = model.start()
    for count in range(int(10 * RATE)):
        values = np.array(place) + random.normal(0, 1, 4) * noise
        estimate = follower.step(Frame(count / RATE, values))
        assert estimate.fit.max() < 0.5
        assert estimate.spotted == -1


@pytest.mark.parametrize("size", [4.0, 6.0, 8.0])
@pytest.mark.parametrize("label", ["circle", "shake", "turn"])
def test_smaller_and_larger_executions_are_spotted_all_the_same(model, label, size):
    follower, spotted = model.start(), []
    rest = np.tile([0.0, 0.0, 9.81, 0.0], (100, 1))
    for count, values in enumerate(np.concatenate([rest, movement(label, 99, size), rest])):
        estimate = follower.step(Frame(count / RATE, values))
        spotted += [model.labels[estimate.spotted]] if estimate.spotted >= 0 else []
    assert set(spotted) == {label}  # a shake that goes on may count as two
