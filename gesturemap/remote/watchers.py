"""Who is told what: subscriptions, which end unless they are renewed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from gesturemap.errors import CommandError
from gesturemap.frames import Values
from gesturemap.remote.board import GROUPS, Item
from gesturemap.remote.words import ROOT, SHOWN_BY, TOPICS, WORDS
from gesturemap.wire import osc

LASTS = 30.0
"""Seconds after which a subscription ends."""
MOST_WATCHERS, MOST_EACH = 32, 16
"""Who may watch at a time, and how many subscriptions each may have."""
LARGEST = 8000
"""Bytes of one bundle; what does not fit goes into another."""
ESTIMATE = "estimate"
Send = Callable[[bytes], None]


def topic(what: str) -> str:
    """What is watched, as it stands behind ``/gesturemap/``; empty: everything.

    Raises
    ------
    CommandError
        If it is none of the topics, nor stands behind one, nor is a word that shows a value.
    """
    name = what.removeprefix(ROOT).strip("/")
    if name in ("", "all"):
        return ""
    if name.partition("/")[0] not in TOPICS and not (name in WORDS and WORDS[name].shows):
        raise CommandError(
            "subscribe", f"{what!r:.60}", f"there are {', '.join(TOPICS)} and all", "name one of them"
        )
    return name


def covers(what: str, name: str) -> bool:
    """Whether a topic has this value in it; a word that shows one is a topic of its own."""
    if not what:
        return name.partition("/")[0] in TOPICS
    return what == name or name.startswith(f"{what}/")


def seen(one: Item) -> list[Item]:
    """A value as it is told: at its address, and at that of the word that shows it."""
    word = SHOWN_BY.get(one.address)
    return [one] if word is None else [one, one._replace(address=word)]


@dataclass
class Subscription:
    """To one topic."""

    what: str
    period: float
    """Seconds from one estimate to the next at least; 0: every frame."""
    until: float
    due: float = 0.0
    """When the next estimate is sent."""

    def __post_init__(self) -> None:
        self.groups = [name for name in GROUPS if covers(self.what, f"{ESTIMATE}/{name}")]
        """The groups of an estimate that it has."""


class Watcher:
    """One who is told."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.subscriptions: dict[str, Subscription] = {}


class Watchers:
    """All who are told, each by its key."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._every: dict[object, Watcher] = {}

    def __len__(self) -> int:
        return len(self._every)

    def add(self, key: object, send: Send, what: str, rate: float, lasts: float = LASTS) -> None:
        """Tell it of this topic from now on.

        Raises
        ------
        CommandError
            If there are too many.
        """
        name = topic(what)
        watcher = self._every.get(key)
        if watcher is None:
            if len(self._every) >= MOST_WATCHERS:
                raise CommandError(
                    "subscribe", f"{MOST_WATCHERS} others", "no more can watch at a time", "end another"
                )
            watcher = self._every[key] = Watcher(send)
        if name not in watcher.subscriptions and len(watcher.subscriptions) >= MOST_EACH:
            raise CommandError(
                "subscribe",
                f"{MOST_EACH} subscriptions",
                "no more for one sender",
                "unsubscribe, or ask for all",
            )
        watcher.send = send
        watcher.subscriptions[name] = Subscription(name, 1.0 / rate if rate else 0.0, self._now() + lasts)

    def remove(self, key: object, what: str = "") -> None:
        """Tell it no more of this topic, or of anything."""
        watcher, name = self._every.get(key), topic(what)
        if watcher is None:
            return
        if name:
            watcher.subscriptions.pop(name, None)
        if not name or not watcher.subscriptions:
            del self._every[key]

    def expire(self) -> None:
        """Forget what was not renewed."""
        now = self._now()
        for key, watcher in list(self._every.items()):
            watcher.subscriptions = {
                what: one for what, one in watcher.subscriptions.items() if now < one.until
            }
            if not watcher.subscriptions:
                del self._every[key]

    def tell(self, items: Iterable[Item]) -> None:
        """Tell everybody whom it concerns of these, as one message each."""
        every = [told for one in items for told in seen(one)] if self._every else []
        for one in every:
            name, packet = one.address.removeprefix(f"{ROOT}/"), one.packet()
            for watcher in self._every.values():
                if any(covers(what, name) for what in watcher.subscriptions):
                    watcher.send(packet)

    def wants_estimates(self) -> bool:
        """Whether anybody is to be told of the engine's rows."""
        return any(one.groups for watcher in self._every.values() for one in watcher.subscriptions.values())

    def estimates(self, rows: Sequence[Values], packets: Callable[[Values], Mapping[str, bytes]]) -> None:
        """Tell of rows, each in a bundle: of the newest where its time has come, or of every one.

        Parameters
        ----------
        packets : makes group -> message of a row.
        """
        now = self._now()
        made: dict[int, Mapping[str, bytes]] = {}
        for watcher in self._every.values():
            for one in watcher.subscriptions.values():
                groups = one.groups
                if not groups or now < one.due:
                    continue
                one.due = max(one.due + one.period, now)
                for number in range(0 if not one.period else len(rows) - 1, len(rows)):
                    row = made.get(number)
                    if row is None:
                        row = made[number] = packets(rows[number])
                    for packet in bundled([row[name] for name in groups if name in row]):
                        watcher.send(packet)


def bundled(packets: list[bytes]) -> list[bytes]:
    """Messages in as few bundles as they fit; one alone stays a message."""
    found: list[bytes] = []
    held: list[bytes] = []
    size = math.inf
    for packet in packets:
        if size + len(packet) > LARGEST:
            held = []
            found.append(b"")
            size = 16
        held.append(packet)
        size += 4 + len(packet)
        found[-1] = packet if len(held) == 1 else osc.bundle(None, *held)
    return found
