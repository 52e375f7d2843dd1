"""The sounds of the FM voice: which of four sines shakes which, how fast and how far."""

from __future__ import annotations

from typing import NamedTuple

OPERATORS = 4
ALGORITHMS: dict[str, tuple[int, int, int, int]] = {
    # which operator each one shakes, -1: it is heard; the fourth also shakes itself
    "stack": (-1, 0, 1, 2),
    "pairs": (-1, 0, -1, 2),
    "fork": (-1, 0, 0, 0),
    "three": (-1, -1, -1, 2),
    "organ": (-1, -1, -1, -1),
}


class Body(NamedTuple):
    """A sound: per operator ratio, strength (loudness, or radians of phase), decay, sustained share and rise."""

    algorithm: str
    ratios: tuple[float, float, float, float]
    strengths: tuple[float, float, float, float]
    decays: tuple[float, float, float, float]
    """Relative to `Fm.decay`; 0: none."""
    sustains: tuple[float, float, float, float]
    rises: tuple[float, float, float, float]
    """Seconds in which an operator comes in."""
    feedback: float


BODIES: dict[str, Body] = {
    "electric piano": Body(
        "pairs",
        (1.0015, 14, 1, 1),
        (0.45, 0.28, 0.8, 1.1),
        (1, 0.06, 1, 0.5),
        (0, 0, 0, 0),
        (0, 0, 0, 0),
        0.0,
    ),
    "bell": Body(
        "pairs",
        (1, 3.5, 2.8, 5.6),
        (0.8, 1.6, 0.35, 0.8),
        (1.6, 0.9, 0.8, 0.5),
        (0, 0, 0, 0),
        (0, 0, 0, 0),
        0.0,
    ),
    "bass": Body(
        "stack",
        (1, 1, 2, 3),
        (1, 2.2, 0.8, 0.5),
        (0.8, 0.18, 0.1, 0.05),
        (0.4, 0.25, 0, 0),
        (0, 0, 0, 0),
        0.2,
    ),
    "brass": Body(
        "pairs",
        (1, 1, 1, 1),
        (0.7, 2.0, 0.5, 2.6),
        (1, 1, 1, 1),
        (1, 0.85, 1, 0.8),
        (0.01, 0.06, 0.02, 0.09),
        0.35,
    ),
    "organ": Body(
        "organ", (1, 2, 3, 0.5), (0.7, 0.45, 0.3, 0.55), (0, 0, 0, 0), (1, 1, 1, 1), (0, 0, 0, 0), 0.0
    ),
    "clarinet": Body(
        "fork",
        (1, 2, 4, 6),
        (1, 1.4, 0.5, 0.25),
        (1, 1, 1, 0.6),
        (1, 0.9, 0.8, 0.3),
        (0.02, 0.04, 0.05, 0.05),
        0.0,
    ),
    "glass": Body(
        "three",
        (1, 2.7, 5.4, 7.1),
        (0.8, 0.35, 0.2, 0.7),
        (1.3, 0.7, 0.4, 0.2),
        (0, 0, 0, 0),
        (0, 0, 0, 0),
        0.0,
    ),
    "kalimba": Body(
        "pairs", (1, 5.4, 1, 2), (0.7, 0.9, 0.5, 0.6), (0.7, 0.08, 0.7, 0.2), (0, 0, 0, 0), (0, 0, 0, 0), 0.0
    ),
}
