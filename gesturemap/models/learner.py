"""What all learners of vocabularies share: settings they declare alike, those of single gestures, fit and unpack."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, ClassVar, Self, cast

import numpy as np

from gesturemap import catalog
from gesturemap.catalog import GESTURE_KEYS, GESTURE_PAIRS, setting
from gesturemap.demonstrations import TrainingSet
from gesturemap.errors import SettingsError
from gesturemap.frames import Values
from gesturemap.models import vocabulary
from gesturemap.models.model import Array, Report

NOT_OF_ONE = ("evidence", "jump_penalty", "overrides", "follows", "multiclass_estimator")
"""Settings that the whole vocabulary shares."""


def shrinkage_setting(default: float, more: str = "") -> Any:
    """How many demonstrations the prior covariance counts for."""
    doc = f"how many demonstrations the prior covariance counts for{more}"
    return setting(default, doc, unit="demonstrations", low=0.0, high=100.0)


def deviation_setting(default: float) -> Any:
    """How much repetitions are expected to differ."""
    doc = "how much repetitions are expected to differ"
    return setting(default, doc, unit="channel deviations", low=0.0, high=10.0)


def jump_penalty_setting() -> Any:
    """Evidence needed to enter a gesture in its middle."""
    doc = "evidence needed to enter a gesture in its middle"
    return setting(12.0, doc, unit="nats per channel", low=1.0, high=1000.0)


def evidence_setting(default: float) -> Any:
    """How much the likelihood of one frame counts."""
    doc = "how much the likelihood of a frame counts, as frames in a row are alike; 0: as demonstrations left out say"
    return setting(default, doc, low=0.0, high=1.0)


def window_setting() -> Any:
    """Frames over which log-likelihoods are averaged."""
    doc = "frames over which log-likelihoods are averaged; 0: half of the gesture, 2 s at most"
    return setting(0, doc, unit="frames", low=0, high=100_000)


def exits_setting() -> Any:
    """How likely a gesture ends."""
    doc = "probability of ending after a frame in the last state (ergodic: in any); 0: once in a gesture's length"
    return setting(0.0, doc, low=0.0, high=0.99)


def overrides_setting() -> Any:
    """Settings of single gestures."""
    doc = "settings of single gestures, in place of these: {wave = {states = 20, covariance = 'diagonal'}}"
    return setting({}, doc, names=GESTURE_KEYS)


def follows_setting() -> Any:
    """How likely a gesture follows another."""
    doc = "how likely a gesture follows another, 1 where nothing is said: {wave = {bow = 3, wave = 0}}"
    return setting({}, doc, low=0.0, high=1e6, names=GESTURE_PAIRS)


def blending_setting() -> Any:
    """Gestures whose regressions are mixed."""
    doc = "gestures whose regressions are mixed: all, or the likeliest"
    return setting("mixture", doc, choices=("mixture", "likeliest"))


class GestureByGesture:
    """A learner that fits every gesture with settings of its own, and only those that changed."""

    marginal: ClassVar[bool] = True
    overrides: dict[str, dict[str, float | str]]
    follows: Mapping[str, Mapping[str, float]] = MappingProxyType({})
    """A setting of what passes in time alone: frame by frame nothing follows anything."""

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
        whole = {name for name, value in vars(self).items() if isinstance(value, int)}
        own: dict[str, Any] = {}
        for name, value in self.overrides.get(label, {}).items():
            if name in NOT_OF_ONE:
                raise SettingsError(place, name, "all gestures share it", "set it for the model")
            number = name in whole and not isinstance(value, str) and float(value).is_integer()
            own[name] = int(value) if number else value
        checked = catalog.fill(type(self), own, place)
        changes: dict[str, Any] = {name: getattr(checked, name) for name in own}
        made: Self = replace(cast(Any, self), overrides={}, **changes)
        return made

    def any_of(self, name: str, value: str) -> bool:
        """Whether the model or one of its gestures has this choice."""
        own = [table.get(name) for table in self.overrides.values()]
        return value in (getattr(self, name), *own)

    def each_of(self, name: str) -> dict[str, str]:
        """The choices of the gestures that have one of their own."""
        return {label: str(table[name]) for label, table in self.overrides.items() if name in table}

    def strangers(self, labels: Sequence[str]) -> tuple[str, ...]:
        """What is set for gestures that nobody demonstrated, for a person to read."""
        named = [
            *((f"model, overrides.{label}", label) for label in self.overrides),
            *((f"model, follows.{label}", label) for label in self.follows),
            *(
                (f"model, follows.{label}", other)
                for label, others in self.follows.items()
                for other in others
            ),
        ]
        told: dict[str, str] = {}
        for place, label in named:
            if label not in labels and label not in told:
                near = difflib.get_close_matches(label, labels, 1)
                told[label] = str(SettingsError(
                    place, f"no gesture is called '{label}'", f"there are {', '.join(labels)}",
                    f"did you mean '{near[0]}'?" if near else "rename or remove it",
                ))  # fmt: skip
        return tuple(told.values())

    def transitions_between(self, labels: Sequence[str]) -> Values:
        """(K, K) probability that the gesture of a row is followed by that of a column."""
        weights = np.ones((len(labels), len(labels)))
        index = {label: row for row, label in enumerate(labels)}
        for label, others in self.follows.items():
            for other, weight in others.items():
                if label in index and other in index:
                    weights[index[label], index[other]] = weight
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
