"""A setlist in the real control and its real processes: switched under play, over OSC, MIDI and keys."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flow_house import SHAPES
from midi_ports import Cable

from gesturemap import commands as c
from gesturemap.control.show import Show
from gesturemap.engine.replay import replay_log
from gesturemap.logs.read import read_log
from gesturemap.outputs.midi.output import Midi
from gesturemap.outputs.osc import Osc
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project
from gesturemap.project.setlist import read_setlist

LINE = SHAPES["line"](np.linspace(0.0, 1.0, 100))
"""The gesture "line", as it was shown but for the noise."""
SCENES = """
[[scene]]
project = "small"
[[scene]]
project = "broken"
[[scene]]
project = "second"
name = "two of us"
program = 7
fade = 0.0
"""


@pytest.fixture
def show(folder: Path, patch, cable: Cable) -> Path:
    """A setlist of the small project, one that cannot be read, and another that sends elsewhere in the same patch."""
    project, _ = read_project(folder)
    midi = Midi(port=str(cable.path))
    own = Osc(port=patch.port, stamp=True)
    save_project(replace(project, outputs=(own, midi)), folder)
    second = folder.parent / "second"
    kept = tuple(d for d in project.demonstrations if d.label == "line")
    save_project(
        replace(
            project, name="second", gestures=("line",), demonstrations=kept, mapping=project.mapping[:1],
            outputs=(replace(own, address="/second"), midi),
        ),
        second,
    )  # fmt: skip
    (folder.parent / "broken").mkdir()
    (folder.parent / "broken" / "project.toml").write_text("[project")
    place = folder.parent / "show.toml"
    place.write_text(SCENES)
    return place


@pytest.fixture
def staged(show: Path, playing: Any) -> Iterator[Any]:
    """The small project, playing as a scene of the show, and all scenes ready."""
    Show(read_setlist(show)).begin(playing.control)
    playing.ready()
    playing.until(lambda: states(playing) == ["ready", "broken", "ready"])
    return playing


def states(playing: Any) -> list[str]:
    told = playing.told(c.Scenes)
    return [str(scene["state"]) for scene in told[-1].scenes] if told else []


class Down:
    """Which notes are down at the other end of the cable, from its bytes."""

    def __init__(self, cable: Cable) -> None:
        os.set_blocking(cable.here, False)
        self._cable, self.keys, self.played = cable, set[int](), 0

    def look(self) -> set[int]:
        """Read what has come; the keys that are down."""
        try:
            data = os.read(self._cable.here, 65536)
        except OSError:  # nothing has come, or the other end is not open yet
            return self.keys
        for status, key, value in zip(data, data[1:], data[2:], strict=False):
            if status >> 4 == 9 and value and key < 128:
                self.keys.add(key)
                self.played += 1
            elif status >> 4 in (8, 9) and key < 128:
                self.keys.discard(key)
        return self.keys


def half_a_line(playing: Any, until: Callable[[], object]) -> list[tuple[str, tuple]]:
    """Begin a gesture and hold it until something is so; what the patch heard."""
    rows, heard, at = LINE[:60], [], 0

    def so() -> object:
        nonlocal at
        playing.patch.send(rows[min(at, len(rows) - 1)], playing.port)
        at += 1
        heard.extend(playing.patch.heard())
        return until()

    playing.until(so)
    return heard + playing.patch.heard()


@pytest.mark.long
def test_a_switch_under_play_ends_what_had_begun_and_loses_no_frame(staged, cable: Cable, patch) -> None:
    control, down = staged.control, Down(cable)
    address = control.activity.input_address
    before = half_a_line(staged, lambda: down.look())
    assert ("/gesturemap/began" in [address for address, _ in before]) and down.played == 1
    engine = control.engine.pid
    control.obey(c.Next())
    assert control.desk.folder.name == "second"  # the broken one was passed over
    assert staged.told(c.SceneChosen)[-1] == c.SceneChosen(3, "two of us")
    state = staged.told(c.State)[-1].document
    assert [scene["state"] for scene in state["scenes"]] == ["ready", "broken", "ready"]
    assert state["scene"] == 3
    staged.until(lambda: control.activity.input_address)
    heard = half_a_line(staged, lambda: down.look() and down.played == 2)
    words = [address for address, _ in before + heard]
    assert words.count("/gesturemap/began") == words.count("/gesturemap/ended") == 1
    assert "/second/began" in words[words.index("/gesturemap/ended") :]
    stamps = [
        stamp
        for address, (stamp, *_) in before + heard
        if address in ("/gesturemap/controls", "/second/controls")
    ]
    assert len(set(stamps)) >= patch.count - 3  # but those on their way at the beginning and end
    assert (control.activity.input_address, control.engine.pid) == (address, engine)
    control.obey(c.Scene("1"))
    staged.until(lambda: not down.look())
    assert control.desk.folder.name == "small"
    assert not control.activity.training and not control.activity.stale
    assert not [fault for fault in staged.told(c.Fault) if fault.place not in ("scene", "pedal")]


@pytest.mark.long
def test_the_log_goes_on_and_is_the_same_to_the_bit_when_it_is_replayed(staged, tmp_path: Path) -> None:
    path = tmp_path / "show.xdf"
    staged.control.obey(c.Log(True, str(path)))
    staged.until(lambda: path.exists())
    for which in ("two of us", "1", "3", "small"):
        staged.play("line", frames=40, rest=0.0)
        staged.control.obey(c.Scene(which))
        staged.until(lambda: staged.control.activity.input_address)
    staged.play("circle", rest=0.0)
    staged.control.obey(c.Log(False))
    staged.until(lambda: staged.told(c.Status) and not staged.told(c.Status)[-1].figures["log"])
    session = read_log(path)
    comparison = replay_log(session)
    assert comparison.same, str(comparison)
    assert comparison.compared >= 200


@pytest.mark.long
def test_what_is_recorded_is_kept_in_the_scene_it_belongs_to(staged) -> None:
    control = staged.control
    control.obey(c.Record("line"))
    staged.until(lambda: control.activity.recording == "line")
    staged.play("line", rest=0.0)
    control.obey(c.Next())
    staged.until(lambda: control.desk.folder.name == "second")
    assert len(staged.told(c.Recorded)) == 1
    assert len(read_project(control.desk.folder)[0].demonstrations) == 3
    assert len(read_project(control.desk.folder.parent / "small")[0].demonstrations) == 7
    staged.until(lambda: states(staged) == ["ready", "broken", "ready"])
    control.obey(c.Previous())
    assert control.desk.document.undo_label == "record line"


def test_scenes_go_on_under_the_lock_and_a_wrong_one_is_told(staged) -> None:
    control = staged.control
    control.obey(c.Lock(True))
    control.obey(c.Scene("3"))
    assert (control.desk.folder.name, control.activity.locked) == ("second", True)
    control.obey(c.Next())
    assert "no scene after this one" in staged.told(c.Fault)[-1].text
    control.obey(c.Scene("9"))
    assert "1 small, 2 broken (cannot be played), 3 two of us" in staged.told(c.Fault)[-1].text
    control.obey(c.Scene("broken"))
    assert "cannot be played" in staged.told(c.Fault)[-1].text
    assert control.desk.folder.name == "second"
    control.obey(c.Open(str(control.desk.folder.parent / "small")))  # a project of the show has one desk
    assert staged.told(c.SceneChosen)[-1].number == 1
    assert control.activity.locked


def test_a_scene_without_anything_to_play_is_told_and_passed_over(show: Path) -> None:
    project, _ = read_project(show.parent / "second")
    save_project(replace(project, demonstrations=()), show.parent / "second")
    found = Show(read_setlist(show))
    assert [fault.partition(":")[0] for fault in found.faults()] == [
        "scene 2 (broken)",
        "scene 3 (two of us)",
    ]
    assert "no demonstration" in found.faults()[1]
    assert found.first.folder.name == "small"


@pytest.mark.long
def test_an_engine_that_is_killed_plays_the_scene_again_and_has_the_others_ready(staged) -> None:
    control = staged.control
    control.obey(c.Scene("3"))
    control.engine.process.kill()
    staged.until(lambda: states(staged)[0] == "waiting" if staged.told(c.Scenes) else False)
    staged.until(lambda: states(staged) == ["ready", "broken", "ready"])
    staged.until(lambda: control.activity.input_address)
    assert any(address == "/second/controls" for address, _ in staged.play("line"))
    control.obey(c.Previous())
    staged.until(lambda: control.activity.input_address)
    assert any(address == "/gesturemap/controls" for address, _ in staged.play("line"))
