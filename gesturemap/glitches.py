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

    They are `FAULTY` times as far off as all that lasts, and all that half of the demonstrations of the same gesture
    show, is wide: a quick hit, or a harder one, stays. Where half of them go so far, or two at the same place, or one
    does so for long or often, that is the movement; that other gestures go so far says nothing of this one.
    """
    low, high, lasting_low, lasting_high = (np.array([one[side] for one in found]) for side in range(4))
    least, greatest = lasting_low.min(0), lasting_high.max(0)
    bound = widened(least, greatest, FAULTY)
    far = ((low < bound[0]) | (high > bound[1])).any(1)
    result: dict[int, NDArray[np.bool_]] = {}
    for label in {owners[i] for i in np.flatnonzero(far).tolist()}:
        own = [i for i, owner in enumerate(owners) if owner == label]
        if len(own) <= OTHERS:
            continue
        below, above = usual(low[own], high[own])
        bound = widened(np.minimum(least, below), np.maximum(greatest, above), FAULTY)
        places = [beyond(takes[i], bound) & (bound[0] < bound[1]) for i in own]
        few = apart(places) & (2 * np.sum([where.any(0) for where in places], axis=0) < len(own))
        result |= zip(own, [where & few & seldom(where) for where in places], strict=True)
    return {i: where for i, where in sorted(result.items()) if where.any()}


def usual(low: Values, high: Values) -> Values:
    """Of least and greatest values (N, C): what half of them reach or more, (2, C)."""
    count = len(low)
    return np.stack([np.sort(low, axis=0)[(count - 1) // 2], np.sort(high, axis=0)[count // 2]])


def seldom(where: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(C,) whether so few frames (T, C) are wild as may be."""
    return np.asarray(where.sum(0) <= max(HOLD, SELDOM * len(where)))


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
