"""One frame further for a gesture variation follower: what its particles say of gestures, phases and variations.

The particles of a template lie side by side, and their weights sum to 1: so templates compete with weights of
their own, none dies out, and a frame that fits nothing leaves all as they were.
Source: Caramiaux et al. (2014), "Adaptive gesture recognition with variation estimation for interactive
systems", ACM TiiS 4(4), sections 3-4.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gesturemap.compiled import kernel
from gesturemap.models.elementary import counted_mean, fitting
from gesturemap.models.follow_templates import NOT_FINITE
from gesturemap.models.forward import FURTHEST
from gesturemap.models.variation_particles import (
    AGE,
    BLOCKS,
    CENTRE,
    CHANNELS,
    COUNTS,
    EDGES,
    EVIDENCE,
    GAINS,
    GESTURES,
    INSIDE,
    INVERSE,
    NOISE,
    OWNERS,
    PARTICLES,
    PATIENCE,
    RANDOM,
    RING,
    RINGS,
    ROWS_AT,
    SCALED,
    SHARES,
    SPARE_AT,
    SPEAKS,
    SWITCH,
    TEMPLATES,
    THRESHOLD,
    TOTALS,
    TURNED,
    WEIGHTS,
    begin,
    bells,
    compare,
    move,
    resample,
    weigh,
)


@kernel
def average(state: Any, inside: int, row: int, low: int, high: int) -> tuple[float, float]:
    """Weighted mean and deviation of one row of the particles of a template."""
    mean = square = 0.0
    weight, value = state[inside + low : inside + high], state[row + low : row + high]
    for p in range(high - low):
        mean += weight[p] * value[p]
    for p in range(high - low):
        square += weight[p] * (value[p] - mean) * (value[p] - mean)
    return mean, math.sqrt(square)


@kernel
def variations(sizes: Any, state: Any, out: Any, rows: int, low: int, high: int) -> None:
    """Write speed, scales and rotation of one template's particles, and their deviations.

    The rotation is the angle, or the rotation vector (axis x angle); its mean that of the unit circle or of
    quaternions near one another.
    """
    count, inside, turned = sizes[PARTICLES], sizes[INSIDE], sizes[TURNED]
    at, scaled = 4 * sizes[GESTURES], sizes[SCALED]
    angles = 1 if turned == 2 else (3 if turned == 4 else 0)
    width = 1 + scaled + angles
    for m in range(1 + scaled):
        out[at + m], out[at + width + m] = average(state, inside, rows + (1 + m) * count, low, high)
    turn, at = rows + (2 + scaled) * count, at + 1 + scaled
    if turned == 2:
        x, _ = average(state, inside, turn, low, high)
        y, _ = average(state, inside, turn + count, low, high)
        out[at] = math.atan2(y, x)
        out[at + width] = math.sqrt(max(-2.0 * math.log(max(math.hypot(x, y), 1e-12)), 0.0))
    elif turned == 4:
        w = i = j = k = 0.0
        for p in range(low, high):
            a, b = state[turn + p], state[turn + count + p]
            c, d = state[turn + 2 * count + p], state[turn + 3 * count + p]
            weight = state[inside + p] if a * w + b * i + c * j + d * k >= 0.0 else -state[inside + p]
            w, i, j, k = w + weight * a, i + weight * b, j + weight * c, k + weight * d
        norm = math.sqrt(w * w + i * i + j * j + k * k)
        norm = 1.0 / norm if w >= 0.0 else -1.0 / norm
        w, i, j, k = w * norm, i * norm, j * norm, k * norm
        sine = math.sqrt(i * i + j * j + k * k)
        factor = 2.0 * math.atan2(sine, w) / sine if sine > 1e-9 else 2.0
        out[at], out[at + 1], out[at + 2] = factor * i, factor * j, factor * k
        xx = yy = zz = 0.0
        for p in range(low, high):
            a, b = state[turn + p], state[turn + count + p]
            c, d = state[turn + 2 * count + p], state[turn + 3 * count + p]
            x = w * b - i * a - j * d + k * c
            y = w * c + i * d - j * a - k * b
            z = w * d - i * c + j * b - k * a
            weight = 4.0 * state[inside + p]
            xx, yy, zz = xx + weight * x * x, yy + weight * y * y, zz + weight * z * z
        out[at + width], out[at + width + 1] = math.sqrt(xx), math.sqrt(yy)
        out[at + width + 2] = math.sqrt(zz)


@kernel
def step(sizes: Any, table: Any, state: Any, out: Any) -> int:
    """Take the frame in the first C places of `state`; return the winner's index, -1 for "none of these".

    Written into `out`: K log-likelihoods, posteriors, progress and fits, then M outputs and M deviations.
    """
    channels, gestures, templates = sizes[CHANNELS], sizes[GESTURES], sizes[TEMPLATES]
    for c in range(channels):
        if not math.isfinite(state[c]):
            return NOT_FINITE
    for c in range(channels):
        value = (state[c] - table[sizes[CENTRE] + c]) * table[sizes[INVERSE] + c]
        state[c] = min(max(value, -FURTHEST), FURTHEST)
    weights, blocks, inside = sizes[WEIGHTS], sizes[BLOCKS], sizes[INSIDE]
    counter = state[sizes[RANDOM] : sizes[RANDOM] + 1].view(np.uint64)
    used, age = int(state[sizes[AGE] + 1]), state[sizes[AGE]]
    rows, spare = sizes[ROWS_AT], sizes[SPARE_AT]
    if used:
        rows, spare = spare, rows
    first = age == 0.0
    if first:
        begin(sizes, table, state, counter, rows)
    else:
        bells(counter, state[sizes[NOISE] : sizes[RANDOM]])
    for k in range(gestures):
        out[k] = out[3 * gestures + k] = 0.0
        out[gestures + k] = out[2 * gestures + k] = -1.0
    switch, highest = table[SWITCH], -math.inf
    for n in range(templates):
        low, high = int(state[blocks + n]), int(state[blocks + n + 1])
        if not first:
            move(sizes, table, state, rows, n, low, high)
        compare(sizes, table, state, rows, n, low, high)
        state[sizes[SPEAKS] + gestures + n] = weigh(sizes, table, state, n, low, high)
        highest = max(highest, state[sizes[SPEAKS] + gestures + n])
    total = effective = 0.0
    for n in range(templates):
        k, likelihood = sizes[sizes[OWNERS] + n], state[sizes[SPEAKS] + gestures + n] - highest
        before = (1.0 - switch) * state[weights + n] + switch * table[sizes[SHARES] + n]
        state[weights + n] = before * math.exp(likelihood)
        out[3 * gestures + k] += before
        out[k] += state[weights + n]
        total += state[weights + n]
        if state[weights + n] > out[2 * gestures + k]:
            out[2 * gestures + k] = state[weights + n]
            state[sizes[SPEAKS] + k] = n
    for n in range(templates):
        state[weights + n] /= total
        squares = 0.0
        for p in range(int(state[blocks + n]), int(state[blocks + n + 1])):
            squares += state[inside + p] * state[inside + p]
        effective += state[weights + n] * state[weights + n] * squares
    ring, winner = sizes[RING], 0
    for k in range(gestures):
        likelihood = (highest + math.log(max(out[k] / out[3 * gestures + k], 1e-300))) / table[EVIDENCE]
        out[gestures + k] = out[k] / total
        if out[gestures + k] > out[gestures + winner]:
            winner = k
        window = sizes[sizes[RINGS] + k]
        out[k] = counted_mean(state, ring, sizes[TOTALS] + k, sizes[COUNTS] + k, window, likelihood)
        ring += window
        out[3 * gestures + k] = fitting(out[k], table[sizes[EDGES] + k], table[sizes[GAINS] + k])
        n = int(state[sizes[SPEAKS] + k])
        phase, _ = average(state, inside, rows, int(state[blocks + n]), int(state[blocks + n + 1]))
        out[2 * gestures + k] = min(max(phase, 0.0), 1.0)
    n = int(state[sizes[SPEAKS] + winner])
    variations(sizes, state, out, rows, int(state[blocks + n]), int(state[blocks + n + 1]))
    state[sizes[AGE]] = age + 1.0
    if effective * table[THRESHOLD] * sizes[PARTICLES] > 1.0 or age > table[PATIENCE]:
        resample(sizes, table, state, out, counter, rows, spare)
        state[sizes[AGE]], state[sizes[AGE] + 1] = 1.0, 1.0 - used
    return winner if out[3 * gestures + winner] >= 0.5 else -1


KERNELS = ((step, "int64(int64[::1], float64[::1], float64[::1], float64[::1])"),)
