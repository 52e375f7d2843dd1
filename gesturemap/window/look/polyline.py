"""Many points for the painter at once: a point of Qt's own for each would cost more than to draw them."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from shiboken6 import Shiboken

from gesturemap.frames import Values
from gesturemap.window.look.colours import Palette

VoidPtr: Any = Shiboken.VoidPtr  # its stub lacks size and writability


def polyline(x: Values, y: Values) -> QPolygonF:
    """The line through (T,) points, in pixels."""
    made = QPolygonF([QPointF()] * len(x))
    if len(x):
        memory: Values = np.frombuffer(VoidPtr(made.data(), 16 * len(x), True), np.float64).reshape(-1, 2)
        memory[:, 0], memory[:, 1] = x, y
    return made


def course(painter: QPainter, x: Values, y: Values, behind: int) -> None:
    """Draw the line through (T,) points, in pixels, broken in front of point `behind`; 0: it is whole."""
    if behind:
        painter.drawPolyline(polyline(x[:behind], y[:behind]))
    painter.drawPolyline(polyline(x[behind:], y[behind:]))


class Line:
    """One polyline whose memory is used again for every picture."""

    def __init__(self, points: int) -> None:
        self._polygon = QPolygonF([QPointF()] * points)
        memory = VoidPtr(self._polygon.data(), 16 * points, True)
        self._memory: Values = np.frombuffer(memory, np.float64).reshape(points, 2)

    def through(self, x: Values, y: Values) -> QPolygonF:
        """The line through (T,) points, T from 1 to `points`; what is left of it lies in the first point."""
        spare = len(self._memory) - len(x)
        self._memory[spare:, 0], self._memory[spare:, 1] = x, y
        self._memory[:spare] = self._memory[spare]
        return self._polygon


def pen(palette: Palette, row: int, width: float = 1.0) -> QPen:
    """That of a channel, by its row in a plot: in a colour of its own, in other dashes where the colours come again."""
    colours = palette.channels
    again = row // len(colours)
    style = STYLES[again % len(STYLES)]
    return QPen(QColor(colours[row % len(colours)]), width, style)


STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)
