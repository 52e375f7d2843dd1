"""Poses held so still that no frame differs from another: far apart in units of their own deviation."""

from __future__ import annotations

import numpy as np
import pytest
from models_takes import play, take

from gesturemap import catalog
from gesturemap.demonstrations import TrainingSet
from gesturemap.models.forward import FURTHEST
from gesturemap.models.scaling import REACH, moments, pooled

POSES = {"down": (0.0, 0.0, 1.0), "left": (1.0, 0.0, 0.0), "up": (0.0, 0.0, -1.0), "between": (0.5, 0.5, 0.5)}
KINDS = ("gmm", "gmr", "hhmm", "hhmr", "hmm", "follower", "dtw")
"""All that scale channels by how much they move within a gesture, but `gvf`, which draws at random."""


def held(lengths: tuple[int, ...], noise: float = 0.0) -> TrainingSet:
    """Each pose held twice, with an output that is held as well."""
    random = np.random.default_rng(4)
    made = []
    for place, ((label, pose), length) in enumerate(zip(POSES.items(), lengths, strict=True)):
        for index in range(2):
            values = np.tile(pose, (length, 1)) + noise * random.normal(size=(length, 3))
            made.append(take(label, values, np.full((length, 1), float(place)), index))
    return TrainingSet(tuple(made))


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lengths", [(50, 50, 50, 50), (400, 50, 20, 50)])
def test_poses_are_recognised_in_their_own_frames(kind: str, lengths: tuple[int, ...]) -> None:
    training_set = held(lengths)
    model = catalog.find("models", kind, "test")().fit(training_set)
    for demonstration in training_set.demonstrations:
        winners = play(model.start(), demonstration.values)["winner"]
        assert (winners[len(winners) // 2 :] == model.labels.index(demonstration.label)).all()


@pytest.mark.parametrize("kind", KINDS)
def test_another_pose_is_none_of_them(kind: str) -> None:
    model = catalog.find("models", kind, "test")().fit(held((50, 50, 50, 50)))
    for pose in ((0.0, 1.5, 0.0), (-3.0, 0.0, 0.0), (1e6, 0.0, 0.0)):
        assert play(model.start(), np.tile(pose, (50, 1)))["winner"][-1] == -1, pose


@pytest.mark.parametrize("lengths", [(50, 50, 50, 50), (1, 1, 1, 1000)])
def test_no_pose_is_cut_off(lengths: tuple[int, ...]) -> None:
    training_set = held(lengths)
    parts = []
    for label in training_set.labels:
        values = np.concatenate([d.values for d in training_set.of(label)])
        parts.append((len(values), *moments(values)))
    scaled = pooled(parts, 3)
    farthest = max(np.abs((np.array(pose) - scaled.centre) * scaled.inverse).max() for pose in POSES.values())
    assert farthest == pytest.approx(REACH)
    assert REACH < FURTHEST


def test_poses_held_less_still_are_scaled_by_their_own_deviation() -> None:
    training_set = held((50, 50, 50, 50), 0.05)
    values = [np.concatenate([d.values for d in training_set.of(label)]) for label in training_set.labels]
    scaled = pooled([(len(one), *moments(one)) for one in values], 3)
    own = np.sqrt(np.mean([one.var(0) for one in values], axis=0))
    assert scaled.scale == pytest.approx(own)
