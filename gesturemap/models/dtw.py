"""Dynamic time warping of the stream against the demonstrations, one column for each frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.demonstrations import TrainingSet
from gesturemap.frames import Channel, Spec
from gesturemap.models import dtw_kernel
from gesturemap.models.follow_templates import Kept, TemplateModel, Templates
from gesturemap.models.scaling import Scaling

NEIGHBOURS = 3
"""With so many other gestures each is compared to see what unrelated movement costs."""
LEAST = 0.1
"""Least cost of unrelated movement, in nats per channel."""


@dataclass(frozen=True)
class Dtw(Templates):
    """The gesture of the nearest template wins; a path may begin with the performance or at any later frame.

    Source: Sakoe & Chiba (1978); Sakurai et al. (2007), "Stream monitoring under the time warping distance".
    """

    kind: ClassVar[str] = "dtw"
    learns: ClassVar[tuple[str, ...]] = ("reference",)

    templates: int = setting(
        5, "most demonstrations kept of each gesture: those nearest to the others", low=1, high=100
    )
    warp_penalty: float = setting(
        0.5, "cost of each frame in which the template stands still or is passed at double speed",
        unit="nats per channel", low=0.0, high=100.0,
    )  # fmt: skip
    most_apart: float = setting(
        4.0, "a frame costs at most this, however far away it is", unit="nats per channel", low=0.1, high=1e4
    )
    entry_penalty: float = setting(
        3.0, "cost of beginning later than the performance", unit="nats per channel", low=0.0, high=1000.0
    )

    def units(self, scaled: Scaling, training_set: TrainingSet) -> tuple[Scaling, dict[str, float]]:
        """The scaling of all models, and what unrelated movement costs: other gestures, or one backwards."""
        takes = [
            np.ascontiguousarray((training_set.of(label)[0].values - scaled.centre) * scaled.inverse)
            for label in training_set.labels
        ]
        moving = max(int((scaled.scale > 0.0).sum()), 1)
        warp, cap = self.warp_penalty * moving, self.most_apart * moving
        pairs = [
            (take, takes[(i + n) % len(takes)])
            for i, take in enumerate(takes)
            for n in range(1, 1 + min(NEIGHBOURS, len(takes) - 1))
        ] or [(np.ascontiguousarray(takes[0][::-1]), takes[0])]
        apart = float(np.median([dtw_kernel.path_cost(a, b, warp, cap) for a, b in pairs]))
        return scaled, {"reference": max(apart, LEAST * moving)}

    def outputs(self, spec: Spec, demonstrated: tuple[Channel, ...]) -> tuple[Channel, ...]:
        """None."""
        return ()

    def layout(self, model: TemplateModel) -> Kept:
        """The model laid out for its kernel."""
        return dtw_kernel.layout(model, self.warp_penalty, self.most_apart, self.entry_penalty)
