"""Whatever ends a recording, short of throwing it away, keeps it: another one, another project, the end of all."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path

import pytest
from flow_house import Playing

from gesturemap import commands as c
from gesturemap.control.recording import HABIT
from gesturemap.errors import CommandError
from gesturemap.project.read import read_project


def kept(folder: Path) -> list[str]:
    """What was recorded and is on disk, in order, without the demonstrations of the fixture."""
    every = read_project(folder)[0].demonstrations
    new = [each for each in every if each.id not in (f"{each.label}-{number}" for number in range(3))]
    assert all(len(each) > 20 for each in new)
    return sorted(each.label for each in new)


def move(playing, label: str) -> None:
    """Sixty frames, most of them taken by the engine."""
    before = playing.told(c.Status)[-1].figures["frames"] if playing.told(c.Status) else 0
    playing.play(label, frames=60, rest=0.1)
    playing.until(lambda: playing.told(c.Status)[-1].figures["frames"] >= before + 30)


def recording(playing, label: str) -> None:
    playing.control.obey(c.Record(label))
    move(playing, label)


@pytest.mark.long
def test_another_recording_keeps_the_one_that_goes_on(playing, folder) -> None:
    playing.ready()
    recording(playing, "circle")
    recording(playing, "line")
    playing.until(lambda: len(playing.told(c.Recorded)) == 1)
    playing.until(lambda: playing.control.activity.recording == "line")
    recording(playing, "line")
    playing.control.obey(c.StopRecording())
    playing.until(lambda: len(playing.told(c.Recorded)) == 3)
    playing.until(lambda: not playing.control.activity.recording)
    assert kept(folder) == ["circle", "line", "line"]


@pytest.mark.long
def test_a_recording_that_is_begun_and_ended_at_once_ends(playing) -> None:
    playing.ready()
    recording(playing, "circle")
    for each in (c.Record("line"), c.StopRecording(), c.Record("circle"), c.StopRecording()):
        playing.control.obey(each)
    move(playing, "line")
    assert playing.control.activity.recording == ""
    assert playing.told(c.Recorded)[0].frames > 20


@pytest.mark.parametrize(
    "way", ["new", *(pytest.param(way, marks=pytest.mark.long) for way in ("open", "scene"))]
)
@pytest.mark.long
def test_another_project_comes_when_the_recording_is_kept(playing, folder, tmp_path, way) -> None:
    shutil.copytree(folder, tmp_path / "smaller")
    playing.ready()
    recording(playing, "circle")
    message = {"open": c.Open(str(tmp_path / "smaller")), "scene": c.Next(), "new": c.New()}[way]
    playing.control.obey(message)
    playing.until(lambda: playing.control.desk.folder != folder)
    assert kept(folder) == ["circle"]
    assert playing.control.project.gestures == (() if way == "new" else ("circle", "line"))
    assert playing.control.activity.recording == ""


@pytest.mark.long
def test_a_project_that_is_not_there_ends_no_recording(playing) -> None:
    playing.ready()
    recording(playing, "circle")
    playing.control.obey(c.Open("nowhere"))
    assert playing.told(c.Fault)
    assert playing.control.activity.recording == "circle"


@pytest.mark.long
def test_the_end_of_all_keeps_it(playing, folder) -> None:
    playing.ready()
    recording(playing, "circle")
    playing.control.close()
    assert kept(folder) == ["circle"]


@pytest.mark.parametrize("label", ["../beta", pytest.param("1e+30", marks=pytest.mark.long)])
@pytest.mark.long
def test_a_gesture_that_came_with_a_recording_of_nothing_goes_with_it(playing, folder, label) -> None:
    playing.ready()
    text = (folder / "project.toml").read_text()
    playing.control.obey(c.Record(label))
    assert playing.control.project.gestures == ("circle", "line", label)
    playing.control.obey(c.StopRecording())
    playing.until(lambda: not playing.control.activity.recording)
    assert playing.control.project.gestures == ("circle", "line")
    assert (folder / "project.toml").read_text() == text
    assert any("no frames" in fault.text for fault in playing.told(c.Fault))
    playing.control.obey(c.Record("circle"))  # one that was there stays
    playing.control.obey(c.StopRecording())
    playing.until(lambda: not playing.control.activity.recording)
    assert playing.control.project.gestures == ("circle", "line")


@pytest.mark.long
def test_where_no_sensor_is_open_a_recording_is_refused_at_once_or_ends_all_the_same(
    folder, patch, tmp_path
) -> None:
    shutil.copytree(folder, tmp_path / "smaller")
    text = (folder / "project.toml").read_text().replace("port = 0", f"port = {patch.port}", 1)
    (folder / "project.toml").write_text(text)  # a port that is taken
    playing = Playing(folder, patch)
    try:
        with pytest.raises(CommandError, match="the engine is not there: start"):
            playing.control.carry_out(c.Record("beta"))
        playing.until(lambda: playing.control.activity.input_fault)
        for again in (
            c.Record("beta"),
            c.Record("circle", counted_in=True),
            c.Record("line", by_movement=True),
        ):
            with pytest.raises(CommandError, match=f"the sensor is not open: .*{patch.port}"):
                playing.control.carry_out(again)
        assert (playing.control.activity.recording, (folder / "project.toml").read_text()) == ("", text)
        playing.control.now(input_address="closed by now")
        playing.control.obey(c.Record("beta"))
        playing.control.obey(c.Open(str(tmp_path / "smaller")))
        playing.until(lambda: playing.control.desk.folder != folder)
        assert (folder / "project.toml").read_text() == text
        assert sum("no sensor was open" in fault.text for fault in playing.told(c.Fault)) == 1
        playing.control.obey(c.StopRecording())  # there is nothing to end
        playing.until(lambda: playing.control.activity.input_address)
        assert sum("no sensor was open" in fault.text for fault in playing.told(c.Fault)) == 1
    finally:
        playing.control.close()


@pytest.mark.long
def test_a_press_that_would_have_ended_a_recording_that_was_lost_begins_none(playing) -> None:
    playing.ready()
    control = playing.control
    control.obey(c.Record("line"))
    os.kill(control.engine.pid, signal.SIGKILL)
    playing.until(lambda: not control.activity.recording)
    control.obey(c.Record("line"))
    assert control.activity.recording == ""
    assert "that recording was lost" in playing.told(c.Fault)[-1].text
    assert "press again to record" in playing.told(c.Fault)[-1].text
    control.obey(c.Record("line"))
    assert control.activity.recording == ""
    assert "the engine is not there: " in playing.told(c.Fault)[-1].text
    playing.until(lambda: control.activity.input_address)
    control.obey(c.Record("line"))
    assert control.activity.recording == "line"
    control.obey(c.StopRecording(False))
    control.lost = time.monotonic() - HABIT
    control.obey(c.Record("circle"))
    assert control.activity.recording == "circle"
    control.obey(c.StopRecording(False))


def test_who_would_keep_from_outside_what_never_came_is_told_so(playing, outside, folder: Path) -> None:
    outside.ready()
    playing.until(lambda: playing.control.activity.input_address)
    move(playing, "circle")
    assert "nothing came" in outside.say("keep", "circle", -50.0, -40.0)
    assert outside.say("keep", "circle", -1.0, 0.0) == "done"
    playing.until(lambda: kept(folder) == ["circle"])
    told = len(playing.told(c.Status))
    playing.until(lambda: len(playing.told(c.Status)) > told + 1)
    assert not playing.told(c.Status)[-1].figures["faults"]  # nothing went wrong in the loop


def test_a_gesture_that_is_renamed_while_it_is_recorded_gets_what_is_recorded(playing, folder: Path) -> None:
    playing.ready()
    playing.until(lambda: playing.control.activity.input_address)
    recording(playing, "circle")
    since = playing.control.activity.since
    for now in ("round", "ring"):
        playing.control.obey(c.RenameGesture(playing.control.activity.recording, now))
    assert (playing.control.activity.recording, playing.control.activity.since) == ("ring", since)
    playing.control.obey(c.StopRecording())
    playing.until(lambda: not playing.control.activity.recording)
    assert playing.control.project.gestures == ("ring", "line")
    assert [one.label for one in read_project(folder)[0].demonstrations].count("ring") == 4
    playing.control.obey(c.Record("new"))  # it has no demonstration yet
    move(playing, "line")
    playing.control.obey(c.RenameGesture("new", "newer"))
    playing.control.obey(c.StopRecording())
    playing.until(lambda: not playing.control.activity.recording)
    assert playing.control.project.gestures == ("ring", "line", "newer")
