"""Morph: how controls go over to a new model or a new mapping, without a jump."""

from __future__ import annotations

from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.clock import Period
from gesturemap.frames import Channel, Controls, Estimate, Event, Spec, Values
from gesturemap.mapping.mapping import Mapping, Source


@dataclass(frozen=True)
class Morph:
    """When a newly trained model or an edited mapping takes over, every control cross-fades from where it was.

    In each frame of so many seconds a control moves by the new mapping's own step and, besides, by that frame's
    share of the whole difference at most. It sets no control of its own; a project has one of these, or the
    default.
    """

    kind: ClassVar[str] = "morph"

    seconds: float = setting(
        0.15, "time in which controls go over to a new model or mapping", unit="s", low=0.0, high=60.0
    )

    def start(self, source: Source) -> MorphPart:
        """Nothing is looked up."""
        return MorphPart()


class MorphPart:
    """It writes nothing: the whole instrument is what goes over."""

    controls: tuple[Channel, ...] = ()
    neutral: Values = np.zeros(0)

    def step(self, estimate: Estimate, values: Values) -> tuple[Event, ...]:
        """Nothing happens."""
        return ()


def morph_of(mapping: Sequence[Mapping]) -> float:
    """Seconds that a mapping takes to go over."""
    return next((one.seconds for one in mapping if isinstance(one, Morph)), Morph().seconds)


class Crossing:
    """One way over, from the values that were sent last to those of a new mapping; `done` at its end.

    Controls that were not there before begin where the new mapping puts them.
    """

    def __init__(self, last: Table[str, float], controls: Spec, seconds: float) -> None:
        self._last = np.array([last.get(name, np.nan) for name in controls.names])
        self._there = np.isfinite(self._last)
        self._seconds, self._gone = seconds, 0.0
        self._period = Period()
        self.done = seconds <= 0.0 or not self._there.any()

    def step(self, controls: Controls) -> Controls:
        """What is sent instead of these controls."""
        self._gone += self._period.since(controls.time)
        share = self._gone / self._seconds
        if share >= 1.0:
            self.done = True
            return controls
        between = self._last + share * (controls.values - self._last)
        return controls._replace(values=np.where(self._there, between, controls.values))
