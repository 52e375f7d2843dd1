"""MIDI ports by name, and raw MIDI devices by path: whatever gives MIDI bytes."""

from __future__ import annotations

import queue
import time
from collections import Counter
from typing import Protocol

from gesturemap.errors import DeviceError
from gesturemap.inputs.raw import RawDevice, is_path
from gesturemap.wire.midi import START, Midi, parse
from gesturemap.wire.midi_ports import choose

PRESENT = 1.0
"""Seconds between two looks whether the port is still there."""
MOST_WAITING = 4096
"""Messages that wait for a reader; more are lost and counted."""


class Port(Protocol):
    """Something that gives bytes."""

    name: str
    lost: int
    """Messages that came and that nobody was there to read."""

    def read(self, seconds: float) -> bytes:
        """What is there, waiting up to `seconds` for the first byte; raises DeviceError when it is gone."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Messages:
    """The messages of a port, of a `clock` too where they are wanted; what is none is counted in `ignored`."""

    def __init__(self, port: Port, ignored: Counter[str], *, clock: bool = False) -> None:
        self.port, self.ignored, self._clock = port, ignored, clock
        self._state = START

    def read(self, seconds: float) -> list[Midi]:
        """What has come, waiting up to `seconds` for the first byte."""
        data = self.port.read(seconds)
        if not data:
            return []
        found, self._state = parse(data, self._state, self.ignored, clock=self._clock)
        return found


def open_port(wanted: str, baud: int) -> Port:
    """A port by its name or a part of it, or a device by its path; empty: the first that is no through port.

    Raises
    ------
    DeviceError
        If there is none, naming those that there are.
    """
    return RawMidi(wanted, baud) if is_path(wanted) else SystemPort(wanted)


class RawMidi:
    """A raw MIDI device such as /dev/snd/midiC1D0, or a serial line that carries MIDI."""

    def __init__(self, path: str, baud: int) -> None:
        self.name, self.lost = path, 0
        self._device = RawDevice(path, "audio or dialout", baud)
        self.read, self.close = self._device.read, self._device.close


class SystemPort:
    """A port of the system's MIDI service."""

    def __init__(self, wanted: str) -> None:
        self._input, self.name = choose("MidiIn", wanted)
        self._queue: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._next = time.monotonic() + PRESENT
        self.lost = 0
        """Messages that nobody was there to read."""
        self._input.ignore_types(sysex=False, timing=False, active_sense=False)  # they are counted
        self._input.set_callback(self._arrived)

    def _arrived(self, event: tuple[list[int], float], _: object = None) -> None:
        """Called in the driver's thread: only passes it on."""
        if self._queue.qsize() < MOST_WAITING:
            self._queue.put(bytes(event[0]))
        else:
            self.lost += 1

    def read(self, seconds: float) -> bytes:
        """What is there, waiting up to `seconds` for the first message.

        Raises
        ------
        DeviceError
            If the port is no longer there.
        """
        if self._input is None:
            raise DeviceError(self.name, "closed", "an open port is read", "open it again")
        parts = []
        try:
            parts.append(self._queue.get(timeout=seconds) if seconds > 0.0 else self._queue.get_nowait())
            while True:
                parts.append(self._queue.get_nowait())
        except queue.Empty:
            pass
        now = time.monotonic()
        if not parts and now >= self._next:
            self._next = now + PRESENT
            if self.name not in self._input.get_ports():
                raise DeviceError(
                    f"MIDI port '{self.name}'",
                    "gone",
                    "it was unplugged or its program ended",
                    "plug it in again",
                )
        return b"".join(parts)

    def close(self) -> None:
        """Let go of the port."""
        if self._input is not None:
            self._input.cancel_callback()
            self._input.close_port()
            self._input.delete()
        self._input = None
