"""Real receivers of outputs, and none."""

from __future__ import annotations

import os
import socket

from doctor_props import free_port, holder

from gesturemap.doctor.finding import LOOK, OK, WRONG
from gesturemap.doctor.plan import Plan, Receiver
from gesturemap.doctor.sending import send_test, sending
from gesturemap.holders import UNKNOWN, udp_holder, udp_holders
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
