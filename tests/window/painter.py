"""Strokes of a mouse on the strip of a recording."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

LEFT, RIGHT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.NoButton


def mouse(strip, kind: QEvent.Type, seconds: float, button=NONE, held=NONE, *, lane=None) -> None:
    """One event of the mouse over a moment of the recording: in its curves, or in a lane of this number."""
    y = strip.box().top() + 8 if lane is None else strip.lane(lane).center().y()
    place = QPointF(strip.place(seconds), y)
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


def click(strip, seconds: float, button=LEFT, *, lane=1) -> None:
    """Press and let go where nothing moves, in the lane of what is proposed."""
    mouse(strip, QEvent.Type.MouseButtonPress, seconds, button, button, lane=lane)
    mouse(strip, QEvent.Type.MouseButtonRelease, seconds, button, NONE, lane=lane)
