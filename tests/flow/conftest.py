"""A small real project, a real control with its real processes, and a patch that listens on real UDP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from flow_house import SHAPES, SPEC, Patch, Playing, execution
from remote_house import Outside

from gesturemap.control import door
from gesturemap.demonstrations import Demonstration
from gesturemap.project.project import assemble
from gesturemap.project.save import save_project


@pytest.fixture
def patch() -> Iterator[Patch]:
    made = Patch()
    yield made
    made.socket.close()


@pytest.fixture
def folder(tmp_path: Path, patch: Patch, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small project on disk."""
    monkeypatch.setattr(door, "notes_folder", lambda: tmp_path)
    tables = {
        "project": {"name": "small"},
        "input": {"kind": "osc", "clock": "sender", "host": "127.0.0.1", "port": 0, "address": "/frame",
                  "arguments": ["x", "y", "time s"], "rate": 100.0},
        "model": {"kind": "hhmm", "states": 8},
        "mapping": [{"kind": "events"},
                    {"kind": "range", "source": "confidence", "control": "pad.brightness"}],
        "outputs": [{"kind": "osc", "port": patch.port, "stamp": True}, {"kind": "synth"}],
        "sound": {"voices": [{"kind": "pad", "name": "pad"}]},
        "gestures": ["circle", "line"],
    }  # fmt: skip
    place = tmp_path / "small"
    project = assemble(tables, str(place), "test")
    demonstrations = tuple(
        Demonstration(f"{label}-{n}", label, SPEC, np.arange(100) / 100, execution(label, n))
        for label in SHAPES
        for n in range(3)
    )
    save_project(replace(project, demonstrations=demonstrations), place)
    return place


@pytest.fixture
def playing(folder: Path, patch: Patch) -> Iterator[Playing]:
    made = Playing(folder, patch)
    yield made
    made.control.close()


@pytest.fixture
def outside(playing) -> Iterator[Outside]:
    made = Outside(playing)
    yield made
    made.close()
