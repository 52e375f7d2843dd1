"""Another project in the window, over the real control, engine and trainer: nothing of the last one is left."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from performer import Performer
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.control import desk, door, notices
from gesturemap.control.controller import Controller
from gesturemap.library import project_folder

pytestmark = pytest.mark.long


@pytest.fixture
def performer(qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Performer]:
    """A person at a window on a project that is learned."""
    monkeypatch.setattr(door, "notes_folder", lambda: tmp_path)
    monkeypatch.setattr(desk, "user_folder", lambda: tmp_path / "user")
    monkeypatch.setitem(desk.NEUTRAL, "input", {"kind": "osc", "port": 0, "address": "/silent"})
    shutil.copytree(project_folder("pointer"), tmp_path / "mine")
    control = Controller(str(tmp_path / "mine"), sound=False)
    control.start()
    try:
        made = Performer(control, qtbot).learned()
        yield made
        made.window.close()
    finally:
        control.close()


def test_a_new_project_shows_no_meter_and_no_progress_of_the_last_one(
    performer: Performer, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, control, answers = performer.window, performer.control, []
    meters = window.teach.outgoing.values
    performer.until(lambda: meters.meters and not performer.document.training)
    trainer_says = notices.hear

    def hear(control: Controller, child: object, notice: c.Message) -> None:
        answers.append(notice)
        trainer_says(control, child, notice)

    monkeypatch.setattr(notices, "hear", hear)
    before = performer.document
    control.obey(c.Evaluate())
    performer.until(lambda: window.bench.progress and window.bench.progress[0] == "evaluating")
    QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    performer.until(lambda: performer.document.path != before.path)
    shown = set()
    while not any(isinstance(each, inner.LeftOut) for each in answers):
        performer.turn()
        shown.add((window.bench.progress or ("",))[0])
        assert not meters.meters  # nothing has come from the source of the new one
    assert shown <= {"", "compiling"}
    assert "evaluating" not in window.status.model.text()
