"""HID reports: known bytes become known numbers; reports come over a pipe in packet mode, one a write."""

from __future__ import annotations

import fcntl
import os
import struct
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gesturemap.clock import SystemClock
from gesturemap.errors import DeviceError, SettingsError
from gesturemap.frames import Channel
from gesturemap.inputs import profile
from gesturemap.inputs.gamepad import Gamepad
from gesturemap.wire.report import Field, parse

SENSORS = Path(__file__).parents[2] / "sensors"


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[tuple[str, int]]:
    """A device file whose every write is one report."""
    path = str(tmp_path / "hidraw")
    os.mkfifo(path)
    end = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    fcntl.fcntl(end, fcntl.F_SETFL, os.O_NONBLOCK | os.O_DIRECT)
    yield path, end
    os.close(end)


@pytest.mark.parametrize(
    ("text", "report", "value"),
    [
        ("x = u8 1", b"\0\xff", 255.0), ("x = i8 0", b"\xff", -1.0), ("x = i16 1", b"\0\x00\x80", -32768.0),
        ("x = u16 0 * 0.5 - 1", b"\x04\0", 1.0), ("x = bit 0.3", b"\x08", 1.0), ("x = bit 0.3", b"\xf7", 0.0),
        ("x = bits 0.4 12", b"\x30\x21", 0x213), ("x = i32 0 * -2", b"\xff\xff\xff\xff", 2.0),
        ("x m/s2 = i16 0 g", b"\x01\x00", 9.80665), ("x rad = u8 0 * 90 + 90 deg", b"\x01", 3.14159265),
    ],
)  # fmt: skip
def test_fields(text: str, report: bytes, value: float) -> None:
    assert parse(report, [Field.of(text, "test")]) == [pytest.approx(value)]


@given(st.binary(max_size=80))
def test_any_report_is_survived(report: bytes) -> None:
    fields = [Field.of(text, "t") for text in ("a = i16 3", "b = bits 5.2 12", "c = u32 20 * 1e-3")]
    values = parse(report, fields)
    assert len(values) == (3 if len(report) >= 24 else 0)


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "x = u9 1",
        "x = u8",
        "x = bits 0.0 33",
        "x = u8 1.3",
        "x m = u8 1 g",
        "= u8 1",
        "x = u8 1 * 1e400",
        "x = u8 1 * 1e30",
        "x = u8 1 * 0",
        "x = u8 1 * 1e-31",
        "x = u8 1 + 1e400",
        "x m/s2 = u8 1 * 1e30 - 1 g",
    ],
)
def test_what_is_no_field_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="input gamepad, channels"):
        Gamepad(channels=(text,)).start(SystemClock())


def test_reports_become_frames(pipe: tuple[str, int]) -> None:
    path, end = pipe
    run = Gamepad(device=path, channels=("x = u8 1", "fire = bit 2.0"), report=1).start(SystemClock())
    for report in (b"\x01\x07\x01", b"\x02\xff\xff", b"\x01\x08", b"\x01\x09\x00"):
        os.write(end, report)
    found = [run.read(0.5), run.read(0.5)]
    assert [frame.values.tolist() for frame in found if frame] == [[7.0, 1.0], [9.0, 0.0]]
    assert run.read(0.0) is None
    assert run.health.ignored == {path: {"report 2": 1, "report too short": 1}}
    run.close()
    run.close()


def test_a_report_that_makes_no_measurement_is_counted(pipe: tuple[str, int]) -> None:
    path, end = pipe
    run = Gamepad(device=path, channels=("x = u8 0 * 1e15", "y = u8 1 - 1e14")).start(SystemClock())
    for report in (b"\x01\x07", b"\x00\x08"):
        os.write(end, report)
    frame = run.read(0.5)
    assert frame is not None and frame.values.tolist() == [0.0, 8.0 - 1e14]
    assert run.read(0.0) is None
    assert run.health.ignored == {path: {"x is too large": 1}}
    run.close()


def test_dualshock_4(pipe: tuple[str, int]) -> None:
    path, end = pipe
    settings = profile.read(SENSORS / "gamepad-dualshock4").settings
    assert isinstance(settings, Gamepad)
    run = replace(settings, device=path).start(SystemClock())
    report = struct.pack(
        "<B9BHB6h", 1, 255, 0, 0, 255, 0x28, 0, 0, 0, 255, 7, 9, 16384, 0, -16384, 0, 8192, -4096
    )
    os.write(end, report.ljust(64, b"\0"))
    frame = run.read(0.5)
    run.close()
    assert frame is not None
    values = dict(zip(run.spec.names, frame.values.tolist(), strict=True))
    assert values["left_x"] == pytest.approx(1.0, abs=1e-5)
    assert values["left_y"] == -1.0
    assert (values["square"], values["cross"], values["circle"]) == (0.0, 1.0, 0.0)
    assert (values["l2"], values["r2"]) == (0.0, pytest.approx(1.0, abs=1e-5))
    assert values["gyro_x"] == pytest.approx(17.4533, rel=1e-4)  # 1000 deg/s
    assert values["gyro_z"] == pytest.approx(-17.4533, rel=1e-4)
    assert values["acc_y"] == pytest.approx(9.80665, rel=1e-4)
    assert values["acc_z"] == pytest.approx(-4.903325, rel=1e-4)
    assert run.spec.channels[-1] == Channel("acc_z", "m/s2")


def test_joy_con(pipe: tuple[str, int]) -> None:
    path, end = pipe
    settings = profile.read(SENSORS / "gamepad-joycon").settings
    assert isinstance(settings, Gamepad)
    run = replace(settings, device=path).start(SystemClock())
    os.write(end, b"\x30".ljust(37, b"\0") + struct.pack("<6h", 4098, 0, -4098, 1638, 0, 0))
    frame = run.read(0.5)
    run.close()
    assert frame is not None
    assert frame.values == pytest.approx([9.806, 0.0, -9.806, 1.7447, 0.0, 0.0], rel=1e-3)


def test_a_device_that_is_not_there_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DeviceError, match="no such device"):
        Gamepad(device="/dev/no-hidraw").start(SystemClock())
    pytest.importorskip("hid")
    with pytest.raises(DeviceError, match="plug it in, or name another"):
        Gamepad(device="ffff:fffe").start(SystemClock())
    monkeypatch.setitem(sys.modules, "hid", None)
    with pytest.raises(DeviceError, match=r"pip install .*\[hid\]'"):
        Gamepad(device="ffff:fffe").start(SystemClock())
