"""The last minute of estimates, thirty a second, and which gestures were told meanwhile. No Qt."""

from __future__ import annotations

import math
from collections import deque
from typing import NamedTuple

import numpy as np

from gesturemap.commands import Happened
from gesturemap.engine.scope import ScopeReader
from gesturemap.frames import Values
from gesturemap.window.facts.live import Ring

SPAN, POINTS = 60.0, 1800
"""Seconds that are kept, and rows."""
GROUPS = ("posterior", "fit", "progress", "log_likelihoods")
SPANS = 400
"""Told gestures that are remembered."""


class Span(NamedTuple):
    """A gesture from where it began to where it ended, in seconds of the machine's clock."""

    label: str
    start: float
    end: float
    """inf: it still goes on."""
    strength: float


class Past:
    """What the engine said of each moment of the last minute.

    Shapes: K gestures; `view` gives (T,) seconds since `origin` and (4 K + 1, T) rows in the order of `GROUPS`, then
    the frame's own time.
    """

    def __init__(self) -> None:
        self.labels: tuple[str, ...] = ()
        self.spans: deque[Span] = deque(maxlen=SPANS)
        """What was told, oldest first."""
        self.version = 0
        """Rises when the rows are other ones, not only more."""
        self._ring = self._made(())

    @staticmethod
    def _made(labels: tuple[str, ...]) -> Ring:
        return Ring([*(f"{group} {label}" for group in GROUPS for label in labels), "time"], SPAN, POINTS)

    def opened(self, scope: ScopeReader) -> None:
        """A new scope: what is known of the gestures that stay is kept."""
        labels = tuple(scope.names("posterior"))
        if labels == self.labels:
            return
        before, self._ring = self._ring, self._made(labels)
        time, rows = before.view()
        if labels and self.labels and len(time):
            kept = np.zeros((len(self._ring.names), len(time)))
            for row, name in enumerate(self._ring.names):
                if name in before.names:
                    kept[row] = rows[before.names.index(name)]
            self._ring.add(time + before.origin, kept.T)
        self.labels = labels
        self.version += 1

    def rows(self, scope: ScopeReader, arrived: Values, rows: Values) -> None:
        """What is new: (T,) when it arrived, (T, width) rows of the scope."""
        newest = self._ring.newest
        groups = [rows[:, scope.columns[group]] for group in (*GROUPS, "time")]
        self._ring.add(arrived, np.hstack(groups))
        if self._ring.newest < newest:
            self.version += 1

    def clear(self) -> None:
        """Another project."""
        self._ring.clear()
        self.spans.clear()
        self.version += 1

    @property
    def newest(self) -> float:
        """When the newest row arrived, in seconds of the machine's clock; -inf: there is none."""
        return self._ring.newest

    @property
    def origin(self) -> float:
        """The moment to which `view` counts."""
        return self._ring.origin

    def view(self) -> tuple[Values, Values]:
        """Seconds since `origin` and rows, oldest first; valid until the next `rows`."""
        return self._ring.view()

    def group(self, rows: Values, group: str) -> Values:
        """The (K, T) rows of one of `GROUPS`, of rows that `view` gave."""
        count, place = len(self.labels), GROUPS.index(group)
        return rows[place * count : (place + 1) * count]

    def happened(self, event: Happened) -> None:
        """A gesture began or ended; the moment is that of its frame."""
        at = self._moment(event.time)
        if event.kind == "began":
            self._end("", at)
            self.spans.append(Span(event.label, at, math.inf, event.value))
        else:
            self._end(event.label, at)

    def _end(self, label: str, at: float) -> None:
        """What goes on ends: this gesture, or any."""
        for place in range(len(self.spans) - 1, max(-1, len(self.spans) - 9), -1):
            span = self.spans[place]
            if math.isinf(span.end) and label in ("", span.label):
                self.spans[place] = span._replace(end=max(at, span.start))

    def _moment(self, time: float) -> float:
        """When the frame of this time arrived, as far as it is among the last seconds; else now."""
        when, rows = self.view()
        if not len(when):
            return 0.0
        recent = rows[-1, -90:]
        found = np.flatnonzero(recent <= time + 1e-9)
        if len(found) and len(found) < len(recent) and time > 0.0:
            return float(when[-len(recent) :][found[-1]] + self.origin)
        return self.newest
