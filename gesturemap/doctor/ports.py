"""Whether the sensor's ports are free, and who holds them if not."""

from __future__ import annotations

import errno
import socket
from collections.abc import Sequence

from gesturemap.doctor.ears import Ears
from gesturemap.doctor.finding import Finding, look, ok, wrong
from gesturemap.doctor.network import Address
from gesturemap.doctor.plan import Plan
from gesturemap.doctor.running import Running
from gesturemap.holders import udp_holders

HERE = ("127.0.0.1", "localhost", "0.0.0.0", "::1")
SYSTEM = 1024
"""Ports below belong to the system."""


def ports(plan: Plan, ears: Ears, others: Sequence[Running], found: Sequence[Address] = ()) -> list[Finding]:
    """One line for each port of the sensor, and for each gesturemap that runs."""
    folder = str(plan.folder.resolve()) if plan.folder else ""
    findings = [_port(port, folder, ears, others) for port in plan.ports]
    findings += _host(plan, found)
    findings += _commands(plan, folder, others)
    findings += [
        wrong(
            f"port {receiver.port}: the project sends its own output to where it listens",
            "give [[outputs]] the port of the program that makes the sound",
        )
        for receiver in plan.receivers
        if receiver.port in plan.ports and receiver.host in HERE
    ]
    for one in others:
        if one.client is None:
            findings.append(look(f"{one.who} does not answer", f"if it hangs, end process {one.pid}"))
        elif one.project == folder:
            findings.append(
                ok(f"{one.who} plays", "it is asked what it hears; perform and record want it ended first")
            )
        elif not any(one.holds(port) for port in plan.ports):
            findings.append(ok(f"{one.who} plays too, at {one.address or 'no port'}", "it is not in the way"))
    return findings


def _host(plan: Plan, found: Sequence[Address]) -> list[Finding]:
    """Whether the address at which the project listens lets the phone in."""
    host = plan.osc.host if plan.osc is not None else ""
    if host in ("127.0.0.1", "localhost", "::1"):
        return [
            look(
                f"the project listens at {host} only: programs of this machine are heard, no phone is",
                'for a phone write host = "0.0.0.0" in [input]',
            )
        ]
    if host and found and host not in ("0.0.0.0", "::") and all(one.text != host for one in found):
        return [
            wrong(
                f"the project listens at {host}, which is no address of this machine",
                'write host = "0.0.0.0" in [input], for all addresses',
            )
        ]
    return []


def _commands(plan: Plan, folder: str, others: Sequence[Running]) -> list[Finding]:
    """Whether commands can come in where the project's ``[remote]`` takes them."""
    port, place = plan.remote.port, f"UDP port {plan.remote.port}, for commands,"
    if not port:
        return []
    if port in plan.ports:
        return [wrong(f"{place} is that of the sensor too", "choose another port in [remote]")]
    playing = next((one for one in others if one.project == folder), None)
    if playing is not None:
        return [ok(f"{place} belongs to {playing.who}", "it takes them there")]
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
            asked.bind((plan.remote.address, port))
    except OSError as error:
        why = (
            f"is held by {', '.join(udp_holders(port))}"
            if error.errno == errno.EADDRINUSE
            else f"cannot be opened at {plan.remote.address}: {error.strerror or error}"
        )
        return [wrong(f"{place} {why}", "end that program, or choose another port or host in [remote]")]
    return [ok(f"{place} is free", "perform takes them there")]


def _port(port: int, folder: str, ears: Ears, others: Sequence[Running]) -> Finding:
    error = ears.closed.get(port)
    if error is None:
        if port < SYSTEM:
            return look(
                f"UDP port {port} is free, but ports below {SYSTEM} belong to the system",
                "choose one from 1024 to 65535 here and in the phone: other users may not open this one",
            )
        return ok(f"UDP port {port} is free", "gesturemap can listen there")
    holder = next((one for one in others if one.holds(port)), None)
    if holder is not None and folder not in ("", holder.project):
        return wrong(
            f"UDP port {port} is held by {holder.who}, another project",
            "end that gesturemap, or choose another port in [input] and in the phone",
        )
    if holder is not None:
        return ok(
            f"UDP port {port} is held by {holder.who}",
            "one program at a time listens: it is asked what arrives",
        )
    if error.errno == errno.EADDRINUSE:
        names = udp_holders(port)
        return wrong(
            f"UDP port {port} is held by {', '.join(names)}",
            "end that program, or choose another port in [input] and in the phone",
        )
    if error.errno == errno.EACCES:
        return wrong(
            f"UDP port {port} is not allowed: ports below {SYSTEM} belong to the system",
            "choose one from 1024 to 65535 in [input] and in the phone",
        )
    return wrong(f"UDP port {port} cannot be opened: {error.strerror or error}", "choose another port")
