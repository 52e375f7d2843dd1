"""Projects saved or opened last: remembered on disk, offered in the menu."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from little_control import document

from gesturemap import commands as c
from gesturemap import library
from gesturemap.errors import FileError
from gesturemap.library import RECENT, recent_projects, remember_project
from gesturemap.window import topbar


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "user"
    for module in (library, topbar):
        monkeypatch.setattr(module, "user_folder", lambda: made)
    return made


def project(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "project.toml").write_text(f'[project]\nname = "{name}"\n')
    return folder


def test_the_newest_come_first_each_once_and_not_without_end(shelf: Path, tmp_path: Path) -> None:
    assert recent_projects() == []
    made = [project(tmp_path / f"piece {n}", str(n)) for n in range(RECENT + 2)]
    for each in (*made, made[5]):
        remember_project(each)
    assert recent_projects() == [made[5], *(made[n] for n in range(RECENT + 1, 1, -1) if n != 5)][:RECENT]
    assert [file.name for file in shelf.iterdir()] == ["recent.txt"]


def test_what_is_gone_or_unreadable_is_left_out(shelf: Path, tmp_path: Path) -> None:
    kept, gone = project(tmp_path / "kept", "a"), project(tmp_path / "gone", "b")
    remember_project(kept)
    remember_project(gone)
    (gone / "project.toml").unlink()
    with (shelf / "recent.txt").open("ab") as file:
        file.write(b"\n\xff\xfe\n/no\0where\n" + str(kept).encode() + b"\n")
    assert recent_projects() == [kept]


def test_a_list_that_cannot_be_written_says_so_and_leaves_nothing(shelf: Path, tmp_path: Path) -> None:
    shelf.mkdir()
    (shelf / "recent.txt").mkdir()
    with pytest.raises(FileError, match="recent"):
        remember_project(project(tmp_path / "a", "a"))
    assert [file.name for file in shelf.iterdir()] == ["recent.txt"]


def test_recent_projects_are_offered_by_name_with_their_folder_as_tip(
    shown, shelf: Path, tmp_path: Path
) -> None:
    folders = [project(tmp_path / "one" / "sea", "tide"), project(tmp_path / "two" / "sea", "tide & ebb")]
    work = project(shelf / "unsaved" / "untitled-1", "draft")
    for folder in (*folders, work):
        remember_project(folder)
    menu = shown.window.top.menu
    menu.aboutToShow.emit()
    offered = {action.toolTip(): action for action in menu.actions() if action.text()}
    assert [tip for tip in offered if tip in map(str, folders)] == [str(folders[1]), str(folders[0])]
    assert offered[str(folders[1])].text() == "tide && ebb"
    assert sum("draft" in action.text() for action in menu.actions()) == 1  # as unsaved work, not twice
    assert menu.toolTipsVisible()
    offered[str(folders[0])].trigger()
    shown.until(lambda: c.Open(str(folders[0])) in shown.turn())
    shown.change(presets=document()["presets"])


def test_projects_of_one_name_are_told_apart_by_their_folders(shown, shelf: Path, tmp_path: Path) -> None:
    """A copy of a preset keeps its name until somebody gives it another one."""
    for folder, name in (("pointer2", "pointer"), ("mine/pointer", "pointer"), ("own", "own")):
        remember_project(project(tmp_path / folder, name))
    menu = shown.window.top.menu
    menu.aboutToShow.emit()
    texts = [action.text() for action in menu.actions() if action.text()][1:]
    assert texts == ["own", "pointer · in mine", "pointer2 (pointer)", *document()["presets"]]


def test_a_list_that_no_one_of_ours_wrote_is_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "user_folder", lambda: tmp_path)
    (tmp_path / "recent.txt").write_text("x" * 300 + "\n" + str(tmp_path) + "\n")
    assert library.recent_projects() == []
    (tmp_path / "recent.txt").write_text("a\n" * 1_000_000)
    assert library.recent_projects() == []
    (tmp_path / "recent.txt").unlink()
    os.mkfifo(tmp_path / "recent.txt")
    assert library.recent_projects() == []
