"""Gestures that the demonstrations do not tell apart, or only by what is no movement."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import combinations
from typing import Any

import numpy as np

from gesturemap.commands import Relabel
from gesturemap.control.trainer import training_set
from gesturemap.demonstrations import TrainingSet
from gesturemap.models.auto import AutoModel
from gesturemap.models.ensemble import EnsembleModel
from gesturemap.models.left_out import in_turn
from gesturemap.models.relevance import PartialModel, narrowed
from gesturemap.project.project import Project
from gesturemap.teaching.critique import agreement, decoy, labels, likeness, takes
from gesturemap.teaching.critique.agreement import FEWEST, SHARE

FOLDS = 3
"""Into so many groups the demonstrations of each gesture are divided to leave one out."""

Counts = Mapping[tuple[str, str], int]
"""(what it was, what it was taken for) -> how often."""


def alike(project: Project, model: Any) -> list[str]:
    """One line for each pair of gestures that cannot be told apart, by demonstrations left out; or that none moves.

    Where that comes of a wrong name, that is told instead.
    """
    shown = training_set(project, project.shown)
    if isinstance(model, PartialModel):
        shown = TrainingSet(tuple(narrowed(d, model.heard) for d in shown.demonstrations), shown.gaps)
        model = model.inner
    if shown.outputs or len(model.labels) < 2:
        return []
    if told := [str(found) for found in takes.unmoved(project.shown)]:
        return told
    same = _copies(shown)
    inner = model.recogniser if isinstance(model, AutoModel) else model
    kept = TrainingSet(tuple(d for d in shown.demonstrations if d.label in model.labels))
    answers = _of_exemplars(inner, kept) if isinstance(inner, EnsembleModel) else _of_folds(inner, kept)
    counts: dict[tuple[str, str], int] = {}
    for was, taken in answers:
        counts[was, taken] = counts.get((was, taken), 0) + 1
    if same or not pairs(counts):
        return same
    heard = likeness.by_chains(project.learner, kept, model)
    wrong = [one for one in labels.findings(heard) if isinstance(one.command, Relabel)]
    rest = agreement.alike(heard.without([one.demonstrations[0] for one in wrong]))
    named = {frozenset((one.gesture, one.command.to)) for one in wrong if isinstance(one.command, Relabel)}
    return [*map(str, wrong), *pairs(counts, but=named - {frozenset(pair[:2]) for pair in rest})]


def decoys(project: Project) -> list[str]:
    """A line where a channel that does not move tells the gestures apart."""
    shown = training_set(project, project.shown)
    return decoy.warnings(shown.demonstrations, project.relevance.ignored, project.shown[0].spec.names)


def pairs(counts: Counts, which: str = "left-out", but: Collection[frozenset[str]] = ()) -> list[str]:
    """One line for each pair of gestures that are taken for each other, but for some.

    Parameters
    ----------
    which : what demonstrations showed it.
    """
    told = []
    for one, other in combinations(dict.fromkeys(was for was, _ in counts), 2):
        if {one, other} in but:
            continue
        mixed = counts.get((one, other), 0) + counts.get((other, one), 0)
        tried = sum(count for (was, _), count in counts.items() if was in (one, other))
        if mixed >= max(FEWEST, SHARE * tried):
            told.append(
                f"'{one}' and '{other}' cannot be told apart: {mixed} of {tried} {which} demonstrations of one are "
                "taken for the other; show them more differently, or make them one gesture"
            )
    return told


def _copies(shown: TrainingSet) -> list[str]:
    """The same recording under two names."""
    first: dict[bytes, str] = {}
    told = {}
    for d in shown.demonstrations:
        label = first.setdefault(d.fingerprint, d.label)
        if label != d.label:
            told[label, d.label] = (
                f"'{label}' and '{d.label}' cannot be told apart: demonstration {d.id} is in both; delete one of them"
            )
    return list(told.values())


def _of_exemplars(model: EnsembleModel, shown: TrainingSet) -> Iterator[tuple[str, str]]:
    labels, owners = shown.labels, [shown.labels.index(one.label) for one in shown.demonstrations]
    nats = likeness.pairs(model, shown.demonstrations, owners)
    np.fill_diagonal(nats, -np.inf)
    for owner, nearest in zip(owners, nats.argmax(axis=1).tolist(), strict=True):
        if owners.count(owner) > 1:
            yield labels[owner], labels[owners[nearest]]


def _of_folds(model: Any, shown: TrainingSet) -> Iterator[tuple[str, str]]:
    for kept, left in in_turn(shown.demonstrations, FOLDS):
        others = model.learner.fit(TrainingSet(tuple(kept)))
        for d in left:
            follower = others.start()
            for frame in d.frames():
                estimate = follower.step(frame)
            yield d.label, others.labels[int(estimate.posterior.argmax())]
