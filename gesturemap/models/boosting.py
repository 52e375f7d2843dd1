"""Boosting: many small trees, each grown to mend what those before got wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.frames import Values
from gesturemap.models import trees
from gesturemap.models.instant import Instant
from gesturemap.models.machine import Examples, Tell
from gesturemap.models.model import Array
from gesturemap.models.trees import Forest


@dataclass(frozen=True)
class Boosting(Instant):
    """A committee of small decision trees.

    Source: Friedman (2001), "Greedy function approximation: a gradient boosting machine"; Zhu, Zou, Rosset and
    Hastie (2009), "Multi-class AdaBoost" (SAMME).
    """

    kind: ClassVar[str] = "boosting"

    method: str = setting("gradient", "how a tree mends those before", choices=("gradient", "adaboost"))
    rounds: int = setting(40, "trees, for each gesture when the method is gradient", low=1, high=1000)
    depth: int = setting(3, "questions one after the other in each tree", low=1, high=16)
    rate: float = setting(0.2, "how much each tree counts", low=0.001, high=2.0)
    most: int = setting(
        3000, "frames learned from at most, evenly chosen", unit="frames", low=100, high=1_000_000
    )
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
        from sklearn.ensemble import AdaBoostClassifier, GradientBoostingClassifier
        from sklearn.tree import DecisionTreeClassifier

        if self.method == "adaboost":
            base = DecisionTreeClassifier(max_depth=self.depth)
            return AdaBoostClassifier(
                base, n_estimators=self.rounds, learning_rate=self.rate, random_state=self.seed
            )
        return GradientBoostingClassifier(
            n_estimators=self.rounds,
            max_depth=self.depth,
            learning_rate=min(self.rate, 1.0),
            random_state=self.seed,
        )

    def train(self, examples: Examples, tell: Tell) -> tuple[Forest, Values, tuple[str, ...]]:
        """Grow the committee; every gesture counts the same, however long it is."""
        examples = examples.thinned(self.most)
        counts = np.bincount(examples.owners, minlength=examples.gestures)
        weights = len(examples.owners) / counts[examples.owners] / examples.gestures
        fitted = self.estimator()
        if self.method == "gradient":

            def monitor(round_: int, *_: Any) -> bool:
                tell((round_ + 1) / self.rounds)
                return False

            fitted.fit(examples.frames, examples.owners, sample_weight=weights, monitor=monitor)
            return gradient(fitted, examples.frames[:1]), np.zeros(0), ()
        try:
            fitted.fit(examples.frames, examples.owners, sample_weight=weights)
        except ValueError:  # told so when the first tree is no better than chance
            single = trees.Tree(depth=self.depth, leaf=1, seed=self.seed)
            made, none, _ = single.train(examples, tell)
            with np.errstate(divide="ignore"):
                values = np.maximum(np.log(made.values), -50.0)
            soft = Forest(made.links, made.thresholds, values, made.roots, made.columns, made.base, True)
            return soft, none, ("the gestures' frames are alike: one tree was grown, not a committee",)
        return adaboost(fitted), np.zeros(0), ()

    def machine(
        self, arrays: Mapping[str, Array], channels: int, classes: int, outputs: int
    ) -> Forest | None:
        """The inverse of `Forest.pack`."""
        return trees.forest(arrays, channels, classes, True)


def gradient(fitted: Any, frame: Values) -> Forest:
    """A fitted GradientBoostingClassifier as arrays; `frame` (1, C), any, shows what its sums begin with."""
    grown = [(tree, k) for row in fitted.estimators_ for k, tree in enumerate(row)]
    count, score = len(fitted.classes_), np.ravel(fitted.decision_function(frame))
    for tree, k in grown:
        score[k] -= fitted.learning_rate * tree.predict(frame)[0]
    # Of two gestures only the second has trees; the first one's sum stays 0.
    first = 1 if count == 2 else 0
    base = np.zeros(count)
    base[first:] = score
    return trees.joined(
        [tree.tree_ for tree, _ in grown],
        [fitted.learning_rate * tree.tree_.value[:, 0, :1] for tree, _ in grown],
        [k + first for _, k in grown],
        base,
        True,
    )


def adaboost(fitted: Any) -> Forest:
    """A fitted AdaBoostClassifier as arrays: each tree says its gesture with its weight, against all others."""
    count = len(fitted.classes_)
    shares = fitted.estimator_weights_[: len(fitted.estimators_)]
    shares = shares / shares.sum() / (count - 1)
    values = []
    for tree, share in zip(fitted.estimators_, shares, strict=True):
        said = tree.tree_.value[:, 0, :].argmax(1)
        each = np.full((len(said), count), -share / (count - 1))
        each[np.arange(len(said)), said] = share
        values.append(each)
    grown = [tree.tree_ for tree in fitted.estimators_]
    return trees.joined(grown, values, [-1] * len(grown), np.zeros(count), True)
