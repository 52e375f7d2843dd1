"""The last minute: where somebody moved, to keep a good one afterwards."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gesturemap.commands import Keep
from gesturemap.frames import Values
from gesturemap.plain import counted
from gesturemap.teaching.movement import LEAST, Span
from gesturemap.window import words
from gesturemap.window.bench import Bench
from gesturemap.window.drawn import framed
from gesturemap.window.facts.live import MINUTE
from gesturemap.window.look.painted import painted
from gesturemap.window.look.polyline import polyline
from gesturemap.window.look.theme import label, styled
from gesturemap.window.words import teaching as said

EVERY, PAINT = 0.25, 0.08
"""Seconds between two looks at where somebody moved, and between two pictures: it goes by slowly."""
FOOT, NUDGE = 16.0, 0.1
"""Pixels for the seconds below; seconds by which a key moves an end."""
NEAR = 6.0
"""Pixels within which an end is taken hold of."""


def length(span: Span) -> float:
    """Its seconds."""
    return span.end - span.start


class Strip(QWidget):
    """How much was moved in the last minute, now at the right edge; movements that stand out, and what is chosen.

    Keys: ←→ choose a movement, Shift with them move its end, Ctrl its beginning; Enter keeps it.
    """

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        self.chosen: Span | None = None
        """What would be kept, in seconds of the machine's clock."""
        self.found: list[Span] = []
        """Movements that stand out, in seconds of the machine's clock."""
        self.kept: list[Span] = []
        self._grid: Values = np.zeros(0)
        self._most: Values = np.zeros(0)
        self._looked = self._painted = -math.inf
        self._held = ""
        self._anchor = self._stopped = 0.0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(said.MINUTE_NAME)
        self.setMinimumSize(160, 50)

    @property
    def now(self) -> float:
        """The moment at the right edge, in seconds of the machine's clock; it stands still while one drags."""
        if self._held:
            return self._stopped
        live = self._bench.live
        return live.minute.origin + live.age(live.minute)

    def tick(self, now: float) -> None:
        """Look again at where somebody moved, and go on."""
        if not self.isVisible():
            return
        if now - self._looked > EVERY:
            self._looked = now
            self.look()
        if now - self._painted > PAINT:
            self._painted = now
            self.update()

    def look(self) -> None:
        """Find the movements there are by now."""
        self._grid, self._most, self.found = self._bench.live.movements()
        if not len(self._grid):
            return
        self.kept = [span for span in self.kept if span.end > self.now - MINUTE]
        if self.chosen is not None and self.chosen.start < self.now - MINUTE:
            self.chosen = None
        self.setAccessibleDescription(self.text())

    def text(self) -> str:
        """The same in words, the newest movement first."""
        parts = [said.MINUTE_TEXT.format(movements=counted(len(self.found), "movement"))]
        if self.chosen is not None:
            parts.append(
                said.MINUTE_CHOSEN.format(ago=self.now - self.chosen.end, seconds=length(self.chosen))
            )
        parts += [
            said.MINUTE_SPAN.format(ago=max(0.0, self.now - span.end), seconds=length(span))
            for span in reversed(self.found)
        ]
        return "; ".join(parts)

    def last(self) -> Span | None:
        """The last movement that is not kept yet."""
        free = [s for s in self.found if not any(s.start < k.end and k.start < s.end for k in self.kept)]
        return free[-1] if free else None

    def keep(self, gesture: str) -> bool:
        """Keep what is chosen, or else the last movement; False if there is neither."""
        if self.chosen is None:
            self.look()
        wanted = self.chosen or self.last()
        if wanted is None:
            return False
        self._bench.send(Keep(gesture, wanted.start, wanted.end))
        self.kept.append(wanted)
        self.chosen = None
        self.update()
        return True

    def refused(self) -> None:
        """What was kept last was not, after all."""
        if self.kept:
            self.kept.pop()
            self.update()

    def choose(self, by: int) -> None:
        """The movement before or after the chosen one."""
        if not self.found:
            return
        if self.chosen is None:
            self.chosen = self.found[-1 if by < 0 else 0]
        else:
            middle = (self.chosen.start + self.chosen.end) / 2
            beside = [s for s in self.found if (s.start > middle if by > 0 else s.end < middle)]
            if beside:
                self.chosen = beside[0 if by > 0 else -1]
        self._changed()

    def nudge(self, start: float, end: float) -> None:
        """Move the ends of what is chosen."""
        if self.chosen is not None:
            span = Span(
                max(self.now - MINUTE, self.chosen.start + start), min(self.now, self.chosen.end + end)
            )
            if length(span) >= LEAST:
                self.chosen = span
                self._changed()

    def _changed(self) -> None:
        self.setAccessibleDescription(self.text())
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Everything by key."""
        by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if by and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.nudge(0.0, by * NUDGE)
        elif by and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.nudge(by * NUDGE, 0.0)
        elif by:
            self.choose(by)
        else:
            super().keyPressEvent(event)

    # The mouse

    def place(self, at: float) -> float:
        """Where a moment is, in pixels."""
        return self.width() * (1 - (self.now - at) / MINUTE)

    def moment(self, x: float) -> float:
        """Which moment is at a place, in pixels."""
        return self.now - MINUTE * (1 - min(max(x, 0.0), self.width()) / max(1, self.width()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to choose, or take hold of an end of what is chosen."""
        self._stopped = self.now
        x, self._held = event.position().x(), "new"
        self._anchor = self.moment(x)
        if self.chosen is not None:
            if abs(x - self.place(self.chosen.start)) <= NEAR:
                self._anchor = self.chosen.end
            elif abs(x - self.place(self.chosen.end)) <= NEAR:
                self._anchor = self.chosen.start

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """What lies between is chosen."""
        if self._held:
            at = self.moment(event.position().x())
            span = Span(min(self._anchor, at), max(self._anchor, at))
            if length(span) >= LEAST:
                self.chosen = span
                self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click without a way chooses the movement there, or nothing."""
        at = self.moment(event.position().x())
        self._held = ""
        if abs(at - self._anchor) < LEAST:
            self.chosen = next((span for span in self.found if span.start <= at <= span.end), None)
        self._changed()

    # The picture

    @painted
    def paintEvent(self, painter: QPainter, event: QPaintEvent) -> None:
        """Seconds, movements, how much was moved, what is chosen."""
        palette = self._bench.look.palette
        painter.fillRect(self.rect(), QColor(palette.ground if palette.name == "dark" else palette.raised))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0, 2, 0, -FOOT)
        for ago in range(0, int(MINUTE) + 1, 10):
            x = self.width() * (1 - ago / MINUTE)
            painter.setPen(QPen(QColor(palette.line), 1))
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
            painter.setPen(QColor(palette.faint))
            text = said.NOW if not ago else said.SECONDS_AGO.format(-ago)
            wide = painter.fontMetrics().horizontalAdvance(text)
            at = min(max(2.0, x - wide / 2), self.width() - wide - 2)
            painter.drawText(QPointF(at, self.height() - 4), text)
        for span in self.found:
            taken = any(span.start < kept.end and kept.start < span.end for kept in self.kept)
            block = QRectF(
                self.place(span.start), box.top(), self.place(span.end) - self.place(span.start), box.height()
            )
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.raised if palette.name == "dark" else palette.line))
            painter.drawRoundedRect(block, 4, 4)
            if taken:
                painter.setPen(QColor(palette.good))
                painter.drawText(block.adjusted(0, 3, 0, 0), Qt.AlignmentFlag.AlignHCenter, "✓")
        if len(self._grid) > 1:
            across = self.width() * (1 - (self.now - self._grid) / MINUTE)
            level = box.bottom() - self._most * ((box.height() - 14) / 1.5)
            painter.setPen(QPen(QColor(palette.channels[0]), 1.2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(polyline(across[::2], level[::2]))
        if self.chosen is not None:
            colour = QColor(self._bench.look.gesture(self._bench.selection))
            left, right = self.place(self.chosen.start), self.place(self.chosen.end)
            painter.setPen(QPen(colour, 2))
            colour.setAlpha(50)
            painter.setBrush(colour)
            painter.drawRoundedRect(QRectF(left, box.top(), max(2.0, right - left), box.height()), 4, 4)
        framed(painter, self, palette)


class Minute(QWidget):
    """The strip, what is chosen in words, and a button that keeps it."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        self.strip = Strip(bench)
        self.what = label("", "small")
        self.what.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.button = styled(QPushButton(said.KEEP_LAST), "plain")
        self.button.setToolTip(said.KEEP_SPAN_TIP)
        self.button.clicked.connect(self.keep)
        row = QHBoxLayout()
        row.addWidget(self.what, 1)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.strip, 1)

    def keep(self) -> None:
        """Keep what is chosen, or the last movement; the first gesture comes with it where there is none.

        On another page, where neither of both is seen, it is said for which gesture.
        """
        gesture = self._bench.selection
        if not gesture and not self._bench.document.labels:
            gesture = words.NUMBER_NAME.format(1)
        if not gesture:
            self._bench.answer.emit("record", words.CANNOT_RECORD)
        elif not self.strip.keep(gesture):
            self._bench.answer.emit("keep", said.NOTHING_TO_KEEP)
        elif (above := self.parentWidget()) is not None and not above.isVisible():
            self._bench.answer.emit("keep", said.KEPT_THERE.format(gesture=gesture))

    def tick(self, now: float) -> None:
        """Go on."""
        self.strip.tick(now)
        if not self.isVisible():
            return
        strip = self.strip
        chosen = strip.chosen or strip.last()
        if strip.chosen is not None:
            text = said.MINUTE_CHOSEN.format(
                ago=max(0.0, strip.now - strip.chosen.end), seconds=length(strip.chosen)
            )
        elif strip.found:
            text = said.MINUTE_TEXT.format(movements=counted(len(strip.found), "movement"))
        else:
            text = said.NO_MINUTE
        button = said.KEEP_SPAN.format(seconds=length(chosen)) if chosen else said.KEEP_LAST
        if text != self.what.text():
            self.what.setText(text)
        if button != self.button.text():
            self.button.setText(button)
        self.button.setEnabled(chosen is not None)
