"""Calibration of the spotter: what is no gesture, and what a gesture not seen in training looks like.

Intruders are made from the demonstrations: other gestures, and demonstrations in reverse, with channels
exchanged, with the sign turned, and with the phases of their spectrum drawn anew. What a gesture reaches is
taken from its demonstrations, each left out once and met after another one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from gesturemap.frames import Values
from gesturemap.models import spotting_kernels as kernels

COPIES = 8
"""Warped copies that stand for the repetitions of a gesture shown once."""
MOST = 10
"""Demonstrations of a gesture that are left out, and made intruders of, at most."""
INTRUDING = 0.95
"""The share of intruders below calibrated 0."""
OWN = 6.0
"""A gesture's own levels count as its demonstrations, those of the vocabulary as so many."""
OPTIMISTIC = 0.85
"""Where real repetitions lie if warped copies lie at 1."""
LEAST = 0.1
"""Least distance of the two levels, in nats."""
TAIL = 0.85
"""The share of scores below the tail that is extrapolated."""

Follow = Callable[[Sequence[Values], int], Values]
"""Scores (P, Q) in each of P parts of a recording; a demonstration that is left out of the background, or -1."""


def surrogate(take: Values, rng: np.random.Generator) -> Values:
    """A movement with the same spectrum in every channel and between them, (T, D).

    Source: Prichard and Theiler (1994), "Generating surrogate data for time series with several
    simultaneously measured variables".
    """
    spectrum = np.fft.rfft(take, axis=0)
    turns = np.exp(2j * np.pi * rng.random(len(spectrum)))[:, None]
    turns[0] = 1.0
    return np.asarray(np.fft.irfft(spectrum * turns, len(take), axis=0))


def intruders(takes: Sequence[Values], rng: np.random.Generator, original: bool) -> list[Values]:
    """What is like these demonstrations and none of their gesture; with `original`, them too. In random order."""
    made: list[Values] = []
    for take in takes:
        made += [surrogate(take, rng), -take]
        if original:
            made += [take, take[::-1]]
        if take.shape[1] > 1:
            made.append(np.roll(take, 1, axis=1))
    return [np.ascontiguousarray(made[i]) for i in rng.permutation(len(made))]


def copies(take: Values, rng: np.random.Generator) -> list[Values]:
    """Repetitions made up: another tempo, changing within, another size, a little noise."""
    made = []
    for _ in range(COPIES):
        speed = np.exp(rng.normal(0.0, 0.1) + np.interp(
            np.linspace(0.0, 5.0, len(take)), np.arange(6.0), rng.normal(0.0, 0.15, 6)
        ))  # fmt: skip
        places = np.cumsum(speed) - speed[0]
        frames = max(round(places[-1]) + 1, 1)
        wanted = np.linspace(0.0, places[-1], frames)
        warped = np.stack([np.interp(wanted, places, column) for column in take.T], axis=1)
        warped = warped * np.exp(rng.normal(0.0, 0.1)) + rng.normal(0.0, 0.1, take.shape[1])
        made.append(warped + rng.normal(0.0, 0.1, warped.shape))
    return made


def left_out(
    takes: Sequence[Values], owners: Values, follow: Follow, rng: np.random.Generator
) -> list[Values]:
    """Scores (n,) in nats that each gesture reaches in demonstrations it has not learned from."""
    found = []
    for k in range(int(owners.max()) + 1):
        own = np.flatnonzero(owners == k)
        scores = []
        for i in own[:MOST].tolist():
            if len(own) > 1:
                before = takes[(i + len(own)) % len(takes)]
                others = own[own != i]
                scores.append(float(follow([before, takes[i]], i)[1, others].max()))
            else:
                scores += [float(follow([takes[i - 1], copy], -1)[1, i]) for copy in copies(takes[i], rng)]
        found.append(np.array(scores))
    return found


def intruding(
    takes: Sequence[Values], owners: Values, follow: Follow, rng: np.random.Generator
) -> list[Values]:
    """Scores (n,) in nats that each gesture reaches in intruders."""
    count = int(owners.max()) + 1
    found: list[list[Values]] = [[] for _ in range(count)]
    for k in range(count):
        parts = intruders([takes[i] for i in np.flatnonzero(owners == k)[:MOST]], rng, count > 1)
        scores = follow(parts, -1)
        for other in range(count):
            if other != k or count == 1:
                found[other].append(scores[:, owners == other].max(1))
    return [np.concatenate(parts) for parts in found]


def levels(reached: Sequence[Values], negatives: Sequence[Values], counts: Values) -> Values:
    """(2, K): the score at calibrated 1 (a gesture's median, left out), and the distance to 0 in nats.

    0 is where all but 5 % of intruders lie. Both lie between a gesture's own and that of all, as few
    demonstrations say little.
    """
    share = counts / (counts + OWN)
    top = np.array([np.median(scores) for scores in reached])
    low = np.array([np.quantile(scores, INTRUDING) for scores in negatives])
    top = share * top + (1.0 - share) * np.median(np.concatenate(list(reached)))
    low = share * low + (1.0 - share) * np.quantile(np.concatenate(list(negatives)), INTRUDING)
    top = np.where(counts == 1, low + OPTIMISTIC * (top - low), top)
    return np.stack([top, np.maximum(top - low, LEAST)])


def tail(scores: Values, least: float = -np.inf) -> tuple[float, Values]:
    """Where the tail of scores begins, not below `least`, and the excesses over it."""
    begin = max(float(np.quantile(scores, TAIL)), least) if len(scores) else 0.0
    return begin, scores[scores > begin] - begin


def best_in_parts(scores: Values, starts: Values, parts: Sequence[Values]) -> Values:
    """(P, Q): the best score of a path whose middle lies in each part, from scores and first frames (T, Q)."""
    ends = np.cumsum([len(part) for part in parts])
    times = np.arange(len(scores))
    best = np.full((len(parts), scores.shape[1]), kernels.NEVER)
    for q in range(scores.shape[1]):
        owner = np.searchsorted(ends, (starts[:, q] + times) // 2, side="right")
        np.maximum.at(best[:, q], owner, scores[:, q])
    return np.asarray(np.maximum(best, -1e3))
