"""Projects to write and read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Channel, Spec
from gesturemap.project.project import Project
from gesturemap.project.read import settings_of

TOML = {
    "project": {"name": "Übung", "description": "two gestures"},
    "input": {"kind": "osc", "port": 8001, "address": "/phone", "arguments": ["acc_x g", "acc_y g", "count"]},
    "features": [{"kind": "one_euro", "min_cutoff": 2.0}, {"kind": "derive"}],
    "model": {"kind": "hhmm", "states": 6},
    "mapping": [
        {"kind": "events", "threshold": 0.9},
        {"kind": "range", "control": "pad.level", "curve": 2.0},
    ],
    "sound": {"volume": 0.5, "voices": [{"kind": "pad"}, {"kind": "pluck", "notes": {"Kreis": 60.0}}]},
    "gestures": ["Kreis", "zig/zag ☂", "not yet"],
}
SPEC = Spec.of("acc_x g", "acc_y g", rate=60.0)


def make_demonstration(
    identity: str, label: str, seed: int = 0, frames: int = 30, outputs: bool = False
) -> Demonstration:
    rng = np.random.default_rng(seed)
    time = np.cumsum(rng.random(frames))
    more = {"outputs": (Channel("pitch", "Hz"),), "targets": rng.normal(size=(frames, 1))} if outputs else {}
    values = rng.normal(size=(frames, 2))
    return Demonstration(identity, label, SPEC, time, values, note="öä", **more)  # type: ignore[arg-type]


def same_demonstration(a: Demonstration, b: Demonstration) -> bool:
    return (a.id, a.label, a.spec, a.outputs, a.note) == (b.id, b.label, b.spec, b.outputs, b.note) and all(
        np.array_equal(x, y) and x.dtype == y.dtype
        for x, y in ((a.time, b.time), (a.values, b.values), (a.targets, b.targets))
    )


def make_project() -> Project:
    demonstrations = tuple(
        make_demonstration(f"2026010{number}-120000-{number:04x}", label, number, outputs=True)
        for number, label in ((5, "Kreis"), (2, "zig/zag ☂"), (3, "Kreis"))
    )
    return replace(settings_of(TOML, "test", ""), demonstrations=demonstrations)
