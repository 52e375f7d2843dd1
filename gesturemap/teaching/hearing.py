"""What a demonstration is heard as if it were played live: what begins in it, or stands where nothing can begin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from gesturemap.demonstrations import Demonstration
from gesturemap.features.feature import ChainRun
from gesturemap.frames import NONE
from gesturemap.mapping.events import Events
from gesturemap.mapping.mapping import MappingRun, Source, told
from gesturemap.models.model import Model, spots
from gesturemap.teaching.play import Opened, Performance

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


def rules_of(mapping: Iterable[Any]) -> Rules:
    """What of a project's mapping says when a gesture begins, whatever it waits for and however strong it is."""
    return [
        replace(one, strength="", quantise=0.0, tap="", gates=False)
        for one in mapping
        if isinstance(one, Events)
    ]


def hear(it: Opened, model: Model, demonstration: Demonstration, rules: Rules) -> Heard:
    """Stream one demonstration with a fresh follower, as the engine does.

    It is taken for the gesture that begins in it; of several, for that which goes on longest. What is about to begin
    where the recording ends is given the time that it wants (`Events.hold`). Where nothing begins it may still be a
    gesture that `rules` do not tell, such as rest: the one that is the winner of most frames.
    """
    performance = Performance(it, model, demonstration.spec)
    known = [kept for rule in rules if (kept := _known(rule, model.labels))]
    spec = ChainRun(it.features, demonstration.spec).spec
    mapping = MappingRun(known, Source(model.labels, model.outputs, spec, spots(model)))
    silent = set(model.labels) - set(told(known, model.labels))
    going, lasted, stood = dict[str, float](), dict[str, float](), dict[str, int]()
    fit, last = 0.0, None
    for number, frame in enumerate(demonstration.frames()):
        estimate = performance.step(frame)
        if estimate is None:
            continue
        last, now = estimate, estimate.time
        for event in mapping.step(estimate).events:
            if event.kind == "began":
                going[event.label] = now
                lasted.setdefault(event.label, 0.0)
            else:
                lasted[event.label] += now - going.pop(event.label, now)
        winner = model.labels[estimate.winner] if estimate.winner != NONE else ""
        if winner in silent:
            stood[winner] = stood.get(winner, 0) + 1
        if 2 * number >= len(demonstration) and demonstration.label in model.labels and len(estimate.fit):
            fit = max(fit, float(estimate.fit[model.labels.index(demonstration.label)]))
    if last is not None and lasted:
        for label, since in going.items():
            lasted[label] += last.time - since
    elif last is not None:
        later = last.time + max((rule.hold for rule in known), default=0.0)
        events = mapping.step(last._replace(time=later, spotted=NONE)).events
        lasted = {event.label: 0.0 for event in events if event.kind == "began"}
    spans: dict[str, Any] = lasted or stood
    given = max(spans, key=spans.__getitem__, default="")
    return Heard(given, tuple(label for label in lasted if label != given), fit)


def _known(rule: Events, labels: tuple[str, ...]) -> Events | None:
    """The rule as far as a model knows its gestures; None: it knows none."""
    gestures = tuple(label for label in rule.gestures if label in labels)
    return replace(rule, gestures=gestures) if gestures or not rule.gestures else None
