"""What stands in which column of a session log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gesturemap.frames import Channel, Controls, Estimate, Frame, Spec

STREAMS = ("frames", "features", "estimates", "controls")
"""The numeric streams of one part of a session."""
LEADING = (Channel("frame"), Channel("arrived", "s"))
"""The first two columns of each: which frame of the session, counted from 0, and when it came in."""


@dataclass(frozen=True)
class Layout:
    """The channels of everything that is logged, until a new model or sensor changes them."""

    inputs: Spec
    features: Spec
    labels: tuple[str, ...]
    """The K gestures."""
    outputs: tuple[Channel, ...]
    """The M regressed outputs."""
    controls: Spec

    def columns(self, stream: str) -> tuple[Channel, ...]:
        """The columns of one of `STREAMS`."""
        if stream == "frames":
            return (*LEADING, *self.inputs.channels)
        if stream == "features":
            return (*LEADING, *self.features.channels)
        if stream == "controls":
            return (*LEADING, *self.controls.channels)
        per_gesture = (("log_likelihood", "nat"), ("posterior", ""), ("progress", ""), ("fit", ""))
        return (
            *LEADING,
            Channel("winner"),
            *(Channel(f"{what}:{label}", unit) for what, unit in per_gesture for label in self.labels),
            *(Channel(f"output:{output.name}", output.unit) for output in self.outputs),
            *(Channel(f"deviation:{output.name}", output.unit) for output in self.outputs),
        )

    def fits(
        self, frame: Frame, features: Frame | None, estimate: Estimate | None, controls: Controls | None
    ) -> bool:
        """Whether these have the widths it says."""
        return (
            len(frame.values) == self.inputs.width
            and (features is None or len(features.values) == self.features.width)
            and (
                estimate is None
                or (
                    len(estimate.posterior) == len(self.labels) and len(estimate.outputs) == len(self.outputs)
                )
            )
            and (controls is None or len(controls.values) == self.controls.width)
        )

    @classmethod
    def guess(
        cls, frame: Frame, features: Frame | None, estimate: Estimate | None, controls: Controls | None
    ) -> Layout:
        """A layout with numbers for names, for a log that was told none."""
        return cls(
            Spec(_numbered("input", len(frame.values))),
            Spec(_numbered("feature", len(features.values) if features else 0)),
            tuple(c.name for c in _numbered("gesture", len(estimate.posterior) if estimate else 0)),
            _numbered("output", len(estimate.outputs) if estimate else 0),
            Spec(_numbered("control", len(controls.values) if controls else 0)),
        )

    def table(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "inputs": _of_spec(self.inputs),
            "features": _of_spec(self.features),
            "labels": list(self.labels),
            "outputs": [[channel.name, channel.unit] for channel in self.outputs],
            "controls": _of_spec(self.controls),
        }

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Layout:
        """The inverse of `table`."""
        outputs = tuple(Channel(str(name), str(unit)) for name, unit in table["outputs"])
        inputs, features, controls = (_spec(table[key]) for key in ("inputs", "features", "controls"))
        return cls(inputs, features, tuple(str(label) for label in table["labels"]), outputs, controls)


def _numbered(what: str, count: int) -> tuple[Channel, ...]:
    return tuple(Channel(f"{what}_{number}") for number in range(count))


def _of_spec(spec: Spec) -> dict[str, Any]:
    return {"channels": [[channel.name, channel.unit] for channel in spec.channels], "rate": spec.rate}


def _spec(table: Mapping[str, Any]) -> Spec:
    return Spec(
        tuple(Channel(str(name), str(unit)) for name, unit in table["channels"]), float(table["rate"])
    )
