"""The project: everything of one piece, as immutable values."""

from __future__ import annotations

from collections.abc import Mapping as Table
from dataclasses import dataclass, field, replace
from typing import Any

from gesturemap import catalog
from gesturemap.catalog import setting
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import SettingsError
from gesturemap.features.feature import Feature
from gesturemap.inputs.input import Input
from gesturemap.inputs.pedal import Pedal
from gesturemap.mapping.mapping import Mapping
from gesturemap.models.model import Learner
from gesturemap.outputs.output import Output


@dataclass(frozen=True)
class SoundSettings:
    """The built-in synth of a project: its volume and its named voices."""

    volume: float = setting(0.8, "overall volume", low=0.0, high=1.0)
    voices: tuple[Any, ...] = ()
    """Settings of voices, each with a `name` of its own."""


@dataclass(frozen=True)
class Project:
    """Settings, vocabulary and demonstrations; editing gives a new one, which is what makes undo exact."""

    name: str
    input: Input
    learner: Learner
    description: str = ""
    features: tuple[Feature, ...] = ()
    mapping: tuple[Mapping, ...] = ()
    outputs: tuple[Output, ...] = ()
    sound: SoundSettings = field(default_factory=SoundSettings)
    pedal: Pedal = field(default_factory=Pedal)
    gestures: tuple[str, ...] = ()
    """The vocabulary, in order; a gesture may have no demonstration yet."""
    demonstrations: tuple[Demonstration, ...] = ()

    def tables(self) -> dict[str, Any]:
        """All settings as plain tables, the form of ``project.toml`` without the demonstrations."""
        tables: dict[str, Any] = {
            "project": {"name": self.name, "description": self.description},
            "input": written(self.input),
            "features": [written(feature) for feature in self.features],
            "model": written(self.learner),
            "mapping": [written(mapping) for mapping in self.mapping],
            "outputs": [written(output) for output in self.outputs],
            "sound": {
                "volume": self.sound.volume,
                "voices": [written(voice) for voice in self.sound.voices],
            },
            "gestures": list(self.gestures),
        }
        if self.pedal != Pedal():
            tables["pedal"] = written(self.pedal)
        return tables

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
    "features": ("features", "features"),
    "model": ("models", "learner"),
    "mapping": ("mapping", "mapping"),
    "outputs": ("outputs", "outputs"),
}


def read_section(section: str, table: Any, place: str) -> dict[str, Any]:
    """The field of `Project` that one section of ``project.toml`` gives, checked."""
    if section == "sound":
        table = dict(_table(table or {}, f"{place}, sound"))
        voices = read_list("voices", table.pop("voices", []), f"{place}, sound.voices")
        plain = catalog.fill(SoundSettings, table, f"{place}, sound")
        return {"sound": replace(plain, voices=voices)}
    if section == "pedal":
        return {"pedal": catalog.fill(Pedal, _table(table or {}, f"{place}, pedal"), f"{place}, pedal")}
    if section not in FAMILIES:
        raise SettingsError(
            place,
            f"no section {section!r}",
            f"there are {', '.join([*FAMILIES, 'sound', 'pedal', 'gestures', 'project'])}",
            "rename or remove it",
        )
    family, name = FAMILIES[section]
    if section in ("input", "model"):
        return {name: catalog.read(family, _table(table, f"{place}, {section}"), f"{place}, {section}")}
    return {name: read_list(family, table, f"{place}, {section}")}


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
