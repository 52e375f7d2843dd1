"""The river itself as a picture that is moved along: only what is new of it is painted."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from gesturemap.frames import Values
from gesturemap.window.bench import Look
from gesturemap.window.facts.dial import Dial
from gesturemap.window.facts.marking import HALF
from gesturemap.window.facts.past import Past
from gesturemap.window.facts.river import FAINT, FILLING, Where, columns, pieces
from gesturemap.window.look.colours import rgb

BROKEN = 0.5
"""Seconds without a row after which a curve is broken."""
LATE = 0.4
"""Seconds before the edge that are painted again: rows come a little later than they are waited for."""
COARSE = 8
"""Pixels at most by which it is moved along at once, on screens with broken scales."""


class Layer:
    """Likelihoods or fits of a `Past`, a pixel for each moment; transparent where there is nothing."""

    def __init__(self) -> None:
        self._picture = QPixmap()
        self._shown: tuple[object, ...] = ()
        self._edge = 0
        """The pixel at the right, counted from moment 0."""

    @staticmethod
    def edge(moment: float, rate: float, ratio: float) -> int:
        """The pixel of a moment at `rate` pixels a second, where it can be moved by whole pixels of the screen."""
        step = next((k for k in range(1, COARSE + 1) if abs(k * ratio - round(k * ratio)) < 1e-6), 1)
        return math.floor(moment * rate / step) * step

    def follow(
        self,
        past: Past,
        look: Look,
        size: QSize,
        ratio: float,
        moment: float,
        seconds: float,
        group: str,
        dial: Dial,
    ) -> QPixmap:
        """The picture with this moment at its right edge.

        Parameters
        ----------
        ratio : pixels of the screen in one of these.
        seconds : what it is wide.
        dial : what says how high a fit is shown, and from which on it is filled.
        """
        rate = size.width() / seconds
        colours = tuple(look.gesture(label) for label in past.labels)
        shown = (id(past), past.version, past.labels, colours, size, ratio, seconds, group, dial)
        edge = self.edge(moment, rate, ratio)
        new = edge - self._edge
        if shown != self._shown or not 0 <= new < size.width() // 2:
            self._picture = QPixmap(size * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(Qt.GlobalColor.transparent)
            self._shown, new = shown, size.width()
        elif new:
            self._picture.scroll(-round(new * ratio), 0, self._picture.rect())
        self._edge = edge
        if new:
            self._paint(
                past, colours, size, rate, min(size.width(), new + math.ceil(LATE * rate) + 2), group, dial
            )
        return self._picture

    def _paint(
        self,
        past: Past,
        colours: tuple[str, ...],
        size: QSize,
        rate: float,
        strip: int,
        group: str,
        dial: Dial,
    ) -> None:
        """Paint the last pixels anew."""
        left = size.width() - strip
        with QPainter(self._picture) as painter:
            painter.setClipRect(QRect(left, 0, strip, size.height()))
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
            painter.fillRect(QRect(left, 0, strip, size.height()), Qt.GlobalColor.transparent)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            time, rows = past.view()
            count = len(past.labels)
            x = (time + past.origin) * rate - (self._edge - size.width())
            first, last = np.searchsorted(np.floor(x), (left - 3, size.width() + 1))
            if count and last > first:
                pixel, both = columns(x[first:last], rows[: 2 * count, first:last])
                gap = np.concatenate(([False], np.diff(pixel) > BROKEN * rate + 2))
                posterior, fit = both[:count], both[count:]
                heights = posterior if group == "posterior" else dial.shown(fit)
                bound = dial.rule.fit if dial.rule is not None else HALF
                for row in range(count):
                    self._gesture(
                        painter,
                        colours[row],
                        pixel,
                        heights[row],
                        fit[row] >= bound,
                        gap,
                        float(size.height()),
                    )

    @staticmethod
    def _gesture(
        painter: QPainter, colour: str, x: Values, height: Values, good: Where, gap: Where, foot: float
    ) -> None:
        """One gesture: filled where it is good, with an outline wherever it is anything."""
        there = height > FAINT
        if not there.any():
            return
        y = foot - height * foot
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(*rgb(colour), FILLING))
        for part in pieces(there & good, gap):
            points = _points(x[part], y[part])
            painter.drawPolygon(
                QPolygonF([*points, QPointF(points[-1].x(), foot), QPointF(points[0].x(), foot)])
            )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colour), 1.2))
        for part in pieces(there, gap):
            painter.drawPolyline(QPolygonF(_points(x[part], y[part])))


def _points(x: Values, y: Values) -> list[QPointF]:
    return [QPointF(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)]


def placed(box: QRectF) -> QPointF:
    """Where the picture lies in a river's box: at whole pixels."""
    return QPointF(round(box.left()), round(box.top()))
