"""Demonstrations of one gesture laid over one another: dynamic time warping, their mean and their spread.

What is slow comes in steps (`steps`), so that whoever paints can do a few between two pictures.

Source: Sakoe and Chiba (1978), "Dynamic programming algorithm optimization for spoken word recognition" (symmetric,
without weights); Petitjean, Ketterlin, Gançarski (2011), "A global averaging method for dynamic time warping".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gesturemap.frames import Values

POINTS = 48
"""Points of phase in which a demonstration is compared and drawn."""
BAND = 0.3
"""How far the phases of two demonstrations may be apart, of the whole."""
ROUNDS = 2
"""How often all are laid over the mean of the last time; the first time over the one that is nearest to all."""
APART = 0.2
"""The share of the demonstrations' variance, each around its own middle, that their mean leaves open at most."""


@dataclass(frozen=True, eq=False)
class Aligned:
    """Demonstrations of one gesture, each as it is where the mean one is (D demonstrations, N points of phase).

    Shapes: `curves` (D, N, C), `mean` (N, C) and `spread` (N, C) in the channels' units, the spread as standard
    deviation over the demonstrations; `phases` (D, N), how far each demonstration is there, in 0..1 of its time;
    `lengths` (D,), seconds.
    """

    curves: Values
    mean: Values
    spread: Values
    phases: Values
    lengths: Values

    def at(self, phase: float) -> Values:
        """Where what stands for all is at a phase in 0..1: (C,)."""
        curve = self.middle[0]
        place = min(max(phase, 0.0), 1.0) * (len(curve) - 1)
        before = min(int(place), len(curve) - 2)
        share = place - before
        return np.asarray((1 - share) * curve[before] + share * curve[before + 1])

    @cached_property
    def middle(self) -> tuple[Values, Values]:
        """The curve (N, C) that stands for all and the spread (N, C) around it: the mean's, or a typical one and 0."""
        typical = self.typical()
        return (
            (self.mean, self.spread)
            if typical is None
            else (self.curves[typical], np.zeros_like(self.spread))
        )

    def typical(self) -> int | None:
        """Which demonstration stands for all where nobody drew their mean; None: the mean does.

        So it is with figures that are begun anywhere, such as circles: their mean is another figure.
        """
        curves, mean = (
            self.curves - self.curves.mean(axis=1, keepdims=True),
            self.mean - self.mean.mean(axis=0),
        )
        scale = curves.std(axis=(0, 1))
        moved = scale > 0.0
        apart = ((curves - mean)[..., moved] / scale[moved]) ** 2
        return int(apart.mean(axis=(1, 2)).argmin()) if moved.any() and apart.mean() > APART else None


def moving(mean: Values, spread: Values, most: int) -> list[int]:
    """The channels of (N, C) in which a gesture moves most, beside how its demonstrations differ, in their order."""
    moves = mean.std(axis=0)
    ranking = moves / (spread.mean(axis=0) + 0.1 * moves + 1e-12)
    ranking[moves < 1e-9] = -1.0
    return sorted(ranking.argsort(kind="stable")[::-1][:most].tolist())


def resampled(time: Values, values: Values, points: int = POINTS) -> Values:
    """(T, C) values at (T,) seconds as they are at `points` equal steps from the first moment to the last.

    What is not finite is bridged; a channel without any finite value is 0.

    Returns
    -------
    (points, C) array.
    """
    made = np.zeros((points, values.shape[1]))
    if not len(time):
        return made
    at = np.linspace(time[0], time[-1], points)
    for column in range(values.shape[1]):
        finite = np.isfinite(values[:, column])
        if finite.any():
            made[:, column] = np.interp(at, time[finite], values[finite, column])
    return made


def scales(curves: Sequence[Values]) -> Values:
    """The standard deviation of each channel over (N, C) curves, 1 where nothing moves: (C,)."""
    spread = np.concatenate(curves).std(axis=0)
    return np.where(spread > 1e-9 * np.maximum(1.0, np.abs(np.concatenate(curves)).max(axis=0)), spread, 1.0)


def warp(one: Values, other: Values, band: float = BAND) -> tuple[float, list[tuple[int, int]]]:
    """The cheapest way to go through (N, C) and (M, C) side by side, from both beginnings to both ends.

    Parameters
    ----------
    band : how far the phases may be apart; 1: as far as they like.

    Returns
    -------
    The sum of squared distances along it, and the way: pairs of rows.
    """
    rows, columns = len(one), len(other)
    squares = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1)[None] - 2 * one @ other.T
    apart = np.abs(np.arange(rows)[:, None] / max(1, rows - 1) - np.arange(columns) / max(1, columns - 1))
    local = np.where(apart <= max(band, 1 / max(1, min(rows, columns) - 1)), np.maximum(squares, 0.0), np.inf)
    total = np.full((rows + 1, columns + 1), np.inf)
    total[0, 0] = 0.0
    flat, wide = total.reshape(-1), columns + 1
    costs = local.reshape(-1)
    for diagonal in range(rows + columns - 1):
        first = max(0, diagonal - columns + 1)
        row = np.arange(first, min(rows, diagonal + 1))
        place = (row + 1) * wide + (diagonal - row) + 1
        best = np.minimum(np.minimum(flat[place - wide - 1], flat[place - wide]), flat[place - 1])
        flat[place] = best + costs[row * columns + (diagonal - row)]
    return float(total[-1, -1]), _back(total)


def _back(total: Values) -> list[tuple[int, int]]:
    """The way that led to the last field; of equal ones, the straightest."""
    row, column = total.shape[0] - 1, total.shape[1] - 1
    way = []
    while row and column:
        way.append((row - 1, column - 1))
        before = ((row - 1, column - 1), (row - 1, column), (row, column - 1))
        row, column = min(before, key=lambda place: total[place])
    return way[::-1]


def laid_over(curve: Values, scale: Values, over: Values) -> tuple[Values, Values]:
    """One (N, C) curve as it is where another is: what lies beside each of its points, averaged.

    Returns
    -------
    (N, C) values, and (N,) phases of the curve in 0..1.
    """
    middle = over.mean(axis=0)  # what is far from 0 is not lost in rounding
    _, way = warp((over - middle) / scale, (curve - middle) / scale)
    pairs = np.array(way)
    counts = np.bincount(pairs[:, 0], minlength=len(over))
    sums = np.zeros_like(over)
    np.add.at(sums, pairs[:, 0], curve[pairs[:, 1]])
    phases = np.bincount(pairs[:, 0], pairs[:, 1], len(over)) / counts / max(1, len(curve) - 1)
    return sums / counts[:, None], phases


def steps(curves: Sequence[Values], lengths: Sequence[float] = ()) -> Iterator[Aligned | None]:
    """Lay (N, C) curves, `resampled`, over one another: None after each step that is not the last.

    Parameters
    ----------
    lengths : seconds of each.
    """
    kept = np.array(curves)
    phase = np.tile(np.linspace(0.0, 1.0, kept.shape[1]), (len(kept), 1))
    laid, phases = kept, phase
    scale = scales(curves)
    if len(kept) > 1:
        flat = ((kept - kept.mean(axis=(0, 1))) / scale).reshape(len(kept), -1)
        squares = (flat**2).sum(axis=1)
        apart = np.sqrt(np.maximum(squares[:, None] + squares - 2 * flat @ flat.T, 0.0))
        over = kept[int(apart.sum(axis=1).round(6).argmin())]
        for _ in range(ROUNDS):
            pairs = []
            for curve in kept:
                pairs.append(laid_over(curve, scale, over))
                yield None
            laid = np.array([pair[0] for pair in pairs])
            phases = np.array([pair[1] for pair in pairs])
            over = laid.mean(axis=0)
    seconds = np.array(lengths or [0.0] * len(kept), np.float64)
    yield Aligned(laid, laid.mean(axis=0), laid.std(axis=0), phases, seconds)


def align(curves: Sequence[Values], lengths: Sequence[float] = ()) -> Aligned:
    """The same in one go."""
    found = [laid for laid in steps(curves, lengths) if laid is not None]
    return found[-1]
