"""A sensor that was turned for a while is one finding, of all gestures that were shown meanwhile."""

from dataclasses import replace

import numpy as np
import pytest

from gesturemap.commands import Enable
from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Spec
from gesturemap.models.exemplar import Exemplar
from gesturemap.models.few_shot import FewShot
from gesturemap.teaching.critique import agreement, checks
from gesturemap.teaching.critique.doctor.causes import causes
from gesturemap.teaching.critique.doctor.patient import Patient
from gesturemap.teaching.critique.likeness import likeness
from gesturemap.teaching.leave_one_out import opened
from gesturemap.teaching.play import learn

RATE = 50.0
SPEC = Spec.of("acc_x g", "acc_y g", "acc_z g", rate=RATE)
SHAPES = {"a": (3.0, 5.0, 8.0), "b": (7.0, 2.0, 4.0), "c": (1.0, 9.0, 2.0), "d": (6.0, 6.0, 1.0)}
EACH = 8


@pytest.fixture
def four():
    rng = np.random.default_rng(5)
    at = np.arange(80) / 79.0
    made = []
    for number in range(EACH):
        for label, shape in SHAPES.items():
            moved = np.stack([np.sin(2.0 * w * at + k) for k, w in enumerate(shape)], 1)
            values = 0.6 * rng.uniform(0.95, 1.05) * moved + [0.0, 0.2, 1.0] + 0.03 * rng.normal(size=(80, 3))
            made.append(Demonstration(f"{label}{number}", label, SPEC, np.arange(80) / RATE, values))
    return made


def about_x(degrees):
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]])


def turned(some, numbers, labels, degrees=70.0):
    matrix = about_x(degrees)
    return [
        replace(one, values=np.ascontiguousarray(one.values @ matrix.T))
        if one.label in labels and int(one.id[1:]) in numbers
        else one
        for one in some
    ]


def found(some):
    it = opened(FewShot(convolutions="off"), some, RATE)
    return list(checks.findings(some, it, learn(it, some)[0]))


@pytest.mark.parametrize("numbers", [(5, 6, 7), (2, 3, 4)], ids=["the last", "in the middle"])
def test_a_sensor_that_was_turned_for_a_while_is_one_finding_with_all_it_concerns(four, numbers):
    (one,) = found(turned(four, numbers, "abc"))
    assert one.kind == "turned"
    assert one.gesture == ""
    assert one.channel == "acc"
    assert set(one.demonstrations) == {f"{label}{n}" for label in "abc" for n in numbers}
    assert one.figures["degrees"] == pytest.approx(70.0, abs=8.0)
    assert one.command == Enable(list(one.demonstrations), False)


def test_one_gesture_alone_is_shown_in_two_ways(four):
    assert [(one.kind, one.gesture) for one in found(turned(four, (5, 6, 7), "a"))] == [("disagree", "a")]


def test_gestures_that_are_turned_otherwise_each_are_each_shown_in_two_ways(four):
    some = turned(turned(four, (5, 6, 7), "a", 70.0), (5, 6, 7), "b", -70.0)
    assert [(one.kind, one.gesture) for one in found(some)] == [("disagree", "a"), ("disagree", "b")]


def test_repetitions_that_are_turned_now_and_then_are_no_stretch_of_recording(four):
    some = turned(four, (1, 4, 7), "ab")
    assert [(one.kind, one.gesture) for one in found(some)] == [("disagree", "a"), ("disagree", "b")]


def test_the_doctor_tells_of_the_sensor_once_and_first(four):
    some = turned(four, (5, 6, 7), "abcd")
    told = list(causes(Patient(some, opened(Exemplar(), some, RATE), usual=Exemplar())))
    assert (told[0].stage, told[0].finding.kind) == ("sensor", "turned")
    assert len(told[0].finding.demonstrations) == 12
    assert not {"disagree", "inconsistent", "label"} & {one.finding.kind for one in told}


def dead_z(some, numbers):
    return [
        replace(one, values=np.c_[one.values[:, :2], np.full(len(one), 0.3)])
        if int(one.id[1:]) in numbers
        else one
        for one in some
    ]


@pytest.mark.parametrize("numbers", [(5, 6, 7), (0, 1, 2, 3)], ids=["the last", "the first half"])
def test_where_an_axis_died_that_is_all_that_is_told_and_no_turn(four, numbers):
    some = dead_z(four, numbers)
    (one,) = found(some)
    assert (one.kind, one.channel) == ("dead", "acc_z")
    assert set(one.demonstrations) == {f"{label}{n}" for label in SHAPES for n in numbers}
    told = list(causes(Patient(some, opened(Exemplar(), some, RATE), usual=Exemplar())))
    assert [one.finding.kind for one in told] == ["dead"]


def test_a_turn_among_what_is_alive_is_still_told(four):
    some = turned(dead_z(four, (0, 1)), (5, 6, 7), "abc")
    kinds = {one.kind: set(one.demonstrations) for one in found(some)}
    assert kinds.keys() == {"dead", "turned"}
    assert kinds["turned"] == {f"{label}{n}" for label in "abc" for n in (5, 6, 7)}


def test_gestures_that_differ_where_a_channel_died_are_not_alike(four):
    rng = np.random.default_rng(6)
    plain = [one.values[:, :2] for one in four if one.label == "a"]
    twins = [
        replace(one, values=np.c_[plain[int(one.id[1:])] + 0.02 * rng.normal(size=(80, 2)), one.values[:, 2]])
        if one.label == "b"
        else one
        for one in four
    ]
    some = dead_z(twins, (4, 5, 6, 7))
    it = opened(FewShot(convolutions="off"), some, RATE)
    heard = likeness(it, learn(it, some)[0])
    assert [pair[:2] for pair in agreement.alike(heard)] == [("a", "b")]
    alive = heard.without({one.id for one in some if int(one.id[1:]) >= 4})
    assert not agreement.alike(alive)
    assert [one.kind for one in found(some)] == ["dead"]


def test_likeness_without_some_is_that_of_the_others_alone(four):
    it = opened(FewShot(convolutions="off"), four, RATE)
    heard = likeness(it, learn(it, four)[0])
    gone = {one.id for one in four if one.label == "c"} | {"a0", "b3"}
    rest = heard.without(gone)
    assert rest.labels == ("a", "b", "d")
    assert rest.ids == tuple(one for one in heard.ids if one not in gone)
    for n, one in enumerate(rest.ids):
        row = heard.each[heard.ids.index(one)]
        for k, label in enumerate(rest.labels):
            others = [heard.ids.index(o) for o in rest.ids if o[0] == label and o != one]
            assert rest.scores[n, k] == pytest.approx(np.mean(sorted(row[others])[-3:]))
    assert heard.without(()) is heard
    assert heard.without(heard.ids).labels == ()
