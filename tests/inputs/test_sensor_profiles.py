"""Every shipped sensor profile: it reads, it starts, and packets as its device sends become its channels."""

from __future__ import annotations

import os
import socket
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from gesturemap.clock import SystemClock
from gesturemap.errors import FileError, SettingsError
from gesturemap.inputs import profile
from gesturemap.inputs.osc import Osc
from gesturemap.inputs.serial import Serial
from gesturemap.wire.osc import build, bundle
from gesturemap.wire.slip import encode

if sys.platform != "win32":
    import tty

SENSORS = Path(__file__).parents[2] / "sensors"
SHIPPED = sorted(folder.name for folder in SENSORS.iterdir() if folder.is_dir())
ONE = (1.0, 2.0, 3.0)
PACKETS = {
    "wekinator-inputs": (build("/wek/inputs", 1.0, 2.0, 3.0, 4.0, 5.0), [1.0, 2.0, 3.0, 4.0, 5.0], None),
    "sensors2osc-accelerometer": (build("/accelerometer", *ONE), [*ONE], None),
    "comote-v3-accelerometer": (
        bundle(
            1.7e9,
            build("/comote/v3/my-phone/accelerometer", *ONE, 74627, 87.3),
            build("/comote/v3/my-phone/gyroscope", *ONE, 74627, 87.3),
        ),
        [*ONE],
        74.627,
    ),
    "zigsim-accelerometer": (bundle(None, build("/ZIGSIM/電話/accel", *ONE)), [*ONE], None),
    "gyrosc-accel": (build("/gyrosc/accel", *ONE), [*ONE], None),
    "r-iot-bitalino-v2": (
        build("/0/raw", *map(float, range(22))),
        [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 14.0, 15.0, 16.0, 17.0],
        None,
    ),
    "ngimu-sensors": (
        bundle(1.7e9, build("/sensors", *map(float, range(10)))),
        [*map(float, range(9))],
        None,
    ),
}


def test_every_osc_profile_has_a_packet_here() -> None:
    kinds = {name: profile.read(SENSORS / name).table["kind"] for name in SHIPPED}
    assert {name for name, kind in kinds.items() if kind == "osc"} == set(PACKETS)


@pytest.mark.parametrize("name", SHIPPED)
def test_it_says_what_it_is(name: str) -> None:
    found = profile.read(SENSORS / name)
    assert found.name and found.description
    assert (SENSORS / name / "README.md").read_text().startswith(f"# {found.name}\n")


@pytest.mark.parametrize("name", PACKETS)
def test_packets_become_channels(name: str) -> None:
    packet, values, time = PACKETS[name]
    settings = profile.read(SENSORS / name).settings
    assert isinstance(settings, Osc)
    run = replace(settings, port=0, host="127.0.0.1").start(SystemClock())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(packet, ("127.0.0.1", run.port))
        frame = run.read(1.0)
    run.close()
    assert frame is not None and frame.values.tolist() == values
    assert run.spec.width == len(values)
    if time is not None:
        assert frame.time == pytest.approx(time)


SERIAL = {
    "arduino-lines": (b"\nacc_x:1,acc_y:2,acc_z:3\r\n", ("acc_x", "acc_y", "acc_z"), [*ONE]),
    "arduino-slip-osc": (
        encode(build("/imu", *map(float, range(6)), 1500, tags="ffffffi")),
        (),
        [*map(float, range(6))],
    ),
    "mugic-serial": (
        b"\nmugicdata " + b" ".join(b"%d.5" % i for i in range(21)) + b" 1.5 7\n",
        (),
        [0.5, 1.5, 2.5, *(i + 0.5 for i in range(6, 16))],
    ),
}


def test_every_serial_profile_has_bytes_here() -> None:
    kinds = {name: profile.read(SENSORS / name).table["kind"] for name in SHIPPED}
    assert {name for name, kind in kinds.items() if kind == "serial"} == set(SERIAL)


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a POSIX matter")
@pytest.mark.parametrize("name", SERIAL)
def test_bytes_become_channels(name: str) -> None:
    sent, channels, values = SERIAL[name]
    settings = profile.read(SENSORS / name).settings
    assert isinstance(settings, Serial)
    master, slave = os.openpty()
    tty.setraw(slave)
    run = replace(settings, device=os.ttyname(slave), channels=channels or settings.channels).start(
        SystemClock()
    )
    os.write(master, sent)
    frame = run.read(1.0)
    run.close()
    os.close(master)
    os.close(slave)
    assert frame is not None and frame.values.tolist() == values
    if "time" in str(settings.channels):
        assert frame.time == 1.5


@pytest.mark.parametrize(
    ("text", "error", "match"),
    [
        (None, FileError, "mend or remove"),
        ("name = ", FileError, "TOML"),
        ('name = "x"', FileError, "table"),
        ("name = 3\n[input]\nkind='osc'", FileError, "mend it"),
        ("colour = 'red'\n[input]\nkind='osc'", FileError, "mend it"),
        ("[input]\nkind='osk'", SettingsError, "did you mean 'osc'"),
        ("[input]\nkind='osc'\nprot=3", SettingsError, "did you mean 'port'"),
        ("[input]\nkind='osc'\nport=70000", SettingsError, "65535"),
    ],
)
def test_profiles_that_are_none(tmp_path: Path, text: str | None, error: type[Exception], match: str) -> None:
    if text is not None:
        (tmp_path / "profile.toml").write_text(text)
    with pytest.raises(error, match=match):
        profile.read(tmp_path)
