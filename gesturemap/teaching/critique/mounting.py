"""How a vector is seen today against the day it was taught: turned, mirrored, with axes swapped, larger, moved.

Demonstrations of the same gesture are aligned frame by frame (`teaching.align`), and the orthogonal matrix that turns
today's vectors into those of the training day follows in closed form. As the path depends on the matrix and the matrix
on the path, both are found in turn, beginning at every way in which a sensor's axes can be swapped and turned round.
Source: Schönemann (1966), "A generalized solution of the orthogonal Procrustes problem"; Besl & McKay (1992), "A
method for registration of 3-D shapes" (in turn, from several beginnings).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from gesturemap.frames import Spec, Values
from gesturemap.teaching import align

FRAMES = 60
"""Of each demonstration when it is compared."""
MOST = 8
"""Demonstrations of a gesture that each of today's is compared with."""
ROUNDS = 3
"""Of path and matrix in turn."""
STARTS = 3
"""Beginnings that are followed to their end."""
MIRRORED = 0.85
"""What a mirrored sensor must cost of one that is not: a movement in a plane is seen alike by both."""
PLAIN = 1.25
"""What a swap of axes may cost of the best matrix and still be what is said."""
AXES = ("x", "y", "z")
ANGLES = ("deg", "rad", "°")
"""Units of channels that are no parts of a vector."""

Takes = Sequence[tuple[str, Values]]
"""Gesture and vectors (T, D) of each demonstration of today."""
Known = Mapping[str, Sequence[Values]]
"""The same of the training day, by gesture."""


class Vector(NamedTuple):
    """Channels that are x, y (and z) of one thing."""

    stem: str
    columns: tuple[int, ...]


class Seen(NamedTuple):
    """What turns today's vectors into those of the training day: ``(values @ matrix.T) / gain - offset``."""

    matrix: Values
    """(D, D) orthogonal."""
    gain: float
    """How much longer vectors are today."""
    offset: Values
    """(D,) what is left between both, in the training day's units."""
    cost: float
    """Mean square distance along the paths, a share of the vectors' own mean square."""


def vectors(spec: Spec) -> list[Vector]:
    """Channels that share a name but for x, y, z, and a unit that is no angle; in order of channels."""
    found: dict[str, dict[str, int]] = {}
    for number, channel in enumerate(spec.channels):
        name = channel.name.lower()
        if name.endswith(AXES) and channel.unit not in ANGLES:
            found.setdefault(channel.name[:-1].rstrip("_-. "), {})[name[-1]] = number
    ways = (AXES, AXES[:2])
    return [
        Vector(stem, tuple(places[axis] for axis in way))
        for stem, places in found.items()
        for way in ways
        if set(places) == set(way)
    ]


def even(values: Values, frames: int = FRAMES) -> Values:
    """So many frames of a movement (T, C), evenly in its time."""
    at, own = np.linspace(0.0, len(values) - 1.0, frames), np.arange(len(values))
    return np.stack([np.interp(at, own, column) for column in values.T], axis=1)


@cache
def swaps(size: int) -> tuple[tuple[float, ...], ...]:
    """Every matrix that swaps axes and turns them round, flat; the one that does nothing first."""
    found = []
    for order in itertools.permutations(range(size)):
        for signs in itertools.product((1.0, -1.0), repeat=size):
            matrix = np.zeros((size, size))
            matrix[np.arange(size), order] = signs
            found.append(tuple(matrix.ravel().tolist()))
    return tuple(found)


def length(today: Takes, known: Known) -> float:
    """How much longer today's vectors are: root of the ratio of mean squares, each gesture with its own."""
    logs = [
        math.log(max(_square(y), 1e-300) / max(float(np.mean([_square(x) for x in known[label]])), 1e-300))
        for label, y in today
    ]
    return math.exp(0.5 * float(np.mean(logs)))


def _square(values: Values) -> float:
    return float((values**2).sum(axis=1).mean())


def turned(
    today: Takes, known: Known, matrix: Values, rounds: int = ROUNDS, proper: bool | None = True
) -> Seen:
    """The matrix found in so many rounds from this one; with none of them, what this one costs.

    Parameters
    ----------
    proper : whether it is a rotation; else one and a mirror.
    """
    gain = length(today, known)
    size = len(matrix)
    for remaining in range(rounds, -1, -1):
        both, cost, offset = np.zeros((size, size)), 0.0, np.zeros(size)
        own, count = 0.0, 0
        for label, y in today:
            moved = (y @ matrix.T) / gain
            for x in known[label]:
                path = align.pairs(moved, x)
                seen, wanted = y[path[:, 0]] / gain, x[path[:, 1]]
                apart = moved[path[:, 0]] - wanted
                cost += float((apart**2).sum(axis=1).mean())
                offset += apart.mean(axis=0)
                own += _square(wanted)
                both += wanted.T @ seen / len(path)
                count += 1
        if not remaining:
            break
        left, _, right = np.linalg.svd(both)
        flip = np.ones(size)
        flip[-1] = (1.0 if proper else -1.0) * np.sign(np.linalg.det(left) * np.linalg.det(right))
        matrix = (left * flip) @ right
    return Seen(matrix, gain, offset / max(count, 1), cost / max(own, 1e-300))


def moved(today: Takes, known: Known, rounds: int = ROUNDS) -> Seen:
    """What today's vectors lie off by, as they are turned and as large as they were, found in so many rounds."""
    size = today[0][1].shape[1]
    offset = np.zeros(size)
    for remaining in range(rounds, -1, -1):
        cost, own, apart = 0.0, 0.0, []
        for label, y in today:
            for x in known[label]:
                path = align.pairs(y - offset, x)
                wanted = x[path[:, 1]]
                apart.append((y[path[:, 0]] - wanted).mean(axis=0))
                cost += _square(y[path[:, 0]] - offset - wanted)
                own += _square(wanted)
        if remaining:
            offset = np.mean(apart, axis=0)
    return Seen(np.eye(size), 1.0, offset, cost / max(own, 1e-300))


def best(today: Takes, known: Known, proper: bool) -> Seen:
    """The cheapest rotation, or rotation with a mirror, from whichever beginning."""
    size = today[0][1].shape[1]
    few: Known = {label: takes[:1] for label, takes in known.items()}
    starts = [np.reshape(flat, (size, size)) for flat in swaps(size)]
    starts = [start for start in starts if (np.linalg.det(start) > 0.0) == proper]
    starts.sort(key=lambda start: turned(today, few, start, 0).cost)
    found = [turned(today, known, start, ROUNDS, proper) for start in starts[:STARTS]]
    return min(found, key=lambda one: one.cost)


def nearest_swap(matrix: Values) -> Values:
    """The matrix of swapped and turned axes that is nearest, of the same handedness."""
    size = len(matrix)
    every = [np.reshape(flat, (size, size)) for flat in swaps(size)]
    same = [one for one in every if np.linalg.det(one) * np.linalg.det(matrix) > 0.0]
    return max(same, key=lambda one: float((one * matrix).sum()))


def rotation_vector(matrix: Values) -> Values:
    """Degrees about x, y and z (3,) of a rotation (3, 3), or about z alone (1,) of one in a plane."""
    if len(matrix) == 2:
        return np.array([math.degrees(math.atan2(matrix[1, 0], matrix[0, 0]))])
    angle = math.acos(min(max(0.5 * (float(np.trace(matrix)) - 1.0), -1.0), 1.0))
    axis = np.array([matrix[2, 1] - matrix[1, 2], matrix[0, 2] - matrix[2, 0], matrix[1, 0] - matrix[0, 1]])
    size = float(np.linalg.norm(axis))
    if size < 1e-9:
        if angle < 1.0:
            return np.zeros(3)
        column = int(np.argmax(np.diag(matrix)))  # half a turn: about what stays
        axis = matrix[:, column] + np.eye(3)[column]
        size = float(np.linalg.norm(axis))
    turned: Values = math.degrees(angle) * axis / size
    return turned


def degrees(matrix: Values) -> float:
    """How far a rotation turns, or the one in a mirrored matrix."""
    if np.linalg.det(matrix) < 0.0:
        matrix = -matrix if len(matrix) == 3 else matrix @ np.diag([1.0, -1.0])
    return float(np.linalg.norm(rotation_vector(matrix)))
