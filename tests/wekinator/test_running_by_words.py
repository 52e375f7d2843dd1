"""Conformance: what is sent. Type tags are checked exactly, as the sketches check them."""

from __future__ import annotations

import pytest
from sketch import DONE, MIXED, f32, near, numbers, opened, project, teach

from gesturemap import commands as c
from gesturemap.wire import osc

THREE = [
    ((0.0, 0.0, 1.0), (0.0, 0.0)),
    ((0.5, 4.2, 2.0), (0.5, 0.0)),  # a whole number is cut: 4
    ((1.0, 8.4, 3.0), (1.0, 0.0)),
]


def test_nothing_is_sent_while_idle_or_recording_or_after_stop_running(play) -> None:
    playing = play(numbers(1))
    client = playing.client
    client.inputs(0.0, 0.0)
    client.word("startRunning")  # nothing is trained: refused
    client.inputs(0.0, 0.0)
    teach(playing, [((0.0,), (0.0, 0.0)), ((1.0,), (1.0, 0.0))])
    client.inputs(0.5, 0.0)
    client.word("startRunning")
    assert playing.answer(0.25, 0.0) == near([0.25])
    client.word("stopRunning", 1.0)
    client.inputs(0.5, 0.0)
    client.word("stopRunning")
    client.word("startRunning")
    client.word("startRunning")
    assert playing.answer(0.75, 0.0) == near([0.75])
    playing.until(
        lambda: any(reason.startswith("startRunning: no output is trained") for reason in playing.refused())
    )


def test_all_outputs_are_floats_then_the_probabilities_of_each_classifier_that_sends_them(play) -> None:
    another = {"name": "quiet", "type": "class", "classes": 2}
    playing = play([*MIXED, another, {**MIXED[2], "name": "outputs-5", "classes": 2}])
    client = playing.client
    teach(playing, [((*outputs, 1.0, 2.0), inputs) for outputs, inputs in THREE])
    client.word("startRunning")
    client.inputs(0.5, 0.0)
    first, second, third = playing.hear(3)
    assert (first[0], first[1]) == ("/wek/outputs", "fffff")
    assert first[2] == near((0.5, 4.0, 2.0, 1.0, 2.0))
    assert second == ("/outputs-3", "ffff", (0.0, 0.0, 1.0, 0.0))
    assert third == ("/outputs-5", "fff", (0.0, 0.0, 1.0))


def test_whole_numbers_are_cut_toward_zero_and_hard_limits_hold(play) -> None:
    soft = {"name": "soft", "type": "integer", "low": 0.0, "high": 9.0, "learner": {"kind": "linear"}}
    hard = {**soft, "name": "hard", "hard": True}
    real = {"name": "real", "hard": True, "learner": {"kind": "linear"}}
    playing = play([soft, hard, real])
    teach(playing, [((0.0, 0.0, 0.0), (0.0, 0.0)), ((8.0, 8.0, 1.0), (1.0, 0.0))])
    playing.client.word("startRunning")
    assert playing.answer(0.49, 0.0) == near([3.0, 3.0, f32(0.49)])
    assert playing.answer(-0.49, 0.0) == near([-3.0, 0.0, 0.0])
    assert playing.answer(2.01, 0.0) == near([16.0, 9.0, 1.0])


def test_what_is_not_trained_or_not_run_keeps_its_value_and_prediction_overwrites_what_was_set(play) -> None:
    playing = play(numbers(3))
    client = playing.client
    client.word("disableModelRecording", 3, tags="i")
    teach(playing, [((0.0, 0.0, 0.5), (0.0, 0.0)), ((1.0, 1.0, 0.5), (1.0, 0.0))])
    client.word("startRunning")
    assert playing.answer(0.25, 0.0) == near([0.25, 0.25, 0.5])
    client.word("disableModelRunning", 2, tags="i")
    assert playing.answer(0.75, 0.0) == near([0.75, 0.25, 0.5])
    client.outputs(0.0, 0.0, 0.125)
    assert playing.answer(0.5, 0.0) == near([0.5, 0.0, 0.125])
    client.word("enableModelRunning", 2, tags="i")
    assert playing.answer(0.25, 0.0) == near([0.25, 0.25, 0.125])
    client.word("stopRunning")
    client.outputs(0.9, 0.9, 0.9)
    client.word("startRunning")
    assert playing.answer(0.0, 0.0) == near([0.0, 0.0, f32(0.9)])


def test_each_input_is_answered_once_and_in_order(play) -> None:
    playing = play(numbers(1))
    teach(playing, [((0.0,), (0.0, 0.0)), ((1.0,), (1.0, 0.0))])
    client = playing.client
    client.word("startRunning")
    sent = [i / 1024 for i in range(500)]
    for value in sent:
        client.inputs(value, 0.0)
    heard = playing.hear(len(sent))
    assert [numbers[0] for _, _, numbers in heard] == near(sent)
    client.put(osc.bundle(1.0, *[osc.build("/wek/inputs", 0.5, 0.0, tags="ff")] * 3))
    assert [numbers[0] for _, _, numbers in playing.hear(3)] == near([0.5] * 3)


@pytest.mark.long
def test_nothing_fades_when_inputs_stay_away(play) -> None:
    playing = play(numbers(1))
    teach(playing, [((0.0,), (0.0, 0.0)), ((1.0,), (1.0, 0.0))])
    playing.client.word("startRunning")
    assert playing.answer(1.0, 0.0) == near([1.0])
    seen = len(playing.notices)
    playing.until(
        lambda: sum(type(n).__name__ == "Status" for n in playing.notices[seen:]) > 4
    )  # some seconds
    assert playing.client.heard() == []
    assert playing.answer(0.5, 0.0) == near([0.5])


def test_running_goes_on_with_the_old_models_while_training_and_done_comes_after_the_new_ones_play(
    play,
) -> None:
    playing = play([{"name": f"outputs-{n}"} for n in range(1, 6)])  # neural networks, which take their time
    client = playing.client
    teach(playing, [((0.0,) * 5, (0.0, 0.0)), ((1.0,) * 5, (1.0, 0.0))])
    client.word("startRecording")
    for i in range(200):
        client.outputs(*[1.0 - i / 200] * 5)
        client.inputs(i / 200, 0.5)
    client.word("startRunning")
    before = playing.answer(1.0, 0.5)
    client.word("train")
    client.word("train")  # ignored
    client.word("startRunning")  # ignored while training, it runs already
    heard, sent = [], 0
    while DONE not in heard:
        client.inputs(1.0, 0.5)
        sent += 1
        playing.control.turn(0.002)
        heard += client.heard()
    if missing := sent + 1 - len(heard):  # answers that are still on their way
        heard += playing.hear(missing)
    assert heard.count(DONE) == 1
    old = heard[: heard.index(DONE)]
    assert old
    assert list(old[0][2]) == before
    assert max(playing.answer(1.0, 0.5)) < 0.3


def test_a_cancelled_training_is_done_too_and_leaves_the_old_model(play) -> None:
    playing = play([{"name": f"outputs-{n}"} for n in range(1, 6)])
    client = playing.client
    client.word("cancelTrain")  # nothing to cancel
    teach(playing, [((0.0,) * 5, (0.0, 0.0)), ((1.0,) * 5, (1.0, 0.0))])
    client.word("startRunning")
    before = playing.answer(0.5, 0.0)
    client.word("startRecording")
    for i in range(3000):
        client.outputs(*[0.5] * 5)
        client.inputs(i / 3000, 0.5)
    client.word("stopRecording")
    client.word("train")
    client.word("cancelTrain")
    playing.trained()
    client.word("startRunning")
    assert playing.answer(0.5, 0.0) == before


def test_training_with_nothing_to_train_says_nothing(play) -> None:
    playing = play(numbers(1))
    playing.client.word("train")
    playing.until(lambda: "train: no example; record some first" in playing.refused())
    assert any("no example" in fault for fault in playing.faults())
    teach(playing, [((0.5,), (0.0, 0.0)), ((1.0,), (1.0, 0.0))])


def test_a_project_that_is_opened_says_its_outputs_and_that_it_is_trained_and_runs_if_asked_to(
    play, tmp_path
) -> None:
    playing = play(numbers(2))
    teach(playing, [((0.0, 0.0), (0.0, 0.0)), ((1.0, 0.5), (1.0, 0.0))])
    project(tmp_path / "other", playing.client.port, {"kind": "per_output", "each": numbers(1)})
    opened(playing.control, tmp_path / "other", playing.client)
    again = opened(playing.control, playing.folder, playing.client, running=True)
    first, second, third = again.hear(3)
    assert first == second == ("/wek/outputs", "ff", (0.0, 0.0))
    assert third == DONE
    assert again.answer(1.0, 0.0) == near([1.0, 0.5])


def test_a_project_that_is_saved_elsewhere_is_not_opened_and_nothing_jumps(play, tmp_path) -> None:
    playing = play(numbers(2))
    client = playing.client
    teach(playing, [((0.0, 0.5), (0.0, 0.0)), ((1.0, 0.5), (1.0, 0.0))])
    client.word("disableModelRunning", 2, tags="i")
    client.outputs(0.0, 0.77)
    client.word("startRunning")
    assert playing.answer(0.25, 0.0) == near([0.25, f32(0.77)])
    playing.control.obey(c.Save(str(tmp_path / "elsewhere")))
    client.word("selectInputsForOutput", 1, 1, tags="ii")
    playing.until(lambda: playing.control.project.learner.outputs[0].inputs)
    playing.until(lambda: type(playing.notices[-1]).__name__ == "Status")
    assert playing.answer(0.75, 0.0) == near([0.75, f32(0.77)])
