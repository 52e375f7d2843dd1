"""The same sums by hmmlearn, scikit-learn and scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hmmlearn.hmm import GaussianHMM
from scipy.special import logsumexp
from scipy.stats import multivariate_normal
from sklearn.mixture import GaussianMixture

from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.frames import Frame, Spec
from gesturemap.models.gmm import Gmm
from gesturemap.models.hhmm import Hhmm
from gesturemap.models.training import Recipe, Takes, begin, e_step, expectation_maximisation


def movement(seed: int, length: int, channels: int = 3) -> np.ndarray:
    random = np.random.default_rng(seed)
    u = np.linspace(0, 3, length)[:, None]
    return np.sin(u * np.arange(1, channels + 1)) + random.normal(0, 0.2, (length, channels))


def as_set(takes: list[np.ndarray], label: str = "a") -> TrainingSet:
    spec = Spec.of(*(f"c{i}" for i in range(takes[0].shape[1])), rate=100.0)
    return TrainingSet(
        tuple(
            Demonstration(f"{label}{i}", label, spec, np.arange(len(x)) / 100.0, x)
            for i, x in enumerate(takes)
        )
    )


def hmmlearn_of(
    prior: np.ndarray, transitions: np.ndarray, means: np.ndarray, covariances: np.ndarray
) -> GaussianHMM:
    model = GaussianHMM(
        len(prior), "full" if covariances.ndim == 3 else "diag", init_params="", params="stmc"
    )
    model.startprob_, model.transmat_, model.means_, model.covars_ = prior, transitions, means, covariances
    return model


@pytest.mark.parametrize("dense", [False, True])
@pytest.mark.parametrize("full", [False, True])
def test_forward_and_backward_equal_hmmlearn(full: bool, dense: bool) -> None:
    takes = [movement(i, 40 + 7 * i) for i in range(3)]
    recipe = Recipe(5, 1, full, dense, 0.0, 1e-3, 0.0, 1.0, 3, 3, 0.0, 0)
    data = Takes(takes, full)
    fit = expectation_maximisation(data, recipe, lambda part: None)
    total, _ = e_step(fit, data, recipe)
    other = hmmlearn_of(fit.prior, fit.transitions, fit.means, fit.covariances)
    score, posteriors = other.score_samples(np.concatenate(takes), [len(x) for x in takes])
    assert total == pytest.approx(score, rel=1e-10)
    np.testing.assert_allclose(fit.gamma, posteriors, atol=1e-9)


def test_em_climbs_like_hmmlearn() -> None:
    takes = [movement(i, 50) for i in range(4)]
    recipe = Recipe(4, 1, True, False, 0.0, 1e-9, 0.0, 1.0, 8, 8, 0.0, 0)
    data = Takes(takes, True)
    first = begin(data, recipe)
    other = hmmlearn_of(first.prior, first.transitions, first.means, first.covariances)
    other.n_iter, other.tol, other.covars_prior, other.covars_weight = 8, -np.inf, 0.0, 0.0
    other.means_weight = 0.0
    other.fit(np.concatenate(takes), [50] * 4)
    mine = expectation_maximisation(data, recipe, lambda part: None)
    assert mine.history[0] == pytest.approx(other.monitor_.history[0], rel=1e-9)
    # Ours has a small pseudo-count on every arc, theirs none.
    assert mine.history[7] == pytest.approx(other.monitor_.history[-1], abs=0.1)


def test_mixture_em_equals_scikit_learn() -> None:
    takes = [movement(i, 80) for i in range(3)]
    recipe = Recipe(1, 3, True, False, 0.0, 1e-9, 0.0, 1.0, 6, 6, 0.0, 0)
    data = Takes(takes, True)
    first = begin(data, recipe)
    other = GaussianMixture(
        3,
        reg_covar=1e-9,
        max_iter=6,
        tol=0.0,
        weights_init=first.weights,
        means_init=first.means,
        precisions_init=np.linalg.inv(first.covariances),
    )
    with pytest.warns(match="did not converge"):
        other.fit(np.concatenate(takes))
    mine = expectation_maximisation(data, recipe, lambda part: None)
    np.testing.assert_allclose(mine.weights, other.weights_, atol=1e-6)
    np.testing.assert_allclose(mine.means, other.means_, atol=1e-6)
    np.testing.assert_allclose(mine.covariances, other.covariances_, atol=1e-6)
    assert mine.history[-1] == pytest.approx(other.score(np.concatenate(takes)) * 240, rel=1e-9)


def test_a_streamed_mixture_equals_scipy() -> None:
    takes = [movement(i, 60) for i in range(3)]
    model = Gmm(gaussians=3, likelihood_window=4).fit(as_set(takes))
    gesture, scaling = model.gestures[0], model.scaling
    scaled = (movement(9, 30) - scaling.centre) * scaling.inverse
    parts = [
        np.log(w) + multivariate_normal(m, c).logpdf(scaled)
        for w, m, c in zip(gesture.weights, gesture.means, gesture.covariances, strict=True)
    ]
    each = logsumexp(parts, axis=0)
    follower = model.start()
    streamed = [follower.step(Frame(0.0, row)).log_likelihoods[0] for row in movement(9, 30)]
    wanted = [each[max(t - 3, 0) : t + 1].mean() for t in range(30)]
    np.testing.assert_allclose(streamed, wanted, rtol=1e-9)


@pytest.mark.parametrize("transitions", ["left-right", "ergodic"])
@pytest.mark.parametrize("covariance", ["full", "diagonal"])
def test_a_streamed_chain_equals_hmmlearn(covariance: str, transitions: str) -> None:
    """With exits and leak made negligible, the class-conditional log-likelihood is that of the plain HMM."""
    takes = [movement(i, 60) for i in range(3)]
    learner = Hhmm(
        states=5,
        evidence=1.0,
        jump_penalty=100.0,
        likelihood_window=30,
        covariance=covariance,
        transitions=transitions,
    )
    model = learner.fit(as_set(takes))
    gesture, scaling = model.gestures[0], model.scaling
    exits = np.zeros(5)
    other = type(model)(
        model.learner, model.spec, model.outputs, scaling, (_with(gesture, exits=exits),), model.follows
    )
    test = movement(9, 30)
    follower = other.start()
    streamed = [follower.step(Frame(0.0, row)) for row in test]
    plain = hmmlearn_of(gesture.prior, gesture.transitions, gesture.means, gesture.covariances)
    scaled = (test - scaling.centre) * scaling.inverse
    assert streamed[-1].log_likelihoods[0] * 30 == pytest.approx(plain.score(scaled), rel=1e-9)
    forward = plain.predict_proba(scaled)[-1]  # at the last frame smoothing is filtering
    assert streamed[-1].progress[0] == pytest.approx(
        float(np.clip(forward @ gesture.positions, 0, 1)), abs=1e-9
    )


def _with(gesture: object, **changes: object) -> object:
    import dataclasses

    return dataclasses.replace(gesture, **changes)  # type: ignore[type-var]
