"""Range: every source, the way from its range to the control's, and holding on to the last number."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from made_up_estimates import SOURCE, estimate

from gesturemap.errors import SettingsError
from gesturemap.frames import NONE, Channel, Estimate
from gesturemap.mapping.mapping import Source
from gesturemap.mapping.range import Range


def play(settings: Range, *estimates: Estimate) -> list[float]:
    part, values, out = settings.start(SOURCE), np.full(1, math.nan), []
    for one in estimates:
        assert part.step(one, values) == ()
        out.append(float(values[0]))
    return out


ONE = estimate(0.0, (0.2, 0.7, 0.1), (0.1, 0.5, 0.9), (0.3, 0.8, 0.6))


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("posterior:shake", 0.7), ("likelihood:big lift", -3.0), ("fit:circle", 0.3), ("progress", 0.5),
        ("progress:big lift", 0.9), ("confidence", 0.7), ("winner", 2.0), ("output:pitch", 440.0),
        ("deviation:pitch", 3.0), ("feature:acc_y", -0.5),
    ],
)  # fmt: skip
def test_every_source_is_what_the_estimate_says(source: str, value: float) -> None:
    wide = Range(source, low=-1000.0, high=1000.0, to_low=-1000.0, to_high=1000.0)
    assert play(wide, ONE) == [pytest.approx(value)]


def test_when_none_wins_confidence_and_winner_are_0_and_progress_is_held() -> None:
    none = ONE._replace(winner=NONE)
    assert play(Range("confidence"), ONE, none) == [pytest.approx(0.7), 0.0]
    assert play(Range("winner", high=4.0), ONE, none) == [0.5, 0.0]
    assert play(Range("progress"), none, ONE, none) == [0.0, 0.5, 0.5]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("posterior:shak", "no gesture 'shak'; there are circle, shake, big lift"),
        ("output:pich", "no output 'pich'; there are pitch; did you mean 'pitch'"),
        ("deviation:x", "no output 'x'; there are pitch; name one of them"),
        ("feature:acc_z", "no feature 'acc_z'; there are acc_x, acc_y; did you mean 'acc_"),
        ("confidense", "no source 'confidense'; .*; did you mean 'confidence'"),
        ("posterior", "no source 'posterior'; .*; did you mean 'posterior:GESTURE'"),
        ("winner:circle", "no source 'winner:circle'"),
        ("", "no source ''; there are posterior:GESTURE, .*; write one of them"),
    ],
)
def test_a_source_there_is_not_is_refused_at_start(source: str, words: str) -> None:
    with pytest.raises(SettingsError, match=rf"range of 'pad\.level', source: {words}"):
        Range(source, "pad.level").start(SOURCE)


def test_a_source_without_gestures_or_outputs_says_so() -> None:
    empty = Source((), (), SOURCE.features)
    with pytest.raises(SettingsError, match="there is none; record it first"):
        Range("posterior:circle").start(empty)
    with pytest.raises(SettingsError, match="there are no outputs; record demonstrations with outputs"):
        Range("output:pitch").start(empty)


@pytest.mark.parametrize("control", ["", "two words", "tab\there"])
def test_a_control_is_one_word(control: str) -> None:
    with pytest.raises(SettingsError, match="a control is one word"):
        Range(control=control).start(SOURCE)


def test_a_range_of_nothing_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"low and high: both 2\.0"):
        Range(low=2.0, high=2.0).start(SOURCE)


def test_its_control_and_neutral_value() -> None:
    part = Range(control="pad.cutoff", unit="Hz", to_low=200.0, to_high=2000.0).start(SOURCE)
    assert part.controls == (Channel("pad.cutoff", "Hz"),)
    assert part.neutral.tolist() == [200.0]
    assert Range(neutral=-7.0).start(SOURCE).neutral.tolist() == [-7.0]


def at(value: float, **settings: float) -> float:
    return play(Range("feature:acc_x", **settings), estimate(0.0, features=np.array([value, 0.0])))[0]


def test_range_curve_and_inversion() -> None:
    assert at(5.0, low=0.0, high=10.0, to_low=100.0, to_high=200.0) == 150.0
    assert at(5.0, low=10.0, high=0.0, to_low=100.0, to_high=200.0) == 150.0
    assert at(2.5, low=0.0, high=10.0, to_low=200.0, to_high=100.0) == 175.0
    assert at(5.0, low=0.0, high=10.0, curve=2.0) == 0.25
    assert at(2.5, low=0.0, high=10.0, curve=0.5) == 0.5


@example(0.0, -1.9, 86.0, 86.0, 86.0, 0.3984375)
@example(8.98846567431158e307, 0.0, 0.5, 0.0, 1.0, 1.0)
@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(-1e3, 1e3),
    st.floats(0.1, 1e3),
    st.floats(-1e6, 1e6),
    st.floats(-1e6, 1e6),
    st.floats(0.05, 20.0),
)
def test_a_control_never_leaves_its_range(
    value: float, low: float, width: float, to_low: float, to_high: float, curve: float
) -> None:
    out = at(value, low=low, high=low + width, to_low=to_low, to_high=to_high, curve=curve)
    assert min(to_low, to_high) <= out <= max(to_low, to_high)
    hair = 1e-6 * abs(to_high - to_low)  # so near to 0 or rest it is there
    if value <= low:
        assert out == to_low
    if value >= low + width:
        assert out == to_high or (abs(out - to_high) <= hair and out in (0.0, to_low))


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_what_is_no_number_holds_the_last_value(bad: float, smoothing: float) -> None:
    settings = Range("feature:acc_x", smoothing=smoothing, neutral=0.125)
    rows = [estimate(i * 0.01, features=np.array([v, 0.0])) for i, v in enumerate([bad, 0.5, bad, bad, 0.5])]
    assert play(settings, *rows) == [0.125, 0.5, 0.5, 0.5, 0.5]


def steps(seconds: list[float], smoothing: float = 0.2) -> list[float]:
    """A control after a jump of its source from 0 to 1 at time 0, at these times."""
    rows = [estimate(t, features=np.array([float(t > 0.0), 0.0])) for t in [-0.001, 0.0, *seconds]]
    return play(Range("feature:acc_x", smoothing=smoothing), *rows)[2:]


def test_smoothing_goes_by_time_not_by_frames() -> None:
    wanted = [1.0 - math.exp(-t / 0.2) for t in (0.1, 0.2, 0.5)]
    assert steps([0.1, 0.2, 0.5]) == pytest.approx(wanted)
    fine = [i / 1000.0 for i in range(1, 501)]
    assert [steps(fine)[i] for i in (99, 199, 499)] == pytest.approx(wanted)


def test_the_first_value_is_not_smoothed_and_a_gap_arrives() -> None:
    assert steps([3600.0]) == [pytest.approx(1.0)]
    assert play(Range("confidence", smoothing=5.0), ONE) == [pytest.approx(0.7)]


@pytest.mark.parametrize("step", [0.0, -5.0])
def test_a_clock_that_does_not_go_on_does_not_freeze_a_control(step: float) -> None:
    rows = [estimate(i * step, features=np.array([float(i > 0), 0.0])) for i in range(200)]
    out = play(Range("feature:acc_x", smoothing=0.2), *rows)
    assert out == sorted(out)
    assert 0.99 < out[-1] <= 1.0
