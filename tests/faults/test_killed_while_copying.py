"""Killed while a project is saved elsewhere: what was copied so far is gone at the next open, and nothing else is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gesturemap.control.desk import Desk
from gesturemap.project import unfinished
from gesturemap.project.project import assemble
from gesturemap.project.save import save_project

TABLES = {"project": {"name": "p"}, "input": {"kind": "osc"}, "model": {"kind": "hhmm"}}
SAVING = """
import sys, time
from pathlib import Path
from gesturemap.control.desk import Desk

def stuck(*_):
    print("half", flush=True)
    time.sleep(60.0)

desk = Desk(sys.argv[1])
Path.replace = stuck
desk.save(sys.argv[2], True)
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    save_project(assemble(TABLES, "", "t"), tmp_path / "p")
    return tmp_path / "p"


@pytest.fixture
def saving(project: Path) -> Iterator[subprocess.Popen[str]]:
    target = project.parent / "shows" / "new"
    command = [sys.executable, "-c", SAVING, str(project), str(target)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "half\n"
        yield process
        process.kill()


def halves(project: Path) -> list[Path]:
    return sorted((project.parent / "shows").glob(".*"))


@pytest.mark.skipif(os.name != "posix", reason="elsewhere nobody can tell whether a process lives")
def test_what_a_killed_writer_left_is_swept_at_the_next_open(project: Path, saving) -> None:
    strangers = project.parent / "shows" / ".new.0a1b2c3d"
    strangers.mkdir()
    assert len(halves(project)) == 2
    Desk(str(project))  # its writer lives
    assert len(halves(project)) == 2
    saving.send_signal(signal.SIGKILL)
    saving.wait()
    Desk(str(project))
    assert halves(project) == [strangers]
    assert list(unfinished._notes().iterdir()) == []


def test_a_note_that_names_something_else_removes_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unfinished, "lives", lambda process: False)
    notes = unfinished._notes()
    notes.mkdir(parents=True)
    (notes / f"{unfinished.HERE}-12-abcd").write_bytes(os.fsencode(project))
    (notes / "00000000-12-abcd").write_bytes(os.fsencode(project))  # of another machine
    unfinished.sweep()
    assert (project / "project.toml").is_file()
    assert [note.name for note in notes.iterdir()] == ["00000000-12-abcd"]


def test_a_copy_that_is_finished_or_fails_leaves_nothing(project: Path, tmp_path: Path) -> None:
    Desk(str(project)).save(str(tmp_path / "fine"), True)
    assert (tmp_path / "fine" / "project.toml").is_file()
    with pytest.raises(KeyError), unfinished.half(tmp_path / "other") as place:
        place.mkdir()
        raise KeyError
    assert not list(tmp_path.glob(".*"))
    assert list(unfinished._notes().iterdir()) == []
