"""Where in a recording somebody moved, and where not: found as control finds it (`engine.movement`). No Qt."""

from __future__ import annotations

import numpy as np

from gesturemap.engine.movement import STEP, WINDOW, Ends, Energy, Span
from gesturemap.frames import Spec, Values

POSE = 0.4
"""The share of a recording that is movement at least where its ends are called idle: a pose is held still."""


def moved(spec: Spec, time: Values, values: Values) -> tuple[Values, Values, list[Span]]:
    """How much somebody moved from moment to moment, and the movements that stand out.

    Parameters
    ----------
    time : (T,) seconds, rising; values : (T, C), NaN where nothing came.

    Returns
    -------
    (N,) seconds, `STEP` apart; (N,) energies, 0 at rest, 1 a strong movement; and the movements, oldest first: none
    where nobody moved, or rested for less than a third of the time.
    """
    came = np.isfinite(values).all(axis=1)
    time, values = time[came], values[came]
    if len(time) < 2 or not spec.width:
        return time[:0], time[:0], []
    energy, ends = Energy(spec), Ends()
    at = np.arange(time[0] + WINDOW, time[-1] + STEP, STEP)
    spreads = energy.spreads(time, values, at)
    energy.learn(spreads)
    share = np.clip(energy.of(spreads), 0.0, 1.5) if len(at) else at
    found = [ends.step(now, each) for now, each in zip(at.tolist(), share.tolist(), strict=True)]
    if ends.moving:
        found.append(ends.end(float(time[-1])))
    first, last = float(time[0]), float(time[-1])
    spans = [Span(max(first, span.start), min(last, span.end)) for span in found if span is not None]
    return at - WINDOW / 2, share, spans


def idle_ends(spec: Spec, time: Values, values: Values) -> tuple[float, float]:
    """Seconds of rest before the first movement and behind the last; 0, 0 where that cannot be told, as of a pose."""
    _, _, found = moved(spec, time, values)
    if not found or found[-1].end - found[0].start < POSE * (time[-1] - time[0]):
        return 0.0, 0.0
    return found[0].start - float(time[0]), float(time[-1]) - found[-1].end
