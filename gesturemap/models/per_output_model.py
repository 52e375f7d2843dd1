"""What `per_output` has fitted: a part for every output that could be learned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturemap import catalog
from gesturemap.catalog import setting
from gesturemap.errors import DataError, SettingsError
from gesturemap.frames import Channel, Spec, Values
from gesturemap.models import packing
from gesturemap.models.instant import MOST
from gesturemap.models.machine import Machine, Nothing
from gesturemap.models.model import Array
from gesturemap.models.per_output_follower import PerOutputFollower
from gesturemap.models.per_output_kernels import TYPES
from gesturemap.models.scaling import Scaling

MOST_CLASSES = 1000


@dataclass(frozen=True)
class Output:
    """One output: what its values may be, and how they are learned."""

    name: str = setting("", "that of an output which was demonstrated; without spaces")
    type: str = setting("real", "what its values are", choices=TYPES)
    low: float = setting(0.0, "of a number: the least, and what it is before anything was learned")
    high: float = setting(1.0, "of a number: the largest")
    hard: bool = setting(False, "of a number: whether it never leaves its range")
    classes: int = setting(
        5, "of a class: values are 1 to so many, or 0 for none of them", low=1, high=MOST_CLASSES
    )
    probabilities: bool = setting(False, "of a class: whether the probability of each is sent too")
    learner: dict[str, Any] = setting(
        {}, "a model of single frames, as in [model]; empty: mlp, and for classes the nearest example"
    )
    inputs: tuple[str, ...] = setting((), "names of the channels that it sees; empty: all")
    trains: bool = setting(True, "whether it learns anew; if not, it stays as it is")

    @property
    def default(self) -> float:
        """Its value before anything was learned."""
        return 1.0 if self.type == "class" else self.low

    @property
    def probable(self) -> tuple[str, ...]:
        """Names of the channels of its probabilities, class 0 first; none of a number."""
        many = self.classes + 1 if self.type == "class" else 0
        return tuple(f"{self.name}/{number}" for number in range(many))


@dataclass(frozen=True, eq=False)
class Part:
    """What was fitted for one output."""

    learner: Any
    inputs: tuple[str, ...]
    """The channels it sees, W of them."""
    values: Values
    """(K,) the numbers of the classes that occurred; none (0,) where it is a number that was learned."""
    scaling: Scaling
    """(W,) of classes; of a number (W + 1,), its own last."""
    machine: Machine
    residual: float
    """Deviation of a number, in its unit; 0 of classes."""
    mark: str
    """A hash of the examples."""
    said: tuple[str, ...] = ()
    """What a person should know about the fit."""

    @property
    def of_class(self) -> bool:
        """Whether it tells classes apart."""
        return len(self.values) > 0

    def serves(self, output: Output, spec: Spec) -> bool:
        """Whether it can play an output of these settings, from these channels."""
        fits = self.of_class == (output.type == "class") and set(self.inputs) <= set(spec.names)
        return fits and (not self.of_class or bool(self.values.max() <= output.classes))


@dataclass(frozen=True, eq=False)
class PerOutputModel:
    """M outputs, and how each is told from a frame; an output without a part keeps its value."""

    learner: Any
    spec: Spec
    labels: tuple[str, ...]
    tables: tuple[Output, ...]
    """(M,) the outputs, those demonstrated where the settings name none."""
    units: tuple[str, ...]
    """(M,)"""
    parts: tuple[Part | None, ...]
    """(M,)"""
    messages: tuple[str, ...] = field(default=())

    @property
    def kind(self) -> str:
        """Its learner's."""
        return str(self.learner.kind)

    @property
    def trained(self) -> NDArray[np.bool_]:
        """(M,) whether each output was learned."""
        return np.array([part is not None for part in self.parts], bool)

    @cached_property
    def outputs(self) -> tuple[Channel, ...]:
        """The M outputs, then the probabilities of every class of each that is one."""
        own = (Channel(it.name, unit) for it, unit in zip(self.tables, self.units, strict=True))
        return (*own, *(Channel(name) for it in self.tables for name in it.probable))

    @property
    def defaults(self) -> Values:
        """(M,) values before anything was learned."""
        return np.array([it.default for it in self.tables])

    def start(self) -> PerOutputFollower:
        """Begin a performance."""
        return PerOutputFollower(self)

    def one(self, index: int) -> PerOutputModel:
        """The model of one output alone, to be saved by itself."""
        table = catalog.write(self.tables[index])
        learner = self.learner.of([table])
        cut = slice(index, index + 1)
        return replace(
            self,
            learner=learner,
            tables=learner.outputs,
            units=self.units[cut],
            parts=self.parts[cut],
            messages=(),
        )

    def with_one(self, index: int, other: PerOutputModel) -> PerOutputModel:
        """This model with one output as another model of a single output has it.

        Raises
        ------
        DataError
            If that is of another type, or sees channels that there are not.
        """
        part = other.parts[0] if len(other.parts) == 1 else None
        output = self.tables[index]
        if part is None or not part.serves(output, self.spec):
            seen = ", ".join(part.inputs) if part else "nothing"
            kind = "classes" if part and part.of_class else "a number"
            raise DataError(
                f"model of output '{output.name}'",
                f"a model of {len(other.parts)} outputs, {kind} from {seen}",
                f"a model of one output is wanted, type {output.type}, from {', '.join(self.spec.names)}",
                "choose another file",
            )
        parts = (*self.parts[:index], part, *self.parts[index + 1 :])
        return replace(self, parts=parts)

    def pack(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """Everything in it, exact to the bit."""
        table = {
            **packing.header(self.spec),
            "labels": list(self.labels),
            "outputs": [catalog.write(it) for it in self.tables],
            "units": list(self.units),
            "parts": [_table(part) if part else None for part in self.parts],
            "messages": list(self.messages),
        }
        arrays: dict[str, Array] = {}
        for index, part in enumerate(self.parts):
            if part is not None:
                arrays |= {f"{index}.{name}": array for name, array in _arrays(part).items()}
        return table, arrays


OWN = ("centre", "scale", "values", "residual")


def _table(part: Part) -> dict[str, Any]:
    return {
        "learner": catalog.write(part.learner),
        "inputs": list(part.inputs),
        "mark": part.mark,
        "said": list(part.said),
    }


def _arrays(part: Part) -> dict[str, Array]:
    own = (part.scaling.centre, part.scaling.scale, part.values, np.array([part.residual]))
    machine = {f"machine.{name}": array for name, array in part.machine.pack().items()}
    return dict(zip(OWN, own, strict=True)) | machine


def unpack(learner: Any, table: Mapping[str, Any], arrays: Mapping[str, Array]) -> PerOutputModel:
    """The inverse of `PerOutputModel.pack`.

    Raises
    ------
    DataError
        If something is missing or does not fit together.
    """
    wrong = packing.broken("model per_output")
    with packing.reading(wrong):
        spec, labels = packing.spec(table), packing.texts(table, "labels")
        units, messages = packing.texts(table, "units"), packing.texts(table, "messages")
        try:
            named = learner.of(table["outputs"])
        except SettingsError as error:
            raise wrong from error
        tables = named.outputs
        if not 1 <= len(tables) <= MOST or not labels or not len(units) == len(tables) == len(table["parts"]):
            raise wrong
        parts = []
        for index, (output, own) in enumerate(zip(tables, table["parts"], strict=True)):
            part = None if own is None else _part(own, packing.under(f"{index}.", arrays))
            if part is not None and not part.serves(output, spec):
                raise wrong
            parts.append(part)
    return PerOutputModel(learner, spec, labels, tables, units, tuple(parts), messages)


def _part(own: Mapping[str, Any], arrays: Mapping[str, Array]) -> Part:
    """One part.

    Raises
    ------
    KeyError, ValueError
        If something is missing or does not fit together.
    """
    try:
        learner: Any = catalog.read("models", own["learner"], "model per_output")
    except SettingsError as error:
        raise ValueError(error.value) from error
    inputs, mark, said = packing.texts(own, "inputs"), str(own["mark"]), packing.texts(own, "said")
    centre, scale, values, residual = packing.doubles(arrays, OWN)
    width, classes = len(inputs), len(values)
    wide = 0 if classes else 1
    sound = centre.shape == scale.shape == (width + wide,) and residual.shape == (1,) and residual[0] >= 0.0
    sound = sound and width > 0 and values.ndim == 1 and packing.scales(scale)
    counted = (values == np.floor(values)).all() and (np.diff(values) > 0.0).all() and (values >= 0.0).all()
    if not sound or not counted or not getattr(learner, "alone", False):
        raise ValueError("parts that do not fit together")
    given = packing.under("machine.", arrays)
    parts = dict(zip(given, packing.doubles(given, tuple(given)), strict=True))
    several = classes if classes > 1 else 0
    machine = learner.machine(parts, width, several, wide) if several + wide else Nothing()
    if machine is None:
        raise ValueError("a machine that does not fit")
    return Part(learner, inputs, values, Scaling(centre, scale), machine, float(residual[0]), mark, said)
