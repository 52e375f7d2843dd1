"""Where "none of these" begins: what a gesture's own demonstrations reach when the model has not seen them.

Two things are compared with it, each a mean per frame over a window: the class-conditional log-likelihood,
which is low for what is far from the gesture, and how much of it is due to the order of the states, which
is low for what is near but moves otherwise. Never the normalised posterior, which is high for the best of
several bad explanations.
"""

from __future__ import annotations

import numpy as np

from gesturemap.frames import Values
from gesturemap.models import em, gaussian, recursion
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


def left_out(
    fit: Fit, takes: Takes, recipe: Recipe, channels: int, table: Values, leak: float, evidence: float, hide: Hide
) -> list[Values]:  # fmt: skip
    """What `recursion.alone_takes` says (T, 2) of each demonstration, left out where there are two or more.

    It is left out, in at most `FOLDS` groups, by taking their sums from those of all: one M-step, not a new fit.
    """
    parts = [slice(a, b) for a, b in zip(takes.starts.tolist(), takes.ends.tolist(), strict=True)]
    folds = [parts] if len(parts) == 1 else [parts[i::FOLDS] for i in range(min(FOLDS, len(parts)))]
    sums = [np.sum([takes.expansion.sums(fit.shares, part) for part in fold], axis=0) for fold in folds]
    total = np.sum(sums, axis=0)
    result = []
    for fold, own in zip(folds, sums, strict=True):
        means, covariances = fit.means, fit.covariances
        if len(folds) > 1:
            rest = total - own
            rest = np.where(rest[:, -1:] > 1e-6, rest, total)
            means, covariances = m_step(rest, takes, recipe, (means, covariances), len(parts) - len(fold))
            means, covariances = hide(means, covariances)
        seen = covariances[:, :channels, :channels] if recipe.full else covariances[:, :channels]
        columns = gaussian.coefficients(means[:, :channels], np.ascontiguousarray(seen))
        frames = np.concatenate([takes.frames[part, :channels] for part in fold])
        log_b = gaussian.Expansion(frames, recipe.full).times(columns)
        if recipe.gaussians > 1:
            log_c, owners = log_b, np.repeat(np.arange(recipe.states), recipe.gaussians)
            log_b = np.empty((len(log_c), recipe.states))
            em.mix(log_c, np.log(np.maximum(fit.weights, 1e-300)), owners, log_b)
        out = np.empty((len(log_b), 2))
        ends = np.cumsum([part.stop - part.start for part in fold])
        recursion.alone_takes(log_b, ends, table, recipe.dense, leak, evidence, out)
        result += np.split(out, ends[:-1])
    return result


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
