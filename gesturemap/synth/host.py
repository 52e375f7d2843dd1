"""The synth's process: hears commands, plays the voices through the sound card, and says how it is doing."""

from __future__ import annotations

import gc
import math
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from typing import Any

from gesturemap import catalog, compiled
from gesturemap import commands as c
from gesturemap.errors import GesturemapError
from gesturemap.synth import callback
from gesturemap.synth.block import BlockReader
from gesturemap.synth.mixer import Mixer, compiled_modules
from gesturemap.synth.voice import Voice

RATE, BLOCK = 48000.0, 256
RETRY = 3.0
"""Seconds between looks for a sound card."""
STUCK = 2.0
"""Seconds without a block after which the sound card counts as gone."""
PATIENCE = 0.08
"""Seconds to wait for the gate to close before voices are changed or the process ends."""
NO_LIBRARY = "no audio: libportaudio2 is missing; apt install libportaudio2"
NO_LIBRARY_ELSEWHERE = "no audio: the PortAudio library is missing; reinstall the package sounddevice"
FLOOR = -120.0


class Player:
    """The voices that play, and the slot through which a sound card hears them."""

    def __init__(self, tell: Callable[[c.Message], None]) -> None:
        self.slot = callback.new_slot()
        self.rate = RATE
        self.volume = 0.8
        self.on = True
        self.mixer: Mixer | None = None
        self.heard: Callable[[], bool] = lambda: False
        """Whether somebody takes blocks, so that a fade can be waited for."""
        self._tell = tell
        self._before: Mixer | None = None
        self._asked: c.Voices | None = None
        self._playing: tuple[Any, ...] = ()

    def voices(self, message: c.Voices) -> None:
        """Play other voices, or the same on another block; what sounds goes on where it can."""
        reader: BlockReader | None = None
        if message.block:
            try:
                reader = BlockReader(message.block)
            except GesturemapError as error:
                self._fault(error)
        voices = self._read(message.tables)
        labels = tuple(str(label) for label in message.tables.get("gestures", ()))
        wanted = (voices, message.folder, labels, self.rate)
        before, self._asked = self._asked, message
        if self.mixer is not None and wanted == self._playing:
            if reader is not None and before is not None and message.block != before.block:
                self.mixer.rewire(reader)
                callback.put(self.slot, self.mixer.plan)
        else:
            controls = reader.controls if reader else ()
            compiled.load({type(voice).__module__ for voice in voices})
            mixer = Mixer(voices, controls, self.rate, message.folder, labels, self.volume, reader=reader)
            mixer.sound(self.on)
            self._swap(mixer)
            self._playing = wanted
        if before is None or before != message:
            for fault in self.mixer.faults if self.mixer else ():
                self._tell(c.Fault("synth", fault))
        self.turn(float(message.tables.get("volume", self.volume)))

    def again(self, rate: float) -> None:
        """Make the voices anew when the sound card wants another rate."""
        if rate != self.rate:
            self.rate = rate
            if self._asked is not None:
                self.voices(self._asked)

    def _read(self, tables: Mapping[str, Any]) -> tuple[Voice, ...]:
        voices: list[Voice] = []
        for index, table in enumerate(tables.get("voices", ())):
            try:
                voices.append(catalog.read("voices", table, f"sound.voices[{index}]"))
            except GesturemapError as error:
                self._fault(error)
        return tuple(voices)

    def _fault(self, error: GesturemapError) -> None:
        self._tell(c.Fault(error.place, str(error)))

    def _swap(self, mixer: Mixer) -> None:
        """Fade out what plays, then put the new desk in the slot; the old one is kept until the next swap."""
        self.fade()
        callback.put(self.slot, mixer.plan)
        self._before, self.mixer = self.mixer, mixer

    def fade(self) -> None:
        """Close the gate, and wait for that while somebody listens."""
        if self.mixer is None:
            return
        self.mixer.end()
        end = time.monotonic() + PATIENCE
        while self.heard() and not self.mixer.silent and time.monotonic() < end:
            time.sleep(0.002)

    def turn(self, volume: float) -> None:
        """Set the volume, 0..1."""
        self.volume = min(max(volume, 0.0), 1.0) if math.isfinite(volume) else self.volume
        if self.mixer is not None:
            self.mixer.volume = self.volume

    def sound(self, on: bool) -> None:
        """Switch the sound on or off."""
        self.on = on
        if self.mixer is not None:
            self.mixer.sound(on)

    def panic(self) -> None:
        """Silence at once."""
        if self.mixer is not None:
            self.mixer.panic()

    @property
    def underruns(self) -> int:
        """Blocks that came too late for the sound card."""
        return int(self.slot[callback.UNDERRUNS])

    @property
    def blocks(self) -> int:
        """Blocks that the sound card took."""
        return int(self.slot[callback.BLOCKS])

    def levels(self) -> list[float]:
        """Peaks since the last look, dB of full scale, left and right."""
        peaks = self.mixer.peaks() if self.mixer else (0.0, 0.0)
        return [round(max(20.0 * math.log10(peak), FLOOR), 1) if peak > 0.0 else FLOOR for peak in peaks]


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
        try:
            import sounddevice
        except OSError:
            self.detail = NO_LIBRARY if sys.platform.startswith("linux") else NO_LIBRARY_ELSEWHERE
            return
        except ImportError:
            self.detail = "no audio: the package sounddevice is missing; pip install sounddevice"
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
            reason = str(error).partition("[")[0].strip()
            self.detail = (
                f"no audio: {reason or 'no output device'}; connect or choose one, it is looked for again"
            )
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
        self._next_status = 0.0
        self._told = ""

    def tell(self, message: c.Message) -> None:
        """Say something to control; if it is gone, the end is near anyway."""
        try:
            self._connection.send_bytes(c.encode(message))
        except OSError:
            self.quit = True

    def turn(self, patience: float = 0.05) -> None:
        """Wait shortly for a message and carry it out; look after the device; report."""
        try:
            if self._connection.poll(patience):
                self.hear(c.decode(self._connection.recv_bytes()))
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
            "peak_db": self.player.levels(),
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
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # control ends us, after the last sound
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
