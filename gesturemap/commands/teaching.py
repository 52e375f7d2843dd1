"""Commands: what somebody wants of what is learned, and of the document."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gesturemap.commands.message import Message


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
    by_movement: bool = False
    """Until recording is ended, every movement becomes a demonstration of its own, found by its energy."""
    counted_in: bool = False
    """It is being counted in: what would be refused then is refused now, and nothing begins yet."""


@dataclass(frozen=True)
class StopRecording(Message):
    """End the demonstration; throw it away unless `keep`."""

    keep: bool = True
    ago: float = 0.0
    """Seconds ago it ended already: whoever ends it had to see first that a key stays up."""


@dataclass(frozen=True)
class Train(Message):
    """Fit the model to the demonstrations; the old one plays until the new one is in."""


@dataclass(frozen=True)
class Ask(Message):
    """Ask what the model believes of what it was shown; an `Answer` comes. Nothing is changed, one question at a time.

    Words and their arguments are those of `gesturemap.teaching.answers.questions`; no word: the answer to the one that
    is under way is not wanted any more.
    """

    word: str = ""
    arguments: list[str] = field(default_factory=list)


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
    """Remove one demonstration, or several in one step."""

    demonstration: str
    more: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Again(Message):
    """Throw away what is being recorded, or else take the last recorded demonstration back; record it again."""


@dataclass(frozen=True)
class Keep(Message):
    """Keep what came between two moments of the last 60 s as a demonstration."""

    label: str
    start: float = 0.0
    """Seconds of the machine's clock, as frames arrived; 0 or less: counted back from now."""
    end: float = 0.0
    """The same; 0: now."""
    learned: bool = True
    """Else it is left out, as a long recording is of which parts alone are gestures."""


@dataclass(frozen=True)
class Relabel(Message):
    """Give demonstrations another gesture; one that is new comes into the vocabulary."""

    demonstrations: list[str]
    to: str


@dataclass(frozen=True)
class Merge(Message):
    """Give all demonstrations of a gesture to another one; the first leaves the vocabulary."""

    label: str
    into: str


@dataclass(frozen=True)
class Enable(Message):
    """Learn from these demonstrations (`on`), or leave them out for a while."""

    demonstrations: list[str]
    on: bool = True


@dataclass(frozen=True)
class Trim(Message):
    """Learn only from what lies between two moments of a demonstration; nothing is thrown away.

    Both are seconds since its beginning as it was recorded; 0 and 0: all of it again.
    """

    demonstration: str
    start: float = 0.0
    end: float = 0.0


@dataclass(frozen=True)
class TrimIdle(Message):
    """Learn only from the movement in each of these demonstrations, without the rest at its ends."""

    demonstrations: list[str]


@dataclass(frozen=True)
class Split(Message):
    """Make several demonstrations of one, cut at these moments: seconds since its beginning as it was recorded."""

    demonstration: str
    at: list[float]


@dataclass(frozen=True)
class Extract(Message):
    """Make demonstrations of a gesture of parts of one, as of a long recording, which is then left out itself."""

    demonstration: str
    to: str
    at: list[float]
    """Beginning and end of each part in turn: seconds since its beginning as it was recorded."""
    each: list[str] = field(default_factory=list)
    """The gesture of each part in turn, where they are of several; none: all are of `to`."""


@dataclass(frozen=True)
class Import(Message):
    """Add what these files of other programs hold, as ``gesturemap import`` reads them."""

    paths: list[str]
    label: str = ""
    """The gesture it is to belong to; empty: as the files say."""


@dataclass(frozen=True)
class Export(Message):
    """Write demonstrations to a file of the form that its ending says, as ``gesturemap export`` does."""

    path: str
    demonstrations: list[str] = field(default_factory=list)
    """None: all that is learned from."""


@dataclass(frozen=True)
class Configure(Message):
    """Replace one section of the project's settings by a table (or list of tables), as in ``project.toml``.

    `section` is input, corrections, features, model, mapping, outputs, sound, pedal, clock, remote, record or
    relevance.
    """

    section: str
    table: Any = None


@dataclass(frozen=True)
class Irrelevant(Message):
    """Let a channel not matter (`on`), or matter again, for one gesture or, without a name, for all.

    It is one of those that the model is given: what comes of the features. Mappings see it all the same.
    """

    channel: str
    gesture: str = ""
    on: bool = True


@dataclass(frozen=True)
class SwitchLayer(Message):
    """Learn from a layer of demonstrations (`gesturemap.demonstrations.LAYERS`), or leave all of it out for a while."""

    layer: str
    on: bool = True


@dataclass(frozen=True)
class ToLayer(Message):
    """Give demonstrations to a layer."""

    layer: str
    demonstrations: list[str]


@dataclass(frozen=True)
class RecordInto(Message):
    """Let new recordings belong to this layer."""

    layer: str


@dataclass(frozen=True)
class Compare(Message):
    """Have another way of playing ready beside the one that is set (A and B), or end the comparison (`on` false)."""

    offer: str = ""
    """Its name, as ``gesturemap teach PROJECT compare`` lists them, or ``former``; empty: what comes first there."""
    on: bool = True


@dataclass(frozen=True)
class Switch(Message):
    """Hear the other one of A and B from the next frame on, or the one that is named."""

    to: str = ""


@dataclass(frozen=True)
class Prefer(Message):
    """Keep the one of A and B that is heard, and that it was preferred; one edit."""


@dataclass(frozen=True)
class Undo(Message):
    """Take the last edit of the document back."""


@dataclass(frozen=True)
class Redo(Message):
    """Do again what was taken back."""


@dataclass(frozen=True)
class GoTo(Message):
    """Undo or redo up to this place of the history: so many of its steps are done then."""

    step: int


@dataclass(frozen=True)
class Threshold(Message):
    """Set what a gesture must reach to begin: the model's threshold where it has one, else that of the events.

    With a name, the fit that this gesture alone must reach (0: as all), in every mapping that tells when it begins.
    """

    value: float
    label: str = ""
