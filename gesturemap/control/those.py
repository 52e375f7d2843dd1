"""Demonstrations of a project by their ids, and the project with them otherwise."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from gesturemap.demonstrations import Demonstration
from gesturemap.errors import CommandError
from gesturemap.project.project import Project


def new_id(project: Project) -> str:
    """A name for a new demonstration that sorts by time and was never used."""
    used = {demonstration.id for demonstration in project.demonstrations}
    while (fresh := f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}") in used:
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


def those_of(project: Project, ids: Sequence[str]) -> tuple[Demonstration, ...]:
    """The demonstrations of these ids, each once."""
    if not ids:
        raise CommandError("demonstrations", "none", "at least one is wanted", "choose some first")
    return tuple(dict.fromkeys(find(project, each) for each in ids))


def otherwise(project: Project, those: Sequence[Demonstration], **changes: Any) -> Project:
    """With these demonstrations otherwise; those that are so already stay the very same."""
    gone = {d.id for d in those if any(getattr(d, name) != value for name, value in changes.items())}
    if not gone:
        return project
    return replace(
        project,
        demonstrations=tuple(replace(d, **changes) if d.id in gone else d for d in project.demonstrations),
    )


def many(those: Sequence[Demonstration]) -> str:
    """How many of which gestures, for the history."""
    labels = dict.fromkeys(d.label for d in those)
    return f"{len(those)} of {', '.join(labels)}" if len(those) > 1 else f"one {those[0].label}"
