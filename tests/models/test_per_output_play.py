"""What outputs with a learner each answer, and how they are kept."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from recorded_rounds import CLASS, DATA, NUMBER, OTHER, PROBES, SPEC, Table, answers, rounds, settings, some

from gesturemap.demonstrations import TrainingSet
from gesturemap.errors import DataError
from gesturemap.frames import NONE, Frame
from gesturemap.models import store
from gesturemap.models.per_output import PerOutput


def test_whoever_owns_the_values_sees_them_and_says_which_may_change() -> None:
    y = some()[1]
    y[:, 1] = np.nan
    follower = settings(NUMBER, OTHER, CLASS | {"low": 3.0}).fit(rounds((some()[0], y))).start()
    first = follower.step(Frame(0.0, PROBES[0])).outputs
    np.testing.assert_array_equal(first[:3], follower.current)
    assert first[1] == 0.0  # not learned: the value to begin with
    current, enabled = np.array([5.0, 6.0, 4.0]), np.array([False, True, True])
    follower.hold(current, enabled)
    second = follower.step(Frame(0.0, PROBES[0])).outputs
    np.testing.assert_array_equal(second, [5.0, 6.0, first[2], *first[3:]])
    assert follower.current is current and current.tolist() == second[:3].tolist()
    current[1], enabled[0], enabled[2] = 9.0, True, False
    current[2] = 3.0
    third = follower.step(Frame(0.0, PROBES[0])).outputs
    np.testing.assert_array_equal(third, [first[0], 9.0, 3.0, *first[3:]])
    for wrong in (np.zeros(2), np.zeros(3, np.float32), np.zeros(6)[::2]):
        with pytest.raises(ValueError, match="is wanted"):
            follower.hold(wrong, enabled)


def test_a_class_that_may_not_change_has_probabilities_all_the_same() -> None:
    """As in Wekinator, which works them out whether the output runs or not."""
    model = settings(CLASS).fit(DATA)
    follower, free = model.start(), answers(model, PROBES)
    follower.hold(np.array([1.0]), np.array([False]))
    held = np.array([follower.step(Frame(0.1 * i, probe)).outputs for i, probe in enumerate(PROBES)])
    np.testing.assert_array_equal(held[:, 1:], free[:, 1:])
    assert len(set(map(tuple, held[:, 1:]))) > 1
    assert set(held[:, 0]) == {1.0} != set(free[:, 0])


def test_an_output_that_sees_a_value_which_is_no_number_stays_and_the_others_go_on() -> None:
    model = settings(NUMBER, OTHER, CLASS | {"inputs": ["a"]}).fit(DATA)
    follower = model.start()
    before = follower.step(Frame(0.0, PROBES[0])).outputs
    spoilt = PROBES[1].copy()
    spoilt[1] = np.nan
    after = follower.step(Frame(0.1, spoilt)).outputs
    whole = answers(model, PROBES[1:2])[0]
    np.testing.assert_array_equal(after, [before[0], *whole[1:]])
    np.testing.assert_array_equal(follower.step(Frame(0.2, np.full(3, np.inf))).outputs, after)
    np.testing.assert_array_equal(follower.step(Frame(0.3, PROBES[1])).outputs, whole)


def test_no_gesture_is_recognised() -> None:
    estimate = PerOutput().fit(DATA).start().step(Frame(0.0, PROBES[0]))
    assert estimate.winner == NONE and estimate.posterior.tolist() == [1.0]
    assert (estimate.deviations[:2] > 0.0).all()


EVERY: tuple[Table, ...] = (
    {"name": "mlp", "learner": {"kind": "mlp", "iterations": 30}},
    {
        "name": "deep",
        "learner": {"kind": "mlp", "iterations": 30, "layers": 3, "nodes": 4, "activation": "tanh"},
    },
    {"name": "knn", "learner": {"kind": "knn"}},
    {"name": "linear", "type": "integer", "learner": {"kind": "linear"}},
    {"name": "curved", "learner": {"kind": "linear", "degree": 3, "products": True}},
    *(
        {"name": f"c_{kind}", "type": "class", "learner": {"kind": kind}, "inputs": ["b", "a"]}
        for kind in ("knn", "svm", "tree", "naive_bayes", "linear", "stump")
    ),
    {"name": "c_mlp", "type": "class", "learner": {"kind": "mlp", "iterations": 30}},
    {"name": "c_boosting", "type": "class", "learner": {"kind": "boosting", "rounds": 4}},
    {
        "name": "c_m1",
        "type": "class",
        "learner": {"kind": "boosting", "method": "m1", "rounds": 9, "depth": 1},
    },
    {"name": "c_two", "type": "class", "learner": {"kind": "mlp", "iterations": 30}},
)


def everything() -> TrainingSet:
    x, y = some(80)
    columns = [y[:, 2 if table.get("type") == "class" else 0] for table in EVERY]
    columns[-1] = np.minimum(columns[-1], 2.0)
    return rounds((x, np.column_stack(columns)), names=[table["name"] for table in EVERY])


@pytest.mark.long
def test_every_learner_is_played_as_it_plays_by_itself_and_survives_a_file() -> None:
    model = settings(*EVERY).fit(everything())
    assert model.trained.all()
    found = answers(model, PROBES)
    to = len(EVERY)
    for index, (table, part) in enumerate(zip(model.tables, model.parts, strict=True)):
        assert part is not None
        seen = PROBES[:, [SPEC.names.index(name) for name in part.inputs]]
        width = len(part.inputs)
        scaled = (seen - part.scaling.centre[:width]) * part.scaling.inverse[:width]
        step = part.machine.start()
        alone = np.array([step(row).copy() for row in scaled])
        if table.type == "class":
            probabilities = found[:, to : to + table.classes + 1]
            to += table.classes + 1
            np.testing.assert_array_equal(probabilities[:, part.values.astype(int)], alone)
            np.testing.assert_array_equal(found[:, index], part.values[alone.argmax(1)])
        elif table.type == "real":
            plain = part.scaling.centre[-1] + part.scaling.scale[-1] * alone[:, 0]
            np.testing.assert_allclose(found[:, index], plain, rtol=1e-14, err_msg=table.name)
    data = store.pack(model)
    back: Any = store.unpack(data)
    assert store.pack(back) == data
    np.testing.assert_array_equal(answers(back, PROBES), found)
    again = model.learner.fit(everything(), previous=back)
    assert all(new is old for new, old in zip(again.parts, back.parts, strict=True))


def test_outputs_that_look_among_the_same_frames_search_once() -> None:
    tables = [
        {"name": "pitch", "learner": {"kind": "knn", "neighbours": 3}},
        {"name": "level", "learner": {"kind": "knn", "neighbours": 3}},
        {"name": "chord", "type": "class", "learner": {"kind": "knn", "neighbours": 3}},
    ]
    model = settings(*tables).fit(DATA)
    together = model.start()
    assert len(together._others) == 1
    alone = [model.one(index) for index in range(3)]
    assert all(len(one.start()._others) == 1 for one in alone)
    found = answers(model, PROBES)
    parts = [answers(one, PROBES) for one in alone]
    np.testing.assert_array_equal(found[:, :3], np.column_stack([part[:, 0] for part in parts]))
    np.testing.assert_array_equal(found[:, 3:], parts[2][:, 1:])
    mixed = settings(*tables[:2], CLASS).fit(DATA).start()
    assert len(mixed._others) == 2


def test_one_output_is_saved_and_loaded_by_itself() -> None:
    model = settings(NUMBER, OTHER, CLASS).fit(DATA)
    alone: Any = store.unpack(store.pack(model.one(1)))
    assert [table.name for table in alone.tables] == ["level"]
    x, y = some(50, 9)
    others = settings(NUMBER, OTHER, CLASS).fit(rounds((x, -y)))
    joined = others.with_one(1, alone)
    np.testing.assert_array_equal(answers(joined, PROBES)[:, 1], answers(model, PROBES)[:, 1])
    np.testing.assert_array_equal(answers(joined, PROBES)[:, 0], answers(others, PROBES)[:, 0])
    with pytest.raises(DataError, match=r"model of output 'chord'.* a number from c, a; .* type class"):
        others.with_one(2, alone)
    with pytest.raises(DataError, match="a model of 3 outputs"):
        others.with_one(0, model)


def test_playing_imports_no_library_that_fits() -> None:
    kept = store.pack(settings(*EVERY).fit(everything())).hex()
    code = (
        "import sys, numpy as np\nfrom gesturemap.models import store\nfrom gesturemap.frames import Frame\n"
        "model = store.unpack(bytes.fromhex(sys.stdin.read()))\nmodel.start().step(Frame(0.0, np.zeros(3)))\n"
        "print(sorted(set(sys.modules) & {'sklearn', 'scipy.optimize', 'threadpoolctl'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=kept, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
