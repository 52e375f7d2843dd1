"""No screen, no library: one clear line, never an abort."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from gesturemap.errors import DeviceError
from gesturemap.window import display

BARE = {key: value for key, value in os.environ.items()
        if key not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_SESSION_TYPE")}  # fmt: skip


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gesturemap.window", *arguments],
        env=BARE | environment, capture_output=True, text=True, timeout=30,
    )  # fmt: skip


@pytest.mark.parametrize(
    "arguments, environment, said",
    [
        (["{}"], {}, "no display"),
        (["{}"], {"DISPLAY": ":987"}, "display ':987' does not answer"),
        (["{}"], {"DISPLAY": "nonsense"}, "does not answer"),
        (["{}"], {"QT_QPA_PLATFORM": "xcb"}, "no display"),
        (["{}"], {"WAYLAND_DISPLAY": "wayland-77"}, "no display"),
        (["{}"], {"QT_QPA_PLATFORM": "offscreen"}, "no answer"),
        (["not json"], {"QT_QPA_PLATFORM": "offscreen"}, "no answer"),
        ([], {}, "gesturemap window"),
    ],
)
def test_what_is_missing_is_said_in_one_line_with_exit_code_2(
    arguments: list[str], environment: dict[str, str], said: str
) -> None:
    done = run(*arguments, **environment)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


@pytest.mark.parametrize(
    "text, packages",
    [
        ("libEGL.so.1: cannot open shared object file: No such file or directory", "libegl1"),
        ("libGL.so.1: cannot open shared object file: No such file or directory", "libgl1"),
        ("libxcb-cursor.so.0: cannot open shared object file", "libxcb-cursor0"),
    ],
)
def test_a_missing_library_names_its_debian_package(text: str, packages: str) -> None:
    error = display.missing_library(ImportError(text))
    assert error.value == f"the system library {text.partition(':')[0]} is missing"
    assert f"apt-get install {packages} " in error.next_step


def test_a_plugin_that_lacks_a_library_is_said_before_qt_aborts(tmp_path: Path) -> None:
    (tmp_path / "platforms").mkdir()
    (tmp_path / "platforms" / "libqxcb.so").write_bytes(b"not a library")
    with pytest.raises(DeviceError, match="apt-get install libxcb-cursor0"):
        display.check_plugin(tmp_path)
    display.check_plugin(tmp_path / "nowhere")  # another system: Qt has other plugins there


def test_a_screen_that_answers_is_taken(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(str(tmp_path / "wayland-9"))
        server.listen(4)
        wayland = {"WAYLAND_DISPLAY": "wayland-9", "XDG_RUNTIME_DIR": str(tmp_path)}
        assert display.choose(wayland, "linux") == "wayland"
        assert display.choose(wayland | {"XDG_SESSION_TYPE": "wayland"}, "linux") == ""
    with pytest.raises(DeviceError):
        display.choose(wayland, "linux")


def test_other_systems_and_other_platforms_are_left_to_qt() -> None:
    assert display.choose({}, "darwin") == ""
    assert display.choose({}, "win32") == ""
    assert display.choose({"QT_QPA_PLATFORM": "offscreen"}, "linux") == ""
    assert display.choose({"QT_QPA_PLATFORM": "vnc:size=10x10"}, "linux") == ""


def test_an_x_server_is_found_by_its_socket_where_xcb_is_missing(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind("\0/tmp/.X11-unix/X9876")
        server.listen(1)
        assert display._x_socket_answers(":9876")
        assert display._x_socket_answers("unix:9876.0")
    assert not display._x_socket_answers(":9876")
    assert not display._x_socket_answers("localhost:9876")
    assert not display._x_socket_answers("what")
