"""Decoys: a channel that hardly moves while a gesture is made and yet tells the gestures apart.

A phone that lay differently on two days, a drifting magnetometer while gestures were recorded in turn, a battery among
the channels: a model learns that instead of the movement, and knows nothing on stage. A channel is suspected where it
is still within demonstrations, compared with how far these lie apart, while others move; and where its mean alone
tells the gestures of demonstrations left out, or goes with the gestures (of which several may share a level), more
than either would with the gestures' names dealt at random.
Poses, of which no channel moves, are none. Source of the idea: Teso and Kersting (2019), decoys.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from gesturemap.commands import Irrelevant
from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Values
from gesturemap.plain import counted
from gesturemap.teaching.finding import Finding

STILL = 0.2
"""A channel is still where it moves less within demonstrations, as a part of how far their means lie apart."""
MOVES = 0.5
"""Another one moves where it moves more than so."""
DEALT = 500
"""How often names are dealt at random."""
CHANCE = 0.02
"""How often a channel at random may seem to tell gestures apart."""
TELLS = 0.5
"""Of the way from chance to always right, so far at least its mean is right."""
GOES = 0.75
"""So large a share of the squares of how means differ goes with the gestures, at least."""


def decoys(
    demonstrations: Sequence[Demonstration],
    ignored: Collection[str] = (),
    sent: Collection[str] | None = None,
) -> list[Finding]:
    """Channels that may be decoys; the demonstrations are as they come to the model.

    Where `sayable` is not so, nothing can be said.

    Parameters
    ----------
    ignored : channels that are not asked about.
    sent : those that are: the sensor's own, as a feature may be slow because that is what it is for; None: all.
    """
    if not sayable(demonstrations):
        return []
    labels = list(dict.fromkeys(one.label for one in demonstrations))
    owners = np.array([labels.index(one.label) for one in demonstrations])
    counts = np.bincount(owners)
    means = np.array([one.values.mean(0) for one in demonstrations])
    within = np.sqrt(np.mean([one.values.var(0) for one in demonstrations], axis=0))
    apart = means.std(0)
    moving = np.divide(within, apart, out=np.full(len(apart), np.inf), where=apart > 0.0)
    if not (moving >= MOVES).any():
        return []
    found = []
    names = demonstrations[0].spec.names
    for channel in np.flatnonzero(moving < STILL).tolist():
        name = names[channel]
        if name in ignored or (sent is not None and name not in sent):
            continue
        told, luck = tells(means[:, channel], owners, len(labels))
        chance = counts.max() / counts.sum()
        says = f"it alone tells the gesture of {told:.0%} of them"
        if luck > CHANCE or told - chance < TELLS * (1.0 - chance):
            told, chance, luck = goes(means[:, channel], owners)
            if luck > CHANCE or told < GOES:
                continue
            says = f"{told:.0%} of how they differ in it goes with the gesture"
        found.append(
            Finding(
                "decoy",
                channel=name,
                evidence=f"{name} hardly moves within a demonstration ({moving[channel]:.1%} of how far they lie "
                f"apart), yet {says} (chance: {chance:.0%})",
                remedy=f"if it is not what you do, let it not matter: gesturemap teach PROJECT irrelevant {name}",
                figures={
                    "moves": float(moving[channel]),
                    "tells": told,
                    "chance": float(chance),
                    "luck": luck,
                },
                sure=1.0 - luck,
                command=Irrelevant(name),
            )
        )
    return found


def warnings(
    demonstrations: Sequence[Demonstration], ignored: Collection[str], sent: Collection[str]
) -> list[str]:
    """A line for who trained, where there may be `decoys`; none where outputs are learned."""
    if any(one.outputs for one in demonstrations):
        return []
    found = decoys(demonstrations, ignored, sent)
    if not found:
        return []
    first = max(found, key=lambda one: one.sure)
    more = f" (and so it is with {counted(len(found) - 1, 'channel')} more)" if found[1:] else ""
    return [f"{first.evidence}{more}; if it is no part of the gestures, let it not matter (ask 'decoys')"]


def sayable(demonstrations: Sequence[Demonstration]) -> bool:
    """Whether two gestures at least were shown twice at least: else a level of each is all that there can be."""
    return sum(count > 1 for count in Counter(one.label for one in demonstrations).values()) > 1


def tells(means: Values, owners: NDArray[np.int64], gestures: int) -> tuple[float, float]:
    """How often the nearest gesture is right of a mean left out (N,), and how often as much comes of chance."""
    rng = np.random.default_rng(0)
    told = _right(means, owners, gestures)
    dealt = [_right(means, rng.permutation(owners), gestures) for _ in range(DEALT)]
    return told, (1.0 + sum(one >= told for one in dealt)) / (1.0 + DEALT)


def goes(means: Values, owners: NDArray[np.int64]) -> tuple[float, float, float]:
    """The share of how means (N,) differ that goes with the gestures, that by chance, and how often as much does.

    Several gestures may share a level. The share is that of the squares (the correlation ratio).
    """
    apart = means - means.mean()
    counts, whole = np.bincount(owners), float(apart @ apart)

    def share(owners: NDArray[np.int64]) -> float:
        return float((np.bincount(owners, apart) ** 2 / counts).sum() / whole) if whole > 0.0 else 0.0

    rng = np.random.default_rng(0)
    told, dealt = share(owners), [share(rng.permutation(owners)) for _ in range(DEALT)]
    return told, float(np.mean(dealt)), (1.0 + sum(one >= told for one in dealt)) / (1.0 + DEALT)


def _right(means: Values, owners: NDArray[np.int64], gestures: int) -> float:
    """The share of those that are shown twice or more."""
    counts = np.bincount(owners, minlength=gestures)
    sums = np.bincount(owners, means, gestures)
    own = np.arange(gestures) == owners[:, None]
    left = counts - own
    centres = np.divide(sums - own * means[:, None], left, out=np.full(left.shape, np.inf), where=left > 0)
    nearest = np.abs(centres - means[:, None]).argmin(1)
    tested = counts[owners] > 1
    return float((nearest == owners)[tested].mean())
