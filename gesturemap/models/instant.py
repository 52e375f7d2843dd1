"""What models of single frames share: one scaling, a machine that answers frame by frame, "none of these".

A *machine* is what a library fitted, as plain arrays with an evaluator of our own: nothing of the library is
imported while playing. For a scaled frame it answers K posteriors (none when there is only one gesture),
then M scaled outputs. Time does not count here: progress stays 0.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol

import numpy as np

from gesturemap import catalog
from gesturemap.demonstrations import TrainingSet
from gesturemap.errors import DataError
from gesturemap.frames import NONE, Channel, Estimate, Frame, Spec, Values
from gesturemap.models import nearness
from gesturemap.models.model import Array, Cancelled, Report
from gesturemap.models.nearness import FURTHEST, NOT_FINITE, Nearness
from gesturemap.models.scaling import STILL, Scaling
from gesturemap.models.vocabulary import fingerprint, joined

MOST = 100_000
"""Gestures or outputs in a saved model: anything above is a broken file."""
ENOUGH = 0.98
"""The share of frames, and of last frames, told apart with which a window is long enough."""
LOOKED_AT = 5000
"""Frames at most by which the window is chosen."""
Answer = Callable[[Values], Values]
"""From a scaled frame (C,) to posteriors (K,), or none for one gesture, then scaled outputs (M,)."""
Tell = Callable[[float], None]
"""Called with the fraction done; raises `Cancelled` when the fit is to stop."""


class Machine(Protocol):
    """A fitted classifier, regressor or both; nothing in it changes."""

    def pack(self) -> dict[str, Array]:
        """Its arrays of doubles by name."""
        ...

    def start(self) -> Answer:
        """An evaluator with working memory of its own; what it answers may be written over by the next call."""
        ...


@dataclass(frozen=True, eq=False)
class Examples:
    """All demonstrations, scaled, frame after frame.

    Shapes: `frames` (T, C); `targets` (T, M), M = 0 without regression; `owners` (T,) gesture of each frame;
    `takes` (T,) demonstration of each frame.
    """

    frames: Values
    targets: Values
    owners: Array
    takes: Array
    gestures: int

    @property
    def classes(self) -> int:
        """K, or 0 when there is nothing to choose from."""
        return self.gestures if self.gestures > 1 else 0

    def thinned(self, most: int) -> Examples:
        """At most about so many frames: every n-th of each demonstration, at least one of each."""
        step = -(-len(self.frames) // most)
        if step <= 1:
            return self
        places = np.arange(len(self.frames)) - np.searchsorted(self.takes, self.takes)
        return self.part(places % step == 0)

    def part(self, kept: Array) -> Examples:
        """Some of the frames."""
        return replace(
            self,
            frames=self.frames[kept],
            targets=self.targets[kept],
            owners=self.owners[kept],
            takes=self.takes[kept],
        )

    def folds(self, most: int) -> list[Array]:
        """(T,) true for the frames left out, one demonstration at a time or in at most so many groups."""
        count = int(self.takes[-1]) + 1
        return [self.takes % most == fold for fold in range(min(most, count))] if count > 1 else []

    def halves(self) -> list[Array]:
        """(T,) true for the frames of every other demonstration of each gesture; of one shown once, for none."""
        made = np.zeros((2, len(self.takes)), bool)
        for owner in range(self.gestures):
            own = np.unique(self.takes[self.owners == owner])
            if len(own) > 1:
                for fold in range(2):
                    made[fold] |= np.isin(self.takes, own[fold::2])
        return [left for left in made if left.any()]


@dataclass(frozen=True)
class Nothing:
    """The machine of one gesture without outputs: there is nothing to tell apart."""

    def pack(self) -> dict[str, Array]:
        """No arrays."""
        return {}

    def start(self) -> Answer:
        """It answers nothing."""
        return lambda x: x[:0]


class Settings(Protocol):
    """What a learner of this family gives."""

    @property
    def kind(self) -> str:
        """Its name in the catalogue."""
        ...

    @property
    def regression(self) -> bool:
        """Whether it learns outputs where demonstrations have them."""
        ...

    @property
    def window(self) -> int:
        """Frames over which posteriors and evidence are averaged; 0: as few as tell the demonstrations apart."""
        ...

    def train(self, examples: Examples, tell: Tell) -> tuple[Machine, Values, tuple[str, ...]]:
        """The machine, (M,) deviations of the scaled outputs, and what a person should know."""
        ...

    def machine(
        self, arrays: Mapping[str, Array], channels: int, classes: int, outputs: int
    ) -> Machine | None:
        """The inverse of `Machine.pack`; None, or a KeyError, if it does not hold together."""
        ...


@dataclass(frozen=True, eq=False)
class InstantModel:
    """K gestures, or M outputs, or both, told from single frames."""

    learner: Settings
    spec: Spec
    labels: tuple[str, ...]
    outputs: tuple[Channel, ...]
    scaling: Scaling
    near: Nearness
    machine: Machine
    residuals: Values
    """(M,) deviations of the outputs, in their units."""
    window: int
    """Frames over which posteriors and evidence are averaged."""
    fingerprint: str
    messages: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """Its learner's."""
        return self.learner.kind

    @property
    def notes(self) -> tuple[str, ...]:
        """What the machine chose and why, where it says so."""
        return tuple(getattr(self.machine, "notes", ()))

    def start(self) -> InstantFollower:
        """Begin a performance."""
        return InstantFollower(self)

    def pack(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """Everything in it, exact to the bit."""
        table = {
            "channels": [str(channel) for channel in self.spec.channels],
            "rate": self.spec.rate,
            "labels": list(self.labels),
            "outputs": [str(channel) for channel in self.outputs],
            "window": self.window,
            "fingerprint": self.fingerprint,
            "messages": list(self.messages),
        }
        arrays = {"centre": self.scaling.centre, "scale": self.scaling.scale, "residuals": self.residuals}
        own = {f"machine.{name}": array for name, array in self.machine.pack().items()}
        return table, arrays | self.near.pack() | own


class Instant:
    """What the learners of this family have in common: how they are fitted and read."""

    regression: ClassVar[bool] = False

    def fit(
        self, training_set: TrainingSet, previous: Any = None, report: Report | None = None
    ) -> InstantModel:
        """Learn from demonstrations; an unchanged `previous` is taken over."""
        return fit(self, training_set, previous, report)

    def unpack(self, table: Mapping[str, Any], arrays: Mapping[str, Array]) -> InstantModel:
        """The inverse of `InstantModel.pack`."""
        return unpack(self, table, arrays)


class InstantFollower:
    """One performance: the last few posteriors and distances."""

    def __init__(self, model: InstantModel) -> None:
        count, channels = len(model.labels), model.spec.width
        scaled, window = model.scaling, model.window
        sizes, table, room = model.near.tables(scaled.centre[:channels], scaled.inverse[:channels], window)
        state = np.zeros(room)
        self._settled = state[:channels], sizes, table, np.zeros(2, np.int64), state
        self._count, self._window = count, window
        self._answer = model.machine.start()
        self._classes, self._alone = count if count > 1 else 0, np.ones(1)
        self._progress = np.zeros(count)
        self._offset, self._factor = scaled.centre[channels:].copy(), scaled.scale[channels:].copy()
        self._residuals = model.residuals
        flat, nothing = np.full(count, 1.0 / count), np.zeros(count)
        self._last = Estimate(
            0.0, nothing, flat, nothing, nothing, self._offset, self._residuals, np.zeros(channels), NONE
        )

    def step(self, frame: Frame) -> Estimate:
        """Take one frame; one with a value that is not finite changes nothing and repeats the last estimate."""
        time, values, arrived = frame
        x, sizes, table, counters, state = self._settled
        count, classes = self._count, self._classes
        x[:] = values
        out = np.empty(4 * count)
        if nearness.near(sizes, table, counters, state, out) == NOT_FINITE:
            self._last = self._last._replace(time=time, features=values, arrived=arrived)
            return self._last
        answer = self._answer(x)
        if not classes:
            posterior = self._alone
        elif self._window > 1:
            nearness.smooth(sizes, counters, state, answer, out)
            posterior = out[count : 2 * count]
        else:
            posterior = answer[:classes].copy()
        outputs = self._offset + self._factor * answer[classes:] if len(self._offset) else self._offset
        fit = out[3 * count :]
        best = int(posterior.argmax())
        self._last = estimate = Estimate(
            time, out[:count], posterior, self._progress, fit, outputs, self._residuals, values,
            best if fit[best] >= 0.5 else NONE, arrived,
        )  # fmt: skip
        return estimate


def overall(values: Values) -> Scaling:
    """Mean and deviation of each column over all frames (T, D); constant ones get a scale of 0."""
    centre, scale = values.mean(0), values.std(0)
    scale[scale <= STILL * np.abs(centre)] = 0.0
    return Scaling(centre, scale)


def one_thread() -> Any:
    """A context in which matrix libraries use one thread: these matrices are small, and sums stay the same."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    os.environ.setdefault("LOKY_MAX_CPU_COUNT", "1")  # else it looks for cores, and warns where it finds none
    return threadpool_limits(1)


def fit(learner: Any, training_set: TrainingSet, previous: Any, report: Report | None) -> InstantModel:
    """Fit to all demonstrations, which share one machine; nothing is done if nothing changed since `previous`.

    Raises
    ------
    Cancelled
        If `report` returned False.
    """
    spec, labels = training_set.spec, training_set.labels
    outputs = training_set.outputs if learner.regression else ()

    def tell(part: float) -> None:
        if report is not None and not report(learner.kind, part):
            raise Cancelled

    tell(0.0)
    takes = [[joined(d, bool(outputs)) for d in training_set.of(label)] for label in labels]
    mark = ".".join(fingerprint(training_set.of(label))[:16] for label in labels)
    if _same(previous, learner, spec, labels, outputs) and previous.fingerprint == mark:
        tell(1.0)
        same: InstantModel = replace(previous, spec=spec)
        return same
    scaled = overall(np.concatenate([take for gesture in takes for take in gesture]))
    inverse, width = scaled.inverse, spec.width
    plain = [
        [np.clip((take - scaled.centre) * inverse, -FURTHEST, FURTHEST) for take in gesture]
        for gesture in takes
    ]
    lengths = [len(take) for gesture in plain for take in gesture]
    frames = np.concatenate([take for gesture in plain for take in gesture])
    examples = Examples(
        np.ascontiguousarray(frames[:, :width]),
        np.ascontiguousarray(frames[:, width:]),
        np.repeat(np.arange(len(labels)), [sum(map(len, gesture)) for gesture in plain]),
        np.repeat(np.arange(len(lengths)), lengths),
        len(labels),
    )
    machine: Machine = Nothing()
    deviations = np.zeros(0)
    messages: tuple[str, ...] = ()
    if examples.classes or outputs:
        with one_thread():
            machine, deviations, messages = learner.train(examples, lambda part: tell(0.9 * part))
    tell(0.9)
    seen = [[take[:, :width] for take in gesture] for gesture in plain]
    window = learner.window or shortest_window(machine, seen)
    near = nearness.fit(seen, window)
    still = [name for name, scale in zip(spec.names, scaled.scale, strict=False) if scale == 0.0]
    if still:
        messages += (f"never changes in any demonstration and is ignored: {', '.join(still)}",)
    tell(1.0)
    residuals = scaled.scale[width:] * deviations
    return InstantModel(
        learner, spec, labels, outputs, scaled, near, machine, residuals, window, mark, messages
    )


def shortest_window(machine: Machine, takes: list[list[Values]]) -> int:
    """Frames over which posteriors are averaged to tell apart the second halves, and the ends, of demonstrations.

    1 where single frames are enough, as with poses; at most the shortest demonstration.
    """
    if len(takes) == 1:
        return 1
    answer, sums, share = machine.start(), [], LOOKED_AT // len(takes)
    for owner, demonstrations in enumerate(takes):
        looked = 0
        for take in demonstrations:
            rows = np.array([answer(x)[: len(takes)].copy() for x in take[:share]])
            sums.append((owner, np.concatenate([np.zeros((1, len(takes))), np.cumsum(rows, axis=0)])))
            looked += len(rows)
            if looked >= share:
                break
    most = min(len(total) - 1 for _, total in sums)
    best, chosen, window = -1.0, 1, 1
    while best < ENOUGH and window <= most:
        right, ended = [], []
        for owner, total in sums:
            ends = np.arange((len(total) + 1) // 2, len(total))
            averaged = total[ends] - total[np.maximum(ends - window, 0)]
            right.append(averaged.argmax(1) == owner)
            ended.append(right[-1][-1])
        score = 0.5 * float(np.concatenate(right).mean()) + 0.5 * float(np.mean(ended))
        if score > best:
            best, chosen = score, window
        window = window * 2 if window * 2 <= most or window == most else most
    return chosen


def _same(previous: Any, learner: Any, spec: Spec, labels: Any, outputs: Any) -> bool:
    """Whether an earlier model was made with the same settings from the same channels for the same gestures."""
    return (
        isinstance(previous, InstantModel)
        and catalog.write(previous.learner) == catalog.write(learner)
        and (previous.spec.names, previous.labels, previous.outputs) == (spec.names, labels, outputs)
    )


def unpack(learner: Any, table: Mapping[str, Any], arrays: Mapping[str, Array]) -> InstantModel:
    """The inverse of `InstantModel.pack`.

    Raises
    ------
    DataError
        If something is missing or does not fit together.
    """
    wrong = DataError(
        f"model {learner.kind}", "it does not hold together", "it must be a saved model", "train again"
    )
    try:
        spec = Spec(tuple(Channel.parse(str(text)) for text in table["channels"]), float(table["rate"]))
        labels = tuple(str(text) for text in table["labels"])
        outputs = tuple(Channel.parse(str(text)) for text in table["outputs"])
        window = int(table["window"])
        mark, messages = str(table["fingerprint"]), tuple(str(text) for text in table["messages"])
        own = {
            name.removeprefix("machine."): np.ascontiguousarray(array, np.float64)
            for name, array in arrays.items()
            if name.startswith("machine.")
        }
        centre, scale, residuals = (
            np.ascontiguousarray(arrays[name], np.float64) for name in ("centre", "scale", "residuals")
        )
        count, width, wide = len(labels), spec.width, len(outputs)
        sound = 1 <= count <= MOST and 1 <= window <= MOST and wide <= MOST and residuals.shape == (wide,)
        sound = sound and centre.shape == scale.shape == (width + wide,)
        if not sound or not all(np.isfinite(a).all() for a in (centre, scale, residuals, *own.values())):
            raise wrong
        near = nearness.unpack(arrays, count, width)
        classes = count if count > 1 else 0
        machine = learner.machine(own, width, classes, wide) if classes + wide else Nothing()
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise wrong from error
    if near is None or machine is None or (scale < 0.0).any() or (residuals < 0.0).any():
        raise wrong
    return InstantModel(
        learner,
        spec,
        labels,
        outputs,
        Scaling(centre, scale),
        near,
        machine,
        residuals,
        window,
        mark,
        messages,
    )
