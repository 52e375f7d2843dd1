"""What an edit of settings is called in the history: from what to what, where it is one of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, NamedTuple

from gesturemap.project.project import Project

LONGEST = 24
"""Letters of a value that are told."""
FEW = 3
"""Settings of one part that are named when they change together."""


class Changed(NamedTuple):
    """One setting, or all of a part where it has no name."""

    of: str
    name: str
    was: Any
    now: Any


def told(section: str, before: Project, now: Project) -> str:
    """What was done: ``set port of osc: 9901 → 9902``, ``add range to mapping``, or ``set outputs``."""
    found = list(_differences(before, now, section, ""))
    parts, names = {each.of for each in found}, [each.name for each in found]
    if names == [""]:
        return _other(section, found[0].was, found[0].now)
    if len(parts) != 1 or len(found) > FEW:
        return f"set {section}"
    if len(found) > 1:
        return f"set {', '.join(names[:-1])} and {names[-1]} of {found[0].of}"
    return f"set {names[0]} of {found[0].of}: {_shown(found[0].was)} → {_shown(found[0].now)}"


def _other(section: str, was: Any, now: Any) -> str:
    """Another part in place of one, or one more, one less or another order of several."""
    if is_dataclass(was) and is_dataclass(now):
        return f"set {section}: {_called(was, [was])} → {_called(now, [now])}"
    longer, shorter = (now, was) if len(now) > len(was) else (was, now)
    for i, one in enumerate(longer):
        if longer[:i] + longer[i + 1 :] == shorter:
            done, where = ("add", "to") if longer is now else ("remove", "from")
            return f"{done} {_called(one, longer)} {where} {section}"
    differ = [pair for pair in zip(was, now, strict=False) if pair[0] != pair[1]]
    if len(was) == len(now) and len(differ) == 1:
        return f"set {section}: {_called(differ[0][0], was)} → {_called(differ[0][1], now)}"
    same = len(was) == len(now) and all(each in now for each in was)
    return f"put {section} in another order" if same else f"set {section}"


def _differences(before: Any, now: Any, of: str, name: str) -> Iterator[Changed]:
    """Each setting that differs."""
    if before == now:
        return
    if is_dataclass(before) and type(before) is type(now):
        for field in fields(now):
            if field.compare:
                was, value = getattr(before, field.name), getattr(now, field.name)
                whose = getattr(value, "kind", of) if is_dataclass(value) else of
                yield from _differences(was, value, whose, field.name)
    elif _several(before) and _several(now) and list(map(type, before)) == list(map(type, now)):
        for was, value in zip(before, now, strict=True):
            yield from _differences(was, value, _called(value, now), name)
    elif is_dataclass(before) or is_dataclass(now) or _several(before) or _several(now):
        yield Changed(of, "", before, now)
    else:
        yield Changed(of, name.replace("_", " "), before, now)


def _called(one: Any, among: Sequence[Any]) -> str:
    """Its kind, and which one where there are several of that kind: its name, or its number."""
    alike = [each for each in among if each.kind == one.kind]
    if len(alike) == 1:
        return str(one.kind)
    number = next(i for i, each in enumerate(alike, 1) if each is one)
    return f"{one.kind} {getattr(one, 'name', '') or number}"


def _several(value: Any) -> bool:
    return isinstance(value, tuple) and any(is_dataclass(each) for each in value)


def _shown(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, tuple | list) else f"{value}"
    text = text or "nothing"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
