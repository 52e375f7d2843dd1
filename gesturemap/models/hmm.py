"""Ergodic hidden Markov models: hmmlearn fits them, the vocabulary's own forward step plays them."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.models import gaussian, training
from gesturemap.models.learner import (
    GestureByGesture,
    deviation_setting,
    evidence_setting,
    exits_setting,
    follows_setting,
    jump_penalty_setting,
    overrides_setting,
    shrinkage_setting,
    window_setting,
)
from gesturemap.models.tables import Play
from gesturemap.models.training import Fit, Recipe, Takes

ROUNDS = 5
"""Iterations between two looks at whether the fit is to stop."""


@dataclass(frozen=True)
class Hmm(GestureByGesture):
    """Each gesture is a set of poses, passed in any order and any number of times: for shaking, waving, circling.

    While a gesture is played it may begin anew at any frame, with the probability of its end; apart from that the
    log-likelihood, with `evidence` 1, is that of hmmlearn.
    Source: Rabiner (1989), "A tutorial on hidden Markov models", III.
    """

    kind: ClassVar[str] = "hmm"
    regression: ClassVar[bool] = False

    states: int = setting(5, "states of each gesture; a shorter gesture gets fewer", low=1, high=100)
    covariance: str = setting("full", "whether channels may move together", choices=("full", "diagonal"))
    shrinkage: float = shrinkage_setting(1.0, "; 0: hmmlearn's own")
    deviation: float = deviation_setting(0.5)
    jump_penalty: float = jump_penalty_setting()
    evidence: float = evidence_setting(0.2)
    likelihood_window: int = window_setting()
    exits: float = exits_setting()
    iterations: int = setting(30, "most rounds of EM", low=1, high=1000)
    tolerance: float = setting(
        0.01, "EM stops when the log-likelihood grows by less", unit="nats", low=0.0, high=1e6
    )
    seed: int = setting(0, "handed on to hmmlearn", low=0, high=2**31 - 1)
    overrides: dict[str, dict[str, float | str]] = overrides_setting()
    follows: dict[str, dict[str, float]] = follows_setting()

    @property
    def window_share(self) -> float:
        """Half of a gesture."""
        return 0.5

    def recipe(self, label: str) -> Recipe:
        """How one gesture is fitted where hmmlearn cannot, and what is regularised where one is left out."""
        own = self.of(label)
        return Recipe(
            own.states, 1, own.covariance == "full", True, 0.01, 0.001, own.shrinkage, own.deviation,
            1, own.iterations, 0.05, own.seed,
        )  # fmt: skip

    def play(self) -> Play:
        """How the vocabulary is played."""
        return Play(True, True, self.evidence, self.jump_penalty)

    def learn(self, takes: Takes, recipe: Recipe, tell: Callable[[float], None]) -> Fit:
        """Fit one gesture with hmmlearn; with our own EM where it gives no usable numbers."""
        fitted = self._hmmlearn(takes, recipe, tell)
        if fitted is not None:
            return fitted
        own = training.expectation_maximisation(takes, recipe, tell)
        return replace(own, remarks=("hmmlearn cannot fit so little movement: gesturemap's own EM did",))

    def estimator(self, takes: Takes, recipe: Recipe) -> Any:
        """The hmmlearn model that is fitted, begun from equal slices of the demonstrations."""
        from hmmlearn.hmm import GaussianHMM

        begun = training.begin(takes, recipe)
        model = GaussianHMM(
            recipe.states, "full" if recipe.full else "diag", n_iter=ROUNDS, tol=self.tolerance,
            random_state=self.seed, init_params="", startprob_prior=1.0 + training.PSEUDO / recipe.states,
            transmat_prior=1.0 + training.PSEUDO / recipe.states,
        )  # fmt: skip
        model.startprob_, model.transmat_ = begun.prior, begun.transitions
        model.means_, model.covars_ = begun.means, begun.covariances
        return model

    def _hmmlearn(self, takes: Takes, recipe: Recipe, tell: Callable[[float], None]) -> Fit | None:
        """Parameters as hmmlearn found them, or None."""
        logging.getLogger("hmmlearn.base").setLevel(logging.ERROR)  # it remarks on every round
        history: list[float] = []
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                model = self.estimator(takes, recipe)
                heard = model.monitor_.report

                def report(likelihood: float) -> None:
                    tell(min((start + model.monitor_.iter) / self.iterations, 1.0))
                    heard(likelihood)

                model.monitor_.report = report
                start = 0
                for start in range(0, self.iterations, ROUNDS):
                    tell(start / self.iterations)
                    model.n_iter = min(ROUNDS, self.iterations - start)
                    model.fit(takes.frames, takes.lengths)
                    history += model.monitor_.history
                    if len(model.monitor_.history) < model.n_iter:
                        break
                gamma = model.predict_proba(takes.frames, takes.lengths)
        except (ValueError, np.linalg.LinAlgError):
            return None
        covariances = np.array(model.covars_)
        if not recipe.full:
            covariances = np.ascontiguousarray(np.diagonal(covariances, axis1=1, axis2=2))
        if recipe.shrinkage > 0.0:
            covariances = gaussian.shrunk(
                covariances, gamma.sum(0), len(takes.ends), recipe.shrinkage, recipe.deviation
            )
        made = (model.means_, covariances, model.startprob_, model.transmat_, gamma)
        if not all(np.isfinite(part).all() for part in made):
            return None
        return Fit(
            np.array(model.means_), covariances, np.ones(recipe.states), np.array(model.startprob_),
            np.array(model.transmat_), gamma, gamma, history,
        )  # fmt: skip
