"""What everybody is told: the document, and what is going on."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from gesturemap.control import by_hand
from gesturemap.control.comparing import Compared, offered
from gesturemap.control.desk import Desk
from gesturemap.control.supervisor import Child
from gesturemap.engine.hearing import state_of
from gesturemap.frames import Spec
from gesturemap.library import presets
from gesturemap.models.store import said_of
from gesturemap.project.project import BESIDE


@dataclass(frozen=True)
class Activity:
    """What is going on beside the document."""

    recording: str = ""
    """The gesture being recorded."""
    since: float = 0.0
    """When that began, of the machine's clock."""
    by_movement: bool = False
    """Whether every movement is recorded on its own."""
    playing: str = ""
    """The demonstration being played."""
    training: bool = False
    evaluating: bool = False
    asking: str = ""
    """The question that is being answered."""
    compared: Compared | None = None
    """What is compared with the project as it is."""
    stale: bool = False
    """The document has changed since the model was fitted."""
    going: tuple[str, ...] = ()
    """Gestures that have begun and not ended."""
    silent: str = ""
    """The silence of a panic: ``asked`` for, or ``told`` by the engine; empty: there is none."""
    running: bool = True
    sound_on: bool = True
    input_address: str = ""
    input_spec: Spec = field(default_factory=lambda: Spec(()))
    """What it gives; no channels: not known yet."""
    input_found: dict[str, Any] = field(default_factory=dict)
    """What it found out by itself that its settings leave open, as settings."""
    input_fault: str = ""
    """Why the input is not open."""
    pointer_port: int = 0
    resting: bool = False
    """The engine has let go of the input, because somebody asked for its port or device."""
    locked: bool = False
    """The stage lock is on."""
    performing: float = 0.0
    """When the performance began, of the machine's clock; 0: it has not."""
    labels: tuple[str, ...] = ()
    """The gestures of the model that plays."""
    seconds: float = 0.0
    """How long its training took."""
    messages: tuple[str, ...] = ()
    """What its training had to say."""
    notes: tuple[str, ...] = ()
    """What it chose and why."""
    changes: dict[str, Any] = field(default_factory=dict)
    """What it says otherwise than the one before it."""

    @property
    def at_work(self) -> bool:
        """Whether the trainer is, for this project."""
        fitting = self.compared is not None and not self.compared.ready
        return self.training or self.evaluating or fitting

    def of_another(self, other: Activity) -> Activity:
        """What goes on when another project is opened of which this is known: what people have switched stays so."""
        return Activity(
            labels=other.labels,
            stale=other.stale,
            seconds=other.seconds,
            messages=other.messages,
            notes=other.notes,
            changes=other.changes,
            sound_on=self.sound_on,
            running=self.running,
            resting=self.resting,
            locked=self.locked,
            performing=self.performing,
        )


def read(desk: Desk) -> Activity:
    """What goes on with a project that has just been read."""
    shown = tuple(dict.fromkeys(d.label for d in desk.project.shown))
    labels = (shown or desk.project.gestures) if desk.model else ()
    messages, notes = said_of(desk.model)
    return Activity(labels=labels, stale=not desk.fits, messages=messages, notes=notes)


def document_of(desk: Desk, activity: Activity, children: list[Child]) -> dict[str, Any]:
    """The document of a `State` notice."""
    project = desk.project
    tables = project.tables()
    by_label: dict[str, list[dict[str, Any]]] = {label: [] for label in project.gestures}
    for demonstration in project.demonstrations:
        by_label.setdefault(demonstration.label, []).append(
            {
                "id": demonstration.id,
                "frames": len(demonstration.learned),
                "seconds": demonstration.learned.seconds,
                "whole": demonstration.seconds,
                "start": demonstration.start,
                "end": demonstration.end or demonstration.seconds,
                "enabled": demonstration.enabled,
                "note": demonstration.note,
                "layer": demonstration.layer,
            }
        )
    places = project.colours.of(by_label)
    trained = None
    if activity.labels:
        trained = {
            "labels": list(activity.labels),
            "seconds": activity.seconds,
            "stale": activity.stale,
            "messages": list(activity.messages),
            "notes": list(activity.notes),
            "changes": activity.changes,
            "line": desk.line,
            "novelty": list(desk.novelty or ()),
        }
    return {
        "project": {
            "name": project.name,
            "path": str(desk.folder),
            "named": desk.saved,
            "saved": desk.saved and not desk.waiting,
            "description": project.description,
            "writable": desk.writable,
            "rescued": desk.rescued,
        },
        **{key: tables[key] for key in ("input", "features", "model", "mapping", "outputs", "sound")},
        **{key: tables.get(key, {}) for key in BESIDE},
        "input_address": activity.input_address,
        "input_fault": activity.input_fault,
        "pointer_port": activity.pointer_port,
        "resting": activity.resting,
        "gestures": [
            {"label": label, "place": places[label], "demonstrations": items}
            for label, items in by_label.items()
        ],
        "trained": trained,
        "training": activity.training,
        "evaluating": activity.evaluating,
        "asking": activity.asking,
        "compared": activity.compared.table() if activity.compared else {},
        "offer": offered(project),
        "recording": activity.recording,
        "by_movement": activity.recording if activity.by_movement else "",
        "recorded_for": time.monotonic() - activity.since if activity.recording else 0.0,
        "performed_for": time.monotonic() - activity.performing if activity.performing else 0.0,
        "playing": activity.playing,
        "going": list(activity.going),
        "running": activity.running,
        "silent": bool(activity.silent),
        "locked": activity.locked,
        "sound_on": activity.sound_on,
        "volume": project.sound.volume,
        "by_hand": [] if state_of(project) else [each.name for each in by_hand.outputs(project)],
        "undo": desk.document.undo_label,
        "redo": desk.document.redo_label,
        "history": desk.document.history,
        "step": desk.document.step,
        "edits": desk.document.edits,
        "processes": {child.name: child.state for child in children},
        "presets": sorted(presets()),
        "folder": str(desk.folder / "demonstrations"),
    }
