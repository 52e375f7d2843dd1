"""Real MIDI roads for tests: a pseudo-terminal that carries raw MIDI, and ports of a JACK server without sound."""

from __future__ import annotations

import contextlib
import os
import pty
import shutil
import subprocess
import time
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

JACK = shutil.which("jackd")


class Cable:
    """A raw MIDI device made of a pseudo-terminal, at a path of its own that outlives unplugging."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.here = -1
        self.plug_in()

    def plug_in(self) -> None:
        self.here, there = pty.openpty()
        tty.setraw(there)
        self.path.unlink(missing_ok=True)
        self.path.symlink_to(os.ttyname(there))
        os.close(there)

    def send(self, *numbers: int) -> None:
        os.write(self.here, bytes(numbers))

    def unplug(self) -> None:
        if self.here >= 0:
            os.close(self.here)
        self.here = -1


def answers() -> bool:
    """Whether the JACK server lets a client in."""
    rtmidi = pytest.importorskip("rtmidi")
    try:
        rtmidi.MidiIn(rtapi=rtmidi.API_UNIX_JACK, name="first").delete()
    except OSError:
        return False
    return True


@contextlib.contextmanager
def jack_server() -> Iterator[None]:
    """A JACK server of our own, without a sound card; what is sent to its ports is passed on every 5 ms."""
    if JACK is None:
        pytest.skip("no jackd here")
    name = f"gesturemap-tests-{os.getpid()}"
    process = subprocess.Popen(
        [JACK, "--no-realtime", "-n", name, "-d", "dummy", "-r", "48000", "-p", "256"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JACK_DEFAULT_SERVER", name)
        patch.setenv("JACK_NO_START_SERVER", "1")
        try:
            end = time.monotonic() + 10.0
            while not answers() and time.monotonic() < end:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.25)
                assert process.poll() is None, "jackd has ended"
            yield
        finally:
            process.terminate()
            process.wait(10.0)
