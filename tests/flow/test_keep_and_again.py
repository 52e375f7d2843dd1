"""What came before can be kept, and the last recording made again, in the real control with its real processes."""

from __future__ import annotations

import time

import numpy as np
import pytest
from flow_house import execution  # type: ignore[import-not-found]

from gesturemap import commands as c
from gesturemap.errors import CommandError
from gesturemap.project.read import read_project


def faults(playing) -> list[str]:
    return [notice.text for notice in playing.told(c.Fault)]


@pytest.mark.long
def test_what_came_is_kept_afterwards(playing) -> None:
    playing.ready()
    playing.play("line", rest=0.0)
    playing.play("circle", rest=0.3)
    ended = time.perf_counter()
    playing.control.carry_out(c.Keep(" new one ", -60.0))
    playing.until(lambda: playing.told(c.Recorded))
    (told,) = playing.told(c.Recorded)
    assert (told.label, told.frames) == ("new one", 200)
    kept = playing.control.project.demonstrations[-1]
    assert kept.id == told.demonstration
    assert np.allclose(kept.values, np.concatenate([execution("line", 7), execution("circle", 7)]), atol=1e-6)
    assert playing.control.project.gestures[-1] == "new one"
    assert read_project(playing.control.desk.folder)[0].demonstrations[-1].id == kept.id
    playing.control.carry_out(c.Keep("line", ended - 30.0, ended))  # moments as the scope has them
    playing.until(lambda: faults(playing))
    assert f"it is demonstration {kept.id} of 'new one' already" in faults(playing)[-1]
    playing.control.carry_out(c.Keep("line", ended - 0.4, ended))
    playing.until(lambda: len(playing.told(c.Recorded)) == 2)
    assert 2 < playing.told(c.Recorded)[1].frames < 200
    playing.control.carry_out(c.Undo())
    playing.control.carry_out(c.Undo())
    assert len(playing.control.project.demonstrations) == 6


@pytest.mark.long
def test_what_is_kept_aside_is_whole_and_left_out_and_goes_in_one_step(playing) -> None:
    playing.ready()
    control = playing.control
    playing.play("line", rest=0.3)
    rest(playing, "line", -1)
    model, recorded = control.desk.model, list(control.recorded)
    control.carry_out(c.Keep("jam", -60.0, learned=False))
    playing.until(lambda: playing.told(c.Recorded))
    kept = control.project.demonstrations[-1]
    assert (kept.label, kept.enabled, kept.start, kept.end) == ("jam", False, 0.0, 0.0)
    assert len(kept) > 130  # its idle end is there
    assert kept not in control.project.shown
    assert not control.activity.training
    assert control.desk.model is model
    assert control.recorded == recorded  # `again` is about gestures
    control.carry_out(c.Undo())
    assert (len(control.project.demonstrations), "jam" in control.project.gestures) == (6, False)


@pytest.mark.long
def test_a_moment_at_which_nothing_came_is_said(playing) -> None:
    playing.ready()
    playing.play("line", rest=0.3)
    now = time.perf_counter()
    for number, (start, end) in enumerate([(now - 900, now - 800), (now + 10, now + 20), (-1.0, -2.0)]):
        playing.control.carry_out(c.Keep("line", start, end))
        playing.until(lambda number=number: len(faults(playing)) > number)
        assert "nothing came between" in faults(playing)[-1]
    with pytest.raises(Exception, match="1 to 40"):
        playing.control.carry_out(c.Keep("", -1.0))
    assert playing.told(c.Recorded) == []


@pytest.mark.long
def test_a_recording_that_is_counted_in_is_refused_at_once_or_not_begun(playing, tmp_path) -> None:
    playing.ready()
    playing.control.carry_out(c.Record("new", counted_in=True))
    assert playing.control.activity.recording == ""
    assert "new" not in playing.control.project.gestures
    refused = r"loudness, pitch, centroid of the sound, .* have no sound; .*record without"
    with pytest.raises(CommandError, match=refused):
        playing.control.carry_out(c.Record("circle", along="microphone", counted_in=True))
    with pytest.raises(CommandError, match="by movement with a sound"):
        playing.control.carry_out(c.Record("circle", along="microphone", by_movement=True, counted_in=True))


@pytest.mark.long
def test_a_recording_goes_on_while_something_is_kept(playing) -> None:
    playing.ready()
    playing.play("line")
    playing.control.carry_out(c.Record("circle"))
    playing.play("circle", frames=50)
    playing.control.carry_out(c.Keep("line", -30.0))
    playing.until(lambda: playing.told(c.Recorded))
    assert playing.control.activity.recording == "circle"
    playing.play("circle", frames=50)
    playing.control.carry_out(c.StopRecording())
    playing.until(lambda: len(playing.told(c.Recorded)) == 2)
    line, circle = playing.told(c.Recorded)
    assert (line.label, circle.label, line.frames) == ("line", "circle", 150)
    assert 90 <= circle.frames <= 100  # the first may come before the command


@pytest.mark.long
def test_again_takes_the_last_one_back_and_records_it(playing) -> None:
    playing.ready()
    control = playing.control
    with pytest.raises(CommandError, match="record a gesture first"):
        control.carry_out(c.Again())
    control.carry_out(c.Record("line", pre_roll=0.1))
    playing.play("line")
    control.carry_out(c.StopRecording())
    playing.until(lambda: playing.told(c.Recorded))
    first = control.project.demonstrations[-1].id
    control.carry_out(c.Again())
    assert control.activity.recording == "line"
    assert control.asked == c.Record("line", pre_roll=0.1)
    assert first not in {d.id for d in control.project.demonstrations}
    assert (control.desk.folder / "trash" / f"{first}.npz").is_file()
    control.carry_out(c.StopRecording(keep=False))  # the one that was there is better than none
    assert first in {d.id for d in control.project.demonstrations}
    control.carry_out(c.Again())
    assert first not in {d.id for d in control.project.demonstrations}
    playing.play("line", frames=30)
    control.carry_out(c.Again())  # that was nothing either
    assert control.activity.recording == "line"
    playing.play("line", frames=80)
    control.carry_out(c.StopRecording())
    playing.until(lambda: len(playing.told(c.Recorded)) == 2)
    assert len(control.project.demonstrations) == 7
    assert 80 <= playing.told(c.Recorded)[-1].frames < 100
    control.carry_out(c.DeleteDemonstration(control.project.demonstrations[-1].id))
    with pytest.raises(CommandError, match="again"):
        control.carry_out(c.Again())
    control.carry_out(c.Lock())
    for refused in (c.Again(), c.Keep("line", -5.0)):
        with pytest.raises(CommandError, match="stage lock"):
            control.carry_out(refused)


@pytest.mark.long
def test_again_is_about_what_was_kept_last_too(playing) -> None:
    playing.ready()
    control = playing.control
    control.carry_out(c.Record("line", pre_roll=0.1))
    playing.play("line")
    control.carry_out(c.StopRecording())
    playing.until(lambda: playing.told(c.Recorded))
    recorded = control.project.demonstrations[-1].id
    for _ in range(2):
        before = len(playing.told(c.Recorded))
        playing.play("circle", rest=0.3)
        control.carry_out(c.Keep("circle", -30.0))
        playing.until(lambda before=before: len(playing.told(c.Recorded)) > before)
    control.carry_out(c.DeleteDemonstration(control.project.demonstrations[-1].id))
    control.carry_out(c.Again())  # of what is still there
    assert control.activity.recording == "circle"
    assert control.asked == c.Record("circle")
    assert [d.id for d in control.project.demonstrations][-1] == recorded


KNOWN = 200
"""Frames of rest after which it is known what is noise."""


def rest(playing, label: str, end: int, frames: int = 60) -> None:
    """The hand rests at the beginning or the end of a gesture."""
    row = execution(label, 7)[end]
    noise = np.random.default_rng(1).normal(0.0, 0.003, (frames, 2))
    for one in noise:
        playing.patch.send(row + one, playing.port)
        playing.control.turn(0.01)


def moves(playing, label: str) -> None:
    """A whole gesture in half a second, with a rest before and after."""
    rest(playing, label, 0)
    for row in execution(label, 7)[::2]:
        playing.patch.send(row, playing.port)
        playing.control.turn(0.01)
    rest(playing, label, -1)


@pytest.mark.long
def test_every_movement_is_a_demonstration_of_its_own(playing) -> None:
    playing.ready()
    control = playing.control
    rest(playing, "line", 0, KNOWN)
    control.carry_out(c.Record("line", by_movement=True))
    assert (control.activity.recording, control.activity.by_movement) == ("line", True)
    for number in (1, 2, 3):
        moves(playing, "line")
        playing.until(lambda number=number: len(playing.told(c.Recorded)) == number)
        assert control.activity.recording == "line"
    assert all(told.label == "line" and 0.4 < told.seconds < 1.6 for told in playing.told(c.Recorded))
    state = playing.told(c.State)[-1].document
    assert (state["recording"], state["by_movement"]) == ("line", "line")
    control.carry_out(c.Again())
    control.carry_out(c.Again())
    assert len(control.project.demonstrations) == 7
    assert control.activity.recording == "line"
    with pytest.raises(CommandError, match="one after the other"):
        control.carry_out(c.Record("line", along="microphone", by_movement=True))
    control.carry_out(c.StopRecording())
    playing.until(lambda: not control.activity.recording)
    assert len(control.project.demonstrations) == 7
    assert playing.told(c.State)[-1].document["by_movement"] == ""
    assert faults(playing) == []


@pytest.mark.long
def test_a_movement_that_goes_on_at_the_end_is_kept_and_nothing_leaves_nothing(playing) -> None:
    playing.ready()
    control = playing.control
    rest(playing, "line", 0, KNOWN)
    control.carry_out(c.Record("new one", by_movement=True))
    rest(playing, "line", 0, 20)
    control.carry_out(c.StopRecording())
    playing.until(lambda: not control.activity.recording)
    assert "new one" not in control.project.gestures
    control.carry_out(c.Record("new one", by_movement=True))
    for row in execution("line", 7)[:80:2]:
        playing.patch.send(row, playing.port)
        control.turn(0.01)
    control.carry_out(c.StopRecording())
    playing.until(lambda: playing.told(c.Recorded))
    assert control.activity.recording == ""
    assert [d.label for d in control.project.demonstrations[6:]] == ["new one"]
    control.carry_out(c.Undo())
    control.carry_out(c.Keep("line"))  # the last movement, by itself
    playing.until(lambda: len(playing.told(c.Recorded)) == 2)
    assert 0.2 < playing.told(c.Recorded)[-1].seconds < 1.0


@pytest.mark.long
def test_idle_ends_are_trimmed_and_stay_on_disk(playing) -> None:
    playing.ready()
    control = playing.control
    for trim in (True, False):
        control.carry_out(c.Configure("record", {"trim": trim}))
        control.carry_out(c.Record("line"))
        moves(playing, "line")
        count = len(control.project.demonstrations)
        control.carry_out(c.StopRecording())
        playing.until(lambda count=count: len(control.project.demonstrations) == count + 1)
        made = control.project.demonstrations[-1]
        assert len(made) > 150
        if trim:
            assert 0.2 < made.start < 0.65
            assert 0.9 < made.end < 1.5
            assert len(made.learned) < 100
        else:
            assert (made.start, made.end) == (0.0, 0.0)
    assert "trim = false" in (control.desk.folder / "project.toml").read_text()
    assert [d.start for d in read_project(control.desk.folder)[0].demonstrations][-2:] == [
        d.start for d in control.project.demonstrations
    ][-2:]


@pytest.mark.long
def test_the_delay_of_each_stage_is_told(playing) -> None:
    playing.ready()
    playing.play("line", rest=0.1)
    playing.play("line", rest=0.1)

    def figures() -> dict:
        return playing.told(c.Status)[-1].figures["delays_ms"]

    playing.until(lambda: playing.told(c.Status) and figures().get("model", 0.0) > 0.0)
    assert set(figures()) == {"features", "model", "mapping", "output", "total"}, (
        "without a synth there is no sound"
    )
    assert 0.0 < sum(figures()[name] for name in ("features", "model", "mapping", "output")) < 50.0
    assert figures()["total"] > 0.0
