"""A house with two projects, small and other, of which the first plays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from remote_house import House

from gesturemap.control import door
from gesturemap.control.desk import neutral
from gesturemap.project.save import save_project


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(door, "notes_folder", lambda: tmp_path)
    for name in ("small", "other"):
        save_project(neutral(tmp_path / name, {"kind": "pointer"}), tmp_path / name)
    made = House(tmp_path / "small")
    yield made
    made.close()
