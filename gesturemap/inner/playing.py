"""What control and the processes that play tell one another, and the engine its log."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from gesturemap.commands import Message


@dataclass(frozen=True)
class Load(Message):
    """Control to engine: play this project (tables as in ``project.toml``) with this packed model."""

    tables: dict[str, Any] = field(default_factory=dict)
    folder: str = ""
    data: bytes = b""
    fade: float = -1.0
    """Seconds in which controls go over to it; -1: as the project says."""
    opened: bool = False
    """Whether it is news: not where its settings have changed, or an engine goes on with it."""
    called: dict[str, str] = field(default_factory=dict)
    """Gesture as the model has it -> what it was renamed to since."""
    by_vocabulary: bool = False
    """Whether gestures are numbered by the vocabulary; session logs of versions before that: by their model."""
    bounds: list[list[float]] = field(default_factory=list)
    """(2, C) how far the sensor's values may jump, see `demonstrations.reach`; empty: anywhere."""
    rate: float = 0.0
    """Frames a second that the model was shown: a sensor that is much faster is thinned to it; 0: it is not."""

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """The gestures in the order in which they are numbered; empty: as in the model."""
        return tuple(self.tables.get("gestures", ())) if self.by_vocabulary else ()


@dataclass(frozen=True)
class Left(Message):
    """Engine to control: it heard that another project is opened; what it tells from now on is of that one."""


@dataclass(frozen=True)
class Rehearse(Message):
    """Control to engine: this scene will be played by a `Load` of the same; have its outputs open by then."""

    scene: str
    """By which it is known; the same again takes its place."""
    tables: dict[str, Any] = field(default_factory=dict)
    folder: str = ""
    data: bytes = b""


@dataclass(frozen=True)
class Sounds(Message):
    """Control to engine, and from there to its log: the built-in synth plays otherwise, while nothing else changed."""

    volume: float = 0.8
    tables: dict[str, Any] = field(default_factory=dict)
    """All of ``[sound]``; empty where only the volume is another."""
    labels: list[str] = field(default_factory=list)
    """The vocabulary, in order."""
    at: float = 0.0
    """When, on the engine's clock, s."""

    def within(self, load: Load) -> Load:
        """The project as it sounds from now on."""
        sound = self.tables or {**load.tables.get("sound", {}), "volume": self.volume}
        return replace(load, tables={**load.tables, "sound": sound, "gestures": self.labels})


@dataclass(frozen=True)
class Interrupted(Message):
    """Control to engine, before the first load: the engine before you died while these gestures went on.

    With the tables of a project they went on in that one, and not in the one that is loaded next: they end at once.
    """

    labels: list[str] = field(default_factory=list)
    tables: dict[str, Any] = field(default_factory=dict)
    folder: str = ""
    data: bytes = b""
    """The packed model that knew them."""


@dataclass(frozen=True)
class Kernels(Message):
    """Control to engine, trainer and synth: a model of this kind, or these voices, will be played; be ready for it."""

    kind: str
    modules: list[str] = field(default_factory=list)
    """Those whose kernels the project's features and mapping, or its voices, need."""


@dataclass(frozen=True)
class Refused(Message):
    """Engine to control: the saved model that came with the project cannot be read; another is wanted."""

    text: str


@dataclass(frozen=True)
class NewModel(Message):
    """Control to engine: swap this packed model in between two frames."""

    data: bytes = b""
    bounds: list[list[float]] = field(default_factory=list)
    """As in `Load`."""
    rate: float = 0.0
    """As in `Load`."""

    def within(self, load: Load) -> Load:
        """The same project with this model."""
        return replace(load, data=self.data, called={}, bounds=self.bounds, rate=self.rate)


@dataclass(frozen=True)
class TrainingEnded(Message):
    """Control to engine, after the new model if there is one: a training is done, cancelled or has failed."""

    told: bool = True
    """Whether who listens is told; not where there was nothing to train."""


@dataclass(frozen=True)
class Word(Message):
    """Input to engine, and from there to control: a control word that came among the frames, as Wekinator has them."""

    word: str
    """What stands behind ``/wekinator/control/``."""
    arguments: list[Any] = field(default_factory=list)
    """Numbers and texts; None where something else stood."""
    sender: str = ""


@dataclass(frozen=True)
class Disobeyed(Message):
    """Control to engine: a control word that it handed on could not be obeyed; it counts with what was ignored."""

    sender: str
    reason: str


@dataclass(frozen=True)
class Doing(Message):
    """Engine to control: what control words have made it do. Control to the next engine: go on with it."""

    recording: str = ""
    """The gesture that is recorded."""
    running: bool = False
    training: bool = False
    """Whether somebody waits for the end of a training; control knows it better, and fills it in."""
    values: list[float] = field(default_factory=list)
    """Of each output, now."""
    records: list[bool] = field(default_factory=list)
    """Whether each output belongs to the examples that are recorded ..."""
    runs: list[bool] = field(default_factory=list)
    """... and whether it is predicted while running."""


@dataclass(frozen=True)
class PlayFrames(Message):
    """Control to engine: play these frames (packed demonstration) in place of the sensor."""

    demonstration: str = ""
    data: bytes = b""


@dataclass(frozen=True)
class InputClosed(Message):
    """Engine to control: the input is not open, and why; it is tried again every second."""

    text: str


@dataclass(frozen=True)
class Idle(Message):
    """Engine to its own log: the sensor has been silent for so many seconds."""

    seconds: float


@dataclass(frozen=True)
class Late(Message):
    """Engine to its own log: between two frames, events came out that had waited for a beat."""

    now: float
    """The engine's clock, s."""


@dataclass(frozen=True)
class Clocked(Message):
    """The thread of the clock's port to control: a message of a MIDI clock came."""

    kind: int
    """Such as `gesturemap.wire.midi.TICK`."""
    at: float
    """When, on the machine's clock, s."""
    sixteenths: int = 0
    """Of a song position."""


@dataclass(frozen=True)
class Beats(Message):
    """Control to engine: where the beats are from now on; without a `now` nobody says it any more."""

    now: float = 0.0
    """When this was so. All times are seconds of the machine's clock."""
    at: float = 0.0
    """Beat 0 of the song: with an even tempo it would have been then."""
    step: float = 0.0
    """Seconds from beat to beat; 0: nobody knows."""


@dataclass(frozen=True)
class Restart(Message):
    """Engine to its own log: features, follower and mapping start again (another source plays)."""

    going_on: bool = False
    """Whether a new model or mapping only takes over: then what had begun goes on."""
    renamed: dict[str, str] = field(default_factory=dict)
    """Gestures as they were called till now -> from now on."""


@dataclass(frozen=True)
class Take(Message):
    """Engine to control: the frames of a finished recording (packed demonstration); no data: none went on.

    No data of a gesture that has been recorded by movement: that has ended, and nothing moved.
    """

    label: str
    began: float = 0.0
    """When its first frame arrived, in seconds of the machine's clock."""
    way: str = ""
    """``kept``: it was there already; ``aside``: so too, and it is left out; ``movement``: found by its energy. What is
    being recorded goes on after all of them."""
    data: bytes = b""


@dataclass(frozen=True)
class PlayAlong(Message):
    """Control to synth: let this sound be heard beside the voices; without a file, end it."""

    file: str = ""


@dataclass(frozen=True)
class RecordAlong(Message):
    """Control to synth: record the microphone into this file; without one, end and write it."""

    file: str = ""
    device: str = ""


@dataclass(frozen=True)
class SoundAlong(Message):
    """Synth to control: a sound that goes along with a recording has begun, or was written, or why it could not."""

    file: str
    began: float = 0.0
    """On the machine's clock: when it is heard first, or was recorded first."""
    seconds: float = 0.0
    """How long it is; 0 while nobody knows: the microphone is open."""
    error: str = ""


@dataclass(frozen=True)
class Ending(Message):
    """Synth to control: this process cannot go on and ends itself, and why; another is to take its place."""

    text: str


@dataclass(frozen=True)
class Ready(Message):
    """A process has started: what it is, and what it has to say of its device."""

    process: str
    detail: str = ""
    channels: list[str] = field(default_factory=list)
    """The names of what an input gives."""
    units: list[str] = field(default_factory=list)
    """And their units."""
    found: dict[str, Any] = field(default_factory=dict)
    """What an input found out by itself that its settings leave open, as settings."""


@dataclass(frozen=True)
class Voices(Message):
    """Control to synth: play these voices (tables of ``[sound]``), driven by this shared block."""

    tables: dict[str, Any] = field(default_factory=dict)
    folder: str = ""
    block: str = ""
    labels: list[str] = field(default_factory=list)
    """The vocabulary, in order: it gives notes to gestures that have none of their own."""
    later: bool = False
    """Only have them ready: they are played when the same comes without this."""
    late: int = 0
    """Blocks that came too late for the sound card before this synth began, where it has just begun."""
    driven: list[str] = field(default_factory=list)
    """The controls that the mapping sets; a voice whose own are not there yet, as without a model, is silent."""


@dataclass(frozen=True)
class BlockOpened(Message):
    """Engine to control: the built-in synth's controls can be read in this shared file from now on."""

    path: str
    scene: str = ""
    """The scene that is ready, also where its path is empty as it has no synth; empty: the project that plays."""
