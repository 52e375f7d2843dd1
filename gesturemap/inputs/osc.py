"""OSC over UDP: phones, boards and other programs on the network."""

from __future__ import annotations

import errno
import math
import select
import socket
import sys
import time
from collections import deque
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any, ClassVar

from gesturemap.catalog import setting
from gesturemap.clock import Clock
from gesturemap.errors import DeviceError, SettingsError
from gesturemap.frames import Frame, Spec
from gesturemap.holders import udp_holder
from gesturemap.inputs.column import WORDS, in_order
from gesturemap.inputs.input import Health, InputRun
from gesturemap.inputs.layout import Layout
from gesturemap.inputs.messages import Messages, Part, pattern
from gesturemap.inputs.osc_learn import MOST, Astray, learn
from gesturemap.inputs.steady import Steady
from gesturemap.wire.osc import LARGEST_PACKET

BUFFER = 8 << 20
"""Bytes of packets that may wait in the kernel, where it gives that much."""
SO_RCVBUFFORCE = 33
"""Linux's number for a buffer beyond the system's limit; allowed to administrators only."""


@dataclass(frozen=True)
class Osc:
    """Settings of an OSC input."""

    kind: ClassVar[str] = "osc"

    port: int = setting(8000, "UDP port to listen on; 0: any free one", low=0, high=65535)
    host: str = setting(
        "0.0.0.0", "own address to listen on; 0.0.0.0: all of them, 127.0.0.1: this machine only"
    )
    address: str = setting("", "OSC address of the messages; empty: any; /<id>/raw and /acc* match many")
    arguments: tuple[str, ...] = setting((), f"what a message holds, in order. {WORDS}")
    channels: int = setting(
        0,
        "without arguments: so many numbers, in_1, in_2 ...; 0: as many as come most often",
        low=0,
        high=MOST,
    )
    messages: dict[str, tuple[str, ...]] = setting(
        {},
        "in place of address and arguments: address -> what it holds, where several messages make one frame",
    )
    frame: str = setting(
        "last",
        "when several messages make one: with the one that brings the last channel, with each, or at the rate",
        choices=("last", "each", "timer"),
    )
    leave: tuple[str, ...] = setting(
        (), "addresses whose messages are left out on purpose, such as /battery: they are no trouble"
    )
    columns: tuple[str, ...] = setting((), "channels to use, in this order, such as acc*; empty: all")
    devices: dict[str, str] = setting(
        {}, "name -> device as <id> in the address says it, or its IP address; empty: the first that is heard"
    )
    clock: str = setting(
        "ours",
        "what a time in the messages is held against: ours: within half a second of its arrival; sender: nothing, "
        "it is a recording that is played at any speed",
        choices=("ours", "sender"),
    )
    rate: float = setting(
        0.0, "frames a second, as the sender is set; 0: not known", unit="Hz", low=0.0, high=10_000.0
    )

    def start(self, clock: Clock) -> InputRun:
        """Listen."""
        run = self.listen(clock)
        return Steady(run, self.rate, clock) if self.frame == "timer" else run

    def listen(self, clock: Clock) -> OscRun:
        """Open the port, without the timer."""
        health = Health()
        if self.described:
            return OscRun(self, self.reader(health), health, clock)
        place = f"input osc, port {self.port}"
        wanted = pattern(self.address, f"{place}, address")
        with listen(self.host, self.port) as door:
            kind = learn(door, wanted, place)
        found: dict[str, Any] = {"address": self.address or kind.address, "channels": kind.numbers}
        known = replace(self, **found)
        astray = Astray(kind, self.address, wanted, health, place)
        return OscRun(known, known.reader(health), health, clock, astray, found)

    def check(self) -> Spec | None:
        """Its channels, nothing being opened; None where only its messages will say.

        Raises
        ------
        SettingsError
            As `start` would.
        """
        if not self.described:
            pattern(self.address, f"input osc, port {self.port}, address")
            return None
        return self.reader(Health()).spec(self.rate)

    def reader(self, health: Health) -> Messages:
        """What makes frames of packets, without a port, of settings that are `described`."""
        place = f"input osc, port {self.port}"
        if self.frame == "timer" and not self.rate:
            raise SettingsError(
                f"{place}, frame",
                "'timer' without a rate",
                "frames come at the rate",
                "give rate, such as 100",
            )
        if len(set(self.devices.values())) < len(self.devices):
            raise SettingsError(
                f"{place}, devices", "one device twice", "each name stands for another", "remove one"
            )
        for address in self.leave:
            if pattern(address, f"{place}, leave") is None:
                raise SettingsError(f"{place}, leave", "an empty address", "each is one", "remove it")
        parts, names = self._parts(place)
        if not names:
            raise SettingsError(
                place, "a score and no channel", "frames have channels", "name one 'name unit'"
            )
        return Messages(
            parts,
            health,
            self.devices,
            leave=self.leave,
            order=names,
            every=self.frame != "last",
            as_sent=self.clock == "sender",
        )

    @property
    def described(self) -> bool:
        """Whether it is known what arrives; else it is learned from what comes most often."""
        return bool(self.arguments or self.messages or self.channels)

    def _parts(self, place: str) -> tuple[list[Part], tuple[str, ...]]:
        """The messages wanted, and the channels that come of them, in order."""
        described = [name for name in ("arguments", "channels", "messages") if getattr(self, name)]
        if len(described) > 1 or (self.messages and self.address):
            raise SettingsError(
                place,
                f"both {' and '.join(described if len(described) > 1 else ['messages', 'address'])}",
                "one of them says what a message holds",
                f"remove the line {described[0] if len(described) > 1 else 'address'}",
            )
        wanted = self.messages or {
            self.address: self.arguments or tuple(f"in_{i + 1}" for i in range(self.channels))
        }
        layouts: dict[str, Layout] = {}
        units: dict[str, str] = {}
        for address, texts in wanted.items():
            where = f"{place}, {f'messages {address}' if self.messages else 'arguments'}"
            layouts[address] = Layout.of(texts, where)
            for channel in layouts[address].channels:
                if units.setdefault(channel.name, channel.unit) != channel.unit:  # it is one thing
                    raise SettingsError(
                        where,
                        f"{channel.name} in {channel.unit or 'no unit'}",
                        f"elsewhere it is in {units[channel.name] or 'no unit'}",
                        "write 'name unit from what is sent' so that both come out the same",
                    )
        names = self._chosen(tuple(units), place)
        used = {address: layout.only(names) for address, layout in layouts.items()}
        parts = [
            Part.of(address, layout, f"{place}, address")
            for address, layout in used.items()
            if layout.channels or layout.score >= 0
        ]
        return parts, names

    def _chosen(self, there: tuple[str, ...], place: str) -> tuple[str, ...]:
        """The channels that are used, in order."""
        for wanted in self.columns:
            if not any(fnmatchcase(name, wanted) for name in there):
                raise SettingsError(
                    f"{place}, columns",
                    f"no channel {wanted!r}",
                    f"there are {', '.join(there)}",
                    "name one of them",
                )
        return in_order(there, self.columns) if self.columns or self.messages else there


class OscRun:
    """An open port.

    Parameters
    ----------
    astray : watches for something else in place of what was learned; None: it is described.
    found : the address and how many channels, where they were learned.
    """

    def __init__(
        self,
        settings: Osc,
        messages: Messages,
        health: Health,
        clock: Clock,
        astray: Astray | None = None,
        found: dict[str, Any] | None = None,
    ) -> None:
        self.found = found or {}
        self.spec = messages.spec(settings.rate)
        self.health = health
        self._messages, self._astray = messages, astray
        self._now = clock.now
        self._queue: deque[Frame] = deque()
        self._socket = listen(settings.host, settings.port)
        self._receive = self._socket.recvfrom
        self.port = int(self._socket.getsockname()[1])
        where = "" if settings.host in ("0.0.0.0", "::") else f"{settings.host}, "
        self.address = f"{where}UDP port {self.port}"
        self._poll = select.poll() if hasattr(select, "poll") else None
        if self._poll:
            self._poll.register(self._socket, select.POLLIN)

    def read(self, timeout: float) -> Frame | None:
        """Return the next frame, or None after `timeout` seconds without one."""
        if self._queue:
            return self._queue.popleft()
        end: float | None = None
        while True:
            try:
                packet, source = self._receive(LARGEST_PACKET)
            except BlockingIOError:
                now = time.monotonic()
                end = now + timeout if end is None else end
                left = end - now
                if left <= 0.0 or not self._wait(left):
                    return None
                continue
            except ConnectionError:  # Windows: something we never sent did not arrive
                frames = []
            except OSError as error:
                raise DeviceError(self.address, str(error), "it was closed", "open it again") from error
            else:
                frames = self._messages.take(packet, source, arrived := self._now())
                if not frames and self._astray:
                    self._astray.see(packet, arrived)
            if frames:
                if len(frames) > 1:
                    self._queue.extend(frames[1:])
                return frames[0]
            now = time.monotonic()  # a flood of what is ignored must not keep the caller for ever
            if end is None:
                end = now + timeout
            elif now > end:
                return None

    def _wait(self, seconds: float) -> bool:
        if self._poll:
            return bool(self._poll.poll(math.ceil(seconds * 1000)))
        return bool(select.select([self._socket], [], [], seconds)[0])

    def close(self) -> None:
        """Let go of the port."""
        self._socket.close()


def listen(host: str, port: int) -> socket.socket:
    """A UDP socket that nobody else shares, with room for bursts.

    Raises
    ------
    DeviceError
        If the port is taken, saying by whom where that can be known, or the address is not one's own.
    """
    place = f"UDP port {port}"
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            made.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        if host == "::":  # every address of either kind, on whatever system
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        _enlarge(made)
        made.bind((host, port))
        made.setblocking(False)
    except OSError as error:
        made.close()
        if error.errno == errno.EADDRINUSE:
            raise DeviceError(
                place,
                f"already in use by {udp_holder(port)}",
                "one program at a time listens on a port",
                "end that program, or choose another port here and in the sender",
            ) from error
        if error.errno == errno.EACCES:
            raise DeviceError(
                place, "not allowed", "ports below 1024 belong to the system", "choose one from 1024 to 65535"
            ) from error
        raise DeviceError(
            f"{place} of {host!r}",
            str(error),
            "an address of this machine is wanted",
            "use 0.0.0.0 for all, 127.0.0.1 for this machine only",
        ) from error
    return made


def _enlarge(made: socket.socket) -> None:
    """Ask for a large buffer, and take what is given."""
    for option in (SO_RCVBUFFORCE, socket.SO_RCVBUF) if sys.platform == "linux" else (socket.SO_RCVBUF,):
        size = BUFFER
        while size >= 1 << 16:
            try:
                made.setsockopt(socket.SOL_SOCKET, option, size)
            except PermissionError:
                break
            except OSError:  # some systems refuse what is too large instead of giving less
                size //= 2
            else:
                return
