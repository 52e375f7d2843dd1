"""The text of ``project.toml``: edited in place, so that what a person wrote in it stays."""

from __future__ import annotations

import dataclasses
import difflib
import itertools
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Array, InlineTable, Null, Table

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
    _merge(fresh, short, full, {})
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
        text = old.decode("utf-8-sig")
        was = settings_of(tomllib.loads(text), place, "").tables()
        document = tomlkit.parse(text if text.endswith("\n") else f"{text}\n")
        heads = _taken_heads(document)
        _merge(document, short, full, was)
        for table, above in heads:
            table.trivia.indent = above
        text = tomlkit.dumps(document)
        right = settings_of(tomllib.loads(text), place, "").tables() == project.at("").tables()
    except (TOMLKitError, tomllib.TOMLDecodeError, GesturemapError, ValueError, RecursionError, TypeError):
        return None
    return text if right else None


def _taken_heads(document: TOMLDocument) -> list[tuple[Table, str]]:
    """What stands above each header, comments and blank lines, taken out of the document: tomlkit has it at the end of
    the table before, and would remove it together with that one."""
    heads = []
    for before, table in itertools.pairwise(_in_order(document)):
        body = before.value.body
        end = next((i for i, (_, item) in enumerate(body) if isinstance(item, Table | AoT)), len(body))
        start = end
        while start and body[start - 1][0] is None:
            start -= 1
        above = "".join(item.as_string() for _, item in body[start:end])
        heads.append((table, above + table.trivia.indent))
        body[start:end] = [(None, Null())] * (end - start)
    return heads


def _in_order(container: Any) -> Iterator[Table]:
    """The tables that have a header, as they stand in the text."""
    for _, item in container.body:
        if isinstance(item, Table):
            if not item.is_super_table():
                yield item
            yield from _in_order(item.value)
        elif isinstance(item, AoT):
            for each in item.body:
                yield each
                yield from _in_order(each.value)


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


def _merge(table: Any, short: Plain, full: Plain, was: Plain) -> None:
    """Bring a TOML table up to date: remove, change, add, and leave alone what says the same already.

    Parameters
    ----------
    was : what it said as it was read; what is so still is left alone whatever words it is written in.
    """
    for key in list(table):
        if key not in short and (key not in full or _plain(table[key]) != full[key]):
            del table[key]
    for key, value in short.items():
        if key in table and (was.get(key) == value or _says(_plain(table[key]), value, full[key])):
            continue
        old = table.get(key)
        if isinstance(value, dict) and isinstance(old, Table):
            _merge(old, value, full[key], was.get(key, {}))
        elif _is_tables(value) and (
            isinstance(old, AoT) or (old is None and isinstance(table, TOMLDocument))
        ):
            if old is None:
                table[key] = tomlkit.aot()
            _match(table[key], value, full[key], was.get(key, []))
        elif isinstance(value, list) and isinstance(old, Array) and not _is_tables(value):
            _rewrite(old, value)
        else:
            table[key] = _item(value, top=not isinstance(old, InlineTable))


def _says(old: Any, short: Any, full: Any) -> bool:
    """Whether an old value says what is to be said, defaults written out or not."""
    if isinstance(old, dict) and isinstance(short, dict):
        return short.keys() <= old.keys() and all(
            key in full and _says(item, short.get(key, full[key]), full[key]) for key, item in old.items()
        )
    if _is_tables(old) and _is_tables(short):
        return len(old) == len(short) and all(map(_says, old, short, full))
    return bool(old == short)


def _match(array: AoT, short: Sequence[Plain], full: Sequence[Plain], was: Sequence[Plain]) -> None:
    """Bring a list of tables up to date: each whose settings are there again stays as it is; so, changed, does one of
    the same kind as one that is new."""
    old = [*zip(array.body, was, strict=True)] if len(array.body) == len(was) else []
    same = [_take(old, lambda said, want=want: said == want) for want in short]
    del array[:]
    for table, want, every in zip(same, short, full, strict=True):
        chosen = table or _take(old, lambda said, want=want: said.get("kind") == want.get("kind"))
        if chosen is None:
            chosen = tomlkit.table()
            chosen.trivia.indent = "\n"
        if table is None:
            _merge(chosen, want, every, {})
        array.append(chosen)


def _take(rest: list[tuple[Table, Plain]], fits: Any) -> Table | None:
    for index, (_, said) in enumerate(rest):
        if fits(said):
            return rest.pop(index)[0]
    return None


def _rewrite(array: Array, wanted: Sequence[Any]) -> None:
    """Bring a list of values up to date; what is there again keeps its line and the comment in it."""
    steps = difflib.SequenceMatcher(None, [repr(item) for item in array], [repr(item) for item in wanted])
    for _, a, b, c, d in reversed(steps.get_opcodes()):
        both = min(b - a, d - c)
        for index in range(both):
            if array[a + index] != wanted[c + index]:
                array[a + index] = _item(wanted[c + index])
        for index in reversed(range(a + both, b)):
            del array[index]
        for index in range(c + both, d):
            array.insert(a + index - c, _item(wanted[index]))


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _item(value: Any, top: bool = False) -> Any:
    """A value as TOML: a table of a section stands on its own, one inside a setting on one line."""
    if isinstance(value, dict):
        table: Any = tomlkit.table() if top else tomlkit.inline_table()
        for key, item in value.items():
            if _is_tables(item) and top:
                table[key] = tomlkit.aot()
                _match(table[key], item, item, [])
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
