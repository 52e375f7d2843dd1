"""What is left out to see how well outputs are regressed: demonstrations, or blocks of long ones with a gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Values
from gesturemap.models.model import Array

FOLDS = 5
"""Groups of demonstrations, or blocks of one."""
LONG = 250
"""Frames of a demonstration from which on blocks of it are left out, when no gesture was shown twice."""


@dataclass(frozen=True, eq=False)
class Fold:
    """Which of all frames are left out (T,), and which are learned from (T,); those of a gap are neither."""

    left: Array
    rest: Array


def in_turn(
    shown: Sequence[Demonstration], folds: int
) -> list[tuple[list[Demonstration], list[Demonstration]]]:
    """What is learned from and what is left out, in turn: each gesture's demonstrations in so many groups.

    A gesture shown once is never left out.
    """
    places: dict[str, int] = {}
    groups = []
    for demonstration in shown:
        places[demonstration.label] = places.get(demonstration.label, -1) + 1
        groups.append(places[demonstration.label] % folds)
    own = [group if places[d.label] else -1 for group, d in zip(groups, shown, strict=True)]
    return [
        (
            [d for group, d in zip(own, shown, strict=True) if group != fold],
            [d for group, d in zip(own, shown, strict=True) if group == fold],
        )
        for fold in sorted({group for group in own if group >= 0})
    ]


def folds_of(lengths: Sequence[int], owners: Sequence[int], gap: int) -> list[Fold]:
    """Every gesture's demonstrations in turn; where each was shown once, blocks of those that are long.

    Parameters
    ----------
    lengths, owners : frames and gesture of each demonstration.
    gap : frames on both sides of a block that are not learned from.
    """
    groups: dict[int, list[int]] = {}
    for take, owner in enumerate(owners):
        groups.setdefault(owner, []).append(take)
    ends = np.cumsum([0, *lengths])
    total = int(ends[-1])
    made: list[Fold] = []
    if any(len(group) > 1 for group in groups.values()):
        for fold in range(FOLDS):
            left = np.zeros(total, bool)
            for group in (group for group in groups.values() if len(group) > 1):
                for take in group[fold::FOLDS]:
                    left[ends[take] : ends[take + 1]] = True
            if left.any():
                made.append(Fold(left, ~left))
        return made
    for fold in range(FOLDS):
        left, rest = np.zeros(total, bool), np.ones(total, bool)
        for take, length in enumerate(lengths):
            if length >= LONG:
                begin, end = (ends[take] + length * (fold + side) // FOLDS for side in (0, 1))
                left[begin:end] = True
                rest[max(begin - gap, ends[take]) : min(end + gap, ends[take + 1])] = False
        if left.any() and rest.any():
            made.append(Fold(left, rest))
    return made


def explained(errors: Values, wanted: Values) -> float:
    """The share of the variance of outputs (T, M) that is explained, mean over those that vary."""
    variance = wanted.var(0)
    varies = variance > 1e-12
    if not varies.any():
        return 1.0
    return float(np.mean(1.0 - (errors[:, varies] ** 2).mean(0) / variance[varies]))
