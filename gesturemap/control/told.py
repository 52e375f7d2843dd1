"""What an edit of settings is called in the history: from what to what, where it is one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from gesturemap.project.project import Project

LONGEST = 24
"""Letters of a value that are told."""


def told(section: str, before: Project, now: Project) -> str:
    """``set outputs``, or where one setting differs ``set port of osc: 9901 → 9902``."""
    found = list(_differences(before, now, section, ""))
    if len(found) != 1:
        return f"set {section}"
    of, name, was, value = found[0]
    return f"set {name} of {of}: {_shown(was)} → {_shown(value)}" if name else f"set {section}"


def _differences(before: Any, now: Any, of: str, name: str) -> Iterator[tuple[str, str, Any, Any]]:
    """Each setting that differs: whose it is, its name, what it was and is."""
    if before == now:
        return
    if is_dataclass(before) and type(before) is type(now):
        of = getattr(now, "kind", of)
        for field in fields(now):
            if field.compare:
                yield from _differences(getattr(before, field.name), getattr(now, field.name), of, field.name)
    elif _several(before) and _several(now) and len(before) == len(now):
        for was, value in zip(before, now, strict=True):
            yield from _differences(was, value, of, name)
    elif is_dataclass(before) or is_dataclass(now) or _several(before) or _several(now):
        yield of, "", before, now
    else:
        yield of, name.replace("_", " "), before, now


def _several(value: Any) -> bool:
    return isinstance(value, tuple) and any(is_dataclass(each) for each in value)


def _shown(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, tuple | list) else f"{value}"
    text = text or "nothing"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
