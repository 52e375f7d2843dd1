"""Blend: presets of control values, cross-faded by how likely each gesture is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from gesturemap.catalog import GESTURE_KEYS, setting
from gesturemap.errors import SettingsError
from gesturemap.frames import Channel, Estimate, Event, Values
from gesturemap.mapping.mapping import Source, pick
from gesturemap.mapping.presets import Presets, sharpened

FITS = 0.5
"""Fit below which it is "none of these" (`Estimate.fit`)."""


@dataclass(frozen=True)
class Blend:
    """Each gesture has its own values of the controls; what is heard lies between them, by posterior.

    A gesture without a point counts as neutral. `levels` cross-fades whole patches: the gesture's weight is the level
    of its voice.
    """

    kind: ClassVar[str] = "blend"

    points: dict[str, dict[str, float]] = setting({}, "gesture -> control -> value", names=GESTURE_KEYS)
    levels: dict[str, str] = setting(
        {}, "gesture -> a control that gets its weight, such as pad.level", names=GESTURE_KEYS
    )
    law: str = setting(
        "power", "how levels cross-fade: equal power for sounds that differ, linear for those that are alike",
        choices=("power", "linear"),
    )  # fmt: skip
    sharpness: float = setting(
        1.0, "exponent of the posterior: above 1 the likeliest counts more", low=0.05, high=50.0
    )
    none: float = setting(
        1.0,
        "how much is neutral where nothing fits: from 0 at a fit of 0.5 to so much at 0",
        low=0.0,
        high=1.0,
    )
    smoothing: float = setting(0.05, "time constant of the smoothing", unit="s", low=0.0, high=60.0)
    neutral: dict[str, float] = setting({}, "control -> value at rest; left out: the least of its points")

    def sets(self) -> tuple[str, ...]:
        """The controls, by their names."""
        names = [name for values in self.points.values() for name in values]
        return tuple(dict.fromkeys((*names, *self.levels.values())))

    def start(self, source: Source) -> BlendPart:
        """Look up the gestures."""
        return BlendPart(self, source)


class BlendPart:
    """A running blend."""

    def __init__(self, settings: Blend, source: Source) -> None:
        points = {label: dict(values) for label, values in settings.points.items()}
        for label, control in settings.levels.items():
            if control in points.get(label, {}) or list(settings.levels.values()).count(control) > 1:
                raise SettingsError(
                    f"blend, levels.{label}",
                    control,
                    "it is set twice",
                    "give each gesture a level of its own",
                )
            points.setdefault(label, {})[control] = 1.0
        neutral = dict.fromkeys(settings.levels.values(), 0.0) | settings.neutral
        order = [pick(label, source.labels, "blend, points") for label in points]
        self._presets = Presets(points, neutral, settings.smoothing, "blend, points")
        self._own = np.zeros((len(points), len(source.labels)))
        self._own[range(len(order)), order] = 1.0
        self._settings = settings
        rooted = settings.levels.values() if settings.law == "power" else ()
        self._rooted = [self._presets.names.index(control) for control in rooted]
        self.controls: tuple[Channel, ...] = self._presets.channels
        self.neutral: Values = self._presets.rest
        self.spans, self.unsaid = self._presets.spans, self._presets.unsaid

    def step(self, estimate: Estimate, values: Values) -> tuple[Event, ...]:
        """Write the controls; a posterior that is no number leaves them where they were."""
        posterior = estimate.posterior
        total = float(posterior.sum())
        if -math.inf < total < math.inf:
            weights = sharpened(posterior, self._settings.sharpness)
            fit = float(estimate.fit.item(int(posterior.argmax()))) if len(posterior) else 0.0
            share = min(max(1.0 - fit / FITS, 0.0), 1.0) if fit == fit else 1.0
            mixed = self._presets.at(self._own @ weights * (1.0 - self._settings.none * share), estimate.time)
        else:
            mixed = self._presets.still(estimate.time)
        values[:] = mixed
        if self._rooted:
            values[self._rooted] = np.sqrt(np.maximum(values[self._rooted], 0.0))
        return ()
