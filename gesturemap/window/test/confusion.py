"""Which gesture was taken for which, when each demonstration was left out once; and the demonstrations behind it."""

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
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QStackedLayout,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from gesturemap.commands import Evaluate, Play
from gesturemap.window.bench import Bench, Panel
from gesturemap.window.facts.document import Document
from gesturemap.window.facts.evaluation import Evaluation, possible
from gesturemap.window.look import icons
from gesturemap.window.look.colours import rgb
from gesturemap.window.look.lines import Lines
from gesturemap.window.look.painted import painted
from gesturemap.window.look.theme import label, plain, styled
from gesturemap.window.words import testing as said

SMALLEST, LARGEST = 18.0, 34.0
"""Pixels of a cell."""
QUIET = 2.0
"""Seconds after a training before it is tried by itself."""
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
        self.setToolTip(said.CONFUSION_TIP)

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
        if self.hasFocus() and self.cell is None:
            painter.setPen(QPen(QColor(palette.accent), 1))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

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


class Confusion(Panel):
    """The matrix, what it says in words, and a button that makes it."""

    docs = "evaluate"
    looked_at = Signal(str)
    """A demonstration was chosen."""

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(bench, parent)
        self.matrix = Matrix(bench)
        self.matrix.chosen.connect(self._behind)
        self.headline = Lines("small")
        self.list = QListWidget()
        self.list.setAccessibleName(said.CONFUSION)
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemActivated.connect(self._play)
        self.list.itemClicked.connect(self._play)
        self.button = styled(QPushButton(said.EVALUATE), "plain")
        self.button.setToolTip(said.EVALUATE_TIP)
        self.button.clicked.connect(lambda: self.evaluate())
        self.auto = QCheckBox(said.AUTO)
        self.auto.setToolTip(said.AUTO_TIP)
        self.auto.setChecked(True)
        self.empty = label(said.CONFUSION_EMPTY, "faint", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._shown: Evaluation | None = None
        self._due: float | None = None
        """When it is tried by itself."""
        self.by_itself = False
        """Whether the last one was begun after a training, and nobody asked for it."""
        self._trained_at: float | None = None
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        title = Lines("heading", fill=False)
        title.setText(said.CONFUSION)
        title.setToolTip(said.CONFUSION)
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self.auto)
        head.addWidget(self.button)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(styled(self.matrix, "plainground"))
        self.frame = scroll
        both = QSplitter(Qt.Orientation.Horizontal)
        both.setChildrenCollapsible(False)
        both.addWidget(scroll)
        both.addWidget(self.list)
        both.setStretchFactor(0, 3)
        both.setStretchFactor(1, 2)
        body = QWidget()
        self.stack = QStackedLayout(body)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(both)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.headline)
        column.addWidget(body, 1)

    def evaluate(self, *, by_itself: bool = False) -> None:
        """Ask for it."""
        self._due, self.by_itself = None, by_itself
        if possible(self.bench.document) and not self._busy:
            self.bench.send(Evaluate())

    @property
    def _busy(self) -> bool:
        progress = self.bench.progress
        return self.bench.document.training or (progress is not None and progress[0] == "evaluating")

    def follow(self, document: Document) -> None:
        """Demonstrations came or went."""
        self._show()

    def evaluated(self) -> None:
        """There is a new one."""
        self._show()

    def trained(self, now: float) -> None:
        """A new model plays: try it soon, if that is wanted."""
        if self.auto.isChecked():
            self._due = now + QUIET

    def tick(self, now: float) -> None:
        """Try it when nobody records or listens to a demonstration; show how far it is."""
        document, bench = self.bench.document, self.bench
        if self._due is not None and now >= self._due and self.isVisible():
            idle = bench.record_key.state == "idle" and not document.recording and not document.playing
            if idle and not document.locked:
                self.evaluate(by_itself=True)
        progress = bench.progress
        busy = progress is not None and progress[0] == "evaluating"
        text = said.EVALUATING.format(100 * progress[2], "") if busy and progress else said.EVALUATE
        if self.button.text() != text.strip():
            self.button.setText(text.strip())
            self.button.setEnabled(not busy and possible(document))

    def restyle(self) -> None:
        """The look changed."""
        self.matrix.update()

    def _show(self) -> None:
        document, found = self.bench.document, self.bench.testing.evaluation
        self.button.setEnabled(possible(document) and not self._busy)
        self.stack.setCurrentIndex(1 if found else 0)
        empty = said.CONFUSION_EMPTY if possible(document) else said.CONFUSION_FEW
        if self.empty.text() != empty:
            self.empty.setText(empty)
        if found is None:
            self.headline.hide()
            self._shown = None
            return
        stale = f" · {said.STALE}" if found.stale(document) else ""
        self.headline.setVisible(bool(found.headline + stale))
        if self.headline.text() != found.headline + stale:
            self.headline.setText(found.headline + stale)
            self.headline.setToolTip(plain("\n".join([self.headline.text(), *found.notes])))
        if found is not self._shown:
            self._shown = found
            self.frame.setVisible(bool(found.rows))
            self.matrix.show_evaluation(found)
            self._lines(found.lines() + list(found.notes))

    def _lines(self, texts: list[str]) -> None:
        self.list.clear()
        for text in texts:
            item = QListWidgetItem(text)
            item.setToolTip(plain(text))
            self.list.addItem(item)

    def _behind(self, was: str, given: str) -> None:
        """The demonstrations of one cell; one that is clicked is played."""
        found = self.bench.testing.evaluation
        if found is None:
            return
        if not was:
            self._lines(found.lines() + list(found.notes))
            return
        self._lines([self.matrix.cell_text(was, given)])
        for number, guess in found.behind(self.bench.document, was, given):
            item = QListWidgetItem(said.TAKE_NUMBER.format(label=was, number=number))
            item.setData(Qt.ItemDataRole.UserRole, guess.demonstration)
            also = said.TAKE_ALSO.format(labels=", ".join(guess.also)) if guess.also else ""
            taken = given or said.CELL_NONE
            item.setToolTip(
                plain(said.TAKE_FIT.format(label=was, number=number, given=taken, fit=guess.fit, also=also))
            )
            self.list.addItem(item)

    def _play(self, item: QListWidgetItem) -> None:
        demonstration = item.data(Qt.ItemDataRole.UserRole)
        if demonstration:
            self.looked_at.emit(str(demonstration))
            self.bench.send(Play(str(demonstration)))
