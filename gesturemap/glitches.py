"""Wild frames of a sensor: found in demonstrations, and the bounds beyond which a frame that is played may be one.

A value beyond the bounds is farther from what was demonstrated than that is wide: every channel has its own, so units
make no difference, and a gesture of twice the size is within.
Source: Tukey (1977), "Exploratory Data Analysis", ch. 2 (fences in units of the spread).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gesturemap.frames import Values

HOLD = 2
"""Frames in a row that are taken for wild at most: what lasts longer is movement."""
SELDOM = 0.01
"""The share of a demonstration that may be wild; where more is, the gesture goes there. `HOLD` frames may always."""
FEW = 0.1
"""The share of the demonstrations that may have wild frames in a channel; one may always."""
LARGEST = 1e100
"""Bounds lie here at most; so far lie those that there are not."""
SHORTEST = 8
"""Frames of a demonstration in which wild ones can be told."""


class Extremes(NamedTuple):
    """Least and greatest values (C,) of a demonstration, and the same of what lasts longer than `HOLD` frames."""

    low: Values
    high: Values
    lasting_low: Values
    lasting_high: Values


def extremes(values: Values) -> Extremes:
    """Of frames (T, C), T at least 1."""
    low, high = values.min(0), values.max(0)
    if len(values) < SHORTEST:
        return Extremes(low, high, low, high)
    count = len(values) - HOLD
    least, greatest = values[:count].copy(), values[:count].copy()
    for later in range(1, HOLD + 1):
        np.minimum(least, values[later : later + count], out=least)
        np.maximum(greatest, values[later : later + count], out=greatest)
    # what changes its sign from frame to frame lasts nowhere
    top, bottom = least.max(0), greatest.min(0)
    return Extremes(low, high, np.minimum(top, bottom), np.maximum(top, bottom))


def bounds(found: Sequence[Extremes]) -> Values:
    """(2, C): beyond these a value is as far off as all that was demonstrated is wide."""
    return widened(np.min([one.low for one in found], axis=0), np.max([one.high for one in found], axis=0))


def widened(low: Values, high: Values) -> Values:
    """(2, C) three times as wide."""
    return np.clip(np.stack([2.0 * low - high, 2.0 * high - low]), -LARGEST, LARGEST)


def wild(
    takes: Sequence[Values], owners: Sequence[str], found: Sequence[Extremes]
) -> dict[int, NDArray[np.bool_]]:
    """Demonstrations (T, C) with wild values: index -> (T, C) where they are.

    Where two demonstrations of a gesture or many of the vocabulary go as far, or one does so for long or often, that is
    the movement.
    """
    low, high = (np.array([one[side] for one in found]) for side in (0, 1))
    lasting = widened(
        np.min([one.lasting_low for one in found], axis=0),
        np.max([one.lasting_high for one in found], axis=0),
    )
    reaching = np.flatnonzero(((low < lasting[0]) | (high > lasting[1])).any(1)).tolist()
    if not reaching:
        return {}
    far = {i: beyond(takes[i], lasting) for i in reaching}
    shown: dict[str, Values] = {}
    for i, where in far.items():
        shown[owners[i]] = shown.get(owners[i], np.zeros(where.shape[1])) + where.any(0)
    few = np.sum(list(shown.values()), axis=0) <= max(1.0, FEW * len(takes))
    for i, where in far.items():
        where &= few & (where.sum(0) <= max(HOLD, SELDOM * len(takes[i]))) & (shown[owners[i]] < 2)
        low[i] = np.where(where, np.inf, takes[i]).min(0)
        high[i] = np.where(where, -np.inf, takes[i]).max(0)
    least, greatest = low.min(0), high.max(0)
    moves = least < greatest  # a channel that else never changes says nothing of what is far
    around = widened(np.where(moves, least, -LARGEST), np.where(moves, greatest, LARGEST))
    return {i: where for i in reaching if (where := beyond(takes[i], around)).any()}


def beyond(values: Values, bound: Values) -> NDArray[np.bool_]:
    """(T, C) whether values lie outside bounds (2, C)."""
    return np.asarray((values < bound[0]) | (values > bound[1]))


def mended(values: Values, where: NDArray[np.bool_]) -> Values:
    """Frames (T, C) with the values before in place of the wild ones; at the beginning, the first that is not."""
    places = np.where(where, 0, np.arange(len(values))[:, None])
    places = np.maximum.accumulate(places, axis=0)
    first = (~where).argmax(0)
    return np.take_along_axis(values, np.maximum(places, first), axis=0)
