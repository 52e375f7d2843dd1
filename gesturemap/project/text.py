"""The text of ``project.toml``: edited in place, so that what a person wrote in it stays."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from gesturemap.errors import GesturemapError, SettingsError
from gesturemap.project.project import BESIDE, Project
from gesturemap.project.read import VERSION, Head, settings_of
from gesturemap.synth.effects import TABLES

Plain = dict[str, Any]
WIDE = 60
"""A list with more characters gets a line per item."""


def updated(old: bytes, project: Project, place: str) -> tuple[str, bool]:
    """The text for a project, made from the old text where there is one.

    Returns
    -------
    The text, and whether the old text could be kept (there may have been none).
    """
    short, full = _tables(project)
    text = _edited(old, project, short, full, place) if old else None
    if text is not None:
        return text, True
    fresh = tomlkit.document()
    _merge(fresh, short, full)
    return tomlkit.dumps(fresh), not old


def relabelling(text: str, labels: Mapping[str, str]) -> str:
    """The text, saying by which label each of these files is to be read."""
    document = tomlkit.parse(text)
    table = tomlkit.inline_table()
    table.update(labels)
    document["project"]["relabelled"] = table
    return tomlkit.dumps(document)


def _edited(old: bytes, project: Project, short: Plain, full: Plain, place: str) -> str | None:
    """The old text brought up to date; None if it cannot be, or would not say what the project says."""
    try:
        document = tomlkit.parse(old.decode("utf-8-sig"))
        _merge(document, short, full)
        text = tomlkit.dumps(document)
        right = settings_of(tomllib.loads(text), place, "").tables() == project.at("").tables()
    except (TOMLKitError, tomllib.TOMLDecodeError, GesturemapError, ValueError, RecursionError, TypeError):
        return None
    return text if right else None


def _tables(project: Project) -> tuple[Plain, Plain]:
    """All settings as tables: those away from their default, and every one."""
    head = Head(project.name, project.description)
    voices = [_full(voice) for voice in project.sound.voices]
    behind = {name: _full(getattr(project.sound, name)) for name in TABLES}
    short = project.tables()
    short["project"] = {"name": project.name, "version": VERSION}
    if project.description:
        short["project"]["description"] = project.description
    full: Plain = {
        "project": _full(head),
        "input": _full(project.input),
        "corrections": [_full(feature) for feature in project.corrections],
        "features": [_full(feature) for feature in project.features],
        "model": _full(project.learner),
        "mapping": [_full(mapping) for mapping in project.mapping],
        "outputs": [_full(output) for output in project.outputs],
        "sound": {**_full(project.sound), **behind, "voices": voices},
        **{section: _full(getattr(project, section)) for section in BESIDE},
        "gestures": list(project.gestures),
    }
    order = ("gestures", *(key for key in short if key != "gestures"))
    return {key: _without_empty(short[key]) for key in order if short[key] != []}, full


def _without_empty(value: Any) -> Any:
    return {key: item for key, item in value.items() if item != []} if isinstance(value, dict) else value


def _full(settings: Any) -> Plain:
    table: Plain = {"kind": settings.kind} if hasattr(settings, "kind") else {}
    for field in dataclasses.fields(settings):
        if field.init and field.name != "folder":
            value = getattr(settings, field.name)
            table[field.name] = list(value) if isinstance(value, tuple) else value
    return table


def _merge(table: Any, short: Mapping[str, Any], full: Mapping[str, Any]) -> None:
    """Bring a TOML table up to date: remove, change, add, and leave alone what says the same already."""
    for key in list(table):
        if key not in short and (key not in full or _plain(table[key]) != full[key]):
            del table[key]
    for key, value in short.items():
        if key in table and _says(_plain(table[key]), value, full[key]):
            continue
        if isinstance(value, dict) and isinstance(table.get(key), Table):
            _merge(table[key], value, full[key])
        elif _is_tables(value) and (key not in table or isinstance(table[key], AoT)):
            old = list(table[key].body) if key in table else []
            table[key] = _matched(old, value, full[key])
        else:
            table[key] = _item(value, top=True)


def _says(old: Any, short: Any, full: Any) -> bool:
    """Whether an old value says what is to be said, defaults written out or not."""
    if isinstance(old, dict) and isinstance(short, dict):
        return short.keys() <= old.keys() and all(
            key in full and _says(item, short.get(key, full[key]), full[key]) for key, item in old.items()
        )
    if _is_tables(old) and _is_tables(short):
        return len(old) == len(short) and all(map(_says, old, short, full))
    return bool(old == short)


def _matched(old: list[Table], short: Sequence[Plain], full: Sequence[Plain]) -> AoT:
    """A list of tables that keeps each old table whose settings are there again, or of which one changed."""
    array = tomlkit.aot()
    rest = list(old)
    exact = [_take(rest, lambda item, want=want: _plain(item) == want) for want in short]
    for table, want, every in zip(exact, short, full, strict=True):
        chosen = (
            table
            or _take(rest, lambda item, want=want: item.get("kind") == want.get("kind"))
            or tomlkit.table()
        )
        _merge(chosen, want, every)
        array.append(chosen)
    return array


def _take(rest: list[Table], fits: Any) -> Table | None:
    for index, item in enumerate(rest):
        if fits(item):
            return rest.pop(index)
    return None


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _item(value: Any, top: bool = False) -> Any:
    """A value as TOML: a table of a section stands on its own, one inside a setting on one line."""
    if isinstance(value, dict):
        table: Any = tomlkit.table() if top else tomlkit.inline_table()
        for key, item in value.items():
            if _is_tables(item) and top:
                table[key] = _matched([], item, item)
            else:
                wide = top and isinstance(item, dict) and len(str(item)) > WIDE
                table[key] = _item(item, top=wide)
        return table
    if isinstance(value, list):
        array = tomlkit.array()
        array.extend(_item(item) for item in value)
        return array.multiline(len(str(value)) > WIDE)
    if value is None:
        raise SettingsError("project.toml", "nothing", "TOML has no word for it", "give the setting a value")
    return tomlkit.item(value)


def _plain(item: Any) -> Any:
    return item.unwrap() if hasattr(item, "unwrap") else item
