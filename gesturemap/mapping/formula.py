"""Formula: several numbers of the estimate, brought together in one control."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from gesturemap.calculate import Calculation
from gesturemap.catalog import CONTROL, SOURCE, setting
from gesturemap.frames import Channel, Estimate
from gesturemap.mapping import shape
from gesturemap.mapping.control import Control, ControlPart, control_part
from gesturemap.mapping.mapping import Source
from gesturemap.mapping.sources import Read, reader


@dataclass(frozen=True)
class Formula(Control):
    """``control = formula`` of several named sources, never beyond ``to_low .. to_high``.

    Sources are those of `range`; the formula is written as those of the feature `expression` are, past values
    ``a[n-3]`` among them. While one of its sources is no finite number, the control stays where it was.
    """

    kind: ClassVar[str] = "formula"

    control: str = setting("control", "the control it sets, such as pad.brightness", names=CONTROL)
    unit: str = setting("", "unit of the control")
    sources: dict[str, str] = setting({"a": "confidence"}, "name in the formula -> source", names=SOURCE)
    formula: str = setting("a", "what the control is, such as a * b")
    to_low: float = setting(0.0, "least value of the control, and that at rest")
    to_high: float = setting(1.0, "greatest value of the control")

    def start(self, source: Source) -> ControlPart:
        """Look up what it follows."""
        place = f"formula of {self.control!r}"
        reads = [reader(text, source, f"{place}, sources.{name}") for name, text in self.sources.items()]
        return control_part(
            self,
            Channel(self.control, self.unit),
            source,
            calculated(Calculation(self.formula, tuple(self.sources), f"{place}, formula"), reads),
            shape.limit(self.to_low, self.to_high),
            (self.to_low, self.to_high),
        )


def calculated(formula: Calculation, reads: list[Read]) -> Read:
    """The result of a formula of sources as a source."""
    result = formula.of

    def read(estimate: Estimate) -> float:
        values = [one(estimate) for one in reads]
        return result(values) if all(-math.inf < value < math.inf for value in values) else math.nan

    return read
