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

from gesturemap.errors import DataError
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
SMOOTH = 4.0
"""How much wider than the usual step what lasts is in a channel that moves: noise, with hits in it, is not."""
COUNTS = 5
"""How many different values what lasts has at least in a channel that moves: the counts of one at rest are fewer."""
SHORTEST = 8
"""Frames of a demonstration in which wild ones can be told."""


class Said(NamedTuple):
    """What a line says of wild frames."""

    rule: str
    next_step: str


WILD = Said(
    "far beyond all else that was shown, as only a fault of a sensor is: the value before is learned",
    "look at the sensor; if it was meant, record the gesture so once more",
)
UNSURE = Said(
    "far beyond all else that was shown, but too few demonstrations of the gesture are without such a frame: a fault "
    "of the sensor cannot be told from a hit, and it is learned",
    "if it was not meant, delete the demonstration, or record the gesture again: of three or more, most of them "
    "without, it is mended",
)


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


def absurd(
    takes: Sequence[Values], owners: Sequence[str], found: Sequence[Extremes]
) -> dict[int, NDArray[np.bool_]]:
    """Demonstrations (T, C) with values that are wild however few others tell: index -> (T, C) where they are.

    They are `ABSURD` times as far off as all that lasts, in a single frame between two that are near, seldom, and not
    where another of the gesture is `FAULTY` times as far off. A channel of nothing but noise, or a few counts, and hits
    has none.
    """
    low, high, *_ = reached(found)
    calm = lasting(found)
    bound, near = widened(*calm, ABSURD), widened(*calm, 1.0)
    result: dict[int, NDArray[np.bool_]] = {}
    for own in suspect(owners, low, high, bound):
        places = single([takes[i] for i in own], widened(*calm, FAULTY), len(own) + 1)
        for i, where in zip(own, places, strict=True):
            result[i] = where & beyond(takes[i], bound) & alone(takes[i], near)
    if not any(where.any() for where in result.values()):
        return {}
    smooth = calm[1] - calm[0] >= SMOOTH * step(takes, near)
    smooth &= counts(takes, near, np.any([where.any(0) for where in result.values()], axis=0)) >= COUNTS
    return {i: where & smooth for i, where in sorted(result.items()) if (where & smooth).any()}


def doubtful(
    takes: Sequence[Values], owners: Sequence[str], found: Sequence[Extremes]
) -> dict[int, NDArray[np.bool_]]:
    """Demonstrations (T, C) with values that are wild or a hit, of which too few others tell: index -> (T, C) where.

    They are `DOUBTFUL` times as far off as all that lasts, and all that half of all demonstrations show, is wide: what
    all of a gesture show, two or more, is the movement. They are so however many show the like, but for two of the
    gesture at the same place, if they are `ABSURD` times as far off as all that lasts, or come first: hits do not.
    """
    low, high, least, greatest = reached(found)
    calm = lasting(found)
    result = {i: np.zeros(take.shape, dtype=np.bool_) for i, take in enumerate(takes)}
    usual_bound, first_bound = widened(least, greatest, DOUBTFUL), widened(*calm, DOUBTFUL)
    for bound, frames, any_number in (
        (usual_bound, None, 0), (widened(*calm, ABSURD), None, 1), (first_bound, 1, 1),
    ):  # fmt: skip
        for own in suspect(owners, low, high, bound):
            places = single([takes[i] for i in own], bound, max(2, len(own) + any_number))
            for i, where in zip(own, places, strict=True):
                result[i][:frames] |= where[:frames]
    return {i: where for i, where in result.items() if where.any()}


def lasting(found: Sequence[Extremes]) -> tuple[Values, Values]:
    """Least and greatest values (C,) of what lasts in any of them."""
    least, greatest = zip(*((one.lasting_low, one.lasting_high) for one in found), strict=True)
    return np.min(least, axis=0), np.max(greatest, axis=0)


def alone(values: Values, near: Values) -> NDArray[np.bool_]:
    """(T, C) whether the frames before and after, where there are any, lie within bounds (2, C)."""
    inside = np.pad(~beyond(values, near), ((1, 1), (0, 0)), constant_values=True)
    return np.asarray(inside[:-2] & inside[2:])


def step(takes: Sequence[Values], near: Values) -> Values:
    """(C,) from frame to frame, root mean square, of demonstrations (T, C) where they lie within bounds (2, C)."""
    steps = np.concatenate([np.diff(np.where(beyond(take, near), np.nan, take), axis=0) for take in takes])
    counts = np.maximum(np.isfinite(steps).sum(0), 1)
    return np.asarray(np.sqrt(np.nansum(steps**2, axis=0) / counts))


def counts(takes: Sequence[Values], near: Values, columns: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(C,) how many different values demonstrations (T, C) have within bounds (2, C), of these columns; of others 0."""
    made = np.zeros(len(columns), np.int64)
    for column in np.flatnonzero(columns).tolist():
        values = np.concatenate([take[:, column] for take in takes])
        made[column] = len(np.unique(values[(values >= near[0, column]) & (values <= near[1, column])]))
    return made


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


def lines(
    place: str,
    names: Sequence[str],
    where: NDArray[np.bool_],
    frames: NDArray[np.int64],
    values: Values,
    said: Said,
) -> list[str]:
    """A line for each of the frames (T, C) that are wild in the same channels.

    Parameters
    ----------
    frames, values : (T,) and (T, C) as they are counted and stand in the recording.
    """
    together: dict[bytes, list[int]] = {}
    for column in np.flatnonzero(where.any(0)).tolist():
        together.setdefault(where[:, column].tobytes(), []).append(column)
    told = []
    for columns in together.values():
        wild_ones = np.flatnonzero(where[:, columns[0]])
        first, more = wild_ones[0], f" and {len(wild_ones) - 1} more" if len(wild_ones) > 1 else ""
        channels = (
            f"channel{'s' if len(columns) > 1 else ''} {', '.join(names[column] for column in columns)}"
        )
        shown = ", ".join(f"{values[first, column]:g}" for column in columns)
        told.append(str(DataError(f"{place}, {channels}, frame {frames[first]}{more}", shown, *said)))
    return told
