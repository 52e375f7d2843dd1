"""Draws the ghost: on the pad its way and where it is, behind the live curves its own."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from gesturemap.frames import Values
from gesturemap.window.bench import Bench
from gesturemap.window.facts.thumbnails import is_place
from gesturemap.window.look.polyline import pen, polyline

WAY, CURVE = 130, 120
"""Opacity, 0..255, of the way over the pad and of curves."""
MOST = 160
"""Points of the way."""


def on_pad(painter: QPainter, bench: Bench, spot: Callable[[float, float], QPointF], now: float) -> None:
    """The way over the pad, and a ring where the ghost is.

    Parameters
    ----------
    spot : where a place of the pad, 0..1 in both directions, is drawn.
    """
    ghost = bench.ghost
    if ghost is None or not is_place(ghost.names):
        return
    colour = QColor(bench.look.gesture(ghost.label))
    faint = QColor(colour)
    faint.setAlpha(WAY)
    step = math.ceil(len(ghost.values) / MOST)
    way = [spot(x, y) for x, y in ghost.values[::step, :2].tolist()]
    painter.setPen(QPen(faint, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(way))
    painter.drawEllipse(way[0], 5, 5)
    if not ghost.plays:
        x, y = ghost.place(now)[:2].tolist()
        painter.setPen(QPen(colour, 3))
        painter.drawEllipse(spot(x, y), 11, 11)


def on_curves(
    painter: QPainter,
    bench: Bench,
    box: QRectF,
    names: Sequence[str],
    seconds: float,
    level: Callable[[QRectF, Values], Values],
    now: float,
) -> None:
    """What went by of these channels of the ghost, the newest at the right edge of the box.

    Parameters
    ----------
    seconds : how much time the box shows.
    level : where in the box values of a channel are drawn.
    """
    ghost = bench.ghost
    if ghost is None or ghost.plays or not set(names) <= set(ghost.names):
        return
    painter.save()
    painter.setClipRect(box)
    for ages, values in ghost.recent(now, seconds):
        x = box.right() - ages * (box.width() / seconds)
        for row, name in enumerate(names):
            own = pen(bench.look.palette, row)
            colour = own.color()
            colour.setAlpha(CURVE)
            own.setColor(colour)
            painter.setPen(own)
            painter.drawPolyline(polyline(x, level(box, values[ghost.names.index(name)])))
    painter.restore()
