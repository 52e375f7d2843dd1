"""The line over the last minute: what decides when a gesture is said, where it stands, and what moves it. No Qt."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gesturemap import commands as c
from gesturemap.frames import Values
from gesturemap.mapping.events import Events
from gesturemap.window.facts.document import Document
from gesturemap.window.facts.marking import HALF, rule_of
from gesturemap.window.words import testing as said

LOW, HIGH = 0.02, 0.98
"""Where a line over fits can be dragged."""
FINEST = 0.005
"""A line that is moved by less stays."""
RATES, SHARES = (0.01, 1000.0), (0.01, 0.99)
"""Per 10 minutes, and of the trees: what can be asked of a model."""


@dataclass(frozen=True)
class Dial:
    """What there is to drag."""

    group: str
    """Over which numbers it stands: ``posterior`` or ``fit``."""
    height: float
    """Where it stands now, 0..1."""
    setting: str = ""
    """``events``, ``false_per_10min`` or ``threshold`` (of the model); empty: nothing can be dragged."""
    why: str = ""
    """What to do where nothing can be dragged."""
    rule: Events | None = None
    """What decides, with the threshold as it is."""
    line: Mapping[str, Any] = field(default_factory=dict)
    model: Mapping[str, Any] = field(default_factory=dict)
    mapping: tuple[Mapping[str, Any], ...] = ()

    @property
    def drags(self) -> bool:
        """Whether it can be dragged."""
        return bool(self.setting)

    def bounded(self, height: float) -> float:
        """Where it stands when it is dragged there: no farther than its setting goes."""
        low, high = self._reach
        return min(max(height, low), high)

    @property
    def _reach(self) -> tuple[float, float]:
        """The lowest and the highest place."""
        if self.setting == "threshold":
            return max(LOW, SHARES[0]), min(HIGH, SHARES[1])
        if self.setting == "false_per_10min":
            low, high = (height_of({**placed(self.line), "value": rate}) for rate in reversed(RATES))
            return max(LOW, low), min(HIGH, high)
        return 0.0, 1.0

    def shown(self, fit: Values) -> Values:
        """Fits as the river has them, for a line to move over.

        A model that decides by itself does so where its fit is 0.5, wherever its bound is: all its fits move when that
        is set. As they are shown the line moves instead, and stays where it was dragged: at `HALF` the model's setting
        is its usual one. Of strokes they are the shares of trees.
        """
        if self.setting == "threshold":
            return np.minimum(fit * (float(self.line["value"]) / HALF), 1.0)
        if self.setting == "false_per_10min":
            height = height_of(placed(self.line))
            return at_odds(fit, height / (1.0 - height))
        return fit

    def _own(self, height: float) -> float:
        """The model's own fit where the line stands; `HALF` where it stands as it is set."""
        if abs(height - self.height) < FINEST / 10:
            return HALF
        if self.setting == "threshold":
            return min(HALF * height / float(self.line["value"]), 1.0)
        if self.setting == "false_per_10min":
            now = height_of(placed(self.line))
            return float(at_odds(np.array(height), (1.0 - now) / now))
        return height

    def ruled(self, height: float) -> tuple[Events | None, float]:
        """What would decide with the line there: the rule, and the fit at which a model that spots would (or 0)."""
        if self.group == "posterior":
            rule = self.rule and rule_of({"kind": "events", **_table(self.rule)}, height)
            return rule, 0.0
        return self.rule, self._own(height)

    def value(self, height: float) -> float:
        """The setting with the line there, in its own unit."""
        height = self.bounded(height)
        if self.setting == "false_per_10min":
            place = placed(self.line)
            above = math.log(height / (1.0 - height)) / place["steep"]
            wanted = bound_of({**place, "value": place["usual_value"]}) + above
            rate = place["usual_value"] * math.exp((place["usual"] - wanted) / place["slope"])
            return min(max(rate, RATES[0]), RATES[1])
        return height

    def command(self, height: float) -> c.Message | None:
        """What makes it so; None: it is so already, or cannot be."""
        if not self.drags or abs(height - self.height) < FINEST:
            return None
        value = float(f"{self.value(height):.3g}")
        if self.setting == "false_per_10min":
            return c.Configure("model", {**self.model, "false_per_10min": value})
        if self.setting == "events" and self.model.get("kind") in DECIDES:
            return c.Configure("mapping", [self._moved(table, value) for table in self.mapping])
        return c.Threshold(value)

    @staticmethod
    def _moved(table: Mapping[str, Any], value: float) -> dict[str, Any]:
        """One mapping with the threshold there, as control does it."""
        if table.get("kind") != Events.kind:
            return dict(table)
        release = min(float(table.get("release", Events().release)), value)
        return {**table, "threshold": value, "release": release}

    def words(self, height: float) -> str:
        """What the line means there."""
        if not self.drags:
            return self.why
        if self.setting == "false_per_10min":
            return said.LINE_RATE.format(self.value(height))
        if self.setting == "threshold":
            return said.LINE_MODEL.format(self.value(height))
        fit = self.rule.fit if self.rule is not None else HALF
        return said.LINE_EVENTS.format(threshold=height, fit=fit)


PLACE = ("usual", "slope", "low", "high", "steep", "value", "usual_value")
"""What a model says of its line where that is moved by `false_per_10min`."""


def placed(line: Mapping[str, Any]) -> dict[str, float]:
    """These as numbers."""
    return {key: float(line[key]) for key in PLACE}


def bound_of(place: Mapping[str, float]) -> float:
    """The threshold of a model, as `gesturemap.models.spotting` works it out."""
    bound = place["usual"] + place["slope"] * math.log(place["usual_value"] / place["value"])
    return min(max(bound, place["low"]), place["high"])


def height_of(place: Mapping[str, float]) -> float:
    """Where the line of such a model stands: at `HALF` with the usual rate, higher the farther its bound is above."""
    above = bound_of(place) - bound_of({**place, "value": place["usual_value"]})
    return 1.0 / (1.0 + math.exp(-min(max(place["steep"] * above, -20.0), 20.0)))


def at_odds(fit: Values, odds: float) -> Values:
    """Fits whose odds are so many times as high."""
    return np.asarray(fit * odds / (1.0 - fit + fit * odds + 1e-300))


def moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> Callable[[Values], Values] | None:
    """How fits become those of the same model with another bound; None: it is another model, or the same bound."""
    same = {**before, "value": 0.0} == {**after, "value": 0.0}
    if not same or before.get("value") == after.get("value"):
        return None
    if after.get("setting") == "threshold":
        share = float(before["value"]) / float(after["value"])
        return lambda fit: np.minimum(fit * share, 1.0)
    odds = math.exp(-float(after["steep"]) * (bound_of(placed(after)) - bound_of(placed(before))))
    return lambda fit: at_odds(fit, odds)


def _table(rule: Events) -> dict[str, Any]:
    """Settings as a table, as far as they are those of the rule."""
    names = ("fit", "minimum_progress", "hold", "refractory", "release")
    return {"gestures": list(rule.gestures), **{name: getattr(rule, name) for name in names}}


def dial_of(document: Document) -> Dial:
    """The line of a project."""
    line: Mapping[str, Any] = document.trained.line if document.trained else {}
    events = next((table for table in document.mapping if table.get("kind") == Events.kind), None)
    if document.by_examples:
        return Dial("posterior", Events().threshold, why=said.LINE_EXAMPLES)
    if line.get("spots"):
        return _of_model(document, line, events)
    threshold = float((events or {}).get("threshold", Events().threshold))
    rule = rule_of(events, threshold)
    if events is None:
        return Dial("posterior", threshold, why=said.LINE_NO_EVENTS, rule=rule)
    if document.model.get("kind") in OWN:
        return Dial("posterior", threshold, why=said.LINE_OWN, rule=rule)
    return Dial("posterior", threshold, "events", rule=rule, model=document.model, mapping=document.mapping)


OWN = ("wekinator_dtw", "gvf")
"""Learners that have a threshold of another kind."""
DECIDES = ("auto", "spotter")
"""Learners that spot where gestures have a course, and have no threshold but theirs for `Threshold`."""


def _of_model(document: Document, line: Mapping[str, Any], events: Mapping[str, Any] | None) -> Dial:
    """The line of a model that decides by itself."""
    rule = rule_of(events, Events().threshold)
    setting = str(line.get("setting", ""))
    if setting == "false_per_10min" and not float(line.get("slope", 0.0)) > 0.0:
        return Dial("fit", HALF, why=said.LINE_FIXED, rule=rule)
    if setting == "threshold" and document.model.get("kind") != "strokes":
        setting = ""
    if not setting:
        return Dial("fit", HALF, why=said.LINE_STROKES, rule=rule)
    height = float(line["value"]) if setting == "threshold" else height_of(placed(line))
    height = min(max(height, LOW), HIGH)
    return Dial("fit", height, setting, rule=rule, line=line, model=document.model)
