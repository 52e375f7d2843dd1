"""This machine's own addresses, and which of them a phone can reach."""

from __future__ import annotations

import importlib
import ipaddress
import re
import socket
import struct
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gesturemap.doctor.finding import Finding, look, ok, wrong

NET = Path("/sys/class/net")
WIFI, WIRE, VPN, VIRTUAL, OWN = "Wi-Fi", "Ethernet", "VPN", "virtual", "this machine only"
KINDS = (
    (OWN, re.compile(r"lo\d*$|loopback", re.I)),
    (VPN, re.compile(r"tun|tap|wg|utun|tailscale|zt|ppp|ipsec|vpn|wireguard", re.I)),
    (VIRTUAL, re.compile(r"docker|br-|bridge|veth|virbr|vmnet|vbox|lxc|lxd|ifb|vethernet|podman|cni|awdl|llw", re.I)),
    (WIFI, re.compile(r"wl|wi-?fi|ath\d|ra\d", re.I)),
)  # fmt: skip
REACHES = {WIFI: 0, WIRE: 1, VPN: 3, VIRTUAL: 4, OWN: 5}
"""The lower, the likelier a phone in the same room gets there."""
SIOCGIFADDR, SIOCGIFBRDADDR = 0x8915, 0x8919
FAR = "198.51.100.1"
"""An address kept for documentation: asked which way a packet would take, none is sent."""


@dataclass(frozen=True)
class Address:
    """One own address."""

    interface: str
    kind: str
    text: str
    broadcast: str = ""
    leads_out: bool = False
    """Whether the way to the rest of the world begins here."""

    @property
    def six(self) -> bool:
        """Whether it is of IPv6."""
        return ":" in self.text

    @property
    def ip(self) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
        """The address without its interface."""
        return ipaddress.ip_address(self.text.partition("%")[0])


def addresses() -> list[Address]:
    """Every own address; those a phone is likely to reach come first."""
    way = _way_out()
    found = [
        Address(interface, kind_of(interface), text, broadcast, text == way)
        for interface, text, broadcast in (_by_psutil() or _by_system(way))
    ]
    return sorted(
        found, key=lambda one: (one.six, REACHES[one.kind], not one.leads_out, one.ip.is_link_local)
    )


def kind_of(interface: str) -> str:
    """What an interface is, from the system where it tells, else from its name."""
    if (NET / interface / "wireless").exists():
        return WIFI
    if (NET / interface / "tun_flags").exists():
        return VPN
    for kind, name in KINDS:
        if name.match(interface):
            return kind
    if (NET / interface).exists() and not (NET / interface / "device").exists():
        return VIRTUAL
    return WIRE


def for_phone(found: Sequence[Address]) -> Address | None:
    """The address to type into the phone."""
    fit = [one for one in found if not one.six and one.kind in (WIFI, WIRE) and not one.ip.is_link_local]
    rest = [one for one in found if not one.six and one.kind == VPN]
    return next(iter([*fit, *rest]), None)


CONNECT = "connect this computer to the Wi-Fi of the phone, or open a hotspot on either of them"
"""What to do where no phone can reach this computer."""


def machine(found: Sequence[Address], ports: Sequence[int]) -> list[Finding]:
    """One line for each address: whether the phone should use it."""
    best = for_phone(found)
    port = f" and port {ports[0]}" if ports else ""
    findings = [_about(one, best, port) for one in found if one.kind != OWN]
    if best is None:
        findings.append(
            wrong(
                "no address that a phone could reach",
                CONNECT,
            )
        )
    return findings


def _about(one: Address, best: Address | None, port: str) -> Finding:
    what = f"{one.interface} ({one.kind}): {one.text}"
    if one == best:
        step = f"type {one.text}{port} into the phone"
        if one.ip.is_global:
            return look(
                f"{what} is a public address: anybody may send to it",
                f"{step}, but rather behind a router or a firewall that lets only your own network in",
            )
        if one.kind == VPN:
            return look(f"{what} is the only one", f"{step} if it is in that VPN too; else join its Wi-Fi")
        return ok(what, step)
    if one.kind in (VPN, VIRTUAL):
        return ok(what, "not for the phone: it leads to programs or machines elsewhere")
    if one.six:
        return ok(what, "not for the phone: gesturemap listens to IPv4 unless host says otherwise")
    if one.ip.is_link_local:
        return look(
            f"{what} was given by nobody",
            "if the phone is on this network: see why its router gave no address",
        )
    if one.ip.is_global:
        return look(f"{what} is a public address", "do not send there: let a firewall keep strangers out")
    return ok(what, f"also possible, if the phone is in this network: {one.text}{port}")


def _way_out() -> str:
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        asked.connect((FAR, 9))
        return str(asked.getsockname()[0])
    return ""


def _by_psutil() -> list[tuple[str, str, str]]:
    """Interface, address, broadcast address of all that are up; nothing where psutil is not installed."""
    try:
        psutil = importlib.import_module("psutil")
    except ImportError:
        return []
    up = psutil.net_if_stats()
    return [
        (name, entry.address, entry.broadcast or "")
        for name, entries in psutil.net_if_addrs().items()
        if name not in up or up[name].isup
        for entry in entries
        if entry.family in (socket.AF_INET, socket.AF_INET6)
    ]


def _by_system(way: str) -> list[tuple[str, str, str]]:
    """The same by what the system itself offers; elsewhere than on Linux only where the way out begins."""
    if not sys.platform.startswith("linux"):
        return [("network", way, "")] if way else []
    found = []
    for _, name in socket.if_nameindex():
        if address := _asked(name, SIOCGIFADDR):
            found.append((name, address, _asked(name, SIOCGIFBRDADDR)))
    with suppress(OSError):
        for line in Path("/proc/net/if_inet6").read_text().splitlines():
            raw, *_, name = line.split()
            six = ipaddress.IPv6Address(bytes.fromhex(raw))
            found.append((name, f"{six}%{name}" if six.is_link_local else str(six), ""))
    return found


def _asked(interface: str, what: int) -> str:
    """The first IPv4 address of an interface, or its broadcast address."""
    if sys.platform == "win32":
        return ""
    import fcntl

    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        answer = fcntl.ioctl(asked, what, struct.pack("256s", interface.encode()[:15]))
        return socket.inet_ntoa(answer[20:24])
    return ""
