"""`gesturemap` alone opens the window, just as `gesturemap window` does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest


@pytest.mark.long
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_without_a_command_the_window_opens(tmp_path: Path) -> None:
    there = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(
        [sys.executable, "-m", "gesturemap"], cwd=tmp_path, env=there, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as opened:  # fmt: skip
        assert opened.stdout is not None and opened.stderr is not None
        said = opened.stdout.readline()
        assert said.startswith("opening phone-gestures in a window"), opened.stderr.read()
        below = psutil.Process(opened.pid).children(recursive=True)
        opened.send_signal(signal.SIGTERM)
        assert opened.wait(60.0) == 0
    assert not psutil.wait_procs(below, 30.0)[1]
