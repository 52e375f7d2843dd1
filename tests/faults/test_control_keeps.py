"""What control keeps when the disk is full, the engine dies, or the project is opened twice."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from gesturemap import codec, inner
from gesturemap import commands as c
from gesturemap.control import notices, recording
from gesturemap.control.client import alone
from gesturemap.control.controller import Controller
from gesturemap.control.desk import Desk
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import CommandError, GesturemapError
from gesturemap.frames import Spec
from gesturemap.project import disk, pack
from gesturemap.project.project import assemble
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits of a file's size are POSIX")

TABLES = {"project": {"name": "p"}, "input": {"kind": "osc", "port": 0}, "model": {"kind": "hhmm"}}


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process can grow meanwhile."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def take(label: str, moves: float = 1.0) -> inner.Take:
    rows = moves * np.random.default_rng(1).normal(size=(20, 2))
    made = Demonstration("", label, Spec.of("x", "y"), np.arange(20) / 100, rows)
    return inner.Take(label, data=pack.pack([made]))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_project(assemble(TABLES, str(tmp_path / "p"), "test"), tmp_path / "p")
    return tmp_path / "p"


@pytest.fixture
def control(folder: Path) -> Iterator[Controller]:
    made = Controller(str(folder), sound=False, serve=False)
    made.told = []
    made.watchers.append(made.told.append)
    made.now(input_address="UDP port 9000")
    yield made
    made.close()


def faults(control: Controller) -> list[str]:
    return [notice.text for notice in control.told if isinstance(notice, c.Fault)]


def on_disk(folder: Path) -> list[str]:
    project, warnings = read_project(folder)
    assert warnings == []
    return [d.label for d in project.demonstrations]


def test_a_take_stays_in_memory_until_there_is_room(control: Controller, folder: Path) -> None:
    with full_disk():
        notices.hear(control, control.engine, take("wave"))
    assert [d.label for d in control.project.demonstrations] == ["wave"]
    (recorded,) = [notice for notice in control.told if isinstance(notice, c.Recorded)]
    assert not recorded.written  # it can be taken back and recorded again
    assert [last.demonstration for last in control.recorded] == [recorded.demonstration]
    head = [notice for notice in control.told if isinstance(notice, c.State)][-1].document["project"]
    assert (head["named"], head["saved"]) == (True, False)
    assert len(faults(control)) == 1 and "could not be written" in faults(control)[0]
    assert on_disk(folder) == []
    control.obey(c.Save())
    assert on_disk(folder) == ["wave"]


def test_a_take_is_written_by_itself_when_there_is_room_and_until_then_nothing_is_said_to_be_saved(
    control: Controller, folder: Path, monkeypatch
) -> None:
    monkeypatch.setattr(recording, "AGAIN", 0.0)

    def saved() -> bool:
        return [n for n in control.told if isinstance(n, c.State)][-1].document["project"]["saved"]

    with full_disk():
        notices.hear(control, control.engine, take("wave"))
        assert not saved()
        control.turn(0.01)
        assert not saved()
        assert len(faults(control)) == 1
    assert on_disk(folder) == []
    control.turn(0.01)
    assert saved()
    assert on_disk(folder) == ["wave"]
    assert control._later == {} or all(act.__name__ != "again" for act in control._later)


def test_undo_that_cannot_be_written_changes_nothing(control: Controller, folder: Path) -> None:
    notices.hear(control, control.engine, take("wave"))
    with full_disk():
        control.obey(c.Undo())
    assert len(faults(control)) == 1
    assert [d.label for d in control.project.demonstrations] == on_disk(folder) == ["wave"]
    control.obey(c.Undo())
    assert on_disk(folder) == []
    control.obey(c.Redo())
    assert on_disk(folder) == ["wave"]


def test_saving_as_on_a_full_disk_leaves_nothing_and_can_be_tried_again(
    control: Controller, folder: Path
) -> None:
    notices.hear(control, control.engine, take("wave"))
    target = folder.parent / "other"
    with full_disk():
        control.obey(c.Save(str(target)))
    assert len(faults(control)) == 1 and "room for the project" in faults(control)[0]
    assert sorted(path.name for path in folder.parent.iterdir()) == ["p"]
    control.obey(c.Save(str(target)))
    assert on_disk(target) == on_disk(folder) == ["wave"]


def test_a_name_no_file_can_have_is_one_line(control: Controller) -> None:
    bad = ("x" * 5000, "a\0b", "\ud800", "~nobody-of-this-name/x")
    for path in bad:
        control.obey(c.Save(path))
        control.obey(c.Open(path))
    for path in ("/", "/tmp/ ", "/tmp/a\x1b[31m"):
        control.obey(c.Save(path))
    assert len(faults(control)) == 2 * len(bad) + 3
    assert not any("report this" in fault or len(fault) > 2000 for fault in faults(control))


def test_the_volume_is_there_when_the_project_is_opened_again(folder: Path) -> None:
    control = Controller(str(folder), sound=False, serve=False)
    control.obey(c.Volume(0.25))
    control.close()
    assert Desk(str(folder)).project.sound.volume == 0.25


def test_undo_leaves_the_volume_as_it_is(control: Controller) -> None:
    control.obey(c.Volume(0.9))
    for label in ("one", "two"):
        control.obey(c.AddGesture(label))
    control.obey(c.Volume(0.0))
    for step in (c.Undo(), c.Undo(), c.Redo(), c.GoTo(0)):
        control.obey(step)
        assert control.project.sound.volume == 0.0


def test_a_gesture_that_came_with_a_recording_goes_with_it(control: Controller, folder: Path) -> None:
    control.obey(c.Record("cirlce"))
    assert control.project.gestures == ("cirlce",)
    control.obey(c.StopRecording(keep=False))
    assert (control.activity.recording, control.project.gestures, faults(control)) == ("", (), [])
    assert read_project(folder)[0].gestures == ()
    assert control.desk.document.undo_label == ""
    control.obey(c.StopRecording(keep=False))  # nothing is recorded any more
    assert faults(control) == []


def test_a_gesture_that_was_there_or_was_edited_since_stays(control: Controller) -> None:
    control.obey(c.AddGesture("wave"))
    control.obey(c.Record("wave"))
    control.obey(c.StopRecording(keep=False))
    assert control.project.gestures == ("wave",)
    control.obey(c.Record("circle"))
    control.obey(c.RenameGesture("circle", "ring"))
    control.obey(c.StopRecording(keep=False))
    assert control.project.gestures == ("wave", "ring")
    control.obey(c.Record("line"))
    notices.hear(control, control.engine, take("line"))
    control.obey(c.StopRecording(keep=False))
    assert control.project.gestures == ("wave", "ring", "line")


def test_a_recording_that_died_with_the_engine_is_told(control: Controller) -> None:
    control.obey(c.Record(" wave "))
    assert control.activity.recording == "wave"
    control._bury(control.engine)
    control.engine.stop()
    assert control.activity.recording == ""
    assert any("recording of 'wave'" in fault and "record it again" in fault for fault in faults(control))


def test_a_project_is_open_once(folder: Path) -> None:
    alone(str(folder))
    first = Controller(str(folder), sound=False)
    try:
        first.announce()
        with pytest.raises(CommandError, match="open in another gesturemap"):
            alone(str(folder))
    finally:
        first.close()
    alone(str(folder))


def test_a_control_that_lives_and_does_not_answer_keeps_its_project(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Controller(str(folder), sound=False)
    try:
        first.announce()
        first.switchboard.door._shut.set()  # nobody is let in any more
        with pytest.raises(CommandError, match="open in another gesturemap"):
            alone(str(folder))
        assert first.switchboard.door.note.exists()
    finally:
        first.close()


def test_two_new_projects_in_one_second_are_two_folders(folder: Path) -> None:
    desk = Desk(str(folder))
    desk.begin({})
    one = desk.folder
    desk.begin({})
    assert desk.folder != one and (one / "project.toml").exists()


@pytest.mark.parametrize("label", ["", "  ", "x" * 4000])
def test_a_hand_written_relabelling_is_checked(folder: Path, label: str) -> None:
    path = folder / "project.toml"
    path.write_text(path.read_text().replace("[project]", f'[project]\nrelabelled = {{"a.npz" = "{label}"}}'))
    with pytest.raises(GesturemapError, match="relabelled"):
        read_project(folder)


def test_how_long_a_recording_goes_on_is_told_to_who_comes_later(control: Controller) -> None:
    control.obey(c.AddGesture("wave"))
    assert control._state().document["recorded_for"] == 0.0
    control.obey(c.Record("wave"))
    control.now(since=control.activity.since - 7.0)
    assert 7.0 <= control._state().document["recorded_for"] < 60.0
    control.now(recording="")
    assert control._state().document["recorded_for"] == 0.0


def test_an_edit_from_outside_that_the_disk_has_no_room_for_is_told_to_everybody(control: Controller) -> None:
    with full_disk():
        control.obey(inner.Asked(1, codec.encode(c.AddGesture("circle"))))
    (answer,) = [notice for notice in control.told if isinstance(notice, inner.Answered)]
    assert disk.UNWRITTEN in answer.error
    assert faults(control) == [answer.error]
    control.obey(inner.Asked(2, codec.encode(c.DeleteGesture("none"))))
    assert len(faults(control)) == 1  # who asks for what is not there is answered alone


def test_nothing_is_kept_of_what_no_engine_saw(control: Controller) -> None:
    control.obey(c.Keep("circle"))
    (fault,) = faults(control)
    assert fault.startswith("keeping 'circle': the engine is not there: stopped")


def test_training_of_nothing_is_refused_with_its_reason(control: Controller) -> None:
    notices.hear(control, control.engine, take("circle"))
    (one,) = control.project.demonstrations
    control.obey(c.Enable([one.id], False))
    assert not faults(control)
    control.obey(c.Train())
    (fault,) = faults(control)
    assert fault.startswith("training: every demonstration is left out")


def test_a_key_that_was_struck_twice_at_rest_teaches_nothing(control: Controller) -> None:
    notices.hear(control, control.engine, take("wave"))
    notices.hear(control, control.engine, take("wave", moves=0.01))  # as short as strokes are taught
    notices.hear(control, control.engine, take("line", moves=0.01))
    assert [d.enabled for d in control.project.demonstrations] == [True, True, False]
    assert [n.learned for n in control.told if isinstance(n, c.Recorded)] == [True, True, False]
