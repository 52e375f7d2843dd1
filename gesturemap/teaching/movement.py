"""Where one movement ends and the next begins, by how much the sensor's channels move.

A channel moves as much as it spreads within a short window, whatever its unit: a still hand gives its noise, of an
acceleration as of a position or of a muscle. Each channel is measured by its own noise and its own strong movements of
the last minute; the one that moves most decides. Two thresholds, a least length and a least pause keep tremor out, as
in the endpointing of speech (Rabiner and Sambur, Bell System Technical Journal 54, 1975).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from gesturemap.demonstrations import Demonstration
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
MOVES, HELD = 0.4, 0.5
"""A recording that is movement for less than the one share, and still at one of its ends for more than the other, is of
a pose: it was moved to, and held."""
RESTS, FAR = 10.0, 25.0
"""An end rests where no channel spreads more than so many times the sensor's own noise, or one spreads so many times
less than in a strong movement: of 1740 ends of demonstrations of four public sets 94 % rest so, of everyday
movement around a gesture none."""
LEAP, AT_ONCE = 0.8, 0.05
"""A place that is left for another, such a share of the way in so many seconds at most, is a leap: a pen that is set
down elsewhere, a pointer that was moved. Before or behind a rest it is no part of the movement."""
NOTHING = 5.0
"""All of several recordings is noise where no channel spreads more, over all of them, than so many times its noise."""
SLIP, FAINTER = 0.3, 0.1
"""Seconds below which a recording may be a slip, and the share of others' spread beyond which nothing in it moves then.
"""
LEAST_NOISE = 0.1
"""Quantile over the windows of a recording, of what changes faster than anybody moves, that is the sensor's noise."""
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
        self.grain = np.full(spec.width, np.inf)
        self._known = False

    def look(self, values: Values) -> None:
        """See in frames (T, C) how fine the steps of the channels are."""
        steps = np.abs(np.diff(values, axis=0))
        steps[steps == 0.0] = np.inf
        self.grain = np.minimum(self.grain, steps.min(axis=0, initial=np.inf))

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
        noise = np.maximum(noise, np.where(np.isfinite(self.grain), GRAIN * self.grain, 0.0))
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
    energy.look(values)
    energy.learn(spreads)
    share = np.clip(energy.of(spreads), 0.0, 1.5) if len(at) else at
    found = [ends.step(now, each) for now, each in zip(at.tolist(), share.tolist(), strict=True)]
    if ends.moving:
        found.append(ends.end(float(time[-1])))
    first, last = float(time[0]), float(time[-1])
    spans = [Span(max(first, span.start), min(last, span.end)) for span in found if span is not None]
    return at - WINDOW / 2, share, spans


def idle_ends(spec: Spec, time: Values, values: Values) -> tuple[float, float]:
    """Seconds of rest before the first movement and behind the last; 0 where that cannot be told, as of a pose.

    That the movement between is stronger is not enough: what is ordinary movement beside a vigorous gesture is no rest.
    """
    _, _, found = moved(spec, time, values)
    while len(found) > 1 and _leaps(found[0], time, values):
        found = found[1:]
    while len(found) > 1 and _leaps(found[-1], time, values):
        found = found[:-1]
    if not found:
        return 0.0, 0.0
    start, end, whole = found[0].start, found[-1].end, time[-1] - time[0]
    if end - start < MOVES * whole and max(start - time[0], time[-1] - end) > HELD * whole:
        return 0.0, 0.0
    came = np.isfinite(values).all(axis=1)
    time, values = time[came], values[came]
    at = np.arange(time[0] + WINDOW, time[-1] + STEP, STEP)
    spreads, noise = Energy(spec).spreads(time, values, at), own_noise(spec, time, values)
    strong = np.quantile(spreads, STRONG, axis=0)

    def rests(windows: Values) -> bool:
        if not len(windows):
            return False
        usual = np.median(windows, axis=0)
        return bool((usual <= RESTS * noise).all() or (FAR * usual < strong).any())

    head = start - float(time[0]) if rests(spreads[at <= start]) else 0.0
    return head, float(time[-1]) - end if rests(spreads[at - WINDOW >= end]) else 0.0


def _leaps(span: Span, time: Values, values: Values) -> bool:
    """Whether all that happens in a span is that the place changes at once."""
    inside = (time >= span.start) & (time <= span.end) & np.isfinite(values).all(axis=1)
    time, values = time[inside], values[inside]
    steps = np.diff(values, axis=0) / np.maximum(np.ptp(values, axis=0), SMALLEST)
    way = float(np.abs(steps).sum())
    pairs = [
        abs(steps[k : k + 2].sum(axis=0)).sum()
        for k in range(len(steps) - 1)
        if time[k + 2] - time[k] <= AT_ONCE
    ]
    return bool(pairs) and max(pairs) >= LEAP * way


def own_noise(spec: Spec, time: Values, values: Values) -> Values:
    """(C,) the standard deviation of each channel's noise, whether or not somebody moved all the time.

    Third differences of (T, C) values leave out what is smooth from frame to frame, as movement is; of white noise they
    have 20 times the variance. A step of the channel has a grain of noise at least.
    """
    energy, values = Energy(spec), values.copy()
    energy.spread(values)  # angles are unwrapped in place
    energy.look(values)
    third = np.diff(values, n=3, axis=0)
    at = np.arange(time[0] + WINDOW, time[-1] + STEP, STEP)
    noise = np.quantile(energy.spreads(time[3:], third, at), LEAST_NOISE, axis=0) / math.sqrt(20.0)
    found: Values = np.maximum(noise, np.where(np.isfinite(energy.grain), GRAIN * energy.grain, 0.0))
    return found


def nothing_moves(shown: Sequence[Demonstration]) -> bool:
    """Whether recordings of the same channels hold nothing but the sensor's noise about one place, the same in all.

    So not where somebody moved, nor where several places were held; nor where that cannot be told, as of recordings of
    less than a second.
    """
    if not shown or any(one.seconds < KNOWN / 2 or len(one) <= ROWS for one in shown):
        return False
    noise = np.median([own_noise(one.spec, one.time, one.values) for one in shown], axis=0)
    return bool((np.concatenate([one.values for one in shown]).std(axis=0) <= NOTHING * noise).all())


def slipped(one: Demonstration, others: Sequence[Demonstration]) -> bool:
    """Whether a recording is a key that was struck twice: nothing moves in so short a time, as it does in all others.

    Not where nothing else was recorded, nor where another of the gesture is as short: strokes and poses may be.
    """
    same = [other for other in others if other.spec.names == one.spec.names and len(other)]
    as_short = any(other.label == one.label and other.seconds < SLIP for other in same)
    if one.seconds >= SLIP or not same or as_short or not len(one):
        return False
    usual = np.median([_spread(other) for other in same], axis=0)
    return bool((_spread(one) <= FAINTER * usual).all())


def _spread(one: Demonstration) -> Values:
    """(C,) how far each channel goes about its mean, where it gives numbers."""
    found: Values = np.ma.masked_invalid(one.values).std(axis=0).filled(0.0)
    return found
