"""Commands: what somebody wants to be played, opened, kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gesturemap.commands.message import Message


@dataclass(frozen=True)
class Run(Message):
    """Let the mapping play (`on`) or hold the outputs still; recognition goes on either way."""

    on: bool = True


@dataclass(frozen=True)
class Panic(Message):
    """Silence everything at once: sound, held notes, outputs to neutral."""


@dataclass(frozen=True)
class Play(Message):
    """Play a demonstration through the whole chain in place of the sensor; an empty id ends it."""

    demonstration: str = ""


@dataclass(frozen=True)
class Sound(Message):
    """Switch the built-in sound on or off."""

    on: bool = True


@dataclass(frozen=True)
class Volume(Message):
    """Set the built-in sound's volume, 0..1."""

    value: float = 0.8


@dataclass(frozen=True)
class Log(Message):
    """Begin or end the session log; control says in which file."""

    on: bool = True
    path: str = ""


@dataclass(frozen=True)
class Mark(Message):
    """What was just heard was right, or `wrong`: a line of the session log, if one is written. Nothing changes.

    What came around it can be kept as a demonstration (`Keep`) also when it is older than a minute.
    """

    wrong: bool = False
    heard: str = ""
    """The gesture that was told; empty: none was."""


@dataclass(frozen=True)
class Rest(Message):
    """Let go of the sensor for a while (`on`), so that its port or device is free, or take it back.

    The document stays as it is. It belongs to the line it came by: the sensor is taken back when everybody who
    asked for a rest has ended it or is gone.
    """

    on: bool = True


@dataclass(frozen=True)
class Open(Message):
    """Open a project (folder) or a preset (name) in place of the current one."""

    path: str


@dataclass(frozen=True)
class New(Message):
    """Begin a new project: an empty one with the pointer pad as its sensor, or one with these settings."""

    settings: dict[str, Any] = field(default_factory=dict)
    """The tables of its ``project.toml``."""


@dataclass(frozen=True)
class Save(Message):
    """Save the project; with a `path`, as a new folder there."""

    path: str = ""


@dataclass(frozen=True)
class Lock(Message):
    """The stage lock: while it is on, nothing that edits, trains, deletes or saves is carried out, whoever asks.

    A recording that goes on is ended and kept first.
    """

    on: bool = True


@dataclass(frozen=True)
class Values(Message):
    """Set the output values that are recorded with the next examples, where they are shown by hand."""

    values: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Pressed(Message):
    """A pedal was pressed, or let go; what it does is one of `gesturemap.inputs.pedal.ACTIONS`."""

    action: str
    down: bool = True
    at: float = 0.0
    """When, in seconds of the machine's clock; 0: now."""


@dataclass(frozen=True)
class Tap(Message):
    """The beat is now; two or more within 2 s of one another set the tempo too, where no MIDI clock runs."""

    at: float = 0.0
    """When, in seconds of the machine's clock; 0, and what is not of the last moments: now."""


@dataclass(frozen=True)
class Perform(Message):
    """Somebody plays for others: the clock of the performance begins, if it does not run yet."""


@dataclass(frozen=True)
class Scene(Message):
    """Play this scene of the setlist from now on: its name or, where none is called so, its number from 1."""

    scene: str


@dataclass(frozen=True)
class Next(Message):
    """Play the next scene of the setlist that can be played; after the last there is none."""


@dataclass(frozen=True)
class Previous(Message):
    """Play the scene of the setlist before this one that can be played."""


@dataclass(frozen=True)
class Quit(Message):
    """End everything, cleanly."""
