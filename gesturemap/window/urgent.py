"""Panic is pressed at once: also where a list or a menu is open, which else takes the click to close itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget


class Urgent(QObject):
    """Sees clicks on these buttons that an open list or menu takes.

    Parameters
    ----------
    act : what such a click does; the list closes as ever.
    """

    def __init__(self, buttons: Sequence[QPushButton], act: Callable[[], object]) -> None:
        super().__init__()
        self._buttons, self._act = tuple(buttons), act
        self._popup: QWidget | None = None

    def tick(self) -> None:
        """Look whether another list has opened."""
        popup = QApplication.activePopupWidget()
        if popup is not self._popup:
            self._popup = popup
            if popup is not None:
                popup.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A click beside the list, on one of the buttons."""
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            place = event.globalPosition().toPoint()
            inside = isinstance(watched, QWidget) and watched.rect().contains(watched.mapFromGlobal(place))
            if not inside and any(
                button.isVisible() and button.rect().contains(button.mapFromGlobal(place))
                for button in self._buttons
            ):
                self._act()
        return False
