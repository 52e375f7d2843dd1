"""Regression: outputs demonstrated with the movement, and what is made of movements not seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from gesturemap.errors import DataError
from gesturemap.frames import Values
from gesturemap.models.model import Report, notes
from gesturemap.teaching.pieces import Cell
from gesturemap.teaching.play import Opened, Request, learn, opened, play
from gesturemap.teaching.recognise import costs, step_us


class Regressed(NamedTuple):
    """What one cell showed."""

    group: str
    shots: int
    repeat: int
    wanted: tuple[Values, ...]
    """For each tested recording (T, M), and..."""
    given: tuple[Values, ...]
    """...what came out; NaN before the first estimate."""
    train_s: float
    step_us: tuple[float, float]
    messages: tuple[str, ...]


def regress(request: Request, cell: Cell) -> Regressed:
    """Train, and stream each tested recording with a fresh follower.

    Raises
    ------
    DataError
        If the model does not give the outputs that are asked for.
    """
    return regressed(opened(request), cell)


def regressed(it: Opened, cell: Cell, report: Report | None = None) -> Regressed:
    """The same with everything read; the fit tells `report` how far it is."""
    model, seconds = learn(it, [piece.cut(it.corpus) for piece in cell.train], report)
    asked = it.corpus.demonstrations[0].outputs
    if not set(asked) <= set(model.outputs):
        raise DataError(
            f"model {it.learner.kind}",
            "it gives no outputs" if not model.outputs else "it gives other outputs",
            "the file has some to be regressed",
            "use --model hhmr",
        )
    columns = [model.outputs.index(output) for output in asked]
    wanted, given, times = [], [], []
    for piece in cell.test:
        one = piece.cut(it.corpus)
        played = play(it, model, one)
        wanted.append(one.targets)
        given.append(played.outputs[:, columns])
        times += played.times
    return Regressed(
        cell.group, cell.shots, cell.repeat, tuple(wanted), tuple(given), seconds, step_us(times),
        (*model.messages, *notes(model)),
    )  # fmt: skip


def summary(results: Sequence[Regressed]) -> dict[str, Any]:
    """All tested frames of all cells together."""
    shots = sorted({result.shots for result in results})
    each = {
        str(k): agreement(
            [a for r in results if r.shots == k for a in r.wanted],
            [a for r in results if r.shots == k for a in r.given],
        )
        for k in shots
    }
    figures: dict[str, Any] = {"shots": each} if shots[-1] else {}
    last = [result for result in results if result.shots == shots[-1]]
    return figures | {"regression": each[str(shots[-1])]} | costs(last)


def agreement(wanted: Sequence[Values], given: Sequence[Values]) -> dict[str, float | None]:
    """How near outputs (T, M) are to what was wanted, over all recordings.

    `rmse`: root of the mean square error, of all outputs together, in their units. `r2`: 1 - squared error / variance,
    and `r`: Pearson's correlation, each for one output over all frames, then the mean over outputs. `r_recording`:
    the same r within each recording, mean over recordings and outputs; None where nothing varies. What was not
    recorded, or not estimated yet, is NaN and does not count.
    """
    truth, made = np.concatenate(wanted), np.concatenate(given)
    there = np.isfinite(made) & np.isfinite(truth)
    errors = [(made[seen, m] - truth[seen, m]) for m, seen in enumerate(there.T)]
    error = np.concatenate(errors)
    variances = [float(truth[seen, m].var()) if seen.any() else 0.0 for m, seen in enumerate(there.T)]
    r2 = [1.0 - float(np.mean(e**2)) / v for e, v in zip(errors, variances, strict=True) if v > 0.0]
    r = [value for m in range(truth.shape[1]) if (value := _r(truth[:, m], made[:, m])) is not None]
    within = [
        value
        for a, b in zip(wanted, given, strict=True)
        for m in range(a.shape[1])
        if (value := _r(a[:, m], b[:, m])) is not None
    ]
    return {
        "rmse": float(np.sqrt(np.mean(error**2))) if len(error) else None,
        "r2": float(np.mean(r2)) if r2 else None,
        "r": float(np.mean(r)) if r else None,
        "r_recording": float(np.mean(within)) if within else None,
    }


def _r(one: Values, other: Values) -> float | None:
    """Pearson's correlation of two series (T,)."""
    there = np.isfinite(one) & np.isfinite(other)
    one, other = one[there], other[there]
    if len(one) < 2 or one.std() == 0.0 or other.std() == 0.0:
        return None
    return float(np.corrcoef(one, other)[0, 1])
