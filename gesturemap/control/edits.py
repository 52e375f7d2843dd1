"""Commands that edit the document: functions from project to project, so that every edit can be undone."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from gesturemap import commands as c
from gesturemap.control import naming
from gesturemap.demonstrations import Demonstration, checked_label
from gesturemap.errors import CommandError
from gesturemap.mapping.events import Events
from gesturemap.project.project import Project

RELEASE = Events.release
"""The usual posterior below which a gesture ends; it is never above the threshold."""


def known(project: Project, label: str) -> str:
    """The label, if the vocabulary has it."""
    if label not in project.gestures:
        raise CommandError(
            "gesture", repr(label), f"there are {', '.join(project.gestures) or 'none'}", "add it first"
        )
    return label


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


def with_demonstration(project: Project, demonstration: Demonstration) -> Project:
    """The project with one more demonstration, its gesture in the vocabulary."""
    gestures = project.gestures
    if demonstration.label not in gestures:
        gestures = (*gestures, demonstration.label)
    return replace(project, gestures=gestures, demonstrations=(*project.demonstrations, demonstration))


def with_layout(project: Project, channels: int) -> Project:
    """The project with the number of channels written down, where it was learned from the first message."""
    table = project.tables()["input"]
    if table["kind"] != "osc" or not table.keys().isdisjoint(("arguments", "channels", "messages")):
        return project
    return project.configured("input", table | {"channels": channels}, "project")


def add(project: Project, command: c.AddGesture) -> tuple[str, Project]:
    """One more gesture, still without a demonstration."""
    label = checked_label(command.label)
    if label in project.gestures:
        raise CommandError("gesture", repr(label), "there is one of this name", "choose another name")
    return added(label), replace(project, gestures=(*project.gestures, label))


def added(label: str) -> str:
    """What is said of that edit."""
    return f"add {label}"


def rename(project: Project, command: c.RenameGesture) -> tuple[str, Project]:
    """Another name; what is mapped from or played by the gesture goes along."""
    old, new = known(project, command.label), checked_label(command.to)
    if new != old and new in project.gestures:
        raise CommandError("gesture", repr(new), "there is one of this name", "choose another name")
    demonstrations = tuple(replace(d, label=new) if d.label == old else d for d in project.demonstrations)
    changed = replace(
        project,
        gestures=tuple(new if label == old else label for label in project.gestures),
        demonstrations=demonstrations,
    )
    changed = replace(changed, pedal=project.pedal.renamed(old, new))
    for section, table in naming.rename(project.tables(), old, new).items():
        changed = changed.configured(section, table, "project")
    return f"rename {old}", changed


def renamed(before: Project, now: Project) -> dict[str, str]:
    """What gestures are called now, by what they were called, as their demonstrations say."""
    labels = {d.id: d.label for d in now.demonstrations}
    return {d.label: labels[d.id] for d in before.demonstrations if labels.get(d.id, d.label) != d.label}


def delete(project: Project, command: c.DeleteGesture) -> tuple[str, Project]:
    """Without a gesture, its demonstrations, and the mappings that are about nothing else."""
    label = known(project, command.label)
    changed = replace(
        project,
        gestures=tuple(other for other in project.gestures if other != label),
        demonstrations=tuple(d for d in project.demonstrations if d.label != label),
        pedal=project.pedal.renamed(label, ""),
    )
    for section, table in naming.forget(project.tables(), label).items():
        changed = changed.configured(section, table, "project")
    return f"delete {label}", changed


def delete_demonstration(project: Project, command: c.DeleteDemonstration) -> tuple[str, Project]:
    """Without one demonstration."""
    gone = find(project, command.demonstration)
    kept = tuple(d for d in project.demonstrations if d.id != gone.id)
    return f"delete one {gone.label}", replace(project, demonstrations=kept)


def configure(project: Project, command: c.Configure) -> tuple[str, Project]:
    """With one section of the settings replaced."""
    return f"set {command.section}", project.configured(command.section, command.table, "project")


def threshold(project: Project, command: c.Threshold) -> tuple[str, Project]:
    """With another threshold: the model's own, or else that of every mapping that fires events.

    Raises
    ------
    CommandError, SettingsError
        If nothing here has one, or it is out of its range.
    """
    label, tables = f"threshold {command.value:.4g}", project.tables()
    if hasattr(project.learner, "threshold"):
        return label, project.configured("model", tables["model"] | {"threshold": command.value}, "project")
    dial = hasattr(project.learner, "false_per_10min")
    events = [] if dial else [table for table in tables["mapping"] if table["kind"] == "events"]
    if not events:
        raise CommandError(
            "threshold",
            f"{command.value:.4g}",
            f"the model {project.learner.kind} decides by itself" if dial else "nothing here has a threshold",
            "set false_per_10min of the model" if dial else "add a mapping of kind events",
        )
    for table in events:
        table["threshold"] = command.value
        table["release"] = min(table.get("release", RELEASE), command.value)
    return label, project.configured("mapping", tables["mapping"], "project")


EDITS: dict[type[c.Message], Callable[[Project, Any], tuple[str, Project]]] = {
    c.AddGesture: add,
    c.RenameGesture: rename,
    c.DeleteGesture: delete,
    c.DeleteDemonstration: delete_demonstration,
    c.Configure: configure,
    c.Threshold: threshold,
}
