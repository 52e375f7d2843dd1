"""A board is unplugged while a demonstration is recorded by the command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are a POSIX matter", allow_module_level=True)

from serial_boards import Board, talking

PROJECT = """gestures = ["wave"]
[project]
name = "small"
[input]
kind = "serial"
device = "{}"
channels = ["x", "y"]
[model]
kind = "hhmm"
"""


@pytest.mark.long
def test_a_board_that_is_unplugged_while_recording_is_named(tmp_path: Path) -> None:
    board = Board(tmp_path / "ttyBOARD")
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "project.toml").write_text(PROJECT.format(board.device))
    words = ["record", str(folder), "wave", "--for", "4", "--count-in", "0.3"]
    with subprocess.Popen(
        [sys.executable, "-m", "gesturemap", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as recording:
        assert recording.stdout is not None
        with talking(board, b"1.5,2\n", b"2.5,3\n"):
            assert any(line.startswith("go") for line in iter(recording.stdout.readline, ""))
        board.unplug()
        _, error = recording.communicate(timeout=60)
    assert recording.returncode == 2
    assert f"gesturemap: {board.device} at 115200 baud: the sensor stopped: " in error
