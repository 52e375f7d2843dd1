"""The other program: it holds the phone that sends, and the patch that listens. A process of its own."""

from __future__ import annotations

import json
import select
import signal
import socket
import time
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from gesturemap.frames import Values
from gesturemap.wire import osc

LINGER = 1.0
"""Seconds it goes on listening after the last packet."""


@dataclass
class Heard:
    """What came back."""

    stamps: list[float] = field(default_factory=list)
    """The sample times in the messages with the controls."""
    values: list[list[float]] = field(default_factory=list)
    """The controls in each of them."""
    arrivals: list[float] = field(default_factory=list)
    """When each of them came, on the machine's monotonic clock."""
    events: list[tuple[float, str, str]] = field(default_factory=list)
    """Sample time, began or ended, gesture."""
    odd: int = 0
    """Packets that were not what was agreed."""


def run(connection: Connection, times: Values, values: Values, speed: float, address: str) -> None:
    """Tell the port on which it listens, wait for the port to send to, play the score, tell what was heard.

    Parameters
    ----------
    times, values : the score: (T,) seconds and (T, C).
    speed : how many seconds of the score pass in one second.
    address : the OSC address to send to; its arguments: the C values, the sample time (s), a packet counter.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        door.bind(("127.0.0.1", 0))
        door.setblocking(False)
        tell(connection, door.getsockname()[1])
        target = ("127.0.0.1", json.loads(connection.recv_bytes()))
        heard = Heard()
        sent: list[float] = []
        began = time.perf_counter()
        for count, (at, row) in enumerate(zip(times.tolist(), values.tolist(), strict=True)):
            _listen(door, heard, began + at / speed)
            packet = osc.build(address, *row, at, count, tags="f" * len(row) + "di")
            sent.append(time.perf_counter())
            door.sendto(packet, target)
            if count % 100 == 0:
                tell(connection, count)
        _listen(door, heard, time.perf_counter() + LINGER)
    tell(connection, {"sent": sent, **asdict(heard)})
    connection.close()


def tell(connection: Connection, what: Any) -> None:
    """Send something to the other end, as JSON."""
    connection.send_bytes(json.dumps(what).encode())


def _listen(door: socket.socket, heard: Heard, until: float) -> None:
    """Take in what arrives until it is time to send again."""
    while (left := until - time.perf_counter()) > 0:
        if not select.select([door], [], [], left)[0]:
            continue
        packet = door.recv(65536)
        now = time.perf_counter()
        try:
            (message,) = osc.parse(packet)
        except (osc.Malformed, ValueError):
            heard.odd += 1
            continue
        _sort(message.address.rpartition("/")[2], message.arguments, now, heard)


def _sort(word: str, arguments: tuple[Any, ...], now: float, heard: Heard) -> None:
    if word == "controls":
        heard.stamps.append(arguments[0])
        heard.values.append(list(arguments[1:]))
        heard.arrivals.append(now)
    elif word in ("began", "ended"):
        heard.events.append((heard.stamps[-1] if heard.stamps else 0.0, word, arguments[0]))
    else:
        heard.odd += 1
