"""Holds: what lasts is told from how much each channel moves, and from where it is."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.frames import NONE, Frame, Spec, Values
from gesturemap.models import store
from gesturemap.models.holds import QUIET, Holds, HoldsModel, Seen

SPEC = Spec.of("emg1", "emg2", "emg3", rate=200.0)
STRENGTHS = {"rest": (1.0, 1.0, 1.0), "fist": (9.0, 5.0, 2.0), "open": (2.0, 4.0, 8.0)}


def muscles(label: str, frames: int, seed: int) -> Values:
    """(T, 3) noise as strong as each muscle."""
    return np.random.default_rng([len(label), seed]).normal(size=(frames, 3)) * STRENGTHS[label]


def demonstrated(*extra: Demonstration) -> TrainingSet:
    shown = [
        Demonstration(f"{label}{i}", label, SPEC, np.arange(400) / 200.0, muscles(label, 400, i))
        for i in range(2)
        for label in STRENGTHS
    ]
    return TrainingSet((*shown, *extra))


@pytest.fixture(scope="module")
def model() -> HoldsModel:
    return Holds().fit(demonstrated())


def test_a_hold_is_told_soon_after_it_began_and_as_long_as_it_lasts(model: HoldsModel) -> None:
    follower, order = model.start(), ("rest", "fist", "rest", "open", "fist", "rest")
    right = late = 0
    for turn, label in enumerate(order):
        for i, row in enumerate(muscles(label, 300, 50 + turn)):
            winner = follower.step(Frame(0.0, row)).winner
            if i >= 25:
                late += 1
                right += winner != NONE and model.labels[winner] == label
    assert right / late > 0.95


def test_far_stronger_than_anything_shown_is_none(model: HoldsModel) -> None:
    follower = model.start()
    for row in muscles("rest", 200, 7) * np.array([1.0, 1.0, 300.0]):
        winner = follower.step(Frame(0.0, row)).winner
    assert winner == NONE


def test_poses_are_told_by_their_means() -> None:
    rng = np.random.default_rng(2)
    spec = Spec.of("acc_x", "acc_y", rate=50.0)
    shown = tuple(
        Demonstration(
            label, label, spec, np.arange(100) / 50.0, np.array(place) + rng.normal(0.0, 0.02, (100, 2))
        )
        for label, place in (("up", (0.0, 1.0)), ("down", (0.0, -1.0)), ("left", (1.0, 0.0)))
    )
    made = Holds().fit(TrainingSet(shown))
    for index, demonstration in enumerate(shown):
        follower = made.start()
        assert [follower.step(frame).winner for frame in demonstration.frames()][-1] == index


def test_without_shrinkage_it_decides_as_scikit_learn_does() -> None:
    made = Holds(shrinkage=0.0, window=1, seconds=0.05).fit(demonstrated())
    rows = [(made.seen.through(d).values, d.label) for d in demonstrated().demonstrations]
    frames = np.concatenate([values for values, _ in rows])[:, :3]
    names = np.repeat([label for _, label in rows], [len(values) for values, _ in rows])
    theirs = LinearDiscriminantAnalysis(priors=np.full(3, 1.0 / 3.0)).fit(frames, names)
    other = np.concatenate([muscles(label, 200, 90) for label in STRENGTHS])
    window, follower = made.seen.start(), made.start()
    seen = np.array([window.step(row) for row in other])[:, :3]
    ours = [made.labels[int(follower.step(Frame(0.0, row)).posterior.argmax())] for row in other]
    assert np.mean(np.array(ours) == theirs.predict(seen)) > 0.99


def test_the_window_sees_the_mean_strength_of_the_last_frames() -> None:
    values = muscles("fist", 50, 3)
    seen = Seen(SPEC, np.array([0.5, 0.0, -0.5]), np.array([2.0, 1.0, 3.0]), 8)
    window = seen.start()
    for i, row in enumerate(values):
        found = window.step(row)
        last = (values[max(0, i - 7) : i + 1] - seen.centre) / seen.spread
        np.testing.assert_allclose(found[3:], last.mean(0), atol=1e-12)
        np.testing.assert_allclose(found[:3], np.log(np.abs(last).mean(0) + QUIET), atol=1e-12)


def test_it_is_saved_exactly(model: HoldsModel) -> None:
    data = store.pack(model)
    assert store.pack(store.unpack(data)) == data == store.pack(Holds().fit(demonstrated()))
