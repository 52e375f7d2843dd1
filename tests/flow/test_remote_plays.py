"""Remote control of the real control and its real processes: taught, played, locked and watched from outside."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from remote_house import Peer

from gesturemap import commands as c
from gesturemap.control import edits
from gesturemap.control.client import Client
from gesturemap.control.show import Show
from gesturemap.inputs.remote import Remote
from gesturemap.models import store
from gesturemap.models.relevance import PartialModel, Relevance
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project
from gesturemap.project.setlist import read_setlist
from gesturemap.remote.space import Space
from gesturemap.wire import osc

COMMAND = [sys.executable, "-m", "gesturemap"]
SETTINGS = Remote(query=False, announce=False, rate=1000.0)


class Outside:
    """Somebody with a patch that commands what plays."""

    def __init__(self, playing: Any, settings: Remote | None = SETTINGS) -> None:
        self.playing, self.space = playing, Space(playing.control, settings)
        self.peer: Peer | None = None
        self._between: list[osc.Message] = []
        """What came before the last answer."""

    @property
    def figures(self) -> dict[str, Any]:
        return self.playing.control.beside.get("remote") or {}

    @property
    def port(self) -> int:
        return int(self.figures["address"].rpartition(":")[2])

    def ready(self) -> Outside:
        self.playing.until(lambda: self.figures.get("address"))
        self.peer = Peer(self.port)
        return self

    def say(self, word: str, *values: Any) -> str:
        """Say a word; what comes back."""
        assert self.peer is not None
        self.peer.say(word, *values)
        found: list[osc.Message] = []

        def answered() -> bool:
            assert self.peer is not None
            found.extend(self.peer.heard())
            return any(m.arguments[:1] == (word,) for m in found)

        self.playing.until(answered)
        self._between = [m for m in found if m.arguments[:1] != (word,)]
        return next(str(m.arguments[1]) for m in found if m.arguments[:1] == (word,))

    def hears(self, until: Callable[[list[osc.Message]], Any]) -> list[osc.Message]:
        found, self._between = self._between, []

        def so() -> Any:
            assert self.peer is not None
            found.extend(self.peer.heard())
            return until(found)

        self.playing.until(so)
        return found

    def close(self) -> None:
        self.space.close()
        if self.peer is not None:
            self.peer.socket.close()


@pytest.fixture
def outside(playing) -> Iterator[Outside]:
    made = Outside(playing)
    yield made
    made.close()


def addresses(messages: list[osc.Message]) -> list[str]:
    return [message.address.removeprefix("/gesturemap/") for message in messages]


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
    trained()
    assert control.project.relevance == Relevance()
    assert not isinstance(store.unpack(control.desk.model), PartialModel)
    assert outside.say("lock") == "done"
    assert "stage lock" in outside.say("irrelevant", name)
    assert not playing.told(c.Fault)


def test_estimates_are_watched_while_it_plays(playing, outside: Outside) -> None:
    playing.ready()
    outside.ready()
    outside.say("subscribe", "estimate/winner", 0.0)
    outside.say("subscribe", "estimate/posterior", 0.0)
    playing.play("circle")
    heard = outside.hears(lambda found: addresses(found).count("estimate/posterior") >= 100)
    assert {m.arguments[0] for m in heard if m.address.endswith("winner")} <= {"circle", "line", ""}
    assert all(len(m.arguments) == 2 for m in heard if m.address.endswith("posterior"))


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


def test_a_process_that_is_killed_is_begun_again(playing, outside: Outside) -> None:
    outside.ready()
    first = outside.space.pid
    os.kill(first, signal.SIGKILL)
    playing.until(lambda: any("remote" in fault.text for fault in playing.told(c.Fault)))
    playing.until(lambda: outside.space.pid not in (0, first))
    assert outside.peer is not None
    outside.peer.socket.close()
    assert outside.ready().say("ping") == "gesturemap is here"


def test_a_preset_and_a_new_project_are_no_one_way_doors(playing, outside: Outside, folder: Path) -> None:
    playing.ready()
    outside.ready()
    control = playing.control
    assert outside.say("open", "theremin") == "done"
    assert outside.say("scene", "small") == "done"
    assert control.desk.folder == folder
    assert outside.say("open", "theremin") == "done"
    assert outside.say("save", "mine") == "done"
    assert control.desk.folder == folder.parent / "mine"
    assert outside.say("new") == "done"
    assert "without /" in outside.say("save", "sub/fresh")
    assert outside.say("save", "fresh") == "done"
    assert control.desk.folder == folder.parent / "fresh"
    assert outside.say("open", "small") == "done"
    assert control.desk.folder == folder


def test_the_value_of_scene_is_what_its_word_takes(playing, outside: Outside, folder: Path) -> None:
    save_project(read_project(folder)[0], folder.parent / "duet")
    place = folder.parent / "show.toml"
    place.write_text('[[scene]]\nproject = "small"\n[[scene]]\nproject = "duet"\nname = "Duet, slow"\n')
    playing.ready()
    outside.ready()

    def shown() -> tuple[Any, ...]:
        return outside.hears(lambda found: "scene" in addresses(found))[-1].arguments

    assert outside.say("get", "scene") == "done"
    assert shown() == ("small",)
    assert outside.say("scene", "small") == "done"
    Show(read_setlist(place)).begin(playing.control)
    assert outside.say("subscribe", "scene").startswith("scene")
    assert outside.say("scene", 2) == "done"
    assert shown() == ("Duet, slow",)
    for word in ("small", "Duet, slow"):
        assert outside.say("scene", word) == "done"
        assert outside.say("get", "scene") == "done"
        assert shown() == (word,)


def test_the_project_says_it_and_a_scene_cuts_nobody_off(playing, folder: Path) -> None:
    control = playing.control
    plain = read_project(folder)[0]
    other = plain.configured("remote", {"port": 29471, "query": False, "announce": False}, "test")
    save_project(other, folder.parent / "other")
    save_project(plain, folder.parent / "away" / "far")
    outside = Outside(playing, None)
    try:
        playing.until(lambda: control.engine.state.startswith("running"))
        assert outside.space.pid == 0
        control.obey(c.Open(str(folder.parent / "other")))
        outside.ready()
        assert outside.port == 29471
        assert outside.say("scene", "small") == "done"
        assert control.desk.folder == folder
        assert outside.say("ping") == "gesturemap is here"
        for word in ("open", "scene"):  # where it began stays in reach
            control.obey(c.Open(str(folder.parent / "away" / "far")))
            assert outside.say(word, "small") == "done"
            assert control.desk.folder == folder
    finally:
        outside.close()


# The command that sends


def send(playing, *words: str, **environment: str) -> tuple[int, str, str]:
    """``gesturemap send`` in a process of its own, while control works."""
    asked = subprocess.Popen(
        [*COMMAND, "send", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | environment,
    )  # fmt: skip
    playing.until(lambda: asked.poll() is not None)
    out, error = asked.communicate()
    return asked.returncode, out, error


@pytest.fixture
def tokened(playing) -> Iterator[Outside]:
    made = Outside(playing, Remote(announce=False, rate=1000.0, token="violet-crow"))
    playing.until(lambda: made.figures.get("query"))
    yield made
    made.close()


@pytest.mark.long
def test_the_command_that_sends(playing, tokened: Outside) -> None:
    to, known = ("--to", f"127.0.0.1:{tokened.port}"), {"GESTUREMAP_TOKEN": "violet-crow"}
    code, out, error = send(playing, *to, "run", "off")
    assert (code, out) == (2, "")
    assert "no token" in error
    assert send(playing, *to, "run", "off", **known) == (0, "done\n", "")
    assert not playing.control.activity.running
    code, out, error = send(playing, *to, "volume", "-1", **known)
    assert (code, out) == (2, "")
    assert error.count("\n") == 1
    assert "from 0 to 1" in error
    code, out, error = send(playing, *to, "get", "state/running", **known)
    assert (code, out, error) == (0, "state/running False\n", "")
    assert send(playing, *to, "/gesturemap/state/project", **known)[:2] == (0, "state/project small\n")
    code, out, _ = send(playing, *to, "--list", **known)
    assert code == 0
    assert "threshold value" in out
    names = send(playing, *to, "--words", **known)[1].split()
    assert {"record", "record/stop", "scene/next"} <= set(names)
    assert not any("state" in name for name in names)
    code, out, _ = send(playing, *to, "--for", "1", "subscribe", "state", **known)
    assert code == 0
    assert "state/project small" in out
    assert send(playing, *to, "small/run", **known)[:2] == (0, "done\n")
    assert send(playing, *to, "panic", "0", **known) == (0, "nothing: 0 is a button let go\n", "")
    for words, said in (
        (("--for", "60", "subscribe", "nix"), "nix"), (("--for", "60", "nix"), "there is no such word"),
    ):  # fmt: skip
        code, out, error = send(playing, *to, *words, **known)
        assert (code, error.count("\n")) == (2, 1)
        assert said in error
        assert "error" not in out
    code, out, error = send(playing, *to, "--for", "60", "subscribe", "state")
    assert (code, out) == (2, "")
    assert "no token" in error
