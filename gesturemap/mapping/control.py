"""Control: what every mapping that sets one control has in common, from its gate to its slew limit.

The order, the same for all: source or formula; gate, toggle and latch; curve; range; steps or scale; smoothing; slew.
"""

from __future__ import annotations

import math
from collections.abc import Mapping as Table
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from gesturemap.catalog import GESTURE, SOURCE, setting
from gesturemap.clock import Period
from gesturemap.errors import SettingsError
from gesturemap.frames import Channel, Estimate, Event, Values
from gesturemap.mapping import shape
from gesturemap.mapping.gate import Gate, Latch, Toggle
from gesturemap.mapping.mapping import Source
from gesturemap.mapping.sources import Read

HAIR = 1e-6
"""The share of a control's range that nobody hears or sees."""


@dataclass(frozen=True, kw_only=True)
class Control:
    """The settings that all mappings to one control share; each works as soon as it is given."""

    kind: ClassVar[str] = ""

    gate: str = setting(
        "", "a source that lets the control move while it is high; empty: it always moves", names=SOURCE
    )
    opens: float = setting(0.5, "value of the gate's source at which it opens")
    closes: float | None = setting(
        None, "value below which it closes again; left out: that at which it opens"
    )
    toggle: str = setting(
        "", "a gesture whose every beginning opens or closes the gate; closed at first", names=GESTURE
    )
    latch: str = setting(
        "",
        "a gesture at whose beginnings the value is taken, where gate and toggle are open too; it holds in between",
        names=GESTURE,
    )
    closed: str = setting(
        "hold", "what the control does while the gate is closed", choices=("hold", "neutral")
    )
    steps: int = setting(
        0, "only so many values at equal distances, both ends among them; 0: any", low=0, high=1000
    )
    scale: str = setting(
        "", "only notes of this scale, where the control is in semitones", choices=("", *shape.SCALES)
    )
    root: float = setting(
        0.0, "a note the scale begins on: 0 and 60 are a C", unit="semitones", low=-127.0, high=127.0
    )
    hysteresis: float = setting(
        0.1, "how far beyond the middle a step or note changes: less follows sooner, more flutters less",
        unit="steps", low=0.0, high=0.45,
    )  # fmt: skip
    smoothing: float = setting(0.0, "time constant of the smoothing", unit="s", low=0.0, high=60.0)
    slew_up: float = setting(0.0, "fastest rise; 0: no limit", unit="units/s", low=0.0)
    slew_down: float = setting(0.0, "fastest fall; 0: no limit", unit="units/s", low=0.0)
    neutral: float | None = setting(None, "control value at rest; left out: that at the low end")

    def sets(self) -> tuple[str, ...]:
        """The control, by its name."""
        return (str(getattr(self, "control", "")),)


class ControlPart:
    """A running control that is where its source puts it.

    Parameters
    ----------
    settings : with `control` and `unit`.
    aim : from the source's number to the control's.
    ends : of the control's range; the first is where it rests.
    """

    def __init__(
        self, settings: Control, channel: Channel, read: Read, aim: shape.Act, ends: tuple[float, float]
    ) -> None:
        place = f"{settings.kind} of {channel.name!r}"
        if not channel.name or any(letter.isspace() for letter in channel.name):
            raise SettingsError(
                f"{place}, control", repr(channel.name), "a control is one word", "write it as pad.brightness"
            )
        self._read, self._aim = read, aim
        if settings.steps and settings.scale:
            raise SettingsError(place, "steps and scale", "one of them", "leave one of them out")
        if settings.steps == 1:
            raise SettingsError(
                f"{place}, steps", "1", "two or more, or 0", "a control of one value does nothing"
            )
        if settings.steps or settings.scale:
            grid = (
                shape.even(settings.steps, *ends)
                if settings.steps
                else shape.notes(settings.scale, settings.root, *ends, f"{place}, scale")
            )
            nearest = shape.snap(grid, settings.hysteresis)
            self._aim = lambda value: nearest(aim(value))
        self._value = ends[0] if settings.neutral is None else settings.neutral
        self._ends = min(ends), max(ends)
        self._hair = HAIR * abs(ends[1] - ends[0])
        self._calm = [rest for rest in dict.fromkeys((self._value, 0.0)) if min(ends) <= rest <= max(ends)]
        self.controls: tuple[Channel, ...] = (channel,)
        self.neutral: Values = np.array([self._value])
        self.unsaid = (channel.name,) if settings.neutral is None else ()
        self.spans: Values = np.array([abs(ends[1] - ends[0])])

    def step(self, estimate: Estimate, values: Values) -> tuple[Event, ...]:
        """Write the control; a source that is no number leaves it where it was."""
        value = self._read(estimate)
        if -math.inf < value < math.inf:
            self._value = self._aim(value)
        values[0] = self._shown()
        return ()

    def _shown(self) -> float:
        """The value as it is sent: what is next to nothing of the range away from rest, or from 0, is there.

        Without this a sensor at rest is followed through numbers that no receiver can tell apart.
        """
        value = self._value
        for calm in self._calm:
            if abs(value - calm) < self._hair:
                return calm
        return value


class MovedPart(ControlPart):
    """A running control that takes its time; the first number is taken as it is."""

    _moving = False

    def moved_by(self, move: shape.Move) -> MovedPart:
        """The same, moved so."""
        self._move, self._period = move, Period()
        return self

    def step(self, estimate: Estimate, values: Values) -> tuple[Event, ...]:
        """Write the control."""
        seconds, value = self._period.since(estimate.time), self._read(estimate)
        if -math.inf < value < math.inf:
            self._go(self._aim(value), seconds)
        values[0] = self._shown()
        return ()

    def _go(self, target: float, seconds: float) -> None:
        self._value = self._move(self._value, target, seconds) if self._moving else target
        self._moving = True


class GatedPart(MovedPart):
    """A running control with a gate: closed, it holds, or goes back to rest as it would anywhere else."""

    def gated_by(self, gate: Gate, settings: Control) -> GatedPart:
        """The same behind a gate."""
        self._gate, self.hear = gate, gate.hear
        self._rests = settings.closed == "neutral"
        self._rest = self._value
        self._moving = self._rests
        return self

    def inherits(self, other: GatedPart, names: Table[str, str]) -> bool:
        """Always: a switch that a gesture has turned stays as it is when a new model takes over."""
        return True

    def go_on(self, other: GatedPart, names: Table[str, str]) -> None:
        """Be where the other one was, behind a gate that is as open."""
        self._gate.go_on(other._gate)
        self._value, self._moving = min(max(other._value, self._ends[0]), self._ends[1]), other._moving

    def step(self, estimate: Estimate, values: Values) -> tuple[Event, ...]:
        """Write the control."""
        seconds, value = self._period.since(estimate.time), self._read(estimate)
        if not self._gate.is_open(estimate):
            if self._rests:
                self._go(self._rest, seconds)
        elif -math.inf < value < math.inf:
            self._go(self._aim(value), seconds)
        values[0] = self._shown()
        return ()


def at_once(_: float, target: float, __: float) -> float:
    """The way of a control that takes no time."""
    return target


def control_part(
    settings: Control,
    channel: Channel,
    source: Source,
    read: Read,
    aim: shape.Act,
    ends: tuple[float, float],
) -> ControlPart:
    """The running control that its settings ask for.

    Raises
    ------
    SettingsError
        If they do not go together, or name what there is not.
    """
    move = shape.mover(settings.smoothing, settings.slew_up, settings.slew_down)
    if settings.gate or settings.toggle or settings.latch:
        gate = Gate(source, f"{settings.kind} of {channel.name!r}")
        if settings.gate:
            gate.watch(
                settings.gate, settings.opens, settings.opens if settings.closes is None else settings.closes
            )
        if settings.toggle:
            gate.listen(Toggle, settings.toggle)
        if settings.latch:
            gate.listen(Latch, settings.latch)
        part = GatedPart(settings, channel, read, aim, ends)
        part.moved_by(move or at_once)
        return part.gated_by(gate, settings)
    if move:
        return MovedPart(settings, channel, read, aim, ends).moved_by(move)
    return ControlPart(settings, channel, read, aim, ends)
