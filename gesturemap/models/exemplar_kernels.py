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
from gesturemap.models.elementary import settle

FLOOR = np.float32(1e-17)
"""Least probability of a state: far below anything that counts; its square is no denormal number, which is slow."""
FURTHEST = 300.0
"""Deviations that anything further away is taken to lie at."""


@kernel
def emissions(
    y: Any, means: Any, freedom: float, power: int, least: float, work: Any, base: Any, nearest: Any
) -> None:
    """Write Student densities (J x N,) into `work`, each chain's largest being 1; nearest (N,) gets nu + min d^2.

    log b = -(nu + F) / 2 log(1 + d^2 / nu), without its constant; relative to a chain's nearest state it is
    ((nu + min d^2) / (nu + d^2)) to the power (nu + F) / 2: products only, no exponential.
    means (F, J x N); `power` is nu + F; `least` the ratio below which the power falls under `FLOOR`.
    """
    chains, states = len(nearest), len(work)
    nu, low = np.float32(freedom), np.float32(least)
    for i in range(states):
        work[i] = nu
    for f in range(len(y)):
        value, mean = y[f], means[f]
        for i in range(states):
            apart = value - mean[i]
            work[i] += apart * apart
    for n in range(chains):
        nearest[n] = work[n]
    for at in range(chains, states, chains):
        row = work[at : at + chains]
        for n in range(chains):
            nearest[n] = min(nearest[n], row[n])
    for at in range(0, states, chains):
        row = work[at : at + chains]
        for n in range(chains):
            row[n] = max(nearest[n] / row[n], low)
    raise_to(work, base, power)


@kernel
def raise_to(row: Any, base: Any, power: int) -> None:
    """Raise every ratio to power / 2, by squaring; `base` is where that is done."""
    left, count = power // 2, len(row)
    for i in range(count):
        base[i] = row[i]
    if power % 2:
        for i in range(count):
            row[i] = np.float32(math.sqrt(row[i]))
    else:
        for i in range(count):
            row[i] = np.float32(1.0)
    while left:
        if left % 2:
            for i in range(count):
                row[i] = max(row[i] * base[i], FLOOR)
        left //= 2
        if left:
            for i in range(count):
                base[i] = max(base[i] * base[i], FLOOR)


@kernel
def move(steps: Any, work: Any, alpha: Any, moved: Any, chains: int) -> None:
    """Move every chain at one tempo by one frame: from `alpha` to `moved`, which are not scaled here.

    Both ((3 + J) x N,) begin with 3 N zeros, so that all states are moved in one plain loop.
    """
    a0, a1, a2, a3 = steps[0], steps[1], steps[2], steps[3]
    low = 3 * chains
    here, one, two, three = alpha[low:], alpha[2 * chains :], alpha[chains:], alpha
    out = moved[low:]
    for i in range(len(work)):
        stay = a0 * here[i] + a1 * one[i]
        out[i] = (stay + (a2 * two[i] + a3 * three[i])) * work[i] + FLOOR


@kernel
def rest(steps: Any, work: Any, alpha: Any, moved: Any, lasts: Any, onward: Any, low: int) -> None:
    """Let what would step over the end of a chain, its last state, be in the state that follows it.

    Their places are `lasts` (N,) and `onward` (N,): the last state itself where a gesture ends there.
    """
    chains = len(lasts)
    one, two, three = steps[1], steps[2], steps[3]
    for n in range(chains):
        at = low + lasts[n]
        over = (
            alpha[at] * (one + two + three)
            + alpha[at - chains] * (two + three)
            + alpha[at - 2 * chains] * three
        )
        moved[low + onward[n]] += over * work[onward[n]]


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
    y: Any, age: int, means: Any, start: Any, lasts: Any, onward: Any, steps: Any, freedom: float, least: float,
    work: Any, alpha: Any, totals: Any,
) -> None:  # fmt: skip
    """Take one hop at the given age (0: the first); totals (S, N) adds up log-likelihoods in nats.

    alpha (2, S, (3 + J) x N): after odd ages the second is the one that counts.
    """
    tempi, chains = totals.shape
    power, low = int(freedom) + len(y), 3 * chains
    nearest, total, highest = np.empty(chains, np.float32), np.empty(chains, np.float32), np.empty(chains)
    emissions(y, means, freedom, power, least, work[0], work[1], nearest)
    for n in range(chains):
        highest[n] = -0.5 * power * math.log(nearest[n] / freedom)
    for s in range(tempi):
        moved = alpha[age % 2, s]
        if age == 0:
            out, density = moved[low:], work[0]
            for i in range(len(density)):
                out[i] = start[i] * density[i] + FLOOR
        else:
            before = alpha[(age + 1) % 2, s]
            move(steps[s], work[0], before, moved, chains)
            rest(steps[s], work[0], before, moved, lasts, onward, low)
        for n in range(chains):
            total[n] = np.float32(0.0)
        for at in range(low, len(moved), chains):
            row = moved[at : at + chains]
            for n in range(chains):
                total[n] += row[n]
        for n in range(chains):
            totals[s, n] = highest[n] + math.log(total[n]) + (totals[s, n] if age else 0.0)
            total[n] = np.float32(1.0) / total[n]
        for at in range(low, len(moved), chains):
            row = moved[at : at + chains]
            for n in range(chains):
                row[n] *= total[n]


@kernel
def judge(totals: Any, alpha: Any, owners: Any, lengths: Any, age: int, scores: Any, progress: Any) -> None:
    """Write K scores in nats per hop, each gesture's likeliest chain at its likeliest tempo, and its progress.

    Progress is the mean place in that chain, 0..1.
    """
    tempi, chains = totals.shape
    gestures = len(scores)
    best = np.zeros(gestures, np.int64)
    for k in range(gestures):
        scores[k] = -math.inf
    for s in range(tempi):
        for n in range(chains):
            if totals[s, n] > scores[owners[n]]:
                scores[owners[n]] = totals[s, n]
                best[owners[n]] = s * chains + n
    for k in range(gestures):
        s, n = best[k] // chains, best[k] % chains
        states, mean = alpha[age % 2, s], 0.0
        for j in range(lengths[n]):
            mean += j * states[(3 + j) * chains + n]
        progress[k] = min(max(mean / max(lengths[n] - 1, 1), 0.0), 1.0)
        scores[k] /= age + 1.0


@kernel
def combine(
    parts: Any, weights: Any, scales: Any, sharpness: float, edges: Any, gains: Any, past: Any, age: int,
    since: int, out: Any,
) -> int:  # fmt: skip
    """Write log-likelihoods, posterior and fit (3, K) from the scores of M members (M, K), the first a bank's.

    Scores are standardised over the gestures, by `scales` (M,) if there are one or two, weighed and added. `past`
    (W, K) holds the bank's totals of the last W hops of a movement followed since its age `since`. Returns the
    winner, -1 for "none of these".
    """
    members, gestures = parts.shape
    window, row = len(past), age % len(past)
    out[1] = 0.0
    for m in range(members):
        mean, square = 0.0, 0.0
        for k in range(gestures):
            mean += parts[m, k] / gestures
        for k in range(gestures):
            square += (parts[m, k] - mean) ** 2 / gestures
        apart = max(math.sqrt(square) if gestures > 2 else scales[m], 1e-9)
        for k in range(gestures):
            out[1, k] += sharpness * weights[m] * (parts[m, k] - mean) / apart
    best = 0
    for k in range(gestures):
        best = k if out[1, k] > out[1, best] else best
    top, norm = out[1, best], 0.0
    for k in range(gestures):
        out[0, k] = recent = parts[0, k]
        total = recent * (age + 1.0)
        if age - since >= window:
            recent = (total - past[row, k]) / window
        past[row, k] = total
        short = gains[k] * (edges[k] - recent)
        out[2, k] = 1.0 / (1.0 + math.exp(min(max(short, -500.0), 500.0)))
        out[1, k] = math.exp(out[1, k] - top)
        norm += out[1, k]
    for k in range(gestures):
        out[1, k] /= norm
    return best if out[2, best] >= 0.5 else -1


@kernel
def trace(
    seen: Any, means: Any, start: Any, lasts: Any, onward: Any, steps: Any, freedom: float, least: float, work: Any,
    alpha: Any, totals: Any, out: Any,
) -> None:  # fmt: skip
    """Write every chain's total at its likeliest tempo after every hop, (T, N), for a whole sequence (T, F)."""
    for t in range(len(seen)):
        follow(seen[t], t, means, start, lasts, onward, steps, freedom, least, work, alpha, totals)
        for n in range(out.shape[1]):
            best = totals[0, n]
            for s in range(1, totals.shape[0]):
                best = max(best, totals[s, n])
            out[t, n] = best


@kernel
def collect(
    values: Any, bounds: Any, kept: Any, box: Any, count: int, hop: int, ring: Any, place: int
) -> int:  # fmt: skip
    """Add a frame to the running hop, of which there are `count` frames; write it to the ring when it is full.

    Over values that are wild by these bounds others are written, see `elementary.settle`. Returns the new count, 0 when
    the hop is full, -1 for a frame that is not taken.
    """
    if not settle(values, bounds, kept):
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
FIXED = f"{GRID}, {LANE}, int64[::1], int64[::1], {GRID}, float64, float64"
ROOM = f"{GRID}, {STACK}, float64[:,::1]"
FOLLOW = f"void({LANE}, int64, {FIXED}, {ROOM})"
JUDGE = f"void(float64[:,::1], {STACK}, int64[::1], int64[::1], int64, float64[::1], float64[::1])"
TRACE = f"void({GRID}, {FIXED}, {ROOM}, float64[:,::1])"
VALUES, TABLE = "float64[::1]", "float64[:,::1]"
COMBINE = f"int64({TABLE}, {VALUES}, {VALUES}, float64, {VALUES}, {VALUES}, {TABLE}, int64, int64, {TABLE})"
COLLECT = f"int64({VALUES}, {TABLE}, {TABLE}, {VALUES}, int64, int64, {TABLE}, int64)"
KERNELS = (
    (see, SEE),
    (follow, FOLLOW),
    (judge, JUDGE),
    (trace, TRACE),
    (collect, COLLECT),
    (combine, COMBINE),
)
