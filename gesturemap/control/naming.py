"""Where settings name gestures: another name goes everywhere, and a gesture that goes leaves no name behind.

Which settings do so, and how, they say themselves (`gesturemap.catalog.setting`, `names`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Mapping as Table
from dataclasses import fields, replace
from typing import Any

from gesturemap import catalog
from gesturemap.catalog import CONTROL, CONTROL_KEYS, GESTURE, GESTURE_KEYS, GESTURE_PAIRS, SOURCE
from gesturemap.mapping.events import gate_of
from gesturemap.mapping.sources import OF_GESTURE
from gesturemap.outputs.midi.plan import OWN
from gesturemap.project.colours import kept
from gesturemap.project.project import Project

FAMILIES = {"mapping": "mapping", "outputs": "outputs", "sound": "voices", "model": "models"}
"""Sections in which gestures are named, and what their tables are."""
VITAL = ("gestures", "source", "sources", "toggle", "latch")
"""Settings that a mapping cannot do without."""
POINTS = ("points", "levels")
"""Tables of which one at least has something in it."""


def rename(tables: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    """The sections, of those of a project, in which a gesture is named, with its new name."""
    moved = {old: new}
    controls = _controls(tables, old, new)
    for section, family in FAMILIES.items():
        for table in _of(tables[section]):
            for name, how, default in _named(family, table):
                value = table.get(name, default)
                now = NAMED[how](value, controls if how in OF_CONTROLS else moved)
                if now != value:
                    table[name] = now
    return {section: tables[section] for section in FAMILIES} | _marks(tables, moved)


def forget(tables: dict[str, Any], label: str) -> dict[str, Any]:
    """The sections without a gesture's name, and without the mappings that are about nothing else."""
    kept = [table for table in tables["mapping"] if _forget_in("mapping", table, label)]
    for section in ("outputs", "sound"):
        for table in _of(tables[section]):
            _forget_in(FAMILIES[section], table, label)
    marks = _marks(tables, {label: ""})
    return {"mapping": kept, "outputs": tables["outputs"], "sound": tables["sound"]} | marks


def _marks(tables: dict[str, Any], moved: Table[str, str]) -> dict[str, Any]:
    """The section of what does not matter, where it stands in a file, by the new names; gone where that is empty."""
    if "gestures" not in (table := tables.get("relevance", {})):
        return {}
    gestures = _in_keys(table["gestures"], moved)
    return {"relevance": table | {"gestures": {label: some for label, some in gestures.items() if label}}}


def _of(section: Any) -> list[dict[str, Any]]:
    """The tables of a section in which gestures may be named."""
    if isinstance(section, list):
        return section
    return list(section["voices"]) if "voices" in section else [section]


def _named(family: str, table: Table[str, Any]) -> Iterable[tuple[str, str, Any]]:
    """Name, way and default of each setting that names gestures."""
    cls = catalog.find(family, table["kind"], family)
    for field in fields(cls):
        if how := field.metadata.get("names", ""):
            yield field.name, how, catalog.plain(catalog.default_of(field))


def _controls(tables: Table[str, Any], old: str, new: str) -> dict[str, str]:
    """Controls that are called by the gesture: its gate, and what an output for MPE looks for; old -> new."""
    moved = {}
    if any(table.get("gates") for table in tables["mapping"]):
        moved[gate_of(old)] = gate_of(new)
    for table in tables["outputs"]:
        own = [value for value in table.values() if isinstance(value, str) and OWN in value]
        moved |= {text.replace(OWN, old): text.replace(OWN, new) for text in own if len(new.split()) == 1}
    return moved


def _in_text(value: Any, moved: Table[str, str]) -> Any:
    """A name, or a list of such."""
    if isinstance(value, list):
        return [_in_text(item, moved) for item in value]
    return moved.get(value, value) if isinstance(value, str) else value


def _in_keys(value: Any, moved: Table[str, str]) -> Any:
    """A table with a name for each key."""
    return {moved.get(key, key): item for key, item in value.items()}


def _in_pairs(value: Any, moved: Table[str, str]) -> Any:
    """A table of such tables."""
    return {key: _in_keys(item, moved) for key, item in _in_keys(value, moved).items()}


def _in_source(value: Any, moved: Table[str, str]) -> Any:
    """A source such as ``posterior:circle``, a list or a table of such."""
    if isinstance(value, dict):
        return {key: _in_source(item, moved) for key, item in value.items()}
    if isinstance(value, list):
        return [_in_source(item, moved) for item in value]
    head, colon, label = str(value).partition(":")
    return f"{head}:{moved[label]}" if colon and label in moved and head in OF_GESTURE else value


NAMED: dict[str, Callable[[Any, Table[str, str]], Any]] = {
    GESTURE: _in_text,
    GESTURE_KEYS: _in_keys,
    GESTURE_PAIRS: _in_pairs,
    SOURCE: _in_source,
    CONTROL: _in_text,
    CONTROL_KEYS: _in_keys,
}
"""How names are changed, by how a setting names."""
OF_CONTROLS = (CONTROL, CONTROL_KEYS)


def _forget_in(family: str, table: dict[str, Any], label: str) -> bool:
    """Take a gesture's name out of settings; False if they were about nothing else.

    A list goes on without it, unless nothing would be left: empty may mean all.
    """
    about, emptied = True, False
    for name, how, _ in _named(family, table):
        value = table.get(name)
        if value is None or how in OF_CONTROLS or NAMED[how](value, {label: "\0"}) == value:
            continue
        if how == GESTURE_KEYS:
            table[name] = {key: item for key, item in value.items() if key != label}
            emptied = emptied or name in POINTS
        elif how == GESTURE and isinstance(value, list) and value != [label]:
            table[name] = [item for item in value if item != label]
        elif name in VITAL:
            about = False
        else:
            del table[name]
    return about and not (emptied and not any(table.get(name) for name in POINTS))


def renamed(before: Project, now: Project) -> dict[str, str]:
    """What gestures are called now, by what they were called, as their demonstrations say.

    A demonstration that was given to another gesture renames none: one of the two names was there before, or still is.
    """
    labels = {d.id: d.label for d in now.demonstrations}
    return {
        d.label: labels[d.id]
        for d in before.demonstrations
        if d.label not in now.gestures and labels.get(d.id, d.label) not in (d.label, *before.gestures)
    }


def now_called(label: str, before: Project, now: Project) -> str:
    """What a gesture is called now that was called so before; one without demonstrations is known by its place."""
    known = renamed(before, now)
    if label in known or label in now.gestures or len(now.gestures) != len(before.gestures):
        return known.get(label, label)
    return _in_place(before, now).get(label, label)


def coloured(before: Project, now: Project) -> Project:
    """The project with each gesture in the colour that it had."""
    called = _in_place(before, now) | renamed(before, now)
    was = {new: old for old, new in called.items()}
    colours = kept(before.colours, before.gestures, now.colours, now.gestures, was)
    return now if colours == now.colours else replace(now, colours=colours)


def _in_place(before: Project, now: Project) -> dict[str, str]:
    """What gestures that are no more may be called now: the names that are new in their places."""
    return {
        old: new
        for old, new in zip(before.gestures, now.gestures, strict=False)
        if old not in now.gestures and new not in before.gestures
    }
