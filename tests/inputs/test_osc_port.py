"""The OSC input's settings and its port, over real loopback UDP."""

from __future__ import annotations

import os
import socket
import sys
import threading

import pytest
from osc_doors import HERE, Open, values

from gesturemap import catalog
from gesturemap.clock import SystemClock
from gesturemap.errors import DeviceError, SettingsError
from gesturemap.inputs.osc import BUFFER, Osc
from gesturemap.inputs.pointer import Pointer
from gesturemap.wire.osc import build


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"arguments": ["x"], "channels": 2}, "both arguments and channels"),
        ({"arguments": ["x", "x"]}, "name of its own"),
        ({"arguments": ["time ms", "-"]}, "no channel"),
        ({"arguments": ["x", "time"]}, "s, ms, us or ns"),
        ({"arguments": ["x", "time ms", "time s"]}, "twice"),
        ({"arguments": ["x", "count blue"]}, "count 16"),
        ({"arguments": ["x"], "address": "acc"}, "begins with"),
        ({"arguments": ["x"], "address": "/a*b*c"}, "one '\\*'"),
        ({"arguments": ["x"], "messages": {"/a": ["x"]}}, "both arguments and messages"),
        ({"address": "/a", "messages": {"/a": ["x"]}}, "both messages and address"),
        ({"messages": {"/a": ["score 1"]}}, "a score and no channel"),
        ({"arguments": ["x"] * 5000}, "at most 4096"),
        ({"arguments": ["x from 0"]}, "never 0"),
        ({"arguments": ["x", "score nan"]}, "score 0.5"),
        ({"messages": {"/a": ["x m"], "/b": ["x cm"]}}, "elsewhere it is in m"),
        ({"messages": {"/a": ["x"]}, "columns": ["y*"]}, "there are x"),
        ({"arguments": ["x"], "frame": "timer"}, "give rate"),
        ({"arguments": ["x"], "devices": {"a": "1", "b": "1"}}, "one device twice"),
        ({"arguments": ["x m/s2 from deg"]}, "m/s2 can be made of m/s2, g, mg"),
        ({"arguments": ["x from / y"]}, "after the unit|can be made of"),
        ({"arguments": ["x from 1 / y"]}, "no column is called so"),
        ({"arguments": ["x from 1 / 0"]}, "after the unit"),
        ({"arguments": ["time ms from s", "x"]}, "as it is sent"),
        ({"arguments": ["x", "score high"]}, "write 'score 0.5'"),
    ],
)
def test_settings_that_cannot_be(settings: dict[str, object], match: str) -> None:
    read = catalog.read("inputs", {"kind": "osc", "port": 0, **settings}, "project.toml, input")
    with pytest.raises(SettingsError, match=match):
        read.start(SystemClock())


def test_settings_survive_a_table() -> None:
    settings = Osc(port=9001, address="/acc", arguments=("x g", "count"), rate=100.0)
    assert catalog.read("inputs", catalog.write(settings), "here") == settings


def test_a_port_in_use_names_its_holder() -> None:
    first = Osc(port=0, host=HERE, channels=1).start(SystemClock())
    with pytest.raises(DeviceError) as caught:
        Osc(port=first.port, host="0.0.0.0", channels=1).start(SystemClock())
    first.close()
    assert str(first.port) in caught.value.place
    assert "in use" in caught.value.value and "choose another port" in caught.value.next_step
    if sys.platform == "linux":
        assert f"PID {os.getpid()}" in caught.value.value
    Osc(port=first.port, host=HERE, channels=1).start(SystemClock()).close()  # it is free again


def test_not_ones_own_address() -> None:
    with pytest.raises(DeviceError, match=r"0\.0\.0\.0 for all"):
        Osc(port=0, host="192.0.2.1", channels=1).start(SystemClock())


def test_room_for_bursts(opened: Open) -> None:
    run, send = opened("x", "count")
    granted = run._socket.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
    count = min(2000, granted // 2048)
    send(*(build("/m", 1.0, index) for index in range(count)))
    got = 0
    while run.read(0.0):
        got += 1
    assert (got, run.health.lost) == (count, 0)
    if sys.platform == "linux" and os.geteuid() == 0:
        assert granted >= BUFFER


def test_ipv6() -> None:
    try:
        run = Osc(port=0, host="::1", channels=1).start(SystemClock())
    except DeviceError:
        pytest.skip("this machine has no IPv6")
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sender:
        sender.sendto(build("/m", 4.0), ("::1", run.port))
        assert values(run) == [4.0]
    run.close()


def test_closing_twice_and_reading_after(opened: Open) -> None:
    run, _ = opened("x")
    run.close()
    run.close()
    with pytest.raises(DeviceError):
        run.read(0.0)


def test_the_pointer_pad() -> None:
    run = Pointer().start(SystemClock())
    assert int(run.address.rpartition(" ")[2]) == run.port
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as pad:
        pad.sendto(build("/pointer", 0.25, 0.75, 1), (HERE, run.port))
        assert values(run) == [0.25, 0.75, 1.0]
    assert run.spec.names == ("x", "y", "pressed")
    run.close()


def test_without_a_layout_the_first_message_with_numbers_gives_it():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    stop = threading.Event()

    def phone() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            while not stop.wait(0.01):
                for packet in (b"nonsense", build("/name", "phone"), build("/acc", 0.1, 0.2, 9.8)):
                    sender.sendto(packet, ("127.0.0.1", port))

    sending = threading.Thread(target=phone)
    sending.start()
    try:
        run = Osc(port=port, host="127.0.0.1").start(SystemClock())
        assert run.spec.names == ("in_1", "in_2", "in_3")
        assert run.read(1.0).values[2] == pytest.approx(9.8)
        run.close()
    finally:
        stop.set()
        sending.join()


def test_without_a_layout_and_without_a_sender_it_says_what_it_waits_for():
    with pytest.raises(DeviceError, match="start the sensor, or give its layout"):
        Osc(port=0, host="127.0.0.1").start(SystemClock())
