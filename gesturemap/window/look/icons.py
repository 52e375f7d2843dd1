"""Small pictures, drawn: no files, no font that may be missing."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

SCALE = 3
"""Pixels per unit, sharp on any screen up to 300 %."""


def mark(painter: QPainter, shape: str, box: QRectF, colour: QColor) -> None:
    """Draw a gesture's mark, one of `colours.SHAPES`, into a square box."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPath(mark_path(shape, box))


def mark_path(shape: str, box: QRectF) -> QPainterPath:
    """The outline of a gesture's mark in a square box; all look about equally large."""
    path, side = QPainterPath(), box.width()
    if shape in ("disc", "ring"):
        path.addEllipse(box)
        if shape == "ring":
            path.addEllipse(box.adjusted(0.3 * side, 0.3 * side, -0.3 * side, -0.3 * side))
    elif shape == "square":
        inset = 0.06 * side
        path.addRoundedRect(box.adjusted(inset, inset, -inset, -inset), 0.12 * side, 0.12 * side)
    else:
        corners = [QPointF(box.left() + x * side, box.top() + y * side) for x, y in CORNERS[shape]]
        path.addPolygon(QPolygonF(corners))
        path.closeSubpath()
    return path


def _star() -> tuple[tuple[float, float], ...]:
    turns = [(math.pi * (0.2 * point - 0.5), 0.54 if point % 2 == 0 else 0.24) for point in range(10)]
    return tuple((0.5 + far * math.cos(angle), 0.54 + far * math.sin(angle)) for angle, far in turns)


CORNERS = {
    "triangle": ((0.5, 0.0), (1.0, 0.94), (0.0, 0.94)),
    "diamond": ((0.5, -0.04), (1.04, 0.5), (0.5, 1.04), (-0.04, 0.5)),
    "cross": (
        (0.33, 0.0), (0.67, 0.0), (0.67, 0.33), (1.0, 0.33), (1.0, 0.67), (0.67, 0.67),
        (0.67, 1.0), (0.33, 1.0), (0.33, 0.67), (0.0, 0.67), (0.0, 0.33), (0.33, 0.33),
    ),
    "star": _star(),
    "wedge": ((0.0, 0.06), (1.0, 0.06), (0.5, 1.0)),
}  # fmt: skip
"""Corners of marks, in shares of their box."""


def mark_icon(shape: str, colour: str) -> QIcon:
    """A gesture's mark as an icon of 14 units."""
    pixmap = _drawn(14, lambda painter: mark(painter, shape, QRectF(1, 1, 12, 12), QColor(colour)))
    made = QIcon(pixmap)
    made.addPixmap(pixmap, QIcon.Mode.Selected)  # a gesture keeps its colour when it is selected
    return made


def icon(name: str, colour: str) -> QIcon:
    """One of record, stop, play, pause, undo, redo, close, add, more, panic, edit, delete, loop, settings."""
    return QIcon(_drawn(16, lambda painter: DRAW[name](painter, QColor(colour))))


def _drawn(size: int, draw: Callable[[QPainter], object]) -> QPixmap:
    pixmap = QPixmap(size * SCALE, size * SCALE)
    pixmap.fill(Qt.GlobalColor.transparent)
    pixmap.setDevicePixelRatio(SCALE)
    with QPainter(pixmap) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw(painter)
    return pixmap


def _fill(painter: QPainter, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)


def _stroke(painter: QPainter, colour: QColor, width: float = 1.6) -> None:
    style = Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    painter.setPen(QPen(colour, width, *style))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _record(painter: QPainter, colour: QColor) -> None:
    _fill(painter, colour)
    painter.drawEllipse(QRectF(3, 3, 10, 10))


def _stop(painter: QPainter, colour: QColor) -> None:
    _fill(painter, colour)
    painter.drawRoundedRect(QRectF(3.5, 3.5, 9, 9), 1.5, 1.5)


def _play(painter: QPainter, colour: QColor) -> None:
    _fill(painter, colour)
    painter.drawPolygon(QPolygonF([QPointF(4.5, 3), QPointF(4.5, 13), QPointF(13, 8)]))


def _pause(painter: QPainter, colour: QColor) -> None:
    _fill(painter, colour)
    painter.drawRoundedRect(QRectF(4, 3, 3, 10), 1, 1)
    painter.drawRoundedRect(QRectF(9, 3, 3, 10), 1, 1)


def _turn(painter: QPainter, colour: QColor, mirrored: bool) -> None:
    if mirrored:
        painter.translate(16, 0)
        painter.scale(-1, 1)
    _stroke(painter, colour)
    path = QPainterPath(QPointF(3, 6.5))
    path.lineTo(9.5, 6.5)
    path.arcTo(QRectF(6, 6.5, 7, 6.5), 90, -180)
    path.lineTo(6, 13)
    painter.drawPath(path)
    painter.drawPolyline(QPolygonF([QPointF(6, 3.5), QPointF(3, 6.5), QPointF(6, 9.5)]))


def _undo(painter: QPainter, colour: QColor) -> None:
    _turn(painter, colour, mirrored=False)


def _redo(painter: QPainter, colour: QColor) -> None:
    _turn(painter, colour, mirrored=True)


def _close(painter: QPainter, colour: QColor) -> None:
    _stroke(painter, colour)
    painter.drawLine(QPointF(4.5, 4.5), QPointF(11.5, 11.5))
    painter.drawLine(QPointF(11.5, 4.5), QPointF(4.5, 11.5))


def _add(painter: QPainter, colour: QColor) -> None:
    _stroke(painter, colour)
    painter.drawLine(QPointF(8, 3.5), QPointF(8, 12.5))
    painter.drawLine(QPointF(3.5, 8), QPointF(12.5, 8))


def _more(painter: QPainter, colour: QColor) -> None:
    _fill(painter, colour)
    for x in (3.5, 8.0, 12.5):
        painter.drawEllipse(QPointF(x, 8), 1.4, 1.4)


def _panic(painter: QPainter, colour: QColor) -> None:
    _stroke(painter, colour)
    painter.drawArc(QRectF(3, 3.5, 10, 10), 125 * 16, 290 * 16)
    painter.drawLine(QPointF(8, 2), QPointF(8, 8))


def _edit(painter: QPainter, colour: QColor) -> None:
    _stroke(painter, colour, 1.4)
    painter.drawPolygon(
        QPolygonF([QPointF(3, 13), QPointF(3.6, 10), QPointF(10.5, 3), QPointF(13, 5.5), QPointF(6, 12.4)])
    )


def _loop(painter: QPainter, colour: QColor) -> None:
    _stroke(painter, colour, 1.5)
    painter.drawArc(QRectF(3, 3.5, 10, 9.5), 40 * 16, 280 * 16)
    painter.drawPolyline(QPolygonF([QPointF(9.5, 5.6), QPointF(12.6, 5.2), QPointF(12.9, 2.2)]))


def _delete(painter: QPainter, colour: QColor) -> None:
    _stroke(painter, colour, 1.4)
    painter.drawLine(QPointF(3, 4.5), QPointF(13, 4.5))
    painter.drawLine(QPointF(6.5, 2.5), QPointF(9.5, 2.5))
    painter.drawPolyline(
        QPolygonF([QPointF(4.5, 4.5), QPointF(5.2, 13.5), QPointF(10.8, 13.5), QPointF(11.5, 4.5)])
    )


def _settings(painter: QPainter, colour: QColor) -> None:
    _stroke(painter, colour)
    for y, knob in ((4.0, 10.5), (8.0, 5.0), (12.0, 9.0)):
        painter.drawLine(QPointF(2.5, y), QPointF(13.5, y))
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(knob, y), 1.5, 1.5)


DRAW = {
    "record": _record, "stop": _stop, "play": _play, "pause": _pause, "undo": _undo, "redo": _redo,
    "close": _close, "add": _add, "more": _more, "panic": _panic, "edit": _edit, "delete": _delete,
    "settings": _settings,
    "loop": _loop,
}  # fmt: skip
