"""The address for the phone, to be scanned or read from afar."""

from __future__ import annotations

import importlib
import io

FONT = {
    "0": "███ █ █ █ █ █ █ ███", "1": "  █  ██   █   █   █", "2": "███   █ ███ █   ███", "3": "███   █ ███   █ ███",
    "4": "█ █ █ █ ███   █   █", "5": "███ █   ███   █ ███", "6": "███ █   ███ █ █ ███", "7": "███   █   █   █   █",
    "8": "███ █ █ ███ █ █ ███", "9": "███ █ █ ███   █ ███", ".": "                 █ ", ":": "     █       █     ",
}  # fmt: skip
"""Five rows of three, a blank between them."""


def text_of(address: str, port: int) -> str:
    """What is scanned: plain text that says all there is to type."""
    return f"osc.udp://{address}:{port}"


def code(address: str, port: int) -> str:
    """A QR code for a terminal, light on dark; empty where segno is not installed."""
    try:
        segno = importlib.import_module("segno")
    except ImportError:
        return ""
    out = io.StringIO()
    segno.make(text_of(address, port), micro=False, error="l").terminal(out, border=2, compact=True)
    return out.getvalue().rstrip("\n")


def large(text: str) -> str:
    """Digits, dots and colons, five lines high."""
    rows = [
        "  ".join(FONT[letter][4 * row : 4 * row + 3].ljust(3) for letter in text if letter in FONT)
        for row in range(5)
    ]
    return "\n".join(row.rstrip() for row in rows)
