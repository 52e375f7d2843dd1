"""A project with demonstrations that are gone or broken says so when it is opened, in a few lines and without a box."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from performer import Performer

from gesturemap.control import door
from gesturemap.control.controller import Controller
from gesturemap.library import project_folder


@pytest.fixture
def control(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Controller]:
    monkeypatch.setattr(door, "notes_folder", lambda: tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    shutil.copytree(project_folder("pointer"), tmp_path / "mine")
    takes = tmp_path / "mine" / "demonstrations"
    (takes / "line-01.npz").write_bytes((takes / "line-01.npz").read_bytes()[:300])
    (takes / "line-02.npz").write_text("no demonstration")
    for name in ("line-03.npz", "zigzag-01.npz", "zigzag-02.npz"):
        (takes / name).unlink()
    made = Controller(str(tmp_path / "mine"), sound=False)
    made.start()
    yield made
    made.close()


@pytest.mark.long
def test_each_is_named_when_the_project_is_opened_and_more_are_counted(control: Controller, qtbot) -> None:
    performer = Performer(control, qtbot)
    window = performer.window
    performer.until(lambda: window.faults.texts())
    told = [line.text for line in window.faults.troubles.lines][::-1]
    assert [text for text in told if "demonstrations" in text] == told and len(told) == 4
    assert all(name in text for name, text in zip(("zigzag-01", "zigzag-02", "line-03"), told, strict=False))
    assert told[3] == (
        "5 demonstrations are gone or broken, 3 are named and 2 more are not; all of them: "
        f"gesturemap check {control.desk.folder}"
    )
    lines = [line.text for line in window.bench.testing.monitor.after(0)]
    assert all(any(text in line for line in lines) for text in told)
    window.close()
