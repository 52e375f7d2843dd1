"""The contract of every mapping, and the run that plays all mappings of a project as one."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from collections.abc import Mapping as Table
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar, Protocol

import numpy as np

from gesturemap.errors import GesturemapError, SettingsError
from gesturemap.frames import Channel, Controls, Estimate, Event, Spec, Values
from gesturemap.mapping.beat import Beat
from gesturemap.mapping.cut import Cut


@dataclass(frozen=True)
class Source:
    """What there is to map from: the model's gestures and outputs, and the features."""

    labels: tuple[str, ...]
    outputs: tuple[Channel, ...]
    features: Spec
    spots: bool = False
    """Whether the model says itself in which frame a gesture happened (`Estimate.spotted`)."""
    told: tuple[str, ...] | None = None
    """Gestures whose beginnings some mapping of the project tells; None: nobody has looked."""
    vocabulary: tuple[str, ...] = ()
    """All gestures in the order in which they are numbered; those of the model that are not among them follow."""
    unknown: Callable[[Values], Values] | None = None
    """How much of what comes is none of them, 0..1, of its log-likelihoods (K,); None: the model cannot say."""


class MappingPart(Protocol):
    """One running mapping.

    One with a method ``hear(event)`` is told what happened in a frame, by whichever mapping, before its step. One
    with a `beat` lets events out late, between two frames by ``release(now, values)``. One that says what happened has
    a `cut`, which leaves out what a panic has cut. One that knows it has `spans`, the widths of its controls' ranges,
    and `unsaid`, the names of those for which nobody chose a value at rest. One that has `going`, the gesture that goes
    on, or is moved by events, can take over from the same of another model: ``inherits(other, names)`` says whether,
    ``go_on(other, names)`` does it; `names` are the gestures' now, by those they had.
    """

    controls: tuple[Channel, ...]
    """The controls it writes; may be none."""
    neutral: Values
    """Their values at rest."""

    def step(self, estimate: Estimate, values: Values) -> tuple[Event, ...]:
        """Write its own controls into `values` (a view of its width) and return what happened."""
        ...


class Mapping(Protocol):
    """Settings of one mapping."""

    kind: ClassVar[str]

    def start(self, source: Source) -> MappingPart:
        """Look up what it maps from.

        Raises
        ------
        SettingsError
            If the model or the features do not have it.
        """
        ...


Step = Callable[[Estimate, Values], tuple[Event, ...]]
Release = Callable[[float, Values], tuple[Event, ...]]


class MappingRun:
    """All mappings of a project: one estimate in, one `Controls` out.

    Parameters
    ----------
    cut : what a panic has cut.
    """

    def __init__(self, settings: Sequence[Mapping], source: Source, cut: Cut | None = None) -> None:
        owners: dict[str, int] = {}
        self.parts = [begun(mapping, source, number, owners) for number, mapping in enumerate(settings)]
        self.controls = Spec(tuple(control for part in self.parts for control in part.controls))
        self.neutral = np.concatenate([np.zeros(0), *(part.neutral for part in self.parts)])
        self.spans = np.concatenate(
            [np.zeros(0), *(getattr(part, "spans", np.zeros(len(part.controls))) for part in self.parts)]
        )
        """(N,) how wide the range of each control is; 0: nobody knows."""
        ends = np.cumsum([0, *(len(part.controls) for part in self.parts)]).tolist()
        for part in self.parts if cut is not None else ():
            if hasattr(part, "cut"):
                part.cut = cut
        self.by_hand: Values | None = None
        """(M,) outputs set by hand, in place of the model's."""
        self._many = len(source.outputs)
        self._hears = [part.hear for part in self.parts if hasattr(part, "hear")]
        placed = [(part, slice(*place)) for part, place in zip(self.parts, pairwise(ends), strict=True)]
        self._placed = placed
        self.beats: list[Beat] = [beat for part in self.parts if (beat := getattr(part, "beat", None))]
        self._releases: list[tuple[Release, slice]] = []
        self._steps: list[tuple[Step, slice]] = []
        self._later: list[tuple[Step, slice]] = []
        for part, place in placed:
            if getattr(part, "beat", None):
                self._releases.append((part.release, place))  # type: ignore[attr-defined]
            (self._later if hasattr(part, "hear") else self._steps).append((part.step, place))

    def step(self, estimate: Estimate) -> Controls:
        """Map one estimate."""
        if self.by_hand is not None:
            estimate = estimate._replace(outputs=self.by_hand)
        values = np.empty(self.controls.width)
        events: tuple[Event, ...] = ()
        for step, own in self._steps:
            events += step(estimate, values[own])
        if self._later:
            self._tell(events)
            for step, own in self._later:
                step(estimate, values[own])
        return Controls(estimate.time, values, events, estimate.arrived)

    def set_by_hand(self, values: Sequence[float] | Values) -> None:
        """Map these outputs from now on, whatever the model says; none, or another number of them: the model's."""
        self.by_hand = np.array(values, dtype=float) if 0 < len(values) == self._many else None

    @property
    def unsaid(self) -> frozenset[str]:
        """Controls for which nobody chose a value at rest."""
        return frozenset(name for part in self.parts for name in getattr(part, "unsaid", ()))

    @property
    def untouched(self) -> frozenset[str]:
        """Controls that go to their values at once, also where another mapping was in their place."""
        parts = [part for part in self.parts if getattr(part, "untouched", False)]
        return frozenset(control.name for part in parts for control in part.controls)

    @property
    def due(self) -> float:
        """When the next event comes out that waits for a beat; inf: none does."""
        return min([beat.due for beat in self.beats]) if self.beats else math.inf

    def release(self, controls: Controls, now: float) -> Controls:
        """What comes out between two frames, beside the controls as they were."""
        values = controls.values.copy()
        events: tuple[Event, ...] = ()
        for release, own in self._releases:
            events += release(now, values[own])
        self._tell(events)
        return controls._replace(values=values, events=events)

    def cut(self, *, drop: bool) -> tuple[Event, ...]:
        """End at once what has come out late; what still waits goes on waiting, or never comes."""
        return tuple(event for beat in self.beats for event in beat.cut(drop=drop))

    def end(self, nothing: Estimate, but: Collection[MappingPart]) -> tuple[Event, ...]:
        """Its last step: what ends where nothing speaks for anything; what is in these parts goes on elsewhere."""
        values = np.empty(self.controls.width)
        ending = [(part, own) for part, own in self._placed if part not in but]
        events = tuple(event for part, own in ending for event in part.step(nothing, values[own]))
        beats: list[Beat] = [beat for part, _ in ending if (beat := getattr(part, "beat", None))]
        return events + tuple(event for beat in beats for event in beat.cut(drop=False))

    def follow(self, at: float, step: float, now: float) -> None:
        """Beats come from outside: beat 0 of the song, and the seconds from one to the next (0: as they were)."""
        for beat in self.beats:
            beat.follow(at, step, now)

    def lead(self) -> None:
        """Beats come from outside no more."""
        for beat in self.beats:
            beat.lead()

    def adopt(self, other: MappingRun) -> None:
        """Go on with the beats of another, and with what waits for them; what is set by hand stays set."""
        self.set_by_hand(() if other.by_hand is None else other.by_hand)
        for beat, before in zip(self.beats, other.beats, strict=False):
            beat.adopt(before)

    def heirs(self, other: MappingRun, names: Table[str, str]) -> list[tuple[Any, Any]]:
        """The parts of another with which parts of this one can go on, each before its heir."""
        pairs = list(zip(other._telling, self._telling, strict=False))
        gated = {part.controls[0].name: part for part in other.parts if hasattr(part, "hear")}
        pairs += [(gated.get(part.controls[0].name), part) for part in self.parts if hasattr(part, "hear")]
        return [(before, part) for before, part in pairs if before and part.inherits(before, names)]

    @property
    def _telling(self) -> list[Any]:
        """The parts that say which gesture goes on."""
        return [part for part in self.parts if hasattr(part, "going")]

    def _tell(self, events: tuple[Event, ...]) -> None:
        """Let those who want to know hear what happened."""
        for event in events:
            for hear in self._hears:
                hear(event)


def begun(mapping: Mapping, source: Source, number: int, owners: dict[str, int]) -> MappingPart:
    """One mapping of a project, started.

    Parameters
    ----------
    number : its place among the mappings, from 0, which is said of what is wrong with it.
    owners : control -> number of the mapping before that sets it; its own are added.

    Raises
    ------
    SettingsError
        If the model or the features do not have what it maps from, or another one sets a control of it.
    """
    try:
        part = mapping.start(source)
    except GesturemapError as error:
        raise error.at(f"mapping[{number}] {error.place}") from error
    for control in part.controls:
        if control.name in owners:
            raise SettingsError(
                f"mapping[{owners[control.name]}] and mapping[{number}]", f"both set {control.name}",
                "each control is set by one mapping", "rename the control of one, or remove one",
            )  # fmt: skip
    owners.update((control.name, number) for control in part.controls)
    return part


def told(settings: Sequence[Mapping], labels: tuple[str, ...]) -> tuple[str, ...]:
    """The gestures whose beginnings these mappings tell."""
    found = [tells(labels) for mapping in settings if (tells := getattr(mapping, "tells", None))]
    return tuple(dict.fromkeys(label for some in found for label in some))


def driven(settings: Sequence[Mapping]) -> tuple[str, ...]:
    """The controls that these mappings set as soon as a model plays, as far as their settings name them."""
    found = [sets() for mapping in settings if (sets := getattr(mapping, "sets", None))]
    return tuple(dict.fromkeys(name for some in found for name in some))


def pick(label: str, labels: Sequence[str], place: str) -> int:
    """Index of a gesture.

    Raises
    ------
    SettingsError
        If there is no such gesture.
    """
    if label not in labels:
        raise SettingsError(
            place,
            f"no gesture {label!r}",
            f"there are {', '.join(labels)}" if labels else "there is none",
            "name one of them, or record it first" if labels else "record it first",
        )
    return list(labels).index(label)
