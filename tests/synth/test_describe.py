"""Descriptors against what is known of made sounds, and against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import fft, signal

from gesturemap.errors import SettingsError
from gesturemap.synth.describe import CHANNELS, FLOOR, describe

RATE = 48000.0


def tone(hz: float, seconds: float = 1.0, harmonics: int = 1, rate: float = RATE) -> np.ndarray:
    time = np.arange(int(seconds * rate)) / rate
    wave = sum(np.sin(2 * np.pi * k * hz * time + k) / k for k in range(1, harmonics + 1))
    return np.stack([0.3 * wave] * 2, axis=1).astype(np.float32)


def noise(seconds: float = 1.0) -> np.ndarray:
    random = np.random.default_rng(1)
    return random.normal(0, 0.1, (int(seconds * RATE), 2)).astype(np.float32)


def of(sound: np.ndarray, *names: str, rate: float = RATE) -> np.ndarray:
    """Descriptors of the middle half."""
    values = describe(sound, rate, names).values
    return values[len(values) // 4 : 3 * len(values) // 4]


@pytest.mark.parametrize("rate", [16000.0, 44100.0, 48000.0, 96000.0])
@pytest.mark.parametrize(("hz", "harmonics"), [(55.0, 12), (110.0, 1), (440.0, 6), (1760.0, 1)])
def test_pitch_is_within_five_cents_and_clear(hz, harmonics, rate):
    pitch, clarity = of(tone(hz, harmonics=harmonics, rate=rate), "pitch", "clarity", rate=rate).T
    assert np.abs(pitch - (69 + 12 * np.log2(hz / 440))).max() < 0.05
    assert clarity.min() > 0.9


def test_noise_and_silence_have_no_clear_pitch_and_everything_is_finite():
    assert np.median(of(noise(), "clarity")) < 0.5
    still = describe(np.zeros((4800, 2), np.float32), RATE, tuple(CHANNELS))
    assert np.isfinite(still.values).all()
    assert (still.values[:, 0] == FLOOR).all()
    assert (of(np.zeros((48000, 2), np.float32), "clarity") < 0.5).all()


def test_pitch_goes_straight_over_what_has_none():
    sound = np.concatenate([tone(220.0), 0.1 * noise(0.5), tone(440.0)])
    pitch = describe(sound, RATE, ("pitch",))
    middle = pitch.at(np.array([1.25]))[0, 0]
    assert 57.5 < middle < 68.5


def test_loudness_is_that_of_the_standard():
    """A 997 Hz sine of full scale on one side reads -3.01 LKFS (ITU-R BS.1770-4, annex 1)."""
    time = np.arange(48000) / RATE
    sound = np.stack([np.sin(2 * np.pi * 997 * time), 0 * time], axis=1).astype(np.float32)
    assert of(sound, "loudness") == pytest.approx(-3.01, abs=0.05)
    assert of(0.1 * sound, "loudness") == pytest.approx(-23.01, abs=0.05)


def test_centroid_and_flatness_tell_tone_from_noise():
    (centroid, flatness) = of(tone(1000.0), "centroid", "flatness").T
    assert centroid == pytest.approx(1000.0, rel=0.01)
    assert flatness.max() < 1e-3
    (centroid, flatness) = of(noise(), "centroid", "flatness").T
    assert centroid.mean() == pytest.approx(12000.0, rel=0.03)
    assert flatness.mean() == pytest.approx(
        np.exp(0.4228) / 2, rel=0.05
    )  # the mean of two exponential variables


def test_mfccs_are_the_cosine_transform_of_logarithms_of_mel_bands():
    sound = tone(300.0, harmonics=8) + noise()
    names = [f"mfcc_{i}" for i in range(1, 13)]
    track = describe(sound, RATE, names)
    frame = 50
    length = 2048
    start = round(track.times[frame] * RATE) - length // 2
    piece = sound[start : start + length].astype(float) * signal.windows.hann(length, sym=False)[:, None]
    power = (np.abs(fft.rfft(piece, axis=0)) ** 2).mean(axis=1)
    mel = np.linspace(2595 * np.log10(1 + 30 / 700), 2595 * np.log10(1 + 16000 / 700), 42)
    edges = 700 * (10 ** (mel / 2595) - 1)
    hz = fft.rfftfreq(length, 1 / RATE)
    bands = [np.interp(hz, edges[i : i + 3], [0, 1, 0]) @ power for i in range(40)]
    expected = fft.dct(np.log(np.array(bands) + 1e-10), norm="ortho")[1:13]
    assert track.values[frame] == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_a_track_is_read_between_its_windows_and_held_beyond_them():
    track = describe(np.concatenate([tone(220.0), tone(880.0)]), RATE, ("pitch", "loudness"))
    values = track.at(np.array([-5.0, 0.5, 1.5, 99.0]))
    assert values[:, 0] == pytest.approx([57.0, 57.0, 81.0, 81.0], abs=0.1)
    assert [str(c) for c in track.channels] == ["pitch MIDI note", "loudness LUFS"]


def test_the_position_goes_evenly_from_beginning_to_end():
    track = describe(tone(440.0, 2.0), RATE, ("position", "loudness"))
    assert track.at(np.array([0.0, 0.5, 1.0, 1.5, 2.0]))[:, 0] == pytest.approx(
        [0, 0.25, 0.5, 0.75, 1.0], abs=0.003
    )


def test_an_unknown_descriptor_is_named():
    with pytest.raises(SettingsError, match="there are loudness, pitch"):
        describe(tone(220.0), RATE, ("warmth",))


@pytest.mark.parametrize("samples", [2, 100, 4000])
def test_a_sound_shorter_than_a_window_is_described(samples):
    track = describe(tone(440.0)[:samples], RATE, tuple(CHANNELS))
    assert np.isfinite(track.values).all()
    assert len(track.times) == max(1, -(-samples // 480))
