"""A project that nobody has saved under a name is unsaved also when it is opened again."""

from __future__ import annotations

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
