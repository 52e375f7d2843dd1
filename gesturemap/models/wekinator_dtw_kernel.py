"""Exact time warping of all windows that end now against all examples, from the end backwards.

A window of L frames is the first L frames of the movement read backwards. So one table of costs for each example,
filled from the newest frame back, has the distance of every window in it, one in each row.
Source: Sakoe and Chiba (1978), "Dynamic programming algorithm optimization for spoken word recognition", all steps
counting once.

W inputs that are compared, G gestures, E examples, S frames of all examples, K labels.
"""

from __future__ import annotations

import math
from typing import Any

from gesturemap.compiled import brief

(
    WIDE, GESTURES, EXAMPLES, FRAMES, LABELS, LONGEST, SHORTEST, HOP,
    # places in sizes: E + 1 first frames, E gestures (-1: not looked for), the gesture of each label (-1: none)
    FIRSTS, OWNERS, NAMED,
    HEADER,
) = range(12)  # fmt: skip
HEAD, COUNT, X = 0, 1, 2
"""Places in the state: the newest row of the ring, how many rows there are, W values; then costs (S,), the ring."""
LEAST = -1e9
"""The log-likelihood of a gesture that cannot be compared."""
NOT_FINITE = 1


@brief
def apart(sizes: Any, table: Any, state: Any, to: int) -> int:
    """Write the Euclidean distance of the frame in the state from every frame of the examples (S,) into it."""
    wide, frames = sizes[WIDE], sizes[FRAMES]
    for w in range(wide):
        if not math.isfinite(state[X + w]):
            return NOT_FINITE
    row = state[to : to + frames]
    row[:] = 0.0
    for w in range(wide):
        value, own = state[X + w], table[1 + w * frames : 1 + (w + 1) * frames]
        for s in range(frames):
            row[s] += (own[s] - value) * (own[s] - value)
    for s in range(frames):
        row[s] = math.sqrt(row[s])
    return 0


@brief
def windows(sizes: Any, table: Any, state: Any, out: Any) -> int:
    """Take a frame; write the least distance of each gesture (G,) from the windows that end with it into `out`."""
    frames, longest, shortest = sizes[FRAMES], sizes[LONGEST], sizes[SHORTEST]
    costs = X + sizes[WIDE]
    ring = costs + frames
    head = (int(state[HEAD]) + 1) % longest
    if apart(sizes, table, state, ring + head * frames) == NOT_FINITE:
        return NOT_FINITE
    count = min(int(state[COUNT]) + 1, longest)
    state[HEAD], state[COUNT] = head, count
    for g in range(sizes[GESTURES]):
        out[g] = math.inf
    if count < shortest:
        return 0
    for e in range(sizes[EXAMPLES]):
        owner = sizes[sizes[OWNERS] + e]
        if owner < 0:
            continue
        first, end = sizes[sizes[FIRSTS] + e], sizes[sizes[FIRSTS] + e + 1]
        length = end - first
        cost = state[costs + first : costs + end]
        best = out[owner]
        for i in range(count):
            at = ring + ((head - i + longest) % longest) * frames + first
            row = state[at : at + length]
            before = cost[length - 1]
            left = row[length - 1] if i == 0 else before + row[length - 1]
            cost[length - 1] = left
            for back in range(1, length):
                j = length - 1 - back
                above = cost[j]
                if i > 0:
                    left = min(left, min(above, before))
                left += row[j]
                cost[j] = left
                before = above
            if i + 1 >= shortest and (count - i - 1) % sizes[HOP] == 0:
                best = min(best, left)
        out[owner] = best
    return 0


@brief
def whole(sizes: Any, table: Any, state: Any, out: Any) -> int:
    """Take a frame; write the distance of each gesture (G,) from all frames since the beginning into `out`."""
    frames, costs = sizes[FRAMES], X + sizes[WIDE]
    ring = costs + frames
    if apart(sizes, table, state, ring) == NOT_FINITE:
        return NOT_FINITE
    fresh = state[COUNT] == 0.0
    state[COUNT] = 1.0
    for g in range(sizes[GESTURES]):
        out[g] = math.inf
    for e in range(sizes[EXAMPLES]):
        owner = sizes[sizes[OWNERS] + e]
        if owner < 0:
            continue
        first, end = sizes[sizes[FIRSTS] + e], sizes[sizes[FIRSTS] + e + 1]
        before = state[costs + first]
        left = state[ring + first] if fresh else before + state[ring + first]
        state[costs + first] = left
        for s in range(first + 1, end):
            above = state[costs + s]
            if not fresh:
                left = min(left, min(above, before))
            left += state[ring + s]
            state[costs + s] = left
            before = above
        out[owner] = min(out[owner], left)
    return 0


@brief
def tell(sizes: Any, table: Any, out: Any, threshold: float) -> int:
    """Write the match behind the distances (G,) in `out`: 0, or the number of the nearest below the threshold.

    Behind it K log-likelihoods, posteriors and fits of the labels. Returns the likeliest label that fits, or -1.
    """
    gestures, labels = sizes[GESTURES], sizes[LABELS]
    best, match = math.inf, 0
    for g in range(gestures):
        if out[g] < best:
            best, match = out[g], g + 1
    out[gestures] = match if best < threshold else 0
    unit = table[0]
    logs = gestures + 1
    posteriors, fits = logs + labels, logs + 2 * labels
    total, top = 0.0, math.inf
    for k in range(labels):
        g = sizes[sizes[NAMED] + k]
        if g >= 0:
            top = min(top, out[g])
    for k in range(labels):
        g = sizes[sizes[NAMED] + k]
        far = out[g] if g >= 0 else math.inf
        out[logs + k] = max(-far, LEAST)
        share = 1.0 if top == math.inf else math.exp(max((top - far) / unit, -600.0))
        out[posteriors + k] = share
        total += share
        fit = unit / (unit + far)
        out[fits + k] = fit if far < threshold else min(fit, 0.49)
    winner = 0
    for k in range(labels):
        out[posteriors + k] /= total
        if out[posteriors + k] > out[posteriors + winner]:
            winner = k
    return winner if out[fits + winner] >= 0.5 else -1


VECTOR, INDEX = "float64[::1]", "int64[::1]"
KERNELS = (
    (apart, f"int64({INDEX}, {VECTOR}, {VECTOR}, int64)"),
    (windows, f"int64({INDEX}, {VECTOR}, {VECTOR}, {VECTOR})"),
    (whole, f"int64({INDEX}, {VECTOR}, {VECTOR}, {VECTOR})"),
    (tell, f"int64({INDEX}, {VECTOR}, {VECTOR}, float64)"),
)
