"""What a person says and does of a performance stands in its session log: right, wrong, panic, hold, sound off."""

from __future__ import annotations

import csv

import pytest

from gesturemap import commands as c
from gesturemap.engine.replay import replay_log
from gesturemap.logs.export import export_csv
from gesturemap.logs.read import read_log

SAID = (c.Mark(False, "circle"), c.Mark(True), c.Sound(False), c.Panic(), c.Run(False), c.Run(True))


@pytest.mark.long
def test_marks_panic_and_the_sounds_switch_are_logged_and_replayed(playing, tmp_path):
    playing.ready()
    log = tmp_path / "session.xdf"
    playing.control.obey(c.Log(True, str(log)))
    playing.play("circle", rest=0.1)
    before = playing.control.activity
    for message in SAID:
        playing.control.obey(message)
    assert playing.control.activity == before, "a mark changes nothing"
    playing.play("line", rest=0.1)
    playing.control.obey(c.Log(False))
    playing.until(lambda: log.is_file() and read_log(log).whole)
    session = read_log(log)
    assert [text for _, text in session.marks["marks"]] == ["right circle", "wrong"]
    assert all(time > 0.0 for time, _ in session.marks["marks"])
    told = [what for _, _, what in session.commands if isinstance(what, c.Sound | c.Panic | c.Run)]
    assert told[-4:] == [message for message in SAID if not isinstance(message, c.Mark)]
    comparison = replay_log(session)
    assert comparison.same and comparison.compared > 150, str(comparison)
    export_csv(session, tmp_path / "csv")
    rows = list(csv.reader((tmp_path / "csv" / "texts-marks.csv").read_text().splitlines()))
    assert [row[1] for row in rows] == ["text", "right circle", "wrong"]


@pytest.mark.long
def test_a_mark_without_a_log_is_no_fault(playing):
    playing.ready()
    playing.control.obey(c.Mark(True, "circle"))
    playing.play("circle")
    assert not playing.told(c.Fault)
