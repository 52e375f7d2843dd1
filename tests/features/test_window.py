"""Window: the same as numpy over the same frames, for hours, at any rate."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gesturemap.errors import SettingsError
from gesturemap.features.window import STATISTICS, Window
from gesturemap.frames import Frame, Spec, Values

SPEC = Spec.of("x g", "y m", rate=100.0)
ALL = STATISTICS[:6]


def run(window: Window, values: Values, time: Values, spec: Spec = SPEC) -> Values:
    started = window.start(spec)
    return np.array([started.step(Frame(t, v)).values for t, v in zip(time.tolist(), values, strict=True)])


def numpy_statistics(inside: Values) -> list[float]:
    """All statistics of one channel's numbers, in the order of STATISTICS."""
    inside = inside[np.isfinite(inside)]
    if len(inside) == 0:
        return [math.nan] * 6
    return [
        inside.mean(), inside.std(), inside.min(), inside.max(), np.ptp(inside), np.sqrt(np.mean(inside**2)),
    ]  # fmt: skip


def brute_force(values: Values, time: Values, seconds: float = math.inf, frames: int = 10**9) -> Values:
    rows = []
    for i in range(len(values)):
        inside = values[max(0, i + 1 - frames) : i + 1][
            time[i] - time[max(0, i + 1 - frames) : i + 1] < seconds - 1e-6
        ]
        rows.append(np.array([numpy_statistics(column) for column in inside.T]).T.ravel())
    return np.array(rows)


def test_a_regular_stream_by_seconds() -> None:
    values = np.random.default_rng(7).normal(size=(300, 2))
    time = np.arange(300) / 100.0
    out = run(Window(seconds=0.25, statistics=ALL, keep=False), values, time)
    assert out == pytest.approx(brute_force(values, time, frames=25), abs=1e-12)


def test_an_irregular_stream_by_seconds() -> None:
    rng = np.random.default_rng(8)
    values, time = rng.normal(size=(300, 2)), np.cumsum(rng.exponential(0.01, 300))
    out = run(Window(seconds=0.25, statistics=ALL, keep=False), values, time, Spec.of("x", "y"))
    assert out == pytest.approx(brute_force(values, time, seconds=0.25), abs=1e-12)


def test_by_frames_time_does_not_matter() -> None:
    rng = np.random.default_rng(9)
    values, time = rng.normal(size=(100, 2)), np.cumsum(rng.exponential(10.0, 100))
    out = run(Window(frames=7, statistics=ALL, keep=False), values, time)
    assert out == pytest.approx(brute_force(values, time, frames=7), abs=1e-12)


number = st.one_of(
    st.floats(-1e6, 1e6), st.sampled_from([0.0, 1.0, -1.0]), st.sampled_from([math.nan, math.inf, -math.inf])
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0.001, 0.3), number, number), min_size=1, max_size=60), st.integers(1, 9))
def test_whatever_comes_it_is_numpys(rows: list[tuple[float, float, float]], frames: int) -> None:
    table = np.array(rows)
    time, values = np.cumsum(table[:, 0]), table[:, 1:]
    near = {"rel": 1e-9, "abs": 1e-3, "nan_ok": True}  # numbers of 1e6 leave 1e-3 in a difference of squares
    out = run(Window(frames=frames, statistics=ALL, keep=False), values, time)
    assert out == pytest.approx(brute_force(values, time, frames=frames), **near)
    whole = run(Window(seconds=60.0, statistics=ALL, keep=False), values, time)
    assert whole == pytest.approx(brute_force(values, time), **near)


def test_a_spike_that_has_gone_leaves_no_trace() -> None:
    values = np.full((40, 2), 1e-3) * np.where(np.arange(40)[:, None] % 2, 1.0, -1.0)
    values[3] = 1e6
    time = np.arange(40) / 100.0
    out = run(Window(frames=8, statistics=ALL, keep=False), values, time)
    assert out[11:] == pytest.approx(brute_force(values, time, frames=8)[11:], abs=1e-9)


def test_channels_names_units_and_order() -> None:
    spec = Window(columns=("y",), statistics=("rms", "mean")).start(SPEC).spec
    assert [str(channel) for channel in spec.channels] == ["x g", "y m", "y_rms m", "y_mean m"]
    alone = Window(statistics=("max",), keep=False).start(SPEC).spec
    assert [str(channel) for channel in alone.channels] == ["x_max g", "y_max m"]
    part = Window(columns=("x",), statistics=("max",), keep=False).start(SPEC).spec
    assert part.names == ("y", "x_max")


def test_its_delay_is_the_one_it_reports() -> None:
    time = np.arange(300) / 100.0
    ramp = np.column_stack([time, time])
    for window in (Window(seconds=0.5, keep=False), Window(frames=31, keep=False)):
        late = time[-1] - run(window, ramp, time)[-1, 0]
        assert window.start(SPEC).delay == pytest.approx(late, abs=0.0051)


@pytest.mark.parametrize("level", [0.0, 1e6, -1e9])
def test_it_stays_exact_over_a_long_time_far_from_zero(level: float) -> None:
    rng = np.random.default_rng(10)
    values = level + np.cumsum(rng.normal(size=(40_000, 1)), axis=0) * 0.01
    time = np.arange(40_000) / 100.0
    out = run(Window(seconds=0.5, statistics=ALL, keep=False), values, time, Spec.of("x", rate=100.0))
    wanted = brute_force(values[-60:], time[-60:], frames=50)[-1]
    assert out[-1] == pytest.approx(wanted, rel=1e-9, abs=1e-9)
    assert out[-1, 1] == pytest.approx(wanted[1], rel=1e-6)


def test_a_spike_is_forgotten_to_the_last_digit() -> None:
    values = np.full((400, 1), 0.1)
    values[:, 0] += 1e-3 * np.sin(np.arange(400))
    values[100] = 1e15
    time = np.arange(400) / 100.0
    out = run(Window(seconds=0.5, statistics=ALL, keep=False), values, time, Spec.of("x", rate=100.0))
    wanted = brute_force(values[101:], time[101:], frames=50)[49:]
    assert np.array_equal(out[150:, 2:4], wanted[:, 2:4])
    assert out[200:] == pytest.approx(wanted[50:], rel=1e-9)


def test_no_number_is_left_out_and_gone_with_the_window() -> None:
    values = np.ones((40, 2))
    values[5, 0], values[6, 1] = math.nan, math.inf
    values[20:35, 0] = math.nan
    out = run(Window(frames=10, statistics=ALL, keep=False), values, np.arange(40) / 100.0)
    assert np.isfinite(out[:29]).all()
    assert np.isnan(out[29:35, ::2]).all()
    assert np.isfinite(out[29:, 1::2]).all()
    assert np.isfinite(out[35:]).all()


def test_a_gap_empties_the_window() -> None:
    time = np.r_[np.arange(50) / 100.0, 3600.0 + np.arange(3) / 100.0]
    values = np.column_stack([np.arange(53.0), np.arange(53.0)])
    out = run(Window(seconds=0.5, statistics=("mean", "sd", "range"), keep=False), values, time)[:, ::2]
    assert out[50].tolist() == [50.0, 0.0, 0.0]
    assert out[52] == pytest.approx([51.0, math.sqrt(2.0 / 3.0), 2.0])


def test_more_frames_than_there_is_room_for_push_the_oldest_out() -> None:
    time = np.arange(3000) / 100_000.0
    values = np.column_stack([np.arange(3000.0), np.arange(3000.0)])
    out = run(Window(seconds=0.05, statistics=("min", "mean"), keep=False), values, time)
    room = round(0.05 * 400.0) + 1
    assert out[-1, 0] == 3000 - room
    assert out[-1, 2] == 2999 - (room - 1) / 2.0


def test_a_clock_that_goes_back_counts_as_one_period() -> None:
    time = np.r_[1000.0 + np.arange(20) / 100.0, np.arange(20) / 100.0]
    values = np.random.default_rng(11).normal(size=(40, 2))
    out = run(Window(seconds=0.1, statistics=ALL, keep=False), values, time)
    assert out == pytest.approx(brute_force(values, np.arange(40) / 100.0, frames=10), abs=1e-12)


def test_a_window_tells_something() -> None:
    with pytest.raises(SettingsError, match="window, statistics: none; there are mean, sd"):
        Window(statistics=()).start(SPEC)


def test_crossings_are_twice_the_frequency_of_a_swing() -> None:
    time = np.arange(1000) / 100.0
    swing = np.column_stack([np.sin(2 * np.pi * 3.0 * time + 0.1), 5.0 + np.sin(time)])
    started = Window(statistics=("crossings",), seconds=2.0)
    out = run(started, swing, time)
    assert [str(c) for c in started.start(SPEC).spec.channels[2:]] == ["x_crossings 1/s", "y_crossings 1/s"]
    assert out[-300:, 2] == pytest.approx(6.0, abs=0.51)
    assert out[-300:, 2].mean() == pytest.approx(6.0, abs=0.02)
    assert (out[:, 3] == 0.0).all()


def test_a_crossing_is_a_change_of_sign_over_what_is_none() -> None:
    x = np.array([1.0, -1.0, 0.0, -1.0, math.nan, 1.0, 0.0, -2.0, -2.0, -2.0, -2.0, -2.0, -2.0])
    time = np.arange(len(x)) / 10.0
    spec = Spec.of("x", rate=10.0)
    by_time = run(Window(seconds=0.5, statistics=("crossings",), keep=False), x[:, None], time, spec)[:, 0]
    assert by_time * 0.5 == pytest.approx([0, 1, 1, 1, 1, 2, 1, 2, 2, 2, 1, 1, 0])
    by_frames = run(Window(frames=5, statistics=("crossings",), keep=False), x[:, None], time, spec)[:, 0]
    assert by_frames[4:] * 0.5 == pytest.approx([1, 2, 1, 2, 2, 2, 1, 1, 0])
