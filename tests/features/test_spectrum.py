"""Bands and wavelets: sinusoids read their amplitude at their frequency, at any rate and spacing, as late as told."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.signal import freqz, lfilter

from gesturemap.errors import SettingsError
from gesturemap.features.spectrum import Bands, Wavelet
from gesturemap.frames import Frame, Spec, Values

SPEC = Spec.of("acc_x g", "acc_y g", rate=100.0)
TIME = np.arange(4000) / 100.0
KINDS = pytest.mark.parametrize(
    "settings", [Bands(keep=False), Wavelet(keep=False)], ids=["bands", "wavelet"]
)


def play(settings: Bands | Wavelet, rows: Values, time: Values = TIME, spec: Spec = SPEC) -> Values:
    run = settings.start(spec)
    return np.array([run.step(Frame(t, row)).values for t, row in zip(time.tolist(), rows, strict=True)])


def middles(settings: Bands | Wavelet, spec: Spec = SPEC) -> list[float]:
    names = settings.start(spec).spec.names
    return [float(name.rpartition("_")[2].removesuffix("Hz")) for name in names if name.startswith("acc_x_")]


def swing(hertz: float, time: Values = TIME, size: float = 1.0) -> Values:
    return np.column_stack([1.0 + size * np.sin(2.0 * np.pi * hertz * time), np.zeros(len(time))])


def test_names_and_units() -> None:
    run = Bands(bands=3, low=1.0, high=4.0).start(SPEC)
    assert [str(c) for c in run.spec.channels] == [
        "acc_x g", "acc_y g", "acc_x_1Hz g", "acc_y_1Hz g", "acc_x_2Hz g", "acc_y_2Hz g", "acc_x_4Hz g", "acc_y_4Hz g"
    ]  # fmt: skip
    both = Wavelet(low=1.0, high=2.0, per_octave=1, together=True, measure="energy", keep=False).start(SPEC)
    assert [str(c) for c in both.spec.channels] == ["acc_1Hz (g)2", "acc_2Hz (g)2"]
    assert middles(Wavelet(keep=False)) == pytest.approx(0.5 * 2.0 ** (np.arange(9) / 2.0), rel=0.005)


@KINDS
def test_a_swing_reads_its_amplitude_at_its_frequency(settings: Bands | Wavelet) -> None:
    for at, hertz in enumerate(middles(settings)):
        out = play(settings, swing(hertz, size=0.7))[2000:]
        level = np.sqrt(np.mean(out[:, ::2] ** 2, axis=0))
        assert level[at] == pytest.approx(0.7, rel=0.06), hertz
        assert level.argmax() == at
        assert np.abs(out[:, 1::2]).max() < 1e-9, "the other channel rests"


@KINDS
def test_it_does_not_depend_on_the_spacing(settings: Bands | Wavelet) -> None:
    rng = np.random.default_rng(1)
    time = np.cumsum(rng.uniform(0.004, 0.016, 4000))
    unknown = Spec(SPEC.channels)
    for spec in (SPEC, unknown):
        out = play(settings, swing(2.0, time), time, spec)[2000:, ::2].mean(axis=0)
        steady = play(settings, swing(2.0))[2000:, ::2].mean(axis=0)
        assert out == pytest.approx(steady, abs=0.05)


def test_the_bands_are_scipys_filter_and_meet_at_half_their_energy() -> None:
    settings = Bands(low=1.0, high=4.0, bands=3, columns=("acc_x",), keep=False)
    noise = np.random.default_rng(0).normal(size=(2000, 2))
    out = play(settings, noise, TIME[:2000])
    part = -math.expm1(-0.01)
    x = noise[:, 0] - lfilter([part], [1.0, part - 1.0], noise[:, 0], zi=[(1.0 - part) * noise[0, 0]])[0]
    lag = math.sqrt(math.sqrt(2.0) - 1.0) / (2.0 * math.pi * 2.0 * (math.sqrt(2.0) - 1.0))
    pole = np.exp(complex(-1.0 / lag, 4.0 * math.pi) * 0.01)
    taps, poles = [(1.0 - abs(pole)) ** 2], np.poly([pole, pole])
    rest = 2.0 * math.pi * 2.0 * 1.0
    wanted = 2.0 * np.abs(lfilter(taps, poles, x)) * math.sqrt(1.0 + rest**2) / rest
    assert out[:, -2] == pytest.approx(wanted, abs=1e-9)
    between = freqz(taps, poles, worN=[2.0 * math.sqrt(2.0), 2.0], fs=100.0)[1]
    assert abs(between[0] / between[1]) ** 2 == pytest.approx(0.5, abs=0.02)


def test_the_wavelet_is_like_a_morlet() -> None:
    pywt = pytest.importorskip("pywt")
    settings = Wavelet(low=1.0, high=8.0, per_octave=2, columns=("acc_x",), keep=False)
    at = middles(settings)
    morlet = pywt.ContinuousWavelet("cmor2.0-0.7957747")  # omega0 = 5
    scales = pywt.frequency2scale(morlet, np.array(at) / 100.0)
    for hertz in (1.3, 2.0, 3.1, 5.0):
        row = np.sin(2.0 * np.pi * hertz * TIME)
        theirs = np.abs(pywt.cwt(row, scales, morlet)[0])[:, 1500:2500].mean(axis=1)
        theirs /= np.sqrt(scales)
        own = play(settings, swing(hertz))[2000:3500, 1:].mean(axis=0)
        assert own.argmax() == theirs.argmax()
        gaussian = np.exp(-0.5 * (5.0 * (hertz / np.array(at) - 1.0)) ** 2)
        assert own == pytest.approx(gaussian, abs=0.13)
        assert own / own.max() == pytest.approx(theirs / theirs.max(), abs=0.2)


@KINDS
def test_its_delay_is_the_one_it_reports(settings: Bands | Wavelet) -> None:
    lowest = middles(settings)[0]
    burst = np.exp(-0.5 * ((TIME - 20.0) / 4.0) ** 2)
    out = play(settings, swing(lowest, size=burst))[:, 0]
    late = (TIME * out).sum() / out.sum() - 20.0
    assert settings.start(SPEC).delay == pytest.approx(late, rel=0.15)


def test_together_the_direction_does_not_matter() -> None:
    settings = Bands(together=True, keep=False)
    x = np.sin(2.0 * np.pi * 2.0 * TIME)
    straight = play(settings, np.column_stack([x, 0.0 * x]))
    aslant = play(settings, np.column_stack([0.6 * x, 0.8 * x]))
    assert straight == pytest.approx(aslant)
    assert play(
        Bands(together=True, measure="energy", keep=False), np.column_stack([x, 0.0 * x])
    ) == pytest.approx(0.5 * straight**2)


@KINDS
def test_a_gap_or_a_hole_makes_no_swing(settings: Bands | Wavelet) -> None:
    rows = swing(2.0)[:1000]
    rows[500:, 0] = 1.5
    holes = rows.copy()
    holes[200:210, 0], holes[300, 0] = math.nan, math.inf
    time = TIME[:1000].copy()
    time[500:] += 30.0
    out = play(settings, holes, time)
    assert np.isfinite(out).all()
    assert out[:500, ::2].max() < 1.4
    assert out[500:, ::2].max() < 0.6


def test_slow_streams_have_slower_bands() -> None:
    slow = Spec(SPEC.channels, 10.0)
    assert middles(Bands(keep=False), slow)[-1] == pytest.approx(4.0)
    assert middles(Bands(keep=False), slow)[0] == pytest.approx(0.25)
    assert middles(Bands(keep=False), Spec(SPEC.channels)) == middles(Bands(keep=False))


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (Bands(low=3.0, high=2.0), "3 and 2 Hz; low is below high"),
        (Wavelet(low=0.01, high=1000.0, per_octave=12), "200 scales; at most 64"),
        (Bands(together=True), "units deg/s, g; channels taken together share a unit"),
    ],
)
def test_what_cannot_be_is_refused(settings: Bands | Wavelet, told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        settings.start(Spec.of("acc_x g", "gyr_x deg/s"))
