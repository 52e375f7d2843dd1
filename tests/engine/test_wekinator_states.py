"""Wekinator's states alone: which words may be said when, and what they ask for."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from gesturemap.commands import Record, Run, StopRecording
from gesturemap.engine.wekinator import ACTS, Target, Wekinator
from gesturemap.errors import CommandError
from gesturemap.inner import Doing, Word

OUTPUTS = (
    Target("a"),
    Target("b", "integer", 1.0, 9.0, hard=True),
    Target("c", "class", classes=3),
)


def state(*, trained: bool = False, gestures: bool = False) -> Wekinator:
    made = Wekinator(() if gestures else OUTPUTS, ("one", "two") if gestures else (), 4)
    made.trained = trained
    return made


def say(it: Wekinator, word: str, *arguments: object) -> list[object]:
    """What comes of a word; those for control by their names."""
    orders = it.hear(Word(word, list(arguments)))
    return [order.word if isinstance(order, Word) else order for order in orders]


def refused(it: Wekinator, word: str, *arguments: object) -> str:
    """Why a word is not obeyed; nothing has changed then."""
    before = (
        it.running,
        it.training,
        it.recording,
        it.current.tolist(),
        it.records.tolist(),
        it.runs.tolist(),
    )
    with pytest.raises(CommandError) as caught:
        it.hear(Word(word, list(arguments)))
    after = (
        it.running,
        it.training,
        it.recording,
        it.current.tolist(),
        it.records.tolist(),
        it.runs.tolist(),
    )
    assert before == after
    assert caught.value.next_step
    return caught.value.value


def test_every_word_of_wekinator_is_known() -> None:
    assert list(ACTS) == [
        "startRecording", "stopRecording", "startDtwRecording", "stopDtwRecording", "train", "cancelTrain",
        "startRunning", "stopRunning", "deleteAllExamples", "deleteExamplesForOutput", "outputs",
        "enableModelRecording", "disableModelRecording", "enableModelRunning", "disableModelRunning",
        "setInputNames", "setOutputNames", "selectInputsForOutput", "loadModelFromFile", "saveModelToFile",
        "runNewProject", "enablePerformanceMode", "disablePerformanceMode",
    ]  # fmt: skip


def test_outputs_begin_at_their_least_and_classes_at_1() -> None:
    assert state().current.tolist() == [0.0, 1.0, 1.0]


def test_recording_running_and_back() -> None:
    it = state(trained=True)
    assert say(it, "startRunning", 1.0) == [Run(True)]
    assert say(it, "startRunning") == []
    assert say(it, "startRecording", "x") == [Run(False), Record("examples")]
    assert say(it, "startRecording") == [StopRecording(), Record("examples")]
    assert say(it, "startRunning") == [StopRecording(), Run(True)]
    assert say(it, "stopRecording") == []
    assert say(it, "stopRunning") == [Run(False)]
    assert say(it, "stopRunning") == []


def test_training_is_asked_for_once_and_running_goes_on() -> None:
    it = state(trained=True)
    say(it, "startRunning")
    assert say(it, "train") == ["train"]
    assert it.running
    assert "already" in refused(it, "train")
    assert say(it, "cancelTrain", 1) == ["cancelTrain"]
    assert say(it, "stopRunning") == [Run(False)]
    assert "training" in refused(it, "startRunning")
    it.training = False
    assert "not training" in refused(it, "cancelTrain")


def test_what_concerns_examples_hands_over_those_recorded_so_far() -> None:
    it = state()
    say(it, "startRecording")
    for word, arguments in (
        ("train", ()),
        ("deleteAllExamples", ()),
        ("deleteExamplesForOutput", (1,)),
        ("selectInputsForOutput", (1, 2)),
        ("saveModelToFile", (1, "a")),
        ("loadModelFromFile", (1, "a", "WITHDATA")),
    ):
        assert say(it, word, *arguments) == [StopRecording(), Record("examples"), word]
    assert say(it, "runNewProject", "a", "CLOSECURRENT") == [StopRecording(), "runNewProject"]


def test_running_waits_for_a_model_where_it_was_asked_for_by_a_command() -> None:
    it = state()
    assert it.run() == ()
    assert it.ready(trained=False) == ()
    assert it.ready(trained=True) == (Run(True),)
    assert "no output is trained" in refused(state(), "startRunning")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ((0.5, 3.0, 2.0), [0.5, 3.0, 2.0]),
        ((-7.0, 0.5, 4.0), [-7.0, 1.0, 1.0]),
        ((2.0, 9.5, 2.5), [2.0, 1.0, 1.0]),
        ((math.nan, math.inf, math.nan), [0.0, 1.0, 1.0]),
        (("text", 2, 0), [0.0, 2.0, 0.0]),
        ((None, 9, 3), [0.0, 9.0, 3.0]),
        ((True, 9.0, -1.0), [0.0, 9.0, 1.0]),
        ((1e300, 5.0, 1e300), [0.0, 5.0, 1.0]),
    ],
)
def test_an_output_that_may_not_have_a_value_keeps_its_old_one(given: tuple, kept: list[float]) -> None:
    it = state()
    assert say(it, "outputs", *given) == []
    assert it.current.tolist() == kept


def test_limits_are_compared_as_they_are_after_four_bytes() -> None:
    assert Target("a", low=0.1, high=0.3, hard=True).takes(float(np.float32(0.1)))
    assert Target("a", low=0.1, high=0.3, hard=True).takes(float(np.float32(0.3)))


def test_switches_of_recording_and_running() -> None:
    it = state()
    say(it, "disableModelRecording", 1, 3.0)
    assert it.target is not None
    assert np.array_equal(it.target, [np.nan, 1.0, np.nan], equal_nan=True)
    say(it, "disableModelRecording", 2)
    assert it.target is None
    say(it, "enableModelRecording", 1, 2, 3)
    say(it, "disableModelRunning", 2)
    assert it.runs.tolist() == [True, False, True]
    for bad in (
        (),
        (4,),
        (0,),
        (1.5,),
        (-1,),
        ("1",),
        (None,),
        (True,),
        (1, 9),
        (math.nan,),
        (math.inf,),
        (2**70,),
    ):
        refused(it, "disableModelRunning", *bad)


@pytest.mark.parametrize(
    ("word", "arguments"),
    [
        ("deleteExamplesForOutput", ()),
        ("deleteExamplesForOutput", (1.0,)),
        ("deleteExamplesForOutput", (4,)),
        ("selectInputsForOutput", (1,)),
        ("selectInputsForOutput", (1, 5)),
        ("selectInputsForOutput", (1, 2, 0)),
        ("loadModelFromFile", (1,)),
        ("loadModelFromFile", (1.0, "a")),
        ("loadModelFromFile", (1, "a", "MAYBE")),
        ("saveModelToFile", (9, "a")),
        ("saveModelToFile", (1, 2)),
        ("runNewProject", ()),
        ("runNewProject", (1,)),
        ("runNewProject", ("a", "MAYBE")),
        ("outputs", (1.0,)),
        ("startDtwRecording", (1,)),
        ("stopDtwRecording", ()),
        ("setInputNames", ("a", "b", "c", "d")),
        ("setOutputNames", ("a", "b", "c")),
        ("noSuchWord", ()),
        ("", ()),
    ],
)
def test_words_that_are_refused(word: str, arguments: tuple) -> None:
    refused(state(trained=True), word, *arguments)


def test_gestures_are_recorded_by_their_number() -> None:
    it = state(gestures=True)
    assert "no gesture" in refused(it, "startRunning")
    assert say(it, "startDtwRecording", 2, "more") == [Record("two")]
    assert "'two' is being recorded" in refused(it, "startDtwRecording", 1)
    assert say(it, "stopRecording") == []  # of outputs
    assert say(it, "stopDtwRecording", 1.0) == [StopRecording()]
    assert say(it, "stopDtwRecording") == []
    assert say(it, "startRunning") == [Run(True)]  # one example is enough, nothing is trained
    assert say(it, "startDtwRecording", 1) == [Run(False), Record("one")]
    for bad in ((), (1.0,), (0,), (3,), ("one",), (True,)):
        it.recording = ""
        refused(it, "startDtwRecording", *bad)
    for word in ("startRecording", "train", "outputs", "enableModelRunning", "selectInputsForOutput"):
        refused(it, word, 1)
    assert say(it, "deleteAllExamples") == ["deleteAllExamples"]
    say(it, "stopRunning")
    assert "no gesture" in refused(it, "startRunning")


def test_another_state_goes_on_as_far_as_it_has_the_same_outputs() -> None:
    before = state(trained=True)
    say(before, "outputs", 0.5, 7.0, 3.0)
    say(before, "disableModelRunning", 1)
    say(before, "startRunning")
    after = Wekinator((OUTPUTS[2], Target("a", high=0.4, hard=True), Target("new")), (), 4)
    after.adopt(before)
    assert after.running
    assert after.current.tolist() == [3.0, 0.0, 0.0]
    assert after.runs.tolist() == [True, False, True]
    say(before, "startRecording")
    same = state()
    same.adopt(before)
    assert same.recording == "examples"
    after.adopt(before)
    assert after.recording == ""


def test_what_was_told_of_a_state_that_is_gone_is_gone_on_with_but_half_a_gesture_is_none() -> None:
    before = state(trained=True)
    say(before, "outputs", 0.5, 7.0, 3.0)
    say(before, "disableModelRunning", 1)
    say(before, "disableModelRecording", 2)
    say(before, "startRecording")
    after = state()
    after.go_on(replace(before.doing, training=True))
    assert (after.recording, after.running, after.waits, after.training) == ("examples", False, False, True)
    assert after.current.tolist() == [0.5, 7.0, 3.0]
    assert (after.runs.tolist(), after.records.tolist()) == ([False, True, True], [True, False, True])
    before.training = False
    say(before, "startRunning")
    after = state()
    after.go_on(before.doing)
    assert (after.recording, after.waits) == ("", True)
    assert after.ready(trained=True) == (Run(True),)
    moving = state(gestures=True)
    say(moving, "startDtwRecording", 1)
    after = state(gestures=True)
    after.go_on(moving.doing)
    assert after.recording == ""
    other = state()
    other.go_on(Doing("examples", True, values=[0.1]))
    assert (other.current.tolist(), other.recording, other.waits) == ([0.0, 1.0, 1.0], "", True)
