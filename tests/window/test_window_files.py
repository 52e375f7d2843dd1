"""Projects opened and saved: what is offered, and what a dialog belongs to."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from little_control import document, write_demonstration
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit

from gesturemap import commands as c
from gesturemap.control.desk import neutral
from gesturemap.project.save import save_project
from gesturemap.window import topbar, words
from gesturemap.window.files import MOST, Files, start, unsaved


@pytest.fixture(autouse=True)
def nothing_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Files, "begins", "")


def put(shelf: Path, folder: str, text: str, when: float) -> Path:
    made = shelf / "unsaved" / folder
    made.mkdir(parents=True)
    (made / "project.toml").write_text(text)
    os.utime(made / "project.toml", (when, when))
    return made


def test_unsaved_work_is_offered_newest_first_and_not_without_end(tmp_path: Path) -> None:
    assert unsaved(tmp_path) == []
    for n in range(MOST + 2):
        put(tmp_path, f"untitled-{n}", f'[project]\nname = "piece {n}"\n', 1_700_000_000 + 60 * n)
    put(tmp_path, "broken", "[[[", 1_600_000_000)
    (tmp_path / "unsaved" / "no project").mkdir()
    found = unsaved(tmp_path)
    assert [work.folder.name for work in found] == [f"untitled-{n}" for n in range(6, 1, -1)]
    assert found[0].text.startswith("piece 6 · 2023-11-1")
    assert found[0].text.endswith("(unsaved)")


def test_unsaved_work_is_dated_by_its_last_edit(tmp_path: Path) -> None:
    """A copy of a preset has its file's date, and a recording writes none of it."""
    edited = put(tmp_path, "pointer-1", '[project]\nname = "pointer"\n', 1.6e9)
    put(tmp_path, "later", '[project]\nname = "later"\n', 1.7e9)
    write_demonstration(edited / "demonstrations", "a1")
    found = unsaved(tmp_path)
    assert [work.folder.name for work in found] == ["pointer-1", "later"]
    assert found[0].text.startswith(time.strftime("pointer · %Y-"))


def test_the_next_dialog_begins_where_something_was_chosen_last(shown, tmp_path: Path) -> None:
    """Whichever button it is asked by."""
    chosen: list[str] = []
    one, other = Files(shown.window), Files(shown.window)
    one.open_folder(chosen.append)
    (dialog,) = [each for each in shown.window.findChildren(QFileDialog) if each.isVisible()]
    assert dialog.directory().absolutePath() == start()
    dialog.setDirectory(str(tmp_path))
    dialog.accept()
    other.open_files("files", "take", chosen.extend)
    (dialog,) = [each for each in shown.window.findChildren(QFileDialog) if each.isVisible()]
    assert chosen and dialog.directory().absolutePath() == str(tmp_path)
    other.close()


def test_what_new_has_left_empty_is_not_offered(tmp_path: Path) -> None:
    """Each click on New leaves one; nobody looks for it."""
    folder = put(tmp_path, "untitled-1", "", 1.7e9)
    save_project(neutral(folder), folder)
    assert unsaved(tmp_path) == []
    save_project(neutral(folder).configured("model", {"kind": "gmm"}, "test"), folder)
    assert [work.folder for work in unsaved(tmp_path)] == [folder]
    save_project(replace(neutral(folder), gestures=("lift",)), folder)
    assert [work.folder for work in unsaved(tmp_path)] == [folder]


def test_a_project_that_cannot_be_read_is_offered_by_its_folder(tmp_path: Path) -> None:
    put(tmp_path, "a", "[[[", 1.7e9)
    put(tmp_path, "b", "project = 3", 1.6e9)
    assert [work.text.split(" ·")[0] for work in unsaved(tmp_path)] == ["a", "b"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are POSIX")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "unsaved" / "c").mkdir(parents=True)
    os.mkfifo(tmp_path / "unsaved" / "c" / "project.toml")
    assert [work.text.split(" ·")[0] for work in unsaved(tmp_path)] == ["c"]


def test_picking_unsaved_work_opens_it(shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topbar, "user_folder", lambda: tmp_path)
    folder = put(tmp_path, "untitled-1", '[project]\nname = "tide"\n', 1.7e9)
    menu = shown.window.top.menu
    menu.aboutToShow.emit()
    menu.aboutToShow.emit()
    (action,) = [action for action in menu.actions() if action.text().startswith("tide")]
    action.trigger()
    shown.until(lambda: shown.heard(c.Open))
    assert shown.heard(c.Open) == [c.Open(str(folder))]


def test_a_dialog_goes_when_another_project_comes(shown) -> None:
    def dialogs() -> list[QFileDialog]:
        return [dialog for dialog in shown.window.findChildren(QFileDialog) if dialog.isVisible()]

    for begin in (shown.window.top.save_as, shown.window.top.open_project):
        begin()
        (dialog,) = dialogs()
        assert Path(dialog.directory().path()) == Path(start())
        shown.change(volume=0.3)
        assert dialogs() == [dialog]
        shown.change(project=document()["project"] | {"path": f"/tmp/{begin.__name__}"})
        assert not dialogs()
    assert not shown.heard(c.Save)


def test_one_dialog_is_open_at_a_time_and_the_window_goes_on(shown) -> None:
    shown.window.top.open_project()
    shown.window.top.save_as()
    Files(shown.window.teach.recorder).open_files("WAV", "take", lambda _: None)
    (dialog,) = [each for each in shown.window.findChildren(QFileDialog) if each.isVisible()]
    assert dialog.windowTitle() == "WAV"
    assert not dialog.isModal()
    assert dialog.styleSheet() == "" and dialog.palette() == shown.window.palette()
    QTest.mouseClick(shown.window.top.panic, Qt.MouseButton.LeftButton)
    shown.until(lambda: c.Panic() in shown.turn())
    assert dialog.isVisible()
    dialog.reject()
    shown.qtbot.wait(1)
    assert not shown.window.findChildren(QFileDialog)


def test_an_untouched_preset_is_called_preset(shown) -> None:
    shown.change(project=document()["project"] | {"writable": False, "saved": False})
    assert shown.window.top.saved.text() == words.PRESET
    shown.change(project=document()["project"] | {"saved": False})
    assert shown.window.top.saved.text() == words.UNSAVED
    shown.change(project=document()["project"])
    assert shown.window.top.saved.text() == ""


@pytest.mark.parametrize("name", ['mein  Stück "1" ä%', '"a" "b"', 'x"y', "plain 1"])
def test_a_project_is_saved_under_the_name_that_was_typed_quotes_and_all(
    shown, tmp_path: Path, name: str
) -> None:
    shown.window.top.save_as()
    (dialog,) = shown.window.findChildren(QFileDialog)
    dialog.setDirectory(str(tmp_path))
    dialog.findChild(QLineEdit, "fileNameEdit").setText(name)
    dialog.accept()
    assert shown.heard(c.Save) == [c.Save(str(tmp_path / name))]
