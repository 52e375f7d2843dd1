"""Linear and polynomial models: outputs by least squares, gestures by logistic regression."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.frames import Values
from gesturemap.models.instant import Instant
from gesturemap.models.machine import Answer, Examples, Tell
from gesturemap.models.mlp import Laid, Network, laid, player
from gesturemap.models.model import Array

FOLDS = 8
"""Groups of demonstrations left out one after the other to see how far outputs are off."""


def terms(frames: Values, degree: int, products: bool) -> Values:
    """(T, F) powers 1 to `degree` of each channel (T, C), then, if wanted, products of two different ones."""
    parts = [frames]
    for _ in range(degree - 1):
        parts.append(parts[-1] * frames)
    if products:
        rows, columns = np.triu_indices(frames.shape[1], 1)
        parts.append(frames[:, rows] * frames[:, columns])
    return np.concatenate(parts, axis=1)


def width(channels: int, degree: int, products: bool) -> int:
    """F, the number of terms."""
    return channels * degree + (channels * (channels - 1) // 2 if products else 0)


@dataclass(frozen=True, eq=False)
class Planes:
    """Weights (K + M, F) and offsets (K + M,) of F terms: logarithms of posteriors, then scaled outputs."""

    weights: Values
    offsets: Values
    channels: int
    classes: int
    degree: int
    products: bool

    def pack(self) -> dict[str, Array]:
        """Its arrays."""
        return {"weights": self.weights, "offsets": self.offsets}

    @property
    def plain(self) -> bool:
        """Whether the terms are the channels themselves."""
        return self.degree == 1 and not self.products

    def laid(self) -> Laid:
        """As networks of one layer each, of the terms."""
        count, rows = self.classes, len(self.weights)
        parts = [part for part in (slice(0, count), slice(count, rows)) if part.stop > part.start]
        nets = [Network((self.weights[part].T,), (self.offsets[part],)) for part in parts]
        return laid(nets, count, rows, "relu")

    def start(self) -> Answer:
        """An evaluator."""
        played, phi = player(self.laid()), np.zeros(self.weights.shape[1])
        if self.plain:
            return played
        channels = self.channels
        powers = [phi[i * channels : (i + 1) * channels] for i in range(self.degree)]
        firsts, seconds = np.triu_indices(channels, 1)
        rest = phi[self.degree * channels :]

        def step(x: Values) -> Values:
            powers[0][:] = x
            for lower, higher in pairwise(powers):
                np.multiply(lower, x, out=higher)
            if len(rest):
                np.multiply(x[firsts], x[seconds], out=rest)
            return played(phi)

        return step


@dataclass(frozen=True)
class Linear(Instant):
    """Outputs are a weighted sum of the channels, or of their powers; gestures are divided by planes.

    Source: Hastie, Tibshirani and Friedman (2009), "The Elements of Statistical Learning", 3.2, 4.4.
    """

    kind: ClassVar[str] = "linear"
    regression: ClassVar[bool] = True

    degree: int = setting(1, "highest power of each channel; 1 is linear", low=1, high=8)
    products: bool = setting(False, "whether products of two channels count too")
    penalty: float = setting(
        0.01, "how much large weights are held back where gestures are divided", low=1e-6, high=1e6
    )
    window: int = setting(
        0,
        "frames over which posteriors are averaged; 0: as few as tell the demonstrations apart",
        unit="frames",
        low=0,
        high=100_000,
    )

    def estimator(self) -> Any:
        """The scikit-learn estimator that divides the gestures."""
        from sklearn.linear_model import LogisticRegression

        return LogisticRegression(C=1.0 / self.penalty, max_iter=500, class_weight="balanced")

    def train(self, examples: Examples, tell: Tell) -> tuple[Planes, Values, tuple[str, ...]]:
        """Logistic regression for the gestures, least squares for the outputs."""
        phi = terms(examples.frames, self.degree, self.products)
        weights, offsets = np.zeros((0, phi.shape[1])), np.zeros(0)
        if examples.classes:
            with warnings.catch_warnings():  # 500 rounds are enough, and told as a figure by no one
                warnings.simplefilter("ignore")
                fitted = self.estimator().fit(phi, examples.owners)
            weights, offsets = fitted.coef_, fitted.intercept_
            if examples.classes == 2:  # one plane: the first gesture's sum is 0
                weights, offsets = np.stack([0.0 * weights[0], weights[0]]), np.append(0.0, offsets)
        tell(0.5)
        residuals = np.zeros(0)
        if examples.targets.shape[1]:
            slopes, offset = least_squares(phi, examples.targets)
            weights, offsets = np.concatenate([weights, slopes]), np.concatenate([offsets, offset])
            residuals = self._residuals(phi, examples)
        return (
            Planes(weights, offsets, examples.frames.shape[1], examples.classes, self.degree, self.products),
            residuals,
            (),
        )

    def _residuals(self, phi: Values, examples: Examples) -> Values:
        """(M,) root mean square error for demonstrations left out; of all where there is only one."""
        errors = []
        for left in examples.folds(FOLDS) or [np.zeros(len(phi), bool)]:
            slopes, offset = least_squares(phi[~left], examples.targets[~left])
            seen = left if left.any() else ~left
            errors.append(phi[seen] @ slopes.T + offset - examples.targets[seen])
        return np.asarray(np.sqrt((np.concatenate(errors) ** 2).mean(0)))

    def machine(
        self, arrays: Mapping[str, Array], channels: int, classes: int, outputs: int
    ) -> Planes | None:
        """The inverse of `Planes.pack`."""
        weights, offsets = arrays["weights"], arrays["offsets"]
        rows = classes + outputs
        if weights.shape != (rows, width(channels, self.degree, self.products)) or offsets.shape != (rows,):
            return None
        return Planes(weights, offsets, channels, classes, self.degree, self.products)


def least_squares(phi: Values, targets: Values) -> tuple[Values, Values]:
    """Slopes (M, F) and offsets (M,) by scikit-learn's LinearRegression; the smallest where many fit."""
    from sklearn.linear_model import LinearRegression

    fitted = LinearRegression().fit(phi, targets)
    return np.asarray(fitted.coef_), np.asarray(fitted.intercept_)
