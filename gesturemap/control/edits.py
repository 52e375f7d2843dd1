"""Commands that edit the document: functions from project to project, so that every edit can be undone."""

from __future__ import annotations

import itertools
import math
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from gesturemap import commands as c
from gesturemap.control import checks, naming
from gesturemap.control.idle import trimmed
from gesturemap.control.told import told
from gesturemap.demonstrations import LAYERS, Demonstration, checked_label
from gesturemap.errors import CommandError
from gesturemap.features.feature import ChainRun
from gesturemap.mapping.events import Events
from gesturemap.models.model import fewest
from gesturemap.plain import counted
from gesturemap.project.project import Project

RELEASE = Events.release
"""The usual posterior below which a gesture ends; it is never above the threshold."""
AN_INSTANT = 1e-9
"""Seconds; the end of a demonstration of which the first frame alone is learned from."""


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


def _those(project: Project, ids: Sequence[str]) -> tuple[Demonstration, ...]:
    """The demonstrations of these ids, each once."""
    if not ids:
        raise CommandError("demonstrations", "none", "at least one is wanted", "choose some first")
    return tuple(dict.fromkeys(find(project, each) for each in ids))


def _changed(project: Project, those: Sequence[Demonstration], **changes: Any) -> Project:
    """With these demonstrations otherwise; those that are so already stay the very same."""
    gone = {d.id for d in those if any(getattr(d, name) != value for name, value in changes.items())}
    if not gone:
        return project
    return replace(
        project,
        demonstrations=tuple(replace(d, **changes) if d.id in gone else d for d in project.demonstrations),
    )


def relabel(project: Project, command: c.Relabel) -> tuple[str, Project]:
    """With demonstrations given to another gesture, which comes into the vocabulary if it is new."""
    label, those = checked_label(command.to), _those(project, command.demonstrations)
    changed = _changed(project, those, label=label)
    if label not in project.gestures:
        changed = replace(changed, gestures=(*changed.gestures, label))
    return f"{_many(those)} to {label}", changed


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
    changed = _changed(project, those, label=into)
    _, changed = delete(changed, c.DeleteGesture(label))
    return f"merge {label} into {into}", replace(changed, pedal=project.pedal.renamed(label, into))


def enable(project: Project, command: c.Enable) -> tuple[str, Project]:
    """With demonstrations that are learned from, or are not."""
    those = _those(project, command.demonstrations)
    return f"{'use' if command.on else 'leave out'} {_many(those)}", _changed(
        project, those, enabled=command.on
    )


def _many(those: Sequence[Demonstration]) -> str:
    labels = dict.fromkeys(d.label for d in those)
    return f"{len(those)} of {', '.join(labels)}" if len(those) > 1 else f"one {those[0].label}"


def trim(project: Project, command: c.Trim) -> tuple[str, Project]:
    """With a demonstration of which only what lies between two moments is learned from.

    Raises
    ------
    CommandError
        If less would be left than a movement has.
    """
    found = find(project, command.demonstration)
    start, end = max(0.0, command.start), command.end or math.inf
    if end >= found.seconds:
        end = math.inf
    first, last = found.between(start, end)
    least = fewest(project.learner)
    if last - first < least or not math.isfinite(command.start + command.end):
        raise CommandError(
            f"demonstration {found.id}",
            f"{command.start:g}..{command.end:g} s",
            f"it is {found.seconds:.3g} s long, and at least {counted(least, 'frame')} must be left",
            "choose other moments; 0 and 0 are all of it",
        )
    end = 0.0 if math.isinf(end) else end
    return f"trim one {found.label}", _changed(project, [found], start=start, end=end)


def trim_idle(project: Project, command: c.TrimIdle) -> tuple[str, Project]:
    """With demonstrations of which only the movement is learned from, each without its own idle ends.

    Raises
    ------
    CommandError
        If none of them rests at an end.
    """
    those = _those(project, command.demonstrations)
    everyday, least = getattr(project.learner, "everyday", ""), fewest(project.learner)
    shorter = (one for one in (trimmed(each, everyday) for each in those) if one not in those)
    cut = {one.id: one for one in shorter if len(one.learned) >= least}
    if not cut:
        raise CommandError(
            "demonstrations", _many(those), "none of them rests at an end", "trim one between two moments"
        )
    changed = tuple(cut.get(each.id, each) for each in project.demonstrations)
    return f"trim idle ends of {_many(tuple(cut.values()))}", replace(project, demonstrations=changed)


def split(project: Project, command: c.Split) -> tuple[str, Project]:
    """With several demonstrations in place of one, what was trimmed away still there at both ends.

    Raises
    ------
    CommandError
        If a moment does not lie inside what is learned from, or no frame lies between two of them.
    """
    found = find(project, command.demonstration)
    first, last = found.between(found.start, found.end or math.inf)
    moments = [at for at in command.at if isinstance(at, int | float) and math.isfinite(at)]
    cuts = sorted({found.between(at, math.inf)[0] for at in moments})
    edges = [first, *cuts, last]
    if not cuts or len(moments) < len(command.at) or any(b <= a for a, b in itertools.pairwise(edges)):
        raise CommandError(
            f"demonstration {found.id}",
            f"cut at {', '.join(f'{at!r:.40}' for at in command.at) or 'no moment'}",
            f"moments lie inside what is learned from, {found.start:g}..{found.end or found.seconds:.6g} s, "
            "with a frame between every two",
            "choose other moments",
        )
    parts, before = [], project
    for a, b in itertools.pairwise([0, *cuts, len(found)]):
        part = replace(found.part(a, b), id=new_id(before))
        if b == len(found) and found.end:
            part = replace(part, end=max(float(found.time[last - 1] - part.time[0]), AN_INSTANT))
        if a == 0:
            part = replace(part, start=found.start)
        parts.append(part)
        before = replace(before, demonstrations=(*before.demonstrations, part))
    at = project.demonstrations.index(found)
    demonstrations = (*project.demonstrations[:at], *parts, *project.demonstrations[at + 1 :])
    return f"split one {found.label}", replace(project, demonstrations=demonstrations)


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
    layer, those = _layer(command.layer), _those(project, command.demonstrations)
    return f"{_many(those)} to layer {layer}", _changed(project, those, layer=layer)


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
    c.Trim: trim,
    c.TrimIdle: trim_idle,
    c.Split: split,
    c.Configure: configure,
    c.Irrelevant: irrelevant,
    c.Threshold: threshold,
    c.SwitchLayer: switch_layer,
    c.ToLayer: to_layer,
    c.RecordInto: record_into,
}
