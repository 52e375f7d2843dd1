"""How likely each demonstration is under every other one: left out itself, and heard as the stream is heard.

The chains of `auto`, `few_shot` and `exemplar` are one for each demonstration, so to leave one out is to skip its
chain: every pair is heard once, by the kernel that follows the stream, and nothing is fitted again. What other models
say of demonstrations left out is asked of models fitted to the others.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.frames import NONE, Values
from gesturemap.models import exemplar_bank, front
from gesturemap.models.ensemble import EnsembleModel
from gesturemap.models.exemplar import Data
from gesturemap.models.few_shot import FewShot
from gesturemap.models.left_out import in_turn
from gesturemap.models.model import Model, Report, portion
from gesturemap.models.relevance import PartialModel, marks, narrowed
from gesturemap.models.spotting_fit import apart
from gesturemap.teaching.play import Opened, learn, seen

NEAREST = 3
"""Demonstrations of a gesture whose mean speaks for it: one with a wrong label among them is outvoted."""
FOLDS = 5
"""Groups in which demonstrations are left out where a model has no chains."""
LATER = 0.5
"""The part of a demonstration whose end is judged, where a model has no chains."""


@dataclass(frozen=True, eq=False)
class Likeness:
    """N demonstrations of K gestures; log-likelihoods are nats per hop (of chains) or frame."""

    ids: tuple[str, ...]
    labels: tuple[str, ...]
    owners: NDArray[np.int64]
    """(N,) the gesture of each."""
    scores: Values
    """(N, K) of each under the nearest of every gesture, itself left out; -inf where there is none."""
    each: Values
    """(N, N) of the row under the chain of the column; (0, 0) where the model has no chains."""
    fits: Values
    """(N,) 0..1, how well each fits its own gesture, itself left out, on the model's scale; NaN: unknown."""

    @cached_property
    def own(self) -> Values:
        """(N,) under the others of its own gesture."""
        return self.scores[np.arange(len(self.owners)), self.owners]

    @cached_property
    def rivals(self) -> NDArray[np.int64]:
        """(N,) the likeliest of the other gestures."""
        return _others(self.scores, self.owners)

    @cached_property
    def margins(self) -> Values:
        """(N,) by how much its own gesture is likelier than the likeliest other; NaN where one of them is missing."""
        return _ahead(self.scores, self.owners, self.rivals)

    @cached_property
    def played(self) -> Values:
        """(N, K) of each as it plays: under the likeliest chain of every gesture, itself left out; without chains the
        `scores`."""
        if not len(self.each):
            return self.scores
        return nearest(self.each, self.owners, len(self.labels), 1)

    @cached_property
    def answers(self) -> NDArray[np.int64]:
        """(N,) the gesture that each is taken for, itself left out, as it plays; NONE (-1): shown once, so unknown."""
        tested = np.isfinite(self.played[np.arange(len(self.owners)), self.owners])
        return np.where(tested, self.played.argmax(1), NONE)

    @cached_property
    def missed(self) -> NDArray[np.bool_]:
        """(N,) whether it is taken for another gesture: the one count of all answers."""
        return np.asarray((self.answers != NONE) & (self.answers != self.owners))

    @cached_property
    def behind(self) -> NDArray[np.int64]:
        """(N,) the other gesture that comes nearest as it plays."""
        return _others(self.played, self.owners)

    @cached_property
    def leads(self) -> Values:
        """(N,) by how much its own gesture is ahead of that one; below 0 it is missed; NaN where one is missing."""
        return _ahead(self.played, self.owners, self.behind)

    @cached_property
    def distances(self) -> Values:
        """(N, N) how much worse than itself each explains the other, both ways; 0 on the diagonal."""
        self_ = np.diag(self.each)
        return np.maximum((self_[:, None] + self_[None, :] - self.each - self.each.T) / 2.0, 0.0)

    def renamed(self, names: Mapping[int, int]) -> Likeness:
        """With these gestures for demonstrations, both by their numbers; of chains alone."""
        owners = self.owners.copy()
        owners[list(names)] = list(names.values())
        scores = nearest(self.each, owners, len(self.labels))
        return Likeness(self.ids, self.labels, owners, scores, self.each, self.fits)

    def without(self, ids: Collection[str]) -> Likeness:
        """Of the others alone; gestures of which none is left are left out as well."""
        kept = np.flatnonzero([one not in ids for one in self.ids])
        if len(kept) == len(self.ids):
            return self
        gestures, owners = np.unique(self.owners[kept], return_inverse=True)
        if len(self.each):
            each = self.each[np.ix_(kept, kept)]
            scores = nearest(each, owners, len(gestures))
        else:
            each, scores = self.each, self.scores[np.ix_(kept, gestures)]
        labels = tuple(self.labels[n] for n in gestures)
        return Likeness(tuple(self.ids[n] for n in kept), labels, owners, scores, each, self.fits[kept])


def likeness(it: Opened, model: Model, report: Report | None = None) -> Likeness:
    """Hear every demonstration under the others; everyday movement is no gesture.

    Parameters
    ----------
    it : what is learned from, with its learner and features.
    model : what was fitted to it.

    Raises
    ------
    DataError
        If they cannot be learned from.
    Cancelled
    """
    shown = shown_of(it)
    inner, heard = chained(model, shown)
    return _of_folds(it, shown.demonstrations, report) if inner is None else of_chains(inner, heard)


def by_chains(learner: Any, shown: TrainingSet, model: Any = None) -> Likeness:
    """What chains say of each without it, whatever the model is; channels that do not matter are not heard.

    Parameters
    ----------
    learner : what learns, with what should not matter.
    shown : gestures, as the model sees them.
    model : what was fitted to them: its chains, where it has some.

    Raises
    ------
    DataError
        If they cannot be learned from.
    """
    inner, heard = chained(model, shown)
    if inner is None:
        inner, heard = chained(marks(learner).around(FewShot(convolutions="off")).fit(shown), shown)
    assert inner is not None
    return of_chains(inner, heard)


def shown_of(it: Opened) -> TrainingSet:
    """The gestures, as the model sees them, without everyday movement."""
    shown = TrainingSet(tuple(seen(it.features, one) for one in it.corpus.demonstrations))
    return TrainingSet(apart(shown, getattr(it.learner, "everyday", ""))[0])


def chained(model: Any, shown: TrainingSet) -> tuple[EnsembleModel | None, TrainingSet]:
    """The chains in a model, None where it has none; and what was shown as they hear it."""
    if isinstance(model, PartialModel):
        shown = TrainingSet(tuple(narrowed(one, model.heard) for one in shown.demonstrations))
        model = model.inner
    inner = getattr(model, "recogniser", model)
    return (inner if isinstance(inner, EnsembleModel) else None), shown


def of_chains(model: EnsembleModel, shown: TrainingSet, each: Values | None = None) -> Likeness:
    """The same of the demonstrations that a model with chains was fitted to.

    Parameters
    ----------
    each : what `pairs` says of them, where that is known.
    """
    owners = np.array([shown.labels.index(one.label) for one in shown.demonstrations])
    if each is None:
        each = pairs(model, shown.demonstrations, owners.tolist())
    ids = tuple(one.id for one in shown.demonstrations)
    scores = nearest(each, owners, len(shown.labels))
    own = scores[np.arange(len(ids)), owners]
    short = model.gains[owners] * (model.edges[owners] - np.where(np.isfinite(own), own, 0.0))
    fits = np.where(np.isfinite(own), 1.0 / (1.0 + np.exp(np.clip(short, -500.0, 500.0))), np.nan)
    return Likeness(ids, shown.labels, owners, scores, each, fits)


def pairs(model: EnsembleModel, some: Sequence[Demonstration], owners: Sequence[int]) -> Values:
    """(N, N) nats a hop of each demonstration under the chain of each, seen as the model sees.

    The chains are the model's own where it was fitted to these and nothing else, and else made anew, in no time; a
    channel counts for what it counts in the model.
    """
    takes, bank = [front.hops(one.values, model.hop) for one in some], model.banks[0]
    if model.mark != Data.of(TrainingSet(tuple(some))).mark:
        rounds = [number for number, label in enumerate(model.labels) if label in model.rounds]
        bank = exemplar_bank.chains(bank.view, takes, owners, rounds)
    return np.array([exemplar_bank.trace(bank, take)[-1] / len(take) for take in takes])


def nearest(each: Values, owners: NDArray[np.int64], count: int, some: int = NEAREST) -> Values:
    """(N, K) from pairs (N, N): the mean of the likeliest of each gesture, `some` of them, itself left out."""
    others = each.copy()
    np.fill_diagonal(others, -np.inf)
    scores = np.full((len(each), count), -np.inf)
    for gesture in range(count):
        rows = -np.sort(-others[:, owners == gesture], axis=1)[:, :some]
        known = np.isfinite(rows)
        total = np.where(known, rows, 0.0).sum(1)
        np.divide(total, known.sum(1), out=scores[:, gesture], where=known.any(1))
    return scores


def _others(scores: Values, owners: NDArray[np.int64]) -> NDArray[np.int64]:
    """(N,) the likeliest gesture that is not the own one."""
    others = scores.copy()
    others[np.arange(len(owners)), owners] = -np.inf
    return np.asarray(others.argmax(1))


def _ahead(scores: Values, owners: NDArray[np.int64], rivals: NDArray[np.int64]) -> Values:
    """(N,) by how much the own gesture is likelier than the rival; NaN where one of them is missing."""
    own, other = (scores[np.arange(len(owners)), one] for one in (owners, rivals))
    known = np.isfinite(own) & np.isfinite(other) & (rivals != owners)
    return np.asarray(np.subtract(own, other, out=np.full(len(other), np.nan), where=known))


def _of_folds(it: Opened, gestures: Sequence[Demonstration], report: Report | None) -> Likeness:
    """Asked of models of the same kind, fitted to the others."""
    labels = TrainingSet(tuple(gestures)).labels
    ids = tuple(one.id for one in gestures)
    places = {identity: number for number, identity in enumerate(ids)}
    scores, fits = np.full((len(ids), len(labels)), -np.inf), np.full(len(ids), np.nan)
    plain = it._replace(features=())
    folds = in_turn(gestures, FOLDS)
    for number, (rest, left) in enumerate(folds):
        model, _ = learn(plain, rest, portion(report, number / len(folds), (number + 1) / len(folds)))
        columns = [labels.index(label) for label in model.labels]
        for one in left:
            place = places[one.id]
            scores[place, columns], fit = _heard(model, one)
            fits[place] = fit[model.labels.index(one.label)]
    owners = np.array([labels.index(one.label) for one in gestures])
    return Likeness(ids, labels, owners, scores, np.zeros((0, 0)), fits)


def _heard(model: Model, one: Demonstration) -> tuple[Values, Values]:
    """(K,) log-likelihoods and (K,) fits, means over the last part of a demonstration."""
    follower = model.start()
    heard = [follower.step(frame) for frame in one.frames()]
    last = heard[int(LATER * len(heard)) :]
    return np.mean([e.log_likelihoods for e in last], axis=0), np.mean([e.fit for e in last], axis=0)
