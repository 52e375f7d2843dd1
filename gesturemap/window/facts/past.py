"""The last minute of estimates, and which gestures were told meanwhile. No Qt."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import numpy as np

from gesturemap.clock import SystemClock
from gesturemap.commands import Happened
from gesturemap.engine.scope import ScopeReader
from gesturemap.frames import Values
from gesturemap.models.novelty import Novelty
from gesturemap.teaching import movement
from gesturemap.teaching.unknown import is_unknown
from gesturemap.window.facts.live import Ring

SPAN = 60.0
"""Seconds that are kept."""
MOST, LEAST, GESTURES = 5400, 1800, 20
"""Rows that are kept of so many gestures, and at least of more: 90 a second, and 30."""
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

    Shapes: K gestures; `view` gives (T,) seconds since `origin` and (4 K + 2, T) rows in the order of `GROUPS`, then
    whether the model decided by its fits, and the frame's own time.
    """

    def __init__(self) -> None:
        self.labels: tuple[str, ...] = ()
        self.spans: deque[Span] = deque(maxlen=SPANS)
        """What was told, oldest first."""
        self.loosened = False
        """Whether the model's own bound was higher when these rows came."""
        self.takeovers: deque[float] = deque(maxlen=SPANS)
        """The newest row's moment whenever another model took over."""
        self.spots = False
        """Whether the model that was learned decides by its fits: those of one that does not, such as plays for the
        moment until the new one is there, are none of these, and are left out (NaN)."""
        self.version = 0
        """Rises when the rows are other ones, not only more."""
        self._ring = self._made(())
        self._waiting: list[tuple[Happened, float]] = []
        """What was told before any row came, and when."""

    @staticmethod
    def _made(labels: tuple[str, ...]) -> Ring:
        points = max(LEAST, min(MOST, MOST * GESTURES // max(1, len(labels))))
        return Ring(Past._names(labels), SPAN, points)

    @staticmethod
    def _names(labels: tuple[str, ...]) -> list[str]:
        return [*(f"{group} {label}" for group in GROUPS for label in labels), "spots", "time"]

    def opened(self, scope: ScopeReader) -> None:
        """A new scope: what is known of the gestures that stay is kept."""
        labels = tuple(scope.names("posterior"))
        self.takeovers.append(self.newest)
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

    def rename(self, names: Mapping[str, str]) -> None:
        """Gestures are called otherwise from now on, and were all along."""
        self.labels = tuple(names.get(label, label) for label in self.labels)
        self._ring.names = tuple(self._names(self.labels))
        for place, span in enumerate(self.spans):
            self.spans[place] = span._replace(label=names.get(span.label, span.label))
        self.version += 1

    def rows(self, scope: ScopeReader, arrived: Values, rows: Values) -> None:
        """What is new: (T,) when it arrived, (T, width) rows of the scope."""
        newest = self._ring.newest
        groups = {group: rows[:, scope.columns[group]] for group in (*GROUPS, "time")}
        if self.spots and not scope.spots:
            groups["fit"] = np.full((len(rows), len(self.labels)), np.nan)
        own = [groups[group] for group in GROUPS]
        self._ring.add(arrived, np.hstack([*own, np.full((len(rows), 1), scope.spots), groups["time"]]))
        if self._ring.newest < newest:
            self.version += 1
        if self._waiting:
            self._place()

    def recall(self, events: Iterable[tuple[Happened, float]]) -> None:
        """What was told before the window came, oldest first, and when; it is shown where there are rows."""
        if not self.spans:
            self._waiting = list(events)

    def _place(self) -> None:
        """What waited has its place, as far as there are rows: no span without them."""
        told, self._waiting = self._waiting, []
        oldest = float(self.view()[0][0]) + self.origin
        for event, at in told:
            self._tell(event, at)
        shown = [span._replace(start=max(span.start, oldest)) for span in self.spans if span.end > oldest]
        self.spans = deque(shown, maxlen=SPANS)
        self.version += 1

    def decided(self, spots: bool) -> None:
        """Whether the model that was learned decides by its fits; those of one that did not are left out then."""
        if spots and not self.spots:
            count = len(self.labels)
            self._ring.change(slice(GROUPS.index("fit") * count, len(GROUPS) * count + 1), self._left_out)
            self.version += 1
        self.spots = spots

    def _left_out(self, rows: Values) -> Values:
        """Rows from the fits to whether the model decided by them, without the fits where it did not."""
        rows[: len(self.labels), rows[-1] == 0.0] = np.nan
        return rows

    def bounded(self, by: Callable[[Values], Values]) -> None:
        """The model's own bound is elsewhere now: its fits as they would have been."""
        count, place = len(self.labels), GROUPS.index("fit")
        self._ring.change(slice(place * count, (place + 1) * count), by)
        self.loosened = float(by(np.array([0.5]))[0]) > 0.5
        self.version += 1

    def peak(self, span: Span) -> float:
        """The greatest fit of a gesture from its beginning to its end; 1 where no row is left."""
        time, rows = self.view()
        first, last = np.searchsorted(time, (span.start - self.origin - 1e-6, span.end - self.origin))
        fits = self.group(rows, "fit")[self.labels.index(span.label), first : last + 1]
        return float(np.fmax.reduce(fits)) if len(fits) and np.isfinite(fits).any() else 1.0

    def likeliest(self, start: float, end: float, but: str = "") -> str:
        """The gesture, `but` one, that was likeliest from one moment to another; empty: no row is left of them."""
        time, rows = self.view()
        first, last = np.searchsorted(time, (start - self.origin, end - self.origin))
        seen = self.group(rows, "posterior")[:, first : last + 1]
        others = [row for row, label in enumerate(self.labels) if label != but]
        if not others or not np.isfinite(seen[others]).any():
            return ""
        return self.labels[others[int(np.nansum(seen[others], axis=1).argmax())]]

    def unknown(self, span: movement.Span, novelty: Novelty, usual: float) -> bool:
        """Whether a movement was none of the gestures; `usual`: seconds of a demonstration. See `is_unknown`."""
        time, rows = self.view()
        if not self.labels or not len(time):
            return False
        first = int(np.searchsorted(time, span.start - self.origin))
        told = np.array([one.start for one in self.spans]) - self.origin
        new = novelty.of(self.group(rows, "log_likelihoods")[:, first:].T)
        here = movement.Span(span.start - self.origin, span.end - self.origin)
        return is_unknown(here, usual, time[first:], new, told)

    def clear(self) -> None:
        """Another project."""
        self._ring.clear()
        self.spans.clear()
        self._waiting.clear()
        self.takeovers.clear()
        self.loosened = False
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
        time, rows = self._ring.view()
        if not len(time) or time[-1] - time[0] <= SPAN:
            return time, rows
        first = int(np.searchsorted(time, time[-1] - SPAN))
        return time[first:], rows[:, first:]

    def group(self, rows: Values, group: str) -> Values:
        """The (K, T) rows of one of `GROUPS`, of rows that `view` gave."""
        count, place = len(self.labels), GROUPS.index(group)
        return rows[place * count : (place + 1) * count]

    def happened(self, event: Happened) -> None:
        """A gesture began or ended; the moment is that of its frame."""
        if self._waiting:
            self._waiting.append((event, SystemClock.now()))
        else:
            self._tell(event, self._moment(event.time))

    def _tell(self, event: Happened, at: float) -> None:
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
        recent = rows[-1, -200:]
        found = np.flatnonzero(recent <= time + 1e-9)
        if len(found) and len(found) < len(recent) and time > 0.0:
            return float(when[-len(recent) :][found[-1]] + self.origin)
        return self.newest
