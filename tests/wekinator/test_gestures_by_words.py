"""Conformance: whole gestures by time warping, as DTW Mouse Explorer uses them."""

from __future__ import annotations

import math

import numpy as np
import pytest

GESTURES = {"kind": "wekinator_dtw", "gestures": ["output_1", "output_2", "output_3"], "downsample": "none"}


def curve(which: int, frames: int = 30) -> np.ndarray:
    """A gesture of two inputs, (T, 2)."""
    u = np.linspace(0.0, 1.0, frames)
    shapes = (np.c_[u, u], np.c_[1.0 - u, u**2], np.c_[np.cos(6 * u), np.sin(6 * u)])
    return 10.0 * shapes[which - 1]


def show(playing, which: int, *arguments: object) -> None:
    """Record one gesture, then wait until it is known."""
    before = len(playing.control.project.demonstrations)
    playing.client.word("startDtwRecording", which, *arguments)
    for row in curve(which):
        playing.client.inputs(*row.tolist())
    playing.client.word("stopDtwRecording", 1.0)
    playing.until(lambda: len(playing.control.project.demonstrations) > before and playing.control.settled)


def perform(playing, which: int, frames: int = 30) -> list:
    """Move through a gesture, and hear what comes."""
    heard: list = []
    rows = curve(which, frames).tolist()
    for row in rows:
        playing.client.inputs(*row)

    def answered() -> bool:
        heard.extend(playing.client.heard())
        return sum(address == "/wek/outputs" for address, _, _ in heard) >= len(rows)

    playing.until(answered)
    return heard


@pytest.fixture
def taught(play):
    playing = play(model=GESTURES)
    for which in (1, 2):
        show(playing, which)
    return playing


def test_a_match_is_told_once_without_arguments_before_the_distances(taught) -> None:
    taught.client.word("startRunning", 1.0)
    heard = perform(taught, 1)
    matches = [index for index, (address, _, _) in enumerate(heard) if address.startswith("/output_")]
    assert [heard[index][0] for index in matches] == ["/output_1"]
    assert heard[matches[0]][1:] == ("", ())
    after = heard[matches[0] + 1]
    assert after[:2] == ("/wek/outputs", "fff")
    assert after[2][0] == min(after[2]) < 5.0
    assert all(distances[2] == math.inf for address, _, distances in heard if address == "/wek/outputs")


def test_running_begins_with_nothing_compared_and_a_match_is_told_again(taught) -> None:
    """Whatever moved before the stop is forgotten, as Wekinator begins a new series."""
    for _ in range(2):
        taught.client.word("startRunning")
        heard = perform(taught, 1)
        distances = [each[2] for each in heard if each[0] == "/wek/outputs"]
        assert [math.isinf(nearest) for nearest in map(min, distances[:6])] == [True] * 4 + [False] * 2
        assert [address for address, _, _ in heard if address != "/wek/outputs"] == ["/output_1"]
        taught.client.word("stopRunning")
        taught.client.inputs(*curve(1)[-1].tolist())
    taught.client.word("startRunning")
    taught.client.word("startRunning")  # it runs already: nothing is forgotten
    assert "/output_2" in [address for address, _, _ in perform(taught, 2)]


def test_numbers_of_gestures_are_ints_from_1_and_a_second_recording_is_ignored(play) -> None:
    playing = play(model=GESTURES)
    client = playing.client
    for wrong in (1.0, 0, 4, -1, "one"):
        client.word("startDtwRecording", wrong)
    client.word("startDtwRecording")
    client.word("startRunning")  # no example yet
    client.word("startDtwRecording", 2)
    client.word("startDtwRecording", 1)
    for row in curve(2).tolist():
        client.inputs(*row)
    client.word("stopDtwRecording")
    client.word("stopDtwRecording")
    client.word("startDtwRecording", 3)
    client.word("stopDtwRecording")  # its length was 0
    playing.until(lambda: playing.control.project.demonstrations and playing.control.settled)
    assert [(d.label, len(d)) for d in playing.control.project.demonstrations] == [("output_2", 30)]
    client.word("startRunning")
    perform(playing, 2)
    playing.until(lambda: any("'output_2' is being recorded" in reason for reason in playing.refused()))
    assert any("no input came" in reason for reason in playing.refused())


def test_words_for_outputs_are_refused_and_recording_stops_running(taught) -> None:
    client = taught.client
    client.word("startRunning")
    for word in ("startRecording", "stopRecording", "train", "cancelTrain", "outputs", "enableModelRunning"):
        client.word(word, 1)
    client.inputs(0.0, 0.0)
    assert taught.hear(1)[0][0] == "/wek/outputs"
    client.word("startDtwRecording", 3)
    for row in curve(3).tolist():
        client.inputs(*row)
    client.word("stopDtwRecording")
    client.inputs(0.0, 0.0)  # it does not run again by itself
    taught.until(lambda: len(taught.control.project.demonstrations) == 3 and taught.control.settled)
    client.word("startRunning")
    assert "/output_3" in [address for address, _, _ in perform(taught, 3)]


def test_examples_of_one_gesture_are_deleted_by_its_number(taught) -> None:
    taught.client.word("deleteExamplesForOutput", 1, tags="i")
    taught.until(lambda: len(taught.control.project.demonstrations) == 1 and taught.control.settled)
    taught.client.word("startRunning")
    heard = perform(taught, 1)
    assert all(distances[0] == math.inf for address, _, distances in heard if address == "/wek/outputs")
    taught.client.word("deleteAllExamples")
    taught.until(lambda: not taught.control.project.demonstrations)


@pytest.mark.parametrize(
    "words", [[("deleteAllExamples",)], [("deleteExamplesForOutput", n) for n in (2, 1)]]
)
def test_where_every_example_is_deleted_while_running_nothing_is_near(taught, words) -> None:
    client, control = taught.client, taught.control
    client.word("startRunning")
    perform(taught, 1)
    for word in words:
        client.word(*word)
    taught.until(lambda: not control.project.demonstrations)
    far = [math.inf] * 3
    heard: list = []

    def emptied() -> bool:
        client.inputs(0.0, 0.0)
        heard.extend(taught.hear(1))
        return list(heard[-1][2]) == far

    taught.until(emptied)
    assert [list(distances) for _, _, distances in perform(taught, 1)] == [far] * 30
    client.word("stopRunning")
    client.word("startRunning")  # there is nothing to run
    taught.until(lambda: any("no gesture has an example" in reason for reason in taught.refused()))
    show(taught, 3)
    client.word("startRunning")
    assert "/output_3" in [address for address, _, _ in perform(taught, 3)]


def test_an_example_counts_when_running_begins_right_behind_it(play) -> None:
    """Everything back to back, as a sketch sends it on one press of a key; to begin to run ends a recording too."""
    playing = play(model=GESTURES)
    client = playing.client
    for which, words in ((1, ("stopDtwRecording", "startRunning")), (2, ("startRunning",))):
        client.word("startDtwRecording", which)
        for row in curve(which).tolist():
            client.inputs(*row)
        for word in words:
            client.word(word)
        heard = perform(playing, which)
        assert [address for address, _, _ in heard if address != "/wek/outputs"][-1:] == [f"/output_{which}"]
        assert len([address for address, _, _ in heard if address == "/wek/outputs"]) == 30


def test_only_frames_that_count_are_answered(play) -> None:
    """As Wekinator is by default: of an example of 30 frames every third counts."""
    playing = play(model={"kind": "wekinator_dtw", "gestures": ["output_1", "output_2"]})
    show(playing, 1)
    playing.client.word("startRunning")
    for row in [*curve(1, 29).tolist(), [-1.0, -1.0]]:
        playing.client.inputs(*row)
    heard: list = []

    def ten() -> bool:
        heard.extend(each for each in playing.client.heard() if each[0] == "/wek/outputs")
        return len(heard) >= 10

    playing.until(ten)
    assert len(heard) == 10


def test_once_when_running_stops_the_nearest_is_told(play) -> None:
    playing = play(model={**GESTURES, "running": "once"})
    show(playing, 1)
    show(playing, 2)
    client = playing.client
    for which in (2, 1):
        client.word("startRunning")
        for row in curve(which).tolist():
            client.inputs(*row)
        client.word("stopRunning")
        first, second = playing.hear(2)
        assert first == (f"/output_{which}", "", ())
        assert second[:2] == ("/wek/outputs", "fff")
