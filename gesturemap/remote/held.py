"""Where a fader stopped that moved faster than its sender may send: the last value is carried out when it may again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gesturemap.remote.senders import Sender, Senders, Source
from gesturemap.remote.watchers import Send
from gesturemap.remote.words import ROOT

SETTING = (b"volume", b"values", b"threshold", b"run", b"sound")
"""Words that set a value: of several, only the last one matters."""
MOST = 256
"""Messages that are held, of all senders."""
BEGINS = f"{ROOT}/".encode()


class Last(NamedTuple):
    """A message that came too early."""

    sender: Sender
    packet: bytes
    answer: Send


class Held:
    """The last message of each word and sender that was too much; nothing is read of it but its address."""

    def __init__(self) -> None:
        self._every: dict[tuple[Source, bytes], Last] = {}

    def keep(self, sender: Sender, packet: bytes, answer: Send) -> None:
        """Hold one that was too much, in place of the one before."""
        key = sender.source, _address(packet)
        if key[1] and (key in self._every or len(self._every) < MOST):
            self._every[key] = Last(sender, packet, answer)

    def passed(self, sender: Sender, packet: bytes) -> None:
        """A newer one was not too much."""
        if self._every:
            self._every.pop((sender.source, _address(packet)), None)

    def due(self, senders: Senders) -> Iterator[Last]:
        """Those whose sender may send again; each counts as one message more."""
        for key, last in list(self._every.items()):
            if senders.could(last.sender) and senders.again(last.sender):
                del self._every[key]
                yield last


def _address(packet: bytes) -> bytes:
    """The address of a message that sets a value; empty where it is none."""
    address = packet[: packet.find(b"\0")]
    return address if address.startswith(BEGINS) and address.rpartition(b"/")[2] in SETTING else b""
