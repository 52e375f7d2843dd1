"""Time warping as Wekinator has it: raw distances of the last moments from every example, and a threshold.

Wekinator searches approximately, within its "match width"; here the search is exact, and takes less time, so there
is no such setting. A distance is the sum along the best path, in the units of the channels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gesturemap.catalog import GESTURE, setting
from gesturemap.demonstrations import TrainingSet
from gesturemap.errors import DataError, SettingsError
from gesturemap.frames import NONE, Channel, Estimate, Frame, Spec, Values
from gesturemap.models import packing
from gesturemap.models import wekinator_dtw_kernel as kernel
from gesturemap.models.model import Array, Cancelled, Report, misfit

MATCH = "match"
"""The last output: 0, or the number of the gesture that matches now."""
MOST_CELLS = 25_000_000
"""Of the table of distances, longest window x frames of all examples: 200 MB."""


@dataclass(frozen=True)
class WekinatorDtw:
    """The nearest example wins if it is nearer than the threshold; nothing is scaled.

    Source: Sakoe and Chiba (1978); what Wekinator does is told in its instructions, "Using dynamic time warping".
    """

    kind: ClassVar[str] = "wekinator_dtw"
    fewest: ClassVar[int] = 1

    gestures: tuple[str, ...] = setting(
        (),
        "names of the gestures, in the order of their numbers; empty: those demonstrated, in order",
        names=GESTURE,
    )
    addresses: tuple[str, ...] = setting(
        (), "OSC addresses of the gestures, sent when they begin to match; empty: /output_1 and so on"
    )
    off: tuple[str, ...] = setting((), "gestures that are not looked for", names=GESTURE)
    inputs: tuple[str, ...] = setting((), "names of the channels that are compared; empty: all")
    threshold: float = setting(
        5.0, "a gesture nearer than this matches; a sum of distances", low=0.0, high=1e9
    )
    running: str = setting(
        "continuous",
        "matches are found all the time, or once, when running stops",
        choices=("continuous", "once"),
    )
    shortest: str = setting(
        "constant",
        "the shortest window: so many frames, or the shortest example",
        choices=("constant", "example"),
    )
    least: int = setting(5, "frames of the shortest window", unit="frames", low=1, high=100_000)
    hop: int = setting(
        1, "by how much one window is longer than the next", unit="frames", low=1, high=100_000
    )
    downsample: str = setting(
        "length", "every frame counts, every so many-th, or so few that examples are short",
        choices=("length", "rate", "none"),
    )  # fmt: skip
    length: int = setting(
        10, "frames, about, of the longest example then", unit="frames", low=1, high=100_000
    )
    rate: int = setting(5, "so many frames make one", unit="frames", low=1, high=100_000)

    def __post_init__(self) -> None:
        for name in ("gestures", "addresses", "inputs"):
            given = getattr(self, name)
            if len(set(given)) < len(given):
                raise SettingsError(
                    f"model, {name}", ", ".join(given), "each is there once", "remove the others"
                )

    def address(self, index: int) -> str:
        """The OSC address of a gesture, counted from 0."""
        return self.addresses[index] if index < len(self.addresses) else f"/output_{index + 1}"

    def factor(self, longest: int) -> int:
        """So many frames make one, where the longest example has so many."""
        return {"length": max(longest // self.length, 1), "rate": self.rate, "none": 1}[self.downsample]

    def fit(
        self, training_set: TrainingSet, previous: Any = None, report: Report | None = None
    ) -> WekinatorDtwModel:
        """Keep the demonstrations; it takes so little time that nothing is taken over from `previous`.

        Raises
        ------
        DataError
            If the channels to be compared are not there, or examples are so long that no table holds them.
        Cancelled
            If `report` returned False.
        """
        if report is not None and not report(self.kind, 0.0):
            raise Cancelled
        spec, labels = training_set.spec, training_set.labels
        inputs = self.inputs or spec.names
        strangers = [name for name in inputs if name not in spec.names]
        if strangers:
            raise DataError(
                "model wekinator_dtw, inputs", ", ".join(strangers),
                f"there are {', '.join(spec.names)}", "choose among them",
            )  # fmt: skip
        names = self.gestures or labels
        columns = [spec.names.index(name) for name in inputs]
        shown = [one for one in training_set.demonstrations if one.label in names]
        factor = self.factor(max((len(one) for one in shown), default=1))
        takes = [one.values[::factor][:, columns] for one in shown]
        model = WekinatorDtwModel(
            self,
            spec,
            labels,
            names,
            inputs,
            np.concatenate([np.zeros((0, len(inputs))), *takes]),
            np.array([float(len(take)) for take in takes]),
            np.array([float(names.index(one.label)) for one in shown]),
            factor,
            (*training_set.told, *told(self, labels)),
        )
        if model.cells > MOST_CELLS:
            raise DataError(
                "model wekinator_dtw", f"{len(model.frames)} frames of examples, the longest of {model.longest}",
                f"at most {MOST_CELLS} distances are kept", "let fewer frames count: downsample to a length",
            )  # fmt: skip
        if report is not None and not report(self.kind, 1.0):
            raise Cancelled
        return model

    def unpack(self, table: Mapping[str, Any], arrays: Mapping[str, Array]) -> WekinatorDtwModel:
        """The inverse of `WekinatorDtwModel.pack`."""
        wrong = packing.broken("model wekinator_dtw")
        with packing.reading(wrong):
            spec, labels = packing.spec(table), packing.texts(table, "labels")
            names, inputs = packing.texts(table, "names"), packing.texts(table, "inputs")
            factor, messages = int(table["factor"]), packing.texts(table, "messages")
            frames, lengths, owners = packing.doubles(arrays, ("frames", "lengths", "owners"))
            many = len(lengths)
            sound = lengths.shape == owners.shape == (many,) and factor >= 1 and len(labels) * len(names) > 0
            sound = sound and frames.ndim == 2 and frames.shape[1] == len(inputs) > 0
            sound = sound and set(inputs) <= set(spec.names) and lengths.sum() == len(frames)
            whole = all((array == np.floor(array)).all() for array in (lengths, owners))
            if (
                not sound
                or not whole
                or (lengths < 1.0).any()
                or not np.isin(owners, range(len(names))).all()
            ):
                raise wrong
            model = WekinatorDtwModel(
                self, spec, labels, names, inputs, frames, lengths, owners, factor, messages
            )
            if model.cells > MOST_CELLS:
                raise wrong
        return model


def told(learner: WekinatorDtw, labels: tuple[str, ...]) -> tuple[str, ...]:
    """What does not fit together between the settings and what was demonstrated, for a person to read."""
    known = learner.gestures or labels
    there = ", ".join(known)
    lines = [
        f"'{label}' is none of the gestures {there} and is not looked for; rename it, or add it to them"
        for label in labels
        if label not in known
    ]
    lines += [f"'{name}' has no examples" for name in known if name not in labels]
    lines += [
        f"model, off: no gesture is called '{name}'; there are {there}"
        for name in learner.off
        if name not in known
    ]
    return tuple(lines)


@dataclass(frozen=True, eq=False)
class WekinatorDtwModel:
    """E examples of G gestures, one after the other, with only every `factor`-th frame."""

    learner: WekinatorDtw
    spec: Spec
    labels: tuple[str, ...]
    names: tuple[str, ...]
    """(G,) the gestures in the order of their numbers, whether they were demonstrated or not."""
    inputs: tuple[str, ...]
    """(W,)"""
    frames: Values
    """(S, W) of all examples."""
    lengths: Values
    """(E,) frames of each."""
    owners: Values
    """(E,) the gesture of each, counted from 0."""
    factor: int
    messages: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """Its learner's."""
        return self.learner.kind

    @cached_property
    def outputs(self) -> tuple[Channel, ...]:
        """The distance of each gesture, then the number of the one that matches."""
        last = MATCH if MATCH not in self.names else "number"
        return (*(Channel(name) for name in self.names), Channel(last))

    @property
    def longest(self) -> int:
        """Frames of the longest example, and of the longest window."""
        return int(self.lengths.max(initial=1.0))

    @property
    def cells(self) -> int:
        """Distances that are kept while playing."""
        return self.longest * len(self.frames)

    @property
    def trained(self) -> NDArray[np.bool_]:
        """(G,) whether there is an example of each gesture."""
        return np.isin(range(len(self.names)), self.owners)

    def emptied(self) -> WekinatorDtwModel:
        """The same without examples: nothing can be compared, so every distance is infinite."""
        none = np.zeros(0)
        return replace(self, frames=np.zeros((0, len(self.inputs))), lengths=none, owners=none)

    def start(self) -> WekinatorDtwFollower:
        """Begin a performance."""
        return WekinatorDtwFollower(self)

    def pack(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """Everything in it, exact to the bit."""
        table = {
            **packing.header(self.spec),
            "labels": list(self.labels),
            "names": list(self.names),
            "inputs": list(self.inputs),
            "factor": self.factor,
            "messages": list(self.messages),
        }
        return table, {"frames": self.frames, "lengths": self.lengths, "owners": self.owners}


class WekinatorDtwFollower:
    """One performance: the distances of the last frames from those of all examples."""

    def __init__(self, model: WekinatorDtwModel) -> None:
        learner, names = model.learner, model.names
        self._once = learner.running == "once"
        self._threshold, self._factor, self._spec = learner.threshold, model.factor, model.spec
        self._columns = np.array([model.spec.names.index(name) for name in model.inputs])
        shortest = (
            learner.least if learner.shortest == "constant" else int(model.lengths.min(initial=model.longest))
        )
        firsts = np.append(0, np.cumsum(model.lengths))
        owners = [-1 if names[int(g)] in learner.off else int(g) for g in model.owners]
        named = [names.index(label) if label in names else -1 for label in model.labels]
        head = [len(model.inputs), len(names), len(owners), len(model.frames), len(named), model.longest]
        head += [shortest, learner.hop, kernel.HEADER, kernel.HEADER + len(firsts)]
        head += [kernel.HEADER + len(firsts) + len(owners)]
        self._sizes = np.concatenate([head, firsts, owners, named]).astype(np.int64)
        unit = learner.threshold or 1.0
        self._table = np.concatenate([[unit], model.frames.T.ravel()])
        rows = 1 if self._once else model.longest
        self._state = np.zeros(kernel.X + len(model.inputs) + len(model.frames) * (1 + rows))
        self._x = self._state[kernel.X : kernel.X + len(model.inputs)]
        self._take = kernel.whole if self._once else kernel.windows
        self._gestures, self._labels, self._until = len(names), len(named), 0
        self._out = np.full(len(names) + 1 + 3 * len(named), np.inf)
        self._progress = np.zeros(len(named))
        self._deviations = np.zeros(len(names) + 1)
        self.kept = False
        """Whether the last frame counted and has an answer of its own: with downsampling only some have."""
        self._told = self._out, kernel.tell(self._sizes, self._table, self._out, self._threshold)

    def step(self, frame: Frame) -> Estimate:
        """Take one frame; one that does not count, or cannot as a value is not finite, repeats the last estimate."""
        if len(frame.values) != self._spec.width:
            raise misfit(self._spec, frame.values)
        self.kept = False
        if self._until:
            self._until -= 1
        else:
            self._take_in(frame)
        return self._estimate(frame, *self._told)

    def _take_in(self, frame: Frame) -> None:
        """One frame that counts, if its values are finite: else the next one does."""
        self._x[:] = frame.values[self._columns]
        out = np.empty(len(self._out))
        if self._take(self._sizes, self._table, self._state, out) == kernel.NOT_FINITE:
            return
        self._until = self._factor - 1
        if self._once:
            self._out = out
            return
        self.kept = True
        self._told = out, kernel.tell(self._sizes, self._table, out, self._threshold)

    def conclude(self) -> Values:
        """(G + 1,) distances of all frames since the beginning, and the number of the nearest gesture, whatever it is.

        What is to be said when running stops and matches are found once; without a frame there is none, 0.
        """
        out = self._out.copy()
        kernel.tell(self._sizes, self._table, out, np.inf)
        return out[: self._gestures + 1]

    def _estimate(self, frame: Frame, out: Values, winner: int) -> Estimate:
        count, many = self._gestures + 1, self._labels
        logs, posterior, fit = (out[count + i * many : count + (i + 1) * many] for i in range(3))
        return Estimate(
            frame.time, logs, posterior, self._progress, fit, out[:count], self._deviations, frame.values,
            winner if winner >= 0 else NONE, frame.arrived,
        )  # fmt: skip
