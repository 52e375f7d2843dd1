"""Receivers of packets over UDP."""

from __future__ import annotations

import socket

from gesturemap import addresses
from gesturemap.errors import DeviceError, SettingsError


class Receiver:
    """A socket that never waits, bound to one receiver.

    Raises
    ------
    DeviceError
        If there is no such receiver.
    """

    def __init__(self, host: str, port: int) -> None:
        self.name = f"{host}:{port}"
        self.faults = self.unheard = self.sent = 0
        self.reason = ""
        """Why a packet was lost last."""
        self._socket = _opened(host, port, f"OSC {self.name}")

    def put(self, packet: bytes) -> None:
        """Hand a packet to the network; what it will not take now is lost and counted."""
        try:
            try:
                self._socket.send(packet)
            except ConnectionRefusedError:  # the answer to an earlier packet; this one has not been tried yet
                self.unheard += 1
                self._socket.send(packet)
            self.sent += 1
        except ConnectionRefusedError:
            self.unheard += 1
        except OSError as error:
            self.faults += 1
            self.reason = error.strerror or str(error)

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()


def read_target(text: str, place: str) -> tuple[str, int]:
    """Host and port of ``host:port`` or ``[host]:port``.

    Raises
    ------
    SettingsError
        If it is not written so.
    """
    host, colon, port = text.strip().rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    number = int(port) if port.isascii() and port.isdigit() and len(port) < 6 else 0
    if not host or not colon or not 1 <= number <= 65535:
        raise SettingsError(place, repr(text), "host:port is wanted", 'write it as "192.168.1.7:9000"')
    return host, number


def _opened(host: str, port: int, place: str) -> socket.socket:
    try:
        family, address = addresses.udp(host, port)
        opened = socket.socket(family, socket.SOCK_DGRAM)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DeviceError(place, reason, "a name or address that can be reached", "check host") from error
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        opened.setblocking(False)
        opened.connect(address)
    except OSError as error:
        opened.close()
        reason = error.strerror or str(error)
        raise DeviceError(place, reason, "a receiver in a network", "check host and network") from error
    return opened
