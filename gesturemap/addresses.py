"""Addresses: this machine's own, the one a phone most likely reaches first, and those of receivers that have names."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import struct
import sys
from typing import Any

VIRTUAL = ("docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "lxc", "lxdbr", "cni", "podman")
"""How the names of interfaces begin that lead to no phone."""
SIOCGIFADDR = 0x8915
NOWHERE = "192.0.2.1"
"""An address of nobody (RFC 5737): a datagram socket connected to it shows the way out, and sends nothing."""


def own() -> list[str]:
    """Addresses of this machine without 127.x.x.x, the likeliest first; empty where there is no network."""
    found: dict[str, int] = {}
    found[toward(NOWHERE)] = 0
    for name, address in interfaces():
        found.setdefault(address, 2 if name.startswith(VIRTUAL) else 1)
    with contextlib.suppress(OSError):
        for entry in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET):
            found.setdefault(str(entry[4][0]), 3)
    usable = [a for a in found if not ipaddress.ip_address(a).is_loopback and a != "0.0.0.0"]
    return sorted(usable, key=lambda address: found[address])


def toward(host: str) -> str:
    """The own address from which another is reached; 127.0.0.1 where there is no way to it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as out:
        out.connect((host, 9))
        return str(out.getsockname()[0])
    return "127.0.0.1"


def ours(host: str) -> bool:
    """Whether somebody can listen here: it is an address of this machine, or a name of one."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM) as door:
        try:
            door.bind((host, 0))
        except (OSError, UnicodeError, ValueError):
            return False
    return True


def udp(host: str, port: int) -> tuple[int, tuple[Any, ...]]:
    """Family and address of a receiver of UDP, IPv4 where its name stands for both: there programs for OSC listen.

    Raises
    ------
    OSError, UnicodeError
        If there is no such name.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)
    family, _, _, _, address = min(found, key=lambda entry: entry[0] != socket.AF_INET)
    return family, address


def interfaces() -> list[tuple[str, str]]:
    """Name and IPv4 address of every interface; empty where the system has another way to tell."""
    if sys.platform != "linux":
        return []
    import fcntl

    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        for _, name in socket.if_nameindex():
            with contextlib.suppress(OSError):  # it has no address
                answer = fcntl.ioctl(asked.fileno(), SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
                found.append((name, socket.inet_ntoa(answer[20:24])))
    return found


def names() -> list[str]:
    """Names by which this machine may be called in its own network."""
    name = socket.gethostname().partition(".")[0].lower()
    right = name.replace("-", "").isalnum() and name.isascii()
    return [name, f"{name}.local"] if right and name != "localhost" else []
