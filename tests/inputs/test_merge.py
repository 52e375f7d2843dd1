"""Several inputs as one, over real UDP and a real pseudo-terminal."""

from __future__ import annotations

import os
import pty
import socket
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from gesturemap import catalog
from gesturemap.clock import SystemClock
from gesturemap.errors import DeviceError, FileError, GesturemapError, SettingsError
from gesturemap.frames import Frame
from gesturemap.inputs.input import InputRun
from gesturemap.inputs.merge import Merge
from gesturemap.wire.osc import build

HERE = "127.0.0.1"
PHONE = {"kind": "osc", "port": 0, "host": HERE, "arguments": ["x g", "y"]}


def frames_until(run: InputRun, enough: Callable[[Frame], bool]) -> Frame:
    """Read until a frame is as wanted; a test's time limit ends what never is."""
    while True:
        frame = run.read(0.2)
        if frame is not None and enough(frame):
            return frame


@pytest.fixture
def board() -> Iterator[tuple[int, str]]:
    """A pseudo-terminal: the board's end, and the name of ours."""
    here, there = pty.openpty()
    yield here, os.ttyname(there)
    for end in (here, there):
        try:
            os.close(end)
        except OSError:
            continue  # the test unplugged it


def send(run: InputRun, *numbers: float) -> None:
    port = int(run.address.partition("UDP port ")[2].partition(" ")[0])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(build("/m", *numbers), (HERE, port))


def test_a_phone_and_a_board_make_one_frame(board: tuple[int, str]) -> None:
    master, device = board
    inputs = {"phone": PHONE, "board": {"kind": "serial", "device": device, "channels": ["pressure kPa"]}}
    run = Merge(inputs, rate=0.0).start(SystemClock())
    assert run.spec.names == ("phone_x", "phone_y", "board_pressure")
    assert [channel.unit for channel in run.spec.channels] == ["g", "", "kPa"]
    send(run, 1.0, 2.0)
    os.write(master, b"\n5.5\n")
    assert frames_until(run, lambda _: True).values.tolist() == [1.0, 2.0, 5.5]
    send(run, 3.0, 4.0)
    assert frames_until(run, lambda frame: frame.values[0] == 3.0).values.tolist() == [3.0, 4.0, 5.5]
    run.close()


def test_an_even_rate_of_both() -> None:
    run = Merge({"left": PHONE, "right": PHONE}, rate=100.0).start(SystemClock())
    ports = [int(part.rpartition(" ")[2]) for part in run.address.split(" and ")]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for port in ports:
            sender.sendto(build("/m", float(port), 0.0), (HERE, port))
    times = [frames_until(run, lambda _: True).time for _ in range(5)]
    run.close()
    assert run.spec.rate == 100.0
    assert [b - a for a, b in pairwise(times)] == pytest.approx([0.01] * 4)


def test_one_that_goes_does_not_stop_the_other_and_says_so(board: tuple[int, str]) -> None:
    master, device = board
    inputs = {"phone": PHONE, "board": {"kind": "serial", "device": device, "channels": ["p"]}}
    run = Merge(inputs, rate=0.0).start(SystemClock())
    os.write(master, b"\n1\n")
    send(run, 1.0, 2.0)
    frames_until(run, lambda _: True)
    os.close(master)
    while "board" not in run.health.ignored:
        run.read(0.05)
    send(run, 3.0, 4.0)
    assert frames_until(run, lambda frame: frame.values[0] == 3.0).values.tolist() == [3.0, 4.0, 1.0]
    (why,) = run.health.ignored["board"]
    assert "gone" in why or "no such port" in why
    run.close()


def test_what_is_ignored_carries_the_name_of_its_input() -> None:
    run = Merge({"phone": PHONE}, rate=0.0).start(SystemClock())
    send(run, 1.0)
    send(run, 1.0, 2.0)
    frames_until(run, lambda _: True)
    assert run.health.ignored == {f"phone: {HERE}": {"1 arguments instead of 2": 1}}
    run.close()


@pytest.mark.parametrize(
    ("inputs", "error", "match"),
    [
        ({}, SettingsError, "it merges inputs"),
        ({"": {"kind": "osc"}}, SettingsError, "input merge, inputs: ''; each has a name"),
        ({"a": {"kind": "merge"}}, SettingsError, "one level"),
        ({"a": {"kind": "osk"}}, SettingsError, "input merge, a.*did you mean 'osc'"),
        (
            {"a": PHONE, "b": {"kind": "serial", "device": "/nowhere", "channels": ["x"]}},
            DeviceError,
            "/nowhere",
        ),
        ({"a": {"kind": "replay", "path": "none.npz"}}, FileError, "none.npz"),
    ],
)
def test_what_cannot_be_merged(inputs: dict[str, object], error: type[GesturemapError], match: str) -> None:
    settings = catalog.read("inputs", {"kind": "merge", "inputs": inputs}, "input")
    with pytest.raises(error, match=match):
        settings.start(SystemClock())


def test_file_names_are_relative_to_the_project(tmp_path: Path) -> None:
    (tmp_path / "take.csv").write_text("time,x\n0.0,1\n0.01,2\n0.02,3\n")
    settings = Merge({"a": {"kind": "replay", "path": "take.csv"}}, rate=0.0, folder=str(tmp_path))
    run = settings.start(SystemClock())
    assert frames_until(run, lambda _: True).values[0] in (1.0, 2.0, 3.0)
    run.close()
