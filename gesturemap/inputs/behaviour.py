"""Vectors told by what they do: a quaternion keeps its length, and so does what is only turned."""

from __future__ import annotations

import numpy as np

from gesturemap.frames import Values

EARTH_FIELD = (20.0, 75.0)
"""Length of the Earth's magnetic field, uT."""
TURNED = 40.0
"""A vector that is only turned varies this many times more in its parts than in its length."""
NEARLY = 0.5
"""Share of the most by which neighbours behave like a vector, from which on their place decides."""
ENOUGH = 8
"""Messages from which on anything is said of units."""

Column = tuple[int, Values]
"""Which argument, and what it was."""


def runs_of(free: list[Column]) -> list[list[Column]]:
    """Arguments that stand side by side."""
    runs: list[list[Column]] = []
    for index, values in free:
        if runs and runs[-1][-1][0] == index - 1:
            runs[-1].append((index, values))
        else:
            runs.append([(index, values)])
    return runs


def windows(size: int, runs: list[list[Column]]) -> list[list[Column]]:
    """So many neighbours, wherever there are enough messages of them to tell anything."""
    every = [run[first : first + size] for run in runs for first in range(len(run) - size + 1)]
    return [
        chosen
        for chosen in every
        if len(chosen[0][1]) >= ENOUGH and not any(np.isnan(values).any() for _, values in chosen)
    ]


def without(chosen: list[Column], runs: list[list[Column]]) -> list[list[Column]]:
    """What is left of the arguments, side by side."""
    taken = {index for index, _ in chosen}
    return runs_of([pair for run in runs for pair in run if pair[0] not in taken])


def every_like(
    kind: str, size: int, runs: list[list[Column]]
) -> tuple[list[list[Column]], list[list[Column]]]:
    """Neighbours that behave like a vector of this kind, surest first, and what is left."""
    found: list[list[Column]] = []
    threes = sum(map(len, runs)) % 3 == 0
    while every := windows(size, runs):
        sure = [like(kind, np.stack([values for _, values in chosen], axis=1)) for chosen in every]
        if (
            kind == "quat" and threes
        ):  # as many numbers as vectors of three have: a 0 may stand beside one of length 1
            sure = [0.0 if _beside_zero(chosen) else one for one, chosen in zip(sure, every, strict=True)]
        most = max(sure)
        if not most > 0.0:
            break
        begins = [run[0][0] for run in runs]
        near = [chosen for one, chosen in zip(sure, every, strict=True) if one >= NEARLY * most]
        # two sensors on one board move alike, so that parts of both side by side look like a third
        best = min(
            near, key=lambda chosen: min((chosen[0][0] - at) % size for at in begins if at <= chosen[0][0])
        )
        found.append(best)
        runs = without(best, runs)
    return found, runs


def _beside_zero(chosen: list[Column]) -> bool:
    """Whether neighbours of length 1 keep that length without the first or the last of them."""
    return any(
        like("quat", np.stack([values for _, values in part], axis=1)) > 0.0
        for part in (chosen[1:], chosen[:-1])
    )


def like(kind: str, vector: Values) -> float:
    """How much (T, C) numbers behave like a kind of vector; 0: not at all."""
    length = np.linalg.norm(vector, axis=1)
    usual, spread = float(np.median(length)), float(np.var(length))
    turned = float(np.var(vector, axis=0).sum())
    if not usual > 0.0 or turned <= 1e-4 * usual**2:
        return 0.0
    if kind == "quat":
        return float(np.abs(length - 1.0).max() < 0.02)
    there = (
        0.9 < usual < 1.15 or 9.0 < usual < 11.0 if kind == "acc" else EARTH_FIELD[0] < usual < EARTH_FIELD[1]
    )
    ratio = turned / max(spread, 1e-9 * usual**2)
    return ratio if there and ratio > TURNED else 0.0
