"""Where one movement ends and the next begins, by how much the sensor's channels move.

A channel moves as much as it spreads within a short window, whatever its unit: a still hand gives its noise, of an
acceleration as of a position or of a muscle. Each channel is measured by its own noise and its own strong movements of
the last minute; the one that moves most decides. Two thresholds, a least length and a least pause keep tremor out, as
in the endpointing of speech (Rabiner and Sambur, Bell System Technical Journal 54, 1975).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from gesturemap.engine.past import KEPT, Past
from gesturemap.frames import Spec, Values

WINDOW = 0.3
"""Seconds in which a channel's spread is taken."""
ROWS = 4
"""Frames that the window has at least: of fewer, as a slow sensor gives in that time, nobody knows how they spread."""
STEP = 0.02
"""Seconds from one look to the next."""
BEGINS, ENDS = 0.7, 0.5
"""What a movement must reach to begin, and fall below to end: of the way from noise to a strong one, in logarithms."""
CLEAR, FAINT = 10.0, 1e-3
"""A strong movement is at least so many times the noise; the noise is at least such a share of a strong movement."""
STILL, STRONG = 0.3, 0.95
"""Quantiles of the spread over a minute that are its noise, and a strong movement."""
PAUSE = 0.3
"""Seconds of stillness after which a movement has ended."""
LEAST, MOST = 0.1, 30.0
"""Seconds: what is shorter is none; what is longer is cut there."""
ROOM = 0.1
"""Seconds before and after a movement that belong to it."""
SMALLEST = 1e-200
"""A spread that is none."""
LEARNED = 0.1
"""Seconds between two spreads that are remembered."""
FEWEST = 15
"""Spreads from which on it is known what is noise; before that nothing begins."""
KNOWN = WINDOW + FEWEST * LEARNED
"""Seconds after a sensor's first frame from which on that is so."""
GRAIN = 0.25
"""The noise is at least such a share of the smallest step a channel makes: a last bit that flickers is no movement."""
TURNS = {"deg": 360.0, "rad": 2.0 * math.pi}
"""Units of angles, and what is once around: they jump by it."""


class Span(NamedTuple):
    """A movement, in seconds of the clock."""

    start: float
    end: float


class Energy:
    """How much the channels move: 1 is a strong movement of one of them, as far as was learned what that is.

    What goes on for more than two thirds of a minute is noise by then.
    """

    def __init__(self, spec: Spec) -> None:
        self._turns = [(i, TURNS[c.unit]) for i, c in enumerate(spec.channels) if c.unit in TURNS]
        self._noise = self._strong = np.zeros(spec.width)
        self._grain = np.full(spec.width, np.inf)
        self._known = False

    def look(self, values: Values) -> None:
        """See in frames (T, C) how fine the steps of the channels are."""
        steps = np.abs(np.diff(values, axis=0))
        steps[steps == 0.0] = np.inf
        self._grain = np.minimum(self._grain, steps.min(axis=0, initial=np.inf))

    def learn(self, spreads: Values) -> None:
        """Take spreads (N, C) of the last minute for what is usual."""
        self._known = len(spreads) >= FEWEST
        if self._known:
            self._noise, self._strong = np.quantile(spreads, (STILL, STRONG), axis=0)

    def of(self, spreads: Values) -> Values:
        """The energy of spreads (..., C)."""
        if not self._known:
            return np.zeros(spreads.shape[:-1])
        noise = np.maximum(self._noise, FAINT * self._strong)
        noise = np.maximum(noise, np.where(np.isfinite(self._grain), GRAIN * self._grain, 0.0))
        noise[noise <= 0.0] = SMALLEST
        span = np.log(np.maximum(self._strong / noise, CLEAR))
        found: Values = (np.log(np.maximum(spreads, SMALLEST) / noise) / span).max(axis=-1, initial=0.0)
        return found

    def spread(self, values: Values) -> Values:
        """(C,) the standard deviations of some frames (T, C)."""
        for channel, turn in self._turns:
            values[:, channel] = np.unwrap(values[:, channel], period=turn)
        found: Values = values.std(axis=0)
        return found

    def spreads(self, arrived: Values, values: Values, at: Values) -> Values:
        """(N, C) the spread in the window that ends at each moment of `at` (N,)."""
        values = values - np.median(values, axis=0) if len(values) else values
        for channel, turn in self._turns:
            values[:, channel] = np.unwrap(values[:, channel], period=turn)
        nothing = np.zeros((1, values.shape[1]))
        sums = np.concatenate([nothing, values.cumsum(axis=0)])
        squares = np.concatenate([nothing, (values * values).cumsum(axis=0)])
        first = np.searchsorted(arrived, at - WINDOW, "left")
        last = np.searchsorted(arrived, at, "right")
        first = np.minimum(first, np.maximum(0, last - ROWS))
        many = np.maximum(1, last - first)[:, None]
        means = (sums[last] - sums[first]) / many
        found: Values = np.sqrt(np.maximum(0.0, (squares[last] - squares[first]) / many - means * means))
        return found


class Ends:
    """From energies, one after another, to movements."""

    def __init__(self) -> None:
        self._calm = -math.inf
        """When it was last calm."""
        self._began = self._moved = self._rose = math.nan
        self._up = math.nan
        """Since when it is not calm."""

    @property
    def moving(self) -> bool:
        """Whether a movement goes on."""
        return not math.isnan(self._began)

    def step(self, now: float, energy: float) -> Span | None:
        """Take the energy of the window that ends now; the movement that has ended with it, if one has."""
        if energy < ENDS:
            self._calm, self._up = now, math.nan
        else:
            self._up = now if math.isnan(self._up) else self._up
            self._moved = now if self.moving else self._moved
        if not self.moving:
            if energy >= BEGINS:
                self._began, self._moved, self._rose = max(self._calm, now - WINDOW), now, self._up
            return None
        if now - self._moved < PAUSE and now - self._began < MOST:
            return None
        return self.end(now)

    def end(self, now: float) -> Span | None:
        """End what goes on; None where it was too short."""
        began, moved, rose = self._began, self._moved, self._rose
        self._began = self._moved = math.nan
        if moved > self._calm:  # it goes on: of a shock, too, the window has not been free since
            return Span(began - WINDOW / 2 - ROOM, now) if moved - rose > WINDOW + STEP / 2 else None
        if not moved - WINDOW - began >= LEAST:  # a shock is in the window for as long as that
            return None
        return Span(began - WINDOW / 2 - ROOM, min(now, moved - WINDOW / 2 + ROOM))


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


def movements(spec: Spec, arrived: Values, values: Values) -> list[Span]:
    """Every movement of a whole recording, of which all is known from the beginning.

    Parameters
    ----------
    arrived : (T,) seconds, rising; `values` : (T, C).
    """
    if len(arrived) < 2:
        return []
    energy, ends = Energy(spec), Ends()
    at = np.arange(arrived[0] + WINDOW, arrived[-1] + STEP, STEP)
    spreads = energy.spreads(arrived, values, at)
    energy.look(values)
    energy.learn(spreads)
    found = [ends.step(now, e) for now, e in zip(at.tolist(), energy.of(spreads).tolist(), strict=True)]
    if ends.moving:
        found.append(ends.end(float(arrived[-1])))
    return [span for span in found if span is not None]
