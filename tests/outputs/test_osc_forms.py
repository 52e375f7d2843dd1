"""OSC out in all its forms: python-osc's own server and parser are the receivers."""

from __future__ import annotations

import math
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack

import numpy as np
import pytest
from pythonosc.osc_bundle import OscBundle
from pythonosc.osc_message import OscMessage

from gesturemap.errors import DeviceError, SettingsError
from gesturemap.frames import Controls, Event, Spec
from gesturemap.outputs.osc import Osc, OscRun

SPEC = Spec.of("pad.level", "speed m/s")
BEGAN = (Event("began", "wave hello", 0.75),)


@pytest.fixture
def doors() -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        opened = [stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for _ in range(3)]
        for door in opened:
            door.bind(("127.0.0.1", 0))
            door.settimeout(2.0)
        yield opened


def port(door: socket.socket) -> int:
    return int(door.getsockname()[1])


def nothing(door: socket.socket) -> bool:
    door.setblocking(False)
    try:
        door.recv(65536)
    except BlockingIOError:
        return True
    finally:
        door.settimeout(2.0)
    return False


def message(door: socket.socket) -> tuple[str, list[object]]:
    got = OscMessage(door.recv(65536))
    return got.address, got.params


def frame(*values: float, events: tuple[Event, ...] = ()) -> Controls:
    return Controls(1.5, np.array(values), events)


def test_every_target_gets_every_packet_and_one_that_is_gone_stops_none(
    doors: list[socket.socket],
) -> None:
    targets = (f"127.0.0.1:{port(doors[1])}", f"localhost:{port(doors[2])}")
    run = Osc(port=port(doors[0]), targets=targets).start(SPEC)
    assert run.address == f"OSC 127.0.0.1:{port(doors[0])}, {targets[0]}, {targets[1]}"
    doors[1].close()
    for _ in range(3):
        run.send(frame(0.5, 2.0, events=BEGAN))
    for door in (doors[0], doors[2]):
        for _ in range(3):
            assert message(door) == ("/gesturemap/controls", [0.5, 2.0])
            assert message(door) == ("/gesturemap/began", ["wave hello", 0.75])
        assert nothing(door)
    assert run.unheard >= 2
    assert run.faults == 0
    run.close()


@pytest.mark.parametrize("timetag", [True, False])
def test_a_bundle_holds_the_whole_frame_and_its_time(doors: list[socket.socket], timetag: bool) -> None:
    run = Osc(port=port(doors[0]), form="bundle", timetag=timetag, stamp=True).start(SPEC)
    run.send(frame(0.5, 2.0, events=BEGAN))
    raw = doors[0].recv(65536)
    assert nothing(doors[0])
    bundle = OscBundle(raw)
    assert [(one.address, one.params) for one in bundle] == [
        ("/gesturemap/control/pad/level", [1.5, 0.5]),
        ("/gesturemap/control/speed", [1.5, 2.0]),
        ("/gesturemap/began", ["wave hello", 0.75]),
    ]
    tag = struct.unpack(">Q", raw[8:16])[0]
    if timetag:
        assert abs(bundle.timestamp - time.time()) < 1.0
        assert abs(tag / 2**32 - 2208988800 - time.time()) < 1.0
    else:
        assert tag == 1
    run.close()


def test_addresses_are_made_from_templates(doors: list[socket.socket]) -> None:
    run = Osc(
        port=port(doors[0]),
        form="each",
        control_address="/synth/{control}/set",
        event_address="/gesture/{label}/{kind}",
    ).start(SPEC)
    run.send(frame(0.5, 2.0, events=(*BEGAN, Event("ended", "größe #1", 0.0))))
    assert [message(doors[0]) for _ in range(4)] == [
        ("/synth/pad/level/set", [0.5]),
        ("/synth/speed/set", [2.0]),
        ("/gesture/wave_hello/began", [0.75]),
        ("/gesture/größe__1/ended", [0.0]),
    ]
    run.close()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"form": "each", "control_address": "/all"}, "'/all' twice"),
        ({"form": "each", "control_address": "/x/{name}"}, "what is filled in is {control}"),
        ({"form": "one", "control_address": "/x/{control}"}, "what is filled in is none"),
        ({"event_address": "/x/{control}"}, "what is filled in is {label}, {kind}"),
        ({"event_address": "x"}, "begins with '/'"),
        ({"targets": ("localhost",)}, "host:port is wanted"),
        ({"targets": ("localhost:99999",)}, "host:port is wanted"),
    ],
)
def test_what_cannot_be_an_address_is_refused(settings: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError, match=said.replace("{", r"\{").replace("}", r"\}")):
        Osc(**settings).start(SPEC)  # type: ignore[arg-type]


def test_a_target_that_is_nowhere_is_named() -> None:
    with pytest.raises(DeviceError, match=r"OSC no\.such\.host\.invalid:9"):
        Osc(targets=("no.such.host.invalid:9",)).start(SPEC)


def test_numbers_are_floats_doubles_or_whole(doors: list[socket.socket]) -> None:
    value = 0.1234567890123
    for letter, expected in (("f", np.float32(value)), ("d", value), ("i", 0)):
        run = Osc(port=port(doors[0]), numbers=letter).start(SPEC)
        run.send(frame(value, 2.6))
        raw = doors[0].recv(65536)
        assert f",{letter}{letter}\0".encode() in raw
        assert OscMessage(raw).params == [expected, {"i": 3}.get(letter, pytest.approx(2.6))]
        run.close()


def test_what_is_no_number_is_no_whole_number_and_counted(doors: list[socket.socket]) -> None:
    run = Osc(port=port(doors[0]), numbers="i").start(SPEC)
    run.send(frame(math.nan, 1.0, events=BEGAN))
    run.send(frame(math.inf, -1e300))
    assert message(doors[0]) == ("/gesturemap/began", ["wave hello", 0.75])
    assert message(doors[0]) == ("/gesturemap/controls", [2**31 - 1, -(2**31)])
    assert run.faults == 1
    run.close()


@pytest.mark.parametrize("form", ["one", "each", "bundle"])
def test_the_rate_holds_and_the_newest_value_is_never_lost(doors: list[socket.socket], form: str) -> None:
    clock = [10.0]
    run = OscRun(Osc(port=port(doors[0]), form=form, rate=50.0), Spec.of("a"), now=lambda: clock[0])
    times, last = [], 0.0
    for step in range(1000):
        run.send(frame(float(step), events=BEGAN if step == 501 else ()))
        before = run.sent
        run.tick()
        assert run.sent == before or step, "a tick sends only what waits"
        clock[0] += 0.001
    clock[0] += 0.02
    run.tick()
    run.tick()
    while not nothing_more(doors[0], got := []):
        (raw,) = got
        parts = [OscMessage(raw)] if form != "bundle" else list(OscBundle(raw))
        for part in parts:
            if part.address != "/gesturemap/began":
                times.append(part.params[0])
                last = part.params[0]
    assert last == 999.0
    assert np.diff(times[:-1]).min() >= 19.0  # of the frames' grid of 1 ms
    assert 50 <= len(times) <= 52
    run.close()


def nothing_more(door: socket.socket, into: list[bytes]) -> bool:
    door.setblocking(False)
    try:
        into.append(door.recv(65536))
    except BlockingIOError:
        return True
    return False


def test_a_dead_band_is_left_before_a_control_is_sent_again(doors: list[socket.socket]) -> None:
    run = Osc(port=port(doors[0]), form="each", dead_band=0.1).start(SPEC)
    for value in (0.0, 0.05, 0.0999, 0.11, 0.2, 0.22, math.nan, math.nan, 0.22):
        run.send(frame(value, 1.0))
    got = []
    while not nothing_more(doors[0], packets := []):
        got += [(one.address[-5:], one.params[0]) for one in map(OscMessage, packets)]
    assert [value for name, value in got if name == "speed"] == [1.0]
    level = [value for name, value in got if name == "level"]
    assert level[:3] == [0.0, pytest.approx(0.11), pytest.approx(0.22)]
    assert math.isnan(level[3])
    assert level[4:] == [pytest.approx(0.22)]
    run.close()
