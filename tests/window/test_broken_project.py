"""A project that cannot be read as the window is to come: a window says why, and opens another one."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog

from gesturemap.cli import play
from gesturemap.errors import SettingsError
from gesturemap.window.broken import Broken

WHY = "/tmp/p/project.toml: line 3: no such thing"


@pytest.fixture
def shown(qtbot: Any) -> Broken:
    made = Broken("/tmp/p", WHY)
    qtbot.addWidget(made)
    return made


def test_it_says_where_and_why(shown: Broken) -> None:
    QTimer.singleShot(0, shown.reject)
    assert shown.ask() == ""
    assert shown.informativeText() == WHY


def test_it_is_looked_at_again_or_another_one_is_opened(
    shown: Broken, monkeypatch: pytest.MonkeyPatch
) -> None:
    QTimer.singleShot(0, shown.again.click)
    assert shown.ask() == "/tmp/p"
    shown.chosen = ""
    folders = ["", "/tmp/other"]  # the first time it is broken off
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: folders.pop(0))

    def other() -> None:
        shown.other.click()
        if len(folders) > 1:
            QTimer.singleShot(0, other)

    QTimer.singleShot(0, other)
    assert shown.ask() == "/tmp/other"


def test_the_command_goes_on_with_what_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    def controller(project: str, *, sound: bool) -> str:
        asked.append(project)
        if project == "good":
            return "control"
        raise SettingsError("p/project.toml", "line 3", "a table is wanted", "mend it")

    monkeypatch.setattr(play, "Controller", controller)
    monkeypatch.setattr(play, "WINDOW", [sys.executable, "-c", "print('good')"])
    assert play.begun_with("broken", Namespace(no_sound=True)) == "control"
    assert asked == ["broken", "good"]
    assert "line 3" in capfd.readouterr().err
    for code in ("", "raise SystemExit(2)"):  # nothing is wanted; no window can be shown
        monkeypatch.setattr(play, "WINDOW", [sys.executable, "-c", code])
        with pytest.raises(SystemExit) as ended:
            play.begun_with("broken", Namespace(no_sound=True))
        assert ended.value.code == 2
