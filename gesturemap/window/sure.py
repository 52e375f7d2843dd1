"""How sure a winner is: as sure as the project's events want it. No Qt."""

from __future__ import annotations

from collections.abc import Sequence

from gesturemap import catalog
from gesturemap.errors import GesturemapError
from gesturemap.mapping.events import Events
from gesturemap.window.document import Table


class Sure:
    """Which gesture is recognised, rather than only the likeliest; as events begin and end.

    A winner is recognised from the posterior at which its event begins until it falls below the one at which it
    ends. A project without events has the bounds they would begin with.
    """

    def __init__(self) -> None:
        self.label = ""
        """The gesture that is recognised, or empty."""
        self._begins, self._ends = Events().threshold, Events().release
        self._mapping: Sequence[Table] = ()

    def follow(self, mapping: Sequence[Table]) -> None:
        """Take the bounds of the first events of a mapping, tables as in ``project.toml``."""
        if mapping == self._mapping:
            return
        self._mapping, found = mapping, Events()
        for table in mapping:
            if table.get("kind") == Events.kind:
                try:
                    found = catalog.read("mapping", table, "mapping")
                except GesturemapError:
                    continue  # the engine says what is wrong with it
                break
        self._begins, self._ends = found.threshold, found.release

    def tick(self, winner: str, posterior: float) -> None:
        """Take who wins now, ``""`` for none of these, and its posterior, 0..1."""
        bound = self._ends if winner == self.label else self._begins
        self.label = winner if winner and posterior >= bound else ""
