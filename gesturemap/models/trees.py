"""Decision trees, one or many: what scikit-learn grew, as plain arrays and a small evaluator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.compiled import kernel
from gesturemap.frames import Values
from gesturemap.models import packing
from gesturemap.models.elementary import softmax
from gesturemap.models.instant import Instant
from gesturemap.models.machine import Answer, Examples, Tell
from gesturemap.models.model import Array

TREES, WIDE, CLASSES, SOFT, NODES = range(5)
"""Places in `sizes`: trees, values of a node, K, whether sums become probabilities; roots, columns, nodes follow."""
MOST = 10_000_000
"""Nodes of a saved model."""


@kernel
def descend(sizes: Any, table: Any, x: Any, answer: Any) -> None:
    """Sum what the leaves say that a frame (C,) falls into, and write posteriors (K,) into `answer`.

    In sizes roots and columns (trees each), then channel (-1: leaf), left and right of every node. In the table
    K base values, then threshold and values of every node. A tree with a column adds its one value there.
    The comparison is in single precision, as in scikit-learn.
    """
    trees, wide, classes = sizes[TREES], sizes[WIDE], sizes[CLASSES]
    nodes = NODES + 2 * trees
    for k in range(classes):
        answer[k] = table[k]
    for tree in range(trees):
        node = sizes[NODES + tree]
        channel = sizes[nodes + 3 * node]
        while channel >= 0:
            value = np.float64(np.float32(x[channel]))
            side = 1 if value <= table[classes + node * (1 + wide)] else 2
            node = sizes[nodes + 3 * node + side]
            channel = sizes[nodes + 3 * node]
        column = sizes[NODES + trees + tree]
        at = classes + node * (1 + wide) + 1
        if column >= 0:
            answer[column] += table[at]
        else:
            for k in range(wide):
                answer[k] += table[at + k]
    if sizes[SOFT] == 1:
        softmax(answer, classes, 1.0)


VECTOR, INDEX = "float64[::1]", "int64[::1]"
KERNELS = ((descend, f"void({INDEX}, {VECTOR}, {VECTOR}, {VECTOR})"),)


@dataclass(frozen=True, eq=False)
class Forest:
    """N nodes of one or more trees, one tree after the other."""

    links: Values
    """(N, 3) channel (-1 in a leaf), left and right child."""
    thresholds: Values
    """(N,) left is at most this."""
    values: Values
    """(N, V) what a leaf adds."""
    roots: Values
    """(R,) first node of each tree."""
    columns: Values
    """(R,) posterior that a tree's one value is added to; -1: its values are added to all."""
    base: Values
    """(K,) what the sums begin with."""
    soft: bool
    """Whether the sums are logarithms."""

    @property
    def probable(self) -> bool:
        """Whether what all trees say together are probabilities that sum to 1."""
        leaves = self.values[self.links[:, 0] < 0.0]
        sums = self.base.sum() + len(self.roots) * leaves.sum(1)
        positive = (self.base >= 0.0).all() and (leaves >= 0.0).all() and (self.columns < 0.0).all()
        return bool(positive and (np.abs(sums - 1.0) <= packing.ROUNDING).all())

    def pack(self) -> dict[str, Array]:
        """Its arrays."""
        return {name: getattr(self, name) for name in ARRAYS}

    def start(self) -> Answer:
        """An evaluator."""
        head = [len(self.roots), self.values.shape[1], len(self.base), int(self.soft)]
        whole = np.concatenate([head, self.roots, self.columns, self.links.ravel()]).astype(np.int64)
        nodes = np.concatenate([self.thresholds[:, None], self.values], axis=1)
        table = np.concatenate([self.base, nodes.ravel()])
        answer = np.zeros(len(self.base))

        def step(x: Values) -> Values:
            descend(whole, table, x, answer)
            return answer

        return step


ARRAYS = ("links", "thresholds", "values", "roots", "columns", "base")


def joined(
    trees: Sequence[Any], values: Sequence[Values], columns: Sequence[int], base: Values, soft: bool
) -> Forest:
    """One forest of scikit-learn's trees (``estimator.tree_``) with the values (N, V) of their nodes."""
    links, thresholds, roots, first = [], [], [], 0
    for tree in trees:
        leaf = tree.children_left < 0
        children = np.stack([tree.children_left, tree.children_right], axis=1) + first
        part = np.column_stack([tree.feature, children]).astype(float)
        part[leaf] = -1.0
        links.append(part)
        thresholds.append(np.where(leaf, 0.0, tree.threshold))
        roots.append(float(first))
        first += len(part)
    return Forest(
        np.concatenate(links),
        np.concatenate(thresholds).astype(float),
        np.concatenate(list(values)).astype(float),
        np.array(roots),
        np.array(columns, float),
        np.asarray(base, float),
        soft,
    )


def forest(arrays: Mapping[str, Array], channels: int, classes: int, soft: bool) -> Forest | None:
    """The inverse of `Forest.pack`; None if it does not hold together or could be walked for ever."""
    links, thresholds, values, roots, columns, base = (arrays[name] for name in ARRAYS)
    nodes, trees = len(links), len(roots)
    shaped = links.shape == (nodes, 3) and thresholds.shape == (nodes,) and values.ndim == 2
    shaped = shaped and values.shape[0] == nodes and roots.shape == columns.shape == (trees,)
    if not shaped or base.shape != (classes,) or not 1 <= trees <= nodes <= MOST:
        return None
    whole = (links, roots, columns)
    if any((array != np.floor(array)).any() for array in whole):
        return None
    inner = links[:, 0] >= 0
    children = links[inner, 1:]
    # A child comes after its parent, so every walk ends.
    ends = (children > np.flatnonzero(inner)[:, None]).all() and (children < nodes).all()
    known = (links[:, 0] < channels).all() and (roots >= 0).all() and (roots < nodes).all()
    wide = values.shape[1]
    placed = (columns < classes).all() and (wide == classes if (columns < 0).any() else wide == 1)
    return (
        Forest(links, thresholds, values, roots, columns, base, soft) if ends and known and placed else None
    )


def shares(tree: Any) -> Values:
    """(N, K) the share of each gesture among the frames that reached each node of scikit-learn's tree."""
    values = tree.value[:, 0, :]
    return np.asarray(values / values.sum(1, keepdims=True))


@dataclass(frozen=True)
class Tree(Instant):
    """Questions of the kind "is this channel above that?", one after the other, until the answer is clear.

    Source: Breiman, Friedman, Olshen and Stone (1984), "Classification and Regression Trees".
    """

    kind: ClassVar[str] = "tree"

    depth: int = setting(12, "questions one after the other at most", low=1, high=64)
    leaf: int = setting(2, "least frames that an answer rests on", unit="frames", low=1, high=10_000)
    window: int = setting(
        0,
        "frames over which posteriors are averaged; 0: as few as tell the demonstrations apart",
        unit="frames",
        low=0,
        high=100_000,
    )
    seed: int = setting(0, "for the order of questions that are equally good", low=0, high=2**31 - 1)

    def estimator(self) -> Any:
        """The scikit-learn estimator that is fitted."""
        from sklearn.tree import DecisionTreeClassifier

        return DecisionTreeClassifier(
            max_depth=self.depth, min_samples_leaf=self.leaf, random_state=self.seed
        )

    def train(self, examples: Examples, tell: Tell) -> tuple[Forest, Values, tuple[str, ...]]:
        """Grow one tree; every gesture counts the same, however long it is."""
        counts = np.bincount(examples.owners, minlength=examples.gestures)
        weights = len(examples.owners) / counts[examples.owners] / examples.gestures
        fitted = self.estimator().fit(examples.frames, examples.owners, sample_weight=weights)
        return export(fitted, examples.gestures), np.zeros(0), ()

    def machine(
        self, arrays: Mapping[str, Array], channels: int, classes: int, outputs: int
    ) -> Forest | None:
        """The inverse of `Forest.pack`."""
        made = forest(arrays, channels, classes, False)
        return made if made is not None and made.probable else None


@dataclass(frozen=True)
class Stump(Instant):
    """A single question: gestures on one side of a channel's border, and those on the other.

    It tells no more than two apart, and is there to be compared with what is better, or for `boosting`.

    Source: Iba and Langley (1992), "Induction of one-level decision trees".
    """

    kind: ClassVar[str] = "stump"

    window: int = setting(
        0,
        "frames over which posteriors are averaged; 0: as few as tell the demonstrations apart",
        unit="frames",
        low=0,
        high=100_000,
    )

    def train(self, examples: Examples, tell: Tell) -> tuple[Forest, Values, tuple[str, ...]]:
        """Choose the question."""
        return Tree(depth=1, leaf=1).train(examples, tell)

    def machine(
        self, arrays: Mapping[str, Array], channels: int, classes: int, outputs: int
    ) -> Forest | None:
        """The inverse of `Forest.pack`."""
        return Tree().machine(arrays, channels, classes, outputs)


def export(fitted: Any, gestures: int) -> Forest:
    """A fitted DecisionTreeClassifier as arrays."""
    tree = fitted.tree_
    return joined([tree], [shares(tree)], [-1], np.zeros(gestures), False)
