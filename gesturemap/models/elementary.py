"""Kernels that kernels share: exponentials and logarithms, a softmax, means over a window, how well one fits, and what
holds off wild frames.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gesturemap.compiled import kernel
from gesturemap.frames import Values
from gesturemap.glitches import HOLD
from gesturemap.models.recursion import NOTHING


@kernel
def exponentials(values: Any, first: int, count: int, work: Any, room: int) -> None:
    """Replace values[first : first + count] by their exponentials, to 2 units in the last place, vectorised.

    exp(x) = 2^n exp(r), x = n log 2 + r, |r| <= log(2) / 2, a Taylor polynomial of degree 12. n is made an
    integer by adding 1.5 x 2^52, whose last bits are then n's. `work` from `room` on is where it is done.
    Source: Cephes, exp.c (the reduction); Schraudolph (1999) for the bits.
    """
    # Slices, so that every index is a plain counter: only then are the loops vectorised.
    x, power = values[first : first + count], work[room : room + count]
    bits = power.view(np.int64)
    for i in range(count):
        power[i] = min(max(x[i], -600.0), 600.0) * 1.4426950408889634 + 6755399441055744.0
    for i in range(count):
        n = power[i] - 6755399441055744.0
        r = min(max(x[i], -600.0), 600.0) - n * 0.693145751953125 - n * 1.4286068203094172e-06
        p = 2.08767569878681e-09
        p = p * r + 2.505210838544172e-08
        p = p * r + 2.755731922398589e-07
        p = p * r + 2.7557319223985893e-06
        p = p * r + 2.48015873015873e-05
        p = p * r + 0.0001984126984126984
        p = p * r + 0.001388888888888889
        p = p * r + 0.008333333333333333
        p = p * r + 0.041666666666666664
        p = p * r + 0.16666666666666666
        p = p * r + 0.5
        p = p * r + 1.0
        p = p * r + 1.0
        x[i] = p if x[i] > NOTHING else 0.0
    for i in range(count):
        bits[i] = (bits[i] << 52) + 4607182418800017408
    for i in range(count):
        x[i] *= power[i]


@kernel
def logarithms(values: Any, first: int, count: int) -> None:
    """Replace values[first : first + count], positive and normal, by their logarithms, to 2 units in the last place.

    log(2^n m) = n log 2 + 2 artanh((m - 1) / (m + 1)), m within a factor sqrt(2) of 1, eleven terms of the series.
    """
    x = values[first : first + count]
    bits = x.view(np.int64)
    for i in range(count):
        n = (bits[i] - 4604544271217802189) >> 52  # less the bits of sqrt(1/2)
        bits[i] -= n << 52
        f = (x[i] - 1.0) / (x[i] + 1.0)
        q = f * f
        p = 0.09523809523809523
        p = p * q + 0.10526315789473684
        p = p * q + 0.11764705882352941
        p = p * q + 0.13333333333333333
        p = p * q + 0.15384615384615385
        p = p * q + 0.18181818181818182
        p = p * q + 0.2222222222222222
        p = p * q + 0.2857142857142857
        p = p * q + 0.4
        p = p * q + 0.6666666666666666
        x[i] = n * 0.6931471803691238 + (f * (p * q + 2.0) + n * 1.9082149292705877e-10)


@kernel
def softmax(values: Any, count: int, steepness: float) -> None:
    """Replace the first `count` values by their exponentials, as shares of 1."""
    top, total = values[:count].max(), 0.0
    for k in range(count):
        values[k] = math.exp(steepness * (values[k] - top))
        total += values[k]
    for k in range(count):
        values[k] /= total


@kernel
def window_mean(state: Any, ring: int, total: int, window: int, count: int, value: float) -> float:
    """Put `value` into a ring of `window` numbers at `ring`; return their mean, or that of as many as there are.

    The total is summed afresh each time the ring comes round, so rounding never accumulates. count: of values
    before, where from twice the window on only what is left over of it matters.
    """
    place = count if count < window else count - window
    if count >= window:
        state[total] -= state[ring + place]
    state[ring + place] = value
    state[total] += value
    if place == window - 1:
        state[total] = 0.0
        for i in range(window):
            state[total] += state[ring + i]
    mean: float = state[total] / min(count + 1, window)
    return mean


@kernel
def window_means(
    state: Any, ring: int, total: int, window: int, count: int, first: float, second: float
) -> tuple[float, float]:
    """The same for pairs, which lie side by side in the ring: a line of the cache less, and a division."""
    place = count if count < window else count - window
    at = ring + 2 * place
    a, b = state[total] + first, state[total + 1] + second
    if count >= window:
        a -= state[at]
        b -= state[at + 1]
    state[at], state[at + 1] = first, second
    if place == window - 1:
        a = b = 0.0
        for i in range(ring, ring + 2 * window, 2):
            a += state[i]
            b += state[i + 1]
    state[total], state[total + 1] = a, b
    share = 1.0 / min(count + 1, window)
    return a * share, b * share


@kernel
def counted_mean(state: Any, ring: int, total: int, seen: int, window: int, value: float) -> float:
    """Mean of the last `window` values, as `window_mean`; how many there were is kept at `seen`."""
    count = int(state[seen])
    # Counts on to two windows and back to one: it tells where the ring is, and whether it is full.
    state[seen] = count + 1 if count < 2 * window - 1 else window
    return window_mean(state, ring, total, window, count, value)


@kernel
def fitting(likelihood: float, edge: float, gain: float) -> float:
    """How well a gesture fits, 0..1: 0.5 at the edge."""
    return 1.0 / (1.0 + math.exp(min(max(gain * (edge - likelihood), -500.0), 500.0)))


def unsettled(channels: int) -> Values:
    """(2, C) what `settle` keeps, before the first frame: the last values, and for how many frames they were held."""
    return np.stack([np.full(channels, np.nan), np.zeros(channels)])


@kernel
def settle(values: Any, bounds: Any, kept: Any) -> bool:
    """Write the values before over the wild ones of a frame (C,), for `HOLD` frames in a row at most.

    Wild is what lies outside `bounds` (2, C), see `glitches.bounds`, and jumped there by more than all that was
    demonstrated is wide: a gesture far from where it was shown is followed there. `kept` (2, C): see `unsettled`.
    Returns whether the frame is one to take: not if a value is not finite, or wild where there is none before.
    """
    for c in range(len(values)):
        if not math.isfinite(values[c]):
            return False
    taken = True
    for c in range(len(values)):
        value, low, high = values[c], bounds[0, c], bounds[1, c]
        jumped = not 3.0 * abs(value - kept[0, c]) <= high - low  # also from where there is none
        if jumped and (value < low or value > high) and kept[1, c] < HOLD:
            values[c] = kept[0, c]
            kept[1, c] += 1.0
            taken = taken and not math.isnan(kept[0, c])
        else:
            kept[0, c], kept[1, c] = value, 0.0
    return taken
