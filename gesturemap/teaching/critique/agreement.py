"""Gestures that are two, and two gestures that are one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gesturemap.commands import Enable, Merge, Relabel
from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Values
from gesturemap.plain import counted
from gesturemap.teaching.critique.likeness import Likeness
from gesturemap.teaching.finding import Finding

EACH = 2
"""Demonstrations of each way of showing a gesture, at least."""
CLEAR = 0.35
"""The silhouette of the two ways, at least."""
MIXED = 0.5 * CLEAR
"""The silhouette of two gestures, at most, where they are mixed up: one movement, or wrong names."""
FAR = 0.8
"""Their distance, as a share of the usual one between a gesture and the nearest other."""
FEWEST, SHARE = 2, 0.4
"""So many left-out demonstrations of two gestures, and this share, are taken for the other: by chance half would be."""


class Ways(NamedTuple):
    """A gesture that falls into two."""

    gesture: int
    first: NDArray[np.int64]
    """The larger group, as indices of demonstrations."""
    second: NDArray[np.int64]
    silhouette: float
    """-1..1. Source: Rousseeuw (1987), "Silhouettes"."""
    far: float
    """Distance between the groups, in usual distances between gestures."""


def ways(heard: Likeness) -> list[Ways]:
    """Gestures whose demonstrations fall into two groups, as far from each other as gestures are.

    The groups are those around the two demonstrations that are together nearest to all (k-medoids, every pair tried:
    Kaufman and Rousseeuw, 1990).
    """
    if not len(heard.each) or len(heard.labels) < 2:
        return []
    apart, owners, found = heard.distances, heard.owners, []
    groups = [np.flatnonzero(owners == gesture) for gesture in range(len(heard.labels))]
    usual = np.median([_nearest(apart, one, groups) for one in groups])
    for gesture, own in enumerate(groups):
        if len(own) < 2 * EACH:
            continue
        within = apart[np.ix_(own, own)]
        first, second = halves(within)
        if min(len(first), len(second)) < EACH:
            continue
        far = float(within[np.ix_(first, second)].mean() / max(usual, 1e-12))
        clear = silhouette(within, (first, second))
        if clear >= CLEAR and far >= FAR:
            first, second = sorted((first, second), key=len, reverse=True)
            found.append(Ways(gesture, own[first], own[second], clear, far))
    return found


def halves(apart: Values) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Members of a table of distances (N, N) in two groups, each around one of them."""
    pairs = list(combinations(range(len(apart)), 2))
    sums = [float(np.minimum(apart[:, one], apart[:, other]).sum()) for one, other in pairs]
    one, other = pairs[int(np.argmin(sums))]
    nearer = apart[:, one] <= apart[:, other]
    return np.flatnonzero(nearer), np.flatnonzero(~nearer)


def silhouette(apart: Values, groups: tuple[NDArray[np.int64], NDArray[np.int64]]) -> float:
    """The mean over all members of (other - own) / the larger of both, of mean distances; of one alone 0."""
    values = []
    for own, other in (groups, groups[::-1]):
        if len(own) < 2:
            values += [0.0] * len(own)
            continue
        inside = apart[np.ix_(own, own)].sum(1) / (len(own) - 1)
        outside = apart[np.ix_(own, other)].mean(1)
        values += ((outside - inside) / np.maximum(np.maximum(inside, outside), 1e-12)).tolist()
    return float(np.mean(values))


def alike(heard: Likeness) -> list[tuple[str, str, int, int]]:
    """Pairs of gestures that are taken for each other: both, how many of them, of how many that were left out."""
    margins = heard.margins
    tried = Counter(heard.owners[np.isfinite(margins)].tolist())
    mixed = Counter(
        tuple(sorted((int(heard.owners[n]), int(heard.rivals[n])))) for n in np.flatnonzero(margins < 0.0)
    )
    return [
        (heard.labels[one], heard.labels[other], count, tried[one] + tried[other])
        for (one, other), count in sorted(mixed.items())
        if count >= max(FEWEST, SHARE * (tried[one] + tried[other]))
    ]


def overlap(heard: Likeness, one: int, other: int) -> float:
    """The silhouette of two gestures, -1..1: about 0 where they are the same movement under two names."""
    first, second = np.flatnonzero(heard.owners == one), np.flatnonzero(heard.owners == other)
    if not len(heard.each) or min(len(first), len(second)) < EACH:
        return 1.0
    both = np.r_[first, second]
    places = np.arange(len(both))
    return silhouette(heard.distances[np.ix_(both, both)], (places[: len(first)], places[len(first) :]))


def spread(heard: Likeness) -> Values:
    """(K,) how far the repetitions of each gesture are from each other, in usual distances to the nearest other one.

    0: always the same; 1: as far as two gestures. NaN where it was shown once, or there is one gesture only.
    """
    apart, count = heard.distances, len(heard.labels)
    groups = [np.flatnonzero(heard.owners == gesture) for gesture in range(count)]
    found = np.full(count, np.nan)
    if not len(heard.each) or count < 2:
        return found
    usual = float(np.median([_nearest(apart, one, groups) for one in groups]))
    for gesture, own in enumerate(groups):
        if len(own) > 1:
            within = apart[np.ix_(own, own)][~np.eye(len(own), dtype=bool)]
            found[gesture] = np.median(within) / max(usual, 1e-12)
    return found


def _nearest(apart: Values, own: NDArray[np.int64], groups: Sequence[NDArray[np.int64]]) -> float:
    """The mean distance of a gesture to the nearest other."""
    return min(float(apart[np.ix_(own, other)].mean()) for other in groups if other is not own)


def findings(heard: Likeness) -> Iterator[Finding]:
    """Gestures that are two, and two that are one."""
    for found in ways(heard):
        label = heard.labels[found.gesture]
        few, many = ([heard.ids[n] for n in half] for half in (found.second, found.first))
        yield Finding(
            "disagree",
            label,
            tuple(few),
            evidence=f"'{label}' is shown in two ways: {', '.join(few)} differ from the other {len(many)} by "
            f"{found.far:.1f} times what two gestures usually do",
            remedy="make the fewer a gesture of their own, or record them again like the others",
            figures={
                "silhouette": found.silhouette,
                "far": found.far,
                "fewer": len(few),
                "others": len(many),
            },
            sure=float(min(max(found.silhouette, 0.0), 1.0)),
            command=Relabel(few, _free(f"{label} 2", heard.labels)),
        )
    for one, other, count, tried in alike(heard):
        yield Finding(
            "alike",
            one,
            evidence=f"'{one}' and '{other}' cannot be told apart: {count} of {counted(tried, 'demonstration')} left "
            "out are taken for the other",
            remedy="make them one gesture, or show them more differently",
            figures={"mixed": count, "of": tried},
            sure=count / tried,
            command=Merge(other, one),
        )


def copies(demonstrations: Sequence[Demonstration]) -> Iterator[Finding]:
    """The same recording twice: of one gesture it makes the figures too good, of two it makes them one."""
    first: dict[bytes, Demonstration] = {}
    for one in demonstrations:
        same = first.setdefault(one.fingerprint, one)
        if same is not one:
            yield Finding(
                "copy",
                one.label,
                (same.id, one.id),
                evidence=f"demonstration {one.id} of '{one.label}' is the same recording as {same.id} of "
                f"'{same.label}'",
                remedy="leave one of them out",
                command=Enable([one.id], False),
            )


def _free(name: str, taken: Sequence[str]) -> str:
    return next(made for made in (name, *(f"{name}{n}" for n in range(2, 1000))) if made not in taken)
