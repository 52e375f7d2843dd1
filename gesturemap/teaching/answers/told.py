"""The answers: each asks what was taught, and gives what was found with its table for programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any, NamedTuple

from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.errors import CommandError, DataError
from gesturemap.models.few_shot import FewShot
from gesturemap.models.relevance import marks
from gesturemap.plain import counted, listed
from gesturemap.teaching.answers.taught import Taught
from gesturemap.teaching.critique import checks as takes_checked
from gesturemap.teaching.critique import ranking
from gesturemap.teaching.critique.decoy import decoys as found_in
from gesturemap.teaching.critique.decoy import sayable
from gesturemap.teaching.critique.distinct import Distinct, Expected
from gesturemap.teaching.critique.doctor.causes import Cause, causes
from gesturemap.teaching.critique.doctor.patient import Patient
from gesturemap.teaching.critique.ranking import Ranked
from gesturemap.teaching.explain.why import Explainer, Why
from gesturemap.teaching.finding import Finding, surest
from gesturemap.teaching.hearing import rules_of
from gesturemap.teaching.plainly import mistaken, plainly, uncounted
from gesturemap.teaching.play import seen
from gesturemap.teaching.suggest import curve as curves_of
from gesturemap.teaching.suggest import offers


class Shown(NamedTuple):
    """What is learned from."""

    model: str
    channels: list[str]
    groups: dict[str, list[str]]
    """Gesture -> ids."""

    def as_table(self) -> dict[str, Any]:
        """For JSON."""
        return {"model": self.model, "channels": self.channels, "gestures": self.groups}


def shown(asked: Taught) -> Shown:
    """Gestures and their demonstrations, by id."""
    groups: dict[str, list[str]] = {}
    for each in asked.demonstrations:
        groups.setdefault(each.label, []).append(each.id)
    channels = [str(channel) for channel in asked.demonstrations[0].spec.channels]
    return Shown(asked.it.learner.kind, channels, groups)


class Findings(list[Finding]):
    """The surest first."""

    def as_table(self) -> list[dict[str, Any]]:
        """For JSON."""
        return [one.as_table() for one in self]


def checks(asked: Taught) -> Findings:
    """Everything that is strange about the demonstrations."""
    return Findings(surest(takes_checked.findings(asked.whole, asked.it, asked.model)))


def decoys(asked: Taught) -> Findings:
    """Channels that hardly move and yet tell the gestures apart; what is marked already is not named.

    Raises
    ------
    DataError
        If no two gestures were shown twice.
    """
    asked.of_gestures()
    if not sayable(asked.demonstrations):
        raise DataError(
            "decoys",
            "no two gestures were shown twice",
            "repetitions are compared with other gestures",
            "record more",
        )
    shown = [seen(asked.it.features, one) for one in asked.demonstrations]
    return Findings(surest(found_in(shown, marks(asked.it.learner).ignored)))


class Diagnosis(NamedTuple):
    """Why it does not work."""

    score: float
    """The share that is heard as what it is, or how far outputs agree; NaN: nothing could be left out."""
    tested: int
    causes: list[Cause]
    strange: int = 0
    """How much else `checks` has to say."""
    mistaken: tuple[str, ...] = ()
    """What was heard instead, a line for each gesture."""

    @property
    def words(self) -> str:
        """How well it works now."""
        if self.tested:
            return f"{self.score:.0%} of {counted(self.tested, 'demonstration')} left out are heard as what they are"
        if self.score != self.score:
            return "nothing could be left out"
        return f"outputs left out agree to {self.score:.2f}"

    def as_table(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "score": known(self.score),
            "tested": self.tested,
            "mistaken": list(self.mistaken),
            "causes": [one.as_table() for one in self.causes],
            "strange": self.strange,
        }


def doctor(
    asked: Taught, most: int | None = None, looks: Callable[[str], None] = lambda _: None
) -> Diagnosis:
    """What is wrong, first what to begin with; of a project as it is heard live, of recordings at the last frame.

    Parameters
    ----------
    most : causes at most.
    looks : told of each stage when it is looked at.
    """
    rules = rules_of(asked.project.mapping) if asked.project else None
    patient = Patient(asked.whole, asked.it, rules)
    asked.prepare(asked.it.learner.kind, patient.usual.kind)
    found = list(islice(causes(patient, looks), most))
    known = {(one.finding.kind, one.finding.demonstrations) for one in found}
    strange = (
        0 if found and most else sum((one.kind, one.demonstrations) not in known for one in checks(asked))
    )
    now = patient.now
    named = [(one.label, now.given[one.id]) for one in asked.demonstrations if one.id in now.given]
    return Diagnosis(now.score, len(now.right), found, strange, tuple(mistaken(named)))


class Best(NamedTuple):
    """Demonstrations in order."""

    rows: list[tuple[str, Ranked]]
    """Gesture and demonstration."""

    def as_table(self) -> list[dict[str, Any]]:
        """For JSON."""
        return [{"gesture": label, **one.as_table} for label, one in self.rows]


def best(asked: Taught, gesture: str = "") -> Best:
    """The demonstrations of a gesture by how well they fit, or those of all gestures that are on a border."""
    asked.of_gestures()
    heard, label = asked.heard, " ".join(gesture.split())
    return Best([(label, one) for one in ranking.ranked(heard, label)] if label else ranking.border(heard))


class Distinction(NamedTuple):
    """What a gesture would be confused with."""

    gesture: str
    shown: int
    expected: list[Expected]
    everyday: float | None
    """The share of everyday movement that would be it; None: nothing is known of that."""

    def as_table(self) -> dict[str, Any]:
        """For JSON."""
        rows = [{"gesture": one.gesture, "confusion": one.confusion, "as_known": one.as_known, "as_new": one.as_new}
                for one in self.expected]  # fmt: skip
        return {"gesture": self.gesture, "expected": rows, "everyday": self.everyday}


def distinct(asked: Taught, gesture: str, shown: Sequence[Demonstration] = ()) -> Distinction:
    """What a gesture would be confused with: one that is there, as if it had come last, or a new one.

    Parameters
    ----------
    shown : the demonstrations of the new one, which is not kept yet; none: it is there.

    Raises
    ------
    CommandError
        If there is none of that name, or no other gesture.
    DataError
        If the new one is of another sensor.
    """
    usual = getattr(asked.it.learner, "everyday", "")
    every = [seen(asked.it.features, one) for one in asked.demonstrations]
    if shown and shown[0].spec.names != asked.demonstrations[0].spec.names:
        raise DataError(
            gesture, f"channels {listed(shown[0].spec.names)}",
            f"channels {listed(asked.demonstrations[0].spec.names)} were taught", "record it with the same sensor",
        )  # fmt: skip
    new = [seen(asked.it.features, one) for one in shown] or [one for one in every if one.label == gesture]
    if not new:
        names = ", ".join(asked.labels)
        raise CommandError("gesture", repr(gesture), f"there are {names}", "name one of them")
    left_out = (usual,) if shown else (gesture, usual)
    known = tuple(one for one in every if one.label not in left_out)
    if not known:
        raise CommandError(
            "distinct", f"'{gesture}' alone", "it is told from another gesture", "record another one"
        )
    others = TrainingSet(known)
    there = Distinct.of(marks(asked.it.learner).around(FewShot(convolutions="off")).fit(others), others)
    around = [one for one in every if one.label == usual != gesture]
    return Distinction(
        gesture, len(new), there.expected(new), there.everyday(new, around) if around else None
    )


class Curves(NamedTuple):
    """What more demonstrations bring."""

    curves: list[curves_of.Curve]
    findings: Findings

    def as_table(self) -> dict[str, Any]:
        """For JSON."""
        rows = [
            {
                "gesture": one.gesture,
                "shown": one.shown,
                "errors": [known(error) for error in one.errors.tolist()],
                "now": known(one.now),
                "more": known(one.more),
                "plateau": one.plateau,
            }
            for one in self.curves
        ]
        return {"curves": rows, "findings": self.findings.as_table()}


def curve(asked: Taught) -> Curves:
    """How many executions are missed with 1, 2, ... demonstrations of each gesture, and what another would bring."""
    asked.of_gestures()
    found = list(curves_of.curves(asked.heard))
    return Curves(found, Findings(surest(curves_of.findings(found))))


class Matrix(NamedTuple):
    """What is taken for what."""

    confusion: dict[str, Any]
    """As in `gesturemap.commands.Evaluated`; empty: nothing could be left out."""
    missed: float
    false: dict[str, float]
    words: list[str]
    findings: Findings

    def as_table(self) -> dict[str, Any]:
        """For JSON."""
        false = {label: known(often) for label, often in self.false.items()}
        figures = {"missed_per_10min": known(self.missed), "false_per_10min": false}
        return {
            "confusion": self.confusion,
            **figures,
            "words": self.words,
            "findings": self.findings.as_table(),
        }


def matrix(asked: Taught) -> Matrix:
    """What is missed and what begins when it is not meant, each demonstration left out; and what more would bring."""
    asked.of_gestures()
    heard = asked.heard
    said = Findings(surest(curves_of.findings(curves_of.curves(heard))))
    if len(heard.labels) < 2:
        alone = f"'{heard.labels[0]}' is the only gesture, so there is none that it could be taken for"
        return Matrix({}, float("nan"), {}, [alone], said)
    plain = plainly(heard, asked.demonstrations)
    words = [*plain.words(), *uncounted(asked.model)]
    return Matrix(plain.confusion, plain.missed, plain.false, words, said)


class Next(NamedTuple):
    """What to record next."""

    best: offers.Offer | None
    """None: more will not help."""
    manner: str = ""
    others: tuple[offers.Offer, ...] = ()

    def as_table(self) -> dict[str, Any]:
        """For JSON."""
        if self.best is None:
            return {"offer": None, "others": []}
        return {
            "offer": self.best.finding().as_table() | {"manner": self.best.manner},
            "others": [one.finding().as_table() for one in self.others],
        }


def next_one(asked: Taught, *skip: str) -> Next:
    """Which demonstration to record next, and why; nothing where more will not help.

    Raises
    ------
    CommandError
        If one that is to be skipped is not there, outputs are learned, or no gesture has a name.
    """
    asked.of_gestures()
    everyday = getattr(asked.it.learner, "everyday", "")
    names = asked.project.gestures if asked.project is not None else ()
    skipped = {" ".join(name.split()) for name in skip}
    if unknown := skipped - {*names, *asked.labels}:
        there = ", ".join(names or asked.labels)
        raise CommandError("--skip", repr(min(unknown)), f"there are {there}", "name one of them")
    aside = {one.label for one in asked.whole}.difference(asked.labels)  # left out, as what is painted on is
    wanted = [label for label in names if label != everyday and label not in aside]
    if not wanted and not asked.demonstrations:
        raise CommandError(
            "next", "no gesture has a name", "what has one is offered first", "record a gesture"
        )
    heard = asked.heard if asked.demonstrations else None
    found = offers.without(offers.offers(heard, wanted), skipped)
    if not found:
        return Next(None)
    first = offers.in_manner(found[0], asked.it, asked.model) if found[0].shown else found[0]
    return Next(first, first.manner, tuple(found[1:]))


class Reason(NamedTuple):
    """Why a demonstration is taken for what it is."""

    demonstration: str
    why: Why
    last: str
    """What the model says at its last frame."""
    taken: list[str]

    def as_table(self) -> dict[str, Any]:
        """For JSON."""
        said = {"last": self.last, "taken": self.taken}
        return {"demonstration": self.demonstration, **said, **self.why.as_table()}


def why(
    asked: Taught,
    demonstration: str,
    gesture: str = "",
    against: str = "",
    *,
    nothing: bool = False,
    output: str = "",
) -> Reason:
    """Why it is taken for this gesture and not for that one, or for nothing, or what moved an output."""
    one, model = seen(asked.it.features, asked.demonstration(demonstration)), asked.model
    explainer = Explainer(model, [seen(asked.it.features, each) for each in asked.demonstrations], one)
    if output:
        found = explainer.output(output)
    elif nothing or len(model.labels) < 2:
        found = explainer.nothing(gesture)
    else:
        found = explainer.gesture(gesture, against)
    every, labels = explainer.every, model.labels
    return Reason(demonstration, found, labels[every.said], [labels[k] for k in every.taken])


def nothing(asked: Taught, demonstration: str, gesture: str = "") -> Reason:
    """How near it came to a gesture, and what held it back."""
    return why(asked, demonstration, gesture, nothing=True)


def moved(asked: Taught, demonstration: str, output: str) -> Reason:
    """Which channels moved an output."""
    return why(asked, demonstration, output=output)


def known(value: float) -> float | None:
    """None where there is no number."""
    return None if value != value else value
