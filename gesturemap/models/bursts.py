"""How short a part of a demonstration its movement is in: what tells strokes from gestures that have a course."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Values

LAG = 0.05
"""Seconds over which values are averaged, and between two that are compared: the same at every rate."""
MOST = 0.8
"""Share of the squared change that is to be in the part."""
BALLISTIC = 0.35
"""Seconds of a movement that is over before it could be corrected.

Source: Keele and Posner (1968), "Processing of visual feedback in rapid movements": 0.19 to 0.26 s.
"""
BRIEF = 0.75
"""Seconds of a demonstration that was cut around one stroke."""
APART = 0.5
"""The share that a stroke has at most of a longer demonstration: there is rest about it."""
MIDDLE, STRAY = 0.1, 0.1
"""How far the strokes of a longer demonstration lie from its middle at most, and how far from each other: the usual
distance, in demonstrations."""


class Burst(NamedTuple):
    """The shortest part of a demonstration that has `MOST` of its change."""

    seconds: float
    share: float
    """Of the demonstration."""
    centre: float
    """Where its middle is, 0 to 1."""


def burst(values: Values, seconds: float) -> Burst:
    """Of frames (T, C) that follow each other so fast; the whole where nothing changes, or there are too few."""
    lag = max(1, round(LAG / seconds))
    whole = Burst(len(values) * seconds, 1.0, 0.5)
    if len(values) < 2 * lag + 1:
        return whole
    sums = np.cumsum(np.concatenate([np.zeros((1, values.shape[1])), values]), axis=0)
    means = (sums[lag:] - sums[:-lag]) / lag
    change = ((means[lag:] - means[:-lag]) ** 2).sum(1)
    total = np.concatenate([[0.0], np.cumsum(change)])
    if total[-1] <= 0.0:
        return whole
    # from each frame on, how many it takes
    wanted = total[:-1] + MOST * total[-1] * (1.0 - 1e-9)
    ends = np.searchsorted(total, wanted)
    frames = np.where(ends < len(total), ends - np.arange(len(ends)), len(total))
    begin = int(frames.argmin())
    length = int(frames[begin])
    return Burst(length * seconds, length / len(change), (begin + 0.5 * length) / len(change))


def strokes(shown: Sequence[Demonstration], seconds: float) -> bool:
    """Whether every gesture is a stroke: over before it could be corrected, and in the middle of its demonstration.

    Parameters
    ----------
    seconds : from frame to frame.
    """
    length = float(np.median([len(d) for d in shown])) * seconds
    if length < BALLISTIC:
        return True
    spread = np.concatenate([d.values - d.values.mean(0) for d in shown]).std(0)
    inverse = np.divide(1.0, spread, out=np.zeros_like(spread), where=spread > 0.0)
    found: dict[str, list[Burst]] = {}
    for d in shown:
        found.setdefault(d.label, []).append(burst((d.values - d.values.mean(0)) * inverse, seconds))
    usual = np.array([np.median(each, axis=0) for each in found.values()])
    if length < BRIEF:  # what is held or drawn for so long changes for longer
        return bool(usual[:, 0].mean() <= BALLISTIC)
    off = np.abs(np.array([one.centre for each in found.values() for one in each]) - usual[:, 2].mean())
    middle = np.abs(usual[:, 2] - 0.5).max() <= MIDDLE
    brief = usual[:, 0].max() <= BALLISTIC and usual[:, 1].max() <= APART
    return bool(brief and middle and np.median(off) <= STRAY)
