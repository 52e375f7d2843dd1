"""Gaussians that say nothing of some channels: exact marginals that keep their place in the vocabulary.

The marginal of a Gaussian is itself without some rows and columns. Here they are kept, as an independent Gaussian, the
background, that is the same for whoever is compared: so a density of fewer channels keeps the unit of one of all, and
nothing is gained or lost by not looking. Source: Bishop (2006), 2.3.2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from gesturemap.frames import Values
from gesturemap.models import gaussian
from gesturemap.models.gesture import GestureModel
from gesturemap.models.scaling import Scaling

Part = tuple[int, Values, Values]


class Hidden(NamedTuple):
    """A channel that a gesture says nothing of, and the background that stands there, in scaled units."""

    channel: int
    centre: float = 0.0
    variance: float = 1.0


Hide = Callable[[Values, Values], tuple[Values, Values]]
"""Means (J, D) and covariances ((J, D, D) or (J, D)) -> the same, of which some channels say nothing."""


def hiding(hidden: Sequence[Hidden]) -> Hide:
    """Puts the background in the place of these channels, independent of all others."""
    which = [one.channel for one in hidden]

    def hide(means: Values, covariances: Values) -> tuple[Values, Values]:
        if not which:
            return means, covariances
        means, covariances = means.copy(), covariances.copy()
        means[:, which] = [one.centre for one in hidden]
        if covariances.ndim == 3:
            covariances[:, which, :] = 0.0
            covariances[:, :, which] = 0.0
            covariances[:, which, which] = [one.variance for one in hidden]
        else:
            covariances[:, which] = [one.variance for one in hidden]
        return means, covariances

    return hide


def unheard(gesture: GestureModel, channels: Sequence[int], width: int) -> GestureModel:
    """A gesture that says nothing of these of its `width` channels: the standard Gaussian of scaled units stands there.

    Outputs are regressed anew from the others.
    """
    means, covariances = hiding([Hidden(channel) for channel in channels])(gesture.means, gesture.covariances)
    offsets, slopes, within = gaussian.condition(means, covariances, width)
    return replace(
        gesture, means=means, covariances=covariances, offsets=offsets, slopes=slopes, within=within
    )


def hidden_of(
    marks: Mapping[str, Sequence[str]], names: Sequence[str], parts: Sequence[Part], scaling: Scaling
) -> dict[str, list[Hidden]]:
    """What each gesture with marks says nothing of, and all frames of the vocabulary in its place.

    Parameters
    ----------
    marks : gesture -> channels.
    parts : of each gesture frames, origin (D,), sums and sums of squares about it (2, D), as `scaling.moments` gives.
    """
    if not marks:
        return {}
    counts = np.array([frames for frames, _, _ in parts], float)[:, None]
    shifts = np.stack([sums[0] for _, _, sums in parts]) / counts
    means = (np.stack([origin for _, origin, _ in parts]) + shifts - scaling.centre) * scaling.inverse
    squares = np.stack([sums[1] for _, _, sums in parts]) / counts - shifts**2
    within = np.maximum(squares, 0.0) * scaling.inverse**2
    share = counts / counts.sum()
    middle = (share * means).sum(0)
    variance = (share * (within + (means - middle) ** 2)).sum(0)
    variance[variance == 0.0] = 1.0  # it is still: any will do
    return {
        label: [Hidden(c, middle[c], variance[c]) for c in map(list(names).index, channels)]
        for label, channels in marks.items()
    }
