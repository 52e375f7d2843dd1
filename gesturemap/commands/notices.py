"""Notices: what happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gesturemap.commands.message import Message


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
    """Every frame's numbers can be read in this shared file from now on; without one, those of another project end."""

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
class Lately(Message):
    """What began, ended and went wrong in the last minute, for who has come in just now."""

    events: list[list[Any]] = field(default_factory=list)
    """Oldest first: `kind`, `label` and `value` of a `Happened`, and when it was heard of, in seconds of the machine's
    clock."""
    faults: list[list[Any]] = field(default_factory=list)
    """Oldest first: `place` and `text` of each `Fault` that was told while no window was there."""


@dataclass(frozen=True)
class Recorded(Message):
    """A demonstration is on disk."""

    demonstration: str
    label: str
    frames: int
    seconds: float
    start: float = 0.0
    end: float = 0.0
    """Its idle ends are cut: what is learned from lies between these, seconds since its first frame; an `end` of 0: to
    its last."""
    written: bool = True
    """Whether it is there already; else as soon as there is room."""
    learned: bool = True
    """Whether it is learned from; not where it was so short and still that it was a slip."""


@dataclass(frozen=True)
class Progress(Message):
    """Something that takes a while, which part, and how far (0..1).

    It is called ``training``, ``evaluating``, ``importing`` or ``compiling``.
    """

    what: str
    part: str
    fraction: float


@dataclass(frozen=True)
class Trained(Message):
    """A new model plays."""

    labels: list[str]
    seconds: float
    messages: list[str] = field(default_factory=list)
    """What asks for attention."""
    changes: dict[str, Any] = field(default_factory=dict)
    """What it says otherwise than the model before, of the demonstrations; empty where there was none.

    `flips`: of each that is taken for another gesture now: its id, its own gesture, the one before, the one now;
    `outputs`: name -> root mean square of the difference, in the output's unit; `of`: how many were compared; `part`:
    whether there was no time for the others.
    """
    notes: list[str] = field(default_factory=list)
    """What it chose and why, and what the dial costs."""


@dataclass(frozen=True)
class Evaluated(Message):
    """How well the project's model does on demonstrations that were left out.

    Figures are `accuracy`, the share of them that was heard as if played live (0..1); of a model with outputs
    `rmse`, in the outputs' units, and `r`, Pearson's correlation. One is None where nothing varies.
    """

    overall: dict[str, Any]
    gestures: dict[str, Any]
    """The same of each gesture that was tested."""
    models: int
    """How many were fitted."""
    notes: list[str] = field(default_factory=list)
    """What was not tested, and why; what began beside what was heard."""
    confusion: dict[str, Any] = field(default_factory=dict)
    """`labels`, the last one empty: none of these; `rows`: what it was, `rows[i][j]`: how often that was taken for."""
    each: dict[str, Any] = field(default_factory=dict)
    """Demonstration -> `given`: what it was taken for, `also`: what else began, `fit`: its own at its best, 0..1."""


@dataclass(frozen=True)
class Exported(Message):
    """Demonstrations were written to a file."""

    path: str
    what: str
    """How many, in words."""
    notes: list[str] = field(default_factory=list)
    """What the form of the file cannot hold."""


@dataclass(frozen=True)
class Answer(Message):
    """What came of an `Ask`: the table of `gesturemap teach ... --json`, or why there is none."""

    word: str
    arguments: list[str] = field(default_factory=list)
    table: Any = None
    error: str = ""
    project: str = ""
    """What the project is called that was asked about."""
    changed: bool = False
    """Whether it has changed since it was asked: the answer holds for how it was then."""
    seconds: float = 0.0
    """How long it took."""


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
    refused: bool = False
    """Whether it only answers a command that could not be carried out: all is as it was."""
