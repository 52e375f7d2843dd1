"""Sound that goes along with a recording of movement: a file that is played, or the microphone that is recorded."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturemap.errors import DeviceError
from gesturemap.synth import callback, resample, wav
from gesturemap.synth.let_go import let_go
from gesturemap.synth.wav_write import write_wav

LONGEST = 600.0
"""Seconds of a sound that goes along."""
FADE = 0.01
"""Seconds in which a sound that is ended early fades."""

INSTEAD = "connect one, or play along with a file"


class Tape:
    """Plays a file beside the voices, through the slot that the sound card reads."""

    def __init__(self, slot: NDArray[np.int64]) -> None:
        self._slot = slot
        self._sound = np.zeros((0, 2), np.float32)
        self._before = self._sound
        """The last one; the callback may be in it still."""

    def play(self, path: Path, rate: float, loudness: float, delay: float) -> tuple[float, float]:
        """Begin at once; when it is heard, in seconds of the machine's clock, and for how long.

        Parameters
        ----------
        rate : of the sound card.
        delay : seconds from the callback to the loudspeaker.

        Raises
        ------
        FileError
            If there is no sound in the file, or too much.
        """
        sound, own = wav.read(path)
        played = np.ascontiguousarray(resample.to(sound, own, rate) * np.float32(loudness))
        self._before, self._sound = self._sound, played
        self._slot[callback.TAPE] = 0
        self._slot[callback.TAPE_AT], self._slot[callback.TAPE_LENGTH] = 0, len(played)
        self._slot[callback.TAPE] = played.ctypes.data
        return time.perf_counter() + delay, len(sound) / own

    def stop(self, rate: float, block: int) -> None:
        """Fade what is left of it out."""
        at = int(self._slot[callback.TAPE_AT]) + 2 * block  # beyond what the callback may be at just now
        count = min(int(FADE * rate), len(self._sound) - at)
        if count > 0:
            self._sound[at : at + count] *= np.linspace(1.0, 0.0, count, dtype=np.float32)[:, None]
            self._slot[callback.TAPE_LENGTH] = at + count


def no_microphone(device: str = "") -> list[str]:
    """The parts of the error where there is no input of a sound card to record; none: there is one."""
    place = _place(device)
    try:
        sounddevice = _library(place)
        try:
            _input(sounddevice, device)
        except (sounddevice.PortAudioError, ValueError) as error:
            raise _no_input(place, str(error)) from error
    except DeviceError as fault:
        return [fault.place, fault.value, fault.rule, fault.next_step]
    return []


def microphones() -> list[tuple[str, float, int]]:
    """Name, rate in Hz and channels of each input of a sound card.

    Raises
    ------
    DeviceError
        If the library that lists them is not there, or does not answer.
    """
    sounddevice = _library("microphones")
    try:
        there = sounddevice.query_devices()
    except (sounddevice.PortAudioError, ValueError) as error:
        raise _no_input("microphones", str(error)) from error
    return [
        (str(one["name"]), float(one["default_samplerate"]), int(one["max_input_channels"]))
        for one in there
        if one["max_input_channels"] > 0
    ]


def _place(device: str) -> str:
    return f"microphone '{device}'" if device else "microphone"


def _library(place: str) -> Any:
    """The library that records; a server of sound that is not there is not started for it."""
    os.environ.setdefault("JACK_NO_START_SERVER", "1")
    try:
        import sounddevice
    except (ImportError, OSError) as error:
        raise DeviceError(place, "no audio library", "sounddevice and PortAudio record", INSTEAD) from error
    return sounddevice


def _input(sounddevice: Any, device: str) -> tuple[float, int]:
    """Rate and channels (2 at most) of an input; PortAudioError or ValueError where there is none."""
    about = sounddevice.query_devices(device or None, kind="input")
    return float(about["default_samplerate"]), max(min(int(about["max_input_channels"]), 2), 1)


def _no_input(place: str, said: str) -> DeviceError:
    """The error, in our words, of what PortAudio says; it calls the default input that there is not number -1."""
    reason = said.partition("[")[0].strip()
    reason = "there is no input device" if not reason or reason.endswith("device -1") else reason
    return DeviceError(place, reason, "an input of a sound card is wanted", INSTEAD)


class Microphone:
    """Records an input of the sound card while a movement is recorded."""

    def __init__(self, path: Path, device: str) -> None:
        self.path = path
        self._pieces: list[NDArray[np.float32]] = []
        self._began = 0.0
        self._place = _place(device)
        self.hung = False
        """Whether the driver has not come back from letting go of the input."""
        self._stream: Any = None
        self._open(device)

    def _open(self, device: str) -> None:
        sounddevice = _library(self._place)
        try:
            self._rate, channels = _input(sounddevice, device)
            self._stream = sounddevice.InputStream(  # before it starts: its first block may come at once
                device=device or None,
                samplerate=self._rate,
                channels=channels,
                dtype="float32",
                callback=self._take,
            )
            self._stream.start()
        except (sounddevice.PortAudioError, ValueError) as error:
            self.close()
            raise _no_input(self._place, str(error)) from error

    def _take(self, sound: NDArray[np.float32], frames: int, _time: Any, _status: Any) -> None:
        """Keep one block; the first one says when it all began."""
        if not self._pieces:
            self._began = time.perf_counter() - frames / self._rate - self._latency()
        if len(self._pieces) * frames < LONGEST * self._rate:
            self._pieces.append(sound.copy())

    def _latency(self) -> float:
        """Seconds from the sound to its block; 0 once the stream is let go of."""
        return float(getattr(self._stream, "latency", 0.0))

    def stop(self) -> tuple[float, float]:
        """End it and write the file; when it began and how long it is.

        Raises
        ------
        DeviceError, FileError
            If nothing came, or it cannot be written.
        """
        self.close()
        if not self._pieces:
            raise DeviceError(
                self._place, "no sound came", "an input that works is wanted", "check it with another program"
            )
        sound = np.concatenate(self._pieces)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_wav(self.path, sound, self._rate)
        return self._began, len(sound) / self._rate

    def close(self) -> None:
        """Let go of the input."""
        stream, self._stream = self._stream, None
        if stream is not None and not let_go(stream):
            self.hung = True
