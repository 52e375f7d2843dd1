"""Every voice: in tune, clean, without clicks, the same in blocks of any size, moved by each parameter."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playing import RATE, began, cents, ended, kink, pitch, play, stray

from gesturemap import catalog
from gesturemap.frames import Event
from gesturemap.synth import desk, master
from gesturemap.synth.corpus import Corpus
from gesturemap.synth.fm import Fm
from gesturemap.synth.grains import Grains
from gesturemap.synth.mixer import Mixer
from gesturemap.synth.pad import Pad
from gesturemap.synth.pluck import BODIES, Pluck
from gesturemap.synth.sampler import Sampler
from gesturemap.synth.scrub import Scrub
from gesturemap.synth.subtractive import Subtractive
from gesturemap.synth.voice import COMMON, ON, parameters
from gesturemap.synth.wav import peak, rms
from gesturemap.synth.wav_write import write_wav
from gesturemap.synth.wind import Wind

VOICES = [
    Pad(drone=True),
    *(Pluck(body=body) for body in BODIES),
    Grains(drone=True),
    Subtractive(unison=3, noise=0.02, sub=0.2),
    Fm(),
    Fm(body="brass"),
    Wind(drone=True),
    Sampler(),
    Scrub(drone=True),
    Corpus(drone=True, by=("loudness", "pitch", "centroid"), loudness=-20.0),
]
NAMES = [f"{voice.kind} {getattr(voice, 'body', '')}".strip() for voice in VOICES]
each_voice = pytest.mark.parametrize("voice", VOICES, ids=NAMES)
MOVED = [voice for voice in VOICES if getattr(voice, "body", "") not in ("wood", "glass")]
ASIDE = {"clarity", "flatness", *(f"mfcc_{i}" for i in range(1, 7))}
"""Descriptors by which this corpus does not choose."""
MOVES = [(voice, p) for voice in MOVED for p in COMMON + type(voice).PARAMETERS if p.name not in ASIDE]
each_move = pytest.mark.parametrize(
    ("voice", "parameter"), MOVES, ids=[f"{v.kind} {getattr(v, 'body', '')} {p.name}" for v, p in MOVES]
)


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("note", [28.0, 45.0, 60.0, 69.3, 84.0, 103.0])
def test_plucks_are_in_tune_within_a_cent(body, note):
    mixer = Mixer([Pluck(body=body, notes={"a": note}, decay=8.0, reverb=0.0, spread=0.0)])
    sound = play(mixer, 0.6, events=[began(0)])[4800:, 0].astype(float)
    assert abs(cents(pitch(sound, 440 * 2 ** ((note - 69) / 12)), note)) < 1.0


@pytest.mark.parametrize("note", [33.0, 57.0, 95.0])
def test_a_pad_is_in_tune_and_follows_its_pitch(note):
    mixer = Mixer([Pad(notes=(note,), detune=0, motion=0, reverb=0, drone=True)], ["pad.pitch"])
    play(mixer, 0.5, [0.0])
    here = play(mixer, 1.0, [0.0])[:, 0].astype(float)
    play(mixer, 0.7, [7.0])
    there = play(mixer, 1.0, [7.0])[:, 0].astype(float)
    assert abs(cents(pitch(here, 440 * 2 ** ((note - 69) / 12)), note)) < 0.5
    assert abs(cents(pitch(there, 440 * 2 ** ((note - 62) / 12)), note + 7)) < 0.5


def test_grains_keep_the_pitch_of_a_file_at_another_rate(tmp_path):
    time = np.arange(44100 * 2) / 44100
    write_wav(tmp_path / "sine.wav", np.sin(2 * np.pi * 440 * time) * 0.5, 44100)
    grains = Grains(file="sine.wav", drone=True, spread=0.0, reverb=0.0, size=0.5)
    for semitones in (0.0, 12.0, -5.0):
        mixer = Mixer([grains], ["grains.pitch"], folder=tmp_path)
        assert mixer.faults == ()
        play(mixer, 0.6, [semitones])
        sound = play(mixer, 1.0, [semitones])[:, 0].astype(float)
        assert abs(cents(pitch(sound, 440 * 2 ** (semitones / 12)), 69 + semitones)) < 8


def test_a_sound_at_a_low_rate_leaves_no_mirror_image(tmp_path):
    write_wav(tmp_path / "low.wav", np.sin(2 * np.pi * 2000 * np.arange(12000) / 12000) * 0.5, 12000)
    mixer = Mixer([Grains(file="low.wav", drone=True, reverb=0.0)], folder=tmp_path)
    sound = play(mixer, 1.0)[12000:, 0].astype(float)
    spectrum = np.abs(np.fft.rfft(sound * np.blackman(len(sound))))
    high = np.fft.rfftfreq(len(sound), 1 / RATE) > 6000
    assert spectrum[high].max() < 1e-3 * spectrum.max()


def test_a_bright_high_pad_does_not_fold_back():
    mixer = Mixer([Pad(notes=(95.0,), detune=0, motion=0, reverb=0, brightness=1.0, drone=True)])
    play(mixer, 0.5)
    assert stray(play(mixer, 1.0)[:, 0].astype(float), 440 * 2 ** (26 / 12)) < -80


def test_a_bright_high_string_does_not_fold_back():
    mixer = Mixer([Pluck(notes={"a": 95.0}, brightness=1.0, reverb=0, decay=12.0)])
    play(mixer, 0.1, events=[began(0)])
    assert stray(play(mixer, 1.0)[:, 0].astype(float), 440 * 2 ** (26 / 12)) < -60


@each_voice
def test_a_voice_sounds_in_stereo_at_a_sane_level_without_offset(voice):
    mixer = Mixer([voice])
    sound = play(mixer, 3.0, events=[began(0.1), began(0.6), began(1.1), began(1.6), began(2.1)])
    assert -36 < rms(sound) < -14
    assert peak(sound) < -2.5
    assert np.abs(sound.mean(axis=0)).max() < 2e-4
    left, right = sound.T.astype(float)
    assert 0.1 < np.corrcoef(left, right)[0, 1] < 0.9999


@each_voice
def test_blocks_of_any_size_give_the_same_samples(voice):
    events = [began(0.0101), began(0.05, "b", 0.5), ended(0.12), began(0.2001, "a", 0.3), began(0.2001, "b")]
    controls = [f"{voice.name}.level", f"{voice.name}.pan"]

    def piece(block):
        mixer = Mixer([voice], controls)
        first = play(mixer, 0.151, [1.0, -0.5], events, block)
        later = [(at - len(first), event) for at, event in events if at >= len(first)]
        return np.concatenate([first, play(mixer, 0.25, [0.4, 0.9], later, block)])

    whole = piece(100000)
    assert peak(whole) > -60
    for block in (1, 37, 64, 441):
        assert np.array_equal(whole, piece(block)), f"blocks of {block}"


@each_voice
def test_the_same_controls_give_the_same_samples_and_another_seed_does_not(voice):
    sounds = [play(Mixer([voice], seed=seed), 0.5, events=[began(0.01)]) for seed in (1, 1, 2)]
    assert np.array_equal(sounds[0], sounds[1])
    if voice.kind not in ("pluck", "fm", "sampler") or getattr(voice, "body", "") == "string":
        assert not np.array_equal(sounds[0], sounds[2])


@each_move
@pytest.mark.long
def test_every_parameter_is_heard_and_a_jump_of_it_makes_no_click(voice, parameter):
    def piece(before, after):
        mixer = Mixer([voice], [f"{voice.name}.{parameter.name}"], labels=["a", "b"])
        notes = [began(0.02), began(0.1, "b"), ended(0.24, "b"), began(0.25)]
        return play(mixer, 0.75, lambda t: [before if t < 0.5 else after], notes)

    low, high = parameter.low, parameter.high
    still, other, up, down = (piece(*pair) for pair in ((low, low), (high, high), (low, high), (high, low)))
    assert rms(still[12000:] - other[12000:]) > max(rms(still[12000:]), rms(other[12000:])) - 25
    jump = slice(round(0.48 * RATE), round(0.7 * RATE))
    rest = dict(parameters(voice))[parameter]  # on its way a filter may let through more than at both ends
    usual = max(kink(piece(value, value)[4800:]) for value in (low, high, rest))
    assert max(kink(up[jump]), kink(down[jump])) < 1.6 * usual


@each_voice
def test_a_parameter_reaches_its_new_value_within_its_smoothing(voice):
    for row, (parameter, rest) in enumerate(parameters(voice)):
        mixer = Mixer([voice], [f"{voice.name}.{parameter.name}"])
        assert mixer.desk.parameters[desk.AIMED, row] == (0.0 if parameter.name == "level" else rest)
        play(mixer, 0.05, [parameter.low])
        play(mixer, max(parameter.smooth, 0.0007), [parameter.high], block=32)
        went = (mixer.desk.parameters[desk.AIMED, row] - parameter.low) / (parameter.high - parameter.low)
        assert went >= 0.62


def test_notes_begin_and_end_without_a_click():
    pad = Mixer([Pad(attack=0.002, release=0.005, reverb=0.0)])
    sound = play(pad, 1.2, events=[began(0.2), ended(0.6)])
    steady = kink(sound[round(0.4 * RATE) : round(0.55 * RATE)])
    assert kink(sound) < 2.5 * steady
    for body in BODIES:
        pluck = Mixer([Pluck(body=body, reverb=0.0)])
        steps = np.abs(np.diff(play(pluck, 0.5, events=[began(0.1)]).astype(float), axis=0)).max(axis=1)
        onset = steps[round(0.1 * RATE) : round(0.103 * RATE)]
        ringing = steps[round(0.103 * RATE) : round(0.15 * RATE)]
        assert 0 < onset.max() < 1.3 * ringing.max()


def test_chords_of_gestures_fade_into_one_another():
    pad = Pad(
        chords={"a": (45.0, 52.0), "b": (50.0, 57.0)}, attack=0.1, release=0.3, motion=0, detune=0, reverb=0
    )
    mixer = Mixer([pad], labels=["a", "b"])
    one = play(mixer, 1.0, events=[began(0.0, "a")])
    change = play(mixer, 0.5, events=[began(0.0, "b")])
    two = play(mixer, 1.0)
    assert pitch(one[24000:, 0].astype(float), 110.0) == pytest.approx(110.0, rel=1e-3)
    assert pitch(two[24000:, 0].astype(float), 146.83) == pytest.approx(146.83, rel=1e-3)
    assert kink(change) < 1.5 * max(kink(one[24000:]), kink(two[24000:]))


def test_a_harder_gesture_is_louder_and_brighter():
    def piece(velocity):
        return play(Mixer([Pluck(body="metal", reverb=0.0)]), 0.5, events=[began(0.0, "a", velocity)])[
            :, 0
        ].astype(float)

    def centroid(sound):
        power = np.abs(np.fft.rfft(sound)) ** 2
        return np.sum(power * np.fft.rfftfreq(len(sound), 1 / RATE)) / power.sum()

    soft, hard = piece(0.2), piece(1.0)
    assert rms(hard) > rms(soft) + 6
    assert centroid(hard) > 1.05 * centroid(soft)


def test_many_notes_ring_together_and_the_oldest_makes_room_without_a_click():
    mixer = Mixer([Pluck(body="metal", decay=12.0, reverb=0.0)], labels=list("abcdefghijklmno"))
    chord = play(mixer, 1.0, events=[began(0.05 * i, "abc"[i % 3], 0.3) for i in range(3)])
    for label in "abc":
        note = Pluck().plays(label, "abc".index(label))
        hz = 440 * 2 ** ((note - 69) / 12)
        assert pitch(chord[12000:, 0].astype(float), hz) == pytest.approx(hz, rel=1e-3)
    flood = play(mixer, 2.0, events=[began(0.02 * i, "abcdefghijklmno"[i % 15], 0.3) for i in range(90)])
    assert np.isfinite(flood).all()
    assert peak(flood) <= -1.0 + 1e-6
    busy = np.count_nonzero(mixer.desk.state[8 : 8 + 20 * 8 : 8])
    assert 10 <= busy <= 14


def test_the_end_of_a_gesture_damps_its_note_where_wanted():
    def tail(damp):
        mixer = Mixer([Pluck(body="metal", damp=damp, decay=8.0, reverb=0.0)])
        return rms(play(mixer, 1.0, events=[began(0.0), ended(0.3)])[round(0.6 * RATE) :])

    assert tail(True) < tail(False) - 40


def test_a_voice_answers_its_own_gestures_only():
    mixer = Mixer([Pluck(gestures=("a",))], labels=["a", "b"])
    assert peak(play(mixer, 0.2, events=[began(0.0, "b"), began(0.0, "never heard of")])) == -np.inf
    assert peak(play(mixer, 0.2, events=[began(0.0, "a")])) > -40
    everybody = Mixer([Pluck()], labels=["a"])
    assert peak(play(everybody, 0.2, events=[began(0.0, "never heard of")])) > -40


def test_gestures_without_a_note_get_the_pentatonic():
    played = Pluck(root=60.0, notes={"b": 50.0}).pitches(["a", "b", "c", "d", "e", "f"])
    assert played.tolist() == [60, 50, 64, 67, 69, 72, 60]


@each_voice
def test_what_decays_ends_at_zero_and_not_in_denormals(voice):
    mixer = Mixer([voice], [f"{voice.name}.level"])
    play(mixer, 0.3, [1.0], [began(0.0)])
    room = mixer.desk.master[master.HEAD :]
    room *= 1e-306
    if voice.kind == "pluck" and voice.body == "string":
        own = mixer.desk.state[8 + 20 * 8 :].reshape(20, -1)[:, 16:]
        own *= 1e-306
    play(mixer, 0.5, [0.0])
    tiny = np.finfo(float).tiny
    for array in (mixer.desk.state, mixer.desk.master, mixer.desk.bus):
        assert not np.any((array != 0) & (np.abs(array) < tiny))


def test_a_note_that_has_faded_leaves_its_slot():
    mixer = Mixer([Pluck(body=body, decay=0.1, name=body) for body in BODIES])
    play(mixer, 0.02, events=[began(0.0)])
    rows = mixer.desk.rows
    slots = [mixer.desk.state[start + 8 : start + 8 + 20 * 8 : 8] for start in rows[:, desk.STATE]]
    assert all(slot.any() for slot in slots)
    play(mixer, 1.5)
    assert not any(slot.any() for slot in slots)


def test_a_missing_or_outside_sound_file_gives_a_line_and_the_choir_sings(tmp_path):
    (tmp_path / "broken.wav").write_bytes(b"RIFF\x10\x00\x00\x00WAVEfmt ")
    for file, reason in [("none.wav", "No such file"), ("../x.wav", "outside"), ("broken.wav", "broken")]:
        mixer = Mixer([Grains(file=file, drone=True)], folder=tmp_path)
        assert len(mixer.faults) == 1
        assert file in mixer.faults[0]
        assert reason in mixer.faults[0]
        assert rms(play(mixer, 0.5)) > -40


def test_a_short_sound_can_be_granulated_at_any_pitch(tmp_path):
    write_wav(tmp_path / "tick.wav", np.hanning(200) * 0.5, RATE)
    mixer = Mixer([Grains(file="tick.wav", drone=True)], ["grains.pitch", "grains.position"], folder=tmp_path)
    for semitones in (-24, 0, 24):
        for position in (0, 0.5, 1):
            assert np.isfinite(play(mixer, 0.2, [semitones, position])).all()
    assert rms(play(mixer, 0.5, [0, 0.5])) > -70


@each_voice
def test_settings_come_back_from_their_table(voice):
    assert catalog.read("voices", catalog.write(voice), "here") == voice


@each_voice
@pytest.mark.parametrize("rate", [22050.0, 44100.0, 96000.0])
def test_other_rates_play_too(voice, rate):
    mixer = Mixer([voice], rate=rate)
    sound = mixer.render(int(rate / 2), None, [(100, Event("began", "a", 1.0))])
    assert -45 < rms(sound) < -10


def test_a_voice_from_elsewhere_plays_through_its_kernel():
    from plain_voice import Plain

    mixer = Mixer([Plain(name="plain", reverb=0.0)])
    sound = play(mixer, 0.5, events=[(100, Event("began", "a", 0.5))])
    assert ON == 1
    assert not sound[:100].any()
    assert pitch(sound[9600:, 0].astype(float), 1000.0) == pytest.approx(1000.0, abs=0.5)


def test_the_built_in_sound_is_the_same_every_time_and_not_clipped():
    from gesturemap.synth import sample

    sound, rate = sample.choir()
    sample.choir.cache_clear()
    again, _ = sample.choir()
    assert np.array_equal(sound, again)
    assert rate * 6 == len(sound)
    assert np.abs(sound).max() < 0.9
    assert Path(sample.__file__).exists()
