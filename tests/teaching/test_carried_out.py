"""What an answer offers is carried out from the shell, by its number."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from gesturemap.cli.main import main
from gesturemap.library import project_folder
from gesturemap.models.exemplar import Exemplar
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    return int(ended.value.code or 0)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return Path(shutil.copytree(project_folder("phone-gestures"), tmp_path / "p"))


def test_what_is_found_is_numbered_and_done(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("teach", str(project), "checks") == 0
    before = capsys.readouterr().out
    assert (
        before.startswith("1. idle") and f"such as 1: gesturemap teach {project} checks --apply 1" in before
    )
    assert run("teach", str(project), "checks", "--apply", "1", "2") == 0
    done = [line for line in capsys.readouterr().out.splitlines() if line.startswith("done: ")]
    assert len(done) == 2 and done[0].startswith("done: trim idle ends")
    trimmed = [one for one in read_project(project)[0].demonstrations if one.start or one.end]
    assert len(trimmed) == 5
    assert run("teach", str(project), "checks") == 0
    assert len(capsys.readouterr().out.splitlines()) == len(before.splitlines()) - 2


def test_a_wrong_name_is_put_right(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("import", str(project / "recordings.npz"), "--into", str(project)) == 0
    read = read_project(project)[0]
    wrong = next(one for one in reversed(read.demonstrations) if one.label == "z")
    save_project(
        replace(
            read,
            learner=Exemplar(),
            demonstrations=tuple(
                replace(one, label="tick") if one is wrong else one for one in read.demonstrations
            ),
        ),
        project,
    )
    assert run("teach", str(project), "checks") == 0
    lines = capsys.readouterr().out.splitlines()
    (number,) = [
        line.partition(".")[0]
        for line in lines
        if f"demonstration {wrong.id} of 'tick' moves like 'z'" in line
    ]
    assert run("teach", str(project), "checks", "--apply", number) == 0
    (now,) = [one for one in read_project(project)[0].demonstrations if one.id == wrong.id]
    assert now.label == "z"


def test_numbers_that_there_are_not_and_recordings_are_refused(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("teach", str(project), "checks", "--apply", "99") == 2
    assert "numbers go from 1 to" in capsys.readouterr().err
    assert run("teach", str(project / "recordings.npz"), "checks", "--model", "exemplar", "--apply", "1") == 2
    assert "this is kept in a project" in capsys.readouterr().err
    assert run("teach", "phone-gestures", "checks", "--apply", "1") == 2
    assert "copy it first" in capsys.readouterr().err


def test_a_gesture_that_is_not_kept_yet_is_compared(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = next((project / "demonstrations").glob("z-01*.npz"))
    assert run("teach", str(project), "distinct", str(new), "--json") == 0
    found = json.loads(capsys.readouterr().out)
    like = {row["gesture"]: row["confusion"] for row in found["expected"]}
    assert len(like) == 5 and max(like, key=like.__getitem__) == "z" and like["z"] > 0.3
    other = next((project_folder("theremin") / "demonstrations").glob("*.npz"))
    assert run("teach", str(project), "distinct", str(other)) == 2
    assert "were taught; record it with the same sensor" in capsys.readouterr().err
