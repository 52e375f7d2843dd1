"""Frames of several messages: scalars, parts, counts, scores, a fixed rate; over real loopback UDP."""

from __future__ import annotations

import math
import socket
from collections.abc import Callable, Iterator

import pytest

from gesturemap.clock import ManualClock, SystemClock
from gesturemap.frames import Frame
from gesturemap.inputs.input import InputRun
from gesturemap.inputs.osc import Osc
from gesturemap.inputs.steady import SILENT
from gesturemap.wire.osc import build, bundle

HERE = "127.0.0.1"
DRAIN = 0.01
"""Seconds without a frame after which everything sent has been read."""
G = 9.80665
Give = Callable[..., list[list[float]]]


@pytest.fixture
def given() -> Iterator[Callable[..., tuple[InputRun, Give]]]:
    """Open an input, and a way to send packets that returns the frames they made."""
    opened: list[InputRun | socket.socket] = []

    def start(messages: dict[str, tuple[str, ...]], **settings: object) -> tuple[InputRun, Give]:
        clock = settings.pop("clock", None) or SystemClock()
        run = Osc(0, HERE, messages=messages, **settings).listen(clock)  # type: ignore[arg-type]
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sender.connect((HERE, run.port))
        opened.extend((run, sender))

        def give(*packets: bytes) -> list[list[float]]:
            for packet in packets:
                sender.send(packet)
            found, silent = [], 0
            while silent < 3:  # a read may end among parts that make no frame
                frame = run.read(DRAIN)
                silent = silent + 1 if frame is None else 0
                found += [frame.values.tolist()] if frame is not None else []
            return found

        return run, give

    yield start
    for each in opened:
        each.close()


SCALARS = {"/acc/x": ("x g",), "/acc/y": ("y g",), "/acc/z": ("z g",)}


def test_one_axis_a_message_makes_a_frame_with_the_last(given) -> None:
    run, give = given(SCALARS)
    assert run.spec.names == ("x", "y", "z")
    round_ = [build(address, value) for address, value in zip(SCALARS, (1.0, 2.0, 3.0), strict=True)]
    assert give(*round_, *round_) == [[1.0, 2.0, 3.0]] * 2
    assert give(build("/acc/x", 9.0)) == []
    assert give(build("/acc/z", 7.0)) == [[9.0, 2.0, 7.0]]
    assert (run.health.accepted, run.health.ignored_total) == (3, 0)


def test_each_message_gives_the_latest_state_once_it_is_complete(given) -> None:
    run, give = given(SCALARS, frame="each")
    assert give(build("/acc/z", 3.0), build("/acc/y", 2.0)) == []
    assert run.health.ignored[HERE] == {"waiting for x (/acc/x)": 2}
    assert give(build("/acc/x", 1.0), build("/acc/z", 4.0)) == [[1.0, 2.0, 3.0], [1.0, 2.0, 4.0]]


def test_a_part_that_never_comes_is_told_while_nothing_whole_has_come(given) -> None:
    run, give = given({"/accel": ("acc_x", "acc_y"), "/rrate": ("gyro_x",)})
    assert give(*[build("/accel", 1.0, 2.0)] * 4) == []
    assert run.health.ignored[HERE] == {"waiting for gyro_x (/rrate)": 3}
    assert give(build("/rrate", 3.0), build("/accel", 4.0, 5.0)) == [[1.0, 2.0, 3.0]]
    assert run.health.ignored == {}


def test_parts_of_a_bundle_are_one_frame_with_its_time(given) -> None:
    clock = ManualClock(50.0)
    run, give = given({"/acc": ("ax", "ay"), "/gyro": ("gx", "gy")}, clock=clock)
    assert give(bundle(1e9, build("/acc", 1.0, 2.0), build("/gyro", 3.0, 4.0))) == [[1.0, 2.0, 3.0, 4.0]]
    clock.advance(0.5)
    assert run.health.accepted == 1


def test_the_count_of_arguments_tells_layouts_apart(given) -> None:
    messages = {"/<id>/raw old": ("-", "x", "y"), "/<id>/raw new": ("y", "x")}
    run, give = given(messages)
    assert run.spec.names == ("x", "y")
    assert give(build("/1/raw", 0.0, 1.0, 2.0), build("/1/raw", 4.0, 3.0)) == [[1.0, 2.0], [3.0, 4.0]]
    assert give(build("/1/raw", 4.0)) == []
    assert run.health.ignored[HERE] == {"1 arguments instead of 2": 1}


def test_units_signs_factors_and_offsets(given) -> None:
    motion = ("a m/s2 from -g", "b rad/s from deg/ms", "c uT from gauss")
    texts = (*motion, "d from -0.5", "e V from 1 / 4", "t from 0.125 + 21")
    run, give = given({"/m": texts})
    (values,) = give(build("/m", *[1.0] * 6))
    assert values == pytest.approx([-G, math.radians(1000.0), 100.0, -0.5, 0.25, 21.125], rel=1e-12)
    assert [channel.unit for channel in run.spec.channels] == ["m/s2", "rad/s", "uT", "", "V", ""]


def test_pixels_are_divided_by_the_width_that_is_sent(given) -> None:
    run, give = given(
        {"/poses": ("- width", "- height", "score 1", "x from 1 / width", "y from 1 / height", "...")}
    )
    assert give(build("/poses", 640, 480, 2, 320.0, 120.0, 1.0, 2.0)) == [[0.5, 0.25]]
    assert give(build("/poses", 0, 480, 2, 320.0, 120.0)) == []
    assert give(build("/poses", 640, 480, 0)) == []
    assert run.health.ignored[HERE] == {"x cannot be divided by width": 1, "tracking lost": 1}


def test_a_score_of_its_own_message_holds_everything_back(given) -> None:
    run, give = given({"/found": ("score 1",), "/pose": ("x", "y")})
    assert run.spec.names == ("x", "y")
    assert give(build("/found", 1), build("/pose", 1.0, 2.0)) == [[1.0, 2.0]]
    assert give(build("/found", 0), build("/pose", 3.0, 4.0)) == []
    assert give(build("/pose", 5.0, 6.0)) == []
    assert give(build("/found", 1), build("/pose", 7.0, 8.0)) == [[7.0, 8.0]]


def test_channels_that_are_not_wanted_are_not_waited_for(given) -> None:
    run, give = given(SCALARS | {"/mag": ("mx", "my")}, columns=("x", "z"))
    assert run.spec.names == ("x", "z")
    assert give(build("/acc/x", 1.0), build("/acc/z", 3.0)) == [[1.0, 3.0]]
    assert give(build("/mag", 1.0, 2.0)) == []
    assert run.health.ignored[HERE] == {"another address /mag, not /acc/x or /acc/z": 1}


def test_a_fixed_rate_of_irregular_arrivals() -> None:
    clock = ManualClock(5.0)
    run = Osc(0, HERE, arguments=("x",), frame="timer", rate=10.0).start(clock)
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    port = int(run.address.rpartition(" ")[2])
    frames: list[Frame] = []

    def at(time: float, *numbers: float) -> None:
        clock.advance(time - clock.now())
        for number in numbers:
            sender.sendto(build("/x", number), (HERE, port))
        while (frame := run.read(DRAIN)) is not None:
            frames.append(frame)

    at(5.00, 1.0, 2.0)
    at(5.04, 3.0)
    at(5.10)
    at(5.12, 4.0)
    at(5.31)
    at(5.31 + SILENT + 0.1)
    sender.close()
    run.close()
    assert [round(frame.time, 6) for frame in frames] == pytest.approx([5.0, 5.1, 5.2, 5.3])
    assert [frame.values[0] for frame in frames] == [1.0, 3.0, 4.0, 4.0]
    assert run.spec.rate == 10.0


@pytest.mark.parametrize("packet", [build("/acc/x", math.nan), build("/acc/x", "one"), build("/acc/x")])
def test_a_bad_part_costs_no_good_one(given, packet: bytes) -> None:
    run, give = given(SCALARS)
    good = [build(address, 1.0) for address in SCALARS]
    assert give(packet, *good) == [[1.0, 1.0, 1.0]]
    assert run.health.ignored_total == 1
