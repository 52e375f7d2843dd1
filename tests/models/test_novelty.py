"""How much of what comes is none of the known gestures."""

from __future__ import annotations

import numpy as np
import pytest

from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.frames import NONE, Estimate, Spec
from gesturemap.mapping.mapping import Source
from gesturemap.mapping.sources import reader
from gesturemap.models import store
from gesturemap.models.auto import Auto
from gesturemap.models.few_shot import FewShot
from gesturemap.models.gmm import Gmm
from gesturemap.models.novelty import Novelty, novelty, unknown
from gesturemap.models.relevance import Relevance

RATE = 50.0
SPEC = Spec.of("x m", "y m", rate=RATE)
WAYS = {
    "circle": lambda t: (np.cos(t), np.sin(t)),
    "zigzag": lambda t: (t / 6.3, np.sign(np.sin(3.0 * t)) * 0.7),
    "new": lambda t: (-np.cos(2.0 * t) * t / 6.3, 1.5 * np.sin(t) ** 3),
}


def shown(label, rng, length=60):
    t = np.linspace(0.0, 2.0 * np.pi, length)
    values = np.stack(WAYS[label](t), 1) + 0.03 * rng.normal(size=(length, 2))
    return Demonstration(f"{label}-{rng.integers(1 << 30)}", label, SPEC, np.arange(length) / RATE, values)


@pytest.fixture(scope="module")
def known():
    rng = np.random.default_rng(1)
    return TrainingSet(tuple(shown(label, rng) for label in ("circle", "zigzag") for _ in range(3)))


def hues(model, one):
    said, follower = unknown(model), model.start()
    return said(np.array([follower.step(frame).log_likelihoods for frame in one.frames()]))


@pytest.mark.long
@pytest.mark.parametrize("learner", [FewShot(), Auto()])
def test_a_new_movement_is_new_and_a_known_one_is_not(learner, known):
    model, rng = learner.fit(known), np.random.default_rng(7)
    new, old = hues(model, shown("new", rng)), hues(model, shown("circle", rng))
    assert ((new >= 0.0) & (new <= 1.0)).all() and ((old >= 0.0) & (old <= 1.0)).all()
    assert old[-1] < 0.3 < 0.8 < new[-1]


def test_by_its_own_formula():
    said = Novelty(usual=-2.0, sharpness=3.0)
    rows = np.array([[-2.0, -9.0], [-1.0, -9.0], [-9.0, -2.5], [-500.0, -900.0]])
    likeliest = rows.max(axis=1)
    expected = np.clip(2.0 / (1.0 + np.exp(3.0 * (likeliest + 2.0))) - 1.0, 0.0, 1.0)
    np.testing.assert_allclose(said.of(rows), expected, atol=1e-12)


def test_a_model_that_hears_only_some_of_the_channels_says_it_too(known):
    model = Relevance(("y",)).around(FewShot()).fit(known)
    assert novelty(model) == novelty(model.inner) is not None


def test_a_packed_model_tells_it_without_being_unpacked(known):
    model = Auto().fit(known)
    assert store.novelty_of(store.pack(model)) == novelty(model) is not None
    assert store.novelty_of(store.pack(Gmm().fit(known))) is None
    assert store.novelty_of(b"") is None


def estimate(fit, likelihoods):
    few = np.zeros(2)
    return Estimate(0.0, np.array(likelihoods), few, few, np.array(fit), few[:0], few[:0], few, NONE)


def test_as_a_source_of_a_mapping():
    without = reader("unknown", Source(("a", "b"), (), SPEC), "mapping")
    assert without(estimate([0.2, 0.7], [-9.0, -9.0])) == pytest.approx(0.3)
    said = Novelty(-2.0, 3.0)
    with_one = reader("unknown", Source(("a", "b"), (), SPEC, unknown=said.of), "mapping")
    assert with_one(estimate([0.2, 0.7], [-2.0, -9.0])) == 0.0
    assert with_one(estimate([0.2, 0.7], [-9.0, -9.0])) > 0.99
