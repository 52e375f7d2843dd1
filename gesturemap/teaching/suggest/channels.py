"""What each channel counts for, from pairs of demonstrations that are said to be alike, or different.

Two demonstrations are aligned in time, and how far each channel is apart along the way is a number: their distance is
the weighted sum. The weights are those nearest to 1, never below 0, under which pairs said to be alike lie below the
border (halfway between demonstrations of one gesture and those of others), different ones above: a logistic regression
with a prior, convex, so that there is one answer.
Source: Guillaumin, Verbeek and Schmid (2009), "Is that you? Metric learning approaches for face identification" (LDML),
its matrix diagonal; dragging points as in House, Leman and Han (2015), "Bayesian visual analytics: BaVA".
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.errors import CommandError
from gesturemap.frames import Values
from gesturemap.models import exemplar_bank, front
from gesturemap.models.exemplar import Data
from gesturemap.teaching.align import pairs

PRIOR = 0.25
"""How much a channel is held at 1: as much as a pair at the border is pulled by a weight that differs by so much."""
LEAST, MOST = 0.01, 100.0
"""Of a weight, as `Relevance.weights` allows."""
COARSE = 0.01
"""Weights are whole multiples of this."""
ROUNDS = 3000
"""Gradient steps, milliseconds in all."""
Pair = tuple[str, str]


class Said(NamedTuple):
    """A pair that a person has judged."""

    pair: Pair
    alike: bool
    apart: Values
    """(C,) mean squared distance of each channel along the way, in units of the border; they add up to the distance."""


class Weights(NamedTuple):
    """What each channel would count for, beside what it counts for now."""

    channels: tuple[str, ...]
    before: Values
    """(C,)"""
    now: Values
    said: tuple[Said, ...]

    @property
    def table(self) -> dict[str, float]:
        """As `Relevance.weights`: what counts 1 is left out."""
        return {name: w for name, w in zip(self.channels, self.now.tolist(), strict=True) if w != 1.0}

    def fulfilled(self, weights: Values) -> int:
        """How many pairs lie on the side of the border that was said."""
        return sum(bool(one.apart @ weights < 1.0) == one.alike for one in self.said)


class Change(NamedTuple):
    """What other weights do to demonstrations left out, under the likeliest chain of the others."""

    tested: int
    right: tuple[int, int]
    """Before, and with the new weights."""
    flipped: dict[str, tuple[str, str]]
    """Demonstrations taken for another gesture than before: for which, and for which then."""


def pairs_of(groups: Sequence[Sequence[str]]) -> list[Pair]:
    """All pairs of each group of ids."""
    return [pair for group in groups for pair in itertools.combinations(dict.fromkeys(group), 2)]


def learned(
    shown: TrainingSet, together: Sequence[Pair], apart: Sequence[Pair], before: Mapping[str, float]
) -> Weights:
    """Weights from what was said.

    Parameters
    ----------
    shown : demonstrations, as the model sees them.
    before : what channels count for now, 1 where nothing is said: weights are held at 1, not at these.

    Raises
    ------
    CommandError
        If there is no such demonstration, or a pair is said to be both.
    """
    known = {one.id: one for one in shown.demonstrations}
    for identity in (name for pair in (*together, *apart) for name in pair):
        if identity not in known:
            raise CommandError(
                "demonstration", repr(identity), f"there are {', '.join(list(known)[:5])} ...",
                "list them: gesturemap teach PROJECT shown",
            )  # fmt: skip
    if both := {frozenset(pair) for pair in together} & {frozenset(pair) for pair in apart}:
        raise CommandError(
            "pair", " and ".join(sorted(min(both, key=sorted))), "it is said to be alike and different", "say one"
        )  # fmt: skip
    takes = in_units(shown)
    border = border_of(takes, [one.label for one in shown.demonstrations])
    places = {one.id: number for number, one in enumerate(shown.demonstrations)}
    said = tuple(
        Said(pair, alike, distances(takes[places[pair[0]]], takes[places[pair[1]]]) / border)
        for some, alike in ((together, True), (apart, False))
        for pair in some
    )
    names = shown.spec.names
    found = solved(np.array([one.apart for one in said]), np.array([one.alike for one in said]))
    return Weights(names, np.array([before.get(name, 1.0) for name in names]), found, said)


def solved(apart: Values, alike: Values, prior: float = PRIOR) -> Values:
    """(C,) the weights for pairs (P, C) in units of the border; the minimum of a convex function.

    Each pair costs log(1 + exp(s (w apart - 1))), s = 1 where alike and -1 where different; each channel
    prior (w - 1)^2. Source: Beck and Teboulle (2009), "A fast iterative shrinkage-thresholding algorithm" (FISTA).
    """
    sign = np.where(alike, 1.0, -1.0)

    # Gradient steps as long as the curvature allows, none beyond the bounds: it cannot miss the minimum.
    step = 1.0 / (2.0 * prior + 0.25 * float((apart**2).sum()))
    weights = last = np.ones(apart.shape[1])
    for number in range(ROUNDS):
        ahead = weights + number / (number + 3.0) * (weights - last)
        beyond = np.clip(sign * (apart @ ahead - 1.0), -500.0, 500.0)
        slope = (sign / (1.0 + np.exp(-beyond))) @ apart + 2.0 * prior * (ahead - 1.0)
        last, weights = weights, np.clip(ahead - step * slope, LEAST, MOST)
    return np.asarray(np.clip(np.round(weights / COARSE) * COARSE, LEAST, MOST).round(2))


def in_units(shown: TrainingSet) -> list[Values]:
    """Demonstrations as hops (T, C), each channel in its deviations over all of them; a constant one is 0."""
    takes = Data.of(shown).takes
    view = front.view(takes, False, False)
    return [view.of(take) for take in takes]


def distances(one: Values, other: Values) -> Values:
    """(C,) mean squared distance of each channel of one (T, C) and other (U, C), aligned in time."""
    path = pairs(one, other)
    return np.asarray(((one[path[:, 0]] - other[path[:, 1]]) ** 2).mean(0))


def border_of(takes: Sequence[Values], labels: Sequence[str], most: int = 200) -> float:
    """Halfway between the median distances within gestures and between them, of `most` drawn pairs each."""
    rng = np.random.default_rng(0)
    every = list(itertools.combinations(range(len(takes)), 2))
    medians = []
    for same in (True, False):
        some = [pair for pair in every if (labels[pair[0]] == labels[pair[1]]) is same]
        if some:
            drawn = [some[n] for n in rng.permutation(len(some))[:most]]
            medians.append(float(np.median([distances(takes[a], takes[b]).sum() for a, b in drawn])))
    return max(float(np.mean(medians)), 1e-12)


def changed(shown: TrainingSet, before: Mapping[str, float], now: Mapping[str, float]) -> Change:
    """What weights do: each demonstration is heard by the chains of all others, with the one and with the other."""
    owners = np.array([shown.labels.index(one.label) for one in shown.demonstrations])
    tested = np.bincount(owners)[owners] > 1
    one, other = (_answers(shown, weights) for weights in (before, now))
    flipped = {
        each.id: (shown.labels[a], shown.labels[b])
        for each, a, b, known in zip(
            shown.demonstrations, one.tolist(), other.tolist(), tested.tolist(), strict=True
        )
        if known and a != b
    }
    right = [int((owners == given)[tested].sum()) for given in (one, other)]
    return Change(int(tested.sum()), (right[0], right[1]), flipped)


def _answers(shown: TrainingSet, weights: Mapping[str, float]) -> Values:
    data = Data.of(TrainingSet(shown.demonstrations, weights=weights))
    bank = exemplar_bank.fit(data.takes, data.owners, False, True, 0.6, weights=data.weights)
    owners, given = np.array(data.owners), []
    for index, take in enumerate(data.takes):
        totals = exemplar_bank.trace(bank, take)[-1]
        totals[index] = -np.inf
        given.append(owners[totals.argmax()])
    return np.array(given)


def at(demonstrations: Sequence[Demonstration], words: str) -> list[str]:
    """Ids from a text such as ``3,5``.

    Raises
    ------
    CommandError
        If it names fewer than two.
    """
    ids = [word.strip() for word in words.split(",") if word.strip()]
    if len(set(ids)) < 2:
        some = ",".join(one.id for one in demonstrations[:2])
        raise CommandError("pair", repr(words), "two ids at least are wanted", f"for example {some}")
    return ids
