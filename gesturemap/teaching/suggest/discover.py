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
from gesturemap.frames import Values
from gesturemap.plain import counted
from gesturemap.teaching.critique import agreement
from gesturemap.teaching.finding import Finding
from gesturemap.teaching.suggest.windows import (
    HOP,
    TOGETHER,
    Scale,
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

APART = 0.3
"""The silhouette from which on repetitions are those of two movements."""
NEAR = 0.04
"""By how much less alike to a known gesture than to each other repetitions of it may be."""

FINE, SINGLE = 0.05, 10.0
"""Seconds between windows of a demonstration, which is one that is shorter than so many seconds."""
REST = 2.0
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
    like: str = ""
    """The known gesture that its repetitions are alike to, if less than to each other."""


def discover(stream: Demonstration, known: Sequence[Demonstration] = (), most: int = PROMPTS) -> list[Motif]:
    """Movements of a recording that come again and are no known gesture, the clearest first."""
    sizes, rate = scale(stream), rate_of(stream)
    values = sizes.values(stream)
    windows = cut(values, rate).moving()
    gone = np.zeros(len(windows.flat), bool)
    own = set(sizes.spec.names)
    gestures = [(one.label, _shown(one, sizes)) for one in known if own <= set(one.spec.names)]
    repeats = _repetitions(windows)
    found: list[Motif] = []
    while len(found) < most:
        weights = np.array([_weight(each, gone) for each in repeats]) * ~gone
        if not len(weights) or not weights.max() > 0.0:
            break
        best = int(weights.argmax())
        members, both = _members(windows, best, values, rate)
        if len(members) <= FEWEST:  # most that it is like is another movement
            gone[best] = True
            continue
        like, recognised = _nearest(part(windows, np.array(members)), both, gestures)
        if not recognised:
            begin, end = windows.spans[best].tolist()
            spans = tuple(sorted(tuple(windows.spans[i].tolist()) for i in members))
            alike = float(both[0, 1:].mean())
            found.append(Motif(begin, end, spans, alike, float(weights[best]), like))
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
        shown = _shown(one, sizes)
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
            f"{_moment(stream, motif.begin)}." + (f" It is like '{motif.like}'." if motif.like else ""),
            gesture=motif.like, remedy="Name it, and it becomes a gesture.",
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


def _shown(one: Demonstration, sizes: Scale) -> Windows:
    """Every window of what is known; a single gesture begins and ends within one, in rest."""
    values, rate, single = sizes.values(one), rate_of(one), one.seconds < SINGLE
    if single:
        values = np.pad(values, ((round(REST * rate),) * 2, (0, 0)), mode="edge")
    return cut(values, rate, hop=FINE if single else HOP)


def _nearest(members: Windows, both: Values, gestures: Sequence[tuple[str, Windows]]) -> tuple[str, bool]:
    """The known gesture that repetitions are alike to, and whether they are it: as alike as to each other.

    Parameters
    ----------
    both : (N, N) how alike they are to each other.
    gestures : label and windows of each demonstration.
    """
    fellows = np.where(np.eye(len(both), dtype=bool), -1.0, both).max(axis=1)
    scores: dict[str, NDArray[np.float32]] = {}
    for label, shown in gestures:
        if len(shown.flat):
            highest = likeness(members, shown).max(axis=1)
            scores[label] = np.maximum(scores.get(label, highest), highest)
    label = max(scores, key=lambda one: float(np.median(scores[one])), default="")
    if not label or np.median(scores[label]) < ALIKE:
        return "", False
    return label, bool(np.median(scores[label] - fellows) >= -NEAR)


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


def _members(windows: Windows, best: int, values: Values, rate: float) -> tuple[list[int], Values]:
    """Windows that are the same movement, each once, itself first; of two movements those of its own; how alike."""
    scores = likeness(windows, part(windows, slice(best, best + 1)))[:, 0]
    scores[best] = 2.0
    members = [i for i, _ in _apart(windows, scores, ALIKE)]
    both = _both(values, rate, part(windows, np.array(members)))
    while len(members) > FEWEST:
        groups = agreement.halves(1.0 - both)
        if min(map(len, groups)) < agreement.EACH or agreement.silhouette(1.0 - both, groups) < APART:
            break
        own = groups[0] if 0 in groups[0] else groups[1]
        members, both = [members[i] for i in own], both[np.ix_(own, own)]
    return members, both


def _both(values: Values, rate: float, members: Windows) -> Values:
    """(N, N) how alike windows are to each other, each moved by half the way to its neighbours at most."""
    room = round(0.5 * HOP * rate)
    both = np.ones((len(members.flat), len(members.flat)))
    for i, (begin, end) in enumerate(members.spans.tolist()):
        around = values[max(0, begin - room) : end + room]
        both[i] = likeness(cut(around, rate, ((end - begin) / rate,), FINE), members).max(axis=0)
    np.fill_diagonal(both, 1.0)
    return np.minimum(np.maximum(both, both.T), 1.0)


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
