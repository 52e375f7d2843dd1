"""A bank of chains, one for each demonstration, seen in one way: what a follower of exemplars runs over."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturemap.frames import Values
from gesturemap.models import exemplar_kernels, front, packing
from gesturemap.models.front import View
from gesturemap.models.model import Array

FREEDOM = 4.0
"""Degrees of freedom of the Student densities."""
TEMPI = ((0.45, 0.35, 0.2, 0.0), (0.25, 0.5, 0.25, 0.0), (0.12, 0.48, 0.35, 0.05))
"""Probabilities of 0, 1, 2, 3 states in a hop: slower (0.75), as demonstrated, faster (1.33)."""
BEGINNING = (8 / 15, 4 / 15, 2 / 15, 1 / 15)
"""Probabilities of the state that the first hop is in."""
ALIKE = 3
"""Hops that two moments are compared by at least; an eighth of a chain if that is more."""
LATEST = 0.7
"""A round that goes on later than at this part of its demonstration would be too short to tell anything."""
OUTSIDE = 1e4
"""Where the states that fill up a shorter chain lie: what is never seen."""


FARTHEST = 1e15
"""Of a state in a saved model: its square is a single-precision number."""


@dataclass(frozen=True, eq=False)
class Layout:
    """A bank as `exemplar_kernels.follow` wants it: J x N states, N chains side by side."""

    means: NDArray[np.float32]
    """(F, J x N)"""
    start: NDArray[np.float32]
    """(J x N,) probabilities of the first hop's state."""
    lasts: NDArray[np.int64]
    """(N,) places of the chains' last states."""
    onward: NDArray[np.int64]
    """(N,) places of the states that follow those."""
    steps: NDArray[np.float32]
    """(S, 4)"""
    least: float

    @property
    def fixed(self) -> tuple[Any, ...]:
        """What `follow` is given of it."""
        return self.means, self.start, self.lasts, self.onward, self.steps, FREEDOM, self.least


@dataclass(frozen=True, eq=False)
class Bank:
    """N chains of single hops; `seen` (T of all, F) in units of the deviation that is expected of a repetition."""

    view: View
    seen: Values
    lengths: NDArray[np.int64]
    """(N,) states of each chain."""
    owners: NDArray[np.int64]
    """(N,) the gesture of each chain."""
    onward: NDArray[np.int64]
    """(N,) the state that follows a chain's last: that state itself, or an earlier one of a round."""

    @cached_property
    def rounds(self) -> NDArray[np.bool_]:
        """(N,) whether a chain goes round and round: it may be entered anywhere."""
        return self.onward < self.lengths - 1

    @cached_property
    def layout(self) -> Layout:
        """Side by side, shorter chains filled up."""
        count, rows, features = len(self.lengths), int(self.lengths.max()), self.seen.shape[1]
        means = np.full((features, rows, count), OUTSIDE, np.float32)
        ends = np.cumsum(self.lengths)
        for n, (end, length) in enumerate(zip(ends.tolist(), self.lengths.tolist(), strict=True)):
            means[:, :length, n] = self.seen[end - length : end].T
        start = np.zeros((rows, count), np.float32)
        start[: len(BEGINNING)] = np.array(BEGINNING)[:rows, None]
        for n in np.flatnonzero(self.rounds).tolist():
            start[:, n] = np.where(np.arange(rows) < self.lengths[n], 1.0 / self.lengths[n], 0.0)
        least = 10.0 ** (-34.0 / (FREEDOM + features))
        lasts, onward = (states * count + np.arange(count) for states in (self.lengths - 1, self.onward))
        steps = np.array(TEMPI, np.float32)
        return Layout(means.reshape(features, -1), start.ravel(), lasts, onward, steps, least)

    def room(self) -> tuple[Array, Array, Array]:
        """Running state: work (2, J x N), alpha (2, S, (3 + J) x N), totals (S, N)."""
        states, count = self.layout.means.shape[1], len(self.lengths)
        return (
            np.zeros((2, states), np.float32),
            np.zeros((2, len(TEMPI), 3 * count + states), np.float32),
            np.zeros((len(TEMPI), count)),
        )

    def pack(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """Everything in it."""
        return {"shape": self.view.shape, "delta": self.view.delta}, {
            "centre": self.view.centre, "gains": self.view.gains, "seen": self.seen,
            "lengths": self.lengths.astype(float), "owners": self.owners.astype(float),
            "onward": self.onward.astype(float),
        }  # fmt: skip


def fit(
    takes: Sequence[Values], owners: Sequence[int], shape: bool, delta: bool, deviation: float,
    rounds: Container[int] = (), weights: Values | None = None,
) -> Bank:  # fmt: skip
    """A bank of the hops (T, C) of every demonstration; `deviation` in the deviations of what is seen.

    `weights` (C,) are what each channel counts for; None: alike.
    Gestures among `rounds` have neither beginning nor end: they go on where they were most like their end.
    """
    return chains(front.view(takes, shape, delta, weights).scaled(1.0 / deviation), takes, owners, rounds)


def chains(view: View, takes: Sequence[Values], owners: Sequence[int], rounds: Container[int] = ()) -> Bank:
    """The same of hops that are seen in a way that is known."""
    seen = [view.of(take) for take in takes]
    lengths = np.array([len(one) for one in seen], np.int64)
    onward = [
        again(one) if owner in rounds else len(one) - 1 for one, owner in zip(seen, owners, strict=True)
    ]
    return Bank(view, np.concatenate(seen), lengths, np.array(owners, np.int64), np.array(onward, np.int64))


def again(seen: Values) -> int:
    """The hop of a sequence (T, F) that may follow its last: what comes before the two is most alike."""
    count = len(seen)
    width = max(ALIKE, count // 8)
    latest = int(LATEST * count)
    if latest <= width:
        return count - 1
    apart = [((seen[at - width : at] - seen[-width:]) ** 2).mean() for at in range(width, latest)]
    return width + int(np.argmin(apart))


def elsewhere(seen: Values, onward: int) -> float:
    """How far the way to a round, in a sequence (T, C), lies from the round itself: from `onward` to the end.

    Mean squared distance of each hop to the nearest of the round; 1: that of any two hops of the sequence.
    """
    apart = ((seen[:onward, None] - seen[None, onward:]) ** 2).mean(2).min(1)
    return float(apart.mean() / max(2.0 * seen.var(0).mean(), 1e-300)) if len(apart) else 0.0


def unpack(
    table: Mapping[str, Any], arrays: Mapping[str, Array], channels: int, gestures: int, place: str
) -> Bank:
    """The inverse of `Bank.pack`.

    Raises
    ------
    DataError
        If something is missing or does not fit together.
    """
    wrong = packing.broken(place, "a bank of chains")
    with packing.reading(wrong):
        shape, delta = table["shape"], table["delta"]
        centre, gains, seen, lengths, owners, onward = packing.doubles(
            arrays, ("centre", "gains", "seen", "lengths", "owners", "onward")
        )
    features = channels * (2 if delta else 1)
    sound = (
        isinstance(shape, bool) and isinstance(delta, bool)
        and centre.shape == (channels,) and gains.shape == (features,)
        and lengths.ndim == 1 and len(lengths) > 0 and owners.shape == onward.shape == lengths.shape
        and all(np.isfinite(array).all() for array in (centre, gains, seen, lengths, owners, onward))
        and bool((lengths >= 1).all() and (lengths <= len(seen)).all())
        and bool((onward >= 0).all() and (onward < lengths).all())
        and seen.shape == (int(lengths.sum()), features)
        and set(owners.tolist()) == set(range(gestures)) and bool((np.abs(seen) <= FARTHEST).all())
    )  # fmt: skip
    if not sound:
        raise wrong
    whole = (part.astype(np.int64) for part in (lengths, owners, onward))
    return Bank(View(shape, delta, centre, gains), seen, *whole)


class Run:
    """One movement followed through one bank, hop by hop."""

    def __init__(self, bank: Bank, gestures: int) -> None:
        made, view = bank.layout, bank.view
        work, alpha, self.totals = bank.room()
        self.scores, self.progress = np.zeros(gestures), np.zeros(gestures)
        self._y = np.zeros(len(view.gains), np.float32)
        self._see = (front.LAG, view.shape, view.centre, view.gains, np.zeros_like(view.centre), self._y)
        self._follow = (*made.fixed, work, alpha, self.totals)
        self._judge = (self.totals, alpha, bank.owners, bank.lengths)

    def step(self, ring: Values, place: int, age: int) -> None:
        """Take the hop at `place` of the ring, the movement's `age`-th; `totals` follow."""
        exemplar_kernels.see(ring, place, age, *self._see)
        exemplar_kernels.follow(self._y, age, *self._follow)

    def judge(self, age: int) -> None:
        """Bring scores and progress (K,) up to date."""
        exemplar_kernels.judge(*self._judge, age, self.scores, self.progress)


def trace(bank: Bank, hops: Values) -> Values:
    """(T, N) log-likelihood of hops (T, C) under each chain at its likeliest tempo, adding up hop by hop."""
    seen = np.clip(bank.view.of(hops), -exemplar_kernels.FURTHEST, exemplar_kernels.FURTHEST)
    out = np.empty((len(hops), len(bank.lengths)))
    fixed, room = bank.layout.fixed, bank.room()
    exemplar_kernels.trace(seen.astype(np.float32), *fixed, *room, out)  # type: ignore[call-arg]
    return out
