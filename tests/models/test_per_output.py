"""Outputs with a learner each: which examples they learn from, and when."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from recorded_rounds import CLASS, DATA, NUMBER, OTHER, PROBES, Table, answers, rounds, settings, some
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsClassifier

from gesturemap.demonstrations import TrainingSet
from gesturemap.errors import DataError, SettingsError
from gesturemap.models import store
from gesturemap.models.mlp import Mlp
from gesturemap.models.model import Cancelled, asked, fewest, gaps
from gesturemap.models.per_output import PerOutput
from gesturemap.models.wekinator_dtw import WekinatorDtw


def test_numbers_and_classes_are_learned_side_by_side_as_scikit_learn_does() -> None:
    x, y = some()
    model = settings(NUMBER, OTHER, CLASS).fit(DATA)
    assert model.messages == () and model.trained.tolist() == [True, True, True]
    assert [str(channel) for channel in model.outputs] == [
        "pitch", "level", "chord", "chord/0", "chord/1", "chord/2", "chord/3", "chord/4",
    ]  # fmt: skip
    found = answers(model, PROBES)
    plain = LinearRegression().fit(x, y[:, 0]).predict(PROBES)
    np.testing.assert_allclose(found[:, 0], plain, rtol=1e-9)
    few = LinearRegression().fit(x[:, [2, 0]], y[:, 1]).predict(PROBES[:, [2, 0]])
    np.testing.assert_allclose(found[:, 1], few, rtol=1e-9)
    scaled = (x - x.mean(0)) / x.std(0)
    nearest = KNeighborsClassifier(1).fit(scaled, y[:, 2]).predict((PROBES - x.mean(0)) / x.std(0))
    np.testing.assert_array_equal(found[:, 2], nearest)
    np.testing.assert_array_equal(found[:, 3:].argmax(1), nearest)
    assert (found[:, [3, 6]] == 0.0).all()  # of classes that nobody recorded
    np.testing.assert_allclose(found[:, 3:].sum(1), 1.0)


def test_what_it_sees_decides_what_changes_it() -> None:
    model = settings(NUMBER, OTHER).fit(DATA)
    moved = PROBES + np.array([0.0, 100.0, 0.0])
    assert (answers(model, PROBES)[:, 0] != answers(model, moved)[:, 0]).all()
    np.testing.assert_array_equal(answers(model, PROBES)[:, 1], answers(model, moved)[:, 1])


def test_without_tables_every_output_is_a_number_by_a_network() -> None:
    model = PerOutput().fit(rounds((some()[0], some()[1][:, :2]), names=("pitch", "level")))
    assert [table.name for table in model.tables] == ["pitch", "level"]
    assert [part.learner.kind for part in model.parts if part] == ["mlp", "mlp"]
    assert np.corrcoef(answers(model, PROBES)[:, 0], some(40, 1)[1][:, 0])[0, 1] > 0.99


@pytest.mark.parametrize(
    ("table", "wanted"),
    [
        ({}, [-7.9, -0.9, 0.4, 1.0, 12.8]),
        ({"hard": True}, [-2.0, -0.9, 0.4, 1.0, 3.0]),
        ({"type": "integer"}, [-7.0, 0.0, 0.0, 1.0, 12.0]),
        ({"type": "integer", "hard": True}, [-2.0, 0.0, 0.0, 1.0, 3.0]),
        ({"type": "integer", "hard": True, "low": 0.5, "high": 1.5}, [0.0, 0.0, 0.0, 1.0, 1.0]),
    ],
)
def test_hard_limits_clamp_and_whole_numbers_are_cut_off_towards_zero(
    table: Table, wanted: list[float]
) -> None:
    x = np.linspace(-9.0, 14.0, 24)[:, None] * [1.0, 0.0, 0.0]
    output = {"name": "pitch", "low": -2.0, "high": 3.0, "learner": {"kind": "linear"}} | table
    model = settings(output).fit(rounds((x, x[:, :1]), names=("pitch",)))
    frames = np.array([-7.9, -0.9, 0.4, 1.0 + 1e-9, 12.8])[:, None] * [1.0, 0.0, 0.0]
    np.testing.assert_allclose(answers(model, frames)[:, 0], wanted, atol=1e-6)


def test_an_output_is_learned_only_from_where_it_was_recorded() -> None:
    (x, y), (x2, y2) = some(30), some(30, 5)
    y2 = y2 * 100.0
    y[:, 1], y2[:, [0, 2]] = np.nan, np.nan
    both = settings(NUMBER, OTHER, CLASS).fit(rounds((x, y), (x2, y2)))
    alone = settings(NUMBER).fit(rounds((x, y[:, :1]), names=("pitch",)))
    np.testing.assert_array_equal(answers(both, PROBES)[:, 0], answers(alone, PROBES)[:, 0])
    np.testing.assert_allclose(answers(both, PROBES)[:, 1], 100.0 * some(40, 1)[1][:, 1], rtol=1e-6)
    assert both.trained.all() and set(answers(both, PROBES)[:, 2]) == {1.0, 2.0, 4.0}


def test_gaps_are_for_those_who_ask_for_them() -> None:
    (x, y) = some(5)
    y[2, 1] = np.nan
    recorded = rounds((x, y)).demonstrations[0]
    assert recorded.gaps and recorded.check(gaps=True) is recorded
    with pytest.raises(DataError, match=r"output level, frame 2: nan"):
        recorded.check()
    with pytest.raises(DataError, match=r"output level, frame 2: nan"):
        TrainingSet((recorded,))
    y[3, 0] = np.inf
    with pytest.raises(DataError, match=r"output pitch, frame 3: inf"):
        rounds((x, y))
    x[1, 1] = np.nan
    with pytest.raises(DataError, match=r"channel b, frame 1: nan"):
        rounds((x, y))


def test_a_learner_says_what_it_takes_and_when_it_is_fitted() -> None:
    assert gaps(PerOutput()) and asked(PerOutput()) and fewest(PerOutput()) == fewest(WekinatorDtw()) == 1
    assert not gaps(Mlp()) and not asked(WekinatorDtw()) and fewest(Mlp()) == 2


def test_only_what_changed_is_fitted_again() -> None:
    learner = settings(NUMBER, OTHER, CLASS)
    model = learner.fit(DATA)
    same = learner.fit(rounds(some()), previous=model)
    assert all(new is old for new, old in zip(same.parts, model.parts, strict=True))
    x, y = some()
    y[3, 1] += 1.0
    moved = learner.fit(rounds((x, y)), previous=model)
    assert [new is old for new, old in zip(moved.parts, model.parts, strict=True)] == [True, False, True]
    played = settings(NUMBER | {"hard": True, "high": 4.0}, OTHER | {"learner": {}}, CLASS).fit(DATA, model)
    assert [new is old for new, old in zip(played.parts, model.parts, strict=True)] == [True, False, True]
    turned = settings(CLASS, NUMBER).fit(DATA, model)  # outputs are known by their names
    assert turned.parts[0] is model.parts[2] and turned.parts[1] is model.parts[0]


def test_what_is_not_to_be_trained_stays_as_it_is() -> None:
    model = settings(NUMBER, OTHER).fit(DATA)
    x, y = some(50, 9)
    again = settings(NUMBER | {"trains": False}, OTHER).fit(rounds((x, -y)), previous=model)
    assert again.parts[0] is model.parts[0] and again.parts[1] is not model.parts[1]
    never = settings(NUMBER | {"trains": False}).fit(DATA)
    assert not never.trained.any() and "output 'pitch': it is not to be trained" in never.messages[0]


def test_an_output_that_cannot_be_learned_is_as_it_was_and_that_is_said() -> None:
    learner = settings(NUMBER, OTHER, CLASS)
    model = learner.fit(DATA)
    x, y = some(50, 9)
    y[:, 1] = np.nan
    again = learner.fit(rounds((x, y)), previous=model)
    assert again.parts[1] is model.parts[1] and again.trained.all()
    assert again.messages == (
        "output 'level': no examples: record some with it switched on; it stays as it was",
    )
    fresh = learner.fit(rounds((x, y)))
    assert fresh.trained.tolist() == [True, False, True]
    assert fresh.messages[0].endswith("; it keeps its value")
    answered = settings(OTHER | {"inputs": ["a", "gone"]}).fit(DATA, previous=model)
    assert "it sees gone, and there are a, b, c" in answered.messages[0] and answered.trained.all()
    number = settings(CLASS | {"type": "real"} | {"learner": {"kind": "linear"}, "trains": False})
    assert not number.fit(DATA, previous=model).trained.any()  # a number is never played by classes
    fewer = settings(CLASS | {"classes": 2, "trains": False}).fit(DATA, previous=model)
    assert not fewer.trained.any()  # it might answer class 4


def test_nothing_to_learn_from_gives_a_model_that_keeps_its_values() -> None:
    x, y = some(4)
    model = settings(NUMBER | {"low": 0.25}, CLASS, {"name": "new"}).fit(rounds((x, y * np.nan)))
    assert not model.trained.any() and len(model.messages) == 3
    np.testing.assert_array_equal(answers(model, PROBES[:2]), [[0.25, 1.0, 0.0, *[0.0] * 5]] * 2)
    with pytest.raises(DataError, match="no outputs"):
        PerOutput().fit(TrainingSet((replace(DATA.demonstrations[0], outputs=(), targets=np.zeros((0, 0))),)))


def test_one_class_alone_is_always_answered_and_that_is_said() -> None:
    x, y = some(20)
    y[:, 2] = 3.0
    model = settings(CLASS, NUMBER).fit(rounds((x, y)))
    assert model.trained.all() and "class 3 alone was recorded" in model.messages[0]
    assert (answers(model, PROBES)[:, 0] == 3.0).all()
    assert answers(model, PROBES)[0, 2:].tolist() == [0.0, 0.0, 0.0, 1.0, 0.0]
    back = store.unpack(store.pack(model))
    np.testing.assert_array_equal(answers(back, PROBES), answers(model, PROBES))  # type: ignore[arg-type]


def test_class_0_is_a_class_and_what_is_none_is_left_out() -> None:
    x, y = some(30)
    y[:, 2] -= 1.0  # 0, 1 and 3
    y[:3, 2] = [5.0, -1.0, 1.5]
    model = settings(CLASS).fit(rounds((x, y)))
    assert "3 examples are none of the classes 0 to 4 and are left out" in model.messages[0]
    assert set(answers(model, PROBES)[:, 0]) == {0.0, 1.0, 3.0}


def test_a_fit_is_stopped_wherever_it_is() -> None:
    learner = settings(NUMBER, {"name": "level", "learner": {"kind": "mlp"}}, CLASS)
    told: list[tuple[str, float]] = []
    learner.fit(DATA, report=lambda name, part: (told.append((name, part)), True)[1])
    assert {name for name, _ in told} == {"pitch", "level", "chord"}
    assert [part for _, part in told] == sorted(part for _, part in told)
    for stop in range(len(told)):
        left = iter([True] * stop)
        with pytest.raises(Cancelled):
            learner.fit(DATA, report=lambda name, part, left=left: next(left, False))  # type: ignore[misc]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"name": ""}, "an output has a name"),
        ({"name": "two words"}, "an output has a name without spaces"),
        ({"name": "x", "low": 2.0}, "low is not above high"),
        (
            {"name": "x", "type": "real", "learner": {"kind": "tree"}},
            "numbers are learned by mlp, linear or knn",
        ),
        ({"name": "x", "learner": {"kind": "hhmm"}}, "a model of single frames"),
        ({"name": "x", "learner": {"kind": "past"}}, "a model of single frames"),
        ({"name": "x", "learner": {"kind": "per_output"}}, "a model of single frames"),
        ({"name": "x", "learner": {"kind": "mpl"}}, "did you mean 'mlp'"),
        ({"name": "x", "learner": {"neighbours": 3}}, "no 'kind'"),
        ({"name": "x", "learner": {"kind": "knn", "window": 5}}, "each frame is answered by itself"),
        ({"name": "x", "type": "vector"}, "one of real, integer, class"),
        ({"name": "x", "clases": 3}, "did you mean 'classes'"),
        ({"name": "pitch"}, "each output has a name of its own"),
        ({"name": "pitch/0"}, "each output has a name of its own"),
    ],
)
def test_a_table_that_is_not_right_is_named(table: Table, said: str) -> None:
    with pytest.raises(SettingsError, match=r"^model, each\[1\].*") as caught:
        settings({"name": "pitch", "type": "class"}, table)
    assert said in str(caught.value)
