"""XMM's JSON: training sets there and back, models with the likelihoods they had, and broken files."""

from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from making_xmm import changed, file_of  # type: ignore[import-not-found]

from gesturemap.demonstrations import EMPTY, Demonstration
from gesturemap.errors import FileError
from gesturemap.frames import Channel, Spec, Values
from gesturemap.models import store
from gesturemap.project import xmm
from gesturemap.project.exchange import into, outgoing
from gesturemap.project.project import assemble
from gesturemap.project.read import read_model, read_project
from gesturemap.project.save import fingerprint

RANDOM = np.random.default_rng(4)


def demonstrations(outputs: bool) -> tuple[Demonstration, ...]:
    spec = Spec.of("acc_x g", "acc_y g", rate=50.0)
    made = []
    for index, label in enumerate(("10", "2", "10")):
        values = RANDOM.normal(size=(5 + index, 2))
        made.append(
            Demonstration(
                f"{label}-0{index // 2 + 1}", label, spec, np.arange(5 + index) / 50.0, values,
                (Channel("pitch", "Hz"),) if outputs else (),
                RANDOM.normal(size=(5 + index, 1)) if outputs else EMPTY,
            )
        )  # fmt: skip
    return tuple(made)


@pytest.mark.parametrize("outputs", [False, True])
def test_a_training_set_comes_back_as_it_went(tmp_path: Path, outputs: bool) -> None:
    made = demonstrations(outputs)
    xmm.write_training_set(made, tmp_path / "set.json")
    back = xmm.demonstrations(xmm.read_json(tmp_path / "set.json"), 50.0)
    assert [one.label for one in back] == ["10", "2", "10"]
    for ours, theirs in zip(made, back, strict=True):
        assert (theirs.id, theirs.spec, theirs.outputs) == (ours.id, ours.spec, ours.outputs)
        for name in ("time", "values", "targets"):
            np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name))


def test_frames_that_came_unevenly_keep_their_tempo_and_that_is_said(tmp_path: Path) -> None:
    even = demonstrations(True)
    spec, rng = Spec.of("acc_x g", "acc_y g"), np.random.default_rng(3)

    def moved(name: str, time: Values) -> Demonstration:
        """Once to and fro in each second, with how far along as its output."""
        values = np.column_stack([np.sin(2 * np.pi * time), time])
        return Demonstration(name, "10", spec, time + 7.0, values, even[0].outputs, time[:, None])

    jitter = moved("a", np.arange(100) / 50.0 + rng.uniform(0.0, 0.01, 100))
    burst = moved(
        "b", np.concatenate([np.arange(25) / 50.0, 0.5 + np.arange(50) / 200.0, np.arange(0.75, 1.5, 0.02)])
    )
    slow = moved("c", np.arange(50) / 25.0)
    project = replace(assemble({"input": {"kind": "pointer"}, "model": {"kind": "hhmr"}}, "", "test"),
                      demonstrations=(jitter, burst, slow, jitter, jitter))  # fmt: skip
    many, notes = outgoing.written(project, tmp_path / "set.json")
    assert many == "5 demonstrations" and len(notes) == 1
    assert "unevenly, or at another rate, in b, c: " in notes[0] and "--rate 50 " in notes[0]
    back = xmm.demonstrations(xmm.read_json(tmp_path / "set.json"), 50.0)
    np.testing.assert_array_equal(back[0].values, jitter.values)  # what is even enough stays as it was
    for one, was in zip(back[1:3], (burst, slow), strict=True):
        assert was.seconds - 0.02 < one.seconds <= was.seconds + 1e-9
        np.testing.assert_allclose(one.values[:, 0], np.sin(2 * np.pi * one.time), atol=0.01)
        np.testing.assert_allclose(one.targets[:, 0], one.time, atol=1e-9)
    same, said = outgoing.evened(even)
    assert same == even and "--rate 50 " in said[0]


def test_the_form_is_xmms(tmp_path: Path) -> None:
    xmm.write_training_set(demonstrations(True), tmp_path / "set.json")
    root = json.loads((tmp_path / "set.json").read_text())
    assert (root["bimodal"], root["dimension"], root["dimension_input"]) == (True, 3, 2)
    phrase = root["phrases"][1]
    assert (phrase["index"], phrase["label"], phrase["length"], phrase["bimodal"]) == (1, "2", 6, True)
    assert len(phrase["data_input"]) == 12
    assert len(phrase["data_output"]) == 6
    assert "data" not in phrase


def test_one_phrase_alone_and_nameless_columns_are_read() -> None:
    phrase = {
        "bimodal": False,
        "dimension": 2,
        "dimension_input": 0,
        "length": 2,
        "label": "",
        "data": [1, 2, 3, 4],
    }
    (one,) = xmm.demonstrations(xmm.Node(phrase, "file"), 100.0)
    assert (one.label, one.spec.names, one.values.tolist()) == ("gesture", ("in_1", "in_2"), [[1, 2], [3, 4]])


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("phrases",), [], "no phrases"),
        (("phrases", 0, "length"), 4, "list of 8 numbers"),
        (("phrases", 0, "length"), 10**12, "whole number"),
        (("phrases", 0, "dimension"), 5, "5 channels"),
        (("phrases", 1, "data", 3), None, "numbers"),
        (("phrases", 1, "data", 3), "x", "finite"),
        (("phrases", 1, "data", 3), -1e308, "phrases[1], data[3]: -1e+308; a finite number, at most 1e+100"),
        (("phrases", 1, "data", 3), 10**400, "phrases[1], data[3]"),
        (("phrases", 1, "data"), None, "no 'data'"),
        (("phrases", 1, "label"), "a\n", "'a\\n'; a text without line breaks and other control characters"),
    ],
)
def test_a_broken_training_set_is_one_clear_line(path: tuple[Any, ...], value: Any, says: str) -> None:
    root = changed(xmm.training_set(demonstrations(False)), path, value)
    with pytest.raises(FileError) as caught:
        xmm.demonstrations(xmm.Node(root, "file.json"), 100.0)
    assert says in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "\xff\xfe", "[1, 2]", "17"])
def test_no_json_is_one_clear_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(FileError) as caught:
        xmm.read_json(tmp_path / "x.json")
    assert str(tmp_path / "x.json") in str(caught.value)


def test_a_file_of_countless_lists_is_refused_before_they_are_made(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b'{"phrases": [' + b"[]," * 5_000_000 + b"0]}")
    tracemalloc.start()
    with pytest.raises(FileError, match=r"5000003 lists, tables and texts; at most 4000000"):
        xmm.read_json(tmp_path / "x.json")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000


def command(*words: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "gesturemap", *words], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.long
def test_import_and_export_from_the_shell(tmp_path: Path) -> None:
    made = demonstrations(True)
    xmm.write_training_set(made, tmp_path / "set.json")
    code, said = command("import", str(tmp_path / "set.json"), "--out", str(tmp_path / "p"), "--rate", "50")
    assert (code, "10 (2), 2 (1)" in said) == (0, True), said
    project, warnings = read_project(tmp_path / "p")
    assert (warnings, project.gestures, project.learner.kind) == ([], ("10", "2"), "hhmr")
    code, said = command("export", str(tmp_path / "p"), str(tmp_path / "back.json"))
    assert code == 0, said
    assert json.loads((tmp_path / "back.json").read_text()) == json.loads((tmp_path / "set.json").read_text())
    code, said = command("export", str(tmp_path / "p"), str(tmp_path / "x.foo"))
    assert (code, ".json (XMM), .arff (" in said, (tmp_path / "x.foo").exists()) == (2, True, False), said
    code, said = command("import", str(tmp_path / "set.json"), "--out", str(tmp_path / "p"))
    assert (code, "exists already" in said) == (2, True)
    code, said = command("import", str(tmp_path / "recordings.npz"), "--out", str(tmp_path / "q"))
    assert (code, "let evaluate read them" in said) == (2, True), said


def test_an_imported_model_is_the_projects_model(tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text(json.dumps(file_of("left-right", 3)))
    code, said = command("import", str(tmp_path / "m.json"), "--out", str(tmp_path / "p"))
    assert (code, "hhmm of 2 gestures" in said) == (0, True), said
    project, _ = read_project(tmp_path / "p")
    data = read_model(tmp_path / "p", fingerprint(project))
    assert data is not None
    assert store.unpack(data).labels == ("10", "2")


LONG = ["x" * 150, "x" * 149 + "y", "two  spaces", "two spaces", "é" * 41, "", "手を振る"]


@pytest.mark.long
def test_any_label_becomes_one_that_a_project_keeps(tmp_path: Path) -> None:
    made = demonstrations(False)[0]
    root = xmm.training_set([replace(made, label=label) for label in LONG])
    (tmp_path / "set.json").write_text(json.dumps(root))
    code, said = command("import", str(tmp_path / "set.json"), "--out", str(tmp_path / "p"))
    assert (code, "is called" in said) == (0, True), said
    project, warnings = read_project(tmp_path / "p")
    assert (len(project.gestures), warnings) == (6, [])  # the two that differ in spaces are one
    assert {"two spaces", "gesture", "手を振る", "é" * 20, "x" * 40, "x" * 38 + " 2"} == set(project.gestures)
    model = file_of("left-right", 3)
    for one, label in zip(model["models"], LONG[:2], strict=True):
        one["label"] = label
    (tmp_path / "m.json").write_text(json.dumps(model))
    code, said = command("import", str(tmp_path / "m.json"), "--out", str(tmp_path / "q"))
    assert (code, "is called" in said) == (0, True), said
    assert read_project(tmp_path / "q")[0].gestures == ("x" * 40, "x" * 38 + " 2")


@pytest.mark.parametrize("frames", [0, 1])
def test_phrases_that_are_no_movement_are_not_taken_and_it_says_so(tmp_path: Path, frames: int) -> None:
    root = xmm.training_set(demonstrations(False))
    assert xmm.left(xmm.Node(root, "file.json")) == ()
    root = changed(root, ("phrases", 1, "length"), frames)
    root = changed(root, ("phrases", 1, "data"), [0.0] * frames * root["phrases"][1]["dimension"])
    node = xmm.Node(root, "file.json")
    assert len(xmm.demonstrations(node, 100.0)) == len(root["phrases"]) - 1
    (told,) = xmm.left(node)
    assert told.startswith("1 phrase of less than 2 frames")
    assert told.endswith("phrases[1]")
    path = tmp_path / "set.json"
    path.write_text(json.dumps(root))
    project = assemble({"input": {"kind": "pointer"}, "model": {"kind": "hhmm"}}, "", "test")
    assert into.found(project, path, 100.0)[1] == (told,)
