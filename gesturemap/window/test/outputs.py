"""What is heard where outputs are learned and no gesture is told: each over the last minute, with its uncertainty."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from gesturemap.clock import SystemClock
from gesturemap.frames import Values
from gesturemap.window.bench import Bench, Panel
from gesturemap.window.drawn import small
from gesturemap.window.facts.live import GAP, thinned
from gesturemap.window.facts.past import SPAN
from gesturemap.window.look.colours import rgb
from gesturemap.window.look.lines import Lines
from gesturemap.window.look.painted import painted
from gesturemap.window.look.polyline import polyline
from gesturemap.window.look.theme import heading, plain
from gesturemap.window.words import testing as said

LANES = 8
"""Outputs that are drawn at most."""
POINTS = 600
"""Points of a curve at most."""
BAND = 60
"""Opacity, 0..255, of how unsure it is."""
FLAT = 1e-9
"""A range below which nothing moves."""
NAMES = 0.3
"""Share of the width that names have at most."""


class Curves(QWidget):
    """A lane for each output: its curve, around it one standard deviation, and behind it what it is now."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        self._told = 0.0
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(said.OUTPUTS_NAME)
        self.setToolTip(plain(said.OUTPUTS_TIP))

    def sizeHint(self) -> QSize:
        """As the river."""
        return QSize(600, 140)

    def minimumSizeHint(self) -> QSize:
        """Small, but to be read."""
        return QSize(300, 96)

    def tick(self, now: float) -> None:
        """Paint anew; once a second say the same in words."""
        self.update()
        if now - self._told > 1.0:
            self._told = now
            self.setAccessibleDescription("; ".join(self.texts()))

    def texts(self) -> list[str]:
        """What each output is now, and how sure that is."""
        outputs = self._bench.outputs
        _, values, spread = outputs.view()
        if not values.size:
            return []
        return [
            text(name, float(value), float(around))
            for name, value, around in zip(outputs.names, values[:, -1], spread[:, -1], strict=True)
        ]

    @painted
    def paintEvent(self, painter: QPainter, event: QPaintEvent) -> None:
        """Every lane, the newest moment at the right."""
        palette, outputs = self._bench.look.palette, self._bench.outputs
        painter.fillRect(event.rect(), QColor(palette.panel))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetricsF(small(painter, self.font()))
        time, values, spread = outputs.view()
        now = SystemClock.now() - outputs.origin
        rows = thinned(time, values, SPAN, POINTS)
        rows = rows[time[rows] > now - SPAN]
        names = outputs.names[:LANES]
        room = min(NAMES * self.width(), max(map(metrics.horizontalAdvance, names), default=0.0) + 8)
        number = metrics.horizontalAdvance("-0.000 ± 0.000") + 8
        high = self.height() / max(1, len(names))
        left, wide = room, self.width() - room - number
        x = left + wide * (1.0 + (time[rows] - now) / SPAN)
        side = Qt.AlignmentFlag.AlignVCenter
        for row, name in enumerate(names):
            lane = QRectF(0, row * high + 3, self.width(), high - 6)
            painter.setPen(QColor(palette.faint))
            short = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, room - 8)
            painter.drawText(lane, side | Qt.AlignmentFlag.AlignLeft, short)
            painter.drawLine(round(left), round(lane.bottom()), round(left + wide), round(lane.bottom()))
            if len(rows):
                colour = palette.channels[row % len(palette.channels)]
                self._curve(painter, lane, x, values[row, rows], spread[row, rows], colour)
                painter.setPen(QColor(palette.text))
                now_is = number_of(float(values[row, -1]), float(spread[row, -1]))
                painter.drawText(lane, side | Qt.AlignmentFlag.AlignRight, now_is)

    @staticmethod
    def _curve(
        painter: QPainter, lane: QRectF, x: Values, value: Values, spread: Values, colour: str
    ) -> None:
        around = np.where(np.isfinite(spread), spread, 0.0)
        seen = np.isfinite(value)
        if not seen.any():
            return
        low, top = float((value - around)[seen].min()), float((value + around)[seen].max())
        if top - low < FLAT:
            low, top = low - 0.5, top + 0.5
        scale = lane.height() / (top - low)
        y = lane.bottom() - (value - low) * scale
        for part in _pieces(seen):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(*rgb(colour), BAND))
            edge = np.concatenate([y[part] - around[part] * scale, (y[part] + around[part] * scale)[::-1]])
            painter.drawPolygon(polyline(np.concatenate([x[part], x[part][::-1]]), edge))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colour), 1.6))
            painter.drawPolyline(polyline(x[part], y[part]))


def _pieces(seen: Values) -> list[slice]:
    """Where there is something without a gap."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], seen, [False]]).astype(int)))
    return [slice(int(first), int(last)) for first, last in edges.reshape(-1, 2)]


def number_of(value: float, spread: float) -> str:
    """An output, and how unsure it is where the model knows that."""
    if not math.isfinite(value):
        return said.OUTPUT_NONE
    return (said.OUTPUT_SURE if math.isfinite(spread) else said.OUTPUT_VALUE).format(
        value=value, spread=spread
    )


def text(name: str, value: float, spread: float) -> str:
    """The same with its name."""
    return said.OUTPUT_TEXT.format(name=name, value=number_of(value, spread))


class OutputMinute(Panel):
    """The card of the last minute where outputs are learned."""

    docs = "mapping"

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(bench, parent)
        self.curves = Curves(bench)
        self.means = Lines("small")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        column.addWidget(heading(said.OUTPUTS.format(SPAN)))
        column.addWidget(self.curves, 1)
        column.addWidget(self.means)

    def tick(self, now: float) -> None:
        """What moves."""
        if not self.isVisible():
            return
        outputs = self.bench.outputs
        _, _, spread = outputs.view()
        sure = bool(spread.size) and bool(np.isfinite(spread[:, -1]).any())
        waits = SystemClock.now() - outputs.newest > GAP
        means = said.OUTPUTS_WAIT if waits else said.OUTPUTS_SPREAD if sure else said.OUTPUTS_UNSURE
        if self.means.text() != means:
            self.means.setText(means)
            self.means.setToolTip(plain(means))
        self.curves.tick(now)
