"""The forward recursion over chains of single frames, a lane of the vector unit for each chain.

A chain holds one state per frame of a demonstration. States lie in memory as (J, N): the j-th states of all N
chains side by side, so that every inner loop runs over chains, elementwise, without a reduction. F features,
S tempi (distributions of the step from state to state), W steps 0 .. W - 1. Chains shorter than J are filled up
with states that nothing reaches.
Source: Rabiner (1989), eqs. 19-20 (forward, scaled); Bevilacqua et al. (2010) for a state per sample.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gesturemap.compiled import kernel

FLOOR = np.float32(1e-30)
"""Least probability of a state: far below anything that counts, and far above where floats get slow."""
FURTHEST = 300.0
"""Deviations that anything further away is taken to lie at."""


@kernel
def emissions(y: Any, means: Any, freedom: float, power: int, least: float, work: Any, nearest: Any) -> None:
    """Write Student densities (J, N), each chain's largest being 1, and the log of that largest.

    log b = -(nu + F) / 2 log(1 + d^2 / nu), without its constant; relative to a chain's nearest state it is
    ((nu + min d^2) / (nu + d^2)) to the power (nu + F) / 2: products only, no exponential.
    `power` is nu + F; `least` the ratio below which the power falls under `FLOOR`.
    """
    features, rows, chains = means.shape
    nu, low = np.float32(freedom), np.float32(least)
    for n in range(chains):
        nearest[n] = np.float32(1e30)
    for j in range(rows):
        row = work[j]
        for n in range(chains):
            row[n] = nu
        for f in range(features):
            value, mean = y[f], means[f, j]
            for n in range(chains):
                apart = value - mean[n]
                row[n] += apart * apart
        for n in range(chains):
            nearest[n] = min(nearest[n], row[n])
    for j in range(rows):
        row = work[j]
        for n in range(chains):
            row[n] = max(nearest[n] / row[n], low)
        raise_to(row, power)


@kernel
def raise_to(row: Any, power: int) -> None:
    """Raise every ratio to power / 2, by squaring."""
    base, left = row.copy(), power // 2
    if power % 2:
        for n in range(len(row)):
            row[n] = np.float32(math.sqrt(row[n]))
    else:
        for n in range(len(row)):
            row[n] = np.float32(1.0)
    while left:
        if left % 2:
            for n in range(len(row)):
                row[n] = max(row[n] * base[n], FLOOR)
        for n in range(len(row)):
            base[n] = max(base[n] * base[n], FLOOR)
        left //= 2


@kernel
def move(
    begins: bool, start: Any, steps: Any, work: Any, nearest: Any, freedom: float, power: int, leaving: Any,
    places: Any, alpha: Any, sums: Any, gains: Any, ended: Any, through: Any,
) -> None:  # fmt: skip
    """Move every chain at every tempo by one frame.

    alpha (S, J, N) is scaled to sum 1 over J; gains (S, N) gets the log of what was divided by, in nats;
    ended (S, N) the share of alpha near the end of its chain (weights `leaving`), through (S, N) its mean place.
    """
    tempi, width = steps.shape
    rows, chains = work.shape
    for s in range(tempi):
        total, near, mean = sums[0], sums[1], sums[2]
        for n in range(chains):
            total[n] = near[n] = mean[n] = np.float32(0.0)
        a0, a1, a2, a3 = steps[s, 0], steps[s, 1], steps[s, 2], steps[s, 3]
        for j in range(rows - 1, -1, -1):
            b, a, end, place = work[j], alpha[s, j], leaving[j], places[j]
            if begins:
                weight = start[j]
                for n in range(chains):
                    a[n] = weight * b[n]
            elif j >= 3:
                p, q, r = alpha[s, j - 1], alpha[s, j - 2], alpha[s, j - 3]
                for n in range(chains):
                    a[n] = (a0 * a[n] + a1 * p[n] + (a2 * q[n] + a3 * r[n])) * b[n] + FLOOR
            else:
                p = alpha[s, max(j - 1, 0)]
                q = alpha[s, max(j - 2, 0)]
                w1 = a1 if j >= 1 else np.float32(0.0)
                w2 = a2 if j >= 2 else np.float32(0.0)
                for n in range(chains):
                    a[n] = (a0 * a[n] + w1 * p[n] + w2 * q[n]) * b[n] + FLOOR
            for n in range(chains):
                total[n] += a[n]
                near[n] += a[n] * end[n]
                mean[n] += a[n] * place[n]
        for n in range(chains):
            gains[s, n] = math.log(total[n]) - 0.5 * power * math.log(nearest[n] / freedom)
            total[n] = np.float32(1.0) / total[n]
            ended[s, n] = near[n] * total[n]
            through[s, n] = mean[n] * total[n]
        for j in range(rows):
            a = alpha[s, j]
            for n in range(chains):
                a[n] *= total[n]


@kernel
def see(
    ring: Any, place: int, age: int, lag: int, shape: bool, centre: Any, gains: Any, origin: Any, y: Any
) -> None:
    """Write what a view (`front.View`) sees of the hop at `place` of the ring (R, C), the movement's `age`-th."""
    channels = ring.shape[1]
    now, before = ring[place], ring[(place - min(lag, age)) % len(ring)]
    if age == 0:
        for c in range(channels):
            origin[c] = now[c] if shape else centre[c]
    for c in range(channels):
        y[c] = np.float32(min(max((now[c] - origin[c]) * gains[c], -FURTHEST), FURTHEST))
    if len(gains) > channels:
        for c in range(channels):
            change = (now[c] - before[c]) * gains[channels + c]
            y[channels + c] = np.float32(min(max(change, -FURTHEST), FURTHEST))


@kernel
def follow(
    y: Any, age: int, means: Any, start: Any, steps: Any, freedom: float, least: float, leaving: Any,
    places: Any, work: Any, alpha: Any, rows: Any, totals: Any,
) -> None:  # fmt: skip
    """Take one hop at the given age (0: the first); totals (S, N) adds up log-likelihoods in nats.

    rows (3, S, N) gets the hop's own log-likelihoods, shares near the end, and mean places.
    """
    power = int(freedom) + len(y)
    nearest, sums = np.empty(means.shape[2], np.float32), np.empty((3, means.shape[2]), np.float32)
    emissions(y, means, freedom, power, least, work, nearest)
    move(
        age == 0,
        start,
        steps,
        work,
        nearest,
        freedom,
        power,
        leaving,
        places,
        alpha,
        sums,
        rows[0],
        rows[1],
        rows[2],
    )
    for s in range(totals.shape[0]):
        for n in range(totals.shape[1]):
            totals[s, n] = rows[0, s, n] + (totals[s, n] if age else 0.0)


@kernel
def judge(totals: Any, rows: Any, owners: Any, age: int, ending: float, scores: Any, progress: Any) -> None:
    """Write K scores in nats per hop, each gesture's likeliest chain at its likeliest tempo, and its progress.

    `ending` in 0..1: how much it counts that a chain is near its end.
    """
    for k in range(len(scores)):
        scores[k] = -math.inf
    for s in range(totals.shape[0]):
        for n in range(totals.shape[1]):
            value = totals[s, n] + ending * math.log(rows[1, s, n] + 1e-30)
            k = owners[n]
            if value > scores[k]:
                scores[k] = value
                progress[k] = min(max(rows[2, s, n], 0.0), 1.0)
    for k in range(len(scores)):
        scores[k] /= age + 1.0


@kernel
def trace(
    seen: Any, means: Any, start: Any, steps: Any, freedom: float, least: float, leaving: Any, places: Any,
    work: Any, alpha: Any, rows: Any, totals: Any, out: Any,
) -> None:  # fmt: skip
    """Write every chain's total at its likeliest tempo after every hop, (T, N), for a whole sequence (T, F)."""
    for t in range(len(seen)):
        follow(seen[t], t, means, start, steps, freedom, least, leaving, places, work, alpha, rows, totals)
        for n in range(out.shape[1]):
            best = totals[0, n]
            for s in range(1, totals.shape[0]):
                best = max(best, totals[s, n])
            out[t, n] = best


@kernel
def collect(values: Any, box: Any, count: int, hop: int, ring: Any, place: int) -> int:
    """Add a frame to the running hop, of which there are `count` frames; write it to the ring when it is full.

    Returns the new count, 0 when the hop is full, -1 for a frame with a value that is not finite, which is not
    taken.
    """
    for c in range(len(box)):
        if not math.isfinite(values[c]):
            return -1
    for c in range(len(box)):
        box[c] = values[c] + (box[c] if count else 0.0)
    if count + 1 < hop:
        return count + 1
    for c in range(len(box)):
        ring[place, c] = min(max(box[c] / hop, -1e100), 1e100)
    return 0


GRID, STACK, LANE = "float32[:,::1]", "float32[:,:,::1]", "float32[::1]"
SEE = f"void(float64[:,::1], int64, int64, int64, boolean, float64[::1], float64[::1], float64[::1], {LANE})"
FOLLOW = (
    f"void({LANE}, int64, {STACK}, {LANE}, {GRID}, float64, float64, {GRID}, {GRID}, {GRID}, {STACK}, "
    "float64[:,:,::1], float64[:,::1])"
)
JUDGE = "void(float64[:,::1], float64[:,:,::1], int64[::1], int64, float64, float64[::1], float64[::1])"
TRACE = (
    f"void({GRID}, {STACK}, {LANE}, {GRID}, float64, float64, {GRID}, {GRID}, {GRID}, {STACK}, "
    "float64[:,:,::1], float64[:,::1], float64[:,::1])"
)
COLLECT = "int64(float64[::1], float64[::1], int64, int64, float64[:,::1], int64)"
KERNELS = ((see, SEE), (follow, FOLLOW), (judge, JUDGE), (trace, TRACE), (collect, COLLECT))
