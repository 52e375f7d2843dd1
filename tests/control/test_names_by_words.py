"""Names of files that come over the network stay in one folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from gesturemap.control.wekinator import inside
from gesturemap.errors import CommandError

OUTSIDE = (
    "/etc/passwd", "../first", "a/../../b", "a/../b", "..", "", ".", "./", "C:/../../x", "link/x", "x\0y", "x" * 5000,
    "y/" * 3000,
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "project").mkdir()
    (tmp_path / "secret").mkdir()
    (tmp_path / "project" / "link").symlink_to(tmp_path / "secret")
    return tmp_path / "project"


@pytest.mark.parametrize("name", OUTSIDE, ids=lambda name: repr(name[:12]))
def test_outside_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(CommandError, match="nothing outside is touched"):
        inside(folder, name, "word", anywhere=False)


@pytest.mark.parametrize("name", ["a", "a/b", "./a", "~/x", "a b.model", "ä"])
def test_inside_is_taken(folder: Path, name: str) -> None:
    assert inside(folder, name, "word", anywhere=False) == (folder / name).resolve()


def test_anywhere_if_that_was_asked_for(folder: Path) -> None:
    assert inside(folder, "../secret", "word", anywhere=True) == (folder.parent / "secret").resolve()
    assert inside(folder, str(folder.parent), "word", anywhere=True) == folder.parent.resolve()
