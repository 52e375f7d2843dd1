"""The serial input over a real pseudo-terminal."""

from __future__ import annotations

import itertools
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

from gesturemap import catalog
from gesturemap.clock import ManualClock, SystemClock
from gesturemap.errors import DeviceError, SettingsError
from gesturemap.inputs import serial_learn, serial_port
from gesturemap.inputs.serial import Serial, SerialRun
from gesturemap.wire.osc import build, bundle
from gesturemap.wire.slip import encode


class Board:
    """The other end of the cable."""

    def __init__(self) -> None:
        self.master, slave = pty.openpty()
        tty.setraw(slave)
        self.device = os.ttyname(slave)
        self._slave = slave

    def say(self, data: bytes) -> None:
        os.write(self.master, data)

    def unplug(self) -> None:
        for handle in (self._slave, self.master):
            if handle >= 0:
                os.close(handle)
        self._slave = self.master = -1


@pytest.fixture
def board() -> Iterator[Board]:
    made = Board()
    yield made
    made.unplug()


@contextmanager
def started(settings: Serial, clock: ManualClock | SystemClock | None = None) -> Iterator[SerialRun]:
    run = settings.start(clock or SystemClock())
    try:
        yield run
    finally:
        run.close()


@contextmanager
def talking(board: Board, *lines: bytes) -> Iterator[None]:
    """A board that goes on sending lines, as boards do."""
    stop = threading.Event()

    def talk() -> None:
        for line in itertools.cycle(lines):
            if stop.wait(0.002):
                return
            board.say(line)

    thread = threading.Thread(target=talk)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def read(run: SerialRun, count: int) -> list[list[float] | None]:
    frames = [run.read(1.0) for _ in range(count)]
    return [None if frame is None else frame.values.tolist() for frame in frames]


def test_lines_from_the_middle_of_a_line_on(board: Board) -> None:
    with started(Serial(board.device, channels=("x g", "y g"), rate=100.0)) as run:
        board.say(b".5,7\r\n1,2\r\n3,4,\r\n5")
        assert read(run, 2) == [[1.0, 2.0], [3.0, 4.0]]
        assert run.read(0.0) is None
        board.say(b",6\r\n")
        assert read(run, 1) == [[5.0, 6.0]]
        assert run.spec.names == ("x", "y") and run.spec.rate == 100.0
        assert run.address == f"{board.device} at 115200 baud"
        assert run.health.accepted == 3 and run.health.ignored_total == 0


def test_bad_lines_are_counted(board: Board) -> None:
    with started(Serial(board.device, channels=("x", "y"))) as run:
        board.say(b"\nboot: ok\n1,2,3\nx:1 z:2\n\xff\xfe\n1,nan\nx:5 y:6\n")
        assert read(run, 1) == [[5.0, 6.0]]
        assert run.health.ignored == {
            board.device: {
                "words, not numbers": 1,
                "3 numbers instead of 2": 1,
                "no value named y": 1,
                "unreadable bytes": 1,
                "not a finite number": 1,
            }
        }


def test_named_values_are_taken_by_name(board: Board) -> None:
    with started(Serial(board.device, channels=("y", "x", "time ms"))) as run:
        board.say(b"\nx:1 extra:9 y:2 time:500\nx:3,y:4,time:510\n")
        frames = [run.read(1.0), run.read(1.0)]
        assert [(frame.values.tolist(), frame.time) for frame in frames if frame] == [
            ([2.0, 1.0], 0.5),
            ([4.0, 3.0], 0.51),
        ]


def test_lines_that_come_at_once_are_spread_over_their_time(board: Board) -> None:
    clock = ManualClock(10.0)
    with started(Serial(board.device, channels=("x",), rate=100.0), clock) as run:
        board.say(b"\n1\n2\n3\n")
        frames = [run.read(1.0) for _ in range(3)]
        assert [frame.time for frame in frames if frame] == pytest.approx([9.98, 9.99, 10.0])
        clock.advance(0.005)
        board.say(b"4\n5\n")
        frames = [run.read(1.0) for _ in range(2)]
        assert [frame.time for frame in frames if frame] == pytest.approx([10.0, 10.005])


def test_what_comes_while_the_board_starts_is_left_out(board: Board) -> None:
    clock = ManualClock()
    with started(Serial(board.device, channels=("x",), settle=2.0), clock) as run:
        board.say(b"\n1\n2\n")
        assert run.read(0.05) is None
        clock.advance(2.0)
        board.say(b"3\n4\n")
        assert read(run, 1) == [[4.0]]  # 3 may have been half a line


@pytest.mark.parametrize(
    ("lines", "names", "first"),
    [
        ((b"1,2,3\r\n",), ("in_1", "in_2", "in_3"), [1.0, 2.0, 3.0]),
        ((b"x:1 y:2\n",), ("x", "y"), [1.0, 2.0]),
        ((b"pitch,roll\n", b"1,2\n"), ("pitch", "roll"), [1.0, 2.0]),
        ((b"time:7 x:1\n",), ("x",), [1.0]),
    ],
)
def test_names_are_learned_from_the_lines(
    board: Board, lines: tuple[bytes, ...], names: tuple[str, ...], first: list[float]
) -> None:
    with talking(board, *lines), started(Serial(board.device)) as run:
        assert run.spec.names == names
        assert read(run, 2) == [first, first]


def test_a_board_that_says_nothing_readable(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serial_learn, "LISTEN", 0.1)
    with talking(board, b"\xfe\xfe\n"), pytest.raises(DeviceError, match="baud rate") as caught:
        Serial(board.device).start(SystemClock())
    assert "wrong, try 9600" in caught.value.value
    with started(Serial(board.device, channels=("x",))):  # the port was let go
        pass


def test_osc_in_slip_packets(board: Board) -> None:
    settings = Serial(board.device, format="slip-osc", channels=("x", "y"), address="/acc")
    with started(settings) as run:
        noise = b"\xc0\xdb\x00garbage"
        two = bundle(None, build("/acc", 3.0, 4.0), build("/gyro", 1.0))
        board.say(
            b"alf" + encode(build("/acc", 1.0, 2.0)) + noise + encode(two) + encode(build("/acc", 5.0, 6.0))
        )
        assert read(run, 3) == [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
        assert run.health.ignored == {board.device: {"broken escape": 1, "another address": 1}}


def test_slip_needs_to_know_its_channels(board: Board) -> None:
    with pytest.raises(SettingsError, match="what a message holds"):
        Serial(board.device, format="slip-osc").start(SystemClock())


def test_unplugged_and_plugged_in_again() -> None:
    for round_ in range(5):
        board = Board()
        run = Serial(board.device, channels=("x",)).start(SystemClock())
        board.say(b"\n%d\n" % round_)
        assert read(run, 1) == [[float(round_)]]
        board.unplug()
        with pytest.raises(DeviceError, match="plug it in again"):
            run.read(1.0)
        run.close()
        run.close()


def test_a_port_is_read_by_one_program(board: Board) -> None:
    with started(Serial(board.device, channels=("x",))), pytest.raises(DeviceError) as caught:
        Serial(board.device, channels=("x",)).start(SystemClock())
    assert "already in use by PID" in caught.value.value
    assert "serial monitor" in caught.value.next_step


def test_no_such_port() -> None:
    with pytest.raises(DeviceError, match="no such port; there are:"):
        Serial("/dev/tty-no-such-board", channels=("x",)).start(SystemClock())


def test_not_a_serial_port(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(DeviceError, match="check the device"):
        Serial(str(file), channels=("x",)).start(SystemClock())


def test_the_first_board_is_found(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serial_port, "boards", lambda: [board.device, "/dev/ttyOTHER"])
    with started(Serial(channels=("x",))) as run:
        assert run.address.startswith(board.device)
        with pytest.raises(DeviceError, match="/dev/ttyOTHER"):
            Serial(channels=("x",)).start(SystemClock())
    monkeypatch.setattr(serial_port, "boards", list)
    with pytest.raises(DeviceError, match="plug the board in"):
        Serial(channels=("x",)).start(SystemClock())


def test_any_settings_are_checked() -> None:
    with pytest.raises(SettingsError, match="did you mean 'lines'"):
        catalog.read("inputs", {"kind": "serial", "format": "line"}, "here")
