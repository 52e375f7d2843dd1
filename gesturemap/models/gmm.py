"""Gaussian mixtures: recognition (Gmm) and regression (Gmr) without time, frame by frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from gesturemap.catalog import setting
from gesturemap.demonstrations import TrainingSet
from gesturemap.models import vocabulary
from gesturemap.models.model import Array, Report
from gesturemap.models.tables import Play
from gesturemap.models.training import Recipe


@dataclass(frozen=True)
class Gmm:
    """Each gesture is a mixture of Gaussians in the space of the channels; it has no beginning or end.

    Source: Bishop (2006), "Pattern Recognition and Machine Learning", 9.2.
    """

    kind: ClassVar[str] = "gmm"
    regression: ClassVar[bool] = False

    gaussians: int = setting(5, "Gaussians of each gesture; one of fewer frames gets fewer", low=1, high=500)
    covariance: str = setting("full", "whether channels may move together", choices=("full", "diagonal"))
    relative_regularization: float = setting(
        0.01, "added to variances, as a share of the gesture's own variance", low=0.0, high=10.0
    )
    absolute_regularization: float = setting(
        0.001, "added to variances, as a share of the vocabulary's variance", low=1e-9, high=10.0
    )
    shrinkage: float = setting(
        1.0,
        "how many demonstrations the prior covariance counts for",
        unit="demonstrations",
        low=0.0,
        high=100.0,
    )
    deviation: float = setting(
        0.5, "how much repetitions are expected to differ", unit="channel deviations", low=0.0, high=10.0
    )
    likelihood_window: int = setting(
        1, "frames over which log-likelihoods are averaged", unit="frames", low=1, high=100_000
    )
    min_iterations: int = setting(5, "least rounds of EM", low=1, high=1000)
    max_iterations: int = setting(100, "most rounds of EM", low=1, high=1000)
    percent_change: float = setting(
        0.05, "EM stops when the log-likelihood changes by less", unit="%", low=0.0, high=100.0
    )
    seed: int = setting(0, "for the start of the Gaussians", low=0, high=2**31 - 1)

    @property
    def window_share(self) -> float:
        """Not used: the window is given in frames."""
        return 0.0

    def recipe(self, label: str) -> Recipe:
        """How one gesture is fitted: as a hidden Markov model of one state."""
        return Recipe(
            1, self.gaussians, self.covariance == "full", False, self.relative_regularization,
            self.absolute_regularization, self.shrinkage, self.deviation, self.min_iterations,
            self.max_iterations, self.percent_change, self.seed,
        )  # fmt: skip

    def play(self) -> Play:
        """How the vocabulary is played."""
        return Play(False, False, 1.0, 1000.0)

    def fit(
        self, training_set: TrainingSet, previous: Any = None, report: Report | None = None
    ) -> vocabulary.VocabularyModel:
        """Learn from demonstrations; gestures that did not change since `previous` are taken over."""
        return vocabulary.fit(self, training_set, previous, report)

    def unpack(self, table: Mapping[str, Any], arrays: Mapping[str, Array]) -> vocabulary.VocabularyModel:
        """The inverse of `pack`."""
        return vocabulary.unpack(self, table, arrays)


@dataclass(frozen=True)
class Gmr(Gmm):
    """Outputs demonstrated with the movement are regressed from each frame.

    Source: Sung (2004), "Gaussian mixture regression and classification", thesis.
    """

    kind: ClassVar[str] = "gmr"
    regression: ClassVar[bool] = True

    multiclass_estimator: str = setting(
        "mixture",
        "gestures whose regressions are mixed: all, or the likeliest",
        choices=("mixture", "likeliest"),
    )

    def play(self) -> Play:
        """How the vocabulary is played."""
        return Play(False, False, 1.0, 1000.0, "full", self.multiclass_estimator == "mixture")
