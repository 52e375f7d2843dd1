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
from scipy.special import logsumexp
from scipy.stats import multivariate_normal

from gesturemap.demonstrations import EMPTY, Demonstration
from gesturemap.errors import FileError
from gesturemap.frames import Channel, Frame, Spec, Values
from gesturemap.models import store
from gesturemap.project import xmm, xmm_model
from gesturemap.project.exchange import outgoing
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
    assert outgoing.evened(even) == (even, ())


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


def covariance(width: int, diagonal: bool) -> Values:
    half = RANDOM.normal(size=(width, width))
    full = half @ half.T * 400.0 + np.eye(width) * 100.0
    return np.diag(np.diag(full)) if diagonal else full


def mixture(width: int, inputs: int, diagonal: bool, many: int) -> dict[str, Any]:
    """As XMM writes a SingleClassGMM."""
    components = []
    for _ in range(many):
        matrix = covariance(width, diagonal)
        components.append(
            {
                "bimodal": inputs > 0, "dimension": width, "dimension_input": inputs,
                "covariance_mode": int(diagonal), "mean": (RANDOM.normal(size=width) * 50.0 + 900.0).tolist(),
                "covariance": (np.diag(matrix) if diagonal else matrix.ravel()).tolist(),
                "inverse_covariance": np.linalg.inv(matrix).ravel().tolist(),
                "covariance_determinant": float(np.linalg.det(matrix)),
            }
        )  # fmt: skip
    weights = RANDOM.dirichlet(np.ones(many)).tolist()
    return {
        "label": "",
        "components": components,
        "mixture_coeffs": weights,
        "parameters": {"gaussians": many},
    }


def file_of(kind: str, width: int, inputs: int = 0, diagonal: bool = False, many: int = 2) -> dict[str, Any]:
    """As XMM writes a Model."""
    models = []
    for label in ("10", "2"):
        if kind == "gmm":
            models.append(mixture(width, inputs, diagonal, many) | {"label": label})
            continue
        states, ergodic = 3, kind == "ergodic"
        stay = RANDOM.uniform(0.6, 0.9, states)
        stay[-1] = 1.0
        transitions = (
            RANDOM.dirichlet(np.ones(states), states) if ergodic else np.column_stack([stay, 1.0 - stay])
        )
        one = {
            "label": label, "transition": transitions.ravel().tolist(), "exitProbabilities": [0.0, 0.0, 0.1],
            "states": [mixture(width, inputs, diagonal, many) for _ in range(states)],
            "parameters": {"states": states, "gaussians": many, "transition_mode": 0 if ergodic else 1},
        }  # fmt: skip
        models.append(one | ({"prior": RANDOM.dirichlet(np.ones(states)).tolist()} if ergodic else {}))
    root: dict[str, Any] = {
        "shared_parameters": {
            "bimodal": inputs > 0, "dimension": width, "dimension_input": inputs, "likelihood_window": 4,
            "column_names": [f"c{i}" for i in range(width)],
        },
        "configuration": {"default_parameters": {"regression_estimator": 0}, "multiClass_regression_estimator": 1},
        "models": models,
    }  # fmt: skip
    if kind != "gmm":
        root |= {"prior": [0.5, 0.5], "transition": [[0.25, 0.75], [0.5, 0.5]], "exit_transition": [0.1, 0.1]}
    return root


def densities(one: dict[str, Any], seen: Values) -> Values:
    """(T,) log-density of a mixture, by scipy, of the inputs alone where it is bimodal."""
    parts, width = [], seen.shape[1]
    for component, weight in zip(one["components"], one["mixture_coeffs"], strict=True):
        size = component["dimension"]
        values = np.array(component["covariance"])
        matrix = np.diag(values) if len(values) == size else values.reshape(size, size)
        mean = np.array(component["mean"])[:width]
        parts.append(np.log(weight) + multivariate_normal.logpdf(seen, mean, matrix[:width, :width]))
    return logsumexp(parts, axis=0)


def alone(one: dict[str, Any], seen: Values) -> Values:
    """(T,) log p(o_t | o_1 .. t-1) of one HMM, by the plain forward recursion."""
    count = len(one["states"])
    flat = np.array(one["transition"])
    if len(flat) == count * count and "prior" in one:
        moves, prior = flat.reshape(count, count), np.array(one["prior"])
    else:
        pairs, prior = flat.reshape(count, 2), np.eye(count)[0]
        moves = np.diag(pairs[:, 0]) + np.diag(pairs[:-1, 1], 1)
    exits = np.array(one["exitProbabilities"])[:, None]
    moves = (1.0 - exits) * moves + exits * prior
    logs = np.array([densities(state, seen) for state in one["states"]]).T
    alpha, found = prior, []
    for t, log_b in enumerate(logs):
        entering = alpha if t == 0 else alpha @ moves
        likely = np.log(np.maximum(entering, 1e-300)) + log_b
        found.append(logsumexp(likely))
        alpha = np.exp(likely - found[-1])
    return np.array(found)


def played(model: Any, seen: Values) -> list[Any]:
    follower = model.start()
    return [follower.step(Frame(i / 100.0, row)) for i, row in enumerate(seen)]


@pytest.mark.parametrize("kind", ["gmm", "left-right", "ergodic"])
@pytest.mark.parametrize("diagonal", [False, True])
@pytest.mark.parametrize("inputs", [0, 2])
def test_a_model_gives_the_class_log_likelihoods_it_had(kind: str, diagonal: bool, inputs: int) -> None:
    root = file_of(kind, 4, inputs, diagonal)
    model: Any = xmm_model.model(xmm.Node(root, "file"))
    if kind != "gmm":  # without the way back from a wrong start, which XMM does not have
        model = replace(model, learner=replace(model.learner, jump_penalty=1000.0))
    assert model.labels == ("10", "2")
    assert len(model.outputs) == (2 if inputs else 0)
    seen = RANDOM.normal(size=(12, inputs or 4)) * 40.0 + 900.0
    estimates = played(model, seen)
    found = np.array([estimate.log_likelihoods for estimate in estimates])
    for k, one in enumerate(root["models"]):
        wanted = densities(one, seen) if kind == "gmm" else alone(one, seen)
        for t in (0, 2, 3, 11):
            mean = wanted[max(t - 3, 0) : t + 1].mean()  # over XMM's window of 4 frames
            assert found[t, k] == pytest.approx(mean, rel=1e-9)
    back = store.unpack(store.pack(model))
    assert np.array_equal(played(back, seen)[-1].log_likelihoods, found[-1])
    if kind == "left-right":
        np.testing.assert_allclose(model.follows, [[0.25, 0.75], [0.5, 0.5]])


def test_a_bimodal_mixture_regresses_as_gaussians_do() -> None:
    root = file_of("gmm", 3, 2, many=1)
    model = xmm_model.model(xmm.Node(root, "file"))
    root["models"] = root["models"][:1]
    single = xmm_model.model(xmm.Node(root, "file"))
    (component,) = root["models"][0]["components"]
    mean, matrix = np.array(component["mean"]), np.array(component["covariance"]).reshape(3, 3)
    x = np.array([905.0, 880.0])
    wanted = mean[2] + matrix[2, :2] @ np.linalg.solve(matrix[:2, :2], x - mean[:2])
    left = matrix[2, 2] - matrix[2, :2] @ np.linalg.solve(matrix[:2, :2], matrix[:2, 2])
    estimate = single.start().step(Frame(0.0, x))
    assert estimate.outputs[0] == pytest.approx(wanted, rel=1e-9)
    assert estimate.deviations[0] == pytest.approx(np.sqrt(left), rel=1e-9)
    assert model.learner.kind == "gmr"


def test_a_frame_near_a_state_fits_and_one_far_away_does_not() -> None:
    root = file_of("left-right", 3, many=1)
    model = xmm_model.model(xmm.Node(root, "file"))
    mean = np.array(root["models"][0]["states"][0]["components"][0]["mean"])
    assert played(model, np.tile(mean, (5, 1)))[-1].winner == 0
    assert played(model, np.tile(mean + 5000.0, (5, 1)))[-1].winner == -1


def test_classes_of_both_covariances_become_full_ones() -> None:
    root = file_of("gmm", 3)
    root["models"][1] = file_of("gmm", 3, diagonal=True)["models"][1]
    model = xmm_model.model(xmm.Node(root, "file"))
    seen = RANDOM.normal(size=(1, 3)) * 60.0 + 900.0
    found = played(model, seen)[0].log_likelihoods
    np.testing.assert_allclose(found, [densities(one, seen).item() for one in root["models"]], rtol=1e-9)


def test_the_form_of_transitions_by_label_is_read() -> None:
    root = file_of("left-right", 2)
    root["transition"] = [
        {"srcLabel": a, "dstLabel": b, "probability": p}
        for a, b, p in (("10", "10", 0.1), ("10", "2", 0.9), ("2", "10", 0.5), ("2", "2", 0.5))
    ]
    np.testing.assert_allclose(xmm_model.model(xmm.Node(root, "f")).follows, [[0.1, 0.9], [0.5, 0.5]])


def changed(root: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(root))
    inner: Any = copy
    for key in path[:-1]:
        inner = inner[key]
    if value is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return copy


COMPONENT = ("models", 0, "components", 0)


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        *(((*COMPONENT, "mean", 0), value, "mean") for value in (1e300, -1e300, 1e150)),
        *(((*COMPONENT, "covariance", 0), value, "covariance") for value in (1e300, 1e150, 1e-300)),
        (("shared_parameters",), None, "no 'shared_parameters'"),
        (("shared_parameters", "dimension"), 10**9, "whole number"),
        (("shared_parameters", "dimension"), True, "whole number"),
        (("shared_parameters", "likelihood_window"), 0, "whole number"),
        (("models",), [], "no models"),
        (("models",), {"a": 1}, "a list"),
        (("models", 1, "label"), "10", "a label twice"),
        (("models", 0, "label"), "x\ny", "a text"),
        (("models", 0, "mixture_coeffs"), [1.0], "list of 2 numbers"),
        (("models", 0, "mixture_coeffs"), [0.0, 0.0], "above 0"),
        (("models", 0, "mixture_coeffs"), [-1.0, 2.0], "0 or more"),
        ((*COMPONENT, "mean"), [1.0, 2.0], "list of 3 numbers"),
        ((*COMPONENT, "mean"), [1.0, "2", 3.0], "finite"),
        ((*COMPONENT, "mean"), [1.0, float("nan"), 3.0], "finite"),
        ((*COMPONENT, "mean"), [1.0, 10**400, 3.0], "finite"),
        ((*COMPONENT, "covariance"), [0.0] * 9, "positive definite"),
        ((*COMPONENT, "covariance"), [1.0] * 3, "list of 9 numbers"),
        ((*COMPONENT, "covariance_mode"), 7, "whole number"),
    ],
)
def test_a_broken_model_is_one_clear_line(path: tuple[Any, ...], value: Any, says: str) -> None:
    root = changed(file_of("gmm", 3), path, value)
    with pytest.raises(FileError) as caught:
        xmm_model.model(xmm.Node(root, "file.json"))
    line = str(caught.value)
    assert says in line
    assert line.startswith("file.json")
    assert "\n" not in line
    assert len(line) < 300


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("phrases",), [], "no phrases"),
        (("phrases", 0, "length"), 4, "list of 8 numbers"),
        (("phrases", 0, "length"), 10**12, "whole number"),
        (("phrases", 0, "dimension"), 5, "5 channels"),
        (("phrases", 1, "data", 3), None, "numbers"),
        (("phrases", 1, "data", 3), "x", "finite"),
        (("phrases", 1, "data"), None, "no 'data'"),
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


def test_a_model_before_version_1_says_what_to_do() -> None:
    with pytest.raises(FileError, match="version 1"):
        xmm_model.model(xmm.Node({"EMStopCriterion": {}, "models": []}, "old.json"))


def command(*words: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "gesturemap", *words], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


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


def test_an_imported_model_is_the_projects_model(tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text(json.dumps(file_of("left-right", 3)))
    code, said = command("import", str(tmp_path / "m.json"), "--out", str(tmp_path / "p"))
    assert (code, "hhmm of 2 gestures" in said) == (0, True), said
    project, _ = read_project(tmp_path / "p")
    data = read_model(tmp_path / "p", fingerprint(project))
    assert data is not None
    assert store.unpack(data).labels == ("10", "2")


LONG = ["x" * 150, "x" * 149 + "y", "two  spaces", "two spaces", "é" * 41, "", "手を振る"]


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
