"""Room for the pages: as large as they need, and scrolled where the window is smaller."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QSizePolicy, QWidget

from gesturemap.window.facts.kept import LEAST
from gesturemap.window.look.theme import styled

BAR, AROUND = 12, 90
"""Pixels that a scroll bar takes, as where the window is only too low nothing is scrolled across; and those of all that
lies above and below the pages."""


class Ground(QWidget):
    """As large as the room is, or as its part must be: no layout, which would ask for the height that is wished for."""

    def __init__(self, part: QWidget) -> None:
        super().__init__()
        styled(self, "plainground")
        self.setMinimumSize(LEAST[0] - BAR, LEAST[1] - AROUND)
        self._part = part
        part.setParent(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The part fills it."""
        super().resizeEvent(event)
        self._part.setGeometry(self.rect())


class Room(QScrollArea):
    """Scrolls its pages, and brings into view what has the focus.

    Parameters
    ----------
    inside : what holds the pages.
    """

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self._inside = inside
        self.bars = self.horizontalScrollBar(), self.verticalScrollBar()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setWidget(Ground(inside))
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)

    def _follow(self, before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self._inside.isAncestorOf(now):
            self.ensureWidgetVisible(now)
