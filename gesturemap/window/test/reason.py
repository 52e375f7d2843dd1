"""Why a demonstration is taken for a gesture: a bar for each channel, and when it was said."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip

from gesturemap.window.bench import Bench
from gesturemap.window.drawn import Drawn, framed, small
from gesturemap.window.facts.belief import Reason
from gesturemap.window.look.painted import painted
from gesturemap.window.look.theme import plain
from gesturemap.window.words import beliefs as said

ROW, STRIP, FOOT = 19.0, 40.0, 14.0
"""Pixels of a bar's row, of the strip along time, and of the seconds below it."""
NAMES, NUMBERS = 0.3, 58.0
"""Share of the width for names at most, and pixels for numbers at the right."""


class ReasonPicture(Drawn):
    """Bars to the right speak for the gesture, in its colour; to the left for the other one, in that one's."""

    chosen = Signal(str)
    """Another channel was chosen; empty: all of them."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.reason: Reason | None = None
        self.place = -1
        """The channel that is chosen; -1: all."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(said.WHY_NAME)
        self.setToolTip(plain(said.WHY_FIGURE_TIP))

    def show_reason(self, reason: Reason) -> None:
        """Another one."""
        self.reason, self.place = reason, -1
        self.setAccessibleDescription("; ".join(reason.texts()))
        self.updateGeometry()
        self.renew()

    @property
    def channel(self) -> str:
        """The one that is chosen, or empty."""
        return self.reason.channels[self.place] if self.reason is not None and self.place >= 0 else ""

    def choose(self, place: int) -> None:
        """Choose a channel; the same again, or -1: all of them."""
        last = len(self.reason.channels) - 1 if self.reason is not None else -1
        self.place = -1 if place == self.place else min(max(place, -1), last)
        self.chosen.emit(self.channel)
        self.renew()

    def _rows(self) -> int:
        return len(self.reason.channels) + len(self.reason.apart) if self.reason is not None else 0

    def sizeHint(self) -> QSize:
        """A row for each, and the strip."""
        return QSize(360, round(self._rows() * ROW + STRIP + FOOT + 6))

    def minimumSizeHint(self) -> QSize:
        """Never lower."""
        return QSize(200, self.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        """A tip says the row below the mouse in words."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self.reason is not None:
            row, texts = int(event.pos().y() // ROW), self.reason.texts()
            text = texts[row] if row < self._rows() else texts[-1]
            QToolTip.showText(event.globalPos(), plain(f"{text}\n{said.WHY_FIGURE_TIP}"), self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses a channel."""
        row = int(event.position().y() // ROW)
        if self.reason is not None and row < len(self.reason.channels):
            self.choose(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """So do arrows."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None or self.reason is None:
            super().keyPressEvent(event)
        elif -1 <= self.place + step < len(self.reason.channels):
            self.choose(self.place + step)

    # Paint

    @painted
    def paintEvent(self, painter: QPainter, event: QPaintEvent) -> None:
        """The picture, and a frame where the keys go."""
        self.beneath(painter)
        framed(painter, self, self._bench.look.palette)

    def _colours(self, reason: Reason) -> tuple[QColor, QColor]:
        """What speaks for it, and what against it."""
        look = self._bench.look
        known = self._bench.document.labels
        own = look.gesture(reason.of) if reason.of in known else look.palette.accent
        other = look.gesture(reason.against) if reason.against in known else look.palette.faint
        return QColor(own), QColor(other)

    def paint_still(self, painter: QPainter) -> None:
        """Bars and strip."""
        reason = self.reason
        if reason is None:
            return
        metrics = QFontMetricsF(small(painter, self.font()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        named = [*zip(reason.channels, reason.shares, strict=True), *reason.apart]
        left = min(
            max((metrics.horizontalAdvance(name) for name, _ in named), default=0.0) + 10,
            NAMES * self.width(),
        )
        low, high = (edge((0.0, *(value for _, value in named))) for edge in (min, max))
        room = QRectF(left, 0.0, max(20.0, self.width() - left - NUMBERS), ROW)
        for row, (name, value) in enumerate(named):
            self._bar(painter, room.translated(0, row * ROW), row, name, (low, value, (high - low) or 1.0))
            text = QRectF(room.right() + 4, row * ROW, NUMBERS - 8, ROW)
            painter.drawText(
                text,
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                f"{round(value, 2) + 0.0:+.2f}",
            )
        self._strip(painter, QRectF(left, len(named) * ROW + 4, room.width(), STRIP))

    def _bar(
        self, painter: QPainter, room: QRectF, row: int, name: str, values: tuple[float, float, float]
    ) -> None:
        reason, palette = self.reason, self._bench.look.palette
        assert reason is not None
        if row == self.place:
            painter.fillRect(QRectF(0, room.top(), self.width(), ROW), QColor(palette.raised))
        metrics = QFontMetricsF(painter.font())
        painter.setPen(QColor(palette.text if row < len(reason.channels) else palette.faint))
        names = QRectF(2, room.top(), room.left() - 10, ROW)
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(names, side, metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, names.width()))
        low, value, span = values
        own, other = self._colours(reason)
        zero, end = (room.left() + (each - low) / span * room.width() for each in (0.0, value))
        bar = QRectF(QPointF(zero, room.top() + 3), QPointF(end, room.bottom() - 3)).normalized()
        painter.fillRect(bar, own if value >= 0.0 else other)
        painter.setPen(QPen(QColor(palette.faint), 1))
        painter.drawLine(QPointF(zero, room.top()), QPointF(zero, room.bottom()))
        painter.setPen(QColor(palette.text))

    def _strip(self, painter: QPainter, box: QRectF) -> None:
        """Above the line what spoke for it, below it what against it: of the chosen channel, or of all."""
        reason, palette = self.reason, self._bench.look.palette
        assert reason is not None
        moments = np.array(reason.by_channel[self.place] if self.place >= 0 else reason.moments)
        side = Qt.AlignmentFlag
        painter.setPen(QColor(palette.faint))
        painter.drawText(
            QRectF(2, box.top(), box.left() - 10, STRIP), side.AlignRight | side.AlignVCenter, said.WHY_WHEN
        )
        painter.setPen(QPen(QColor(palette.line), 1))
        painter.drawLine(QPointF(box.left(), box.center().y()), QPointF(box.right(), box.center().y()))
        if not len(moments):
            return
        bins = max(1, min(len(moments), int(box.width() // 3)))
        edges = np.linspace(0, len(moments), bins + 1).round().astype(int)
        heights = np.add.reduceat(moments, edges[:-1]) / np.diff(edges)
        most, wide = float(np.abs(heights).max()) or 1.0, box.width() / bins
        own, other = self._colours(reason)
        for place, height in enumerate((heights / most).tolist()):
            x, y = box.left() + place * wide, box.center().y()
            bar = QRectF(QPointF(x + 0.5, y), QPointF(x + wide - 0.5, y - height * STRIP / 2)).normalized()
            painter.fillRect(bar, own if height >= 0.0 else other)
        painter.setPen(QColor(palette.faint))
        foot = QRectF(box.left(), box.bottom(), box.width(), FOOT)
        painter.drawText(foot, side.AlignLeft | side.AlignTop, "0 s")
        painter.drawText(foot, side.AlignRight | side.AlignTop, f"{reason.time[-1]:.1f} s")
