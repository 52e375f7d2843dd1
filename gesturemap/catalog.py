"""Plug-ins by name, and settings as plain tables (TOML, JSON, a form in the window).

A plug-in is a frozen dataclass with a class variable ``kind``; its fields, made by `setting`, carry unit, range
and a line of documentation. Built-in kinds stand in a table; others come from entry points named
``gesturemap.<family>``.
"""

from __future__ import annotations

import dataclasses
import difflib
import importlib
import importlib.metadata
import math
import types
import typing
from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar, Protocol

from gesturemap.errors import SettingsError

BUILT_IN: dict[str, dict[str, str]] = {
    "inputs": {
        "osc": "gesturemap.inputs.osc:Osc",
        "serial": "gesturemap.inputs.serial:Serial",
        "pointer": "gesturemap.inputs.pointer:Pointer",
        "replay": "gesturemap.inputs.replay:Replay",
        "synthetic": "gesturemap.inputs.synthetic:Synthetic",
    },
    "features": {
        "calibrate": "gesturemap.features.calibrate:Calibrate",
        "one_euro": "gesturemap.features.smooth:OneEuro",
        "derive": "gesturemap.features.derive:Derive",
        "magnitude": "gesturemap.features.motion:Magnitude",
        "window": "gesturemap.features.window:Window",
    },
    "models": {
        "gmm": "gesturemap.models.gmm:Gmm",
        "gmr": "gesturemap.models.gmm:Gmr",
        "hhmm": "gesturemap.models.hhmm:Hhmm",
        "hhmr": "gesturemap.models.hhmm:Hhmr",
    },
    "mapping": {
        "range": "gesturemap.mapping.range:Range",
        "events": "gesturemap.mapping.events:Events",
    },
    "outputs": {
        "osc": "gesturemap.outputs.osc:Osc",
        "synth": "gesturemap.outputs.synth:Synth",
        "memory": "gesturemap.outputs.memory:Memory",
    },
    "voices": {
        "pad": "gesturemap.synth.pad:Pad",
        "pluck": "gesturemap.synth.pluck:Pluck",
        "grains": "gesturemap.synth.grains:Grains",
    },
}
ONE = {
    "inputs": "input",
    "features": "feature",
    "models": "model",
    "mapping": "mapping",
    "outputs": "output",
    "voices": "voice",
}


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
) -> Any:
    """Declare one setting: its default, what it does, its unit and what it may be."""
    metadata = {"doc": doc, "unit": unit, "low": low, "high": high, "choices": choices}
    if isinstance(default, dict):
        return dataclasses.field(default_factory=lambda: dict(default), metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


@cache
def kinds(family: str) -> dict[str, str]:
    """Every kind of one family and where its class is, ``module:name``."""
    found = {
        point.name: point.value for point in importlib.metadata.entry_points(group=f"gesturemap.{family}")
    }
    return found | BUILT_IN[family]


def find(family: str, kind: str, place: str) -> type[Settings]:
    """Import the settings class of one kind.

    Raises
    ------
    SettingsError
        If there is no such kind, naming the nearest one.
    """
    known = kinds(family)
    if kind not in known:
        near = difflib.get_close_matches(kind, known, 1)
        raise SettingsError(
            place,
            f"no {ONE[family]} of kind {kind!r}",
            f"there are {', '.join(sorted(known))}",
            f"did you mean '{near[0]}'?" if near else "choose one of them",
        )
    module, _, name = known[kind].partition(":")
    return typing.cast(type[Settings], getattr(importlib.import_module(module), name))


def read(family: str, table: Mapping[str, Any], place: str) -> Any:
    """Make settings from a table such as one of ``project.toml``; every key and value is checked.

    Raises
    ------
    SettingsError
        Naming the place, the value, what it may be, and the nearest name where one was misspelt.
    """
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
    hints = _hints(cls)
    for key in table:
        if key not in fields:
            near = difflib.get_close_matches(key, fields, 1)
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


def write(settings: Any) -> dict[str, Any]:
    """The table of settings: kind first, then every field that is not at its default."""
    table: dict[str, Any] = {"kind": settings.kind} if hasattr(settings, "kind") else {}
    for field in dataclasses.fields(settings):
        value = getattr(settings, field.name)
        default = field.default if field.default_factory is dataclasses.MISSING else field.default_factory()
        if field.init and (default is dataclasses.MISSING or value != default):
            table[field.name] = list(value) if isinstance(value, tuple) else value
    return table


def _hints(cls: type[Any]) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _label(field: dataclasses.Field[Any]) -> str:
    unit = field.metadata.get("unit", "")
    return f"{field.name} ({unit})" if unit else field.name


def _value(value: Any, hint: Any, field: dataclasses.Field[Any], place: str) -> Any:
    """Check one value against its type and the range in its field."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        if value is None and type(None) in args:
            return None
        return _value(value, next(arg for arg in args if arg is not type(None)), field, place)
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise SettingsError(place, repr(value), "a list is wanted", "write it as [a, b, c]")
        return tuple(_value(item, args[0], field, f"{place}[{i}]") for i, item in enumerate(value))
    if origin is dict:
        if not isinstance(value, Mapping):
            raise SettingsError(place, repr(value), "a table is wanted", "write it as {name = value}")
        return {str(key): _value(item, args[1], field, f"{place}.{key}") for key, item in value.items()}
    if hint is Any:
        return value
    wanted = {float: "a number", int: "a whole number", bool: "true or false", str: "a text"}.get(hint, "")
    right = {
        float: isinstance(value, int | float) and not isinstance(value, bool),
        int: isinstance(value, int) and not isinstance(value, bool),
        bool: isinstance(value, bool),
        str: isinstance(value, str),
    }.get(hint, False)
    if not right:
        raise SettingsError(place, repr(value), f"{wanted} is wanted", field.metadata.get("doc", ""))
    meta = field.metadata
    if hint in (float, int):
        low, high, unit = meta.get("low", -math.inf), meta.get("high", math.inf), meta.get("unit", "")
        if not (math.isfinite(value) and low <= value <= high):
            raise SettingsError(
                place, f"{value} {unit}".strip(), f"from {low} to {high} {unit}".strip(), meta.get("doc", "")
            )
        return hint(value)
    if hint is str and meta.get("choices") and value not in meta["choices"]:
        near = difflib.get_close_matches(value, meta["choices"], 1)
        raise SettingsError(
            place,
            repr(value),
            f"one of {', '.join(meta['choices'])}",
            f"did you mean '{near[0]}'?" if near else meta.get("doc", ""),
        )
    return str(value) if hint is str else value
