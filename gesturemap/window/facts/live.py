"""The numbers behind the moving pictures: what the engine wrote since the last look. No Qt."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gesturemap.engine.scope import ScopeReader
from gesturemap.frames import Channel, Spec, Values
from gesturemap.teaching.movement import Span, moved

STEADY = 0.1
"""Seconds a winner must last before its name is shown large, so that nothing flickers."""
GAP = 0.5
"""Seconds without a frame after which a curve is broken rather than joined."""
LONGEST, LONGEST_POINTS = 30.0, 3000
"""How many seconds curves can show, and how many rows of them are kept: what is near can be looked at closely."""
MINUTE, MINUTE_POINTS = 60.0, 2400
"""How far back one can reach for a movement, in seconds, and how many frames of it are remembered here."""
LOOK = 0.25
"""Seconds between two looks at where somebody moved."""
JUST = 0.4
"""Seconds after its end in which a movement still counts as going on."""


class Ring:
    """The last `span` seconds of some columns, thinned to at most `points` rows.

    Every value is written twice, so that `view` is always one piece and nothing is copied to draw it.
    """

    def __init__(
        self, names: Sequence[str], span: float = 8.0, points: int = 600, units: Sequence[str] = ()
    ) -> None:
        self.names = tuple(names)
        self.units = tuple(units) or ("",) * len(self.names)
        self.span, self.points = span, points
        self._spacing = span / points
        self._x = np.zeros(2 * points)  # untouched until it is written: a minute of it is MB
        self._y = np.zeros((len(self.names), 2 * points))
        self._written = 0
        self.newest = -math.inf
        """Time of the newest row, in seconds."""
        self.origin = 0.0
        """Time to which `view` counts, so that small numbers are drawn."""

    def clear(self) -> None:
        """Forget everything."""
        self._written, self.newest = 0, -math.inf

    def add(self, time: Values, values: Values) -> None:
        """Take rows in order of time: (T,) seconds, (T, C) values."""
        if not len(time):
            return
        if time[0] < self.newest - GAP:
            self.clear()
        if not self._written:
            self.origin = float(time[0])
        place = np.floor((time - self.origin) / self._spacing)
        last = math.floor((self.newest - self.origin) / self._spacing) if self._written else -1
        keep = (place > last) & (np.append(place[1:], np.inf) > place)
        time, values = time[keep][-self.points :], values[keep][-self.points :]
        if not len(time):
            return
        if self._written and time[0] - self.newest > GAP:
            self._write(np.array([self.newest + self._spacing]), np.full((1, len(self.names)), np.nan))
        self._write(time, values)
        self.newest = float(time[-1])

    def _write(self, time: Values, values: Values) -> None:
        at = np.arange(self._written, self._written + len(time)) % self.points
        self._x[at] = self._x[at + self.points] = time - self.origin
        self._y[:, at] = self._y[:, at + self.points] = values.T
        self._written += len(time)

    def change(self, columns: slice, by: Callable[[Values], Values]) -> None:
        """Make other values of those of some columns, (C, any number), wherever they are kept."""
        self._y[columns] = by(self._y[columns])

    @property
    def seconds(self) -> float:
        """From the oldest row to the newest; 0: there is none, or one."""
        time, _ = self.view()
        return float(time[-1] - time[0]) if len(time) else 0.0

    def view(self) -> tuple[Values, Values]:
        """Time (T,) since `origin` and values (C, T), oldest first; valid until the next `add`."""
        count = min(self._written, self.points)
        start = self._written % self.points if self._written > self.points else 0
        return self._x[start : start + count], self._y[:, start : start + count]


def thinned(time: Values, values: Values, seconds: float, points: int) -> NDArray[np.intp]:
    """Which rows of (T,) times and (C, T) values to draw: at most `points` in so many seconds, and every gap.

    They are the same rows from picture to picture, so that curves flow and do not flicker.
    """
    if len(time) <= points:
        return np.arange(len(time))
    places = np.floor(time * (points / seconds))
    gaps = ~np.isfinite(values).any(axis=0)
    return np.flatnonzero((np.diff(places, prepend=-np.inf) > 0) | gaps)[-points:]


class SlowRange:
    """A range that opens at once and closes slowly and in steps, so that curves do not breathe."""

    SETTLE = 6.0
    """Seconds in which it closes by about two thirds."""
    STEP = 0.06
    """Share of the range by which it must be wrong before it is drawn anew."""

    def __init__(self) -> None:
        self.low, self.high = 0.0, 1.0
        """What is drawn."""
        self._low = self._high = 0.0
        self._at = -math.inf

    def follow(self, values: Values, now: float) -> bool:
        """Take what is visible; True when the range should be drawn anew."""
        finite = values[np.isfinite(values)]
        if not len(finite):
            return False
        low, high = float(finite.min()), float(finite.max())
        room = (high - low) * 0.05 if high > low else max(0.5, abs(high) * 0.1)
        low, high = low - room, high + room
        if self._at == -math.inf:
            self._low, self._high = low, high
        share = 1 - math.exp(-max(0.0, now - self._at) / self.SETTLE)
        first, self._at = self._at == -math.inf, now
        self._low = min(low, self._low + share * (low - self._low))
        self._high = max(high, self._high + share * (high - self._high))
        step = self.STEP * (self.high - self.low)
        wrong = max(abs(self._low - self.low), abs(self._high - self.high)) > step
        if not (first or wrong or low < self.low or high > self.high):
            return False
        self.low, self.high = self._low, self._high
        return True


def ticks(low: float, high: float, most: int) -> list[float]:
    """At most `most` round numbers within a range, evenly spaced."""
    span = high - low
    if not span > 0 or most < 1:
        return []
    exponent = math.floor(math.log10(span)) - 1
    for power in range(exponent, exponent + 4):
        for step in (1, 2, 5):
            size = step * 10.0**power
            first, last = math.ceil(low / size), math.floor(high / size)
            if last - first + 1 <= most:
                return [round(i * size, 12) for i in range(first, last + 1)]
    return []


def pretty(unit: str) -> str:
    """A unit as it is printed: ``m/s²`` for ``m/s2``."""
    return re.sub(r"(?<=[a-zA-Z])[23]\b", lambda power: "²³"[int(power.group()) - 2], unit)


def grouped(names: Sequence[str], most: int = 4) -> list[list[int]]:
    """Channels that share a plot, such as ``acc_x``, ``acc_y`` and ``acc_z``; at most `most` plots."""
    groups: dict[str, list[int]] = {}
    for index, name in enumerate(names):
        stem = re.sub(r"(^|_|\.)([xyzw]|[0-9]+)(_.*)?$", r"\3", name)
        groups.setdefault(stem, []).append(index)
    found = list(groups.values())
    while len(found) > most:
        sizes = [len(a) + len(b) for a, b in pairwise(found)]
        at = sizes.index(min(sizes))
        found[at : at + 2] = [found[at] + found[at + 1]]
    return found


class Watcher(Protocol):
    """Somebody who wants every row, not only the newest."""

    def opened(self, scope: ScopeReader) -> None:
        """Rows come from this scope from now on."""
        ...

    def rows(self, scope: ScopeReader, arrived: Values, rows: Values) -> None:
        """What is new: (T,) when it arrived, in seconds of the machine's clock, and (T, width) rows."""
        ...


class Live:
    """Everything that moves, brought up to date by `tick`."""

    def __init__(self) -> None:
        self.inputs, self.features = Ring(()), Ring(())
        self.minute = Ring((), MINUTE, MINUTE_POINTS)
        """What the sensor sent in the last minute, coarsely."""
        self.labels: tuple[str, ...] = ()
        """The K gestures the model knows."""
        self.posterior = self.fit = self.progress = self.log_likelihoods = np.zeros(0)
        self.controls = np.zeros(0)
        self.control_names: tuple[str, ...] = ()
        self.watchers: list[Watcher] = []
        self.output_names: tuple[str, ...] = ()
        """What a regression gives."""
        self.heard = False
        """Whether the newest frame gave an estimate."""
        self.winner = ""
        """Who wins, ``""`` for none of these, once it has lasted `STEADY` seconds."""
        self.plays = False
        """Whether a demonstration plays in place of the sensor: nothing of that can be kept."""
        self.frames = 0
        """Rows seen since the window opened."""
        self._scope: ScopeReader | None = None
        self._when = np.full(2, np.nan)
        """The newest frame's own time, and when it arrived."""
        self._candidate, self._since = "", 0.0
        self._seen_at = -math.inf
        self.now = 0.0
        self._moving, self._looked = False, -math.inf

    def open(self, path: str | Path) -> None:
        """Read this scope from now on, an empty path: none; curves of the same channels go on.

        Raises
        ------
        FileError
            If it is gone or is no scope.
        """
        scope = ScopeReader(path) if path else None
        if scope is not None:
            self.inputs = self._ring(self.inputs, scope, "inputs")
            self.features = self._ring(self.features, scope, "features")
        if self.minute.names != self.inputs.names:
            self.minute = Ring(self.inputs.names, MINUTE, MINUTE_POINTS, self.inputs.units)
        before = self.control_names
        self.labels, self.control_names, self.output_names = (
            tuple(scope.names(group)) if scope is not None else ()
            for group in ("posterior", "controls", "outputs")
        )
        self.posterior = self.fit = self.progress = self.log_likelihoods = np.zeros(len(self.labels))
        if self.control_names != before:  # else whoever hears them has what was sent last
            self.controls = np.zeros(len(self.control_names))
        self.heard = False
        self._scope, self._when = scope, np.full(2, np.nan)
        for watcher in self.watchers:
            if scope is not None:
                watcher.opened(scope)

    @staticmethod
    def _ring(ring: Ring, scope: ScopeReader, group: str) -> Ring:
        names, units = tuple(scope.names(group)), tuple(scope.units(group))
        return (
            ring
            if (ring.names, ring.units) == (names, units)
            else Ring(names, LONGEST, LONGEST_POINTS, units)
        )

    def tick(self, now: float) -> None:
        """Take over what is new; `now` in seconds of this process."""
        self.now = now
        rows = self._scope.read() if self._scope is not None else np.zeros((0, 0))
        if self._scope is not None and len(rows):
            columns = self._scope.columns
            self.controls = rows[-1, columns["controls"]]
            when = np.hstack([rows[:, columns["time"]], rows[:, columns["arrived"]]])
            moved = (when != np.vstack([self._when, when[:-1]])).any(axis=1)
            # the others show how outputs fade while nothing arrives
            rows, arrived, self._when = rows[moved], when[moved, 1], when[-1]
        if self._scope is not None and len(rows):
            self.inputs.add(arrived, rows[:, columns["inputs"]])
            hand = rows[:, columns["inputs"]]
            self.minute.add(arrived, np.full_like(hand, np.nan) if self.plays else hand)
            self.features.add(arrived, rows[:, columns["features"]])
            for watcher in self.watchers:
                watcher.rows(self._scope, arrived, rows)
            row = rows[-1]
            self.posterior, self.fit = row[columns["posterior"]], row[columns["fit"]]
            self.progress, self.log_likelihoods = row[columns["progress"]], row[columns["log_likelihoods"]]
            self.heard = len(self.posterior) > 0 and bool(np.isfinite(self.posterior).all())
            self._seen_at = now
            self.frames += len(rows)
            index = int(row[columns["winner"]][0]) if self.heard else -1
            self._settle(self.labels[index] if 0 <= index < len(self.labels) else "", now)
        elif self.silence > 1.0:
            self._settle("", now)

    def movements(self) -> tuple[Values, Values, list[Span]]:
        """How much was moved in the last minute, and the movements that stand out, oldest first; what is older is
        forgotten also while nothing arrives.

        (N,) seconds of the machine's clock, (N,) energies, and spans in seconds of the machine's clock; see `moved`.
        """
        ring = self.minute
        if not ring.names or not math.isfinite(ring.newest):
            self._moving = False
            return np.zeros(0), np.zeros(0), []
        time, values = ring.view()
        grid, most, found = moved(Spec(tuple(map(Channel, ring.names, ring.units))), time, values.T)
        oldest = self.age(ring) - MINUTE
        spans = [Span(s.start + ring.origin, s.end + ring.origin) for s in found if s.start >= oldest]
        self._moving = bool(spans) and self.age(ring) + ring.origin - spans[-1].end < JUST
        return grid + ring.origin, most, spans

    @property
    def moving(self) -> bool:
        """Whether somebody moves, as far as movements stand out."""
        if self.now - self._looked > LOOK:
            self._looked = self.now
            self.movements()
        return self._moving

    def _settle(self, winner: str, now: float) -> None:
        if winner != self._candidate:
            self._candidate, self._since = winner, now
        if now - self._since >= STEADY:
            self.winner = self._candidate

    @property
    def silence(self) -> float:
        """Seconds since the last frame was seen."""
        return self.now - self._seen_at

    def age(self, ring: Ring) -> float:
        """How far `ring.origin` lies in the past, so that curves move on while nothing arrives."""
        return ring.newest - ring.origin + max(0.0, self.silence)

    def of(self, values: Values, label: str) -> float:
        """The number of one gesture, 0 where there is none."""
        if label not in self.labels:
            return 0.0
        value = float(values[self.labels.index(label)])
        return value if math.isfinite(value) else 0.0
