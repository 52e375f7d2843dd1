"""Wekinator's door: inputs and control words at one UDP port, each taken in the order in which it arrived."""

from __future__ import annotations

import math
import select
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from gesturemap.catalog import setting
from gesturemap.clock import Clock
from gesturemap.errors import DeviceError, SettingsError
from gesturemap.frames import LARGEST, Channel, Frame, Spec
from gesturemap.inner import Word
from gesturemap.inputs.input import Health
from gesturemap.inputs.osc import listen
from gesturemap.inputs.senders import LOOPBACK, Bucket, networks, within
from gesturemap.wire import osc

WORDS = "/wekinator/control/"
"""What the address of every control word begins with."""
NUMBERS = frozenset("fidh")
"""Type tags of numbers; Wekinator itself knows but the first."""
MOST_NAMED = 64
"""Addresses that are named where nothing is done with them."""
LONGEST_NAMED = 64
OF_EXAMPLES = frozenset(
    ("outputs", "startRecording", "stopRecording", "startDtwRecording", "stopDtwRecording")
)
"""Words that may come with every single input, back to back; as inputs they cost little."""
EXAMPLES, WORDS_AT_ONCE, WORDS_RATE = 20_000.0, 1000.0, 200.0
"""So many of those are taken of one sender, at once and a second; of other words so many at once, and a second."""
TOO_MANY = f"more than {WORDS_RATE:g} control words a second"
REFUSED = "a control word of another machine: name it in control_from"
NOT_FINITE = "an input that is not finite"
TOO_LARGE = f"an input of {LARGEST:g} or more, or of -{LARGEST:g} or less"
NO_NUMBER = "an argument that is no number is read as 0"

_new = tuple.__new__


@dataclass(frozen=True)
class Wekinator:
    """Settings of Wekinator's door; see docs/wekinator.md."""

    kind: ClassVar[str] = "wekinator"

    port: int = setting(6448, "UDP port to listen on; 0: any free one", low=0, high=65535)
    host: str = setting(
        "", "own address to listen on; empty: all of them, 127.0.0.1: this machine only, also for the inputs"
    )
    address: str = setting("/wek/inputs", "OSC address of the inputs")
    names: tuple[str, ...] = setting(
        tuple(f"inputs-{number}" for number in range(1, 6)), "the inputs, in the order of the message"
    )
    control_from: tuple[str, ...] = setting(
        (LOOPBACK,),
        "who may send control words: addresses and networks such as 192.168.1.7 or 192.168.1.0/24; "
        "loopback: this machine",
    )

    def start(self, clock: Clock) -> WekinatorRun:
        """Listen."""
        return WekinatorRun(self, self.check(), clock)

    def check(self) -> Spec:
        """Its channels, nothing being opened.

        Raises
        ------
        SettingsError
            If an address or a name is not right.
        """
        place = f"input wekinator, port {self.port}"
        address = osc.check_address(self.address, f"{place}, address")
        if address.rstrip("/").startswith(WORDS.rstrip("/")) or not address.strip("/"):
            raise SettingsError(
                f"{place}, address",
                repr(address),
                "inputs have an address of their own",
                "such as /wek/inputs",
            )
        if not self.names:
            raise SettingsError(f"{place}, names", "no input", "there is one at least", "name one")
        networks(self.control_from, f"{place}, control_from")
        return Spec(tuple(Channel.parse(name) for name in self.names))


def sender_of(host: str) -> str:
    """A sender's address as people write it: one of IPv4 without the dress it has at a port that hears both."""
    return host.removeprefix("::ffff:")


def unusable(numbers: Sequence[float]) -> str:
    """Why these inputs are left out."""
    return TOO_LARGE if all(map(math.isfinite, numbers)) else NOT_FINITE


class WekinatorRun:
    """An open door."""

    def __init__(self, settings: Wekinator, spec: Spec, clock: Clock) -> None:
        self.spec, self.health = spec, Health()
        self._address, self._count = settings.address.rstrip("/"), spec.width
        self._allowed = networks(settings.control_from, "input wekinator, control_from")
        self._known: dict[str, tuple[Bucket, Bucket] | None] = {}
        """Sender -> how many control words it may still say: any, and those of examples; None: it may say none."""
        self._now = clock.now
        self._last = -math.inf
        """Time of the last frame."""
        self._head, self._size = b"", -1
        """The header of the last inputs, and the size of such a packet."""
        self._unpack: osc.Unpack = osc.plain_struct("").unpack_from
        self._queue: deque[Frame | Word] = deque()
        self._strays: set[str] = set()
        self._socket = door(settings.host, settings.port)
        self._receive = self._socket.recvfrom
        self.port = int(self._socket.getsockname()[1])
        where = f"{settings.host}, " if settings.host else ""
        self.address = f"{where}UDP port {self.port}"
        self._poll = select.poll() if hasattr(select, "poll") else None
        if self._poll:
            self._poll.register(self._socket, select.POLLIN)

    def read(self, timeout: float) -> Frame | Word | None:
        """Return the next inputs or the next control word, or None after `timeout` seconds without one."""
        if self._queue:
            return self._queue.popleft()
        end: float | None = None
        found: Frame | Word | None
        while True:
            try:
                packet, source = self._receive(osc.LARGEST_PACKET)
            except BlockingIOError:
                now = time.monotonic()
                end = now + timeout if end is None else end
                left = end - now
                if left <= 0.0 or not self._wait(left):
                    return None
                continue
            except ConnectionError:  # Windows: something we never sent did not arrive
                found = None
            except OSError as error:
                raise DeviceError(self.address, str(error), "it was closed", "open it again") from error
            else:
                if len(packet) == self._size and packet.startswith(self._head):  # inputs like those before
                    found = self._frame(self._unpack(packet, len(self._head)), self._now(), source[0])
                else:
                    found = self._take(packet, source[0])
            if found is not None:
                return found
            now = time.monotonic()  # a flood of what is ignored must not keep the caller for ever
            if end is None:
                end = now + timeout
            elif now > end:
                return None

    def _wait(self, seconds: float) -> bool:
        if self._poll:
            return bool(self._poll.poll(math.ceil(seconds * 1000)))
        return bool(select.select([self._socket], [], [], seconds)[0])

    def _take(self, packet: bytes, host: str) -> Frame | Word | None:
        """What is first in a packet of any kind; what is behind it, in a bundle, waits in the queue."""
        try:
            messages = osc.parse(packet)
        except osc.Malformed as bad:
            self.health.ignore(sender_of(host), bad.reason)
            return None
        arrived = self._now()
        found = [one for message in messages if (one := self._message(message, arrived, host)) is not None]
        if not found:
            return None
        if len(messages) == 1 and isinstance(found[0], Frame) and "d" not in messages[0].tags:
            self._learn(packet)
        self._queue.extend(found[1:])
        return found[0]

    def _message(self, message: osc.Message, arrived: float, host: str) -> Frame | Word | None:
        address = message.address.rstrip("/")
        if address == self._address:
            numbers = message.arguments
            if not NUMBERS.issuperset(message.tags):
                numbers = tuple(value if type(value) in (int, float) else 0.0 for value in numbers)
                self.health.ignore(sender_of(host), NO_NUMBER)
            if any(abs(number) >= LARGEST for number in numbers):  # a square may be too large for any float
                self.health.ignore(sender_of(host), unusable(numbers))
                return None
            return self._frame(numbers, arrived, host)
        if address.startswith(WORDS):
            return self._word(address[len(WORDS) :], message.arguments, arrived, host)
        self._stray(address, host)
        return None

    def _learn(self, packet: bytes) -> None:
        """Packets like these inputs are read the short way from now on."""
        shape = osc.shape_of(packet)
        if shape is not None and not shape.bundle:
            ((_, self._head),), ((self._unpack, _),) = shape.headers, shape.bodies
            self._size = len(packet)

    def _frame(self, numbers: Sequence[float], arrived: float, host: str) -> Frame | None:
        """Inputs as a frame, if they are as many as there must be, and all numbers."""
        if len(numbers) != self._count:
            self.health.ignore(sender_of(host), f"{len(numbers)} inputs instead of {self._count}")
            return None
        values = np.array(numbers, np.float64)
        # One that is large, or no number, shows in the sum of the squares; that of floats of four bytes is a number.
        if not (values.dot(values) < LARGEST or (np.abs(values) < LARGEST).all()):
            self.health.ignore(sender_of(host), unusable(numbers))
            return None
        # Those in one bundle arrive together, and each is an example of its own.
        time = arrived if arrived > self._last else math.nextafter(self._last, math.inf)
        self._last = time
        self.health.accepted += 1
        return _new(Frame, (time, values, arrived))

    def _word(self, word: str, arguments: tuple[Any, ...], arrived: float, host: str) -> Word | None:
        """A control word, if its sender may say it, and as often."""
        sender = sender_of(host)
        left = self._known[sender] if sender in self._known else self._meet(sender, arrived)
        if left is None or not left[word in OF_EXAMPLES].take(arrived):
            self.health.ignore(sender, REFUSED if left is None else TOO_MANY)
            return None
        plain = [value if isinstance(value, int | float | str) else None for value in arguments]
        return Word(word, plain, sender)

    def _meet(self, sender: str, now: float) -> tuple[Bucket, Bucket] | None:
        """What one that was not heard before may say."""
        if len(self._known) >= Health.MOST_SENDERS:
            self._known.clear()
        self._known[sender] = left = (
            (Bucket(WORDS_RATE, WORDS_AT_ONCE, now), Bucket(EXAMPLES, EXAMPLES, now))
            if within(sender, self._allowed)
            else None
        )
        return left

    def _stray(self, address: str, host: str) -> None:
        """Count a message that nobody waits for; the first few addresses are named."""
        if len(self._strays) < MOST_NAMED and len(address) <= LONGEST_NAMED:
            self._strays.add(address)
        named = f" {address}, not {self._address}" if address in self._strays else ""
        self.health.ignore(sender_of(host), f"another address{named}")

    def close(self) -> None:
        """Let go of the port."""
        self._socket.close()


def door(host: str, port: int) -> Any:
    """The port of one address, or of all, of both kinds where the system has both.

    Raises
    ------
    DeviceError
        As `listen`.
    """
    if host:
        return listen(host, port)
    try:
        return listen("::", port)
    except DeviceError as error:
        if not isinstance(error.__cause__, OSError) or "in use" in error.value:
            raise
        return listen("0.0.0.0", port)  # no IPv6 here
