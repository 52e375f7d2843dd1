"""The demonstrations that a project learns from, by phase: read and laid over one another a little at a time. No Qt."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gesturemap.errors import GesturemapError
from gesturemap.frames import Values
from gesturemap.project.takes import file_name, read_demonstration
from gesturemap.teaching.aligned import Aligned, resampled, steps
from gesturemap.window.facts.document import Document, Take
from gesturemap.window.facts.thumbnails import MOST_BYTES

MOST = 2000
"""Demonstrations that are looked at, the newest of each gesture first where there are more."""
LAID = 40
"""Demonstrations of a gesture that are laid over one another, the newest."""
AT_ONCE = 0.006
"""Seconds of work between two pictures."""


@dataclass(frozen=True, eq=False)
class Phased:
    """One demonstration by phase: `curve` (N, C) from its first moment to its last."""

    take: Take
    label: str
    names: tuple[str, ...]
    units: tuple[str, ...]
    curve: Values
    seconds: float


class Shelf:
    """What is known of the demonstrations; `work` makes it more."""

    def __init__(self) -> None:
        self._folder = Path()
        self._order: dict[str, tuple[Take, ...]] = {}
        self._known: dict[tuple[str, Take], Phased | None] = {}
        self._wanted: list[tuple[str, Take]] = []
        self._laid: dict[str, tuple[tuple[Take, ...], Aligned]] = {}
        self._asked: dict[str, None] = {}
        self._under_way: tuple[str, tuple[Take, ...], Iterator[Aligned | None]] | None = None
        self.version = 0
        """Rises when anything new is known."""

    def follow(self, document: Document) -> None:
        """Take over the vocabulary; what stayed is not read again."""
        if Path(document.folder) != self._folder:
            self._folder = Path(document.folder)
            self._known.clear()
            self._laid.clear()
            self._under_way = None
        order = {
            gesture.label: tuple(take for take in gesture.demonstrations if take.learned)
            for gesture in document.gestures
        }
        if order == self._order and (self._known or self._wanted):
            return
        self._order = order
        each = max(1, MOST // max(1, len(order)))
        now = [(label, take) for label, takes in order.items() for take in takes[-each:]]
        before = {take: found for (_, take), found in self._known.items()}  # a gesture may have been renamed
        self._known = {place: self._called(before[place[1]], place[0]) for place in now if place[1] in before}
        self._wanted = [place for place in reversed(now) if place not in self._known]
        self._laid = {label: laid for label, laid in self._laid.items() if label in order}
        self.version += 1

    @staticmethod
    def _called(found: Phased | None, label: str) -> Phased | None:
        if found is None or found.label == label:
            return found
        return Phased(found.take, label, found.names, found.units, found.curve, found.seconds)

    def of(self, label: str) -> list[Phased]:
        """What is known of one gesture's demonstrations, oldest first."""
        found = [self._known.get((label, take)) for take in self._order.get(label, ())]
        return [each for each in found if each is not None]

    @property
    def all(self) -> list[Phased]:
        """What is known of all, by gesture."""
        return [each for label in self._order for each in self.of(label)]

    @property
    def left(self) -> int:
        """How many are still to be read."""
        return len(self._wanted)

    @property
    def busy(self) -> bool:
        """Whether anything is still to be read or laid over one another."""
        return bool(self._wanted or self._asked or self._under_way)

    def aligned(self, label: str) -> Aligned | None:
        """One gesture's demonstrations laid over one another, as far as that is known; it is brought up to date."""
        takes = tuple(each.take for each in self._same(label))
        known = self._laid.get(label)
        if takes and (known is None or known[0] != takes):
            self._asked[label] = None
        return known[1] if known else None

    def channels(self, label: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Names and units of what is laid over one another."""
        same = self._same(label)
        return (same[-1].names, same[-1].units) if same else ((), ())

    def _same(self, label: str) -> list[Phased]:
        """The newest of one gesture that have the channels of the newest."""
        known = self.of(label)
        return [each for each in known if each.names == known[-1].names][-LAID:]

    def work(self, seconds: float = AT_ONCE) -> bool:
        """Read and lay over one another for so long; True if anything new is known."""
        end, before = time.perf_counter() + seconds, self.version
        while time.perf_counter() < end and (self._read() or self._lay()):
            pass
        return self.version != before

    def _read(self) -> bool:
        if not self._wanted:
            return False
        label, take = self._wanted.pop()
        self._known[label, take] = read(self._folder / file_name(take.id), take, label)
        self.version += 1
        return True

    def _lay(self) -> bool:
        if self._under_way is None:
            if not self._asked:
                return False
            label = next(iter(self._asked))
            self._asked.pop(label)
            same = self._same(label)
            if not same:
                return True
            takes = tuple(each.take for each in same)
            self._under_way = label, takes, steps([e.curve for e in same], [e.seconds for e in same])
        label, takes, going = self._under_way
        made = next(going, None)
        if made is not None:
            self._laid[label] = takes, made
            self._under_way = None
            self.version += 1
        return True


def read(path: Path, take: Take, label: str) -> Phased | None:
    """One ``demonstrations/<id>.npz`` by phase; None when it cannot be read or is empty."""
    try:
        if path.stat().st_size > MOST_BYTES:
            return None
        demonstration = read_demonstration(path)[0].learned
    except (OSError, GesturemapError):
        return None
    if not demonstration.values.size:
        return None
    units = tuple(channel.unit for channel in demonstration.spec.channels)
    curve = resampled(demonstration.time, demonstration.values)
    return Phased(take, label, demonstration.spec.names, units, curve, demonstration.seconds)
