"""A window that is wanted larger: the same process begins anew, larger, and control sees it again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

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


def test_a_window_comes_again_larger_in_the_same_process(control, tmp_path: Path) -> None:
    file = tmp_path / "data" / "gesturemap" / "window.json"
    keep(Kept(look="light"), file)
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "XDG_DATA_HOME": str(tmp_path / "data")}
    environment.pop("QT_SCALE_FACTOR", None)
    with subprocess.Popen([sys.executable, "-c", CODE, control.endpoint], env=environment) as window:
        try:
            end = time.monotonic() + 60.0
            while len(control.clients) < 2:
                control.pump()
                assert window.poll() is None
                assert time.monotonic() < end
                time.sleep(0.01)  # paces a look at another process
            kept = read_kept(file)
            assert (kept.scale, kept.look) == (1.1, "light")
            command = Path(f"/proc/{window.pid}/cmdline").read_bytes().split(b"\0")
            assert b"gesturemap.window" in command
            window.terminate()
            while window.poll() is None and time.monotonic() < end:
                control.pump()
                time.sleep(0.01)
            assert window.poll() in (0, -signal.SIGTERM)  # the signal may come before it hears signals
        finally:
            window.kill()
