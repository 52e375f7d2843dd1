"""Presets: tables of control values, and what lies between them by weight."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from gesturemap.clock import Period
from gesturemap.errors import SettingsError
from gesturemap.frames import Channel, Values

Table = Mapping[str, Mapping[str, float]]


class Presets:
    """Control values between presets, by their weights, smoothed by time.

    Parameters
    ----------
    points : preset -> control -> value; a control that a preset does not name is at rest in it.
    neutral : control -> value at rest; those left out rest at the least value that a preset gives them.
    place : where they stand, for errors.
    """

    def __init__(self, points: Table, neutral: Mapping[str, float], smoothing: float, place: str) -> None:
        self.names = tuple(dict.fromkeys(name for values in points.values() for name in values))
        for name in self.names:
            if not name or any(letter.isspace() for letter in name):
                raise SettingsError(
                    place, repr(name), "a control is one word", 'write it as "pad.brightness"'
                )
        for name in neutral:
            if name not in self.names:
                raise SettingsError(
                    f"{place}, neutral", name, f"the presets set {', '.join(self.names) or 'nothing'}",
                    "name one of them, or give it a value in a preset",
                )  # fmt: skip
        least = {n: min(values[n] for values in points.values() if n in values) for n in self.names}
        self.rest: Values = np.array([neutral.get(name, least[name]) for name in self.names])
        self._table = np.array(
            [
                [values.get(name, rest) for name, rest in zip(self.names, self.rest.tolist(), strict=True)]
                for values in points.values()
            ]
        ).reshape(len(points), len(self.names))
        self.unsaid = tuple(name for name in self.names if name not in neutral)
        self.spans: Values = np.ptp(np.vstack([self.rest, self._table]), axis=0)
        """How far the presets are apart in each control."""
        self._smoothing = smoothing
        self._period = Period()
        self._values = self.rest
        self._moving = False

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The controls."""
        return tuple(Channel(name) for name in self.names)

    def at(self, weights: Values, time: float) -> Values:
        """The controls for these weights (K,), 0..1, that sum to 1 at most; the rest of 1 is neutral."""
        seconds = self._period.since(time)
        target: Values = weights @ self._table
        if (left := 1.0 - float(weights.sum())) > 1e-12:
            target += left * self.rest
        if self._smoothing and self._moving:
            target = self._values + (target - self._values) * -math.expm1(-seconds / self._smoothing)
        self._values, self._moving = target, True
        return target

    def still(self, time: float) -> Values:
        """The controls as they were: nothing is known in this frame."""
        self._period.since(time)
        return self._values


def sharpened(weights: Values, sharpness: float) -> Values:
    """Weights (K,) that sum to as much as they do, the greater ones greater still above a sharpness of 1."""
    total, most = float(weights.sum()), float(weights.max(initial=0.0))
    if most <= 0.0:
        return np.zeros(len(weights))
    raised = (weights / most) ** sharpness
    return np.asarray(raised * (total / raised.sum()))


def by_distance(positions: Values, power: float, place: Values) -> Values:
    """Weights (K,) of points (K, D) by the inverse of their distances from a place (D,), exact at each point.

    Source: Shepard (1968), "A two-dimensional interpolation function for irregularly-spaced data", equation 1.
    """
    squares = ((positions - place) ** 2).sum(axis=1)
    nearest = int(squares.argmin())
    if squares[nearest] < 1e-24:
        weights = np.zeros(len(positions))
        weights[nearest] = 1.0
        return weights
    inverse = (squares[nearest] / squares) ** (0.5 * power)
    return np.asarray(inverse / inverse.sum())


def by_corners(signs: Values, place: Values) -> Values:
    """Weights (K,) of the corners (K, D), 0 or 1 each, of a box for a place (D,) in it: products of shares."""
    inside = np.clip(place, 0.0, 1.0)
    return np.asarray(np.where(signs > 0.5, inside, 1.0 - inside).prod(axis=1))


def corners(positions: Values, names: Sequence[str], place: str) -> Values:
    """Corners (K, D), 0 or 1, of points (K, D) that are all corners of one box.

    Raises
    ------
    SettingsError
        If they are not.
    """
    low, high = positions.min(axis=0), positions.max(axis=0)
    signs: Values = (positions > (low + high) / 2.0).astype(np.float64)
    count = 2 ** positions.shape[1]
    right = (
        bool((high > low).all())
        and np.array_equal(np.where(signs > 0.5, high, low), positions)
        and len(names) == count == len({tuple(row) for row in signs.tolist()})
    )
    if not right:
        raise SettingsError(
            place,
            ", ".join(f"{n} at {row}" for n, row in zip(names, positions.tolist(), strict=True)),
            f"between corners, there are {count} points, one at each corner of a box",
            'move them there, or set between = "distance"',
        )
    return signs
