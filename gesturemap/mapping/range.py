"""Range: one number of the estimate, moved into the range of one control."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.clock import Period
from gesturemap.errors import SettingsError
from gesturemap.frames import NONE, Channel, Estimate, Event, Values
from gesturemap.mapping.mapping import Source, pick

Read = Callable[[Estimate], float]

OF_GESTURE: dict[str, Callable[[int], Read]] = {
    "posterior": lambda i: lambda estimate: float(estimate.posterior.item(i)),
    "likelihood": lambda i: lambda estimate: float(estimate.log_likelihoods.item(i)),
    "fit": lambda i: lambda estimate: float(estimate.fit.item(i)),
    "progress": lambda i: lambda estimate: float(estimate.progress.item(i)),
}
OF_OUTPUT: dict[str, Callable[[int], Read]] = {
    "output": lambda i: lambda estimate: float(estimate.outputs.item(i)),
    "deviation": lambda i: lambda estimate: float(estimate.deviations.item(i)),
}
OF_FEATURE: dict[str, Callable[[int], Read]] = {
    "feature": lambda i: lambda estimate: float(estimate.features.item(i)),
}
OF_WINNER: dict[str, Read] = {
    "confidence": lambda e: 0.0 if e.winner == NONE else float(e.posterior.item(e.winner)),
    "progress": lambda e: math.nan if e.winner == NONE else float(e.progress.item(e.winner)),
    "winner": lambda e: float(e.winner + 1),
}
FORMS = (
    *(f"{name}:GESTURE" for name in OF_GESTURE),
    *(f"{name}:NAME" for name in (*OF_OUTPUT, *OF_FEATURE)),
    *OF_WINNER,
)


@dataclass(frozen=True)
class Range:
    """``control = to_low .. to_high`` as the source goes from ``low`` to ``high``, never beyond.

    Sources: ``posterior:GESTURE``, ``likelihood:GESTURE`` (nats), ``fit:GESTURE``, ``progress:GESTURE``; of
    the winner ``confidence`` (0 when none wins), ``progress`` (held when none wins), ``winner`` (its number
    from 1, 0 for none); ``output:NAME`` and ``deviation:NAME`` of a regression; ``feature:NAME``. A source
    that is no finite number leaves the control where it was.
    """

    kind: ClassVar[str] = "range"

    source: str = setting("confidence", "what it follows: " + ", ".join(FORMS))
    control: str = setting("control", "the control it sets, such as pad.brightness")
    unit: str = setting("", "unit of the control")
    low: float = setting(0.0, "source value that gives to_low")
    high: float = setting(1.0, "source value that gives to_high")
    to_low: float = setting(0.0, "control value at low; above to_high it inverts")
    to_high: float = setting(1.0, "control value at high")
    curve: float = setting(
        1.0, "exponent between them: 1 straight, above 1 rises late, below 1 early", low=0.05, high=20.0
    )
    smoothing: float = setting(0.0, "time constant of the smoothing", unit="s", low=0.0, high=60.0)
    neutral: float | None = setting(None, "control value at rest; left out: to_low")

    def start(self, source: Source) -> RangePart:
        """Look up what it follows."""
        return RangePart(self, source)


class RangePart:
    """A running range."""

    def __init__(self, settings: Range, source: Source) -> None:
        place = f"range of {settings.control!r}"
        if settings.low == settings.high:
            raise SettingsError(
                f"{place}, low and high", f"both {settings.low}", "low and high differ", "move one of them"
            )
        if not settings.control or any(letter.isspace() for letter in settings.control):
            raise SettingsError(
                f"{place}, control",
                repr(settings.control),
                "a control is one word",
                "write it as pad.brightness",
            )
        self._read = reader(settings.source, source, f"{place}, source")
        self._low, self._width = settings.low, settings.high - settings.low
        self._to_low, self._to_high = settings.to_low, settings.to_high
        self._least, self._most = sorted((settings.to_low, settings.to_high))
        self._curve, self._smoothing = settings.curve, settings.smoothing
        self._value = settings.to_low if settings.neutral is None else settings.neutral
        self._moving = False
        self._period = Period()
        self.controls: tuple[Channel, ...] = (Channel(settings.control, settings.unit),)
        self.neutral: Values = np.array([self._value])

    def step(self, estimate: Estimate, values: Values) -> tuple[Event, ...]:
        """Write the control; the first number is taken as it is, later ones are smoothed."""
        value = self._read(estimate)
        seconds = self._period.since(estimate.time) if self._smoothing else 0.0
        if -math.inf < value < math.inf:
            share = (
                value - self._low
            ) / self._width  # beyond all numbers for some: then it is beyond the end
            share = 0.0 if share < 0.0 else 1.0 if share > 1.0 else share
            if self._curve != 1.0:
                share **= self._curve
            target = self._to_low * (1.0 - share) + self._to_high * share
            target = min(max(target, self._least), self._most)  # rounding may step over the end
            if self._smoothing and self._moving:
                self._value += (target - self._value) * -math.expm1(-seconds / self._smoothing)
            else:
                self._value, self._moving = target, True
        values[0] = self._value
        return ()


def reader(text: str, source: Source, place: str) -> Read:
    """What reads one number off every estimate.

    Raises
    ------
    SettingsError
        If there is no such source, or the model or the features do not have what it names.
    """
    form, colon, name = text.partition(":")
    if colon and form in OF_GESTURE:
        return OF_GESTURE[form](pick(name, source.labels, place))
    if colon and form in OF_OUTPUT:
        return OF_OUTPUT[form](_index(name, tuple(c.name for c in source.outputs), "output", place))
    if colon and form in OF_FEATURE:
        return OF_FEATURE[form](_index(name, source.features.names, "feature", place))
    if not colon and form in OF_WINNER:
        return OF_WINNER[form]
    near = difflib.get_close_matches(text, [*FORMS, *OF_GESTURE, *OF_OUTPUT, *OF_FEATURE], 1)
    meant = next((form for form in FORMS if near and form.startswith(near[0])), "")
    raise SettingsError(
        place,
        f"no source {text!r}",
        f"there are {', '.join(FORMS)}",
        f"did you mean '{meant}'?" if meant else "write one of them",
    )


def _index(name: str, names: tuple[str, ...], what: str, place: str) -> int:
    if name not in names:
        near = difflib.get_close_matches(name, names, 1)
        raise SettingsError(
            place,
            f"no {what} {name!r}",
            f"there are {', '.join(names) or 'none'}",
            f"did you mean '{near[0]}'?" if near else "name one of them",
        )
    return names.index(name)
