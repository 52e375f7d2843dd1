"""A flood, and packets that are none: the next good one is answered, and control is not held up."""

from __future__ import annotations

import multiprocessing
import random
import socket
import struct
import time
from multiprocessing.synchronize import Event

import psutil
import pytest
from remote_house import House

from gesturemap import commands as c
from gesturemap.wire import osc

HOSTILE = [
    b"", b"\0", b"\0" * 4, b"/", b"/gesturemap/run", b"garbage\xff\xfe\x00\x01", b"#bundle\0",
    b"#bundle\0" + b"\0" * 8 + b"\0\0\0\x03abc",
    b"#bundle\0" + b"\0" * 8 + b"\xff\xff\xff\xfc" + b"\0" * 4, osc.build("/gesturemap/run", 1)[:-2],
    b"/gesturemap/run\0,f\0\0\x3f\x80", b"/gesturemap/run\0,i\0\0" + b"\0" * 64, b"/gesturemap/run\0,[[[[\0\0\0",
    b"/gesturemap/run\0,b\0\0\xff\xff\xff\xff", osc.build("/gesturemap/run", *range(2000)),
    osc.build("/gesturemap/record", "x" * 60000), osc.build("/gesturemap/record", "a\x1b[2Jb"),
    osc.build("/gesturemap/" + "x" * 900), osc.build("/gesturemap/ru n"), osc.build("/gesturemap/*"),
    osc.build("/*/run", 1),
    osc.build("/gesturemap/{run,panic}"), osc.build("/gesturemap/volume", float("nan")), osc.build("/wek/inputs", 0.5),
    osc.build("/gesturemap/volume", b"\0" * 50000), osc.build("/gesturemap/run", [[[[1]]]]),
    osc.build("/gesturemap//run"),
    b"/gesturemap/\xff\xfe\0\0,\0\0\0", struct.pack(">16s", b"{\"run\": 1}"),
]  # fmt: skip


def nested(depth: int) -> bytes:
    packet = osc.build("/gesturemap/run", 1)
    for _ in range(depth):
        packet = osc.bundle(None, packet)
    return packet


@pytest.mark.long
def test_after_every_hostile_packet_a_good_one_is_answered(house: House) -> None:
    house.open(rate=10_000.0)
    peer = house.peer()
    noise = random.Random(1)
    packets = [*HOSTILE, nested(300), *(noise.randbytes(noise.randrange(1, 200)) for _ in range(300))]
    for number, packet in enumerate(packets):
        peer.raw(packet)
        peer.say("reply_to", peer.port)
        house.until(lambda: any(m.arguments[:1] == ("reply_to",) for m in peer.heard()))
        if number == 100:
            assert house.process is not None
            before = psutil.Process(house.process.pid).memory_info().rss
    assert house.obeyed == []
    assert psutil.Process(house.process.pid).memory_info().rss - before < 20e6
    house.until(lambda: house.refused()["127.0.0.1"].get("no OSC: length is no multiple of four"))
    assert len(house.refused()["127.0.0.1"]) < 40


def test_the_words_of_a_large_bundle_are_counted_one_by_one(house: House) -> None:
    house.open(rate=50.0)
    peer = house.peer()
    peer.raw(osc.bundle(None, *[osc.build("/gesturemap/run", 1)] * 1000))
    house.until(lambda: house.refused().get("127.0.0.1", {}).get("too many"))
    assert 40 <= len(house.obeyed) <= 60


def test_a_fader_that_is_too_fast_ends_where_it_stopped(house: House) -> None:
    house.open(rate=20.0)
    peer = house.peer()
    for number in range(200):
        peer.say("volume", number / 200)
        peer.say("small/threshold", float(number))
        peer.say("record", f"take {number}")
    last = [c.Volume(199 / 200), c.Threshold(199.0)]
    house.until(lambda: all(one in house.obeyed for one in last))
    assert len(house.obeyed) < 100
    assert [one for one in house.obeyed if isinstance(one, c.Volume)][-1] == last[0]
    assert [one for one in house.obeyed if isinstance(one, c.Threshold)][-1] == last[1]
    assert c.Record("take 199") not in house.obeyed  # what begins something is not done later
    house.until(lambda: house.refused().get("127.0.0.1", {}).get("too many", 0) > 500)


def flood(port: int, host: str, going: Event, sent: object) -> None:
    """As many packets a second as this machine can send."""
    packet = osc.build("/gesturemap/run", 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.bind((host, 0))
        out.connect(("127.0.0.1", port))
        count, began = 0, time.perf_counter()
        while going.is_set():
            for _ in range(200):
                out.send(packet)
            count += 200
        sent.value = count / (time.perf_counter() - began)  # type: ignore[attr-defined]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9"])
@pytest.mark.long
def test_a_flood_does_not_hold_control_up(house: House, host: str) -> None:
    """One process floods as fast as it can; another sender is answered, and control gets no more than the rate."""
    house.open(control_from=("127.0.0.1", "127.0.0.5"), rate=50.0)
    spawn = multiprocessing.get_context("spawn")
    going, sent = spawn.Event(), spawn.Value("d", 0.0)
    going.set()
    flooding = spawn.Process(target=flood, args=(house.port, host, going, sent))
    flooding.start()
    friend, own, began = house.peer("127.0.0.5"), time.process_time(), time.monotonic()
    answered = 0
    try:
        house.until(lambda: house.refused(), 60.0)
        end = time.monotonic() + 60.0
        while answered < 3 and time.monotonic() < end:
            friend.say("ping")
            house.turn(0.1)
            answered += len(friend.heard())
        seconds = time.monotonic() - began
    finally:
        going.clear()
        flooding.join()
    spent = time.process_time() - own
    assert sent.value > 1000.0
    assert answered >= 3
    assert sum(isinstance(one, c.Run) for one in house.obeyed) <= 50 * (seconds + 1.0)
    assert spent < 0.6 * seconds + 0.5
