"""A streaming MiniRocket: running proportions of positive values, and linear heads for each stage of a gesture."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturemap.frames import Values
from gesturemap.models import exemplar_kernels, front, packing, rocket_kernels
from gesturemap.models.front import View
from gesturemap.models.model import Array

TRIPLES = np.array(list(itertools.combinations(range(9), 3)))
"""The 84 kernels: three weights of 2 among nine, the others -1."""
DILATIONS = 5
THRESHOLDS = 5
MOST_FEATURES = 9
"""Features that one kernel sees at most."""
STAGES = (0.15, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0)
"""Parts of a gesture for which there is a head."""
STRONGEST = 1e9
"""Of a number in a saved model: sums of products of these are single-precision numbers."""
WIDEST = 100_000
"""Hops between the taps of a kernel in a saved model, at most."""
RIDGE = 0.01
COPIES = 500
"""Copies of all demonstrations together, from 2 to `EACH` of each."""
EACH = 20
KNOTS = 6
TEMPO, WARP, CROP, GAIN, OFFSET, NOISE = 0.1, 0.2, 0.03, 0.08, 0.1, 0.1
"""Deviations of what copies vary in: log tempo, log speed along the way, ends (of the length), log gain, offset
and noise (of a channel's deviation)."""


@dataclass(frozen=True, eq=False)
class Head:
    """Kernels, thresholds, and for each stage weights over the running sums."""

    view: View
    dilations: NDArray[np.int64]
    taps: NDArray[np.float32]
    """(L, 9, F, Q)"""
    thresholds: NDArray[np.float32]
    """(L, B, Q)"""
    weights: NDArray[np.float32]
    """(H, K, P) over sums / hops, P = 2 L B Q."""
    offsets: Values
    """(H, K)"""

    @cached_property
    def ring(self) -> int:
        """Hops that are looked back at."""
        return int(8 * self.dilations[-1] + 1)

    def scores(self, sums: NDArray[np.float32], age: int, passed: float) -> Values:
        """(K,) at a movement's `age`-th hop, between the stages nearest to the part of it that has passed."""
        at = min(max(passed, STAGES[0]), STAGES[-1])
        low = max(bisect.bisect_left(STAGES, at) - 1, 0)
        part = (at - STAGES[low]) / (STAGES[low + 1] - STAGES[low])
        two = self.weights[low : low + 2]
        raw = two.reshape(-1, two.shape[2]) @ sums.reshape(-1)
        first, second = raw.reshape(2, -1) / np.float32(age + 1.0) + self.offsets[low : low + 2]
        return np.asarray(first + part * (second - first), np.float64)

    def pack(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """Everything in it."""
        return {"shape": self.view.shape}, {
            "centre": self.view.centre, "gains": self.view.gains, "dilations": self.dilations.astype(float),
            "taps": self.taps.astype(float), "thresholds": self.thresholds.astype(float),
            "weights": self.weights.astype(float), "offsets": self.offsets,
        }  # fmt: skip


def kernels(features: int, count: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """(L, 9, F, 84) weights; each kernel sees a random few of the features."""
    taps = np.zeros((count, 9, features, len(TRIPLES)), np.float32)
    most = min(MOST_FEATURES, features)
    for m in range(count):
        for q, triple in enumerate(TRIPLES):
            few = int(2.0 ** rng.uniform(0.0, np.log2(most + 0.999)))
            weights = np.full(9, -1.0)
            weights[triple] = 2.0
            taps[m][:, rng.permutation(features)[:few], q] = (weights / np.sqrt(few))[:, None]
    return taps


def copy_of(take: Values, rng: np.random.Generator, sizes: Values, place: bool) -> Values:
    """A hop sequence (T, C) as it might be repeated; `sizes` (C,) are the channels' deviations."""
    count = len(take)
    speeds = np.exp(rng.normal(0.0, WARP, KNOTS))
    length = max(4, round(count * np.exp(rng.normal(0.0, TEMPO))))
    along = np.cumsum(np.interp(np.linspace(0.0, 1.0, length), np.linspace(0.0, 1.0, KNOTS), speeds))
    along = (along - along[0]) / (along[-1] - along[0])
    begin, end = rng.normal(0.0, CROP), 1.0 + rng.normal(0.0, CROP)
    places = np.clip((begin + along * (end - begin)) * (count - 1), 0.0, count - 1.0)
    low = np.minimum(places.astype(np.int64), max(count - 2, 0))
    part = (places - low)[:, None]
    made = take[low] * (1.0 - part) + take[np.minimum(low + 1, count - 1)] * part
    origin = made[0] if place else take.mean(0)
    gains = np.exp(rng.normal(0.0, GAIN) + rng.normal(0.0, GAIN, take.shape[1]))
    made = origin + (made - origin) * gains if place else made * gains
    if not place:
        made = made + rng.normal(0.0, OFFSET, take.shape[1]) * sizes
    return np.asarray(made + rng.normal(0.0, NOISE, made.shape) * sizes)


def round_of(take: Values, again: int, rng: np.random.Generator) -> Values:
    """As many hops (T, C) of a take from anywhere in it, its hop `again` following the last; else the take itself."""
    count = len(take)
    if again >= count - 1:
        return take
    places = rng.integers(count) + np.arange(count)
    return np.asarray(take[np.where(places < count, places, again + (places - count) % (count - again))])


@dataclass(frozen=True, eq=False)
class Lesson:
    """What heads learn from: kernels, and what they say of R copies of all demonstrations."""

    view: View
    dilations: NDArray[np.int64]
    taps: NDArray[np.float32]
    thresholds: NDArray[np.float32]
    values: NDArray[np.float32]
    """(H, R, P) for each stage."""
    owners: NDArray[np.int64]
    """(R,) the gesture of each copy."""
    each: int
    """Copies of a demonstration, in a row; the first is itself."""

    @property
    def groups(self) -> list[NDArray[np.int64]]:
        """The first demonstration of each gesture, the second of each, ..., by number."""
        places: dict[int, int] = {}
        owners, found = self.owners[:: self.each].tolist(), dict[int, list[int]]()
        for number, owner in enumerate(owners):
            found.setdefault(places.get(owner, 0), []).append(number)
            places[owner] = places.get(owner, 0) + 1
        return [np.array(group) for group in found.values()]

    @property
    def targets(self) -> Values:
        """(R, K)"""
        return np.where(self.owners[:, None] == np.arange(self.owners.max() + 1), 1.0, -1.0)


def fit(
    takes: Sequence[Values], owners: Sequence[int], shape: bool, seed: int, tell: Callable[[float], None],
    copies: int = COPIES, onward: Sequence[int] | None = None, weights: Values | None = None,
) -> Head:  # fmt: skip
    """Learn heads from copies of the hops (T, C) of every demonstration; the first copy of each is itself.

    `onward` (N,) are the hops that follow each demonstration's last (`exemplar_bank.Bank.onward`): copies of one
    that goes round begin anywhere. `weights` (C,) are what each channel counts for; None: alike.
    """
    it = lesson(takes, owners, shape, seed, tell, copies, onward, weights)
    stages = []
    for stage in range(len(STAGES)):
        tell(0.5 + 0.5 * stage / len(STAGES))
        stages.append(ridge(it.values[stage], it.targets))
    heads, offsets = (np.array(some) for some in zip(*stages, strict=True))
    return Head(it.view, it.dilations, it.taps, it.thresholds, heads, offsets)


def lesson(
    takes: Sequence[Values], owners: Sequence[int], shape: bool, seed: int, tell: Callable[[float], None],
    copies: int = COPIES, onward: Sequence[int] | None = None, weights: Values | None = None,
) -> Lesson:  # fmt: skip
    """What `fit` learns from; the same arguments."""
    view = front.view(takes, shape, True, weights)
    rng = np.random.default_rng(seed)
    median = float(np.median([len(take) for take in takes]))
    widest = max(1.0, (median - 1.0) / 8.0)
    dilations = np.unique(np.round(2.0 ** np.linspace(0.0, np.log2(widest), DILATIONS))).astype(np.int64)
    taps = kernels(len(view.gains), len(dilations), rng)
    centred = [np.asarray(take - (take[0] if shape else view.centre)) for take in takes]
    sizes = np.concatenate(centred).std(0)
    seen = [view.of(take).astype(np.float32) for take in takes]
    answers = np.empty((sum(map(len, seen)), len(dilations), len(TRIPLES)), np.float32)
    rocket_kernels.answers_of(
        np.concatenate(seen), np.array([len(one) for one in seen]), dilations, taps, answers
    )
    answers = np.sort(answers, axis=0)
    ranks = (np.arange(len(dilations) * THRESHOLDS * len(TRIPLES)) * 0.6180339887498949 + 0.5) % 1.0
    ranks = np.minimum((ranks * len(answers)).astype(np.int64), len(answers) - 1)
    ranks = ranks.reshape(len(dilations), THRESHOLDS, len(TRIPLES))
    thresholds = np.ascontiguousarray(
        answers[ranks, np.arange(len(dilations))[:, None, None], np.arange(len(TRIPLES))[None, None, :]]
    )
    each = int(np.clip(copies // len(takes), 2, EACH))
    made, labels = [], []
    for index, (take, centre_take, owner) in enumerate(zip(takes, centred, owners, strict=True)):
        tell(0.4 * index / len(takes))
        for number in range(each):
            again = onward[index] if onward is not None else len(take) - 1
            turned = round_of(centre_take, again, rng) if number else take
            one = copy_of(turned, rng, sizes, shape) + (take - centre_take)[0] if number else take
            made.append(view.of(one).astype(np.float32))
            labels.append(owner)
    values = rocket_kernels.proportions(made, dilations, taps, thresholds, STAGES)
    return Lesson(view, dilations, taps, thresholds, values, np.array(labels), each)


def ridge(values: NDArray[np.float32], targets: Values) -> tuple[NDArray[np.float32], Values]:
    """Weights (K, P) and offsets (K,) of a ridge regression in the dual, of standardised values (N, P).

    Source: Saunders, Gammerman, Vovk (1998), eq. 5; a feature that hardly moves is not blown up.
    """
    mean, inverse, scaled, gram = _dual(values)
    middle = targets.mean(0)
    dual = np.linalg.solve(gram, targets - middle)
    weights = ((dual.T.astype(np.float32) @ scaled) / np.float32(scaled.shape[1])) * inverse
    return np.ascontiguousarray(weights), middle - (weights @ mean).astype(np.float64)


def left_out(it: Lesson) -> Values:
    """(N, K) what the last head would say of each demonstration if none of its copies had been learned from.

    Nor those of one of each other gesture, so that no gesture is shown less often than the others.

    Exact for kernels, thresholds and deviations as they are: of a ridge regression with an offset, whose bordered
    matrix is G, rows B left out are missed by inv(inv(G)[B, B]) (inv(G) y)[B]. Without the border the means would
    still be those of all rows, and tell what was left out. Source: An, Liu, Venkatesh (2007), "Fast cross-validation
    algorithms for least squares support vector machine and kernel ridge regression".
    """
    *_, gram = _dual(it.values[-1])
    count, targets = len(gram), it.targets
    bordered = np.ones((count + 1, count + 1))
    bordered[:count, :count], bordered[count, count] = gram, 0.0
    inverse = np.linalg.inv(bordered)
    dual = inverse[:, :count] @ targets
    said = np.empty((count // it.each, targets.shape[1]))
    for group in it.groups:
        block = (group[:, None] * it.each + np.arange(it.each)).ravel()
        missed = np.linalg.solve(inverse[np.ix_(block, block)], dual[block])
        said[group] = targets[group * it.each] - missed[:: it.each]
    return said


def _dual(values: NDArray[np.float32]) -> tuple[Any, Any, Any, Values]:
    """Mean (P,), 1 / deviation (P,) and standardised values (R, P), and the matrix of the dual (R, R)."""
    mean = values.mean(0)
    inverse = 1.0 / (values.std(0) + np.float32(1e-3) + np.float32(0.02) * np.abs(mean))
    scaled = (values - mean) * inverse
    gram = (scaled @ scaled.T).astype(np.float64) / scaled.shape[1] + RIDGE * np.eye(len(scaled))
    return mean, inverse, scaled, gram


class Run:
    """One movement seen through one head, hop by hop."""

    def __init__(self, head: Head) -> None:
        self._head = head
        features = len(head.view.gains)
        self._ring = np.zeros((head.ring, features), np.float32)
        self._answers = np.zeros((len(head.dilations), len(TRIPLES)), np.float32)
        self.sums = np.zeros((2, *head.thresholds.shape), np.float32)
        self._y, self._origin = np.zeros(features, np.float32), np.zeros_like(head.view.centre)

    def step(self, ring: Values, place: int, age: int) -> None:
        """Take the hop at `place` of the ring, the movement's `age`-th."""
        head, view = self._head, self._head.view
        exemplar_kernels.see(
            ring, place, age, front.LAG, view.shape, view.centre, view.gains, self._origin, self._y
        )
        rocket_kernels.take(
            self._y, age, self._ring, head.dilations, head.taps, head.thresholds, self._answers, self.sums
        )

    def scores(self, age: int, passed: float) -> Values:
        """(K,) what the heads say when so large a part of a gesture has passed."""
        return self._head.scores(self.sums, age, passed)


def unpack(
    table: Mapping[str, Any], arrays: Mapping[str, Array], channels: int, gestures: int, place: str
) -> Head:
    """The inverse of `Head.pack`.

    Raises
    ------
    DataError
        If something is missing or does not fit together.
    """
    wrong = packing.broken(place, "a head")
    with packing.reading(wrong):
        shape = table["shape"]
        names = ("centre", "gains", "dilations", "taps", "thresholds", "weights", "offsets")
        parts = packing.doubles(arrays, names)
    centre, gains, dilations, taps, thresholds, weights, offsets = parts
    count, stages, kernel_count = dilations.size, len(STAGES), len(TRIPLES)
    sound = (
        isinstance(shape, bool) and all(np.isfinite(part).all() for part in parts)
        and centre.shape == (channels,) and gains.shape == (2 * channels,) and dilations.ndim == 1
        and 1 <= count <= DILATIONS and bool((dilations >= 1).all() and (dilations <= WIDEST).all())
        and bool((np.diff(dilations) > 0).all())
        and taps.shape == (count, 9, 2 * channels, kernel_count)
        and thresholds.shape == (count, THRESHOLDS, kernel_count)
        and weights.shape == (stages, gestures, 2 * thresholds.size) and offsets.shape == (stages, gestures)
    )  # fmt: skip
    if not sound or not all(
        (np.abs(part) <= STRONGEST).all() for part in (taps, thresholds, weights, offsets)
    ):
        raise wrong
    return Head(
        View(shape, True, centre, gains), dilations.astype(np.int64), taps.astype(np.float32),
        thresholds.astype(np.float32), weights.astype(np.float32), offsets,
    )  # fmt: skip
