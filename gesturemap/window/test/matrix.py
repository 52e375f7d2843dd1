"""A matrix of confusions, painted: which gesture was taken for which."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gesturemap.window.bench import Bench
from gesturemap.window.drawn import framed
from gesturemap.window.facts.evaluation import Evaluation
from gesturemap.window.look import icons
from gesturemap.window.look.colours import rgb
from gesturemap.window.look.painted import painted
from gesturemap.window.look.theme import plain
from gesturemap.window.words import testing as said

SMALLEST, LARGEST = 18.0, 34.0
"""Pixels of a cell."""
SHARE, NAMES = 0.3, 80.0
"""Of the width for the names at the left, and at least, pixels; they may have twice as many where they need it."""
BESIDE = 26.0
"""Pixels beside a name."""


class Matrix(QWidget):
    """Rows: what was done; columns: what it was taken for. A cell can be chosen by mouse and arrows."""

    chosen = Signal(str, str)
    """A cell: what was done, what it was taken for; twice empty: none."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        self.evaluation = Evaluation()
        self.rows: tuple[str, ...] = ()
        self.columns: tuple[str, ...] = ()
        self.cell: tuple[int, int] | None = None
        self._longest = 0.0
        """Pixels of the longest name, its mark included."""
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(said.CONFUSION_NAME)
        self.setToolTip(plain(said.CONFUSION_TIP))

    def show_evaluation(self, evaluation: Evaluation) -> None:
        """Show another one."""
        self.evaluation, self.cell = evaluation, None
        self.rows, self.columns = evaluation.shown
        metrics = QFontMetricsF(self.font())
        self._longest = BESIDE + max((metrics.horizontalAdvance(name) for name in self.rows), default=0.0)
        self.setMinimumSize(self.minimumSizeHint())
        self.setAccessibleDescription("; ".join(self.texts()))
        self.update()

    def event(self, event: QEvent) -> bool:
        """Tips are about the name or the cell below the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), plain(self.tip(QPointF(event.pos()))), self)
            return True
        return super().event(event)

    def tip(self, place: QPointF) -> str:
        """The whole name of a row, or a cell in words, before what can be done."""
        row, column = self._at(place)
        if not 0 <= row < len(self.rows) or column >= len(self.columns):
            return said.CONFUSION_TIP
        named = self.rows[row] if column < 0 else self.cell_text(self.rows[row], self.columns[column])
        return f"{named}\n{said.CONFUSION_TIP}"

    def texts(self) -> list[str]:
        """Every cell that has any, in words."""
        return [
            self.cell_text(was, given)
            for was in self.rows
            for given in self.columns
            if self.evaluation.count(was, given)
        ]

    def cell_text(self, was: str, given: str) -> str:
        """One cell in words."""
        count = self.evaluation.count(was, given)
        if was == given:
            return said.CELL_RIGHT.format(count=count, was=was)
        text = said.CELL_TEXT if count else said.CELL_EMPTY
        return text.format(count=count, was=was, given=given or said.CELL_NONE)

    def sizeHint(self) -> QSize:
        """Room for every cell."""
        return QSize(260, round((len(self.rows) + 1) * 24))

    def minimumSizeHint(self) -> QSize:
        """Cells at their smallest."""
        wide = NAMES + len(self.columns) * SMALLEST
        return QSize(round(wide), round((len(self.rows) + 1) * SMALLEST))

    @property
    def needs(self) -> float:
        """Pixels of width in which names, as far as they may take room, and cells are whole."""
        return min(max(NAMES, self._longest), 2 * NAMES) + len(self.columns) * SMALLEST

    def _sizes(self) -> tuple[float, float, float]:
        """Where cells begin, how wide and how high they are."""
        left = min(max(NAMES, self._longest, self.width() * SHARE), 2 * NAMES)
        left = max(NAMES, min(left, self.width() - SMALLEST * len(self.columns)))
        wide = min(2.2 * LARGEST, (self.width() - left) / max(1, len(self.columns)))
        high = min(LARGEST, max(SMALLEST, self.height() / (len(self.rows) + 1)))
        return left, wide, high

    def place(self, row: int, column: int) -> QRectF:
        """Where a cell is."""
        left, wide, high = self._sizes()
        return QRectF(left + column * wide, (row + 1) * high, wide, high)

    def _at(self, place: QPointF) -> tuple[int, int]:
        """Which row and column are at a place; below 0: the marks above, the names at the left."""
        left, wide, high = self._sizes()
        return int(place.y() // high) - 1, int((place.x() - left) // wide)

    @painted
    def paintEvent(self, painter: QPainter, event: QPaintEvent) -> None:
        """Marks above, names at the left, numbers."""
        look, palette = self._bench.look, self._bench.look.palette
        painter.fillRect(event.rect(), QColor(palette.panel))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetricsF(self.font())
        left, wide, high = self._sizes()
        side = Qt.AlignmentFlag
        for column, name in enumerate(self.columns):
            middle = left + (column + 0.5) * wide
            if name:
                mark = QRectF(middle - 6, high / 2 - 6, 12, 12)
                icons.mark(painter, look.gestures.shape(name), mark, QColor(look.gesture(name)))
            else:
                painter.setPen(QColor(palette.faint))
                painter.drawText(QRectF(middle - wide / 2, 0, wide, high), side.AlignCenter, said.NONE_SHORT)
        for row, name in enumerate(self.rows):
            top = (row + 1) * high
            mark = QRectF(2, top + high / 2 - 6, 12, 12)
            icons.mark(painter, look.gestures.shape(name), mark, QColor(look.gesture(name)))
            painter.setPen(QColor(palette.text))
            text = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, left - BESIDE)
            painter.drawText(QRectF(20, top, left - BESIDE, high), side.AlignLeft | side.AlignVCenter, text)
            every = sum(self.evaluation.count(name, other) for other in self.columns) or 1
            for column, given in enumerate(self.columns):
                self._cell(painter, self.place(row, column), name, given, every)
        if self.cell is not None:
            painter.setPen(QPen(QColor(palette.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.place(*self.cell).adjusted(1, 1, -1, -1), 4, 4)
        else:
            framed(painter, self, palette)

    def _cell(self, painter: QPainter, place: QRectF, was: str, given: str, every: int) -> None:
        """One number on a ground as strong as its share: its gesture's colour where right, red where not."""
        look, palette = self._bench.look, self._bench.look.palette
        count = self.evaluation.count(was, given)
        inside = place.adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.raised))
        painter.drawRoundedRect(inside, 3, 3)
        if count:
            colour = look.gesture(was) if was == given else palette.record
            painter.setBrush(QColor(*rgb(colour), round(30 + 70 * count / every)))
            painter.drawRoundedRect(inside, 3, 3)
        font = QFont(self.font())
        font.setBold(bool(count) and was != given)
        painter.setFont(font)
        painter.setPen(QColor(palette.text if count else palette.faint))
        painter.drawText(inside, Qt.AlignmentFlag.AlignCenter, str(count) if count else "·")
        painter.setFont(self.font())

    def choose(self, row: int, column: int) -> None:
        """Choose a cell."""
        if not self.rows or not self.columns:
            return
        row, column = min(max(row, 0), len(self.rows) - 1), min(max(column, 0), len(self.columns) - 1)
        self.cell = row, column
        self.chosen.emit(self.rows[row], self.columns[column])
        self.update()

    def leave(self) -> None:
        """Choose none."""
        self.cell = None
        self.chosen.emit("", "")
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses a cell, another one leaves it."""
        row, column = self._at(event.position())
        if 0 <= row < len(self.rows) and 0 <= column < len(self.columns):
            if (row, column) == self.cell:
                self.leave()
            else:
                self.choose(row, column)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose one."""
        key = Qt.Key
        by = {key.Key_Up: (-1, 0), key.Key_Down: (1, 0), key.Key_Left: (0, -1), key.Key_Right: (0, 1)}
        step = by.get(Qt.Key(event.key()))
        if step is None and event.key() not in (key.Key_Return, key.Key_Enter):
            super().keyPressEvent(event)
            return
        row, column = self.cell or (0, 0)
        move = step if step is not None and self.cell is not None else (0, 0)
        self.choose(row + move[0], column + move[1])
