"""Ports of the system's MIDI services: found by name, and opened."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gesturemap.errors import DeviceError, not_installed

NAME = "gesturemap"
SEQUENCER = Path("/dev/snd/seq")
SHARED = Path("/dev/shm")


def services(side: str) -> list[tuple[Any, list[str]]]:
    """An unopened ``MidiIn`` or ``MidiOut`` of every MIDI service that runs here, and the names of its ports.

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
                opened = getattr(rtmidi, side)(rtapi=service, name=NAME)
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


def choose(side: str, wanted: str) -> tuple[Any, str]:
    """A ``MidiIn`` or ``MidiOut`` with its port open, and the port's name.

    Parameters
    ----------
    wanted : the name or a part of it; empty: the first that is no through port.

    Raises
    ------
    DeviceError
        If there is none, naming those that there are, or if it cannot be opened.
    """
    found = services(side)
    names = [name for _, ports in found for name in ports]
    chosen = next(
        (name for name in names if (wanted.lower() in name.lower() if wanted else not _is_own(name))), None
    )
    try:
        if chosen is None:
            raise _absent(wanted, names)
        for opened, ports in found:
            if chosen in ports:
                opened.open_port(ports.index(chosen), f"{side[4:].lower()} {os.getpid()}")
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
    there = ", ".join(f"'{name}'" for name in names)
    return DeviceError(
        f"MIDI port '{wanted}'" if wanted else "MIDI ports",
        "no such port" if wanted else "none found" if not names else "only through ports found",
        f"there are: {there}" if there else "",
        "plug the device in, or name another",
    )
