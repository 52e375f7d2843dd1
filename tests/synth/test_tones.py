"""The subtractive, FM and wind voices: in tune, clean at any setting, and with notes that behave."""

from __future__ import annotations

import numpy as np
import pytest
from playing import RATE, began, cents, ended, kink, pitch, play, stray

from gesturemap.synth import fm
from gesturemap.synth.fm import Fm
from gesturemap.synth.fm_bodies import ALGORITHMS, BODIES
from gesturemap.synth.mixer import Mixer
from gesturemap.synth.notes import SLOTS
from gesturemap.synth.subtractive import HEAD, SLOT, Subtractive
from gesturemap.synth.wav import peak, rms
from gesturemap.synth.wind import BODIES as WINDS
from gesturemap.synth.wind import Wind

NOTES = (28.0, 45.0, 60.0, 69.3, 84.0, 103.0)
BASES = {"bell": 0.1, "glass": 0.1, "kalimba": 0.2, "organ": 0.5}
"""What all partials of a body are multiples of, where that is not its note."""


def at(hz: float) -> float:
    return float(69 + 12 * np.log2(hz / 440))


def centroid(sound):
    power = np.abs(np.fft.rfft(sound[:, 0].astype(float))) ** 2
    return np.sum(power * np.fft.rfftfreq(len(sound), 1 / RATE)) / power.sum()


@pytest.mark.parametrize("note", NOTES)
@pytest.mark.parametrize("shape", [0.0, 1.0, 2.0, 3.0])
def test_subtractive_notes_are_in_tune_within_a_cent(note, shape):
    voice = Subtractive(shape=shape, unison=1, notes={"a": note}, reverb=0.0, sustain=1.0)
    sound = play(Mixer([voice]), 0.6, events=[began(0)])[4800:, 0].astype(float)
    assert abs(cents(pitch(sound, 440 * 2 ** ((note - 69) / 12)), note)) < 1.0


@pytest.mark.parametrize("note", NOTES)
@pytest.mark.parametrize("body", BODIES)
def test_fm_notes_are_in_tune_within_two_cents(note, body):
    # while its index falls fast, a bass turns the phase of its partials, which measures as another pitch
    voice = Fm(body=body, notes={"a": note}, reverb=0.0, decay=2.0 if body == "bass" else 20.0)
    sound = play(Mixer([voice]), 1.1, events=[began(0)])[28800:, 0].astype(float)
    assert abs(cents(pitch(sound, 440 * 2 ** ((note - 69) / 12)), note)) < 2.0


@pytest.mark.parametrize("hz", [2000.0, 2637.0, 4100.0])
@pytest.mark.parametrize("shape", np.arange(0.0, 3.01, 0.5).tolist())
def test_no_wave_folds_back_however_bright(shape, hz):
    voice = Subtractive(
        unison=1, shape=shape, brightness=1.0, contour=6.0, resonance=1.0, root=at(hz), reverb=0, sustain=1.0
    )
    mixer = Mixer([voice])
    play(mixer, 0.3, events=[began(0)])
    assert stray(play(mixer, 1.0)[:, 0].astype(float), hz) < -80


@pytest.mark.parametrize("hz", [515.0, 1015.0, 2030.0, 3530.0])
@pytest.mark.parametrize("body", BODIES)
def test_no_sideband_folds_back_however_high_the_index(body, hz):
    for index in (0.5, 1.0, 2.0, 4.0):
        for feedback in (0.0, 1.0):
            voice = Fm(body=body, root=at(hz), reverb=0, decay=20.0, index=index, feedback=feedback)
            mixer = Mixer([voice])
            play(mixer, 0.3, events=[began(0)])
            sound = play(mixer, 1.0)[:, 0].astype(float)
            assert stray(sound, hz * BASES.get(body, 1.0), 0.2) < -60, (index, feedback)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_no_sideband_folds_back_in_any_algorithm(algorithm):
    for hz in (515.0, 2030.0):
        for index in (1.0, 4.0):
            voice = Fm(
                body="brass",
                algorithm=algorithm,
                root=at(hz),
                reverb=0,
                decay=20.0,
                index=index,
                feedback=1.0,
            )
            mixer = Mixer([voice])
            play(mixer, 0.5, events=[began(0)])
            assert stray(play(mixer, 1.0)[:, 0].astype(float), hz) < -60, (hz, index)


def test_the_index_bears_as_many_sidebands_as_the_bessel_functions_say():
    from scipy.special import jv

    for sides in (3, 8, 20, 40):
        radians = float(fm.bounds()[sides])
        beyond = [abs(jv(n, radians)) for n in range(sides, sides + 12)]
        assert max(beyond) < fm.FAINT * 1.001
        assert max(abs(jv(n, radians + 0.05)) for n in range(sides, sides + 12)) > fm.FAINT


@pytest.mark.parametrize("voice", [Subtractive(noise=0.1), Fm()], ids=["subtractive", "fm"])
def test_a_harder_gesture_of_a_held_voice_is_louder_and_brighter(voice):
    soft, hard = (play(Mixer([voice]), 0.5, events=[began(0.0, "a", force)]) for force in (0.2, 1.0))
    assert rms(hard) > rms(soft) + 6
    assert centroid(hard) > 1.05 * centroid(soft)


@pytest.mark.parametrize(
    "voice",
    [
        Subtractive(attack=0.001, release=0.005, contour=0.0, sustain=1.0),
        Fm(body="organ", attack=0.001, release=0.005),
    ],
    ids=["subtractive", "fm"],
)
def test_held_notes_begin_and_end_without_a_step_and_leave_exact_silence(voice):
    mixer = Mixer([type(voice)(**{**vars(voice), "reverb": 0.0})])
    sound = play(mixer, 1.0, events=[began(0.1), ended(0.5)])
    ringing = np.abs(np.diff(sound[round(0.3 * RATE) : round(0.45 * RATE)].astype(float), axis=0)).max()
    assert 0 < np.abs(np.diff(sound.astype(float), axis=0)).max() < 1.6 * ringing
    assert rms(sound[round(0.52 * RATE) :]) < rms(sound[round(0.4 * RATE) : round(0.5 * RATE)]) - 40
    play(mixer, 1.0)
    assert peak(play(mixer, 1.0)) < -180


@pytest.mark.parametrize("voice", [Subtractive(release=2.0), Fm(release=2.0)], ids=["subtractive", "fm"])
def test_a_flood_of_notes_steals_without_a_click(voice):
    labels = [f"g{i}" for i in range(24)]
    notes = {label: 40.0 + i for i, label in enumerate(labels)}
    mixer = Mixer([type(voice)(**{**vars(voice), "reverb": 0.0, "notes": notes})], labels=labels)
    eight = play(mixer, 1.0, events=[began(0.004 * i, labels[16 + i], 0.5) for i in range(8)])
    flood = play(mixer, 2.0, events=[began(0.004 * i, labels[i * 7 % 24], 0.5) for i in range(400)])
    assert np.isfinite(flood).all()
    busy = mixer.desk.state[HEAD if voice.kind == "subtractive" else fm.HEAD :]
    busy = busy[:: SLOT if voice.kind == "subtractive" else fm.SLOT][:SLOTS]
    assert 6 <= np.count_nonzero(busy) <= SLOTS
    assert kink(flood) < 1.6 * kink(eight)


def test_one_voice_glides_and_goes_back_to_what_is_still_held():
    voice = Subtractive(
        mono=True, glide=0.1, notes={"a": 57.0, "b": 69.0}, unison=1, reverb=0.0, shape=0.0, sustain=1.0
    )
    mixer = Mixer([voice])
    low = play(mixer, 0.5, events=[began(0.0, "a")])
    change = play(mixer, 0.5, events=[began(0.0, "b")])
    high = play(mixer, 0.5)
    play(mixer, 0.6, events=[ended(0.0, "b")])
    back = play(mixer, 0.5)
    assert abs(cents(pitch(low[4800:, 0].astype(float), 220.0), 57)) < 2
    assert abs(cents(pitch(high[:, 0].astype(float), 440.0), 69)) < 2
    assert abs(cents(pitch(back[:, 0].astype(float), 220.0), 57)) < 2
    assert kink(change) < 1.3 * max(kink(low[4800:]), kink(high))
    play(mixer, 3.0, events=[ended(0.0, "a")])
    assert peak(play(mixer, 0.1)) < -180


@pytest.mark.parametrize(
    "voice",
    [Subtractive(drone=True, root=57.0, unison=1), Fm(drone=True, body="clarinet", root=57.0)],
    ids=["subtractive", "fm"],
)
def test_a_drone_sounds_always_and_its_pitch_follows_a_control(voice):
    mixer = Mixer([voice], [f"{voice.name}.pitch"])
    play(mixer, 0.5, [0.0], [began(0.1, "x"), ended(0.2, "x")])
    for semitones in (-12.0, 0.0, 7.3, 24.0):
        play(mixer, 0.4, [semitones])
        sound = play(mixer, 0.6, [semitones])[:, 0].astype(float)
        assert rms(sound) > -40
        assert abs(cents(pitch(sound, 220 * 2 ** (semitones / 12)), 57 + semitones)) < 2


def test_vibrato_swings_as_far_as_it_says():
    voice = Subtractive(drone=True, unison=1, shape=0.0, vibrato=1.0, vibrato_rate=4.0, reverb=0.0, root=69.0)
    mixer = Mixer([voice])
    play(mixer, 0.5)
    sound = play(mixer, 1.0)[:, 0].astype(float)
    crossings = np.nonzero((sound[:-1] < 0) & (sound[1:] >= 0))[0]
    exact = crossings - sound[crossings] / (sound[crossings + 1] - sound[crossings])
    swing = 12 * np.log2(RATE / np.diff(exact) / 440)
    assert swing.max() == pytest.approx(1.0, abs=0.1)
    assert swing.min() == pytest.approx(-1.0, abs=0.1)


@pytest.mark.parametrize("body", WINDS)
def test_wind_becomes_a_whistle_where_its_pitch_says(body):
    def piece(**settings):
        return play(Mixer([Wind(body=body, drone=True, reverb=0.0, **settings)]), 4.0)[RATE:]

    noise, whistle = piece(resonance=0.0), piece(resonance=1.0)
    flatness = []
    for sound in (noise, whistle):
        power = np.abs(np.fft.rfft(sound[:, 0].astype(float)))[200 * 3 : 8000 * 3] ** 2 + 1e-20
        flatness.append(10 * np.log10(np.exp(np.mean(np.log(power))) / np.mean(power)))
    assert flatness[1] < flatness[0] - 10
    assert centroid(piece(resonance=1.0, pitch=24.0)) > 2.5 * centroid(whistle)
    assert centroid(piece(resonance=0.0, brightness=1.0)) > 1.5 * centroid(
        piece(resonance=0.0, brightness=0.0)
    )
