"""A and B: two ways of playing the same gestures, and what is worth comparing next, from what was kept so far.

Ways of playing differ in how smooth controls are, how their curves are bent, in the model, and in the features before
it. Of amounts each choice halves what is left: whoever keeps 0.2 s over 0.1 s wants more than lies halfway between
(on a scale of ratios), so the next pair lies around the middle of what may still be best. Of kinds those come first
that were kept more often than not. What contradicts newer choices is forgotten: taste changes.
Sources: Ghazimatin et al. (2021), "ELIXIR: learning from user feedback on explanations to improve recommender models"
(feedback on pairs; here of two ways of playing); Kiefer (1953), "Sequential minimax search for a maximum".
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import Any, NamedTuple

from gesturemap import catalog
from gesturemap.errors import GesturemapError
from gesturemap.project.preference import Kept, Preference
from gesturemap.project.project import Project
from gesturemap.teaching.suggest import pipelines

FINE, DONE = 0.5, 0.8
"""Octaves by which two amounts differ at least, and of which so few are left that nothing more is compared."""
WIDE = 2.0
"""Octaves between the two of a pair at most: further apart they are two instruments."""
REGRESSING = ("hhmr", "gmr", "past", "linear", "mlp")
"""Kinds of models that are compared where outputs are learned."""
FIELDS = ("mapping", "features", "learner")
"""Of a project, in which ways of playing differ."""


class Amount(NamedTuple):
    """Something of which there is more or less in all mappings alike."""

    name: str
    """The setting of the mappings."""
    unit: str
    more: str
    less: str
    """What one calls the other that has more, or less, of it."""
    low: float
    high: float
    """Where the best is looked for; wider where it is set beyond."""
    least: float
    most: float
    """What the setting may be."""


AMOUNTS = (
    Amount("smoothing", "s", "smoother", "quicker", 0.005, 2.0, 0.001, 60.0),
    Amount("curve", "", "later", "earlier", 0.2, 5.0, 0.05, 20.0),
)


class Offer(NamedTuple):
    """A way of playing that may be compared with the one that is set."""

    name: str
    """By which it is asked for."""
    what: str
    """How it differs, in the musician's words."""
    evidence: str
    """Why it is offered."""
    fields: Mapping[str, Any]
    """Of the project, as they are in it."""

    def table(self) -> dict[str, str]:
        """For JSON."""
        return {"name": self.name, "what": self.what, "evidence": self.evidence}

    def of(self, project: Project) -> Project:
        """The project, played so."""
        return replace(project, **self.fields)


def offers(project: Project) -> Iterator[Offer]:
    """What is worth comparing with the way that is set, the likeliest to be kept, or to tell most, first."""
    kinds = list(_kinds(project))
    liked = [offer for offer, won, lost in kinds if won > lost]
    new = [offer for offer, won, lost in kinds if not won and not lost]
    open_ones = list(_amounts(project))
    open_ones.sort(key=lambda each: (not each[2], -each[0]))  # what was heard of already is found first
    yield from liked
    yield from chain((offer for octaves, offer, _ in open_ones if octaves > DONE), new)
    yield from (offer for octaves, offer, _ in open_ones if octaves <= DONE)
    yield from (offer for offer, won, lost in kinds if lost >= won and lost)


def next_one(project: Project) -> Offer | None:
    """The offer that comes first; None where there is nothing that could be otherwise."""
    return next(offers(project), None)


def former(project: Project, earlier: list[Project]) -> Offer | None:
    """The way it was played before it was last set otherwise; None where it never was.

    Parameters
    ----------
    earlier : the projects before each edit, newest first.
    """
    for before in earlier:
        fields = {
            name: getattr(before, name) for name in FIELDS if getattr(before, name) != getattr(project, name)
        }
        if fields:
            what = (
                told(choices(replace(project, **fields), project)) or f"as {' and '.join(fields)} were before"
            )
            return Offer("former", what, "it was played so before", fields)
    return None


def traits(project: Project) -> dict[str, str]:
    """What can be preferred about a way of playing, as texts."""
    found = {each.name: f"{value:.3g}" for each in AMOUNTS if (value := _value(project, each)) is not None}
    found["model"] = _model(project.learner)
    found["features"] = ", ".join(feature.kind for feature in project.features) or "none"
    return found


def choices(kept: Project, other: Project) -> tuple[Kept, ...]:
    """What they differ in, and what was kept of it."""
    here, there = traits(kept), traits(other)
    return tuple(
        (name, here[name], there[name]) for name in here if here[name] != there.get(name, here[name])
    )


def told(chosen: tuple[Kept, ...]) -> str:
    """Differences in words: ``smoothing 0.2 s in place of 0.1 s``."""
    units = {each.name: f" {each.unit}".rstrip() for each in AMOUNTS}
    return ", ".join(
        f"{name} {one}{units.get(name, '')} in place of {other}{units.get(name, '')}"
        for name, one, other in chosen
    )


# Amounts


def _amounts(project: Project) -> Iterator[tuple[float, Offer, int]]:
    """Of each amount the octaves that are left, what is offered of it, and how often it was compared."""
    for amount in AMOUNTS:
        now = _value(project, amount)
        if now is None:
            continue
        low, high, kept, of = left(project.preference, amount, now)
        octaves = math.log2(high / low)
        for mapping, other in _others(project, amount, now, low, high):
            b = replace(project, mapping=mapping)
            unit = f" {amount.unit}".rstrip()
            why = f"more of it was kept {kept} of {of} times; " if of else ""
            evidence = f"{why}the best may lie between {low:.3g} and {high:.3g}{unit}"
            name = amount.more if other > now else amount.less
            yield octaves, Offer(name, told(choices(b, project)), evidence, {"mapping": mapping}), of
            octaves = min(octaves, DONE)  # one of the two is worth it


def _others(
    project: Project, amount: Amount, now: float, low: float, high: float
) -> Iterator[tuple[tuple[Any, ...], float]]:
    """Mappings with more and with less, the one that tells more first; between the two the middle of what is left."""
    middle = 0.5 * math.log2(low * high / now**2)
    steps = [max(-WIDE, min(WIDE, 2.0 * middle))]
    if abs(steps[0]) < FINE:
        steps = [max(0.5 * math.log2(high / low), FINE)]
    steps.append(-math.copysign(1.0, steps[0]))
    for step in steps:
        mapping = _scaled(project, amount, now * 2.0 ** min(step, WIDE))
        if (other := _value(replace(project, mapping=mapping), amount)) is not None and other != now:
            yield mapping, other


def left(preference: Preference, amount: Amount, now: float) -> tuple[float, float, int, int]:
    """Between which amounts the best may lie, how often more was kept, and of how many times."""
    low, high = min(amount.low, now), max(amount.high, now)
    more = count = 0
    for name, one, other in reversed(preference.kept):
        if name != amount.name:
            continue
        with contextlib.suppress(ValueError):  # somebody has written it by hand
            kept, lost = max(float(one), amount.least), max(float(other), amount.least)
            middle = math.sqrt(kept * lost)
            narrower = (max(low, middle), high) if kept > lost else (low, min(high, middle))
            if not narrower[0] < narrower[1]:
                break
            low, high = narrower
            more, count = more + (kept > lost), count + 1
    return low, high, more, count


def _moved(project: Project, amount: Amount) -> list[Any]:
    """The mappings that have such an amount; a curve that is drawn or a formula is none."""
    return [
        each
        for each in project.mapping
        if hasattr(each, amount.name)
        and not (amount.name == "curve" and (getattr(each, "points", None) or getattr(each, "formula", None)))
    ]


def _value(project: Project, amount: Amount) -> float | None:
    """How much there is in the middle (geometric mean); None where no mapping has it."""
    values = [max(getattr(each, amount.name), _least(amount)) for each in _moved(project, amount)]
    return math.exp(sum(map(math.log, values)) / len(values)) if values else None


def _least(amount: Amount) -> float:
    """What nothing at all counts as, where amounts are compared by their ratio."""
    return amount.low if amount.name == "smoothing" else amount.least


def _scaled(project: Project, amount: Amount, to: float) -> tuple[Any, ...]:
    """The mappings with so much in the middle, each in its proportion."""
    now, moved = _value(project, amount), _moved(project, amount)
    assert now is not None

    def scaled(each: Any) -> Any:
        value = max(getattr(each, amount.name), _least(amount)) * to / now
        value = max(amount.least, min(amount.most, float(f"{value:.3g}")))
        return replace(each, **{amount.name: value})

    return tuple(scaled(each) if each in moved else each for each in project.mapping)


# Kinds


def _kinds(project: Project) -> Iterator[tuple[Offer, int, int]]:
    """Other models and features, and how often each was kept and was not."""
    now = traits(project)
    for trait, value, fields in chain(_models(project), _features(project)):
        if value == now[trait]:
            continue
        won = sum(each[:2] == (trait, value) for each in project.preference.kept)
        lost = sum((each[0], each[2]) == (trait, value) for each in project.preference.kept)
        times = f"it was kept {won} of {won + lost} times" if won + lost else "it was not compared yet"
        yield Offer(f"{trait} {value}", told(((trait, value, now[trait]),)), times, fields), won, lost


def _models(project: Project) -> Iterator[tuple[str, str, dict[str, Any]]]:
    outputs = any(one.outputs for one in project.shown)
    kinds = REGRESSING if outputs else dict.fromkeys(["auto", *(one.kind for one in pipelines.OTHERS)])
    for kind in kinds:
        with contextlib.suppress(GesturemapError):  # one that cannot be loaded here
            learner = catalog.read("models", {"kind": kind}, "compare")
            yield "model", _model(learner), {"learner": learner}


def _features(project: Project) -> Iterator[tuple[str, str, dict[str, Any]]]:
    seen = set()
    for _, features in pipelines.fronts(project.features):
        value = traits(replace(project, features=features))["features"]
        if value not in seen:
            seen.add(value)
            yield "features", value, {"features": features}


def _model(learner: Any) -> str:
    """A model with what is set of it: ``hhmm states=8``."""
    table = catalog.write(learner)
    return " ".join([table.pop("kind"), *(f"{name}={value}" for name, value in table.items())])
