"""What should not matter: channels that a model never hears, or that say nothing of one gesture.

A channel that matters for no gesture is not shown to any model, and not played to it: it is exactly a model of the
remaining channels. One that does not matter for a gesture is left out of that gesture's densities, exactly, by the
learners that can (`model.marginal`); the others are shown counterexamples: copies of the gesture's demonstrations with
the channel's course taken from other gestures. Source of these: Teso and Kersting (2019), "Explanatory interactive
machine learning" (CAIPI).
"""

from __future__ import annotations

import difflib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gesturemap.catalog import GESTURE_KEYS, setting
from gesturemap.demonstrations import Demonstration, TrainingSet, grouped
from gesturemap.errors import DataError, SettingsError
from gesturemap.frames import Channel, Estimate, Frame, Spec
from gesturemap.models import packing
from gesturemap.models.model import Follower, Model, Report, marginal, misfit, weighs, without

COPIES = 5
"""Counterexamples of each demonstration, where nothing is said."""


@dataclass(frozen=True)
class Relevance:
    """What should not matter for recognition, the section ``[relevance]``; mappings see every channel all the same."""

    ignored: tuple[str, ...] = setting((), "channels that matter for no gesture")
    gestures: dict[str, tuple[str, ...]] = setting(
        {}, "gesture -> channels that do not matter for it: {wave = ['gyro_z']}", names=GESTURE_KEYS
    )
    counterexamples: int = setting(
        COPIES,
        "copies of each demonstration that teach so a model that cannot leave a channel out of one gesture",
        low=0,
        high=50,
    )
    weights: dict[str, float] = setting(
        {},
        "channel -> how much its distances count, 1 where nothing is said, of models that weigh channels (auto, "
        "few_shot, exemplar, rocket): {acc_x = 2}",
        low=0.01, high=100.0,
    )  # fmt: skip

    def around(self, learner: Any) -> Any:
        """The learner that heeds this; itself where there is nothing to heed."""
        if not self.ignored and not any(self.gestures.values()) and not self.weights:
            return learner
        return HeedingAtOnce(learner, self) if hasattr(learner, "first") else Heeding(learner, self)

    def marked(self, channels: Sequence[str], gesture: str = "", on: bool = True) -> Relevance:
        """With these channels marked, or no longer marked, for one gesture or for all."""
        before = self.gestures.get(gesture, ()) if gesture else self.ignored
        rest = tuple(name for name in before if name not in channels)
        now = (*rest, *dict.fromkeys(channels)) if on else rest
        if not gesture:
            return replace(self, ignored=now)
        others = {label: names for label, names in self.gestures.items() if label != gesture}
        return replace(self, gestures=others | ({gesture: now} if now else {}))


@dataclass(frozen=True)
class Heeding:
    """A learner that is shown only what matters; whatever else is asked of it, its own learner answers."""

    learner: Any
    relevance: Relevance

    def __getattr__(self, name: str) -> Any:
        return getattr(self.learner, name)

    def fit(self, training_set: TrainingSet, previous: Any = None, report: Report | None = None) -> Any:
        """Learn from what matters; see `model.Learner.fit`."""
        shown, heard, remarks = self.shown(training_set)
        return _partial(self.learner.fit(shown, _of(previous, heard), report), training_set, heard, remarks)

    def shown(self, training_set: TrainingSet) -> tuple[TrainingSet, tuple[int, ...], tuple[str, ...]]:
        """What its learner is shown, the channels that are heard, and what is marked and not there.

        Raises
        ------
        DataError
            If no channel is left.
        """
        names, marks = training_set.spec.names, self.relevance
        heard = tuple(index for index, name in enumerate(names) if name not in marks.ignored)
        if not heard:
            raise DataError(
                "relevance", f"{', '.join(names)} do not matter", "a model hears at least one channel",
                "let one matter",
            )  # fmt: skip
        kept = [names[index] for index in heard]
        gestures = {
            label: tuple(name for name in channels if name in kept)
            for label, channels in marks.gestures.items()
            if label in training_set.labels
        }
        gestures = {label: channels for label, channels in gestures.items() if channels}
        taken = tuple(narrowed(one, heard) for one in training_set.demonstrations)
        if marginal(self.learner):
            made = TrainingSet(taken, training_set.gaps, gestures, told=training_set.told)
        else:
            copies = counterexamples(taken, gestures, marks.counterexamples)
            made = TrainingSet((*taken, *copies), training_set.gaps, told=training_set.told)
        remarks = list[str]()
        if marks.weights and weighs(self.learner):
            made = replace(
                made, weights={name: marks.weights[name] for name in kept if name in marks.weights}
            )
        elif marks.weights:
            remarks.append(f"all channels count alike: {self.learner.kind} does not weigh them")
        named = [*marks.ignored, *marks.weights, *(name for some in marks.gestures.values() for name in some)]
        remarks += [_stranger(name, names) for name in dict.fromkeys(named) if name not in names]
        return made, heard, tuple(remarks)


def marks(learner: Any) -> Relevance:
    """What a learner takes to be irrelevant."""
    return learner.relevance if isinstance(learner, Heeding) else Relevance()


def bare(learner: Any) -> Any:
    """What learns, whatever should not matter."""
    return learner.learner if isinstance(learner, Heeding) else learner


@dataclass(frozen=True)
class HeedingAtOnce(Heeding):
    """The same of a learner with a quick model to play until the full one is fitted."""

    def first(self, training_set: TrainingSet, previous: Any = None) -> Any:
        """A model to play with at once."""
        shown, heard, remarks = self.shown(training_set)
        return _partial(self.learner.first(shown, _of(previous, heard)), training_set, heard, remarks)


@dataclass(frozen=True, eq=False)
class PartialModel:
    """A model that hears only some of the channels it is played; whatever else is asked of it, that model answers."""

    inner: Any
    spec: Spec
    heard: tuple[int, ...]
    """Indices of the channels, in order."""
    remarks: tuple[str, ...] = ()

    def __getattr__(self, name: str) -> Any:
        if name == "inner":  # while it is made
            raise AttributeError(name)
        return getattr(self.inner, name)

    @property
    def messages(self) -> tuple[str, ...]:
        """What a person should know about the fit."""
        return (*self.remarks, *self.inner.messages)

    def start(self) -> Follower:
        """Begin a performance of frames of all channels."""
        return PartialFollower(self)

    def without(self, channels: Sequence[int]) -> PartialModel | None:
        """See `model.without`: of what is not heard anyway nothing has to be done."""
        made = without(self.inner, [self.heard.index(one) for one in channels if one in self.heard])
        return None if made is None else replace(self, inner=made)

    def evidence_of(self, frames: Any) -> Any:
        """See `model.evidence_of`."""
        method = getattr(self.inner, "evidence_of", None)
        return None if method is None else method(self._narrow(frame) for frame in frames)

    def _narrow(self, frame: Frame) -> Frame:
        return Frame(frame.time, frame.values[list(self.heard)], frame.arrived)

    def table(self) -> dict[str, Any]:
        """What is not of the model inside, for JSON."""
        return {**packing.header(self.spec), "heard": list(self.heard), "remarks": list(self.remarks)}


def partial(table: Mapping[str, Any], inner: Model) -> PartialModel:
    """The inverse of `PartialModel.table`.

    Raises
    ------
    DataError
        If it does not fit the model inside.
    """
    wrong = packing.broken(f"model {inner.kind}")
    with packing.reading(wrong):
        spec, remarks = packing.spec(table), packing.texts(table, "remarks")
        heard = tuple(int(index) for index in table["heard"])
    fits = all(0 <= index < spec.width for index in heard) and list(heard) == sorted(set(heard))
    if not fits or tuple(spec.names[index] for index in heard) != inner.spec.names:
        raise wrong
    return PartialModel(inner, spec, heard, remarks)


class PartialFollower:
    """One performance: of each frame only what is heard."""

    def __init__(self, model: PartialModel) -> None:
        self._spec, self._heard = model.spec, np.array(model.heard)
        self._width, self._step = model.spec.width, model.inner.start().step

    def step(self, frame: Frame) -> Estimate:
        """Take one frame; what is not heard may be anything."""
        time, values, arrived = frame
        if len(values) != self._width:
            raise misfit(self._spec, values)
        estimate: Estimate = self._step(Frame(time, values[self._heard], arrived))
        return estimate._replace(features=values)


def narrowed(demonstration: Demonstration, heard: Sequence[int]) -> Demonstration:
    """A demonstration of these channels alone."""
    spec = demonstration.spec
    if len(heard) == spec.width:
        return demonstration
    channels: tuple[Channel, ...] = tuple(spec.channels[index] for index in heard)
    return replace(
        demonstration, spec=Spec(channels, spec.rate), values=demonstration.values[:, list(heard)].copy()
    )


def counterexamples(
    demonstrations: Sequence[Demonstration], marks: Mapping[str, Sequence[str]], copies: int
) -> tuple[Demonstration, ...]:
    """Copies of the marked gestures' demonstrations, the marked channels as another gesture moves them.

    The other gestures take turns, in an order that is drawn for each demonstration, and after the last one its own has
    its turn: so no gesture is preferred, however many copies there are. A course is stretched to the length.
    """
    groups = grouped(demonstrations)
    made = []
    for one in demonstrations:
        which = [one.spec.names.index(name) for name in marks.get(one.label, ())]
        if not which or len(groups) < 2:
            continue
        rng = np.random.default_rng(zlib.crc32(one.fingerprint))
        others = [label for label in groups if label != one.label]
        turns = [*(others[index] for index in rng.permutation(len(others))), one.label]
        for number in range(copies):
            some = groups[turns[number % len(turns)]]
            other = some[rng.integers(len(some))]
            at = np.linspace(0.0, len(other) - 1.0, len(one))
            values = one.values.copy()
            for channel in which:
                values[:, channel] = np.interp(at, np.arange(len(other)), other.values[:, channel])
            made.append(replace(one, id=f"{one.id}~{number + 1}", values=values))
    return tuple(made)


def _partial(model: Any, training_set: TrainingSet, heard: tuple[int, ...], remarks: tuple[str, ...]) -> Any:
    if len(heard) == training_set.spec.width and not remarks:
        return model
    return PartialModel(model, training_set.spec, heard, remarks)


def _of(previous: Any, heard: tuple[int, ...]) -> Any:
    """The model inside an earlier one that heard the same."""
    if not isinstance(previous, PartialModel):
        return previous
    return previous.inner if previous.heard == heard else None


def _stranger(name: str, names: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, names, 1)
    return str(
        SettingsError(
            "relevance", f"no channel is called '{name}'", f"there are {', '.join(names)}",
            f"did you mean '{near[0]}'?" if near else "let it go",
        )
    )  # fmt: skip
