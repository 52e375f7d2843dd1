"""What an OSC input takes a sender's layout from that nobody described: what comes most often."""

from __future__ import annotations

import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from osc_doors import HERE

from gesturemap import catalog
from gesturemap.clock import ManualClock, SystemClock
from gesturemap.control import recording
from gesturemap.errors import DeviceError
from gesturemap.inputs.input import Finds
from gesturemap.inputs.osc import Osc, OscRun
from gesturemap.inputs.osc_learn import FEW, MANY, MOST, SILENT, WATCH, Kind, learn
from gesturemap.project.project import assemble
from gesturemap.wire.osc import build

FIVE = build("/wek/inputs", *[1.0] * 5)
Send = Callable[..., None]


@pytest.fixture
def port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((HERE, 0))
        return int(probe.getsockname()[1])


@contextmanager
def sending(port: int, packets: Iterator[bytes]) -> Iterator[None]:
    """A program that sends a packet every 5 ms, whether anybody listens or not."""
    stop = threading.Event()

    def send() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            while not stop.wait(0.005):
                sender.sendto(next(packets), (HERE, port))

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def learned(port: int, packets: Iterator[bytes], address: str = "/wek/inputs") -> tuple[int, bool]:
    """How many channels there are, and whether frames of them come."""
    with sending(port, packets):
        run = Osc(port=port, host=HERE, address=address).listen(SystemClock())
        try:
            return run.spec.width, run.read(1.0) is not None
        finally:
            run.close()


def after(*stray: bytes, then: tuple[bytes, ...] = (FIVE,)) -> Iterator[bytes]:
    return itertools.chain(stray, itertools.cycle(then))


@pytest.mark.parametrize(
    ("packets", "address", "channels"),
    [
        (after(build("/wek/inputs", 1.0)), "/wek/inputs", 5),
        (after(build("/wek/inputs", *[1.0] * 3000)), "/wek/inputs", 5),
        (after(then=(build("/wek/inputs", *[1.0] * (MOST + 1)), FIVE)), "/wek/inputs", 5),
        (after(build("/wek/inputs"), build("/wek/inputs", "hello"), b"\0\0"), "/wek/inputs", 5),
        (after(then=(build("/battery", 0.8), build("/acc", 1.0, 2.0, 3.0))), "", 3),
        (after(then=(build("/acc", 1.0, 2.0), build("/gyro*", 1.0, 2.0, 3.0))), "", 2),
        (after(then=(build("/wek/inputs", True, 1.0),)), "/wek/inputs", 2),
        (after(then=(build("/wek/inputs", False, True),)), "", 2),
    ],
    ids=["stray", "stray and huge", "huge", "no numbers", "another", "odd address", "Tf", "FT"],
)
def test_what_comes_most_often_is_learned(
    port: int, packets: Iterator[bytes], address: str, channels: int
) -> None:
    assert learned(port, packets, address) == (channels, True)


def test_of_two_kinds_that_come_in_turn_the_one_with_more_numbers_is_taken(port: int) -> None:
    battery, acc = build("/battery", 0.8), build("/acc", 1.0, 2.0, 3.0)
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        door.bind((HERE, port))
        for packet in (battery, acc, battery, acc, battery):
            sender.sendto(packet, (HERE, port))
        assert learn(door, None, "test") == Kind("/acc", 3)


def test_a_sender_that_sends_right_away_is_heard_soon(port: int) -> None:
    with sending(port, after()):
        began = time.perf_counter()
        run = Osc(port=port, host=HERE, address="/wek/inputs").listen(SystemClock())
        took = time.perf_counter() - began
        run.close()
    assert WATCH <= took < WATCH + 0.15


def test_messages_of_another_address_make_no_frames(port: int) -> None:
    acc, gyro = build("/acc", 1.0, 2.0), build("/gyro", 7.0, 8.0)
    with sending(port, after(then=(acc, acc, gyro))):
        run = Osc(port=port, host=HERE).listen(SystemClock())
        frames = [run.read(1.0) for _ in range(10)]
        run.close()
    assert [frame and frame.values.tolist() for frame in frames] == [[1.0, 2.0]] * 10


@pytest.mark.parametrize("frame", ["last", "timer"])
def test_what_was_learned_is_written_down_with_its_address(port: int, frame: str) -> None:
    acc, gyro = build("/stick/acc", 1.0, 2.0, 3.0), build("/stick/gyro", 70.0, 80.0, 90.0)
    begun = Osc(port=port, host=HERE, frame=frame, rate=200.0)
    with sending(port, after(then=(acc, acc, gyro))):
        run = begun.start(SystemClock())
        run.close()
        assert isinstance(run, Finds)
        tables = {"project": {"name": "p"}, "input": catalog.write(begun), "model": {"kind": "few_shot"}}
        written = recording.with_layout(assemble(tables, "", "test"), run.found).input
        assert (written.address, written.channels) == ("/stick/acc", 3)
        run = written.start(SystemClock())
        frames = [run.read(1.0) for _ in range(20)]
        health = run.health
        run.close()
    assert [frame and frame.values.tolist() for frame in frames] == [[1.0, 2.0, 3.0]] * 20
    assert health.ignored_total > 0
    assert isinstance(run, Finds)
    assert not run.found, "nothing was left open"


@contextmanager
def running(port: int, clock: ManualClock, kind: bytes, address: str) -> Iterator[tuple[OscRun, Send]]:
    """An input that has learned a kind of message, and a way to send it others."""
    with sending(port, itertools.repeat(kind)):
        run = Osc(port=port, host=HERE, address=address).listen(clock)
    while run.read(0.05):  # what is still on the way
        continue
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:

        def send(packet: bytes, times: int, seconds: float) -> None:
            for _ in range(times):
                clock.advance(seconds / times)
                sender.sendto(packet, (HERE, port))
                run.read(0.0)

        yield run, send
    run.close()


def test_another_kind_in_its_place_is_learned_anew(port: int) -> None:
    with running(port, ManualClock(5.0), build("/wek/inputs", 1.0), "/wek/inputs") as (_, send):
        send(FIVE, 2, 0.9 * SILENT)
        with pytest.raises(DeviceError, match="5 numbers come, and no 1 number any more") as caught:
            send(FIVE, 2 * FEW, 2 * SILENT)
        assert "learned anew" in str(caught.value)
    assert learned(port, after()) == (5, True)


def test_a_kind_beside_it_changes_nothing_as_long_as_it_comes_itself(port: int) -> None:
    one = build("/wek/inputs", 1.0)
    with running(port, ManualClock(5.0), one, "/wek/inputs") as (run, send):
        for _ in range(5):
            send(FIVE, 2 * MANY, 0.9 * SILENT)
            send(one, 2, 0.1)
        assert run.health.accepted > 5


def test_a_slow_message_elsewhere_takes_nobodys_place(port: int) -> None:
    with running(port, ManualClock(5.0), build("/acc", 1.0, 2.0), "") as (run, send):
        send(build("/acc", 1.0, 2.0), 2 * MANY, 1.0)
        send(build("/battery", 0.5), 60, 60.0)
        assert run.health.accepted > MANY
        with pytest.raises(DeviceError, match="1 number at /battery come, and no 2 numbers at /acc any more"):
            send(build("/battery", 0.5), 4 * MANY, 2 * SILENT)
