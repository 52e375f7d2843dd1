"""Serial ports: boards on a cable that send lines of text, or OSC in SLIP packets."""

from __future__ import annotations

import errno
import math
import os
import select
import time
from collections import Counter, deque
from dataclasses import dataclass
from typing import ClassVar

import serial
from serial.tools import list_ports

from gesturemap.catalog import setting
from gesturemap.clock import Clock
from gesturemap.errors import DeviceError, SettingsError
from gesturemap.frames import Frame
from gesturemap.inputs.column import WORDS
from gesturemap.inputs.input import Health
from gesturemap.inputs.layout import Frames, Layout, Source
from gesturemap.inputs.messages import Messages, Part
from gesturemap.inputs.ports import device_holder
from gesturemap.wire.lines import Lines, Row
from gesturemap.wire.slip import Slip

LISTEN = 3.0
"""Seconds in which a board whose channels are not named must send something readable; some start for two."""
TICK = 0.02
"""Seconds between two looks at the port where the system cannot be asked to wait for it."""
AGREE = 3
"""Lines in a row that must look alike before their layout is believed."""


@dataclass(frozen=True)
class Serial:
    """Settings of a serial input."""

    kind: ClassVar[str] = "serial"

    device: str = setting("", "port, such as /dev/ttyACM0 or COM3; empty: the first board found")
    baud: int = setting(115200, "speed, as the board sets it", unit="baud", low=50, high=4_000_000)
    format: str = setting(
        "lines", "lines: 1,2,3 or x:1 y:2 as text; slip-osc: OSC packets", choices=("lines", "slip-osc")
    )
    channels: tuple[str, ...] = setting(
        (), f"what a line or message holds, in order. {WORDS} Empty: learned from the first lines"
    )
    address: str = setting("", "for slip-osc: OSC address of the messages; empty: any")
    rate: float = setting(0.0, "lines a second, as the board sends; 0: not known", unit="Hz", low=0.0)
    settle: float = setting(
        0.0,
        "ignore what comes so soon after opening; an Arduino Uno restarts then: 2",
        unit="s",
        low=0,
        high=30,
    )

    def start(self, clock: Clock) -> SerialRun:
        """Open the port."""
        if self.format == "slip-osc" and not self.channels:
            raise SettingsError(
                "input serial, channels",
                "none",
                "what a message holds must be known",
                'write ["acc_x g", ...]',
            )
        layout = Layout.of(self.channels, "input serial, channels") if self.channels else None
        port = Port(self.device, self.baud) if self.device else first(self.baud)
        try:
            return SerialRun(self, layout or learn(port), port, clock)
        except BaseException:
            port.close()
            raise


class Port:
    """An open serial port, read in whatever pieces come."""

    def __init__(self, device: str, baud: int) -> None:
        self.device = device
        self.address = f"{device} at {baud} baud"
        try:
            self._serial = serial.Serial(device, baud, timeout=0, exclusive=True)
        except (OSError, ValueError) as error:
            raise _refused(device, error) from error
        self._poll: select.poll | None = None
        if os.name == "posix":
            self._poll = select.poll()
            self._poll.register(self._serial.fileno(), select.POLLIN)
        else:
            self._serial.timeout = TICK

    def read(self, seconds: float) -> bytes:
        """What is there, waiting up to `seconds` for the first byte.

        Raises
        ------
        DeviceError
            If the device is gone.
        """
        end = time.monotonic() + seconds
        try:
            if self._poll:
                if not self._poll.poll(math.ceil(seconds * 1000)):
                    return b""
                return bytes(self._serial.read(max(1, self._serial.in_waiting)))
            while not (data := self._serial.read(max(1, self._serial.in_waiting))) and time.monotonic() < end:
                continue
            return bytes(data)
        except (OSError, TypeError) as error:  # pyserial gives both when a port goes
            raise DeviceError(
                self.device, f"gone ({error})", "it was unplugged or closed", "plug it in again"
            ) from error

    def close(self) -> None:
        """Let go of the port."""
        self._serial.close()


class SerialRun:
    """An open serial input."""

    def __init__(self, settings: Serial, layout: Layout, port: Port, clock: Clock) -> None:
        self.spec = layout.spec(settings.rate)
        self.health = Health()
        self.address = port.address
        self._port, self._now = port, clock.now
        self._source: Source = (port.device, 0)
        self._period = 1.0 / settings.rate if settings.rate else 0.0
        self._settled = clock.now() + settings.settle
        self._queue: deque[Frame] = deque()
        self._last = -math.inf
        self._take = self._take_lines if settings.format == "lines" else self._take_packets
        self._lines, self._slip = Lines(), Slip()
        self._lines.ignored = self._slip.ignored = self.health.ignored[port.device] = Counter()
        self._frames = Frames(layout, self.health)
        self._names = layout.names
        self._orders: dict[tuple[str, ...], list[int]] = {}
        part = Part.of(settings.address, layout, "input serial, address")
        self._messages = Messages([part], self.health)

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
                self._take(data, arrived)
                if self._queue:
                    return self._queue.popleft()
            left = end - time.monotonic()
            if left <= 0.0:
                return None

    def close(self) -> None:
        """Let go of the port."""
        self._port.close()

    def _take_lines(self, data: bytes, arrived: float) -> None:
        rows = [numbers for row in self._lines.feed(data) if (numbers := self._ordered(row))]
        for index, numbers in enumerate(rows):
            # several lines in one piece were not measured at once
            time = max(arrived - (len(rows) - 1 - index) * self._period, self._last)
            frame = self._frames.make(numbers, self._source, arrived, time)
            if frame is not None:
                self._last = time
                self._queue.append(frame)

    def _take_packets(self, data: bytes, arrived: float) -> None:
        for packet in self._slip.feed(data):
            self._queue.extend(self._messages.take(packet, self._source, arrived))

    def _ordered(self, row: Row) -> tuple[float, ...]:
        """The numbers of a line in the order of the layout; empty where it does not have them."""
        if row.labels:
            return self._by_name(row)
        if len(row.values) == len(self._names):
            return row.values
        many = str(len(row.values)) if len(row.values) <= 64 else "more than 64"
        self.health.ignore(self._port.device, f"{many} numbers instead of {len(self._names)}")
        return ()

    def _by_name(self, row: Row) -> tuple[float, ...]:
        order = self._orders.get(row.labels)
        if order is None:
            for name in self._names:
                if name != "-" and name not in row.labels:
                    self.health.ignore(self._port.device, f"no value named {name}")
                    return ()
            if len(self._orders) >= 64:
                self._orders.clear()
            order = [row.labels.index(name) if name != "-" else 0 for name in self._names]
            self._orders[row.labels] = order
        return tuple([row.values[i] for i in order])


def learn(port: Port) -> Layout:
    """The layout of lines that nobody described: their own labels, a header's, or in_1, in_2 ...

    Raises
    ------
    DeviceError
        If nothing readable comes.
    """
    lines = Lines()
    alike: list[Row] = []
    end = time.monotonic() + LISTEN
    while (left := end - time.monotonic()) > 0.0:
        for row in lines.feed(port.read(left)):
            if alike and (len(row.values), row.labels) != (len(alike[0].values), alike[0].labels):
                alike.clear()
            alike.append(row)
            if len(alike) >= AGREE:
                return Layout.of(_names(row, lines.header), port.address)
    reasons = ", ".join(lines.ignored) or ("too few lines" if alike else "nothing came")
    raise DeviceError(
        port.address,
        reasons,
        f"a board must send lines of numbers within {LISTEN:g} s",
        "check its sketch and the baud rate, or name the channels",
    )


def _names(row: Row, header: tuple[str, ...]) -> tuple[str, ...]:
    """Names for the numbers of a row; a time or count of unknown unit is left out."""
    labels = row.labels or (header if len(header) == len(row.values) else ())
    if labels and len(set(labels)) == len(labels):
        return tuple("-" if label in ("time", "count") else label for label in labels)
    return tuple(f"in_{i + 1}" for i in range(len(row.values)))


def boards() -> list[str]:
    """The ports that a board may be on; those on USB come first."""
    ports = [port for port in list_ports.comports() if port.vid is not None or port.hwid != "n/a"]
    return [str(port.device) for port in sorted(ports, key=lambda port: (port.vid is None, port.device))]


def first(baud: int) -> Port:
    """The first port that a board may be on, open.

    Raises
    ------
    DeviceError
        If there is none, or it cannot be opened, naming the others.
    """
    devices = boards()
    if not devices:
        raise DeviceError(
            "serial ports",
            "none found",
            "a board on a USB cable, or a port, is wanted",
            "plug the board in, or name its device",
        )
    try:
        return Port(devices[0], baud)
    except DeviceError as error:
        if len(devices) == 1:
            raise
        others = f"or name another device: {', '.join(devices[1:])}"
        raise DeviceError(error.place, error.value, error.rule, f"{error.next_step}, {others}") from error


def _refused(device: str, error: Exception) -> DeviceError:
    """Why a port could not be opened, and what to do."""
    code = getattr(error, "errno", None)
    if code in (errno.EAGAIN, errno.EBUSY):
        value, rule = f"already in use by {device_holder(device)}", "one program at a time reads a port"
        return DeviceError(device, value, rule, "end that program, such as a serial monitor")
    if code == errno.EACCES:
        return DeviceError(
            device,
            "not allowed",
            "you must be in the group that owns it",
            "sudo adduser $USER dialout, log in again",
        )
    if code == errno.ENOENT:
        there = ", ".join(sorted(port.device for port in list_ports.comports())) or "none"
        return DeviceError(
            device, "no such port", f"there are: {there}", "plug the board in, or name another"
        )
    return DeviceError(device, str(error), "a serial port is wanted", "check the device and the baud rate")
