"""Vectors told by what they do: a quaternion keeps its length, and so does what is only turned."""

from __future__ import annotations

import numpy as np

from gesturemap.frames import Values

EARTH_FIELD = (20.0, 75.0)
"""Length of the Earth's magnetic field, uT."""
TURNED = 40.0
"""A vector that is only turned varies this many times more in its parts than in its length."""
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
