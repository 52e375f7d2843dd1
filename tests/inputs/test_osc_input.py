"""The OSC input over real loopback UDP."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from osc_doors import HERE, Open, values

from gesturemap.clock import ManualClock, SystemClock
from gesturemap.errors import SettingsError
from gesturemap.frames import Channel
from gesturemap.inputs.clocks import LATE, STRIKES, STUCK, SenderClock
from gesturemap.inputs.input import Health
from gesturemap.inputs.messages import GONE, pattern
from gesturemap.inputs.osc import Osc
from gesturemap.wire.osc import build, bundle


def test_numbers_of_every_kind_become_a_frame(opened: Open) -> None:
    run, send = opened("a g", "b", "c", "d", rate=50.0)
    send(build("/x", 1, 2.5, 2**40, True, tags="ifhT"), build("/x", 0.1, 1.0, 2.0, 3.0, tags="dfff"))
    assert values(run) == [1.0, 2.5, float(2**40), 1.0]
    frame = run.read(1.0)
    assert frame is not None and frame.values.dtype == np.float64
    assert frame.values.tolist() == [0.1, 1.0, 2.0, 3.0]
    assert (run.spec.names, run.spec.channels[0], run.spec.rate) == (
        ("a", "b", "c", "d"),
        Channel("a", "g"),
        50.0,
    )
    assert run.health.accepted == 2 and run.health.ignored_total == 0


def test_channels_alone_name_the_numbers() -> None:
    with_count = Osc(port=0, host=HERE, channels=2).start(SystemClock())
    with_count.close()
    assert with_count.spec.names == ("in_1", "in_2")


def test_own_time_counter_and_columns_left_out(opened: Open) -> None:
    run, send = opened("-", "x m/s2", "time ms", "count")
    for count, ms in ((7, 1000), (8, 1010), (11, 1040), (12, 20), (3, 30), (4, 40)):
        send(build("/m", "00:aa", 0.5, ms, count))
    frames = [run.read(1.0) for _ in range(6)]
    times = [frame.time for frame in frames if frame]
    assert np.diff(times[:3]) == pytest.approx([0.01, 0.03])
    assert len(times) == 6 and times == sorted(
        times
    )  # a clock that is set anew does not set the sample's back
    assert run.spec.names == ("x",)
    assert run.health.lost == 2  # 9 and 10; a counter that starts again loses nothing


def test_a_wild_counter_costs_nothing_and_a_long_gap_is_believed_when_it_goes_on(opened: Open) -> None:
    run, send = opened("x", "count")
    for count in (1, 2, 90_000, 3, 4, 2**40, 5, -7, 6):
        send(build("/m", 1.0, float(count)))
    while run.read(0.0):
        continue
    assert run.health.lost == 0
    for count in (507, 508, 510):
        send(build("/m", 1.0, float(count)))
    while run.read(0.0):
        continue
    assert run.health.accepted == 12
    assert run.health.lost == 500 + 1


def test_a_counter_that_wraps(opened: Open) -> None:
    run, send = opened("x", "count 16")
    for count in (14, 15, 0, 3):
        send(build("/m", 1.0, count))
    while run.read(0.0):
        continue
    assert run.health.accepted == 4
    assert run.health.lost == 2


def test_a_packet_that_comes_twice_is_one_frame(opened: Open) -> None:
    run, send = opened("x", "count")
    send(*(build("/m", 1.0, count) for count in (1, 2, 2, 3)), build("/m", 4.0, 3))
    assert [values(run) for _ in range(4)] == [[1.0], [1.0], [1.0], [4.0]]
    assert run.health.ignored == {HERE: {"the same again": 1}}


def test_a_counter_that_stands_still_is_none(opened: Open) -> None:
    run, send = opened("x", "count")
    send(*[build("/m", 1.0, 0)] * 3)
    assert [values(run) for _ in range(3)] == [[1.0]] * 3


def test_a_wild_time_of_the_sender_is_not_believed_and_a_new_clock_is(opened: Open) -> None:
    clock = ManualClock(100.0)
    run, send = opened("x", "time ms", clock=clock)
    times = []
    for at, ms in enumerate((1000, 1010, 1e300, 1030, -1e12, 1050)):
        send(build("/m", 1.0, float(ms), tags="fd"))
        frame = run.read(1.0)
        assert frame is not None
        times.append(frame.time)
        clock.advance(0.01)
        assert at < 6
    assert times == pytest.approx([100.0, 100.01, 100.02, 100.03, 100.04, 100.05], abs=1e-3)
    assert run.health.ignored == {HERE: {"its time is off": 2}}
    times = []
    for ms in range(20, 20 + 10 * (STRIKES + 50), 10):  # it was switched on again
        send(build("/m", 1.0, ms))
        frame = run.read(1.0)
        assert frame is not None
        times.append(frame.time)
        clock.advance(0.01)
    assert np.allclose(np.diff(times), 0.01)
    assert STRIKES <= run.health.ignored[HERE]["its time is off"] - 2 <= STRIKES + 2


@pytest.mark.parametrize("ms", [0.0, 1.7e12])
def test_a_time_that_stands_still_is_not_believed(opened: Open, ms: float) -> None:
    clock = ManualClock(100.0)
    run, send = opened("x", "time ms", clock=clock)
    times = []
    for at in range(200):
        send(build("/m", float(at), ms))
        frame = run.read(1.0)
        assert frame is not None
        times.append(frame.time)
        clock.advance(0.01)
    assert np.allclose(np.diff(times)[20:], 0.01, atol=1e-6)
    assert run.health.ignored[HERE]["its time is off"] >= 180


@pytest.mark.parametrize("step", [0.0, -0.01])
def test_a_time_tag_that_does_not_rise_is_not_believed(step: float) -> None:
    sender = SenderClock()
    times = [sender.time(12345.0 + step * at, 50.0 + 0.02 * at)[0] for at in range(100)]
    assert np.diff(times[20:]) == pytest.approx(0.02)
    assert times[-1] == pytest.approx(50.0 + 0.02 * 99, abs=STUCK + 0.1)


def test_a_count_that_was_only_overtaken_is_not_lost(opened: Open) -> None:
    run, send = opened("x", "count")
    send(*(build("/m", float(count), count) for count in (3, 5, 4, 6, 9, 8)))
    assert [values(run) for _ in range(6)] == [[3.0], [5.0], [4.0], [6.0], [9.0], [8.0]]
    assert run.health.lost == 1


def test_devices_that_one_host_passes_on_have_counters_of_their_own(opened: Open) -> None:
    run, send = opened("x", "count", address="/<id>/m", devices={"left": "0", "right": "1"})
    for at in range(40):
        send(build("/0/m", 1.0, at), build("/1/m", 2.0, 5000 + at))
    while run.read(0.0):
        pass
    assert run.health.lost == 0
    assert run.health.ignored_total == 0


def test_a_divisor_that_is_none_has_one_reason(opened: Open) -> None:
    run, send = opened("x from 1 / width", "- width")
    send(*(build("/m", 1.0, 1e-20 * at) for at in range(50)), build("/m", 4.0, 2.0))
    assert values(run) == [2.0]
    assert list(run.health.ignored[HERE].values()) == [50]


def test_a_time_that_runs_faster_than_ours_makes_no_take_longer_than_it_was(opened: Open) -> None:
    clock = ManualClock(100.0)
    run, send = opened("x", "time ms", clock=clock)
    for ms in range(0, 30_000, 100):  # ten times as fast
        send(build("/m", 1.0, ms))
        frame = run.read(1.0)
        assert frame is not None and 0.0 <= frame.time - clock.now() <= LATE
        clock.advance(0.01)
    assert list(run.health.ignored[HERE]) == ["its time is off"]


def test_devices_with_clocks_of_their_own_share_ours(opened: Open) -> None:
    clock = ManualClock(50.0)
    run, send = opened(
        "x", "time s", address="/<id>/m", devices={"a": "1", "b": "2"}, frame="each", clock=clock
    )
    times = []
    for at in range(4):
        send(build("/1/m", 1.0, 5e6 + 0.01 * at, tags="fd"), build("/2/m", 2.0, 0.01 * at, tags="fd"))
        times += [frame.time for _ in range(2) if (frame := run.read(0.2))]
        clock.advance(0.01)
    assert times == pytest.approx([50.0, 50.01, 50.01, 50.02, 50.02, 50.03, 50.03], abs=1e-3)


@pytest.mark.parametrize("wild", [1.7e308, -1e16])
def test_what_is_too_large_to_be_measured_is_left_out(opened: Open, wild: float) -> None:
    run, send = opened("x", "y")
    send(build("/m", wild, 1.0, tags="dd"), build("/m", 1.0, 2.0))
    assert values(run) == [1.0, 2.0]
    assert run.health.ignored == {HERE: {"x is too large": 1}}


def test_arrival_is_the_time_where_the_sender_gives_none(opened: Open) -> None:
    clock = ManualClock(12.5)
    run, send = opened("x", clock=clock)
    send(build("/m", 1.0))
    frame = run.read(1.0)
    assert frame is not None and (frame.time, frame.arrived) == (12.5, 12.5)


def test_one_packet_may_hold_several_frames(opened: Open) -> None:
    run, send = opened("x", address="/m")
    send(
        bundle(None, build("/m", 1.0), build("/other", 9.0), bundle(None, build("/m", 2.0)), build("/m", 3.0))
    )
    assert [values(run) for _ in range(3)] == [[1.0], [2.0], [3.0]]
    assert run.read(0.0) is None
    assert run.health.ignored == {HERE: {"another address /other, not /m": 1}}


def test_time_tags_steady_the_time_of_samples(opened: Open) -> None:
    clock = ManualClock(100.0)
    run, send = opened("x", clock=clock)
    times = []
    for index, late in enumerate((0.0, 0.03, 0.01, 0.0, 0.02)):
        clock = clock
        clock.advance(100.0 + index * 0.01 + late - clock.now())
        send(bundle(1.7e9 + index * 0.01, build("/m", float(index))))
        frame = run.read(1.0)
        assert frame is not None
        times.append(frame.time)
    assert np.allclose(np.diff(times), 0.01, atol=2e-4)


def test_a_time_tag_far_off_is_not_believed_until_it_lasts() -> None:
    sender = SenderClock()
    assert sender.time(1000.0, 5.0) == (pytest.approx(5.0), False)
    assert sender.time(1000.1, 5.2) == (pytest.approx(5.1), False)
    assert sender.time(1003.5, 5.3) == (pytest.approx(5.2), True)  # 3 s ahead
    assert sender.time(1000.4, 5.5) == (pytest.approx(5.4), False)
    for index in range(STRIKES):
        assert sender.time(2000.0 + index, 6.0 + index) == (pytest.approx(5.9 + index), True)
    time, off = sender.time(2000.0 + STRIKES, 6.3 + STRIKES)  # its clock was set, and is believed again
    assert time == pytest.approx(5.9 + STRIKES, abs=1e-3)
    assert not off


@pytest.mark.parametrize(
    ("wanted", "address", "fits"),
    [
        ("", "/anything/at/all", True),
        ("/acc", "/acc", True),
        ("/acc", "/acc/x", False),
        ("/acc*", "/accxyz", True),
        ("/acc*", "/acc/x", False),
        ("/<id>/raw", "/0/raw", True),
        ("/<id>/raw", "/my phone/raw", True),
        ("/<id>/raw", "/0/quat", False),
        ("/<a>/v3/<b>/acc", "/comote/v3/x.y-z/acc", True),
        ("/*/acc.x", "/1/accax", False),
    ],
)
def test_address_patterns(wanted: str, address: str, fits: bool) -> None:
    found = pattern(wanted, "test")
    assert (found is None or bool(found.fullmatch(address))) is fits


@pytest.mark.parametrize("wanted", ["/<id>*", "/*<id>", "/a<id>_*b", "/**"])
def test_an_address_that_would_take_long_to_look_for_is_refused(wanted: str) -> None:
    with pytest.raises(SettingsError, match="one '\\*' or one '<name>'"):
        pattern(wanted, "test")


def test_the_first_device_is_followed_until_it_is_silent(opened: Open) -> None:
    clock = ManualClock(10.0)
    run, send = opened("x", address="/<id>/raw", clock=clock)
    send(build("/0/raw", 1.0), build("/1/raw", 2.0), build("/0/raw", 3.0))
    assert [values(run) for _ in range(2)] == [[1.0], [3.0]]
    assert run.health.ignored == {HERE: {"another device": 1}}
    clock.advance(GONE[0])
    send(build("/1/raw", 4.0), build("/0/raw", 5.0))
    assert values(run) == [4.0]
    assert run.read(0.0) is None


def test_a_slow_device_is_waited_for_longer(opened: Open) -> None:
    clock = ManualClock(10.0)
    run, send = opened("x", address="/<id>/raw", clock=clock)
    for _ in range(40):  # one a second
        clock.advance(1.0)
        send(build("/0/raw", 1.0))
        assert values(run) == [1.0]
    clock.advance(GONE[1] - 0.1)
    send(build("/1/raw", 2.0))
    assert run.read(0.05) is None
    clock.advance(0.2)
    send(build("/1/raw", 3.0))
    assert values(run) == [3.0]


def test_named_devices_have_channels_of_their_own(opened: Open) -> None:
    run, send = opened("x", "-", address="/<id>/raw", devices={"left": "7", "right": "9"})
    assert run.spec.names == ("left_x", "right_x")
    send(build("/9/raw", 1.0, 0), build("/8/raw", 2.0, 0), build("/7/raw", 3.0, 0), build("/9/raw", 4.0, 0))
    assert values(run) == [3.0, 4.0]
    assert run.health.ignored == {HERE: {"another device": 1}}  # the wait for the left one is over


def test_a_device_may_be_named_in_the_message(opened: Open) -> None:
    run, send = opened("device", "x", devices={"arm": "00:aa"})
    send(build("/emg", "00:bb", 1.0), build("/emg", "00:aa", 2.0))
    assert values(run) == [2.0]
    assert run.spec.names == ("x",)


def test_the_short_way_for_known_headers_changes_nothing(opened: Open) -> None:
    run, send = opened("x", "y", address="/*/m")
    nan = float("nan")
    send(
        build("/0/m", 1.0, 2.0),
        build("/0/m", 3.0, 4.0),
        build("/1/m", 5.0, 6.0),  # as long, another device
        build("/0/m", 7, 8.0),  # as long, other types
        build("/0/n", 0.0, 0.0),  # as long, another address
        build("/0/m", nan, 0.0),
        build("/0/m", 9.0, 10.0) + bytes(4),
        build("/0/m", 9.0, 10.0, 11.0),
        bundle(None, build("/0/m", 9.0, 10.0)),
        build("/0/m", 11.0, 12.0),
    )
    pairs = [values(run) for _ in range(6)]
    assert pairs == [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0], [9.0, 10.0], [11.0, 12.0]]
    assert run.health.ignored[HERE] == {
        "another address /0/n, not /*/m": 1,
        "x is not finite": 1,
        "bytes left over": 1,
        "3 arguments instead of 2": 1,
    }


@given(
    st.lists(
        st.tuples(
            st.sampled_from([None, 1000.0, 1000.5, 5000.0]),
            st.lists(
                st.sampled_from(
                    [
                        build("/0/m", 1.0, 2.0),
                        build("/1/m", 3.0, 4.0),
                        build("/0/m", 5, 6.0),
                        build("/0/n", 7.0, 8.0),
                        build("/0/m", float("nan"), 0.0),
                        build("/0/m", 9.0),
                        build("/0/m", "x"),
                        build("/0/m", 1.0, 2.0) + bytes(4),
                        bundle(3000.0, build("/0/m", 1.5, 2.5)),
                    ]
                ),
                max_size=3,
            ),
            st.integers(0, 40),
        ),
        max_size=30,
    )
)
def test_the_short_way_for_bundles_changes_nothing(
    packets: list[tuple[float | None, list[bytes], int]],
) -> None:
    def told(short: bool) -> list[object]:
        health = Health()
        reader = Osc(arguments=("x", "y"), address="/*/m").reader(health)
        if not short:
            reader._remember = lambda *_: None  # type: ignore[method-assign]
        found: list[object] = []
        for at, (timetag, messages, spoil) in enumerate(packets):
            packet = bytearray(bundle(timetag, *messages))
            packet[spoil % len(packet)] ^= 0 if spoil < 30 else 1
            found += [
                (frame.time, frame.arrived, frame.values.tolist())
                for frame in reader.take(bytes(packet), (HERE, 1), 0.1 * at)
            ]
        return [found, health]

    assert told(short=True) == told(short=False)


def test_bundles_of_nothing_do_not_move_the_senders_clock() -> None:
    reader = Osc(arguments=("x",)).reader(Health())
    for at in range(50):
        reader.take(bundle(1e6 + 0.01 * at, build("/m", 1.0)), (HERE, 1), 10.0 + 0.01 * at)
    for _ in range(STRIKES + 10):
        reader.take(bundle(5.0), (HERE, 1), 10.5)
    (frame,) = reader.take(bundle(1e6 + 0.5, build("/m", 1.0)), (HERE, 1), 10.52)
    assert frame.time == pytest.approx(10.5, abs=1e-6)
