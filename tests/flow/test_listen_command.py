"""``gesturemap sensors listen`` as a person runs it: a real process, a real sender."""

from __future__ import annotations

import json
import math
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from gesturemap.inputs import profile
from gesturemap.wire.osc import build

HERE = "127.0.0.1"


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((HERE, 0))
        return int(probe.getsockname()[1])


def listen(
    port: int, shelf: Path, *more: str, send: bool = True, packets: tuple[bytes, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """Run it while a phone sends to the port, flat on a table and turned."""
    done = threading.Event()

    def phone() -> None:
        at = 0
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            while not done.wait(0.005):
                at += 1
                angle = 0.02 * at
                packet = build("/phone/accel", 0.0, math.sin(angle), math.cos(angle))
                for each in packets or (packet, b"not OSC at all, 24 bytes"):
                    sender.sendto(each, (HERE, port))

    thread = threading.Thread(target=phone)
    if send:
        thread.start()
    own = {"XDG_DATA_HOME": str(shelf), "COLUMNS": "200"}
    try:
        return subprocess.run(
            [sys.executable, "-m", "gesturemap", "sensors", "listen", "--port", str(port), *more],
            capture_output=True, text=True, timeout=60, check=False, env=os.environ | own,
        )  # fmt: skip
    finally:
        done.set()
        if send:
            thread.join()


@pytest.mark.long
def test_a_phone_becomes_a_sensor_of_ones_own(tmp_path: Path) -> None:
    port = free_port()
    ended = listen(port, tmp_path, "--for", "1.5", "--write", "my phone")
    assert ended.returncode == 0, ended.stderr
    assert "/phone/accel" in ended.stdout
    assert "so it is in g" in ended.stdout
    assert "no OSC: neither message nor bundle" in " ".join(ended.stdout.split())
    assert ended.stdout.rstrip().endswith("gesturemap new MINE --sensor 'my phone'")
    made = profile.read(tmp_path / "gesturemap" / "sensors" / "my phone")
    assert made.table["arguments"] == [f"acc_{axis} m/s2 from g" for axis in "xyz"]
    assert (made.table["port"], made.table["address"]) == (port, "/phone/accel")
    again = listen(port, tmp_path, "--for", "0.5", "--write", "my phone")
    assert again.returncode == 2
    assert "there is one already" in again.stderr


@pytest.mark.long
def test_everything_as_one_object(tmp_path: Path) -> None:
    port = free_port()
    ended = listen(port, tmp_path, "--for", "1", "--json")
    told = json.loads(ended.stdout)
    assert [stream["address"] for stream in told["streams"]] == ["/phone/accel"]
    assert list(told["unreadable"][HERE]) == ["neither message nor bundle"]
    assert told["input"]["port"] == port


@pytest.mark.parametrize(("more", "code"), [((), 1), (("--write", "x"), 2)])
def test_silence_is_said(tmp_path: Path, more: tuple[str, ...], code: int) -> None:
    ended = listen(free_port(), tmp_path, "--for", "0.2", *more, send=False)
    assert ended.returncode == code
    assert "gesturemap doctor" in ended.stdout + ended.stderr


def test_texts_alone_are_said_by_address(tmp_path: Path) -> None:
    ended = listen(
        free_port(), tmp_path, "--for", "0.7", packets=(build("/gyrosc/accel", "0.1", "0.2", "0.3"),)
    )
    assert "left out: /gyrosc/accel, which holds text and no numbers" in ended.stdout
    assert "there are no numbers in it" in ended.stdout


@pytest.mark.long
def test_a_sender_that_is_not_heard_is_said_with_those_that_are(tmp_path: Path) -> None:
    port = free_port()
    ended = listen(port, tmp_path, "--for", "0.7", "--from", "10.9.8.7")
    assert ended.returncode == 2
    assert f"no OSC message from it; heard were {HERE}; give one of these" in ended.stderr
    told = json.loads(listen(port, tmp_path, "--for", "0.7", "--json", "--from", HERE).stdout)
    assert told["input"]["address"] == "/phone/accel"


@pytest.mark.long
def test_a_flood_of_addresses_is_folded_and_the_answer_stands_below(tmp_path: Path) -> None:
    flood = [build(f"/x{at}/{kind}", *numbers) for at in range(150) for kind, numbers in
             (("acc", (0.1, 0.2, 0.9)), ("text", ("hello",)), ("once", (1.0,)))]  # fmt: skip
    turned = [build("/phone/accel", 0.0, math.sin(0.1 * at), math.cos(0.1 * at)) for at in range(300)]
    mixed = [packet for pair in zip(turned, flood, strict=False) for packet in pair]
    ended = listen(free_port(), tmp_path, "--for", "2", packets=tuple(mixed))
    lines = ended.stdout.splitlines()
    assert "/phone/accel" in ended.stdout
    assert "more addresses" in ended.stdout
    assert any(line.split()[:1] == ["and"] and line.split()[2:3] == ["more"] for line in lines)
    assert len(lines) < 100


@pytest.mark.long
def test_what_would_steer_a_terminal_is_not_shown_and_a_profile_can_be_read(tmp_path: Path) -> None:
    names = ("left \U0001f600", 'ri"ght', "\x1b[31mred\r\n\x07", "\x7f\u202edel")
    packets = [build("/imu", name, 0.1 * at, 0.5, 0.9) for at in range(9) for name in names]
    packets += [build("/bad.name", 1.0).replace(b".", letter) for letter in (b"\n", b"\x1b", b"\x7f")]
    port = free_port()
    ended = listen(port, tmp_path, "--for", "1", "--write", "odd", packets=tuple(packets))
    assert ended.returncode == 0, ended.stderr
    folder = tmp_path / "gesturemap" / "sensors" / "odd"
    for text in (ended.stdout, *((folder / name).read_text() for name in ("profile.toml", "README.md"))):
        assert all(letter.isprintable() or letter == "\n" for letter in text)
    text = (folder / "profile.toml").read_text()
    (folder / "profile.toml").write_text(text.replace("# devices", "devices"))
    assert set(profile.read(folder).table["devices"].values()) == set(names[:2])
