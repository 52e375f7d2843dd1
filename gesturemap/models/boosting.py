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

ALIKE = "the gestures' frames are alike: one tree was grown, not a committee"
RIGHT = 1e-9
"""A tree that errs less is never wrong."""


@dataclass(frozen=True)
class Boosting(Instant):
    """A committee of small decision trees.

    Source: Friedman (2001), "Greedy function approximation: a gradient boosting machine"; Zhu, Zou, Rosset and
    Hastie (2009), "Multi-class AdaBoost" (SAMME); Freund and Schapire (1996), "Experiments with a new boosting
    algorithm" (AdaBoost.M1, which Wekinator has).
    """

    kind: ClassVar[str] = "boosting"

    method: str = setting("gradient", "how a tree mends those before", choices=("gradient", "adaboost", "m1"))
    rounds: int = setting(40, "trees, for each gesture when the method is gradient", low=1, high=1000)
    depth: int = setting(3, "questions one after the other in each tree", low=1, high=16)
    rate: float = setting(0.2, "how much each tree counts; m1 finds that itself", low=0.001, high=2.0)
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
        if self.method == "m1":
            return self._grown(examples, tell)
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
            return self._single(examples, tell), np.zeros(0), (ALIKE,)
        return adaboost(fitted), np.zeros(0), ()

    def _single(self, examples: Examples, tell: Tell) -> Forest:
        """One tree, its shares as logarithms."""
        made = trees.Tree(depth=self.depth, leaf=1, seed=self.seed).train(examples, tell)[0]
        with np.errstate(divide="ignore"):
            values = np.maximum(np.log(made.values), -50.0)
        return Forest(made.links, made.thresholds, values, made.roots, made.columns, made.base, True)

    def _grown(self, examples: Examples, tell: Tell) -> tuple[Forest, Values, tuple[str, ...]]:
        """AdaBoost.M1: frames that a tree got wrong weigh more for the next; it ends where no tree is worth a vote."""
        from sklearn.tree import DecisionTreeClassifier

        owners, count = examples.owners, examples.gestures
        weights, grown, values = np.full(len(owners), 1.0 / len(owners)), [], []
        for round_ in range(self.rounds):
            tell(round_ / self.rounds)
            tree = DecisionTreeClassifier(max_depth=self.depth, random_state=self.seed)
            tree.fit(examples.frames, owners, sample_weight=weights)
            wrong = tree.predict(examples.frames) != owners
            error = float(weights[wrong].sum())
            if not RIGHT < error < 0.5:
                break
            vote = np.log((1.0 - error) / error)
            weights[wrong] *= np.exp(vote)
            weights /= weights.sum()
            said = tree.tree_.value[:, 0, :].argmax(1)
            grown.append(tree.tree_)
            values.append(vote * np.eye(count)[said])
        if not grown:  # the first tree is never wrong, or no better than chance
            return self._single(examples, tell), np.zeros(0), (ALIKE,) if error >= 0.5 else ()
        forest = trees.joined(grown, values, [-1] * len(grown), np.zeros(count), True)
        return forest, np.zeros(0), ()

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
