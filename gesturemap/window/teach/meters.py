"""Every control as a meter: its value now, and the range in which its mapping moves it, to be dragged."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QToolTip, QWidget

from gesturemap.commands import Configure
from gesturemap.window import words
from gesturemap.window.bench import Bench
from gesturemap.window.facts.document import Document
from gesturemap.window.facts.meters import Meter, configured, meters
from gesturemap.window.look.painted import painted
from gesturemap.window.look.theme import numbers_font, plain
from gesturemap.window.words import outgoing as said

ROW, CLOSE = 36, 18
"""Pixels of a row, and where there is little room."""
TWO_LINES = 26
"""From so many pixels on, a meter stands below its name, which says what moves it."""
NEAR = 8
"""Pixels within which the mouse takes an end of a range."""
THICK, TALL = 4, 12
"""Pixels of a bar, and of the ends of its range."""
EVERY = 0.1
"""Seconds between two paints of the numbers: nobody reads faster."""
CALM_MS = 450
"""Milliseconds after the last key after which the new range is one step."""
ENDS = ("to_low", "to_high")


class Values(QWidget):
    """One row per control: what moves it, a meter with the ends of its range, the number."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        self.meters: list[Meter] = []
        self._names: tuple[str, ...] = ()
        self._low = self._high = np.zeros(0)
        self._painted = 0.0
        self._numbers = numbers_font()
        self.row = 0
        """The control that keys are about."""
        self.held: tuple[int, str] | None = None
        """Which end of which row the mouse or the keys have moved, as long as it is not sent."""
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(CALM_MS)
        self._calm.timeout.connect(self.send)
        bench.settles.connect(self.send)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(words.CONTROLS_NAME)

    def sizeHint(self) -> QSize:
        """Room for every row."""
        return QSize(200, ROW * max(1, len(self._names)))

    def minimumSizeHint(self) -> QSize:
        """Rows closer together; below that the scroll area around gives way."""
        return QSize(200, CLOSE * max(1, len(self._names)))

    # What there is

    def follow(self, document: Document) -> None:
        """Other mappings; a range that a hand is at stays as it is shown."""
        if self.held is None:
            self._read(document)

    def _read(self, document: Document) -> None:
        self.meters = meters(document, self._names, self.meters)
        self.row = min(self.row, max(0, len(self.meters) - 1))
        self.update()

    def tick(self, now: float) -> None:
        """Widen the ranges of what nobody knows; paint ten times a second."""
        live = self._bench.live
        if live.control_names != self._names:
            self._names = live.control_names
            self._low, self._high = np.zeros(len(self._names)), np.ones(len(self._names))
            self.held = None
            self._read(self._bench.document)
            self.updateGeometry()
        finite = np.where(np.isfinite(live.controls), live.controls, 0.0)
        self._low, self._high = np.minimum(self._low, finite), np.maximum(self._high, finite)
        if now - self._painted >= EVERY:
            self._painted = now
            self.update()
            self.setAccessibleDescription(", ".join(self.texts()))

    def texts(self) -> list[str]:
        """Every row in words; none while the engine does not run, because nothing goes out."""
        if self._bench.engine:
            return [self._bench.engine]
        return [self._text(meter, value) for meter, value in self._pairs()]

    def _pairs(self) -> list[tuple[Meter, float]]:
        return list(zip(self.meters, self._bench.live.controls.tolist(), strict=False))

    @staticmethod
    def _text(meter: Meter, value: float) -> str:
        if meter.instead:
            return Values._missing(said.MISSING, meter)
        if not meter.ranged:
            return words.CONTROL_TEXT.format(name=meter.name, value=value)
        return said.RANGE_TEXT.format(
            name=meter.name, value=value, low=meter.to_low, high=meter.to_high, source=meter.follows
        )

    @staticmethod
    def _missing(text: str, meter: Meter) -> str:
        """What is said of a control that the sound has not."""
        wanted, instead = meter.name.partition(".")[2], ", ".join(meter.instead)
        return text.format(source=meter.follows, control=meter.name, wanted=wanted, instead=instead)

    # Where things are

    def _high_of_row(self) -> int:
        return min(ROW, max(CLOSE, self.height() // max(1, len(self._names))))

    def bar(self, row: int) -> QRectF:
        """Where a row's meter is."""
        high = self._high_of_row()
        top = row * high
        if high >= TWO_LINES:
            return QRectF(4, top + high - TALL - 1, max(1.0, self.width() - 8), TALL)
        room = QFontMetricsF(self._numbers).horizontalAdvance("-00000.00")
        left = self.width() * 0.5
        return QRectF(left, top + (high - TALL) / 2, max(1.0, self.width() - left - room), TALL)

    def _end_at(self, place: QPoint) -> tuple[int, str] | None:
        """The end of a range that lies below the mouse."""
        row = place.y() // self._high_of_row()
        if not 0 <= row < len(self.meters) or not self.meters[row].ranged:
            return None
        meter, bar = self.meters[row], self.bar(row)
        away = {
            end: abs(bar.left() + bar.width() * meter.share(getattr(meter, end)) - place.x()) for end in ENDS
        }
        end = min(away, key=lambda each: away[each])
        if away["to_low"] == away["to_high"]:  # both in one place: the mouse comes from the side it goes to
            end = ENDS[place.x() >= bar.left() + bar.width() * meter.share(meter.to_high)]
        return (row, end) if away[end] <= NEAR else None

    # Changing a range

    def _move(self, row: int, end: str, value: float) -> None:
        self.held = (row, end)
        self.meters[row] = self.meters[row].moved(end, value)
        self.update()

    def send(self) -> None:
        """The range that was changed, as one step."""
        self._calm.stop()
        if self.held is None:
            return
        row, self.held = self.held[0], None
        document = self._bench.document
        if row < len(self.meters) and self.meters[row].mapping < len(document.mapping):
            tables = configured(document.mapping, self.meters[row])
            if tables != [dict(table) for table in document.mapping]:
                self._bench.send(Configure("mapping", tables))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take an end of a range, or choose a row."""
        place = event.position().toPoint()
        self.row = min(max(0, place.y() // self._high_of_row()), max(0, len(self.meters) - 1))
        if event.button() == Qt.MouseButton.LeftButton and not self._bench.document.locked:
            self.send()
            self.held = self._end_at(place)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move what is held; show what could be taken."""
        place = event.position().toPoint()
        if event.buttons() & Qt.MouseButton.LeftButton and self.held is not None:
            row, end = self.held
            bar = self.bar(row)
            self._move(row, end, self.meters[row].at((place.x() - bar.left()) / bar.width()))
            return
        near = self._end_at(place) is not None and not self._bench.document.locked
        self.setCursor(Qt.CursorShape.SizeHorCursor if near else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go: one step."""
        self.send()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """All settings of the mapping."""
        self._open()

    def _open(self) -> None:
        if self.row < len(self.meters) and self.meters[self.row].mapping >= 0:
            self._bench.settings_wanted.emit("mapping", self.meters[self.row].mapping, "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose a control and move an end of its range; Enter opens its settings, Del disconnects it."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self.meters:
            self.send()
            self.row = min(len(self.meters) - 1, max(0, self.row + (1 if key == Qt.Key.Key_Down else -1)))
            self._show_row()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._free():
            meter = self.meters[self.row]
            end = ENDS[not event.modifiers() & Qt.KeyboardModifier.ShiftModifier]
            way = meter.step if key == Qt.Key.Key_Right else -meter.step
            self._move(self.row, end, getattr(meter, end) + way)
            self._calm.start()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.send()
            self._open()
        elif key == Qt.Key.Key_Delete and self._free():
            self.held = None
            gone = self.meters[self.row].mapping
            kept = [dict(table) for i, table in enumerate(self._bench.document.mapping) if i != gone]
            self._bench.send(Configure("mapping", kept))
        else:
            super().keyPressEvent(event)
        self.update()

    def _free(self) -> bool:
        """Whether there is a range that may be changed."""
        there = self.row < len(self.meters) and self.meters[self.row].ranged
        return there and not self._bench.document.locked

    def _show_row(self) -> None:
        around = self.parentWidget()
        area = around.parentWidget() if around is not None else None
        if isinstance(area, QScrollArea):
            high = self._high_of_row()
            area.ensureVisible(0, self.row * high + high // 2, 0, high)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """What the keys have changed counts."""
        self.send()
        super().focusOutEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        """Tips are about the row below the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            row = event.pos().y() // self._high_of_row()
            pairs = self._pairs()
            QToolTip.showText(
                event.globalPos(), plain(self.tip(*pairs[row]) if row < len(pairs) else ""), self
            )
            return True
        return super().event(event)

    def tip(self, meter: Meter, value: float) -> str:
        """What a control is, and how its range is changed."""
        if meter.instead:
            return self._missing(said.MISSING_TIP, meter)
        if not meter.ranged:
            return said.PLAIN_TIP.format(
                control=meter.name, value=value, unit=meter.unit, doc=meter.doc
            ).strip()
        if self._bench.document.locked:
            return said.LOCKED_TIP
        return said.METER_TIP.format(
            source=meter.follows, control=meter.name, value=value, unit=meter.unit, doc=meter.doc,
            low=meter.to_low, high=meter.to_high,
        )  # fmt: skip

    # Painting

    @painted
    def paintEvent(self, painter: QPainter, event: QPaintEvent) -> None:
        """All rows."""
        palette, gone = self._bench.look.palette, bool(self._bench.engine)
        painter.fillRect(event.rect(), QColor(palette.panel))
        metrics, high = QFontMetricsF(self.font()), self._high_of_row()
        numbers = QFontMetricsF(self._numbers)
        least = numbers.horizontalAdvance("-00.00")
        two = high >= TWO_LINES
        for row, (meter, value) in enumerate(self._pairs()):
            top, line = row * high, high - TALL - 2 if two else high
            off = gone or bool(meter.instead)
            if self.hasFocus() and row == self.row:
                painter.fillRect(QRectF(0, top, self.width(), high), QColor(palette.raised))
            number = "–" if off else f"{value:z.2f}" if abs(value) < 1e5 else f"{value:.2e}"
            room = max(least, numbers.horizontalAdvance(number))
            wide = self.width() - room - 12 if two else self.width() * 0.5 - 6
            painter.setFont(self.font())
            painter.setPen(QColor(palette.faint if gone else palette.warn if off else palette.text))
            name = meter.name
            if meter.instead:
                name = self._missing(said.MISSING, meter)
            elif meter.follows and two:
                name = said.CONNECTION.format(source=meter.follows, control=meter.name)
            text = metrics.elidedText(
                name, Qt.TextElideMode.ElideRight if two else Qt.TextElideMode.ElideMiddle, wide
            )
            flags = (
                Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
            )  # a "g" reaches beside the ends of the bar
            painter.drawText(QRectF(4, top, wide, line), flags, text)
            self._paint_bar(painter, row, meter, value, off)
            painter.setFont(self._numbers)
            painter.setPen(QColor(palette.faint))
            place = QRectF(self.width() - room - 4, top, room, line)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(place, flags, number)

    def _paint_bar(self, painter: QPainter, row: int, meter: Meter, value: float, off: bool) -> None:
        """The groove, the range, the value from rest, and the ends of the range."""
        palette, bar = self._bench.look.palette, self.bar(row)
        share = meter.share if meter.ranged else self._usual(row)
        middle = bar.center().y() - THICK / 2
        painter.fillRect(
            QRectF(bar.left(), middle, bar.width(), THICK),
            QColor(palette.line if self.hasFocus() and row == self.row else palette.raised),
        )

        def between(one: float, other: float, thick: float, colour: str) -> None:
            left, right = sorted((bar.left() + bar.width() * one, bar.left() + bar.width() * other))
            painter.fillRect(QRectF(left, bar.center().y() - thick / 2, right - left, thick), QColor(colour))

        if meter.ranged:
            between(share(meter.to_low), share(meter.to_high), THICK, palette.line)
        if not off and value == value:
            between(share(0.0), share(value), THICK, palette.accent)
        if meter.ranged:
            held = self.held is not None and self.held[0] == row
            for end in ENDS:
                at = bar.left() + bar.width() * share(getattr(meter, end))
                taken = held and self.held is not None and self.held[1] == end
                colour = palette.accent if taken else palette.faint
                painter.fillRect(QRectF(at - 1.5, bar.top(), 3, TALL), QColor(colour))

    def _usual(self, row: int) -> Any:
        """Where a value lies in the range it has had."""
        low, high = float(self._low[row]), float(self._high[row])
        return lambda value: min(1.0, max(0.0, (value - low) / ((high - low) or 1.0)))
