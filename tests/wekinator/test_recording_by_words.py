"""Conformance: what is recorded. Every message of inputs is an example, with the outputs that were set before it."""

from __future__ import annotations

import numpy as np
from sketch import DONE, MIXED, f32, near, numbers, teach

from gesturemap.project.read import read_project
from gesturemap.wire import osc


def recorded(playing) -> tuple[np.ndarray, np.ndarray]:
    """All examples: inputs and outputs."""
    every = playing.control.project.demonstrations
    return np.concatenate([d.values for d in every]), np.concatenate([d.targets for d in every])


def test_back_to_back_pairs_are_all_stored_each_with_the_outputs_before_it(play) -> None:
    """wekinator-node's trainOnData: nothing is waited for between two packets."""
    playing = play(numbers(2))
    pairs = [((i / 1000, -i / 1000), (i / 100, 1.0 - i / 100)) for i in range(1000)]
    teach(playing, pairs)
    inputs, outputs = recorded(playing)
    assert inputs.tolist() == [[f32(value) for value in given] for _, given in pairs]
    assert outputs.tolist() == [[f32(value) for value in wanted] for wanted, _ in pairs]
    on_disk, warnings = read_project(playing.folder)
    assert sum(map(len, on_disk.demonstrations)) == 1000
    assert warnings == []


def test_a_bundle_is_taken_apart_in_order_whatever_its_time(play) -> None:
    playing = play(numbers(1))
    client = playing.client
    parts = [osc.build("/wekinator/control/startRecording")]
    for i in range(5):
        parts.append(osc.build("/wekinator/control/outputs", i / 8, tags="f"))
        parts.append(osc.build("/wek/inputs", 1.0, 1.0, tags="ff"))
    parts += [osc.build("/wekinator/control/stopRecording"), osc.build("/wekinator/control/train")]
    client.put(osc.bundle(2e9, osc.bundle(None, *parts[:3]), *parts[3:]))
    playing.trained()
    assert recorded(playing)[1].ravel().tolist() == [0.0, 0.125, 0.25, 0.375, 0.5]


def test_start_recording_again_is_another_round_and_stop_recording_is_harmless(play) -> None:
    playing = play(numbers(1))
    client = playing.client
    for _ in range(3):
        client.word("stopRecording")
    client.inputs(9.0, 9.0)  # nobody records, nobody answers
    client.word("startRecording", 1.0)  # real clients send an argument
    client.inputs(0.0, 0.0)
    client.word("startRecording")
    client.inputs(1.0, 0.0)
    client.inputs(2.0, 0.0)
    client.word("stopRecording", 5, "x")
    client.word("stopRecording")
    client.word("startRecording")
    client.word("stopRecording")  # nothing came: no round
    client.word("train")
    playing.trained()
    rounds = [d.values[:, 0].tolist() for d in playing.control.project.demonstrations]
    assert rounds == [[0.0], [1.0, 2.0]]


def test_wrong_counts_and_numbers_that_are_none_are_no_examples_and_doubles_and_ints_are(play) -> None:
    playing = play(numbers(1))
    client = playing.client
    client.word("startRecording")
    client.inputs(1.0)
    client.inputs(1.0, 2.0, 3.0)
    client.inputs(float("nan"), 1.0)
    client.inputs(1.0, float("-inf"))
    client.put(osc.build("/wek/inputs"))
    client.inputs(3.0, 4.0)
    client.put(osc.build("/wek/inputs", 5, 6.5, tags="id"))
    client.put(osc.build("/wek/inputs/", 7, 8, tags="hi"))
    client.put(osc.build("/wek/inputs", "a text", 1.0, tags="sf"))  # Wekinator reads it as 0
    client.word("stopRecording/")
    client.word("train")
    playing.trained()
    assert recorded(playing)[0].tolist() == [[3.0, 4.0], [5.0, 6.5], [7.0, 8.0], [0.0, 1.0]]
    playing.until(lambda: "an input that is not finite" in playing.refused())
    assert {"1 inputs instead of 2", "3 inputs instead of 2", "0 inputs instead of 2"} <= set(
        playing.refused()
    )


def test_outputs_that_may_not_be_keep_their_old_value_and_the_others_change(play) -> None:
    playing = play(MIXED)
    client = playing.client
    client.word("startRecording")
    client.inputs(0.0, 0.0)  # as they begin: the least, and class 1
    client.outputs(0.5, 3.0, 2.0)
    client.inputs(1.0, 0.0)
    client.outputs(0.75, 9.5, 4.0)  # beyond the hard limit; no such class
    client.inputs(2.0, 0.0)
    client.outputs(-4.0, -1.0, -1.0)  # a soft limit is none
    client.inputs(3.0, 0.0)
    client.outputs(1.0, 4.0)  # too few: the whole message is ignored
    client.inputs(4.0, 0.0)
    client.outputs(0.0, 9.0, 0.0)  # class 0 is legal: none of them
    client.inputs(5.0, 0.0)
    client.outputs(float("nan"), 1.0, 1.5)
    client.inputs(6.0, 0.0)
    client.word("outputs", "no number", 2, 3.0, tags="sid")  # what is no number is 0
    client.inputs(7.0, 0.0)
    client.word("stopRecording")
    client.word("train")
    playing.trained()
    assert recorded(playing)[1].tolist() == [
        [0.0, 0.0, 1.0],
        [0.5, 3.0, 2.0],
        [0.75, 3.0, 2.0],
        [-4.0, 3.0, 2.0],
        [-4.0, 3.0, 2.0],
        [0.0, 9.0, 0.0],
        [0.0, 1.0, 0.0],
        [0.0, 2.0, 3.0],
    ]


def test_recording_is_switched_for_each_output_and_one_bad_number_spoils_a_message(play) -> None:
    playing = play(numbers(3))
    client = playing.client
    client.outputs(0.1, 0.2, 0.3)
    client.word("disableModelRecording", 1, 3, tags="ii")
    client.word("startRecording")
    client.inputs(0.0, 0.0)
    client.word("enableModelRecording", 1, 4, tags="ii")  # there is no fourth: nothing happens
    client.inputs(1.0, 0.0)
    client.word("enableModelRecording", 1.0, 3.0, tags="ff")
    client.word("disableModelRecording", 2, tags="i")
    client.word("enableModelRecording")
    client.word("enableModelRecording", 2.5)
    client.word("enableModelRecording", "two")
    client.word("enableModelRecording", 0)
    client.inputs(2.0, 0.0)
    client.word("disableModelRecording", 1, 3, tags="ii")
    client.inputs(3.0, 0.0)  # nothing of it is recorded: no example
    client.word("stopRecording")
    client.word("train")
    playing.trained()
    wanted = [[np.nan, f32(0.2), np.nan], [np.nan, f32(0.2), np.nan], [f32(0.1), np.nan, f32(0.3)]]
    assert np.array_equal(recorded(playing)[1], wanted, equal_nan=True)


def test_start_recording_stops_running_and_start_running_stops_recording(play) -> None:
    playing = play(numbers(1))
    client = playing.client
    teach(playing, [((0.0,), (0.0, 0.0)), ((1.0,), (1.0, 0.0))])
    client.word("startRunning", 1.0)
    assert playing.answer(1.0, 0.0) == near([1.0])
    client.word("startRecording")
    client.inputs(0.25, 0.0)  # recorded, not answered
    client.word("startRunning")
    assert playing.answer(0.5, 0.0) == near([0.5])
    playing.until(lambda: playing.examples() == 3)
    assert recorded(playing)[0][2].tolist() == [0.25, 0.0]


def test_a_take_goes_to_the_disk_before_what_is_asked_about_it(play) -> None:
    """train in the midst of a recording learns what was recorded so far, and the recording goes on."""
    playing = play(numbers(1))
    client = playing.client
    client.word("startRecording")
    for i in range(10):
        client.outputs(i / 10)
        client.inputs(i / 10, 0.0)
    client.word("train")
    client.inputs(0.9, 1.0)
    playing.trained()
    client.word("startRunning")
    assert playing.answer(0.3, 0.0)[0] == np.float32(0.3)
    playing.until(lambda: playing.examples() == 11)


def test_delete_all_examples_leaves_what_is_trained(play) -> None:
    playing = play(numbers(1))
    client = playing.client
    teach(playing, [((0.0,), (0.0, 0.0)), ((1.0,), (1.0, 0.0))])
    client.word("startRunning")
    client.word("deleteAllExamples")
    playing.until(lambda: not playing.examples())
    assert playing.answer(1.0, 0.0) == near([1.0])
    client.word("train")  # nothing to learn: Wekinator says that it is done
    assert playing.hear(1) == [DONE]
    assert playing.answer(1.0, 0.0) == near([1.0])
    teach(playing, [((1.0,), (0.0, 0.0)), ((0.0,), (1.0, 0.0))])
    client.word("startRunning")
    assert playing.answer(1.0, 0.0) == near([0.0])


def test_delete_examples_for_output_takes_those_of_one_output_only(play) -> None:
    playing = play(numbers(2))
    client = playing.client
    teach(playing, [((0.1, 0.2), (0.0, 0.0)), ((0.3, 0.4), (1.0, 0.0))])
    client.word("deleteExamplesForOutput", 1.0, tags="f")  # must be an int
    client.word("deleteExamplesForOutput", 3, tags="i")
    client.word("deleteExamplesForOutput")
    client.word("deleteExamplesForOutput", 1, tags="i")
    playing.until(lambda: np.isnan(recorded(playing)[1][:, 0]).all())
    assert recorded(playing)[1][:, 1].tolist() == [f32(0.2), f32(0.4)]
    assert np.isnan(read_project(playing.folder)[0].demonstrations[0].targets[:, 0]).all()
    client.word("deleteExamplesForOutput", 2, tags="i")
    playing.until(lambda: not playing.examples())
