"""Whether anybody is there to hear the outputs: a test message to each OSC output's receiver."""

from __future__ import annotations

import ipaddress
import select
import socket
import threading
import time

from gesturemap import addresses
from gesturemap.doctor.finding import Finding, look, ok, wrong
from gesturemap.doctor.plan import Plan, Receiver
from gesturemap.holders import UNKNOWN, udp_holder
from gesturemap.wire.osc import build

REFUSAL, NOBODY = 0.5, 3.5
"""Seconds in which this machine says that nobody listens there; and in which a network says it of a machine."""


def sending(plan: Plan, seconds: float) -> list[Finding]:
    """One line for each receiver; a name that cannot be found in `seconds` does not hold up the others."""
    if not plan.receivers:
        what = "the project has no OSC output" if plan.name else "no project was named"
        return [
            ok(
                what,
                "nobody has to be there to hear it"
                if plan.name
                else "gesturemap doctor PROJECT tests its outputs",
            )
        ]
    findings: dict[Receiver, Finding] = {}

    def test(receiver: Receiver) -> None:
        findings[receiver] = send_test(receiver, seconds)

    end = time.monotonic() + seconds
    threads = [threading.Thread(target=test, args=(one,), daemon=True) for one in plan.receivers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    return [findings.get(one, _late(one)) for one in plan.receivers]


def _late(receiver: Receiver) -> Finding:
    return wrong(
        f"{receiver.host}: its address was not found in time",
        "write its number, such as 192.168.1.30, as host of [[outputs]], or look at the network's name server",
    )


def send_test(receiver: Receiver, seconds: float = NOBODY) -> Finding:
    """Send one message without arguments, and wait for a refusal, but no longer than `seconds`."""
    place = f"{receiver.host}:{receiver.port}"
    try:
        family, address = addresses.udp(receiver.host, receiver.port)
    except (OSError, UnicodeError) as error:
        return wrong(
            f"{receiver.host}: no such name ({getattr(error, 'strerror', None) or error})",
            "correct host of [[outputs]], or write the number of its address",
        )
    packet = build(f"{receiver.address.rstrip('/')}/doctor")
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as out:
            out.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            out.settimeout(REFUSAL)
            out.connect(address)
            out.send(packet)
            patience = REFUSAL if _here(str(address[0])) else min(NOBODY, seconds - REFUSAL)
            if select.select([out], [], [], patience)[0]:
                out.recv(1)  # raises where the answer is a refusal
    except ConnectionError:
        return look(
            f"nobody listens at {place}",
            "start the program that makes the sound, or correct host and port of [[outputs]]",
        )
    except OSError as error:
        return wrong(
            f"{place} cannot be reached: {error.strerror or error}",
            "connect this computer to the receiver's network, or correct host of [[outputs]]",
        )
    return _sent(receiver, str(address[0]), place)


def _sent(receiver: Receiver, address: str, place: str) -> Finding:
    if _here(address):
        holder = udp_holder(receiver.port)
        who = "somebody" if holder == UNKNOWN else holder
        return ok(f"{who} listens at {place}", f"the outputs are heard there, as {receiver.address}/...")
    return ok(
        f"a message to {place} went out and was not refused",
        f"see on that machine whether {receiver.address}/doctor arrived",
    )


def _here(address: str) -> bool:
    """Whether it is this machine that is sent to."""
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback
