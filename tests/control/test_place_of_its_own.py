"""What nobody has given a place is not saved, however often it is opened again."""

from __future__ import annotations

from pathlib import Path

import pytest

from gesturemap.control.desk import Desk


@pytest.mark.parametrize("link", [False, True])
def test_unsaved_work_that_is_opened_again_is_not_saved_until_it_gets_a_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, link: bool
) -> None:
    (tmp_path / "real").mkdir()
    if link:  # as where a home lies on another disk
        (tmp_path / "data").symlink_to(tmp_path / "real")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / ("data" if link else "real")))

    def told(desk: Desk) -> tuple[bool, str]:
        return desk.saved, desk.title

    desk = Desk("pointer")
    desk.edit("rename", desk.project)
    assert told(desk) == (False, "pointer")
    again = Desk(str(desk.folder))
    assert told(again) == (False, "pointer")
    again.edit("rename", again.project)
    assert told(again) == (False, "pointer")
    again.save(str(tmp_path / "mine"), model_fits=True)
    assert told(again) == (True, "mine")
    assert told(Desk(str(tmp_path / "mine"))) == (True, "mine")
    assert not desk.folder.exists()
