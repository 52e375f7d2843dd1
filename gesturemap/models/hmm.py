"""Ergodic hidden Markov models: hmmlearn fits them, the vocabulary's own forward step plays them."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.demonstrations import TrainingSet
from gesturemap.models import gaussian, training, vocabulary
from gesturemap.models.model import Array, Report
from gesturemap.models.tables import Play
from gesturemap.models.training import Fit, Recipe, Takes

ROUNDS = 5
"""Iterations between two looks at whether the fit is to stop."""


@dataclass(frozen=True)
class Hmm:
    """Each gesture is a set of poses, passed in any order and any number of times: for shaking, waving, circling.

    While a gesture is played it may begin anew at any frame, with the probability of its end; apart from that the
    log-likelihood, with `evidence` 1, is that of hmmlearn.
    Source: Rabiner (1989), "A tutorial on hidden Markov models", III.
    """

    kind: ClassVar[str] = "hmm"
    regression: ClassVar[bool] = False

    states: int = setting(5, "states of each gesture; a shorter gesture gets fewer", low=1, high=100)
    covariance: str = setting("full", "whether channels may move together", choices=("full", "diagonal"))
    shrinkage: float = setting(
        1.0,
        "how many demonstrations the prior covariance counts for; 0: hmmlearn's own",
        unit="demonstrations",
        low=0.0,
        high=100.0,
    )
    deviation: float = setting(
        0.5, "how much repetitions are expected to differ", unit="channel deviations", low=0.0, high=10.0
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
    iterations: int = setting(30, "most rounds of EM", low=1, high=1000)
    tolerance: float = setting(
        0.01, "EM stops when the log-likelihood grows by less", unit="nats", low=0.0, high=1e6
    )
    seed: int = setting(0, "handed on to hmmlearn", low=0, high=2**31 - 1)

    @property
    def window_share(self) -> float:
        """Half of a gesture."""
        return 0.5

    def recipe(self, label: str) -> Recipe:
        """How one gesture is fitted where hmmlearn cannot, and what is regularised where one is left out."""
        return Recipe(
            self.states, 1, self.covariance == "full", True, 0.01, 0.001, self.shrinkage, self.deviation,
            1, self.iterations, 0.05, self.seed,
        )  # fmt: skip

    def play(self) -> Play:
        """How the vocabulary is played."""
        return Play(True, True, self.evidence, self.jump_penalty)

    def fit(
        self, training_set: TrainingSet, previous: Any = None, report: Report | None = None
    ) -> vocabulary.VocabularyModel:
        """Learn from demonstrations; gestures that did not change since `previous` are taken over."""
        return vocabulary.fit(self, training_set, previous, report)

    def unpack(self, table: Mapping[str, Any], arrays: Mapping[str, Array]) -> vocabulary.VocabularyModel:
        """The inverse of `pack`."""
        return vocabulary.unpack(self, table, arrays)

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
