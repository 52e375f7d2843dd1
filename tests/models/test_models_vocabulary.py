from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from models_takes import curve, play, take, vocabulary

from gesturemap import catalog
from gesturemap.demonstrations import TrainingSet
from gesturemap.errors import DataError
from gesturemap.frames import NONE, Frame
from gesturemap.models import calibration, forward
from gesturemap.models.gmm import Gmm, Gmr
from gesturemap.models.hhmm import Hhmm, Hhmr
from gesturemap.models.model import Cancelled
from gesturemap.models.vocabulary import VocabularyModel


def same(one: VocabularyModel, other: VocabularyModel) -> bool:
    first, second = one.pack(), other.pack()
    return first[0] == second[0] and all(np.array_equal(first[1][name], second[1][name]) for name in first[1])


@pytest.mark.parametrize("shots", [1, 3])
def test_gestures_are_told_apart(shots: int) -> None:
    random = np.random.default_rng(9)
    for learner in (
        Hhmm(),
        Hhmm(covariance="diagonal"),
        Hhmm(transitions="ergodic"),
        Gmm(likelihood_window=50),
    ):
        model = learner.fit(vocabulary("abcde", shots))
        for index, label in enumerate("abcde"):
            found = play(model.start(), curve(label, 4, 60, random))["posterior"]
            assert found[-1].argmax() == index, learner


def test_a_stream_without_reset_is_followed() -> None:
    model = Hhmm().fit(vocabulary("abcd", 3))
    random = np.random.default_rng(9)
    order = random.integers(0, 4, 40)
    found = play(model.start(), np.concatenate([curve("abcd"[k], 4, 60, random) for k in order]))
    ends = np.arange(1, 41) * 60 - 6
    assert (found["posterior"][ends].argmax(1) == order).mean() >= 0.95
    middle = found["progress"][ends - 24, order]
    assert (np.abs(middle - 0.5) < 0.25).all()


def test_the_same_settings_and_data_give_the_same_model() -> None:
    for learner in (Hhmm(gaussians=2), Gmm()):
        assert same(learner.fit(vocabulary()), learner.fit(vocabulary()))


def test_a_frame_does_not_depend_on_what_comes_later() -> None:
    model = Hhmm().fit(vocabulary())
    test = curve("a", 4, 60, np.random.default_rng(1))
    whole, part = play(model.start(), test), play(model.start(), test[:20])
    for name in whole:
        np.testing.assert_array_equal(whole[name][:20], part[name])


def test_estimates_are_never_written_to_later() -> None:
    follower = Hhmm().fit(vocabulary()).start()
    test = curve("a", 4, 60, np.random.default_rng(1))
    first = follower.step(Frame(0.0, test[0]))
    before = [np.array(part) for part in first[1:8]]
    for row in test[1:]:
        follower.step(Frame(0.0, row))
    assert all(np.array_equal(a, b) for a, b in zip(before, first[1:8], strict=True))
    assert first.features is test[0] or np.array_equal(first.features, test[0])


@pytest.mark.parametrize("learner", [Hhmm(), Gmm(gaussians=2)], ids=str)
def test_only_what_changed_is_fitted_again(learner: Hhmm | Gmm) -> None:
    training = vocabulary("abcd")
    old = learner.fit(training)
    random = np.random.default_rng(2)
    more = TrainingSet((*training.demonstrations, take("b", curve("b", 4, 60, random), None, 7)))
    told: list[str] = []
    new = learner.fit(more, old, lambda label, part: told.append(label) or True)  # type: ignore[func-returns-value]
    kept = [a is b for a, b in zip(old.gestures, new.gestures, strict=True)]
    assert kept == [True, False, True, True]
    assert told.count("b") > told.count("a") and told[-1] == ""
    assert same(learner.fit(more, old), new)
    again = learner.fit(more, new)
    assert all(a is b for a, b in zip(again.gestures, new.gestures, strict=True))


def test_other_settings_or_units_fit_everything_again() -> None:
    training = vocabulary()
    old = Hhmm().fit(training)
    assert Hhmm(states=5).fit(training, old).gestures[0].states == 5
    larger = TrainingSet(tuple(replace(d, values=d.values * 10.0) for d in training.demonstrations))
    assert same(Hhmm().fit(larger, old), Hhmm().fit(larger))


def test_a_fit_can_be_cancelled() -> None:
    calls: list[float] = []

    def report(label: str, part: float) -> bool:
        calls.append(part)
        return len(calls) < 4

    with pytest.raises(Cancelled):
        Hhmm().fit(vocabulary(), None, report)
    assert calls == sorted(calls) and len(calls) == 4


def test_log_likelihoods_rise_and_are_kept() -> None:
    for gesture in (
        Hhmm(shrinkage=0.0, relative_regularization=0.0, absolute_regularization=1e-9)
        .fit(vocabulary())
        .gestures
    ):
        assert gesture.log_likelihoods[-1] > gesture.log_likelihoods[0]


def test_regression_without_outputs_says_what_to_do() -> None:
    with pytest.raises(DataError, match=r"no demonstration has outputs.*record with outputs"):
        Hhmr().fit(vocabulary())
    with pytest.raises(DataError):
        Gmr().fit(vocabulary())


def test_regression_follows_the_demonstrated_outputs() -> None:
    random = np.random.default_rng(0)
    ramp = np.linspace(0.0, 1.0, 80)[:, None]
    takes = [
        take(label, curve(label, 3, 80, random), ramp * 50 + 100 * k, i)
        for k, label in enumerate("ab")
        for i in range(3)
    ]
    for learner, limit in ((Hhmr(), 5.0), (Gmr(), 12.0)):
        model = learner.fit(TrainingSet(tuple(takes)))
        for k, label in enumerate("ab"):
            found = play(model.start(), curve(label, 3, 80, random))["outputs"][5:]
            assert np.sqrt(np.mean((found - (ramp[5:] * 50 + 100 * k)) ** 2)) < limit


def test_fit_knows_its_own_gestures_from_other_movement() -> None:
    random = np.random.default_rng(3)
    model = Hhmm().fit(vocabulary("abcd", 4, 4, 80))
    own, other = [], []
    for label in "abcdabcd":
        found = play(model.start(), curve(label, 4, 80, random))
        own.append(found["fit"][50:, "abcd".index(label)])
    for label in "uvwxyz":
        found = play(model.start(), curve(label, 4, 80, random))
        best = found["posterior"].argmax(1)
        other.append(found["fit"][np.arange(80), best][50:])
    walk = np.cumsum(random.normal(0, 0.3, (300, 4)), axis=0)
    found = play(model.start(), walk)
    assert np.mean(np.array(own) >= 0.5) > 0.9
    assert np.mean(np.array(other) >= 0.5) < 0.3
    assert np.mean(found["fit"][np.arange(300), found["posterior"].argmax(1)] >= 0.5) < 0.2
    assert (play(model.start(), np.full((50, 4), 30.0))["winner"][5:] == -1).all()


def test_the_right_frames_in_the_wrong_order_do_not_fit() -> None:
    random = np.random.default_rng(3)
    model = Hhmm().fit(vocabulary("a", 4, 4, 80))
    forth, back = curve("a", 4, 80, random), curve("a", 4, 80, random)[::-1]
    assert play(model.start(), forth)["fit"][45:, 0].mean() > 0.6
    assert play(model.start(), back)["fit"][45:, 0].mean() < 0.4


def test_windows_are_means_of_what_there_is() -> None:
    values = np.arange(12.0).reshape(6, 2)
    wanted = np.array([values[max(t - 2, 0) : t + 1].mean(0) for t in range(6)])
    np.testing.assert_allclose(calibration.averaged(values, 3), wanted)


def test_long_play_does_not_drift() -> None:
    """A follower of many frames says the same as one that saw only the last of them."""
    model = Hhmm(likelihood_window=7).fit(vocabulary())
    random = np.random.default_rng(0)
    long = np.concatenate([curve("abc"[i % 3], 4, 60, random) for i in range(100)])
    late, fresh = play(model.start(), long), play(model.start(), long[-600:])
    np.testing.assert_allclose(late["log_likelihoods"][-300:], fresh["log_likelihoods"][-300:], atol=1e-9)
    np.testing.assert_allclose(late["posterior"][-300:], fresh["posterior"][-300:], atol=1e-9)


@pytest.mark.parametrize("kind", ["gmm", "gmr", "hhmm", "hhmr"])
def test_settings_come_from_tables(kind: str) -> None:
    learner = catalog.read("models", {"kind": kind, "covariance": "diagonal", "gaussians": 2}, "model")
    assert catalog.write(learner)["covariance"] == "diagonal" and learner.kind == kind


def test_an_odd_moment_is_forgotten_in_two_seconds_however_long_the_demonstration_was() -> None:
    random = np.random.default_rng(3)
    swing = np.sin(np.arange(3000)[:, None] / np.array([7.0, 11.0])) + random.normal(0.0, 0.1, (3000, 2))
    demonstrated = TrainingSet((take("swing", swing[:2000], swing[:2000, :1]),))
    movement = swing[2000:].copy()
    movement[100] += 1e3
    found = play(Hhmr(transitions="ergodic").fit(demonstrated).start(), movement)
    assert (found["winner"][:100] == 0).all()
    assert found["winner"][101] == NONE
    assert (found["winner"][310:] == 0).all()


@pytest.mark.parametrize("times", [1, 3, 10])
def test_frames_that_repeat_each_other_count_for_less(times: int) -> None:
    """Independent frames are worth one each; where each stands there n times, so many are worth one."""
    off = np.random.default_rng(0).normal(size=(3000, 4)).repeat(times, axis=0)
    assert calibration.repetition(off) == pytest.approx(times, rel=0.5)
    many = [calibration.repetition(part) for part in np.split(off, 100)]
    assert np.mean(many) == pytest.approx(times, rel=0.15)
    assert calibration.evidence(many) == pytest.approx(min(1.0 / times, calibration.MOST), rel=0.25)


def test_what_a_frame_counts_is_learned_only_where_demonstrations_can_be_left_out() -> None:
    assert Hhmm().fit(vocabulary(each=1)).play.evidence == calibration.USUAL
    noisy, steady = (Hhmm().fit(vocabulary(each=5, noise=noise)).play.evidence for noise in (0.4, 0.02))
    assert noisy < steady <= calibration.MOST * 1.02
    assert Hhmm(evidence=0.31).fit(vocabulary(each=5)).play.evidence == 0.31


def test_a_demonstration_that_changes_what_a_frame_counts_changes_all_as_a_fit_anew() -> None:
    before, after = vocabulary(each=3, noise=0.05), vocabulary("c", 3, noise=0.6, seed=3)
    data = TrainingSet(tuple(one for one in before.demonstrations if one.label != "c") + after.demonstrations)
    old = Hhmm().fit(before)
    kept, anew = Hhmm().fit(data, old), Hhmm().fit(data)
    assert kept.play.evidence == anew.play.evidence != old.play.evidence
    assert same(kept, anew)


def test_no_rounding_takes_the_variance_of_an_output_below_0() -> None:
    sizes, table, random = np.zeros(forward.HEADER, np.int64), np.zeros(8), np.random.default_rng(0)
    sizes[forward.OUTPUTS], sizes[forward.VARIANCES] = 1, 4
    for _ in range(2000):
        out, mass = np.zeros(2), 0.0
        table[:4] = 0.3 * (1.0 + 1e-15 * random.integers(-3, 4, 4))
        for j, weight in enumerate(10.0 ** random.uniform(-9.0, 0.0, 4)):
            mass = forward.regress(sizes, table, np.zeros(1), out, j, weight, mass)
            assert out[1] >= 0.0
