"""The stage lock and control words that come as soon as it was answered, or just before."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sketch import Playing, numbers
from test_gestures_by_words import GESTURES, curve, show

from gesturemap import codec, inner
from gesturemap import commands as c

TIMES = 10
"""How often it is tried: who is first is a matter of luck where nobody waits."""


@pytest.fixture
def lock(stage) -> Iterator[Callable[[Playing, int], None]]:
    """Puts the lock on as a sender from outside does, and returns as soon as that is answered."""

    def on(playing: Playing, number: int) -> None:
        playing.control.obey(inner.Asked(number, codec.encode(c.Lock(True))))
        playing.until(lambda: inner.Answered(number) in playing.notices)

    yield on
    stage.obey(c.Lock(False))


def outputs(playing: Playing, many: int) -> None:
    """Wait for so many answers to inputs."""
    heard: list[str] = []

    def enough() -> bool:
        heard.extend(address for address, _, _ in playing.client.heard())
        return heard.count("/wek/outputs") >= many

    playing.until(enough, 10.0)


def test_no_gesture_is_recorded_once_the_lock_was_answered_and_outputs_go_on(play, lock) -> None:
    playing = play(model=GESTURES)
    show(playing, 1)
    show(playing, 2)
    before = playing.control.project.demonstrations
    playing.client.word("startRunning")
    for number in range(TIMES):
        lock(playing, number)
        playing.client.word("startDtwRecording", 1)
        for row in curve(3, 12):
            playing.client.inputs(*row.tolist())
        playing.client.word("stopDtwRecording")
        outputs(playing, 12)
        assert playing.control.activity.locked
        playing.control.obey(c.Lock(False))
    assert playing.control.project.demonstrations == before


def test_a_recording_that_the_lock_refuses_does_not_hold_the_outputs(play, lock) -> None:
    playing = play(numbers(1))
    for value in (0.0, 1.0):
        playing.client.outputs(value)
        playing.client.word("startRecording")
        playing.client.inputs(value, 1.0 - value)
        playing.client.word("stopRecording")
    playing.client.word("train")
    playing.trained()
    playing.client.word("startRunning")
    for number in range(TIMES):
        lock(playing, number)
        playing.client.word("startRecording")
        playing.client.inputs(0.5, 0.5)
        outputs(playing, 1)
        playing.control.obey(c.Lock(False))
    assert playing.examples() == 2


def test_what_is_recorded_when_the_lock_comes_is_kept_and_ends(play, lock) -> None:
    playing = play(numbers(1))
    playing.client.outputs(1.0)
    playing.client.word("startRecording")
    playing.client.inputs(0.5, 0.5)
    playing.until(lambda: playing.control.activity.recording)
    playing.until(lambda: playing.figures()["accepted"] > 0)
    lock(playing, 1)
    playing.until(lambda: playing.examples() == 1 and not playing.control.activity.recording)
    playing.client.inputs(0.75, 0.5)
    playing.client.word("startRecording")
    playing.until(lambda: any("lock" in each for each in playing.refused()))
    assert playing.examples() == 1
