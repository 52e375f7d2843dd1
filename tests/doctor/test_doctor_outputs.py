"""Real receivers of outputs, and none."""

from __future__ import annotations

import os
import socket

import pytest
from doctor_props import free_port, holder

from gesturemap.doctor.finding import LOOK, OK, WRONG
from gesturemap.doctor.outgoing import outgoing
from gesturemap.doctor.plan import Plan, Receiver
from gesturemap.doctor.sending import send_test, sending
from gesturemap.holders import UNKNOWN, udp_holder, udp_holders
from gesturemap.inputs.midi import MidiIn
from gesturemap.outputs.midi.output import Midi
from gesturemap.outputs.web.output import Web
from gesturemap.wire.osc import parse


def test_a_receiver_that_listens_gets_a_message_and_is_named():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as there:
        there.bind(("127.0.0.1", 0))
        there.settimeout(5)
        finding = send_test(Receiver("127.0.0.1", there.getsockname()[1], "/piece"))
        (message,) = parse(there.recv(1000))
    assert finding.state == OK
    assert f"PID {os.getpid()} " in finding.what
    assert message.address == "/piece/doctor"


def test_nobody_listens():
    port = free_port()
    (finding,) = sending(Plan((), name="small", receivers=(Receiver("localhost", port, "/g"),)), 2.0)
    assert finding.state == LOOK
    assert finding.what == f"nobody listens at localhost:{port}"


def test_a_name_that_does_not_exist_is_wrong():
    finding = send_test(Receiver("no-such-machine.invalid", 9000, "/g"))
    assert finding.state == WRONG
    assert "no such name" in finding.what
    assert send_test(Receiver("a" * 70 + ".example", 9000, "/g")).state == WRONG


def test_without_outputs_nobody_has_to_listen():
    for plan in (Plan((8000,)), Plan((8000,), name="small")):
        (finding,) = sending(plan, 1.0)
        assert finding.state == OK


def test_every_holder_of_a_port_is_named():
    port = free_port()
    assert udp_holders(port) == [UNKNOWN]
    with holder(port) as pid:
        (name,) = udp_holders(port)
        assert name == udp_holder(port)
        assert name.startswith(f"PID {pid} (python")


def test_ports_of_midi_and_pages_that_cannot_be_had_are_named():
    pytest.importorskip("rtmidi")
    free = free_port()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        outputs = (Midi(port="Nosuch"), Midi(port="/dev/snd/midiC9D0"), Web(port=port), Web(port=free))
        plan = Plan((), name="small", sensor=MidiIn(port="Nothing"), outputs=outputs)
        missing, nosuch, device, held, page = outgoing(plan, [], 60.0)
    assert [one.state for one in (missing, nosuch, device, held, page)] == [WRONG] * 4 + [OK]
    assert "MIDI in: " in missing.what
    assert "Nothing" in missing.what
    assert "MIDI out: MIDI port 'Nosuch': no such port" in nosuch.what
    assert "MIDI out: /dev/snd/midiC9D0: no such device" in device.what
    assert f"TCP port {port} is held by PID {os.getpid()} " in held.what
    assert f"http://127.0.0.1:{free}/: its port is free" in page.what
    assert outgoing(Plan((8000,)), [], 1.0) == []
