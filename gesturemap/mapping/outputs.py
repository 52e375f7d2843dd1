"""Outputs: whatever the model regresses becomes a control of the same name, untouched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from gesturemap.errors import SettingsError
from gesturemap.frames import Channel, Estimate, Event, Values
from gesturemap.mapping.mapping import Source


@dataclass(frozen=True)
class Outputs:
    """Every output of the model as a control: no range, no smoothing; infinity goes through too."""

    kind: ClassVar[str] = "outputs"

    def start(self, source: Source) -> OutputsPart:
        """Look up what the model gives."""
        if not source.outputs:
            raise SettingsError(
                "mapping outputs",  # beside the section [[outputs]]
                "the model has none",
                "they come from demonstrations with outputs",
                "record such ones, or choose a model that learns outputs",
            )
        return OutputsPart(source.outputs)


class OutputsPart:
    """All outputs of a running model; one that is no number leaves all where they were."""

    untouched = True

    def __init__(self, outputs: tuple[Channel, ...]) -> None:
        self.controls = outputs
        self.neutral: Values = np.zeros(len(outputs))
        self.unsaid = tuple(output.name for output in outputs)
        self._last = self.neutral

    def step(self, estimate: Estimate, values: Values) -> tuple[Event, ...]:
        """Write the controls."""
        outputs = estimate.outputs
        square = outputs.dot(outputs)
        if square == square:  # that of NaN alone is not what it is
            self._last = outputs
        values[:] = self._last
        return ()
