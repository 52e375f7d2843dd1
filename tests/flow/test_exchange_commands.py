"""Import and export as a person types them: what is said, what is kept, and that a broken file leaves nothing."""

from __future__ import annotations

import numpy as np
import pytest
from making_wekinator import CLASSES_ARFF, DTW_CSV, classes_project, dtw_model, dtw_project
from shell import ask, run

from gesturemap.project.read import read_project

STILL = """GRT_LABELLED_CLASSIFICATION_DATA_FILE_V1.0
DatasetName: NOT_SET
InfoText:
NumDimensions: 2
TotalNumExamples: 8
NumberOfClasses: 2
ClassIDsAndCounters:
1\t4\tup
2\t4\tdown
UseExternalRanges: 0
Data:
1 0 1\n1 0 1.1\n1 0.1 1\n1 0 0.9\n2 0 -1\n2 0.1 -1\n2 0 -1.1\n2 0 -0.9
"""


def test_a_project_of_wekinator_comes_and_its_examples_go_back_to_the_letter(tmp_path):
    path = classes_project(tmp_path / "wek")
    ended = run("import", str(path), "mine", cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "taken: 6 examples in 2 recording rounds, from currentData.arff" in ended.stdout
    assert "taken: outputs-3: integer, mlp (layers 2, nodes 7)" in ended.stdout
    assert "not taken: what Weka had learned: the models are fitted again" in ended.stdout
    assert ended.stdout.rstrip().endswith("next: gesturemap train mine")
    project, warnings = read_project(tmp_path / "mine")
    assert warnings == []
    assert (project.name, project.gestures, project.learner.kind) == ("P", ("examples",), "per_output")
    assert [output.name for output in project.learner.outputs] == ["outputs-1", "outputs-2", "outputs-3"]
    assert np.isnan(project.demonstrations[0].targets[1, 1])
    ended = ask("export", "mine", "back.arff", cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "6 examples written" in ended.stdout
    assert (tmp_path / "back.arff").read_text() == CLASSES_ARFF


def test_outputs_that_were_not_recorded_have_no_place_in_xmms_form(tmp_path):
    classes_project(tmp_path / "wek")
    assert ask("import", "wek", "mine", cwd=tmp_path).returncode == 0
    ended = ask("export", "mine", "mine.json", cwd=tmp_path)
    assert (ended.returncode, "export as FILE.arff" in ended.stderr) == (2, True)
    assert not (tmp_path / "mine.json").exists()


@pytest.mark.long
def test_what_was_imported_can_be_trained(tmp_path):
    classes_project(tmp_path / "wek")
    assert ask("import", "wek", "mine", cwd=tmp_path).returncode == 0
    ended = run("train", "mine", cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "mine" / "model.npz").is_file()


def test_time_warping_comes_and_goes_back_to_the_letter(tmp_path):
    path = dtw_project(tmp_path / "wek", dtw_model([[], []]))
    ended = ask("import", str(path), "--out", "mine", "--rate", "50", cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    project, _ = read_project(tmp_path / "mine")
    assert (project.gestures, project.learner.kind) == (("output_1", "output_2"), "wekinator_dtw")
    assert project.learner.threshold == 2.5
    ended = ask("export", "mine", "back.csv", cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "gestures: 1: output_1, 2: output_2" in ended.stdout
    assert (tmp_path / "back.csv").read_text() == DTW_CSV


def test_an_arff_and_a_csv_alone_make_projects_called_as_they_are(tmp_path):
    (tmp_path / "some.arff").write_text(CLASSES_ARFF)
    (tmp_path / "other.csv").write_text(DTW_CSV)
    for name in ("some.arff", "other.csv"):
        ended = ask("import", name, cwd=tmp_path)
        assert ended.returncode == 0, ended.stderr
    assert read_project(tmp_path / "some")[0].learner.kind == "per_output"
    assert read_project(tmp_path / "other")[0].gestures == ("output_1", "output_2")
    ended = ask("import", "some.arff", cwd=tmp_path)
    assert (ended.returncode, "exists already" in ended.stderr) == (2, True)
    ended = ask("import", "some.arff", "a", "--out", "b", cwd=tmp_path)
    assert (ended.returncode, "another folder than a" in ended.stderr) == (2, True)


def test_data_of_the_grt_become_gestures_that_can_be_trained_and_exported(tmp_path):
    (tmp_path / "still.grt").write_text(STILL)
    ended = ask("import", "still.grt", cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "taken: 2 demonstrations of 2 channels: up, down" in ended.stdout
    assert ask("train", "still", cwd=tmp_path).returncode == 0
    ended = ask("export", "still", "still.arff", cwd=tmp_path)
    assert "gestures: 1: up, 2: down" in ended.stdout
    text = (tmp_path / "still.arff").read_text()
    assert "@attribute gesture {0,1,2}" in text
    assert text.splitlines()[-1].endswith(",1,0,-0.9,2")


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("x.wekproj", "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", "a document type"),
        ("x.arff", "hello", "this is no ARFF"),
        ("x.csv", "1,2,x", "a finite number"),
        ("x.grt", "GRT_KNN_MODEL_FILE_V2.0\n", "one of GRT_LABELLED"),
        ("x.json", "{}", "a training set"),
        ("x.txt", "what", "a JSON file is wanted"),
        ("x.arff", "@attribute x numeric\n@attribute output numeric\n@data\n1,1e300\n", "at most 1e+100"),
    ],
)
def test_a_broken_file_is_one_line_and_leaves_nothing(tmp_path, name, text, says):
    (tmp_path / name).write_text(text)
    ended = ask("import", name, "mine", cwd=tmp_path)
    assert ended.returncode == 2
    assert says in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert not (tmp_path / "mine").exists()


def test_examples_are_added_to_a_project_that_is_there(tmp_path):
    classes_project(tmp_path / "wek")
    assert ask("import", "wek", "mine", cwd=tmp_path).returncode == 0
    (tmp_path / "more.arff").write_text(CLASSES_ARFF.replace("1.156158", "7.5"))
    ended = ask("import", "more.arff", "--into", "mine", cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "2 demonstrations with 6 examples added" in ended.stdout
    project, warnings = read_project(tmp_path / "mine")
    assert (warnings, len(project.demonstrations)) == ([], 4)
    assert project.demonstrations[2].values[0, 0] == 7.5
    dtw_project(tmp_path / "warp")
    assert ask("import", "warp", "gestures", cwd=tmp_path).returncode == 0
    (tmp_path / "more.csv").write_text(DTW_CSV)
    assert ask("import", "more.csv", "--into", "gestures", cwd=tmp_path).returncode == 0
    assert len(read_project(tmp_path / "gestures")[0].demonstrations) == 6


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("x.arff", CLASSES_ARFF.replace("inputs-1 numeric", "other numeric").replace("outputs-3", "o"), ""),
        ("x.arff", "@attribute x numeric\n@attribute output numeric\n@data\n1,1\n", "no column inputs-1"),
        ("x.csv", "3,1,1,2,3,\n", "3 inputs; 2 are wanted"),
        ("x.grt", STILL, "this project has"),
        ("x.txt", "words", "of no form that is known"),
    ],
)
def test_what_does_not_fit_is_refused_and_the_project_is_as_it_was(tmp_path, name, text, says):
    classes_project(tmp_path / "wek")
    assert ask("import", "wek", "mine", cwd=tmp_path).returncode == 0
    (tmp_path / name).write_text(text)
    ended = ask("import", name, "--into", "mine", cwd=tmp_path)
    assert (ended.returncode, says in ended.stderr) == (2 if says else 0, True)
    assert len(read_project(tmp_path / "mine")[0].demonstrations) == (2 if says else 4)
