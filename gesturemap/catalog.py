"""Plug-ins by name, and settings as plain tables (TOML, JSON, a form in the window).

A plug-in is a frozen dataclass with a class variable ``kind``; its fields, made by `setting`, carry unit,
range and a line of documentation. Built-in kinds stand in a table; others come from entry points named
``gesturemap.<family>``.
"""

from __future__ import annotations

import contextlib
import dataclasses
import difflib
import importlib
import importlib.metadata
import json
import math
import re
import types
import typing
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, ClassVar, Protocol

from gesturemap.built_in import BUILT_IN, ONE
from gesturemap.errors import SettingsError
from gesturemap.plain import printable

LONGEST_TEXT = 10_000
BARE = re.compile(
    r"""\s*(?P<name>[\w-]+)\s*=\s*(?P<text>[^\s"'\[\]{}=]([^"'\[\]{}=]*[^\s"'\[\]{}=,])?)\s*,?\s*"""
)
"""A line with a name and a value without quotation marks or brackets."""
NUMBER = re.compile(r"[+-]?[0-9_.]+([eE][+-]?[0-9]+)?")
GESTURE, GESTURE_KEYS, GESTURE_PAIRS = "gesture", "gesture keys", "gesture pairs"
"""How a setting names gestures: a text or texts, the keys of a table, the keys of a table of tables."""
SOURCE = "source"
"""A text or texts such as ``progress:circle``, or a table of such."""
CONTROL, CONTROL_KEYS = "control", "control keys"
"""How it names controls, of which some are called by a gesture, such as ``gate.circle``."""

MIDI_IN, MIDI_OUT, CARD, MICROPHONE = "midi in", "midi out", "sound card", "microphone"
SERIAL, HID, LSL = "serial", "hid", "lsl"
DEVICES = {
    MIDI_IN: "MIDI inputs", MIDI_OUT: "MIDI outputs", CARD: "sound cards", MICROPHONE: "microphones",
    SERIAL: "serial ports", HID: "controllers (HID)", LSL: "LSL streams",
}  # fmt: skip
"""What a text may name that is plugged in or runs elsewhere; empty it is as its doc says after ``empty:``."""


class Settings(Protocol):
    """What every plug-in's settings are: a frozen dataclass with a kind."""

    kind: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[Any]]]


def setting(
    default: Any,
    doc: str,
    *,
    unit: str = "",
    low: float = -math.inf,
    high: float = math.inf,
    choices: tuple[str, ...] = (),
    names: str = "",
    of: str = "",
    device: str = "",
) -> Any:
    """Declare one setting: its default, what it does, its unit, what it may be, and whether it `names` gestures.

    One that holds tables of other plug-ins by name says `of` which family they are; one that names a `device`, which
    of `DEVICES`.
    """
    metadata = {
        "doc": doc,
        "unit": unit,
        "low": low,
        "high": high,
        "choices": choices,
        "names": names,
        "of": of,
        "device": device,
    }
    if isinstance(default, dict):
        return dataclasses.field(default_factory=lambda: dict(default), metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


@cache
def kinds(family: str) -> Mapping[str, str]:
    """Every kind of one family and where its class is, ``module:name``; a built-in one is never replaced."""
    found = {
        point.name: f"{point.module}:{point.attr}"
        for point in importlib.metadata.entry_points(group=f"gesturemap.{family}")
    }
    return types.MappingProxyType(found | BUILT_IN[family])


def load() -> None:
    """Import every kind there is, so that reading settings later takes no time; faults are told when asked for."""
    for family in BUILT_IN:
        for kind in kinds(family):
            with contextlib.suppress(SettingsError):
                find(family, kind, family)


def _ratio(one: str, other: str) -> float:
    """How alike two words are, 0..1."""
    return difflib.SequenceMatcher(None, one, other).ratio()


def find(family: str, kind: str, place: str) -> type[Settings]:
    """Import the settings class of one kind.

    Raises
    ------
    SettingsError
        If there is no such kind, naming the nearest one, or if it cannot be loaded here.
    """
    known = kinds(family)
    if kind not in known:
        near = difflib.get_close_matches(kind, known, 3)
        alike = [one for one in near if _ratio(one, kind) == _ratio(near[0], kind)]
        raise SettingsError(
            place,
            f"no {ONE[family]} of kind {kind!r}",
            f"there are {', '.join(sorted(known))}",
            f"did you mean {' or '.join(map(repr, sorted(alike)))}?" if near else "choose one of them",
        )
    module, _, name = known[kind].partition(":")
    try:
        cls = getattr(importlib.import_module(module), name)
    except (Exception, SystemExit) as error:  # whatever a plug-in that somebody installed may raise
        raise SettingsError(
            place,
            f"{ONE[family]} of kind {kind!r} cannot be loaded: {' '.join(str(error).split()) or type(error).__name__}",
            f"{known[kind]} must be importable",
            "install what is missing",
        ) from error
    return typing.cast(type[Settings], cls)


def read(family: str, table: Mapping[str, Any], place: str) -> Any:
    """Make settings from a table such as one of ``project.toml``; every key and value is checked.

    Raises
    ------
    SettingsError
        Naming the place, the value, what it may be, and the nearest name where one was misspelt.
    """
    if not isinstance(table, Mapping):
        raise SettingsError(place, _short(table), "a table is wanted", 'write kind = "..." in it')
    if "kind" not in table:
        raise SettingsError(
            place, "no 'kind'", f"there are {', '.join(sorted(kinds(family)))}", 'add kind = "..."'
        )
    kind = str(table["kind"])
    cls = find(family, kind, place)
    return fill(cls, {key: value for key, value in table.items() if key != "kind"}, f"{place} {kind}")


def fill(cls: type[Any], table: Mapping[str, Any], place: str) -> Any:
    """Make one dataclass from a table, checking every key, type and range."""
    fields = {field.name: field for field in dataclasses.fields(cls) if field.init}
    hints = _hints(cls)  # type: ignore[arg-type]  # a class can be hashed
    for key in table:
        if key not in fields:
            near = difflib.get_close_matches(str(key), fields, 1)
            has = ", ".join(_label(field) for field in fields.values()) or "none"
            raise SettingsError(
                place,
                f"no setting {key!r}",
                f"it has {has}",
                f"did you mean '{near[0]}'?" if near else "remove it",
            )
    values = {key: _value(table[key], hints[key], fields[key], f"{place}, {key}") for key in table}
    for name, field in fields.items():
        required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        if required and name not in table:
            raise SettingsError(place, f"no '{name}'", f"it must be given: {_label(field)}", "add it")
    return cls(**values)


def described(cls: type[Any]) -> list[tuple[str, str, str]]:
    """Name, default and meaning of every setting of a class, with unit, range or choices."""
    found = []
    for field in dataclasses.fields(cls):
        if not field.init or not field.metadata:
            continue
        default = default_of(field)
        low, high, unit, choices = (field.metadata[key] for key in ("low", "high", "unit", "choices"))
        said = [field.metadata["doc"]]
        if choices:
            said.append(_either(choices))
        elif not (math.isinf(low) and math.isinf(high)):
            said.append(
                f"{low:.6g} to {high:.6g} {unit}".rstrip()
                if not math.isinf(high)
                else f"from {low:.6g} {unit}".rstrip()
            )
        elif unit:
            said.append(unit)
        if device := field.metadata.get("device", ""):
            said.append(f"{DEVICES[device]} there are: gesturemap doctor")
        value = plain(default)
        text = json.dumps(value, ensure_ascii=False) if isinstance(value, bool | str) else str(value)
        found.append((field.name, text, "; ".join(said)))
    return found


def write(settings: Any) -> dict[str, Any]:
    """The table of settings, nothing shared with them: kind first, then what is not at its default."""
    table: dict[str, Any] = {"kind": settings.kind} if hasattr(settings, "kind") else {}
    for field in dataclasses.fields(settings):
        value = getattr(settings, field.name)
        default = default_of(field)
        if field.init and (default is dataclasses.MISSING or value != default):
            table[field.name] = plain(value)
    return table


def plain(value: Any) -> Any:
    """A value of a setting as a file has it: lists and tables, nothing shared with it."""
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return value


def default_of(field: dataclasses.Field[Any]) -> Any:
    """What a setting is where it is left out; `dataclasses.MISSING` where it must be given."""
    return field.default if field.default_factory is dataclasses.MISSING else field.default_factory()


@cache
def _hints(cls: type[Any]) -> Mapping[str, Any]:
    return typing.get_type_hints(cls)


def _label(field: dataclasses.Field[Any]) -> str:
    unit = field.metadata.get("unit", "")
    return f"{field.name} ({unit})" if unit else field.name


def _either(choices: Sequence[str]) -> str:
    """What may be chosen; an empty text is nothing."""
    return ", ".join(choice or "nothing" for choice in choices)


def _short(value: Any) -> str:
    try:
        text = repr(value)
    except ValueError:  # a whole number of thousands of digits
        text = f"{type(value).__name__} too long to show"
    return text if len(text) <= 60 else f"{text[:57]}..."


WANTED = {float: "a number", int: "a whole number", bool: "true or false", str: "a text"}


def _value(value: Any, hint: Any, field: dataclasses.Field[Any], place: str) -> Any:
    """Check one value against its type and the range in its field."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return value
    if origin in (typing.Union, types.UnionType):
        return _one_of(value, args, field, place)
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise _no_list(value, args[0], field, place)
        each = [args[0]] * len(value) if args[-1] is Ellipsis else list(args)
        if len(each) != len(value):
            doc = field.metadata.get("doc", "")
            raise SettingsError(place, f"{len(value)} values", f"a list of {len(each)} is wanted", doc)
        return tuple(_value(value[i], each[i], field, f"{place}[{i}]") for i in range(len(each)))
    if origin is dict:
        if not isinstance(value, Mapping):
            raise _no_table(value, args[1], field, place)
        return {
            _text(str(key), place): _value(item, args[1], field, f"{place}.{key}")
            for key, item in value.items()
        }
    if hint not in WANTED:
        raise TypeError(f"{place}: settings are numbers, texts, lists and tables, not {hint}")
    # true and false are whole numbers to Python, but not to a person
    fits = isinstance(value, int | float if hint is float else hint) and isinstance(value, bool) == (
        hint is bool
    )
    if not fits:
        raise SettingsError(place, _short(value), f"{WANTED[hint]} is wanted", field.metadata.get("doc", ""))
    if hint in (float, int):
        return _number(value, hint, field.metadata, place)
    choices = field.metadata.get("choices", ())
    if hint is str and choices and value not in choices:
        near = difflib.get_close_matches(value, choices, 1)
        raise SettingsError(
            place,
            _short(value),
            f"one of {_either(choices)}",
            f"did you mean '{near[0]}'?" if near else field.metadata.get("doc", ""),
        )
    return _text(value, place) if hint is str else hint(value)


def _no_table(value: Any, hint: Any, field: dataclasses.Field[Any], place: str) -> SettingsError:
    """What is said of a value where a table is wanted; of a line in it whose value is a bare text, what that needs."""
    for line in value.splitlines() if isinstance(value, str) and len(value) <= LONGEST_TEXT else ():
        found = BARE.fullmatch(line)
        if found and found["text"] not in ("true", "false") and not NUMBER.fullmatch(found["text"]):
            name, text = found["name"], found["text"]
            try:
                _value(text, hint, field, f"{place}.{name}")
            except SettingsError as error:  # no text belongs there
                return error
            step = f"write {name} = {json.dumps(text, ensure_ascii=False)}"
            return SettingsError(f"{place}.{name}", text, "a text stands in quotation marks", step)
    return SettingsError(
        place, _short(value), "a table is wanted", "write it as name = value, in a file as {name = value}"
    )


def _no_list(value: Any, each: Any, field: dataclasses.Field[Any], place: str) -> SettingsError:
    """What is said of a value where a list is wanted; of a text where texts are, how it is written in a list."""
    if not isinstance(value, str) or each is not str or not 0 < len(value) <= 60:
        return SettingsError(place, _short(value), "a list is wanted", "write it as [a, b, c]")
    choices = field.metadata.get("choices", ())
    near = difflib.get_close_matches(value, choices or (value,), 1, 0.0)
    rule = f"a list of {_either(choices)} is wanted" if choices else "a list of texts is wanted"
    key = f"{field.name} = " if place.endswith(f", {field.name}") else ""
    return SettingsError(place, _short(value), rule, f"write {key}{json.dumps(near, ensure_ascii=False)}")


def _text(value: str, place: str) -> str:
    """Check one text: neither endless nor with characters that steer a terminal or end a C string."""
    if len(value) > LONGEST_TEXT or not printable(value.replace("\n", "").replace("\t", "")):
        raise SettingsError(
            place,
            _short(value),
            f"a text has at most {LONGEST_TEXT} printable characters",
            "shorten it, or remove what cannot be seen",
        )
    return value


def _one_of(value: Any, hints: tuple[Any, ...], field: dataclasses.Field[Any], place: str) -> Any:
    """Check against several types: the first that fits."""
    if value is None and type(None) in hints:
        return None
    errors: list[SettingsError] = []
    for hint in hints:
        if hint is not type(None):
            try:
                return _value(value, hint, field, place)
            except SettingsError as error:
                errors.append(error)
    rules = list(dict.fromkeys(error.rule for error in errors))
    raise SettingsError(place, _short(value), ", or ".join(rules), errors[-1].next_step)


def _number(value: Any, hint: Any, metadata: Mapping[str, Any], place: str) -> Any:
    """Check one number: finite, and in its range."""
    low, high, unit = (
        metadata.get(key, other) for key, other in (("low", -math.inf), ("high", math.inf), ("unit", ""))
    )
    try:
        right = math.isfinite(value) and low <= value <= high
    except OverflowError:  # a whole number beyond all floats
        right = False
    if right:
        return hint(value)
    if math.isinf(low) and math.isinf(high):
        rule = "a finite number is wanted"
    elif math.isinf(high):
        rule = f"at least {low:.10g} {unit}".strip()
    elif math.isinf(low):
        rule = f"at most {high:.10g} {unit}".strip()
    else:
        rule = f"from {low:.10g} to {high:.10g} {unit}".strip()
    raise SettingsError(place, f"{_short(value)} {unit}".strip(), rule, metadata.get("doc", ""))
