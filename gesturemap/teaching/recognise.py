"""Recognition of single gestures: one cell, and what many cells say together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from gesturemap.models.model import Report, notes
from gesturemap.teaching.pieces import Cell
from gesturemap.teaching.play import Opened, Request, learn, opened, play

SEEN = (50, 75)
"""Percent of a gesture after which the answer is asked for."""
Summary = dict[str, Any]


class Recognised(NamedTuple):
    """What one cell showed; one entry for each tested gesture."""

    group: str
    shots: int
    repeat: int
    truth: tuple[str, ...]
    answers: tuple[str, ...]
    """At the last frame; '' where there was none."""
    early: tuple[tuple[bool, ...], ...]
    """For each of `SEEN`, whether the answer was right."""
    frames_right: float
    """Share of frames on which the answer was right, mean over gestures."""
    points: tuple[float, ...]
    """Of those right at the end: the fraction of the gesture from which on the answer stayed right."""
    train_s: float
    step_us: tuple[float, float]
    """Median and 99th percentile."""
    messages: tuple[str, ...]
    fits: tuple[float, ...]
    """How well each fits its own gesture, 0..1: the mean over its second half."""


def recognise(request: Request, cell: Cell) -> Recognised:
    """Train, and stream each tested gesture with a fresh follower; it decides at the last frame."""
    return recognised(opened(request), cell)


def recognised(it: Opened, cell: Cell, report: Report | None = None) -> Recognised:
    """The same with everything read; the fit tells `report` how far it is."""
    model, seconds = learn(it, [piece.cut(it.corpus) for piece in cell.train], report)
    labels = (*model.labels, "")
    answers, early, shares, points, times, fits = [], [], [], [], [], []
    for piece in cell.test:
        played = play(it, model, piece.cut(it.corpus))
        times += played.times
        own = labels.index(piece.label) if piece.label in model.labels else len(labels)
        right = played.answers == own
        answers.append(labels[played.answers[-1]])
        early.append([bool(right[max(0, -(-len(right) * share // 100) - 1)]) for share in SEEN])
        shares.append(float(right.mean()))
        fits.append(float(played.fits[len(right) // 2 :, own].mean()) if own < len(model.labels) else 0.0)
        if right[-1]:
            points.append(decided(right))
    return Recognised(
        cell.group, cell.shots, cell.repeat, tuple(piece.label for piece in cell.test), tuple(answers),
        tuple(zip(*early, strict=True)), float(np.mean(shares)), tuple(points), seconds, step_us(times),
        (*model.messages, *notes(model)), tuple(fits),
    )  # fmt: skip


def decided(right: np.ndarray) -> float:
    """The fraction of a gesture (T,) from which on the answer stays right, given that it ends so."""
    wrong = np.flatnonzero(~right)
    return (int(wrong[-1]) + 2 if len(wrong) else 1) / len(right)


def step_us(times: Sequence[float]) -> tuple[float, float]:
    """Median and 99th percentile in microseconds."""
    p50, p99 = np.percentile(times, [50, 99]) * 1e6 if times else (0.0, 0.0)
    return float(p50), float(p99)


def summary(results: Sequence[Recognised]) -> Summary:
    """All cells; the figures at top are those of most shots."""
    shots = sorted({result.shots for result in results})
    each = {k: _of([result for result in results if result.shots == k]) for k in shots}
    last = [result for result in results if result.shots == shots[-1]]
    figures: Summary = {"shots": {str(k): each[k] for k in shots}} if shots[-1] else {}
    top = each[shots[-1]]
    figures["accuracy"] = top["accuracy_mean"]
    for key in ("frame_accuracy", "seen", "decision_point"):
        figures[key] = top[key]
    groups = sorted({result.group for result in last})
    if len(groups) > 1:
        figures["by_group"] = {
            group: float(np.mean([_accuracy(result) for result in last if result.group == group]))
            for group in groups
        }
    return (
        figures
        | costs(last)
        | {"confusion": confusion([pair for r in last for pair in zip(r.truth, r.answers, strict=True)])}
    )


def costs(results: Sequence[Any]) -> Summary:
    """What training and one step cost: medians over the cells."""
    steps = np.median([result.step_us for result in results], axis=0)
    return {
        "train_s": float(np.median([result.train_s for result in results])),
        "step_us": {"p50": float(steps[0]), "p99": float(steps[1])},
    }


def confusion(pairs: Sequence[tuple[str, str]]) -> Summary:
    """How often each gesture (row) was taken for each (column), from what it was and what it was taken for."""
    labels = sorted({label for pair in pairs for label in pair}, key=lambda label: (not label, label))
    index = {label: i for i, label in enumerate(labels)}
    counts = np.zeros((len(labels), len(labels)), np.int64)
    for truth, answer in pairs:
        counts[index[truth], index[answer]] += 1
    return {"labels": labels, "counts": counts.tolist()}


def _accuracy(result: Recognised) -> float:
    return float(np.mean([a == b for a, b in zip(result.truth, result.answers, strict=True)]))


def _of(results: Sequence[Recognised]) -> Summary:
    """Means over the users of each repeat, then mean and deviation over the repeats."""
    repeats = sorted({result.repeat for result in results})
    means = [np.mean([_accuracy(r) for r in results if r.repeat == repeat]) for repeat in repeats]
    points = [point for result in results for point in result.points]
    return {
        "accuracy_mean": float(np.mean(means)),
        "accuracy_std": float(np.std(means)),
        "frame_accuracy": float(np.mean([result.frames_right for result in results])),
        "seen": {
            str(share): float(np.mean([np.mean(result.early[i]) for result in results]))
            for i, share in enumerate(SEEN)
        },
        "decision_point": float(np.median(points)) if points else None,
    }
