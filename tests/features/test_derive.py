"""Derive: exact on polynomials at any spacing, calm in bursts, the right units."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gesturemap.demonstrations import Demonstration, through
from gesturemap.features.derive import Derive, per_second
from gesturemap.frames import Frame, Spec, Values

SPEC = Spec.of("x m", "y g", rate=100.0)
RNG = np.random.default_rng(5)
IRREGULAR = np.cumsum(RNG.uniform(0.003, 0.05, 200))


def run(settings: Derive, values: Values, time: Values, spec: Spec = SPEC) -> Values:
    started = settings.start(spec)
    take = Demonstration("1", "a", spec, time, values)
    return through(take, started.step, started.spec).values


def both(curve: Values) -> Values:
    return np.column_stack([curve, -2.0 * curve])


def test_a_straight_line_has_its_slope_at_any_spacing() -> None:
    out = run(Derive(keep=False), both(3.0 * IRREGULAR), IRREGULAR)
    assert out.shape == (199, 2)
    assert out == pytest.approx(np.tile([3.0, -6.0], (199, 1)))


def test_a_parabola_has_its_acceleration_at_any_spacing() -> None:
    out = run(Derive(order=2, keep=False), both(1.5 * IRREGULAR**2 - IRREGULAR), IRREGULAR)
    assert out.shape == (198, 2)
    assert out == pytest.approx(np.tile([3.0, -6.0], (198, 1)), rel=1e-6)


def test_it_is_numpys_difference() -> None:
    values = RNG.normal(size=(200, 2))
    out = run(Derive(), values, IRREGULAR)
    assert np.array_equal(out[:, :2], values[1:])
    assert out[:, 2:] == pytest.approx(np.diff(values, axis=0) / np.diff(IRREGULAR)[:, None])


def test_new_channels_have_their_names_and_units() -> None:
    assert [str(c) for c in Derive().start(SPEC).spec.channels] == ["x m", "y g", "x_d m/s", "y_d g/s"]
    second = Derive(columns=("y",), order=2, keep=False).start(SPEC).spec
    assert [str(c) for c in second.channels] == ["x m", "y_dd g/s2"]
    assert second.rate == 100.0


@pytest.mark.parametrize(
    ("unit", "order", "wanted"),
    [
        ("g", 1, "g/s"), ("g", 2, "g/s2"), ("m/s", 1, "m/s2"), ("m/s2", 1, "m/s3"), ("deg/s", 2, "deg/s3"),
        ("", 1, "1/s"), ("1/s", 1, "1/s2"), ("km/h", 1, "km/h/s"),
    ],
)  # fmt: skip
def test_a_unit_gains_per_second(unit: str, order: int, wanted: str) -> None:
    assert per_second(unit, order) == wanted


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("smoothing", [0.0, 0.05])
def test_its_delay_is_the_one_it_reports(order: int, smoothing: float) -> None:
    time = np.arange(400) / 100.0
    settings = Derive(order=order, smoothing=smoothing, keep=False)
    curve = time ** (order + 1)
    out = run(settings, both(curve), time)[-1, 0]
    late = time[-1] - out / math.factorial(order + 1)
    # a sampled one-pole is late by half a period less than its time constant
    assert settings.start(SPEC).delay == pytest.approx(late, abs=0.0051)


def test_smoothing_is_that_of_time_not_of_frames() -> None:
    at = {}
    for rate in (50, 1000):
        time = np.arange(rate + 1) / rate
        bend = np.maximum(time - 0.5, 0.0)
        out = run(Derive(smoothing=0.1, keep=False), both(bend), time, Spec.of("x m", "y g", rate=rate))[:, 0]
        at[rate] = np.interp([0.6, 0.7, 0.9], time[1:], out)
        assert at[rate] == pytest.approx(1.0 - np.exp(-np.array([0.1, 0.2, 0.4]) / 0.1), abs=0.03)
    assert at[50] == pytest.approx(at[1000], abs=0.03)


def test_a_burst_does_not_explode() -> None:
    time = np.array([0.0, 0.0001, 0.02, 0.0201, 0.04, 0.0401])
    out = run(Derive(keep=False), both(np.arange(6) * 0.01), time)[:, 0]
    assert np.abs(out).max() <= 1.01
    steady = run(Derive(keep=False), both(time), time)[:, 0]
    assert steady == pytest.approx(np.ones(len(steady)))


def test_a_gap_is_one_long_step() -> None:
    time = np.array([0.0, 0.01, 10.01, 10.02])
    out = run(Derive(keep=False), both(np.array([0.0, 0.01, 1.01, 1.02])), time)[:, 0]
    assert out == pytest.approx([1.0, 0.1, 1.0])


def test_what_is_no_number_gives_the_last_slope_and_is_bridged() -> None:
    time = np.arange(8) / 100.0
    values = both(2.0 * time)
    values[3, 0], values[4, 0], values[5, 1] = math.nan, math.inf, -math.inf
    out = run(Derive(keep=False), values, time)
    assert out == pytest.approx(np.tile([2.0, -4.0], (7, 1)))


def test_it_waits_for_the_first_slope_but_not_for_a_dead_channel() -> None:
    started = Derive(keep=False).start(SPEC)
    steps = [started.step(Frame(i / 100.0, np.array([i / 100.0, math.nan]))) for i in range(3)]
    assert steps[0] is None
    assert steps[1] is not None
    assert steps[1].values[0] == pytest.approx(1.0)
    assert math.isnan(steps[1].values[1])
    dead = Derive().start(SPEC)
    assert all(dead.step(Frame(i / 100.0, np.full(2, math.nan))) is None for i in range(5))


@pytest.mark.parametrize("step", [0.0, -1.0])
def test_a_clock_that_does_not_go_on_gives_the_slope_of_the_usual_period(step: float) -> None:
    out = run(Derive(keep=False), both(np.arange(5) * 0.01), np.arange(5) * step)[:, 0]
    assert out == pytest.approx(np.ones(4))
