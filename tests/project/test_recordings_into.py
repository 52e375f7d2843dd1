"""Demonstrations are read wherever recordings are, and recordings become demonstrations of a project."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from gesturemap.cli.main import main
from gesturemap.inputs.recordings import read
from gesturemap.library import project_folder
from gesturemap.project.exchange.corpus import read_corpus
from gesturemap.project.read import read_project


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    return int(ended.value.code or 0)


@pytest.fixture
def theremin() -> Path:
    return sorted((project_folder("theremin") / "demonstrations").glob("low*.npz"))[0]


def test_a_demonstration_is_a_file_of_one_recording(theremin: Path) -> None:
    arrays = np.load(theremin)
    (one,) = read_corpus(theremin).demonstrations
    assert (one.label, one.spec.names) == ("theremin", ("x", "y", "pressed"))
    assert [each.name for each in one.outputs] == ["pitch", "brightness"]
    assert np.array_equal(one.values, arrays["values"])
    assert np.array_equal(one.targets, arrays["targets"])
    played = read(theremin, 0.0)
    assert played.spec.names == ("x", "y", "pressed", "pitch", "brightness")
    assert np.array_equal(played.recordings[0].time, arrays["time"])


def test_the_rate_of_one_without_a_rate_is_that_of_its_times(theremin: Path, tmp_path: Path) -> None:
    path = tmp_path / "one.npz"
    arrays = {name: array for name, array in np.load(theremin).items() if name != "rate"}
    np.savez(path, **arrays, rate=0.0)
    assert read(path, 0.0).spec.rate == pytest.approx(60.0)


def test_a_demonstration_can_be_painted_and_searched(tmp_path: Path, capsys) -> None:
    project = shutil.copytree(project_folder("phone-gestures"), tmp_path / "p")
    one = str(sorted((project / "demonstrations").glob("z-*.npz"))[0])
    assert run("teach", str(project), "paint", one, "0.5-1=z") == 0
    assert "painted" in capsys.readouterr().out
    assert run("teach", str(project), "discover", one) == 0


def test_recordings_with_labels_become_demonstrations(tmp_path: Path, capsys) -> None:
    project = shutil.copytree(project_folder("phone-gestures"), tmp_path / "p")
    recordings = np.load(project / "recordings.npz")
    assert run("import", str(project / "recordings.npz"), "--into", str(project)) == 0
    assert "35 demonstrations with 4235 frames added" in capsys.readouterr().out
    shown = read_project(project)[0].demonstrations
    assert len(shown) == 15 + 35
    last = recordings["X"][-int(recordings["lengths"][-1]) :]
    assert any(np.array_equal(one.values, last) for one in shown)

    bare = {**recordings, "label": np.full(35, "")}
    np.savez(tmp_path / "bare.npz", **bare)
    assert run("import", str(tmp_path / "bare.npz"), "--into", str(project)) == 2
    told = capsys.readouterr().err
    assert "35 recordings without a label" in told and "paint" in told
    bare["label"] = np.array(["z", *[""] * 34])
    np.savez(tmp_path / "bare.npz", **bare)
    assert run("import", str(tmp_path / "bare.npz"), "--into", str(project)) == 0
    assert "not taken: 34 recordings without a label" in capsys.readouterr().out


def test_a_folder_is_no_file_of_recordings_and_what_to_ask_of_a_project_is_said(
    tmp_path: Path, capsys
) -> None:
    assert run("evaluate", str(project_folder("pointer"))) == 2
    assert "teach PROJECT matrix" in capsys.readouterr().err
