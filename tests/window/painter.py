"""Strokes of a mouse on the strip of a recording."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

LEFT, RIGHT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.NoButton


def mouse(strip, kind: QEvent.Type, seconds: float, button=NONE, held=NONE) -> None:
    """One event of the mouse over a moment of the recording."""
    place = QPointF(strip.place(seconds), strip.box().top() + 8)
    over = strip.mapToGlobal(place)
    QApplication.sendEvent(
        strip, QMouseEvent(kind, place, over, button, held, Qt.KeyboardModifier.NoModifier)
    )


def drag(strip, begin: float, end: float, button=LEFT) -> None:
    """Brush from one moment to another."""
    mouse(strip, QEvent.Type.MouseButtonPress, begin, button, button)
    mouse(strip, QEvent.Type.MouseMove, (begin + end) / 2, NONE, button)
    mouse(strip, QEvent.Type.MouseMove, end, NONE, button)
    mouse(strip, QEvent.Type.MouseButtonRelease, end, button, NONE)


def click(strip, seconds: float, button=LEFT) -> None:
    """Press and let go where nothing moves."""
    mouse(strip, QEvent.Type.MouseButtonPress, seconds, button, button)
    mouse(strip, QEvent.Type.MouseButtonRelease, seconds, button, NONE)
