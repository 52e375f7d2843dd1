"""Sets of recordings as projects of one person each: what the experiments of teaching are made with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from gesturemap.demonstrations import Demonstration, grouped
from gesturemap.project.exchange.corpus import Corpus, read_corpus
from gesturemap.teaching import pieces

SECONDS = 3.0
"""Of windows, where a recording is one long take."""


def of(folder: Path, name: str, columns: tuple[str, ...] = ()) -> Corpus:
    return read_corpus(folder / name / "data.npz", columns)


def mogere(folder: Path) -> Iterator[list[Demonstration]]:
    """8 people x 5 gestures x 10, the accelerometer alone."""
    yield from _each(of(folder, "mogere", ("acc*",)))


def handwaving(folder: Path, every: bool = True) -> Iterator[list[Demonstration]]:
    """6 people x 7 oscillating gestures: windows of 2 or 3 takes; or one window of each take."""
    corpus = of(folder, "handwaving_dev")
    groups: dict[str, dict[int, list[pieces.Piece]]] = {}
    for piece in pieces.windows(corpus, SECONDS):
        groups.setdefault(corpus.users[piece.recording], {}).setdefault(piece.recording, []).append(piece)
    for takes in groups.values():
        yield [
            piece.cut(corpus) for own in takes.values() for piece in (own if every else [own[len(own) // 2]])
        ]


def wand(folder: Path, each: int, seed: int) -> list[Demonstration]:
    """One person, 10 digits; so many of each."""
    rng, groups = np.random.default_rng(seed), grouped(of(folder, "wand_digits").demonstrations)
    return [group[n] for group in groups.values() for n in sorted(rng.permutation(len(group))[:each])]


def mouse(folder: Path) -> Iterator[list[Demonstration]]:
    """Two sessions: 3 letters, and 5 strokes."""
    corpus = of(folder, "grt_mouse")
    for session in sorted(set(corpus.sessions)):
        yield [one for one, its in zip(corpus.demonstrations, corpus.sessions, strict=True) if its == session]


def _each(corpus: Corpus) -> Iterator[list[Demonstration]]:
    for user in sorted(set(corpus.users)):
        yield [one for one, its in zip(corpus.demonstrations, corpus.users, strict=True) if its == user]
