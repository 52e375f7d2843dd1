"""What a demonstration is heard as if it were played live: what begins in it, or stands where nothing can begin."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from gesturemap.demonstrations import Demonstration
from gesturemap.features.feature import ChainRun
from gesturemap.frames import NONE, Estimate, Spec
from gesturemap.mapping.events import Events
from gesturemap.mapping.mapping import MappingRun, Source, told
from gesturemap.models.model import Model, spots
from gesturemap.models.novelty import unknown
from gesturemap.teaching.play import Opened, Performance

REST = 0.7
"""Seconds for which somebody holds still before and after a movement: what is trimmed off a demonstration."""
Rules = Sequence[Events]
"""The mappings of kind `events` of a project: what they tell is what is heard."""


class Heard(NamedTuple):
    """What is heard of one demonstration."""

    given: str
    """The gesture it is taken for; empty: none of these."""
    also: tuple[str, ...]
    """Other gestures that begin in it."""
    fit: float
    """How well it fits its own gesture at best, 0..1, from half its frames on: at first everything fits."""


def rested(demonstration: Demonstration) -> Demonstration:
    """As it would be played: from rest and back to rest, where its first and its last frame stand still.

    Some gestures are spotted only when something else follows, and a demonstration is trimmed to the movement alone.
    """
    count = len(demonstration)
    step = demonstration.seconds / (count - 1) if count > 1 else 0.0
    if step <= 0.0:
        return demonstration
    still = math.ceil(REST / step)
    frames = np.clip(np.arange(-still, count + still), 0, count - 1)
    before, after = step * np.arange(still), step * np.arange(1, still + 1)
    begin = demonstration.time[0]
    time = (begin + before, demonstration.time + still * step, demonstration.time[-1] + still * step + after)
    targets = demonstration.targets[frames] if demonstration.outputs else demonstration.targets
    return replace(
        demonstration, time=np.concatenate(time), values=demonstration.values[frames], targets=targets
    )


def rules_of(mapping: Iterable[Any]) -> Rules:
    """What of a project's mapping says when a gesture begins, whatever it waits for and however strong it is."""
    return [
        replace(one, strength="", quantise=0.0, tap="", gates=False)
        for one in mapping
        if isinstance(one, Events)
    ]


class Hearing:
    """What is heard as estimates come, one recording from its beginning.

    It is taken for the gesture that begins in it; of several, for that which goes on longest. What is about to begin
    where the recording ends is given the time that it wants (`Events.hold`). Where nothing begins it may still be a
    gesture that `rules` do not tell, such as rest: the one that is the winner of most frames.

    Parameters
    ----------
    spec : of the frames behind the features.
    """

    def __init__(self, model: Model, spec: Spec, rules: Rules) -> None:
        known = [kept for rule in rules if (kept := _known(rule, model.labels))]
        self._labels, self._hold = model.labels, max((rule.hold for rule in known), default=0.0)
        self._mapping = MappingRun(
            known, Source(model.labels, model.outputs, spec, spots(model), unknown=unknown(model))
        )
        self._silent = set(model.labels) - set(told(known, model.labels))
        self._going, self._lasted, self._stood = dict[str, float](), dict[str, float](), dict[str, int]()
        self._last: Estimate | None = None

    def take(self, estimate: Estimate) -> None:
        """One more of the model's estimates."""
        self._last, now = estimate, estimate.time
        for event in self._mapping.step(estimate).events:
            if event.kind == "began":
                self._going[event.label] = now
                self._lasted.setdefault(event.label, 0.0)
            else:
                self._lasted[event.label] += now - self._going.pop(event.label, now)
        winner = self._labels[estimate.winner] if estimate.winner != NONE else ""
        if winner in self._silent:
            self._stood[winner] = self._stood.get(winner, 0) + 1

    def heard(self) -> tuple[str, tuple[str, ...]]:
        """The recording has ended: what it is taken for, and the other gestures that begin in it."""
        last, lasted = self._last, dict(self._lasted)
        if last is not None and lasted:
            for label, since in self._going.items():
                lasted[label] += last.time - since
        elif last is not None:
            later = last._replace(time=last.time + self._hold, spotted=NONE)
            lasted = {event.label: 0.0 for event in self._mapping.step(later).events if event.kind == "began"}
        spans: dict[str, Any] = lasted or self._stood
        given = max(spans, key=spans.__getitem__, default="")
        return given, tuple(label for label in lasted if label != given)


def hear(it: Opened, model: Model, demonstration: Demonstration, rules: Rules) -> Heard:
    """Stream one demonstration with a fresh follower, as the engine does."""
    performance = Performance(it, model, demonstration.spec)
    hearing = Hearing(model, ChainRun(it.features, demonstration.spec).spec, rules)
    own = model.labels.index(demonstration.label) if demonstration.label in model.labels else NONE
    fit = 0.0
    for number, frame in enumerate(demonstration.frames()):
        estimate = performance.step(frame)
        if estimate is None:
            continue
        hearing.take(estimate)
        if 2 * number >= len(demonstration) and own != NONE and len(estimate.fit):
            fit = max(fit, float(estimate.fit[own]))
    return Heard(*hearing.heard(), fit)


def _known(rule: Events, labels: tuple[str, ...]) -> Events | None:
    """The rule as far as a model knows its gestures; None: it knows none."""
    gestures = tuple(label for label in rule.gestures if label in labels)
    return replace(rule, gestures=gestures) if gestures or not rule.gestures else None
