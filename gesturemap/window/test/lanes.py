"""A movement as curves over its phase: a lane for each channel, or the way over the pad; mean, spread, others faint."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from gesturemap.frames import Values
from gesturemap.window.look.colours import Palette, rgb
from gesturemap.window.look.polyline import polyline

LANES = 6
"""Channels that are drawn: those in which the gesture moves most beside its spread."""
SIDE = 10.0
FAINT, BAND = 70, 60
"""Opacity, 0..255, of single paths and of the spread."""


def way(
    painter: QPainter, box: QRectF, mean: Values, others: Sequence[Values], colour: str
) -> tuple[Values, Values]:
    """Places on a pad: others (T, 2) faint, the mean (N, 2) over them; where the mean is, in pixels."""
    every = np.concatenate([mean, *others])
    low, high = every.min(axis=0), every.max(axis=0)
    scale = min(box.width(), box.height()) / max(1e-9, float((high - low).max()))
    middle = (low + high) / 2

    def on(curve: Values) -> tuple[Values, Values]:
        moved = (curve - middle) * scale
        return box.center().x() + moved[:, 0], box.center().y() - moved[:, 1]

    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(*rgb(colour), FAINT), 1))
    for curve in others:
        painter.drawPolyline(polyline(*on(curve)))
    painter.setPen(QPen(QColor(colour), 2))
    x, y = on(mean)
    painter.drawPolyline(polyline(x, y))
    return x, y


def lanes(
    painter: QPainter,
    box: QRectF,
    named: Iterable[tuple[str, int]],
    mean: Values,
    spread: Values,
    colour: str,
    palette: Palette,
    others: Sequence[Values] = (),
) -> list[tuple[Values, Values]]:
    """A lane for each channel, in a range of its own; where each mean is, in pixels.

    Parameters
    ----------
    named : name and column of the channels that are drawn.
    mean, spread : (N, C)
    others : (T, C) each, from the first to the last moment of the same lane.
    """
    named = list(named)
    metrics = QFontMetricsF(painter.font())
    wide = max((metrics.horizontalAdvance(name) for name, _ in named), default=0.0)
    room = min(wide, box.width() * 0.3) + 6
    high = box.height() / max(1, len(named))
    left, width = box.left() + room + SIDE / 2, box.width() - room - SIDE
    x = left + width * np.linspace(0.0, 1.0, len(mean))
    places = []
    for row, (name, channel) in enumerate(named):
        lane = QRectF(box.left(), box.top() + row * high + 2, box.width(), high - 4)
        middle, around = mean[:, channel], spread[:, channel]
        ends = [middle - around, middle + around, *(curve[:, channel] for curve in others)]
        low, top = min(float(end.min()) for end in ends), max(float(end.max()) for end in ends)
        scale = lane.height() / max(1e-12, top - low)
        y = lane.bottom() - (middle - low) * scale
        painter.setPen(QColor(palette.faint))
        short = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, room - 4)
        side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRectF(lane.left(), lane.top(), room, lane.height()), side, short)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(*rgb(colour), BAND))
        edge = np.concatenate([y - around * scale, (y + around * scale)[::-1]])
        painter.drawPolygon(polyline(np.concatenate([x, x[::-1]]), edge))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(*rgb(palette.text), FAINT), 1))
        for curve in others:
            along = left + width * np.linspace(0.0, 1.0, len(curve))
            painter.drawPolyline(polyline(along, lane.bottom() - (curve[:, channel] - low) * scale))
        painter.setPen(QPen(QColor(colour), 1.6))
        painter.drawPolyline(polyline(x, y))
        places.append((x, y))
    return places
