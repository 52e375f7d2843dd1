"""What `past` learns from features: a forest of random trees, and a ridge regression with kernels at some places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gesturemap.frames import Values
from gesturemap.models import trees
from gesturemap.models.machine import Answer, Tell
from gesturemap.models.model import Array
from gesturemap.models.past_kernels import near_places

TREES = 60
LEAF = 5
"""Least frames of an answer; more where there are many."""
LEAVES = 400
"""Answers of one tree, about, at most."""
LOOKED_AT = 24
"""Features that each question is chosen from, at most."""
PLACES = 1000
"""Kernels at most, and..."""
WORK = 100_000
"""...products of kernels and features: what can be added up in a frame."""
FADING = 0.3
"""How fast a kernel fades, in deviations of a feature over the number of features."""
PENALTY = 1.0
"""Of the ridge: the variance of noise over that of the outputs."""
LEAST = 1e-8
"""Added to what kernels say of each other, so that it can be divided by."""


@dataclass(frozen=True, eq=False)
class Places:
    """M sums of W kernels in F features."""

    points: Values
    """(W, F)"""
    weights: Values
    """(W, M)"""
    offsets: Values
    """(M,)"""
    gamma: Values
    """(1,)"""

    def pack(self) -> dict[str, Array]:
        """Its arrays."""
        return {name: getattr(self, name) for name in ("points", "weights", "offsets", "gamma")}

    def of(self, rows: Values) -> Values:
        """(N, M) answers to many rows (N, F)."""
        return np.asarray(self.offsets + alike(rows, self.points, float(self.gamma[0])) @ self.weights)

    def start(self) -> Answer:
        """An evaluator."""
        (count, features), outputs = self.points.shape, len(self.offsets)
        wide = -(-count // 8) * 8
        points, weights = np.zeros((features, wide)), np.zeros((outputs, wide))
        points[:, :count], weights[:, :count] = self.points.T, self.weights.T
        sizes = np.array([features, wide, outputs], np.int64)
        table = np.concatenate([self.gamma, self.offsets, weights.ravel(), points.ravel()])
        work, answer = np.zeros(2 * wide), np.zeros(outputs)

        def step(x: Values) -> Values:
            near_places(sizes, table, x, work, answer)
            return answer

        return step


def places(arrays: Mapping[str, Array], features: int, outputs: int) -> Places | None:
    """The inverse of `Places.pack`; None if it does not hold together."""
    points, weights, offsets, gamma = (arrays[name] for name in ("points", "weights", "offsets", "gamma"))
    count = len(points)
    shaped = points.shape == (count, features) and weights.shape == (count, outputs) and count > 0
    if not shaped or offsets.shape != (outputs,) or gamma.shape != (1,) or gamma[0] < 0.0:
        return None
    return Places(points, weights, offsets, gamma)


def alike(rows: Values, points: Values, gamma: float) -> Values:
    """(N, W) exp(-gamma |row - point|), distances summed over features."""
    from scipy.spatial.distance import cdist  # type: ignore[import-untyped]

    return np.asarray(np.exp(-gamma * cdist(rows, points, "cityblock")))


def kernels_fitted(rows: Values, wanted: Values, most: int = PLACES) -> Places:
    """Kernels at rows (N, F) spread evenly over all, weighted to give outputs (N, M) by regularised least squares.

    Source: Rasmussen and Williams (2006), eq. 8.14.
    """
    from scipy.linalg import cho_factor, cho_solve  # type: ignore[import-untyped]

    active = max(int((np.abs(rows).max(0) > 0.0).sum()), 1)
    count = min(len(rows), most, max(WORK // rows.shape[1], 50))
    points = rows[np.linspace(0, len(rows) - 1, count).round().astype(int)]
    gamma, offsets = FADING / active, wanted.mean(0)
    among = alike(points, points, gamma)
    if count == len(rows):
        solved = cho_solve(cho_factor(among + PENALTY * np.eye(count)), wanted - offsets)
    else:
        across = alike(rows, points, gamma)
        normal = across.T @ across + PENALTY * among
        normal[np.diag_indices(count)] += LEAST * np.trace(normal) / count
        solved = cho_solve(cho_factor(normal), across.T @ (wanted - offsets))
    return Places(points, np.ascontiguousarray(solved), offsets, np.array([gamma]))


def trees_grown(
    rows: Values, wanted: Values, seed: int, tell: Tell, weights: Values | None = None, many: int = TREES
) -> trees.Forest:
    """A forest whose mean answer to features (F,) is that of frames like it: outputs, or shares of gestures."""
    from sklearn.ensemble import ExtraTreesRegressor

    features = rows.shape[1]
    grown = ExtraTreesRegressor(
        min_samples_leaf=max(1, min(max(LEAF, len(rows) // LEAVES), len(rows) // 20)),
        max_features=max(1, min(round(0.4 * features), LOOKED_AT)),
        random_state=seed, warm_start=True,
    )  # fmt: skip
    for count in range(10, many + 1, 10):
        tell(count / many)
        grown.n_estimators = count
        grown.fit(rows, wanted if wanted.shape[1] > 1 else wanted[:, 0], sample_weight=weights)
    kept = [one.tree_ for one in grown.estimators_]
    values = [tree.value[:, :, 0] / many for tree in kept]
    return trees.joined(kept, values, [-1] * many, np.zeros(wanted.shape[1]), False)
