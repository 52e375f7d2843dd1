"""Today and the training day beside one another, and from which size on a difference is one.

Some demonstrations of the training day are taken for today's, as many as today has, and compared with the others in
the same way: their spread, and what is expected before anything was seen, is what a change must exceed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Values
from gesturemap.teaching.critique import mounting

TIMES = 3
"""How often a gesture is done for a sound check."""
DAYS = 10
"""Training days that are taken for today."""
BEYOND = {"angle": 2.1, "gain": 2.6, "tempo": 3.0, "offset": 4.0}
"""How many times the spread a change is; besides..."""
USUAL = {"angle": 5.0, "gain": 0.08, "tempo": 0.15, "offset": 0.1}
"""...the spread that is expected of gestures done `TIMES` times before anything was seen: degrees, logarithms,
deviations of a channel. It counts as much as what the training day showed, as few demonstrations show little of it."""


class Pair(NamedTuple):
    """The same gestures of two days, (T, C) each, and their seconds."""

    today: list[tuple[str, Values]]
    known: dict[str, list[Values]]
    seconds: dict[str, float]
    """Median of the training day's."""
    lasted: list[float]


def by_gesture(demonstrations: Sequence[Demonstration], names: Sequence[str] = ()) -> dict[str, list[Values]]:
    """Channels of these names, of each demonstration, (FRAMES, C)."""
    found: dict[str, list[Values]] = {}
    for one in demonstrations:
        columns = [one.spec.names.index(name) for name in names or one.spec.names]
        found.setdefault(one.label, []).append(mounting.even(one.values[:, columns]))
    return found


def paired(taught: Sequence[Demonstration], today: Sequence[Demonstration], names: Sequence[str]) -> Pair:
    """Channels of the same names of both days."""
    groups = {label: takes[: mounting.MOST] for label, takes in by_gesture(taught, names).items()}
    return Pair(
        [(label, take) for label, takes in by_gesture(today, names).items() for take in takes],
        groups,
        {label: float(np.median([d.seconds for d in taught if d.label == label])) for label in groups},
        [d.seconds for label in dict.fromkeys(d.label for d in today) for d in today if d.label == label],
    )


def training_days(
    taught: Sequence[Demonstration], today: Sequence[Demonstration], names: Sequence[str]
) -> list[Pair]:
    """Some demonstrations of the training day as if they were today's, as many of each gesture as today has."""
    random = np.random.default_rng(0)
    wanted = {label: sum(one.label == label for one in today) for label in {one.label for one in today}}
    groups = {label: [one for one in taught if one.label == label] for label in sorted(wanted)}
    if any(len(group) < 2 for group in groups.values()):
        return []
    days = []
    for _ in range(DAYS):
        out, rest = [], []
        for label, group in groups.items():
            order = random.permutation(len(group))
            count = min(wanted[label], len(group) // 2)
            out += [group[i] for i in order[:count]]
            rest += [group[i] for i in order[count:]]
        days.append(paired(rest, out, names))
    return days


def edge_of(what: str, pair: Pair, sizes: Sequence[float]) -> float:
    """From which size on a change is one, by those of the training days."""
    times = len(pair.today) / max(len({label for label, _ in pair.today}), 1)
    usual = USUAL[what] ** 2 * TIMES / times
    seen = float(np.mean(np.square(sizes))) if len(sizes) else usual
    return BEYOND[what] * math.sqrt(0.5 * (usual + seen))


def sure_of(size: float, edge: float) -> float:
    """0.5 at the edge, towards 1 beyond it."""
    return size**2 / (size**2 + edge**2)
