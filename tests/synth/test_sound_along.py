"""A file that is heard, or a microphone that is written, while a movement is recorded."""

from __future__ import annotations

import struct
import sys
from time import perf_counter

import numpy as np
import pytest
from staging import Driver, Stage

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.control.along import MICROPHONE, Along
from gesturemap.errors import DeviceError
from gesturemap.synth.along import microphones
from gesturemap.synth.wav import read, rms
from gesturemap.synth.wav_write import write_wav


@pytest.fixture
def stage():
    stage = Stage()
    yield stage
    stage.close()


def test_a_file_is_heard_beside_the_voices_from_the_block_after_and_can_be_ended(stage, tmp_path):
    time = np.arange(24000) / 24000
    write_wav(
        tmp_path / "tone.wav", 0.3 * np.sin(2 * np.pi * 1000 * time), 24000
    )  # a second, at half our rate
    before = perf_counter()
    stage.say(inner.PlayAlong(str(tmp_path / "tone.wav")))
    (begun,) = stage.heard(inner.SoundAlong)
    assert before <= begun.began <= perf_counter()
    assert begun.seconds == pytest.approx(1.0)
    assert not begun.error
    out = stage.sound(1.5)
    assert rms(out[2000:46000]) == pytest.approx(
        20 * np.log10(0.3 * stage.host.player.volume**2) - 3.01, abs=0.1
    )
    assert not out[48100:].any()
    again = np.abs(np.fft.rfft(out[:48000, 0] * np.hanning(48000)))
    assert np.argmax(again) == 1000
    assert again[1100:].max() < 1e-3 * again[1000]  # no mirror image of the lower rate
    stage.say(inner.PlayAlong(str(tmp_path / "tone.wav")))
    stage.sound(0.2)
    stage.say(inner.PlayAlong())
    out = stage.sound(0.3)
    assert not out[2000:].any()
    assert np.abs(np.diff(out, axis=0)).max() < 0.05


def test_a_file_far_too_loud_is_cut_at_full_scale(stage, tmp_path):
    """It comes from behind the limiter; a float file may hold samples beyond 1."""
    loud = np.full((4800, 2), 7.5, "<f4").tobytes()
    form = struct.pack("<HHIIHH", 3, 2, 48000, 48000 * 8, 8, 32)
    body = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", len(loud)) + loud
    (tmp_path / "loud.wav").write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    stage.say(inner.PlayAlong(str(tmp_path / "loud.wav")))
    assert np.abs(stage.sound(0.1)).max() == 1.0


def test_a_sound_that_is_none_says_so_and_so_does_a_microphone_that_is_none(stage, tmp_path, monkeypatch):
    (tmp_path / "broken.wav").write_bytes(b"RIFF....")
    stage.say(inner.PlayAlong(str(tmp_path / "broken.wav")))
    (told,) = stage.heard(inner.SoundAlong)
    assert "broken.wav" in told.error
    monkeypatch.setitem(sys.modules, "sounddevice", Driver(device=False))
    stage.say(inner.RecordAlong(str(tmp_path / "new.wav")))
    (told,) = stage.heard(inner.SoundAlong)
    assert told.error.startswith("microphone: ")
    assert "play along with a file" in told.error
    stage.say(inner.RecordAlong())
    assert not stage.heard(inner.SoundAlong)


def test_the_microphone_of_the_project_is_the_one_that_is_asked_for(tmp_path, monkeypatch):
    message = c.Record("hum", along=MICROPHONE, describe=["loudness"])
    wanted = Along(message, tmp_path, "Scarlett").wanted()
    assert (type(wanted), wanted.device) == (inner.RecordAlong, "Scarlett")
    assert Along(message, tmp_path).wanted().device == ""
    monkeypatch.setitem(sys.modules, "sounddevice", Driver())
    assert microphones() == [("Microphone", 44100.0, 1)]
    monkeypatch.setitem(sys.modules, "sounddevice", Driver(device=False))
    with pytest.raises(DeviceError, match="there is no input device"):
        microphones()


def test_the_microphone_is_written_with_the_time_it_began(stage, tmp_path, monkeypatch):
    driver = Driver()
    monkeypatch.setitem(sys.modules, "sounddevice", driver)
    stage.say(inner.RecordAlong(str(tmp_path / "sounds" / "hum.wav")))
    (begun,) = stage.heard(inner.SoundAlong)
    assert begun.seconds == 0.0
    (stream,) = driver.streams
    piece = np.full((441, 1), 0.25, np.float32)
    for _ in range(20):
        stream.callback(piece, 441, None, None)
    now = perf_counter()
    stage.say(inner.RecordAlong())
    (written,) = stage.heard(inner.SoundAlong)
    assert written.seconds == pytest.approx(0.2)
    assert written.began <= now - 0.01 - 0.02  # a block and the card's own delay before it came
    sound, rate = read(tmp_path / "sounds" / "hum.wav")
    assert (len(sound), rate) == (8820, 44100.0)
    assert sound == pytest.approx(0.25, abs=1e-5)
