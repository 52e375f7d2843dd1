"""COBS: packets in a stream of bytes, as PacketSerial sends them.

Source: Cheshire and Baker, Consistent Overhead Byte Stuffing, IEEE/ACM Transactions on Networking 7(2), 1999.
"""

from __future__ import annotations

from typing import ClassVar

from gesturemap.wire.packets import Packets

END = b"\0"
MOST = 254
"""Bytes in one block."""


def encode(packet: bytes) -> bytes:
    """A packet and its end: each zero is replaced by the distance to the next."""
    blocks = []
    for part in packet.split(END):
        full, last = divmod(len(part), MOST)
        blocks += [b"\xff" + part[i * MOST : (i + 1) * MOST] for i in range(full)]
        blocks.append(bytes([last + 1]) + part[full * MOST :])
    if len(blocks) > 1 and blocks[-1] == b"\x01" and len(blocks[-2]) == MOST + 1:
        blocks.pop()  # a packet that ends with a full block needs no more
    return b"".join(blocks) + END


class Cobs(Packets):
    """Finds the packets in a stream of COBS."""

    END: ClassVar[bytes] = END
    BROKEN: ClassVar[str] = "broken packet"

    @staticmethod
    def decode(raw: bytes) -> bytes | None:
        """Put the zeros back; None where a distance leads beyond the end."""
        parts = []
        at, size = 0, len(raw)
        while at < size:
            code = raw[at]
            parts.append(raw[at + 1 : at + code])
            at += code
            if code <= MOST and at < size:
                parts.append(END)
        return b"".join(parts) if at == size else None
