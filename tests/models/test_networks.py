"""Neural networks: our evaluator against scikit-learn's, and our fit against its."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from machines import SIZES, answers, examples, probes, quiet
from models_takes import play, take
from sklearn.neural_network import MLPClassifier, MLPRegressor

from gesturemap.demonstrations import TrainingSet
from gesturemap.models import mlp, mlp_fit


@SIZES
@pytest.mark.parametrize("layers", [0, 1, 3])
@pytest.mark.parametrize("activation", mlp.ACTIVATIONS)
def test_networks_are_those_of_scikit_learn(
    gestures: int, channels: int, layers: int, activation: str
) -> None:
    data, frames = examples(gestures, channels, outputs=2), probes(channels)
    how: dict[str, Any] = {"hidden_layer_sizes": (5,) * layers, "activation": activation, "solver": "lbfgs"}
    with warnings.catch_warnings():  # that so few rounds are not enough is meant
        warnings.simplefilter("ignore")
        one = MLPClassifier(**how, max_iter=20, random_state=0).fit(data.frames, data.owners)
        other = MLPRegressor(**how, max_iter=20, random_state=0).fit(data.frames, data.targets)
    nets = [mlp.Network(tuple(made.coefs_), tuple(made.intercepts_)) for made in (one, other)]
    ours = answers(mlp.Networks(nets[0], nets[1], gestures, 2, activation), frames)
    np.testing.assert_allclose(ours[:, :gestures], one.predict_proba(frames), atol=1e-9)
    np.testing.assert_allclose(ours[:, gestures:], other.predict(frames), atol=1e-9)


@pytest.mark.parametrize("activation", range(3))
@pytest.mark.parametrize("fans", [(4, 3), (4, 6, 1), (4, 5, 3, 2)])
@pytest.mark.parametrize("chosen", [False, True])
def test_the_slope_of_a_network_is_that_of_its_loss(
    activation: int, fans: tuple[int, ...], chosen: bool
) -> None:
    random = np.random.default_rng(0)
    frames, wanted = random.normal(size=(700, 4)), random.normal(size=(700, fans[-1]))
    if chosen:
        wanted = (wanted > 0.0).astype(float) if fans[-1] == 1 else np.eye(fans[-1])[wanted.argmax(1)]
    course = mlp_fit.Slope(frames, wanted, fans, activation, 0.5, chosen)
    flat = course.begin(1)
    loss, slope = course(flat)
    assert course(flat)[0] == loss > 0.0
    for place in random.choice(len(flat), min(len(flat), 20), replace=False):
        step = np.zeros(len(flat))
        step[place] = 1e-5
        apart = (course(flat + step)[0] - course(flat - step)[0]) / 2e-5
        assert slope[place] == pytest.approx(apart, rel=1e-4, abs=1e-8)


def test_fitted_networks_err_about_as_little_as_those_of_scikit_learn() -> None:
    losses, errors = np.zeros(2), np.zeros(2)
    how: dict[str, Any] = {"hidden_layer_sizes": (6,), "activation": "logistic", "solver": "lbfgs"}
    for seed in range(3):  # each ends in a valley of its own
        data = examples(5, 6, outputs=1, seed=seed)
        machine, residuals, _ = mlp.Mlp().train(data, quiet)
        said = answers(machine, data.frames)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            one = MLPClassifier(**how, max_iter=300, random_state=0).fit(data.frames, data.owners)
            other = MLPRegressor(**how, max_iter=300, random_state=0).fit(data.frames, data.targets[:, 0])
        rows = np.arange(len(data.owners))
        for place, shares in enumerate((said[:, :-1], one.predict_proba(data.frames))):
            losses[place] -= np.log(shares[rows, data.owners]).mean()
        off = [
            ((made - data.targets[:, 0]) ** 2).mean() for made in (said[:, -1], other.predict(data.frames))
        ]
        errors += off
        np.testing.assert_allclose(residuals, np.sqrt(off[0]), rtol=1e-6)
    assert losses[0] < 1.5 * losses[1] and errors[0] < 0.001
    assert losses[0] < 3 * 0.3


def test_a_network_learns_a_curve_and_its_default_is_wekinators() -> None:
    random = np.random.default_rng(5)
    values = random.uniform(-1, 1, size=(300, 3))
    wanted = np.column_stack([values[:, 0] * values[:, 1], np.sin(3.0 * values[:, 2]) * 40.0 + 100.0])
    model = mlp.Mlp().fit(TrainingSet((take("a", values, wanted),)))
    assert model.machine.outputs.weights[0].shape == (3, 3)
    model = mlp.Mlp(nodes=12, activation="tanh").fit(TrainingSet((take("a", values, wanted),)))
    found = play(model.start(), values)["outputs"]
    errors = np.sqrt(((found - wanted) ** 2).mean(0))
    assert (errors < 0.1 * wanted.std(0)).all()
    np.testing.assert_allclose(model.residuals, errors, rtol=1e-6)


def test_a_wide_and_deep_network_is_fitted_too() -> None:
    data = examples(3, 4, outputs=1)
    machine, residuals, _ = mlp.Mlp(nodes=700, layers=2, iterations=3, activation="tanh").train(data, quiet)
    assert answers(machine, data.frames).shape == (len(data.frames), 4)
    assert np.isfinite(residuals).all()
