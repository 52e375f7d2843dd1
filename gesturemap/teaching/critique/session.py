"""A stretch of recording in which the sensor was turned: several gestures fall into two ways, by one and the same turn.

The turn of each gesture is found from the others alone: where it makes that gesture's two ways one as well, it is the
sensor's and no way of moving.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from gesturemap.commands import Enable
from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Values
from gesturemap.plain import counted, folded
from gesturemap.teaching.critique import agreement, mounting
from gesturemap.teaching.critique.likeness import Likeness
from gesturemap.teaching.critique.mounting import Vector
from gesturemap.teaching.finding import Finding

LEAST = 15.0
"""Degrees by which the sensor was turned, at least."""
LEFT = 0.5
"""What may be left, at most, of the mean square distance between the two ways of a gesture once one is turned back."""
BOTH = 2
"""Gestures that show the same turn, at least."""
SOME = 4
"""Demonstrations of a way that are compared."""
MOST = 8
"""Demonstrations that are named."""


class Ways(NamedTuple):
    """A gesture's demonstrations before and after the sensor was turned."""

    label: str
    before: tuple[Demonstration, ...]
    after: tuple[Demonstration, ...]
    """Recorded one after another."""


def turned(demonstrations: Sequence[Demonstration], heard: Likeness) -> Finding | None:
    """The demonstrations in which the sensor was turned, of all gestures together; None: there is no such stretch.

    Parameters
    ----------
    demonstrations : as the sensor gave them, in the order of recording.
    heard : what is said of each of them without it.
    """
    ways = _stretches(demonstrations, heard)
    for vector in mounting.vectors(demonstrations[0].spec) if len(ways) >= BOTH else ():
        same = [one for one in ways if _shares(one, ways, vector)]
        if len(same) < BOTH:
            continue
        matrix = _between(same, vector)
        if mounting.degrees(matrix) >= LEAST or np.linalg.det(matrix) < 0.0:
            return _told(same, vector.stem, matrix)
    return None


def _stretches(demonstrations: Sequence[Demonstration], heard: Likeness) -> list[Ways]:
    """Gestures that fall into two ways, one of which was recorded without the other in between."""
    by_id = {one.id: (place, one) for place, one in enumerate(demonstrations)}
    found = []
    for way in agreement.ways(heard):
        some, others = ([by_id[heard.ids[n]] for n in half] for half in (way.first, way.second))
        if min(place for place, _ in others) < min(place for place, _ in some):
            some, others = others, some
        first, last = min(place for place, _ in others), max(place for place, _ in others)
        if not any(first < place < last for place, _ in some):
            found.append(
                Ways(
                    heard.labels[way.gesture], tuple(one for _, one in some), tuple(one for _, one in others)
                )
            )
    return found


def _between(ways: Sequence[Ways], vector: Vector) -> Values:
    """The matrix that turns the later demonstrations into the earlier ones."""
    after, before = _takes(ways, vector)
    proper = mounting.best(after, before, proper=True)
    mirrored = mounting.best(after, before, proper=False)
    return (mirrored if mirrored.cost < mounting.MIRRORED * proper.cost else proper).matrix


def _shares(one: Ways, ways: Sequence[Ways], vector: Vector) -> bool:
    """Whether the turn of all others makes the two ways of a gesture one."""
    after, before = _takes([one], vector)
    matrix = _between([other for other in ways if other is not one], vector)
    plain = mounting.turned(after, before, np.eye(len(matrix)), 0).cost
    return mounting.turned(after, before, matrix, 0).cost <= LEFT * plain


def _takes(
    ways: Sequence[Ways], vector: Vector
) -> tuple[list[tuple[str, Values]], Mapping[str, list[Values]]]:
    """Some of the later ones with their gesture, and of the earlier ones by gesture, as `mounting` compares them."""

    def vectors(some: Sequence[Demonstration]) -> list[Values]:
        return [mounting.even(one.values[:, vector.columns]) for one in some[:SOME]]

    return (
        [(one.label, each) for one in ways for each in vectors(one.after)],
        {one.label: vectors(one.before) for one in ways},
    )


def _told(same: Sequence[Ways], channel: str, matrix: Values) -> Finding:
    """The fewer are told, as most were recorded with the sensor as it should be."""
    after = [one.id for ways in same for one in ways.after]
    before = [one.id for ways in same for one in ways.before]
    ids = min(after, before, key=len)
    named = ", ".join(f"'{ways.label}'" for ways in same)
    size, mirror = mounting.degrees(matrix), " and mirrored" if np.linalg.det(matrix) < 0.0 else ""
    return Finding(
        "turned",
        demonstrations=tuple(ids),
        channel=channel,
        evidence=f"the sensor was turned by {size:.0f}°{mirror} in {counted(len(ids), 'demonstration')} of {named}, "
        f"against the other {len(after) + len(before) - len(ids)}: {', '.join(folded(ids, MOST, '{} more'))}",
        remedy="mount it as it was, and record these again; leave them out meanwhile",
        figures={"degrees": size, "demonstrations": len(ids), "gestures": len(same)},
        sure=0.99,
        command=Enable(ids, False),
    )
