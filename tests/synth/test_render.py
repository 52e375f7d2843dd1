"""Offline: the same voices from a control time line; and WAV files."""

from __future__ import annotations

import struct
import wave

import numpy as np
import pytest
from playing import RATE, play
from scipy.io import wavfile

from gesturemap.errors import FileError
from gesturemap.frames import Event, Spec
from gesturemap.synth import wav
from gesturemap.synth.effects import Delay, Effects
from gesturemap.synth.mixer import Mixer
from gesturemap.synth.pad import Pad
from gesturemap.synth.pluck import Pluck
from gesturemap.synth.render import peak, render, rms, write_wav

VOICES = (Pad(drone=True, attack=0.01), Pluck())
CONTROLS = Spec.of("pad.level", "pluck.pitch semitones")


def test_rendering_is_what_blocks_would_have_played():
    times = np.arange(40) / 100
    values = np.stack([np.linspace(0, 1, 40), np.zeros(40)], axis=1)
    events = [(0.1234, Event("began", "a", 1.0)), (0.25, Event("ended", "a", 0.0))]
    sound = render(VOICES, CONTROLS, times, values, events, 0.4)
    live = play(
        Mixer(VOICES, CONTROLS),
        0.4,
        lambda t: values[min(round(t * 100), 39)],
        [(round(time * RATE), event) for time, event in events],
    )
    assert sound.shape == (19200, 2)
    assert sound.dtype == np.float32
    assert np.array_equal(sound, live)


def test_controls_and_events_take_effect_at_their_sample():
    pluck = Pluck(name="pluck", body="metal", reverb=0.0)
    sound = render([pluck], Spec(()), np.zeros(0), np.zeros((0, 0)), [(0.5, Event("began", "a", 1.0))], 1.0)
    late = round(0.0015 * RATE) - 1
    assert not sound[: 24000 + late].any()
    assert sound[24000 + late : 24000 + late + 8].any()


def test_without_a_length_it_rings_for_two_seconds():
    sound = render([Pluck()], Spec(()), np.zeros(0), np.zeros((0, 0)), [(1.0, Event("began", "a", 1.0))])
    assert len(sound) == 3 * RATE
    assert not len(render([], Spec(()), np.zeros(0), np.zeros((0, 0)), [], 0.0)) % 2


def test_times_before_the_beginning_and_out_of_order_are_borne():
    times, values = np.array([-1.0, 0.1, 0.05, 0.2]), np.ones((4, 2))
    sound = render(VOICES, CONTROLS, times, values, [(-0.5, Event("began", "a", 1.0))], 0.3)
    assert np.isfinite(sound).all()
    assert rms(sound) > -40


@pytest.mark.parametrize("bits", [16, 24])
def test_a_written_file_is_read_back_by_others_and_by_us(tmp_path, bits):
    random = np.random.default_rng(1)
    samples = np.clip(random.normal(0, 0.4, (1000, 2)), -1.2, 1.2)
    path = write_wav(tmp_path / "a.wav", samples, 44100, bits=bits)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.wav"]
    with wave.open(str(path)) as file:
        assert file.getparams()[:4] == (2, bits // 8, 44100, 1000)
    rate, theirs = wavfile.read(path)
    theirs = theirs / (2**31 if bits == 24 else 2**15)
    ours, our_rate = wav.read(path)
    assert rate == our_rate == 44100
    step = 2.0 ** -(bits - 1)
    assert np.abs(theirs - np.clip(samples, -1, 1 - step)).max() <= 0.51 * step
    assert np.abs(ours - theirs).max() < 1e-7


def test_a_folder_that_is_not_there_gives_one_line(tmp_path):
    with pytest.raises(FileError, match="No such file"):
        write_wav(tmp_path / "none" / "a.wav", np.zeros((10, 2)))


def test_files_of_all_kinds_are_read(tmp_path):
    tone = np.sin(np.arange(500) * 0.05)
    for name, data in {
        "u8": np.uint8(tone * 100 + 128),
        "i16": np.int16(tone * 32000),
        "i32": np.int32(tone * 2e9),
        "f32": tone.astype(np.float32),
        "f64": tone,
        "three": np.stack([tone.astype(np.float32)] * 3, axis=1),
    }.items():
        wavfile.write(tmp_path / f"{name}.wav", 22050, data)
        sound, rate = wav.read(tmp_path / f"{name}.wav")
        assert rate == 22050
        assert sound.shape == (500, 2)
        assert np.corrcoef(sound[:, 0], tone)[0, 1] > 0.9999
        assert np.array_equal(sound[:, 0], sound[:, 1])
    form = struct.pack("<HHIIHHHHIH14x", 0xFFFE, 1, 48000, 144000, 3, 24, 22, 24, 4, 1)
    body = b"".join(int(x * 8e6).to_bytes(3, "little", signed=True) for x in tone)
    chunks = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(body)) + body
    (tmp_path / "extensible.wav").write_bytes(b"RIFF" + struct.pack("<I", len(chunks)) + chunks)
    sound, rate = wav.read(tmp_path / "extensible.wav")
    assert rate == 48000
    assert np.corrcoef(sound[:, 0], tone)[0, 1] > 0.9999


def test_broken_files_are_refused_with_a_reason(tmp_path):
    good = write_wav(tmp_path / "good.wav", np.zeros((100, 2)) + 0.1).read_bytes()
    broken = {
        "text": b"hello",
        "empty": b"",
        "no form": good[:12] + good[36:],
        "adpcm": good[:20] + b"\x02\x00" + good[22:],
        "no channels": good[:22] + b"\x00\x00" + good[24:],
        "no data": good[:44],
        "odd bits": good[:34] + b"\x07\x00" + good[36:],
    }
    for name, data in broken.items():
        (tmp_path / "x.wav").write_bytes(data)
        with pytest.raises(FileError, match=r"x\.wav"):
            wav.read(tmp_path / "x.wav")
            pytest.fail(name)
    (tmp_path / "cut.wav").write_bytes(good[:-100])
    assert len(wav.read(tmp_path / "cut.wav")[0]) == 83


def test_levels_are_in_decibels_of_full_scale():
    sine = np.sin(np.arange(48000) * 2 * np.pi * 100 / 48000)
    assert rms(sine) == pytest.approx(-3.0103, abs=1e-3)
    assert peak(0.5 * sine) == pytest.approx(-6.0206, abs=1e-3)
    assert rms(np.zeros(10)) == peak(np.zeros(0)) == -np.inf


def test_a_projects_echo_and_room_are_heard_offline_too():
    def rendered(effects):
        return render(
            [Pluck(delay=1.0)], Spec(()), np.zeros(0), np.zeros((0, 0)), [(0.0, Event("began", "a", 1.0))], 1.0,
            effects=effects,
        )  # fmt: skip

    early, late = (rendered(Effects(delay=Delay(time=time))) for time in (0.2, 0.6))
    assert np.array_equal(early[:9000], late[:9000])
    assert rms(early[10000:20000] - late[10000:20000]) > -50
