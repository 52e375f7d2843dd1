"""What may be wrong before any gesture is: sensor, features, model, parameters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from gesturemap import catalog
from gesturemap.commands import Configure, Irrelevant, Threshold
from gesturemap.commands.message import Message
from gesturemap.demonstrations import Demonstration
from gesturemap.models.relevance import counterexamples
from gesturemap.plain import counted
from gesturemap.teaching.critique import decoy, takes, wraps
from gesturemap.teaching.critique.doctor.patient import WELL, Patient
from gesturemap.teaching.critique.doctor.trial import Trial, gained
from gesturemap.teaching.finding import Finding
from gesturemap.teaching.leave_one_out import regresses

WORSE = 0.1
"""By how much more another kind of model must be right before the one that is there is called wrong."""
MISSED = 0.1
"""Share of the demonstrations that are heard as nothing from which on thresholds are doubted."""
EASIER, DIAL = 0.6, 10.0
"""A lower threshold that is tried, and how many times as many false triggers."""
FRAMES = ("gmm", "gmr", "holds", "knn", "svm", "tree", "stump", "boosting", "naive_bayes", "linear", "mlp")
"""Kinds that hear the present alone, no course."""


def sensor(of: Patient) -> Iterator[Finding]:
    """Broken channels; single recordings, where the others are heard better without them; a sensor that was turned.

    A turn whose remedy brings nothing is told only where nothing else is wrong with the sensor.
    """
    doubtful: list[Finding] = []
    told = False
    if (still := next(takes.unmoved(of.learned), None)) is not None:
        yield still
        return
    for found in of.strange:
        broken = found.kind in ("dead", "clipped") and len(found.demonstrations) != 1
        if broken:
            told = True
            yield _broken(of, found)
        elif found.kind in ("dead", "clipped", "rate", "gap", "length"):
            doubtful.append(found)
    for kind in dict.fromkeys(one.kind for one in doubtful):
        same = [one for one in doubtful if one.kind == kind]
        ids = [identity for one in same for identity in one.demonstrations]
        gain = gained(of.now, of.tried(of.without(ids)), ids)
        if gain.clear:
            told = True
            yield from (of.promising(one, gain) for one in same)
    if of.turned is not None:
        gain = gained(of.now, of.tried(of.without(of.turned.demonstrations)), of.turned.demonstrations)
        if not (told and gain.tested and gain.more <= 0):
            yield of.promising(of.turned, gain)


def _broken(of: Patient, found: Finding) -> Finding:
    it = of.deaf_to(found.channel) if found.kind == "clipped" or found.demonstrations else None
    if it is None:
        return found._replace(remedy=f"{found.remedy}; nobody can know what it would bring")
    gain = gained(of.now, of.tried(it))
    if gain.more > 0:
        better = found._replace(
            remedy=f"{found.remedy}; until then leave the channel out", command=Irrelevant(found.channel)
        )
        return of.promising(better, gain)
    return found._replace(figures={**found.figures, **gain.figures})


def features(of: Patient) -> Iterator[Finding]:
    """Angles that leap; channels that are learned in place of the movement.

    Of these: what if they said what another gesture has them say?
    """
    for found in wraps.findings(of.it):
        if found.command is not None:
            gain = gained(of.now, of.tried(wraps.mended(of.it, found)))
            if gain.clear:
                yield of.promising(found, gain)
    for found in decoy.decoys(of.shown, sent=of.it.corpus.demonstrations[0].spec.names):
        it = of.deaf_to(found.channel)
        if it is None:
            continue
        every = of.it.corpus.demonstrations
        marks = dict.fromkeys((one.label for one in every), (found.channel,))
        other = {one.id.removesuffix("~1"): one.values for one in counterexamples(every, marks, 1)}

        def moved(one: Demonstration, other: dict[str, Any] = other) -> Demonstration:
            return replace(one, values=other[one.id])

        gain = gained(of.tried(change=moved), of.tried(it, change=moved))
        if gain.clear:
            yield of.promising(found, gain, "where it says on stage what another gesture had it say")


def model(of: Patient) -> Iterator[Finding]:
    """A model that is not made for what is wanted."""
    of = of.mended
    kind, usual = of.it.learner.kind, of.usual.kind
    outputs = bool(of.shown[0].outputs)
    useless = outputs and not regresses(of.it)
    if kind == usual or (not useless and of.now.score >= WELL):
        return
    gain = of.elsewhere(of.tried(of.taught_by(of.usual)))
    if not useless and not (gain.clear and gain.after - gain.before >= WORSE):
        return
    why = (
        "it gives no outputs, and outputs were demonstrated" if useless
        else "another is nearer to the outputs that were shown" if outputs
        else "it hears the present alone, and these gestures are told by their course" if kind in FRAMES
        else "it hears these gestures less well than another"
    )  # fmt: skip
    found = Finding(
        "model",
        evidence=f"the model is '{kind}': {why}",
        remedy=f"let '{usual}' learn",
        sure=0.9,
        command=Configure("model", catalog.write(of.usual)),
    )
    yield found if useless else of.promising(found, gain)


def parameters(of: Patient) -> Iterator[Finding]:
    """Thresholds that what is recognised does not reach."""
    of = of.mended
    silent = [one for one, given in of.now.given.items() if not given]
    if of.rules is None or len(silent) < max(2.0, MISSED * len(of.now.given)):
        return
    table = catalog.write(of.learner)
    if "false_per_10min" in table:
        wanted = min(DIAL * float(table["false_per_10min"]), 1000.0)
        table |= {"false_per_10min": wanted}
        trial = of.tried(of.taught_by(catalog.read("models", table, "model")))
        remedy, command = f"let it be wrong at most {wanted:g} times in 10 minutes", Configure("model", table)
        yield from _easier(of, trial, len(silent), remedy, command)
    elif any(rule.threshold > EASIER for rule in of.rules):
        rules = [
            replace(rule, threshold=min(rule.threshold, EASIER), release=min(rule.release, EASIER))
            for rule in of.rules
        ]
        remedy = f"lower the threshold to {EASIER:g}"
        yield from _easier(of, of.tried(rules=rules), len(silent), remedy, Threshold(EASIER))


def _easier(of: Patient, trial: Trial, silent: int, remedy: str, command: Message) -> Iterator[Finding]:
    gain = of.elsewhere(trial)
    if not gain.clear:
        return
    found = Finding(
        "threshold",
        evidence=f"nothing begins in {silent} of {counted(len(of.now.given), 'demonstration')} left out: what a "
        "gesture must reach is too high",
        remedy=remedy,
        figures={"silent": silent},
        sure=0.8,
        command=command,
    )
    yield of.promising(found, gain)
