"""One Euro: against the paper's algorithm, against scipy, and its delay at rest and in movement."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.signal import lfilter

from gesturemap.errors import SettingsError
from gesturemap.features.smooth import NORMALISED, SPREAD, OneEuro, usual_spread
from gesturemap.frames import Frame, Spec, Values

SPEC = Spec.of("x", rate=100.0)


def run(settings: OneEuro, values: Values, time: Values | None = None, spec: Spec = SPEC) -> Values:
    started = settings.start(spec)
    time = np.arange(len(values)) / 100.0 if time is None else time
    table = values.reshape(len(values), -1)
    return np.array([started.step(Frame(t, v)).values for t, v in zip(time, table, strict=True)])


def paper(values: Values, time: Values, min_cutoff: float, beta: float, d_cutoff: float) -> Values:
    """The filter as it is printed, for one channel: rates and alphas, raw values for the speed."""
    out, smoothed, speed = [values[0]], values[0], 0.0
    for i in range(1, len(values)):
        rate = 1.0 / (time[i] - time[i - 1])

        def alpha(cutoff: float, rate: float = rate) -> float:
            return 1.0 / (1.0 + rate / (2.0 * math.pi * cutoff))

        speed += alpha(d_cutoff) * ((values[i] - values[i - 1]) * rate - speed)
        smoothed += alpha(min_cutoff + beta * abs(speed)) * (values[i] - smoothed)
        out.append(smoothed)
    return np.array(out)


@pytest.mark.parametrize(
    ("min_cutoff", "beta", "d_cutoff"), [(1.0, 0.0, 1.0), (2.0, 3.0, 1.0), (0.3, 0.5, 5.0)]
)
def test_it_is_the_papers_filter_at_any_rate(min_cutoff: float, beta: float, d_cutoff: float) -> None:
    rng = np.random.default_rng(1)
    time = np.cumsum(rng.uniform(0.001, 0.05, 400))
    values = np.cumsum(rng.normal(size=400))
    ours = run(OneEuro(min_cutoff=min_cutoff, beta=beta, d_cutoff=d_cutoff, scale=(1.0,)), values, time)[:, 0]
    assert ours == pytest.approx(paper(values, time, min_cutoff, beta, d_cutoff), rel=1e-12, abs=1e-12)


def test_with_beta_0_it_is_a_low_pass() -> None:
    values = np.random.default_rng(2).normal(size=300)
    alpha = 1.0 / (1.0 + 100.0 / (2.0 * math.pi * 3.0))
    wanted, _ = lfilter([alpha], [1.0, alpha - 1.0], values, zi=[(1.0 - alpha) * values[0]])
    ours = run(OneEuro(min_cutoff=3.0, beta=0.0), values)[:, 0]
    assert ours == pytest.approx(wanted, rel=1e-12, abs=1e-12)


def test_its_delay_for_a_slow_movement_is_the_one_it_reports() -> None:
    settings = OneEuro(min_cutoff=2.0)
    time = np.arange(1000) / 100.0
    ramp = 1e-6 * time
    late = (ramp[-1] - run(settings, ramp)[-1, 0]) / 1e-6
    assert settings.start(SPEC).delay == pytest.approx(late, rel=0.01)


def lag(settings: OneEuro, values: Values, spec: Spec) -> float:
    """By how many ms the output follows the input best."""
    out, frames = run(settings, values, spec=spec)[:, 0], np.arange(len(values))
    shifts = np.arange(0.0, 20.0, 0.1)
    errors = [np.square(np.interp(frames - shift, frames, values) - out)[25:].sum() for shift in shifts]
    return float(shifts[int(np.argmin(errors))] * 10.0)


@pytest.mark.parametrize("unit", ["", *SPREAD])
def test_a_gesture_is_late_by_15_ms_at_most_whatever_the_unit(unit: str) -> None:
    spread = SPREAD.get(unit, NORMALISED)
    swing = math.sqrt(2.0) * spread * np.sin(2.0 * math.pi * np.arange(300) / 100.0)
    spec = Spec.of(f"x {unit}", rate=100.0)
    assert lag(OneEuro(), swing, spec) <= 15.0
    assert (
        lag(OneEuro(beta=OneEuro().beta / 100.0), swing, spec) >= 50.0
    )  # the fault that users met elsewhere


@pytest.mark.parametrize("unit", ["", *SPREAD])
def test_at_rest_noise_is_halved_at_least_whatever_the_unit(unit: str) -> None:
    noise = 0.02 * SPREAD.get(unit, NORMALISED) * np.random.default_rng(3).normal(size=2000)
    kept = run(OneEuro(), noise, spec=Spec.of(f"x {unit}", rate=100.0))[100:].std() / noise.std()
    assert kept < 0.5


def test_a_measured_scale_makes_a_raw_signal_like_a_known_one() -> None:
    swing = np.sin(2.0 * math.pi * np.arange(300) / 100.0)
    raw, known = Spec.of("x adc", rate=100.0), Spec.of("x m/s2", rate=100.0)
    measured = OneEuro().measured(raw, 400.0 * swing[:, None] + 512.0)
    assert measured.scale == pytest.approx((400.0 / math.sqrt(2.0),))
    like = run(OneEuro(), math.sqrt(2.0) * 5.0 * swing, spec=known)
    assert run(measured, 400.0 * swing, spec=raw) / 400.0 == pytest.approx(
        like / (math.sqrt(2.0) * 5.0), abs=1e-9
    )


def test_a_scale_cannot_be_measured_on_stillness() -> None:
    values = np.ones((10, 2))
    values[:, 1] = np.arange(10)
    with pytest.raises(SettingsError, match="no movement in a;"):
        OneEuro().measured(Spec.of("a", "b"), values)
    values[3, 0] = math.nan
    assert OneEuro(columns=("b",)).measured(Spec.of("a", "b"), values).scale == pytest.approx(
        (values[:, 1].std(),)
    )


def test_other_channels_pass() -> None:
    spec = Spec.of("a", "b", rate=100.0)
    values = np.random.default_rng(4).normal(size=(50, 2))
    out = run(OneEuro(columns=("b",)), values, spec=spec)
    assert np.array_equal(out[:, 0], values[:, 0])
    assert not np.array_equal(out[:, 1], values[:, 1])


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_gives_the_last_one_and_leaves_no_trace(bad: float) -> None:
    values = np.sin(np.arange(100) / 10.0)
    time = np.arange(100) / 100.0
    broken = values.copy()
    broken[40:43] = bad
    out = run(OneEuro(), broken)[:, 0]
    assert out[40] == out[41] == out[42] == out[39]
    present = np.r_[0:40, 43:100]
    assert np.array_equal(out[present], run(OneEuro(), values[present], time[present])[:, 0])


def test_nothing_is_known_before_the_first_number() -> None:
    out = run(OneEuro(), np.array([math.nan, math.nan, 2.0, 2.0]))[:, 0]
    assert np.isnan(out[:2]).all()
    assert out[2:].tolist() == [2.0, 2.0]


def test_frames_of_one_moment_do_not_blow_up_the_speed() -> None:
    time = np.array([0.0, 0.01, 0.01 + 1e-12, 0.02, 0.03])
    out = run(OneEuro(), np.array([0.0, 0.1, 0.2, 0.3, 0.4]), time)[:, 0]
    assert (np.diff(out) >= 0.0).all()
    assert out[-1] < 0.4


def test_a_clock_that_stands_still_does_not_freeze_it() -> None:
    out = run(OneEuro(), np.r_[np.zeros(10), np.ones(90)], np.zeros(100))[:, 0]
    assert out[-1] > 0.99


def test_the_usual_spread_is_known_for_every_unit_of_motion() -> None:
    assert usual_spread("g") == 0.5
    assert usual_spread("mg") == pytest.approx(500.0, rel=0.03)
    assert usual_spread("deg/ms") == pytest.approx(0.115, rel=0.01)
    assert usual_spread("gauss") == pytest.approx(0.2)
    assert usual_spread("") == usual_spread("bananas") == NORMALISED
