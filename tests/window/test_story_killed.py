"""An engine is killed under the window, and a window over the engine: it is said, it plays on, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from performer import Performer, circle

from gesturemap import library
from gesturemap.control import desk, door
from gesturemap.control.controller import Controller
from gesturemap.library import project_folder
from gesturemap.wire import osc

BACK = 2.0
"""Seconds in which outputs come again after the engine was killed."""


@pytest.fixture
def heard() -> Iterator[socket.socket]:
    """Where outputs are sent to."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind(("127.0.0.1", 0))
        made.setblocking(False)
        yield made


def count(heard: socket.socket) -> int:
    found = 0
    try:
        while True:
            heard.recv(65536)
            found += 1
    except BlockingIOError:
        return found


def mine(folder: Path, heard: socket.socket, **replaced: str) -> Path:
    """The pointer preset, sending there."""
    shutil.copytree(project_folder("pointer"), folder)
    file = folder / "project.toml"
    text = file.read_text().replace("port = 12000", f"port = {heard.getsockname()[1]}")
    for old, new in replaced.items():
        text = text.replace(old, new)
    file.write_text(text)
    return folder


@pytest.mark.long
def test_a_killed_engine_is_said_and_outputs_come_again(
    qtbot, tmp_path: Path, heard: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "notes_folder", lambda: tmp_path)
    for room in (desk, library):
        monkeypatch.setattr(room, "user_folder", lambda: tmp_path / "user")
    control = Controller(str(mine(tmp_path / "mine", heard)), sound=False)
    control.start()
    control.engine.stand_by()
    control.engine.stand_by()
    performer = Performer(control, qtbot).learned()
    performer.demonstrate(performer.document.labels[0], circle)
    performer.learned()
    document, before = performer.document, control.engine.pid
    performer.draw(circle, until=lambda: count(heard))
    said: list[str] = []
    performer.window.link.came.connect(lambda _: said.extend(performer.window.faults.texts()))
    os.kill(before, signal.SIGKILL)
    killed = time.perf_counter()
    performer.until(lambda: any("engine" in text for text in performer.window.faults.texts()))
    told = time.perf_counter() - killed
    count(heard)
    for _ in range(50):
        performer.draw(circle, until=lambda: control.engine.pid not in (0, before) and count(heard))
        if control.engine.pid not in (0, before) and performer.document.pointer_port:
            break
    performer.draw(circle, until=lambda: count(heard))
    back = time.perf_counter() - killed
    print(f"said after {told:.2f} s, outputs again after {back:.2f} s")
    assert back < BACK
    performer.until(lambda: performer.document.trained and not performer.window.bench.engine)
    assert performer.document.gestures == document.gestures  # nothing was lost
    performer.window.close()
    control.close()


def children(pid: int, part: str) -> list[int]:
    """Processes below one whose command has this part."""
    found = []
    for child in psutil.Process(pid).children(recursive=True):
        try:
            if any(part in word for word in child.cmdline()):
                found.append(child.pid)
        except psutil.Error:
            continue
    return found


@pytest.mark.long
def test_a_killed_window_comes_again_and_the_engine_has_played_on(
    tmp_path: Path, heard: socket.socket
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    source = f'kind = "osc"\nport = {port}\naddress = "/pad"\narguments = ["x", "y", "pressed"]\nrate = 60.0'
    folder = mine(tmp_path / "mine", heard, **{'kind = "pointer"': source})
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-m", "gesturemap", "window", str(folder), "--no-sound"],
        env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
    ) as root:  # fmt: skip
        try:
            until(lambda: play(heard, port) and children(root.pid, "gesturemap.window"), root)
            (window,) = children(root.pid, "gesturemap.window")
            engine = sorted(set(children(root.pid, "spawn_main")))
            time_of_kill = time.perf_counter()
            os.kill(window, signal.SIGKILL)
            gap, last, again = 0.0, time.perf_counter(), 0.0
            while not again or time.perf_counter() - time_of_kill < 3.0:
                now = time.perf_counter()
                if play(heard, port):
                    gap, last = max(gap, now - last), now
                found = [pid for pid in children(root.pid, "gesturemap.window") if pid != window]
                again = again or (now - time_of_kill if any(map(attached, found)) else 0.0)
                assert now - time_of_kill < 60.0
            print(f"outputs paused for {gap:.2f} s at most, a new window sees the engine after {again:.2f} s")
            assert gap < 0.5
            assert set(engine) <= set(children(root.pid, "spawn_main"))
        finally:
            root.terminate()
            root.wait(30)


def attached(pid: int) -> bool:
    """Whether a window reads what the engine writes: it has the scope in its memory."""
    try:
        return any(part.path.endswith(".scope") for part in psutil.Process(pid).memory_maps())
    except psutil.Error:
        return False


def play(heard: socket.socket, port: int) -> int:
    """Be the sensor for a frame; how many messages have come out."""
    now = time.perf_counter()
    x, y = circle(now % 1.0)
    heard.sendto(osc.build("/pad", x, y, 0.0, tags="fff"), ("127.0.0.1", port))
    time.sleep(1 / 60)  # the sensor's own pace
    return count(heard)


def until(so, root: subprocess.Popen[str], seconds: float = 100.0) -> None:
    end = time.monotonic() + seconds
    while not so():
        assert root.poll() is None
        assert time.monotonic() < end
