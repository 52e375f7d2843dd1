"""Answers about what might be: other mixtures, other weights of channels, other features and models."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple, cast

from gesturemap import catalog
from gesturemap.errors import CommandError, DataError
from gesturemap.mapping.events import Events
from gesturemap.models.few_shot import MIXED, FewShot
from gesturemap.models.relevance import bare, marks
from gesturemap.teaching.answers.taught import Taught
from gesturemap.teaching.critique import never as never_that
from gesturemap.teaching.critique.likeness import chained, shown_of
from gesturemap.teaching.finding import Finding
from gesturemap.teaching.hearing import rules_of
from gesturemap.teaching.plainly import Plainly
from gesturemap.teaching.play import typed
from gesturemap.teaching.suggest import channels, mixing
from gesturemap.teaching.suggest import pipelines as searching

TOGETHER, APART = "together", "apart"
LONGEST = 3600.0
"""Seconds of a search, at most."""


class Mixed(NamedTuple):
    """What a mixture would miss."""

    mix: dict[str, float]
    right: int
    plain: Plainly
    alone: dict[str, int]
    """How many are right with each alone."""
    now: dict[str, float]
    best: mixing.Best
    finding: Finding

    def as_table(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "mix": self.mix, "right": self.right, "tested": len(self.plain.rows), "confusion": self.plain.confusion,
            "words": list(self.plain.words()), "alone": self.alone, "now": self.now,
            "best": {**self.best._asdict(), "better": self.best.better}, "finding": self.finding.as_table(),
        }  # fmt: skip


def mix(asked: Taught, *weights: str) -> Mixed:
    """A mixture, as ``level=1``, ``convolutions=0.5``; without any, of what plays now.

    Raises
    ------
    CommandError
        If the model mixes nothing.
    SettingsError
        If no such thing can be mixed.
    DataError
        If nothing can be left out.
    """
    asked.of_gestures()
    learner = _mixer(asked)
    wanted = {name: weight for name, weight in mixture_of(learner, weights).items() if weight}
    found, now, alone, best = _candidates(asked)
    wanted = wanted or now
    finding = best.finding(catalog.write(learner))
    return Mixed(wanted, found.right(wanted), found.plainly(wanted), alone, now, best, finding)


def _mixer(asked: Taught) -> FewShot:
    """What learns, if it mixes."""
    learner = bare(asked.it.learner)
    if not isinstance(learner, FewShot):
        raise CommandError(
            asked.name, f"the model is {learner.kind}", "auto and few_shot mix what they hear",
            "choose one of them",
        )  # fmt: skip
    return learner


@lru_cache(maxsize=1)
def _candidates(asked: Taught) -> tuple[mixing.Candidates, dict[str, float], dict[str, int], mixing.Best]:
    """What can be mixed, what plays, what is right alone, and the best: found once, as sliders ask again."""
    learner = _mixer(asked)
    asked.prepare(learner.kind)
    inner, shown = chained(asked.model, shown_of(asked.it))
    if inner is None:
        kind = getattr(getattr(asked.model, "recogniser", asked.model), "kind", "another")
        raise CommandError(
            asked.name, f"{kind} recognises here", "chains and convolutions are mixed",
            "let them recognise: recogniser=few_shot",
        )  # fmt: skip
    found, now = mixing.candidates(learner, shown), mixing.playing(inner)
    return found, now, {name: found.right({name: 1.0}) for name in MIXED}, mixing.best(found, now)


def mixture_of(learner: FewShot, weights: Sequence[str]) -> dict[str, float]:
    """Weights by name, from texts such as ``level=1``."""
    table = {"kind": learner.kind, "mix": typed(weights, "mix")}
    made: dict[str, float] = catalog.read("models", table, "mix").mix
    return made


class Weighed(NamedTuple):
    """What channels would count for, and what that changes."""

    found: channels.Weights
    change: channels.Change

    def as_table(self) -> dict[str, Any]:
        """For JSON."""
        found, change = self.found, self.change
        return {
            "weights": found.table,
            "before": dict(zip(found.channels, found.before.tolist(), strict=True)),
            "now": dict(zip(found.channels, found.now.tolist(), strict=True)),
            "pairs": [
                {"pair": list(one.pair), "alike": one.alike, "before": float(one.apart @ found.before),
                 "now": float(one.apart @ found.now)}
                for one in found.said
            ],
            "tested": change.tested, "right": list(change.right),
            "flipped": {name: list(both) for name, both in change.flipped.items()},
        }  # fmt: skip


def weights(asked: Taught, *said: str) -> Weighed:
    """What is said, as ``together=3,5`` and ``apart=3,9``: ids of demonstrations; each as often as wanted.

    Raises
    ------
    CommandError
        If it cannot be read, or there are no such demonstrations.
    """
    asked.of_gestures()
    groups: dict[str, list[list[str]]] = {TOGETHER: [], APART: []}
    asked.prepare("exemplar")
    shown = shown_of(asked.it)
    for one in said:
        word, _, ids = one.partition("=")
        if word not in groups:
            raise CommandError(
                "weights", repr(one)[:60], "together=ID,ID or apart=ID,ID is wanted", "say one"
            )
        groups[word].append(channels.at(shown.demonstrations, ids))
    together, apart = (channels.pairs_of(groups[word]) for word in (TOGETHER, APART))
    weights = marks(asked.it.learner).weights
    found = channels.learned(shown, together, apart, weights)
    return Weighed(found, channels.changed(shown, weights, found.table))


class Searched(NamedTuple):
    """What was tried, and what won."""

    found: searching.Found

    def as_table(self) -> dict[str, Any]:
        """For JSON."""
        found = self.found
        return {
            "tries": [
                {"what": one.pipeline.what, "features": one.pipeline.tables, "model": one.pipeline.model,
                 "right": sum(one.right.values()), "tested": len(one.right), "seconds": one.seconds}
                for one in found.tries
            ],
            "best": found.best, "now": found.now, "chosen": found.chosen, "tested": found.tested,
            "interval": list(found.interval), "seconds": found.seconds, "whole": found.whole,
            "better": found.better,
        }  # fmt: skip


def pipelines(asked: Taught, seconds: str = f"{searching.SECONDS:g}") -> Searched:
    """Search for so many seconds.

    Raises
    ------
    CommandError
        If outputs are learned, or that is no time.
    DataError
        If there is one gesture, or nothing can be left out.
    """
    asked.of_gestures()
    gestures = {one.label for one in asked.demonstrations}
    if len(gestures) < 2:
        raise DataError(
            "pipelines", f"'{gestures.pop()}' alone", "it is told from another gesture", "record another one"
        )
    try:
        limit = float(seconds)
    except ValueError:
        limit = 0.0
    if not 0.0 < limit <= LONGEST:
        raise CommandError(
            "seconds", repr(seconds)[:60], f"more than 0, at most {LONGEST:g}", "leave it out: 10 s"
        )
    asked.prepare(asked.it.learner.kind, *(one.kind for one in searching.OTHERS))
    searching.prepare(asked.it)
    return Searched(searching.search(asked.it._replace(learner=recogniser_of(asked)), limit))


class Priced(NamedTuple):
    """What it costs that a gesture never begins for another."""

    offer: never_that.Offer

    def as_table(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "finding": self.offer.finding().as_table(), "prices": [one._asdict() for one in self.offer.prices],
            "now": self.offer.now._asdict(), "shown": list(self.offer.shown),
        }  # fmt: skip


def never(asked: Taught, gesture: str, other: str) -> Priced:
    """What it costs, of demonstrations left out.

    Raises
    ------
    CommandError
        If there are no two such gestures, or nothing tells of the first.
    DataError
        If one of them was shown once.
    """
    asked.of_gestures()
    asked.prepare(asked.it.learner.kind)
    rules = rules_of(asked.project.mapping) if asked.project else [Events()]
    label, but = (" ".join(name.split()) for name in (gesture, other))
    return Priced(never_that.never(asked.it, rules, label, but))


def recogniser_of(asked: Taught) -> Any:
    """What learns; where `auto` chose neither chains nor convolutions, what it chose."""
    own = bare(asked.it.learner)
    if not isinstance(own, FewShot) or chained(asked.model, shown_of(asked.it))[0] is not None:
        return asked.it.learner
    chosen = cast(Any, asked.model).recogniser.learner
    return marks(asked.it.learner).around(chosen)
