"""Where one movement ends and the next begins, in a stream that goes on (`teaching.movement`)."""

from __future__ import annotations

import math

import numpy as np

from gesturemap.engine.past import KEPT, Past
from gesturemap.teaching.movement import LEARNED, ROWS, STEP, WINDOW, Ends, Energy, Span


class Movements:
    """Finds movements in what is recorded, as it comes.

    Parameters
    ----------
    past : of the sensor; the last minute says what is noise.
    """

    def __init__(self, past: Past) -> None:
        self._past, self._energy, self._ends = past, Energy(past.spec), Ends()
        part = past.part(past.first, past.count)
        last = float(part.arrived[-1]) if len(part.arrived) else 0.0
        first = max(last - KEPT, float(part.arrived[0]) + WINDOW) if len(part.arrived) else 0.0
        self._full = float(part.arrived[0]) + WINDOW if len(part.arrived) else math.nan
        self._energy.look(part.values)
        self._learned = list(self._energy.spreads(part.arrived, part.values, np.arange(first, last, LEARNED)))
        self._energy.learn(np.array(self._learned))
        self._next = self._next_learned = -math.inf

    def step(self, now: float) -> Span | None:
        """Look at the window that ends with the frame that has just come; the movement that has ended, if one has."""
        if now < self._next:
            return None
        self._next = now + STEP
        if math.isnan(self._full):
            self._full = now + WINDOW
        if now < self._full:
            return None  # of a window that is not full nobody knows how much it spreads
        first = min(self._past.since(now - WINDOW), max(self._past.first, self._past.count - ROWS))
        part = self._past.part(first, self._past.count)
        self._energy.look(part.values)
        spread = self._energy.spread(part.values)
        if now >= self._next_learned:
            self._next_learned = now + LEARNED
            self._learned.append(spread)
            del self._learned[: -round(KEPT / LEARNED)]
            if len(self._learned) % 5 == 0:
                self._energy.learn(np.array(self._learned))
        return self._ends.step(now, float(self._energy.of(spread)))

    def end(self, now: float) -> Span | None:
        """Recording ends; the movement that goes on, if one does."""
        return self._ends.end(now) if self._ends.moving else None
