"""Layers switched while it plays: fitted anew where something of them was learned from, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest
from remote_house import Outside

from gesturemap import commands as c
from gesturemap.project.read import read_project


@pytest.mark.long
def test_a_layer_is_recorded_into_switched_and_taken_back(playing, outside: Outside, folder: Path) -> None:
    playing.ready()
    outside.ready()
    control = playing.control
    first = control.desk.model
    assert outside.say("layer/off", "tonight") == "done"
    assert not control.activity.stale, "nothing of it is learned from"
    assert outside.say("layer/on", "tonight") == "done"
    assert "one of tonight, piece, me, shared" in outside.say("layer/off", "hall")
    assert outside.say("layer/record", "tonight") == "done"
    control.carry_out(c.Record("line"))
    playing.play("line", seed=5)
    control.carry_out(c.StopRecording())
    playing.until(lambda: playing.told(c.Recorded))
    playing.until(lambda: not control.activity.stale)
    new = control.project.demonstrations[-1]
    assert new.layer == "tonight"
    assert control.desk.model != first
    assert outside.say("layer/off", "tonight") == "done"
    playing.until(lambda: not control.activity.stale)
    assert new not in control.project.shown
    saved = read_project(folder)[0]
    assert (saved.layers.off, saved.demonstrations[-1].layer) == (("tonight",), "tonight")
    assert outside.say("undo") == "done"
    assert new in control.project.shown
    playing.until(lambda: not control.activity.stale)
    assert outside.say("layer/off", "tonight", "me") != "done"
    assert outside.say("layer", "me", new.id) == "done"
    assert control.project.demonstrations[-1].layer == "me"
    assert new.id in [one.id for one in control.project.shown]
    assert outside.say("lock") == "done"
    for words in (("layer/off", "me"), ("layer/on", "me"), ("layer/record", "me"), ("layer", "me", new.id)):
        assert "stage lock" in outside.say(*words)
    assert outside.say("lock", 0) == "done"
    for layer in ("piece", "me"):
        assert outside.say("layer/off", layer) == "done"
    playing.until(lambda: not control.activity.stale)
    assert control.activity.labels == (), "where nothing is learned from there is no model"
    assert outside.say("layer/on", "piece") == "done"
    playing.until(lambda: control.activity.labels == ("circle", "line"))
