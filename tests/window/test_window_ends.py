"""A window that is told to end ends, at whatever moment of its start."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time

import pytest

MOMENTS = {
    "before it is shown": "window.Window.show = lambda self, show=window.Window.show: (told(), show(self))",
    "before its loop": "gc.freeze = told",
}
CODE = """
import gc, signal, sys
from gesturemap.window import app, window
told = lambda: signal.raise_signal(signal.{ending})
{moment}
sys.exit(app.main(sys.argv[1]))
"""


@pytest.mark.long
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("moment", MOMENTS)
def test_told_to_end_before_its_loop_runs_it_ends(control, moment: str, ending: signal.Signals) -> None:
    code = CODE.format(moment=MOMENTS[moment], ending=ending.name)
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen([sys.executable, "-c", code, control.endpoint], env=environment) as window:
        try:
            end = time.monotonic() + 60.0
            while window.poll() is None and time.monotonic() < end:
                control.pump()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    window.wait(0.05)
            assert window.poll() == 0
        finally:
            window.kill()
