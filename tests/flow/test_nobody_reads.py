"""Where nobody reads what `perform` prints it plays on; a program that breaks ends, and leaves no process."""

from __future__ import annotations

import fcntl
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from flow_house import Patch, execution

from gesturemap.library import sweep_shared

PERFORM = [sys.executable, "-m", "gesturemap", "perform"]
PATIENCE = 60.0


@pytest.fixture
def begin() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    made: list[subprocess.Popen[str]] = []

    def start(*command: str) -> subprocess.Popen[str]:
        made.append(
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1)
        )
        return made[-1]

    yield start
    for each in made:
        if each.poll() is None:
            each.kill()
        each.wait()
        for pipe in (each.stdout, each.stderr):
            assert pipe is not None
            pipe.close()


def answered(patch: Patch, port: int) -> None:
    """Send frames until one that was sent from now on is answered."""
    first, end = patch.count / 100, time.monotonic() + PATIENCE
    row = execution("circle", 7)[0]
    while not any(
        address == "/gesturemap/controls" and stamp >= first for address, (stamp, *_) in patch.heard()
    ):
        assert time.monotonic() < end
        patch.send(row, port)
        time.sleep(0.01)  # as a sensor does


@pytest.mark.long
@pytest.mark.parametrize("flags", [["--json"], []])
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_play_goes_on_where_nobody_reads(folder: Path, patch: Patch, begin, flags, ending) -> None:
    playing = begin(*PERFORM, str(folder), "--sound", "off", *flags)
    said = ""
    while not (found := re.search(r"(?:UDP|port) (?:127\.0\.0\.1:)?(\d+)", said)):
        said = playing.stdout.readline()
        assert said, playing.stderr.read()
    playing.stdout.close()
    while "nobody reads it any more, play goes on" not in said:
        answered(patch, int(found[1]))  # with news to tell
        said = playing.stderr.readline()
        assert said
    answered(patch, int(found[1]))
    below = psutil.Process(playing.pid).children(recursive=True)
    assert len(below) >= 2
    playing.send_signal(ending)
    assert playing.wait(10.0) == 0
    _, alive = psutil.wait_procs(below, timeout=10.0)
    assert not alive


@pytest.mark.long
@pytest.mark.skipif(not hasattr(fcntl, "F_SETPIPE_SZ"), reason="pipes as small as Linux can make them")
def test_a_reader_that_sleeps_holds_nobody_up(folder: Path, patch: Patch, begin) -> None:
    playing = begin(*PERFORM, str(folder), "--sound", "off", "--json")
    pipe = playing.stdout.fileno()
    fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, 4096)
    said = ""
    while not (found := re.search(r"(?:UDP|port) (?:127\.0\.0\.1:)?(\d+)", said)):
        said = playing.stdout.readline()
        assert said, playing.stderr.read()
    rows = [row for seed in range(7, 60) for row in execution("circle", seed)]
    lain, since = -1, time.monotonic()
    while time.monotonic() - since < 3.0:  # in three seconds something was to be said
        patch.send(rows.pop(0), int(found[1]))
        now = struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"...."))[0]
        if now != lain or now < 2000:
            lain, since = now, time.monotonic()
        time.sleep(0.01)  # as a sensor does
        rows = rows or list(execution("circle", 7))
    answered(patch, int(found[1]))
    playing.send_signal(signal.SIGTERM)
    assert playing.wait(15.0) == 0


BROKEN = """
import sys
from gesturemap.control.controller import Controller
control = Controller(sys.argv[1], sound=False, serve=False)
control.start()
while control.engine.state == "starting":
    control.turn()
print(*(child.pid for child in control.children), flush=True)
if sys.argv[2] == "closed":
    control.show = "no show"
    try:
        raise RuntimeError("on the way")
    finally:
        control.close()
raise RuntimeError("and not even closed")
"""


@pytest.mark.parametrize("how", ["closed", "left"])
@pytest.mark.long
def test_a_program_that_breaks_ends_and_leaves_no_process(folder: Path, begin, how: str) -> None:
    broken = begin(sys.executable, "-c", BROKEN, str(folder), how)
    below = [psutil.Process(int(pid)) for pid in broken.stdout.readline().split()]
    assert len(below) == 2
    assert broken.wait(PATIENCE) == 1
    _, alive = psutil.wait_procs(below, timeout=10.0)
    assert not alive
    sweep_shared()  # as the next start does
