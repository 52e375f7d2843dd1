"""The last minute as it is painted: rows by the pixel, pieces of them, and which part of it is looked at. No Qt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from gesturemap.frames import Values
from gesturemap.window.facts.past import SPAN

Where = NDArray[np.bool_]

LEAST = 3.0
"""Seconds to which one can zoom in."""
STEP = 1.5
"""Factor of one step of zoom."""
FAINT = 0.02
"""What is below this is not drawn."""


@dataclass
class Looked:
    """Which part of the last minute is looked at."""

    seconds: float = SPAN
    ago: float = 0.0
    """How long ago its right edge is, in seconds; 0: now."""

    def zoom(self, closer: bool, at: float = 1.0) -> None:
        """One step closer or farther about a place, 0..1 from left to right; at now, now stays."""
        at = 1.0 if self.ago == 0.0 else at
        before = self.seconds
        self.seconds = min(SPAN, max(LEAST, before / STEP if closer else before * STEP))
        self.ago += (before - self.seconds) * (1.0 - at)
        self._bound()

    def move(self, seconds: float) -> None:
        """Towards the past where above 0."""
        self.ago += seconds
        self._bound()

    def now(self) -> None:
        """Back to now."""
        self.ago = 0.0

    def _bound(self) -> None:
        self.ago = min(max(self.ago, 0.0), SPAN - self.seconds)


def columns(x: Values, rows: Values) -> tuple[Values, Values]:
    """Rows (K, T) at x (T,) pixels, rising, as one value for each pixel that has any: the greatest.

    Returns
    -------
    (P,) whole pixels and (K, P) values; NaN where there is no number.
    """
    if not len(x):
        return x, rows
    pixel = np.floor(x)
    starts = np.flatnonzero(np.concatenate(([True], np.diff(pixel) > 0)))
    return pixel[starts], np.fmax.reduceat(rows, starts, axis=1)


def pieces(there: Where, gap: Where | None = None) -> Iterator[slice]:
    """The runs in which a condition (P,) holds, of two places or more; a run ends where `gap` (P,) says so."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], there.astype(np.int8), [0]))))
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        cuts = [
            first,
            *((np.flatnonzero(gap[first + 1 : last]) + first + 1).tolist() if gap is not None else ()),
            last,
        ]
        for begin, end in pairwise(cuts):
            if end - begin > 1:
                yield slice(begin, end)
