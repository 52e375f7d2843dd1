"""The window's process is begun before control is there: it opens on what it is told, and ends where nothing is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gesturemap.cli.coming import Coming
from gesturemap.window.app import INSTEAD

END = 60.0
"""Seconds that anything may take."""


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    for name in ("XDG_DATA_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path))


def test_one_that_nobody_tells_anything_ends_without_a_word(capfd: pytest.CaptureFixture[str]) -> None:
    with Coming() as coming:
        assert coming.process.poll() is None
    assert coming.process.returncode == 0
    assert capfd.readouterr() == ("", "")


def test_a_control_that_is_not_there_is_said_in_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    with Coming() as coming:
        shown = coming.opened("nobody")
        assert shown.wait(END) == 2
    assert len(capfd.readouterr().err.splitlines()) == 1


def called(pid: str) -> str:
    """By what a process was begun; empty where it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def windows(parent: int) -> list[str]:
    children = Path(f"/proc/{parent}/task/{parent}/children")
    return [each for each in children.read_text().split() if "gesturemap.window" in called(each)]


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked at in /proc")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_what_asks_about_a_broken_project_ends_with_its_command(tmp_path: Path, how: int) -> None:
    (broken := tmp_path / "broken").mkdir()
    (broken / "project.toml").write_text("no = project")
    command = [sys.executable, "-m", "gesturemap", "window", str(broken), "--no-sound"]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as made:
        end = time.monotonic() + END
        while not (asks := [each for each in windows(made.pid) if INSTEAD in called(each)]):
            assert time.monotonic() < end and made.poll() is None
        os.kill(made.pid, how)
    while any(INSTEAD in called(each) for each in asks):
        assert time.monotonic() < end


@pytest.mark.parametrize("project", ["nothing-of-that-name", "pointer"])
@pytest.mark.long
def test_no_window_is_left_by_a_command_that_fails_or_ends(project: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gesturemap", "window", project, "--no-sound"]
    made = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + END
    while not (shown := windows(made.pid)) and made.poll() is None:
        assert time.monotonic() < end
    if project == "pointer":
        assert made.stdout is not None
        assert made.stdout.readline().startswith("opening pointer")
        os.kill(made.pid, signal.SIGINT)
    _, err = made.communicate(timeout=END)
    assert made.returncode == (0 if project == "pointer" else 2)
    assert ("no such project" in err) == (project != "pointer")
    assert "Traceback" not in err
    assert not [each for each in shown if "gesturemap.window" in called(each)]
