"""What remote control brought to control: scenes without a setlist, the threshold, the lock."""

from __future__ import annotations

from pathlib import Path

import pytest

from gesturemap import commands as c
from gesturemap.control import edits, scenes
from gesturemap.control.state import Activity
from gesturemap.errors import CommandError, SettingsError
from gesturemap.project.project import Project, assemble


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("one", "two", "10", "none"):
        (tmp_path / name).mkdir()
        if name != "none":
            (tmp_path / name / "project.toml").touch()
    return tmp_path


def test_scenes_are_the_projects_beside(folder: Path) -> None:
    here = folder / "one"
    assert scenes.named(here, "two") == folder / "two"
    assert scenes.named(here, "3") == folder / "two"
    assert scenes.named(here, "10") == folder / "10"  # a name before a number
    assert scenes.stepped(here, 1) == folder / "two"
    assert scenes.stepped(here, -1) == folder / "10"
    for which in ("none", "0", "4", "-1", "", "../one", "9" * 50, "\u0663"):
        with pytest.raises(CommandError, match="1 10, 2 one, 3 two"):
            scenes.named(here, which)
    for place, step in ((folder / "two", 1), (folder / "10", -1), (folder / "none", 1)):
        with pytest.raises(CommandError):
            scenes.stepped(place, step)


def project(model: dict, *mapping: dict) -> Project:
    tables = {"input": {"kind": "pointer"}, "model": model, "mapping": list(mapping)}
    return assemble(tables, "", "test")


def test_the_threshold_is_that_of_the_events_or_the_models_own() -> None:
    events = {"kind": "events", "threshold": 0.9}
    label, changed = edits.threshold(project({"kind": "hhmm"}, events), c.Threshold(0.3))
    assert label == "threshold 0.3"
    assert (changed.mapping[0].threshold, changed.mapping[0].release) == (0.3, 0.3)
    _, changed = edits.threshold(project({"kind": "strokes"}, events), c.Threshold(0.3))
    assert (changed.learner.threshold, changed.mapping[0].threshold) == (0.3, 0.9)
    with pytest.raises(CommandError, match="false_per_10min"):
        edits.threshold(project({"kind": "spotter"}, events), c.Threshold(0.3))
    with pytest.raises(CommandError, match="nothing here has a threshold"):
        edits.threshold(project({"kind": "hhmm"}), c.Threshold(0.3))
    with pytest.raises(SettingsError, match="from 0 to 1"):
        edits.threshold(project({"kind": "hhmm"}, events), c.Threshold(1.5))


def test_the_lock_outlives_a_scene() -> None:
    assert Activity(locked=True).of_another(Activity()).locked
    assert not Activity().of_another(Activity(locked=True)).locked
