"""Every channel in units of its own: centred and divided by how much it moves within a gesture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gesturemap.frames import Values

KEEP = 1.25
"""An earlier scaling is kept while no channel's own has changed by more than this factor."""
SMALLEST = 1e-3
"""Least scale, as a fraction of the channel's deviation over the whole vocabulary (held poses move hardly)."""
STILL = 1e-12
"""A channel whose deviation is below this fraction of its size is constant."""


@dataclass(frozen=True, eq=False)
class Scaling:
    """Scaled = (raw - centre) x inverse; raw = centre + scale x scaled. Constant channels have both 0.

    Shapes (D,): C channels, then M outputs.
    """

    centre: Values
    scale: Values

    @property
    def inverse(self) -> Values:
        """1 / scale, and 0 where the channel is constant, so that it counts for nothing."""
        return np.divide(1.0, self.scale, out=np.zeros_like(self.scale), where=self.scale > 0.0)

    def near(self, other: Scaling) -> bool:
        """Whether models fitted with one may be kept with the other."""
        low, high = self.scale / KEEP, self.scale * KEEP
        apart = np.abs(self.centre - other.centre) > self.scale * KEEP
        return not bool(((other.scale < low) | (other.scale > high) | apart).any())


def moments(values: Values) -> tuple[Values, Values]:
    """Origin (D,) and sums and sums of squares about it (2, D) of raw values (T, D)."""
    origin = values[0].copy()
    moved = values - origin
    return origin, np.stack([moved.sum(0), np.einsum("td,td->d", moved, moved)])


def pooled(parts: Sequence[tuple[int, Values, Values]]) -> Scaling:
    """The scaling of a vocabulary from each gesture's (frames, origin, sums).

    The scale is the deviation about the gesture's own mean, pooled over gestures, so that a vocabulary of
    poses far apart is not flattened; it is never below a small part of the deviation over all frames.
    """
    counts = np.array([frames for frames, _, _ in parts], float)[:, None]
    shifts = np.stack([sums[0] for _, _, sums in parts]) / counts
    means = np.stack([origin for _, origin, _ in parts]) + shifts
    within = np.maximum(np.stack([sums[1] for _, _, sums in parts]) / counts - shifts**2, 0.0)
    share = counts / counts.sum()
    centre = (share * means).sum(0)
    inside = (share * within).sum(0)
    overall = inside + (share * (means - centre) ** 2).sum(0)
    scale = np.sqrt(np.maximum(inside, SMALLEST**2 * overall))
    scale[np.sqrt(overall) <= STILL * np.abs(centre)] = 0.0
    return Scaling(centre, scale)
