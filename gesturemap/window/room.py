"""Room for the pages: as large as they need, and scrolled where the window is smaller."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QSizePolicy, QWidget

from gesturemap.window.facts.kept import LEAST
from gesturemap.window.look.theme import styled

BAR, AROUND = 12, 90
"""Pixels that a scroll bar takes, as where the window is only too low nothing is scrolled across; and those of all that
lies above and below the pages."""
UNSQUEEZED = 640
"""Pixels of height where it is scrolled anyhow."""


class Ground(QWidget):
    """As large as the room is, or as its part must be: no layout, which would ask for the height that is wished for."""

    def __init__(self, part: QWidget) -> None:
        super().__init__()
        styled(self, "plainground")
        self.within(0)
        self._part = part
        part.setParent(self)

    def within(self, height: int) -> None:
        """The room is so high; where that is too little, as on a small screen at 200 %, nothing is squeezed for it."""
        least = LEAST[1] - AROUND
        self.setMinimumSize(LEAST[0] - BAR, least if height >= least else UNSQUEEZED)

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
        self.setCornerWidget(QWidget())  # nothing is drawn there
        self._ground = Ground(inside)
        self.setWidget(self._ground)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """It is another size now."""
        self._ground.within(event.size().height())
        super().resizeEvent(event)

    def _follow(self, before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self._inside.isAncestorOf(now):
            self.ensureWidgetVisible(now)
