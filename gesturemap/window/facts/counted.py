"""How many faults are counted that nothing has mended, and which the last one was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gesturemap.commands import Fault


@dataclass
class _Rise:
    """What was told while the count rose, the newest last, and by how much it did."""

    told: list[Fault]
    count: int


class Counted:
    """The faults that a `Status` counts, less those whose cause is gone."""

    def __init__(self) -> None:
        self.why = ""
        """What went wrong most often, as the engine says: it knows also what was told before this window was opened."""
        self._told: list[Fault] = []
        """Since the newest `Status`."""
        self._rises: list[_Rise] = []
        self._all = self._mended = 0

    @property
    def count(self) -> int:
        """How many there are."""
        return self._all - self._mended

    @property
    def last(self) -> Fault | None:
        """The newest that was told and that nothing has mended."""
        return self._rises[-1].told[-1] if self._rises else None

    def figures(self, figures: Mapping[str, Any]) -> None:
        """A new `Status` came: what was told since the last one is what has raised the count."""
        count = int(figures.get("faults", 0))
        if count < self._all or not count:
            self._rises, self._mended = [], 0
        if count > self._all and self._told:
            self._rises.append(_Rise(self._told, count - self._all))
        self._told, self._all = [], count
        self.why = str(figures.get("why_faults") or "")

    def told(self, fault: Fault) -> None:
        """A fault was told."""
        self._told.append(fault)

    def solved(self, *places: str) -> None:
        """The faults of places that begin so were mended: they count no more."""
        for rise in self._rises:
            left = [fault for fault in rise.told if not fault.place.startswith(places)]
            gone = min(rise.count, len(rise.told) - len(left)) if left else rise.count
            rise.told, rise.count, self._mended = left, rise.count - gone, self._mended + gone
        self._rises = [rise for rise in self._rises if rise.told]
