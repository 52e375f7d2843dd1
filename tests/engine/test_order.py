"""Frames in the order of their time: what wireless roads and restarted devices do to them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gesturemap.engine.order import AGAIN, ANEW, NO_TIME, OVERTAKEN, Order
from gesturemap.frames import Frame, Spec
from gesturemap.inputs.clocks import LATE
from gesturemap.inputs.input import Health


class Source:
    """An input as far as its order is concerned."""

    def __init__(self) -> None:
        self.spec, self.address, self.health = Spec.of("x"), "here", Health()


def sent(times: list[float], values: list[float] | None = None) -> tuple[list[Frame], Health]:
    source, order = Source(), Order()
    numbers = values or [float(at) for at in range(len(times))]
    frames = [
        Frame(time, np.array([number]), 100.0 + 0.01 * at)
        for at, (time, number) in enumerate(zip(times, numbers, strict=True))
    ]
    return [kept for frame in frames if (kept := order.take(frame, source))], source.health


def test_what_goes_on_is_not_touched() -> None:
    frames, health = sent([1.0, 1.0, 1.1, 2.0, 50.0])
    assert [frame.time for frame in frames] == [1.0, 1.0, 1.1, 2.0, 50.0]
    assert health.ignored == {}


def test_overtaken_and_doubled_packets_are_counted() -> None:
    frames, health = sent([1.0, 1.02, 1.01, 1.03, 1.03], [0.0, 2.0, 1.0, 3.0, 3.0])
    assert [frame.values[0] for frame in frames] == [0.0, 2.0, 3.0]
    assert health.ignored == {"here": {OVERTAKEN: 1, AGAIN: 1}}


def test_a_clock_that_begins_anew_goes_on_where_it_was() -> None:
    frames, health = sent([110.0, 110.01, 0.5, 0.51, 0.52])
    assert [frame.time for frame in frames] == pytest.approx([110.0, 110.01, 110.02, 110.03, 110.04])
    assert health.ignored == {"here": {ANEW: 3}}


def test_no_time_is_that_of_the_arrival() -> None:
    frames, health = sent([math.nan, 1.0, math.nan, 1.02, math.inf, -math.inf])
    assert [frame.time for frame in frames] == pytest.approx([1.0, 1.01, 1.02, 1.03, 1.04])
    assert health.ignored == {"here": {NO_TIME: 4}}


@pytest.mark.parametrize("going_on", [True, False])
def test_a_board_that_is_plugged_in_again_goes_on_only_in_a_recording(going_on: bool) -> None:
    order, first, second = Order(), Source(), Source()
    order.take(Frame(90.0, np.zeros(1), 100.0), first)
    frame = order.take(Frame(0.1, np.ones(1), 101.5), second, going_on=going_on)
    assert frame is not None and frame.time == (91.5 if going_on else 0.1)


@given(
    st.lists(
        st.tuples(
            st.floats(-1e7, 1e7) | st.sampled_from([math.nan, math.inf, 0.0, LATE, -LATE]), st.integers(0, 2)
        ),
        max_size=60,
    )
)
def test_time_never_falls_whatever_comes(marks: list[tuple[float, int]]) -> None:
    frames, _ = sent([time for time, _ in marks], [float(value) for _, value in marks])
    times = [frame.time for frame in frames]
    assert all(math.isfinite(time) for time in times)
    assert times == sorted(times)
