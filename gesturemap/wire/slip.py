"""SLIP: packets in a stream of bytes. Source: RFC 1055; OSC over serial ports uses it."""

from __future__ import annotations

from collections import Counter

END, ESC, ESC_END, ESC_ESC = b"\xc0", b"\xdb", b"\xdc", b"\xdd"
LONGEST = 65536
"""Bytes of a packet, escapes included."""


def encode(packet: bytes) -> bytes:
    """A packet between two ENDs, so that noise on the line before it does no harm."""
    return END + packet.replace(ESC, ESC + ESC_ESC).replace(END, ESC + ESC_END) + END


class Slip:
    """Finds the packets in a stream; a broken one is dropped until the next END and counted in `ignored`.

    What comes before the first END is dropped, since a port is usually opened in the middle of a packet.
    """

    def __init__(self) -> None:
        self.ignored: Counter[str] = Counter()
        """Reason -> how many packets were not used."""
        self._pieces: list[bytes] = []
        self._length = 0
        self._dropping = True

    def feed(self, data: bytes) -> list[bytes]:
        """The packets that these bytes complete, in order."""
        *whole, rest = data.split(END)
        packets = []
        for part in whole:
            self._pieces.append(part)
            raw = b"".join(self._pieces)
            self._pieces.clear()
            self._length = 0
            dropping, self._dropping = self._dropping, False
            if dropping or not raw:
                continue
            if len(raw) > LONGEST:
                self.ignored["packet too long"] += 1
            elif raw.count(ESC) != raw.count(ESC + ESC_END) + raw.count(ESC + ESC_ESC):
                self.ignored["broken escape"] += 1
            else:
                packets.append(raw.replace(ESC + ESC_END, END).replace(ESC + ESC_ESC, ESC))
        if self._dropping:
            return packets
        self._pieces.append(rest)
        self._length += len(rest)
        if self._length > LONGEST:
            self.ignored["packet too long"] += 1
            self._pieces.clear()
            self._length, self._dropping = 0, True
        return packets
