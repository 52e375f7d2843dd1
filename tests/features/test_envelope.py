"""Envelope: what it says of noise is its size, as late as told, wherever the signal rests."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.signal import lfilter

from gesturemap.features.muscles import Envelope
from gesturemap.frames import Frame, Spec, Values

SPEC = Spec.of("emg_1 mV", "emg_2 mV", rate=1000.0)
METHOD = pytest.mark.parametrize("method", ["rectify", "rms", "bayes"])


def play(settings: Envelope, rows: Values, rate: float = 1000.0) -> Values:
    run = settings.start(SPEC)
    return np.array([run.step(Frame(i / rate, row)).values[-2:] for i, row in enumerate(rows)])


def laplace(tension: Values, seed: int = 0) -> Values:
    """EMG whose mean magnitude is `tension`, as its distribution is found in muscles."""
    noise = np.random.default_rng(seed).laplace(size=len(tension)) * tension
    return np.column_stack([noise, noise])


def test_names_and_units() -> None:
    assert [str(c) for c in Envelope(("emg_2",)).start(SPEC).spec.channels] == [
        "emg_1 mV", "emg_2 mV", "emg_2_envelope mV"
    ]  # fmt: skip
    assert Envelope(keep=False).start(SPEC).spec.names == ("emg_1_envelope", "emg_2_envelope")


@METHOD
def test_it_is_the_size_of_the_signal_wherever_that_rests(method: str) -> None:
    signal = laplace(np.full(20_000, 0.2))
    out = play(Envelope(method=method), signal + np.array([0.0, 500.0]))
    wanted = 0.2 * (math.sqrt(2.0) if method == "rms" else 1.0)
    assert out[5000:].mean(axis=0) == pytest.approx([wanted, wanted], rel=0.08)
    assert out[:, 0] == pytest.approx(out[:, 1], abs=1e-6)


def test_rectify_and_rms_are_scipys_one_pole() -> None:
    signal = laplace(np.abs(np.sin(np.arange(3000) / 300.0)))
    part = -math.expm1(-0.001 / 0.1)
    for method, forth, back in (("rectify", np.abs, np.array), ("rms", np.square, np.sqrt)):
        wanted = back(lfilter([part], [1.0, part - 1.0], forth(signal), axis=0))
        assert play(Envelope(method=method, rest=0.0), signal) == pytest.approx(wanted, abs=1e-12)


@METHOD
def test_it_is_as_late_as_told(method: str) -> None:
    ramp = 0.05 + 0.4 * np.abs((np.arange(20_000) / 1000.0) % 2.0 - 1.0)
    out = np.mean(
        [play(Envelope(method=method, rest=0.0), laplace(ramp, seed))[:, 0] for seed in range(2)], axis=0
    )
    late = [np.corrcoef(np.roll(ramp, k)[2000:], out[2000:])[0, 1] for k in range(300)]
    told = Envelope(method=method).start(SPEC).delay
    assert told / 2.0 < np.argmax(late) / 1000.0 < told * 2.0


def test_bayes_is_quicker_and_steadier_than_a_low_pass_of_its_delay() -> None:
    tension = np.where(np.arange(8000) < 4000, 0.1, 0.7)
    bayes = Envelope(method="bayes", rest=0.0)
    settings = {"bayes": bayes, "rectify": Envelope(method="rectify", rest=0.0, time=bayes.start(SPEC).delay)}
    out = {name: play(each, laplace(tension))[:, 0] for name, each in settings.items()}
    rises = {name: np.argmax(row[4000:] > 0.5) for name, row in out.items()}
    assert rises["bayes"] <= rises["rectify"]
    low, high = slice(1000, 4000), slice(5000, 8000)
    assert out["bayes"][low].mean() == pytest.approx(0.1, rel=0.1)
    assert out["bayes"][high].mean() == pytest.approx(0.7, rel=0.1)
    # a low-pass wavers in proportion to the tension
    assert out["bayes"][low].std() < 2.0 * out["rectify"][low].std()
    assert out["bayes"][high].std() < 0.7 * out["rectify"][high].std()


@METHOD
def test_what_is_no_number_changes_nothing(method: str) -> None:
    rows = laplace(np.full(500, 0.2))
    holes = rows.copy()
    holes[200:210, 0] = math.nan
    holes[300, 0] = math.inf
    out = play(Envelope(method=method), holes)
    assert np.isfinite(out).all()
    assert (out[200:210, 0] == out[199, 0]).all()
    assert np.array_equal(out[:, 1], play(Envelope(method=method), rows)[:, 1])
    huge = play(Envelope(method=method, full=1e-3), rows * 1e6)
    assert np.isfinite(huge).all()
