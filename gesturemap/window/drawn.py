"""Plots whose still part is painted once, and again only when it has changed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QWidget

from gesturemap.window.bench import Bench
from gesturemap.window.look.colours import Palette

SMALL = 8.5
"""Points of the text in plots."""


class Drawn(QWidget):
    """A plot over a picture of what stands still in it.

    A plot says in `paint_still` what that is, calls `beneath` first when it is painted, and `renew` when the picture
    is no longer true; another size is seen by itself.
    """

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        self._still: QPixmap | None = None

    def renew(self) -> None:
        """What stands still, or the look, has changed."""
        self._still = None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another size."""
        super().resizeEvent(event)
        self.renew()

    def beneath(self, painter: QPainter) -> None:
        """Put the picture down, painted anew if it has to be."""
        if self._still is None:
            ratio = self.devicePixelRatioF()
            self._still = QPixmap(self.size() * ratio)
            self._still.setDevicePixelRatio(ratio)
            self._still.fill(QColor(self._bench.look.palette.panel))
            with QPainter(self._still) as own:
                self.paint_still(own)
        painter.drawPixmap(0, 0, self._still)

    def paint_still(self, painter: QPainter) -> None:
        """Paint what stands still, on a ground that is painted already; here: nothing."""


def small(painter: QPainter, of: QFont) -> QFont:
    """Write small from now on, in this font otherwise; the font."""
    font = QFont(of)
    font.setPointSizeF(SMALL)
    painter.setFont(font)
    return font


def framed(painter: QPainter, widget: QWidget, palette: Palette) -> None:
    """A frame around a widget while the keys are its own."""
    if widget.hasFocus():
        painter.setPen(QPen(QColor(palette.accent), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(widget.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
