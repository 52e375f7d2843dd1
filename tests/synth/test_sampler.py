"""The sampler: files of any kind or drums, struck harder or softer, in turns, choked, damped, never with a click."""

from __future__ import annotations

import numpy as np
import pytest
from playing import RATE, began, cents, ended, pitch, play, stray

from gesturemap.synth import drums, sample
from gesturemap.synth.mixer import Mixer
from gesturemap.synth.sampler import HEAD, SLOT, SLOTS, SOUNDING, Sampler
from gesturemap.synth.wav import peak, rms
from gesturemap.synth.wav_write import write_wav


def tone(hz, seconds=1.5, rate=RATE, harmonics=1):
    time = np.arange(round(seconds * rate)) / rate
    return 0.3 * sum(np.sin(2 * np.pi * hz * n * time) / n for n in range(1, harmonics + 1))


def test_without_files_every_gesture_has_a_drum_in_the_order_of_the_vocabulary():
    labels = [f"g{i}" for i in range(len(drums.DRUMS) + 1)]
    sounds = [play(Mixer([Sampler()], labels=labels), 0.5, events=[began(0, label)]) for label in labels]
    assert all(peak(sound) > -40 for sound in sounds)
    for i, one in enumerate(sounds[:-1]):
        assert all(not np.array_equal(one, other) for other in sounds[:i])
    assert np.array_equal(sounds[-1], sounds[0])


def test_the_drums_are_the_same_every_time_end_in_silence_and_are_not_clipped():
    for name in drums.DRUMS:
        sound, _ = drums.drum(name)
        drums.drum.cache_clear()
        assert np.array_equal(sound, drums.drum(name)[0])
        assert np.abs(sound).max() < 0.9
        assert np.abs(sound[-480:]).max() < 0.02 * np.abs(sound).max()


@pytest.mark.parametrize("rate", [22050, 44100, 48000, 96000])
def test_a_file_keeps_its_pitch_and_is_clean_at_any_rate_and_transposition(tmp_path, rate):
    write_wav(tmp_path / "tone.wav", tone(500.0, rate=rate), rate)
    for semitones in (-12.0, 0.0, 5.0, 12.0, 19.0):
        mixer = Mixer(
            [Sampler(bank=("tone.wav",), pitch=semitones, brightness=1.0, reverb=0.0)], folder=tmp_path
        )
        assert mixer.faults == ()
        sound = play(mixer, 0.45, events=[began(0)])[2400:, 0].astype(float)
        hz = 500.0 * 2 ** (semitones / 12)
        assert abs(cents(pitch(sound, hz), 69 + 12 * np.log2(hz / 440))) < 1
        assert stray(sound, hz, 0.3) < -80


def test_bright_sounds_played_higher_do_not_fold_back(tmp_path):
    write_wav(tmp_path / "saw.wav", tone(1003.0, rate=44100, harmonics=21, seconds=3.0), 44100)
    for semitones in (1.0, 4.0, 9.0, 12.0, 21.0):
        mixer = Mixer(
            [Sampler(bank=("saw.wav",), pitch=semitones, brightness=1.0, reverb=0.0)], folder=tmp_path
        )
        sound = play(mixer, 0.7, events=[began(0)])[4800:, 0].astype(float)
        spectrum = np.abs(np.fft.rfft(sound * np.blackman(len(sound))))
        freqs, hz = np.fft.rfftfreq(len(sound), 1 / RATE), 1003.0 * 2 ** (semitones / 12)
        off = (np.abs(freqs / hz - np.round(freqs / hz)) * hz > 40) & (freqs < 0.44 * RATE)
        assert 20 * np.log10(spectrum[off].max() / spectrum.max()) < -60


@pytest.mark.parametrize("bits", [8, 16, 24, 32])
@pytest.mark.parametrize("channels", [1, 2])
def test_files_of_any_depth_and_mono_or_stereo_play(tmp_path, bits, channels):
    import struct

    whole = np.round(np.repeat(tone(440.0)[:, None], channels, axis=1) * (2.0 ** (bits - 1) - 1)).astype(
        "<i8"
    )
    if bits == 8:
        data = (whole + 128).astype(np.uint8).tobytes()
    else:
        data = whole.reshape(-1, 1).view(np.uint8)[:, : bits // 8].tobytes()
    form = struct.pack("<HHIIHH", 1, channels, RATE, RATE * channels * bits // 8, channels * bits // 8, bits)
    body = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", len(data)) + data
    (tmp_path / "tone.wav").write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    mixer = Mixer([Sampler(files={"a": "tone.wav"}, reverb=0.0)], folder=tmp_path)
    sound = play(mixer, 0.5, events=[began(0)])
    assert -25 < rms(sound) < -12
    assert abs(cents(pitch(sound[4800:, 0].astype(float), 440.0), 69)) < 1


def test_several_files_of_a_gesture_take_turns_and_others_get_the_bank(tmp_path):
    for hz in (300, 400, 500, 600):
        write_wav(tmp_path / f"{hz}.wav", tone(hz, 0.15), RATE)
    voice = Sampler(files={"a": ("300.wav", "400.wav"), "b": "500.wav"}, bank=("600.wav",), reverb=0.0)
    mixer = Mixer([voice], folder=tmp_path, labels=["a", "b", "c"])
    heard = []
    for label in "aabac":
        sound = play(mixer, 0.3, events=[began(0, label)])[:7000, 0].astype(float)
        heard.append(round(np.argmax(np.abs(np.fft.rfft(sound, RATE))) / 100))
    assert heard == [3, 4, 5, 3, 6]
    alone = Mixer([Sampler(files={"a": "300.wav"})], folder=tmp_path, labels=["a", "b"])
    assert peak(play(alone, 0.2, events=[began(0, "b")])) == -np.inf


def test_a_missing_broken_or_outside_file_gives_a_line_each_and_the_rest_plays(tmp_path):
    (tmp_path / "broken.wav").write_bytes(b"RIFF\x10\x00\x00\x00WAVEfmt ")
    write_wav(tmp_path / "good.wav", tone(440.0), RATE)
    (tmp_path / "circle.wav").symlink_to("circle.wav")
    files = {
        "a": ("none.wav", "good.wav"),
        "b": "broken.wav",
        "c": "../x.wav",
        "d": "snare",
        "e": "circle.wav",
    }
    mixer = Mixer([Sampler(files=files)], folder=tmp_path, labels=list("abcde"))
    assert len(mixer.faults) == 4
    for fault, part in zip(
        mixer.faults, ["none.wav", "broken.wav", "outside", "a link that leads nowhere"], strict=True
    ):
        assert fault.startswith("sampler: ")
        assert part in fault
    assert peak(play(mixer, 0.3, events=[began(0, "b"), began(0.1, "c")])) == -np.inf
    assert rms(play(mixer, 0.3, events=[began(0, "a")])) > -40
    assert peak(play(mixer, 0.3, events=[began(0, "d")])) > -30


def test_a_harder_gesture_is_louder_and_brighter():
    def centroid(sound):
        power = np.abs(np.fft.rfft(sound[:, 0].astype(float))) ** 2
        return np.sum(power * np.fft.rfftfreq(len(sound), 1 / RATE)) / power.sum()

    soft, hard = (
        play(Mixer([Sampler(bank=("snare",), reverb=0.0)]), 0.4, events=[began(0, "a", force)])
        for force in (0.2, 1.0)
    )
    assert rms(hard) > rms(soft) + 10
    assert centroid(hard) > 1.2 * centroid(soft)


def test_choke_and_damp_end_what_sounds_without_a_click(tmp_path):
    write_wav(tmp_path / "long.wav", tone(200.0, 3.0), RATE)
    files = {"a": "long.wav", "b": "hat"}
    free, choked = (
        play(
            Mixer([Sampler(files=files, choke=choke, reverb=0.0)], folder=tmp_path),
            1.0,
            events=[began(0), began(0.3, "b", 0.0)],
        )
        for choke in ((), ("a", "b"))
    )
    assert rms(free[24000:]) > -30
    assert peak(choked[24000:]) < -100
    damped = play(
        Mixer([Sampler(files=files, damp=True, reverb=0.0)], folder=tmp_path),
        1.0,
        events=[began(0), ended(0.3)],
    )
    assert rms(damped[24000:]) < rms(free[24000:]) - 60
    ringing = np.abs(np.diff(free[4800:12000].astype(float), axis=0)).max()
    for sound in (choked, damped):
        assert np.abs(np.diff(sound[12000:20000].astype(float), axis=0)).max() < 1.5 * ringing


def test_a_sound_cut_anywhere_begins_and_ends_without_a_step(tmp_path):
    write_wav(tmp_path / "cut.wav", 0.5 * np.cos(2 * np.pi * 100 * np.arange(4800) / RATE), RATE)
    for begin in (0.0, 0.5, 0.9):
        mixer = Mixer(
            [Sampler(bank=("cut.wav",), brightness=1.0, reverb=0.0)], ["sampler.begin"], folder=tmp_path
        )
        sound = play(mixer, 0.2, [begin], [began(0.01)])
        assert np.abs(np.diff(sound.astype(float), axis=0)).max() < 0.03
        assert peak(sound) > -20
        assert peak(sound[round(0.13 * RATE) :]) < -50  # what the removal of an offset leaves


def test_sixteen_sound_at_once_and_the_oldest_makes_room(tmp_path):
    write_wav(tmp_path / "long.wav", tone(200.0, 6.0) * 0.1, RATE)
    mixer = Mixer([Sampler(bank=("long.wav",), reverb=0.0)], folder=tmp_path)
    sound = play(mixer, 2.0, events=[began(0.02 * i, "a", 0.3) for i in range(60)])
    assert np.count_nonzero(mixer.desk.state[HEAD : HEAD + SLOTS * SLOT : SLOT]) == SOUNDING
    assert np.isfinite(sound).all()
    play(mixer, 6.0)
    assert not mixer.desk.state[HEAD : HEAD + SLOTS * SLOT : SLOT].any()
    assert peak(play(mixer, 1.0)) < -180


def test_a_tower_keeps_a_sound_and_halves_what_is_highest():
    random = np.random.default_rng(3).normal(size=(1000, 2)).astype(np.float32)
    levels = sample.tower(random)
    start = 2 * sample.MARGIN
    assert np.allclose(levels[0][start : start + 2000 : 2], random, atol=1e-5)
    for octave, level in enumerate(levels):
        spectrum = np.abs(np.fft.rfft(level[:, 0]))
        assert len(level) == len(levels[0]) >> octave
        assert spectrum[len(spectrum) // 2 + 1 :].max() < 1e-3 * spectrum.max()
