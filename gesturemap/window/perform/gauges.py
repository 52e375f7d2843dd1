"""What is read from three metres beside the name: likelihood and progress, or what a regression moves."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gesturemap.window import words
from gesturemap.window.bench import Bench
from gesturemap.window.facts.meters import Meter, meters
from gesturemap.window.look.painted import painted
from gesturemap.window.perform.sign import ALIGN, FILL, fitting

EDGE, GAP = 36, 18
"""Pixels between both, and before a number."""
NAMED = 11
"""Pixels of the letters by which a gauge says what it is, at least."""


class Gauge(NamedTuple):
    """One of them: how far along its line, 0..1, and what stands beside and below it."""

    share: float
    text: str
    name: str
    pointed: bool = False
    """Whether it is a point on a line; else a bar."""


class Gauges(QWidget):
    """How likely the gesture is, as a bar with its number, and how far through it one is, as a point on a line.

    Where outputs are learned and no gesture is told, the first two controls that they move.
    """

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        self._shown: tuple[str, tuple[Gauge, ...]] = ("", ())
        """What gives the colour, and both; the colour is nothing's where nothing is heard."""
        self._meters: list[Meter] = []
        self._of: tuple[object, ...] = ()
        """What the meters were made of."""
        self._told = 0.0
        self.setAccessibleName(words.GAUGES_NAME)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def tick(self, now: float) -> None:
        """Paint where anything has moved."""
        shown = self._now()
        if shown != self._shown:
            self._shown = shown
            self.update()
        if now - self._told > 1.0:
            self._told = now
            self.setAccessibleDescription(self.text())

    def _now(self) -> tuple[str, tuple[Gauge, ...]]:
        live, document, label = self._bench.live, self._bench.document, self._bench.verdict.label
        if self._bench.continuous:
            of = document.mapping, document.sound, live.control_names
            if of != self._of:
                self._of, self._meters = of, meters(document, live.control_names)[:2]
            values = zip(self._meters, live.controls.tolist(), strict=False)
            return label, tuple(
                Gauge(meter.share(value), number(value), meter.name) for meter, value in values
            )
        posterior, progress = live.of(live.posterior, label), live.of(live.progress, label)
        return label, (
            Gauge(posterior, f"{posterior:.2f}", words.LEGEND_POSTERIOR),
            Gauge(progress, f"{progress:.0%}".replace("%", " %"), words.LEGEND_PROGRESS, pointed=True),
        )

    def text(self) -> str:
        """The same in words."""
        label, gauges = self._shown
        if not label or not gauges:
            return words.GAUGES_NOTHING
        return ", ".join(f"{gauge.name} {gauge.text.replace(' %', '%')}" for gauge in gauges)

    @painted
    def paintEvent(self, painter: QPainter, event: QPaintEvent) -> None:
        """Both, side by side, each with its number behind it."""
        palette = self._bench.look.palette
        label, gauges = self._shown
        colour = QColor(self._bench.look.gesture(label) if label else palette.raised)
        painter.fillRect(event.rect(), QColor(palette.ground))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = fitting(self.font(), "100 %", self.width(), self.height() * FILL)
        painter.setFont(font)
        numbers = QFontMetricsF(font).horizontalAdvance("100 %") + GAP
        half = (self.width() - EDGE) / 2
        high = self.height() * 0.3
        middle = self.height() / 2
        named = QFont(self.font())
        named.setPixelSize(max(NAMED, round(self.height() * 0.19)))
        for left, gauge in zip((0.0, half + EDGE), gauges, strict=False):
            room = half - numbers
            line = high * 0.35 if gauge.pointed else high
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.raised))
            painter.drawRoundedRect(QRectF(left, middle - line / 2, room, line), line / 2, line / 2)
            painter.setFont(named)
            painter.setPen(QColor(palette.faint))
            below = QRectF(left, middle + high / 2, room, self.height() / 2 - high / 2)
            name = QFontMetricsF(named).elidedText(gauge.name, Qt.TextElideMode.ElideMiddle, room)
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, name)
            painter.setFont(font)
            painter.setPen(Qt.PenStyle.NoPen)
            if not label:
                continue
            painter.setBrush(colour)
            point = high * 0.6 if gauge.pointed else 0.0  # it stays between both ends, away from the numbers
            end = point + (room - 2 * point) * min(1.0, max(0.0, gauge.share))
            painter.drawRoundedRect(QRectF(left, middle - line / 2, end, line), line / 2, line / 2)
            if gauge.pointed:
                painter.drawEllipse(QPointF(left + end, middle), point, point)
            painter.setPen(QColor(palette.text))
            painter.drawText(QRectF(left + room, 0, numbers, self.height()), ALIGN["right"], gauge.text)


def number(value: float) -> str:
    """A control's value, to be read from afar."""
    return f"{value:.2f}" if abs(value) < 10.0 else f"{value:.0f}"
