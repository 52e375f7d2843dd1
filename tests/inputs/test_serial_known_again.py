"""A board that nobody described, unplugged and plugged in again, has the channels it had."""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are a POSIX matter", allow_module_level=True)

from serial_boards import Board, started, talking

from gesturemap.inputs import serial
from gesturemap.inputs.serial import Serial
from gesturemap.inputs.serial_learn import EXACT, Watched, _unit
from gesturemap.wire.lines import Row

AT_ONCE = 0.6
"""Seconds within which a board that was there plays again; a header line is waited for longer."""


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serial, "_boards", {})


def pieces(numbers: str = "1.5,2", many: int = 4) -> Iterator[bytes]:
    """Lines with the time since the board began in ms, several in one piece."""
    began = time.perf_counter()
    while True:
        now = 1000.0 * (time.perf_counter() - began)
        yield b"".join(b"%d,%s\n" % (100 + now + i, numbers.encode()) for i in range(1 - many, 1))


def opened(board: Board, device: str, lines: Iterator[bytes]) -> tuple[tuple[str, ...], float]:
    """The names of the channels, and the seconds until they were known."""
    with talking(board, lines):
        began = time.perf_counter()
        with started(Serial(device)) as run:
            took = time.perf_counter() - began
            assert run.read(1.0) is not None
            return run.spec.names, took


@pytest.mark.long
@pytest.mark.parametrize("many", [1, 4])
@pytest.mark.parametrize("other", [False, True], ids=["same port", "another port"])
def test_a_column_of_time_is_known_again(tmp_path: Path, many: int, other: bool) -> None:
    for turn in range(6):
        board = Board(tmp_path / f"ttyACM{turn % 2 if other else 0}")
        try:
            board.say(b"".join(itertools.islice(pieces(many=many), 9)))  # nobody has read this so far
            names, took = opened(board, str(tmp_path / "ttyACM*"), pieces(many=many))
        finally:
            board.unplug()
        assert names == ("in_2", "in_3"), turn
        assert turn == 0 or took < AT_ONCE


@pytest.mark.long
@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (pieces("1,2,3"), ("in_2", "in_3", "in_4")),
        (itertools.repeat(b"1,2,3\n"), ("in_1", "in_2", "in_3")),
        (itertools.cycle([b"1,2,3\n", b"5,2,3\n", b"9,2,3\n", b"9,1,1\n"]), ("in_1", "in_2", "in_3")),
        (itertools.chain([b"a,b,c\n"] * 2, itertools.repeat(b"1,2,3\n")), ("a", "b", "c")),
        (itertools.repeat(b"a:1,b:2,c:3\n"), ("a", "b", "c")),
    ],
    ids=["more numbers", "its time stands still", "its time goes back", "a header", "labels"],
)
def test_another_board_is_learned_anew(
    tmp_path: Path, lines: Iterator[bytes], names: tuple[str, ...]
) -> None:
    device = tmp_path / "ttyACM0"
    for sent, wanted in ((pieces(), ("in_2", "in_3")), (lines, names)):
        board = Board(device)
        try:
            assert opened(board, str(device), sent)[0] == wanted
        finally:
            board.unplug()


def test_a_board_that_prints_its_header_once_keeps_its_names(tmp_path: Path) -> None:
    device = tmp_path / "ttyACM0"
    for lines in (itertools.chain([b"a,b\n"] * 2, itertools.repeat(b"1,2\n")), itertools.repeat(b"1,2\n")):
        board = Board(device)
        try:
            assert opened(board, str(device), lines)[0] == ("a", "b")
        finally:
            board.unplug()


def test_lines_that_came_at_once_say_nothing_of_the_time() -> None:
    rows = [(5.0, Row((float(at), 1.0))) for at in (10, 20, 30)]
    assert _unit(0, Watched(rows[0], rows), EXACT) == ""
