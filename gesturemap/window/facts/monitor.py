"""What came in and went out, a line each, bounded. No Qt."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from gesturemap.commands import Fault, Happened
from gesturemap.window import words
from gesturemap.window.facts.health import ignored
from gesturemap.window.facts.live import Live
from gesturemap.window.words import changes as changed
from gesturemap.window.words import testing as said

MOST = 2000
"""Lines that are kept."""
EVERY = 0.2
"""Seconds between two lines of values."""
MOVED = 0.02
"""A value is written again when it has moved by so much of the range that it has had."""
VALUES = 6
"""Values in one line at most: those that moved most."""


class Line(NamedTuple):
    """One of them."""

    number: int
    kind: str
    """``event``, ``out``, ``in`` or ``fault``."""
    text: str


class Monitor:
    """Writes lines; `after` gives those that are new."""

    def __init__(self) -> None:
        self._lines: deque[Line] = deque(maxlen=MOST)
        self.count = 0
        """Lines written so far."""
        self._last: dict[str, float] = {}
        self._ranges: dict[str, tuple[float, float]] = {}
        self._next = 0.0
        self._addresses: tuple[str, ...] = ()
        self._ignored: dict[tuple[str, str], int] = {}
        self._source = ""

    def _add(self, kind: str, text: str) -> None:
        self.count += 1
        clock = time.strftime("%H:%M:%S")
        self._lines.append(Line(self.count, kind, said.LINE_OF.format(clock=clock, text=text)))

    def after(self, number: int) -> list[Line]:
        """The lines after this number, oldest first."""
        new = min(self.count - number, len(self._lines))
        return [self._lines[-place] for place in range(new, 0, -1)]

    def lines(self) -> list[tuple[str, str]]:
        """All that are kept, each its kind and its text."""
        return [(line.kind, line.text) for line in self._lines]

    def recall(self, lines: Iterable[Sequence[str]]) -> None:
        """What the window before this one had written, which has heard all that this one has."""
        self.clear()
        for kind, text in lines:
            self.count += 1
            self._lines.append(Line(self.count, kind, text))

    def happened(self, event: Happened) -> None:
        """A gesture began or ended."""
        kind = words.EVENT_KINDS.get(event.kind, event.kind)
        self._add("event", said.EVENT.format(kind=kind, label=event.label, value=event.value))

    def trained(self, lines: Iterable[str]) -> None:
        """A new model plays: what it says otherwise."""
        for line in lines:
            self._add("event", changed.TRAINED.format(line))

    def fault(self, fault: Fault) -> None:
        """Something went wrong."""
        self._add(
            "fault", said.FAULT.format(place=fault.place, text=fault.text.removeprefix(f"{fault.place}: "))
        )

    def figures(self, figures: Mapping[str, Any], address: str, troubles: Sequence[str] = ()) -> None:
        """A new `Status`: how the source does, where outputs go and how they fare, where that is news."""
        rate = float(figures.get("rate", 0.0))
        source = f"{address} {rate > 0.0}"
        if source != self._source and figures and address:  # one that is not open yet is not silent
            self._source = source
            text = said.IN_RATE if rate > 0.0 else said.IN_SILENT
            self._add("in", text.format(address=address, rate=rate))
        for sender, reason, count in ignored(figures):
            more = count - self._ignored.get((sender, reason), 0)
            if more > 0:
                self._add("in", said.IN_IGNORED.format(count=more, sender=sender, reason=reason))
        self._ignored = {(sender, reason): count for sender, reason, count in ignored(figures)}
        outputs = tuple(str(output.get("address", "")) for output in figures.get("outputs") or ())
        if (*outputs, *troubles) != self._addresses:
            self._addresses = (*outputs, *troubles)
            for output in outputs:
                trouble = next(
                    (line.removeprefix(output) for line in troubles if line.startswith(output)), ""
                )
                self._add("out", said.OUT_ADDRESS.format(address=output, trouble=trouble))

    def values(self, live: Live, now: float) -> None:
        """The controls that have moved; at most five times a second."""
        if now < self._next or not live.control_names:
            return
        self._next = now + EVERY
        moved: list[tuple[float, str]] = []
        for name, value in zip(live.control_names, live.controls.tolist(), strict=True):
            if not math.isfinite(value):
                continue
            low, high = self._ranges.get(name, (value, value))
            low, high = self._ranges[name] = min(low, value), max(high, value)
            by = abs(value - self._last.get(name, math.inf)) / ((high - low) or 1.0)
            if by > MOVED:
                moved.append((by, words.CONTROL_TEXT.format(name=name, value=value)))
                self._last[name] = value
        if moved:
            most = sorted(moved, reverse=True)[:VALUES]
            self._add("out", said.OUT_VALUES.format(values="  ".join(text for _, text in most)))

    def clear(self) -> None:
        """Empty the list; numbers go on."""
        self._lines.clear()
