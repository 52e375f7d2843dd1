"""The project: everything of one piece, as immutable values."""

from __future__ import annotations

from collections.abc import Mapping as Table
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from gesturemap import catalog
from gesturemap.catalog import CARD, MICROPHONE, setting
from gesturemap.demonstrations import Demonstration, rate_of, reach
from gesturemap.errors import SettingsError
from gesturemap.features import FORMULAS, kernels
from gesturemap.features.feature import Feature
from gesturemap.inputs.input import Input
from gesturemap.inputs.midi_clock import MidiClock
from gesturemap.inputs.pedal import Pedal
from gesturemap.inputs.remote import Remote
from gesturemap.mapping.mapping import Mapping
from gesturemap.models.model import Learner, alone, asked
from gesturemap.models.relevance import Relevance
from gesturemap.outputs.output import Output
from gesturemap.project.colours import Colours
from gesturemap.project.layers import Layers
from gesturemap.project.preference import Preference
from gesturemap.synth import effects, patches
from gesturemap.synth.effects import Delay, Effects, Room


@dataclass(frozen=True)
class SoundSettings:
    """The built-in synth of a project: its volume and its named voices."""

    volume: float = setting(0.8, "overall volume", low=0.0, high=1.0)
    device: str = setting("", "sound card, or a part of its name; empty: the system's choice", device=CARD)
    rate: float = setting(48000.0, "samples a second", unit="Hz", low=8000.0, high=192000.0)
    block: int = setting(256, "samples in a block: fewer are heard sooner and cost more", low=16, high=4096)
    channels: tuple[int, int] = setting(
        (1, 2), "outputs of the sound card for left and right", low=1, high=64
    )
    delay: Delay = field(default_factory=Delay)
    room: Room = field(default_factory=Room)
    voices: tuple[Any, ...] = ()
    """Settings of voices, each with a `name` of its own."""

    @property
    def effects(self) -> Effects:
        """What stands behind the voices."""
        return Effects(self.delay, self.room)

    def table(self) -> dict[str, Any]:
        """As in ``project.toml``."""
        plain = catalog.write(replace(self, delay=Delay(), room=Room(), voices=()))
        behind = {name: catalog.write(getattr(self, name)) for name in effects.TABLES}
        return {
            "volume": self.volume,
            **plain,
            **{name: table for name, table in behind.items() if table},
            "voices": [written(voice) for voice in self.voices],
        }


@dataclass(frozen=True)
class RecordSettings:
    """How demonstrations are recorded, the section ``[record]``."""

    trim: bool = setting(
        True, "learn from recordings without their idle ends; they stay on disk, and each can be set"
    )
    microphone: str = setting(
        "",
        "input of a sound card that can go along, or a part of its name; empty: the system's choice",
        device=MICROPHONE,
    )


@dataclass(frozen=True)
class Project:
    """Settings, vocabulary and demonstrations; editing gives a new one, which is what makes undo exact."""

    name: str
    input: Input
    learner: Learner
    description: str = ""
    corrections: tuple[Feature, ...] = ()
    """What makes today's sensor that of the day it was taught, before anything else sees its frames."""
    features: tuple[Feature, ...] = ()
    mapping: tuple[Mapping, ...] = ()
    outputs: tuple[Output, ...] = ()
    sound: SoundSettings = field(default_factory=SoundSettings)
    pedal: Pedal = field(default_factory=Pedal)
    clock: MidiClock = field(default_factory=MidiClock)
    remote: Remote = field(default_factory=Remote)
    record: RecordSettings = field(default_factory=RecordSettings)
    relevance: Relevance = field(default_factory=Relevance)
    preference: Preference = field(default_factory=Preference)
    layers: Layers = field(default_factory=Layers)
    colours: Colours = field(default_factory=Colours)
    gestures: tuple[str, ...] = ()
    """The vocabulary, in order; a gesture may have no demonstration yet."""
    demonstrations: tuple[Demonstration, ...] = ()

    @property
    def within(self) -> tuple[Demonstration, ...]:
        """The demonstrations of the layers that are on."""
        return tuple(each for each in self.demonstrations if each.layer not in self.layers.off)

    @cached_property
    def shown(self) -> tuple[Demonstration, ...]:
        """What is learned from, evaluated and exported: what lies in the trim of each enabled, its layer on."""
        return tuple(each.learned for each in self.within if each.enabled)

    @property
    def reach(self) -> list[list[float]]:
        """(2, C) how far values of the sensor may jump, see `demonstrations.reach`; empty: anywhere."""
        bounds = reach(self.shown, getattr(self.learner, "everyday", ""))
        return [] if bounds is None else bounds.tolist()

    @property
    def heard_at(self) -> tuple[list[list[float]], float]:
        """What stands in front of its model: `reach`, and frames a second that were shown.

        The rate is 0, for any, where each frame has an answer of its own.
        """
        each = alone(self.learner) or asked(self.learner)
        return self.reach, 0.0 if each else rate_of(self.shown)

    @property
    def teacher(self) -> Learner:
        """The learner, heeding what should not matter: what every fit of the project asks."""
        made: Learner = self.relevance.around(self.learner)
        return made

    def tables(self) -> dict[str, Any]:
        """All settings as plain tables, the form of ``project.toml`` without the demonstrations."""
        tables: dict[str, Any] = {
            "project": {"name": self.name, "description": self.description},
            "input": written(self.input),
            **({"corrections": [written(one) for one in self.corrections]} if self.corrections else {}),
            "features": [written(feature) for feature in self.features],
            "model": written(self.learner),
            "mapping": [written(mapping) for mapping in self.mapping],
            "outputs": [written(output) for output in self.outputs],
            "sound": self.sound.table(),
            "gestures": list(self.gestures),
        }
        for section, kind in BESIDE.items():
            settings = getattr(self, section)
            if settings != kind():
                tables[section] = written(settings)
        return tables

    def kernels(self) -> list[str]:
        """The modules whose kernels its features and its mapping need."""
        formulas = [FORMULAS] if any(getattr(mapping, "formula", "") for mapping in self.mapping) else []
        steps = (*self.corrections, *self.features)
        return list(dict.fromkeys([*kernels(feature.kind for feature in steps), *formulas]))

    def configured(self, section: str, table: Any, place: str) -> Project:
        """A project with one section of its settings replaced.

        Raises
        ------
        SettingsError
            If the section or anything in it is not right.
        """
        return replace(self, **read_section(section, table, place))

    def at(self, folder: str) -> Project:
        """The same project, its settings' file names now relative to this folder."""
        voices = tuple(in_folder(voice, folder) for voice in self.sound.voices)
        return replace(self, input=in_folder(self.input, folder), sound=replace(self.sound, voices=voices))


FAMILIES = {
    "input": ("inputs", "input"),
    "corrections": ("features", "corrections"),
    "features": ("features", "features"),
    "model": ("models", "learner"),
    "mapping": ("mapping", "mapping"),
    "outputs": ("outputs", "outputs"),
}

BESIDE: dict[str, Any] = {"pedal": Pedal, "clock": MidiClock, "remote": Remote, "record": RecordSettings,
                          "relevance": Relevance, "preference": Preference, "layers": Layers,
                          "colours": Colours}  # fmt: skip
"""Sections that a project may have beside, and what they are."""


def read_section(section: str, table: Any, place: str) -> dict[str, Any]:
    """The field of `Project` that one section of ``project.toml`` gives, checked."""
    if section == "sound":
        return {"sound": _sound(_table(table or {}, f"{place}, sound"), f"{place}, sound")}
    if section in BESIDE:
        own = f"{place}, {section}"
        return {section: catalog.fill(BESIDE[section], _table(table or {}, own), own)}
    if section not in FAMILIES:
        raise SettingsError(
            place,
            f"no section {section!r}",
            f"there are {', '.join([*FAMILIES, 'sound', *BESIDE, 'gestures', 'project'])}",
            "rename or remove it",
        )
    family, name = FAMILIES[section]
    if section in ("input", "model"):
        return {name: catalog.read(family, _table(table, f"{place}, {section}"), f"{place}, {section}")}
    return {name: read_list(family, table, f"{place}, {section}")}


def _sound(table: Table[str, Any], place: str) -> SoundSettings:
    """The section ``[sound]``, voices filled up from their patches."""
    table = dict(table)
    voices = table.pop("voices", [])
    if isinstance(voices, list | tuple):
        voices = [
            patches.filled(voice, f"{place}.voices[{i}]") if isinstance(voice, Table) else voice
            for i, voice in enumerate(voices)
        ]
    behind = effects.read({name: table.pop(name) for name in effects.TABLES if name in table}, place)
    plain: SoundSettings = catalog.fill(SoundSettings, table, place)
    voices = read_list("voices", voices, f"{place}.voices")
    return replace(plain, voices=voices, delay=behind.delay, room=behind.room)


def read_list(family: str, tables: Any, place: str) -> tuple[Any, ...]:
    """Settings from a list of tables."""
    if isinstance(tables, Table):
        name = place.rpartition(", ")[2]
        raise SettingsError(
            place, f"[{name}], a single table", "there may be several, each under brackets of its own",
            f"write [[{name}]]",
        )  # fmt: skip
    if not isinstance(tables, list | tuple):
        raise SettingsError(place, repr(tables)[:60], "a list of tables is wanted", "write it as [[...]]")
    return tuple(
        catalog.read(family, _table(item, f"{place}[{i}]"), f"{place}[{i}]") for i, item in enumerate(tables)
    )


def _table(value: Any, place: str) -> Table[str, Any]:
    if not isinstance(value, Table):
        raise SettingsError(place, repr(value)[:60], "a table is wanted", 'write kind = "..." in it')
    return value


def assemble(tables: Table[str, Any], folder: str, place: str) -> Project:
    """A project from all its tables, the inverse of `Project.tables`; whoever has demonstrations adds them.

    Parameters
    ----------
    folder : what relative file names in the settings are relative to.

    Raises
    ------
    SettingsError
        Naming the section and setting that is not right.
    """
    head = _table(tables.get("project", {}), f"{place}, project")
    fields: dict[str, Any] = {}
    for section in ("input", "model"):
        if section not in tables:
            raise SettingsError(
                place, f"no [{section}]", f"a project has one {section}", f"add [{section}] with a kind"
            )
    for section, table in tables.items():
        if section not in ("project", "gestures"):
            fields |= read_section(section, table, place)
    project = Project(
        name=str(head.get("name", "untitled")),
        description=str(head.get("description", "")),
        gestures=tuple(str(label) for label in tables.get("gestures", ())),
        **fields,
    )
    return project.at(folder)


def written(settings: Any) -> dict[str, Any]:
    """The table of settings, without the folder: that is where the project is, not what it is."""
    table = catalog.write(settings)
    table.pop("folder", None)
    return table


def in_folder(settings: Any, folder: str) -> Any:
    """Settings that know what their file names are relative to, where they have such a field."""
    return replace(settings, folder=folder) if hasattr(settings, "folder") else settings
