"""Wrong names: told as such with the right one, before what comes of them, and not where two gestures are one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from making_patients import PATHS, shown, swapped, told

from gesturemap.commands import Relabel
from gesturemap.mapping.events import Events
from gesturemap.teaching.hearing import rules_of


@pytest.fixture
def four():
    rng = np.random.default_rng(1)
    return [shown(label, number, rng) for label in PATHS for number in range(5)]


def test_one_recording_under_two_names_alone_is_told(four):
    some = [replace(four[0], id=f"{label}{n}", label=label) for label in "ab" for n in range(3)]
    assert told(some, rules=rules_of([Events()]))[0].finding.kind == "copy"


def test_wrong_names_are_named_first_and_nothing_that_comes_of_them(four):
    wrong = swapped(four, ("loop-0", "eight-0"), ("back-1", "wave-1"))
    found = told(wrong, rules=rules_of([Events()]))
    assert {one.finding.kind for one in found} <= {"label", "odd"}
    assert {each for one in found for each in one.finding.demonstrations} == {
        "loop-0", "eight-0", "back-1", "wave-1",
    }  # fmt: skip
    assert found[0].stage == "examples" and found[0].finding.figures["gain"] > 0.0


@pytest.mark.parametrize("each", [3, 4])
def test_of_few_demonstrations_too_wrong_names_are_told_and_no_gestures_that_are_one(four, each):
    some = [one for one in four if int(one.id[-1]) < each and one.label != "wave"]
    found = told(swapped(some, ("loop-0", "eight-1")), rules=rules_of([Events()]))
    names = [one.finding for one in found if one.finding.kind == "label"]
    assert found[0].finding is names[0] and "alike" not in {one.finding.kind for one in found}
    assert {one.demonstrations[0]: one.command.to for one in names} == {"loop-0": "loop", "eight-1": "eight"}
    assert all("with all of these names put right" in one.remedy for one in names)


def test_one_wrong_name_among_three_is_told_and_nothing_that_comes_of_it(four):
    some = [one for one in four if int(one.id[-1]) < 3]
    wrong = [replace(one, label="eight") if one.id == "loop-0" else one for one in some]
    found = told(wrong, rules=rules_of([Events()]))
    assert [one.finding.command for one in found] == [Relabel(["loop-0"], "loop")]


def test_one_recording_under_two_names_is_told_and_is_no_other_recording(four):
    twice = replace(four[0], id="again", label="eight")
    found = told([*four, twice])
    assert [(one.stage, one.finding.kind, one.finding.demonstrations) for one in found] == [
        ("examples", "copy", ("loop-0", "again"))
    ]
    values = four[0].values.copy()
    values[20:30, 0] = values[:, 0].max()
    alone = replace(four[0], values=values)
    assert told([alone, *four[1:]]) == told([alone, *four[1:], replace(alone, id="again")])


def test_what_keeps_one_movement_apart_under_two_names_does_not_hide_that_it_is_one(four):
    rng = np.random.default_rng(5)
    ring = [replace(shown("loop", n, rng), label="ring", id=f"ring-{n}") for n in range(5)]
    for fits in ({}, {"loop": 0.98}):
        found = told([*four, *ring], rules=rules_of([Events(fits=fits)]))
        assert [one.finding.kind for one in found] == ["alike"]
        assert {"loop", "ring"} == {found[0].finding.gesture, found[0].finding.command.label}


def test_a_wrong_name_is_told_also_where_its_gesture_and_another_are_one_and_a_third_is_sloppy(four):
    rng = np.random.default_rng(3)
    twins = [replace(one, id=f"ring-{n}", label="ring") for n, one in enumerate(four[:5])]
    twins = [replace(one, values=one.values + 0.02 * rng.normal(size=one.values.shape)) for one in twins]
    some = [*four, *twins]
    wave = next(one for one in some if one.label == "wave")
    some = [replace(one, label="loop") if one is wave else one for one in some]
    found = told(some)
    kinds = [cause.finding.kind for cause in found]
    assert kinds[0] == "label" and found[0].finding.demonstrations == (wave.id,)
    assert "alike" in kinds
