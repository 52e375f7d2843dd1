"""What a project had no room for is found again when it is opened the next time."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from gesturemap.control import edits
from gesturemap.control.desk import Desk
from gesturemap.control.state import Activity, document_of
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import FileError
from gesturemap.frames import Spec
from gesturemap.project.project import assemble
from gesturemap.project.save import save_project


def test_it_is_said_where_they_lie_until_they_are_put_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    tables = {"project": {"name": "tiny"}, "input": {"kind": "pointer"}, "model": {"kind": "gmm"}}
    save_project(assemble(tables, str(tmp_path / "tiny"), "test"), tmp_path / "tiny")
    desk = Desk(str(tmp_path / "tiny"))
    assert desk.rescued == ""
    take = Demonstration("d0", "lift", Spec.of("x", "y"), np.arange(9) / 9, np.zeros((9, 2)))
    desk.keep_in_memory("record", edits.with_demonstration(desk.project, take))
    shutil.rmtree(tmp_path / "tiny" / "demonstrations")
    (tmp_path / "tiny" / "demonstrations").write_text("nothing can be written here")
    with pytest.raises(FileError) as told:
        desk.leave()
    again = Desk(str(tmp_path / "tiny"))
    assert again.rescued and again.rescued in str(told.value)
    save_project(assemble(tables, str(tmp_path / "other"), "test"), tmp_path / "other")
    assert Desk(str(tmp_path / "other")).rescued == ""  # of the same name
    assert document_of(again, Activity(), [])["project"]["rescued"] == again.rescued
    (Path(again.rescued) / "d0.npz").unlink()
    assert Desk(str(tmp_path / "tiny")).rescued == ""
