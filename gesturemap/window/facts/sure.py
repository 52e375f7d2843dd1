"""Which gesture is recognised, rather than only the likeliest: the one whose event has begun. No Qt."""

from __future__ import annotations

from collections.abc import Sequence

from gesturemap.commands import Happened
from gesturemap.mapping.events import Events
from gesturemap.window.facts.document import Document


class Sure:
    """What is shown is what is sent: a gesture is recognised from its ``began`` to its ``ended``.

    A project without events has the bounds they would have by default: a winner is recognised from the posterior
    at which its event would begin until it falls below the one at which it would end.
    """

    def __init__(self) -> None:
        self.label = ""
        """The gesture that is recognised, or empty."""
        self._going: list[str] = []
        self._events = False
        self._begins, self._ends = Events().threshold, Events().release

    def follow(self, document: Document) -> None:
        """Take over what goes on in a project."""
        self._events = any(table.get("kind") == Events.kind for table in document.mapping)
        self._take(document.going)

    def happened(self, event: Happened) -> None:
        """A gesture began or ended."""
        going = [label for label in self._going if label != event.label]
        self._take([*going, event.label] if event.kind == "began" else going)

    def _take(self, going: Sequence[str]) -> None:
        self._going = list(going)
        if self._events:
            self.label = self._going[-1] if self._going else ""

    def tick(self, winner: str, posterior: float) -> None:
        """Take who wins now, ``""`` for none of these, and its posterior, 0..1."""
        if self._events:
            return
        bound = self._ends if winner == self.label else self._begins
        self.label = winner if winner and posterior >= bound else ""
