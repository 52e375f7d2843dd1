"""Fits one gesture: equal slices of its demonstrations, then EM until it no longer changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gesturemap.frames import Values
from gesturemap.models import em, gaussian

PSEUDO = 0.1
"""Transitions believed in before any was seen, per demonstration: keeps every arc possible."""
BEFORE = 0.05
"""Probability per frame that a gesture still in its first state is given up for another: it has hardly begun."""


@dataclass(frozen=True)
class Recipe:
    """What of a learner's settings matters while fitting one gesture."""

    states: int
    gaussians: int
    full: bool
    dense: bool
    relative: float
    absolute: float
    shrinkage: float
    deviation: float
    least: int
    most: int
    percent: float
    seed: int


@dataclass(eq=False)
class Fit:
    """The numbers of one gesture while EM changes them; see `gesture.GestureModel`."""

    means: Values
    covariances: Values
    weights: Values
    prior: Values
    transitions: Values
    gamma: Values
    """(T, S) state probabilities of the last pass."""
    shares: Values
    """(T, J) component responsibilities of the last pass."""
    history: list[float]
    remarks: tuple[str, ...] = ()
    """What a person should know about it."""


class Takes:
    """The scaled demonstrations (T, D) of one gesture, one after another, ready for EM."""

    def __init__(self, takes: list[Values], full: bool) -> None:
        self.frames = np.ascontiguousarray(np.concatenate(takes))
        self.ends = np.cumsum([len(take) for take in takes]).astype(np.int64)
        self.starts = np.append(0, self.ends[:-1])
        self.lengths = self.ends - self.starts
        self.expansion = gaussian.Expansion(self.frames, full)
        self.variance = self.frames.var(0)

    def slices(self, parts: int) -> NDArray[np.int64]:
        """(T,) which of `parts` equal slices of its demonstration each frame lies in."""
        return np.concatenate([np.arange(length) * parts // length for length in self.lengths])


def m_step(
    sums: Values, takes: Takes, recipe: Recipe, old: tuple[Values, Values] | None, count: int
) -> tuple[Values, Values]:
    """Means and regularised covariances from weighted sums (J, F) over `count` demonstrations."""
    channels = takes.frames.shape[1]
    counts, means, scatter = gaussian.moments(sums, channels, recipe.full)
    empty = counts < 1e-6
    if empty.any():
        share = counts / counts.sum()
        scatter[empty] = np.tensordot(share, scatter, 1)
        means[empty] = old[0][empty] if old is not None else share @ means
    scatter = gaussian.shrunk(scatter, counts, count, recipe.shrinkage, recipe.deviation)
    return means, gaussian.regularised(scatter, takes.variance, recipe.relative, recipe.absolute)


def one_hot(owners: NDArray[np.int64], parts: int) -> Values:
    """(T, parts) with a 1 where a frame belongs."""
    result = np.zeros((len(owners), parts))
    result[np.arange(len(owners)), owners] = 1.0
    return result


def nearest(frames: Values, centres: Values, rounds: int = 20) -> tuple[NDArray[np.int64], float]:
    """Lloyd's k-means from `centres` (J, D): owner of each frame and the summed squared distance."""
    squares = np.einsum("td,td->t", frames, frames)
    owners = np.zeros(len(frames), np.int64)
    inertia = np.inf
    for _ in range(rounds):
        distances = (centres**2).sum(1) - 2.0 * frames @ centres.T
        owners = distances.argmin(1)
        found = float((distances[np.arange(len(frames)), owners] + squares).sum())
        if found >= inertia * (1.0 - 1e-9):
            break
        inertia = found
        members = one_hot(owners, len(centres))
        counts = members.sum(0)
        kept = counts > 0
        centres = np.where(kept[:, None], members.T @ frames / np.maximum(counts, 1.0)[:, None], centres)
    return owners, inertia


def clusters(frames: Values, slices: NDArray[np.int64], parts: int, seed: int) -> NDArray[np.int64]:
    """Owner of each frame among `parts` clusters: the better of k-means from time slices and from seeded frames.

    Source of the seeding: Arthur and Vassilvitskii (2007), k-means++.
    """
    members = one_hot(slices, parts)
    centres = members.T @ frames / np.maximum(members.sum(0), 1.0)[:, None]
    owners, inertia = nearest(frames, centres)
    random = np.random.default_rng(seed)
    chosen = [frames[random.integers(len(frames))]]
    for _ in range(parts - 1):
        distance = np.min([((frames - centre) ** 2).sum(1) for centre in chosen], axis=0)
        total = distance.sum()
        if total <= 0.0:
            return owners
        chosen.append(frames[random.choice(len(frames), p=distance / total)])
    others, other_inertia = nearest(frames, np.array(chosen))
    return others if other_inertia < inertia * (1.0 - 1e-6) else owners


def in_order(leave: Values) -> Values:
    """(S, S) transitions of states passed in order, from the probabilities of leaving all but the last (S - 1,)."""
    states = len(leave) + 1
    transitions = np.zeros((states, states))
    flat = transitions.ravel()
    flat[:: states + 1][:-1] = 1.0 - leave
    flat[1 :: states + 1] = leave
    flat[-1] = 1.0
    return transitions


def begin(takes: Takes, recipe: Recipe) -> Fit:
    """The start: states are equal time slices, their Gaussians clusters within them; dwell times as sliced."""
    states, each = recipe.states, recipe.gaussians
    owners = takes.slices(states)
    components = owners * each
    if each > 1:
        within = takes.slices(states * each) % each
        for s in range(states):
            here = np.flatnonzero(owners == s)
            components[here] += clusters(takes.frames[here], within[here], each, recipe.seed + s)
    shares = one_hot(components, states * each)
    means, covariances = m_step(takes.expansion.sums(shares), takes, recipe, None, len(takes.ends))
    stay = 1.0 - states / max(float(takes.lengths.mean()), states + 1.0)
    if recipe.dense:
        prior = np.full(states, 1.0 / states)
        transitions = np.full((states, states), (1.0 - stay) / states)
        transitions[np.diag_indices(states)] += stay
    else:
        prior = np.eye(1, states)[0]
        transitions = in_order(np.full(states - 1, 1.0 - stay))
    counts = shares.sum(0).reshape(states, each) + 1e-3
    weights = (counts / counts.sum(1, keepdims=True)).ravel()
    gamma = one_hot(owners, states)
    return Fit(means, covariances, weights, prior, transitions, gamma, shares, [])


def e_step(fit: Fit, takes: Takes, recipe: Recipe) -> tuple[float, Values]:
    """State and component probabilities into `fit`; the log-likelihood and, when ergodic, expected transitions."""
    log_c = takes.expansion.times(gaussian.coefficients(fit.means, fit.covariances))
    states = recipe.states
    log_b = log_c
    if recipe.gaussians > 1:
        owners = np.repeat(np.arange(states), recipe.gaussians)
        log_b = np.empty((len(log_c), states))
        em.mix(log_c, np.log(np.maximum(fit.weights, 1e-300)), owners, log_b)
    alpha, fit.gamma = np.empty_like(log_b), np.empty_like(log_b)
    counts = np.zeros((states, states) if recipe.dense else (0, 0))
    if recipe.dense:
        total = em.ergodic(log_b, takes.ends, fit.prior, fit.transitions, alpha, fit.gamma, counts)
    else:
        stay, leave = fit.transitions.diagonal().copy(), np.zeros(states)
        leave[:-1] = fit.transitions.diagonal(1)
        top, density = np.empty(len(log_b)), np.empty_like(log_b)
        em.relative(log_b, top, density)
        np.exp(density, out=density)
        total = em.left_right(log_b, top, density, takes.ends, stay, leave, alpha, fit.gamma)
    fit.shares = fit.gamma
    if recipe.gaussians > 1:
        fit.shares = np.empty_like(log_c)
        em.share(log_c, log_b, fit.gamma, owners, fit.shares)
    return float(total), counts


def update(fit: Fit, takes: Takes, recipe: Recipe, counts: Values) -> None:
    """The M-step of everything. Source: Rabiner (1989), eqs. 40, 52-54."""
    states, demonstrations = recipe.states, len(takes.ends)
    sums = takes.expansion.sums(fit.shares)
    fit.means, fit.covariances = m_step(sums, takes, recipe, (fit.means, fit.covariances), demonstrations)
    mass = sums[:, -1].reshape(states, recipe.gaussians)
    visits = mass.sum(1)
    if recipe.gaussians > 1:
        mass = mass + 1e-6
        fit.weights = (mass / mass.sum(1, keepdims=True)).ravel()
    if states == 1:
        return
    if recipe.dense:
        counts = counts + PSEUDO / states
        fit.transitions = counts / counts.sum(1, keepdims=True)
        first = fit.gamma[takes.starts].sum(0) + PSEUDO / states
        fit.prior = first / first.sum()
        return
    # The expected number of times a state was left is the probability of ending beyond it.
    last = fit.gamma[takes.ends - 1].sum(0)
    ended = last.cumsum()
    left = np.maximum(ended[-1] - ended[:-1], 0.0)
    stayed = np.maximum(visits[:-1] - last[:-1] - left, 0.0)
    leave = (left + PSEUDO) / (left + stayed + 2.0 * PSEUDO)
    fit.transitions = in_order(leave)


def expectation_maximisation(takes: Takes, recipe: Recipe, tell: Callable[[float], None]) -> Fit:
    """Fit until the log-likelihood changes by less than `percent` % (at least `least`, at most `most` rounds)."""
    fit = begin(takes, recipe)
    for index in range(recipe.most):
        tell(index / recipe.most)
        total, counts = e_step(fit, takes, recipe)
        fit.history.append(total)
        update(fit, takes, recipe, counts)
        if index + 1 >= max(recipe.least, 2):
            change = 100.0 * abs(total - fit.history[-2]) / max(abs(total), len(takes.frames))
            if change <= recipe.percent:
                break
    total, _ = e_step(fit, takes, recipe)
    fit.history.append(total)
    return fit


def timing(fitted: Fit, takes: Takes, recipe: Recipe) -> tuple[Values, Values]:
    """Exit probabilities (S,) and positions in time (S,), the first 0 and the last 1.

    An end may be held for as long as the gesture lasts, however closely demonstrations were cut there.
    """
    mass = np.maximum(fitted.gamma.sum(0), 1e-9)
    exits = np.full(recipe.states, np.clip(len(takes.ends) / len(takes.frames), 1e-4, 0.5))
    if not recipe.dense:
        exits[:-1] = 0.0
        exits[0] = max(exits[0], BEFORE)
    ages = np.concatenate([np.arange(n) / max(n - 1, 1) for n in takes.lengths])
    positions = ages @ fitted.gamma / mass
    if recipe.states > 1 and positions[-1] > positions[0] and not recipe.dense:
        positions = (positions - positions[0]) / (positions[-1] - positions[0])
    return exits, np.clip(positions, 0.0, 1.0) if recipe.states > 1 else np.zeros(1)
