"""What is shown at several tempi is heard at each of them, though slow movement is faint."""

from __future__ import annotations

import numpy as np
import pytest
from spotting_takes import SHAPES, fired, heard, movement, noise, take, training

from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.frames import Values
from gesturemap.models import store
from gesturemap.models.spotting import Spotter, SpottingModel

USUAL = 40
TEMPI = (80, USUAL, 22)
"""Frames of an execution."""


def accelerated(label: str, seed: int, frames: int) -> Values:
    """(T, 2) what an accelerometer feels: half the tempo, a quarter of the movement, the same noise."""
    felt = movement(label, seed, frames) * (USUAL / frames) ** 2
    return felt + np.random.default_rng(seed).normal(0.0, 0.03, felt.shape)


def at_rest(seed: int) -> Values:
    return np.random.default_rng(seed).normal(0.0, 0.03, (30, 2))


def shown() -> list[Demonstration]:
    """Each figure twice at each tempo."""
    return [
        take(label, accelerated(label, seed, frames), f"{label}{frames}-{seed}")
        for label in SHAPES
        for frames in TEMPI
        for seed in (0, 1)
    ]


@pytest.fixture(scope="module")
def model() -> SpottingModel:
    return Spotter().fit(TrainingSet(tuple(shown())))


def said(model: SpottingModel, values: Values) -> list[str]:
    return [label for _, label, _ in fired(model, np.concatenate([at_rest(4), values, at_rest(5)]))]


def test_every_demonstration_is_heard_when_it_is_played_back(model: SpottingModel) -> None:
    assert {d.id: said(model, d.values) for d in shown()} == {d.id: [d.label] for d in shown()}


@pytest.mark.parametrize("frames", TEMPI)
def test_a_new_execution_is_heard_at_each_tempo(model: SpottingModel, frames: int) -> None:
    for label in SHAPES:
        assert said(model, accelerated(label, 9, frames)) == [label]


def test_what_is_left_out_is_found_at_every_tempo(model: SpottingModel) -> None:
    assert model.missed == 0.0


def test_of_one_tempo_the_scores_are_as_they_are() -> None:
    assert (Spotter().fit(training(3)).chains.gains == 1.0).all()


def test_the_log_likelihood_has_no_gain(model: SpottingModel) -> None:
    """On a frame of its own a demonstration has the density of a normal at its centre, whatever its tempo."""
    slow, quick = (
        heard(model, accelerated("circle", 0, frames))[-1].log_likelihoods[0] for frames in (80, 22)
    )
    assert slow == pytest.approx(model.chains.offset, abs=0.5)
    assert quick == pytest.approx(model.chains.offset, abs=0.5)


def test_it_is_loaded_with_its_tempi(model: SpottingModel) -> None:
    again = store.unpack(store.pack(model))
    assert (again.chains.gains == model.chains.gains).all()
    values = np.concatenate([noise(60, 2), accelerated("wave", 3, 80)])
    one, other = heard(model, values), heard(again, values)
    assert all((a.fit == b.fit).all() for a, b in zip(one, other, strict=True))
