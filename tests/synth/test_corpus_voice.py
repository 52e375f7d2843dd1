"""The corpus: what is wanted is what is heard, from files of any form, cut evenly or where something begins."""

from __future__ import annotations

import numpy as np
import pytest
from playing import RATE, began, cents, ended, kink, pitch, play

from gesturemap.synth import units
from gesturemap.synth.corpus import Corpus
from gesturemap.synth.mixer import Mixer
from gesturemap.synth.wav import rms
from gesturemap.synth.wav_write import write_wav

NOTES = (48.0, 60.0, 72.0, 84.0)


def tone(note: float, rate: float, seconds: float = 1.5, level: float = 0.3) -> np.ndarray:
    time = np.arange(int(seconds * rate)) / rate
    return level * np.sin(2 * np.pi * 440 * 2 ** ((note - 69) / 12) * time)


@pytest.fixture
def folder(tmp_path):
    """Four tones in files that differ in rate and bits, in a folder of the project."""
    (tmp_path / "tones").mkdir()
    for note, (rate, bits) in zip(NOTES, ((48000, 16), (44100, 24), (22050, 16), (96000, 24)), strict=True):
        write_wav(tmp_path / "tones" / f"{note:.0f}.wav", tone(note, rate), rate, bits)
    return tmp_path


def heard(voice: Corpus, folder, row, seconds=1.0, **more) -> np.ndarray:
    names = [f"corpus.{name}" for name in row]
    mixer = Mixer([voice], names, folder=folder, volume=1.0, **more)
    assert mixer.faults == ()
    return play(mixer, seconds, list(row.values()))


def one_unit(folder, row, **settings) -> np.ndarray:
    """The middle of a single unit."""
    voice = Corpus(
        sounds=("tones",), by=tuple(row), reverb=0.0, variety=0.0, once=True, unit=0.2, size=0.4, **settings
    )
    mixer = Mixer([voice], [f"corpus.{name}" for name in row], folder=folder, volume=1.0)
    assert mixer.faults == ()
    return play(mixer, 0.5, list(row.values()), events=[began(0.1)])[
        round(0.2 * RATE) : round(0.4 * RATE), 0
    ].astype(float)


@pytest.mark.long
@pytest.mark.parametrize("note", NOTES)
def test_the_unit_of_the_wanted_pitch_is_heard(folder, note):
    sound = one_unit(folder, {"pitch": note + 3.0}, exact=False)
    assert abs(cents(pitch(sound, 440 * 2 ** ((note - 69) / 12)), note)) < 5
    assert rms(sound) > -30


@pytest.mark.long
def test_exact_units_are_tuned_and_turned_to_what_is_wanted(folder):
    loud = one_unit(folder, {"pitch": 63.0, "loudness": -15.0})
    soft = one_unit(folder, {"pitch": 63.0, "loudness": -30.0})
    assert abs(cents(pitch(loud, 440 * 2 ** (-6 / 12)), 63.0)) < 10
    assert rms(loud) - rms(soft) == pytest.approx(15.0, abs=2.5)


def test_a_gesture_opens_the_stream_or_plays_one_unit(folder):
    stream = Corpus(sounds=("tones",), by=("pitch",), reverb=0.0)
    sound = play(Mixer([stream], folder=folder), 2.0, events=[began(0.2), ended(1.0)])
    assert not sound[: round(0.19 * RATE)].any()
    assert rms(sound[round(0.5 * RATE) : RATE]) > -45
    assert rms(sound[round(1.8 * RATE) :]) < -55
    one = Corpus(sounds=("tones",), by=("pitch",), once=True, reverb=0.0, size=0.1)
    sound = play(Mixer([one], folder=folder), 1.0, events=[began(0.2), began(0.6)])
    assert not sound[: round(0.19 * RATE)].any()
    assert rms(sound[round(0.2 * RATE) : round(0.3 * RATE)]) > -45
    assert rms(sound[round(0.32 * RATE) : round(0.59 * RATE)]) < -90
    assert sound[round(0.6 * RATE) :].any()


def test_units_begin_where_something_begins(tmp_path):
    sound = np.zeros(3 * 48000)
    places = [0.0, 0.31, 0.9, 1.02, 1.7, 2.4]
    for index, place in enumerate(places):
        hit = tone(60 + 5 * index, 48000, 0.3) * np.exp(-np.arange(14400) / 3000)
        if place != 1.7:  # this one is cut off: what clicks there is no unit
            hit[-960:] *= np.linspace(1.0, 0.0, 960)
        at = round(place * 48000)
        sound[at : at + len(hit)] += hit
    write_wav(tmp_path / "hits.wav", sound, 48000)
    cuts = units.gather(("hits.wav",), tmp_path, "onsets", 0.1)
    assert cuts.rows[:, units.START] / 48000 == pytest.approx(places, abs=0.002)
    assert len(cuts.rows) == len(places)
    alone = [0, 1, 4, 5]  # the others ring together
    assert cuts.described[alone, 1] == pytest.approx([60.0 + 5 * i for i in alone], abs=0.6)


def test_variety_takes_other_units_and_none_the_nearest_always(folder):
    def chosen(variety):
        voice = Corpus(
            sounds=("tones",), by=("pitch",), drone=True, variety=variety, exact=False, density=40.0
        )
        mixer = Mixer([voice], ["corpus.pitch"], folder=folder)
        seen = []
        for _ in range(60):
            mixer.render(1440, np.array([60.0]))
            seen.append(int(mixer.desk.state[11]))  # LAST
        return set(seen)

    assert len(chosen(0.0)) == 1
    assert len(chosen(1.0)) > 4


def test_same_seed_same_sound_and_no_clicks(folder):
    voice = Corpus(sounds=("tones",), by=("pitch", "centroid"), drone=True, reverb=0.0)
    row = {"pitch": 60.0, "centroid": 900.0}
    one, two = heard(voice, folder, row), heard(voice, folder, row)
    assert np.array_equal(one, two)
    assert not np.array_equal(one, heard(voice, folder, row, seed=9))
    steady = 0.3 * (2 * np.pi * 440 * 2 ** (15 / 12) / RATE) ** 2
    assert kink(one[4800:]) < 12 * steady  # the highest tone, several at once


def test_what_cannot_be_read_is_said_and_the_rest_plays(folder):
    (folder / "broken.wav").write_bytes(b"RIFFxxxxWAVE")
    (folder / "empty").mkdir()
    voice = Corpus(sounds=("nowhere.wav", "broken.wav", "empty", "tones", "../secret.wav"), drone=True)
    mixer = Mixer([voice], folder=folder)
    assert len(mixer.faults) == 4
    assert any("nowhere.wav" in fault for fault in mixer.faults)
    assert any("no WAV file in it" in fault for fault in mixer.faults)
    assert any("outside the project" in fault for fault in mixer.faults)
    assert rms(play(mixer, 1.0)) > -60
    choir = Mixer([Corpus(sounds=("nowhere.wav",), drone=True)], folder=folder)
    assert len(choir.faults) == 1
    assert rms(play(choir, 1.0)) > -60


@pytest.mark.parametrize("seconds", [0.001, 0.03, 0.5])
def test_a_short_sound_makes_a_corpus(tmp_path, seconds):
    write_wav(tmp_path / "short.wav", tone(60.0, 48000, seconds), 48000)
    for cut in units.CUTS:
        mixer = Mixer([Corpus(sounds=("short.wav",), cut=cut, drone=True)], folder=tmp_path)
        assert np.isfinite(play(mixer, 0.5)).all()


def test_blocks_of_any_size_give_the_same_samples(folder):
    events = [began(0.0101), ended(0.12), began(0.2001, "a", 0.3)]
    voice = Corpus(sounds=("tones",), by=("pitch",))
    whole = play(Mixer([voice], folder=folder), 0.4, events=events, block=100000)
    assert rms(whole) > -60
    for block in (1, 37, 441):
        assert np.array_equal(whole, play(Mixer([voice], folder=folder), 0.4, events=events, block=block))
