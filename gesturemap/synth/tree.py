"""The nearest of many points: a k-d tree laid out in one array, so that the compiled voices can ask it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gesturemap.compiled import kernel
from gesturemap.frames import Values

LEAF = 64
"""Points up to which a node is not split but looked at whole, several at a time."""
DEEPEST = 64
ROOM = 4 * DEEPEST + LEAF
"""Numbers that a question needs to write on."""
LEAF_AT = 4 * DEEPEST
"""Where in that room the distances of a leaf are."""
MOST_FOUND = 16


def grow(points: Values) -> tuple[Values, NDArray[np.int64]]:
    """The tree of points (N, D), and which point stands where in it, (N,).

    Nodes are in heap order, two numbers each: which dimension they split, and where; then the points follow, in the
    order in which the halves leave them, each leaf as (D, points) so that a processor takes several at once. Source:
    J. L. Bentley, Comm. ACM 18 (1975); splits at the median of the widest side.
    """
    points = np.asarray(points, np.float64)
    order, nodes, leaves = np.arange(len(points)), {}, []
    work = [(0, 0, len(points))]
    while work:
        node, low, high = work.pop()
        if high - low <= LEAF:
            leaves.append((low, high))
            continue
        own = points[order[low:high]]
        side = int(np.argmax(own.max(axis=0) - own.min(axis=0)))
        middle = (low + high) // 2
        order[low:high] = order[low:high][np.argpartition(own[:, side], middle - low)]
        nodes[node] = (side, points[order[middle], side])
        work += [(2 * node + 1, low, middle), (2 * node + 2, middle, high)]
    splits = np.zeros((max(nodes, default=-1) + 1, 2))
    for node, row in nodes.items():
        splits[node] = row
    laid = [points[order[low:high]].T.ravel() for low, high in sorted(leaves)]
    return np.concatenate([splits.ravel(), *laid]), order


@kernel
def nearest(
    tree: Values, count: int, dims: int, query: Values, wanted: int, found: Values, far: Values, work: Values
) -> int:
    """Write the places of the `wanted` points nearest to `query` (D,) and their squared distances, nearest first.

    Returns how many there are. Places are those in the tree; `found` and `far` have room for `wanted`, `work` for
    `ROOM`.
    """
    start = len(tree) - count * dims
    work[0], work[1], work[2], work[3], top, have = 0.0, 0.0, count, 0.0, 1, 0
    while top > 0:
        top -= 1
        node, low, high = int(work[4 * top]), int(work[4 * top + 1]), int(work[4 * top + 2])
        if have == wanted and work[4 * top + 3] >= far[have - 1]:
            continue
        while high - low > LEAF:
            side, where = int(tree[2 * node]), tree[2 * node + 1]
            middle = (low + high) // 2
            gap = query[side] - where
            work[4 * top] = 2 * node + (2 if gap < 0.0 else 1)
            work[4 * top + 1], work[4 * top + 2] = (middle, high) if gap < 0.0 else (low, middle)
            work[4 * top + 3] = gap * gap
            top += 1
            node = 2 * node + (1 if gap < 0.0 else 2)
            low, high = (low, middle) if gap < 0.0 else (middle, high)
        many, at_leaf = high - low, start + low * dims
        for i in range(many):
            work[LEAF_AT + i] = 0.0
        for d in range(dims):
            row, wish = at_leaf + d * many, query[d]
            for i in range(many):
                step = tree[row + i] - wish
                work[LEAF_AT + i] += step * step
        for i in range(many):
            distance = work[LEAF_AT + i]
            if have < wanted or distance < far[have - 1]:
                at = have if have < wanted else wanted - 1
                have = at + 1
                while at > 0 and far[at - 1] > distance:
                    far[at], found[at] = far[at - 1], found[at - 1]
                    at -= 1
                far[at], found[at] = distance, low + i
    return have
