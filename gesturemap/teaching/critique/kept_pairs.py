"""Every demonstration under the chain of every other, kept from one training to the next: what changed is heard anew.

A demonstration more is one more to be heard under all chains, and one chain more that hears all; one less, another name
or another order is nothing to be heard at all. What the chains see (channels in units of their deviations) moves a
little with every demonstration: what was heard stays as long as no unit would change by more than `MOVED`, else all is
heard anew.
"""

from __future__ import annotations

import numpy as np

from gesturemap.demonstrations import TrainingSet
from gesturemap.frames import Values
from gesturemap.models import exemplar_bank, front
from gesturemap.models.ensemble import EnsembleModel
from gesturemap.models.front import View
from gesturemap.models.model import Model
from gesturemap.teaching.critique.likeness import Likeness, chained, likeness, of_chains, shown_of
from gesturemap.teaching.play import Opened

MOVED = 0.03
"""So much, of itself, a channel's unit may change; its middle so much of that unit."""


class KeptPairs:
    """What was heard of one project."""

    def __init__(self) -> None:
        self.heard = 0
        """Pairs that were heard at the last refresh; all would be N x N."""
        self._view: View | None = None
        self._hop = 0
        self._places: dict[tuple[bytes, bool], int] = {}
        self._each: Values = np.zeros((0, 0))

    def refresh(self, it: Opened, model: Model) -> Likeness:
        """The same as `likeness`, soon after a training; of a model without chains it is that.

        Raises
        ------
        DataError
        """
        inner, shown = chained(model, shown_of(it))
        if inner is None:
            self.heard = 0
            return likeness(it, model)
        return of_chains(inner, shown, self.pairs(inner, shown))

    def pairs(self, model: EnsembleModel, shown: TrainingSet) -> Values:
        """(N, N) nats a hop of each demonstration under the chain of each."""
        view, hop = self._seen(model), model.hop
        some = shown.demonstrations
        owners = [shown.labels.index(one.label) for one in some]
        rounds = [number for number, label in enumerate(shown.labels) if label in model.rounds]
        takes = [front.hops(one.values, hop) for one in some]
        keys = [(one.fingerprint, owner in rounds) for one, owner in zip(some, owners, strict=True)]
        before = [self._places.get(key, -1) for key in keys]
        each = np.empty((len(some), len(some)))
        known = [n for n, place in enumerate(before) if place >= 0]
        fresh = [n for n, place in enumerate(before) if place < 0]
        old = [before[n] for n in known]
        each[np.ix_(known, known)] = self._each[np.ix_(old, old)]
        if fresh:
            whole = exemplar_bank.chains(view, takes, owners, rounds)
            few = exemplar_bank.chains(view, [takes[n] for n in fresh], [owners[n] for n in fresh], rounds)
            for n in fresh:
                each[n] = exemplar_bank.trace(whole, takes[n])[-1] / len(takes[n])
            for n in known:
                each[n, fresh] = exemplar_bank.trace(few, takes[n])[-1] / len(takes[n])
        self.heard = len(fresh) * (len(some) + len(known))
        self._places = {key: n for n, key in enumerate(keys)}
        self._view, self._hop, self._each = view, hop, each
        return each.copy()

    def _seen(self, model: EnsembleModel) -> View:
        """What is seen: as before where that is nearly so; else everything is forgotten."""
        now, before = model.banks[0].view, self._view
        if before is not None and self._hop == model.hop and near(now, before):
            return before
        self._places, self._each = {}, np.zeros((0, 0))
        return now


def near(one: View, other: View) -> bool:
    """Whether two views see nearly the same."""
    if (one.shape, one.delta, one.gains.shape) != (other.shape, other.delta, other.gains.shape):
        return False
    moved = np.abs(one.gains - other.gains) <= MOVED * other.gains
    aside = np.abs(one.centre - other.centre) * other.gains[: len(other.centre)] <= MOVED
    return bool(moved.all() and (one.shape or aside.all()))
