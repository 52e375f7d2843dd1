"""Every shipped sensor profile: it reads, it starts, and packets as its device sends become its channels."""

from __future__ import annotations

import json
import math
import os
import socket
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gesturemap.clock import SystemClock
from gesturemap.errors import FileError, SettingsError
from gesturemap.inputs import profile
from gesturemap.inputs.clocks import LATE
from gesturemap.inputs.column import Column
from gesturemap.inputs.input import Health, InputRun
from gesturemap.inputs.osc import Osc
from gesturemap.inputs.serial import Serial
from gesturemap.wire.osc import build
from gesturemap.wire.slip import encode

if sys.platform != "win32":
    import tty

HERE = "127.0.0.1"
SENSORS = Path(__file__).parents[2] / "sensors"
SHIPPED = sorted(folder.name for folder in SENSORS.iterdir() if folder.is_dir())
PACKETS = json.loads((Path(__file__).parent / "packets.json").read_text())
"""Profile, and a remark behind a space -> packets as the device sends them, to the byte, and what must come of them."""


def test_every_osc_profile_has_packets_here() -> None:
    kinds = {name: profile.read(SENSORS / name).table["kind"] for name in SHIPPED}
    assert {name for name, kind in kinds.items() if kind == "osc"} == {name.split()[0] for name in PACKETS}


@pytest.mark.parametrize("name", SHIPPED)
def test_it_says_what_it_is(name: str) -> None:
    found = profile.read(SENSORS / name)
    assert found.name and found.description
    assert (SENSORS / name / "README.md").read_text().startswith(f"# {found.name}\n")


def opened(name: str, sender: socket.socket, packets: list[bytes]) -> InputRun:
    """The input of a profile, on any free port; one that takes its layout from the first message hears it."""
    settings = profile.read(SENSORS / name).settings
    assert isinstance(settings, Osc)
    probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    probe.bind((HERE, 0))
    port = probe.getsockname()[1]
    probe.close()
    sender.connect((HERE, port))
    if settings.arguments or settings.messages:
        return replace(settings, port=port, host=HERE).start(SystemClock())
    heard = threading.Thread(
        target=lambda: [sender.send(packets[0]) for _ in range(40) if not done.wait(0.02)]
    )
    done = threading.Event()
    heard.start()
    try:
        return replace(settings, port=port, host=HERE).start(SystemClock())
    finally:
        done.set()
        heard.join()


@pytest.mark.parametrize("case", PACKETS)
def test_packets_become_channels(case: str) -> None:
    wanted = PACKETS[case]
    packets = [bytes.fromhex(packet) for packet in wanted["packets"]]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        run = opened(case.split()[0], sender, packets)
        for packet in packets:
            sender.send(packet)
        frame = run.read(1.0)
    run.close()
    assert frame is not None
    assert frame.values.tolist() == pytest.approx(wanted["values"], rel=1e-6)
    assert run.spec.width == len(wanted["values"])
    assert list(run.spec.names) == wanted.get("channels", list(run.spec.names))
    assert frame.time == pytest.approx(frame.arrived, abs=LATE)


@pytest.mark.parametrize("before", ["/ZIGSIM/anna", "/8A2C-11"])
def test_zigsim_touches_of_any_finger(before: str) -> None:
    settings = profile.read(SENSORS / "zigsim").settings
    assert isinstance(settings, Osc)
    reader = replace(settings, columns=("acc*", "touch*")).reader(Health())
    made = [
        reader.take(build(before + address, *numbers), (HERE, 0), 0.0)
        for address, numbers in (
            ("/touch01", (0.5, 0.25)),
            ("/accel", (0.0, 0.0, 0.0)),
            ("/touch11", (0.25, -0.5)),
            ("/touch12", (9.0, 9.0)),
            ("/accel", (0.0, 0.0, 0.0)),
        )
    ]
    found = [frame.values.tolist()[3:] for frames in made for frame in frames]
    assert found and found[-1] == [0.25, -0.5]


def test_channels_come_out_in_physical_units() -> None:
    units = {"acc": "m/s2", "linear": "m/s2", "gravity": "m/s2", "gyro": "rad/s", "mag": "uT"}
    scaled = {"osculator-wii"}  # OSCulator's own scale, 0 to 1
    for name in ({case.split()[0] for case in PACKETS} | set(SERIAL)) - scaled:
        settings = profile.read(SENSORS / name).settings
        layouts = (
            (settings.arguments, *settings.messages.values())
            if isinstance(settings, Osc)
            else (settings.channels,)
        )
        for texts in layouts:
            for text in texts:
                column = Column.parse(text, name)
                stem = column.name.rpartition("_")[0]
                assert column.unit == units.get(stem, column.unit), (name, text)


SERIAL = {
    "arduino-lines": (b"\nacc_x:1,acc_y:2,acc_z:3\r\n", ("acc_x", "acc_y", "acc_z"), [1.0, 2.0, 3.0]),
    "arduino-slip-osc": (
        encode(build("/imu", *map(float, range(6)), 1500, tags="ffffffi")),
        (),
        [*map(float, range(6))],
    ),
    "mugic-serial": (
        b"\nmugicdata " + b" ".join(b"%d.5" % i for i in range(21)) + b" 1.5 7\n",
        (),
        [0.5, 1.5, 2.5, *(math.radians(i + 0.5) for i in range(6, 9)), *(i + 0.5 for i in range(9, 16))],
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
    assert frame.time == pytest.approx(frame.arrived, abs=LATE)


def test_steps_of_time_are_those_the_sensor_tells() -> None:
    settings = profile.read(SENSORS / "comote-v3").settings
    assert isinstance(settings, Osc)
    reader = replace(settings, columns=("acc*",)).reader(Health())
    address = "/comote/v3/1/accelerometer"
    frames = [
        frame
        for at, ms in enumerate((500.0, 510.0, 550.0))
        for frame in reader.take(build(address, 1.0, 2.0, 3.0, ms, 10), (HERE, 1), 7.0 + 0.013 * at)
    ]
    assert np.diff([frame.time for frame in frames]) == pytest.approx([0.01, 0.04])


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
