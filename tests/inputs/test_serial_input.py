"""The serial input over a real pseudo-terminal."""

from __future__ import annotations

import struct
import sys
from dataclasses import replace
from pathlib import Path

import hypothesis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are a POSIX matter", allow_module_level=True)

import termios

from serial_boards import Board, read, started, talking

from gesturemap import catalog
from gesturemap.clock import ManualClock, SystemClock
from gesturemap.errors import DeviceError, SettingsError
from gesturemap.inputs import profile, serial_learn, serial_port
from gesturemap.inputs.clocks import LATE
from gesturemap.inputs.serial import FORMATS, Serial
from gesturemap.wire import cobs, slip
from gesturemap.wire.osc import build, bundle
from gesturemap.wire.slip import encode


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
        assert [frame.values.tolist() for frame in frames if frame] == [[2.0, 1.0], [4.0, 3.0]]
        assert np.diff([frame.time for frame in frames if frame]) == pytest.approx(0.01)


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


def test_a_board_that_says_nothing_readable(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serial_learn, "LISTEN", 0.3)
    with (
        talking(board, b"\xfe\x80\xc0\xe0\0\xf8" * 5),
        pytest.raises(DeviceError, match="baud rate") as caught,
    ):
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
        assert run.health.ignored == {
            board.device: {"broken escape": 1, "another address /gyro, not /acc": 1}
        }


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


def test_csv_with_a_column_of_time(board: Board) -> None:
    with talking(board, b"time_ms,acc_x (g)\n", b"500,1.5\n"), started(Serial(board.device)) as run:
        assert [str(channel) for channel in run.spec.channels] == ["acc_x g"]
        frame = run.read(1.0)
        assert frame is not None and frame.time == pytest.approx(frame.arrived, abs=LATE)


def test_lines_of_mugic(board: Board) -> None:
    settings = profile.read(Path(__file__).parents[2] / "sensors" / "mugic-serial").settings
    with started(replace(settings, device=board.device)) as run:
        numbers = " ".join(f"{i}.5" for i in range(21))
        board.say(f"7\nBattery low, USB on\nmugicdata {numbers} 12.25 1\n".encode())
        board.say(f"wifi: 3 clients\r\nmugicdata {numbers} 12.275 4\r\n".encode())
        frames = [run.read(1.0), run.read(1.0)]
        names, values = run.spec.names, [frame.values.tolist() for frame in frames if frame]
        assert dict(zip(names, values[0], strict=True))["acc_z"] == 2.5
        assert dict(zip(names, values[0], strict=True))["quat_w"] == 12.5
        assert np.diff([frame.time for frame in frames if frame]) == pytest.approx(0.025)
        assert run.health.lost == 2
        assert run.health.ignored == {board.device: {"no mugicdata in front": 2}}


PACKED = [(slip, "slip"), (cobs, "cobs")]


@pytest.mark.parametrize(("wire", "name"), PACKED, ids=["slip", "cobs"])
@pytest.mark.parametrize(("content", "number"), [("float32", "f"), ("int16", "h")])
def test_packets_of_numbers(board: Board, wire: object, name: str, content: str, number: str) -> None:
    end = wire.END
    with started(Serial(board.device, format=f"{name}-{content}", channels=("x", "y", "z"))) as run:
        packed = [wire.encode(struct.pack(f"<3{number}", 1, -2, i)) for i in range(3)]
        short = wire.encode(struct.pack(f"<2{number}", 1, 2))
        odd = wire.encode(b"abcde")
        board.say(b"lf" + end + packed[0] + short + odd + b"garbage" + end + packed[1][:4] + end + packed[2])
        assert read(run, 2) == [[1.0, -2.0, 0.0], [1.0, -2.0, 2.0]]
        reasons = run.health.ignored[board.device]
        assert reasons["2 numbers instead of 3"] >= 1
        assert reasons["not whole numbers"] >= 1


def test_cobs_by_the_packets_of_a_sketch(board: Board) -> None:
    """Written out by hand: 1.0 and -2.0 as Arduino keeps them, then COBS."""
    sent = bytes.fromhex("01010380 3f010102c000".replace(" ", ""))
    with started(Serial(board.device, format="cobs-float32", channels=("x", "y"))) as run:
        board.say(b"\0" + sent)
        assert read(run, 1) == [[1.0, -2.0]]


def test_osc_in_cobs(board: Board) -> None:
    with started(Serial(board.device, format="cobs-osc", channels=("x",), address="/a")) as run:
        board.say(b"\0" + cobs.encode(build("/a", 1.0)) + b"\x09ab\0" + cobs.encode(build("/a", 2.0)))
        assert read(run, 2) == [[1.0], [2.0]]
        assert run.health.ignored == {board.device: {"broken packet": 1}}


@pytest.mark.parametrize("format_", ["lines", *FORMATS])
def test_any_bytes_in_any_pieces_do_no_harm(format_: str) -> None:
    """The next good line or packet is read, whatever came before it."""
    good = {"lines": b"1,2\n", "osc": build("/a", 1.0, 2.0)}
    good |= {"float32": struct.pack("<2f", 1, 2), "int16": struct.pack("<2h", 1, 2)}
    name, _, content = format_.partition("-")
    wire = {"slip": slip, "cobs": cobs}.get(name)
    end, packet = (wire.END, wire.encode(good[content])) if wire else (b"\n", good["lines"])
    board = Board()

    @given(st.lists(st.binary(max_size=300) | st.sampled_from([end, packet, packet[:-2]]), max_size=8))
    @hypothesis.settings(max_examples=40, deadline=None)
    def law(pieces: list[bytes]) -> None:
        for piece in pieces:
            board.say(piece)
            while run.read(0.0) is not None:
                continue
        accepted = run.health.accepted
        board.say(end + packet)
        last = None
        while run.health.accepted == accepted or last is None:
            last = run.read(1.0)
            assert last is not None
        while (more := run.read(0.0)) is not None:
            last = more
        assert last.values.tolist() == [1.0, 2.0]
        assert len(run.health.ignored[board.device]) <= 80

    with started(Serial(board.device, format=format_, channels=("x", "y"))) as run:
        law()
    board.unplug()


def test_what_has_piled_up_is_all_read_and_told(board: Board) -> None:
    clock = ManualClock(10.0)
    with started(Serial(board.device, channels=("x",), rate=100.0), clock) as run:
        board.say(b"\n0\n")
        assert read(run, 1) == [[0.0]]
        assert run.health.backlog == 0
        clock.advance(5.0)
        board.say(b"".join(b"%d\n" % i for i in range(1, 301)))
        frames = [run.read(1.0) for _ in range(300)]
        assert [frame.values[0] for frame in frames if frame] == list(range(1, 301))
        times = [frame.time for frame in frames if frame]
        assert times == pytest.approx([12.01 + i / 100 for i in range(300)])
        assert run.health.backlog == 300
        assert run.health.ignored_total == 0
        assert run.read(0.0) is None


def test_without_a_rate_frames_are_spread_as_they_have_come_so_far(board: Board) -> None:
    clock = ManualClock(10.0)
    with started(Serial(board.device, channels=("x",)), clock) as run:
        board.say(b"\n")
        for _ in range(20):
            clock.advance(0.01)
            board.say(b"1\n")
            assert read(run, 1) == [[1.0]]
        clock.advance(5.0)
        board.say(b"1\n" * 30)
        times = [frame.time for frame in (run.read(1.0) for _ in range(30)) if frame]
        assert times == pytest.approx([clock.now() - (29 - i) * 0.01 for i in range(30)])
        assert run.health.backlog == 30


@pytest.mark.parametrize("restart", [True, False])
def test_a_board_is_restarted_only_where_it_may_be(board: Board, restart: bool) -> None:
    """On closing, DTR falls or stays: this is what the next opening is noticed by."""
    with started(Serial(board.device, channels=("x",), restart=restart)):
        flags = termios.tcgetattr(board.slave)[2]
        assert bool(flags & termios.HUPCL) == restart


def test_a_port_is_found_by_a_pattern(tmp_path: Path) -> None:
    with pytest.raises(DeviceError, match="none found"):
        Serial(str(tmp_path / "ttyACM*"), channels=("x",)).start(SystemClock())
    for name in ("ttyACM3", "ttyACM1"):
        made = Board(tmp_path / name)
        with started(Serial(str(tmp_path / "ttyACM*"), channels=("x",))) as run:
            assert run.address == f"{tmp_path / name} at 115200 baud"
        made.unplug()
