"""What is strange about recordings is found when it is planted, and not when it is not; each with what mends it."""

from dataclasses import replace

import numpy as np
import pytest

from gesturemap.commands import Enable, Merge, Relabel, Trim, TrimIdle
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import CommandError
from gesturemap.frames import Spec
from gesturemap.library import project_folder
from gesturemap.models.few_shot import FewShot
from gesturemap.models.hmm import Hmm
from gesturemap.models.relevance import Relevance
from gesturemap.project.read import read_project
from gesturemap.teaching.critique import agreement, checks, labels, ranking, takes
from gesturemap.teaching.critique.likeness import Likeness, likeness
from gesturemap.teaching.leave_one_out import opened
from gesturemap.teaching.play import learn, play

RATE = 50.0
SPEC = Spec.of("x m", "y m", "z m", rate=RATE)


def shown(identity, label, rng, phase=0.0, seconds=1.2):
    """A curve of its gesture's own, a little different each time."""
    time = np.arange(round(seconds * RATE)) / RATE
    number = sum(map(ord, label)) % 7 + 1
    along = np.linspace(0.0, 2.0 * np.pi, len(time)) + 0.1 * rng.normal()
    values = np.stack(
        [np.sin(along * 0.5 * number + phase), np.cos(along + number), np.sin(along + 2 * number)], 1
    )
    values = values * (1.0 + 0.05 * rng.normal()) + 0.03 * rng.normal(size=values.shape)
    return Demonstration(identity, label, SPEC, time, values)


@pytest.fixture
def four():
    rng = np.random.default_rng(3)
    return [shown(f"{label}{n}", label, rng) for label in "abcd" for n in range(6)]


def heard(some, learner=None) -> Likeness:
    it = opened(learner or FewShot(convolutions="off"), some, RATE)
    return likeness(it, learn(it, some)[0])


def kinds(some):
    it = opened(FewShot(convolutions="off"), some, RATE)
    return [(one.kind, one.gesture) for one in checks.findings(some, it, learn(it, some)[0])]


def changed(one, values, **more):
    return replace(one, values=values, **more)


def test_nothing_is_said_of_what_is_sound(four):
    assert kinds(four) == []


@pytest.mark.parametrize(
    "learner", [FewShot(convolutions="off"), Hmm(states=5)], ids=["chains", "left out in groups"]
)
def test_a_wrong_label_is_found_with_the_right_one(four, learner):
    four[2] = replace(four[2], label="c")
    found = list(labels.findings(heard(four, learner)))
    assert [(one.demonstrations, one.command) for one in found] == [(("a2",), Relabel(["a2"], "a"))]
    assert found[0].sure >= labels.TOLD


def test_suspicion_is_a_probability_and_none_where_nothing_can_be_compared(four):
    found = labels.suspicion(heard(four))
    assert ((found.wrong >= 0.0) & (found.wrong < 0.05)).all()
    alone = [four[0], four[6]]
    assert (labels.suspicion(heard(alone)).wrong == 0.0).all()


def test_a_chain_left_out_says_what_a_model_without_it_says(four):
    """What is skipped in the table is what a follower never had: the same gesture wins in the stream."""
    some = heard(four)
    for n in (0, 7, 23):
        rest = [one for one in four if one is not four[n]]
        it = opened(FewShot(convolutions="off"), rest, RATE)
        answer = play(it, learn(it, rest)[0], four[n]).answers[-1]
        assert some.labels[answer] == four[n].label == some.labels[int(some.scores[n].argmax())]


def test_a_gesture_shown_in_two_ways_is_told_with_both(four):
    for n in (1, 4):
        four[n] = replace(four[6 + n], id=four[n].id, label="a", values=-four[18 + n].values)
    found = [one for one in agreement.findings(heard(four)) if one.kind == "disagree"]
    assert [(set(one.demonstrations), one.command.to) for one in found] == [({"a1", "a4"}, "a 2")]


@pytest.mark.parametrize("each", [3, 4])
def test_two_names_that_were_exchanged_are_told_and_the_gestures_are_not_one(four, each):
    """Of three demonstrations two have the right name; the margins alone take both gestures for one."""
    some = [one for one in four if one.label in "abc" and int(one.id[1]) < each]
    wrong = {"a0": "b", "b1": "a"}
    some = [replace(one, label=wrong.get(one.id, one.label)) for one in some]
    it = opened(FewShot(convolutions="off"), some, RATE)
    found = list(checks.findings(some, it, learn(it, some)[0]))
    assert {one.kind for one in found} == {"label"}
    assert {one.demonstrations[0]: one.command.to for one in found} == {"a0": "a", "b1": "b"}


def test_two_gestures_that_are_one_are_told(four):
    rng = np.random.default_rng(9)
    four[6:12] = [replace(shown(f"b{n}", "a", rng), label="b") for n in range(6)]
    found = [one for one in agreement.findings(heard(four)) if one.kind == "alike"]
    assert [one.command for one in found] == [Merge("b", "a")]


def test_the_same_recording_twice_is_told(four):
    assert [one.demonstrations for one in agreement.copies([*four, replace(four[3], id="again")])] == [
        ("a3", "again")
    ]


def only(some):
    found = list(takes.findings(some))
    assert len(found) == 1
    return found[0]


def test_a_channel_that_died_is_named_with_its_demonstration(four):
    values = four[3].values.copy()
    values[:, 1] = 0.5
    four[3] = changed(four[3], values)
    found = only(four)
    assert (found.kind, found.channel, found.command) == ("dead", "y", Enable(["a3"], False))
    four = [changed(one, one.values * [1, 1, 0]) for one in four]
    assert ("dead", "z") in [(one.kind, one.channel) for one in takes.findings(four)]


def test_a_clipped_axis_is_found_across_demonstrations_and_rest_at_an_end_is_not(four):
    clipped = [changed(one, np.minimum(one.values, [0.6, 9.0, 9.0])) for one in four]
    found = only(clipped)
    assert (found.kind, found.channel, found.figures["level"]) == ("clipped", "x", 0.6)
    resting = []
    for one in four:
        values = one.values.copy()
        values[:20] = values[:20].max(0) + 3.0
        resting.append(changed(one, values))
    assert all(one.kind != "clipped" for one in takes.findings(resting))


def test_a_short_one_and_one_of_another_rate_are_found(four):
    four[5] = four[5].part(0, 15)
    found = only(four)
    assert (found.kind, found.demonstrations) == ("length", ("a5",))
    four[5] = replace(four[4].part(0, 60), id="a5")
    four[5] = replace(four[5], time=four[5].time[::2], values=four[5].values[::2])
    found = only(four)
    assert (found.kind, found.demonstrations, found.figures["usual"]) == (
        "rate",
        ("a5",),
        pytest.approx(RATE),
    )


def test_demonstrations_at_two_tempi_are_no_odd_lengths_and_one_beside_them_is(four):
    rng = np.random.default_rng(5)
    for n in range(2):
        four[n] = shown(f"a{n}", "a", rng, seconds=2.9 + 0.1 * n)
    assert [one for one in takes.findings(four) if one.kind == "length"] == []
    four[1] = shown("a1", "a", rng, seconds=7.0)
    found = [one for one in takes.findings(four) if one.kind == "length"]
    assert [one.demonstrations for one in found] == [("a0",), ("a1",)]


def test_the_circles_of_the_pointer_preset_come_in_two_tempi_and_none_is_odd():
    shown_there = read_project(project_folder("pointer"))[0].demonstrations
    assert [one.evidence for one in takes.findings(shown_there) if one.kind == "length"] == []


def test_a_gap_is_found_where_it_is(four):
    time = four[8].time.copy()
    time[30:] += 0.5
    four[8] = replace(four[8], time=time)
    assert ("gap", pytest.approx(0.58)) in [(one.kind, one.figures.get("at")) for one in takes.findings(four)]


def test_idle_ends_are_trimmed_from_the_beginning_as_it_was_recorded(four):
    rng = np.random.default_rng(1)
    one = four[9]
    rest = one.values[:1] + 1e-3 * rng.normal(size=(40, 3))
    values = np.concatenate([rest, one.values])
    long = Demonstration("b3", "b", SPEC, np.arange(len(values)) / RATE, values)
    four[9] = long
    found = [each for each in takes.findings(four) if each.kind == "idle"]
    assert [type(each.command) for each in found] == [Trim]
    assert found[0].command.start == pytest.approx(0.8, abs=0.3)
    four[9] = replace(long, start=0.2, end=long.seconds)
    trimmed = next(each for each in takes.findings(four) if each.kind == "idle")
    assert trimmed.command.start == pytest.approx(0.8, abs=0.3)


def test_a_switch_that_nobody_pressed_is_not_dead(four):
    def with_channel(name):
        spec = Spec.of("x", "y", name, rate=RATE)
        return [replace(one, spec=spec, values=one.values * [1.0, 1.0, 0.0]) for one in four]

    assert [each.channel for each in takes.findings(with_channel("z")) if each.kind == "dead"] == ["z"]
    assert [each for each in takes.findings(with_channel("pressed")) if each.kind == "dead"] == []


def test_of_a_gesture_most_of_whose_demonstrations_rest_one_line_trims_all(four):
    rng = np.random.default_rng(1)
    for i in range(6, 12):
        one = four[i]
        rest = one.values[:1] + 1e-3 * rng.normal(size=(40, 3))
        values = np.concatenate([rest, one.values])
        four[i] = replace(one, time=np.arange(len(values)) / RATE, values=values)
    (found,) = (each for each in takes.findings(four) if each.kind == "idle")
    assert found.command == TrimIdle([one.id for one in four[6:12]])


def test_the_worst_demonstration_is_the_last_and_borders_are_told(four):
    rng = np.random.default_rng(5)
    four[2] = changed(four[2], four[2].values + 0.6 * rng.normal(size=four[2].values.shape))
    rows = ranking.ranked(heard(four), "a")
    assert rows[-1].id == "a2"
    assert [one.score for one in rows] == sorted((one.score for one in rows), reverse=True)
    assert all(
        one.like.startswith("a") and one.like != one.id and one.rival_like[0] == one.rival for one in rows
    )
    assert rows[0].fit > rows[-1].fit
    four[3] = changed(four[3], 0.5 * (four[3].values + four[9].values))
    assert ("a", "a3") in [(label, one.id) for label, one in ranking.border(heard(four))]
    with pytest.raises(CommandError, match="name one of them"):
        ranking.ranked(heard(four), "nobody")


def test_one_that_is_like_nothing_is_to_be_left_out_not_renamed(four):
    four[2] = changed(four[2], 1.7 * four[9].values)
    found = list(labels.findings(heard(four)))
    assert [(one.kind, one.command) for one in found] == [("odd", Enable(["a2"], False))]


@pytest.mark.parametrize(
    "marks", [Relevance(("z",)), Relevance(gestures={"a": ("z",)})], ids=["all", "one gesture"]
)
def test_what_does_not_matter_is_not_compared(four, marks):
    """Neither a model of fewer channels nor one with counterexamples mixes demonstrations up."""
    rng = np.random.default_rng(2)
    if marks.ignored:
        four = [
            changed(one, np.column_stack([one.values[:, :2], 9.0 * rng.normal(size=len(one))]))
            for one in four
        ]
    four[2] = replace(four[2], label="c")
    it = opened(marks.around(FewShot(convolutions="off")), four, RATE)
    found = list(labels.findings(likeness(it, learn(it, four)[0])))
    assert [one.command for one in found] == [Relabel(["a2"], "a")]
