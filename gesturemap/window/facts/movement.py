"""Where in a recording somebody moved, and where not: by how far each channel goes within a moment. No Qt."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from gesturemap.frames import Values

STEP = 0.025
"""Seconds of the even grid on which is looked."""
MOMENT = 10
"""Steps that make the moment within which a channel's way is measured."""
ON, OFF = 0.2, 0.1
"""Shares of the largest movement, above rest, at which a movement begins and ends."""
REST = 0.25
"""Rest moves at most this share of the largest movement; else nobody rested, and nothing can be told apart."""
JOIN, LEAST, MARGIN = 0.3, 0.2, 0.1
"""Seconds: rests that are bridged, movements that are none, and what is left around a movement."""


class Span(NamedTuple):
    """From when to when, in seconds."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        """How long."""
        return self.end - self.start


def movement(time: Values, values: Values) -> tuple[Values, Values]:
    """How much is moved from moment to moment.

    Parameters
    ----------
    time : (T,) seconds, rising; values : (T, C), NaN where nothing came.

    Returns
    -------
    (N,) seconds, `STEP` apart, and (N,) the largest movement of any channel there, 0 at rest to about 1; all zeros
    where no channel both rests and moves.
    """
    if len(time) < 2 or not values.shape[1] or not time[-1] > time[0]:
        return time[:0], time[:0]
    count = max(2, math.floor((time[-1] - time[0]) / STEP) + 1)
    grid = time[0] + STEP * np.arange(count)
    at = np.clip(np.searchsorted(time, grid, side="right") - 1, 0, len(time) - 1)
    held = np.where(np.isfinite(values), values, np.nan)[at]
    most = np.zeros(count)
    for column in held.T:
        ways = _ways(column)
        floor, peak = np.percentile(ways, 10), np.percentile(ways, 99.5)
        if peak > 0 and floor <= REST * peak:
            most = np.maximum(most, np.clip((ways - floor) / (peak - floor), 0.0, 1.0))
    return grid, most


def _ways(column: Values) -> Values:
    """How far (N,) values go within `MOMENT` steps around each; 0 where nothing came."""
    before = MOMENT // 2
    padded = np.pad(column, (before, MOMENT - 1 - before), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, MOMENT)
    ways = windows.max(axis=1) - windows.min(axis=1)
    return np.where(np.isfinite(ways), ways, 0.0)


def spans(time: Values, values: Values) -> list[Span]:
    """The movements in (T,) seconds and (T, C) values, oldest first; none where nobody moved, or never rested."""
    grid, most = movement(time, values)
    found: list[Span] = []
    start = math.nan
    for at, share in zip(grid.tolist(), most.tolist(), strict=True):
        if math.isnan(start) and share >= ON:
            start = at
        elif not math.isnan(start) and share < OFF:
            _add(found, Span(start, at))
            start = math.nan
    if not math.isnan(start):
        _add(found, Span(start, float(grid[-1])))
    first, last = (float(time[0]), float(time[-1])) if len(time) else (0.0, 0.0)
    return [
        Span(max(first, span.start - MARGIN), min(last, span.end + MARGIN))
        for span in found
        if span.seconds >= LEAST
    ]


def _add(found: list[Span], span: Span) -> None:
    if found and span.start - found[-1].end < JOIN:
        found[-1] = Span(found[-1].start, span.end)
    else:
        found.append(span)


def idle_ends(time: Values, values: Values) -> tuple[float, float]:
    """Seconds of rest before the first movement and behind the last; 0, 0 where that cannot be told."""
    found = spans(time, values)
    if not found:
        return 0.0, 0.0
    return found[0].start - float(time[0]), float(time[-1]) - found[-1].end
