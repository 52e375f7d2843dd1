"""Demonstrations kept as templates: the fitted thing that Follow, Gvf and Dtw share, and how it is calibrated."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

import numpy as np

from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.frames import NONE, Channel, Estimate, Frame, Spec, Values
from gesturemap.models import packing, scaling
from gesturemap.models.model import Array, Cancelled, Report, misfit
from gesturemap.models.remarks import ignored
from gesturemap.models.scaling import Scaling

MOST = 100_000
"""Templates, channels or outputs in a saved model: anything above is a broken file."""
LOOKS, SPARSEST = 50.0, 0.2
"""As many independent frames a gesture is taken to have, as frames in a row are alike; one in five at least."""
FOLDS = 4
"""So many demonstrations of a gesture are left out, one by one, to see what it reaches."""
STRANGERS = 3
"""With the demonstrations of so many other gestures it is compared."""
LOW = 0.1
"""The share of the frames of left-out demonstrations that may lie below their level."""
BETWEEN, ALONE = 0.5, 0.65
"""Where `fit` is 0.5: so far from the own level to that of strangers; one demonstration alone meets itself too well."""
LEAST = 0.05
"""Least distance of edge and level, in nats per channel."""
TOP = 3.0
"""The logit of `fit` at the median of the demonstrations."""


class Kept(NamedTuple):
    """What a kernel plays: everything that does not change, and the room for what does."""

    sizes: Array
    table: Values
    state: Values
    step: Callable[[Any, Any, Any, Any], int]


def placed(sizes: Array, parts: Mapping[int, Values], head: Values) -> Values:
    """All parts one after the other behind the head; where each begins is written into `sizes`."""
    at = len(head)
    for name, values in parts.items():
        sizes[name], at = at, at + len(values)
    return np.concatenate([head, *parts.values()])


class Settings(Protocol):
    """What the three learners have in common."""

    @property
    def kind(self) -> str:
        """Its name in the catalogue."""
        ...

    @property
    def templates(self) -> int:
        """Most demonstrations kept of each gesture."""
        ...

    def units(self, scaled: Scaling, training_set: TrainingSet) -> tuple[Scaling, dict[str, float]]:
        """The scaling it wants, and what else it learns from all demonstrations."""
        ...

    def outputs(self, spec: Spec, demonstrated: tuple[Channel, ...]) -> tuple[Channel, ...]:
        """What it puts out."""
        ...

    def layout(self, model: TemplateModel) -> Kept:
        """The model laid out for its kernel; the state is a fresh one."""
        ...


class Templates:
    """What the learners of this family have in common: how they are fitted and read."""

    def fit(
        self, training_set: TrainingSet, previous: Any = None, report: Report | None = None
    ) -> TemplateModel:
        """Keep the demonstrations; it takes so little time that nothing is taken over from `previous`."""
        return fit(self, training_set, report)

    def unpack(self, table: Mapping[str, Any], arrays: Mapping[str, Array]) -> TemplateModel:
        """The inverse of `TemplateModel.pack`."""
        return unpack(self, table, arrays)


@dataclass(frozen=True, eq=False)
class TemplateModel:
    """N templates of K gestures, one after the other, in one scaling."""

    learner: Settings
    spec: Spec
    demonstrated: tuple[Channel, ...]
    """The outputs that were demonstrated with the movement."""
    labels: tuple[str, ...]
    scaling: Scaling
    owners: Values
    """(N,) the gesture of each template, ascending."""
    lengths: Values
    """(N,) frames."""
    frames: Values
    """(T, C) of all templates, scaled."""
    targets: Values
    """(T, M) demonstrated outputs."""
    learned: Mapping[str, float]
    """What else the learner found out."""
    edges: Values
    """(K,) the log-likelihood, nats per frame, at which `fit` is 0.5."""
    gains: Values
    """(K,) how fast the logit of `fit` changes there."""
    messages: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """Its learner's."""
        return self.learner.kind

    @cached_property
    def outputs(self) -> tuple[Channel, ...]:
        """The outputs of its estimates."""
        return self.learner.outputs(self.spec, self.demonstrated)

    @cached_property
    def kept(self) -> Kept:
        """Laid out for playing."""
        return self.learner.layout(self)

    @property
    def firsts(self) -> list[int]:
        """The place of each template's first frame, and the number of frames."""
        return [0, *np.cumsum(self.lengths).astype(int).tolist()]

    @property
    def evidence(self) -> float:
        """How much the likelihood of one frame counts."""
        return float(np.clip(LOOKS / np.median(self.lengths), SPARSEST, 1.0))

    @property
    def moving(self) -> int:
        """Channels that count for something, at least 1."""
        return max(int((self.scaling.scale > 0.0).sum()), 1)

    def start(self) -> TemplateFollower:
        """Begin a performance."""
        return TemplateFollower(self)

    def only(self, gesture: int, without: int = -1) -> TemplateModel:
        """One gesture alone, perhaps without one of the templates."""
        chosen = [n for n in range(len(self.owners)) if self.owners[n] == gesture and n != without]
        places = self.firsts
        rows = np.concatenate([np.arange(places[n], places[n + 1]) for n in chosen])
        return replace(
            self, labels=self.labels[gesture : gesture + 1], owners=np.zeros(len(chosen)),
            lengths=self.lengths[chosen], frames=self.frames[rows], targets=self.targets[rows],
            edges=np.zeros(1), gains=np.ones(1),
        )  # fmt: skip

    def pack(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """Everything in it, exact to the bit."""
        table: dict[str, Any] = {
            **packing.header(self.spec),
            "outputs": packing.names(self.demonstrated),
            "labels": list(self.labels),
            "learned": dict(self.learned),
            "remarks": list(self.messages),
        }
        arrays: dict[str, Array] = {
            "centre": self.scaling.centre, "scale": self.scaling.scale, "owners": self.owners,
            "lengths": self.lengths, "frames": self.frames, "edges": self.edges, "gains": self.gains,
        }  # fmt: skip
        return table, arrays | ({"targets": self.targets} if self.demonstrated else {})


def unpack(learner: Any, table: Mapping[str, Any], arrays: Mapping[str, Array]) -> TemplateModel:
    """The inverse of `TemplateModel.pack`.

    Raises
    ------
    DataError
        If something is missing or does not fit together.
    """
    wrong = packing.broken(f"model {learner.kind}")
    with packing.reading(wrong):
        spec = packing.spec(table)
        demonstrated = packing.channels(table, "outputs")
        labels = packing.texts(table, "labels")
        learned = {str(name): float(value) for name, value in table["learned"].items()}
        remarks = packing.texts(table, "remarks")
        names = ("centre", "scale", "owners", "lengths", "frames", "edges", "gains")
        wanted = (*names, "targets") if demonstrated else names
        found = dict(zip(wanted, packing.doubles(arrays, wanted), strict=True))
    owners, lengths, frames = found["owners"], found["lengths"], found["frames"]
    count, total = len(labels), len(frames)
    targets = found.setdefault("targets", np.zeros((total, 0)))
    shapes = {
        "centre": (spec.width,), "scale": (spec.width,), "owners": (owners.size,), "lengths": (owners.size,),
        "frames": (total, spec.width), "edges": (count,), "gains": (count,),
        "targets": (total, len(demonstrated)),
    }  # fmt: skip
    sound = (
        1 <= count <= owners.size <= MOST
        and all(found[name].shape == shape for name, shape in shapes.items())
        and all(np.isfinite(array).all() for array in found.values())
        and all(np.isfinite(value) for value in learned.values())
        and (lengths >= 1).all()
        and (lengths == np.floor(lengths)).all()
        and lengths.sum() == total
        and np.array_equal(np.unique(owners), np.arange(count))
        and (np.diff(owners) >= 0).all()
        and packing.scales(found["scale"])
        and set(learned) == set(learner.learns)
    )
    if not sound:
        raise wrong
    return TemplateModel(
        learner, spec, demonstrated, labels, Scaling(found["centre"], found["scale"]), owners, lengths, frames,
        targets, learned, found["edges"], found["gains"], remarks,
    )  # fmt: skip


class TemplateFollower:
    """One performance: the running state of a kernel."""

    def __init__(self, model: TemplateModel) -> None:
        gestures, channels, outputs = len(model.labels), model.spec.width, len(model.outputs)
        sizes, table, fresh, self._kernel = model.kept
        self._spec = model.spec
        state = fresh.copy()
        ends = [0, *(gestures * i for i in range(1, 5)), 4 * gestures + outputs, 4 * gestures + 2 * outputs]
        self._cuts = tuple(slice(a, b) for a, b in pairwise(ends))
        self._settled = state[:channels], sizes, table, state, ends[-1]
        flat, nothing = np.full(gestures, 1.0 / gestures), np.zeros(gestures)
        neutral = np.array([1.0 if output.unit == "x" else 0.0 for output in model.outputs])
        if model.demonstrated and model.outputs[: len(model.demonstrated)] == model.demonstrated:
            neutral[: len(model.demonstrated)] = model.targets.mean(0)
        self._last = Estimate(
            0.0, nothing, flat, nothing, nothing, neutral, np.zeros(outputs), np.zeros(channels), NONE
        )

    def step(self, frame: Frame) -> Estimate:
        """Take one frame; one with a value that is not finite changes nothing and repeats the last estimate."""
        time, values, arrived = frame
        x, sizes, table, state, width = self._settled
        a, b, c, d, e, f = self._cuts
        if len(values) != len(x):
            raise misfit(self._spec, values)
        x[:] = values
        out = np.empty(width)
        winner = self._kernel(sizes, table, state, out)
        if winner == NOT_FINITE:
            return self._last._replace(time=time, features=values, arrived=arrived)
        estimate = Estimate(time, out[a], out[b], out[c], out[d], out[e], out[f], values, winner, arrived)
        self._last = estimate
        return estimate


NOT_FINITE = -2
"""What a kernel returns for a frame with a value that is not a number; nothing has changed then."""


def central(takes: Sequence[Values], most: int) -> list[int]:
    """The `most` takes (T, C) nearest to the others, ascending; compared as 50 evenly spaced frames."""
    if len(takes) <= most:
        return list(range(len(takes)))
    flat = np.stack([take[np.linspace(0, len(take) - 1, 50).round().astype(int)].ravel() for take in takes])
    apart = np.sqrt(np.maximum(((flat[:, None, :] - flat[None, :, :]) ** 2).sum(2), 0.0)).mean(1)
    return sorted(np.argsort(apart, kind="stable")[:most].tolist())


def fit(learner: Any, training_set: TrainingSet, report: Report | None) -> TemplateModel:
    """Keep the demonstrations as templates, and find out for each gesture where "none of these" begins.

    Raises
    ------
    Cancelled
        If `report` returned False.
    """
    labels, spec = training_set.labels, training_set.spec

    def tell(label: str, part: float) -> None:
        if report is not None and not report(label, part):
            raise Cancelled

    tell(labels[0], 0.0)
    moments = []
    for label in labels:
        values = np.concatenate([d.values for d in training_set.of(label)])
        moments.append((len(values), *scaling.moments(values)))
    scaled, learned = learner.units(scaling.pooled(moments, spec.width), training_set)
    inverse = scaled.inverse
    owners, kept, targets, remarks = [], [], [], list(training_set.told)
    for index, label in enumerate(labels):
        demonstrations = training_set.of(label)
        takes = [(d.values - scaled.centre) * inverse for d in demonstrations]
        chosen = central(takes, learner.templates)
        if len(chosen) < len(takes):
            remarks.append(
                f"'{label}' has {len(takes)} demonstrations: the {len(chosen)} nearest to the others are kept"
            )
        owners += [float(index)] * len(chosen)
        kept += [takes[n] for n in chosen]
        targets += [_targets(demonstrations[n]) for n in chosen]
    remarks += ignored(spec.names, scaled.scale)
    model = TemplateModel(
        learner, spec, training_set.outputs, labels, scaled, np.array(owners),
        np.array([float(len(take)) for take in kept]), np.concatenate(kept), np.concatenate(targets), learned,
        np.zeros(len(labels)), np.ones(len(labels)), tuple(remarks),
    )  # fmt: skip
    limits = []
    for index, label in enumerate(labels):
        tell(label, (index + 0.1) / len(labels))
        limits.append(edge_and_gain(model, index))
    tell("", 1.0)
    edges, gains = np.array(limits).T
    return replace(model, edges=np.ascontiguousarray(edges), gains=np.ascontiguousarray(gains))


def _targets(demonstration: Demonstration) -> Values:
    return demonstration.targets if demonstration.outputs else np.zeros((len(demonstration), 0))


def levels(model: TemplateModel, frames: Values) -> Values:
    """Log-likelihoods under the first gesture, nats per frame, in the second half of one take (T, C), scaled."""
    step = model.start().step
    raw = model.scaling.centre + frames * model.scaling.scale
    every = [step(Frame(0.0, row)).log_likelihoods[0] for row in raw]
    return np.array(every[len(every) // 2 :])


def edge_and_gain(model: TemplateModel, gesture: int) -> tuple[float, float]:
    """Where `fit` of a gesture is 0.5, and how fast its logit changes there.

    The edge lies between what its own demonstrations reach, each left out, and what strangers reach: the
    other gestures, and its own backwards. Strangers that reach as much say nothing.
    """
    places = model.firsts
    takes = [model.frames[a:b] for a, b in pairwise(places)]
    mine = [n for n in range(len(takes)) if model.owners[n] == gesture]
    alone = model.only(gesture)
    tested = mine[:: -(-len(mine) // FOLDS)]
    own = [
        levels(model.only(gesture, without=n) if len(mine) > 1 else alone, takes[n]) for n in tested
    ]  # fmt: skip
    gestures = len(model.labels)
    others = [(gesture + 1 + i) % gestures for i in range(min(STRANGERS, gestures - 1))]
    firsts = np.searchsorted(model.owners, others).tolist()
    strange = [levels(alone, takes[n]) for n in firsts] + [levels(alone, takes[mine[0]][::-1])]
    middle, low = np.quantile(np.concatenate(own), [0.5, LOW])
    stranger = float(np.median([np.median(one) for one in strange]))
    gap = max((BETWEEN if len(mine) > 1 else ALONE) * (low - stranger), LEAST * model.moving)
    return float(low - gap), float(TOP / (middle - low + gap))
