"""Whether packets to this machine's own addresses arrive: real ones, sent to ourselves."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Sequence

from gesturemap.doctor.ears import Ears
from gesturemap.doctor.finding import Finding, look, ok, wrong
from gesturemap.doctor.network import Address

PATIENCE = 1.0
"""Seconds in which a packet to ourselves must be there."""


def loop_back(ears: Ears, found: Sequence[Address]) -> list[Finding]:
    """Send to every own address at every free port, and to everybody in each network."""
    ports = list(ears.traffic) or [ears.spare]
    own = list(dict.fromkeys(["127.0.0.1", *(one.text for one in found if not one.six)]))
    six = [one.text for one in found if one.six and not one.ip.is_link_local]
    everybody = list(
        dict.fromkeys(one.broadcast for one in found if one.broadcast and not one.ip.is_loopback)
    )
    sent = {token: (host, port) for token, host, port in _send(ears, [*own, *six, *everybody], ports)}
    heard = ears.heard(sent, PATIENCE)
    missing = [sent[token] for token in sent if token not in heard]
    failed = [
        (host, port)
        for host in [*own, *six, *everybody]
        for port in ports
        if (host, port) not in sent.values()
    ]
    lost = {*missing, *failed}
    at = ", ".join(map(str, ports))
    findings = [
        wrong(
            f"a packet to {host}, port {port} of this machine does not arrive",
            "a firewall of this machine drops it: let the port through (see firewall)",
        )
        for host in own
        for port in ports
        if (host, port) in lost
    ]
    if good := [host for host in own if all((host, port) not in lost for port in ports)]:
        findings.append(
            ok(f"packets to {', '.join(good)} arrive at port {at}", "this machine itself is not in the way")
        )
    if bad := [host for host in six if any((host, port) in lost for port in ports)]:
        findings.append(
            look(
                f"packets over IPv6 to {', '.join(bad)} do not arrive", "type an IPv4 address into the phone"
            )
        )
    elif six:
        findings.append(ok(f"packets over IPv6 to {', '.join(six)} arrive", "no need to use it"))
    return findings + _broadcast(everybody, ports, lost)


def _broadcast(everybody: Sequence[str], ports: Sequence[int], lost: set[tuple[str, int]]) -> list[Finding]:
    findings = []
    for host in everybody:
        if any((host, port) in lost for port in ports):
            findings.append(
                look(
                    f"a packet to everybody ({host}) does not arrive",
                    "let the app send to this computer's own address, not to everybody",
                )
            )
        else:
            findings.append(ok(f"a packet to everybody ({host}) arrives", "apps that send to all are heard"))
    return findings


def _send(ears: Ears, hosts: Iterable[str], ports: Sequence[int]) -> Iterable[tuple[str, str, int]]:
    """Token, host and port of each test packet that could be sent."""
    for host in hosts:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        for port in ports:
            token, packet = ears.probe()
            try:
                with socket.socket(family, socket.SOCK_DGRAM) as out:
                    out.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
                    out.sendto(packet, (host, port))
            except OSError:
                continue
            yield token, host, port
