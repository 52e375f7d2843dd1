"""Where MIDI bytes go: ports of the system, ports of our own that others connect to, raw devices."""

from __future__ import annotations

import errno
import os
import select
import stat
import time
from pathlib import Path
from typing import Any, Protocol

import serial

from gesturemap.errors import DeviceError, not_installed
from gesturemap.holders import refused
from gesturemap.wire.midi_ports import NAME, choose

PRESENT = 1.0
"""Seconds between two looks whether a port is still there."""
VIRTUAL = "virtual"


class Port(Protocol):
    """Something that takes bytes."""

    name: str

    def write(self, data: bytes) -> int:
        """How many of these bytes were taken, without waiting; raises DeviceError when it is gone."""
        ...

    def look(self) -> None:
        """See whether it is still there; raises DeviceError when it is gone."""
        ...

    def writable(self) -> int:
        """The file that becomes writable when more is taken; -1: there is none, it takes everything."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


def open_port(wanted: str, baud: int) -> Port:
    """A port by its name or a part of it, a device by its path, or a virtual port.

    Raises
    ------
    DeviceError
        If there is none, naming those that there are.
    """
    if wanted.startswith("/") and os.name == "posix":
        return RawPort(wanted, baud)
    if wanted == VIRTUAL or wanted.startswith(f"{VIRTUAL} "):
        return SystemPort(*_virtual(wanted.removeprefix(VIRTUAL).strip() or NAME), virtual=True)
    return SystemPort(*choose("MidiOut", wanted))


class RawPort:
    """A raw MIDI device such as /dev/snd/midiC1D0, or a serial line that carries MIDI."""

    def __init__(self, path: str, baud: int) -> None:
        self.name = path
        self._file = -1
        self._serial: serial.Serial | None = None
        try:
            mode = Path(path).stat().st_mode
            if not stat.S_ISCHR(mode) and not stat.S_ISFIFO(mode):
                raise DeviceError(
                    path, "no device", "a device file is wanted", "name a port or a device in /dev"
                )
            self._file = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
            if os.isatty(self._file):
                os.close(self._file)
                self._file = -1
                self._serial = serial.Serial(path, baud, timeout=0, write_timeout=0)
                self._file = os.dup(self._serial.fileno())
                os.set_blocking(self._file, False)
        except (OSError, ValueError) as error:
            self.close()
            if getattr(error, "errno", None) == errno.ENXIO and Path(path).is_fifo():
                raise DeviceError(
                    path, "nobody reads this pipe", "MIDI written there would be lost",
                    "start the program that reads it",
                ) from error  # fmt: skip
            raise refused(path, error, "audio or dialout") from error
        self._poll = select.poll()
        self._poll.register(self._file, 0)  # only errors

    def write(self, data: bytes) -> int:
        """How many of these bytes were taken."""
        try:
            return os.write(self._file, data)
        except BlockingIOError:
            return 0
        except OSError as error:
            raise self._gone(error.strerror or str(error)) from error

    def look(self) -> None:
        """See whether it is still there."""
        if self._poll.poll(0):
            raise self._gone("it was closed")

    def _gone(self, reason: str) -> DeviceError:
        return DeviceError(self.name, f"gone ({reason})", "it was unplugged or closed", "plug it in again")

    def writable(self) -> int:
        """The device itself."""
        return self._file

    def close(self) -> None:
        """Let go of it."""
        if self._file >= 0:
            os.close(self._file)
        if self._serial is not None:
            self._serial.close()
        self._file, self._serial = -1, None


class SystemPort:
    """A port of the system's MIDI service."""

    def __init__(self, opened: Any, name: str, *, virtual: bool = False) -> None:
        self.name, self._opened, self._virtual = name, opened, virtual
        self._next = time.monotonic() + PRESENT

    def write(self, data: bytes) -> int:
        """Hand whole messages over, one by one as the drivers want them."""
        import rtmidi

        try:
            for message in split(data):
                self._opened.send_message(message)
        except (rtmidi.RtMidiError, OSError, ValueError) as error:
            raise DeviceError(
                f"MIDI port '{self.name}'", str(error), "it takes nothing any more", "plug it in again"
            ) from error
        return len(data)

    def look(self) -> None:
        """See whether it is still there."""
        now = time.monotonic()
        if self._virtual or now < self._next:
            return
        self._next = now + PRESENT
        if self.name not in self._opened.get_ports():
            raise DeviceError(
                f"MIDI port '{self.name}'",
                "gone",
                "it was unplugged or its program ended",
                "plug it in again",
            )

    def writable(self) -> int:
        """Drivers take everything."""
        return -1

    def close(self) -> None:
        """Let go of the port."""
        if self._opened is not None:
            self._opened.close_port()
            self._opened.delete()
        self._opened = None


def split(data: bytes) -> list[bytes]:
    """Single messages out of several, each with its status byte."""
    starts = [index for index, byte in enumerate(data) if byte >= 0x80]
    return [data[a:b] for a, b in zip(starts, [*starts[1:], len(data)], strict=True)]


def _virtual(name: str) -> tuple[Any, str]:
    """A port of our own."""
    from gesturemap.wire.midi_ports import services

    try:
        found = services("MidiOut")
    except ImportError as error:
        raise not_installed("MIDI", "midi") from error
    for opened, _ in found:
        try:
            opened.open_virtual_port(name)
        except (OSError, NotImplementedError, RuntimeError):  # none here: perhaps another system has them
            continue
        for other, _ in found:
            if other is not opened:
                other.delete()
        return opened, name
    for opened, _ in found:
        opened.delete()
    raise DeviceError(
        f"virtual MIDI port '{name}'",
        "not possible here",
        "it needs ALSA, JACK or macOS",
        "name a port, such as one made by loopMIDI",
    )
