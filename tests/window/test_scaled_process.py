"""A window that is wanted larger: the same process begins anew, larger, and control sees it again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gesturemap.window.facts.kept import Kept, keep, read_kept

CODE = """
import sys
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from gesturemap.window import app, window
show = window.Window.show
def shown(self):
    show(self)
    QTimer.singleShot(200, lambda: QTest.keyClick(self, Qt.Key.Key_Equal, Qt.KeyboardModifier.ControlModifier))
window.Window.show = shown
sys.exit(app.main(sys.argv[1]))
"""


PLAIN = "import sys; from gesturemap.window import app; sys.exit(app.main(sys.argv[1]))"


@pytest.mark.long
@pytest.mark.parametrize(
    ("code", "before", "after", "windows"),
    [(CODE, 1.0, 1.1, 2), (PLAIN, 2.5, 1.25, 1)],
    ids=["wished", "too large for the screen"],
)
def test_a_window_comes_again_in_another_size_in_the_same_process(
    control, tmp_path: Path, code: str, before: float, after: float, windows: int
) -> None:
    file = tmp_path / "data" / "gesturemap" / "window.json"
    keep(Kept(look="light", scale=before), file)
    screen = {
        "name": "s",
        "x": 0,
        "y": 0,
        "width": 1280,
        "height": 720,
        "logicalDpi": 96,
        "logicalBaseDpi": 96,
        "dpr": 1,
    }
    (tmp_path / "screens.json").write_text(json.dumps({"screens": [screen]}))
    environment = os.environ | {
        "QT_QPA_PLATFORM": f"offscreen:configfile={tmp_path / 'screens.json'}",
        "XDG_DATA_HOME": str(tmp_path / "data"),
    }
    environment.pop("QT_SCALE_FACTOR", None)
    with subprocess.Popen([sys.executable, "-c", code, control.endpoint], env=environment) as window:
        end = time.monotonic() + 60.0

        def until(so: Callable[[], bool]) -> None:
            """Be control until something is so of the window, which is another process."""
            while not so():
                control.pump()
                assert time.monotonic() < end
                time.sleep(0.01)  # between two looks

        try:
            until(lambda: len(control.clients) >= windows or window.poll() is not None)
            assert window.poll() is None
            command = Path(f"/proc/{window.pid}/cmdline").read_bytes().split(b"\0")
            assert b"gesturemap.window" in command
            assert command[-2] == str(after).encode()
            until(lambda: read_kept(file).scale == after)  # noted within seconds
            assert read_kept(file).look == "light"
            window.terminate()
            until(lambda: window.poll() is not None)
            assert window.returncode in (0, -signal.SIGTERM)  # the signal may come before it hears signals
        finally:
            window.kill()
