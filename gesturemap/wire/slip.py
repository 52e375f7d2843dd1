"""SLIP: packets in a stream of bytes. Source: RFC 1055; OSC over serial ports uses it."""

from __future__ import annotations

from typing import ClassVar

from gesturemap.wire.packets import Packets

END, ESC, ESC_END, ESC_ESC = b"\xc0", b"\xdb", b"\xdc", b"\xdd"


def encode(packet: bytes) -> bytes:
    """A packet between two ENDs, so that noise on the line before it does no harm."""
    return END + packet.replace(ESC, ESC + ESC_ESC).replace(END, ESC + ESC_END) + END


class Slip(Packets):
    """Finds the packets in a stream of SLIP."""

    END: ClassVar[bytes] = END
    BROKEN: ClassVar[str] = "broken escape"

    @staticmethod
    def decode(raw: bytes) -> bytes | None:
        """Undo the escapes; None where one is none."""
        if raw.count(ESC) != raw.count(ESC + ESC_END) + raw.count(ESC + ESC_ESC):
            return None
        return raw.replace(ESC + ESC_END, END).replace(ESC + ESC_ESC, ESC)
