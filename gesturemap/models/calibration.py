"""What a gesture's demonstrations say of one that the model has not seen: how much a frame of it may count, and where
"none of these" begins.

With the latter two things are compared, each a mean per frame over a window: the class-conditional log-likelihood,
which is low for what is far from the gesture, and how much of it is due to the order of the states, which
is low for what is near but moves otherwise. Never the normalised posterior, which is high for the best of
several bad explanations.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gesturemap.frames import Values
from gesturemap.models import em, gaussian, recursion
from gesturemap.models.gesture import GestureModel
from gesturemap.models.marginal import Hide
from gesturemap.models.training import Fit, Recipe, Takes, m_step

FOLDS = 4
"""Into so many groups are the demonstrations divided at most, and left out group by group."""
LOW = 0.1
"""The share of the frames of left-out demonstrations that may lie below their level."""
SLACK = 0.5
"""How far below it the edge of the order lies, in distances from level to median."""
SHARE = 0.35
"""That edge is at most this part of the median: three repetitions do not show how different a fourth may be."""
MARGIN = 0.5
"""How far below it the edge of the log-likelihood lies, in nats per channel; twice that for one demonstration."""
TOP = 3.0
"""The logit of `fit` at the median of the demonstrations."""
ROUNDING = 1e-9
"""What is alike in any order lies exactly on that edge: rounding must not put it below."""
NEVER = -1e6
"""An edge that everything reaches."""
STRETCHES = 5
"""A demonstration is divided into so many to see how far its frames repeat each other."""
USUAL = 0.2
"""Evidence of a frame where each gesture was shown once."""
LEAST, MOST = 0.01, 0.7
"""Evidence of a frame; even white noise lies on means that do not follow a movement within a state."""
STEPS = 2.0
"""Evidences are so many to the octave: one more demonstration seldom changes which."""
LOOSER: tuple[dict[str, Any], ...] = ({}, {"shrinkage": 0.0, "relative": 0.0, "absolute": 1e-9})
"""How outputs are regressed: as regularised as the movement, or hardly; whichever errs less of what is left out."""


class Unseen(NamedTuple):
    """Demonstrations (T frames in all) as seen by a model fitted to the others, or to the only one."""

    log_b: Values
    """(T, S) log-densities."""
    ends: NDArray[np.int64]
    """Where each ends."""


class LeftOut(NamedTuple):
    """What the demonstrations of one gesture say, each left out where there are two or more."""

    unseen: list[Unseen]
    repetition: float
    """How far frames repeat each other: the mean of `repetition`; 0 for one demonstration."""
    regression: tuple[Values, Values, Values]
    """Offsets (J, M), slopes (J, M, C) and variances (J, M) about them, of the outputs in each component."""


def left_out(fit: Fit, takes: Takes, recipe: Recipe, channels: int, hide: Hide) -> LeftOut:
    """Leave demonstrations out, in at most `FOLDS` groups, by taking their sums from those of all.

    That is one M-step, not a new fit.
    """
    parts = [slice(a, b) for a, b in zip(takes.starts.tolist(), takes.ends.tolist(), strict=True)]
    folds = [parts] if len(parts) == 1 else [parts[i::FOLDS] for i in range(min(FOLDS, len(parts)))]
    sums = [np.sum([takes.expansion.sums(fit.shares, part) for part in fold], axis=0) for fold in folds]
    total = np.sum(sums, axis=0)
    result, repeated = [], []
    regressed = takes.frames.shape[1] > channels and len(folds) > 1
    shape = len(fit.means), takes.frames.shape[1] - channels
    squares, counts = np.zeros((len(LOOSER), *shape)), np.zeros((len(fit.means), 1))
    for fold, own in zip(folds, sums, strict=True):
        means, covariances = fit.means, fit.covariances
        if len(folds) > 1:
            rest = total - own
            rest = np.where(rest[:, -1:] > 1e-6, rest, total)
            means, covariances = hide(
                *m_step(rest, takes, recipe, (means, covariances), len(parts) - len(fold))
            )
        frames = np.concatenate([takes.frames[part] for part in fold])
        shares = np.concatenate([fit.shares[part] for part in fold])
        if regressed:
            for i, looser in enumerate(LOOSER):
                offsets, slopes, _ = regression(
                    rest, fit, takes, replace(recipe, **looser), len(parts) - len(fold), channels, hide
                )
                squares[i] += gaussian.residuals(frames, offsets, slopes, shares)
            counts += shares.sum(0)[:, None]
        frames, means, seen = frames[:, :channels], means[:, :channels], covariances[:, :channels]
        seen = np.ascontiguousarray(seen[:, :, :channels] if recipe.full else seen)
        log_b = gaussian.Expansion(frames, recipe.full).times(gaussian.coefficients(means, seen))
        if recipe.gaussians > 1:
            log_c, owners = log_b, np.repeat(np.arange(recipe.states), recipe.gaussians)
            log_b = np.empty((len(log_c), recipe.states))
            em.mix(log_c, np.log(np.maximum(fit.weights, 1e-300)), owners, log_b)
        ends = np.cumsum([part.stop - part.start for part in fold])
        result.append(Unseen(log_b, ends))
        if len(folds) > 1:
            off = gaussian.whitened(frames, means, seen, shares)
            repeated += [repetition(one) for one in np.split(off, ends[:-1])]
    chosen = gaussian.condition(fit.means, fit.covariances, channels)
    if regressed:
        best = int(squares.sum((1, 2)).argmin())
        offsets, slopes, _ = regression(
            total, fit, takes, replace(recipe, **LOOSER[best]), len(parts), channels, hide
        )
        left = squares[best]  # a component of few frames has the variance that all have
        chosen = offsets, slopes, (left + left.sum(0) / counts.sum(0)) / (counts + 1.0)
    return LeftOut(result, float(np.mean(repeated)) if repeated else 0.0, chosen)


def regression(
    sums: Values, fit: Fit, takes: Takes, recipe: Recipe, count: int, channels: int, hide: Hide
) -> tuple[Values, Values, Values]:
    """Offsets, slopes and variances (`gaussian.condition`) from weighted sums (J, F) over `count` demonstrations."""
    found = m_step(sums, takes, recipe, (fit.means, fit.covariances), count)
    return gaussian.condition(*hide(*found), channels)


def repetition(off: Values) -> float:
    """How much more the frames of a stretch are off together than one frame is expected to be: 1 if independent.

    off (T, C) from the model, in its deviations. The variance of a stretch's sum, divided by its frames.
    """
    length = max(round(len(off) / STRETCHES), 1)
    sums = off[: len(off) // length * length].reshape(-1, length, off.shape[1]).sum(1)
    return float((sums**2).mean() / length)


def evidence(repetitions: Sequence[float]) -> float:
    """How much of the log-likelihood of one frame counts, from those of all gestures (0: not known).

    A log-likelihood whose score varies r times as much as it says is worth 1 / r of itself. Source: Pauli, Racugno and
    Ventura (2011), "Bayesian composite marginal likelihoods" (magnitude adjustment). The nearest of few values.
    """
    known = [one for one in repetitions if one > 0.0]
    if not known:
        return USUAL
    exact = min(max(1.0 / float(np.mean(known)), LEAST), MOST)
    return float(2.0 ** (round(math.log2(exact) * STEPS) / STEPS))


def heard(unseen: Sequence[Unseen], table: Values, dense: bool, leak: float, evidence: float) -> list[Values]:
    """What `recursion.alone_takes` says (T, 2) of each demonstration."""
    result = []
    for log_b, ends in unseen:
        out = np.empty((len(log_b), 2))
        recursion.alone_takes(log_b, ends, table, dense, leak, evidence, out)
        result += np.split(out, ends[:-1])
    return result


def calibrated(
    gesture: GestureModel, unseen: Sequence[Unseen], channels: int, dense: bool, leak: float, evidence: float
) -> GestureModel:
    """The gesture with what places "none of these"."""
    rows, jumps = gesture.moves(dense, leak)
    series = heard(unseen, np.concatenate([rows.ravel(), jumps]), dense, leak, evidence)
    edges, gains = edges_and_gains(series, gesture.window, channels, gesture.states)
    return replace(gesture, edges=edges, gains=gains)


def averaged(values: Values, window: int) -> Values:
    """Means of the last `window` rows, of as many as there are at the start."""
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    ends = np.arange(1, len(values) + 1)
    begins = np.maximum(ends - window, 0)
    return np.asarray((sums[ends] - sums[begins]) / (ends - begins)[:, None])


def edges_and_gains(series: list[Values], window: int, channels: int, states: int) -> tuple[Values, Values]:
    """Where `fit` is 0.5 for log-likelihood and order, and how fast it changes there.

    Only the second half of each demonstration counts: that is where a gesture is decided, and by then the
    window is full. One demonstration, which cannot be left out, is met more loosely.
    """
    smoothed = np.concatenate([averaged(one, window)[len(one) // 2 :] for one in series])
    middle, low = np.quantile(smoothed, [0.5, LOW], axis=0)
    alone = len(series) == 1
    near = low[0] - MARGIN * channels * (2.0 if alone else 1.0)
    slack = 1.0 if alone else SLACK
    ordered = min(low[1] - slack * (middle[1] - low[1]), SHARE * middle[1])
    edges = np.array([near, ordered - ROUNDING if states > 1 else NEVER])
    return edges, TOP / np.maximum(middle - edges, 1e-2)
