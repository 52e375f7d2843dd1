"""A list that is scrolled where there is no room, and never ends in the middle of a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget


class WholeRows(QScrollArea):
    """Shows as many rows as fit as a whole.

    Parameters
    ----------
    rows : what holds them.
    ends : how far down each ends, in pixels; asked only where not all have room.
    """

    def __init__(self, rows: QWidget, ends: Callable[[], Sequence[int]]) -> None:
        super().__init__()
        self._rows_of, self._ends = rows, ends
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(rows)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What has no room as a whole is not begun."""
        super().resizeEvent(event)
        self.whole()

    def whole(self) -> None:
        """End the view below a row."""
        room = self.height() - 2 * self.frameWidth()
        spare = 0
        if self._rows_of.minimumSizeHint().height() > room:
            spare = room - max((end for end in self._ends() if end <= room), default=room)
        if self.viewportMargins().bottom() != spare:
            self.setViewportMargins(0, 0, 0, spare)
