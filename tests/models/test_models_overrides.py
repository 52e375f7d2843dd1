"""Settings of single gestures, what follows what, and vocabularies of very many channels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gesturemap import catalog
from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.errors import SettingsError
from gesturemap.frames import Channel, Frame, Spec
from gesturemap.models import store
from gesturemap.models.gmm import Gmm
from gesturemap.models.hhmm import Hhmm, Hhmr
from gesturemap.models.hmm import Hmm


def vocabulary(channels: int = 2, count: int = 3) -> TrainingSet:
    spec = Spec.of(*(f"c{i}" for i in range(channels)), rate=100.0)
    made = []
    for label in "abc":
        shape = np.random.default_rng([ord(label)]).normal(size=(3, channels))
        for n in range(count):
            rng = np.random.default_rng([ord(label), n])
            share = np.linspace(0, 1, 60)[:, None]
            values = sum(np.sin(np.pi * (k + 1) * share) * shape[k] for k in range(3))
            values = values + rng.normal(scale=0.05, size=values.shape)
            made.append(Demonstration(f"{label}{n}", label, spec, np.arange(60) / 100, np.asarray(values)))
    return TrainingSet(tuple(made))


def test_one_gesture_has_settings_of_its_own_and_only_it_is_fitted_again() -> None:
    data = vocabulary()
    plain = Hhmm(states=6).fit(data)
    own = Hhmm(states=6, overrides={"b": {"states": 12, "likelihood_window": 7}}).fit(data, plain)
    assert [gesture.states for gesture in own.gestures] == [6, 12, 6]
    assert own.gestures[1].window == 7
    assert own.gestures[0] is plain.gestures[0] and own.gestures[2] is plain.gestures[2]
    again = Hhmm(states=6, overrides={"b": {"states": 12, "likelihood_window": 7}}).fit(data)
    assert store.pack(own) == store.pack(again)
    table = catalog.write(own.learner)
    assert catalog.read("models", table, "here") == own.learner
    assert Gmm(overrides={"a": {"gaussians": 2}}).fit(data).gestures[0].weights.shape == (2,)


def test_a_gesture_of_ergodic_models_has_settings_of_its_own_too() -> None:
    data = vocabulary()
    plain = Hmm(states=3).fit(data)
    learner = Hmm(
        states=3, overrides={"b": {"states": 5, "iterations": 2}}, follows={"a": {"b": 3.0, "a": 0.0}}
    )
    own = learner.fit(data, plain)
    assert [gesture.states for gesture in own.gestures] == [3, 5, 3]
    assert len(own.gestures[1].log_likelihoods) <= 2 < len(plain.gestures[1].log_likelihoods)
    assert own.gestures[0] is plain.gestures[0] and own.gestures[2] is plain.gestures[2]
    assert own.follows[0].tolist() == [0.0, 0.75, 0.25]
    assert store.pack(own) == store.pack(learner.fit(data))


@pytest.mark.parametrize(
    "overrides",
    [
        {"b": {"states": 0}},
        {"b": {"state": 5}},
        {"b": {"states": 2.5}},
        {"b": {"covariance": 1.0}},
        {"b": {"x": 1}},
    ],
)
def test_an_override_that_is_not_right_is_named(overrides: dict[str, dict[str, float]]) -> None:
    with pytest.raises(SettingsError, match=r"overrides\.b"):
        Hhmm(overrides=overrides)


def test_what_follows_what_can_be_said_and_needs_no_new_fit() -> None:
    data = vocabulary()
    plain = Hhmm().fit(data)
    model = Hhmm(follows={"a": {"b": 3.0, "a": 0.0}}).fit(data, plain)
    assert model.follows[0] == pytest.approx([0.0, 0.75, 0.25])
    assert model.follows[1] == pytest.approx([1 / 3] * 3)
    assert all(new is old for new, old in zip(model.gestures, plain.gestures, strict=True))
    assert Hhmm(follows={"a": {"a": 0.0, "b": 0.0, "c": 0.0}}).fit(data).follows[0] == pytest.approx(
        [1 / 3] * 3
    )


@pytest.mark.parametrize("kind", ["gmm", "gmr"])
def test_what_follows_what_is_refused_where_time_does_not_count(kind: str) -> None:
    with pytest.raises(SettingsError, match=rf"model {kind}: no setting 'follows'; .* remove it"):
        catalog.read("models", {"kind": kind, "follows": {"a": {"b": 3.0}}}, "model")


def test_after_a_gesture_what_cannot_follow_is_not_believed() -> None:
    data = vocabulary()
    frames = [row for label in ("a", "b") for row in data.of(label)[0].values[: 40 if label == "b" else 60]]
    beliefs = []
    for follows in ({}, {"a": {"b": 0.0}}):
        follower = Hhmm(follows=follows).fit(data).start()
        for row in frames[:70]:
            estimate = follower.step(Frame(0.0, row))
        beliefs.append(float(estimate.posterior[1]))
    assert beliefs[1] < beliefs[0]


def test_four_hundred_channels_are_learned_quickly_and_rank_right() -> None:
    data = vocabulary(400)
    model = Hhmm().fit(data)
    assert "diagonal" in model.messages[0]
    for label in "abc":
        follower = model.start()
        for row in data.of(label)[1].values:
            estimate = follower.step(Frame(0.0, row + np.random.default_rng(9).normal(scale=0.05, size=400)))
        assert model.labels[int(estimate.posterior.argmax())] == label
        assert np.isfinite(estimate.log_likelihoods).all()


def test_choices_and_exits_of_single_gestures() -> None:
    data = vocabulary()
    for plain, own in (
        (Hhmm(), {"covariance": "diagonal"}),
        (Hhmm(covariance="diagonal"), {"covariance": "full"}),
        (Hhmm(), {"transitions": "ergodic"}),
        (Hhmm(transitions="ergodic"), {"transitions": "left-right"}),
        (Hhmm(), {"exits": 0.3}),
        (Hmm(), {"exits": 0.03}),
        (Gmm(), {"covariance": "diagonal"}),
    ):
        learner = replace(plain, overrides={"b": own})
        assert catalog.read("models", catalog.write(learner), "here") == learner
        model = learner.fit(data, plain.fit(data))
        assert (
            store.pack(model) == store.pack(learner.fit(data)) == store.pack(store.unpack(store.pack(model)))
        )
        alone = replace(plain, **own).fit(data)  # what is set for all, b is fitted by
        for name in ("means", "transitions", "exits"):
            assert np.array_equal(getattr(model.gestures[1], name), getattr(alone.gestures[1], name)), (
                own,
                name,
            )
        # with one ergodic gesture all of a model are summed in another order
        np.testing.assert_allclose(
            model.gestures[1].edges, alone.gestures[1].edges, rtol=1e-14, err_msg=str(own)
        )
        follower = model.start()
        for row in data.of("b")[0].values[:45]:  # the end may lie behind it, where it comes early
            estimate = follower.step(Frame(0.0, row))
        assert int(estimate.posterior.argmax()) == 1 and np.isfinite(estimate.log_likelihoods).all()
    assert Hhmm(exits=0.3).fit(data).gestures[0].exits[-2:].tolist() == [0.0, 0.3]


def test_each_gesture_has_its_own_estimator_of_regression() -> None:
    rng = np.random.default_rng(0)
    data = TrainingSet(tuple(
        replace(d, outputs=(Channel("y"),), targets=np.cumsum(rng.normal(size=(len(d), 1)), axis=0))
        for d in vocabulary().demonstrations
    ))  # fmt: skip
    values = data.of("a")[1].values

    def given(learner: Hhmr) -> list[float]:
        step = learner.fit(data).start().step
        return [float(step(Frame(0.0, row)).outputs[0]) for row in values]

    plain, likeliest = (
        Hhmr(regression_estimator=n, multiclass_estimator="likeliest") for n in ("full", "likeliest")
    )
    own = replace(plain, overrides={"a": {"regression_estimator": "likeliest"}})
    other = replace(plain, overrides={"b": {"regression_estimator": "likeliest"}})
    assert given(plain)[20:] != given(likeliest)[20:]
    assert given(own)[20:] == given(likeliest)[20:]
    assert given(other)[20:] == given(plain)[20:]
