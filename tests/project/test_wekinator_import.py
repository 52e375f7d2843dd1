"""Projects of Wekinator become projects of ours: names, wires, limits, models, examples, and what is said of them."""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path

import numpy as np
import pytest
from making_wekinator import (
    CLASSES_ARFF,
    DTW_CSV,
    KNN,
    NAMES,
    NETWORK,
    classes_project,
    dtw_model,
    dtw_output,
    dtw_project,
    inputs_xml,
    java,
    numeric_output,
    outputs_xml,
    path_xml,
    put,
    wekproj,
)

from gesturemap.errors import FileError
from gesturemap.project.exchange import java_stream, wekinator
from gesturemap.project.exchange.wekinator_models import read_model


def test_a_project_of_classes_and_numbers_comes_over(tmp_path: Path) -> None:
    found = wekinator.read(classes_project(tmp_path), 100.0)
    tables = found.tables
    assert tables["project"]["name"] == "P"
    assert tables["input"] == {
        "kind": "wekinator", "port": 6450, "address": "/wek/inputs", "names": list(NAMES)
    }  # fmt: skip
    assert tables["outputs"] == [
        {"kind": "wekinator", "host": "127.0.0.1", "port": 12000, "address": "/wek/outputs"}
    ]
    assert tables["mapping"] == [{"kind": "outputs"}]
    assert tables["model"]["kind"] == "per_output"
    assert tables["model"]["each"] == [
        {"name": "outputs-1", "type": "class", "classes": 3, "inputs": ["inputs-2"],
         "learner": {"kind": "knn", "neighbours": 4}},
        {"name": "outputs-2", "type": "class", "classes": 3, "probabilities": True, "learner": {"kind": "tree"}},
        {"name": "outputs-3", "type": "integer", "low": 0.0, "high": 10.0, "hard": True,
         "learner": {"kind": "mlp", "layers": 2, "nodes": 7}},
    ]  # fmt: skip
    assert [(one.label, len(one)) for one in found.demonstrations] == [("examples", 3), ("examples", 3)]
    assert np.isnan(found.demonstrations[0].targets[1, 1])
    said = "\n".join(found.taken)
    assert "6 examples in 2 recording rounds" in said
    assert "outputs-3: integer, mlp (layers 2, nodes 7)" in said
    left = "\n".join(found.left)
    assert "outputs-2: recording was off for it; it is on here" in left
    assert "fitted again" in left


def test_the_folder_of_a_project_will_do(tmp_path: Path) -> None:
    path = classes_project(tmp_path)
    assert wekinator.project_file(tmp_path) == path
    put(tmp_path, {"Q.wekproj": wekproj("Q")})
    with pytest.raises(FileError, match=r"P\.wekproj, Q\.wekproj; one is wanted"):
        wekinator.project_file(tmp_path)


@pytest.mark.parametrize(
    ("builder", "settings", "learner", "says"),
    [
        ("NeuralNet", NETWORK.format(1, "NUM_FEATURES", 0), {"kind": "mlp"}, ""),
        ("NeuralNet", NETWORK.format(3, "NUMBER", 5000), {"kind": "mlp", "layers": 3, "nodes": 1000}, "not 5000"),
        ("NeuralNet", NETWORK.format(0, "NUM_FEATURES", 0), {"kind": "mlp", "layers": 0}, ""),
        ("LinearRegression", "<featureSelectionType>NONE</featureSelectionType><exponent>1</exponent>",
         {"kind": "linear"}, ""),
        ("LinearRegression", "<featureSelectionType>M5</featureSelectionType><exponent>3</exponent>",
         {"kind": "linear", "degree": 3}, "no selection of inputs (M5)"),
        ("KNN", KNN[1].format(500), {"kind": "knn", "neighbours": 100}, "100 here, not 500"),
        ("Adaboost", "<numRounds>100</numRounds><baseLearnerType>DECISION_STUMP</baseLearnerType>",
         {"kind": "boosting", "method": "m1", "rounds": 100, "depth": 1}, ""),
        ("J48", "", {"kind": "tree"}, "C4.5"),
        ("DecisionStump", "", {"kind": "stump"}, ""),
        ("NaiveBayes", "", {"kind": "naive_bayes"}, ""),
        ("SVM", "<kernelType>POLYNOMIAL</kernelType><polyExponent>2.5</polyExponent><complexity>2.0</complexity>",
         {"kind": "svm", "kernel": "poly", "penalty": 2.0}, "degree is 2 here, not 2.5"),
        ("SVM", "<kernelType>RBF</kernelType><rbfGamma>0.01</rbfGamma>", {"kind": "svm"}, "gamma"),
        ("SVM", "<kernelType>LINEAR</kernelType>", {"kind": "svm", "kernel": "linear"}, ""),
    ],
)  # fmt: skip
def test_the_type_and_settings_of_a_model_are_read(
    tmp_path: Path, builder: str, settings: str, learner: dict[str, object], says: str
) -> None:
    path = tmp_path / "model0.xml"
    path.write_bytes(java(path_xml(builder, settings, "outputs-1", NAMES)))
    model = read_model(path)
    assert (model.output, model.learner, model.inputs) == ("outputs-1", learner, NAMES)
    assert says in " ".join(model.notes)
    assert bool(says) == bool(model.notes)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "an XML file is wanted"),
        (b"\xac\xed\x00\x05sr\x00\x10java.util.HashMap", "a stream that begins with a text"),
        (b"\xac\xed\x00\x05t\xff\xff<Path>", "all of them there"),
        (b"\xac\xed\x00\x05|" + struct.pack(">Q", 2**63) + b"<Path>", "at most 1048576"),
        (java("<!DOCTYPE a [<!ENTITY e 'x'>]><Path>&e;</Path>"), "a document type"),
        (java("<Model/>"), "<Path> is wanted"),
        (java(path_xml("Evil", "", "outputs-1", NAMES)), "one of NeuralNetModelBuilder"),
        (java(path_xml("KNN", KNN[1].format("many"), "outputs-1", NAMES)), "whole number"),
        (b"\xac\xed\x00\x05t\x00\x02\xed\xa0", "a text in UTF-8"),
    ],
)
def test_a_model_that_cannot_be_read_costs_its_settings_alone(tmp_path: Path, data: bytes, says: str) -> None:
    path = classes_project(tmp_path)
    put(tmp_path, {"current/models/model0.xml": data})
    found = wekinator.read(path, 100.0)
    assert found.tables["model"]["each"][0]["learner"] == {"kind": "knn", "neighbours": 1}
    (line,) = [line for line in found.left if line.startswith("outputs-1")]
    assert "so knn is taken" in line
    assert says in line
    assert len(found.demonstrations) == 2


def test_letters_of_every_plane_come_out_of_a_stream(tmp_path: Path) -> None:
    text = "h\u00e4nde \U0001f44b"
    units = struct.unpack(f">{len(text.encode('utf-16-be')) // 2}H", text.encode("utf-16-be"))
    data = b"".join(chr(unit).encode("utf-8", "surrogatepass") for unit in units)
    (tmp_path / "m").write_bytes(b"\xac\xed\x00\x05t" + struct.pack(">H", len(data)) + data)
    assert java_stream.first_text(tmp_path / "m") == text


def test_a_model_of_another_output_is_not_taken(tmp_path: Path) -> None:
    path = classes_project(tmp_path)
    put(tmp_path, {"current/models/model0.xml": java(path_xml("SVM", "", "outputs-9", NAMES))})
    found = wekinator.read(path, 100.0)
    assert found.tables["model"]["each"][0]["learner"]["kind"] == "knn"
    assert any("is of 'outputs-9'" in line for line in found.left)


def test_names_with_spaces_are_changed_everywhere_and_told(tmp_path: Path) -> None:
    head, _, _ = CLASSES_ARFF.partition("@attribute inputs-1")
    arff = (
        head
        + "@attribute 'left hand' numeric\n@attribute left_hand numeric\n@attribute 'my out' numeric\n@data\n"
    )
    stamp = "'2026/11/21 07:18:34:691'"
    put(
        tmp_path,
        {
            "P.wekproj": wekproj("P"),
            "inputConfig.xml": inputs_xml("left hand", "left_hand"),
            "outputConfig.xml": outputs_xml(numeric_output("my out", -1.0, 1.0)),
            "current/currentData.arff": arff + f"1,{stamp},0,1,2,0.5\n",
            "current/models/model0.xml": java(path_xml("NeuralNet", "", "my out", ("left_hand",))),
        },
    )
    found = wekinator.read(tmp_path / "P.wekproj", 100.0)
    assert found.tables["input"]["names"] == ["left_hand", "left_hand_2"]
    (output,) = found.tables["model"]["each"]
    assert (output["name"], output["inputs"]) == ("my_out", ["left_hand_2"])
    (one,) = found.demonstrations
    assert (one.spec.names, one.outputs[0].name) == (("left_hand", "left_hand_2"), "my_out")
    assert sum("is called" in line for line in found.left) == 3


def test_without_examples_the_rest_comes_over(tmp_path: Path) -> None:
    path = classes_project(tmp_path)
    (tmp_path / "current" / "currentData.arff").unlink()
    found = wekinator.read(path, 100.0)
    assert found.demonstrations == ()
    assert any(line.startswith("examples: there is no") for line in found.left)


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"P.wekproj": "<x/>"}, "<WekinatorFileData> is wanted"),
        ({"P.wekproj": wekproj("P", 99999)}, "whole number from 1 to 65535"),
        ({"P.wekproj": ""}, "an XML file"),
        ({"inputConfig.xml": inputs_xml(*NAMES).replace(">2<", ">3<")}, "2 different names; 3"),
        ({"inputConfig.xml": inputs_xml("a", "a")}, "1 different names; 2"),
        ({"inputConfig.xml": inputs_xml(*NAMES).replace("/wek/inputs", "wek")}, "an OSC address"),
        ({"outputConfig.xml": outputs_xml()}, "0 outputs"),
        ({"outputConfig.xml": outputs_xml(numeric_output("o", 3.0, 1.0))}, "from 3 to 1"),
        ({"outputConfig.xml": outputs_xml(numeric_output("o", 0.0, 1.0, "COMPLEX"))}, "REAL, INTEGER"),
        ({"outputConfig.xml": outputs_xml("<a.Evil><name>x</name></a.Evil>")}, "<Evil>"),
        ({"outputConfig.xml": outputs_xml(dtw_output("a"), numeric_output("o", 0, 1))}, "time warping stands alone"),
        ({"outputConfig.xml": outputs_xml(numeric_output("o", 0, 1), port=0)}, "whole number from 1"),
        ({"outputConfig.xml": outputs_xml(numeric_output("o", 0, 1), host="a b")}, "the name or address"),
        ({"outputConfig.xml": outputs_xml(numeric_output("o", 0, 1))}, "no column o"),
        ({"current/currentData.arff": CLASSES_ARFF.replace("1.156158", "one")}, "line 13"),
    ],
)  # fmt: skip
def test_a_broken_project_is_one_clear_line(tmp_path: Path, files: dict[str, str | bytes], says: str) -> None:
    path = classes_project(tmp_path)
    put(tmp_path, files)
    with pytest.raises(FileError) as caught:
        wekinator.read(path, 100.0)
    line = str(caught.value)
    assert says in line
    assert str(tmp_path) in line
    assert "\n" not in line


FILES = ("inputConfig.xml", "outputConfig.xml", "current/currentData.arff", "current/models/model0.xml")


@pytest.mark.skipif(sys.platform == "win32", reason="links and pipes are POSIX")
@pytest.mark.parametrize("name", FILES)
def test_a_link_out_of_the_folder_and_a_pipe_in_it_are_not_read(tmp_path: Path, name: str) -> None:
    path = classes_project(tmp_path / "given")
    (tmp_path / "secret").write_text("of nobody's business")
    file = path.parent / name
    file.unlink()
    os.mkfifo(file)
    if "models" in name:
        assert any("a pipe or a device" in line for line in wekinator.read(path, 100.0).left)
    else:
        with pytest.raises(FileError, match="a pipe or a device"):
            wekinator.read(path, 100.0)
    file.unlink()
    file.symlink_to(tmp_path / "secret")
    with pytest.raises(FileError, match="a link out of the project's folder") as caught:
        wekinator.read(path, 100.0)
    assert "nobody" not in str(caught.value)
    file.unlink()
    moved = path.parent / "elsewhere.txt"
    classes_project(tmp_path / "whole")
    moved.write_bytes((tmp_path / "whole" / name).read_bytes())
    file.symlink_to(moved)  # within the folder a link is as good as a file
    assert wekinator.read(path, 100.0).demonstrations


@pytest.mark.skipif(sys.platform == "win32", reason="links and pipes are POSIX")
@pytest.mark.parametrize("name", ["current/models/model1.xml", "current/currentData.csv"])
def test_of_gestures_nothing_outside_is_read_either(tmp_path: Path, name: str) -> None:
    path = dtw_project(tmp_path / "given")
    (path.parent / name).parent.mkdir(exist_ok=True)
    (path.parent / name).unlink(missing_ok=True)
    (path.parent / name).symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileError, match="a link out of the project's folder"):
        wekinator.read(path, 100.0)
    link = tmp_path / "folder" / "P.wekproj"
    link.parent.mkdir()
    link.symlink_to(path)
    with pytest.raises(FileError, match="a link out of the project's folder"):
        wekinator.project_file(link.parent)


def test_gestures_by_time_warping_come_over_with_their_settings(tmp_path: Path) -> None:
    model = dtw_model([[[[0.1, 0.2]] * 4], [[[1.0, 2.0]] * 5]])
    found = wekinator.read(dtw_project(tmp_path, model), 50.0)
    table = found.tables["model"]
    assert table["kind"] == "wekinator_dtw"
    assert found.gestures == ("output_1", "output_2")
    assert [one.label for one in found.demonstrations] == ["output_1", "output_1", "output_2"]
    assert found.demonstrations[0].values.tolist() == [[0.1, 0.2], [0.2, 0.3], [0.3, 0.4]]
    assert found.demonstrations[0].time.tolist() == pytest.approx([0.0, 0.02, 0.04])
    assert table == {
        "kind": "wekinator_dtw", "gestures": ["output_1", "output_2"], "addresses": ["/output_1", "/output_2"],
        "off": ["output_2"], "inputs": ["inputs-1"], "threshold": 2.5, "running": "once", "shortest": "constant",
        "least": 6, "hop": 2, "downsample": "rate", "length": 12, "rate": 3,
    }  # fmt: skip
    assert "match width 7: the search is exact here" in found.left


def test_without_the_csv_series_come_from_the_models_file(tmp_path: Path) -> None:
    model = dtw_model([[[[0.1, 0.2]] * 4, [[0.5, 0.5]] * 2], [[[1.0, 2.0]] * 5]], policy="TO_MAX_LENGTH")
    found = wekinator.read(dtw_project(tmp_path, model, csv=""), 50.0)
    assert [(one.label, len(one)) for one in found.demonstrations] == [
        ("output_1", 4),
        ("output_1", 2),
        ("output_2", 5),
    ]
    assert found.demonstrations[2].values[0].tolist() == [1.0, 2.0]
    assert (found.tables["model"]["downsample"], found.tables["model"]["length"]) == ("length", 12)


def test_without_a_model_the_defaults_of_wekinator_are_taken(tmp_path: Path) -> None:
    found = wekinator.read(dtw_project(tmp_path), 50.0)
    assert len(found.demonstrations) == 3
    assert "threshold" not in found.tables["model"]
    assert any("Wekinator's defaults are taken" in line for line in found.left)


@pytest.mark.parametrize(
    ("csv", "model", "says"),
    [
        (DTW_CSV.replace("2,2,0.3", "2,3,0.3"), "", "gesture 3"),
        ("1,1,0.5,0.6,\n", "", "1 inputs; 2 are wanted"),
        ("", dtw_model([[[[0.1]]], []]), "a sample of another width"),
    ],
)
def test_series_that_do_not_fit_are_one_clear_line(tmp_path: Path, csv: str, model: str, says: str) -> None:
    with pytest.raises(FileError, match=says):
        wekinator.read(dtw_project(tmp_path, model, csv), 50.0)
