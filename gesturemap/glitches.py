"""Wild frames of a sensor: found in demonstrations, and the bounds beyond which a frame that is played may be one.

A value beyond the bounds is much farther from what was demonstrated than that is wide: every channel has its own, so
units make no difference, and a gesture of twice the size is within.
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
NEAR = 0.1
"""How far apart the wild frames of two demonstrations are at least, in lengths of them: a hit comes at its moment."""
LARGEST = 1e100
"""Bounds lie here at most; so far lie those that there are not."""
HARDER = 2.0
"""How much farther than demonstrated a frame that is played may jump, in widths of it: on stage one hits harder."""
FAULTY = 10.0
"""How far off a frame of a demonstration is a fault of the sensor, in widths of what the others show..."""
OTHERS = 2
"""...and so many others of its gesture there must be."""
DOUBTFUL = 20.0
"""How far off a frame is named where these are not there: it may be a hit."""
ABSURD = 1000.0
"""How far off it is named however many show the like, in widths of what lasts: hits are not as far."""
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
    """(2, C): beyond these a value is `HARDER` times as far off as all that was demonstrated is wide."""
    low, high = np.min([one.low for one in found], axis=0), np.max([one.high for one in found], axis=0)
    return widened(low, high, HARDER)


def widened(low: Values, high: Values, times: float) -> Values:
    """(2, C) with so many times their distance on either side."""
    reach = times * (high - low)
    return np.clip(np.stack([low - reach, high + reach]), -LARGEST, LARGEST)


def wild(
    takes: Sequence[Values], owners: Sequence[str], found: Sequence[Extremes]
) -> dict[int, NDArray[np.bool_]]:
    """Demonstrations (T, C) with wild values: index -> (T, C) where they are.

    They are `FAULTY` times as far off as all that lasts, and all that half of the demonstrations show, of the same
    gesture or of all, is wide: a quick hit, or a harder one, stays. Where half go so far, or two of the gesture at the
    same place, or one does so for long or often, that is the movement.
    """
    low, high, least, greatest = reached(found)
    result: dict[int, NDArray[np.bool_]] = {}
    for own in suspect(owners, low, high, widened(least, greatest, FAULTY)):
        if len(own) > OTHERS:
            below, above = usual(low[own], high[own])
            bound = widened(np.minimum(least, below), np.maximum(greatest, above), FAULTY)
            result |= zip(own, single([takes[i] for i in own], bound, len(own) / 2.0), strict=True)
    return {i: where for i, where in sorted(result.items()) if where.any()}


def doubtful(
    takes: Sequence[Values], owners: Sequence[str], found: Sequence[Extremes]
) -> dict[int, NDArray[np.bool_]]:
    """Demonstrations (T, C) with values that are wild or a hit, of which too few others tell: index -> (T, C) where.

    They are `DOUBTFUL` times as far off as all that lasts, and all that half of all demonstrations show, is wide: what
    all of a gesture show, two or more, is the movement. `ABSURD` times as far off as all that lasts, they are whoever
    shows them, but for two of the gesture at the same place.
    """
    low, high, least, greatest = reached(found)
    lasting = (
        np.min([one.lasting_low for one in found], axis=0),
        np.max([one.lasting_high for one in found], axis=0),
    )
    result = {i: np.zeros(take.shape, dtype=np.bool_) for i, take in enumerate(takes)}
    for bound, absurd in ((widened(least, greatest, DOUBTFUL), 0), (widened(*lasting, ABSURD), 1)):
        for own in suspect(owners, low, high, bound):
            places = single([takes[i] for i in own], bound, max(2, len(own) + absurd))
            for i, where in zip(own, places, strict=True):
                result[i] |= where
    return {i: where for i, where in result.items() if where.any()}


def reached(found: Sequence[Extremes]) -> tuple[Values, Values, Values, Values]:
    """Least and greatest values (N, C) of each, and (C,) of what lasts in any or what half of them show."""
    low, high, lasting_low, lasting_high = (np.array([one[side] for one in found]) for side in range(4))
    below, above = usual(low, high)
    return low, high, np.minimum(below, lasting_low.min(0)), np.maximum(above, lasting_high.max(0))


def usual(low: Values, high: Values) -> Values:
    """Of least and greatest values (N, C): what half of them reach or more, (2, C)."""
    count = len(low)
    return np.stack([np.sort(low, axis=0)[(count - 1) // 2], np.sort(high, axis=0)[count // 2]])


def suspect(owners: Sequence[str], low: Values, high: Values, bound: Values) -> list[list[int]]:
    """The demonstrations of each gesture of which one goes beyond bounds (2, C)."""
    far = ((low < bound[0]) | (high > bound[1])).any(1)
    labels = dict.fromkeys(owners[i] for i in np.flatnonzero(far).tolist())
    return [[i for i, owner in enumerate(owners) if owner == label] for label in labels]


def single(takes: Sequence[Values], bound: Values, most: float) -> list[NDArray[np.bool_]]:
    """Where (T, C) the demonstrations of a gesture lie beyond bounds (2, C), seldom, in fewer than `most` of them, and
    in no two at the same place.
    """
    places = [beyond(take, bound) & (bound[0] < bound[1]) for take in takes]
    few = apart(places) & (np.sum([where.any(0) for where in places], axis=0) < most)
    return [where & few & (where.sum(0) <= max(HOLD, SELDOM * len(where))) for where in places]


def apart(places: Sequence[NDArray[np.bool_]]) -> NDArray[np.bool_]:
    """(C,) whether no two demonstrations (T, C) are first wild within `NEAR` of each other."""
    never = 2.0 * np.arange(1, len(places) + 2)  # far from all
    first = [np.where(w.any(0), w.argmax(0) / len(w), far) for w, far in zip(places, never, strict=False)]
    first = [*first, np.full(places[0].shape[1], never[-1])]
    return np.asarray(np.diff(np.sort(first, axis=0), axis=0).min(0) > NEAR)


def beyond(values: Values, bound: Values) -> NDArray[np.bool_]:
    """(T, C) whether values lie outside bounds (2, C)."""
    return np.asarray((values < bound[0]) | (values > bound[1]))


def mended(values: Values, where: NDArray[np.bool_]) -> Values:
    """Frames (T, C) with the values before in place of the wild ones; at the beginning, the first that is not."""
    places = np.where(where, 0, np.arange(len(values))[:, None])
    places = np.maximum.accumulate(places, axis=0)
    first = (~where).argmax(0)
    return np.take_along_axis(values, np.maximum(places, first), axis=0)
