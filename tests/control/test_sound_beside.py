"""A sound that was to go along with a recording and is not there, or is over."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from scipy.io import wavfile

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.control import door, recording
from gesturemap.control.controller import Controller
from gesturemap.project.project import assemble
from gesturemap.project.save import save_project


def tone(path: Path) -> None:
    wavfile.write(path, 48000, (16000 * np.sin(np.arange(14400) / 8.0)).astype(np.int16))


@pytest.fixture
def control(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Controller]:
    """One that plays nothing, with the source open and a gesture to record."""
    monkeypatch.setattr(door, "notes_folder", lambda: tmp_path)
    tables = {"project": {"name": "p"}, "input": {"kind": "pointer"}, "model": {"kind": "few_shot"}}
    save_project(assemble(tables, "", "p"), tmp_path / "p")
    made = Controller(str(tmp_path / "p"), serve=False)
    made.now(input_address="UDP port 1")
    made.engine.state = made.synth.state = "running"
    yield made
    made.close()


def test_everybody_is_told_that_nothing_is_recorded_where_there_is_no_microphone(control: Controller) -> None:
    told: list[c.Message] = []
    control.watchers.append(told.append)
    control.carry_out(c.AddGesture("w2"))
    control.carry_out(c.Record("w2", along="microphone"))
    assert control.activity.recording == "w2" and control.along is not None
    told.clear()
    recording.sounds(control, inner.SoundAlong(str(control.along.path), error="microphone: there is none"))
    states = [one for one in told if isinstance(one, c.State)]
    assert states and states[-1].document["recording"] == ""
    assert [one.text for one in told if isinstance(one, c.Fault)] == [
        "microphone: there is none; nothing is recorded"
    ]


@pytest.mark.long
def test_a_recording_ends_with_the_sound_beside_it(
    control: Controller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[c.Message] = []
    monkeypatch.setattr(control.engine, "send", sent.append)
    monkeypatch.setattr(recording, "LINGERS", 0.0)
    tone(tmp_path / "tone.wav")
    control.carry_out(c.AddGesture("w2"))
    control.carry_out(c.Record("w2", along=str(tmp_path / "tone.wav")))
    assert control.along is not None
    recording.sounds(control, inner.SoundAlong(str(control.along.path), time.perf_counter(), 0.1))
    assert isinstance(sent[-1], c.Record)
    end = time.monotonic() + 10.0
    while not isinstance(sent[-1], c.StopRecording):
        control.turn(0.01)
        assert time.monotonic() < end
    assert sent[-1] == c.StopRecording(True)


@pytest.mark.long
def test_a_sound_that_is_over_ends_no_other_recording(
    control: Controller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[c.Message] = []
    monkeypatch.setattr(control.engine, "send", sent.append)
    tone(tmp_path / "tone.wav")
    control.carry_out(c.AddGesture("w2"))
    control.carry_out(c.Record("w2", along=str(tmp_path / "tone.wav")))
    former = control.along
    control.carry_out(c.StopRecording(False))
    control.carry_out(c.Record("w2", along=str(tmp_path / "tone.wav")))
    sent.clear()
    recording._over(control, former)
    assert sent == []
