"""Space: presets of control values placed in one to three dimensions, and the way between them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from gesturemap.catalog import SOURCE, setting
from gesturemap.errors import SettingsError
from gesturemap.frames import Channel, Estimate, Event, Values
from gesturemap.mapping.mapping import Source
from gesturemap.mapping.presets import Presets, by_corners, by_distance, corners
from gesturemap.mapping.sources import reader

MOST = 3
"""Dimensions."""
FAR = 1e100
"""Coordinates beyond this are no place: their squares are no numbers."""


@dataclass(frozen=True)
class Space:
    """Presets stand in a space; sources, such as regressed outputs, say where in it the sound is.

    At a preset's own position the controls are exactly its values. Sources are those of `range`, one for each
    coordinate, in their own units.
    """

    kind: ClassVar[str] = "space"

    sources: tuple[str, ...] = setting(
        (), "what moves through the space: one source for each coordinate, up to 3", names=SOURCE
    )
    presets: dict[str, dict[str, float]] = setting({}, "preset -> control -> value")
    positions: dict[str, tuple[float, ...]] = setting({}, "preset -> its coordinates, in the sources' units")
    between: str = setting(
        "distance",
        "how presets mix: by the inverse of their distances, or as the corners of a box (two, four or eight)",
        choices=("distance", "corners"),
    )
    power: float = setting(
        2.0, "exponent of the distance: more makes each preset's own region wider", low=0.5, high=10.0
    )
    smoothing: float = setting(0.05, "time constant of the smoothing", unit="s", low=0.0, high=60.0)
    neutral: dict[str, float] = setting({}, "control -> value at rest; left out: the least of the presets")

    def sets(self) -> tuple[str, ...]:
        """The controls, by their names."""
        return tuple(dict.fromkeys(name for values in self.presets.values() for name in values))

    def start(self, source: Source) -> SpacePart:
        """Look up what moves through it."""
        return SpacePart(self, source)


class SpacePart:
    """A running space."""

    def __init__(self, settings: Space, source: Source) -> None:
        names = tuple(settings.presets)
        if len(settings.sources) > MOST:
            raise SettingsError(
                "space, sources", f"{len(settings.sources)} of them", f"at most {MOST}", "leave some out"
            )
        if set(names) != set(settings.positions):
            odd = sorted(set(names) ^ set(settings.positions))
            raise SettingsError(
                "space, positions", ", ".join(odd), "each preset has a position, and each position a preset",
                "add what is missing",
            )  # fmt: skip
        wide = [name for name in names if len(settings.positions[name]) != len(settings.sources)]
        if wide:
            raise SettingsError(
                f"space, positions.{wide[0]}",
                f"{len(settings.positions[wide[0]])} numbers",
                f"one for each source: {len(settings.sources)}",
                "write one for each",
            )
        self._reads = [
            reader(text, source, f"space, sources[{i}]") for i, text in enumerate(settings.sources)
        ]
        at = np.array([settings.positions[name] for name in names], dtype=np.float64)
        at = at.reshape(len(names), len(settings.sources))
        low = at.min(axis=0, initial=math.inf)
        extent = at.max(axis=0, initial=-math.inf) - low
        self._low = np.where(np.isfinite(low), low, 0.0)
        self._scale = np.where(np.isfinite(extent) & (extent > 0.0), extent, 1.0)
        inside = (at - self._low) / self._scale
        if settings.between == "corners" and names:
            signs = corners(at, names, "space, positions")
            self._weigh: Callable[[Values], Values] = partial(by_corners, signs)
        else:
            if len({tuple(row) for row in inside.tolist()}) < len(names):
                raise SettingsError(
                    "space, positions", "two presets at one place", "each has its own", "move one of them"
                )
            self._weigh = partial(by_distance, inside, settings.power)
        self._presets = Presets(settings.presets, settings.neutral, settings.smoothing, "space, presets")
        self.controls: tuple[Channel, ...] = self._presets.channels
        self.neutral: Values = self._presets.rest
        self.spans, self.unsaid = self._presets.spans, self._presets.unsaid

    def step(self, estimate: Estimate, values: Values) -> tuple[Event, ...]:
        """Write the controls; a source that is no number leaves them where they were."""
        place = [read(estimate) for read in self._reads]
        if place and self.controls and all(-FAR < one < FAR for one in place):
            weights = self._weigh((np.array(place) - self._low) / self._scale)
            values[:] = self._presets.at(weights, estimate.time)
        else:
            values[:] = self._presets.still(estimate.time)
        return ()
