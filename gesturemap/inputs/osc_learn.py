"""What an OSC sender sends, learned from what comes most often where nobody has described it."""

from __future__ import annotations

import re
import select
import socket
import time
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from gesturemap.errors import DeviceError
from gesturemap.inputs.input import Health
from gesturemap.inputs.messages import NUMBERS
from gesturemap.wire.osc import LARGEST_PACKET, Malformed, parse
from gesturemap.wire.osc_read import LONGEST_ADDRESS

MOST = 1024
"""Numbers in a message."""
FIRST_PACKET = 1.0
"""Seconds for which a port without a layout waits for a message with numbers; then it is tried again."""
WATCH = 0.25
"""Seconds from the first one on in which the kind of message that comes most often is found."""
SILENT = 3.0
"""Seconds without what was learned, while something else keeps coming, after which it is learned anew."""
FEW, MANY = 3, 15
"""Messages of another kind in that time: at one address or instead of a stray one; or beside what came for long."""
MOST_KINDS = 64
_ODD = frozenset("*<>")
"""What would mean something else in the address of a layout."""


class Kind(NamedTuple):
    """Messages that look alike."""

    address: str
    """Empty where the settings say it."""
    numbers: int

    def __str__(self) -> str:
        where = f" at {self.address}" if self.address else ""
        return f"{self.numbers} number{'s' if self.numbers > 1 else ''}{where}"


def kinds(packet: bytes, wanted: re.Pattern[str] | None) -> Iterator[Kind]:
    """Of the messages in a packet that could be learned.

    Parameters
    ----------
    wanted : what their address matches; None: any.
    """
    try:
        messages = parse(packet)
    except Malformed:
        return
    for address, tags, arguments, _ in messages:
        if not 0 < len(arguments) <= MOST or not NUMBERS.issuperset(tags):
            continue
        if wanted is not None:
            if wanted.fullmatch(address):
                yield Kind("", len(arguments))
        elif (
            address.startswith("/")
            and address.isprintable()
            and len(address) <= LONGEST_ADDRESS
            and not _ODD.intersection(address)
            and " " not in address
        ):
            yield Kind(address, len(arguments))


def learn(door: socket.socket, wanted: re.Pattern[str] | None, place: str) -> Kind:
    """The kind of message that comes most often, and of several that come as often the one with the most numbers.

    Raises
    ------
    DeviceError
        If none with numbers arrives within `FIRST_PACKET` seconds.
    """
    found: Counter[Kind] = Counter()
    end = time.monotonic() + FIRST_PACKET
    while (left := end - time.monotonic()) > 0 and select.select([door], [], [], left)[0]:
        try:
            packet = door.recv(LARGEST_PACKET)
        except OSError:
            continue
        for kind in kinds(packet, wanted):
            if not found:
                end = time.monotonic() + WATCH
            found[kind] += 1
    if not found:
        raise DeviceError(
            place,
            "no message with numbers yet",
            "the first ones say how many channels there are",
            "start the sensor, or give its layout",
        )
    most = max(found.values())
    # of two that come in turn one is a message ahead, whichever that is
    often = [kind for kind, times in found.items() if times == most or (times > 1 and times >= most - 1)]
    return max(often, key=lambda kind: (kind.numbers, found[kind]))


class Astray:
    """Watches for another kind of message in place of the one that was learned.

    Parameters
    ----------
    address : of the settings; `wanted` is what matches it.
    """

    def __init__(
        self, learned: Kind, address: str, wanted: re.Pattern[str] | None, health: Health, place: str
    ) -> None:
        self._learned, self._wanted, self._health, self._place = learned, wanted, health, place
        self._exact = bool(address) and not _ODD.intersection(address)
        self._accepted, self._since = 0, 0.0
        self._others: Counter[Kind] = Counter()

    def see(self, packet: bytes, now: float) -> None:
        """Take a packet of which no frame was made.

        Raises
        ------
        DeviceError
            If what was learned is not sent any more, or never was but once, and something else is.
        """
        accepted, others = self._health.accepted, self._others
        found = list(kinds(packet, self._wanted))
        if accepted != self._accepted or self._learned in found:
            self._accepted = accepted
            others.clear()
            return
        if not others:
            self._since = now
        for kind in found:
            if kind in others or len(others) < MOST_KINDS:
                others[kind] += 1
        if not others or now - self._since < SILENT:
            return
        other, times = others.most_common(1)[0]
        others.clear()
        if times >= (FEW if self._exact or accepted < MANY else MANY):
            raise DeviceError(
                self._place,
                f"{other} come, and no {self._learned} any more",
                "the channels were learned from what came most often",
                "they are learned anew; give its layout to keep them",
            )
