"""The spotter's kernels against brute force: every path of tiny chains, and the formula of the background."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import norm

from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.frames import Frame, Spec, Values
from gesturemap.models import spotting_fit, spotting_kernels
from gesturemap.models.spotting import Spotter
from gesturemap.models.spotting_fit import Chains

RNG = np.random.default_rng(3)


def small(lengths: tuple[int, ...] = (3, 4), channels: int = 2) -> Chains:
    count = sum(lengths)
    return Chains(
        1, np.zeros(channels), np.ones(channels), np.array([0.8, 0.5, 1.3])[:channels],
        RNG.normal(size=(count, channels)),
        np.array(lengths, np.int64), np.arange(len(lengths), dtype=np.int64),
        np.zeros(channels), np.array([[-1e9], [1e9]]) * np.ones(channels),
        np.ones(len(lengths)),
    )  # fmt: skip


def densities(chains: Chains, frames: Values) -> Values:
    """(T, J) by scipy."""
    return norm.logpdf(frames[:, None], chains.states[None], chains.deviations).sum(2)


def background(chains: Chains, frames: Values, without: int = -1) -> Values:
    """(T,) log-likelihood of each frame given those before, in plain numpy."""
    log_b = densities(chains, frames)
    inside = np.repeat(np.arange(len(chains.lengths)) != without, chains.lengths)
    weights, found = np.full(inside.sum(), 1.0 / inside.sum()), []
    for row in log_b[:, inside]:
        joint = np.log(0.5 * weights + 0.5 / inside.sum()) + row
        found.append(logsumexp(joint))
        weights = np.exp(joint - found[-1])
    return np.array(found)


@pytest.mark.parametrize("without", [-1, 0, 1])
def test_the_background_is_the_normaliser_of_its_formula(without: int) -> None:
    chains, frames = small(), RNG.normal(size=(12, 2))
    state, _ = chains.room()
    entry, count = chains.entry(without), len(chains.states)
    state[spotting_kernels.WEIGHTS * count : (spotting_kernels.WEIGHTS + 1) * count] = 2.0 * entry
    whitened = frames / chains.deviations
    wanted, log_b = background(chains, frames, without), densities(chains, frames)
    for t, row in enumerate(whitened):
        found = spotting_kernels.background(row, chains.means, entry, chains.offset, state)
        assert found == pytest.approx(wanted[t], abs=1e-9)
        relative = state[spotting_kernels.LOG_B * count : (spotting_kernels.LOG_B + 1) * count]
        assert relative == pytest.approx(log_b[t] - wanted[t], abs=1e-9)


def best_paths(ratios: Values, warp: float) -> tuple[Values, Values]:
    """(T,) the best score of a path that ends in the last state at t, and the frame it began in, by enumeration."""
    frames, states = ratios.shape
    best, begun = np.full(frames, -math.inf), np.zeros(frames, int)
    for end, start in itertools.product(range(frames), repeat=2):
        lasts = end - start + 1
        if start > end or not 0.5 * states <= lasts <= 2.0 * states:
            continue
        for first in (0, 1):
            for moves in itertools.product((0, 1, 2), repeat=lasts - 1):
                path = np.cumsum((first, *moves))
                if path[-1] != states - 1:
                    continue
                score = ratios[np.arange(start, end + 1), path].sum()
                score -= warp * (first + sum(move != 1 for move in moves))
                if score > best[end] + 1e-12:
                    best[end], begun[end] = score, start
    return best, begun


def unlike(frames: Values, demonstration: Values) -> float:
    """What it costs that the mean of the frames is not that of a demonstration, and that less moves; both whitened."""
    off = frames.mean(0) - demonstration.mean(0)
    tremor = spotting_kernels.TREMOR
    shown = demonstration.var(0) + tremor
    enough = np.minimum(spotting_kernels.SMALLER * (frames.var(0) + tremor) / shown, 1.0)
    small = -spotting_kernels.SMALL * math.log(float((shown * enough).sum() / shown.sum()))
    return spotting_kernels.APART * len(off) * math.sqrt(float((off**2).mean())) + small


def test_the_follower_finds_the_best_path_of_all() -> None:
    """Of all that end at a frame the Viterbi path may be too short or long; then no path is told, never a wrong one."""
    chains = small((3, 4))
    frames = np.concatenate(
        [RNG.normal(size=(4, 2)), chains.states[3:], chains.states[:3], RNG.normal(size=(2, 2))]
    )
    penalty = 0.7
    scores, starts = chains.follow(frames, penalty)
    ratios = densities(chains, frames) - background(chains, frames)[:, None]
    told = 0
    for q, (a, b) in enumerate(((0, 3), (3, 7))):
        wanted, begun = best_paths(ratios[:, a:b], chains.warp(penalty))
        for t in range(len(frames)):
            if scores[t, q] > 0.5 * spotting_kernels.NEVER:
                cost = unlike(
                    frames[begun[t] : t + 1] / chains.deviations, chains.states[a:b] / chains.deviations
                )
                assert scores[t, q] == pytest.approx(wanted[t] / (b - a) - cost, abs=1e-9)
                assert starts[t, q] == begun[t]
                told += 1
    assert told > len(frames)


@pytest.mark.parametrize("size", [1.0, 100.0])
def test_what_is_unlike_over_any_of_the_last_frames_is_theirs_however_long_it_runs(size: float) -> None:
    chains = small()
    ring, frames = chains.ring(), RNG.normal(50.0, 9.0, (1000, 2))
    shown = RNG.normal(3.0, size, (30, 2))
    middle = np.concatenate(
        [shown.mean(0), spotting_kernels.SMALLER / (shown.var(0) + spotting_kernels.TREMOR)]
    )
    for now, row in enumerate(frames):
        spotting_kernels.remember(ring, now, now / 20.0, -2.0, row)
        for lasts in range(1, min(now + 1, ring.shape[1] - 2) + 1):
            found = spotting_kernels.unlike(ring, now - lasts + 1, now, middle)
            assert found == pytest.approx(unlike(frames[now - lasts + 1 : now + 1], shown), rel=1e-6)
    assert np.abs(ring[spotting_kernels.LIKELIHOOD :]).max() < 2.0 * ring.shape[1] * 9000.0, "no sum grows"


@pytest.mark.parametrize("change", ["on", "off"])
def test_live_it_is_the_same_as_over_a_recording(change: str) -> None:
    spec = Spec.of("x", "y", rate=50.0)
    shown = [
        Demonstration(f"{label}{i}", label, spec, np.arange(60) / 50.0, np.cumsum(RNG.normal(size=(60, 2)), 0))
        for label in "ab" for i in range(2)
    ]  # fmt: skip
    model = Spotter(states=30, change=change).fit(TrainingSet(tuple(shown)))
    assert model.chains.states.shape[1] == (4 if change == "on" else 2)
    values = np.cumsum(RNG.normal(size=(400, 2)), axis=0)
    follower = model.start()
    live = []
    for i, row in enumerate(values):
        follower.step(Frame(i / 50.0, row))
        if (i + 1) % model.chains.hop == 0:
            live.append(follower.scores.copy())
    whole, _ = model.chains.follow(model.chains.scaled(values), model.learner.warp_penalty)
    np.testing.assert_allclose(np.array(live), whole, rtol=1e-9, atol=1e-9)


def test_a_gain_multiplies_the_scores_of_its_demonstration() -> None:
    chains, frames = small(), RNG.normal(size=(40, 2))
    scores, starts = chains.follow(frames, 1.0)
    louder, same = replace(chains, gains=np.array([0.25, 4.0])).follow(frames, 1.0)
    reached = scores > spotting_kernels.NEVER
    np.testing.assert_allclose(louder[reached], (scores * [0.25, 4.0])[reached], rtol=1e-12)
    assert (same == starts).all()


def test_alignment_costs_what_dynamic_programming_says() -> None:
    one, other = RNG.normal(size=(5, 2)), RNG.normal(size=(6, 2))
    costs, apart = np.empty((8, 8)), np.zeros(2)
    cells = spotting_kernels.aligned(one, other, costs, apart)

    def least(i: int, j: int) -> float:
        here = float(((one[i] - other[j]) ** 2).sum())
        if i == 0 and j == 0:
            return here
        before = [least(a, b) for a, b in ((i - 1, j - 1), (i - 1, j), (i, j - 1)) if a >= 0 and b >= 0]
        return here + min(before)

    assert apart.sum() == pytest.approx(least(4, 5))
    assert 6 <= cells <= 10


def test_decimation_takes_means_and_leaves_one_frame_of_little() -> None:
    values = np.arange(14.0).reshape(7, 2)
    np.testing.assert_allclose(spotting_fit.decimated(values, 3), [[2.0, 3.0], [8.0, 9.0]])
    np.testing.assert_allclose(spotting_fit.decimated(values[:2], 3), [[1.0, 2.0]])
    assert spotting_fit.every([121, 121], 32) == 4
    assert spotting_fit.every([8, 300, 300], 32) == 1
