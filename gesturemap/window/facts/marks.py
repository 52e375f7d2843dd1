"""Moments that were marked as heard wrongly or rightly, and what of them could be kept. No Qt."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from gesturemap.teaching import movement
from gesturemap.window.facts.past import SPAN, Span
from gesturemap.window.facts.recording import ANSWER

MOST = 100
"""Marks that are remembered."""
RECENT = 4.0
"""Seconds within which what was heard is meant."""
REACTION = 0.3
"""Seconds from the end of a movement to the key."""
USUAL = 1.5
"""Seconds that a movement takes where nobody knows."""
AROUND = 1.15
"""How much longer than a mean demonstration the movement may have been."""
ALIKE = 2.0
"""How many times longer or shorter than usual a movement may be that is kept as it was."""
AROUND_NOTHING = 2.0
"""Seconds before and after the key that are kept where it was no gesture at all."""
LONGEST = 20.0
"""Seconds that are kept at most."""


@dataclass(frozen=True)
class Mark:
    """A moment, in seconds of the machine's clock."""

    at: float
    wrong: bool
    heard: str
    """What was told then; empty: nothing."""
    start: float
    """What would be kept begins here..."""
    end: float
    """...and ends here."""
    kept: bool = False
    """Whether it is a demonstration."""
    label: str = ""
    """What it was, as far as somebody has said."""
    asked: float = -math.inf
    """When control was asked to keep it; one that refuses leaves it as it was."""
    demonstration: str = ""
    """Which one it became; it may have been taken back since."""
    unknown: bool = False
    """Whether nobody marked it: it was a movement that is none of the gestures."""


class Marks:
    """All marks, oldest first, and the one that is looked at."""

    def __init__(self) -> None:
        self.all: list[Mark] = []
        self.place = -1
        """Which one is looked at; -1: there is none."""
        self._fresh: list[float] = []
        """When those were made after which nothing else was done, oldest first."""
        self._corrected: dict[float, Mark] = {}
        """By when one was made: the one on the same movement in whose place it is."""

    @property
    def now(self) -> Mark | None:
        """The one that is looked at."""
        return self.all[self.place] if 0 <= self.place < len(self.all) else None

    def add(
        self, now: float, spans: Iterable[Span], seconds: float, *, wrong: bool,
        movements: Sequence[movement.Span] = (),
    ) -> Mark:  # fmt: skip
        """Mark this moment.

        Parameters
        ----------
        now : seconds of the machine's clock.
        seconds : how long a demonstration takes; 0: nobody knows.
        movements : where somebody moved, oldest first, in seconds of the machine's clock.
        """
        near = [span for span in spans if span.end > now - RECENT and span.start <= now]
        span = near[-1] if near else None
        made = Mark(now, wrong, span.label if span else "", *meant(now, span, seconds, movements))
        if self.all and _corrects(made, self.all[-1]):
            self._corrected[now] = self.all.pop()
        self.all = [*self.all, made][-MOST:]
        self.place = len(self.all) - 1
        self._fresh.append(now)
        return made

    def told(self) -> list[dict[str, Any]]:
        """For the window that comes in place of this one."""
        return [asdict(mark) for mark in self.all]

    def recall(self, told: Iterable[dict[str, Any]]) -> None:
        """What was marked in the window before."""
        self.all = [Mark(**mark) for mark in told]
        self.place = len(self.all) - 1

    def settle(self) -> None:
        """Something else was done: those that are there stay."""
        self._fresh.clear()
        self._corrected.clear()

    def take_back(self) -> Mark | None:
        """Take the last one away, where nothing else was done since; None: there is none such."""
        at = self._fresh.pop() if self._fresh else math.nan
        for place in range(len(self.all) - 1, -1, -1):
            mark = self.all[place]
            if mark.at == at and not mark.unknown and not mark.kept:
                before = self._corrected.pop(at, None)
                self.all[place : place + 1] = [before] if before is not None else []
                self.place = len(self.all) - 1
                return mark
        return None

    def offer(self, span: movement.Span, label: str) -> None:
        """A movement was none of the gestures: it may be kept as one; it is looked at, unless something else is."""
        mark = self.now
        busy = mark is not None and not mark.unknown and not mark.kept
        made = Mark(span.end, True, "", *span, label=label, unknown=True)
        self.all = [*self.all, made]
        self.place = self.place if busy else len(self.all) - 1
        if len(self.all) > MOST:
            self.all, self.place = self.all[1:], max(self.place - 1, 0)

    def measure(
        self, label: str, spans: Iterable[Span], seconds: float, movements: Sequence[movement.Span] = ()
    ) -> None:
        """The one that is looked at was this gesture, whose demonstrations take so long: what is kept of it."""
        mark = self.now
        if mark is None or mark.kept:
            return
        if mark.unknown:
            self.all[self.place] = replace(mark, label=label)
            return
        near = [span for span in spans if span.label == mark.heard and span.start <= mark.at]
        span = near[-1] if near and mark.heard else None
        start, end = meant(mark.at, span, seconds, movements)
        self.all[self.place] = replace(mark, label=label, start=start, end=end)

    def was_nothing(self, label: str) -> None:
        """The one that is looked at was no gesture: ordinary movement, called so, on both sides of the key."""
        mark = self.now
        if mark is not None and mark.unknown:
            self.all[self.place] = replace(mark, label=label)
        elif mark is not None and not mark.kept:
            start, end = mark.at - AROUND_NOTHING, mark.at + AROUND_NOTHING
            self.all[self.place] = replace(mark, label=label, start=start, end=end)

    def step(self, by: int) -> None:
        """Look at another one."""
        self.place = min(max(self.place + by, 0), len(self.all) - 1)

    def ask(self, label: str, now: float) -> None:
        """Control is asked to keep the one that is looked at as this gesture."""
        if self.now is not None:
            self.all[self.place] = replace(self.all[self.place], label=label, asked=now)

    def recorded(self, demonstration: str, label: str) -> None:
        """A demonstration is there: the oldest mark that was to become one of this gesture is kept."""
        for place, mark in enumerate(self.all):
            if mark.label == label and mark.asked > -math.inf:
                self.all[place] = replace(mark, kept=True, demonstration=demonstration, asked=-math.inf)
                return

    def follow(self, before: Collection[str], now: Collection[str]) -> None:
        """Other demonstrations: what was taken back is not kept any more, until it is done again."""
        for place, mark in enumerate(self.all):
            if mark.demonstration in now or mark.demonstration in before:
                self.all[place] = replace(mark, kept=mark.demonstration in now)

    def can_keep(self, now: float) -> bool:
        """Whether all that the one that is looked at would keep has come, and is still there.

        What somebody marked stays, what was only offered goes with the last minute.
        """
        return self.now is not None and _can_keep(self.now, now)

    def right(self, now: float) -> list[Mark]:
        """All that were marked as right and can be kept as what was heard."""
        return [mark for mark in self.all if mark.heard and not mark.wrong and _can_keep(mark, now)]

    def ask_right(self, now: float) -> list[Mark]:
        """Control is asked to keep all these."""
        right = self.right(now)
        self.all = [
            replace(mark, label=mark.heard, asked=now) if mark in right else mark for mark in self.all
        ]
        return right

    @property
    def tally(self) -> tuple[int, int]:
        """How many were right, and how many wrong, of those that somebody marked."""
        marked = [mark for mark in self.all if not mark.unknown]
        wrong = sum(mark.wrong for mark in marked)
        return len(marked) - wrong, wrong

    def clear(self) -> None:
        """Another project."""
        self.all, self.place = [], -1
        self.settle()


def _corrects(made: Mark, last: Mark) -> bool:
    """Whether somebody has marked the same movement again, and means this."""
    if made.heard != last.heard or not made.heard or last.unknown or last.kept or last.asked > -math.inf:
        return False
    return made.at - last.at < RECENT and made.start < last.end and last.start < made.end


def _can_keep(mark: Mark, now: float) -> bool:
    if mark.kept or now - mark.asked < ANSWER:
        return False
    return mark.end <= now and (now < mark.start + SPAN or not mark.unknown)


def meant(
    now: float, heard: Span | None, seconds: float, movements: Sequence[movement.Span]
) -> tuple[float, float]:
    """From when to when a gesture was made that is marked now.

    It is the movement in which something was heard, or the last one of late, where that is about as long as a
    demonstration: what was heard wrongly may have ended long before the movement did. Of another length, or where
    nobody knows of a movement, it is as long as a demonstration up to where movement, or what was heard, has ended.
    """
    usual = min(AROUND * (seconds or USUAL), LONGEST)
    latest = now - REACTION
    end = latest if heard is None else min(latest, heard.end)
    found = [
        each
        for each in movements
        if each.start < latest
        and (each.end > now - RECENT if heard is None else each.start <= heard.start <= each.end)
    ]
    if not found:
        return end - usual, end
    start, stop = found[-1].start, min(found[-1].end, latest)
    if usual / ALIKE <= stop - start <= usual * ALIKE:
        return start, stop
    if stop - end < usual:  # else it goes on for so long that it is more than the gesture
        end = stop
    return end - usual, end


def counts(spans: Iterable[Span], since: float, order: Sequence[str]) -> list[tuple[str, int]]:
    """How often each gesture was heard since then, in the order of the vocabulary; what was not heard is left out."""
    found = Counter(span.label for span in spans if span.end >= since)
    places = {label: place for place, label in enumerate(order)}
    return sorted(found.items(), key=lambda item: places.get(item[0], len(places)))
