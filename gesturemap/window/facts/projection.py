"""Demonstrations on a map: two directions in which they differ most, or in which gestures differ most. No Qt.

D demonstrations, each a vector of F numbers: its values by phase, one point after another.

Source: Jolliffe (2002), "Principal Component Analysis", ch. 1; Hastie, Tibshirani, Friedman (2009), "The Elements of
Statistical Learning", 4.3.3 (reduced-rank linear discriminant analysis: whiten within gestures, then the means' own
directions); Bian, Tao (2008), "Harmonic mean for subspace selection", ICPR (where two gestures would lie on one
another, pairs count the more the nearer to each other they come to lie).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gesturemap.frames import Values

NUMBERS = 96
"""Numbers of a vector, about."""
MOST = 96
"""Demonstrations from which directions are found, evenly taken; all of them are shown."""
KEPT = 24
"""Principal components in which gestures are told apart: more of them would tell apart anything."""
NEAR, ROUNDS = 3.0, 30
"""Standard deviations within gestures; nearer than that two gestures hide each other. So often better is sought."""
RIDGE = 0.05
"""Share of the mean variance within gestures that is added to it, so that few demonstrations do."""


@dataclass(frozen=True, eq=False)
class Projection:
    """From F numbers to two: `middle` (F,), `axes` (2, F)."""

    middle: Values
    axes: Values

    def __call__(self, vectors: Values) -> Values:
        """(..., F) vectors as (..., 2) places."""
        return np.asarray((vectors - self.middle) @ self.axes.T)


def points_of(channels: int) -> int:
    """Into how many points of phase a demonstration goes: fewer where there are many channels."""
    return int(min(24, max(4, NUMBERS // max(1, channels))))


def vectors_of(curves: Values, points: int, scale: Values) -> Values:
    """(D, N, C) curves by phase as vectors of points x C numbers each, every channel in its own scale: (D, F)."""
    count = curves.shape[1]
    at = np.linspace(0.0, count - 1.0, points)
    before = np.minimum(at.astype(int), max(0, count - 2))
    share = (at - before)[:, None]
    after = np.minimum(before + 1, count - 1)
    made = ((1.0 - share) * curves[:, before] + share * curves[:, after]) / scale
    return np.asarray(made.reshape(len(curves), -1))


def few(count: int) -> Values:
    """Which of so many demonstrations directions are found from."""
    return np.unique(np.linspace(0, count - 1, min(MOST, count)).round().astype(int))


def principal(vectors: Values, count: int = 2) -> Projection:
    """The directions of greatest variance of (D, F) vectors; where there are fewer, the rest is 0."""
    middle = vectors.mean(axis=0)
    moved = vectors - middle
    found = np.zeros((count, vectors.shape[1]))
    tall = len(vectors) > vectors.shape[1]
    sizes, ways = np.linalg.eigh(moved.T @ moved if tall else moved @ moved.T)  # the smaller of both
    sizes, ways = sizes[::-1][:count], ways[:, ::-1][:, :count]
    some = int((sizes > 1e-12 * max(1e-18, float(sizes.max(initial=0.0)))).sum())
    axes = ways.T[:some] if tall else (moved.T @ ways[:, :some] / np.sqrt(sizes[:some])).T
    found[:some] = _signed(axes) if some else axes
    return Projection(middle, found)


def discriminant(vectors: Values, labels: Sequence[str]) -> Projection:
    """The two directions that tell gestures apart best; two gestures have one, across which the greatest variance lies.

    With fewer than two gestures, or none that was shown twice, it is `principal`.
    """
    names = list(dict.fromkeys(labels))
    owner = np.array([names.index(label) for label in labels])
    few_of_each = len(names) < 2 or len(vectors) <= len(names)
    if few_of_each:
        return principal(vectors)
    base = principal(vectors, min(KEPT, len(vectors) - 1, vectors.shape[1]))
    places = base(vectors)
    means = np.array([places[owner == k].mean(axis=0) for k in range(len(names))])
    inner = places - means[owner]
    within = inner.T @ inner / max(1, len(places) - len(names))
    within += RIDGE * max(1e-12, float(np.trace(within)) / len(within)) * np.eye(len(within))
    sizes, turned = np.linalg.eigh(within)
    white = turned / np.sqrt(sizes)
    counts = np.bincount(owner)[:, None]
    between = np.sqrt(counts) * ((means - places.mean(axis=0)) @ white)
    _, strong, ways = np.linalg.svd(between, full_matrices=False)
    chosen = ways[:2][strong[:2] > 1e-9 * strong[0]]
    kept = [white @ way for way in _unhidden(means @ white, chosen)]
    if not kept:
        return principal(vectors)
    if len(kept) < 2:
        first = kept[0] / max(1e-12, float(np.linalg.norm(kept[0])))
        rest = places - np.outer(places @ first, first)
        second = principal(rest, 1).axes[0]
        kept.append(second * float(np.sqrt(1.0 / max(1e-12, second @ within @ second))))
    return Projection(base.middle, _signed(np.array(kept) @ base.axes))


def _unhidden(means: Values, ways: Values) -> Values:
    """Two directions, (2, W), in which no gesture hides another one, if there are such: these, or better ones.

    Parameters
    ----------
    means : (K, W) of the gestures, whitened.
    """
    first, second = np.triu_indices(len(means), 1)
    pairs = means[first] - means[second]
    best, widest = ways, 0.0
    for _ in range(ROUNDS):
        apart = np.linalg.norm(pairs @ ways.T, axis=1)
        if apart.min() > widest:
            best, widest = ways, float(apart.min())
        if widest >= NEAR or len(ways) < 2:
            break
        weighted = pairs / (apart[:, None] ** 2 + 0.1 * NEAR)
        ways = np.linalg.svd(weighted, full_matrices=False)[2][:2]
    return best


def _signed(axes: Values) -> Values:
    """The same directions, each with its largest number above 0, so that a map does not flip."""
    largest = np.take_along_axis(axes, np.abs(axes).argmax(axis=1)[:, None], axis=1)
    return np.asarray(axes * np.where(largest < 0.0, -1.0, 1.0))
