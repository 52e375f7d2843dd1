"""A real sound server that dies, one that hangs, and a microphone that is faster than expected."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest
from midi_ports import JACK, answers, one_at_a_time
from staging import Stage

from gesturemap import inner
from gesturemap.control.supervisor import Child, Silence
from gesturemap.control.switchboard import Died, Switchboard
from gesturemap.synth import host, let_go
from gesturemap.synth.along import Microphone
from gesturemap.synth.wav import read


class Server:
    """A JACK server of our own, without a sound card, that can be killed and started again."""

    def __init__(self, period: int) -> None:
        self.name, self.period = f"gesturemap-sound-{os.getpid()}", period
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [str(JACK), "--no-realtime", "-n", self.name, "-d", "dummy", "-r", "48000", "-p", str(self.period)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        end = time.monotonic() + 10.0
        while not answers() and time.monotonic() < end:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(0.1)
            assert self.process.poll() is None, "jackd has ended"

    def end(self, how: int = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(10.0)
            self.process = None


@pytest.fixture
def server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    if JACK is None:
        pytest.skip("no jackd here")
    pytest.importorskip("sounddevice", exc_type=OSError)
    made = Server(request.param)
    monkeypatch.setenv("JACK_DEFAULT_SERVER", made.name)
    monkeypatch.setenv("JACK_NO_START_SERVER", "1")
    with one_at_a_time():
        made.start()
        yield made
        made.end(signal.SIGKILL)
    for left in (f"/dev/shm/jack_default_{made.name}", f"/dev/shm/jack-{os.getuid()}/{made.name}"):
        shutil.rmtree(left, ignore_errors=True)


class Kept:
    """The synth's process below a switchboard, as control has it."""

    def __init__(self, folder) -> None:
        self.child = Child("synth", host.run, folder, talks=Silence(), first=inner.Voices)
        self.board = Switchboard([self.child], serve=False)
        self.said: list[tuple[int, inner.Ready]] = []
        self.why: list[str] = []
        self.child.start()

    def until(self, so, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not so():
            assert time.monotonic() < end, (self.said, self.why)
            for child, said in self.board.listen(0.1):
                if isinstance(said, Died):
                    assert child.died()
                    self.why.append(child.why)
                    child.start()
                else:
                    self.said.append((self.child.pid, said))

    def playing(self) -> bool:
        """Whether the process that is there now has told that blocks are taken."""
        figures = [
            s.figures for pid, s in self.said if pid == self.child.pid and isinstance(s, host.c.Status)
        ]
        return any(f["blocks"] > 20 and "Hz" in f["device"] for f in figures)

    def close(self) -> None:
        self.child.stop()
        self.board.close()


@pytest.fixture
def kept(tmp_path):
    made = Kept(tmp_path)
    yield made
    made.close()


@pytest.mark.long
@pytest.mark.parametrize("how", [signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)])
@pytest.mark.parametrize("server", [128, 256], indirect=True)
def test_sound_comes_back_when_the_server_does_with_a_line_each_time(server, kept, how):
    kept.until(kept.playing, 120.0)
    for death in range(2):
        pid = kept.child.pid
        server.end(how)
        kept.until(lambda was=pid: kept.child.pid != was, 10.0)
        assert len(kept.why) == death + 1
        assert "the sound driver of system hangs" in kept.why[-1]
        assert kept.child.state == "starting"
        server.start()
        kept.until(kept.playing, 15.0)


@pytest.mark.long
def test_a_synth_that_hangs_is_ended_and_begun_again_with_a_line(kept):
    kept.until(lambda: any(isinstance(said, host.c.Status) for _, said in kept.said), 120.0)
    pid = kept.child.pid
    os.kill(pid, signal.SIGSTOP)
    kept.until(lambda: kept.child.pid != pid, 15.0)
    assert kept.why == ["synth: it does not answer, nothing came from it for 7 s; begun again"]


@pytest.mark.parametrize("server", [64, 128], indirect=True)
def test_a_microphone_whose_first_block_comes_at_once_is_recorded(server, tmp_path):
    import sounddevice

    sounddevice._terminate()
    sounddevice._initialize()  # it was looked for before there was a server
    try:
        for number in range(3):
            microphone = Microphone(tmp_path / f"{number}.wav", "")
            end = time.monotonic() + 5.0
            while len(microphone._pieces) < 4 and time.monotonic() < end:
                threading.Event().wait(0.01)
            _, seconds = microphone.stop()
            assert seconds > 0.0
            assert not microphone.hung
            sound, _ = read(microphone.path)
            assert np.isfinite(sound).all()
    finally:
        sounddevice._terminate()  # while there is a server still: else it would wait for it
        server.end()
        sounddevice._initialize()


def test_a_driver_that_never_comes_back_is_told_and_the_process_ends(monkeypatch):
    """Here the driver is a stream that waits; what a dead server does is shown above."""
    free = threading.Event()
    monkeypatch.setattr(let_go, "LIMIT", 0.05)
    stage = Stage()

    class Hanging:
        active, cpu_load = True, 0.0

        def abort(self, ignore_errors):
            free.wait(10.0)

        def close(self, ignore_errors):
            pass

    try:
        stage.host.card._stream, stage.host.card.name = Hanging(), "Card"
        monkeypatch.setattr("gesturemap.synth.card.STUCK", 0.0)
        stage.host.turn(0.0)
        (ending,) = stage.heard(inner.Ending)
        assert "the sound driver of Card hangs" in ending.text
        assert stage.host.quit
        assert stage.host.hung
    finally:
        free.set()
        for thread in threading.enumerate():
            if thread.name == "let go":
                thread.join(10.0)
        stage.close()
