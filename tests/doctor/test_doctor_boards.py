"""A real pseudo-terminal as the board's serial port."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are a POSIX matter", allow_module_level=True)

import pty
import tty

from gesturemap.clock import SystemClock
from gesturemap.doctor.boards import serial_ports
from gesturemap.doctor.finding import LOOK, OK, WRONG, Finding
from gesturemap.doctor.plan import Plan
from gesturemap.doctor.running import Running
from gesturemap.errors import DeviceError
from gesturemap.inputs.serial import Port, Serial
from gesturemap.wire.cobs import encode as cobs
from gesturemap.wire.osc import build
from gesturemap.wire.slip import encode


@contextmanager
def board(says: bytes) -> Iterator[str]:
    """A device that says the same again and again."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    end = threading.Event()

    def speak() -> None:
        while not end.wait(0.01):
            os.write(master, says)

    thread = threading.Thread(target=speak)
    if says:
        thread.start()
    try:
        yield os.ttyname(slave)
    finally:
        end.set()
        if says:
            thread.join()
        os.close(master)
        os.close(slave)


def found(device: str, others: tuple[Running, ...] = (), **settings: object) -> Finding:
    plan = Plan((), 0.5, "small", sensor=Serial(device=device, **settings))
    return next(one for one in serial_ports(plan, others) if device in one.what)


def test_lines_of_a_board_are_heard():
    with board(b"1.5,2,3\n") as device:
        finding = found(device)
    assert finding.state == OK
    assert "lines of numbers" in finding.what
    assert "1.5, 2, 3" in finding.what


def test_packets_of_a_board_are_heard():
    with board(encode(build("/acc", 1.0))) as device:
        finding = found(device, format="slip-osc", channels=("x",))
    assert finding.state == OK
    assert "OSC packets" in finding.what


def test_what_cannot_be_read_points_to_the_speed():
    with board(b"\xff\xfe\x9c\x80\n") as device:
        finding = found(device, baud=9600)
    assert finding.state == WRONG
    assert "9600 baud" in finding.what
    assert "baud" in finding.next


@pytest.mark.long
def test_the_rates_to_try_are_the_ones_that_recording_names():
    garbage = b"\xf8\x80\x00\xe0\xfe\x80\xf8\x00"
    with board(garbage) as device:
        finding = found(device, baud=115200, channels=("x",))
        with pytest.raises(DeviceError) as refused:
            Serial(device=device, baud=115200).start(SystemClock())
    assert finding.state == WRONG
    assert "the baud rate is wrong" in finding.what
    step = refused.value.value.rpartition(", ")[2]
    assert step.startswith("try ")
    assert "115200" not in step
    assert finding.next.startswith(step)


def test_packets_of_numbers_are_heard():
    with board(cobs(b"\x01\x00\x02\x00")) as device:
        finding = found(device, format="cobs-int16", channels=("x", "y"))
    assert finding.state == OK
    assert "packets of numbers" in finding.what
    assert "1, 2" in finding.what


def test_a_silent_board_is_told():
    with board(b"") as device:
        finding = found(device)
    assert finding.state == WRONG
    assert "nothing came" in finding.what


def test_a_board_that_is_not_there_is_told(tmp_path: Path):
    assert found(str(tmp_path / "ttyNONE")).state == WRONG


def test_a_port_that_somebody_has_open_is_told_with_who():
    with board(b"") as device:
        port = Port(device, 115200)
        try:
            finding = found(device)
        finally:
            port.close()
    assert finding.state == WRONG
    assert f"PID {os.getpid()}" in finding.what


@pytest.mark.skipif(os.getuid() == 0, reason="nothing is forbidden to an administrator")
def test_a_port_one_may_not_open_names_the_group(tmp_path: Path):
    with board(b"") as device:
        Path(device).chmod(0)
        finding = found(device)
    assert "usermod -aG" in finding.next or "chmod" in finding.next


def test_a_gesturemap_that_has_it_open_is_asked():
    with board(b"") as device:
        one = Running("42", "/piece", address=f"{device} at 115200 baud", figures=[{"rate": 99.6}])
        finding = found(device, (one,))
        assert finding.state == OK
        assert "hears 100 frames/s" in finding.what
        one.figures = []
        assert found(device, (one,)).state == LOOK
