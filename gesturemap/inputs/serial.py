"""Serial ports: boards on a cable that send lines of text, or packets of OSC or of plain numbers."""

from __future__ import annotations

import math
import struct
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from gesturemap.catalog import SERIAL, setting
from gesturemap.clock import Clock
from gesturemap.errors import SettingsError
from gesturemap.frames import Frame, Spec
from gesturemap.inputs.column import WORDS
from gesturemap.inputs.input import Health
from gesturemap.inputs.layout import Frames, Layout, Source
from gesturemap.inputs.messages import Messages, Part
from gesturemap.inputs.serial_learn import HEADER, Learned, learn, titles
from gesturemap.inputs.serial_port import Port, find
from gesturemap.wire.cobs import Cobs
from gesturemap.wire.lines import Lines, Row
from gesturemap.wire.packets import Packets
from gesturemap.wire.slip import Slip

BEHIND = 0.1
"""Seconds of frames that must have piled up to be called a backlog."""
REMEMBERED = 64
FOLLOW = 0.02
"""Share by which the estimate of the rate follows each piece that comes."""
PAUSE = 0.25
"""Seconds of silence that say nothing about the rate."""
AT_ONCE = 10.0
"""Seconds after which a board that was gone may have another sketch in it: a header line is waited for."""


class Remembered(NamedTuple):
    """A board whose lines nobody has described."""

    sent: Learned
    gone: float
    """When it was closed, in seconds of this process; infinite: it is open."""


_boards: dict[tuple[Serial, str], Remembered] = {}
"""Settings and port -> the board that was there, so that one that is plugged in again has the same channels."""


class Format(NamedTuple):
    """How packets are divided, and what is in them."""

    packets: type[Packets]
    number: str
    """Of `struct`, where a packet is numbers of one kind, the least byte first; empty: OSC."""


FORMATS = {
    f"{name}-{content}": Format(packets, number)
    for name, packets in (("slip", Slip), ("cobs", Cobs))
    for content, number in (("osc", ""), ("float32", "f"), ("int16", "h"))
}


@dataclass(frozen=True)
class Serial:
    """Settings of a serial input."""

    kind: ClassVar[str] = "serial"

    device: str = setting(
        "", "port, such as /dev/ttyACM0 or COM3, or /dev/ttyACM*; empty: the first board found", device=SERIAL
    )
    baud: int = setting(115200, "speed, as the board sets it", unit="baud", low=50, high=4_000_000)
    format: str = setting(
        "lines",
        "lines: 1,2,3 or x:1 y:2 as text; slip-, cobs-: packets of OSC or of numbers, as PacketSerial sends",
        choices=("lines", *FORMATS),
    )
    channels: tuple[str, ...] = setting(
        (), f"what a line or message holds, in order. {WORDS} Empty: learned from the first lines"
    )
    address: str = setting("", "for slip-osc and cobs-osc: OSC address of the messages; empty: any")
    prefix: str = setting("", "for lines: word that lines of data begin with; others are left out")
    rate: float = setting(0.0, "lines a second, as the board sends; 0: not known", unit="Hz", low=0.0)
    settle: float = setting(
        0.0,
        "ignore what comes so soon after opening; an Arduino Uno restarts then: 2",
        unit="s",
        low=0,
        high=30,
    )
    restart: bool = setting(True, "let opening restart the board; false: avoid it where the system can")

    def check(self) -> Spec | None:
        """Its channels, nothing being opened; None where only the board will say."""
        return Layout.of(self.channels, "input serial, channels").spec(self.rate) if self.channels else None

    def start(self, clock: Clock) -> SerialRun:
        """Open the port."""
        kind = FORMATS.get(self.format)
        if kind is not None and not kind.number and not self.channels:
            raise SettingsError(
                "input serial, channels",
                "none",
                "what a message holds must be known",
                'write ["acc_x g", ...]',
            )
        layout = Layout.of(self.channels, "input serial, channels") if self.channels else None
        port = find(self.device, self.baud, self.restart)
        began = time.monotonic()
        try:
            if layout is None:
                rows = Lines(self.prefix, self.baud) if kind is None else NumberRows(kind)
                before, wait = _before(self, port.device, began)
                sent = learn(port, rows, self.settle, before, wait)
                layout = sent.layout
                _boards.pop((self, port.device), None)
                if len(_boards) >= REMEMBERED:
                    del _boards[next(iter(_boards))]
                _boards[self, port.device] = Remembered(sent, math.inf)
            settled = clock.now() + max(0.0, self.settle - (time.monotonic() - began))
            return SerialRun(self, layout, port, clock, settled)
        except BaseException:
            port.close()
            raise


def _before(settings: Serial, device: str, now: float) -> tuple[Learned | None, float]:
    """What was sent by the board that was there, and for how long a header line is waited for."""
    known = _boards.get((settings, device))
    if known is None:  # it may be back under another name
        closed = [each for (of, _), each in _boards.items() if of == settings and each.gone < math.inf]
        known = max(closed, key=lambda each: each.gone, default=None)
    if known is None:
        return None, HEADER
    if now - known.gone < AT_ONCE:
        return known.sent, 0.0
    worth = known.sent.header or known.sent.layout.time >= 0  # else learning anew gives the same numbers
    return known.sent if worth else None, HEADER


class NumberRows:
    """Packets of numbers of one kind as rows."""

    header: tuple[str, ...] = ()
    """Nothing in them says what they are."""

    def __init__(self, kind: Format) -> None:
        self._packets, self._number = kind.packets(), kind.number
        self._size = struct.calcsize(kind.number)

    @property
    def ignored(self) -> Counter[str]:
        """Reason -> how many packets were not used."""
        return self._packets.ignored

    @ignored.setter
    def ignored(self, counter: Counter[str]) -> None:
        self._packets.ignored = counter

    def feed(self, data: bytes) -> list[Row]:
        """The rows that these bytes complete, in order."""
        rows = []
        for packet in self._packets.feed(data):
            count, over = divmod(len(packet), self._size)
            if over:
                self._packets.ignored["not whole numbers"] += 1
            else:
                rows.append(Row(struct.unpack(f"<{count}{self._number}", packet)))
        return rows


class SerialRun:
    """An open serial input.

    Parameters
    ----------
    settled : time of `clock` before which nothing that comes is believed.
    """

    def __init__(self, settings: Serial, layout: Layout, port: Port, clock: Clock, settled: float) -> None:
        self.spec = layout.spec(settings.rate)
        self.health = Health()
        self.address = port.address
        self._settings = settings
        self._port, self._now, self._settled = port, clock.now, settled
        self._source: Source = (port.device, 0)
        self._queue: deque[Frame] = deque()
        self._last = -math.inf
        self._rate = settings.rate
        self._count, self._seconds = 0.0, 0.0
        self._stamped = layout.time >= 0
        self._names = layout.names
        self._orders: dict[tuple[str, ...], list[int] | None] = {}
        self._frames = Frames(layout, self.health)
        self._take: Callable[[bytes, float], list[Frame]]
        kind = FORMATS.get(settings.format)
        ignored = self.health.ignored[port.device] = Counter()
        if kind is None or kind.number:
            self._rows = Lines(settings.prefix, settings.baud) if kind is None else NumberRows(kind)
            self._rows.ignored = ignored
            self._take = self._take_rows
        else:
            self._packets = kind.packets()
            self._packets.ignored = ignored
            part = Part.of(settings.address, layout, "input serial, address")
            self._messages = Messages([part], self.health)
            self._take = self._take_packets

    def read(self, timeout: float) -> Frame | None:
        """Return the next frame, or None after `timeout` seconds without one."""
        if self._queue:
            return self._queue.popleft()
        end = time.monotonic() + timeout
        left = timeout
        while True:
            data = self._port.read(max(0.0, left))
            arrived = self._now()
            if data and arrived >= self._settled:
                frames = self._take(data, arrived)
                if len(frames) == 1:
                    self._pace(1, arrived)
                    return frames[0]
                if frames:
                    self._spread(frames, arrived)
                    return self._queue.popleft()
            left = end - time.monotonic()
            if left <= 0.0:
                return None

    def close(self) -> None:
        """Let go of the port."""
        self._port.close()
        if known := _boards.get(key := (self._settings, self._port.device)):
            _boards[key] = known._replace(gone=time.monotonic())

    def _pace(self, count: int, arrived: float) -> float:
        """Seconds from one frame to the next: as set, or as frames have come so far."""
        gone, self._last = arrived - self._last, arrived
        if gone < PAUSE:
            self._count += FOLLOW * (count - self._count)
            self._seconds += FOLLOW * (gone - self._seconds)
        if self._rate:
            return 1.0 / self._rate
        # what came at once came since the last piece, and no slower than usual
        return min(gone / count, self._seconds / self._count) if self._count else 0.0

    def _spread(self, frames: list[Frame], arrived: float) -> None:
        """Queue frames that came in one piece but were not measured at once."""
        last, count = self._last, len(frames)
        period = self._pace(count, arrived)
        for index, frame in enumerate(frames):
            if not self._stamped and frame.time == arrived:
                at = max(arrived - (count - 1 - index) * period, last)
                frame = Frame(at, frame.values, arrived)
            self._queue.append(frame)
        if count > 2 and count * period >= BEHIND:
            self.health.backlog = max(self.health.backlog, count)

    def _take_rows(self, data: bytes, arrived: float) -> list[Frame]:
        made = []
        wanted, make, source = len(self._names), self._frames.make, self._source
        for row in self._rows.feed(data):
            numbers = row.values
            if row.labels or len(numbers) != wanted:
                numbers = self._ordered(row)
                if not numbers:
                    continue
            frame = make(numbers, source, arrived, arrived)
            if frame is not None:
                made.append(frame)
        return made

    def _take_packets(self, data: bytes, arrived: float) -> list[Frame]:
        made: list[Frame] = []
        for packet in self._packets.feed(data):
            made += self._messages.take(packet, self._source, arrived)
        return made

    def _ordered(self, row: Row) -> tuple[float, ...]:
        """The numbers of a row in the order of the layout; empty where it does not have them."""
        if not row.labels:
            many = str(len(row.values)) if len(row.values) <= 64 else "more than 64"
            self.health.ignore(self._port.device, f"{many} numbers instead of {len(self._names)}")
            return ()
        if row.labels not in self._orders:
            if len(self._orders) >= REMEMBERED:
                self._orders.clear()
            self._orders[row.labels] = self._order(row.labels)
        order = self._orders[row.labels]
        if order is None:
            there = {*row.labels, *(text.partition(" ")[0] for text in titles(row.labels))}
            missing = next(name for name in self._names if name != "-" and name not in there)
            self.health.ignore(self._port.device, f"no value named {missing}")
            return ()
        return tuple([row.values[i] for i in order])

    def _order(self, labels: tuple[str, ...]) -> list[int] | None:
        """Where each number of the layout stands among these labels; None where one is missing."""
        places = {label: i for i, label in enumerate(labels) if labels.count(label) == 1}
        places = {text.partition(" ")[0]: i for i, text in enumerate(titles(labels))} | places
        if not all(name == "-" or name in places for name in self._names):
            return None
        return [places[name] if name != "-" else 0 for name in self._names]
