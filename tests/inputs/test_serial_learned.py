"""What is learned of a board that nobody described: names, units, times, over a real pseudo-terminal."""

from __future__ import annotations

import itertools
import struct
import sys
import threading
from typing import Any

import numpy as np
import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are a POSIX matter", allow_module_level=True)


from serial_boards import Board, read, started, talking

from gesturemap.clock import SystemClock
from gesturemap.inputs import serial, serial_port
from gesturemap.inputs.clocks import LATE
from gesturemap.inputs.serial import Serial
from gesturemap.inputs.serial_learn import column
from gesturemap.wire import cobs


@pytest.mark.parametrize(
    ("lines", "names", "first"),
    [
        ((b"1,2,3\r\n",), ("in_1", "in_2", "in_3"), [1.0, 2.0, 3.0]),
        ((b"x:1 y:2\n",), ("x", "y"), [1.0, 2.0]),
        ((b"pitch,roll\n", b"1,2\n"), ("pitch", "roll"), [1.0, 2.0]),
        ((b"x,Gyro Y (deg/s)\n", b"1,2\n"), ("x", "Gyro_Y"), [1.0, 2.0]),
        ((b"count:7 x:1\n",), ("x",), [1.0]),
        ((b"1,5;2,5\n",), ("in_1", "in_2"), [1.5, 2.5]),
    ],
)
def test_names_are_learned_from_the_lines(
    board: Board, lines: tuple[bytes, ...], names: tuple[str, ...], first: list[float]
) -> None:
    with talking(board, *lines), started(Serial(board.device)) as run:
        assert run.spec.names == names
        assert read(run, 2) == [first, first]


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("acc_x", "acc_x"),
        ("acc_x (g)", "acc_x g"),
        ("Gyroscope X [deg/s]", "Gyroscope_X deg/s"),
        ("time_ms", "time ms"),
        ("Time (s)", "time s"),
        ("timestamp [us]", "time us"),
        ("t_s", "time s"),
        ("millis", "time ms"),
        ("timestamp", "time"),
        ("seq", "-"),
        ("t", "t"),
    ],
)
def test_what_a_label_says(label: str, text: str) -> None:
    assert column(label) == text


def test_a_header_that_comes_every_second_is_waited_for(board: Board) -> None:
    numbers = [b"%d,%.2f,%.2f\n" % (500 + 10 * at, 0.01 * at, 1.0) for at in range(60)]
    lines = (*numbers, b"time_ms,acc_x (g),acc_y (g)\n")
    with talking(board, *lines), started(Serial(board.device, baud=57600)) as run:
        assert [str(channel) for channel in run.spec.channels] == ["acc_x g", "acc_y g"]


@pytest.mark.parametrize(
    ("per_second", "unit"), [(1.0, 1.0), (1e3, 1e-3), (1e6, 1e-6), (0.0, None), (20.0, None)]
)
def test_the_unit_of_a_time_stamp_is_told_by_how_fast_it_goes(
    board: Board, per_second: float, unit: float | None
) -> None:
    clock = SystemClock()
    lines = iter(lambda: b"timestamp:%.6f x:%.6f\n" % (per_second * (now := 5.0 + clock.now()), now), b"")
    with talking(board, lines), started(Serial(board.device)) as run:
        assert run.spec.names == ("x",)
        frames = [frame for _ in range(20) if (frame := run.read(1.0))]
        assert all(abs(frame.time - frame.arrived) <= LATE for frame in frames)
        if unit is not None:
            assert np.ptp([frame.time - frame.values[0] for frame in frames]) < 1e-5


def test_named_values_with_units_are_found_by_their_names(board: Board) -> None:
    with started(Serial(board.device, channels=("time ms", "x g"))) as run:
        board.say(b"\nx:1,time_ms:500\n")
        frame = run.read(1.0)
        assert frame is not None and frame.values.tolist() == [1.0]


def test_nothing_is_learned_before_the_board_has_settled(board: Board) -> None:
    with (
        talking(board, *[b"\0\0boot\n"] * 50, *[b"1,2\n"] * 9999),
        started(Serial(board.device, settle=0.3)) as run,
    ):
        assert run.spec.names == ("in_1", "in_2")
        assert run.health.ignored_total == 0


def test_how_many_numbers_a_packet_has_is_learned(board: Board) -> None:
    packet = cobs.encode(struct.pack("<4f", 1.0, 2.0, 3.0, 4.0))
    with talking(board, packet), started(Serial(board.device, format="cobs-float32")) as run:
        assert run.spec.names == ("in_1", "in_2", "in_3", "in_4")
        assert read(run, 1) == [[1.0, 2.0, 3.0, 4.0]]


@pytest.mark.parametrize(
    ("first", "names"),
    [
        (b"acc_x,acc_y\n", ("acc_x", "acc_y")),
        (b"\xef\xbb\xbfacc_x,acc_y\n", ("acc_x", "acc_y")),
        (b"25,acc_y\n", ("in_1", "in_2")),
        (b"board is ready\n", ("in_1", "in_2")),
        (b"acc_x,\xff\xfe\x80\n", ("in_1", "in_2")),
    ],
)
def test_a_header_that_is_the_very_first_line_is_kept(
    board: Board, monkeypatch: pytest.MonkeyPatch, first: bytes, names: tuple[str, ...]
) -> None:
    open_, opened = serial.find, threading.Event()

    def find(*settings: Any) -> serial_port.Port:
        port = open_(*settings)
        opened.set()
        return port

    monkeypatch.setattr(serial, "find", find)
    silent = iter(
        lambda: b"" if not opened.is_set() else first, first
    )  # as a board that restarts when opened
    lines = itertools.chain(silent, [first], itertools.repeat(b"1,2\n"))
    with talking(board, lines), started(Serial(board.device)) as run:
        assert run.spec.names == names
        assert read(run, 3) == [[1.0, 2.0]] * 3


@pytest.mark.parametrize(
    ("line", "names", "values"),
    [
        (b"x:1 x:2 x:3\n", ("x", "x_2", "x_3"), [1.0, 2.0, 3.0]),
        (b"count:5 score:0.2 device:1\n", ("score_1", "device_1"), [0.2, 1.0]),
        (b"count:5\n", ("in_1",), [5.0]),
    ],
)
def test_labels_that_come_twice_or_are_a_layouts_own_words_make_channels(
    board: Board, line: bytes, names: tuple[str, ...], values: list[float]
) -> None:
    with talking(board, line), started(Serial(board.device)) as run:
        assert run.spec.names == names
        assert read(run, 2) == [values] * 2
        assert run.health.ignored_total == 0


def test_a_board_without_a_header_is_remembered_for_the_moment_it_is_gone(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Serial(board.device)
    with talking(board, b"1,2\n"), started(settings) as run:
        assert run.spec.names == ("in_1", "in_2")
    late = itertools.chain([b"1,2\n"] * 100, itertools.cycle([b"acc_x,acc_y\n", b"1,2\n", b"1,2\n"]))
    with talking(board, late), started(settings) as run:  # plugged in again: it plays at once
        assert run.spec.names == ("in_1", "in_2")
    monkeypatch.setattr(serial, "AT_ONCE", 0.0)
    late = itertools.chain([b"1,2\n"] * 100, itertools.cycle([b"acc_x,acc_y\n", b"1,2\n", b"1,2\n"]))
    with talking(board, late), started(settings) as run:  # another sketch, some time later
        assert run.spec.names == ("acc_x", "acc_y")
