"""The synth's process: hears commands, plays the voices through the sound card, and says how it is doing."""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from gesturemap import codec, compiled
from gesturemap import commands as c
from gesturemap.errors import GesturemapError
from gesturemap.synth import callback
from gesturemap.synth.mixer import compiled_modules
from gesturemap.synth.player import FLOOR, RATE, Player

LEVELS_EVERY = 0.05
"""Seconds between two looks at how loud it is."""
BLOCK = 256
RETRY = 3.0
"""Seconds between looks for a sound card."""
STUCK = 2.0
"""Seconds without a block after which the sound card counts as gone."""
NO_LIBRARY = "no audio: libportaudio2 is missing; apt install libportaudio2"
NO_LIBRARY_ELSEWHERE = "no audio: the PortAudio library is missing; reinstall the package sounddevice"

NO_PACKAGE = "no audio: the package sounddevice is missing; pip install sounddevice"


@contextmanager
def quiet() -> Iterator[None]:
    """Keep what drivers say to nobody in particular, at every look for a device, off the terminal."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


class SoundCard:
    """The output device, opened when there is one."""

    def __init__(self, player: Player) -> None:
        self.detail = ""
        """What plays, or why nothing does and what to do."""
        self.name = ""
        self._player = player
        self._stream: Any = None
        self._taken, self._since = 0, 0.0
        player.heard = lambda: self._stream is not None

    def open(self) -> None:
        """Try to open the default output; afterwards `detail` says how that went. Never raises."""
        os.environ.setdefault("JACK_NO_START_SERVER", "1")
        with quiet():
            self._open()

    def _open(self) -> None:
        try:
            import sounddevice
        except OSError:
            self.detail = NO_LIBRARY if sys.platform.startswith("linux") else NO_LIBRARY_ELSEWHERE
            return
        except ImportError:
            self.detail = NO_PACKAGE
            return
        try:
            sounddevice._terminate()
            sounddevice._initialize()  # PortAudio lists devices once; this makes it look again
            device = sounddevice.query_devices(kind="output")
            self.name = str(device["name"])
            rate = self._rate(sounddevice, device)
            self._player.again(rate)
            self._stream = start_stream(sounddevice, self._player.slot, rate)
        except (sounddevice.PortAudioError, ValueError) as error:
            self._stream = None
            self.detail = _no_device(error)
            return
        self._taken, self._since = self._player.blocks, time.monotonic()
        self.detail = f"{rate:.0f} Hz, {BLOCK} frames, {self.name}"

    @staticmethod
    def _rate(sounddevice: Any, device: Mapping[str, Any]) -> float:
        try:
            sounddevice.check_output_settings(channels=2, dtype="float32", samplerate=RATE)
        except (sounddevice.PortAudioError, ValueError):
            return float(device["default_samplerate"])
        return RATE

    @property
    def playing(self) -> bool:
        """Whether a device is open."""
        return self._stream is not None

    @property
    def load(self) -> float:
        """The share of each block's time that its making takes, 0..1."""
        return float(self._stream.cpu_load) if self._stream is not None else 0.0

    def lost(self) -> bool:
        """Whether the open device has stopped taking blocks; then it is closed."""
        if self._stream is None:
            return False
        now, taken = time.monotonic(), self._player.blocks
        if taken != self._taken:
            self._taken, self._since = taken, now
        if self._stream.active and now - self._since < STUCK:
            return False
        self.close()
        self.detail = f"no audio: {self.name} stopped; connect it again, it is looked for"
        return True

    def close(self) -> None:
        """Let go of the device."""
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.abort(ignore_errors=True)
            stream.close(ignore_errors=True)


def devices() -> dict[str, Any]:
    """The sound outputs there are, or as ``fault`` why none can be listed and what to do."""
    os.environ.setdefault("JACK_NO_START_SERVER", "1")
    with quiet():
        try:
            import sounddevice

            default = sounddevice.query_devices(kind="output")["index"]
            outputs = [
                {
                    "name": str(one["name"]),
                    "host": str(sounddevice.query_hostapis(one["hostapi"])["name"]),
                    "channels": int(one["max_output_channels"]),
                    "rate": float(one["default_samplerate"]),
                    "default": one["index"] == default,
                }
                for one in sounddevice.query_devices()
                if one["max_output_channels"] > 0
            ]
        except ImportError:
            return {"outputs": [], "fault": NO_PACKAGE}
        except OSError:
            return {
                "outputs": [],
                "fault": NO_LIBRARY if sys.platform.startswith("linux") else NO_LIBRARY_ELSEWHERE,
            }
        except (sounddevice.PortAudioError, ValueError) as error:
            return {"outputs": [], "fault": _no_device(error)}
    return {"outputs": outputs, "fault": ""}


def _no_device(error: Exception) -> str:
    """Why the output cannot be opened, and what to do."""
    reason = str(error).partition("[")[0].strip()
    if not reason or "querying device" in reason:
        reason = "there is no output device"
    return f"no audio: {reason}; connect one, it is looked for every {RETRY:g} s"


def start_stream(sounddevice: Any, slot: Any, rate: float, block: int = BLOCK) -> Any:
    """Open and start the default output: by the compiled callback where that can be, else by Python's."""
    wanted = {"samplerate": rate, "blocksize": block, "channels": 2, "dtype": "float32", "latency": "low"}
    address = callback.address()
    if hasattr(sounddevice, "_StreamBase") and hasattr(sounddevice, "_ffi"):
        ffi = sounddevice._ffi
        stream = sounddevice._StreamBase(
            kind="output",
            callback=ffi.cast("PaStreamCallback*", address),
            userdata=ffi.cast("void*", slot.ctypes.data),
            **wanted,
        )
    else:

        def play(out: Any, _frames: int, _time: Any, status: Any) -> None:
            callback.fill(slot, callback.UNDERFLOW if status.output_underflow else 0, out)

        stream = sounddevice.OutputStream(callback=play, **wanted)
    stream.start()
    return stream


class Host:
    """The process's main: one turn hears what was said and looks after the sound card.

    Parameters
    ----------
    connection : to control; messages as in `gesturemap.commands`.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.quit = False
        self.player = Player(self.tell)
        self.card = SoundCard(self.player)
        self._next_look = 0.0
        self._next_status = self._next_levels = 0.0
        self._levels = [FLOOR, FLOOR]
        self._told = ""

    def tell(self, message: c.Message) -> None:
        """Say something to control; if it is gone, the end is near anyway."""
        try:
            self._connection.send_bytes(codec.encode(message))
        except OSError:
            self.quit = True

    def turn(self, patience: float = 0.05) -> None:
        """Wait shortly for a message and carry it out; look after the device; report."""
        try:
            if self._connection.poll(patience):
                self.hear(codec.decode(self._connection.recv_bytes()))
        except (EOFError, OSError):
            self.quit = True
        except GesturemapError as error:
            self.tell(c.Fault(error.place, str(error)))
        now = time.monotonic()
        if self.card.lost():
            self._next_look = now + RETRY
            self._say()
        if not self.card.playing and now >= self._next_look:
            self._next_look = now + RETRY
            self.card.open()
            self._say()
        if now >= self._next_levels:
            self._next_levels = now + LEVELS_EVERY
            before, self._levels = self._levels, self.player.levels()
            if self._levels != before:
                self.tell(c.Levels(self._levels))
        if now >= self._next_status:
            self._next_status = now + 1.0
            self.tell(c.Status(self.figures()))

    def hear(self, message: c.Message) -> None:
        """Carry out one command; those of others are passed over."""
        match message:
            case c.Voices():
                self.player.voices(message)
            case c.Volume():
                self.player.turn(message.value)
            case c.Sound():
                self.player.sound(message.on)
            case c.Panic():
                self.player.panic()
            case c.Quit():
                self.quit = True

    def _say(self) -> None:
        """Tell how the device is, once for each change."""
        if self.card.detail != self._told:
            self._told = self.card.detail
            self.tell(c.Ready("synth", self.card.detail))

    def figures(self) -> dict[str, Any]:
        """How the synth is doing."""
        return {
            "underruns": self.player.underruns,
            "peak_db": self._levels,
            "device": self.card.detail,
            "load": round(self.card.load, 4),
            "blocks": self.player.blocks,
        }

    def close(self) -> None:
        """Fade out, then let go of the device."""
        self.player.fade()
        self.card.close()


def run(connection: Connection) -> None:
    """Play until told to quit or control is gone."""
    for each in (signal.SIGINT, signal.SIGTERM):  # control ends us, in its own order
        signal.signal(each, signal.SIG_IGN)
    host = Host(connection)
    compiled.load(compiled_modules(), lambda what, done: host.tell(c.Progress("compiling", what, done)))
    gc.collect()
    gc.freeze()
    try:
        while not host.quit:
            host.turn()
    finally:
        host.close()
        connection.close()
