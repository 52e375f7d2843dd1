"""Draws of a few demonstrations of each gesture of one person, and executions nobody has seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from gesturemap.demonstrations import Demonstration
from gesturemap.project.exchange.corpus import read_corpus

MODELS = {
    "gmm": {"kind": "gmm", "likelihood_window": 1000},  # it decides by the whole gesture
    "hhmm": {"kind": "hhmm"},
    "auto": {"kind": "auto"},
    "dtw": {"kind": "dtw"},
}


def line(row: Mapping[str, str | float]) -> str:
    """A row of figures, as a person reads it."""
    return "  ".join(
        f"{key} {f'{value:.3g}' if isinstance(value, float) else value}" for key, value in row.items()
    )


class Draw(NamedTuple):
    name: str
    train: list[Demonstration]
    test: list[Demonstration]


def draws(
    folder: Path, name: str, shots: int, tested: int, repeats: int, columns: tuple[str, ...] = ()
) -> Iterator[Draw]:
    """`repeats` draws of each person of a set."""
    corpus = read_corpus(folder / name / "data.npz", columns)
    for user in sorted(set(corpus.users)):
        own = [one for one, who in zip(corpus.demonstrations, corpus.users, strict=True) if who == user]
        labels = sorted({one.label for one in own})
        for repeat in range(repeats):
            rng = np.random.default_rng([repeat, *map(ord, user)])
            train, test = [], []
            for label in labels:
                some = [one for one in own if one.label == label]
                order = rng.permutation(len(some))
                train += [some[index] for index in order[:shots]]
                test += [some[index] for index in order[shots : shots + tested]]
            yield Draw(f"{name} {user} {repeat}".strip(), train, test)
