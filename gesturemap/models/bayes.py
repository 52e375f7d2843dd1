"""Naive Bayes: each gesture is one Gaussian per channel, as if channels had nothing to do with each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.compiled import kernel
from gesturemap.frames import Values
from gesturemap.models.elementary import softmax
from gesturemap.models.gaussian import LOG_TWO_PI
from gesturemap.models.instant import Instant
from gesturemap.models.machine import Answer, Examples, Tell
from gesturemap.models.model import Array

LEAST = 1e-60
"""Variance in a saved model."""


@kernel
def likelihoods(gestures: int, channels: int, table: Any, x: Any, answer: Any) -> None:
    """Write posteriors (K,) of a frame (C,) into `answer`.

    In the table K constants, means (K, C), and -1 / (2 variance) (K, C).
    """
    means = gestures
    halves = means + gestures * channels
    for k in range(gestures):
        log = table[k]
        for d in range(channels):
            apart = x[d] - table[means + k * channels + d]
            log += apart * apart * table[halves + k * channels + d]
        answer[k] = log
    softmax(answer, gestures, 1.0)


VECTOR = "float64[::1]"
KERNELS = ((likelihoods, f"void(int64, int64, {VECTOR}, {VECTOR}, {VECTOR})"),)


@dataclass(frozen=True, eq=False)
class Gaussians:
    """(K, C) means and variances of scaled channels; every gesture is as likely before it is seen."""

    means: Values
    variances: Values

    def pack(self) -> dict[str, Array]:
        """Its arrays."""
        return {"means": self.means, "variances": self.variances}

    def start(self) -> Answer:
        """An evaluator."""
        (count, channels), answer = self.means.shape, np.empty(len(self.means))
        constants = -0.5 * (LOG_TWO_PI + np.log(self.variances)).sum(1)
        table = np.concatenate([constants, self.means.ravel(), (-0.5 / self.variances).ravel()])

        def step(x: Values) -> Values:
            likelihoods(count, channels, table, x, answer)
            return answer

        return step


@dataclass(frozen=True)
class NaiveBayes(Instant):
    """Gaussian naive Bayes: quick to fit and to play, and hard to fool with few frames.

    Source: Hand and Yu (2001), "Idiot's Bayes - not so stupid after all?".
    """

    kind: ClassVar[str] = "naive_bayes"

    smoothing: float = setting(
        0.001, "added to variances, as a share of the largest channel's", low=1e-12, high=10.0
    )
    window: int = setting(
        0,
        "frames over which posteriors are averaged; 0: as few as tell the demonstrations apart",
        unit="frames",
        low=0,
        high=100_000,
    )

    def estimator(self, gestures: int) -> Any:
        """The scikit-learn estimator that is fitted."""
        from sklearn.naive_bayes import GaussianNB

        return GaussianNB(priors=np.full(gestures, 1.0 / gestures), var_smoothing=self.smoothing)

    def train(self, examples: Examples, tell: Tell) -> tuple[Gaussians, Values, tuple[str, ...]]:
        """Means and variances of each gesture."""
        fitted = self.estimator(examples.gestures).fit(examples.frames, examples.owners)
        return Gaussians(fitted.theta_, np.maximum(fitted.var_, 1e-12)), np.zeros(0), ()

    def machine(
        self, arrays: Mapping[str, Array], channels: int, classes: int, outputs: int
    ) -> Gaussians | None:
        """The inverse of `Gaussians.pack`."""
        means, variances = arrays["means"], arrays["variances"]
        shape = (classes, channels)
        if means.shape != shape or variances.shape != shape or (variances < LEAST).any():
            return None
        return Gaussians(means, variances)
