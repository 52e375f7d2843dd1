"""What control says there is, as values the window can rely on: all typed, none missing."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from gesturemap.demonstrations import PIECE
from gesturemap.models.novelty import Novelty
from gesturemap.plain import called, shell

Table = Mapping[str, Any]
EDITED = ("gestures", "input", "features", "model", "mapping", "outputs")
"""The parts of a document that edits change."""

HEED_EVERYDAY = ("auto", "spotter", "strokes")
"""Kinds of models that are told what is no gesture; the models themselves would have to be loaded to be asked."""


@dataclass(frozen=True)
class Take:
    """One demonstration of the vocabulary, without its frames."""

    id: str
    frames: int
    seconds: float
    """What is learned from, as are `frames`."""
    note: str
    enabled: bool = True
    """Whether it is learned from where its layer is."""
    start: float = 0.0
    end: float = 0.0
    """From when to when it is learned from, seconds since its beginning as it was recorded."""
    whole: float = 0.0
    """Seconds as it was recorded."""
    layer: str = PIECE
    """One of `gesturemap.demonstrations.LAYERS`."""
    layer_on: bool = True
    """Whether that is learned from."""

    @property
    def learned(self) -> bool:
        """Whether it is learned from, as its layer is."""
        return self.enabled and self.layer_on

    @property
    def trimmed(self) -> bool:
        """Whether not all of it is learned from."""
        return self.start > 0 or self.end < self.whole


@dataclass(frozen=True)
class Gesture:
    """One gesture and its demonstrations."""

    label: str
    demonstrations: tuple[Take, ...]
    place: int | None = None
    """Which colour and mark it has; None: not told."""


@dataclass(frozen=True)
class Trained:
    """The model that plays."""

    labels: tuple[str, ...]
    seconds: float
    stale: bool
    """Whether demonstrations or settings changed since."""
    messages: tuple[str, ...]
    notes: tuple[str, ...] = ()
    """What it chose and why."""
    line: Table = field(default_factory=dict)
    """What it says of its own threshold; empty: it has none."""
    novelty: Novelty | None = None
    """What it says is usual for its gestures; None: it does not know."""
    changes: Table = field(default_factory=dict)
    """What it says otherwise than the model before, see `gesturemap.commands.Trained`."""


@dataclass(frozen=True)
class SceneShown:
    """One scene of the setlist."""

    name: str
    state: str
    """``ready``, ``waiting``, ``fitting`` or ``broken``."""
    fault: str = ""


@dataclass(frozen=True)
class Document:
    """The project and what is going on, as of one `State`."""

    name: str = ""
    path: str = ""
    named: bool = True
    """Whether it has a place of its own."""
    saved: bool = True
    """Whether it has, and all of it is there."""
    rescued: str = ""
    """Where demonstrations lie that it had no room for once; empty: nowhere."""
    writable: bool = True
    description: str = ""
    input: Table = field(default_factory=dict)
    input_address: str = ""
    input_fault: str = ""
    """Why the source is not open, or empty."""
    pointer_port: int = 0
    resting: bool = False
    """Whether the engine has let go of the source, because somebody listens at its port."""
    features: tuple[Table, ...] = ()
    model: Table = field(default_factory=dict)
    mapping: tuple[Table, ...] = ()
    outputs: tuple[Table, ...] = ()
    sound: Table = field(default_factory=dict)
    pedal: Table = field(default_factory=dict)
    clock: Table = field(default_factory=dict)
    remote: Table = field(default_factory=dict)
    record: Table = field(default_factory=dict)
    relevance: Table = field(default_factory=dict)
    preference: Table = field(default_factory=dict)
    layers: Table = field(default_factory=dict)
    compared: Table = field(default_factory=dict)
    """Two ways of playing: how B differs, whether it can be heard, and which is; empty: nothing is compared."""
    offer: Table = field(default_factory=dict)
    """What may be compared next: its name, how it differs, and why; empty: nothing."""
    colours: Table = field(default_factory=dict)
    gestures: tuple[Gesture, ...] = ()
    trained: Trained | None = None
    training: bool = False
    recording: str = ""
    """The gesture being recorded, or empty."""
    recorded_for: float = 0.0
    """Seconds since that began."""
    performed_for: float = 0.0
    """Seconds since the performance began; 0: it has not."""
    by_movement: str = ""
    """The gesture of which every movement becomes a demonstration, or empty."""
    playing: str = ""
    """The demonstration being played, or empty."""
    silent: bool = False
    """Whether a panic has silenced everything, and nothing has begun since."""
    asking: str = ""
    """The question that is being answered, or empty."""
    going: tuple[str, ...] = ()
    """Gestures that have begun and not ended."""
    running: bool = False
    sound_on: bool = False
    locked: bool = False
    """Whether the stage lock is on."""
    volume: float = 0.0
    by_hand: tuple[str, ...] = ()
    """Outputs that can be set by hand while recording."""
    undo: str = ""
    redo: str = ""
    history: tuple[str, ...] = ()
    """What every step was since the project was opened, oldest first, those taken back too."""
    step: int = 0
    """How many of them are done."""
    edits: int = 0
    """How many edits there were; taking one back is none."""
    processes: Mapping[str, str] = field(default_factory=dict)
    presets: tuple[str, ...] = ()
    folder: str = ""
    scenes: tuple[SceneShown, ...] = ()
    """Those of the setlist, where there is one."""
    scene: int = 0
    """The number of the one that plays; 0: none does."""
    told: Table = field(default_factory=dict, compare=False, repr=False)
    """All of it as control told it."""

    @property
    def next_scene(self) -> SceneShown | None:
        """The one that comes next: the first behind this one that can be played."""
        return next((each for each in self.scenes[self.scene :] if each.state != "broken"), None)

    @property
    def title(self) -> str:
        """What the project is called, for people; a folder that nobody has named says nothing."""
        return called(self.name, self.path if self.named and self.writable else "")

    @property
    def heading(self) -> str:
        """The same where there is little room: a folder that somebody has named says enough."""
        return self.title.partition(" (")[0] if self.title.endswith(f" ({self.name})") else self.title

    @property
    def command(self) -> str:
        """How the project is named in a command of the shell: a preset by its name, all else by its folder."""
        if not self.path or not self.writable:
            return shell(self.name)
        here = os.path.relpath(self.path) if Path(self.path).is_relative_to(Path.cwd()) else self.path
        return shell(here)

    @property
    def open(self) -> bool:
        """Whether the source is open."""
        return bool(self.input_address) and not self.input_fault and not self.resting

    def replaces(self, before: Document) -> bool:
        """Whether this is another project than before, not the same one in another folder.

        A preset's first edit and *Save as* take what can be undone along into the new folder.
        """
        return self.path != before.path and not self.undo and not self.redo

    def edited(self, before: Document) -> bool:
        """Whether anything that can be undone is not as it was."""
        return any(getattr(self, part) != getattr(before, part) for part in EDITED)

    def turned(self, before: Document) -> bool:
        """Whether this is the same history, from which at most something was taken back or done again."""
        return (self.path, self.history, self.edits) == (before.path, before.history, before.edits)

    def hears_otherwise(self, before: Document) -> bool:
        """Whether what a model hears, or the model, is not as it was."""
        return (self.input, self.features, self.model) != (before.input, before.features, before.model)

    @property
    def by_examples(self) -> bool:
        """Whether values are taught by single examples, as in Wekinator, and there are no gestures to recognise."""
        return self.input.get("kind") == "wekinator" and self.model.get("kind") != "wekinator_dtw"

    def runs(self, process: str) -> bool:
        """Whether one of control's processes runs; one it does not speak of does."""
        return self.processes.get(process, "running").startswith(("running", "no "))

    @property
    def everyday(self) -> str:
        """What demonstrations of ordinary movement, which is no gesture, are called; empty: the model heeds none."""
        heeds = self.model.get("kind") in HEED_EVERYDAY
        return str(self.model.get("everyday", "everyday")) if heeds else ""

    @property
    def engine_runs(self) -> bool:
        """Whether movement is heard at all."""
        return self.runs("engine")

    @property
    def learns(self) -> bool:
        """Whether it learns, or will as soon as what learns has started."""
        waits = self.processes.get("trainer", "") in ("starting", "restarting")
        return self.training or (waits and not self.trained and bool(self.untrained))

    @property
    def prepares(self) -> bool:
        """Whether a process still starts, the source opens or the model is learned: all may have to be compiled."""
        opens = not (self.open or self.input_fault or self.resting)
        return opens or self.learns or not {"starting", "restarting"}.isdisjoint(self.processes.values())

    @property
    def labels(self) -> tuple[str, ...]:
        """The vocabulary, in order."""
        return tuple(gesture.label for gesture in self.gestures)

    @property
    def offered(self) -> tuple[str, ...]:
        """Gestures that may be selected by themselves: not such of which all is left out, as what is to be painted."""
        taken = (g for g in self.gestures if not g.demonstrations or any(d.enabled for d in g.demonstrations))
        return tuple(gesture.label for gesture in taken)

    @property
    def places(self) -> dict[str, int]:
        """Which colour and mark each gesture has, as far as it was told."""
        return {gesture.label: gesture.place for gesture in self.gestures if gesture.place is not None}

    def gesture(self, label: str) -> Gesture | None:
        """One gesture, or None."""
        return next((gesture for gesture in self.gestures if gesture.label == label), None)

    def gesture_of(self, demonstration: str) -> Gesture | None:
        """The one that a demonstration belongs to, or None."""
        return next((g for g in self.gestures if any(t.id == demonstration for t in g.demonstrations)), None)

    @cached_property
    def takes(self) -> dict[str, Take]:
        """Every demonstration, by its id."""
        return {take.id: take for gesture in self.gestures for take in gesture.demonstrations}

    def take(self, demonstration: str) -> Take | None:
        """One demonstration, or None."""
        return self.takes.get(demonstration)

    @property
    def untrained(self) -> tuple[str, ...]:
        """Gestures that have demonstrations to learn from but that the model does not know."""
        known = self.trained.labels if self.trained else ()
        new = (g for g in self.gestures if g.label not in known)
        return tuple(g.label for g in new if any(one.learned for one in g.demonstrations))


def read(state: Table, before: Document | None = None) -> Document:
    """The document of a `State`; gestures that are told as `before` stay the very same, as there may be many."""
    project = dict(state.get("project") or {})
    trained = state.get("trained")
    off = (state.get("layers") or {}).get("off") or ()
    return Document(
        name=str(project.get("name", "")),
        path=str(project.get("path", "")),
        named=bool(project.get("named", project.get("saved", True))),
        saved=bool(project.get("saved", True)),
        writable=bool(project.get("writable", True)),
        rescued=str(project.get("rescued", "")),
        description=str(project.get("description", "")),
        input=dict(state.get("input") or {}),
        input_address=str(state.get("input_address", "")),
        input_fault=str(state.get("input_fault") or ""),
        pointer_port=int(state.get("pointer_port") or 0),
        resting=bool(state.get("resting", False)),
        features=tuple(state.get("features") or ()),
        model=dict(state.get("model") or {}),
        mapping=tuple(state.get("mapping") or ()),
        outputs=tuple(state.get("outputs") or ()),
        sound=dict(state.get("sound") or {}),
        pedal=dict(state.get("pedal") or {}),
        clock=dict(state.get("clock") or {}),
        remote=dict(state.get("remote") or {}),
        record=dict(state.get("record") or {}),
        relevance=dict(state.get("relevance") or {}),
        colours=dict(state.get("colours") or {}),
        preference=dict(state.get("preference") or {}),
        layers=dict(state.get("layers") or {}),
        compared=dict(state.get("compared") or {}),
        offer=dict(state.get("offer") or {}),
        gestures=_gestures(state, off, before),
        told=state,
        trained=_trained(trained) if trained else None,
        training=bool(state.get("training", False)),
        recording=str(state.get("recording") or ""),
        recorded_for=float(state.get("recorded_for") or 0.0),
        performed_for=float(state.get("performed_for") or 0.0),
        by_movement=str(state.get("by_movement") or ""),
        playing=str(state.get("playing") or ""),
        silent=bool(state.get("silent")),
        asking=str(state.get("asking") or ""),
        going=tuple(str(label) for label in state.get("going", ())),
        running=bool(state.get("running", False)),
        sound_on=bool(state.get("sound_on", False)),
        locked=bool(state.get("locked", False)),
        volume=float(state.get("volume", 0.0)),
        by_hand=tuple(map(str, state.get("by_hand") or ())),
        undo=str(state.get("undo") or ""),
        redo=str(state.get("redo") or ""),
        history=tuple(map(str, state.get("history") or ())),
        step=int(state.get("step") or 0),
        edits=int(state.get("edits") or 0),
        processes={str(key): str(value) for key, value in (state.get("processes") or {}).items()},
        presets=tuple(map(str, state.get("presets") or ())),
        folder=str(state.get("folder", "")),
        scenes=tuple(
            SceneShown(str(each["name"]), str(each["state"]), str(each.get("fault") or ""))
            for each in state.get("scenes") or ()
        ),
        scene=int(state.get("scene") or 0),
    )


def _gestures(state: Table, off: Collection[str], before: Document | None) -> tuple[Gesture, ...]:
    told, known = state.get("gestures") or (), {}
    if before is not None and ((before.told.get("layers") or {}).get("off") or ()) == off:
        tables = before.told.get("gestures") or ()
        known = {one.label: (table, one) for table, one in zip(tables, before.gestures, strict=True)}
    made = []
    for table in told:
        same, one = known.get(str(table["label"]), (None, None))
        made.append(one if one is not None and same == table else _gesture(table, off))
    return tuple(made)


def _gesture(table: Table, off: Collection[str]) -> Gesture:
    takes = table.get("demonstrations") or ()
    return Gesture(str(table["label"]), tuple(_take(each, off) for each in takes), table.get("place"))


def _take(table: Table, off: Collection[str]) -> Take:
    layer = str(table.get("layer") or PIECE)
    seconds = float(table.get("seconds", 0.0))
    start = float(table.get("start") or 0.0)
    end = float(table.get("end") or start + seconds)
    return Take(
        str(table["id"]), int(table.get("frames", 0)), seconds, str(table.get("note", "")),
        bool(table.get("enabled", True)), start, end, float(table.get("whole") or end), layer, layer not in off,
    )  # fmt: skip


def _trained(table: Table) -> Trained:
    return Trained(
        tuple(map(str, table.get("labels") or ())),
        float(table.get("seconds", 0.0)),
        bool(table.get("stale", False)),
        tuple(map(str, table.get("messages") or ())),
        tuple(map(str, table.get("notes") or ())),
        dict(table.get("line") or {}),
        Novelty(*map(float, known)) if len(known := table.get("novelty") or ()) == 2 else None,
        dict(table.get("changes") or {}),
    )


def renamed(before: Sequence[str], now: Sequence[str]) -> dict[str, str]:
    """The old name and the new one of the gesture that was renamed in its place; empty: none was."""
    gone = [label for label in before if label not in now]
    come = [label for label in now if label not in before]
    same = len(gone) == len(come) == 1 and list(before).index(gone[0]) == list(now).index(come[0])
    return {gone[0]: come[0]} if same else {}
