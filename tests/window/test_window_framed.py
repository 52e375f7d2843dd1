"""With the frame of a window manager the window lies where windows may stand, whenever that comes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QMainWindow

from gesturemap.window.care.memory import Memory, room_at
from gesturemap.window.facts.kept import Kept

WINDOW = """
import json, sys, time
from pathlib import Path
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow
from gesturemap.window.care.memory import Memory, room_at
from gesturemap.window.facts.kept import Kept
app = QApplication([])
window = QMainWindow()
memory = Memory(window, Kept((0, 0, 1280, 720)), Path(sys.argv[1]), told=dict)
memory.restore()
window.show()
QTest.qWait(1000)
print("shown", flush=True)
def wait(so, seconds):
    end = time.monotonic() + seconds
    while not so() and time.monotonic() < end:
        QTest.qWait(20)
wait(lambda: window.frameGeometry().height() > window.height(), 20)
wait(lambda: room_at(window.pos()).contains(window.frameGeometry()), 5)
tell = lambda box: [box.x(), box.y(), box.width(), box.height()]
print(json.dumps([tell(room_at(window.pos())), tell(window.frameGeometry()), tell(window.geometry())]), flush=True)
"""


class Titled(QMainWindow):
    """A window below a title bar, and with nothing at its sides."""

    def frameGeometry(self) -> QRect:
        return self.geometry().adjusted(0, -20, 0, 0)


def test_a_frame_that_is_a_title_bar_alone_counts_also_when_the_screen_changes(qtbot, tmp_path: Path) -> None:
    window = Titled()
    qtbot.addWidget(window)
    room = room_at(window.pos())
    memory = Memory(window, Kept((0, 0, room.width(), room.height())), tmp_path / "window.json", told=dict)
    memory.restore()
    window.show()
    memory.fit()
    assert window.height() == room.height() - 20
    window.resize(room.size())
    window.screen().availableGeometryChanged.emit(room)
    qtbot.waitUntil(lambda: window.height() == room.height() - 20)
    memory.close()


@pytest.fixture
def display() -> Iterator[str]:
    """A small screen."""
    if not shutil.which("Xvfb") or not shutil.which("openbox"):
        pytest.skip("needs Xvfb and openbox")
    reads, writes = os.pipe()
    command = ["Xvfb", "-displayfd", str(writes), "-screen", "0", "1280x720x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writes], stderr=subprocess.DEVNULL) as server:
        os.close(writes)
        with os.fdopen(reads) as told:
            number = told.readline().strip()
        yield f":{number}"
        server.terminate()


@pytest.mark.long
def test_a_frame_that_comes_late_leaves_the_foot_of_the_window_on_the_screen(
    display: str, tmp_path: Path
) -> None:
    own = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "HOME": str(tmp_path)}
    command = [sys.executable, "-c", WINDOW, str(tmp_path / "window.json")]
    with subprocess.Popen(["openbox", "--startup", "echo ready"], env=own, stdout=-1, text=True) as manager:
        try:
            assert manager.stdout is not None
            while manager.stdout.readline() != "ready\n":
                assert manager.poll() is None
            manager.send_signal(signal.SIGSTOP)
            with subprocess.Popen(command, env=own, stdout=-1, text=True) as window:
                assert window.stdout is not None
                shown = window.stdout.readline()
                manager.send_signal(signal.SIGCONT)
                line = window.stdout.readline()
        finally:
            manager.kill()
    assert shown == "shown\n"
    room, frame, inside = (QRect(*box) for box in json.loads(line))
    assert frame.height() > inside.height()
    assert room.contains(frame)
