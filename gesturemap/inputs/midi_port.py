"""MIDI ports by name, and raw MIDI devices by path: whatever gives MIDI bytes."""

from __future__ import annotations

import contextlib
import os
import queue
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from gesturemap.errors import DeviceError, not_installed
from gesturemap.inputs.raw import RawDevice, is_path
from gesturemap.wire.midi import START, Midi, parse

PRESENT = 1.0
"""Seconds between two looks whether the port is still there."""
MOST_WAITING = 4096
"""Messages that wait for a reader; more are lost and counted."""
NAME = "gesturemap"
SEQUENCER = Path("/dev/snd/seq")
SHARED = Path("/dev/shm")


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
    """The messages of a port; what is none is counted in `ignored`."""

    def __init__(self, port: Port, ignored: Counter[str]) -> None:
        self.port, self.ignored = port, ignored
        self._state = START

    def read(self, seconds: float) -> list[Midi]:
        """What has come, waiting up to `seconds` for the first byte."""
        data = self.port.read(seconds)
        if not data:
            return []
        found, self._state = parse(data, self._state, self.ignored)
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
        self._input, self.name = _choose(wanted)
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


def services() -> list[tuple[Any, list[str]]]:
    """An unopened input of every MIDI service that runs here, and the names of its ports.

    Raises
    ------
    DeviceError
        If the library is not installed.
    """
    try:
        import rtmidi
    except ImportError as error:
        raise not_installed("MIDI", "midi") from error
    found = []
    for service in rtmidi.get_compiled_api():
        # asked for one that does not run, the drivers write to the terminal
        if service == rtmidi.API_LINUX_ALSA and not SEQUENCER.exists():
            continue
        if service == rtmidi.API_UNIX_JACK and not (SHARED.is_dir() and any(SHARED.glob("jack*"))):
            continue
        try:
            with silent() if service == rtmidi.API_UNIX_JACK else contextlib.nullcontext():
                opened = rtmidi.MidiIn(rtapi=service, name=NAME)
                found.append((opened, list(opened.get_ports())))
        except (rtmidi.RtMidiError, OSError):
            continue
    return found


@contextlib.contextmanager
def silent() -> Iterator[None]:
    """No server is started, and what libraries in C say of that goes nowhere."""
    before = os.environ.get("JACK_NO_START_SERVER")
    os.environ["JACK_NO_START_SERVER"] = "1"
    kept = nowhere = -1
    try:
        with contextlib.suppress(OSError):  # a program without a terminal may have no standard error
            kept = os.dup(2)
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 2)
        yield
    finally:
        if nowhere >= 0:
            os.dup2(kept, 2)
        for each in (kept, nowhere):
            if each >= 0:
                os.close(each)
        if before is None:
            del os.environ["JACK_NO_START_SERVER"]


def _choose(wanted: str) -> tuple[Any, str]:
    """The input with its port open, and the port's name."""
    found = services()
    names = [name for _, ports in found for name in ports]
    chosen = next(
        (name for name in names if (wanted.lower() in name.lower() if wanted else not _is_own(name))), None
    )
    try:
        if chosen is None:
            raise _absent(wanted, names)
        for opened, ports in found:
            if chosen in ports:
                opened.open_port(ports.index(chosen), f"in {os.getpid()}")
                return opened, chosen
        raise _absent(wanted, names)
    except OSError as error:
        raise DeviceError(
            f"MIDI port '{chosen}'",
            str(error),
            "it can be opened by one program at a time",
            "end the other program",
        ) from error
    finally:
        for opened, ports in found:
            if chosen is None or chosen not in ports or not opened.is_port_open():
                opened.delete()


def _is_own(name: str) -> bool:
    """Through ports and our own give back what was sent."""
    return "through" in name.lower() or NAME in name.lower()


def _absent(wanted: str, names: list[str]) -> DeviceError:
    there = ", ".join(f"'{name}'" for name in names) or "none"
    return DeviceError(
        f"MIDI port '{wanted}'" if wanted else "MIDI ports",
        "no such port" if wanted else "none found" if not names else "only through ports found",
        f"there are: {there}",
        "plug the device in, or name another",
    )
