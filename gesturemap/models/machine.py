"""Machines of single frames: what they are fitted to, what they answer, and over how many frames that is averaged.

A *machine* is what a library fitted, as plain arrays with an evaluator of our own: nothing of the library is
imported while playing. For a scaled frame it answers K posteriors (none when there is only one gesture),
then M scaled outputs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from gesturemap.frames import Values
from gesturemap.models.model import Array

ENOUGH = 0.98
"""The share of frames, and of last frames, told apart with which a window is long enough."""
LOOKED_AT = 5000
"""Frames at most by which the window is chosen."""
Answer = Callable[[Values], Values]
"""From a scaled frame (C,) to posteriors (K,), or none for one gesture, then scaled outputs (M,)."""
Tell = Callable[[float], None]
"""Called with the fraction done; raises `Cancelled` when the fit is to stop."""


class Machine(Protocol):
    """A fitted classifier, regressor or both; nothing in it changes."""

    def pack(self) -> dict[str, Array]:
        """Its arrays of doubles by name."""
        ...

    def start(self) -> Answer:
        """An evaluator with working memory of its own; what it answers may be written over by the next call."""
        ...


@dataclass(frozen=True, eq=False)
class Examples:
    """All demonstrations, scaled, frame after frame.

    Shapes: `frames` (T, C); `targets` (T, M), M = 0 without regression; `owners` (T,) gesture of each frame;
    `takes` (T,) demonstration of each frame.
    """

    frames: Values
    targets: Values
    owners: Array
    takes: Array
    gestures: int

    @property
    def classes(self) -> int:
        """K, or 0 when there is nothing to choose from."""
        return self.gestures if self.gestures > 1 else 0

    def thinned(self, most: int) -> Examples:
        """At most about so many frames: every n-th of each demonstration, at least one of each."""
        step = -(-len(self.frames) // most)
        if step <= 1:
            return self
        places = np.arange(len(self.frames)) - np.searchsorted(self.takes, self.takes)
        return self.part(places % step == 0)

    def part(self, kept: Array) -> Examples:
        """Some of the frames."""
        return replace(
            self,
            frames=self.frames[kept],
            targets=self.targets[kept],
            owners=self.owners[kept],
            takes=self.takes[kept],
        )

    def folds(self, most: int) -> list[Array]:
        """(T,) true for the frames left out, one demonstration at a time or in at most so many groups."""
        count = int(self.takes[-1]) + 1
        return [self.takes % most == fold for fold in range(min(most, count))] if count > 1 else []

    def halves(self) -> list[Array]:
        """(T,) true for the frames of every other demonstration of each gesture; of one shown once, for none."""
        made = np.zeros((2, len(self.takes)), bool)
        for owner in range(self.gestures):
            own = np.unique(self.takes[self.owners == owner])
            if len(own) > 1:
                for fold in range(2):
                    made[fold] |= np.isin(self.takes, own[fold::2])
        return [left for left in made if left.any()]


@dataclass(frozen=True)
class Nothing:
    """The machine of one gesture without outputs: there is nothing to tell apart."""

    def pack(self) -> dict[str, Array]:
        """No arrays."""
        return {}

    def start(self) -> Answer:
        """It answers nothing."""
        return lambda x: x[:0]


def shortest_window(machine: Machine, takes: list[list[Values]]) -> int:
    """Frames over which posteriors are averaged to tell apart the second halves, and the ends, of demonstrations.

    1 where single frames are enough, as with poses; at most the shortest demonstration.
    """
    if len(takes) == 1:
        return 1
    answer, sums, share = machine.start(), [], LOOKED_AT // len(takes)
    for owner, demonstrations in enumerate(takes):
        looked = 0
        for take in demonstrations:
            rows = np.array([answer(x)[: len(takes)].copy() for x in take[:share]])
            sums.append((owner, np.concatenate([np.zeros((1, len(takes))), np.cumsum(rows, axis=0)])))
            looked += len(rows)
            if looked >= share:
                break
    most = min(len(total) - 1 for _, total in sums)
    best, chosen, window = -1.0, 1, 1
    while best < ENOUGH and window <= most:
        right, ended = [], []
        for owner, total in sums:
            ends = np.arange((len(total) + 1) // 2, len(total))
            averaged = total[ends] - total[np.maximum(ends - window, 0)]
            right.append(averaged.argmax(1) == owner)
            ended.append(right[-1][-1])
        score = 0.5 * float(np.concatenate(right).mean()) + 0.5 * float(np.mean(ended))
        if score > best:
            best, chosen = score, window
        window = window * 2 if window * 2 <= most or window == most else most
    return chosen
