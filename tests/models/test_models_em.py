from __future__ import annotations

import itertools

import numpy as np
import pytest
from models_takes import curve

from gesturemap.models import em
from gesturemap.models.training import Recipe, Takes, begin, e_step, expectation_maximisation, update

RECIPE = Recipe(4, 1, True, False, 0.0, 1e-9, 0.0, 1.0, 5, 60, 1e-4, 0)


def every_path(
    log_b: np.ndarray, prior: np.ndarray, transitions: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Log-likelihood, state probabilities and expected transitions by adding up all S^T paths."""
    count, states = log_b.shape
    total, gamma, xi = 0.0, np.zeros((count, states)), np.zeros((states, states))
    for path in itertools.product(range(states), repeat=count):
        weight = prior[path[0]] * np.exp(log_b[0, path[0]])
        for t in range(1, count):
            weight *= transitions[path[t - 1], path[t]] * np.exp(log_b[t, path[t]])
        total += weight
        for t, s in enumerate(path):
            gamma[t, s] += weight
            if t:
                xi[path[t - 1], s] += weight
    return float(np.log(total)), gamma / total, xi / total


def chain(states: int) -> np.ndarray:
    stay = np.linspace(0.3, 0.7, states)
    stay[-1] = 1.0
    return np.diag(stay) + np.diag(1.0 - stay[:-1], 1)


def run_left_right(log_b: np.ndarray, ends: list[int], transitions: np.ndarray) -> tuple[float, np.ndarray]:
    alpha, gamma = np.empty_like(log_b), np.empty_like(log_b)
    stay, leave = np.diag(transitions).copy(), np.append(np.diag(transitions, 1), 0.0)
    top = log_b.max(axis=1)
    density = np.exp(log_b - top[:, None])
    return em.left_right(log_b, top, density, np.array(ends), stay, leave, alpha, gamma), gamma


@pytest.mark.parametrize("gap", [5.0, 60.0, 300.0, 2000.0])
def test_scaled_and_logarithms_agree_however_far_states_are(gap: float) -> None:
    """Every state must be passed, and one of them fits nothing; the best path may not get lost on the way."""
    random = np.random.default_rng(0)
    log_b = random.normal(0, 2, (30, 4)) - gap * np.abs(np.arange(30)[:, None] / 8 - np.arange(4))
    log_b[:, 2] -= gap
    total, gamma = run_left_right(log_b, [30], chain(4))
    alpha, wanted = np.empty_like(log_b), np.empty_like(log_b)
    stay, leave = np.diag(chain(4)).copy(), np.append(np.diag(chain(4), 1), 0.0)
    exact = em.in_logarithms(log_b, 0, 30, stay, leave, alpha, wanted)
    assert total == pytest.approx(exact, rel=1e-12)
    np.testing.assert_allclose(gamma, wanted, atol=1e-10)


@pytest.mark.parametrize("states", [1, 2, 3])
def test_left_right_equals_every_path(states: int) -> None:
    log_b = np.random.default_rng(states).normal(0, 2, (6, states))
    total, gamma = run_left_right(log_b, [6], chain(states))
    wanted, gammas, _ = every_path(log_b, np.eye(states)[0], chain(states))
    assert total == pytest.approx(wanted, abs=1e-12)
    np.testing.assert_allclose(gamma, gammas, atol=1e-12)


def test_ergodic_equals_every_path() -> None:
    random = np.random.default_rng(0)
    log_b, prior = random.normal(0, 2, (6, 3)), random.dirichlet(np.ones(3))
    transitions = random.dirichlet(np.ones(3), 3)
    alpha, gamma, counts = np.empty_like(log_b), np.empty_like(log_b), np.empty((3, 3))
    total = em.ergodic(log_b, np.array([6]), prior, transitions, alpha, gamma, counts)
    wanted, gammas, xi = every_path(log_b, prior, transitions)
    assert total == pytest.approx(wanted, abs=1e-12)
    np.testing.assert_allclose(gamma, gammas, atol=1e-12)
    np.testing.assert_allclose(counts, xi, atol=1e-12)


def test_demonstrations_do_not_touch_each_other() -> None:
    log_b = np.random.default_rng(1).normal(0, 2, (9, 3))
    both, gamma = run_left_right(log_b, [4, 9], chain(3))
    parts = [run_left_right(log_b[:4].copy(), [4], chain(3)), run_left_right(log_b[4:].copy(), [5], chain(3))]
    assert both == pytest.approx(parts[0][0] + parts[1][0], abs=1e-12)
    np.testing.assert_array_equal(gamma, np.concatenate([parts[0][1], parts[1][1]]))


def test_densities_far_below_what_a_double_holds() -> None:
    log_b = np.full((5, 3), -5000.0)
    log_b[:, 2] = -90_000.0
    total, gamma = run_left_right(log_b, [5], chain(3))
    assert -26_000.0 < total < -25_000.0 and np.allclose(gamma.sum(1), 1.0)


def test_mixture_densities_and_shares() -> None:
    log_c = np.log(np.array([[0.2, 0.4, 0.1], [0.3, 0.1, 0.5]]))
    weights, owners = np.array([0.25, 0.75, 1.0]), np.array([0, 0, 1])
    log_b, shares = np.empty((2, 2)), np.empty((2, 3))
    em.mix(log_c, np.log(weights), owners, log_b)
    np.testing.assert_allclose(np.exp(log_b), [[0.35, 0.1], [0.15, 0.5]])
    em.share(log_c, log_b, np.array([[0.5, 0.5], [1.0, 0.0]]), owners, shares)
    np.testing.assert_allclose(shares, [[0.05 / 0.7, 0.3 / 0.7, 0.5], [0.5, 0.5, 0.0]])


def takes(full: bool, seed: int = 0) -> Takes:
    random = np.random.default_rng(seed)
    return Takes([curve("a", 3, length, random) for length in (40, 47, 55)], full)


@pytest.mark.parametrize("gaussians", [1, 3])
@pytest.mark.parametrize("dense", [False, True])
@pytest.mark.parametrize("full", [False, True])
def test_the_likelihood_never_falls(full: bool, dense: bool, gaussians: int) -> None:
    recipe = Recipe(4, gaussians, full, dense, 0.0, 1e-9, 0.0, 1.0, 5, 60, 0.0, 0)
    fit = expectation_maximisation(takes(full), recipe, lambda part: None)
    # The pseudo-counts of transitions are a prior, so the likelihood alone may fall by what they weigh.
    assert np.diff(fit.history).min() > -0.02 * (4 if dense else 1), np.diff(fit.history).min()
    assert fit.history[-1] > fit.history[0]


def test_it_stops_when_little_changes_and_not_before_the_least() -> None:
    loose = Recipe(4, 1, True, False, 0.0, 1e-9, 0.0, 1.0, 7, 60, 50.0, 0)
    assert len(expectation_maximisation(takes(True), loose, lambda part: None).history) == 7 + 1
    strict = Recipe(4, 1, True, False, 0.0, 1e-9, 0.0, 1.0, 2, 11, 0.0, 0)
    assert len(expectation_maximisation(takes(True), strict, lambda part: None).history) == 11 + 1


def test_dwell_times_are_learned() -> None:
    steps = np.repeat([0.0, 5.0, 10.0], [5, 20, 10])[:, None] + np.random.default_rng(0).normal(
        0, 0.1, (35, 1)
    )
    recipe = Recipe(3, 1, True, False, 0.0, 1e-6, 0.0, 1.0, 20, 60, 0.0, 0)
    fit = expectation_maximisation(Takes([steps, steps], True), recipe, lambda part: None)
    assert 1.0 / fit.transitions[0, 1] == pytest.approx(5, rel=0.1)
    assert 1.0 / fit.transitions[1, 2] == pytest.approx(20, rel=0.1)


def test_one_step_of_each_kind_keeps_probabilities() -> None:
    for dense in (False, True):
        recipe = Recipe(4, 2, True, dense, 0.01, 1e-3, 1.0, 0.5, 5, 60, 0.01, 0)
        data = takes(True)
        fit = begin(data, recipe)
        update(fit, data, recipe, e_step(fit, data, recipe)[1])
        np.testing.assert_allclose(fit.transitions.sum(1), 1.0)
        np.testing.assert_allclose(fit.weights.reshape(4, 2).sum(1), 1.0)
        np.testing.assert_allclose(fit.gamma.sum(1), 1.0)
        np.testing.assert_allclose(fit.shares.sum(1), 1.0)
        assert fit.prior.sum() == pytest.approx(1.0)
