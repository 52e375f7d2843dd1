"""Range: one number of the estimate, moved into the range of one control."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gesturemap.catalog import CONTROL, SOURCE, setting
from gesturemap.errors import SettingsError
from gesturemap.frames import Channel
from gesturemap.mapping import shape
from gesturemap.mapping.control import Control, ControlPart, control_part
from gesturemap.mapping.mapping import Source
from gesturemap.mapping.sources import FORMS, reader


@dataclass(frozen=True)
class Range(Control):
    """``control = to_low .. to_high`` as the source goes from ``low`` to ``high``, never beyond.

    Sources: ``posterior:GESTURE``, ``likelihood:GESTURE`` (nats), ``fit:GESTURE``, ``progress:GESTURE``,
    ``speed:GESTURE`` (how fast that progress grows, gestures/s); of the winner ``confidence`` (its posterior, 0
    when none wins), ``fit`` and ``speed`` (0 when none wins), ``likelihood`` and ``progress`` (held when none
    wins), ``winner`` (its number from 1, 0 for none); ``output:NAME`` and ``deviation:NAME`` of a regression or
    of what else a model gives, such as the speed, scale and rotation of `gvf`; ``feature:NAME``; ``always``,
    which is 1. A source that is no finite number leaves the control where it was.
    """

    kind: ClassVar[str] = "range"

    source: str = setting("confidence", "what it follows: " + ", ".join(FORMS), names=SOURCE)
    control: str = setting("control", "the control it sets, such as pad.brightness", names=CONTROL)
    unit: str = setting("", "unit of the control")
    low: float = setting(0.0, "source value that gives to_low")
    high: float = setting(1.0, "source value that gives to_high")
    to_low: float = setting(0.0, "control value at low; above to_high it inverts")
    to_high: float = setting(1.0, "control value at high")
    curve: float = setting(
        1.0, "exponent between them: 1 straight, above 1 rises late, below 1 early", low=0.05, high=20.0
    )
    points: tuple[tuple[float, float], ...] = setting(
        (), "the curve drawn instead: [share of low..high, share of to_low..to_high], from left to right",
        low=0.0, high=1.0,
    )  # fmt: skip
    drawn: str = setting(
        "linear",
        "how points are joined: by lines, or smoothly without overshooting",
        choices=("linear", "smooth"),
    )
    formula: str = setting("", "the curve as a formula of x, from 0 at low to 1 at high, such as x^2 * 0.5")

    def start(self, source: Source) -> ControlPart:
        """Look up what it follows."""
        place = f"range of {self.control!r}"
        if self.low == self.high:
            raise SettingsError(
                f"{place}, low and high", f"both {self.low}", "low and high differ", "move one of them"
            )
        curve = shape.curve_of(self.curve, self.points, self.drawn, self.formula, place)
        return control_part(
            self,
            Channel(self.control, self.unit),
            source,
            reader(self.source, source, f"{place}, source"),
            shape.spread(self.low, self.high, self.to_low, self.to_high, curve),
            (self.to_low, self.to_high),
        )
