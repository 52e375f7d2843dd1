"""A project that nobody has saved under a name is unsaved also when it is opened again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gesturemap.control.desk import Desk
from gesturemap.control.state import Activity, document_of


def head(desk: Desk) -> dict:
    return document_of(desk, Activity(), [])["project"]


def test_what_was_never_named_still_is_to_be_saved_when_it_is_opened_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    new = Desk("pointer")
    new.begin({})
    again = Desk(str(new.folder))
    for desk in (new, again):
        assert (head(desk)["named"], head(desk)["saved"]) == (False, False)
    again.save(str(tmp_path / "tide"), model_fits=False)
    assert not new.folder.exists()
    for desk in (again, Desk(str(tmp_path / "tide"))):
        assert (head(desk)["named"], head(desk)["saved"]) == (True, True)


def test_it_keeps_its_name_and_its_files_when_what_was_done_before_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    desk = Desk("pointer")
    desk.begin({})
    desk.edit("describe", replace(desk.project, description="waves"))
    desk.save(str(tmp_path / "tide"), model_fits=False)
    assert desk.undo()
    desk.flush()
    for there in (desk, Desk(str(tmp_path / "tide"))):
        assert (there.project.name, there.project.description) == ("tide", "")
