"""Which folders a name from outside may mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from gesturemap.errors import CommandError
from gesturemap.library import presets
from gesturemap.remote import files

ASTRAY = [
    "../secret", "..", ".", "", "/etc", "/etc/passwd", "a/../../secret", "a/..", "~", "~root", "C:\\x", "C:x",
    "\\\\host\\share", "a\\..\\b", ".hidden", "a/.trash", " a", "a ", "a\nb", "a\0b", "x" * 300, "//host/share", "a/ b",
]  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("stage/one", "stage/deep/two", "secret"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "project.toml").touch()
    (tmp_path / "stage" / "link").symlink_to(tmp_path / "secret")
    (tmp_path / "stage" / "empty").mkdir()
    for name in ("settings", "takes", "take"):
        (tmp_path / "stage" / name / "demonstrations").mkdir(parents=True)
        (tmp_path / "stage" / name / "project.toml").touch()
    (tmp_path / "stage" / "settings" / "project.toml").unlink()
    (tmp_path / "stage" / "settings" / "project.toml").symlink_to(tmp_path / "secret" / "project.toml")
    (tmp_path / "stage" / "takes" / "demonstrations").rmdir()
    (tmp_path / "stage" / "takes" / "demonstrations").symlink_to(tmp_path / "secret")
    (tmp_path / "stage" / "take" / "demonstrations" / "a.npz").symlink_to(
        tmp_path / "secret" / "project.toml"
    )
    (tmp_path / "stage" / "one" / "demonstrations").symlink_to(tmp_path / "stage" / "deep")
    return tmp_path / "stage"


@pytest.mark.parametrize("name", ASTRAY)
def test_a_name_that_leads_elsewhere_is_refused(name: str, root: Path) -> None:
    for find in (files.to_open, files.to_save):
        with pytest.raises(CommandError):
            find(name, [root])


def test_projects_of_the_folder_are_found_and_nothing_behind_a_link(root: Path) -> None:
    assert files.to_open("one", [root]) == str(root / "one")
    assert files.to_open("deep/two", [root]) == str(root / "deep" / "two")
    for name in ("link", "empty", "none", "settings", "takes", "take"):
        with pytest.raises(CommandError):
            files.to_open(name, [root])
    with pytest.raises(CommandError):
        files.to_save("link", [root])


def test_a_new_project_lies_right_in_the_folder_so_that_it_is_found_again(root: Path) -> None:
    for name in ("deep/new", "new/one", "link/new"):
        with pytest.raises(CommandError, match="without /"):
            files.to_save(name, [root])
    assert files.to_save("new/", [root]) == str(root / "new")


def test_each_folder_is_named_once(root: Path) -> None:
    with pytest.raises(CommandError) as raised:
        files.to_open("nix", [root, root.parent, root])
    assert str(raised.value).count(str(root)) == 1


def test_further_folders_are_looked_at_in_order(root: Path) -> None:
    other = root.parent
    assert files.to_open("secret", [root, other]) == str(other / "secret")
    assert files.to_save("new", [root, other]) == str(root / "new")
    with pytest.raises(CommandError, match="roots"):
        files.to_save("new", [])


def test_a_preset_is_opened_by_its_name(root: Path) -> None:
    assert files.to_open("theremin", [root]) == str(presets()["theremin"])
