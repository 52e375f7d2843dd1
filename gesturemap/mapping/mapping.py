"""The contract of every mapping, and the run that plays all mappings of a project as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Protocol

import numpy as np

from gesturemap.errors import SettingsError
from gesturemap.frames import Channel, Controls, Estimate, Event, Spec, Values


@dataclass(frozen=True)
class Source:
    """What there is to map from: the model's gestures and outputs, and the features."""

    labels: tuple[str, ...]
    outputs: tuple[Channel, ...]
    features: Spec
    spots: bool = False
    """Whether the model says itself in which frame a gesture happened (`Estimate.spotted`)."""


class MappingPart(Protocol):
    """One running mapping."""

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


class MappingRun:
    """All mappings of a project: one estimate in, one `Controls` out."""

    def __init__(self, settings: Sequence[Mapping], source: Source) -> None:
        self.parts = [mapping.start(source) for mapping in settings]
        self.controls = Spec(tuple(control for part in self.parts for control in part.controls))
        self.neutral = np.concatenate([np.zeros(0), *(part.neutral for part in self.parts)])
        ends = np.cumsum([0, *(len(part.controls) for part in self.parts)]).tolist()
        self._steps = [
            (part.step, slice(start, end))
            for part, (start, end) in zip(self.parts, pairwise(ends), strict=True)
        ]

    def step(self, estimate: Estimate) -> Controls:
        """Map one estimate."""
        values = np.empty(self.controls.width)
        events: tuple[Event, ...] = ()
        for step, own in self._steps:
            events += step(estimate, values[own])
        return Controls(estimate.time, values, events, estimate.arrived)


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
            f"there are {', '.join(labels) or 'none'}",
            "name one of them, or record it first",
        )
    return list(labels).index(label)
