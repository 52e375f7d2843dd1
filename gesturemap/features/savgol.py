"""Savgol: smoothing and derivatives by a polynomial through the last frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.clock import Period
from gesturemap.compiled import brief
from gesturemap.errors import SettingsError
from gesturemap.features.derive import ENDING, per_second
from gesturemap.features.feature import Room, select
from gesturemap.frames import Channel, Frame, Spec

HIGHEST = 5
"""Degree of a polynomial."""
SINGULAR = 1e-12
"""A pivot below this part of its diagonal says nothing: the frames cannot bear a polynomial of this degree."""


@dataclass(frozen=True)
class Savgol:
    """Savitzky-Golay: a polynomial is fitted to the last frames by least squares, at their own times.

    Evaluated at the newest frame it has no delay (for a degree above the derivative's) but is less steady;
    at the centre it is steadier and late by half the window. With `derivative` 0 the smoothed channels take
    the place of the chosen; 1 and 2 give new channels per second, ``acc_x_d`` and ``acc_x_dd``. The first
    frames give a polynomial of lower degree.

    Source: Savitzky, Golay, "Smoothing and differentiation of data by simplified least squares procedures",
    Anal. Chem. 36, 1964; at regular times the same numbers.
    """

    kind: ClassVar[str] = "savgol"

    columns: tuple[str, ...] = setting((), "channels it works on, such as acc*; empty: all")
    frames: int = setting(9, "how many frames the polynomial is fitted to", low=3, high=101)
    degree: int = setting(2, "degree of the polynomial: higher follows quicker bends", low=0, high=HIGHEST)
    derivative: int = setting(0, "0: smoothed; 1: speed of change; 2: its acceleration", low=0, high=2)
    at: str = setting(
        "end", "where it is evaluated: at the newest frame or the middle one", choices=("end", "centre")
    )
    keep: bool = setting(
        True, "the chosen channels go on beside their derivatives; else these take their place"
    )

    def start(self, spec: Spec) -> SavgolRun:
        """Size everything for frames of `spec`."""
        return SavgolRun(self, spec)


class SavgolRun:
    """A running polynomial; a value that is no number counts as the last one again."""

    def __init__(self, settings: Savgol, spec: Spec) -> None:
        chosen = select(spec, settings.columns, "savgol, columns")
        if not settings.derivative <= settings.degree < settings.frames:
            raise SettingsError(
                "savgol, degree",
                str(settings.degree),
                f"at least the derivative ({settings.derivative}) and below frames ({settings.frames})",
                "raise frames or degree",
            )
        order = settings.derivative
        channels = [spec.channels[i] for i in chosen]
        new = [Channel(c.name + ENDING[order], per_second(c.unit, order)) for c in channels] if order else []
        self._room = Room(spec, chosen, new, settings.keep or not order)
        self.spec = self._room.spec
        half = (settings.frames - 1) / 2.0 / spec.rate if spec.rate > 0.0 else 0.0
        late = settings.at == "centre" or settings.degree == order
        self.delay = half if late else 0.0
        self._period = Period(spec.rate)
        places = np.arange(spec.width, len(self._room.whole)) if order else np.array(chosen)
        ring = np.full((settings.frames + 1, 1 + len(chosen)), np.nan)
        ring[-1] = 0.0
        self._settled: tuple[Any, ...] = (
            np.stack([np.array(chosen), places]).astype(np.int64),
            np.array([settings.degree, order, settings.at == "centre", 0], dtype=np.int64),
            ring,
            np.zeros((HIGHEST + 1, HIGHEST + 2)),
            np.zeros((2, settings.frames)),
        )

    def step(self, frame: Frame) -> Frame | None:
        """Take one frame; None as long as there are too few for the derivative."""
        room = self._room
        room.came[...] = frame.values
        if not polynomial(room.whole, self._period.since(frame.time), *self._settled):
            return None
        return Frame(frame.time, room.out(), frame.arrived)


@brief
def polynomial(
    values: Any, seconds: float, places: Any, order: Any, ring: Any, normal: Any, row: Any
) -> bool:
    """Fit the last frames, write what is asked for into `values`; False as long as they are too few.

    `places` (2, C): where a channel is read and where its result goes. `order`: degree, derivative, whether
    at the centre, frames seen. `ring` (n + 1, 1 + C): seconds before and numbers of the last n frames, and
    the last results. `normal`: room for the normal equations and their solution; `row` (2, n): times and
    weights.
    """
    size, seen = ring.shape[0] - 1, order[3]
    take_in(values, seconds, places, ring, seen)
    order[3] = seen + 1
    count, derivative = min(seen + 1, size), order[1]
    if count <= derivative:
        return False
    degree = order[0] if count == size else max(derivative, min(order[0], (count - 1) // 2))
    half = moments(ring, row, seen, count)
    fitted = cholesky(normal, row, count, degree)
    if fitted >= derivative:
        at = (row[0, (count - 1) // 2] + row[0, count // 2]) / 2.0 if order[2] else 1.0
        weigh(normal, row, count, fitted, derivative, at, half)
    oldest = seen + 1 - count
    for i in range(places.shape[1]):
        if fitted >= derivative:
            result = 0.0
            for j in range(count):
                result += row[1, j] * ring[(oldest + j) % size, 1 + i]
            if np.isfinite(result) or np.isnan(ring[(oldest + count - 1) % size, 1 + i]):
                ring[size, 1 + i] = result
        values[places[1, i]] = ring[size, 1 + i]
    return True


@brief
def take_in(values: Any, seconds: float, places: Any, ring: Any, seen: int) -> None:
    """Put one frame into the ring; what is no number counts as the last one again."""
    size = ring.shape[0] - 1
    new, before = seen % size, (seen - 1) % size
    ring[new, 0] = seconds
    for i in range(places.shape[1]):
        value = values[places[0, i]]
        if not np.isfinite(value):
            value = ring[before, 1 + i]
        elif np.isnan(ring[before, 1 + i]):
            for j in range(size):
                ring[j, 1 + i] = value  # a channel that had no number yet starts settled
        ring[new, 1 + i] = value


@brief
def moments(ring: Any, row: Any, seen: int, count: int) -> float:
    """Write the times of the last frames, -1 for the oldest to 1 for the newest; half their span in s."""
    size = ring.shape[0] - 1
    time = 0.0
    for j in range(count - 1, -1, -1):
        row[0, j] = time
        time -= ring[(seen + 1 - count + j) % size, 0]
    half: float = max(-row[0, 0] / 2.0, 1e-300)
    for j in range(count):
        row[0, j] = row[0, j] / half + 1.0
    return half


@brief
def cholesky(normal: Any, row: Any, count: int, degree: int) -> int:
    """Factorise the normal equations of a polynomial; the highest degree, up to `degree`, they can bear.

    Their leading minors are the normal equations of the lower degrees.
    """
    for p in range(degree + 1):
        for q in range(p + 1):
            normal[p, q] = 0.0
    for j in range(count):
        power = 1.0
        for both in range(2 * degree + 1):
            # all entries whose powers add up to the same are the same sum, at first kept in one of them
            p = min(both, degree)
            normal[p, both - p] += power
            power *= row[0, j]
    for p in range(degree, -1, -1):
        for q in range(p + 1):
            one = min(p + q, degree)
            normal[p, q] = normal[one, p + q - one]
    for p in range(degree + 1):
        whole = normal[p, p]
        for q in range(p + 1):
            rest = normal[p, q]
            for r in range(q):
                rest -= normal[p, r] * normal[q, r]
            if q < p:
                normal[p, q] = rest / normal[q, q]
            elif rest > SINGULAR * whole:
                normal[p, p] = np.sqrt(rest)
            else:
                return p - 1
    return degree


@brief
def weigh(normal: Any, row: Any, count: int, fitted: int, derivative: int, at: float, half: float) -> None:
    """Write the weight of each frame in the derivative of the polynomial at the time `at` in -1..1."""
    answer = normal.shape[1] - 1
    for p in range(fitted + 1):
        rest = 1.0
        for r in range(derivative):
            rest *= (p - r) / half
        for _ in range(p - derivative):
            rest *= at
        for r in range(p):
            rest -= normal[p, r] * normal[r, answer]
        normal[p, answer] = rest / normal[p, p]
    for p in range(fitted, -1, -1):
        rest = normal[p, answer]
        for r in range(p + 1, fitted + 1):
            rest -= normal[r, p] * normal[r, answer]
        normal[p, answer] = rest / normal[p, p]
    for j in range(count):
        weight = 0.0
        for p in range(fitted, -1, -1):
            weight = weight * row[0, j] + normal[p, answer]
        row[1, j] = weight


KERNELS = (
    (
        polynomial,
        "boolean(float64[::1],float64,int64[:,::1],int64[::1],float64[:,::1],float64[:,::1],float64[:,::1])",
    ),
)
