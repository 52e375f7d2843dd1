"""Biquad, median, Savitzky-Golay: the same as scipy's at regular times, and right at others."""

from __future__ import annotations

import math

import numpy as np
import pytest
from chains import names, play
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from gesturemap.errors import SettingsError
from gesturemap.features.biquad import Biquad
from gesturemap.features.median import Median
from gesturemap.features.savgol import Savgol
from gesturemap.frames import Spec, Values

RATE = 100.0
SPEC = Spec.of("x m", "y m", rate=RATE)
LOOSE = Spec.of("x m", "y m")
RNG = np.random.default_rng(3)
TIME = np.arange(400) / RATE
NOISE = RNG.normal(size=(400, 2)) + np.array([3.0, -1.0])
JITTERED = np.cumsum(RNG.uniform(0.002, 0.018, 4000))


def swing(time: Values, frequency: float) -> Values:
    return np.column_stack([np.sin(2.0 * np.pi * frequency * time), np.cos(2.0 * np.pi * frequency * time)])


def amplitude(out: Values) -> float:
    """Of a swing whose two channels are a quarter of a period apart."""
    return float(np.sqrt(np.mean(out**2, axis=0).sum()))


@pytest.mark.parametrize("response", ["low", "high"])
@pytest.mark.parametrize("sections", [1, 2, 3, 4])
def test_a_row_of_sections_is_scipys_butterworth_filter(response: str, sections: int) -> None:
    out = play(Biquad(response=response, frequency=7.0, sections=sections), NOISE, TIME, SPEC)
    sos = signal.butter(2 * sections, 7.0, response, fs=RATE, output="sos")
    settled = signal.sosfilt_zi(sos)[:, :, None] * NOISE[0]
    assert out == pytest.approx(signal.sosfilt(sos, NOISE, axis=0, zi=settled)[0], abs=1e-9)


@pytest.mark.parametrize("sections", [1, 2])
@pytest.mark.parametrize("response", ["low", "high", "band", "notch"])
def test_responses_are_those_of_the_cookbook(response: str, sections: int) -> None:
    numerator = {"low": [0, 0, 1], "high": [1, 0, 0], "band": [0, 1 / 3, 0], "notch": [1, 0, 1]}[response]
    warped = 1.0 / (2.0 * math.tan(math.pi * 7.0 / RATE))
    b, a = signal.bilinear(numerator, [1, 1 / 3, 1], fs=warped)
    wanted = NOISE - NOISE[0]
    for _ in range(sections):
        wanted = signal.lfilter(b, a, wanted, axis=0)
    wanted = wanted + NOISE[0] * (b.sum() / a.sum()) ** sections
    out = play(Biquad(response=response, frequency=7.0, sections=sections, q=3.0), NOISE, TIME, SPEC)
    assert out == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize(
    ("response", "passes", "stops"),
    [("low", 0.5, 20.0), ("high", 20.0, 0.5), ("band", 5.0, 0.2), ("notch", 0.5, 5.0)],
)
def test_it_does_so_at_irregular_times_too(response: str, passes: float, stops: float) -> None:
    biquad = Biquad(response=response, sections=2)
    for frequency, low, high in ((passes, 0.93, 1.02), (stops, 0.0, 0.1)):
        out = play(biquad, swing(JITTERED, frequency), JITTERED, LOOSE)
        assert low < amplitude(out[1000:]) < high


def test_lost_frames_do_not_shift_it() -> None:
    kept = RNG.random(4000) < 0.8
    time = np.arange(4000) / RATE
    slow = swing(time, 0.5)
    whole = play(Biquad(), slow, time, SPEC)
    lossy = play(Biquad(), slow[kept], time[kept], SPEC)
    assert np.abs(lossy - whole[kept]).max() < 0.01


@pytest.mark.parametrize(
    "settings", [Biquad(), Biquad(sections=4), Biquad(response="notch"), Biquad(rate=RATE)]
)
@pytest.mark.parametrize("spec", [SPEC, LOOSE])
def test_the_delay_of_a_biquad_is_that_of_slow_movement(settings: Biquad, spec: Spec) -> None:
    ramp = np.column_stack([TIME, -TIME])
    late = TIME[-1] - play(settings, ramp, TIME, spec)[-1, 0]
    assert settings.start(spec).delay == pytest.approx(late, rel=0.02)


def test_the_delay_of_a_band_is_that_of_its_centre() -> None:
    time = np.arange(4000) / RATE
    swell = swing(time, 5.0) * np.exp(-(((time - 20.0) / 3.0) ** 2))[:, None]
    biquad = Biquad(response="band", q=5.0)
    envelope = np.hypot(*play(biquad, swell, time, SPEC).T)
    late = np.sum(envelope**2 * time) / np.sum(envelope**2) - 20.0
    assert biquad.start(SPEC).delay == pytest.approx(late, rel=0.05)


def test_a_biquad_starts_settled_and_forgets_a_gap() -> None:
    still = np.full((50, 2), 7.0)
    assert play(Biquad(sections=3), still, TIME[:50], SPEC) == pytest.approx(still)
    assert play(Biquad(response="high"), still, TIME[:50], SPEC) == pytest.approx(0.0 * still, abs=1e-12)
    time = np.r_[TIME[:50], 3600.0 + TIME[:50]]
    out = play(Biquad(), np.r_[still, 2.0 * still], time, SPEC)
    assert np.abs(out).max() < 21.0
    assert out[-1] == pytest.approx([14.0, 14.0], rel=0.01)


def test_a_rate_of_its_own_goes_before_the_times() -> None:
    out = play(Biquad(rate=RATE), NOISE, JITTERED[:400], LOOSE)
    assert out == pytest.approx(play(Biquad(), NOISE, TIME, SPEC), abs=1e-9)


def test_what_is_beyond_half_the_rate_is_refused() -> None:
    with pytest.raises(SettingsError, match="60 Hz; 100 frames a second can only hold what is below 50 Hz"):
        Biquad(frequency=60.0).start(SPEC)
    assert Biquad(frequency=60.0, rate=200.0).start(SPEC).spec == SPEC


@pytest.mark.parametrize("feature", [Biquad(), Median(), Savgol()])
def test_what_is_no_number_gives_the_last_result_or_a_near_one(feature: object) -> None:
    values = swing(TIME, 0.3) + 5.0
    bad = values.copy()
    bad[200:203, 0] = [math.nan, math.inf, -math.inf]
    good, out = play(feature, values, TIME, SPEC), play(feature, bad, TIME, SPEC)
    assert np.array_equal(out[:, 1], good[:, 1])
    assert np.abs(out - good).max() < 0.15
    assert np.abs(out[260:] - good[260:]).max() < 1e-3


@pytest.mark.parametrize("feature", [Biquad(), Median(), Savgol()])
def test_no_number_at_all_stays_none_and_starts_settled(feature: object) -> None:
    values = np.full((40, 2), math.nan)
    values[10:, 0] = 4.0
    out = play(feature, values, TIME[:40], SPEC)
    assert np.isnan(out[:10]).all()
    assert np.isnan(out[:, 1]).all()
    assert out[10:, 0] == pytest.approx(4.0)


def test_the_median_is_scipys() -> None:
    for size in (3, 5, 101):
        out = play(Median(frames=size), NOISE, TIME, SPEC)
        wanted = signal.medfilt(NOISE, (size, 1))
        assert np.array_equal(out[size - 1 :], wanted[size // 2 : len(NOISE) - size // 2])
        assert Median(frames=size).start(SPEC).delay == pytest.approx(size // 2 / RATE)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from([0.0, -0.0, 1.0, 2.5, -7.0, 1e300, -1e300]), min_size=1, max_size=40),
    st.integers(3, 9),
)
def test_the_median_is_numpys_whatever_comes(numbers: list[float], size: int) -> None:
    values = np.array(numbers)[:, None]
    out = play(Median(frames=size), values, np.arange(len(values)) / RATE, Spec.of("x"))[:, 0]
    for i, middle in enumerate(out):
        inside = sorted(numbers[max(0, i + 1 - size) : i + 1])
        assert inside[(len(inside) - 1) // 2] <= middle <= inside[len(inside) // 2]


def test_a_spike_goes_and_an_edge_stays() -> None:
    values = np.r_[np.zeros(20), np.ones(20)][:, None] * [1.0, 1.0]
    values[8:10] = 50.0
    out = play(Median(frames=5), values, TIME[:40], SPEC)[:, 0]
    assert out.tolist() == [0.0] * 22 + [1.0] * 18


@pytest.mark.parametrize("at", ["end", "centre"])
@pytest.mark.parametrize(("frames", "degree"), [(5, 2), (9, 2), (9, 4), (21, 3), (51, 4), (11, 0), (6, 5)])
def test_savgol_is_scipys(frames: int, degree: int, at: str) -> None:
    for derivative in range(min(degree, 2) + 1):
        savgol = Savgol(frames=frames, degree=degree, derivative=derivative, at=at, keep=False)
        out = play(savgol, NOISE, TIME, SPEC)[-200:]
        pos = frames - 1 if at == "end" else (frames - 1) / 2
        weights = signal.savgol_coeffs(frames, degree, derivative, 1.0 / RATE, pos=pos, use="dot")
        wanted = np.array([weights @ NOISE[i + 1 - frames : i + 1] for i in range(200, 400)])
        assert out == pytest.approx(wanted, rel=1e-7, abs=1e-6 * RATE**derivative)


@pytest.mark.parametrize("at", ["end", "centre"])
def test_savgol_is_exact_on_polynomials_at_any_times(at: str) -> None:
    time = JITTERED[:300]
    spec = Spec.of("x m", "y m")
    late = time if at == "end" else np.r_[time[:4], time[:-4]]
    for derivative, wanted in ((0, late**3 - late), (1, 3.0 * late**2 - 1.0), (2, 6.0 * late)):
        savgol = Savgol(frames=9, degree=3, derivative=derivative, at=at, keep=False)
        out = play(savgol, np.column_stack([time**3 - time, time]), time, spec)
        assert out[-200:, 0] == pytest.approx(wanted[-200:], rel=1e-5, abs=1e-5)


def test_savgol_begins_without_a_jump() -> None:
    ramp = np.column_stack([5.0 + TIME, 5.0 + TIME])
    assert np.abs(play(Savgol(), ramp, TIME, SPEC) - ramp).max() < 0.05
    assert play(Savgol(derivative=1, keep=False), ramp, TIME, SPEC) == pytest.approx(np.ones((399, 2)))


@pytest.mark.parametrize("order", [0, 1, 2])
def test_savgols_channels_units_and_delay(order: int) -> None:
    settings = Savgol(columns=("y",), derivative=order, at="centre")
    assert (
        names(settings, SPEC)
        == [["x m", "y m"], ["x m", "y m", "y_d m/s"], ["x m", "y m", "y_dd m/s2"]][order]
    )
    assert settings.start(SPEC).delay == pytest.approx(0.04)
    assert Savgol(derivative=order, degree=3).start(SPEC).delay == 0.0
    curve = np.column_stack([TIME, TIME ** (order + 1) / math.factorial(order + 1)])
    out = play(settings, curve, TIME, SPEC)[-1, -1]
    assert TIME[-1] - out == pytest.approx(0.04, abs=1e-6)


def test_frames_at_one_moment_and_long_gaps_leave_numbers() -> None:
    time = np.r_[np.zeros(30), 1e9 + np.zeros(30), 1e9 + np.arange(30) / RATE]
    for order in (0, 1, 2):
        out = play(Savgol(frames=7, degree=4, derivative=order), NOISE[:90], time, LOOSE)
        assert np.isfinite(out).all()


def test_a_degree_that_frames_cannot_bear_is_refused() -> None:
    for wrong in (Savgol(frames=4, degree=4), Savgol(degree=1, derivative=2)):
        with pytest.raises(SettingsError, match="savgol, degree: "):
            wrong.start(SPEC)


@pytest.mark.parametrize(
    "feature", [Biquad(sections=4), Biquad(response="band"), Savgol(), Savgol(derivative=2)]
)
def test_a_number_too_large_to_be_calculated_with_is_forgotten(feature: object) -> None:
    values = NOISE.copy()
    values[50, 0], values[51, 0] = 1.7e308, -1.7e308
    out = play(feature, values, TIME, SPEC)
    assert np.isfinite(out).all()
    assert np.isfinite(play(feature, values[50:], TIME[:350], SPEC)).all()
