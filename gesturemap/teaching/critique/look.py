"""What a recording is like, cheap and true: its length, its idle ends, its channels."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from gesturemap.frames import Spec, Values
from gesturemap.teaching.movement import idle_ends

IDLE = 0.4
"""Seconds of rest at an end that are worth a word."""
FEW = 2
"""Others that are needed to say what is usual."""
LONG, SHORT = 1.8, 0.55
"""Shares of the usual length beyond which one is unlike the others."""
NEAR, SPREADS = 1.25, 3.0
"""How far from every other length one is alone: this ratio, and standard deviations of the others, in logarithms."""
SIGMA = 1.4826
"""Standard deviations of normal numbers in their median deviation from the median."""
PINNED, STAY, COMES, AWAY = 0.08, 3, 3, 0.1
"""Share of the frames that lie exactly at a channel's end where it is clipped, how many of them in a row, how often it
comes there, and what part of its range it goes away in between. While all others are still it is rest; once or twice it
is a straight side of what is drawn, which may begin and end with it, or tremble by a pixel."""
GAP, TIMES = 0.25, 8.0
"""Seconds, and usual steps, without a frame."""
LEVELS = 16
"""A channel with fewer different values is a switch or a counter: it is at its ends by nature."""


@dataclass(frozen=True)
class Look:
    """What one recording is like; seconds are those of what is learned from."""

    seconds: float = 0.0
    head: float = 0.0
    """Seconds of rest at its beginning."""
    tail: float = 0.0
    """Seconds of rest at its end."""
    clipped: tuple[str, ...] = ()
    """Channels that lie at one and the same highest or lowest value for long."""
    moved: frozenset[str] = frozenset()
    """Channels that are not the same throughout."""
    gap: float = 0.0
    """The longest time in which nothing came, where it is out of the usual; 0: there is none."""
    gap_at: float = 0.0
    """When that began, from the first frame that is learned from."""


def look(spec: Spec, time: Values, values: Values) -> Look:
    """Look at (T,) seconds and (T, C) values of these channels."""
    if len(time) < 2:
        return Look()
    head, tail = idle_ends(spec, time, values)
    clipped, moved = [], set()
    moves = np.diff(values, axis=0, prepend=values[:1]) != 0.0
    for index, (name, column) in enumerate(zip(spec.names, values.T, strict=True)):
        low, high = float(column.min()), float(column.max())
        if high <= low:
            continue
        moved.add(name)
        goes_on = np.delete(moves, index, axis=1).any(axis=1) | (values.shape[1] == 1)
        ends = (_stays(abs(column - end) / (high - low), goes_on) for end in (low, high))
        if len(np.unique(column)) >= LEVELS and max(ends) > PINNED:
            clipped.append(name)
    return Look(float(time[-1] - time[0]), head, tail, tuple(clipped), frozenset(moved), *gap(time))


def gap(time: Values) -> tuple[float, float]:
    """The longest time in which nothing came, and when it began from the first of these (T,) seconds; 0 and 0: none."""
    steps = np.diff(time)
    longest = float(steps.max(initial=0.0))
    if not len(steps) or longest < unusual(steps):
        return 0.0, 0.0
    return longest, float(time[int(steps.argmax())] - time[0])


def unusual(steps: Values) -> float:
    """From how many seconds on one of (T,) times between frames is one in which nothing came."""
    return max(GAP, TIMES * float(steps.mean()))


def _stays(apart: Values, goes_on: NDArray[np.bool_]) -> float:
    """The share of frames (T,) at an end while others move on, `STAY` or more in a row, if it comes there often.

    Parameters
    ----------
    apart : (T,) how far it is from there, in parts of its range.
    """
    pinned = (apart == 0.0) & goes_on
    edges = np.flatnonzero(np.diff(np.concatenate(([False], pinned, [False])).astype(np.int8)))
    runs = edges[1::2] - edges[::2]
    kept = runs >= STAY
    gone = np.cumsum(apart > AWAY)
    comes = len(np.unique(gone[edges[::2][kept]]))
    return float(runs[kept].sum()) / len(pinned) if comes >= COMES else 0.0


@dataclass(frozen=True)
class Usual:
    """What the demonstrations of a gesture are like, taken together."""

    lengths: tuple[float, ...]
    """Seconds of each."""
    seconds: float
    """The median."""
    moved: Mapping[str, int]
    """In how many of them a channel moves."""

    @classmethod
    def of(cls, looks: Sequence[Look]) -> Usual:
        """Of these."""
        lengths = tuple(each.seconds for each in looks)
        seconds = median(lengths) if lengths else 0.0
        return cls(lengths, seconds, Counter(name for each in looks for name in each.moved))

    @property
    def count(self) -> int:
        """How many."""
        return len(self.lengths)

    def odd(self, seconds: float) -> float | None:
        """The length of one of these as a share of the usual one, where it is an odd one out.

        That is far from the median and near no other one: a gesture may be shown at two tempi. Few demonstrations
        that differ much say less than many that are alike, so what is near is told from their robust spread.
        """
        others = list(self.lengths)
        others.remove(seconds)
        if len(others) < FEW or min(self.lengths) <= 0.0 or SHORT <= seconds / self.seconds <= LONG:
            return None
        logs = np.log(others)
        spread = SIGMA * float(np.median(np.abs(logs - np.median(logs))))
        alone = float(np.abs(logs - math.log(seconds)).min()) > max(math.log(NEAR), SPREADS * spread)
        return seconds / self.seconds if alone else None
