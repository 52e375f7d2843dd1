"""What the mapping will play is silent until it does; beside a sound that goes along, all voices are."""

from __future__ import annotations

import numpy as np
import pytest
from staging import PAD, TABLES, Stage

from gesturemap import inner
from gesturemap.control.desk import neutral
from gesturemap.frames import Spec
from gesturemap.mapping.mapping import driven
from gesturemap.synth.block import BlockWriter
from gesturemap.synth.wav import rms
from gesturemap.synth.wav_write import write_wav

SILENT = -100.0


@pytest.fixture
def stage():
    stage = Stage()
    yield stage
    stage.close()


def rewritten(stage, *controls):
    """The engine makes another block, of these controls."""
    stage.writer.close()
    stage.writer = BlockWriter(Spec.of(*controls))


def played(stage, voices, mapped):
    stage.say(inner.Voices({"volume": 0.5, "voices": voices}, "", str(stage.writer.path), driven=mapped))
    return rms(stage.sound(0.5))


@pytest.mark.parametrize("mapped", [["pad.level"], ["pad.pitch", "pluck.level"]])
def test_a_drone_that_a_mapping_will_play_waits_for_the_model(stage, mapped):
    rewritten(stage)
    assert played(stage, [PAD], mapped) < SILENT
    rewritten(stage, *mapped)
    stage.writer.write(np.array([1.0, 0.0][: len(mapped)]))
    assert played(stage, [PAD], mapped) > -40


def test_a_drone_that_nothing_plays_sounds_always(stage):
    rewritten(stage)
    assert played(stage, [PAD], ["pluck.level"]) > -40


def test_a_new_project_of_a_sound_waits_too(tmp_path, stage):
    time = np.arange(48000) / 48000
    write_wav(tmp_path / "sweep.wav", 0.3 * np.sin(2 * np.pi * (200 + 800 * time) * time), 48000)
    project = neutral(tmp_path, {"kind": "pointer"}, "sweep.wav")
    rewritten(stage)
    tables, mapped = project.tables()["sound"], list(driven(project.mapping))
    assert "corpus.level" in mapped
    stage.say(inner.Voices(tables, str(tmp_path), str(stage.writer.path), driven=mapped))
    assert rms(stage.sound(1.0)) < SILENT
    stage.say(inner.Voices(tables, str(tmp_path), str(stage.writer.path)))
    assert rms(stage.sound(1.0)) > -60, "it would hum by itself"


def test_while_a_sound_goes_along_the_voices_are_silent_and_then_play_on(stage, tmp_path):
    stage.voices(TABLES)
    stage.writer.write(np.array([1.0, 0.0]))
    loud = rms(stage.sound(1.0))
    write_wav(tmp_path / "silence.wav", np.zeros(48000), 48000)
    stage.say(inner.PlayAlong(str(tmp_path / "silence.wav")))
    stage.sound(0.5)
    assert rms(stage.sound(0.5)) < SILENT
    stage.voices(TABLES | {"voices": [PAD]})  # others are chosen meanwhile
    assert rms(stage.sound(0.5)) < SILENT
    stage.say(inner.PlayAlong())
    stage.sound(0.5)
    assert rms(stage.sound(0.5)) == pytest.approx(loud, abs=3.0)
