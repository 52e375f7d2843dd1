"""MIDI ports, streams of Lab Streaming Layer, controllers: only listed, by libraries that may not be there.

``python -m gesturemap.doctor.devices midi`` prints a JSON object; it is run in a process of its own since a driver
may hang.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

from gesturemap.doctor.children import ask
from gesturemap.doctor.finding import Finding, look, ok, short
from gesturemap.errors import install

NAMES = {"midi": "MIDI ports", "lsl": "LSL streams", "hid": "controllers (HID)"}
LSL_WAIT = 1.0
"""Seconds in which streams in the network answer."""
MOST = 12
"""Devices that are named."""
GENERIC_DESKTOP, GAME_CONTROLS = 1, (4, 5, 8)
"""What HID calls joysticks, gamepads and multi-axis controllers."""


def midi() -> list[str]:
    """The MIDI ports that can be listened to."""
    import mido

    return [str(name) for name in mido.get_input_names()]


def lsl() -> list[str]:
    """The streams that answer now: name, type, channels, rate, machine."""
    from gesturemap.wire.lsl import library

    return [
        f"{one.name()} ({one.type()}, {one.channel_count()} channels, {one.nominal_srate():g} Hz, {one.hostname()})"
        for one in library().resolve_streams(wait_time=LSL_WAIT)
    ]


def hid() -> list[str]:
    """The controllers that are plugged in."""
    import hid as library

    found = []
    for one in library.enumerate():
        page, usage = one.get("usage_page", 0), one.get("usage", 0)
        if page in (0, GENERIC_DESKTOP) and (not page or usage in GAME_CONTROLS):
            name = f"{one.get('manufacturer_string') or ''} {one.get('product_string') or ''}".strip()
            found.append(f"{name or 'no name'} ({one['vendor_id']:04X}:{one['product_id']:04X})")
    return list(dict.fromkeys(found))


LISTS: dict[str, Callable[[], list[str]]] = {"midi": midi, "lsl": lsl, "hid": hid}


def devices(kind: str, seconds: float) -> list[Finding]:
    """What there is of a kind, in a line each."""
    name = NAMES[kind]
    table = ask(["-m", __name__, kind], seconds).table()
    if "missing" in table:
        return [ok(f"{name}: not looked for", f"if you have one: {install(kind)}")]
    if "error" in table:
        return [look(f"{name}: {short(str(table['error']))}", _step(kind))]
    found = [str(one) for one in table["names"]]
    if not found:
        return [
            ok(
                f"no {name}",
                "of no matter unless one is to be the sensor: plug it in or start it, then look again",
            )
        ]
    more = [ok(f"and {len(found) - MOST} more", "not named here")] if len(found) > MOST else []
    return [
        ok(one, f"it is there; the programs of this machine see it among the {name}") for one in found[:MOST]
    ] + more


def _step(kind: str) -> str:
    if kind == "midi" and sys.platform.startswith("linux"):
        return "of no matter without MIDI; else load the kernel's sequencer: sudo modprobe snd-seq"
    return f"of no matter without {NAMES[kind]}; else plug it in again and look at its driver"


def main(arguments: Sequence[str]) -> None:
    """Print what there is of one kind."""
    kind = arguments[0]
    table: dict[str, Any]
    try:
        table = {"names": LISTS[kind]()}
    except ImportError as error:
        table = {"missing": str(error)}
    except Exception as error:  # noqa: BLE001 - each library has errors of its own, and this process ends here
        table = {"error": f"{type(error).__name__}: {error}"}
    sys.stdout.write(json.dumps(table) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
