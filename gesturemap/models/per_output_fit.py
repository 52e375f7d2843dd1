"""Fits one output after the other, each to the examples in which it was recorded."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from gesturemap.demonstrations import TrainingSet
from gesturemap.errors import DataError
from gesturemap.frames import Spec, Values
from gesturemap.models.instant import one_thread, overall
from gesturemap.models.machine import Examples, Machine, Nothing
from gesturemap.models.model import Array, Cancelled, Report
from gesturemap.models.nearness import FURTHEST
from gesturemap.models.per_output_model import Output, Part, PerOutputModel
from gesturemap.models.scaling import Scaling


@dataclass(frozen=True, eq=False)
class Shown:
    """All examples (T, C), their targets (T, M), NaN where an output was not recorded, and (T,) of which round."""

    spec: Spec
    values: Values
    targets: Values
    rounds: Array
    columns: dict[str, int]
    """The column of each output's targets."""

    @classmethod
    def of(cls, training_set: TrainingSet) -> Shown:
        """The examples of all demonstrations, in order."""
        every = training_set.demonstrations
        return cls(
            training_set.spec,
            np.concatenate([one.values for one in every]),
            np.concatenate([one.targets for one in every]),
            np.repeat(np.arange(len(every)), [len(one) for one in every]),
            {channel.name: column for column, channel in enumerate(training_set.outputs)},
        )


@dataclass(frozen=True, eq=False)
class Own:
    """The examples of one output: what it sees (T, W), what is wanted (T,), of which round (T,), and their hash."""

    inputs: tuple[str, ...]
    seen: Values
    wanted: Values
    rounds: Array
    mark: str


class Unfit(Exception):  # what a person is told of one output
    """An output cannot be learned, and why."""


def fit(learner: Any, training_set: TrainingSet, previous: Any, report: Report | None) -> PerOutputModel:
    """Fit every output whose examples or settings changed since `previous`.

    Raises
    ------
    DataError
        If there are no outputs.
    Cancelled
        If `report` returned False.
    """
    settings = learner.resolved(training_set.outputs)
    if not settings.outputs:
        raise DataError(
            "model per_output",
            "no outputs",
            "at least one is learned",
            "name one in [[model.each]], or record some",
        )
    shown = Shown.of(training_set)
    known = {channel.name: channel.unit for channel in training_set.outputs}
    before = previous if isinstance(previous, PerOutputModel) else None
    old = (
        {}
        if before is None
        else {it.name: part for it, part in zip(before.tables, before.parts, strict=True)}
    )
    parts: list[Part | None] = []
    messages: list[str] = []
    every = len(settings.outputs)
    for index, (output, how) in enumerate(zip(settings.outputs, settings.learners, strict=True)):

        def tell(part: float, index: int = index, name: str = output.name) -> None:
            if report is not None and not report(name, (index + part) / every):
                raise Cancelled

        tell(0.0)
        kept = old.get(output.name)
        if kept is not None and not kept.serves(output, shown.spec):
            kept = None
        try:
            part, said = one(output, how, shown, kept, tell)
        except Unfit as error:
            part, said = kept, [f"{error}; {'it stays as it was' if kept else 'it keeps its value'}"]
        parts.append(part)
        messages += [f"output '{output.name}': {line}" for line in said]
    if report is not None and not report(settings.outputs[-1].name, 1.0):
        raise Cancelled
    units = tuple(known.get(output.name, "") for output in settings.outputs)
    return PerOutputModel(
        learner, shown.spec, training_set.labels, settings.outputs, units, tuple(parts), tuple(messages)
    )


def one(
    output: Output, how: Any, shown: Shown, kept: Part | None, tell: Any
) -> tuple[Part | None, list[str]]:
    """One output: as it was where nothing changed, else fitted; and what a person should know.

    Raises
    ------
    Unfit
        If it cannot be learned.
    """
    if not output.trains:
        return kept, [] if kept else ["it is not to be trained, and was not learned before"]
    own, said = examples_of(output, shown)
    if kept is not None and (kept.inputs, kept.mark, kept.learner) == (own.inputs, own.mark, how):
        return kept, [*said, *kept.said]
    classes = np.unique(own.wanted) if output.type == "class" else np.zeros(0)
    try:
        with one_thread():
            part = fitted(own, how, classes, tell)
    except (ValueError, ArithmeticError, MemoryError) as error:
        raise Unfit(f"it cannot be learned by {how.kind}: {error}") from error
    return part, [*said, *part.said]


def examples_of(output: Output, shown: Shown) -> tuple[Own, list[str]]:
    """The examples in which an output was recorded, and what of them is left out.

    Raises
    ------
    Unfit
        If there are none, or it is to see what is not there.
    """
    inputs = output.inputs or shown.spec.names
    strangers = [name for name in inputs if name not in shown.spec.names]
    if strangers:
        raise Unfit(f"it sees {', '.join(strangers)}, and there are {', '.join(shown.spec.names)}")
    if output.name not in shown.columns:
        raise Unfit("no examples: record some")
    wanted = shown.targets[:, shown.columns[output.name]]
    there, said = ~np.isnan(wanted), []
    if output.type == "class":
        right = there & (wanted >= 0.0) & (wanted <= output.classes) & (wanted == np.floor(wanted))
        if (count := int((there & ~right).sum())) > 0:
            said = [f"{count} examples are none of the classes 0 to {output.classes} and are left out"]
        there = right
    if not there.any():
        raise Unfit("no examples: record some with it switched on")
    columns = [shown.spec.names.index(name) for name in inputs]
    seen = np.ascontiguousarray(shown.values[there][:, columns])
    rounds = np.unique(shown.rounds[there], return_inverse=True)[1]
    wanted = wanted[there]
    digest = hashlib.sha1(usedforsecurity=False)
    for array in (seen, wanted, rounds):
        digest.update(np.ascontiguousarray(array, np.float64).data)
    return Own(inputs, seen, wanted, rounds, digest.hexdigest()), said


def fitted(own: Own, how: Any, classes: Values, tell: Any) -> Part:
    """The part of an output, of these classes or a number."""
    columns = own.seen if len(classes) else np.column_stack([own.seen, own.wanted])
    scaled: Scaling = overall(columns)
    plain = np.clip((columns - scaled.centre) * scaled.inverse, -FURTHEST, FURTHEST)
    width = len(own.inputs)
    examples = Examples(
        np.ascontiguousarray(plain[:, :width]),
        np.ascontiguousarray(plain[:, width:]),
        np.searchsorted(classes, own.wanted) if len(classes) else np.zeros(len(plain), int),
        own.rounds,
        max(len(classes), 1),
    )
    machine: Machine = Nothing()
    residual, said = 0.0, []
    if len(classes) == 1:
        said = [f"class {classes[0]:g} alone was recorded, so it is always answered; record another one"]
    else:
        machine, deviations, told = how.train(examples, tell)
        said = list(told)
        if not len(classes):
            residual = float(scaled.scale[-1] * deviations[0])
    still = [name for name, scale in zip(own.inputs, scaled.scale, strict=False) if scale == 0.0]
    if still:
        said.append(f"never changes in its examples and is ignored: {', '.join(still)}")
    return Part(how, own.inputs, classes, scaled, machine, residual, own.mark, tuple(said))
