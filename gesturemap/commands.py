"""One vocabulary for window, command line, OSC and pedals: commands go in, notices come back.

Both are small frozen values; `codec` says how they travel.
Who carries a command out is written in `FOR_ENGINE`: those whose order against the frames matters are applied by
the engine between two frames, the rest by control.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Message:
    """A command or a notice."""


# Commands: what somebody wants.


@dataclass(frozen=True)
class Record(Message):
    """Begin a demonstration of a gesture; frames of the last `pre_roll` seconds belong to it already.

    With a sound that goes along, what it is like from moment to moment belongs to the movement: the demonstration's
    outputs.
    """

    label: str
    pre_roll: float = 0.0
    along: str = ""
    """A WAV file that is played meanwhile, or ``microphone`` to record one."""
    describe: list[str] = field(default_factory=list)
    """Descriptors (`gesturemap.synth.describe`) of that sound; none: loudness, pitch and centroid."""


@dataclass(frozen=True)
class StopRecording(Message):
    """End the demonstration; throw it away unless `keep`."""

    keep: bool = True


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
class Rest(Message):
    """Let go of the sensor for a while (`on`), so that its port or device is free, or take it back.

    The document stays as it is. It belongs to the line it came by: the sensor is taken back when everybody who
    asked for a rest has ended it or is gone.
    """

    on: bool = True


@dataclass(frozen=True)
class Train(Message):
    """Fit the model to the demonstrations; the old one plays until the new one is in."""


@dataclass(frozen=True)
class CancelTraining(Message):
    """Stop a fit that is under way; the old model stays."""


@dataclass(frozen=True)
class Evaluate(Message):
    """Say how well the model does on demonstrations it has not seen: each is left out once. Nothing is changed."""


@dataclass(frozen=True)
class AddGesture(Message):
    """Add an empty gesture to the vocabulary."""

    label: str


@dataclass(frozen=True)
class RenameGesture(Message):
    """Give a gesture and all its demonstrations another name."""

    label: str
    to: str


@dataclass(frozen=True)
class DeleteGesture(Message):
    """Remove a gesture and its demonstrations."""

    label: str


@dataclass(frozen=True)
class DeleteDemonstration(Message):
    """Remove one demonstration."""

    demonstration: str


@dataclass(frozen=True)
class Configure(Message):
    """Replace one section of the project's settings by a table (or list of tables), as in ``project.toml``.

    `section` is input, features, model, mapping, outputs, sound, pedal, clock or remote.
    """

    section: str
    table: Any = None


@dataclass(frozen=True)
class Undo(Message):
    """Take the last edit of the document back."""


@dataclass(frozen=True)
class Redo(Message):
    """Do again what was taken back."""


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
class Threshold(Message):
    """Set what a gesture must reach to begin: the model's threshold where it has one, else that of the events."""

    value: float


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


# Notices: what happened.


@dataclass(frozen=True)
class State(Message):
    """The whole document and what is going on, whenever either changed; keys in `gesturemap.control.state`."""

    document: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Status(Message):
    """How the engine is doing, once a second; keys in `gesturemap.engine.figures`."""

    figures: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Levels(Message):
    """How loud the synth is, some times a second while anything sounds: peaks in dB, left and right."""

    peak_db: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class ScopeOpened(Message):
    """Every frame's numbers can be read in this shared file from now on."""

    path: str
    layout: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Happened(Message):
    """A gesture began or ended."""

    kind: str
    label: str
    value: float
    time: float


@dataclass(frozen=True)
class Recorded(Message):
    """A demonstration is on disk."""

    demonstration: str
    label: str
    frames: int
    seconds: float


@dataclass(frozen=True)
class Progress(Message):
    """Something that takes a while: ``training``, ``evaluating`` or ``compiling``, which part, and how far (0..1)."""

    what: str
    part: str
    fraction: float


@dataclass(frozen=True)
class Trained(Message):
    """A new model plays."""

    labels: list[str]
    seconds: float
    messages: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Evaluated(Message):
    """How well the project's model does on demonstrations that were left out.

    Figures are `accuracy`, the share of them that was recognised (0..1); of a model with outputs `rmse`, in the
    outputs' units, and `r`, Pearson's correlation. One is None where nothing varies.
    """

    overall: dict[str, Any]
    gestures: dict[str, Any]
    """The same of each gesture that was tested."""
    models: int
    """How many were fitted."""
    notes: list[str] = field(default_factory=list)
    """What was not tested, and why."""


@dataclass(frozen=True)
class Opened(Message):
    """Another project plays from now on; a scene of a setlist is told as `SceneChosen`."""

    project: str
    """What it is called."""
    folder: str


@dataclass(frozen=True)
class SceneChosen(Message):
    """This scene plays from now on."""

    number: int
    """From 1."""
    scene: str


@dataclass(frozen=True)
class Scenes(Message):
    """How the scenes of the setlist are: of each number, name, state (waiting, fitting, ready, broken) and fault."""

    scenes: list[dict[str, Any]] = field(default_factory=list)
    now: int = 0
    """The number of the one that plays; 0: none does."""


@dataclass(frozen=True)
class Fault(Message):
    """Something went wrong and play goes on; `text` is one line with its next step."""

    place: str
    text: str


FOR_ENGINE = (Record, StopRecording, Run, Panic, Sound, Volume, Log, Rest, Values, Lock)
LOCKED = (
    Record, Train, AddGesture, RenameGesture, DeleteGesture, DeleteDemonstration, Configure, Threshold, Undo, Redo,
    New, Save,
)  # fmt: skip
"""What edits, trains, deletes or saves: the stage lock refuses it."""
