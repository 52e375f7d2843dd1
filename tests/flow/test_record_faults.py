"""Recording while something else goes wrong: what is said is true, and no take is lost."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from shell import run

from gesturemap.project.read import read_project
from gesturemap.project.save import save_project
from gesturemap.project.takes import read_demonstration
from gesturemap.wire.osc import build


@contextmanager
def sending(port: int) -> Iterator[None]:
    """A sensor that never stops."""
    end = threading.Event()

    def send() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            count = 0
            while not end.wait(0.01):
                count += 1
                out.sendto(build("/frame", count / 100, 0.5, count / 100), ("127.0.0.1", port))

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()


@pytest.fixture
def port(folder: Path) -> int:
    """The port that the small project listens at."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        asked.bind(("127.0.0.1", 0))
        free = int(asked.getsockname()[1])
    project = folder / "project.toml"
    project.write_text(project.read_text().replace("port = 0", f"port = {free}"))
    return free


def recorded(
    folder: Path, port: int, gesture: str = "wave", **environment: str
) -> subprocess.CompletedProcess[str]:
    with sending(port):
        return run(
            "record", str(folder), gesture, "--for", "1", "--count-in", "0.3", cwd=folder, **environment
        )


def without_room(folder: Path) -> None:
    """Leave no demonstration in the project, and no way to write one."""
    save_project(replace(read_project(folder)[0], demonstrations=()), folder)
    shutil.rmtree(folder / "demonstrations")
    (folder / "demonstrations").write_text("nothing can be written here")


def test_a_model_that_cannot_be_kept_spoils_no_recording(folder, port):
    (folder / "model.npz").mkdir()
    (folder / "model.npz" / "full").write_text("")
    ended = recorded(folder, port)
    assert "model.npz" in ended.stderr
    assert "stopped" not in ended.stderr
    assert ended.returncode == 0, ended.stderr
    assert "kept " in ended.stdout
    assert "wave" in {d.label for d in read_project(folder)[0].demonstrations}


def test_a_take_without_room_in_the_project_goes_elsewhere_and_it_is_said_where(folder, port, tmp_path):
    without_room(folder)
    ended = recorded(folder, port, "circle", XDG_DATA_HOME=str(tmp_path / "home"))
    assert ended.returncode == 2
    assert "the project could not be written, see above" in ended.stderr
    assert "stopped" not in ended.stderr
    (file,) = (tmp_path / "home" / "gesturemap" / "rescued").rglob("*.npz")
    assert str(file.parent) in ended.stderr
    assert read_demonstration(file)[0].label == "circle"
    assert len(read_demonstration(file)[0]) > 30
    assert "Traceback" not in ended.stderr


def test_a_recording_that_cannot_begin_says_so_at_once(folder, port):
    without_room(folder)
    ended = recorded(folder, port)
    assert ended.returncode == 2
    assert "wave 1 is not in the project: it could not begin, see above" in ended.stderr
