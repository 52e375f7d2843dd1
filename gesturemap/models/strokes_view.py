"""What a model of strokes learns from: the last moments at every frame, and which of them are a stroke."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gesturemap.demonstrations import Demonstration
from gesturemap.frames import NONE, Values
from gesturemap.models import strokes_kernel
from gesturemap.models.model import Array
from gesturemap.models.trees import Forest

POINTS = 5
"""Stretches of the past that are looked at."""
PAST = 0.6
"""How much of a median demonstration they cover."""
AFTER = 0.25
"""A stroke is to be seen in this part of a median demonstration after its middle."""
SIZE, TEMPO, OFFSET, NOISE = 0.2, 0.2, 0.1, 0.1
"""How copies of a demonstration vary: size and tempo in logarithms, the others in deviations."""
EACH, WEAK = 5, 0.3
"""One copy in so many is at most this size, and no stroke: rest is not demonstrated, and is not to play."""
FURTHEST = 1e30
"""Units: single precision ends beyond."""
STEEPEST = 300.0
"""Powers of two of a unit."""
USUAL = 0.45
"""Share of the trees that must see a stroke, if nothing else is asked for."""
CLEAR, MORE = 0.9, 5.0 / 3.0
"""A stroke, left out, is clear from this share of the trees on; up to so many times the usual share is wanted of it."""
LONGEST = 100_000
"""Frames that a saved model may look back."""


@dataclass(frozen=True, eq=False)
class Seen:
    """What is seen of the last moments: `points` means of `hop` frames and their differences, (F,)."""

    points: int
    hop: int
    after: int
    """Frames after its middle in which a stroke is to be seen, and..."""
    length: int
    """...frames of a median demonstration."""
    centre: Values
    """(C,) taken off, so that single precision is enough."""
    unit: Values
    """(C,) powers of two by which frames are divided, so that trees split any units alike."""

    @classmethod
    def of(cls, shown: Sequence[Demonstration]) -> Seen:
        """Made to the length of the demonstrations."""
        length = max(1, min(round(float(np.median([len(d) for d in shown]))), LONGEST))
        past = max(2, round(PAST * length))
        hop = max(1, round(past / POINTS))
        points = max(2, min(POINTS, past // hop))
        every = np.concatenate([d.values for d in shown])
        centre, spread = every.mean(0), every.std(0)
        powers = np.log2(spread, out=np.zeros_like(spread), where=spread > 0.0)
        unit = np.exp2(np.round(np.clip(powers, -STEEPEST, STEEPEST)))
        return cls(points, hop, max(1, round(AFTER * length)), length, centre, unit)

    def scaled(self, values: Values) -> Values:
        """Frames (..., C) about the centre, in units."""
        most = FURTHEST * self.unit
        return np.clip(values - self.centre, -most, most) / self.unit

    def through(self, values: Values) -> Values:
        """(T, F) of frames (T, C); before the first one nothing moved."""
        centred = np.ascontiguousarray(self.scaled(values))
        out = np.empty((len(values), (2 * self.points - 1) * values.shape[1]))
        ring = np.empty((self.points * self.hop, values.shape[1]))
        strokes_kernel.looks(centred, self.points, self.hop, ring, out)
        return out

    def examples(
        self, shown: Sequence[Demonstration], labels: Sequence[str], copies: int, rng: np.random.Generator
    ) -> tuple[Values, Array]:
        """Rows (N, F) of demonstrations and their copies, and what each frame is: 0 nothing, 1 the first gesture."""
        spread = np.concatenate([d.values - d.values.mean(0) for d in shown]).std(0)
        rows, owners = [], []
        for d in shown:
            for copy in range(copies):
                values, middle = d.values, len(d) // 2
                weak = copy % EACH == EACH - 1
                if copy:
                    values, middle = varied(values, spread, rng.uniform(0.0, WEAK) if weak else 1.0, rng)
                own = np.zeros(len(values), int)
                if not weak:
                    own[middle : middle + self.after + 1] = labels.index(d.label) + 1
                rows.append(self.through(values))
                owners.append(own)
        return np.concatenate(rows), np.concatenate(owners)

    def answers(self, forest: Forest, values: Values) -> Values:
        """(T, K + 1) what the trees say."""
        answer = forest.start()
        return np.array([answer(row).copy() for row in self.through(values)])

    def tops(self, forest: Forest, shown: Sequence[Demonstration], labels: Sequence[str]) -> Values:
        """(K,) what each gesture reaches in its own demonstrations, the median."""
        found: list[list[float]] = [[] for _ in labels]
        for d in shown:
            k = labels.index(d.label)
            found[k].append(float(self.answers(forest, d.values)[:, k + 1].max()))
        return np.maximum([np.median(each) for each in found], 1e-3)


def varied(values: Values, spread: Values, size: float, rng: np.random.Generator) -> tuple[Values, int]:
    """Another execution of frames (T, C): about so large, in another tempo, elsewhere; and its middle frame."""
    size *= math.exp(rng.normal(0.0, SIZE))
    tempo = math.exp(rng.normal(0.0, TEMPO))
    frames = max(1, round(len(values) / tempo))
    shift = rng.uniform(-0.5, 0.5)
    places = (np.arange(frames) - (frames // 2)) * tempo + len(values) // 2 + shift
    made = np.stack([np.interp(places, np.arange(len(values)), column) for column in values.T], axis=1)
    centre = made.mean(0) + spread * rng.normal(0.0, OFFSET, values.shape[1])
    made = centre + (made - made.mean(0)) * size
    return made + spread * rng.normal(0.0, NOISE, made.shape), frames // 2


def clearer(left: Values, gestures: int) -> Values:
    """(K,) how many times the usual share of the trees is wanted of each gesture: 1 to `MORE`.

    Small movements look like strokes to few trees; so the clearer the least of a gesture's strokes was when left out
    (N, 2), the more of them must see it, where nothing else is known of such movements.
    """
    each = [left[left[:, 0] == k, 1] for k in range(gestures)]
    least = np.array([shares.min() if len(shares) else 0.0 for shares in each])
    return 1.0 + (MORE - 1.0) * np.maximum((least - CLEAR) / (1.0 - CLEAR), 0.0)


def part(demonstration: Demonstration, frames: slice) -> Demonstration:
    """Some frames of a demonstration, without outputs."""
    return replace(
        demonstration, time=demonstration.time[frames], values=demonstration.values[frames], outputs=(),
        targets=np.zeros((0, 0)),
    )  # fmt: skip


def fired(answers: Values, threshold: float, quiet: int) -> list[tuple[int, int]]:
    """Frame and gesture of each stroke in answers (T, K + 1)."""
    trigger = Trigger(np.full(answers.shape[1] - 1, threshold), quiet)
    told = [(t, trigger.step(answer)) for t, answer in enumerate(answers)]
    return [(t, k) for t, k in told if k != NONE]


class Trigger:
    """One stroke for each crossing of the threshold."""

    def __init__(self, thresholds: Values, quiet: int) -> None:
        self._thresholds, self._quiet = thresholds, quiet
        self._armed, self._age = True, quiet

    def step(self, answer: Values) -> int:
        """The gesture that has just been struck, or NONE."""
        over = answer[1:] / self._thresholds
        k = int(over.argmax())
        self._age = min(self._age + 1, self._quiet)
        if over[k] < 1.0:
            self._armed = True
        elif self._armed and self._age >= self._quiet:
            self._armed, self._age = False, 0
            return k
        return NONE
