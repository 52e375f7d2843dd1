"""Who may send what only some may send, and how often: networks as they are written, and so many a second."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence

from gesturemap.errors import SettingsError

LOOPBACK = "loopback"
"""Stands for every address of this machine itself."""
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
OWN = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))


def networks(texts: Sequence[str], place: str) -> tuple[Network, ...]:
    """The networks that are written so.

    Raises
    ------
    SettingsError
        If one is none.
    """
    found: list[Network] = []
    for text in texts:
        try:
            found += OWN if text == LOOPBACK else [ipaddress.ip_network(text, strict=False)]
        except ValueError as error:
            raise SettingsError(
                place,
                repr(text),
                "an address or a network",
                f"write it as 192.168.1.7, 192.168.1.0/24 or {LOOPBACK}",
            ) from error
    return tuple(found)


def within(host: str, allowed: Iterable[Network]) -> bool:
    """Whether an address is in one of these networks; one of IPv4 may come in the dress of IPv6."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    plain = getattr(address, "ipv4_mapped", None) or address
    return any(plain in network for network in allowed)


class Bucket:
    """So many a second, and as many at once."""

    __slots__ = ("_left", "_most", "_rate", "_when")

    def __init__(self, rate: float, most: float, now: float) -> None:
        self._rate, self._most = rate, most
        self._left, self._when = most, now

    def take(self, now: float) -> bool:
        """Whether there is one left; it is taken."""
        there = self.has_one(now)
        if there:
            self._left -= 1.0
        return there

    def has_one(self, now: float) -> bool:
        """Whether there is one left."""
        self._left = min(self._most, self._left + (now - self._when) * self._rate)
        self._when = now
        return self._left >= 1.0
