"""The time of frames: steps as the sender's clock tells them, lengths as arrivals do, whatever that clock shows."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gesturemap.engine.order import Order
from gesturemap.frames import Frame
from gesturemap.inputs.clocks import BACKLOG, LATE, STUCK, SenderClock
from gesturemap.inputs.input import Health
from gesturemap.inputs.messages import Messages
from gesturemap.inputs.osc import Osc
from gesturemap.wire.osc import build, bundle

HERE = "10.0.0.7"
STEP = 0.005


class Source:
    """An input as far as its order is concerned."""

    address = "here"

    def __init__(self, reader: Messages, health: Health) -> None:
        self.reader, self.health = reader, health


def played(
    stamps: list[float],
    arrivals: list[float] | None = None,
    *,
    tags: bool = False,
    ports: int = 1,
    clock: str = "ours",
) -> tuple[list[Frame], Health]:
    """What is left of packets with these times in them (own times, or time tags), after the reader and the order."""
    health = Health()
    osc = Osc(arguments=("x",)) if tags else Osc(arguments=("time s", "x"), clock=clock)
    source = Source(osc.reader(health), health)
    order, found = Order(), []
    for at, stamp in enumerate(stamps):
        arrived = 100.0 + STEP * at if arrivals is None else arrivals[at]
        packet = bundle(stamp, build("/m", float(at))) if tags else build("/m", stamp, float(at), tags="df")
        for frame in source.reader.take(packet, (HERE, at % ports), arrived):
            kept = order.take(frame, source)  # type: ignore[arg-type]
            if kept is not None:
                found.append(kept)
    return found, health


def span(frames: list[Frame]) -> float:
    return frames[-1].time - frames[0].time


COUNT = 1000
GOOD = [STEP * at for at in range(COUNT)]
HOSTILE = {
    "first wild": [1e300, *GOOD[1:]],
    "first too coarse": [1e17, *GOOD[1:]],
    "alternating by a second": [t + at % 2 for at, t in enumerate(GOOD)],
    "alternating by less than packets overtake": [t + 0.3 * (at % 2) for at, t in enumerate(GOOD)],
    "two clocks": [t + 1000.0 * (at % 2) for at, t in enumerate(GOOD)],
    "single ones late": [t - 0.7 * (at % 200 == 199) for at, t in enumerate(GOOD)],
    "a later clock": [t + 899_003.0 * (at > 500) for at, t in enumerate(GOOD)],
    "falling": [1000.0 - t for t in GOOD],
    "every third no number": [t if at % 3 else math.nan for at, t in enumerate(GOOD)],
    "standing still": [5.0] * COUNT,
    "in whole seconds": [float(int(t)) for t in GOOD],
    "wrapping": [t % 1.0 for t in GOOD],
    "twice as fast": [2.0 * t for t in GOOD],
    "half as fast": [0.5 * t for t in GOOD],
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_take_is_as_long_as_it_was_whatever_the_clock_shows(kind: str) -> None:
    frames, _ = played(HOSTILE[kind])
    assert span(frames) == pytest.approx(GOOD[-1], abs=LATE + STEP)
    assert len(frames) >= 0.98 * COUNT


@pytest.mark.parametrize("kind", ["alternating by a second", "single ones late", "falling", "two clocks"])
def test_time_tags_obey_the_same_law(kind: str) -> None:
    frames, _ = played([5000.0 + stamp for stamp in HOSTILE[kind]], tags=True)
    assert span(frames) == pytest.approx(GOOD[-1], abs=LATE + STEP)
    assert len(frames) >= 0.98 * COUNT


@pytest.mark.parametrize("seconds", [1.0, 3.0, 20.0])
@pytest.mark.parametrize("tags", [False, True])
def test_a_good_clock_is_right_about_a_stall(seconds: float, tags: bool) -> None:
    after = 300 + round(seconds / STEP)
    stamps = [1000.0 + STEP * at for at in range(after + 300)]
    arrivals = [100.0 + STEP * (after if 300 <= at < after else at) for at in range(len(stamps))]
    frames, health = played(stamps, arrivals, tags=tags)
    assert np.diff([frame.time for frame in frames]) == pytest.approx(STEP, abs=1e-6)
    assert health.ignored == {}


def test_a_program_that_opens_a_port_for_each_packet_is_one_sender() -> None:
    frames, health = played([t - 1e300 * (at == 500) for at, t in enumerate(GOOD)], ports=COUNT)
    assert np.diff([frame.time for frame in frames]) == pytest.approx(STEP)
    assert len(frames) == COUNT
    reader = Osc(arguments=("count", "x")).reader(health)
    for count in (*range(50), *range(53, 100)):
        reader.take(build("/m", count, 1.0), (HERE, 9000 + count), 0.01 * count)
    assert health.lost == 3


def test_a_clock_that_drifts_is_followed_smoothly() -> None:
    clock = SenderClock()
    times = [clock.time(0.01 * 1.0002 * at, 0.01 * at)[0] for at in range(300_000)]  # 0.6 s in 50 minutes
    assert abs(times[-1] - 0.01 * (len(times) - 1)) < LATE
    assert np.diff(times) == pytest.approx(0.01, abs=1e-4)


@given(
    st.lists(
        st.tuples(
            st.floats(0.0, 0.03) | st.sampled_from([0.0, 0.005, 0.01, 1.0, 5.0]),
            st.floats() | st.floats(-3.0, 3.0) | st.sampled_from([0.0, 0.7, -0.7, 1e300, math.nan, math.inf]),
            st.booleans(),
        ),
        min_size=2,
        max_size=150,
    ),
    st.sampled_from([1, 2, 1000]),
)
def test_the_law_of_time(packets: list[tuple[float, float, bool]], ports: int) -> None:
    """Each packet: seconds since the last one came, and what its time is off by or, where it does not go on, is."""
    arrivals = list(np.cumsum([gap for gap, _, _ in packets]) + 100.0)
    stamps = [
        arrived + off if goes_on else off
        for arrived, (_, off, goes_on) in zip(arrivals, packets, strict=True)
    ]
    frames, _ = played(stamps, arrivals, ports=ports)
    times, arrived = [frame.time for frame in frames], [frame.arrived for frame in frames]
    assert all(math.isfinite(time) for time in times)
    assert times == sorted(times)
    behind, allowed = LATE, {}
    for gap, at in zip((gap for gap, _, _ in packets), arrivals, strict=True):
        behind = allowed[at] = max(behind - gap, LATE + gap)  # a silence may have been a stall
    for time, at in zip(times, arrived, strict=True):
        assert -allowed[at] - 1e-9 <= time - at <= LATE + 1e-9
    if not any(gap > LATE for gap, _, _ in packets[1:]):
        passed = arrived[-1] - arrived[0]
        assert abs(span(frames) - passed) <= LATE + max(gap for gap, _, _ in packets)


@given(st.lists(st.floats(0.0, 0.2), min_size=2, max_size=200), st.floats(-1e9, 1e9))
def test_a_good_clock_keeps_every_step(ways: list[float], theirs: float) -> None:
    """However long each packet is under way, in order, within what a clock that drifts is led back by."""
    sent = [0.02 * at for at in range(len(ways))]
    arrivals = list(np.maximum.accumulate([at + way for at, way in zip(sent, ways, strict=True)]) + 100.0)
    clock = SenderClock()
    told = [clock.time(theirs + at, arrived) for at, arrived in zip(sent, arrivals, strict=True)]
    assert np.diff([time for time, _ in told]) == pytest.approx(0.02, abs=1e-6)
    assert not any(off for _, off in told)


def test_samples_that_waited_while_clocks_were_compared_keep_their_times() -> None:
    clock = SenderClock(0.0)
    times = [clock.time(99.0 + STEP * at, 100.0)[0] for at in range(200)]
    assert times == pytest.approx([99.0 + STEP * at for at in range(200)])
    assert BACKLOG > 1.0 > STUCK


@pytest.mark.parametrize("speed", [0.2, 1.0, 12.0, 500.0])
def test_a_recording_keeps_its_own_time_at_any_speed(speed: float) -> None:
    stamps = [40.0 + 0.02 * speed * at for at in range(COUNT)]
    frames, health = played(stamps, clock="sender")
    assert [frame.time for frame in frames] == stamps
    assert not health.ignored


@pytest.mark.parametrize("ports", [1, 2])
def test_a_recording_that_is_played_again_goes_on_in_its_own_time(ports: int) -> None:
    once = [0.05 * at for at in range(500)]  # ten times as fast as it was
    frames, health = played(once * 3, clock="sender", ports=ports)
    times = [frame.time for frame in frames]
    assert len(times) == 1500
    assert times == sorted(times)
    assert span(frames) == pytest.approx(3 * 0.05 * 499 + 2 * STEP)
    assert not health.ignored


def test_broken_times_of_a_recording_go_on_by_arrivals() -> None:
    frames, _ = played([*GOOD[:500], math.nan, 1e300, *GOOD[500:600]], clock="sender")
    times = [frame.time for frame in frames]
    assert times == sorted(times)
    assert all(math.isfinite(time) for time in times)
    assert times[-1] == pytest.approx(GOOD[599])
