"""You seem to repeat these movements: what comes again in an improvisation, one example each; and what is unknown.

A movement that comes again tells of its repetitions: with it as a template, less of the recording is left unexplained.
Each window is weighed by how much its best repetitions are explained by it (their squares less those of what is left),
so that what is large, long and often alike comes first; the best is offered, it and all that is like it is set aside,
and the next is looked for. Source: motifs of time series (Yeh et al. 2016, "Matrix Profile I"), ranked by what they
save as in the minimum description length of Rakthanmanon et al. (2011), "Time series epenthesis", with windows of
several lengths brought to one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gesturemap.demonstrations import Demonstration
from gesturemap.plain import counted
from gesturemap.teaching.finding import Finding
from gesturemap.teaching.suggest.windows import (
    HOP,
    TOGETHER,
    Windows,
    cut,
    likeness,
    overlaps,
    part,
    rate_of,
    scale,
)  # fmt: skip

PROMPTS = 10
"""Movements that are offered at most."""
ALIKE = 0.7
"""How alike two windows are that are the same movement."""
WEIGHED = 3
"""Repetitions that a movement is weighed by: one that came ten times is not ten times as good a gesture."""
KEPT = 8
"""Repetitions of a window that are remembered while others are set aside."""
FEWEST = 2
"""Repetitions besides itself without which a movement may be chance."""
SHARED = 0.25
"""Share of the shorter of two windows that both have when they are one movement."""

FINE, SINGLE = 0.05, 10.0
"""Seconds between windows of a demonstration, which is one that is shorter than so many seconds."""
REST = 1.4
"""Seconds of rest that are thought before and after it."""


class Motif(NamedTuple):
    """A movement that came again: frames of the example, and of all its repetitions, itself among them."""

    begin: int
    end: int
    repeats: tuple[tuple[int, int], ...]
    """First frame, and the one after the last; in order of time."""
    alike: float
    """Mean likeness of the repetitions to the example, 0..1."""
    weight: float


def discover(stream: Demonstration, known: Sequence[Demonstration] = (), most: int = PROMPTS) -> list[Motif]:
    """Movements of a recording that come again and are no known gesture, the clearest first."""
    sizes, rate = scale(stream), rate_of(stream)
    windows = cut(sizes.values(stream), rate).moving()
    gone = np.zeros(len(windows.flat), bool)
    for one in known:
        if set(sizes.spec.names) <= set(one.spec.names):
            shown = cut(sizes.values(one), rate_of(one))
            if len(shown.flat):
                gone |= _highest(windows, shown.moving() if len(shown.flat) > 2 else shown) >= ALIKE
    repeats = _repetitions(windows)
    found: list[Motif] = []
    while len(found) < most:
        weights = np.array([_weight(each, gone) for each in repeats]) * ~gone
        if not len(weights) or not weights.max() > 0.0:
            break
        best = int(weights.argmax())
        members, alike = _members(windows, best)
        begin, end = windows.spans[best].tolist()
        spans = tuple(sorted(tuple(windows.spans[i].tolist()) for i in members))
        found.append(Motif(begin, end, spans, alike, float(weights[best])))
        for i in members:
            gone |= _same(windows, i)
    return found


def more_like(
    stream: Demonstration, begin: int, end: int, alike: float = ALIKE
) -> list[tuple[int, int, float]]:
    """Where a recording has more of the movement in these frames: spans and how alike, the most alike first."""
    values, rate = scale(stream).values(stream), rate_of(stream)
    seconds = (end - begin) / rate
    windows = cut(
        values, rate, (seconds / 1.4, seconds / 1.2, seconds, 1.2 * seconds, 1.4 * seconds), 0.05 * seconds
    )
    example = cut(values[begin:end], rate, (seconds,), seconds)
    return [
        (*windows.spans[i].tolist(), score)
        for i, score in _apart(windows, likeness(windows, example)[:, 0], alike)
    ]


def unknown(
    stream: Demonstration, known: Sequence[Demonstration]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """How much of each window is explained by nothing that is known: known gestures, and everyday movement.

    Returns
    -------
    (N, 2) frames of each window, and (N,) its mean square distance from the nearest window that is known, a frame, in
    squares of the stream's own deviations.
    """
    sizes, rate = scale(stream), rate_of(stream)
    windows = cut(sizes.values(stream), rate)
    left = np.full(len(windows.flat), np.inf)
    for one in known:
        values, own = sizes.values(one), rate_of(one)
        if one.seconds < SINGLE:  # it begins and ends within a window, in rest
            values = np.pad(values, ((round(REST * own),) * 2, (0, 0)), mode="edge")
        shown = cut(values, own, hop=FINE if one.seconds < SINGLE else HOP)
        for begin in range(0, len(shown.flat), TOGETHER):
            few = part(shown, slice(begin, begin + TOGETHER))
            apart = windows.squares[:, None] + few.squares[None, :] - 2.0 * windows.flat @ few.flat.T
            np.minimum(left, apart.min(axis=1), out=left)
    frames = windows.spans[:, 1] - windows.spans[:, 0]
    return windows.spans, np.maximum(np.minimum(left, windows.squares), 0.0) / frames


def findings(stream: Demonstration, motifs: Sequence[Motif]) -> list[Finding]:
    """Offers, in the order of the motifs."""
    rate, made = rate_of(stream), []
    for number, motif in enumerate(motifs, 1):
        moments = ", ".join(_moment(stream, begin) for begin, _ in motif.repeats[:6])
        more = "" if len(motif.repeats) <= 6 else " ..."
        made.append(Finding(
            "repeats", demonstrations=(stream.id,),
            evidence=f"{number}: you seem to repeat a movement of {(motif.end - motif.begin) / rate:.1f} s, "
            f"{counted(len(motif.repeats), 'time')}: at {moments}{more}; the example is at "
            f"{_moment(stream, motif.begin)}.",
            remedy="Name it, and it becomes a gesture.",
            figures={
                "number": number, "begin": float(stream.time[motif.begin] - stream.time[0]),
                "seconds": (motif.end - motif.begin) / rate, "repeats": len(motif.repeats), "alike": motif.alike,
            },
            sure=min(max(motif.alike, 0.0), 1.0),
        ))  # fmt: skip
    return made


def taken(stream: Demonstration, motif: Motif, label: str) -> list[Demonstration]:
    """The repetitions as demonstrations of a gesture, their time from 0."""
    made = []
    for begin, end in motif.repeats:
        one = stream.part(begin, end)
        made.append(replace(one, id=f"{label}-{begin}", label=label, time=one.time - one.time[0]))
    return made


def _moment(stream: Demonstration, frame: int) -> str:
    minutes, seconds = divmod(float(stream.time[frame] - stream.time[0]), 60.0)
    return f"{minutes:.0f}:{seconds:04.1f}"


def _highest(windows: Windows, others: Windows) -> NDArray[np.float32]:
    """(N,) likeness to the likest of the others."""
    found = np.full(len(windows.flat), -1.0, np.float32)
    for begin in range(0, len(others.flat), TOGETHER):
        np.maximum(
            found, likeness(windows, part(others, slice(begin, begin + TOGETHER))).max(axis=1), out=found
        )
    return found


def _repetitions(windows: Windows) -> list[list[tuple[float, int]]]:
    """For each window what it explains of others that it shares no frame with, and which they are, the most first."""
    found: list[list[tuple[float, int]]] = []
    spans = windows.spans
    for begin in range(0, len(windows.flat), TOGETHER):
        block = part(windows, slice(begin, begin + TOGETHER))
        alike = likeness(block, windows)
        for k, row in enumerate(alike):
            near = np.flatnonzero(row >= ALIKE)
            gains = row[near] * (block.squares[k] + windows.squares[near]) - block.squares[k]
            used, own = [tuple(spans[begin + k].tolist())], []
            for i in np.argsort(-gains):
                first, last = spans[near[i]].tolist()
                if gains[i] > 0.0 and all(last <= a or first >= b for a, b in used):
                    used.append((first, last))
                    own.append((float(gains[i]), int(near[i])))
                    if len(own) == KEPT:
                        break
            found.append(own)
    return found


def _weight(repeats: Sequence[tuple[float, int]], gone: NDArray[np.bool_]) -> float:
    left = [gain for gain, other in repeats if not gone[other]][:WEIGHED]
    return sum(left) if len(left) >= FEWEST else 0.0


def _members(windows: Windows, best: int) -> tuple[list[int], float]:
    """Windows that are the same movement, each once, itself first; and how alike the others are."""
    scores = likeness(windows, part(windows, slice(best, best + 1)))[:, 0]
    scores[best] = 2.0
    chosen = _apart(windows, scores, ALIKE)
    return [i for i, _ in chosen], float(np.mean([score for _, score in chosen[1:]] or [0.0]))


def _apart(windows: Windows, scores: NDArray[np.float32], least: float) -> list[tuple[int, float]]:
    """Windows of at least this score that share no frame, the highest first."""
    chosen: list[tuple[int, float]] = []
    near = np.flatnonzero(scores >= least)
    for i in near[np.argsort(-scores[near], kind="stable")].tolist():
        first, last = windows.spans[i].tolist()
        if not any(overlaps(windows.spans[[other]], first, last)[0] for other, _ in chosen):
            chosen.append((i, float(scores[i])))
    return chosen


def _same(windows: Windows, chosen: int) -> NDArray[np.bool_]:
    """(N,) windows that have `SHARED` of the shorter of both with one."""
    first, last = windows.spans[chosen].tolist()
    shorter = np.minimum(windows.spans[:, 1] - windows.spans[:, 0], last - first)
    same: NDArray[np.bool_] = overlaps(windows.spans, first, last) >= SHARED * shorter
    return same
