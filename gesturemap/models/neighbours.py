"""k nearest neighbours: the frames most like this one vote, and lend their outputs.

The search is exact. Frames lie in leaves of a k-d tree, each leaf side by side in memory; the distance of
a frame from every leaf's box is worked out for all leaves at once, and only leaves whose box is nearer than
the k-th best so far are looked into. Source: Friedman, Bentley and Finkel (1977), "An algorithm for finding
best matches in logarithmic expected time", with the tree's inner nodes left out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gesturemap.catalog import setting
from gesturemap.compiled import kernel
from gesturemap.frames import Values
from gesturemap.models.instant import Instant
from gesturemap.models.machine import Answer, Examples, Tell
from gesturemap.models.model import Array

LEAF = 32
"""Frames of a leaf, a multiple of the width of the widest vector unit in doubles."""
TOGETHER = 4
"""Channels taken at once; there are a multiple of it, the rest is 0."""
PROBES = 6
"""Leaves that are looked into in order of nearness, before the others in order of memory."""
FOLDS = 8
"""Groups of demonstrations left out one after the other to see how far outputs are off."""
CHECKED = 1000
"""Frames at most for which that is seen."""

CAREFUL = 1.0 - 1e-12
"""Bounds are made this much smaller, so that rounding never hides a frame."""

CHANNELS, LEAVES, WIDE, NEIGHBOURS, CLASSES, OUTPUTS, WEIGHTED, INDICES = range(8)
"""Places in `sizes`: C, leaves, leaves padded, k, K, M, whether near ones count more; then LEAF a leaf."""


@kernel
def scan(sizes: Any, points: Any, x: Any, work: Any, best: Any, order: Any, leaf: int, found: int) -> int:
    """Look into one leaf; `best` and `order` hold the k nearest so far, nearest first, ties by index."""
    channels, most = sizes[CHANNELS], sizes[NEIGHBOURS]
    at = leaf * LEAF * channels
    squares = work[:LEAF]
    squares[:] = 0.0
    for d in range(0, channels, TOGETHER):
        r0, r1 = points[at : at + LEAF], points[at + LEAF : at + 2 * LEAF]
        r2, r3 = points[at + 2 * LEAF : at + 3 * LEAF], points[at + 3 * LEAF : at + 4 * LEAF]
        a, b, c, e = x[d], x[d + 1], x[d + 2], x[d + 3]
        for j in range(LEAF):
            p, q, r, s = r0[j] - a, r1[j] - b, r2[j] - c, r3[j] - e
            squares[j] += (p * p + q * q) + (r * r + s * s)
        at += TOGETHER * LEAF
    names = INDICES + leaf * LEAF
    limit = best[most - 1]
    for j in range(LEAF):
        square = squares[j]
        if square > limit:
            continue
        index = sizes[names + j]
        if index < 0 or (square == limit and found == most and index > order[most - 1]):
            continue
        place = found if found < most else most - 1
        while place > 0 and (
            best[place - 1] > square or (best[place - 1] == square and order[place - 1] > index)
        ):
            best[place], order[place] = best[place - 1], order[place - 1]
            place -= 1
        best[place], order[place] = square, index
        found = min(found + 1, most)
        limit = best[most - 1]
    return found


@kernel
def vote(
    sizes: Any, boxes: Any, points: Any, given: Any, x: Any, work: Any, best: Any, order: Any, answer: Any
) -> None:
    """Write posteriors (K,) and mean outputs (M,) of the k nearest frames into `answer`.

    boxes: lower corners (C, leaves padded), upper corners; points: (leaves, C, LEAF); given: (N, 1 + M) gesture
    and outputs of each frame; work: LEAF, then the leaves' distances; best, order: (k,).
    """
    channels, leaves, wide, most = sizes[CHANNELS], sizes[LEAVES], sizes[WIDE], sizes[NEIGHBOURS]
    classes, outputs = sizes[CLASSES], sizes[OUTPUTS]
    bounds = work[LEAF : LEAF + wide]
    bounds[:] = 0.0
    for d in range(channels):
        value = x[d]
        low, high = boxes[d * wide : (d + 1) * wide], boxes[(channels + d) * wide : (channels + d + 1) * wide]
        for i in range(wide):
            apart = max(max(low[i] - value, value - high[i]), 0.0)
            bounds[i] += apart * apart * CAREFUL
    best[:] = math.inf
    found = 0
    for _ in range(min(PROBES, leaves)):
        nearest, leaf = math.inf, -1
        for i in range(leaves):
            if bounds[i] < nearest:
                nearest, leaf = bounds[i], i
        if leaf < 0 or nearest > best[most - 1]:
            break
        found = scan(sizes, points, x, work, best, order, leaf, found)
        bounds[leaf] = math.inf
    for i in range(leaves):
        if bounds[i] <= best[most - 1] and bounds[i] < math.inf:
            found = scan(sizes, points, x, work, best, order, i, found)

    answer[:] = 0.0
    exact = sizes[WEIGHTED] == 1 and best[0] == 0.0
    total = 0.0
    for i in range(found):
        weight = 1.0
        if exact:
            weight = 1.0 if best[i] == 0.0 else 0.0
        elif sizes[WEIGHTED] == 1:
            weight = 1.0 / math.sqrt(best[i])
        row = order[i] * (1 + outputs)
        if classes > 0:
            answer[int(given[row])] += weight
        for m in range(outputs):
            answer[classes + m] += weight * given[row + 1 + m]
        total += weight
    for i in range(classes + outputs):
        answer[i] /= total


VECTOR, INDEX = "float64[::1]", "int64[::1]"
KERNELS = (
    (scan, f"int64({INDEX}, {VECTOR}, {VECTOR}, {VECTOR}, {VECTOR}, {INDEX}, int64, int64)"),
    (
        vote,
        f"void({INDEX}, {VECTOR}, {VECTOR}, {VECTOR}, {VECTOR}, {VECTOR}, {VECTOR}, {INDEX}, {VECTOR})",
    ),
)


def split(frames: Values) -> list[NDArray[np.intp]]:
    """Leaves of at most `LEAF` indices each: halves along the channel that spreads most, again and again."""
    leaves: list[NDArray[np.intp]] = []
    waiting = [np.arange(len(frames))]
    while waiting:
        part = waiting.pop()
        if len(part) <= LEAF:
            leaves.append(part)
            continue
        here = frames[part]
        # Full leaves: a half is a whole number of them. Which frames lie in one leaf changes no answer.
        cut = (len(part) // 2 + LEAF - 1) // LEAF * LEAF
        order = np.argpartition(here[:, (here.max(0) - here.min(0)).argmax()], cut)
        waiting += [part[order[cut:]], part[order[:cut]]]
    return leaves


@dataclass(frozen=True, eq=False)
class Neighbours:
    """N scaled frames (N, C), the gesture of each (N,), its scaled outputs (N, M)."""

    frames: Values
    owners: Values
    targets: Values
    classes: int
    most: int
    weighted: bool

    def pack(self) -> dict[str, Array]:
        """Its arrays."""
        return {"frames": self.frames, "owners": self.owners, "targets": self.targets}

    def start(self) -> Answer:
        """An evaluator."""
        leaves, own = split(self.frames), self.frames.shape[1]
        count, channels = len(leaves), -(-own // TOGETHER) * TOGETHER
        wide = -(-count // 8) * 8
        # Only the last leaf may have room left; its last frame stands there, under no name.
        order = np.concatenate(leaves)
        rest = count * LEAF - len(order)
        names = np.concatenate([order, np.full(rest, -1)])
        points = np.zeros((count, channels, LEAF))
        inside = self.frames[np.concatenate([order, np.full(rest, order[-1])])].reshape(count, LEAF, own)
        points[:, :own] = inside.transpose(0, 2, 1)
        boxes = np.zeros((2, channels, wide))
        boxes[0, :own, :count], boxes[1, :own, :count] = inside.min(1).T, inside.max(1).T
        outputs = self.targets.shape[1]
        head = [channels, count, wide, self.most, self.classes, outputs, int(self.weighted)]
        sizes = np.concatenate([head, names]).astype(np.int64)
        given = np.column_stack([self.owners, self.targets]).ravel()
        settled = sizes, boxes.ravel(), points.ravel(), given
        work, best = np.zeros(LEAF + wide), np.zeros(self.most)
        order, answer = np.zeros(self.most, np.int64), np.zeros(self.classes + outputs)
        padded = np.zeros(channels)

        def step(x: Values) -> Values:
            padded[:own] = x
            vote(*settled, padded, work, best, order, answer)
            return answer

        return step


@dataclass(frozen=True)
class Knn(Instant):
    """The most similar frames that were ever shown vote; with outputs demonstrated, their mean is played.

    Source: Cover and Hart (1967), "Nearest neighbor pattern classification".
    """

    kind: ClassVar[str] = "knn"
    regression: ClassVar[bool] = True

    neighbours: int = setting(5, "frames that vote", unit="frames", low=1, high=100)
    even: bool = setting(True, "whether no more vote than the shortest gesture has frames")
    weights: str = setting("uniform", "whether nearer ones count more", choices=("uniform", "distance"))
    window: int = setting(
        0,
        "frames over which posteriors are averaged; 0: as few as tell the demonstrations apart",
        unit="frames",
        low=0,
        high=100_000,
    )
    most: int = setting(20_000, "frames kept at most, evenly chosen", unit="frames", low=100, high=1_000_000)

    def train(self, examples: Examples, tell: Tell) -> tuple[Neighbours, Values, tuple[str, ...]]:
        """Keep the frames; outputs are said to be off by what left-out demonstrations are."""
        examples = examples.thinned(self.most)
        fewest = int(np.bincount(examples.owners).min())
        messages: tuple[str, ...] = ()
        if self.even and self.neighbours > fewest:
            messages = (f"a gesture has only {fewest} frames: so many vote, not {self.neighbours}",)
        made = self._machine(
            examples.frames, examples.owners.astype(float), examples.targets, examples.classes
        )
        return made, self._residuals(examples, tell), messages

    def _machine(self, frames: Values, owners: Values, targets: Values, classes: int) -> Neighbours:
        fewest = int(np.unique(owners, return_counts=True)[1].min()) if self.even else len(frames)
        most = min(self.neighbours, fewest)
        return Neighbours(frames, owners, targets, classes, most, self.weights == "distance")

    def _residuals(self, examples: Examples, tell: Tell) -> Values:
        """(M,) root mean square error for demonstrations left out; of what is kept where there is only one."""
        if not examples.targets.shape[1]:
            return np.zeros(0)
        folds = examples.folds(FOLDS) or [np.arange(len(examples.frames)) % 2 == i for i in range(2)]
        errors = [np.zeros((1, examples.targets.shape[1]))]
        for index, left in enumerate(folds):
            tell(index / len(folds))
            if left.all() or not left.any():
                continue
            step = self._machine(
                examples.frames[~left], np.zeros(int((~left).sum())), examples.targets[~left], 0
            ).start()
            every = -(-int(left.sum()) * len(folds) // CHECKED)
            for x, wanted in zip(
                examples.frames[left][::every], examples.targets[left][::every], strict=True
            ):
                errors.append((step(x) - wanted)[None, :])
        return np.asarray(np.sqrt((np.concatenate(errors) ** 2).sum(0) / max(len(errors) - 1, 1)))

    def machine(
        self, arrays: Mapping[str, Array], channels: int, classes: int, outputs: int
    ) -> Neighbours | None:
        """The inverse of `Neighbours.pack`."""
        frames, owners, targets = arrays["frames"], arrays["owners"], arrays["targets"]
        count = len(frames)
        sound = frames.shape == (count, channels) and owners.shape == (count,) and count > 0
        if not sound or targets.shape != (count, outputs):
            return None
        if (owners != np.floor(owners)).any() or owners.min() < 0 or owners.max() >= max(classes, 1):
            return None
        return self._machine(frames, owners, targets, classes)
