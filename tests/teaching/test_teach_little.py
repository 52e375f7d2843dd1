"""Projects that were shown little: nothing, one gesture, each once, or demonstrations that nobody can read."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from gesturemap.cli.main import main
from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Spec
from gesturemap.project.project import assemble
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project

SPEC = Spec.of("x m", "y m", rate=50.0)
TABLES = {
    "project": {"name": "p"},
    "input": {"kind": "osc", "port": 0, "arguments": ["x m", "y m"], "rate": 50.0},
    "model": {"kind": "exemplar"},
    "mapping": [{"kind": "events"}],
}


def shown(label, number):
    rng, along = np.random.default_rng([ord(label), number]), np.linspace(0.0, 6.0, 50)
    values = np.stack([np.sin((ord(label) - 96) * along), np.cos(along)], 1)
    return Demonstration(
        f"{label}-{number}",
        label,
        SPEC,
        np.arange(50) / 50.0,
        values + 0.02 * rng.normal(size=values.shape),
    )


@pytest.fixture
def project(tmp_path):
    def made(*gestures, times=0):
        every = tuple(shown(label, number) for label in gestures for number in range(times))
        folder = tmp_path / "p"
        save_project(replace(assemble(TABLES, "", "p"), gestures=gestures, demonstrations=every), folder)
        return folder

    return made


@pytest.fixture
def jam(tmp_path):
    """Twenty seconds in which one movement comes four times; three channels, of which the project's input has two."""
    rng, names = np.random.default_rng(1), ["x m", "y m", "z m"]
    values = 0.01 * rng.normal(size=(1000, 3))
    turn = np.linspace(0.0, 2.0 * np.pi, 80)
    for place in (100, 300, 500, 800):
        values[place : place + 80, :2] += np.stack([np.sin(turn), np.sin(2.0 * turn)], 1)
    np.savez(tmp_path / "jam.npz", X=values, lengths=[1000], rate=50.0, channels=names)
    return tmp_path / "jam.npz"


@pytest.fixture
def asked(capsys):
    def ask(*words):
        with pytest.raises(SystemExit) as ended:
            main(["teach", *map(str, words)])
        return ended.value.code, capsys.readouterr()

    return ask


def test_where_nothing_was_shown_what_has_a_name_is_offered(asked, project):
    folder = project("a", "b")
    code, said = asked(folder, "next")
    assert (code, "'a' has no demonstration yet → record 'a'" in said.out) == (0, True)
    assert "'b'" in asked(folder, "next", "--skip", "a")[1].out
    code, said = asked(folder, "checks")
    assert (code, "nothing is learned from" in said.err) == (2, True)
    code, said = asked(project(), "next")
    assert (code, "no gesture has a name" in said.err) == (2, True)


def test_a_project_begins_with_a_recording(asked, project, jam):
    folder = project()
    code, said = asked(folder, "discover", jam, "--json")
    assert code == 0
    assert json.loads(said.out)["offers"][0]["figures"]["repeats"] == 4
    assert asked(folder, "discover", jam, "--name", "1=swirl")[0] == 0
    made = read_project(folder)[0]
    assert made.gestures == ("swirl",)
    assert {one.spec.names for one in made.shown} == {("x", "y")}


def test_a_project_begins_with_strokes(asked, project, jam):
    folder = project("swirl")
    code, said = asked(folder, "paint", jam, "2.2-3.2=swirl", "4.2-5.2=", "--keep")
    assert code == 0, said.err
    assert any(one.label == "swirl" for one in read_project(folder)[0].shown)


def test_an_input_of_other_channels_lets_all_of_the_recording_begin(asked, project, tmp_path):
    np.savez(tmp_path / "other.npz", X=np.random.default_rng(0).normal(size=(600, 1)), lengths=[600], rate=50.0,
             channels=["bend"])  # fmt: skip
    folder = project()
    assert asked(folder, "paint", tmp_path / "other.npz", "1-2=a", "4-5=", "--keep")[0] == 0
    assert read_project(folder)[0].shown[0].spec.names == ("bend",)


def test_what_cannot_be_read_is_named_as_by_check_and_json_stays_pure(asked, project, capsys):
    folder = project("a", "b", times=3)
    whole = dict(np.load(folder / "demonstrations" / "a-0.npz"))
    whole["values"][3, 1] = np.nan
    np.savez(folder / "demonstrations" / "a-0.npz", **whole)
    cut = folder / "demonstrations" / "b-1.npz"
    cut.write_bytes(cut.read_bytes()[:200])
    with pytest.raises(SystemExit):
        main(["check", str(folder)])
    lines = [line for line in capsys.readouterr().err.splitlines() if ".npz" in line]
    assert len(lines) == 2
    for word in ("shown", "checks"):
        code, said = asked(folder, word, "--json")
        assert code == 0
        assert [line for line in said.err.splitlines() if ".npz" in line] == lines
        json.loads(said.out)


def test_one_gesture_alone_is_said_to_be_alone(asked, project):
    folder = project("a", times=4)
    for words in (("distinct", "a"), ("never", "a", "b")):
        code, said = asked(folder, *words)
        assert (code, said.err.count("\n")) == (2, 1)
        assert "'a' alone" in said.err
    code, said = asked(folder, "matrix")
    assert (code, "'a' is the only gesture" in said.out, "mistaken" in said.out) == (0, True, False)
    assert json.loads(asked(folder, "matrix", "--json")[1].out)["missed_per_10min"] is None


def test_of_gestures_shown_once_no_decoy_is_denied(asked, project):
    for folder in (project("a", "b", "c", times=1), project("a", times=5)):
        code, said = asked(folder, "decoys")
        assert (code, said.out) == (2, "")
        assert "no two gestures were shown twice" in said.err
