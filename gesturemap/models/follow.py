"""A gesture follower: where in a demonstrated movement somebody is now, and how fast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gesturemap.catalog import setting
from gesturemap.demonstrations import TrainingSet
from gesturemap.frames import Channel, Spec
from gesturemap.models import follow_kernel
from gesturemap.models.follow_templates import Kept, TemplateModel, Templates
from gesturemap.models.scaling import Scaling

SPEED, FOLLOWED = Channel("speed", "x"), Channel("followed_speed", "x")
"""The speed, and what it is called where an output of that name was demonstrated."""


@dataclass(frozen=True)
class Follow(Templates):
    """Every demonstration is a template, followed frame by frame at 0 to 3 times its speed; one is enough.

    Outputs demonstrated with the movement are played back at the position followed. The last output is the speed:
    1 as demonstrated, 2 twice as fast, 0 standing still.
    Source: Bevilacqua et al. (2009), "Continuous realtime gesture following and recognition".
    """

    kind: ClassVar[str] = "follower"
    learns: ClassVar[tuple[str, ...]] = ()

    templates: int = setting(
        5, "most demonstrations kept of each gesture: those nearest to the others", low=1, high=100
    )
    tolerance: float = setting(
        1.0, "how much an execution may differ", unit="channel deviations", low=0.01, high=10.0
    )
    precision: float = setting(
        0.4,
        "the part of the tolerance with which positions are told apart; 1: no difference",
        low=0.05,
        high=1.0,
    )
    window: int = setting(
        1000, "states around the position that are decoded, in longer templates", unit="frames", low=16,
        high=100_000,
    )  # fmt: skip
    recovery: float = setting(
        1e-4, "probability per frame of being somewhere else in the gesture", low=1e-12, high=0.5
    )
    switching: float = setting(1e-4, "probability per frame of another gesture", low=1e-12, high=0.5)

    def units(self, scaled: Scaling, training_set: TrainingSet) -> tuple[Scaling, dict[str, float]]:
        """The scaling of all models."""
        return scaled, {}

    def outputs(self, spec: Spec, demonstrated: tuple[Channel, ...]) -> tuple[Channel, ...]:
        """What was demonstrated, and the speed."""
        taken = any(channel.name == SPEED.name for channel in demonstrated)
        return (*demonstrated, FOLLOWED if taken else SPEED)

    def layout(self, model: TemplateModel) -> Kept:
        """The model laid out for its kernel."""
        return follow_kernel.layout(
            model, self.window, self.tolerance, self.precision, self.recovery, self.switching
        )
