"""What a regression said in the last minute, and how sure it was. No Qt."""

from __future__ import annotations

import numpy as np

from gesturemap.engine.scope import ScopeReader
from gesturemap.frames import Values
from gesturemap.window.facts.document import Document
from gesturemap.window.facts.live import Live, Ring
from gesturemap.window.facts.past import SPAN

POINTS = 1800
"""Rows that are kept."""


def continuous(document: Document, live: Live) -> bool:
    """Whether outputs are learned, and no gesture is told."""
    tells = any(table.get("kind") == "events" for table in document.mapping)
    return bool(live.output_names) and not tells


class Outputs:
    """The outputs of the model and their deviations.

    Shapes: M outputs; `view` gives (T,) seconds since `origin`, (M, T) outputs and (M, T) standard deviations, NaN
    where the model does not know how sure it is.
    """

    def __init__(self) -> None:
        self.names: tuple[str, ...] = ()
        self._ring = Ring(())

    def opened(self, scope: ScopeReader) -> None:
        """A new scope: where its outputs are the same ones, they go on."""
        names = tuple(scope.names("outputs"))
        if names != self.names:
            self.names = names
            self._ring = Ring([*names, *names], SPAN, POINTS)

    def rows(self, scope: ScopeReader, arrived: Values, rows: Values) -> None:
        """What is new: (T,) when it arrived, (T, width) rows of the scope."""
        said, spread = rows[:, scope.columns["outputs"]], rows[:, scope.columns["deviations"]]
        if spread.shape != said.shape:
            spread = np.full(said.shape, np.nan)
        self._ring.add(arrived, np.hstack([said, spread]))

    def clear(self) -> None:
        """Another project."""
        self._ring.clear()

    @property
    def newest(self) -> float:
        """When the newest row arrived, in seconds of the machine's clock; -inf: there is none."""
        return self._ring.newest

    @property
    def origin(self) -> float:
        """The moment to which `view` counts."""
        return self._ring.origin

    def view(self) -> tuple[Values, Values, Values]:
        """Time, outputs and deviations, oldest first; valid until the next `rows`."""
        time, rows = self._ring.view()
        count = len(self.names)
        return time, rows[:count], rows[count:]
