"""Hierarchical hidden Markov models: recognition with time (Hhmm), and regression with time (Hhmr)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gesturemap.catalog import setting
from gesturemap.models.forward import ESTIMATORS
from gesturemap.models.learner import (
    blending_setting,
    deviation_setting,
    evidence_setting,
    exits_setting,
    follows_setting,
    jump_penalty_setting,
    shrinkage_setting,
)
from gesturemap.models.mixture import Mixture
from gesturemap.models.tables import Play
from gesturemap.models.training import Recipe


@dataclass(frozen=True)
class Hhmm(Mixture):
    """Each gesture is a chain of states passed in time; the chains make one large model.

    Source: Francoise (2015), "Motion-sound mapping by demonstration", thesis, chapter 4; Rabiner (1989).
    """

    kind: ClassVar[str] = "hhmm"
    regression: ClassVar[bool] = False

    states: int = setting(10, "states of each gesture; a shorter gesture gets fewer", low=1, high=500)
    transitions: str = setting(
        "left-right", "states are passed in order, or in any order", choices=("left-right", "ergodic")
    )
    shrinkage: float = shrinkage_setting(3.0)
    deviation: float = deviation_setting(1.0)
    jump_penalty: float = jump_penalty_setting()
    evidence: float = evidence_setting(0.0)
    exits: float = exits_setting()
    follows: dict[str, dict[str, float]] = follows_setting()

    @property
    def window_share(self) -> float:
        """Half of a gesture."""
        return 0.5

    def recipe(self, label: str) -> Recipe:
        """How one gesture is fitted."""
        own = self.of(label)
        return Recipe(
            own.states, own.gaussians, own.covariance == "full", own.transitions == "ergodic",
            own.relative_regularization, own.absolute_regularization, own.shrinkage, own.deviation,
            own.min_iterations, own.max_iterations, own.percent_change, own.seed,
        )  # fmt: skip

    def play(self) -> Play:
        """How the vocabulary is played."""
        return Play(True, self.any_of("transitions", "ergodic"), self.evidence, self.jump_penalty)


@dataclass(frozen=True)
class Hhmr(Hhmm):
    """Outputs demonstrated with the movement are regressed while the gesture is followed.

    Source: Francoise (2015), thesis, 4.6 (hidden Markov regression).
    """

    kind: ClassVar[str] = "hhmr"
    regression: ClassVar[bool] = True
    needs_outputs: ClassVar[bool] = True

    shrinkage: float = shrinkage_setting(1.0)
    deviation: float = deviation_setting(0.5)
    evidence: float = evidence_setting(0.2)
    regression_estimator: str = setting(
        "full",
        "states whose regressions are mixed: all, half around the likeliest, or that one",
        choices=ESTIMATORS,
    )
    multiclass_estimator: str = blending_setting()

    def play(self) -> Play:
        """How the vocabulary is played."""
        return Play(
            True, self.any_of("transitions", "ergodic"), self.evidence, self.jump_penalty,
            self.regression_estimator, self.multiclass_estimator == "mixture",
            self.each_of("regression_estimator"),
        )  # fmt: skip
