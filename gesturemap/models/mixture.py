"""The settings that all vocabularies of Gaussians share: GMM, GMR, HHMM and HHMR."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from gesturemap import catalog
from gesturemap.catalog import setting
from gesturemap.demonstrations import TrainingSet
from gesturemap.errors import SettingsError
from gesturemap.frames import Values
from gesturemap.models import vocabulary
from gesturemap.models.model import Array, Report

NOT_OF_ONE = ("covariance", "transitions", "evidence", "jump_penalty", "overrides", "follows",
              "regression_estimator", "multiclass_estimator")  # fmt: skip
"""Settings that the whole vocabulary shares."""


@dataclass(frozen=True)
class Mixture:
    """Gaussians, how they are regularised, and how long EM goes on."""

    gaussians: int = setting(1, "Gaussians of each state", low=1, high=500)
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
    overrides: dict[str, dict[str, float]] = setting(
        {}, "settings of single gestures, in place of these: {wave = {states = 20}}"
    )
    follows: dict[str, dict[str, float]] = setting(
        {},
        "how likely a gesture follows another, 1 where nothing is said: {wave = {bow = 3, wave = 0}}",
        low=0.0,
        high=1e6,
    )

    def __post_init__(self) -> None:
        for label in self.overrides:
            self.of(label)

    def of(self, label: str) -> Self:
        """The settings of one gesture.

        Raises
        ------
        SettingsError
            If one of its own is not right.
        """
        place = f"model, overrides.{label}"
        whole = {
            field.name for field in dataclasses.fields(self) if isinstance(getattr(self, field.name), int)
        }
        own: dict[str, Any] = {}
        for name, value in self.overrides.get(label, {}).items():
            if name in NOT_OF_ONE:
                raise SettingsError(place, name, "all gestures share it", "set it for the model")
            own[name] = int(value) if name in whole and float(value).is_integer() else value
        checked = catalog.fill(type(self), own, place)
        return replace(self, overrides={}, **{name: getattr(checked, name) for name in own})

    def transitions_between(self, labels: Sequence[str]) -> Values:
        """(K, K) probability that the gesture of a row is followed by that of a column."""
        weights = np.ones((len(labels), len(labels)))
        for row, label in enumerate(labels):
            for column, other in enumerate(labels):
                weights[row, column] = self.follows.get(label, {}).get(other, 1.0)
        none = weights.sum(1) == 0.0
        weights[none] = 1.0
        return np.asarray(weights / weights.sum(1, keepdims=True))

    def fit(
        self, training_set: TrainingSet, previous: Any = None, report: Report | None = None
    ) -> vocabulary.VocabularyModel:
        """Learn from demonstrations; gestures that did not change since `previous` are taken over."""
        return vocabulary.fit(self, training_set, previous, report)

    def unpack(self, table: Mapping[str, Any], arrays: Mapping[str, Array]) -> vocabulary.VocabularyModel:
        """The inverse of `pack`."""
        return vocabulary.unpack(self, table, arrays)
