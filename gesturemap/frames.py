"""What flows through the house: frames in, estimates in the middle, controls out.

Axis letters, used in every docstring: T time, C channels, K gestures, J mixture components, S states,
M regressed outputs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gesturemap.errors import SettingsError

Values = NDArray[np.float64]

LARGEST = 1e15
"""Numbers beyond this are no measurements: nothing that moves gives them, and sums of them drown everything else."""

NONE = -1
"""The winner of an estimate that says "none of these"."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One named number with a unit, written ``name unit`` (``acc_x m/s2``)."""

    name: str
    unit: str = ""

    @classmethod
    def parse(cls, text: str) -> Channel:
        """Read ``name`` or ``name unit``."""
        name, _, unit = text.strip().partition(" ")
        if not name:
            raise SettingsError("channel", repr(text), "a channel is written 'name unit'", "give it a name")
        return cls(name, unit.strip())

    def __str__(self) -> str:
        return f"{self.name} {self.unit}".strip()


@dataclass(frozen=True, slots=True)
class Spec:
    """The channels of a stream and its nominal rate in Hz (0: not known)."""

    channels: tuple[Channel, ...]
    rate: float = 0.0

    def __post_init__(self) -> None:
        names = self.names
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise SettingsError(
                "channels", ", ".join(twice), "each channel has a name of its own", "rename one"
            )

    @classmethod
    def of(cls, *texts: str, rate: float = 0.0) -> Spec:
        """Build from texts such as ``'acc_x g'``."""
        return cls(tuple(Channel.parse(text) for text in texts), rate)

    @property
    def names(self) -> tuple[str, ...]:
        """The channel names, in order."""
        return tuple(channel.name for channel in self.channels)

    @property
    def width(self) -> int:
        """The number of channels, C."""
        return len(self.channels)


class Frame(NamedTuple):
    """One time-stamped vector of all channels."""

    time: float
    """The sample's own time in seconds: the device's where it gives one, else the arrival."""
    values: Values
    """(C,) float64, never written to after the frame was made."""
    arrived: float = 0.0
    """When it came in at the door, in seconds of the run's clock."""


class Estimate(NamedTuple):
    """What a follower says about one frame; arrays are its own and never written to later."""

    time: float
    log_likelihoods: Values
    """(K,) nats: log-likelihood of the recent frames under each gesture alone, mean per frame."""
    posterior: Values
    """(K,) in 0..1, sums to 1: which gesture, given that it is one of them."""
    progress: Values
    """(K,) in 0..1: how far through each gesture."""
    fit: Values
    """(K,) in 0..1: how well recent frames fit each gesture on its own; below 0.5: "none of these"."""
    outputs: Values
    """(M,) regressed values, in the units they were demonstrated in."""
    deviations: Values
    """(M,) standard deviations of the outputs, same units."""
    features: Values
    """(C,) the frame the estimate was made from."""
    winner: int
    """Index of the most likely gesture, or NONE."""
    arrived: float = 0.0
    spotted: int = NONE
    """Index of the gesture spotted in exactly this frame, once for each execution, else NONE."""
    since: float = 0.0
    """When the spotted gesture started, in seconds of the frames' time; 0 where none is spotted."""


class Event(NamedTuple):
    """Something that happened at one frame."""

    kind: str
    """``began`` or ``ended``."""
    label: str
    """The gesture."""
    value: float
    """Strength in 0..1."""

    @property
    def strength(self) -> float:
        """The value where it is in 0..1, else the nearest that is; 0 where it is no number."""
        return min(max(self.value, 0.0), 1.0) if self.value == self.value else 0.0


class Controls(NamedTuple):
    """What a mapping made of one estimate, ready for the outputs."""

    time: float
    values: Values
    """One number per control, in the order of the mapping's `controls`."""
    events: tuple[Event, ...] = ()
    arrived: float = 0.0
