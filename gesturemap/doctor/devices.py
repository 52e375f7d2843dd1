"""What is plugged in or runs elsewhere: MIDI ports, sound cards, serial ports, LSL streams, controllers; only listed.

``python -m gesturemap.doctor.devices "midi in"`` prints a JSON object; it is run in a process of its own since a
driver may hang. Forms of settings are offered the same.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from gesturemap.catalog import CARD, DEVICES, HID, LSL, MICROPHONE, MIDI_IN, MIDI_OUT, SERIAL
from gesturemap.doctor.children import ask
from gesturemap.doctor.finding import Finding, look, ok, short
from gesturemap.errors import GesturemapError, install

EXTRA = {MIDI_IN: "midi", MIDI_OUT: "midi", LSL: "lsl", HID: "hid"}
"""What must be installed to list them."""
LSL_WAIT = 1.0
"""Seconds in which streams in the network answer."""
MOST = 12
"""Devices that are named."""
GENERIC_DESKTOP, GAME_CONTROLS = 1, (4, 5, 8)
"""What HID calls joysticks, gamepads and multi-axis controllers."""


class Found(NamedTuple):
    """One device."""

    value: str
    """What a setting calls it."""
    text: str
    """The same for people, perhaps with more about it."""


def midi_in() -> list[Found]:
    """The MIDI ports that can be listened to; OSError where no service lists any."""
    return _midi("MidiIn")


def midi_out() -> list[Found]:
    """The MIDI ports that can be sent to; OSError likewise."""
    return _midi("MidiOut")


def _midi(side: str) -> list[Found]:
    import rtmidi  # noqa: F401  # so that its absence is told as such

    from gesturemap.wire.midi_ports import services

    there = services(side)
    if not there:
        raise OSError("no MIDI service runs here")
    return [Found(name, name) for _, names in there for name in names]


def cards() -> list[Found]:
    """The sound cards that can be heard.

    Raises
    ------
    OSError
        If none can be listed, saying why.
    """
    from gesturemap.synth.card import devices as found

    table = found()
    if table["fault"]:
        raise OSError(table["fault"])
    return [
        Found(one["name"], f"{one['name']} ({one['host']}, {one['channels']} channels, {one['rate']:g} Hz)")
        for one in table["outputs"]
    ]


def inputs() -> list[Found]:
    """The inputs of sound cards; DeviceError where none can be listed."""
    from gesturemap.synth.along import microphones

    return [
        Found(name, f"{name} ({channels} channels, {rate:g} Hz)") for name, rate, channels in microphones()
    ]


def serial() -> list[Found]:
    """The serial ports, boards on USB first."""
    from serial.tools import list_ports

    ports = [port for port in list_ports.comports() if port.vid is not None or port.hwid != "n/a"]
    return [
        Found(str(port.device), f"{port.device} ({port.description or 'no description'})")
        for port in sorted(ports, key=lambda port: (port.vid is None, port.device))
    ]


def lsl() -> list[Found]:
    """The streams that answer now: name, type, channels, rate, machine."""
    from gesturemap.wire.lsl import library

    return [
        Found(
            one.name(),
            f"{one.name()} ({one.type()}, {one.channel_count()} channels, {one.nominal_srate():g} Hz, "
            f"{one.hostname()})",
        )
        for one in library().resolve_streams(wait_time=LSL_WAIT)
    ]


def hid() -> list[Found]:
    """The controllers that are plugged in."""
    import hid as library

    found = []
    for one in library.enumerate():
        page, usage = one.get("usage_page", 0), one.get("usage", 0)
        if page in (0, GENERIC_DESKTOP) and (not page or usage in GAME_CONTROLS):
            name = f"{one.get('manufacturer_string') or ''} {one.get('product_string') or ''}".strip()
            numbers = f"{one['vendor_id']:04X}:{one['product_id']:04X}"
            found.append(Found(numbers.lower(), f"{name or 'no name'} ({numbers})"))
    return list(dict.fromkeys(found))


LISTS: dict[str, Callable[[], list[Found]]] = {
    MIDI_IN: midi_in, MIDI_OUT: midi_out, CARD: cards, MICROPHONE: inputs, SERIAL: serial, LSL: lsl, HID: hid,
}  # fmt: skip


def devices(kind: str, seconds: float) -> list[Finding]:
    """What there is of a kind, in a line each."""
    name = DEVICES[kind]
    table = ask(["-m", __name__, kind], seconds).table()
    if "missing" in table:
        return [ok(f"{name}: not looked for", f"if you have one: {install(EXTRA[kind])}")]
    if "error" in table:
        return [look(f"{name}: {short(str(table['error']))}", _step(kind))]
    found = [str(text) for _, text in table["found"]]
    if not found:
        return [
            ok(
                f"no {name}",
                "of no matter unless you want one: plug it in or start it, then look again",
            )
        ]
    more = [ok(f"and {len(found) - MOST} more", "not named here")] if len(found) > MOST else []
    return [
        ok(one, f"it is there; the programs of this machine see it among the {name}") for one in found[:MOST]
    ] + more


def _step(kind: str) -> str:
    if kind in (MIDI_IN, MIDI_OUT) and sys.platform.startswith("linux"):
        return "of no matter without MIDI; else load the kernel's sequencer: sudo modprobe snd-seq"
    return f"of no matter without {DEVICES[kind]}; else plug it in again and look at its driver"


def main(arguments: Sequence[str]) -> None:
    """Print what there is of one kind."""
    kind = arguments[0]
    table: dict[str, Any]
    try:
        table = {"found": LISTS[kind]()}
    except ImportError as error:
        table = {"missing": str(error)}
    except Exception as error:  # noqa: BLE001 - each library has errors of its own, and this process ends here
        own = isinstance(error, GesturemapError | OSError)
        table = {"error": str(error) if own else f"{type(error).__name__}: {error}"}
    sys.stdout.write(json.dumps(table) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
