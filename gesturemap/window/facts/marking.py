"""The past marked again as another threshold would have marked it, by the events' own rule. No Qt."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from gesturemap import catalog
from gesturemap.errors import GesturemapError
from gesturemap.frames import NONE, Estimate, Spec, Values
from gesturemap.mapping.events import Events, EventsPart
from gesturemap.mapping.mapping import Source
from gesturemap.window.facts.past import Past, Span

RESHAPED = 1.0
"""Seconds without a row after which what goes on has ended."""


def rule_of(table: Mapping[str, Any] | None, threshold: float) -> Events | None:
    """Events with this threshold, without what says when and how strong; None: they cannot be read."""
    try:
        settings = catalog.read("mapping", table or {"kind": "events"}, "mapping")
    except GesturemapError:
        return None
    if not isinstance(settings, Events):
        return None
    release = min(settings.release, threshold)
    return replace(
        settings, threshold=threshold, release=release, strength="", quantise=0.0, tap="", gates=False
    )


class Marking:
    """Steps through a `Past` as it grows; begun anew, it marks all of it.

    Parameters
    ----------
    rule : what decides; None: nothing is marked.
    bound : the fit at which a model that spots would decide, where it decides by itself; 0: it does not.
    """

    def __init__(self, rule: Events | None, labels: tuple[str, ...], bound: float = 0.0) -> None:
        self.spans: list[Span] = []
        self._labels = labels
        self._part = self._start(rule, labels, spots=bound > 0.0)
        self._crossing = Crossing(len(labels), bound) if bound > 0.0 else None
        self._seen = -math.inf

    @staticmethod
    def _start(rule: Events | None, labels: tuple[str, ...], *, spots: bool) -> EventsPart | None:
        if rule is None or not labels:
            return None
        try:
            return rule.start(Source(labels, (), Spec(()), spots))
        except GesturemapError:  # it watches a gesture that the model does not know
            return None

    def catch_up(self, past: Past, oldest: float) -> None:
        """Take the rows that are new, and forget what ended before `oldest`, seconds of the machine's clock."""
        if self._part is None or past.labels != self._labels:
            return
        time, rows = past.view()
        if not len(time):
            return
        first = int(np.searchsorted(time, self._seen, side="right")) if math.isfinite(self._seen) else 0
        if first < len(time):
            self._take(past, time[first:], rows[:, first:])
            self._seen = float(time[-1])
        if self.spans and self.spans[0].end < oldest:
            self.spans = [span for span in self.spans if span.end >= oldest]

    def _take(self, past: Past, time: Values, rows: Values) -> None:
        assert self._part is not None
        groups = {
            name: np.nan_to_num(past.group(rows, name)).T.copy() for name in ("posterior", "fit", "progress")
        }
        heard = np.logical_and.reduce(np.isfinite(rows[:-1]))
        last, step, nothing = self._seen, self._part.step, np.zeros(0)
        moments = time.tolist()
        for i, moment in enumerate(moments):
            if not heard[i]:
                continue
            if moment - last > RESHAPED and self.spans and math.isinf(self.spans[-1].end):
                self.spans[-1] = self.spans[-1]._replace(end=last + past.origin)
            last = moment
            fit, spotted = groups["fit"][i], NONE
            if self._crossing is not None:
                fit, spotted = self._crossing.step(fit, moment)
            estimate = Estimate(
                moment, nothing, groups["posterior"][i], groups["progress"][i], fit, nothing, nothing, nothing, NONE,
                moment, spotted,
            )  # fmt: skip
            for event in step(estimate, nothing):
                self._happened(event.kind, event.label, event.strength, moment + past.origin)

    def _happened(self, kind: str, label: str, strength: float, at: float) -> None:
        if kind == "began":
            self.spans.append(Span(label, at, math.inf, strength))
        elif self.spans and math.isinf(self.spans[-1].end):
            self.spans[-1] = self.spans[-1]._replace(end=at)


class Crossing:
    """When a model that spots would have done so, had its bound been where the fit was `bound` and not 0.5.

    The fit of such a model is a logistic function of how far its score is above its threshold, so that another
    threshold moves all fits alike; a gesture is spotted when its fit comes to 0.5, once, until it has fallen away.
    """

    AWAY = 0.083
    """The fit below which a gesture can be spotted again; as in `gesturemap.models.spotting_kernels`, and so is..."""
    QUIET = 0.2
    """...the least time from one to the next, in seconds."""

    def __init__(self, gestures: int, bound: float) -> None:
        self._odds = (1.0 - bound) / max(1e-9, bound)
        self._armed = np.ones(gestures, bool)
        self._fired = -math.inf

    def step(self, fit: Values, now: float) -> tuple[Values, int]:
        """The fits (K,) as they would be, and the gesture that would be spotted, or NONE."""
        odds = fit * self._odds
        moved = odds / (odds + 1.0 - np.minimum(fit, 1.0 - 1e-12))
        self._armed |= moved < self.AWAY
        ready = np.where(self._armed, moved, 0.0)
        best = int(ready.argmax())
        if ready[best] < 0.5 or now - self._fired < self.QUIET:
            return moved, NONE
        self._fired = now
        self._armed[:] = False
        return moved, best
