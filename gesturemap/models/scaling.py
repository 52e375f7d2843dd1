"""Every channel in units of its own: centred and divided by how much it moves within a gesture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from gesturemap.frames import Values
from gesturemap.models.forward import FURTHEST

STEPS = 2.5
"""Scales are so many to the octave: one more demonstration seldom changes which, and 15 % more or less is nothing."""
GRID = 4.0
"""Centres are multiples of so many scales: where the origin lies makes no difference to a Gaussian."""
REACH = 0.5 * FURTHEST
"""The farthest gesture is at most so many scales from the centre.

Poses that are held still hardly move within a gesture, so their own deviation would put them beyond `FURTHEST`,
where frames are cut off and all poses look alike. Half of it, so that a frame that is cut off lies as far from the
farthest gesture as that does from the centre, and gestures that move the other way are seen whole.
"""
SMALLEST = 1e-3
"""Least scale of an output, as a fraction of its deviation over the whole vocabulary; outputs are not cut off."""
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

    def rounded(self, takes: Iterable[Values]) -> Scaling:
        """The nearest of few scalings, so that it is often the same for more data; the same in any units.

        The few are counted from the first of the raw takes (T, D) in which a channel moves.
        """
        moving, first = self.scale > 0.0, None
        origin, unit, found = self.centre.copy(), self.scale.copy(), ~moving
        for take in takes:
            first = take[0] if first is None else first
            middle, spread = take.mean(0), take.std(0)
            new = ~found & (spread > STILL * np.abs(middle))
            origin[new], unit[new] = middle[new], spread[new]
            found |= new
            if found.all():
                break
        unit[~moving] = 1.0
        scale = unit * np.exp2(np.round(np.log2(np.where(moving, self.scale, 1.0) / unit) * STEPS) / STEPS)
        centre = origin + np.round((self.centre - origin) / (GRID * scale)) * (GRID * scale)
        still = self.centre if first is None else first
        return Scaling(np.where(moving, centre, still), np.where(moving, scale, 0.0))

    def same(self, other: Scaling) -> bool:
        """Whether models fitted with one may be kept with the other."""
        return np.array_equal(self.centre, other.centre) and np.array_equal(self.scale, other.scale)


def moments(values: Values) -> tuple[Values, Values]:
    """Origin (D,) and sums and sums of squares about it (2, D) of raw values (T, D)."""
    origin = values[0].copy()
    moved = values - origin
    return origin, np.stack([moved.sum(0), np.einsum("td,td->d", moved, moved)])


def pooled(parts: Sequence[tuple[int, Values, Values]], channels: int) -> Scaling:
    """The scaling of a vocabulary from each gesture's (frames, origin, sums); the first C values are channels.

    The scale is the deviation about the gesture's own mean, pooled over gestures, so that a vocabulary of
    poses far apart is not flattened; it is never so small that a gesture (the root mean square of its frames)
    lies beyond `REACH`.
    """
    counts = np.array([frames for frames, _, _ in parts], float)[:, None]
    shifts = np.stack([sums[0] for _, _, sums in parts]) / counts
    means = np.stack([origin for _, origin, _ in parts]) + shifts
    within = np.maximum(np.stack([sums[1] for _, _, sums in parts]) / counts - shifts**2, 0.0)
    share = counts / counts.sum()
    centre = (share * means).sum(0)
    apart = (means - centre) ** 2
    inside = (share * within).sum(0)
    overall = inside + (share * apart).sum(0)
    least = SMALLEST**2 * overall
    least[:channels] = (within + apart).max(0)[:channels] / REACH**2
    scale = np.sqrt(np.maximum(inside, least))
    scale[np.sqrt(overall) <= STILL * np.abs(centre)] = 0.0
    return Scaling(centre, scale)
