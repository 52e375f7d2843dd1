"""Never that: one gesture must not begin while another is made. What that costs is measured before it is accepted.

A confusion that hurts is worth more misses than one that does not. So the gesture must fit better than others before it
begins (`Events.fits`), and how well follows from the demonstrations: each is left out and heard as live, under every
bound at once; of the bounds under which it begins least in the other's, that with the fewest misses is taken. Where it
begins in no fewer of them under any, nothing is offered.
Sources: Kapoor, Lee, Tan and Horvitz (2010), "Interactive optimization for steering machine classification"
(ManiMatrix); the bound is the cost-sensitive threshold of Elkan (2001), "The foundations of cost-sensitive learning".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from gesturemap.commands import Threshold
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import CommandError
from gesturemap.features.feature import ChainRun
from gesturemap.mapping.events import Events
from gesturemap.models.model import Model, Report, portion
from gesturemap.plain import counted
from gesturemap.teaching.finding import Finding
from gesturemap.teaching.hearing import Hearing, Rules
from gesturemap.teaching.leave_one_out import cells_of
from gesturemap.teaching.play import Opened, Performance, learn

FITS = tuple(np.round(np.arange(0.5, 1.0, 0.025), 3).tolist())
"""What is tried, the mildest first."""
MODELS = 20
"""Models that are fitted, at most."""


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
    then: Price
    """With the best of all fits: it is offered if it helps; under none of all it may still begin."""
    prices: tuple[Price, ...]
    """Of every fit, the mildest first."""

    @property
    def helps(self) -> bool:
        """Whether it begins in fewer of the other's than as things are."""
        return self.then.false < self.now.false

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
    known = [rule.fits.get(label, rule.fit) for rule in rules if label in rule.tells(tuple(labels))]
    fits = [fit for fit in FITS if fit > max(known)]
    if not fits:
        raise CommandError(
            "never", repr(label), f"it needs a fit of {max(known):g} already", "show it once more"
        )
    tried = [rules, *([needing(rule, label, fit) for rule in rules] for fit in fits)]
    false, missed, shown = [0] * len(tried), [0] * len(tried), {label: 0, other: 0}
    cells = cells_of(it, [], MODELS)
    for number, cell in enumerate(cells):
        left = [one for piece in cell.test if (one := piece.cut(it.corpus)).label in shown]
        if not left:
            continue
        told = portion(report, number / len(cells), (number + 1) / len(cells))
        model, _ = learn(it, [piece.cut(it.corpus) for piece in cell.train], told)
        for one in left:
            shown[one.label] += 1
            for n, (given, also) in enumerate(_heard(it, model, one, tried)):
                false[n] += one.label == other and label in (given, *also)
                missed[n] += one.label == label and given != label
    if min(shown.values()) == 0:
        once = min(shown, key=shown.__getitem__)
        raise CommandError("never", repr(once), "it was shown once: nothing can be left out", "record more")
    prices = [Price(*one) for one in zip((0.0, *fits), false, missed, strict=True)]
    return Offer(label, other, (shown[label], shown[other]), prices[0], best(prices[1:]), tuple(prices[1:]))


def checked(labels: Sequence[str], label: str, other: str) -> None:
    """See that these are two of the gestures.

    Raises
    ------
    CommandError
    """
    for name in (label, other):
        if name not in labels or label == other:
            raise CommandError("never", repr(name), f"two of {', '.join(labels)} are wanted", "name two")


def best(prices: Sequence[Price]) -> Price:
    """The fewest false ones, then the fewest misses; of those that are alike the one in the middle."""
    least = min((one.false, one.missed) for one in prices)
    alike = [one for one in prices if (one.false, one.missed) == least]
    return alike[len(alike) // 2]


def needing(rule: Events, label: str, fit: float) -> Events:
    """A rule under which a gesture must fit so well to begin."""
    return replace(rule, fits={**rule.fits, label: fit})


def _heard(
    it: Opened, model: Model, one: Demonstration, tried: Sequence[Rules]
) -> list[tuple[str, tuple[str, ...]]]:
    """What one demonstration is heard as under each of these rules, played once."""
    performance = Performance(it, model, one.spec)
    spec = ChainRun(it.features, one.spec).spec
    hearings = [Hearing(model, spec, rules) for rules in tried]
    for frame in one.frames():
        estimate = performance.step(frame)
        if estimate is not None:
            for hearing in hearings:
                hearing.take(estimate)
    return [hearing.heard() for hearing in hearings]
