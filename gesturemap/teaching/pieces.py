"""Pieces of recordings, and the cells of an experiment: what trains, and what is tested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from gesturemap.demonstrations import EMPTY, Demonstration
from gesturemap.project.exchange.corpus import Corpus


class Piece(NamedTuple):
    """Frames `begin` to `end` (not included) of one recording, as a demonstration of `label`."""

    recording: int
    begin: int
    end: int
    label: str

    def cut(self, corpus: Corpus) -> Demonstration:
        """The demonstration."""
        whole = corpus.demonstrations[self.recording]
        if (self.begin, self.end, self.label) == (0, len(whole), whole.label):
            return whole
        part = slice(self.begin, self.end)
        targets = whole.targets[part] if whole.outputs else EMPTY
        name = f"{whole.id}, frames {self.begin} to {self.end - 1}"
        return replace(
            whole,
            id=name,
            label=self.label,
            time=whole.time[part],
            values=whole.values[part],
            targets=targets,
        )

    def overlaps(self, other: Piece) -> bool:
        """Whether they share a frame."""
        return self.recording == other.recording and self.begin < other.end and other.begin < self.end


@dataclass(frozen=True)
class Cell:
    """One model, and what it is asked."""

    group: str
    """Whose it is: a user, or what was left out."""
    shots: int
    """Demonstrations of each gesture; 0: as many as there are."""
    repeat: int
    train: tuple[Piece, ...]
    test: tuple[Piece, ...]

    @property
    def name(self) -> str:
        """For people."""
        parts = [f"user {self.group}" if self.group else "", f"{self.shots} shots" if self.shots else ""]
        return ", ".join(part for part in parts if part) or "all"


def whole(corpus: Corpus, recordings: Sequence[int] | None = None) -> list[Piece]:
    """Every recording from begin to end."""
    every = range(len(corpus.demonstrations)) if recordings is None else recordings
    return [Piece(i, 0, len(corpus.demonstrations[i]), corpus.demonstrations[i].label) for i in every]


def windows(corpus: Corpus, seconds: float) -> list[Piece]:
    """Windows of so many seconds, one after another, from every recording; what is left over is not used.

    A recording shorter than that gives nothing.
    """
    length = max(2, round(seconds * corpus.rate))
    return [
        Piece(piece.recording, begin, begin + length, piece.label)
        for piece in whole(corpus)
        for begin in range(0, piece.end - length + 1, length)
    ]


def runs(values: Sequence[int] | np.ndarray) -> list[tuple[int, int, int]]:
    """Where a value stays the same: (value, begin, end) in order."""
    array = np.asarray(values)
    edges = [0, *(np.flatnonzero(np.diff(array)) + 1).tolist(), len(array)]
    return [(int(array[begin]), begin, end) for begin, end in pairwise(edges)]
