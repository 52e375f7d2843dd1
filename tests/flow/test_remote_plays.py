"""Remote control of the real control and its real processes: taught, played, locked and watched from outside."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest
from remote_house import Outside, addresses

from gesturemap import commands as c
from gesturemap.control import edits
from gesturemap.control.client import Client
from gesturemap.models import store
from gesturemap.models.relevance import PartialModel, Relevance
from gesturemap.project.read import read_project

COMMAND = [sys.executable, "-m", "gesturemap"]


@pytest.mark.long
def test_who_ends_a_recording_in_which_nothing_came_is_told(playing, outside: Outside) -> None:
    playing.ready()
    outside.ready()
    control = playing.control
    assert outside.say("record", "hush") == "done"
    playing.until(lambda: control.activity.recording == "hush")
    said = outside.say("record/stop")
    assert "'hush': no frames; a movement has at least 2; record a longer one while the sensor sends" in said
    assert "hush" not in control.project.gestures
    assert outside.say("record/stop") == "done"  # there is nothing to end


@pytest.mark.long
def test_a_lesson_from_outside(playing, outside: Outside, folder: Path) -> None:
    playing.ready()
    outside.ready()
    control = playing.control
    assert outside.say("subscribe", "events").startswith("events")
    assert outside.say("record", "line") == "done"
    playing.until(lambda: control.activity.recording == "line")
    playing.play("line", seed=99)
    assert outside.say("record/stop") == "done"
    heard = outside.hears(lambda found: {"events/recorded", "events/trained"} <= set(addresses(found)))
    recorded = next(m for m in heard if m.address.endswith("recorded"))
    assert recorded.arguments[1] == "line"
    assert len(control.project.demonstrations) == 7
    assert outside.say("undo") == "done"
    assert len(control.project.demonstrations) == 6
    assert outside.say("redo") == "done"
    assert outside.say("delete/demonstration", recorded.arguments[0]) == "done"
    assert len(control.project.demonstrations) == 6
    assert "no such demonstration" in outside.say("delete/demonstration", "nonsense")
    text = (folder / "project.toml").read_text()
    assert outside.say("record", "cirlce") == "done"
    assert outside.say("record/cancel") == "done"  # a slip leaves no gesture behind
    assert "a text" in outside.say("record", 5)
    assert not control.activity.recording
    assert control.project.gestures == ("circle", "line")
    assert (folder / "project.toml").read_text() == text
    assert outside.say("add", "wave") == "done"
    assert outside.say("rename", "wave", "wave hand") == "done"
    assert control.project.gestures == ("circle", "line", "wave hand")
    assert outside.say("delete", "wave hand") == "done"
    assert outside.say("threshold", 0.8) == "done"
    assert read_project(folder)[0].mapping[0].threshold == 0.8
    assert "from 0 to 1" in outside.say("threshold", 1.5)
    assert outside.say("model", "knn") == "done"
    assert control.project.learner.kind == "knn"
    assert outside.say("volume", 0.25) == "done"
    assert control.project.sound.volume == 0.25
    assert outside.say("run", 0) == "done"
    assert not control.activity.running
    assert "not taught by them" in outside.say("values", 0.5)
    assert outside.say("play", control.project.demonstrations[0].id) == "done"
    playing.until(lambda: control.activity.playing)
    assert outside.say("play/stop") == "done"
    playing.until(lambda: not control.activity.playing)
    assert outside.say("save", "copy") == "done"
    assert control.desk.folder == folder.parent / "copy"
    assert outside.say("open", "small") == "done"
    assert control.desk.folder == folder
    assert outside.say("scene/previous") == "done"
    assert control.desk.folder == folder.parent / "copy"
    assert outside.say("scene", 2) == "done"
    assert control.desk.folder == folder
    assert "1 copy, 2 small" in outside.say("scene/next")
    assert "1 copy, 2 small" in outside.say("scene", "3")
    playing.until(lambda: playing.told(c.Status))
    playing.until(lambda: playing.told(c.Status)[-1].figures["remote"]["refused"].get("127.0.0.1"))


@pytest.mark.long
def test_a_model_is_evaluated_from_outside_and_nothing_changes(playing, outside: Outside) -> None:
    playing.ready()
    outside.ready()
    control = playing.control
    assert outside.say("lock") == "done"
    outside.say("subscribe", "events")
    outside.say("subscribe", "state/evaluating")
    before, model = control.project, control.desk.model
    assert outside.say("evaluate") == "done"
    heard = outside.hears(
        lambda found: addresses(found)[-1:] == ["state/evaluating"] and "events/evaluated" in addresses(found)
    )
    evaluated = next(m for m in heard if m.address.endswith("evaluated"))
    assert evaluated.arguments == ("accuracy", 1.0, "circle", 1.0, "line", 1.0)
    assert (control.project, control.desk.model) == (before, model)
    assert not control.activity.training
    assert not playing.told(c.Fault)
    values = [m.arguments[0] for m in heard if m.address.endswith("state/evaluating")]
    assert values == [True, False]
    assert outside.say("lock", 0) == "done"
    assert outside.say("delete", "line") == "done"
    assert "3 demonstrations of 1 gesture" in outside.say("evaluate")


@pytest.mark.long
def test_what_should_not_matter_is_marked_from_outside_and_taken_back(
    playing, outside: Outside, folder: Path
) -> None:
    playing.ready()
    outside.ready()
    control = playing.control
    name = edits.channels(control.project)[0]
    outside.say("subscribe", "events")

    def trained() -> None:
        outside.hears(lambda found: "events/trained" in addresses(found))

    assert "there are" in outside.say("irrelevant", "nonsense")
    assert outside.say("irrelevant", name) == "done"
    trained()
    assert read_project(folder)[0].relevance.ignored == (name,)
    model = store.unpack(control.desk.model)
    assert isinstance(model, PartialModel)
    assert name not in model.inner.spec.names
    outside.say("subscribe", "estimate/posterior", 0.0)
    playing.play("circle")
    outside.hears(lambda found: addresses(found).count("estimate/posterior") >= 20)
    assert outside.say("irrelevant", name, "line") == "done"
    assert outside.say("undo") == "done"
    assert outside.say("undo") == "done"
    assert control.project.relevance == Relevance()
    playing.until(lambda: not isinstance(store.unpack(control.desk.model), PartialModel))
    assert outside.say("lock") == "done"
    assert "stage lock" in outside.say("irrelevant", name)
    assert not playing.told(c.Fault)


@pytest.mark.long
def test_estimates_are_watched_while_it_plays(playing, outside: Outside) -> None:
    playing.ready()
    outside.ready()
    outside.say("subscribe", "estimate/winner", 0.0)
    outside.say("subscribe", "estimate/posterior", 0.0)
    playing.play("circle")
    heard = outside.hears(lambda found: addresses(found).count("estimate/posterior") >= 100)
    assert {m.arguments[0] for m in heard if m.address.endswith("winner")} <= {"circle", "line", ""}
    assert all(len(m.arguments) == 2 for m in heard if m.address.endswith("posterior"))


@pytest.mark.long
def test_the_lock_refuses_every_edit_from_window_pedal_and_outside(
    playing, outside: Outside, folder: Path
) -> None:
    playing.ready()
    outside.ready()
    control = playing.control
    assert control.switchboard.door is not None
    window = Client(control.switchboard.door.endpoint)
    assert outside.say("record", "line") == "done"
    playing.until(lambda: control.activity.recording == "line")
    playing.play("line", seed=99)
    assert outside.say("lock") == "done"  # what is being recorded is kept
    playing.until(lambda: len(control.project.demonstrations) == 7 and not control.activity.training)
    playing.until(lambda: control.settled)
    before, model = control.project, (folder / "model.npz").read_bytes()
    text = (folder / "project.toml").read_text()
    refused = {
        "record": ("line",), "train": (), "undo": (), "redo": (), "new": (), "save": (), "add": ("wave",),
        "rename": ("line", "wave"), "delete": ("line",), "delete/demonstration": (before.demonstrations[0].id,),
        "threshold": (0.5,), "model": ("knn",),
    }  # fmt: skip
    for word, values in refused.items():
        assert "the stage lock is on" in outside.say(word, *values), word
    commands = [
        c.Record("line"), c.Train(), c.Undo(), c.Redo(), c.New(), c.Save(), c.AddGesture("wave"),
        c.DeleteGesture("line"),
        c.RenameGesture("line", "wave"), c.DeleteDemonstration(before.demonstrations[0].id), c.Threshold(0.5),
        c.Configure("model", {"kind": "knn"}),
    ]  # fmt: skip
    playing.notices.clear()
    for command in commands:
        window.send(command)
    for action in ("record", "start line", "undo", "redo", "train", "again"):
        control.switchboard.call(c.Pressed(action))
    many = len(refused) + len(commands) + 6
    playing.until(lambda: control.beside["refused_by_lock"] == many)
    assert sum("stage lock" in fault.text for fault in playing.told(c.Fault)) == len(commands) + 6
    assert control.project is before
    assert not control.activity.recording
    assert (folder / "project.toml").read_text() == text
    assert (folder / "model.npz").read_bytes() == model
    playing.until(
        lambda: any(status.figures.get("refused_by_lock") == many for status in playing.told(c.Status))
    )
    allowed = {"run": (0,), "panic": (), "volume": (0.5,), "tap": (), "record/stop": (), "sound": (0,)}
    for word, values in allowed.items():
        assert outside.say(word, *values) == "done", word
    window.send(c.Lock(False))
    playing.until(lambda: not control.activity.locked)
    assert outside.say("undo") == "done"
    assert len(control.project.demonstrations) == 6
    window.close()


@pytest.mark.long
def test_a_process_that_is_killed_is_begun_again(playing, outside: Outside) -> None:
    outside.ready()
    first = outside.space.pid
    os.kill(first, signal.SIGKILL)
    playing.until(lambda: any("remote" in fault.text for fault in playing.told(c.Fault)))
    playing.until(lambda: outside.space.pid not in (0, first))
    assert outside.peer is not None
    outside.peer.socket.close()
    assert outside.ready().say("ping") == "gesturemap is here"
