"""Gaussian mixtures: recognition (Gmm) and regression (Gmr) without time, frame by frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gesturemap.catalog import setting
from gesturemap.models.learner import blending_setting
from gesturemap.models.mixture import Mixture
from gesturemap.models.tables import Play
from gesturemap.models.training import Recipe


@dataclass(frozen=True)
class Gmm(Mixture):
    """Each gesture is a mixture of Gaussians in the space of the channels; it has no beginning or end.

    Source: Bishop (2006), "Pattern Recognition and Machine Learning", 9.2.
    """

    kind: ClassVar[str] = "gmm"
    regression: ClassVar[bool] = False

    gaussians: int = setting(5, "Gaussians of each gesture; one of fewer frames gets fewer", low=1, high=500)
    likelihood_window: int = setting(
        1, "frames over which log-likelihoods are averaged", unit="frames", low=1, high=100_000
    )
    max_iterations: int = setting(100, "most rounds of EM", low=1, high=1000)

    @property
    def window_share(self) -> float:
        """Not used: the window is given in frames."""
        return 0.0

    def recipe(self, label: str) -> Recipe:
        """How one gesture is fitted: as a hidden Markov model of one state."""
        own = self.of(label)
        return Recipe(
            1, own.gaussians, own.covariance == "full", False, own.relative_regularization,
            own.absolute_regularization, own.shrinkage, own.deviation, own.min_iterations,
            own.max_iterations, own.percent_change, own.seed,
        )  # fmt: skip

    def play(self) -> Play:
        """How the vocabulary is played."""
        return Play(False, False, 1.0, 1000.0)


@dataclass(frozen=True)
class Gmr(Gmm):
    """Outputs demonstrated with the movement are regressed from each frame.

    Source: Sung (2004), "Gaussian mixture regression and classification", thesis.
    """

    kind: ClassVar[str] = "gmr"
    regression: ClassVar[bool] = True
    needs_outputs: ClassVar[bool] = True

    multiclass_estimator: str = blending_setting()

    def play(self) -> Play:
        """How the vocabulary is played."""
        return Play(False, False, 1.0, 1000.0, "full", self.multiclass_estimator == "mixture")
