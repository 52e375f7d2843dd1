"""Where "none of these" begins: what a gesture's own demonstrations reach when the model has not seen them.

The follower compares the windowed class-conditional log-likelihood per frame with the level found here, never the
normalised posterior, which is high for the best of several bad explanations.
"""

from __future__ import annotations

import numpy as np

from gesturemap.frames import Values
from gesturemap.models import em, forward, gaussian
from gesturemap.models.training import Fit, Recipe, Takes, m_step

LOW = 0.1
"""The share of a left-out demonstration's frames that may lie below the level."""
MARGIN = 0.5
"""How far below that level the edge lies, in units of the expected deviation of a window's mean."""
TOP = 3.0
"""The logit of `fit` at the median of the demonstrations."""


def levels(fit: Fit, takes: Takes, recipe: Recipe, channels: int, table: Values, leak: float) -> list[Values]:
    """Log-likelihood of every frame of each demonstration, under a model fitted without it where there are two.

    Left out by taking its own sums from those of all: one M-step, not a new fit.
    """
    parts = [slice(a, b) for a, b in zip(takes.starts.tolist(), takes.ends.tolist(), strict=True)]
    several = len(parts) > 1
    sums = [takes.expansion.sums(fit.shares, part) for part in parts] if several else []
    total = np.sum(sums, axis=0) if several else None
    result = []
    for index, part in enumerate(parts):
        means, covariances = fit.means, fit.covariances
        if total is not None:
            rest = np.maximum(total[:, -1:] - sums[index][:, -1:], 0.0)
            kept = np.where(rest > 1e-6, total - sums[index], total)
            means, covariances = m_step(kept, takes, recipe, (means, covariances), len(parts) - 1)
        seen = covariances[:, :channels, :channels] if recipe.full else covariances[:, :channels]
        frames = takes.frames[part, :channels]
        log_b = gaussian.log_density(frames, means[:, :channels], np.ascontiguousarray(seen))
        if recipe.gaussians > 1:
            log_c, owners = log_b, np.repeat(np.arange(recipe.states), recipe.gaussians)
            log_b = np.empty((len(frames), recipe.states))
            em.mix(log_c, np.log(np.maximum(fit.weights, 1e-300)), owners, log_b)
        out = np.empty(len(frames))
        ends = np.array([len(frames)])
        forward.alone_takes(log_b, ends, table, recipe.dense, leak, out)
        result.append(out)
    return result


def averaged(values: Values, window: int) -> Values:
    """Means of the last `window` values, of as many as there are at the start."""
    sums = np.cumsum(np.append(0.0, values))
    ends = np.arange(1, len(values) + 1)
    begins = np.maximum(ends - window, 0)
    return (sums[ends] - sums[begins]) / (ends - begins)


def edge_and_gain(likelihoods: list[Values], window: int, channels: int) -> tuple[float, float]:
    """The windowed log-likelihood per frame at which `fit` is 0.5, and the slope there."""
    smoothed = [averaged(values, window)[min(window, len(values)) - 1 :] for values in likelihoods]
    joined = np.concatenate(smoothed)
    middle, low = np.quantile(joined, [0.5, LOW])
    lowest = min(float(values.mean()) for values in likelihoods)
    edge = min(float(low), lowest) - MARGIN * channels
    return edge, TOP / max(float(middle) - edge, 1e-3)
