"""What arrives at one port, by sender: rate, addresses, type tags, and why the project's sensor ignores it."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from gesturemap.errors import GesturemapError
from gesturemap.inputs.assembly import SWITCH_ON, WAITING
from gesturemap.inputs.input import Health
from gesturemap.inputs.layout import Source
from gesturemap.inputs.listen import Ear
from gesturemap.inputs.messages import OTHER_ADDRESS, OTHER_DEVICE, Messages, pattern
from gesturemap.inputs.osc import Osc
from gesturemap.wire.osc import Malformed, Message, parse

MOST_SHAPES = 24
"""Kinds of messages or reasons of one sender; the rest is counted together."""
KEPT, STREAMS = 4, 64
"""Messages, and kinds of them, that are enough to know a sensor by."""
SHOWN = 24
"""Bytes shown of a packet that is no OSC."""
OTHERS = "others"
OTHER_REASONS = "other reasons"
PLACE = "input osc"


class Reason(NamedTuple):
    """Why a packet was ignored, and what to do."""

    text: str
    step: str
    elsewhere: tuple[str, ...] = ()
    """The other OSC addresses it was sent to: right so where the sender is heard at its own."""
    another: bool = False
    """It comes of another device than the one that is followed: right so unless both are to play."""


AT_ONCE = 0.1
"""Seconds after the first reading within which a packet is thought to have waited."""


@dataclass
class Sender:
    """One machine that sends."""

    packets: int = 0
    used: int = 0
    """Packets that the project's sensor takes."""
    left: int = 0
    """Packets that it leaves out on purpose."""
    first: float = 0.0
    last: float = 0.0
    shapes: Counter[str] = field(default_factory=Counter)
    """Address and type tags -> messages."""
    reasons: Counter[Reason] = field(default_factory=Counter)
    malformed: dict[str, Reason] = field(default_factory=dict)
    """Why packets are no OSC -> the same with the first of them: what is in the next ones does not matter."""
    reached: Counter[str] = field(default_factory=Counter)
    """Own address it sent to -> packets, where the system tells."""

    def rate(self, end: float) -> float:
        """Packets a second from the first of them to when listening ended; 0 if there were too few to tell."""
        gone = max(end, self.last) - self.first
        return (self.packets - 1) / gone if self.packets > 2 and gone > 0.0 else 0.0


class Traffic:
    """Counts packets at one port.

    Parameters
    ----------
    sensor : what the project waits for; None: anything is welcome.
    """

    def __init__(self, port: int, sensor: Osc | None) -> None:
        self.port, self.sensor = port, sensor
        self.senders: dict[str, Sender] = {}
        self.fault: GesturemapError | None = None
        """What is wrong with the settings of the sensor; then anything is welcome."""
        self.ear = Ear(KEPT, STREAMS)
        """What a sensor may be known by."""
        self.opened = self.read = -math.inf
        """When the port was opened, and when what had waited there was first read, s."""
        self.ended = 0.0
        """When listening ended, s."""
        self._health = Health()
        self._messages: Messages | None = None
        try:
            if sensor is not None:
                pattern(sensor.address, f"{PLACE}, address")
                self._messages = sensor.reader(self._health) if sensor.described else None
        except GesturemapError as error:
            self.sensor, self.fault = None, error

    @property
    def waiting(self) -> str:
        """What has not come that the project's first frame needs; empty: nothing, or it is not known."""
        return self._messages.waiting if self._messages is not None else ""

    def take(self, packet: bytes, source: Source, reached: str, arrived: float) -> None:
        """Count one packet.

        Parameters
        ----------
        reached : the own address it was sent to; empty: not known.
        arrived : when, in seconds.
        """
        name = source[0] if source[0] in self.senders or len(self.senders) < Health.MOST_SENDERS else OTHERS
        waited = arrived - self.read < AT_ONCE  # then it may have come at any time since the port was opened
        sender = self.senders.setdefault(name, Sender(first=self.opened if waited else arrived))
        sender.packets, sender.last = sender.packets + 1, arrived
        if reached:
            sender.reached[reached] += 1
        try:
            messages = parse(packet)
        except Malformed as bad:
            if bad.reason not in sender.malformed:
                shown = packet[:SHOWN].decode("ascii", "replace") if packet else "an empty packet"
                step = "set the app to OSC over UDP, not to text, JSON or another form"
                sender.malformed[bad.reason] = Reason(f"no OSC ({bad.reason}), such as {shown}", step)
            _count(sender.reasons, sender.malformed[bad.reason])
            return
        for message in messages:
            _count(sender.shapes, f"{message.address} {message.tags or 'no arguments'}")
        self.ear.take(packet, source[0], self.port, arrived)
        if self.sensor is None:
            sender.used += 1
            return
        reasons = self._judge(self.sensor, packet, source, messages, arrived)
        for reason in reasons:
            _count(sender.reasons, reason)
        reader = self._messages
        left = reader is not None and bool(messages) and all(reader.leaves(m.address) for m in messages)
        sender.left += left
        sender.used += not reasons and not left

    def _judge(
        self, sensor: Osc, packet: bytes, source: Source, messages: list[Message], arrived: float
    ) -> set[Reason]:
        """Why the sensor would use nothing of a packet; empty: it uses some of it."""
        if self._messages is None:
            self._messages = self._first(sensor, messages)
        if self._messages is None:  # nothing at the right address yet
            wanted = pattern(sensor.address, PLACE)
            told = [
                OTHER_ADDRESS if wanted and not wanted.fullmatch(m.address) else "no numbers"
                for m in messages
            ]
        else:
            self._health.ignored.clear()
            if self._messages.take(packet, source, arrived):
                return set()
            told = [reason for reasons in self._health.ignored.values() for reason in reasons]
        told = [OTHER_ADDRESS if reason.startswith(OTHER_ADDRESS) else reason for reason in told]
        if OTHER_ADDRESS in told and len(set(told)) > 1:
            told = [reason for reason in told if reason != OTHER_ADDRESS]
        return {_explained(sensor, self._messages, reason, messages) for reason in told[:MOST_SHAPES]}

    def _first(self, sensor: Osc, messages: list[Message]) -> Messages | None:
        """The reader of a sensor whose layout is as the first message at its address shows it."""
        wanted = pattern(sensor.address, PLACE)
        counts = [
            len(m.arguments)
            for m in messages
            if (wanted is None or wanted.fullmatch(m.address)) and m.tags and not m.tags.strip("ifdh")
        ]
        return replace(sensor, channels=counts[0]).reader(self._health) if counts else None


def _explained(sensor: Osc, reader: Messages | None, reason: str, messages: list[Message]) -> Reason:
    """A reason of the sensor's, with what arrived and what it waits for."""
    wanted = pattern(sensor.address, PLACE)

    def right(address: str) -> bool:
        return reader.waits_for(address) if reader else wanted is None or bool(wanted.fullmatch(address))

    others = list(dict.fromkeys(m.address for m in messages if not right(m.address)))
    if reason == OTHER_ADDRESS and others:
        addresses = reader.addresses if reader else [sensor.address]
        waits = ", ".join(addresses[:6]) + (", ..." if len(addresses) > 6 else "")
        mend = (
            f'write address = "{others[0]}" in [input]'
            if len(addresses) == 1
            else "gesturemap sensors listen --write NAME makes a profile of what arrives"
        )
        return Reason(
            f"{OTHER_ADDRESS} {', '.join(others[:4])}: the project waits for {waits}",
            f"let the app send to {waits}, or {mend}",
            tuple(others[:4]),
        )
    if reason == OTHER_DEVICE and reader:
        return _of_another(sensor, reader)
    found = next((m for m in messages if right(m.address)), None)
    at = f" at {found.address}" if found else ""
    if "arguments instead of" in reason:
        key = "messages" if sensor.messages else "arguments"
        held = ", ".join(_of_messages(sensor, found) or sensor.arguments) or (
            f"{sensor.channels} numbers" if sensor.channels else "see [input]"
        )
        return Reason(
            f"{reason}{at}",
            f"what the project waits for: {held}; "
            f"choose what the app sends, or name what arrives in {key} of [input]",
        )
    if reason.startswith(WAITING):
        return Reason(f"{reason}; what came is {found.address if found else 'something else'}", SWITCH_ON)
    return Reason(f"{reason}{at}", "look at what the app sends, and at [input] of the project")


def _of_messages(sensor: Osc, message: Message | None) -> tuple[str, ...]:
    """What a message of this address should hold, where several make a frame."""
    for address, texts in sensor.messages.items():
        wanted = pattern(address.partition(" ")[0], PLACE)
        if message and (wanted is None or wanted.fullmatch(message.address)):
            return tuple(texts)
    return ()


def _of_another(sensor: Osc, reader: Messages) -> Reason:
    """A device that is not followed, and how it would be."""
    followed = ", ".join(reader.devices)
    named = dict(sensor.devices) or dict(zip(("left", "right"), reader.devices, strict=False))
    free = next(
        name for name in ("left", "right", "third", *map(str, range(len(named) + 1))) if name not in named
    )
    table = ", ".join(f'{name} = "{device}"' for name, device in {**named, free: reader.other}.items())
    return Reason(
        f"{OTHER_DEVICE}, {reader.other}; the project follows {followed}",
        f"of no matter if one of them is to play; for both write devices = {{{table}}} in [input]",
        another=True,
    )


def _count(counts: Counter[str] | Counter[Reason], what: str | Reason) -> None:
    """Count, without growing for ever."""
    if what not in counts and len(counts) >= MOST_SHAPES:
        what = Reason(OTHER_REASONS, "mend those above first") if isinstance(what, Reason) else OTHERS
    counts[what] += 1  # type: ignore[index]
