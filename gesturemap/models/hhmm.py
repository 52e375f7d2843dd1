"""Hierarchical hidden Markov models: recognition with time (Hhmm), and regression with time (Hhmr)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from gesturemap.catalog import setting
from gesturemap.demonstrations import TrainingSet
from gesturemap.models import vocabulary
from gesturemap.models.forward import ESTIMATORS
from gesturemap.models.model import Array, Report
from gesturemap.models.tables import Play
from gesturemap.models.training import Recipe


@dataclass(frozen=True)
class Hhmm:
    """Each gesture is a chain of states passed in time; the chains make one large model.

    Source: Francoise (2015), "Motion-sound mapping by demonstration", thesis, chapter 4; Rabiner (1989).
    """

    kind: ClassVar[str] = "hhmm"
    regression: ClassVar[bool] = False

    states: int = setting(10, "states of each gesture; a shorter gesture gets fewer", low=1, high=500)
    gaussians: int = setting(1, "Gaussians of each state", low=1, high=50)
    covariance: str = setting("full", "whether channels may move together", choices=("full", "diagonal"))
    transitions: str = setting(
        "left-right", "states are passed in order, or in any order", choices=("left-right", "ergodic")
    )
    relative_regularization: float = setting(
        0.01, "added to variances, as a share of the gesture's own variance", low=0.0, high=10.0
    )
    absolute_regularization: float = setting(
        0.001, "added to variances, as a share of the vocabulary's variance", low=1e-9, high=10.0
    )
    shrinkage: float = setting(
        3.0,
        "how many demonstrations the prior covariance counts for",
        unit="demonstrations",
        low=0.0,
        high=100.0,
    )
    deviation: float = setting(
        1.0, "how much repetitions are expected to differ", unit="channel deviations", low=0.0, high=10.0
    )
    jump_penalty: float = setting(
        12.0,
        "evidence needed to enter a gesture in its middle",
        unit="nats per channel",
        low=1.0,
        high=1000.0,
    )
    evidence: float = setting(
        0.2, "how much the likelihood of one frame counts, as frames in a row are alike", low=0.001, high=1.0
    )
    likelihood_window: int = setting(
        0,
        "frames over which log-likelihoods are averaged; 0: half of the gesture",
        unit="frames",
        low=0,
        high=100_000,
    )
    min_iterations: int = setting(5, "least rounds of EM", low=1, high=1000)
    max_iterations: int = setting(50, "most rounds of EM", low=1, high=1000)
    percent_change: float = setting(
        0.05, "EM stops when the log-likelihood changes by less", unit="%", low=0.0, high=100.0
    )
    seed: int = setting(0, "for the start of several Gaussians in one state", low=0, high=2**31 - 1)

    @property
    def window_share(self) -> float:
        """Half of a gesture."""
        return 0.5

    def recipe(self, label: str) -> Recipe:
        """How one gesture is fitted."""
        return Recipe(
            self.states, self.gaussians, self.covariance == "full", self.transitions == "ergodic",
            self.relative_regularization, self.absolute_regularization, self.shrinkage, self.deviation,
            self.min_iterations, self.max_iterations, self.percent_change, self.seed,
        )  # fmt: skip

    def play(self) -> Play:
        """How the vocabulary is played."""
        return Play(True, self.transitions == "ergodic", self.evidence, self.jump_penalty)

    def fit(
        self, training_set: TrainingSet, previous: Any = None, report: Report | None = None
    ) -> vocabulary.VocabularyModel:
        """Learn from demonstrations; gestures that did not change since `previous` are taken over."""
        return vocabulary.fit(self, training_set, previous, report)

    def unpack(self, table: Mapping[str, Any], arrays: Mapping[str, Array]) -> vocabulary.VocabularyModel:
        """The inverse of `pack`."""
        return vocabulary.unpack(self, table, arrays)


@dataclass(frozen=True)
class Hhmr(Hhmm):
    """Outputs demonstrated with the movement are regressed while the gesture is followed.

    Source: Francoise (2015), thesis, 4.6 (hidden Markov regression).
    """

    kind: ClassVar[str] = "hhmr"
    regression: ClassVar[bool] = True

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
    regression_estimator: str = setting(
        "full",
        "states whose regressions are mixed: all, half around the likeliest, or that one",
        choices=ESTIMATORS,
    )
    multiclass_estimator: str = setting(
        "mixture",
        "gestures whose regressions are mixed: all, or the likeliest",
        choices=("mixture", "likeliest"),
    )

    def play(self) -> Play:
        """How the vocabulary is played."""
        return Play(
            True, self.transitions == "ergodic", self.evidence, self.jump_penalty, self.regression_estimator,
            self.multiclass_estimator == "mixture",
        )  # fmt: skip
