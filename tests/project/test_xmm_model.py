"""Models in XMM's JSON: what they say is what XMM's formulas say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from making_xmm import RANDOM, changed, file_of  # type: ignore[import-not-found]
from scipy.special import logsumexp
from scipy.stats import multivariate_normal

from gesturemap.errors import FileError
from gesturemap.frames import Frame, Values
from gesturemap.models import store
from gesturemap.project import xmm, xmm_model


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


def chain(one: dict[str, Any]) -> tuple[Values, Values]:
    """(S, S) transitions of one HMM, with the way from its end to its beginning, and its prior (S,)."""
    count = len(one["states"])
    flat = np.array(one["transition"])
    if len(flat) == count * count and "prior" in one:
        moves, prior = flat.reshape(count, count), np.array(one["prior"])
    else:
        pairs, prior = flat.reshape(count, 2), np.eye(count)[0]
        moves = np.diag(pairs[:, 0]) + np.diag(pairs[:-1, 1], 1)
    exits = np.array(one["exitProbabilities"])[:, None]
    return (1.0 - exits) * moves + exits * prior, prior


def alone(one: dict[str, Any], seen: Values) -> Values:
    """(T,) log p(o_t | o_1 .. t-1) of one HMM, by the plain forward recursion."""
    moves, prior = chain(one)
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
        np.testing.assert_allclose(model.follows, [[0.275, 0.725], [0.5, 0.5]])  # a tenth ends altogether


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


def regressed(one: dict[str, Any], x: Values) -> tuple[float, Values]:
    """Density of a mixture at x, and the outputs that it expects there."""
    sizes, means, width = [], [], len(x)
    for component, weight in zip(one["components"], one["mixture_coeffs"], strict=True):
        mean, values = np.array(component["mean"]), np.array(component["covariance"])
        matrix = np.diag(values) if len(values) == len(mean) else values.reshape(len(mean), -1)
        own = matrix[:width, :width]
        sizes.append(weight * multivariate_normal.pdf(x, mean[:width], own))
        means.append(mean[width:] + matrix[width:, :width] @ np.linalg.solve(own, x - mean[:width]))
    return sum(sizes), np.average(means, axis=0, weights=sizes)


@pytest.mark.parametrize("kind", ["left-right", "ergodic"])
@pytest.mark.parametrize("diagonal", [False, True])
def test_a_bimodal_chain_regresses_as_its_states_are_likely(kind: str, diagonal: bool) -> None:
    root = file_of(kind, 4, 2, diagonal)
    root |= {"models": root["models"][:1], "transition": [[1.0]], "prior": [1.0], "exit_transition": [0.1]}
    model: Any = xmm_model.model(xmm.Node(root, "file"))
    model = replace(model, learner=replace(model.learner, jump_penalty=1000.0))
    (one,) = root["models"]
    moves, alpha = chain(one)
    seen = RANDOM.normal(size=(12, 2)) * 40.0 + 900.0
    for t, (x, estimate) in enumerate(zip(seen, played(model, seen), strict=True)):
        likely, outputs = zip(*(regressed(state, x) for state in one["states"]), strict=True)
        alpha = (alpha @ moves if t else alpha) * likely
        alpha /= alpha.sum()
        np.testing.assert_allclose(estimate.outputs, alpha @ np.array(outputs), rtol=1e-8)


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
    del root["exit_transition"]
    np.testing.assert_allclose(xmm_model.model(xmm.Node(root, "f")).follows, [[0.1, 0.9], [0.5, 0.5]])


def test_the_prior_counts_where_a_gesture_ended_and_what_it_is_not_used_for_is_said() -> None:
    root = file_of("left-right", 2) | {"prior": [0.8, 0.2], "exit_transition": [0.1, 0.5]}
    model = xmm_model.model(xmm.Node(root, "f"))
    # XMM: what ends goes on by the transitions, the share of `exit_transition` by the prior.
    np.testing.assert_allclose(model.follows, [[0.305, 0.695], [0.65, 0.35]])
    (said,) = (line for line in model.messages if "prior" in line)
    assert said.endswith("not at the first frame: 0.8 for '10', 0.2 for '2'")
    even = xmm_model.model(xmm.Node(root | {"prior": [0.5, 0.5]}, "f"))
    assert not any("prior" in line for line in even.messages)


CHAIN = ("models", 0)


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ((*CHAIN, "exitProbabilities", 2), 1.5, "exitProbabilities[2]: 1.5; a probability from 0 to 1"),
        ((*CHAIN, "exitProbabilities", 0), -0.1, "exitProbabilities[0]: -0.1; a probability"),
        ((*CHAIN, "transition", 1), 1.01, "transition[1]: 1.01; a probability"),
        ((*CHAIN, "transition"), [0.5] * 8, " stand here, parameters say "),
        (("prior",), [0.5], "prior: 1 values; a list of 2"),
        (("prior",), [0.0, 0.0], "prior: [0.0, 0.0]; one of them"),
        (("prior", 1), 3.0, "prior[1]: 3.0; a probability"),
        (("exit_transition", 0), 2.0, "exit_transition[0]: 2.0; a probability"),
    ],
)
def test_a_chain_with_impossible_probabilities_is_one_clear_line(
    path: tuple[Any, ...], value: Any, says: str
) -> None:
    with pytest.raises(FileError) as caught:
        xmm_model.model(xmm.Node(changed(file_of("left-right", 3), path, value), "file.json"))
    assert says in str(caught.value)


COMPONENT = ("models", 0, "components", 0)


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        *(((*COMPONENT, "mean", 0), value, "mean") for value in (1e300, -1e300, 1e150)),
        *(((*COMPONENT, "covariance", 0), value, "covariance") for value in (1e308, 1e300, 1e150, 1e-300)),
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
        (("models", 0, "mixture_coeffs"), [-1.0, 2.0], "mixture_coeffs[0]: -1.0; a probability from 0 to 1"),
        ((*COMPONENT, "mean"), [1.0, 2.0], "list of 3 numbers"),
        ((*COMPONENT, "mean"), [1.0, "2", 3.0], "finite"),
        ((*COMPONENT, "mean"), [1.0, float("nan"), 3.0], "finite"),
        ((*COMPONENT, "mean"), [1.0, 10**400, 3.0], "finite"),
        ((*COMPONENT, "covariance"), [0.0] * 9, "positive definite"),
        ((*COMPONENT, "covariance", 1), 1e4, "10000 in row 1, column 2, "),
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


def test_a_model_before_version_1_says_what_to_do() -> None:
    with pytest.raises(FileError, match="version 1"):
        xmm_model.model(xmm.Node({"EMStopCriterion": {}, "models": []}, "old.json"))
