"""The shipped patches: readable, told apart, equally loud, clean, and moved by every control without a click."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
from playing import RATE, began, kink, play

from gesturemap import catalog
from gesturemap.built_in import BUILT_IN
from gesturemap.frames import Spec
from gesturemap.synth.loudness import PHRASE_LABELS, PHRASE_SECONDS, WANTED, integrated, measured, phrase
from gesturemap.synth.mixer import Mixer
from gesturemap.synth.render import render
from gesturemap.synth.voice import COMMON, parameters
from gesturemap.synth.wav import peak, rms

FOLDER = Path(__file__).parents[2] / "patches"
PATCHES = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.toml"))}
VOICES = {name: catalog.read("voices", table["voice"], name) for name, table in PATCHES.items()}
each_patch = pytest.mark.parametrize("name", VOICES)


def phrase_of(name):
    return render(
        [VOICES[name]], Spec(()), np.zeros(0), np.zeros((0, 0)), phrase(), PHRASE_SECONDS, volume=1.0,
        labels=PHRASE_LABELS,
    )  # fmt: skip


def test_there_are_enough_of_every_kind():
    assert len(PATCHES) >= 20
    assert {voice.kind for voice in VOICES.values()} == set(BUILT_IN["voices"])


@each_patch
def test_a_patch_says_what_it_is_in_one_line(name):
    table = PATCHES[name]
    assert set(table) == {"about", "voice"}
    assert 20 < len(table["about"]) < 110
    assert "\n" not in table["about"]
    assert catalog.read("voices", catalog.write(VOICES[name]), name) == VOICES[name]


@each_patch
@pytest.mark.long
def test_a_patch_is_as_loud_as_all_the_others_and_ends_without_offset(name):
    sound = phrase_of(name)
    assert abs(integrated(sound, RATE) - WANTED) <= 1.0
    assert np.abs(sound.mean(axis=0)).max() < 1e-3
    assert peak(sound) <= -1.0 + 1e-6


@pytest.mark.long
def test_loudness_is_the_same_at_another_rate():
    for name in ("theremin", "electric-piano", "marimba"):
        assert measured(VOICES[name], 44100.0) == pytest.approx(WANTED, abs=1.0)


@pytest.mark.long
def test_patches_differ_in_what_they_play():
    shapes = {}
    for name in VOICES:
        sound = phrase_of(name).mean(axis=1)
        blocks = sound[: len(sound) // 4800 * 4800].reshape(-1, 4800)
        power = np.abs(np.fft.rfft(blocks * np.hanning(4800), axis=1)) ** 2
        bands = [power[:, 2**octave : 2 ** (octave + 1)].sum(axis=1) for octave in range(1, 11)]
        shapes[name] = 10 * np.log10(np.stack(bands) + 1e-4)
    names = list(shapes)
    for i, one in enumerate(names):
        for other in names[:i]:
            assert np.sqrt(np.mean(np.square(shapes[one] - shapes[other]))) > 3.0, (one, other)


@pytest.mark.long
@each_patch
def test_no_jump_of_a_control_clicks_in_a_patch(name):
    voice = VOICES[name]

    def piece(parameter, before, after):
        mixer = Mixer([voice], [f"{voice.name}.{parameter.name}"], labels=["a", "b"])
        return play(mixer, 0.6, lambda t: [before if t < 0.4 else after], [began(0.02), began(0.2, "b")])

    for parameter in COMMON + type(voice).PARAMETERS:
        if parameter.smooth == 0.0:
            continue
        low, high = parameter.low, parameter.high
        still, other, up, down = (
            piece(parameter, *pair) for pair in ((low, low), (high, high), (low, high), (high, low))
        )
        rest = dict(parameters(voice))[
            parameter
        ]  # on its way a filter may let through more than at both ends
        usual = max(kink(still[960:]), kink(other[960:]), kink(piece(parameter, rest, rest)[960:]))
        jump = slice(round(0.39 * RATE), None)
        assert max(kink(up[jump]), kink(down[jump])) < 1.6 * usual + 1e-4, parameter.name


@each_patch
def test_a_patch_is_silent_until_it_is_played_or_sounds_always(name):
    voice = VOICES[name]
    sound = play(Mixer([voice]), 1.5)
    if getattr(voice, "drone", False):
        assert rms(sound[RATE:]) > -50
    else:
        assert not sound.any()
