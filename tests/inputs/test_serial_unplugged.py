"""A board is unplugged and plugged in again while an engine plays from it: it is back by itself within 2 s."""

from __future__ import annotations

import multiprocessing
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are a POSIX matter", allow_module_level=True)

from serial_boards import Board, talking

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.clock import SystemClock
from gesturemap.codec import decode
from gesturemap.engine.link import Link
from gesturemap.engine.loop import Engine
from gesturemap.inputs import serial_port
from gesturemap.project import pack

MOST = 2.0
"""Seconds from plugging in to the first frame played."""


class Playing:
    """An engine that plays from a serial port, turned by hand."""

    def __init__(self, **table: object) -> None:
        self.here, there = multiprocessing.Pipe()
        self.link = Link(there)
        self.engine = Engine(self.link, SystemClock())
        self.told: list[c.Message] = []
        project = {
            "project": {"name": "replug"},
            "input": {"kind": "serial"} | table,
            "model": {"kind": "gmm"},
        }
        self.engine.load(inner.Load(project))

    def until(self, so: Callable[[], object], most: float = 10.0) -> float:
        """Let it play until it is so; the seconds that took."""
        began = time.perf_counter()
        while not so():
            self.engine.turn()
            while self.here.poll():
                self.told.append(decode(self.here.recv_bytes()))
            assert time.perf_counter() - began < most, self.told[-3:]
        return time.perf_counter() - began

    def frames(self, more: int) -> Callable[[], bool]:
        wanted = self.engine.figures.frames + more
        return lambda: self.engine.figures.frames >= wanted

    def close(self) -> None:
        self.engine.close()
        self.here.close()
        self.link._thread.join(5.0)


@pytest.mark.long
@pytest.mark.parametrize("channels", [("count", "x", "y"), ()], ids=["named", "learned"])
def test_a_board_comes_back_under_another_name(tmp_path: Path, channels: tuple[str, ...]) -> None:
    board = Board(tmp_path / "ttyACM0")
    playing = Playing(device=str(tmp_path / "ttyACM*"), channels=list(channels))
    chance = random.Random(7)
    try:
        for turn in range(5):
            with talking(board, b"1,2,3\r\n"):
                plugged = time.perf_counter()
                playing.until(playing.frames(1))
                seconds = time.perf_counter() - plugged
                print(f"turn {turn}: {board.device} plays after {seconds:.2f} s")
                assert seconds < MOST
                playing.until(playing.frames(10))
            board.unplug()
            playing.until(lambda: playing.engine.input is None)
            wait = time.perf_counter() + chance.uniform(0.0, 1.2)
            playing.until(lambda end=wait: time.perf_counter() > end)
            board = Board(tmp_path / f"ttyACM{(turn + 1) % 2}")
        closed = [notice for notice in playing.told if isinstance(notice, inner.InputClosed)]
        assert sum("unplugged" in notice.text for notice in closed) == 5
        assert not any("there are none" in notice.text or "()" in notice.text for notice in closed)
    finally:
        playing.close()
        board.unplug()


@pytest.mark.long
@pytest.mark.parametrize("channels", [("x",), ()], ids=["named", "learned"])
def test_a_board_that_comes_back_with_garbage_is_told_with_the_rates_to_try(
    tmp_path: Path, channels: tuple[str, ...]
) -> None:
    device = str(tmp_path / "ttyACM0")
    board = Board(tmp_path / "ttyACM0")
    playing = Playing(device=device, channels=list(channels))

    def why() -> str:
        source = playing.engine.input
        ignored = (
            [reason for reasons in source.health.ignored.values() for reason in reasons] if source else []
        )
        closed = [notice.text for notice in playing.told if isinstance(notice, inner.InputClosed)]
        return " ".join(ignored + closed)

    try:
        with talking(board, b"1\n"):
            playing.until(playing.frames(3))
        board.unplug()
        playing.until(lambda: "no such port" in why())
        board = Board(tmp_path / "ttyACM0")
        with talking(board, b"\xf8\x80\x00\xe0\xfe\x80\xf8\x00\n"):
            playing.until(lambda: "unreadable bytes: the baud rate is wrong, try 9600" in why(), 20.0)
    finally:
        playing.close()
        board.unplug()


def test_a_recording_goes_on_when_the_board_is_back(tmp_path: Path) -> None:
    board = Board(tmp_path / "ttyACM0")
    playing = Playing(device=str(tmp_path / "ttyACM0"), channels=["x"])
    try:
        with talking(board, b"1\n"):
            playing.until(playing.frames(3))
            playing.engine.obey(c.Record("wave", 0.0))
            playing.until(playing.frames(10))
        board.unplug()
        playing.until(lambda: playing.engine.input is None)
        board = Board(tmp_path / "ttyACM0")
        with talking(board, b"2\n"):
            playing.until(playing.frames(10))
        playing.engine.obey(c.StopRecording(True))
        playing.until(lambda: any(isinstance(notice, inner.Take) for notice in playing.told))
        (take,) = [notice for notice in playing.told if isinstance(notice, inner.Take)]
        (demonstration,) = pack.unpack(take.data)
        assert {1.0, 2.0} == set(demonstration.check().values[:, 0])
    finally:
        playing.close()
        board.unplug()


def test_without_a_name_the_board_is_looked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serial_port, "boards", lambda: sorted(map(str, tmp_path.glob("tty*"))))
    board = Board(tmp_path / "ttyACM0")
    playing = Playing(channels=["x"])
    try:
        with talking(board, b"1\n"):
            playing.until(playing.frames(3))
        board.unplug()
        playing.until(lambda: playing.engine.input is None)
        board = Board(tmp_path / "ttyUSB1")
        with talking(board, b"1\n"):
            assert playing.until(playing.frames(3)) < MOST
        ready = [
            notice.detail
            for notice in playing.told
            if isinstance(notice, inner.Ready) and notice.process == "input"
        ]
        assert ready == [f"{tmp_path}/ttyACM0 at 115200 baud", f"{tmp_path}/ttyUSB1 at 115200 baud"]
    finally:
        playing.close()
        board.unplug()


def test_a_board_that_has_only_just_lost_its_cable_does_not_stop_the_turns(tmp_path: Path) -> None:
    board = Board(tmp_path / "ttyACM0")
    playing = Playing(device=str(tmp_path / "ttyACM0"), channels=["x"])
    try:
        with talking(board, b"1\n"):
            playing.until(playing.frames(3))
        board.unplug()
        longest = 0.0
        end = time.perf_counter() + 1.5
        while time.perf_counter() < end:
            began = time.perf_counter()
            playing.engine.turn()
            longest = max(longest, time.perf_counter() - began)
        assert longest < 0.5
        assert playing.engine.input is None
    finally:
        playing.close()
        board.unplug()
