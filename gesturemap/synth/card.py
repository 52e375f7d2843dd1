"""The sound card: found by name, opened as wanted or as it can, closed when gone; only here sounddevice is met."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from gesturemap.synth import callback
from gesturemap.synth.let_go import let_go, returns
from gesturemap.synth.player import RATE, Player

BLOCK = 256
RETRY = 3.0
"""Seconds between looks for a sound card."""
STUCK = 2.0
"""Seconds without a block after which the sound card counts as gone."""
NO_LIBRARY = "no audio: libportaudio2 is missing; apt install libportaudio2"
NO_LIBRARY_ELSEWHERE = "no audio: the PortAudio library is missing; reinstall the package sounddevice"
NO_PACKAGE = "no audio: the package sounddevice is missing; pip install sounddevice"


@dataclass(frozen=True)
class Choice:
    """Which sound card is wanted, and how."""

    device: str = ""
    """A part of its name, large or small letters; empty: the system's choice."""
    rate: float = RATE
    block: int = BLOCK
    channels: tuple[int, int] = (1, 2)
    """Outputs for left and right, from 1."""

    @classmethod
    def of(cls, tables: Mapping[str, Any]) -> Choice:
        """As the section ``[sound]`` says; control has checked it."""
        left, right = tables.get("channels", (1, 2))
        return cls(
            str(tables.get("device", "")),
            float(tables.get("rate", RATE)),
            int(tables.get("block", BLOCK)),
            (int(left), int(right)),
        )


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


class NoCardError(Exception):
    """There is no such sound card; the text says so for people."""


class SoundCard:
    """The output device, opened when there is one."""

    def __init__(self, player: Player) -> None:
        self.detail = ""
        """What plays, or why nothing does and what to do."""
        self.name = ""
        self.choice = Choice()
        self.hung = False
        """Whether the driver has not come back from a call: then only another process can play."""
        self._player = player
        self._stream: Any = None
        self._taken, self._since = 0, 0.0
        player.heard = lambda: self._stream is not None

    def choose(self, choice: Choice) -> bool:
        """Want this card from now on; True if that is news, and then what was open is closed."""
        if choice == self.choice:
            return False
        self.choice = choice
        if self._stream is not None:
            self._player.fade()
            self.close()
        return True

    def open(self) -> None:
        """Try to open the wanted output; afterwards `detail` says how that went. Never raises."""
        os.environ.setdefault("JACK_NO_START_SERVER", "1")
        if not self.hung:
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
        if not returns(sounddevice._terminate):
            self.hung = True
            return
        try:
            sounddevice._initialize()  # PortAudio lists devices once; this makes it look again
            index, device = found(sounddevice, self.choice.device)
            self.name = str(device["name"])
            channels, told = fitting(self.choice.channels, int(device["max_output_channels"]))
            wide = max(channels)
            rate = self._rate(sounddevice, index, device, wide)
            self._player.again(rate)
            callback.lay_out(self._player.slot, rate, wide, *channels)
            self._stream = start_stream(
                sounddevice, self._player.slot, rate, self.choice.block, index=index, wide=wide
            )
        except NoCardError as error:
            self._stream = None
            self.detail = str(error)
            return
        except (sounddevice.PortAudioError, ValueError) as error:
            self._stream = None
            self.detail = no_device(error)
            return
        self._taken, self._since = self._player.blocks, time.monotonic()
        self.detail = f"{rate:.0f} Hz, {self.choice.block} frames, {self.name}{told}"

    def _rate(self, sounddevice: Any, index: int | None, device: Mapping[str, Any], wide: int) -> float:
        """The rate that is wanted, or where the card has not got it, its own."""
        try:
            sounddevice.check_output_settings(
                device=index, channels=wide, dtype="float32", samplerate=self.choice.rate
            )
        except (sounddevice.PortAudioError, ValueError):
            return float(device["default_samplerate"])
        return self.choice.rate

    @property
    def playing(self) -> bool:
        """Whether a device is open."""
        return self._stream is not None

    @property
    def load(self) -> float:
        """The share of each block's time that its making takes, 0..1."""
        return float(self._stream.cpu_load) if self._stream is not None else 0.0

    @property
    def delay(self) -> float:
        """Seconds until what is put in the slot now is heard: half a block's wait, then the card's own delay."""
        if self._stream is None:
            return 0.0
        return 0.5 * self.choice.block / self._player.rate + float(getattr(self._stream, "latency", 0.0))

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
        """Let go of the device; `hung` says where its driver does not."""
        stream, self._stream = self._stream, None
        if stream is not None and not let_go(stream):
            self.hung = True


def found(sounddevice: Any, wanted: str) -> tuple[int | None, Mapping[str, Any]]:
    """Number and description of the output with `wanted` in its name; None: the system's choice.

    Raises
    ------
    NoCardError
        If there is none of that name, saying which there are.
    """
    if not wanted:
        return None, sounddevice.query_devices(kind="output")
    outputs = [
        (index, one)
        for index, one in enumerate(sounddevice.query_devices())
        if one["max_output_channels"] > 0
    ]
    same = [pair for pair in outputs if str(pair[1]["name"]) == wanted]
    near = [pair for pair in outputs if wanted.casefold() in str(pair[1]["name"]).casefold()]
    if same or near:
        return (same or near)[0]
    names = ", ".join(dict.fromkeys(str(one["name"]) for _, one in outputs)) or "none"
    raise NoCardError(
        f"no audio: no sound card with {wanted!r} in its name, there are: {names}; connect it, it is looked for, "
        "or change device in [sound]"
    )


def fitting(channels: tuple[int, int], most: int) -> tuple[tuple[int, int], str]:
    """The outputs for left and right on a card with `most`, and what to say where they are not the wanted ones."""
    if max(channels) <= most:
        return channels, ""
    instead = (1, min(2, most))
    return instead, f"; it has no output {max(channels)}, so {instead[0]} and {instead[1]} play"


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
            return {"outputs": [], "fault": no_device(error)}
    return {"outputs": outputs, "fault": ""}


def no_device(error: Exception) -> str:
    """Why the output cannot be opened, and what to do."""
    reason = str(error).partition("[")[0].strip()
    if not reason or "querying device" in reason:
        reason = "there is no output device"
    return f"no audio: {reason}; connect one, it is looked for every {RETRY:g} s"


def start_stream(
    sounddevice: Any, slot: Any, rate: float, block: int = BLOCK, *, index: int | None = None, wide: int = 2
) -> Any:
    """Open and start an output of `wide` channels: by the compiled callback where that can be, else by Python's."""
    wanted = {
        "device": index,
        "samplerate": rate,
        "blocksize": block,
        "channels": wide,
        "dtype": "float32",
        "latency": "low",
    }
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
