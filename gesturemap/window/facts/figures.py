"""Answers that are seen better than read: what a gesture looks like, and learning curves. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from gesturemap.frames import Values
from gesturemap.window.words import beliefs as said


@dataclass(frozen=True, eq=False)
class Looks:
    """What a gesture looks like, at N points of phase."""

    gesture: str
    names: tuple[str, ...]
    """(C,)"""
    mean: Values
    """(N, C)"""
    spread: Values
    """(N, C) standard deviation; 0 where a demonstration stands for all."""
    paths: tuple[Values, ...]
    """Drawn ones, (T, C) each: how it may be done the next time."""
    demonstrations: int
    seconds: float
    typical: bool
    """Whether `mean` is a demonstration, as nobody drew their mean."""

    @staticmethod
    def read(table: Mapping[str, Any]) -> Looks:
        """From the table of an answer."""
        mean, spread, typical = np.array(table["mean"]), np.array(table["spread"]), table["typical"]
        return Looks(
            str(table["gesture"]), tuple(map(str, table["channels"])),
            mean if typical is None else np.array(typical), spread if typical is None else np.zeros_like(spread),
            tuple(np.array(path) for path in table["paths"]),
            int(table["demonstrations"]), float(table["seconds"]), typical is not None,
        )  # fmt: skip

    def text(self) -> str:
        """The same in words: how it goes, and where its repetitions differ most beside that."""
        goes, spread = np.ptp(self.mean, axis=0), self.spread.mean(axis=0)
        form = said.LOOKS_ONE if self.demonstrations == 1 else said.LOOKS_TEXT
        form = said.LOOKS_TYPICAL if self.typical else form
        worst = int(np.argmax(spread / np.where(goes > 0.0, goes, np.inf)))
        return form.format(
            gesture=self.gesture, count=self.demonstrations, seconds=self.seconds, paths=len(self.paths),
            channel=self.names[worst], share=float(spread[worst] / (goes[worst] or 1.0)),
        )  # fmt: skip


class Learned(NamedTuple):
    """How a gesture is missed with more and more demonstrations; errors are shares of its executions."""

    gesture: str
    points: tuple[tuple[int, float], ...]
    """Demonstrations, and what is missed with so many; those that are known, the last one with all of them."""
    more: float | None
    """Expected with one more."""
    plateau: bool

    def text(self) -> str:
        """The same in words."""
        if not self.points:
            return said.CURVE_ONCE.format(gesture=self.gesture)
        course = ", ".join(said.CURVE_POINT.format(count=count, share=share) for count, share in self.points)
        text = said.CURVE_ROW.format(gesture=self.gesture, course=course)
        return text if self.more is None else text + said.CURVE_MORE.format(share=self.more)


def learned(table: Mapping[str, Any]) -> tuple[Learned, ...]:
    """Every gesture's, from the table of an answer."""
    made = []
    for row in table["curves"]:
        known = [(m, error) for m, error in enumerate(row["errors"], 1) if error is not None]
        if row["now"] is not None:
            known.append((int(row["shown"]), row["now"]))
        points = tuple((count, float(share)) for count, share in known)
        made.append(Learned(str(row["gesture"]), points, row["more"], bool(row["plateau"])))
    return tuple(made)
