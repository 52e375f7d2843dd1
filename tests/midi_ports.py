"""Real MIDI roads for tests: a pseudo-terminal that carries raw MIDI, and ports of a JACK server without sound."""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import os
import pty
import select
import shutil
import subprocess
import tempfile
import threading
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

    def take(self) -> bytes:
        """What has come out of it so far."""
        with contextlib.suppress(OSError):  # nobody holds the other end
            if select.select([self.here], [], [], 0.0)[0]:
                return os.read(self.here, 65536)
        return b""

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
def one_at_a_time() -> Iterator[None]:
    """One JACK server in the whole suite: all of a machine share one registry, and some here are killed."""
    with (Path(tempfile.gettempdir()) / "gesturemap-tests-jack.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def jack_server() -> Iterator[None]:
    """A JACK server of our own, without a sound card; what is sent to its ports is passed on every 5 ms."""
    if JACK is None:
        pytest.skip("no jackd here")
    with one_at_a_time():
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


class Ticking:
    """A MIDI clock on a cable: start, then 24 ticks a beat, from a thread of its own until it is closed."""

    def __init__(self, cable: Cable, tempo: float) -> None:
        self.step = 60.0 / tempo
        self.began = time.perf_counter() + 0.05
        """When beat 0 is."""
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._tick, args=(cable,), name="sequencer", daemon=True)
        self._thread.start()

    def _tick(self, cable: Cable) -> None:
        cable.send(0xFA)
        for number in itertools.count():
            self._ended.wait(max(0.0, self.began + number * self.step / 24 - time.perf_counter()))
            if self._ended.is_set():
                return
            cable.send(0xF8)

    def away(self, at: float, beats: float = 1.0) -> float:
        """How much later than the nearest multiple of so many beats, s."""
        away = (at - self.began) / (self.step * beats)
        return (away - round(away)) * self.step * beats

    def close(self) -> None:
        """Tick no longer; no stop is sent. Safe to call twice."""
        self._ended.set()
        self._thread.join()
