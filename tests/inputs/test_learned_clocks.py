"""A column is a time or a counter only where it went on as one for long enough to know."""

from __future__ import annotations

import math
import socket
import threading

import pytest
from moved import HERE

from gesturemap import catalog
from gesturemap.clock import SystemClock
from gesturemap.inputs.guess import guess, table
from gesturemap.inputs.guessed import Guess
from gesturemap.inputs.listen import Ear, Ports, Reading
from gesturemap.wire.osc import build


def listened(address: str, first, seconds: float, tags: str = "fff", late=lambda at: 0.0) -> Guess:  # type: ignore[no-untyped-def]
    """What is guessed of messages whose first number is this function of the time."""
    ear = Ear()
    for at in range(round(60 * seconds)):
        t = at / 60.0
        packet = build(address, first(t), math.sin(3.1 * t), math.cos(5.3 * t), tags=tags)
        ear.take(packet, HERE, 1, t + late(at))
    (found,) = guess(ear.streams.values())
    return found


@pytest.mark.parametrize("seconds", [0.4, 0.9, 1.5])
def test_an_axis_that_rises_for_a_moment_is_no_clock(seconds: float) -> None:
    found = listened("/gyrosc/accel", lambda t: -0.7 + t, seconds)
    assert [column.partition(" ")[0] for column in found.columns] == ["acc_x", "acc_y", "acc_z"]
    unnamed = listened("/thing", lambda t: -0.7 + t, seconds)
    assert not any(column.startswith("time") for column in unnamed.columns)
    assert any("too short to know" in reason for reason in unnamed.reasons)


def test_what_rises_in_a_curve_is_no_clock() -> None:
    found = listened("/thing", lambda t: 1.65 * math.sin(0.5 * math.pi * t / 2.6) * 1.6, 2.6)
    assert not any(column.startswith("time") for column in found.columns)


@pytest.mark.parametrize(
    ("unit", "tag", "begins"),
    [
        ("s", "f", 5.0),
        ("s", "d", 1.7e9),
        ("ms", "f", 123456.5),
        ("ms", "i", 9),
        ("us", "h", 0),
        ("ns", "h", 1),
    ],
)
def test_clocks_of_every_unit_and_type_are_known(unit: str, tag: str, begins: float) -> None:
    one = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}[unit]

    def clock(t: float) -> float | int:
        return begins + t * one if tag in "fd" else int(begins + t * one)

    found = listened("/thing", clock, 3.0, f"{tag}ff", lambda at: 0.03 * (at * 7 % 5) / 5)
    assert found.columns[0] == f"time {unit}"
    assert catalog.read("inputs", table([found], 1), "learned")


def test_whole_numbers_that_rise_for_a_moment_are_no_counter() -> None:
    found = listened("/thing", lambda t: round(60 * t), 0.25, "iff")
    assert "count" not in found.columns
    assert any("too few to know a counter" in reason for reason in found.reasons)
    assert listened("/thing", lambda t: round(60 * t), 1.0, "iff").columns[0] == "count"


def test_an_axis_that_rises_while_real_packets_come_is_no_clock() -> None:
    ear, clock = Ear(), SystemClock()
    ports = Ports([0], ear, clock, HERE)
    began = clock.now()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        while (t := clock.now() - began) < 0.6:
            sender.sendto(
                build("/gyrosc/accel", t - 0.3, math.sin(9 * t), math.cos(9 * t)), (HERE, ports.numbers[0])
            )
            ports.listen(0.01)
    ports.close()
    (found,) = guess(ear.streams.values())
    assert [column.partition(" ")[0] for column in found.columns] == ["acc_x", "acc_y", "acc_z"]


def test_who_hears_late_knows_when_packets_came() -> None:
    """A window has other things to do."""
    clock, ear = SystemClock(), Ear()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind((HERE, 0))
        port = free.getsockname()[1]
    reading, ended = Reading(port, clock), threading.Event()
    sent = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for i in range(20):
            sent.append(clock.now())
            sender.sendto(build("/acc", float(i)), (HERE, port))
            ended.wait(0.02)
    reading.tell(ear)
    reading.close()
    (stream,) = ear.streams.values()
    assert [row[0] for row in stream.rows] == [float(i) for i in range(20)]
    late = [arrived - at for arrived, at in zip(stream.arrivals, sent, strict=True)]
    assert min(late) >= 0.0
    assert sorted(late)[10] < 0.02, "by the median, as another test may have the processor"
    reading.close()
