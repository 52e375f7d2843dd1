"""OSC packets to frames, wherever the packets come from."""

from __future__ import annotations

import re
from collections.abc import Callable

from gesturemap.errors import SettingsError
from gesturemap.frames import Frame
from gesturemap.inputs.input import Health
from gesturemap.inputs.layout import Frames, Layout, Source
from gesturemap.wire import osc

TRUST = 2.0
"""Seconds by which a time tag may differ from what the sender's earlier ones let expect."""
FOLLOW = 0.002
"""Share of the difference by which the estimate of a sender's clock follows each time tag."""
STRIKES = 50
"""Time tags in a row that may differ before the sender's clock counts as set anew."""
MOST_REASON = 64
REMEMBERED = 256
NUMBERS = frozenset("ifhdTF")


def pattern(address: str, place: str) -> re.Pattern[str] | None:
    """What addresses match ``/acc``, ``/acc*`` or ``/<name>/acc``; None: any.

    Raises
    ------
    SettingsError
        If it is no address.
    """
    if not address:
        return None
    parts = []
    for part in osc.check_address(address, place).split("/"):
        if part.count("*") > 1 or part.count("<") > 1 or part.count("<") != part.count(">"):
            raise SettingsError(
                place,
                repr(address),
                "each part may hold one '*' or one '<name>'",
                "write /*/acc or /<id>/acc",
            )
        parts.append(re.sub(r"<[^>]*>|\\\*", "[^/]*", re.escape(part)))
    return re.compile("/".join(parts))


class SenderClock:
    """Where one sender's clock stands against ours; a time tag is believed only near to it."""

    def __init__(self) -> None:
        self._offset: float | None = None
        self._strikes = 0

    def time(self, timetag: float, arrived: float) -> float:
        """The time of a sample in seconds of our clock: of its time tag, or of its arrival if that is off."""
        offset = arrived - timetag
        if self._offset is None or self._strikes >= STRIKES:
            self._offset, self._strikes = offset, 0
        surprise = offset - self._offset
        if abs(surprise) > TRUST:
            self._strikes += 1
            return arrived
        self._strikes = 0
        self._offset += FOLLOW * surprise
        return timetag + self._offset


def _nothing(packet: bytes, at: int) -> tuple[float, ...]:
    return ()


class Messages:
    """Frames out of packets; anything else is counted by sender and reason in `health`.

    Parameters
    ----------
    address : of the messages wanted; see `pattern`.
    place : where that is written.
    """

    def __init__(self, layout: Layout, address: str, place: str, health: Health) -> None:
        self._layout, self._health = layout, health
        self._pattern = pattern(address, place)
        self._frames = Frames(layout, health)
        self._clocks: dict[Source, SenderClock] = {}
        self._reasons: dict[tuple[str, str], str] = {}
        self._header, self._size = b"", -1
        self._unpack: Callable[[bytes, int], tuple[float, ...]] = _nothing

    def take(self, packet: bytes, source: Source, arrived: float) -> list[Frame]:
        """The frames in one packet, in order."""
        if len(packet) == self._size and packet.startswith(self._header):
            known = self._frames.make(self._unpack(packet, len(self._header)), source, arrived, arrived)
            return [known] if known is not None else []
        try:
            messages = osc.parse(packet)
        except osc.Malformed as bad:
            self._health.ignore(source[0], bad.reason)
            return []
        frames = []
        for address, tags, arguments, timetag in messages:
            reason = self._reasons.get((address, tags))
            if reason is None:
                reason = self._judge(address, tags, arguments)
            if reason:
                self._health.ignore(source[0], reason)
                continue
            time = arrived
            if timetag is not None and self._layout.time < 0:
                time = self._clock(source).time(timetag, arrived)
            frame = self._frames.make(arguments, source, arrived, time)
            if frame is not None:
                frames.append(frame)
                if self._size < 0:
                    self._remember(packet)
        return frames

    def _remember(self, packet: bytes) -> None:
        """Packets like this good one go the short way from now on."""
        found = osc.header_of(packet)
        if found is not None:
            self._header, self._unpack = found
            self._size = len(packet)

    def _judge(self, address: str, tags: str, arguments: tuple[object, ...]) -> str:
        """Why messages like this one cannot be used; empty: they can."""
        wanted, got = len(self._layout.names), len(arguments)
        if self._pattern is not None and not self._pattern.fullmatch(address):
            reason = "another address"
        elif got != wanted:
            many = str(got) if got <= MOST_REASON else f"more than {MOST_REASON}"
            reason = f"{many} arguments instead of {wanted}"
        elif "[" in tags or not all(
            tag in NUMBERS for tag, name in zip(tags, self._layout.names, strict=True) if name != "-"
        ):
            reason = "not a number"
        else:
            reason = ""
        if len(self._reasons) >= REMEMBERED:
            self._reasons.clear()
        self._reasons[address, tags] = reason
        return reason

    def _clock(self, source: Source) -> SenderClock:
        clock = self._clocks.get(source)
        if clock is None:
            if len(self._clocks) >= Health.MOST_SENDERS:
                self._clocks.clear()
            clock = self._clocks[source] = SenderClock()
        return clock
