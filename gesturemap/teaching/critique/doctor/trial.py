"""What a change would bring, measured: demonstrations left out, heard as things are and as they would be."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import sqrt
from typing import NamedTuple

from gesturemap.errors import DataError
from gesturemap.models.model import Report
from gesturemap.teaching.hearing import Rules
from gesturemap.teaching.leave_one_out import Change, evaluate, same
from gesturemap.teaching.play import Opened

FITS = 10
"""Models that are fitted for one trial, at most: then several demonstrations are left out at a time."""
LEAST = 2
"""Demonstrations more that are right, at least, where a gain is clear."""
OUTPUTS = 0.1
"""The same of outputs: by how much they agree better, as correlation."""
NAMES: Mapping[str, str] = {}


class Trial(NamedTuple):
    """What was heard of demonstrations left out."""

    right: Mapping[str, bool]
    """By id; empty where outputs are asked for."""
    given: Mapping[str, str]
    """What each was heard as; empty: none of these."""
    score: float
    """The share that is right, or of outputs the correlation; NaN where nothing can be left out."""


class Gain(NamedTuple):
    """What is better, of demonstrations that were heard both times."""

    before: float
    after: float
    tested: int
    more: int
    """By how many more are right."""
    chance: float
    """How many more may come of chance: the square root of how many were wrong, as `few_shot` judges what it sees."""

    @property
    def clear(self) -> bool:
        """Whether it is more than that, and not a single demonstration."""
        return (
            self.after - self.before >= OUTPUTS if not self.tested else self.more >= max(LEAST, self.chance)
        )

    @property
    def figures(self) -> dict[str, float]:
        """For a finding."""
        return {
            "before": self.before, "after": self.after, "gain": self.after - self.before, "tested": self.tested,
        }  # fmt: skip


def tried(
    it: Opened,
    rules: Rules | None = None,
    report: Report | None = None,
    change: Change = same,
    names: Mapping[str, str] = NAMES,
) -> Trial:
    """Leave demonstrations out and hear them (`leave_one_out.evaluate`).

    Parameters
    ----------
    names : what an answer counts as, where that is not its own name.

    Raises
    ------
    Cancelled
    """
    try:
        found = evaluate(it, rules, report, FITS, change)
    except DataError:  # too few to leave any out
        return Trial({}, {}, float("nan"))
    label = {one.id: one.label for one in it.corpus.demonstrations}
    given = {identity: str(one["given"]) for identity, one in found.each.items()}
    right = {
        identity: names.get(heard, heard) == names.get(label[identity], label[identity])
        for identity, heard in given.items()
    }
    score = sum(right.values()) / len(right) if right else found.overall.get("r")
    return Trial(right, given, float("nan") if score is None else score)


def gained(before: Trial, after: Trial, but: Collection[str] = ()) -> Gain:
    """What the second is better in; demonstrations that the change itself touches (`but`) do not count."""
    both = [one for one in before.right if one in after.right and one not in but]
    if not both:
        return Gain(before.score, after.score, 0, 0, 0.0)
    was, now = (sum(trial.right[one] for one in both) for trial in (before, after))
    return Gain(was / len(both), now / len(both), len(both), now - was, sqrt(len(both) - was))
