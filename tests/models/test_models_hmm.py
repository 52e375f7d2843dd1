"""The ergodic HMM: hmmlearn's parameters, hmmlearn's likelihood, and the fall-back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hmmlearn.hmm import GaussianHMM
from models_takes import play, take, vocabulary

from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.models.hmm import Hmm
from gesturemap.models.training import Recipe, Takes


def shaking(label: str, frequency: float, index: int, frames: int = 120) -> Demonstration:
    random = np.random.default_rng([ord(label), index])
    phase = random.uniform(0, 6) + frequency * np.arange(frames)
    values = np.column_stack([np.sin(phase), np.cos(phase) * frequency * 3.0, np.sin(2.0 * phase)])
    return take(label, values + random.normal(scale=0.1, size=values.shape), None, index)


SET = TrainingSet(tuple(shaking(k, f, i) for k, f in (("a", 0.1), ("b", 0.25)) for i in range(3)))


@pytest.mark.parametrize("covariance", ["full", "diagonal"])
@pytest.mark.parametrize("states", [1, 4])
def test_the_log_likelihood_is_hmmlearns(covariance: str, states: int) -> None:
    learner = Hmm(
        states=states, covariance=covariance, evidence=1.0, jump_penalty=1000.0, likelihood_window=1000,
        shrinkage=0.0,
    )  # fmt: skip
    model = learner.fit(SET)
    for which, demonstration in ((0, SET.demonstrations[1]), (1, SET.demonstrations[1])):
        gesture = model.gestures[which]
        theirs = GaussianHMM(states, "full" if covariance == "full" else "diag")
        end = gesture.exits[:, None]
        theirs.startprob_ = gesture.prior
        theirs.transmat_ = (1.0 - end) * gesture.transitions + end * gesture.prior
        theirs.means_, theirs.covars_ = gesture.means, gesture.covariances
        scaled = (demonstration.values - model.scaling.centre) * model.scaling.inverse
        found = play(model.start(), demonstration.values)["log_likelihoods"]
        for frames in (1, 50, len(scaled)):
            assert found[frames - 1, which] * frames == pytest.approx(theirs.score(scaled[:frames]), rel=1e-9)


def test_the_parameters_are_hmmlearns_and_the_same_each_time() -> None:
    learner = Hmm(states=3, shrinkage=0.0)
    one, other = learner.fit(SET), learner.fit(SET)
    for ours, again in zip(one.gestures, other.gestures, strict=True):
        np.testing.assert_array_equal(ours.means, again.means)
        assert (np.diff(ours.log_likelihoods) > -1e-6 * np.abs(ours.log_likelihoods[1:])).all()
    scaled = [(d.values - one.scaling.centre) * one.scaling.inverse for d in SET.of("a")]
    theirs = GaussianHMM(3, "full", init_params="", params="stmc", n_iter=1, tol=0.0,
                         startprob_prior=1.0 + 0.1 / 3, transmat_prior=1.0 + 0.1 / 3)  # fmt: skip
    gesture = one.gestures[0]
    theirs.startprob_, theirs.transmat_ = gesture.prior, gesture.transitions
    theirs.means_, theirs.covars_ = gesture.means, gesture.covariances
    theirs.fit(np.concatenate(scaled), [len(take) for take in scaled])
    np.testing.assert_allclose(theirs.means_, gesture.means, atol=0.05)  # a fixed point of its EM


def test_movements_without_order_are_told_apart_wherever_they_begin() -> None:
    model = Hmm().fit(SET)
    for index in (7, 8):
        for which, (label, frequency) in enumerate((("a", 0.1), ("b", 0.25))):
            values = shaking(label, frequency, index).values[37:]
            assert play(model.start(), values)["winner"][-1] == which


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_little_movement_is_survived(frames: int) -> None:
    random = np.random.default_rng(frames)
    given = TrainingSet(
        (take("still", np.ones((frames, 2))), take("other", random.normal(size=(20, 2)) + 3.0))
    )
    model = Hmm().fit(given)
    found = play(model.start(), np.concatenate([np.ones((5, 2)), np.full((5, 2), np.nan), np.ones((5, 2))]))
    assert all(np.isfinite(array).all() for array in found.values())
    assert found["winner"][-1] == 0


class Failing(Hmm):
    """As if hmmlearn could not."""

    def estimator(self, takes: Takes, recipe: Recipe) -> Any:
        raise np.linalg.LinAlgError("Matrix is not positive definite")


def test_where_hmmlearn_cannot_our_own_fit_steps_in_and_says_so() -> None:
    model = Failing(states=3).fit(SET)
    assert sum("own EM" in message for message in model.messages) == 2
    assert play(model.start(), SET.demonstrations[0].values)["winner"][-1] == 0


def test_one_gesture_alone_and_unchanged_ones_are_kept() -> None:
    given = vocabulary(labels=("a",))
    model = Hmm().fit(given)
    assert play(model.start(), given.demonstrations[0].values)["winner"][-1] == 0
    more = TrainingSet((*SET.demonstrations, shaking("a", 0.1, 5)))
    first = Hmm().fit(SET)
    assert Hmm().fit(more, previous=first).gestures[1] is first.gestures[1]
