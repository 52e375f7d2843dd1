"""Never that: one gesture must not begin while another is made. What that costs is measured before it is accepted.

A confusion that hurts is worth more misses than one that does not. So the gesture must fit better than others before it
begins (`Events.fits`), and how well follows from the demonstrations: each is left out and heard as live, from rest and
back to it, and the highest fit is looked for under which it is still heard as it is now. Between those lie the bounds
that differ in anything, and what each does is counted; of the bounds under which it begins least in the other's, that
with the fewest misses is taken. Where it begins in no fewer of them under any, or would hardly begin at all, nothing
is offered.
Sources: Kapoor, Lee, Tan and Horvitz (2010), "Interactive optimization for steering machine classification"
(ManiMatrix); the bound is the cost-sensitive threshold of Elkan (2001), "The foundations of cost-sensitive learning".
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from gesturemap.commands import Threshold
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import CommandError
from gesturemap.features.feature import ChainRun
from gesturemap.frames import Estimate
from gesturemap.mapping.events import Events
from gesturemap.models.model import Model, Report, portion
from gesturemap.plain import counted
from gesturemap.teaching.finding import Finding
from gesturemap.teaching.hearing import Hearing, Rules, rested
from gesturemap.teaching.leave_one_out import cells_of
from gesturemap.teaching.pieces import Cell
from gesturemap.teaching.play import Opened, Performance, learn

HIGHEST = 0.99
"""A gesture that needs such a fit already is asked for no more."""
HALVINGS = 12
"""Of the way from the fit it needs now to 1, to find the highest under which a demonstration is heard as it is now."""
ROUNDS = 4
"""How often it is looked for above a bound under which it begins all the same: later, where it fits better."""
DIGITS = (2, 3, 4, 5, 6)
"""Decimals of a fit: as few as tell it from its neighbours."""
TRIED = 20
"""Fits whose price is told, at most: the highest."""
SILENT = 2 / 3
"""A gesture that misses more of its own demonstrations than this is as good as never heard."""
MODELS = 20
"""Models that are fitted, at most: one for each demonstration of the two gestures, or else several are left out."""


class Price(NamedTuple):
    """What one fit does, of demonstrations left out."""

    fit: float
    """0: as things are."""
    false: int
    """Demonstrations of the other gesture in which the gesture begins."""
    missed: int
    """Those of the gesture itself that are not heard as what they are."""


class Offer(NamedTuple):
    """A gesture that must never begin for another, and its price."""

    label: str
    other: str
    shown: tuple[int, int]
    """Demonstrations of both that were left out."""
    now: Price
    """As things are."""
    prices: tuple[Price, ...]
    """Of the fits that differ in what they do, the mildest first; empty: it never begins in the other's."""

    @property
    def then(self) -> Price:
        """With the best of those fits that leave something to be heard, or else of all."""
        left = [one for one in self.prices if not self._silences(one)]
        return best(left or self.prices or [self.now])

    @property
    def helps(self) -> bool:
        """Whether it begins in fewer of the other's than as things are, and still begins."""
        return self.then.false < self.now.false and not self._silences(self.then)

    def _silences(self, price: Price) -> bool:
        return price.missed > SILENT * self.shown[0]

    @property
    def command(self) -> Threshold | None:
        """What accepts it; None: nothing is offered."""
        return Threshold(self.then.fit, self.label) if self.helps else None

    def finding(self) -> Finding:
        """In the musician's words."""
        own, others = self.shown
        more = self.then.missed - self.now.missed
        figures: dict[str, float] = {
            "false_before": self.now.false,
            "missed_before": self.now.missed,
            "own": own,
            "others": others,
        }
        if self.helps:
            price = f": the price is {more} more missed" if more > 0 else ", which costs nothing"
            remedy = (
                f"let it begin only where it fits {self.then.fit:g} or better: then it begins in "
                f"{self.then.false} of them, and misses {self.then.missed} of its own{price}"
            )
            figures |= {
                "fit": self.then.fit, "false_after": self.then.false, "missed_after": self.then.missed,
            }  # fmt: skip
        elif self.now.false and self._silences(self.now):
            remedy = (
                "it is hardly heard as things are, so nothing is offered: make them one gesture if they are one "
                "movement, or show it more often first"
            )
        elif any(one.false < self.now.false for one in self.prices):
            least = best(self.prices)
            remedy = (
                f"only at the price of never hearing it: a fit that lets it begin in {least.false} of them "
                f"misses {least.missed} of its own; make them one gesture if they are one movement, or move "
                "more differently"
            )
        elif self.now.false:
            remedy = "no fit prevents this: make them one gesture if they are one movement, or move more differently"
        else:
            remedy = "there is nothing to gain"
        return Finding(
            "never",
            self.label,
            evidence=f"'{self.label}' begins in {self.now.false} of {counted(others, 'demonstration')} of "
            f"'{self.other}' left out; of its own {own} it misses {self.now.missed}",
            remedy=remedy,
            figures=figures,
            command=self.command,
        )


def never(it: Opened, rules: Rules, label: str, other: str, report: Report | None = None) -> Offer:
    """Measure what it costs that a gesture never begins for another.

    Parameters
    ----------
    rules : what tells when a gesture begins (`hearing.rules_of`).

    Raises
    ------
    CommandError
        If there are no two such gestures, or nothing tells of the first.
    DataError
        If one of them was shown once.
    Cancelled
    """
    labels = list(dict.fromkeys(one.label for one in it.corpus.demonstrations))
    checked(labels, label, other)
    if not any(label in rule.tells(tuple(labels)) for rule in rules):
        raise CommandError("never", repr(label), "no mapping tells when it begins", "add one of kind events")
    known = max(rule.fits.get(label, rule.fit) for rule in rules if label in rule.tells(tuple(labels)))
    if known >= HIGHEST:
        raise CommandError("never", repr(label), f"it needs a fit of {known:g} already", "show it once more")
    own, others = list[_Played](), list[_Played]()
    cells = _cells(it, (label, other))
    for number, cell in enumerate(cells):
        told = portion(report, number / len(cells), (number + 1) / len(cells))
        model, _ = learn(it, [piece.cut(it.corpus) for piece in cell.train], told)
        for one in (piece.cut(it.corpus) for piece in cell.test):
            if one.label in (label, other):
                (own if one.label == label else others).append(_Played(it, model, one))
    for name, group in ((label, own), (other, others)):
        if not group:
            raise CommandError(
                "never", repr(name), "it was shown once: nothing can be left out", "record more"
            )

    def misses(one: _Played, fit: float) -> bool:
        return one.heard(rules, label, fit)[0] != label

    def begins(one: _Played, fit: float) -> bool:
        given, also = one.heard(rules, label, fit)
        return label in (given, *also)

    def price(fit: float) -> Price:
        return Price(fit, sum(begins(one, fit) for one in others), sum(misses(one, fit) for one in own))

    heard = highest(
        lambda one, fit: not misses(one, fit), [one for one in own if not misses(one, 0.0)], known
    )
    wrong, fits = [one for one in others if begins(one, 0.0)], list[float]()
    for _ in range(ROUNDS):
        above = bounds(highest(begins, wrong, max([known, *fits])), heard)
        if not above:
            break
        fits += above
        wrong = [one for one in wrong if begins(one, fits[-1])]
    prices = tuple(price(fit) for fit in sorted({*fits})[-TRIED:])
    return Offer(label, other, (len(own), len(others)), price(0.0), prices)


def checked(labels: Sequence[str], label: str, other: str) -> None:
    """See that these are two of the gestures.

    Raises
    ------
    CommandError
    """
    if len(labels) < 2:
        raise CommandError("never", f"'{labels[0]}' alone", "two gestures are wanted", "record another one")
    for name in (label, other):
        if name not in labels or label == other:
            raise CommandError("never", repr(name), f"two of {', '.join(labels)} are wanted", "name two")


def best(prices: Sequence[Price]) -> Price:
    """The fewest false ones, then the fewest misses; of those that are alike the one in the middle."""
    least = min((one.false, one.missed) for one in prices)
    alike = [one for one in prices if (one.false, one.missed) == least]
    return alike[len(alike) // 2]


def bounds(false: Sequence[float], heard: Sequence[float]) -> list[float]:
    """A fit just above each under which it still begins wrongly, halfway to the next one that matters; rising.

    Parameters
    ----------
    false : the highest fit under which it still begins in each demonstration of the other gesture.
    heard : and under which each of its own is still heard.
    """
    every = sorted({*false, *heard, 1.0})
    return [
        between(low, every[bisect_right(every, low)]) for low in sorted({one for one in false if one < 1.0})
    ]


def between(low: float, high: float) -> float:
    """A number above `low` and at most `high`, near their middle, of few decimals."""
    middle = (low + high) / 2.0
    return next((near for digits in DIGITS if low < (near := round(middle, digits)) <= high), middle)


def highest(still: Callable[[_Played, float], bool], some: Iterable[_Played], known: float) -> list[float]:
    """Of each the highest fit above the one that is known under which something is still so; it is so under that."""
    found = []
    for one in some:
        low, high = known, 1.0
        for _ in range(HALVINGS):
            middle = (low + high) / 2.0
            low, high = (middle, high) if still(one, middle) else (low, middle)
        found.append(low)
    return found


def needing(rule: Events, label: str, fit: float) -> Events:
    """A rule under which a gesture must fit so well to begin."""
    return replace(rule, fits={**rule.fits, label: fit})


def _cells(it: Opened, labels: Sequence[str]) -> list[Cell]:
    """Those in which one of these gestures is left out, each by itself as in an evaluation, if that is not too many."""

    def of(most: int) -> list[Cell]:
        return [cell for cell in cells_of(it, [], most) if any(piece.label in labels for piece in cell.test)]

    cells = of(len(it.corpus.demonstrations))
    return cells if len(cells) <= MODELS else of(MODELS)


class _Played:
    """What the model said of a demonstration that was left out, played once; heard under one fit after another."""

    def __init__(self, it: Opened, model: Model, one: Demonstration) -> None:
        performance = Performance(it, model, one.spec)
        estimates = (performance.step(frame) for frame in rested(one).frames())
        self._said: list[Estimate] = [each for each in estimates if each is not None]
        self._model, self._spec = model, ChainRun(it.features, one.spec).spec

    def heard(self, rules: Rules, label: str, fit: float) -> tuple[str, tuple[str, ...]]:
        """What it is taken for where the gesture needs this fit (0: as things are), and what else begins in it."""
        rules = [needing(rule, label, fit) for rule in rules] if fit else rules
        hearing = Hearing(self._model, self._spec, rules)
        for estimate in self._said:
            hearing.take(estimate)
        return hearing.heard()
