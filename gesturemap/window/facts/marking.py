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

HALF = 0.5
"""The fit at which a model that decides by itself does so."""
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

    Where a model decides by itself, what it told is known, and which of it would have been told with a higher bound;
    with a lower one there is more, of which its fits alone tell less surely.

    Parameters
    ----------
    rule : what decides; None: nothing is marked.
    bound : the fit at which a model that spots would decide, where it decides by itself; 0: it does not.
    """

    def __init__(self, rule: Events | None, labels: tuple[str, ...], bound: float = 0.0) -> None:
        self.spans: list[Span] = []
        """What is marked."""
        self._found: list[Span] = []
        """What the rows say."""
        self._labels, self._rule, self._spots = labels, rule, bound > 0.0
        self._part = self._start(rule, labels, spots=bound > 0.0)
        self._crossing = Crossing(len(labels), bound) if bound > 0.0 else None
        self._bound = bound
        self._seen = -math.inf

    @staticmethod
    def _start(rule: Events | None, labels: tuple[str, ...], *, spots: bool) -> EventsPart | None:
        if rule is None or not labels:
            return None
        try:
            return rule.start(Source(labels, (), Spec(()), spots))
        except GesturemapError:  # it watches a gesture that the model does not know
            return None

    def catch_up(self, past: Past, oldest: float, now: float = -math.inf) -> None:
        """Take the rows that are new, and forget what ended before `oldest`, seconds of the machine's clock.

        Parameters
        ----------
        now : of the same clock: what goes on while no row comes has ended with the last one.
        """
        if self._part is None or past.labels != self._labels:
            return
        time, rows = past.view()
        if not len(time):
            return
        first = int(np.searchsorted(time, self._seen, side="right")) if math.isfinite(self._seen) else 0
        if first < len(time):
            self._take(past, time[first:], rows[:, first:])
            self._seen = float(time[-1])
        last = self._seen + past.origin
        if now - last > RESHAPED and self._found and math.isinf(self._found[-1].end):
            self._found[-1] = self._found[-1]._replace(end=last)
        if self._found and self._found[0].end < oldest:
            self._found = [span for span in self._found if span.end >= oldest]
        self.spans = self._beside_told(past, oldest) if self._crossing is not None else self._found

    def _beside_told(self, past: Past, oldest: float) -> list[Span]:
        """Of what was told, what came up to the bound; and what else did, where that is lower now."""
        told = [span for span in past.spans if span.end >= oldest and span.label in self._labels]
        kept = [span for span in told if past.peak(span) >= min(self._bound, HALF)]
        if self._bound > HALF:
            kept = [span for span in told if past.peak(span) >= self._bound]
        elif self._bound < HALF or past.loosened:
            more = [
                span
                for span in self._found
                if not any(span.start <= each.end + RESHAPED and span.end >= each.start for each in told)
            ]
            kept = sorted(kept + more, key=lambda span: span.start)
        return kept

    def _take(self, past: Past, time: Values, rows: Values) -> None:
        assert self._part is not None
        groups = {
            name: np.nan_to_num(past.group(rows, name)).T.copy() for name in ("posterior", "fit", "progress")
        }
        heard = np.logical_and.reduce(np.isfinite(rows[:-1]))
        last, nothing = self._seen, np.zeros(0)
        others = [moment - past.origin for moment in past.takeovers if moment - past.origin > self._seen]
        moments = time.tolist()
        for i, moment in enumerate(moments):
            if not heard[i]:
                continue
            if moment - last > RESHAPED and self._found and math.isinf(self._found[-1].end):
                self._found[-1] = self._found[-1]._replace(end=last + past.origin)
            if others and others[0] < moment:
                others = [each for each in others if each >= moment]
                self._taken_over()
            last = moment
            fit, spotted = groups["fit"][i], NONE
            if self._crossing is not None:
                fit, spotted = self._crossing.step(fit, moment)
            estimate = Estimate(
                moment, nothing, groups["posterior"][i], groups["progress"][i], fit, nothing, nothing, nothing, NONE,
                moment, spotted,
            )  # fmt: skip
            for event in self._part.step(estimate, nothing):
                self._happened(event.kind, event.label, event.strength, moment + past.origin)

    def _taken_over(self) -> None:
        """Another model: what goes on goes on, if that comes to hear it."""
        part = self._start(self._rule, self._labels, spots=self._spots)
        if part is not None and self._part is not None:
            part.go_on(self._part, {label: label for label in self._labels})
            self._part = part

    def _happened(self, kind: str, label: str, strength: float, at: float) -> None:
        if kind == "began":
            self._found.append(Span(label, at, math.inf, strength))
        elif self._found and math.isinf(self._found[-1].end):
            self._found[-1] = self._found[-1]._replace(end=at)


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
