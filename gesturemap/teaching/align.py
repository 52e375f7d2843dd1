"""Two movements frame by frame: the path of dynamic time warping between them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturemap.compiled import kernel
from gesturemap.frames import Values

BAND = 0.15
"""How far a path may leave the diagonal, as a share of the longer movement: one that is freer hides what differs."""


@kernel
def warp(a: Any, b: Any, band: int, costs: Any, path: Any) -> int:
    """Write the pairs of the cheapest path of a (T, C) along b (U, C) into `path`, the last pair first; how many.

    The cost of a pair is the square of its distance; the path goes on in a, in b or in both, by one frame, and stays
    within `band` frames of the diagonal. `costs` (T, U) ends as the cost of the cheapest path into each pair.
    Source: Sakoe & Chiba (1978), "Dynamic programming algorithm optimization for spoken word recognition".
    """
    rows, columns, channels = a.shape[0], b.shape[0], a.shape[1]
    for i in range(rows):
        middle = i * (columns - 1) // max(rows - 1, 1)
        for j in range(columns):
            if abs(j - middle) > band:
                costs[i, j] = 1e300
                continue
            apart = 0.0
            for c in range(channels):
                apart += (a[i, c] - b[j, c]) * (a[i, c] - b[j, c])
            best = 0.0 if i == 0 and j == 0 else 1e300
            if i > 0:
                best = min(best, costs[i - 1, j])
            if j > 0:
                best = min(best, costs[i, j - 1])
            if i > 0 and j > 0:
                best = min(best, costs[i - 1, j - 1])
            costs[i, j] = best + apart
    i, j, count = rows - 1, columns - 1, 0
    while True:
        path[count, 0], path[count, 1] = i, j
        count += 1
        if i == 0 and j == 0:
            return count
        if i == 0:
            j -= 1
        elif j == 0:
            i -= 1
        else:
            both, one, other = costs[i - 1, j - 1], costs[i - 1, j], costs[i, j - 1]
            if both <= one and both <= other:
                i, j = i - 1, j - 1
            elif one <= other:
                i -= 1
            else:
                j -= 1


def pairs(a: Values, b: Values) -> NDArray[np.int64]:
    """(P, 2) which frame of `a` (T, C) belongs to which of `b` (U, C), in order of time."""
    longer = max(len(a), len(b))
    band = max(int(BAND * longer), abs(len(a) - len(b)), 1) + 1
    path = np.empty((len(a) + len(b), 2), np.int64)
    one, other = np.ascontiguousarray(a, np.float64), np.ascontiguousarray(b, np.float64)
    count = warp(one, other, band, np.empty((len(a), len(b))), path)
    return path[:count][::-1]


TABLE = "float64[:,::1]"
KERNELS = ((warp, f"int64({TABLE}, {TABLE}, int64, {TABLE}, int64[:,::1])"),)
