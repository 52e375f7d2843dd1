"""Everything that arrives on UDP ports, kept by sender and address: to be seen, and to guess a layout from."""

from __future__ import annotations

import math
import select
import socket
import threading
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from gesturemap.clock import Clock
from gesturemap.frames import Values
from gesturemap.inputs.messages import NUMBERS
from gesturemap.inputs.osc import listen
from gesturemap.wire import osc

KEPT, MOST_NUMBERS = 4096, 16_384
"""Messages of a stream that are kept, and numbers in them."""
MOST_STREAMS = 512
"""Beyond these, streams that came once make room; what finds none is only counted."""
MOST_WAITING, LOOK = 16_384, 0.1
"""Packets that wait for somebody to hear them; seconds until a thread that reads sees that it is to end."""
ALIKE = str.maketrans("ihdTF", "fffff")
"""Many a sender writes whole numbers as such and others not, or a switch as true and false: they are one message."""
NOT_PLAIN = frozenset("sSbm")
LONGEST_TEXT = 64


def _short(arguments: tuple[object, ...]) -> tuple[object, ...]:
    """Arguments whose texts and blobs keep their beginning only."""
    return tuple(part[:LONGEST_TEXT] if isinstance(part, str | bytes | tuple) else part for part in arguments)


def short(value: float) -> str:
    """A number as people read it in passing."""
    return f"{value:.0f}" if 1000.0 <= abs(value) < 1e7 else f"{value:.3g}"


@dataclass
class Stream:
    """Messages of one sender at one address, all with the same kinds of arguments."""

    port: int
    sender: str
    address: str
    tags: str
    count: int = 0
    first: float = 0.0
    last: float = 0.0
    timetags: int = 0
    """How many came with a time tag."""
    most: int = KEPT
    """Messages that are kept."""
    arrivals: deque[float] = field(default_factory=deque)
    rows: deque[tuple[object, ...]] = field(default_factory=deque)

    def __post_init__(self) -> None:
        kept = min(self.most, max(4, MOST_NUMBERS // max(1, len(self.tags))))
        self.arrivals, self.rows = deque(maxlen=kept), deque(maxlen=kept)

    @property
    def rate(self) -> float:
        """Messages a second; 0 where one is all there was."""
        return (
            (self.count - 1) / (self.last - self.first) if self.count > 1 and self.last > self.first else 0.0
        )

    @property
    def numeric(self) -> list[int]:
        """Which of the arguments are numbers."""
        return [i for i, tag in enumerate(self.tags) if tag in NUMBERS]

    @property
    def written(self) -> bool:
        """Whether a text in the last message is a number in writing."""
        for part in self.rows[-1] if self.rows else ():
            try:
                if isinstance(part, str) and math.isfinite(float(part)):
                    return True
            except ValueError:
                continue
        return False

    def table(self) -> Values:
        """The numbers that are kept, (T, C): one column for each of `numeric`; what is not finite is NaN."""
        numbers = np.array([[row[i] for i in self.numeric] for row in self.rows], np.float64)
        numbers = numbers.reshape(len(self.rows), len(self.numeric))
        return np.where(np.isfinite(numbers), numbers, np.nan)

    def only(self, at: int, text: str) -> Stream:
        """The messages whose argument `at` is this text, as a stream."""
        kept = [(when, row) for when, row in zip(self.arrivals, self.rows, strict=True) if row[at] == text]
        made = replace(self, count=round(self.count * len(kept) / len(self.rows)))
        made._hold(kept)
        made.first, made.last = kept[0][0], kept[-1][0]
        return made

    def finite(self) -> Stream:
        """Without the messages in which a number is not finite that is so in others."""
        missing = np.isnan(self.table())
        bad = [bool(row.any()) for row in missing[:, ~missing.all(axis=0)]]
        if not any(bad) or all(bad):
            return self
        made = replace(self)
        pairs = zip(self.arrivals, self.rows, bad, strict=True)
        made._hold([(when, row) for when, row, out in pairs if not out])
        return made

    def _hold(self, kept: Sequence[tuple[float, tuple[object, ...]]]) -> None:
        """Keep these messages, with their times."""
        self.arrivals.extend(when for when, _ in kept)
        self.rows.extend(row for _, row in kept)

    def texts(self, at: int) -> set[str]:
        """The texts that argument `at` held."""
        return {str(row[at]) for row in self.rows}


class Ear:
    """Takes packets and keeps what they hold, so many messages of each stream, and so many streams."""

    def __init__(self, most: int = KEPT, streams: int = MOST_STREAMS) -> None:
        self._most, self._most_streams = most, streams
        self.streams: dict[tuple[int, str, str, str], Stream] = {}
        self.unreadable: dict[str, Counter[str]] = {}
        """Sender -> why its packets are no OSC -> how many."""
        self.left_out = 0
        """Messages of streams beyond `MOST_STREAMS`."""

    def take(self, packet: bytes, sender: str, port: int, arrived: float) -> None:
        """Take one packet."""
        try:
            messages = osc.parse(packet)
        except osc.Malformed as bad:
            if len(self.unreadable) < MOST_STREAMS or sender in self.unreadable:
                self.unreadable.setdefault(sender, Counter())[bad.reason] += 1
            return
        for address, tags, arguments, timetag in messages:
            key = (port, sender, address, tags.translate(ALIKE))
            stream = self.streams.get(key)
            if stream is None:
                if len(self.streams) >= self._most_streams and not self._make_room():
                    self.left_out += 1
                    continue
                stream = self.streams[key] = Stream(
                    port, sender, address, tags, first=arrived, most=self._most
                )
            stream.count += 1
            stream.last = arrived
            stream.timetags += timetag is not None
            stream.arrivals.append(arrived)
            stream.rows.append(
                arguments if tags.isalpha() and not NOT_PLAIN.intersection(tags) else _short(arguments)
            )

    def _make_room(self) -> bool:
        """Forget a stream that came once only: a flood of addresses must not hide the sensor that comes after it."""
        once = next((key for key, stream in self.streams.items() if stream.count == 1), None)
        if once is None:
            return False
        del self.streams[once]
        self.left_out += 1
        return True

    @property
    def heard(self) -> bool:
        """Whether anything came at all."""
        return bool(self.streams or self.unreadable)


class Takes(Protocol):
    """What takes packets."""

    def take(self, packet: bytes, sender: str, port: int, arrived: float) -> None:
        """Take one packet."""
        ...


class Ports:
    """Open ports that an ear listens at.

    Raises
    ------
    DeviceError
        If one of them is taken; the others are closed again.
    """

    def __init__(self, ports: Sequence[int], ear: Takes, clock: Clock, host: str = "0.0.0.0") -> None:
        self._ear, self._clock = ear, clock
        self._doors: dict[socket.socket, int] = {}
        try:
            for port in ports:
                door = listen(host, port)
                self._doors[door] = int(door.getsockname()[1])
        except BaseException:
            self.close()
            raise

    @property
    def numbers(self) -> list[int]:
        """The ports that are open."""
        return list(self._doors.values())

    def listen(self, seconds: float) -> None:
        """Take what comes in so many seconds."""
        end = self._clock.now() + seconds
        while (left := end - self._clock.now()) > 0.0:
            ready, _, _ = select.select(list(self._doors), [], [], left)
            for door in ready:
                self._drain(door, end)

    def _drain(self, door: socket.socket, end: float) -> None:
        while self._clock.now() < end:
            try:
                packet, source = door.recvfrom(osc.LARGEST_PACKET)
            except (BlockingIOError, ConnectionError):
                return
            self._ear.take(packet, source[0], self._doors[door], self._clock.now())

    def close(self) -> None:
        """Let go of the ports."""
        for door in self._doors:
            door.close()


class Reading:
    """A port that a thread of its own reads: whoever has other things to do hears late, but knows what came when.

    Raises
    ------
    DeviceError
        If the port is taken.
    """

    def __init__(self, port: int, clock: Clock) -> None:
        self._packets: deque[tuple[bytes, str, int, float]] = deque(maxlen=MOST_WAITING)
        self._ports = Ports([port], self, clock)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._read, name=f"listening {port}", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        while not self._ended.is_set():
            self._ports.listen(LOOK)

    def take(self, packet: bytes, sender: str, port: int, arrived: float) -> None:
        """Keep one packet; the thread does."""
        self._packets.append((packet, sender, port, arrived))

    def tell(self, ear: Ear) -> None:
        """Let an ear hear what has come."""
        for _ in range(len(self._packets)):
            ear.take(*self._packets.popleft())

    def close(self) -> None:
        """Let go of the port; safe to call twice."""
        self._ended.set()
        self._thread.join()
        self._ports.close()
