"""An engine that is killed while a patch plays or records: the next one goes on, and nothing jumps."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from sketch import Playing, f32, near, numbers, project, teach

from gesturemap.control import ready
from gesturemap.control.controller import Controller

TWO = [((0.0, 0.0, 0.5), (0.0, 0.0)), ((1.0, 1.0, 0.5), (1.0, 0.0))]


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Controller]:
    """A control of each test's own: its engines do not outlive it."""
    monkeypatch.setattr(ready, "CALM", 1e6)  # the second engine begins when the first is gone
    folder = project(tmp_path / "none", 9, {"kind": "per_output", "each": numbers(1)})
    made = Controller(str(folder), sound=False, serve=False)
    made.start()
    yield made
    made.close()


def killed(playing: Playing) -> None:
    """Kill the engine, and wait until another one listens."""
    control = playing.control
    before = control.engine.pid
    os.kill(before, signal.SIGKILL)
    playing.until(lambda: control.engine.pid not in (0, before) and not control.activity.input_address)
    playing.ready()


@pytest.mark.long
def test_values_and_switches_are_kept_and_nothing_is_sent_before_the_first_input(play) -> None:
    playing = play(numbers(3))
    client = playing.client
    teach(playing, TWO)
    client.word("startRunning")
    client.word("disableModelRunning", 2, tags="i")
    client.outputs(0.1, 0.77, 0.1)
    assert playing.answer(0.25, 0.0) == near([0.25, f32(0.77), 0.5])
    playing.until(lambda: playing.control.doing.values == near([0.25, f32(0.77), 0.5]))
    killed(playing)
    playing.until(lambda: playing.control.doing.running)
    assert playing.answer(0.75, 0.0) == near(
        [0.75, f32(0.77), 0.5]
    )  # hears one message: no greeting before it
    client.word("stopRunning")
    client.outputs(0.2, 0.3, 0.4)
    playing.until(lambda: playing.control.doing.values == near([0.2, 0.3, 0.4]))
    killed(playing)
    client.inputs(0.5, 0.0)  # it does not run
    client.word("disableModelRunning", 1, 3)
    client.word("startRunning")
    assert playing.answer(0.5, 0.0) == near([0.2, 0.3, 0.4])


@pytest.mark.long
def test_examples_that_come_after_it_are_recorded_as_before_and_what_was_lost_is_said(play) -> None:
    playing = play(numbers(2))
    client = playing.client
    client.word("disableModelRecording", 2, tags="i")
    client.word("startRecording")
    client.outputs(0.5, 0.0)
    for _ in range(5):
        client.inputs(0.0, 0.0)
    playing.until(lambda: playing.control.doing.values == [0.5, 0.0])
    killed(playing)
    (lost,) = [fault for fault in playing.faults() if "recording of 'examples'" in fault]
    assert "so far went with it; examples that come now are recorded" in lost
    playing.until(lambda: playing.control.activity.recording == "examples")
    client.inputs(1.0, 0.0)
    client.outputs(1.0, 0.0)
    client.inputs(2.0, 0.0)
    client.word("stopRecording")
    playing.until(playing.examples)
    (kept,) = playing.control.project.demonstrations
    assert kept.values[:, 0].tolist() == [1.0, 2.0]
    assert kept.targets[:, 0].tolist() == [0.5, 1.0]
    client.word("train")
    playing.trained()
    client.word("startRunning")
    assert playing.answer(1.5, 0.0) == near([0.75, 0.0])
