"""OSC out over real UDP, taken apart by python-osc."""

from __future__ import annotations

import errno
import os
import socket
import struct

import numpy as np
import pytest
from pythonosc.osc_message import OscMessage

from gesturemap.errors import DeviceError, SettingsError
from gesturemap.frames import Controls, Event, Spec
from gesturemap.outputs.osc import Osc
from gesturemap.outputs.receiver import Receiver

SPEC = Spec.of("pad.level", "speed m/s", "pluck.pitch semitones")


@pytest.fixture
def door():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        door.settimeout(2.0)
        yield door


def start(door, **settings):
    return Osc(port=door.getsockname()[1], **settings).start(SPEC)


def receive(door, count):
    messages = [OscMessage(door.recv(65536)) for _ in range(count)]
    door.setblocking(False)
    with pytest.raises(BlockingIOError):
        door.recv(65536)
    door.settimeout(2.0)
    return [(message.address, message.params) for message in messages]


def frame(*values, time=1.0, events=()):
    return Controls(time, np.array(values), events)


def test_all_controls_in_one_message_then_the_events(door):
    run = start(door)
    events = (Event("began", "größer", 0.75), Event("ended", "b", 0.0))
    run.send(frame(0.5, -1.25, 1e300, events=events))
    largest = struct.unpack("f", b"\xff\xff\x7f\x7f")[0]
    assert receive(door, 3) == [
        ("/gesturemap/controls", [0.5, -1.25, largest]),
        ("/gesturemap/began", ["größer", 0.75]),
        ("/gesturemap/ended", ["b", 0.0]),
    ]
    assert run.sent == 3
    assert run.faults == 0
    assert run.address == f"OSC 127.0.0.1:{door.getsockname()[1]}"
    run.close()
    run.close()


def test_one_message_per_control(door):
    run = start(door, together=False, address="/a/b/")
    run.send(frame(0.5, 0.25, 2.0))
    assert receive(door, 3) == [
        ("/a/b/control/pad/level", [0.5]),
        ("/a/b/control/speed", [0.25]),
        ("/a/b/control/pluck/pitch", [2.0]),
    ]
    run.close()


@pytest.mark.parametrize("together", [True, False])
def test_the_stamp_is_the_frames_own_time_to_the_bit(door, together):
    run = start(door, stamp=True, together=together)
    time = 1234567.123456789
    run.send(frame(0.5, 0.25, 2.0, time=time))
    messages = receive(door, 1 if together else 3)
    assert all(params[0] == time for _, params in messages)
    assert messages[0][1][1] == 0.5
    run.close()


@pytest.mark.parametrize("together", [True, False])
def test_only_changes_are_sent_where_wanted_and_all_again_after_a_panic(door, together):
    run = start(door, changes_only=True, together=together)
    each = 1 if together else 3
    run.send(frame(0.5, 0.25, 2.0))
    run.send(frame(0.5, 0.25, 2.0, time=2.0, events=(Event("began", "a", 1.0),)))
    assert len(receive(door, each + 1)) == each + 1
    run.send(frame(0.5, 0.75, 2.0))
    (message,) = receive(door, 1)
    assert message[1] == ([0.5, 0.75, 2.0] if together else [0.75])
    run.silence()
    run.send(frame(0.5, 0.75, 2.0))
    receive(door, each)
    run.close()


def test_every_frame_is_sent_by_default(door):
    run = start(door)
    for _ in range(5):
        run.send(frame(1.0, 1.0, 1.0))
    assert len(receive(door, 5)) == 5
    run.close()


def test_what_is_no_number_and_a_label_that_cannot_be_written_stop_nothing(door):
    run = start(door)
    run.send(frame(np.nan, np.inf, 1.0, events=(Event("began", "a\0b", 1.0), Event("began", "c", 1.0))))
    first, second = receive(door, 2)
    assert np.isnan(first[1][0])
    assert second == ("/gesturemap/began", ["c", 1.0])
    assert run.faults == 1
    run.close()


def test_nobody_listening_is_counted_and_the_first_packet_after_that_arrives():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run = Osc(port=port).start(SPEC)
    for _ in range(10):
        run.send(frame(1.0, 1.0, 1.0))
    assert run.unheard >= 5
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", port))
        door.settimeout(2.0)
        run.send(frame(2.0, 1.0, 1.0))
        assert OscMessage(door.recv(65536)).params[0] == 2.0
    run.close()


def test_a_message_that_is_too_long_for_udp_is_counted(door):
    run = start(door)
    run.send(frame(1.0, 1.0, 1.0, events=(Event("began", "a" * 70000, 1.0),)))
    assert run.faults == 1
    assert len(receive(door, 1)) == 1
    run.close()


def test_sending_after_the_end_is_counted_not_thrown(door):
    run = start(door)
    run.close()
    run.send(frame(1.0, 1.0, 1.0))
    assert run.faults == 1


def test_a_wrong_host_or_address_is_refused_at_the_start():
    with pytest.raises(DeviceError, match=r"OSC no\.such\.host\.invalid:12000"):
        Osc(host="no.such.host.invalid").start(SPEC)
    with pytest.raises(SettingsError, match="begins with"):
        Osc(address="gesturemap").start(SPEC)


def test_no_controls_give_an_empty_message_and_events_still_go(door):
    run = Osc(port=door.getsockname()[1]).start(Spec(()))
    run.send(Controls(0.0, np.zeros(0), (Event("began", "a", 1.0),)))
    assert receive(door, 2) == [("/gesturemap/controls", []), ("/gesturemap/began", ["a", 1.0])]
    run.close()


def test_why_a_packet_was_lost_is_known() -> None:
    receiver = Receiver("127.0.0.1", 9)
    try:
        receiver.put(b"x" * 100_000)
        assert (receiver.faults, receiver.reason) == (1, os.strerror(errno.EMSGSIZE))
    finally:
        receiver.close()
