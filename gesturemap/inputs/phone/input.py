"""A phone with nothing but a browser: it opens a page of ours, and its motion becomes channels."""

from __future__ import annotations

import contextlib
import errno
import importlib.util
import json
import math
import secrets
import select
import socket
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any, ClassVar, NamedTuple

import numpy as np

from gesturemap import companion, library
from gesturemap.catalog import setting
from gesturemap.clock import Clock
from gesturemap.errors import DeviceError, SettingsError, install
from gesturemap.frames import Channel, Frame, Spec
from gesturemap.holders import tcp_holder
from gesturemap.inputs.input import Health
from gesturemap.inputs.phone.align import Alignment
from gesturemap.inputs.phone.motion import CHANNELS, GROUPS, REST, columns
from gesturemap.inputs.phone.wire import FRAME, SAMPLES, STATE
from gesturemap.units import factor

NEEDS = ("aiohttp", "cryptography")
PATIENCE = 20.0
"""Seconds in which the server must have answered, on a slow machine with other work."""
LEAD = 0.25
"""Seconds of silence after which another phone sets the pace."""
LARGEST = 65536
MOST_PHONES = 8


@dataclass(frozen=True)
class Phone:
    """Settings of phones that need no app: they open a page that is served from this machine.

    The address of the page, with its one-time token, stands in the run's `address`; a QR code of it is shown by
    ``gesturemap phone`` and in the window.
    """

    kind: ClassVar[str] = "phone"

    port: int = setting(8443, "TCP port of the page; 0: any free one", low=0, high=65535)
    host: str = setting("0.0.0.0", "address of this machine to serve at; 0.0.0.0: all")
    phones: int = setting(1, "how many may join; with more than one, channels begin with phone1_ ...",
                          low=1, high=MOST_PHONES)  # fmt: skip
    channels: tuple[str, ...] = setting(
        ("acc", "gyro"),
        "acc with gravity (m/s2), lin without, gyro (rad/s), quat, touch (0..1), buttons",
        choices=tuple(GROUPS),
    )
    acceleration: str = setting("m/s2", "unit of acc and lin", choices=("m/s2", "g"))
    rate: float = setting(60.0, "samples a second, as browsers give them", unit="Hz", low=0.0, high=1000.0)

    def check(self) -> Spec:
        """The channels of all phones, nothing being opened.

        Raises
        ------
        SettingsError
            If there is none.
        """
        if not self.channels:
            raise SettingsError(
                "input phone, channels", "none", f"of {', '.join(GROUPS)}", 'write ["acc", "gyro"]'
            )
        return self.spec()

    def start(self, clock: Clock) -> PhoneRun:
        """Open the page.

        Raises
        ------
        SettingsError, DeviceError, FileError
            If there is no channel, something is not installed, the port is taken, or the certificate cannot be kept.
        """
        self.check()
        absent = [name for name in NEEDS if importlib.util.find_spec(name) is None]
        if absent:
            raise DeviceError(
                "input phone",
                f"{' and '.join(absent)} not installed",
                "the phone's page needs it",
                install("phone"),
            )
        _look_at_port(self.host, self.port)
        return PhoneRun(self, clock)

    def spec(self) -> Spec:
        """The channels of all phones."""
        wanted = [
            replace(CHANNELS[column], unit=self.acceleration)
            if CHANNELS[column].unit == "m/s2"
            else CHANNELS[column]
            for column in columns(self.channels)
        ]
        if self.phones == 1:
            return Spec(tuple(wanted), self.rate)
        named = [
            Channel(f"phone{place}_{channel.name}", channel.unit)
            for place in range(1, self.phones + 1)
            for channel in wanted
        ]
        return Spec(tuple(named), self.rate)


class Caller(NamedTuple):
    """A phone that has joined."""

    place: int
    """From 1, in the order of joining."""
    name: str
    """What it is: iPhone, Android ..."""
    here: bool
    """Whether it was heard in the last seconds."""
    lacks: tuple[str, ...]
    """Groups of channels it does not give."""


class PhoneRun:
    """An open page, and the phones that have opened it."""

    def __init__(self, settings: Phone, clock: Clock) -> None:
        self.spec = settings.spec()
        self.health = Health()
        self.phones: tuple[Caller, ...] = ()
        """Who has joined."""
        self.samples = [0] * settings.phones
        """How many came from the phone at each place."""
        self._now = clock.now
        in_unit = factor("m/s2", settings.acceleration)
        self._pick = [
            (column, in_unit if CHANNELS[column].unit == "m/s2" else 1.0)
            for column in columns(settings.channels)
        ]
        self._width = len(self._pick)
        self._values = [REST[column] for column, _ in self._pick] * settings.phones
        self._clocks = [Alignment() for _ in range(settings.phones)]
        self._counts = [-1] * settings.phones
        self._heard = [-math.inf] * settings.phones
        self._last = -math.inf
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._socket.bind(("127.0.0.1", 0))
            answer = self._begin(settings)
            self._socket.connect(("127.0.0.1", answer["from"]))  # from nobody else
            self._socket.setblocking(False)
        except BaseException:
            self.close()
            raise
        self.port = int(answer["port"])
        self.urls: tuple[str, ...] = tuple(answer["urls"])
        """Addresses of the page with the token, the likeliest first."""
        self.address = f"phone page {' or '.join(self.urls)}"
        self._poll = select.poll() if hasattr(select, "poll") else None
        if self._poll:
            self._poll.register(self._socket, select.POLLIN)

    def _begin(self, settings: Phone) -> dict[str, Any]:
        """Start the server's process and hear where it serves."""
        key = secrets.token_hex(16)
        orders = {
            "key": key,
            "to": self._socket.getsockname()[1],
            "port": settings.port,
            "host": settings.host,
            "phones": settings.phones,
            "channels": settings.channels,
            "folder": str(library.user_folder() / "phone"),
        }
        self._process = companion.begin("gesturemap.inputs.phone.serve", orders)
        answer = self._answer(key)
        if "error" in answer:
            raise DeviceError(*answer["error"])
        return answer

    def _answer(self, key: str) -> dict[str, Any]:
        """What the server says first: it knows the key that only it was told."""
        assert self._process is not None
        end = time.monotonic() + PATIENCE
        self._socket.settimeout(0.2)
        while time.monotonic() < end:
            ended = self._process.poll() is not None
            with contextlib.suppress(TimeoutError, ConnectionError, ValueError):
                answer = json.loads(self._socket.recv(LARGEST))
                if isinstance(answer, dict) and answer.get("key") == key:
                    return answer
            if ended:
                break
        raise DeviceError(
            "input phone", "its server did not start", "it said why on the terminal", "report that line"
        )

    def read(self, timeout: float) -> Frame | None:
        """Return the next frame, or None after `timeout` seconds without one."""
        end: float | None = None
        while True:
            try:
                datagram = self._socket.recv(LARGEST)
            except BlockingIOError:
                now = time.monotonic()
                end = now + timeout if end is None else end
                if end - now <= 0.0 or not self._wait(end - now):
                    self._look_after()
                    return None
                continue
            except ConnectionError:
                self._look_after()  # nobody is there: it has died, or is about to say why
                continue
            except OSError as error:
                raise DeviceError(self.address, str(error), "it was closed", "open it again") from error
            frame = self._take(datagram)
            if frame is not None:
                return frame
            now = time.monotonic()
            if end is None:
                end = now + timeout
            elif now > end:
                return None

    def _take(self, datagram: bytes) -> Frame | None:
        if datagram[0] == STATE:
            self._hear(json.loads(datagram[1:]))
            return None
        if datagram[0] != SAMPLES:
            return None
        arrived = self._now()
        _, place, count, theirs, *values = FRAME.unpack(datagram)
        index = place - 1
        at = self._clocks[index].place(theirs, arrived)
        skipped = count - self._counts[index] - 1
        if 0 < skipped < 1000 and self._counts[index] >= 0:
            self.health.lost += skipped
        self._counts[index] = count
        self.samples[index] += 1
        self._heard[index] = arrived
        first = index * self._width
        self._values[first : first + self._width] = [values[column] * scale for column, scale in self._pick]
        if any(arrived - heard < LEAD for heard in self._heard[:index]):
            return None  # a phone on an earlier place sets the pace; these values go with its next sample
        self.health.accepted += 1
        self._last = max(self._last, at)
        return Frame(self._last, np.array(self._values, np.float64), arrived)

    def _hear(self, state: dict[str, Any]) -> None:
        self.phones = tuple(
            Caller(phone["place"], phone["name"], phone["here"], tuple(phone["lacks"]))
            for phone in state["phones"]
        )
        self.health.ignored = {sender: Counter(reasons) for sender, reasons in state["ignored"].items()}

    def _look_after(self) -> None:
        if self._process is None or self._process.poll() is not None:
            raise DeviceError(
                self.address, "the page's server has ended", "it is started again", "keep the page open"
            )

    def _wait(self, seconds: float) -> bool:
        if self._poll:
            return bool(self._poll.poll(math.ceil(seconds * 1000)))
        return bool(select.select([self._socket], [], [], seconds)[0])

    def close(self) -> None:
        """End the server; safe to call twice."""
        process, self._process = self._process, None
        if process is not None:
            companion.end(process)
        self._socket.close()


def _look_at_port(host: str, port: int) -> None:
    """See at once, without a process, whether a port is taken: the engine asks once a second.

    Raises
    ------
    DeviceError
        If it is, saying by whom where that can be known.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as tried:
        if sys.platform != "win32":
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError as error:
            place = f"TCP port {port}"
            if error.errno == errno.EADDRINUSE:
                raise DeviceError(
                    place,
                    f"already in use by {tcp_holder(port)}",
                    "one program at a time serves at a port",
                    "end that program, or choose another port",
                ) from error
            if error.errno == errno.EACCES:
                raise DeviceError(
                    place, "not allowed", "ports below 1024 belong to the system", "choose one from 1024 on"
                ) from error
            raise DeviceError(
                f"{place} of {host!r}",
                error.strerror or str(error),
                "an address of this machine is wanted",
                "use 0.0.0.0 for all",
            ) from error
