"""What control and the processes beside it tell one another: they train, read files, answer and hear the network."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gesturemap.commands import Message, Progress


@dataclass(frozen=True)
class ReadFiles(Message):
    """Control to the process that reads files: what do these hold for a project of these settings?"""

    tables: dict[str, Any]
    paths: list[str]
    label: str = ""
    """The gesture it is to belong to; empty: as the files say."""
    data: bytes = b""
    """Packed: a demonstration of the project, for its channels and outputs; none where it has none."""


@dataclass(frozen=True)
class FilesRead(Message):
    """The process that reads files to control: what they hold, and what was left out."""

    left: list[str] = field(default_factory=list)
    error: str = ""
    """Why nothing comes of them."""
    data: bytes = b""
    """Packed demonstrations."""
    notes: list[str] = field(default_factory=list)
    """What is to be said of them."""


@dataclass(frozen=True)
class Question(Message):
    """Control to the process that answers: a question to a project of these settings and demonstrations, by id.

    New ones come along, packed.
    """

    word: str
    arguments: list[str] = field(default_factory=list)
    tables: dict[str, Any] = field(default_factory=dict)
    demonstrations: list[str] = field(default_factory=list)
    data: bytes = b""


@dataclass(frozen=True)
class Found(Message):
    """The process that answers to control: the answer, or why there is none."""

    table: Any = None
    error: str = ""


@dataclass(frozen=True)
class Fit(Message):
    """Control to trainer: fit the demonstrations of these ids with these tables; new ones come along, packed."""

    job: int
    tables: dict[str, Any] = field(default_factory=dict)
    demonstrations: list[str] = field(default_factory=list)
    data: bytes = b""


@dataclass(frozen=True)
class LeaveOut(Fit):
    """Control to trainer: fit them without each of the demonstrations in turn, and say how that is recognised."""


@dataclass(frozen=True)
class JobProgress(Progress):
    """Trainer to control: how far a job is; told as `Progress` as long as its project is in front of us."""

    job: int = 0


@dataclass(frozen=True)
class LeftOut(Message):
    """Trainer to control: what came of it, or why nothing did."""

    job: int
    error: str = ""
    found: dict[str, Any] = field(default_factory=dict)
    """The fields of `Evaluated`."""


@dataclass(frozen=True)
class Fitted(Message):
    """Trainer to control: the packed model of a job, or why there is none."""

    job: int
    seconds: float = 0.0
    error: str = ""
    labels: list[str] = field(default_factory=list)
    """The gestures it knows."""
    messages: list[str] = field(default_factory=list)
    """What asks for attention; as in `Trained`, and so are the notes."""
    notes: list[str] = field(default_factory=list)
    changes: dict[str, Any] = field(default_factory=dict)
    """What it says otherwise than the one before; as in `Trained`."""
    goes_on: bool = False
    """It plays until the full one is fitted, or what it changes is known, which comes later."""
    plays: bool = False
    """It is the one that plays already."""
    data: bytes = b""


@dataclass(frozen=True)
class Asked(Message):
    """A process beside control: carry out this command (encoded), and say how it went."""

    number: int
    """By which the answer is known."""
    data: bytes = b""


@dataclass(frozen=True)
class Answered(Message):
    """Control: the command of this number was carried out, or why it was not.

    The engine, where it gets one, sends it back: whatever it was told before is so by then.
    """

    number: int
    error: str = ""


@dataclass(frozen=True)
class Beside(Message):
    """A process beside control: figures that stand with the engine's, and what went wrong."""

    figures: dict[str, Any] = field(default_factory=dict)
    fault: str = ""
