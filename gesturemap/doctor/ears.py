"""Open ports: what arrives there goes to each port's traffic, our own test packets to who waits for them."""

from __future__ import annotations

import secrets
import selectors
import socket
import struct
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable

from gesturemap.doctor.plan import Plan
from gesturemap.doctor.traffic import Traffic
from gesturemap.inputs.input import Health
from gesturemap.inputs.known import senders_of_osc, usual_ports
from gesturemap.inputs.remote import USUAL
from gesturemap.wire.osc import LARGEST_PACKET, build

TICK = 0.05
IP_PKTINFO = 8
"""Linux's number for being told to which own address a packet came."""
PROGRAMS = (6448, USUAL, 8000, 8001, 8888, 9000, 9001, 10000, 57120)
"""Ports that apps and programs send to if nobody changes them."""
PROBE = "/gesturemap/doctor"


def nearby() -> list[int]:
    """Ports that known sensors and programs send to if nobody changes them; watched where they are free."""
    return sorted({*PROGRAMS, *usual_ports(senders_of_osc())})


class Ears:
    """Listens at the free ones of these ports, in a thread, until it is closed.

    `spare` is a port of its own, free for tests. `closed` says of each wanted port why it could not be opened.
    """

    def __init__(self, plan: Plan) -> None:
        self.began = time.monotonic()
        self.traffic: dict[int, Traffic] = {}
        self.traffic_six: dict[int, Traffic] = {}
        self.nearby: dict[int, Traffic] = {}
        self.closed: dict[int, OSError] = {}
        self.tcp: dict[int, Counter[str]] = {}
        """Port -> who wanted to connect over TCP."""
        self.fault: Exception | None = None
        """What kept the thread from listening on."""
        self._arrived = threading.Condition()
        self._sent: set[str] = set()
        self._back: set[str] = set()
        self._selector = selectors.DefaultSelector()
        for port in plan.ports:
            try:
                self._open(socket.AF_INET, "0.0.0.0", port, self.traffic, plan)
            except OSError as error:
                self.closed[port] = error
                continue
            self._try(socket.AF_INET6, "::", port, self.traffic_six, plan)
            self._open_tcp(port)
        left = {*plan.ports, *(receiver.port for receiver in plan.receivers), plan.remote.port}
        for port in nearby():
            if port not in left:
                self._try(socket.AF_INET, "0.0.0.0", port, self.nearby, plan)
        self.spare = self._open(socket.AF_INET, "0.0.0.0", 0, {}, plan)
        self._try(socket.AF_INET6, "::", self.spare, {}, plan)
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="ears", daemon=True)
        self._thread.start()

    def _open(self, family: int, host: str, port: int, into: dict[int, Traffic], plan: Plan) -> int:
        made = socket.socket(family, socket.SOCK_DGRAM)
        try:
            if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
                made.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            if family == socket.AF_INET6:
                made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            elif sys.platform.startswith("linux"):
                made.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
            made.bind((host, port))
            made.setblocking(False)
        except OSError:
            made.close()
            raise
        number = int(made.getsockname()[1])
        traffic = into.setdefault(
            number, Traffic(number, plan.osc_at(number) or (plan.osc if into is self.nearby else None))
        )
        traffic.opened = max(traffic.opened, time.monotonic())
        self._selector.register(made, selectors.EVENT_READ, traffic)
        return number

    def _try(self, family: int, host: str, port: int, into: dict[int, Traffic], plan: Plan) -> None:
        try:
            self._open(family, host, port, into, plan)
        except OSError:
            return  # held by somebody, or no such network: it is an extra

    def _open_tcp(self, port: int) -> None:
        """Notice apps that are set to TCP."""
        made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            made.bind(("0.0.0.0", port))
            made.listen(8)
            made.setblocking(False)
        except OSError:
            made.close()  # somebody serves TCP there: no matter to us
            return
        self.tcp[port] = Counter()
        self._selector.register(made, selectors.EVENT_READ, self.tcp[port])

    def _listen(self) -> None:
        try:
            for traffic in (*self.traffic.values(), *self.traffic_six.values(), *self.nearby.values()):
                traffic.read = time.monotonic()
            while not self._end.is_set():
                for key, _ in self._selector.select(TICK):
                    assert isinstance(key.fileobj, socket.socket)
                    if isinstance(key.data, Traffic):
                        self._drain(key.fileobj, key.data)
                    else:
                        _turn_away(key.fileobj, key.data)
        except Exception as error:  # noqa: BLE001 - whoever waits for what arrives must be told, not left with silence
            self.fault = error

    def _drain(self, door: socket.socket, traffic: Traffic) -> None:
        """Take what waits there, for one tick at most, so that a flood at one port does not silence another."""
        end = time.monotonic() + TICK
        while time.monotonic() < end and not self._end.is_set():
            try:
                packet, source, reached = _receive(door)
            except BlockingIOError:
                return
            except OSError:
                continue  # the answer to something we never sent
            if packet.startswith(PROBE.encode()):
                with self._arrived:
                    self._back |= self._sent & {_token(packet)}
                    self._arrived.notify_all()
            else:
                traffic.take(packet, (source[0], source[1]), reached, time.monotonic())

    def probe(self) -> tuple[str, bytes]:
        """A token, and the test packet that carries it."""
        token = secrets.token_hex(8)
        with self._arrived:
            self._sent.add(token)
        return token, build(PROBE, token)

    def heard(self, tokens: Iterable[str], seconds: float) -> set[str]:
        """Those of our test packets that have arrived, as soon as all have or `seconds` are over."""
        wanted = set(tokens)
        with self._arrived:
            self._arrived.wait_for(lambda: wanted <= self._back, seconds)
            return wanted & self._back

    def close(self) -> None:
        """Let go of the ports; nothing is counted any more. Safe to call twice."""
        if self._end.is_set():
            return
        self._end.set()
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            assert isinstance(key.fileobj, socket.socket)
            key.fileobj.close()
        self._selector.close()


def _turn_away(door: socket.socket, callers: Counter[str]) -> None:
    """Count who calls over TCP, and hang up."""
    try:
        caller, (host, _) = door.accept()
    except OSError:
        return  # it has hung up already
    caller.close()
    if host in callers or len(callers) < Health.MOST_SENDERS:
        callers[host] += 1


def _token(packet: bytes) -> str:
    return packet.rstrip(b"\0").rpartition(b"\0")[2].decode("ascii", "replace")


def _receive(door: socket.socket) -> tuple[bytes, tuple[str, int], str]:
    """A packet, its sender, and the own address it was sent to where the system tells."""
    if not sys.platform.startswith("linux") or door.family != socket.AF_INET:
        packet, source = door.recvfrom(LARGEST_PACKET)
        return packet, (source[0], source[1]), ""
    packet, extras, _, source = door.recvmsg(LARGEST_PACKET, 64)
    reached = ""
    for level, kind, data in extras:
        if level == socket.IPPROTO_IP and kind == IP_PKTINFO:
            _, _, destination = struct.unpack("I4s4s", data[:12])
            reached = socket.inet_ntoa(destination)
    return packet, (source[0], source[1]), reached
