"""What real and hostile senders send: each is counted with its reason, and the next good packet is read."""

from __future__ import annotations

import math
import random
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from gesturemap.clock import SystemClock
from gesturemap.inputs.input import Health
from gesturemap.inputs.osc import Osc, OscRun
from gesturemap.wire.osc import build, bundle

HERE = "127.0.0.1"
GOOD = build("/acc", 1.0, 2.0)
NOW = 1_700_000_000.0
BUNDLE = b"#bundle\0" + bytes(8)
WRONG_SIZE = "bundle element of a wrong size"
NAN = struct.pack(">ff", math.nan, 1.0)


@dataclass
class Line:
    run: OscRun
    sender: socket.socket


@pytest.fixture
def line() -> Iterator[Line]:
    run = Osc(port=0, host=HERE, address="/acc", arguments=("x", "y")).start(SystemClock())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.connect((HERE, run.port))
        yield Line(run, sender)
    run.close()


def deep(levels: int) -> bytes:
    packet = GOOD
    for _ in range(levels):
        packet = bundle(None, packet)
    return packet


IGNORED = {
    "empty datagram": (b"", "empty packet"),
    "garbage": (bytes(range(200, 240)), "neither message nor bundle"),
    "garbage of odd length": (b"\x00\xff\x13", "neither message nor bundle"),
    "no type tags but arguments": (b"/acc\0\0\0\0" + struct.pack(">ff", 1, 2), "arguments without type tags"),
    "no type tags, no arguments": (b"/acc\0\0\0\0", "0 arguments instead of 2"),
    "symbol where a number should be": (build("/acc", "sym", 1.0, tags="Sf"), "not a number"),
    "character": (build("/acc", "c", 1.0, tags="cf"), "not a number"),
    "impulse": (build("/acc", None, 1.0, tags="If"), "not a number"),
    "nothing": (build("/acc", None, 1.0), "not a number"),
    "array": (build("/acc", (1.0,), 2.0), "not a number"),
    "NaN": (b"/acc\0\0\0\0,ff\0" + NAN, "x is not finite"),
    "infinity": (build("/acc", 1.0, -math.inf), "y is not finite"),
    "truncated float": (build("/acc", 1.0, 2.0)[:-4], "arguments cut short"),
    "truncated in the middle of a float": (build("/acc", 1.0, 2.0)[:-2], "length is no multiple of four"),
    "more than it says": (GOOD + b"\0\0\0\0", "bytes left over"),
    "60 kB blob": (build("/acc", bytes(60_000)), "1 arguments instead of 2"),
    "60 kB blob and a number": (build("/acc", bytes(60_000), 1.0), "not a number"),
    "negative blob": (b"/acc\0\0\0\0,bf\0\xff\xff\xff\xfe" + bytes(4), "blob of a wrong size"),
    "blob larger than the packet": (b"/acc\0\0\0\0,bf\0\0\xff\xff\xff" + bytes(4), "blob of a wrong size"),
    "no leading slash": (b"acc\0,ff\0" + struct.pack(">ff", 1, 2), "neither message nor bundle"),
    "200 bundles deep": (deep(200), "bundles nested too deep"),
    "bad UTF-8 in the address": (b"/\xc3\x28\0,ff\0" + struct.pack(">ff", 1, 2), "address is not UTF-8"),
    "wildcard": (build("/*", 1.0, 2.0), "another address /*, not /acc"),
    "space": (build("/acc ", 1.0, 2.0), "another address /acc , not /acc"),
    "another address": (build("/gyro", 1.0, 2.0), "another address /gyro, not /acc"),
    "too few": (build("/acc", 1.0), "1 arguments instead of 2"),
    "too many": (build("/acc", *[1.0] * 2049), "more than 64 arguments instead of 2"),
    "far too many": (build("/acc", *[1.0] * 12_000), "too many arguments"),
    "unknown type": (b"/acc\0\0\0\0,fq\0" + struct.pack(">fq", 1, 2), "unknown type tag"),
    "text without end": (b"/acc\0\0\0\0,sf\0abcdefgh", "text without end"),
    "bundle whose element lies": (BUNDLE + b"\x7f\xff\xff\xfc" + GOOD, WRONG_SIZE),
    "bundle of negative size": (BUNDLE + b"\x80\0\0\0" + GOOD, WRONG_SIZE),
    "bundle cut": (bundle(NOW, GOOD)[:12], "bundle cut short"),
}  # fmt: skip
READ = {
    "bundle 3 s ahead": bundle(NOW + 3.0, GOOD),
    "bundle far in the past": bundle(NOW - 1e6, GOOD),
    "bundle stamped 0, as boards without a clock do": b"#bundle\0" + bytes(8) + bundle(None, GOOD)[16:],
    "bundle with a byte-swapped time": b"#bundle\0" + bytes(range(8, 0, -1)) + bundle(None, GOOD)[16:],
    "nested bundle": deep(5),
    "whole numbers": build("/acc", 1, 2),
    "doubles": build("/acc", 1.0, 2.0, tags="dd"),
}


@pytest.mark.parametrize("name", IGNORED)
def test_ignored_with_its_reason_and_the_next_is_read(line: Line, name: str) -> None:
    packet, reason = IGNORED[name]
    line.sender.send(packet)
    line.sender.send(GOOD)
    frame = line.run.read(1.0)
    assert frame is not None and frame.values.tolist() == [1.0, 2.0]
    assert line.run.health.ignored == {HERE: {reason: 1}}
    assert line.run.health.accepted == 1


@pytest.mark.parametrize("name", READ)
def test_read_at_once(line: Line, name: str) -> None:
    line.sender.send(GOOD)
    line.sender.send(READ[name])
    line.sender.send(build("/acc", 3.0, 4.0))
    frames = [line.run.read(0.5) for _ in range(3)]
    assert [frame and frame.values.tolist() for frame in frames] == [[1.0, 2.0], [1.0, 2.0], [3.0, 4.0]]
    assert all(frame and frame.time == pytest.approx(frame.arrived, abs=0.01) for frame in frames)
    assert line.run.health.ignored_total == 0


def test_a_fast_clock_of_the_sender_delays_nothing(line: Line) -> None:
    """Bundles stamped now, then one 3 s ahead, then a plain message: order and time of arrival hold."""
    for index in range(3):
        line.sender.send(bundle(NOW + 0.01 * index, GOOD))
    line.sender.send(bundle(NOW + 3.0, build("/acc", 5.0, 5.0)))
    line.sender.send(build("/acc", 6.0, 6.0))
    frames = [line.run.read(0.5) for _ in range(5)]
    assert [frame.values[0] for frame in frames if frame] == [1.0, 1.0, 1.0, 5.0, 6.0]
    late = frames[3]
    assert late is not None and late.time == pytest.approx(late.arrived, abs=0.1)


def test_mutated_packets_never_stop_the_good_ones(line: Line) -> None:
    seeded = random.Random(7)
    whole = [GOOD, bundle(NOW, GOOD, build("/gyro", 1, "a", b"b")), build("/acc", (1.0, (2, "x")), 2**40)]
    for index in range(400):
        for _ in range(10):
            packet = bytearray(seeded.choice(whole))
            for _ in range(seeded.randint(1, 6)):
                packet[seeded.randrange(len(packet))] = seeded.randrange(256)
            line.sender.send(packet[: seeded.randint(0, len(packet))])
        line.sender.send(build("/acc", 1e6, float(index)))
        wanted = [1e6, float(index)]
        for _ in range(20):
            frame = line.run.read(0.5)
            assert frame is not None, f"nothing read at {index}"
            if frame.values.tolist() == wanted:
                break
        else:
            pytest.fail(f"the good packet {index} did not come")
    health = line.run.health
    assert health.ignored_total > 3000
    assert list(health.ignored) == [HERE] and len(health.ignored[HERE]) < 60


def test_a_flood_of_junk_lets_the_reader_go(line: Line) -> None:
    for _ in range(3000):
        line.sender.send(b"junk")
    reads = 0
    while line.run.health.ignored_total < 3000:
        assert line.run.read(0.0) is None
        reads += 1
        assert reads <= 3000
    line.sender.send(GOOD)
    assert line.run.read(1.0) is not None


def test_many_senders_take_no_memory() -> None:
    health = Health()
    for index in range(10_000):
        health.ignore(f"10.0.{index // 256}.{index % 256}", "garbage")
    assert len(health.ignored) == Health.MOST_SENDERS + 1
    assert health.ignored_total == 10_000
