"""Packets in a stream of bytes, each ended by a byte that is in none of them: what SLIP and COBS share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from typing import ClassVar

LONGEST = 65536
"""Bytes of a packet as sent."""


class Packets(ABC):
    """Finds the packets in a stream; a broken one is dropped until the next end and counted in `ignored`.

    What comes before the first end is dropped, since a port is usually opened in the middle of a packet.
    """

    END: ClassVar[bytes]
    BROKEN: ClassVar[str]
    """Why a packet cannot be decoded."""

    def __init__(self) -> None:
        self.ignored: Counter[str] = Counter()
        """Reason -> how many packets were not used."""
        self._rest = bytearray()
        self._dropping = True

    def feed(self, data: bytes) -> list[bytes]:
        """The packets that these bytes complete, in order."""
        *whole, rest = data.split(self.END)
        if whole and self._rest:
            whole[0] = bytes(self._rest + whole[0])
            self._rest.clear()
        packets = []
        for raw in whole:
            dropping, self._dropping = self._dropping, False
            if dropping or not raw:
                continue
            packet = self.decode(raw) if len(raw) <= LONGEST else None
            if packet:
                packets.append(packet)
            else:
                self.ignored[self.BROKEN if len(raw) <= LONGEST else "packet too long"] += 1
        if not self._dropping:
            self._rest += rest
            if len(self._rest) > LONGEST:
                self.ignored["packet too long"] += 1
                self._rest.clear()
                self._dropping = True
        return packets

    @staticmethod
    @abstractmethod
    def decode(raw: bytes) -> bytes | None:
        """The packet in what stood between two ends; None if it is broken."""
