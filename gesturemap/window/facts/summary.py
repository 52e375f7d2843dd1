"""One line about a plug-in's settings, and what its kind is for. No Qt."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from gesturemap import catalog
from gesturemap.errors import GesturemapError

LONGEST = 120
"""Letters of a line; the widget leaves out what has no room."""
SHORT = 28
"""Letters of one value in it."""


def about(family: str, kind: str) -> str:
    """The first line of what its class says of itself, without the full stop; empty where it cannot be had."""
    try:
        found = inspect.getdoc(catalog.find(family, kind, family)) or ""
    except GesturemapError as error:
        return str(error)
    return found.partition("\n")[0].rstrip(".").replace("``", "")


def summary(family: str, table: Mapping[str, Any]) -> str:
    """What these settings are, away from what they usually are; empty where nothing is."""
    if family == "mapping" and "control" in table:
        return _joined([f"{_sources(table)} ▸ {table['control']}", _range(table)])
    if family == "outputs" and ("port" in table or "host" in table):
        return ":".join(str(table[key]) for key in ("host", "port") if key in table)
    if family == "voices":
        level = f"{table['level']:+.3g} dB" if isinstance(table.get("level"), int | float) else ""
        name = str(table.get("name", ""))
        return _joined([name * (name != table.get("kind")), str(table.get("patch", "")), level])
    said = [f"{key.replace('_', ' ')} {_short(value)}" for key, value in table.items() if key != "kind"]
    return _joined(said)


def _sources(table: Mapping[str, Any]) -> str:
    if isinstance(table.get("sources"), Mapping):
        return ", ".join(map(str, table["sources"].values()))
    return str(table.get("source", "confidence"))


def _range(table: Mapping[str, Any]) -> str:
    if "to_low" not in table and "to_high" not in table:
        return ""
    return f"{table.get('to_low', 0.0):.4g} to {table.get('to_high', 1.0):.4g}"


def _short(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, Mapping) or (isinstance(value, Sequence) and not isinstance(value, str)):
        text = ", ".join(map(str, value))
    else:
        text = str(value)
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"


def _joined(parts: Sequence[str]) -> str:
    text = " · ".join(dict.fromkeys(part for part in parts if part))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
