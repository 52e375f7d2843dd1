"""Movement and sound put together by their time stamps, and sounds brought into a project."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gesturemap.control.along import bring, descriptors, playable, with_sound
from gesturemap.control.checks import agreeing
from gesturemap.control.desk import neutral
from gesturemap.control.trainer import fit
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import CommandError, DataError, FileError
from gesturemap.features.feature import ChainRun
from gesturemap.frames import Channel, Frame, Spec
from gesturemap.synth.describe import describe
from gesturemap.synth.render import render
from gesturemap.synth.wav_write import write_wav

RATE = 48000


def glide(seconds: float = 2.0) -> np.ndarray:
    """A tone that rises by an octave a second from MIDI note 60 on."""
    time = np.arange(int(seconds * RATE)) / RATE
    phase = np.cumsum(440 * 2 ** ((60 + 12 * time - 69) / 12)) / RATE
    return np.stack([0.3 * np.sin(2 * np.pi * phase)] * 2, axis=1).astype(np.float32)


def moved(seconds: float, rate: float = 100.0) -> Demonstration:
    random = np.random.default_rng(4)
    time = np.sort(np.arange(0, seconds, 1 / rate) + random.uniform(0, 0.004, round(seconds * rate)))
    return Demonstration("1", "wave", Spec.of("x"), time + 7.0, np.arange(len(time))[:, None] * 1.0)


@pytest.mark.parametrize("start", [0.0, 0.35, -0.4, 1.2])
def test_every_frame_gets_what_was_heard_at_its_time(start):
    """The movement's first frame comes `start` seconds into the sound, or before it."""
    track = describe(glide(), RATE, ("pitch",))
    demonstration = moved(3.0)
    joined = with_sound(demonstration, track, start, "glide.wav")
    times = demonstration.time - demonstration.time[0] + start
    inside = (times >= 0) & (times <= 2.0)
    assert len(joined) == inside.sum()
    assert joined.values[:, 0] == pytest.approx(np.flatnonzero(inside))
    assert joined.time[0] == 0.0
    steady = (times[inside] > 0.1) & (times[inside] < 1.9)
    assert joined.targets[steady, 0] == pytest.approx(60 + 12 * times[inside][steady], abs=0.15)
    assert [str(channel) for channel in joined.outputs] == ["pitch MIDI note"]
    assert joined.note == "with glide.wav"
    joined.check()


@pytest.mark.parametrize("start", [1.9, 50.0, -2.9, -50.0])
def test_movement_and_sound_that_missed_one_another_are_refused(start):
    with pytest.raises(DataError, match="move while it is heard"):
        with_sound(moved(3.0), describe(glide(), RATE, ("pitch",)), start, "glide.wav")


def test_descriptors_are_the_usual_ones_or_those_asked_for_once():
    assert descriptors(()) == ("loudness", "pitch", "centroid")
    assert descriptors(["mfcc_2", "pitch", "mfcc_2"]) == ("mfcc_2", "pitch")
    with pytest.raises(CommandError, match="there are loudness"):
        descriptors(["warmth"])


def test_a_sound_is_copied_into_the_project_once_and_never_over_another(tmp_path):
    home, away = tmp_path / "project", tmp_path / "away"
    home.mkdir()
    away.mkdir()
    write_wav(away / "a.wav", glide(0.2), RATE)
    assert bring(str(away / "a.wav"), home) == "sounds/a.wav"
    assert bring(str(away / "a.wav"), home) == "sounds/a.wav"
    write_wav(away / "a.wav", glide(0.3), RATE)
    assert bring(str(away / "a.wav"), home) == "sounds/a-2.wav"
    assert bring("sounds/a.wav", home) == "sounds/a.wav"
    assert bring(str(home / "sounds" / "a.wav"), home) == "sounds/a.wav"
    assert sorted(path.name for path in (home / "sounds").iterdir()) == ["a-2.wav", "a.wav"]
    (away / "none.wav").write_bytes(b"no sound")
    with pytest.raises(FileError):
        bring(str(away / "none.wav"), home)
    with pytest.raises(FileError):
        bring(str(away / "nowhere.wav"), home)


@pytest.mark.long
def test_the_corpus_of_a_new_project_follows_what_is_wanted_and_not_what_comes_after_it(tmp_path):
    """A sound of bright and dark tenths of a second: what was chosen as bright or dark is heard so."""
    time = np.arange(4 * RATE) / RATE
    bright = (np.floor(time * 10) % 2).astype(bool)
    sound = 0.2 * np.sin(2 * np.pi * np.where(bright, 3000.0, 300.0) * time)
    write_wav(tmp_path / "both.wav", sound, RATE)
    voices = neutral(tmp_path, sound="both.wav").sound.voices
    times = np.arange(0.0, 6.0, 0.02)
    wanted = np.where(np.floor(times) % 2 > 0, 3000.0, 300.0)
    level = np.ones(len(times))
    loudness, pitch = level * -18.0, 69.0 + 12.0 * np.log2(wanted / 440.0)
    controls = Spec.of("corpus.level", "corpus.loudness", "corpus.pitch", "corpus.centroid")
    values = np.stack([level, loudness, pitch, wanted], axis=1)
    heard = render(voices, controls, times, values, seconds=6.0, folder=tmp_path)
    settled = times % 1.0 > 0.25
    centroid = describe(heard, RATE, ("centroid",)).at(times)[settled, 0]
    is_bright = wanted[settled] > 1000.0
    assert np.median(centroid[is_bright]) > 2500.0
    assert np.median(centroid[~is_bright]) < 900.0
    assert np.mean((centroid > 1500.0) == is_bright) > 0.95


MOVED = Spec.of("ax g", "ay g", "az g", "gx rad/s", "gy rad/s", "gz rad/s", rate=60.0)
TILT, TURN = np.array([1.0, 0.8, 0.5]), np.array([2.0, 1.0, 1.5])


def sweep(seconds: float, size: float = 1.0, seed: int = 0) -> np.ndarray:
    """(T, 6) acceleration and rotation of a tilt that takes so long; the shorter, the faster it turns."""
    course = np.linspace(0.0, 1.0, round(60 * seconds))[:, None]
    tilted = np.sin(1.5 * course * TILT) * size
    turned = np.cos(3.0 * course * TURN) * TURN * size * 3.0 / seconds
    return np.hstack([tilted, turned]) + np.random.default_rng(seed).normal(0.0, 0.02, (len(course), 6))


def learned(folder):
    """What a new project for a sound says of frames, once two sweeps were made to it."""
    write_wav(folder / "glide.wav", glide(3.0), RATE)
    bring(str(folder / "glide.wav"), folder)
    project = neutral(folder, sound="sounds/glide.wav")
    track = describe(glide(3.0), RATE, ("loudness", "pitch", "centroid"))
    moves = [
        Demonstration(str(n), "sweep", MOVED, np.arange(180) / 60.0, sweep(3.0, seed=n)) for n in range(2)
    ]
    model = fit(project, tuple(with_sound(move, track, 0.0, "glide.wav") for move in moves))
    follower, chain = model.start(), ChainRun(project.features, MOVED)
    return lambda values: [
        follower.step(chain.step(Frame(i / 60.0, row.copy(), i / 60.0))) for i, row in enumerate(values)
    ]


@pytest.mark.long
@pytest.mark.parametrize(("seconds", "size"), [(3.0, 1.0), (6.0, 1.0), (1.5, 1.0), (3.0, 2.0), (3.0, 0.5)])
def test_slower_faster_smaller_and_larger_movements_play_the_sound_too(tmp_path, seconds, size):
    """And what comes out still goes with the movement's course."""
    play = learned(tmp_path)
    before = np.tile(sweep(seconds, size)[:1], (60, 1))
    estimates = play(np.vstack([before, sweep(seconds, size, seed=7)]))[60:]
    assert np.mean([one.winner == 0 for one in estimates]) > 0.9
    pitch = [one.outputs[1] for one in estimates]
    assert np.corrcoef(pitch, np.arange(len(pitch)))[0, 1] > 0.9


@pytest.mark.long
def test_another_movement_plays_nothing(tmp_path):
    play = learned(tmp_path)
    angle = 2 * np.pi * np.arange(180)[:, None] / 60.0
    circle = np.hstack(
        [np.cos(angle), np.sin(angle), 1 + 0 * angle, 3 * np.sin(angle), 3 * np.cos(angle), 0 * angle]
    )
    assert np.mean([one.winner == 0 for one in play(circle)]) < 0.1


def cut_short(path, there: float, promised: float):
    """A WAV file that holds less than its header says."""
    write_wav(path, glide(promised), RATE)
    path.write_bytes(path.read_bytes()[: 44 + 6 * round(there * RATE)])
    return path


def test_a_sound_that_nothing_can_be_moved_to_is_refused(tmp_path):
    write_wav(tmp_path / "click.wav", glide(0.1), RATE)
    with pytest.raises(
        FileError, match=r"0\.100 s of sound are in it; a movement goes along with at least 0\.2 s"
    ):
        playable(tmp_path / "click.wav")
    broken = cut_short(tmp_path / "broken.wav", 0.001, 3.0)
    with pytest.raises(FileError, match=r"0\.001 s of sound are in it, though its header says 3\.00 s"):
        playable(broken)
    with pytest.raises(FileError, match="copy it once more"):
        bring(str(broken), tmp_path / "project")


def test_what_is_strange_about_a_sound_is_said(tmp_path):
    write_wav(tmp_path / "whole.wav", glide(), RATE)
    assert playable(tmp_path / "whole.wav") == (2.0, ())
    seconds, (line,) = playable(cut_short(tmp_path / "cut.wav", 1.0, 3.0))
    assert seconds == 1.0
    assert line.endswith(
        "cut.wav: 1.00 s of sound are in it, though its header says 3.00 s; what there is plays; "
        "copy it once more to have the rest"
    )
    write_wav(tmp_path / "silent.wav", 0.0 * glide(), RATE)
    seconds, (line,) = playable(tmp_path / "silent.wav")
    assert seconds == 2.0
    assert "silent.wav: it is silent" in line


def test_what_has_other_outputs_than_the_rest_is_refused_before_it_is_recorded(tmp_path):
    empty = neutral(tmp_path, {"kind": "pointer"})
    joined = with_sound(moved(2.0), describe(glide(), RATE, ("pitch",)), 0.0, "glide.wav")
    plain = replace(moved(2.0), id="2")
    sounding, mute = replace(empty, demonstrations=(joined,)), replace(empty, demonstrations=(plain,))
    agreeing(empty)
    agreeing(empty, ("pitch",))
    agreeing(sounding, ("pitch",))
    agreeing(mute)
    with pytest.raises(CommandError, match=r"no sound goes along.* have pitch; .*; choose a sound"):
        agreeing(sounding)
    with pytest.raises(CommandError, match=r"have no sound; .*record without a sound"):
        agreeing(mute, ("pitch",))
    with pytest.raises(CommandError, match=r"have pitch; .*; make a new project"):
        agreeing(sounding, ("loudness", "pitch"))
    other = replace(joined, outputs=(Channel("brightness"),))
    with pytest.raises(CommandError, match=r"have brightness; .*; set them by hand .*import demonstrations"):
        agreeing(replace(empty, demonstrations=(other,)))
    agreeing(
        replace(empty, demonstrations=(joined, plain))
    )  # one of them is to be left out first, and that is said
