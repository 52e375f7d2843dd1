"""What came before can be kept, and the last recording made again, in the real control with its real processes."""

from __future__ import annotations

import time

import numpy as np
import pytest
from conftest import execution  # type: ignore[import-not-found]

from gesturemap import commands as c
from gesturemap.errors import CommandError
from gesturemap.project.read import read_project


def faults(playing) -> list[str]:
    return [notice.text for notice in playing.told(c.Fault)]


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
    playing.until(lambda: len(playing.told(c.Recorded)) == 2)
    assert playing.told(c.Recorded)[1].frames == 200
    playing.control.carry_out(c.Undo())
    playing.control.carry_out(c.Undo())
    assert len(playing.control.project.demonstrations) == 6


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
