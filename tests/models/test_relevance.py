"""What should not matter: exact for all gestures, exact for one where densities can, by counterexamples elsewhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gesturemap import catalog
from gesturemap.commands import Irrelevant
from gesturemap.control import edits, naming
from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.errors import CommandError, DataError, GesturemapError
from gesturemap.frames import Channel, Spec
from gesturemap.models import gaussian, store
from gesturemap.models.model import without
from gesturemap.models.relevance import (
    Heeding,
    HeedingAtOnce,
    PartialModel,
    Relevance,
    counterexamples,
    narrowed,
)
from gesturemap.project.document import Document
from gesturemap.project.fingerprint import fingerprint
from gesturemap.project.read import read_project, settings_of
from gesturemap.project.save import save_project

SPEC = Spec.of("x", "y", "tilt", rate=50.0)
TILTED = Relevance(ignored=("tilt",))


def take(label: str, seed: int, frames: int = 40) -> Demonstration:
    rng, which = np.random.default_rng([ord(label), seed]), "abc".index(label)
    share = np.linspace(0.0, 1.0, frames + 2 * seed)
    values = np.stack([np.sin((which + 2) * 3.0 * share), np.cos((3 - which) * 4.0 * share), share], 1)
    values[:, 2] = which * 2.0
    values += rng.normal(scale=0.1, size=values.shape)
    pitch = values[:, :1] * 100.0 + 200.0
    time = np.arange(len(values)) / 50.0
    return Demonstration(f"{label}{seed}", label, SPEC, time, values, (Channel("pitch", "Hz"),), pitch)


SET = TrainingSet(tuple(take(label, seed) for label in "abc" for seed in range(3)))
PLAYED = [take(label, 7) for label in "abc"]


def learner(kind: str, **settings):
    return catalog.read("models", {"kind": kind, **settings}, "test")


def played(model, demonstration=PLAYED[1]):
    step = model.start().step
    return [step(frame) for frame in demonstration.frames()]


@pytest.mark.parametrize("kind", ["gmm", "gmr", "hhmm", "hhmr", "hmm", "knn", "dtw", "few_shot", "mlp"])
def test_what_matters_for_no_gesture_leaves_exactly_a_model_of_the_others(kind):
    model = TILTED.around(learner(kind)).fit(SET)
    rest = learner(kind).fit(TrainingSet(tuple(narrowed(one, (0, 1)) for one in SET.demonstrations)))
    assert (model.spec, model.labels, model.kind) == (SPEC, rest.labels, kind)
    wild = replace(PLAYED[1], values=PLAYED[1].values * [1.0, 1.0, np.nan])
    for heard, want in zip(played(model, wild), played(rest, narrowed(PLAYED[1], (0, 1))), strict=True):
        for name in ("log_likelihoods", "posterior", "progress", "fit", "outputs"):
            assert np.abs(getattr(heard, name) - getattr(want, name)).max(initial=0.0) <= 1e-9
        assert heard.winner == want.winner
        assert len(heard.features) == 3


@pytest.mark.parametrize("kind", ["gmm", "hhmm", "auto", "knn"])
def test_such_a_model_is_kept_to_the_bit(kind):
    model = TILTED.around(learner(kind)).fit(SET)
    again = store.unpack(store.pack(model))
    assert isinstance(again, PartialModel)
    assert store.pack(again) == store.pack(model)
    for one, other in zip(played(model), played(again), strict=True):
        assert one.posterior.tobytes() == other.posterior.tobytes()


def test_a_packed_model_that_hears_other_channels_than_it_knows_is_refused():
    model = TILTED.around(learner("gmm")).fit(SET)
    for heard in ((0, 2), (1, 0), (0, 1, 2), (0, 7)):
        with pytest.raises(DataError):
            store.unpack(store.pack(replace(model, heard=heard)))


@pytest.mark.parametrize("covariance", ["full", "diagonal"])
@pytest.mark.parametrize("kind", ["gmm", "hhmm", "gmr", "hmm"])
def test_one_gestures_densities_are_the_marginal_beside_the_background(kind, covariance):
    marks = Relevance(gestures={"b": ("tilt",)})
    model = marks.around(learner(kind, covariance=covariance)).fit(SET)
    plain = learner(kind, covariance=covariance).fit(SET)
    frames = (np.concatenate([one.values for one in SET.demonstrations]) - model.scaling.centre[:3]) * (
        model.scaling.inverse[:3]
    )
    for own, before in zip(model.gestures, plain.gestures, strict=True):
        if own.label != "b":
            assert own.means.tobytes() == before.means.tobytes()
            assert own.covariances.tobytes() == before.covariances.tobytes()
            continue
        full = own.covariances.ndim == 3
        seen = own.covariances[:, :3, :3] if full else own.covariances[:, :3]
        rest = own.covariances[:, :2, :2] if full else own.covariances[:, :2]
        whole = gaussian.log_density(frames, own.means[:, :3], np.ascontiguousarray(seen))
        marginal = gaussian.log_density(
            np.ascontiguousarray(frames[:, :2]), own.means[:, :2], np.ascontiguousarray(rest)
        )
        middle, variance = frames[:, 2].mean(), frames[:, 2].var()
        background = -0.5 * (np.log(2.0 * np.pi * variance) + (frames[:, 2] - middle) ** 2 / variance)
        assert np.abs(whole - marginal - background[:, None]).max() <= 1e-9


@pytest.mark.parametrize("kind", ["gmm", "hhmm", "auto", "few_shot"])
def test_a_gesture_is_known_wherever_its_irrelevant_channel_stands(kind):
    """Shown at one tilt only, played at one that is nobody's."""
    marks = Relevance(gestures={"b": ("tilt",)})
    model, plain = marks.around(learner(kind)).fit(SET), learner(kind).fit(SET)
    moved = replace(PLAYED[1], values=PLAYED[1].values + np.array([0.0, 0.0, 1.0]))
    of_b = [one.posterior[1] for one in played(model, moved)]
    assert of_b[-1] > 0.5
    assert np.mean(of_b) > np.mean([one.posterior[1] for one in played(plain, moved)])
    assert [played(model, one)[-1].posterior.argmax() for one in PLAYED] == [0, 1, 2]


def test_refitting_takes_over_what_did_not_change_and_never_the_marks_of_before():
    marked = Relevance(gestures={"b": ("tilt",)}).around(learner("hhmm"))
    first = marked.fit(SET)
    more = TrainingSet((*SET.demonstrations, take("c", 5)))
    assert store.pack(marked.fit(more, first)) == store.pack(marked.fit(more))
    assert store.pack(learner("hhmm").fit(SET, first)) == store.pack(learner("hhmm").fit(SET))
    unheard = TILTED.around(learner("hhmm"))
    assert store.pack(unheard.fit(more, unheard.fit(SET))) == store.pack(unheard.fit(more))
    assert store.pack(unheard.fit(more, first)) == store.pack(unheard.fit(more))


def test_counterexamples_change_only_what_is_marked_and_are_drawn_by_the_demonstration():
    made = counterexamples(SET.demonstrations, {"b": ("tilt",)}, 3)
    assert [one.id for one in made[:4]] == ["b0~1", "b0~2", "b0~3", "b1~1"]
    assert len(made) == 9
    tilts = []
    for one in made:
        origin = next(d for d in SET.demonstrations if d.id == one.id.partition("~")[0])
        assert np.array_equal(one.values[:, :2], origin.values[:, :2])
        assert np.array_equal(one.targets, origin.targets)
        tilts.append(round(one.values[:, 2].mean() / 2.0))
    assert all({*tilts[at : at + 2], 7} == {0, 2, 7} and tilts[at + 2] == 1 for at in (0, 3, 6))
    again = counterexamples(SET.demonstrations, {"b": ("tilt",)}, 5)
    assert [one.values.tobytes() for one in again[:3]] == [one.values.tobytes() for one in made[:3]]
    assert counterexamples(SET.of("b"), {"b": ("tilt",)}, 3) == ()


def test_what_is_marked_and_not_there_is_told_and_nothing_left_is_refused():
    model = Relevance(("tild",), {"a": ("z",)}).around(learner("gmm")).fit(SET)
    assert "did you mean 'tilt'?" in model.messages[0]
    assert any("no channel is called 'z'" in message for message in model.messages)
    assert store.unpack(store.pack(model)).messages == model.messages
    with pytest.raises(DataError, match="a model hears at least one channel"):
        Relevance(("x", "y", "tilt")).around(learner("gmm")).fit(SET)


def test_a_learner_with_a_quick_model_keeps_it():
    assert isinstance(TILTED.around(learner("auto")), HeedingAtOnce)
    assert not isinstance(TILTED.around(learner("gmm")), HeedingAtOnce)
    assert isinstance(TILTED.around(learner("gmm")), Heeding)
    assert Relevance().around(learner("gmm")) == learner("gmm")
    quick = TILTED.around(learner("few_shot")).first(TrainingSet(tuple(narrowed(one, (0, 1, 2)) for one in SET.demonstrations)))  # noqa: E501  # fmt: skip
    assert quick.spec == SPEC
    assert np.isfinite(played(quick)[-1].posterior).all()


@pytest.mark.parametrize("kind", ["gmm", "hhmm"])
def test_the_marginal_of_a_model_says_nothing_of_a_channel(kind):
    made = without(learner(kind).fit(SET), [2])
    calm = replace(PLAYED[0], values=PLAYED[0].values * [1.0, 1.0, 0.0])
    far = replace(calm, values=calm.values + np.array([0.0, 0.0, 5.0]))
    for one, other in zip(played(made, calm), played(made, far), strict=True):
        assert np.abs(one.posterior - other.posterior).max() <= 1e-9
        assert np.abs(np.diff(one.log_likelihoods) - np.diff(other.log_likelihoods)).max() <= 1e-9


TABLES = {
    "project": {"name": "p"}, "input": {"kind": "osc", "port": 0, "arguments": ["x", "y", "tilt"]},
    "model": {"kind": "gmm"}, "mapping": [{"kind": "events"}], "gestures": ["a", "b", "c"],
    "relevance": {"ignored": ["tilt"], "gestures": {"b": ["x", "y"]}, "counterexamples": 3},
}  # fmt: skip


@pytest.fixture
def project():
    return replace(settings_of(TABLES, "test", ""), demonstrations=SET.demonstrations)


def test_marks_are_saved_and_read_to_the_bit(project, tmp_path):
    save_project(project, tmp_path / "p")
    again, warnings = read_project(tmp_path / "p")
    assert (warnings, again.relevance) == ([], project.relevance)
    assert again.tables()["relevance"] == TABLES["relevance"]
    assert fingerprint(again) == fingerprint(project)
    assert fingerprint(replace(project, relevance=Relevance())) != fingerprint(project)


def test_marking_is_an_edit_that_can_be_undone(project):
    document = Document(replace(project, relevance=Relevance()))
    for command in (Irrelevant("tilt"), Irrelevant("x", "b"), Irrelevant("tilt", "b")):
        document.edit(*edits.EDITS[type(command)](document.project, command))
    assert document.project.relevance == Relevance(("tilt",), {"b": ("x", "tilt")})
    label, changed = edits.irrelevant(document.project, Irrelevant("x", "b", False))
    assert (label, changed.relevance.gestures) == ("let x matter for b", {"b": ("tilt",)})
    assert document.undo() == "let tilt not matter for b"
    assert document.project.relevance == Relevance(("tilt",), {"b": ("x",)})
    for wrong in (Irrelevant("z"), Irrelevant("x", "nobody")):
        with pytest.raises(CommandError):
            edits.irrelevant(project, wrong)


def test_names_of_gestures_in_it_follow(project):
    renamed = naming.rename(project.tables(), "b", "wave")
    assert renamed["relevance"]["gestures"] == {"wave": ["x", "y"]}
    assert naming.forget(project.tables(), "b")["relevance"]["gestures"] == {}
    plain = replace(project, relevance=TILTED).tables()
    assert "relevance" not in naming.rename(plain, "a", "z")


def test_a_mark_that_is_no_list_is_one_line():
    with pytest.raises(GesturemapError, match="a list of texts is wanted"):
        settings_of({**TABLES, "relevance": {"ignored": "tilt"}}, "test", "")
