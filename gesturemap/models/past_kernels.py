"""Kernels of `past`: what is looked at of the last frames, and the sum over kernels at places of the past."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gesturemap.compiled import kernel
from gesturemap.models.elementary import exponentials

TICKS = 16
"""Means that are looked back on, one after another."""
TAPS = 8
"""The last of them are taken as they are."""
EACH = TAPS + 4 * 6
"""Features of one movement: taps, then six statistics over each of the last 2, 4, 8 and 16 ticks."""

CHANNELS, MOVEMENTS, EVERY, FRAME = range(4)
"""Places in `sizes`: C, D, frames of a tick (0: nothing of the past), whether the frame itself is a feature."""
SEEN, RAW, MEANS = range(3)
"""Places in `counters`: whether a frame came, and where the next goes in either ring."""


@kernel
def look(sizes: Any, table: Any, counters: Any, state: Any, x: Any, out: Any) -> None:
    """Take a scaled frame (C,) and write F scaled features into `out`.

    In the table projections (D, C), centres (F,) and inverses (F,); in the state the last frames (EVERY, D), the
    means of as many of them at each frame ((TICKS - 1) EVERY + 1, D). Before the first frame nothing had moved.
    """
    channels, movements, every = sizes[CHANNELS], sizes[MOVEMENTS], sizes[EVERY]
    place = 0
    if sizes[FRAME] == 1:
        out[:channels] = x[:channels]
        place = channels
    if every > 0:
        long = (TICKS - 1) * every + 1
        fresh = counters[SEEN] == 0
        raw, means = counters[RAW], every * movements
        now = counters[MEANS]
        for d in range(movements):
            value = 0.0
            for c in range(channels):
                value += table[d * channels + c] * x[c]
            state[raw * movements + d] = value
            if fresh:
                for i in range(every):
                    state[i * movements + d] = value
                for i in range(long):
                    state[means + i * movements + d] = value
            total = 0.0
            for i in range(every):
                total += state[i * movements + d]
            last = total / every
            state[means + now * movements + d] = last
            most = least = before = last
            sums, squares, steps, largest = 0.0, 0.0, 0.0, 0.0
            stretch, at = 2, place + TAPS
            for i in range(TICKS):
                back = now - i * every
                if back < 0:
                    back += long
                value = state[means + back * movements + d]
                if i < TAPS:
                    out[place + i] = value
                most, least = max(most, value), min(least, value)
                # About the last value, so that little is lost where a channel moves little.
                apart = value - last
                sums += apart
                squares += apart * apart
                step = abs(value - before)
                steps += step
                largest = max(largest, step)
                before = value
                if i + 1 == stretch:
                    mean = sums / stretch
                    out[at], out[at + 1], out[at + 2] = last + mean, most, least
                    out[at + 3] = math.sqrt(max(squares / stretch - mean * mean, 0.0))
                    out[at + 4], out[at + 5] = steps / (stretch - 1), largest
                    at += 6
                    stretch *= 2
            place += EACH
        counters[SEEN] = 1
        counters[RAW] = raw + 1 if raw + 1 < every else 0
        counters[MEANS] = now + 1 if now + 1 < long else 0
    first = movements * channels
    for f in range(place):
        out[f] = (out[f] - table[first + f]) * table[first + place + f]


@kernel
def trace(sizes: Any, table: Any, counters: Any, state: Any, frames: Any, every: int, rows: Any) -> None:
    """Take the frames (T, C) of a demonstration; rows (T / every rounded up, F) keep each `every`-th's features."""
    out = np.empty(rows.shape[1])
    for t in range(len(frames)):
        look(sizes, table, counters, state, frames[t], out)
        if t % every == 0:
            rows[t // every] = out


@kernel
def near_places(sizes: Any, table: Any, x: Any, work: Any, answer: Any) -> None:
    """Write M sums over exponential kernels, exp(-gamma |x - place|), at W places into `answer`; distances are sums.

    In sizes F, W, M; in the table gamma, offsets (M,), coefficients (M, W), places (F, W); work: 2 W.
    """
    features, wide, outputs = sizes[0], sizes[1], sizes[2]
    gamma = table[0]
    alike = work[:wide]
    alike[:] = 0.0
    at = 1 + outputs + outputs * wide
    for f in range(features):
        row, value = table[at : at + wide], x[f]
        for j in range(wide):
            alike[j] += abs(row[j] - value)
        at += wide
    for j in range(wide):
        alike[j] *= -gamma
    exponentials(work, 0, wide, work, wide)
    for m in range(outputs):
        row = table[1 + outputs + m * wide : 1 + outputs + (m + 1) * wide]
        total = table[1 + m]
        for j in range(wide):
            total += row[j] * alike[j]
        answer[m] = total


VECTOR, INDEX = "float64[::1]", "int64[::1]"
MATRIX = "float64[:, ::1]"
KERNELS = (
    (look, f"void({INDEX}, {VECTOR}, {INDEX}, {VECTOR}, {VECTOR}, {VECTOR})"),
    (trace, f"void({INDEX}, {VECTOR}, {INDEX}, {VECTOR}, {MATRIX}, int64, {MATRIX})"),
    (near_places, f"void({INDEX}, {VECTOR}, {VECTOR}, {VECTOR}, {VECTOR})"),
)
