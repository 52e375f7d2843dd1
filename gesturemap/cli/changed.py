"""What training in the shell changed: which demonstrations are heard otherwise, and which outputs moved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gesturemap import compiled
from gesturemap.control.trainer import training_set
from gesturemap.errors import GesturemapError
from gesturemap.models import kernels, store
from gesturemap.models.model import Model
from gesturemap.plain import counted
from gesturemap.project.project import Project
from gesturemap.project.read import read_model
from gesturemap.teaching.changes import Changes
from gesturemap.teaching.hearing import rules_of

LISTED = 12
"""Demonstrations that are named."""


def before(folder: Path) -> Model | None:
    """The model that is there; None where there is none, or it cannot be read."""
    try:
        data = read_model(folder, "")
        return store.unpack(data) if data is not None else None
    except GesturemapError:
        return None


def changed(old: Model | None, new: Model, project: Project) -> Iterator[str]:
    """One line in all, one for each demonstration that is heard otherwise, one for each output that moved."""
    if old is None:
        return
    compiled.load(kernels(old.kind))
    shown = training_set(project, project.shown).demonstrations
    changes = Changes().between(old, new, shown, rules_of(project.mapping), lambda: False)
    if not changes.get("of"):
        return
    flips = changes["flips"]
    part = ", as far as there was time" if changes["part"] else ""
    heard = f"{len(flips)} of {counted(changes['of'], 'demonstration')} are heard otherwise than before{part}"
    yield f"changed: {heard}"
    for name, label, was, now in flips[:LISTED]:
        yield f"  {name} of '{label}': was {_called(was)}, is {_called(now)}"
    if len(flips) > LISTED:
        yield f"  and {len(flips) - LISTED} more"
    for name, by in changes["outputs"].items():
        yield f"  output {name}: {by:.3g} from where it was (root mean square of the demonstrations)"


def _called(label: str) -> str:
    return f"'{label}'" if label else "none of these"
