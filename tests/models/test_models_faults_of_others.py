"""What other programs of this kind get wrong, one test each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from models_takes import curve, play, take, vocabulary

from gesturemap.demonstrations import TrainingSet
from gesturemap.errors import DataError
from gesturemap.frames import Frame, Values
from gesturemap.models.gmm import Gmm, Gmr
from gesturemap.models.hhmm import Hhmm, Hhmr

ALL = [Hhmm(), Hhmm(transitions="ergodic"), Hhmm(gaussians=2), Hhmm(covariance="diagonal"), Gmm(gaussians=3)]


@pytest.mark.long
@pytest.mark.parametrize("covariance", ["diagonal", "full"])
def test_400_channels_still_rank_right(covariance: str) -> None:
    channels = 400 if covariance == "diagonal" else 60
    model = Hhmm(states=3, covariance=covariance, max_iterations=5).fit(vocabulary("abc", 2, channels, 30))
    random = np.random.default_rng(5)
    for index, label in enumerate("abc"):
        found = play(model.start(), curve(label, channels, 30, random))
        assert (found["posterior"].argmax(1)[3:] == index).all()
        assert all(np.isfinite(values).all() for values in found.values())


@pytest.mark.long
def test_a_gesture_entered_in_its_middle_after_a_wrong_start_is_found() -> None:
    model = Hhmm().fit(vocabulary("abcd", 5, 12, 100))
    random = np.random.default_rng(5)
    for trial in range(10):
        wrong, right = "abcd"[trial % 4], "abcd"[(trial + 1) % 4]
        start = curve(wrong, 12, 100, random)[:5]
        rest = curve(right, 12, 100, random)[50:]
        found = play(model.start(), np.concatenate([start, rest]))["posterior"][:, "abcd".index(right)]
        assert (found[5 + 8 :] > 0.5).all(), "not found within eight frames"


@pytest.mark.parametrize(("channels", "most"), [(3, 3), (6, 3), (12, 2)])
def test_few_channels_are_enough_to_find_it(channels: int, most: int) -> None:
    """Medians over vocabularies: with few channels some of them look alike for a while."""
    random, needed = np.random.default_rng(5), []
    for labels in ("abcd", "efgh", "ijkl", "mnop", "qrst"):
        model = Hhmm().fit(vocabulary(labels, 5, channels, 100))
        for wrong, right in ((0, 1), (1, 2), (2, 3), (3, 0), (0, 2), (1, 3)):
            start = curve(labels[wrong], channels, 100, random)[:5]
            rest = curve(labels[right], channels, 100, random)[50:]
            found = play(model.start(), np.concatenate([start, rest]))["posterior"][5:].argmax(1)
            wrongly = np.flatnonzero(found != right)
            needed.append(wrongly[-1] + 1 if len(wrongly) else 0)
    assert np.median(needed) <= most, sorted(needed)


@pytest.mark.parametrize("learner", ALL, ids=str)
def test_progress_is_between_0_and_1_and_nothing_is_nan(learner: Hhmm | Gmm) -> None:
    model = learner.fit(vocabulary(noise=0.02))
    random = np.random.default_rng(1)
    parts = [curve(label, 4, 60, random) for label in "abcab"]
    wild = [
        np.full((20, 4), 1e300),
        np.zeros((20, 4)),
        random.normal(0, 50, (100, 4)),
        np.full((5, 4), -1e-300),
    ]
    found = play(model.start(), np.concatenate([*parts, *wild, *parts]))
    for name, values in found.items():
        assert np.isfinite(values).all(), name
    assert (found["progress"] >= 0).all() and (found["progress"] <= 1).all()
    assert (found["fit"] >= 0).all() and (found["fit"] <= 1).all()
    np.testing.assert_allclose(found["posterior"].sum(1), 1.0)


def test_progress_follows_the_gesture() -> None:
    model = Hhmm().fit(vocabulary(each=5, length=100))
    found = play(model.start(), curve("b", 4, 100, np.random.default_rng(7)))["progress"][:, 1]
    assert np.abs(found - np.linspace(0, 1, 100)).mean() < 0.1
    assert found[2] < 0.1 and found[-1] > 0.9


def regression_set(constant: float | None = None, labels: str = "ab") -> TrainingSet:
    random = np.random.default_rng(0)
    takes = []
    for label in labels:
        for index in range(3):
            values = curve("a" if constant is not None else label, 3, 80, random)
            ramp = np.linspace(0, 1, 80)[:, None] * np.array([[1.0, -2.0]]) + "ab".index(label)
            takes.append(
                take(label, values, np.full((80, 2), constant) if constant is not None else ramp, index)
            )
    return TrainingSet(tuple(takes))


@pytest.mark.parametrize("several", ["mixture", "likeliest"])
@pytest.mark.parametrize("estimator", ["full", "windowed", "likeliest"])
def test_regression_of_identical_classes_is_not_shrunk(estimator: str, several: str) -> None:
    learner = Hhmr(regression_estimator=estimator, multiclass_estimator=several)
    found = play(learner.fit(regression_set(1.0)).start(), curve("a", 3, 80, np.random.default_rng(3)))
    assert (found["outputs"] == 1.0).all() and (found["deviations"] == 0.0).all()


@pytest.mark.parametrize("learner", [Hhmr(states=5), Gmr(gaussians=3), Hhmr(states=4, gaussians=2)], ids=str)
def test_output_variance_is_within_plus_between(learner: Hhmr | Gmr) -> None:
    """Two gestures that look alike and say -1 and +1 with a deviation of 0.1: together 0 with about 1."""
    random = np.random.default_rng(0)
    takes = [
        take(label, curve("a", 3, 80, random), random.normal(level, 0.1, (80, 1)), index)
        for label, level in (("x", -1.0), ("y", 1.0))
        for index in range(4)
    ]
    model = replace(learner, evidence=0.01) if isinstance(learner, Hhmr) else learner
    mixed = replace(model, shrinkage=0.0).fit(TrainingSet(tuple(takes)))
    found = play(mixed.start(), curve("a", 3, 80, random))
    share = found["posterior"][:, 1]
    wanted = np.sqrt(4.0 * share * (1.0 - share) + 0.1**2)
    np.testing.assert_allclose(found["deviations"][:, 0], wanted, atol=0.12)
    np.testing.assert_allclose(found["outputs"][:, 0], 2.0 * share - 1.0, atol=0.15)


def test_deviation_is_not_too_small() -> None:
    random = np.random.default_rng(0)
    takes = [take("x", random.normal(size=(200, 2)), random.normal(0, 0.1, (200, 1)), i) for i in range(5)]
    model = Gmr(gaussians=3, shrinkage=0.0, multiclass_estimator="mixture").fit(TrainingSet(tuple(takes)))
    found = play(model.start(), random.normal(size=(200, 2)))["deviations"]
    assert np.median(found) == pytest.approx(0.1, rel=0.1)


@pytest.mark.parametrize("noise", [0.001, 0.03, 0.3])
@pytest.mark.parametrize("learner", [Gmr(), Hhmr()], ids=str)
def test_two_thirds_of_what_was_not_seen_lie_within_a_deviation(learner: Hhmr | Gmr, noise: float) -> None:
    """A straight line with more or less noise: error and deviation are the noise."""
    random = np.random.default_rng(0)

    def line() -> tuple[Values, Values]:
        seen = np.sin(np.linspace(0, 6, 200))[:, None] * [1.0, 0.7] + random.normal(0, 0.02, (200, 2))
        return seen, 2.0 * seen[:, :1] + random.normal(0, noise, (200, 1))

    model = learner.fit(TrainingSet(tuple(take("x", *line(), i) for i in range(4))))
    seen, wanted = line()
    found = play(model.start(), seen)
    error = found["outputs"] - wanted
    assert np.sqrt((error**2).mean()) == pytest.approx(noise, rel=0.15)
    assert np.median(found["deviations"]) == pytest.approx(noise, rel=0.25)
    assert 0.58 < (np.abs(error) < found["deviations"]).mean() < 0.78


@pytest.mark.parametrize("length", [1, 2, 6])
def test_a_gesture_shorter_than_its_states_stays_and_says_so(length: int) -> None:
    random = np.random.default_rng(0)
    ordinary = vocabulary("ab", 2).demonstrations
    short = tuple(take("short", curve("c", 4, length, random) + 8.0, None, i) for i in range(2))
    model = Hhmm(states=10).fit(TrainingSet(ordinary + short))
    assert model.labels == ("a", "b", "short") and model.gestures[2].states == length
    assert (
        len(model.messages) == 1
        and "'short'" in model.messages[0]
        and f"got {length} state" in model.messages[0]
    )
    found = play(model.start(), np.repeat(short[0].values, 3, axis=0))
    assert (found["posterior"].argmax(1) == 2).all()


def test_a_mixture_of_more_gaussians_than_frames() -> None:
    random = np.random.default_rng(0)
    training = TrainingSet((take("a", curve("a", 3, 2, random)), take("b", curve("b", 3, 30, random))))
    model = Gmm(gaussians=5).fit(training)
    assert len(model.gestures[0].weights) == 2 and "'a'" in model.messages[0]


@pytest.mark.parametrize("factor", [1e-6, 1e6])
@pytest.mark.parametrize("learner", [Hhmm(), Gmm(gaussians=3)], ids=str)
def test_units_do_not_matter(learner: Hhmm | Gmm, factor: float) -> None:
    training, test = vocabulary(), curve("b", 4, 60, np.random.default_rng(4))
    scaled = TrainingSet(
        tuple(replace(d, values=d.values * factor + 3.0 * factor) for d in training.demonstrations)
    )
    one = play(learner.fit(training).start(), test)
    other = play(learner.fit(scaled).start(), test * factor + 3.0 * factor)
    for name in ("posterior", "progress", "fit", "log_likelihoods"):
        np.testing.assert_allclose(one[name], other[name], atol=1e-5)


def test_a_constant_channel_is_ignored_and_named() -> None:
    training = vocabulary()
    held = TrainingSet(
        tuple(replace(d, values=np.where(np.arange(4) == 2, 7.0, d.values)) for d in training.demonstrations)
    )
    model = Hhmm().fit(held)
    assert "c2" in model.messages[0] and "ignored" in model.messages[0]
    test = curve("b", 4, 60, np.random.default_rng(4))
    far, near = test.copy(), test.copy()
    far[:, 2], near[:, 2] = 1e9, 7.0
    np.testing.assert_array_equal(
        play(model.start(), far)["posterior"], play(model.start(), near)["posterior"]
    )


def test_nan_in_training_is_named() -> None:
    whole = vocabulary().demonstrations[4]
    values = whole.values.copy()
    values[17, 2] = np.nan
    broken = replace(whole, values=values)
    with pytest.raises(DataError, match=r"demonstration b1 of 'b', channel c2, frame 17"):
        TrainingSet((broken,))


@pytest.mark.parametrize("learner", ALL, ids=str)
def test_a_frame_that_is_no_number_changes_nothing(learner: Hhmm | Gmm) -> None:
    model = learner.fit(vocabulary())
    test = curve("a", 4, 40, np.random.default_rng(4))
    clean, dirty = model.start(), model.start()
    assert np.isfinite(dirty.step(Frame(0.0, np.full(4, np.nan))).posterior).all()
    for row in test:
        wanted, found = clean.step(Frame(0.0, row)), dirty.step(Frame(0.0, row))
        np.testing.assert_array_equal(found.posterior, wanted.posterior)
        bad = row.copy()
        bad[1] = np.inf
        held = dirty.step(Frame(9.0, bad))
        assert held.time == 9.0
        np.testing.assert_array_equal(held.posterior, found.posterior)


def test_far_offsets_do_not_cost_precision() -> None:
    training, test = vocabulary(), curve("b", 4, 60, np.random.default_rng(4))
    moved = TrainingSet(tuple(replace(d, values=d.values + 1e5) for d in training.demonstrations))
    one, other = play(Hhmm().fit(training).start(), test), play(Hhmm().fit(moved).start(), test + 1e5)
    np.testing.assert_allclose(one["posterior"], other["posterior"], atol=1e-5)
