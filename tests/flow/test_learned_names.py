"""Names of sensors of one's own are looked at before anybody listens, and are told from those that are shipped."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gesturemap.errors import FileError
from gesturemap.inputs.known import own_folder, write
from gesturemap.library import shipped_sensors

FOUND = {"kind": "osc", "port": 8000, "address": "/m", "arguments": ["m"]}


def sensors(shelf: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gesturemap", "sensors", *more],
        capture_output=True, text=True, timeout=60, check=False,
        env=os.environ | {"XDG_DATA_HOME": str(shelf), "COLUMNS": "150"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("gyrosc", "choose another name, such as my-gyrosc"),
        ("GyrOSC", "choose another name, such as my-gyrosc"),
        ("listen", "choose another, such as my-listen"),
        ("", "choose another"),
        ("../x", "choose another"),
    ],
)
def test_a_name_that_cannot_be_is_refused_before_listening(tmp_path: Path, name: str, step: str) -> None:
    ended = sensors(tmp_path, "listen", "--for", "1000", "--write", name)  # it would last too long
    assert ended.returncode == 2
    assert step in ended.stderr
    assert "listening" not in ended.stdout
    assert not (tmp_path / "gesturemap" / "sensors").exists()


def test_no_shipped_sensor_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    for name in shipped_sensors():
        with pytest.raises(FileError, match="comes with gesturemap"):
            write(name, FOUND, "mine", [])
    assert own_folder("my-gyrosc").name == "my-gyrosc"


@pytest.mark.long
def test_ones_own_are_marked_and_a_word_that_is_nearly_listen_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    write("my-watch", FOUND, "A watch", [])
    rows = [line.split() for line in sensors(tmp_path).stdout.splitlines()]
    assert ["my-watch", "own", "A", "watch"] in rows
    assert [row[0] for row in rows if row[1:2] == ["own"]] == ["my-watch"]
    assert "did you mean 'listen'?" in sensors(tmp_path, "listn").stderr
