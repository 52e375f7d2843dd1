"""What models of single frames share: one scaling, a machine that answers frame by frame, "none of these".

Time does not count here: progress stays 0.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol

import numpy as np

from gesturemap import catalog
from gesturemap.demonstrations import TrainingSet
from gesturemap.frames import NONE, Channel, Estimate, Frame, Spec, Values
from gesturemap.models import nearness, packing
from gesturemap.models.machine import Examples, Machine, Nothing, Tell, shortest_window
from gesturemap.models.model import FAINT, Array, Cancelled, Report, misfit
from gesturemap.models.nearness import FURTHEST, NOT_FINITE, Nearness
from gesturemap.models.remarks import ignored
from gesturemap.models.scaling import STILL, Scaling
from gesturemap.models.vocabulary import fingerprint, joined

MOST = 100_000
"""Gestures or outputs in a saved model: anything above is a broken file."""


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

    def evidence_of(self, frames: Iterable[Frame]) -> Values:
        """(T, K) each frame's part of the mean of what all frames say, as none knows of the others."""
        step = self.start().step
        said = np.array([step(frame).posterior for frame in frames]).reshape(-1, len(self.labels))
        return np.asarray(np.log(np.maximum(said, FAINT)) / max(len(said), 1))

    def pack(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """Everything in it, exact to the bit."""
        table = {
            **packing.header(self.spec),
            "labels": list(self.labels),
            "outputs": packing.names(self.outputs),
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
    alone: ClassVar[bool] = True
    """Whether a frame is answered by itself, whatever came before."""

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
        self._count, self._window, self._spec = count, window, model.spec
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
        if len(values) != len(x):
            raise misfit(self._spec, values)
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
    # Libraries that are loaded later would use as many threads as they like.
    for library in ("scipy.linalg", "sklearn.ensemble"):
        importlib.import_module(library)
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

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
    messages += (*training_set.told, *ignored(spec.names, scaled.scale))
    tell(1.0)
    residuals = scaled.scale[width:] * deviations
    return InstantModel(
        learner, spec, labels, outputs, scaled, near, machine, residuals, window, mark, messages
    )


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
    wrong = packing.broken(f"model {learner.kind}")
    with packing.reading(wrong):
        spec = packing.spec(table)
        labels = packing.texts(table, "labels")
        outputs = packing.channels(table, "outputs")
        window = int(table["window"])
        mark, messages = str(table["fingerprint"]), packing.texts(table, "messages")
        parts = packing.under("machine.", arrays)
        own = dict(zip(parts, packing.doubles(parts, tuple(parts)), strict=True))
        centre, scale, residuals = packing.doubles(arrays, ("centre", "scale", "residuals"))
        count, width, wide = len(labels), spec.width, len(outputs)
        sound = 1 <= count <= MOST and 1 <= window <= MOST and wide <= MOST and residuals.shape == (wide,)
        sound = sound and centre.shape == scale.shape == (width + wide,)
        if not sound or not all(np.isfinite(a).all() for a in (centre, scale, residuals, *own.values())):
            raise wrong
        near = nearness.unpack(arrays, count, width)
        classes = count if count > 1 else 0
        machine = learner.machine(own, width, classes, wide) if classes + wide else Nothing()
    if near is None or machine is None or not packing.scales(scale) or (residuals < 0.0).any():
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
