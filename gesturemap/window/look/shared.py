"""Parts that share the room as was said, however large it gets, until somebody drags a border between them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

MOVED = "moved"
"""The property of a splitter by which it is known that somebody has dragged one of its borders."""


class Shared(QSplitter):
    """A splitter whose parts keep their shares: by itself Qt remembers how a small window had squeezed them.

    Parameters
    ----------
    parts : from left to right, each with the pixels it has of all.
    """

    def __init__(self, gap: int, *parts: tuple[QWidget, int]) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setHandleWidth(gap)
        self.setChildrenCollapsible(False)
        self._shares = [share for _, share in parts]
        for part, _ in parts:
            self.addWidget(part)
        self.splitterMoved.connect(lambda: self.setProperty(MOVED, True))
        self.setSizes(self._shares)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shared as ever."""
        super().resizeEvent(event)
        if not self.property(MOVED):
            room = self.width() / sum(self._shares)
            self.setSizes([round(share * room) for share in self._shares])
