"""What a recording is like, cheap and true: its length, its idle ends, its channels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from gesturemap.frames import Spec, Values
from gesturemap.teaching.movement import idle_ends

IDLE = 0.4
"""Seconds of rest at an end that are worth a word."""
FEW = 2
"""Others that are needed to say what is usual."""
LONG, SHORT = 1.8, 0.55
"""Shares of the usual length beyond which one is unlike the others."""
PINNED, STAY = 0.08, 3
"""Share of the frames that lie exactly at a channel's end where it is clipped, and how many of them in a row; once is
no clipping, but rest."""
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


def look(spec: Spec, time: Values, values: Values) -> Look:
    """Look at (T,) seconds and (T, C) values of these channels."""
    if len(time) < 2:
        return Look()
    head, tail = idle_ends(spec, time, values)
    clipped, moved = [], set()
    for name, column in zip(spec.names, values.T, strict=True):
        low, high = float(column.min()), float(column.max())
        if high <= low:
            continue
        moved.add(name)
        if len(np.unique(column)) >= LEVELS and max(_stays(column, low), _stays(column, high)) > PINNED:
            clipped.append(name)
    return Look(float(time[-1] - time[0]), head, tail, tuple(clipped), frozenset(moved))


def _stays(column: Values, level: float) -> float:
    """The share of (T,) values that is exactly this one, `STAY` or more in a row and more than once."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], column == level, [False])).astype(np.int8)))
    runs = edges[1::2] - edges[::2]
    runs = runs[runs >= STAY]
    return float(runs.sum()) / len(column) if len(runs) > 1 else 0.0


@dataclass(frozen=True)
class Usual:
    """What the demonstrations of a gesture are like, taken together."""

    count: int
    seconds: float
    """The median."""
    moved: Mapping[str, int]
    """In how many of them a channel moves."""

    @classmethod
    def of(cls, looks: Sequence[Look]) -> Usual:
        """Of these."""
        seconds = median(each.seconds for each in looks) if looks else 0.0
        return cls(len(looks), seconds, Counter(name for each in looks for name in each.moved))
