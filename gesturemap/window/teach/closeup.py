"""One demonstration large: two handles trim it, a cursor splits it, what is not learned from is grey."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gesturemap.commands import Split, Trim
from gesturemap.demonstrations import Demonstration
from gesturemap.window import words
from gesturemap.window.bench import Bench
from gesturemap.window.drawn import Drawn, framed
from gesturemap.window.facts.document import Take
from gesturemap.window.facts.live import grouped, ticks
from gesturemap.window.facts.thumbnails import Gallery, picked, whole
from gesturemap.window.look.painted import painted
from gesturemap.window.look.polyline import course, pen
from gesturemap.window.look.theme import label, plain, styled
from gesturemap.window.words import teaching as said

POINTS = 800
"""Points of a curve that is drawn."""
FOOT, EDGE = 16.0, 10.0
"""Pixels for the seconds below, and beside the curves."""
APART = 6.0
"""Pixels between two texts."""
NEAR = 9.0
"""Pixels within which a handle is taken hold of."""
STEP, STRIDE = 0.01, 0.1
"""Seconds the cursor goes by a key, and with Shift."""
LEAST = 0.02
"""Seconds that stay between the handles."""


class Trace(Drawn):
    """The curves, the handles and the cursor.

    Keys: ←→ cursor, Home and End to the handles, ``[`` and ``]`` trim at the cursor, S splits there, 0 takes all of it,
    ``,`` and ``.`` another demonstration.
    """

    beside = Signal(int)
    """Another demonstration is asked for: that many further."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.take: Take | None = None
        self._number, self._label = 0, ""
        self._recorded: Demonstration | None = None
        self.start = self.end = self.hand = 0.0
        """Seconds since its beginning as it was recorded; while a handle is dragged, where it is dragged to."""
        self._held = ""
        """What is being dragged: ``start``, ``end``, ``cursor`` or nothing."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setToolTip(said.ONE_TIP)
        self.setMinimumSize(160, 60)

    def follow(self, take: Take | None, number: int, label: str, gallery: Gallery) -> None:
        """Show this one."""
        before, self.take = self.take, take
        self._number, self._label = number, label
        if take is None:
            self._recorded = None
        elif before is None or before.id != take.id or self._recorded is None:
            self._recorded = whole(gallery.path(take.id))
            self.hand = take.start
            self._held = ""
        if take is not None and self._held not in ("start", "end"):
            self.start, self.end = take.start, take.end
        self.setAccessibleName(said.ONE_NAME.format(number=number, label=label))
        self._tell()
        self.renew()

    @property
    def whole(self) -> float:
        """Seconds as it was recorded."""
        return self._recorded.seconds if self._recorded is not None else 0.0

    def _tell(self) -> None:
        text = said.ONE_TEXT.format(
            label=self._label, number=self._number, start=self.start, end=self.end, whole=self.whole,
            cursor=self.hand,
        )  # fmt: skip
        self.setAccessibleDescription(text if self.take is not None else "")

    # What can be done

    def trim(self, start: float, end: float) -> None:
        """Learn from it from here to there only; all of it, where that is all of it."""
        if self.take is None or not self.whole:
            return
        start, end = max(0.0, start), min(self.whole, end)
        if end - start < LEAST:
            return
        everything = start <= 0.0 and end >= self.whole
        self.start, self.end = start, end
        if everything and not self.take.trimmed:
            return
        self._bench.send(Trim(self.take.id) if everything else Trim(self.take.id, start, end))
        self._tell()
        self.update()

    def start_here(self) -> None:
        """Trim what is before the cursor."""
        self.trim(self.hand, self.end if self.end > self.hand else self.whole)

    def end_here(self) -> None:
        """Trim what is behind the cursor."""
        self.trim(self.start if self.start < self.hand else 0.0, self.hand)

    def all_of_it(self) -> None:
        """Nothing is trimmed any more."""
        self.trim(0.0, self.whole)

    def split(self) -> None:
        """Two of one, cut at the cursor."""
        if self.take is None:
            return
        if LEAST <= self.hand <= self.whole - LEAST:
            self._bench.send(Split(self.take.id, [self.hand]))
        else:
            self._bench.answer.emit("split", said.NOTHING_TO_SPLIT.format(self.hand))

    def point(self, seconds: float) -> None:
        """Set the cursor."""
        self.hand = min(self.whole, max(0.0, seconds))
        self._tell()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Everything by key."""
        far = STRIDE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP
        key, text = event.key(), event.text()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.point(self.hand + (far if key == Qt.Key.Key_Right else -far))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.point(self.start if key == Qt.Key.Key_Home else self.end)
        elif text == "[":
            self.start_here()
        elif text == "]":
            self.end_here()
        elif text == "0":
            self.all_of_it()
        elif text in ("s", "S"):
            self.split()
        elif text in (",", "."):
            self.beside.emit(1 if text == "." else -1)
        else:
            super().keyPressEvent(event)

    # The mouse

    def _box(self) -> QRectF:
        return QRectF(self.rect()).adjusted(EDGE, 2, -EDGE, -FOOT)

    def place(self, seconds: float) -> float:
        """Where a moment is, in pixels."""
        box = self._box()
        return box.left() + seconds / max(1e-9, self.whole) * box.width()

    def seconds(self, x: float) -> float:
        """Which moment is at a place, in pixels."""
        box = self._box()
        return min(self.whole, max(0.0, (x - box.left()) / box.width() * self.whole))

    def _near(self, x: float) -> str:
        apart = {"start": abs(x - self.place(self.start)), "end": abs(x - self.place(self.end))}
        closest = min(apart, key=lambda name: apart[name])
        return closest if apart[closest] <= NEAR else "cursor"

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of a handle, or set the cursor."""
        self._held = self._near(event.position().x())
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A handle or the cursor goes along."""
        at = self.seconds(event.position().x())
        if self._held == "start":
            self.start = min(at, self.end - LEAST)
        elif self._held == "end":
            self.end = max(at, self.start + LEAST)
        elif self._held == "cursor":
            self.point(at)
        over = self._held or self._near(event.position().x())
        self.setCursor(Qt.CursorShape.SizeHorCursor if over != "cursor" else Qt.CursorShape.ArrowCursor)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go: now it counts."""
        held, self._held = self._held, ""
        if held in ("start", "end"):
            self.trim(self.start, self.end)

    # The picture

    @painted
    def paintEvent(self, painter: QPainter, event: QPaintEvent) -> None:
        """The curves from their picture; grey over what is trimmed; handles and cursor."""
        self.beneath(painter)
        if self._recorded is None:
            return
        palette, box = self._bench.look.palette, self._box()
        left, right = self.place(self.start), self.place(self.end)
        veil = QColor(palette.raised)
        veil.setAlpha(200)
        painter.fillRect(QRectF(box.left(), box.top(), left - box.left(), box.height()), veil)
        painter.fillRect(QRectF(right, box.top(), box.right() - right, box.height()), veil)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(palette.accent)
        for x, side in ((left, 1), (right, -1)):
            painter.setPen(QPen(colour, 2))
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            middle = box.center().y()
            painter.drawPolygon(
                QPolygonF([QPointF(x, middle - 7), QPointF(x, middle + 7), QPointF(x + 7 * side, middle)])
            )
        x = self.place(self.hand)
        painter.setPen(QPen(QColor(palette.text), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
        text = said.SECONDS_AT.format(self.hand)
        wide = painter.fontMetrics().horizontalAdvance(text)
        at = min(max(box.left(), x - wide / 2), box.right() - wide)
        painter.setPen(QColor(palette.faint))
        for left, mark in self._marks(painter.fontMetrics(), at, at + wide):
            painter.drawText(QPointF(left, box.bottom() + FOOT - 3), mark)
        painter.setPen(QColor(palette.text))
        painter.drawText(QPointF(at, box.bottom() + FOOT - 3), text)
        framed(painter, self, palette)

    def _marks(self, metrics: QFontMetrics, left: float, right: float) -> list[tuple[float, str]]:
        """The seconds below, each with its place in pixels, but those beneath what stands from `left` to `right`."""
        found = []
        for second in ticks(0.0, self.whole, max(2, int(self._box().width() / 70))):
            at, text = self.place(second) - 8, said.MARK_AT.format(second)
            if at + metrics.horizontalAdvance(text) + APART <= left or at >= right + APART:
                found.append((at, text))
        return found

    def paint_still(self, painter: QPainter) -> None:
        """The curves."""
        palette, shown = self._bench.look.palette, self._recorded
        if shown is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self._box()
        at, behind = picked(shown.time, POINTS)
        x = box.left() + (shown.time[at] - shown.time[0]) / max(1e-9, self.whole) * box.width()
        groups = grouped(shown.spec.names)
        high = box.height() / len(groups)
        for place, group in enumerate(groups):
            part = shown.values[at][:, group]
            low, span = float(part.min()), float(np.ptp(part)) or 1.0
            for row, column in enumerate(part.T):
                y = box.top() + high * (place + 0.94 - 0.88 * (column - low) / span)
                painter.setPen(pen(palette, row, 1.3))
                course(painter, x, y, behind)


class Closeup(QWidget):
    """The large view of one demonstration, and buttons for what can be done with it."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self.trace = Trace(bench)
        self.buttons = [
            self._button(text, tip, act)
            for text, tip, act in (
                (said.START_HERE, said.START_HERE_TIP, self.trace.start_here),
                (said.END_HERE, said.END_HERE_TIP, self.trace.end_here),
                (said.SPLIT_HERE, said.SPLIT_HERE_TIP, self.trace.split),
                (said.ALL_OF_IT, said.ALL_OF_IT_TIP, self.trace.all_of_it),
            )
        ]
        self.title = label("", "small")
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self.title, 1)
        for button in self.buttons:
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.trace, 1)

    @staticmethod
    def _button(text: str, tip: str, act: object) -> QPushButton:
        button = styled(QPushButton(text), "plain")
        button.setToolTip(plain(tip))
        button.setAccessibleName(tip)
        button.clicked.connect(act)
        return button

    def follow(self, take: Take | None, number: int, gesture: str, gallery: Gallery) -> None:
        """Show this one."""
        self.trace.follow(take, number, gesture, gallery)
        if take is None:
            self.title.setText("")
            return
        text = f"{number} · {words.TAKE_LENGTH.format(take.seconds)}"
        if take.trimmed:
            text += " · " + said.TAKE_TRIMMED.format(start=take.start, end=take.end, whole=take.whole)
        self.title.setText(text if take.learned else f"{text} · {said.TAKE_OFF}")
