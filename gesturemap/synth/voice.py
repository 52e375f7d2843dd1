"""The contract of every voice: settings, a table of parameters that controls can move, and a compiled kernel.

A control named ``<voice>.<parameter>`` moves a parameter; without such a control it rests at the voice's
setting of that name, or at the rest value in the table. The mixer smooths values before a voice sees them.

A voice's kernel has the signature `pointer.TICK_SIGNATURE`::

    tick(state, table, values, steps, note, first, last, out)

It adds its sound of the samples `first` to `last` of one tick (`TICK` samples) to `out` (2, TICK). `values`
(P,) are the parameters at the tick's beginning and `steps` (P,) what they gain per sample. What depends on
parameters is worked out where ``first == 0`` only, so that a tick cut in pieces sounds as one in a piece.
`note` holds what happens at sample `first`: kind (`NOTHING`, `ON`, `OFF`, `SILENCE`), pitch and velocity. It
raises nothing, allocates nothing and keeps everything in `state`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gesturemap.catalog import GESTURE, setting
from gesturemap.frames import Values

TICK = 32
NOTHING, ON, OFF, SILENCE = 0, 1, 2, 3
SCALE = (0, 2, 4, 7, 9)
"""Degrees of the major pentatonic, in semitones: what gestures play that were given no note."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something a control can move while the voice sounds."""

    name: str
    unit: str
    rest: float
    low: float
    high: float
    doc: str
    smooth: float = 0.02
    """Seconds in which 63 % of a jump is followed; 0: at once, for what only counts when a note begins."""


COMMON = (
    Parameter("level", "", 1.0, 0.0, 1.0, "loudness: 0 silent, 1 the voice's own level"),
    Parameter("pan", "", 0.0, -1.0, 1.0, "-1 left, 1 right"),
    Parameter("reverb", "", 0.25, 0.0, 1.0, "how much of it goes into the room"),
    Parameter("delay", "", 0.0, 0.0, 1.0, "how much of it goes into the echo"),
    Parameter("filter", "", 0.0, -1.0, 1.0, "one knob: below 0 a low-pass closes, above a high-pass", 0.03),
)
"""Parameters that every voice has; the mixer carries them out."""


class Part(NamedTuple):
    """A voice ready to play: its memory, what it reads from, and its kernel."""

    state: Values
    table: NDArray[np.float32]
    tick: Any
    faults: tuple[str, ...] = ()
    """What could not be had, one line each; the voice sounds all the same."""


@dataclass(frozen=True)
class Voice:
    """Settings that every voice has; a family adds its own and says how it starts."""

    kind: ClassVar[str]
    PARAMETERS: ClassVar[tuple[Parameter, ...]] = ()
    """The parameters it has beside `COMMON`."""

    name: str = setting("", "what controls call it: <name>.level and so on")
    patch: str = setting("", "patch of the bank whose settings it has, where they are not written here")
    gestures: tuple[str, ...] = setting((), "gestures that play it; none: all of them", names=GESTURE)
    level: float = setting(0.0, "loudness at control level 1", unit="dB", low=-60.0, high=12.0)
    pan: float = setting(0.0, "place between left (-1) and right (1)", low=-1.0, high=1.0)
    reverb: float = setting(0.25, "how much of it goes into the room", low=0.0, high=1.0)
    delay: float = setting(0.0, "how much of it goes into the echo", low=0.0, high=1.0)
    filter: float = setting(0.0, "below 0 a low-pass closes, above a high-pass", low=-1.0, high=1.0)

    def start(self, rate: float, folder: Path | None, seed: int) -> Part:
        """Make everything it needs to sound at `rate` Hz; files are found in `folder`."""
        raise NotImplementedError

    def plays(self, label: str, index: int) -> float:
        """What its kernel gets as pitch when number `index` begins: a MIDI note by default."""
        return 60.0 + degree(index)

    def pitches(self, labels: Sequence[str]) -> Values:
        """(K + 1,) what each gesture plays, NaN where it does not answer; the last: gestures not listed."""
        found = [
            self.plays(label, index) if not self.gestures or label in self.gestures else math.nan
            for index, label in enumerate(labels)
        ]
        return np.array([*found, math.nan if self.gestures else self.plays("", 0)])

    def labels(self) -> tuple[str, ...]:
        """The gestures its settings name."""
        return self.gestures


def parameters(voice: Voice) -> tuple[tuple[Parameter, float], ...]:
    """Every parameter of a voice with its value at rest: the setting of that name where it has one.

    The setting ``level`` is in dB and sets what the parameter's 1 means, so the parameter rests at 1.
    """
    every = COMMON + type(voice).PARAMETERS
    return tuple((p, p.rest if p.name == "level" else float(getattr(voice, p.name, p.rest))) for p in every)


def waiting(voices: Sequence[Voice], driven: Iterable[str], controls: Iterable[str]) -> frozenset[str]:
    """The voices of which the `driven` controls, which a mapping sets, are none of those there are `controls`.

    Nothing has been learned, so nobody plays them: they are silent until somebody does.
    """
    of, there = {name.partition(".")[0] for name in driven}, {name.partition(".")[0] for name in controls}
    return frozenset(voice.name for voice in voices if voice.name in of - there)


def degree(index: int) -> float:
    """Semitones above the root of the `index`-th note of the pentatonic."""
    return 12.0 * (index // len(SCALE)) + SCALE[index % len(SCALE)]


def gain(decibels: float) -> float:
    """dB as a factor."""
    return float(10.0 ** (decibels / 20.0))
