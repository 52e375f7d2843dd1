"""OSC packets to frames, wherever the packets come from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gesturemap.errors import SettingsError
from gesturemap.frames import Frame, Spec
from gesturemap.inputs.assembly import Assembly
from gesturemap.inputs.clocks import SenderClock
from gesturemap.inputs.input import Health
from gesturemap.inputs.layout import LOST, Frames, Layout, Source
from gesturemap.wire import osc

GONE = (0.25, 2.0)
"""Seconds of silence after which another device may take the place of the one that was followed: at least, at most."""
MISSED = 8.0
"""Between them, so many of its usual intervals."""
MOST_REASON = 64
REMEMBERED = 256
SHORTCUTS = 64
STRAYS = 4
"""Addresses that are named in reasons."""
NUMBERS = frozenset("ifhdTF")
SET_TO_OSC = "what arrives is not OSC but text, JSON or something else: set the app to OSC over UDP"
"""What is said where nothing that arrives is OSC."""
OTHER_ADDRESS, OTHER_DEVICE, NO_NUMBER = "another address", "another device", "not a number"
ON_PURPOSE = "left out on purpose"
"""What is at an address that is named as one to leave: no trouble, and not counted."""


def pattern(address: str, place: str) -> re.Pattern[str] | None:
    """What addresses match ``/acc``, ``/acc*`` or ``/<name>/acc``; None: any. The last ``<name>`` is the device's.

    Raises
    ------
    SettingsError
        If it is no address.
    """
    if not address:
        return None
    parts = []
    for part in osc.check_address(address, place).split("/"):
        # two of them beside one another would take time by the square of what a stranger sends
        if part.count("*") + part.count("<") > 1 or part.count("<") != part.count(">"):
            raise SettingsError(
                place,
                repr(address),
                "each part may hold one '*' or one '<name>'",
                "write /*/acc or /<id>/acc",
            )
        parts.append(re.sub(r"<[^>]*>", "([^/]*)", re.escape(part)).replace(r"\*", "[^/]*"))
    return re.compile("/".join(parts))


def no_osc(ignored: Mapping[str, Mapping[str, int]]) -> bool:
    """Whether all that was ignored, by sender and reason, is not OSC at all."""
    reasons = {reason for reasons in ignored.values() for reason in reasons}
    return reasons == {osc.NEITHER}


class Part(NamedTuple):
    """One kind of message."""

    address: str
    pattern: re.Pattern[str] | None
    layout: Layout

    @classmethod
    def of(cls, address: str, layout: Layout, place: str) -> Part:
        """What comes at an address; behind a space there may be a remark, so that an address can come twice."""
        plain = address.partition(" ")[0]
        return cls(plain, pattern(plain, place), layout)


class Verdict(NamedTuple):
    """What messages of one address with these type tags are."""

    part: int
    device: str
    """As the address names it; empty: it does not."""
    reason: str
    """Why they cannot be used; empty: they can."""


class Shortcut(NamedTuple):
    """How packets are read that look like a good one."""

    shape: osc.Shape
    verdicts: tuple[Verdict, ...]
    """Of its messages."""


class Messages:
    """Frames out of packets; anything else is counted by sender and reason in `health`.

    Parameters
    ----------
    parts : the messages wanted; several make one frame.
    devices : name -> device, as the ``<name>`` in the address, the argument ``device`` or the sender's address
        says it. None: the first that is heard, until it falls silent.
    leave : addresses left out on purpose.
    order, every : see `Assembly`.
    as_sent : see `Frames`.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        health: Health,
        devices: Mapping[str, str] | None = None,
        *,
        leave: Sequence[str] = (),
        order: Sequence[str] = (),
        every: bool = False,
        as_sent: bool = False,
    ) -> None:
        self._parts, self._health = tuple(parts), health
        self._leave = [pattern(address, "leave") for address in leave]
        self._wanted = {key: at for at, key in enumerate((devices or {}).values())}
        self._heard = ""
        """The device that is followed where none is named."""
        self.other = ""
        """The last device that was not followed."""
        self._first = self._last = 0.0
        self._count = 0
        whole = len(self._parts) == 1 and len(self._wanted) < 2
        self._assembly = Assembly(
            [part.layout for part in parts],
            [part.address or "any address" for part in parts],
            order,
            tuple(devices) if devices and len(devices) > 1 else (),
            every,
            health,
        )
        own = tuple(channel.name for channel in self._parts[0].layout.channels)
        self._direct = whole and bool(own) and own == (tuple(order) or own)
        self._frames = [Frames(part.layout, health, whole=self._direct, as_sent=as_sent) for part in parts]
        self._timed = all(part.layout.time < 0 for part in parts)
        self._clocks: dict[str, SenderClock] = {}
        """Of each host, which has one clock whatever ports it sends from."""
        self._strays: list[str] = []
        """Addresses that are not waited for, as they came."""
        self._verdicts: dict[tuple[str, str], Verdict] = {}
        self._shortcuts: dict[int, list[Shortcut]] = {}

    def spec(self, rate: float) -> Spec:
        """What the frames are."""
        return self._assembly.spec(rate)

    @property
    def addresses(self) -> list[str]:
        """What it waits for."""
        return list(dict.fromkeys(part.address or "any address" for part in self._parts))

    @property
    def devices(self) -> list[str]:
        """The devices that are followed: those that are named, or the one that is heard."""
        return list(self._wanted) or ([self._heard] if self._heard else [])

    @property
    def waiting(self) -> str:
        """What has not come that the first frame needs; empty: nothing."""
        return "" if self._direct else self._assembly.waiting

    def waits_for(self, address: str) -> bool:
        """Whether messages at an address are wanted, whatever they hold."""
        return any(part.pattern is None or part.pattern.fullmatch(address) for part in self._parts)

    def leaves(self, address: str) -> bool:
        """Whether messages at an address are left out on purpose."""
        named = any(each is not None and each.fullmatch(address) for each in self._leave)
        return named and not self.waits_for(address)

    def take(self, packet: bytes, source: Source, arrived: float) -> list[Frame]:
        """The frames in one packet, in order."""
        for shortcut in self._shortcuts.get(len(packet), ()):
            for at, header in shortcut.shape.headers:
                if not packet.startswith(header, at):
                    break
            else:
                return self._short(shortcut, packet, source, arrived)
        try:
            messages = osc.parse(packet)
        except osc.Malformed as bad:
            self._health.ignore(source[0], bad.reason)
            return []
        frames, good = [], []
        time, stamp = arrived, None
        for address, tags, arguments, timetag in messages:
            verdict = self._verdicts.get((address, tags)) or self._judge(address, tags, arguments)
            if verdict.reason:
                self._refuse(verdict, source, arrived)
                continue
            if timetag != stamp:
                stamp, time = timetag, self._time(timetag, source, arrived)
            frame = self._frame(verdict, arguments, source, arrived, time)
            if frame is not None:
                frames.append(frame)
            good.append(verdict)
        if good and len(good) == len(messages):  # a bundle of nothing says nothing of its sender's clock
            self._remember(packet, good)
        return frames

    def _short(self, shortcut: Shortcut, packet: bytes, source: Source, arrived: float) -> list[Frame]:
        """The frames in a packet that looks like a good one."""
        shape, verdicts = shortcut
        time = self._time(osc.timetag_of(packet), source, arrived) if shape.bundle else arrived
        frames = []
        for (unpack, at), verdict in zip(shape.bodies, verdicts, strict=True):
            frame = self._frame(verdict, unpack(packet, at), source, arrived, time)
            if frame is not None:
                frames.append(frame)
        return frames

    def _time(self, timetag: float | None, source: Source, arrived: float) -> float:
        """When what a packet tells was measured, as far as the packet says it."""
        if timetag is None or not self._timed:
            return arrived
        return self._clock(source[0]).time(timetag, arrived)[0]

    def _frame(
        self, verdict: Verdict, numbers: tuple[float, ...], source: Source, arrived: float, time: float
    ) -> Frame | None:
        """What a message that can be used makes, if it comes from a device that is followed."""
        part = verdict.part
        layout = self._parts[part].layout
        name = str(numbers[layout.device]) if layout.device >= 0 else verdict.device or source[0]
        device = self._device(name, arrived)
        if device < 0:
            self.other = name
            self._health.ignore(source[0], OTHER_DEVICE)
            return None
        frames = self._frames[part]
        # a host may pass on what several devices send, each with a clock and a counter of its own
        frame = frames.make(numbers, (source[0], device) if self._wanted else source, arrived, time)
        if self._direct:
            return frame
        if layout.score >= 0:
            self._assembly.track(device, frames.lost)
        return self._assembly.add(part, device, frame, source[0]) if frame is not None else None

    def _device(self, name: str, arrived: float) -> int:
        """Which of the devices this is; -1: none that is followed."""
        if self._wanted:
            return self._wanted.get(name, -1)
        if name != self._heard:
            usual = (self._last - self._first) / max(1, self._count - 1)
            if arrived - self._last < min(GONE[1], max(GONE[0], MISSED * usual)) and self._count:
                return -1
            self._heard, self._first, self._count = name, arrived, 0
        self._last = arrived
        self._count += 1
        return 0

    def _refuse(self, verdict: Verdict, source: Source, arrived: float) -> None:
        """Count a message that cannot be used."""
        if verdict.reason == ON_PURPOSE:
            return
        self._health.ignore(source[0], verdict.reason)
        if verdict.reason == LOST:
            device = self._device(verdict.device or source[0], arrived)
            if device >= 0:
                self._assembly.track(device, lost=True)

    def _remember(self, packet: bytes, verdicts: list[Verdict]) -> None:
        """Packets like this good one go the short way from now on."""
        shape = osc.shape_of(packet)
        if shape is None:
            return
        if sum(map(len, self._shortcuts.values())) >= SHORTCUTS:
            self._shortcuts.clear()
        self._shortcuts.setdefault(len(packet), []).append(Shortcut(shape, tuple(verdicts)))

    def _elsewhere(self, address: str) -> str:
        """Why a message at another address is not used; the first few addresses are named."""
        if self.waits_for(address):
            return OTHER_ADDRESS
        if address not in self._strays and len(self._strays) < STRAYS:
            self._strays.append(address)
        waits = " or ".join(self.addresses[:STRAYS])
        named = address in self._strays and len(address) <= MOST_REASON
        return f"{OTHER_ADDRESS} {address}, not {waits}" if named else OTHER_ADDRESS

    def _judge(self, address: str, tags: str, arguments: tuple[object, ...]) -> Verdict:
        """What messages like this one are, by the first part that they fit."""
        verdict = Verdict(0, "", ON_PURPOSE if self.leaves(address) else self._elsewhere(address))
        for at, part in enumerate(self._parts):
            found = part.pattern.fullmatch(address) if part.pattern is not None else None
            if found or part.pattern is None:
                device = (found[found.lastindex] if found.lastindex else "") if found else ""
                verdict = Verdict(at, device, _unfit(part.layout, tags, len(arguments)))
                if not verdict.reason:
                    break
        if len(self._verdicts) >= REMEMBERED:
            self._verdicts.clear()
        self._verdicts[address, tags] = verdict
        return verdict

    def _clock(self, host: str) -> SenderClock:
        clock = self._clocks.get(host)
        if clock is None:
            if len(self._clocks) >= Health.MOST_SENDERS:
                self._clocks.clear()
            clock = self._clocks[host] = SenderClock()
        return clock


def _unfit(layout: Layout, tags: str, got: int) -> str:
    """Why arguments with these type tags are not a layout's; empty: they are."""
    wanted = len(layout.names)
    if got < wanted and layout.more and 0 <= layout.score < got:
        return LOST  # nobody is seen, so nothing is told of anybody
    if got < wanted or (got > wanted and not layout.more):
        many = str(got) if got <= MOST_REASON else f"more than {MOST_REASON}"
        return f"{many} arguments instead of {wanted}"
    if layout.device >= 0 and tags[layout.device] not in "sSifh":
        return NO_NUMBER
    if "[" in tags or not all(tags[at] in NUMBERS for at in layout.numbers):
        return NO_NUMBER
    return ""
