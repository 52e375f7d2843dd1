"""What a training said is kept with its model: who opens the project later is told as well."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from gesturemap.control.desk import Desk
from gesturemap.control.state import document_of, read
from gesturemap.control.trainer import fit
from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Spec
from gesturemap.models import store
from gesturemap.models.model import said
from gesturemap.project.project import assemble
from gesturemap.project.save import fingerprint, save_model, save_project

SPEC = Spec.of("x", "y", "still", rate=50.0)


def test_what_a_training_in_the_shell_said_is_told_when_the_project_is_opened(tmp_path: Path) -> None:
    def taken(label: str, turns: float) -> Demonstration:
        values = np.random.default_rng(len(label)).normal(0.0, 0.05, (60, 3))
        angle = np.linspace(0.0, 2.0 * np.pi * turns, 60)
        values += np.column_stack([np.sin(angle), np.cos(angle), 0.0 * angle])
        values[:, 2] = 1.0
        return Demonstration(f"{label}-1", label, SPEC, np.arange(60) / 50.0, values)

    settings = {"input": {"kind": "osc", "arguments": list(SPEC.names)}, "model": {"kind": "auto"}}
    project = assemble(settings | {"gestures": ["circle", "shake"]}, str(tmp_path), "test")
    project = replace(project, demonstrations=(taken("circle", 1.0), taken("shake", 3.0)))
    save_project(project, tmp_path)
    model = fit(project, project.shown)
    save_model(tmp_path, store.pack(model), fingerprint(project))
    desk = Desk(str(tmp_path))
    trained = document_of(desk, read(desk), [])["trained"]
    assert (trained["messages"], trained["notes"]) == said(model)
    assert any("still" in line for line in trained["messages"])
    assert any("false triggers" in line for line in trained["notes"])


def test_a_model_of_an_earlier_version_or_none_says_nothing() -> None:
    for data in (b"", b"no model", b"PK\x03\x04nonsense"):
        assert store.said_of(data) == ((), ())
