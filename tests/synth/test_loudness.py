"""Loudness after ITU-R BS.1770-4, on the cases of the standard and of EBU Tech 3341 that can be synthesised."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import freqz

from gesturemap.synth.loudness import PHRASE_LABELS, PHRASE_SECONDS, integrated, phrase
from gesturemap.synth.weighting import response

SHELF = ([1.53512485958697, -2.69169618940638, 1.19839281085285], [1.0, -1.69065929318241, 0.73248077421585])
PASS = ([1.0, -2.0, 1.0], [1.0, -1.99004745483398, 0.99007225036621])
"""Tables 1 and 2 of the standard, for 48 kHz."""


def sine(decibels, seconds, hz=1000.0, rate=48000):
    return 10 ** (decibels / 20) * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)


def both(*parts):
    whole = np.concatenate(parts)
    return np.stack([whole, whole], axis=1)


def test_the_weighting_is_the_standards_at_48_khz():
    hz = np.geomspace(10.0, 22000.0, 200)
    shelf, high = (freqz(*table, worN=hz, fs=48000)[1] for table in (SHELF, PASS))
    assert np.abs(20 * np.log10(np.abs(response(hz, 48000.0)) / np.abs(shelf * high))).max() < 0.005


@pytest.mark.parametrize("rate", [44100, 48000, 96000])
def test_a_full_sine_in_one_channel_reads_minus_3_01(rate):
    wave = sine(0.0, 5.0, 997.0, rate)
    assert integrated(np.stack([wave, np.zeros_like(wave)], axis=1), rate) == pytest.approx(-3.01, abs=0.02)
    assert integrated(wave, rate) == pytest.approx(-3.01, abs=0.02)


@pytest.mark.long
@pytest.mark.parametrize(
    ("sound", "wanted"),
    [
        (both(sine(-23, 20)), -23.0),
        (both(sine(-33, 20)), -33.0),
        (both(sine(-36, 10), sine(-23, 60), sine(-36, 10)), -23.0),
        (both(sine(-72, 10), sine(-36, 10), sine(-23, 60), sine(-36, 10), sine(-72, 10)), -23.0),
        (both(sine(-26, 20), sine(-20, 20.1), sine(-26, 20)), -23.0),
    ],
    ids=["1", "2", "3", "4", "5"],
)
def test_the_cases_of_ebu_tech_3341(sound, wanted):
    assert integrated(sound, 48000.0) == pytest.approx(wanted, abs=0.1)


def test_silence_and_what_is_shorter_than_a_block_have_no_loudness():
    assert integrated(np.zeros((48000, 2)), 48000.0) == -np.inf
    assert integrated(both(sine(-80, 2.0)), 48000.0) == -np.inf
    assert integrated(both(sine(-20, 0.3)), 48000.0) == -np.inf


def test_the_phrase_ends_every_gesture_it_begins_in_time():
    sounding = {}
    for time, event in phrase():
        assert 0.0 <= time < PHRASE_SECONDS
        assert event.label in PHRASE_LABELS
        assert sounding.get(event.label, False) == (event.kind == "ended")
        sounding[event.label] = event.kind == "began"
    assert set(sounding) == set(PHRASE_LABELS)
    assert not any(sounding.values())
