"""Commands that edit the document: functions from project to project, so that every edit can be undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from gesturemap import commands as c
from gesturemap.control import checks, cutting, naming
from gesturemap.control.those import many, otherwise, those_of
from gesturemap.control.told import told
from gesturemap.demonstrations import LAYERS, Demonstration, checked_label
from gesturemap.errors import CommandError
from gesturemap.features.feature import ChainRun
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


def with_demonstration(project: Project, demonstration: Demonstration) -> Project:
    """The project with one more demonstration, its gesture in the vocabulary."""
    gestures = project.gestures
    if demonstration.label not in gestures:
        gestures = (*gestures, demonstration.label)
    return replace(project, gestures=gestures, demonstrations=(*project.demonstrations, demonstration))


def add(project: Project, command: c.AddGesture) -> tuple[str, Project]:
    """One more gesture, still without a demonstration."""
    label = checked_label(command.label)
    if label in project.gestures:
        raise CommandError("gesture", repr(label), "there is one of this name", "choose another name")
    return added(label), replace(project, gestures=(*project.gestures, label))


def added(label: str) -> str:
    """What is said of that edit."""
    return f"add {label}"


def again(label: str) -> str:
    """What is said of one that is taken back to be recorded again."""
    return f"again {label}"


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
    """Without one demonstration, or several."""
    gone = those_of(project, [command.demonstration, *command.more])
    kept = tuple(d for d in project.demonstrations if d not in gone)
    return f"delete {many(gone)}", replace(project, demonstrations=kept)


def relabel(project: Project, command: c.Relabel) -> tuple[str, Project]:
    """With demonstrations given to another gesture, which comes into the vocabulary if it is new."""
    label, those = checked_label(command.to), those_of(project, command.demonstrations)
    changed = otherwise(project, those, label=label)
    if label not in project.gestures:
        changed = replace(changed, gestures=(*changed.gestures, label))
    return f"{many(those)} to {label}", changed


def merge(project: Project, command: c.Merge) -> tuple[str, Project]:
    """With two gestures made one: what is mapped from or played by the first alone goes with its name.

    Raises
    ------
    CommandError
        If it is one gesture already, or one of them is not there.
    """
    label, into = known(project, command.label), known(project, command.into)
    if label == into:
        raise CommandError("gesture", repr(label), "two gestures are made one", "choose another")
    those = [d for d in project.demonstrations if d.label == label]
    changed = otherwise(project, those, label=into)
    _, changed = delete(changed, c.DeleteGesture(label))
    return f"merge {label} into {into}", replace(changed, pedal=project.pedal.renamed(label, into))


def enable(project: Project, command: c.Enable) -> tuple[str, Project]:
    """With demonstrations that are learned from, or are not."""
    those = those_of(project, command.demonstrations)
    return f"{'use' if command.on else 'leave out'} {many(those)}", otherwise(
        project, those, enabled=command.on
    )


def irrelevant(project: Project, command: c.Irrelevant) -> tuple[str, Project]:
    """With a channel that does not matter, or matters again.

    Raises
    ------
    CommandError
        If no such channel comes to the model, or there is no such gesture.
    """
    marks, gesture = project.relevance, known(project, command.gesture) if command.gesture else ""
    there = [*(channels(project) if command.on else ()), *marks.gestures.get(gesture, ()), *marks.ignored]
    if command.channel not in there:
        raise CommandError(
            "channel", repr(command.channel), f"there are {', '.join(dict.fromkeys(there)) or 'none'}", "name one"
        )  # fmt: skip
    whom = f" for {gesture}" if gesture else ""
    return (
        f"let {command.channel} {'not ' if command.on else ''}matter{whom}",
        replace(project, relevance=marks.marked([command.channel], gesture, command.on)),
    )


def switch_layer(project: Project, command: c.SwitchLayer) -> tuple[str, Project]:
    """With a layer that is learned from, or is not; its demonstrations stay as they are."""
    layers = project.layers.switched(_layer(command.layer), command.on)
    same = layers == project.layers
    return (
        f"{'use' if command.on else 'leave out'} layer {command.layer}",
        project if same else replace(project, layers=layers),
    )


def to_layer(project: Project, command: c.ToLayer) -> tuple[str, Project]:
    """With demonstrations that belong to another layer."""
    layer, those = _layer(command.layer), those_of(project, command.demonstrations)
    return f"{many(those)} to layer {layer}", otherwise(project, those, layer=layer)


def record_into(project: Project, command: c.RecordInto) -> tuple[str, Project]:
    """With new recordings that will belong to this layer."""
    layers = replace(project.layers, records=_layer(command.layer))
    same = layers == project.layers
    return f"record into layer {command.layer}", project if same else replace(project, layers=layers)


def _layer(name: str) -> str:
    """The layer, if it is one."""
    if name not in LAYERS:
        raise CommandError("layer", repr(name[:60]), f"there are {', '.join(LAYERS)}", "name one of them")
    return name


def channels(project: Project) -> tuple[str, ...]:
    """What comes to the model, as the demonstrations were recorded; none without a demonstration."""
    if not project.shown:
        return ()
    return ChainRun(project.features, project.shown[0].spec).spec.names


def configure(project: Project, command: c.Configure) -> tuple[str, Project]:
    """With one section of the settings replaced.

    Raises
    ------
    SettingsError
        If anything in it is not right, no input could ever be opened so, no feature work on what is demonstrated, or
        a mapping never be moved.
    CommandError
        If another kind of model could learn nothing of what is demonstrated.
    """
    changed = project.configured(command.section, command.table, "project")
    checks.openable(project.input, changed.input)
    checks.chained(project, changed)
    if changed.mapping != project.mapping:
        checks.mapped(project, changed)
    if changed.learner.kind != project.learner.kind:
        checks.regressing(project, changed.learner)
    return told(command.section, project, changed), changed


def threshold(project: Project, command: c.Threshold) -> tuple[str, Project]:
    """With another threshold: the model's own, or else that of every mapping that fires events.

    Raises
    ------
    CommandError, SettingsError
        If nothing here has one, or it is out of its range.
    """
    if command.label:
        return _own_fit(project, command)
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


def _own_fit(project: Project, command: c.Threshold) -> tuple[str, Project]:
    """With a fit that one gesture must reach, or without (0)."""
    label, tables = known(project, command.label), project.tables()["mapping"]
    telling = [
        table
        for table in tables
        if table["kind"] == Events.kind and (not table.get("gestures") or label in table["gestures"])
    ]
    if not telling:
        raise CommandError(
            "threshold", repr(label), "no mapping tells when it begins", "add one of kind events"
        )
    for table in telling:
        rest = {name: fit for name, fit in table.get("fits", {}).items() if name != label}
        table["fits"] = rest | ({label: command.value} if command.value else {})
    return f"threshold {command.value:.4g} of {label}", project.configured("mapping", tables, "project")


EDITS: dict[type[c.Message], Callable[[Project, Any], tuple[str, Project]]] = {
    c.AddGesture: add,
    c.RenameGesture: rename,
    c.DeleteGesture: delete,
    c.DeleteDemonstration: delete_demonstration,
    c.Relabel: relabel,
    c.Merge: merge,
    c.Enable: enable,
    c.Trim: cutting.trim,
    c.TrimIdle: cutting.trim_idle,
    c.Split: cutting.split,
    c.Extract: cutting.extract,
    c.Configure: configure,
    c.Irrelevant: irrelevant,
    c.Threshold: threshold,
    c.SwitchLayer: switch_layer,
    c.ToLayer: to_layer,
    c.RecordInto: record_into,
}
