"""Commands that edit the document: functions from project to project, so that every edit can be undone."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from gesturemap import commands as c
from gesturemap.demonstrations import Demonstration, checked_label
from gesturemap.errors import CommandError
from gesturemap.mapping.sources import OF_GESTURE
from gesturemap.project.project import Project


def known(project: Project, label: str) -> str:
    """The label, if the vocabulary has it."""
    if label not in project.gestures:
        raise CommandError(
            "gesture", repr(label), f"there are {', '.join(project.gestures) or 'none'}", "add it first"
        )
    return label


def new_id(project: Project) -> str:
    """A name for a new demonstration that sorts by time and was never used."""
    used = {demonstration.id for demonstration in project.demonstrations}
    while (fresh := f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(2)}") in used:
        continue
    return fresh


def find(project: Project, demonstration: str) -> Demonstration:
    """The demonstration of this id."""
    for candidate in project.demonstrations:
        if candidate.id == demonstration:
            return candidate
    raise CommandError(
        "demonstration", repr(demonstration), "there is no such demonstration", "choose another"
    )


def with_demonstration(project: Project, demonstration: Demonstration) -> Project:
    """The project with one more demonstration, its gesture in the vocabulary."""
    gestures = project.gestures
    if demonstration.label not in gestures:
        gestures = (*gestures, demonstration.label)
    return replace(project, gestures=gestures, demonstrations=(*project.demonstrations, demonstration))


def with_layout(project: Project, channels: int) -> Project:
    """The project with the number of channels written down, where it was learned from the first message."""
    table = project.tables()["input"]
    if table["kind"] != "osc" or not table.keys().isdisjoint(("arguments", "channels", "messages")):
        return project
    return project.configured("input", table | {"channels": channels}, "project")


def add(project: Project, command: c.AddGesture) -> tuple[str, Project]:
    """One more gesture, still without a demonstration."""
    label = checked_label(command.label)
    if label in project.gestures:
        raise CommandError("gesture", repr(label), "there is one of this name", "choose another name")
    return f"add {label}", replace(project, gestures=(*project.gestures, label))


def rename(project: Project, command: c.RenameGesture) -> tuple[str, Project]:
    """Another name; what is mapped from or played by the gesture goes along."""
    old, new = known(project, command.label), checked_label(command.to)
    if new != old and new in project.gestures:
        raise CommandError("gesture", repr(new), "there is one of this name", "choose another name")
    demonstrations = tuple(replace(d, label=new) if d.label == old else d for d in project.demonstrations)
    changed = replace(
        project,
        gestures=tuple(new if label == old else label for label in project.gestures),
        demonstrations=demonstrations,
    )
    changed = replace(changed, pedal=project.pedal.renamed(old, new))
    tables = project.tables()
    for table in tables["mapping"]:
        _rename_in(table, old, new)
    for voice in tables["sound"]["voices"]:
        _rename_in(voice, old, new)
    for name in ("overrides", "follows"):
        tables["model"][name] = _renamed_keys(tables["model"].get(name, {}), old, new)
    for section in ("mapping", "sound", "model"):
        changed = changed.configured(section, _without_empty(tables[section]), "project")
    return f"rename {old}", changed


def _renamed_keys(table: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    return {
        new if key == old else key: _renamed_keys(value, old, new) if isinstance(value, dict) else value
        for key, value in table.items()
    }


def _without_empty(table: Any) -> Any:
    """A section without the tables that nobody has filled."""
    return {key: value for key, value in table.items() if value != {}} if isinstance(table, dict) else table


def _rename_in(table: dict[str, Any], old: str, new: str) -> None:
    """Change a gesture's name where settings name gestures: in lists of them, as keys, and behind a source's colon."""
    if "gestures" in table:
        table["gestures"] = [new if label == old else label for label in table["gestures"]]
    for name in ("notes", "chords"):
        if isinstance(table.get(name), dict):
            table[name] = {new if label == old else label: value for label, value in table[name].items()}
    head, colon, label = str(table.get("source", "")).partition(":")
    if colon and label == old and head in OF_GESTURE:
        table["source"] = f"{head}:{new}"


def delete(project: Project, command: c.DeleteGesture) -> tuple[str, Project]:
    """Without a gesture and its demonstrations."""
    label = known(project, command.label)
    changed = replace(
        project,
        gestures=tuple(other for other in project.gestures if other != label),
        demonstrations=tuple(d for d in project.demonstrations if d.label != label),
        pedal=project.pedal.renamed(label, ""),
    )
    tables = project.tables()
    tables["mapping"] = [table for table in tables["mapping"] if _forget_in(table, label)]
    for voice in tables["sound"]["voices"]:
        _forget_in(voice, label)
    for section in ("mapping", "sound"):
        changed = changed.configured(section, tables[section], "project")
    return f"delete {label}", changed


def _forget_in(table: dict[str, Any], label: str) -> bool:
    """Take a gesture's name out of settings; False if they were about nothing else."""
    named = table.get("gestures", [])
    if label in named and named != [label]:
        table["gestures"] = [other for other in named if other != label]
    for name in ("notes", "chords"):
        if isinstance(table.get(name), dict):
            table[name].pop(label, None)
    head, _, of = str(table.get("source", "")).partition(":")
    return named != [label] and not (head in OF_GESTURE and of == label)


def delete_demonstration(project: Project, command: c.DeleteDemonstration) -> tuple[str, Project]:
    """Without one demonstration."""
    gone = find(project, command.demonstration)
    kept = tuple(d for d in project.demonstrations if d.id != gone.id)
    return f"delete one {gone.label}", replace(project, demonstrations=kept)


def configure(project: Project, command: c.Configure) -> tuple[str, Project]:
    """With one section of the settings replaced."""
    return f"set {command.section}", project.configured(command.section, command.table, "project")


EDITS: dict[type[c.Message], Callable[[Project, Any], tuple[str, Project]]] = {
    c.AddGesture: add,
    c.RenameGesture: rename,
    c.DeleteGesture: delete,
    c.DeleteDemonstration: delete_demonstration,
    c.Configure: configure,
}
