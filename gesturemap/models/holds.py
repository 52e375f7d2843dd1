"""Holds: gestures that last, such as a clenched fist seen by muscle sensors, told from how much each channel moves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.frames import Channel, Estimate, Frame, Spec, Values
from gesturemap.models import packing
from gesturemap.models.instant import Instant, InstantModel
from gesturemap.models.machine import Answer, Examples, Tell
from gesturemap.models.model import Array, Report, misfit
from gesturemap.models.spotting_fit import period

QUIET = 0.05
"""Added to the strength before its logarithm, in deviations of the channel: silence has a finite one."""
FURTHEST = 1e6
"""Values further than this many deviations from the centre are taken to lie there."""
TELLING = 0.1
"""Least variance between holds, in variances within one, of what is looked at: the mean of a muscle sensor tells
nothing, and with few cycles it would seem to."""
LONGEST = 100_000
"""Frames in a window, at most."""


@dataclass(frozen=True, eq=False)
class Discriminant:
    """(K, C) slopes and (K,) offsets of the discriminants; every hold is as likely before it is seen."""

    slopes: Values
    offsets: Values

    def pack(self) -> dict[str, Array]:
        """Its arrays."""
        return {"slopes": self.slopes, "offsets": self.offsets}

    def start(self) -> Answer:
        """An evaluator."""
        slopes, offsets = self.slopes, self.offsets

        def step(x: Values) -> Values:
            logs = slopes @ x + offsets
            shares = np.exp(logs - logs.max())
            return np.asarray(shares / shares.sum())

        return step


@dataclass(frozen=True)
class Holds(Instant):
    """Linear discriminant analysis of the strength (log mean |deviation|) and the mean of each channel in a window.

    Rest is a hold like any other: demonstrate it too. Time within a hold does not count.

    Source: Fisher (1936); Hudgins, Parker and Scott (1993), "A new strategy for multifunction myoelectric
    control", for the mean absolute value; Friedman (1989), "Regularized discriminant analysis", eq. 18.
    """

    kind: ClassVar[str] = "holds"

    seconds: float = setting(0.1, "how long strength and mean are taken over", unit="s", low=0.001, high=10.0)
    shrinkage: float = setting(
        0.1, "share of the common covariance that is taken for diagonal", low=0.0, high=1.0
    )
    window: int = setting(
        0,
        "frames over which posteriors are averaged; 0: as few as tell the demonstrations apart",
        unit="frames",
        low=0,
        high=LONGEST,
    )

    def fit(  # type: ignore[override]  # it plays through windows of its own
        self, training_set: TrainingSet, previous: Any = None, report: Report | None = None
    ) -> HoldsModel:
        """Learn from demonstrations; an unchanged `previous` is taken over."""
        values = np.concatenate([d.values for d in training_set.demonstrations])
        centre, spread = values.mean(0), values.std(0)
        spread[spread <= 1e-12 * np.abs(centre)] = 1.0
        seconds = period(training_set.demonstrations, training_set.spec.rate)
        shortest = min(len(d) for d in training_set.demonstrations)
        frames = max(1, min(round(self.seconds / seconds), shortest, LONGEST))
        seen = Seen(training_set.spec, centre, spread, frames)
        inner = previous.inner if isinstance(previous, HoldsModel) and previous.seen.same(seen) else None
        through = TrainingSet(
            tuple(seen.through(d) for d in training_set.demonstrations), told=training_set.told
        )
        return HoldsModel(seen, super().fit(through, inner, report))

    def unpack(self, table: Mapping[str, Any], arrays: Mapping[str, Array]) -> HoldsModel:  # type: ignore[override]
        """The inverse of `HoldsModel.pack`."""
        wrong = packing.broken("model holds")
        with packing.reading(wrong):
            spec = packing.spec(table, "raw")
            frames = int(table["frames"])
            centre, spread = packing.doubles(arrays, ("rest", "spread"))
        sound = centre.shape == spread.shape == (spec.width,) and 1 <= frames <= LONGEST
        if not sound or (spread <= 0.0).any() or not packing.scales(spread):
            raise wrong
        rest = {name: array for name, array in arrays.items() if name not in ("rest", "spread")}
        inner = super().unpack(table, rest)
        if inner.spec.width != 2 * spec.width:
            raise wrong
        return HoldsModel(Seen(spec, centre, spread, frames), replace(inner, learner=self))

    def train(self, examples: Examples, tell: Tell) -> tuple[Discriminant, Values, tuple[str, ...]]:
        """Means of the holds, and the covariance they share."""
        frames, owners, width = examples.frames, examples.owners, examples.frames.shape[1]
        means = np.stack([frames[owners == k].mean(0) for k in range(examples.gestures)])
        common = np.zeros((width, width))
        for k in range(examples.gestures):
            apart = frames[owners == k] - means[k]
            common += apart.T @ apart / len(apart) / examples.gestures
        kept = np.diag(common)
        common = (1.0 - self.shrinkage) * common + np.diag(self.shrinkage * kept + 1e-3)
        telling = means.var(0) > TELLING * kept
        slopes = np.zeros_like(means)
        if telling.any():
            slopes[:, telling] = np.linalg.solve(common[np.ix_(telling, telling)], means[:, telling].T).T
        return Discriminant(np.ascontiguousarray(slopes), -0.5 * (slopes * means).sum(1)), np.zeros(0), ()

    def machine(
        self, arrays: Mapping[str, Array], channels: int, classes: int, outputs: int
    ) -> Discriminant | None:
        """The inverse of `Discriminant.pack`."""
        slopes, offsets = arrays["slopes"], arrays["offsets"]
        if slopes.shape != (classes, channels) or offsets.shape != (classes,):
            return None
        return Discriminant(slopes, offsets)


@dataclass(frozen=True, eq=False)
class Seen:
    """What a hold is told from: strengths and means (2 C,) of the last frames; centre and spread (C,) in raw units."""

    spec: Spec
    centre: Values
    spread: Values
    frames: int

    @cached_property
    def inner(self) -> Spec:
        """Strengths, then means."""
        names = [f"{what}.{name}" for what in ("strength", "mean") for name in self.spec.names]
        return Spec(tuple(Channel(name) for name in names), self.spec.rate)

    def same(self, other: Seen) -> bool:
        """Whether they see the same."""
        return (
            self.spec.names == other.spec.names and self.frames == other.frames
            and np.array_equal(self.centre, other.centre) and np.array_equal(self.spread, other.spread)
        )  # fmt: skip

    def start(self) -> Window:
        """Begin with an empty window."""
        return Window(self)

    def through(self, demonstration: Demonstration) -> Demonstration:
        """What is seen of a demonstration."""
        window = self.start()
        rows = np.array([window.step(row) for row in demonstration.values])
        return replace(demonstration, spec=self.inner, values=rows, outputs=(), targets=np.zeros((0, 0)))


class Window:
    """The last frames, and what is seen of them."""

    def __init__(self, seen: Seen) -> None:
        self._centre, self._inverse, self._width = seen.centre, 1.0 / seen.spread, seen.spec.width
        self._low, self._high = seen.centre - FURTHEST * seen.spread, seen.centre + FURTHEST * seen.spread
        self._rows = np.zeros((seen.frames, 2 * seen.spec.width))
        self._count, self._frames = 0, seen.frames

    def step(self, values: Values) -> Values:
        """(2 C,) of the last frames, with this one; anew each time, so that rounding never adds up."""
        width, place = self._width, self._count % self._frames
        apart = (np.clip(values, self._low, self._high) - self._centre) * self._inverse
        row = self._rows[place]
        row[width:] = apart
        np.abs(apart, out=row[:width])
        self._count += 1
        if self._count >= 2 * self._frames:
            self._count -= self._frames
        filled = self._rows[: min(self._count, self._frames)]
        out: Values = np.add.reduce(filled, axis=0) / len(filled)
        np.log(out[:width] + QUIET, out=out[:width])
        return out


@dataclass(frozen=True, eq=False)
class HoldsModel:
    """A model of single frames, fed with windows."""

    kind: ClassVar[str] = "holds"
    held: ClassVar[bool] = True
    outputs: ClassVar[tuple[Channel, ...]] = ()

    seen: Seen
    inner: InstantModel

    @property
    def learner(self) -> Any:
        """Its settings."""
        return self.inner.learner

    @property
    def spec(self) -> Spec:
        """The channels of the frames it takes."""
        return self.seen.spec

    @property
    def labels(self) -> tuple[str, ...]:
        """The K holds."""
        return self.inner.labels

    @property
    def messages(self) -> tuple[str, ...]:
        """What a person should know about the fit."""
        return self.inner.messages

    def start(self) -> HoldsFollower:
        """Begin a performance."""
        return HoldsFollower(self)

    def pack(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """Everything in it, exact to the bit."""
        table, arrays = self.inner.pack()
        table |= {"raw": packing.names(self.spec.channels), "frames": self.seen.frames}
        return table, arrays | {"rest": self.seen.centre, "spread": self.seen.spread}


class HoldsFollower:
    """One performance: a window, and the model of single frames behind it."""

    def __init__(self, model: HoldsModel) -> None:
        self._window, self._inner = model.seen.start(), model.inner.start()
        self._spec = model.spec
        self._blank = np.full(model.inner.spec.width, math.nan)

    def step(self, frame: Frame) -> Estimate:
        """Take one frame; one with a value that is not finite changes nothing and repeats the last estimate."""
        time, values, arrived = frame
        if len(values) != self._spec.width:
            raise misfit(self._spec, values)
        seen = self._window.step(values) if np.isfinite(values).all() else self._blank
        return self._inner.step(Frame(time, seen, arrived))._replace(features=values)
