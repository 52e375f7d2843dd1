"""Questions about recordings, asked of a project as anybody asks: what is offered does what it says."""

import json
from dataclasses import replace

import numpy as np
import pytest

from gesturemap import codec
from gesturemap.commands import Configure, Enable, Extract, Threshold
from gesturemap.control.asking import opened
from gesturemap.control.edits import EDITS
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import CommandError
from gesturemap.frames import Spec
from gesturemap.project.project import assemble
from gesturemap.teaching.answers.questions import QUESTIONS, answered, findings_in
from gesturemap.teaching.answers.taught import Taught

SPEC = Spec.of("acc_x g", "acc_y g", "acc_z g", rate=50.0)
TABLES = {
    "project": {"name": "p"}, "input": {"kind": "osc", "port": 0}, "model": {"kind": "few_shot"},
    "mapping": [{"kind": "events"}],
}  # fmt: skip
FLIP = np.array([-1.0, 1.0, 1.0])


def shape(label, rng):
    time = np.arange(80) / 50.0
    at = (time / time[-1]) ** rng.uniform(0.9, 1.1)
    speeds = {"a": (3.0, 5.0, 8.0), "b": (7.0, 2.0, 4.0), "c": (1.0, 9.0, 2.0)}[label]
    return np.stack([np.sin(w * at * 2 + k) for k, w in enumerate(speeds)], 1) * rng.uniform(0.9, 1.1) * 0.6


def shown(identity, label, values):
    return Demonstration(identity, label, SPEC, np.arange(len(values)) / 50.0, np.ascontiguousarray(values))


def project(labels="ab", day="20260101", number=4, flip=1.0, seed=0):
    rng = np.random.default_rng(seed)
    gravity = [0.0, 0.2, 1.0]
    made = [
        shown(f"{day}-12000{n}-{label}", label, (shape(label, rng) + gravity) * flip)
        for label in labels
        for n in range(number)
    ]
    return replace(assemble(TABLES | {"gestures": list(labels)}, "", "test"), demonstrations=tuple(made))


def with_more(known, more):
    gestures = dict.fromkeys([*known.gestures, *(one.label for one in more)])
    return replace(known, gestures=tuple(gestures), demonstrations=(*known.demonstrations, *more))


def ask(known, word, *arguments):
    return answered(Taught("p", opened(known), known), word, arguments)


def commands(table):
    found = [one["command"] for one in findings_in(table)]
    return [codec.decode(json.dumps(one).encode()) for one in found if one]


def jam():
    """Half a minute at rest, in which a movement comes four times that is no gesture."""
    rng = np.random.default_rng(5)
    values = 0.01 * rng.normal(size=(1500, 3)) + [0.0, 0.2, 1.0]
    for begin in (150, 500, 850, 1200):
        values[begin : begin + 80] += shape("c", rng) * np.hanning(80)[:, None]
    return shown("20260102-090000-jam", "everyday", values)


def test_today_is_the_newest_day_and_what_puts_it_right_can_be_done():
    known = project()
    today = project(day="20260102", number=3, flip=FLIP, seed=1).demonstrations
    table = ask(with_more(known, today), "soundcheck")
    assert sorted(table["today"]) == sorted(one.id for one in today)
    made = commands(table)
    assert {type(one) for one in made} == {Configure, Enable}
    right, leave = (next(one for one in made if isinstance(one, kind)) for kind in (Configure, Enable))
    assert leave == Enable(table["today"], False)
    both = with_more(known, today)
    for command in (right, leave):
        both = EDITS[type(command)](both, command)[1]
    assert len(both.corrections) == len(right.table)
    assert {one.id for one in both.shown} == {one.id for one in known.shown}
    named = ask(with_more(known, today), "soundcheck", *(one.id for one in today[:2]))
    assert named["today"] == [one.id for one in today[:2]]


def test_layer_tonight_is_today_whenever_it_was_recorded():
    known = project()
    tonight = [replace(one, layer="tonight") for one in project(number=2, flip=FLIP, seed=2).demonstrations]
    tonight = [replace(one, id=f"{one.id}-t") for one in tonight]
    assert sorted(ask(with_more(known, tonight), "soundcheck")["today"]) == sorted(one.id for one in tonight)


def test_without_another_day_two_gestures_are_asked_for():
    table = ask(project("abc"), "soundcheck")
    assert table["today"] == []
    assert len(table["wanted"]) == 2
    assert set(table["wanted"]) < set("abc")
    assert table["findings"][0]["gesture"] == table["wanted"][0]


def test_what_comes_again_becomes_a_gesture_and_the_recording_is_left_out():
    known = with_more(project(), [jam()])
    table = ask(known, "discover")
    assert table["of"] == jam().id
    command = commands(table)[0]
    assert isinstance(command, Extract)
    assert command.to == "movement 1"
    starts = [round(at * 50) for at in command.at[::2]]
    assert len(starts) == 4
    assert all(min(abs(start - at) for at in (150, 500, 850, 1200)) < 40 for start in starts)
    label, after = EDITS[Extract](known, command)
    assert label == "make 4 demonstrations of movement 1 from one everyday"
    made = [one for one in after.demonstrations if one.label == "movement 1"]
    assert [round(one.seconds, 1) for one in made] == [
        round(b - a, 1) for a, b in zip(command.at[::2], command.at[1::2], strict=True)
    ]
    assert all(
        one.learned.seconds < one.seconds - 0.4 for one in made
    )  # without its idle ends, as any recording
    assert jam().id not in {one.id for one in after.shown}
    assert len(after.demonstrations) == len(known.demonstrations) + 4


def test_of_a_trimmed_recording_moments_are_those_of_the_whole():
    known = with_more(project(), [replace(jam(), start=5.0)])
    command = commands(ask(known, "discover", jam().id))[0]
    assert min(command.at) >= 5.0
    spans = zip(command.at[::2], command.at[1::2], strict=True)
    assert all(any(a < place + 0.8 < b for place in (10.0, 17.0, 24.0)) for a, b in spans)


def test_a_recording_that_is_too_short_is_refused():
    with pytest.raises(CommandError, match="at least 10 s"):
        ask(project(), "discover")
    with pytest.raises(CommandError, match="nobody"):
        ask(project(), "discover", "nobody")


def test_strokes_paint_the_whole_and_gestures_are_made_of_it():
    known = with_more(project(), [jam()])
    table = ask(known, "paint", jam().id, "3-4.6=wave", "10-11.6=wave", "6-8=", "13-16=")
    labels = [one["label"] for one in table["segments"]]
    assert labels.count("wave") == 4
    (command,) = commands(table)
    _, after = EDITS[Extract](known, command)
    assert sum(one.label == "wave" for one in after.shown) >= 2
    with pytest.raises(CommandError, match="BEGIN-END=GESTURE"):
        ask(known, "paint", jam().id, "nonsense")


def test_a_recording_that_nothing_is_learned_of_yet_can_be_painted():
    known = with_more(project(""), [replace(jam(), enabled=False)])
    it = Taught("p", opened(known, empty=True), known)
    assert answered(it, "paint", [jam().id])["segments"] == []  # it is ready for the first stroke
    table = answered(it, "paint", [jam().id, "3-4.6=wave", "6-8="])
    assert {one["label"] for one in table["segments"]} == {"wave", ""}
    assert QUESTIONS["paint"].empty and QUESTIONS["discover"].empty


def test_what_is_put_aside_is_not_offered_to_be_recorded():
    known = with_more(project(), [replace(jam(), enabled=False)])
    known = replace(known, gestures=(*known.gestures, "wave"))
    table = ask(known, "next")
    assert table["offer"]["gesture"] == "wave"  # that has none at all
    assert "everyday" not in {one["gesture"] for one in table["others"]}


def test_parts_of_several_gestures_are_made_in_one_step_and_what_is_short_keeps_all_its_frames():
    known = with_more(project(), [jam()])
    table = ask(known, "paint", jam().id, "3-4.6=wave", "10-11.6=a", "17-17.02=turn", "6-8=", "13-16=")
    every = commands(table)
    assert {one.to for one in every} == {"wave", "a", "turn"}
    parts = sorted((*pair, one.to) for one in every for pair in zip(one.at[::2], one.at[1::2], strict=True))
    at = [edge for begin, end, _ in parts for edge in (begin, end)]
    label, after = EDITS[Extract](known, Extract(jam().id, "", at, [to for *_, to in parts]))
    made = after.demonstrations[len(known.demonstrations) :]
    assert [(one.label, round(one.seconds, 6)) for one in made] == [
        (to, round(e - b, 6)) for b, e, to in parts
    ]
    assert label.startswith(f"make {len(parts)} demonstrations of ")
    assert label.endswith(" from one everyday")
    assert set(after.gestures) == {*known.gestures, "wave", "turn"}
    with pytest.raises(CommandError, match="1 gesture for 2 parts"):
        EDITS[Extract](known, Extract(jam().id, "", [1.0, 2.0, 3.0, 4.0], ["a"]))


def test_what_never_costs_is_asked_before_it_is_accepted():
    rng = np.random.default_rng(3)
    gravity, longer = [0.0, 0.2, 1.0], []
    for n in range(4):  # it begins as the first does, and goes on as the second
        begun = shape("a", rng)
        values = np.concatenate([begun, begun[-1] + shape("b", rng)]) + gravity
        longer.append(shown(f"20260101-13000{n}-d", "d", values))
    known = with_more(project(), longer)
    table = ask(known, "never", "a", "d")
    assert table["shown"] == [4, 4]
    assert table["now"]["false"] == 4
    assert all(0.5 < one["fit"] <= 1.0 for one in table["prices"])
    (offered,) = commands(table)
    (then,) = [one for one in table["prices"] if one["fit"] == offered.value]
    assert offered == Threshold(then["fit"], "a")
    assert then["false"] < 4
    assert then["missed"] < 3
    with pytest.raises(CommandError, match="two of"):
        ask(known, "never", "a", "nobody")


@pytest.mark.parametrize("at", [[], [1.0], [1.0, 0.5], [0.0, 0.01], [1.0, float("nan")], [90.0, 95.0]])
def test_parts_that_are_none_are_refused(at):
    known = with_more(project(), [jam()])
    with pytest.raises(CommandError, match="beginnings and ends in turn"):
        EDITS[Extract](known, Extract(jam().id, "c", at))


def test_a_part_that_goes_on_beyond_the_recording_is_refused_but_for_the_last_frame():
    one, known = jam(), with_more(project(), [jam()])
    frame = one.seconds / (len(one) - 1)
    with pytest.raises(CommandError, match=f"seconds within {one.seconds:.3g} s"):
        EDITS[Extract](known, Extract(one.id, "c", [1.0, 2.0, 3.0, one.seconds + 1.5 * frame]))
    _, after = EDITS[Extract](known, Extract(one.id, "c", [1.0, 2.0, 3.0, one.seconds + 0.9 * frame]))
    assert [len(each) for each in after.demonstrations[-2:]] == [
        len(one.part(*one.between(1.0, 2.0))),
        len(one.part(*one.between(3.0, one.seconds))),
    ]
