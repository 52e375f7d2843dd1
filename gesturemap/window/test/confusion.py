"""Which gesture was taken for which, when each demonstration was left out once; and the demonstrations behind it."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from gesturemap.commands import Ask, Evaluate, Play
from gesturemap.window.bench import Bench, Panel
from gesturemap.window.facts.document import Document
from gesturemap.window.facts.evaluation import Evaluation, possible
from gesturemap.window.look.lines import Lines
from gesturemap.window.look.theme import label, plain, styled
from gesturemap.window.test.matrix import Matrix
from gesturemap.window.words import beliefs
from gesturemap.window.words import testing as said

QUIET = 2.0
"""Seconds after a training before it is tried by itself."""
MATRIX, WORDS = 0.6, 90
"""The matrix's share of the room, and pixels that are left to the words beside it."""


class Both(QSplitter):
    """Two beside each other; it says when there is more room for them, or less."""

    resized = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Only now is it known how much."""
        super().resizeEvent(event)
        self.resized.emit()


class Confusion(Panel):
    """The matrix, what it says in words, and a button that makes it."""

    docs = "evaluate"
    looked_at = Signal(str)
    """A demonstration was chosen."""
    never = Signal(object)
    """What it would cost that a gesture never begins for another is asked: an `Ask`."""

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(bench, parent)
        self.matrix = Matrix(bench)
        self.matrix.chosen.connect(self._behind)
        self.headline = Lines("small")
        self.list = QListWidget()
        self.list.setAccessibleName(said.CONFUSION)
        self.list.setWordWrap(True)
        self.list.setTextElideMode(
            Qt.TextElideMode.ElideNone
        )  # else a line that has room for two ends in dots
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setSpacing(2)  # lines of one thing lie nearer than two things
        self.list.itemActivated.connect(self._play)
        self.list.itemClicked.connect(self._play)
        self.button = styled(QPushButton(said.EVALUATE), "plain")
        self.button.setToolTip(plain(said.EVALUATE_TIP))
        self.button.clicked.connect(lambda: self.evaluate())
        self.auto = QCheckBox(said.AUTO)
        self.auto.setToolTip(plain(said.AUTO_TIP))
        self.auto.setChecked(True)
        self.empty = label(said.CONFUSION_EMPTY, "faint", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._shared = False
        """Whether somebody has said how the room is shared."""
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
        title.setToolTip(plain(said.CONFUSION_TIP))
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self.auto)
        head.addWidget(self.button)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(styled(self.matrix, "plainground"))
        self.frame = scroll
        self.both = both = Both(Qt.Orientation.Horizontal)
        both.setChildrenCollapsible(False)
        both.addWidget(scroll)
        both.addWidget(self.list)
        both.splitterMoved.connect(self._take_over)
        both.resized.connect(self._share)
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

    def _take_over(self) -> None:
        """Somebody shares the room as it is wanted."""
        self._shared = True

    def _share(self) -> None:
        """The matrix has what it needs first, then the words beside it; what is left is more for the matrix."""
        room = self.both.width() - self.both.handleWidth()
        if not self._shared and room > 0:
            bar = self.frame.verticalScrollBar().sizeHint().width()
            wide = min(max(round(MATRIX * room), math.ceil(self.matrix.needs) + bar), room - WORDS)
            self.both.setSizes([wide, room - wide])

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
            self._share()
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
        if given and given != was:
            item = QListWidgetItem(beliefs.NEVER_ASK.format(given=given, was=was))
            item.setData(Qt.ItemDataRole.UserRole, Ask("never", [given, was]))
            item.setToolTip(plain(beliefs.NEVER_ASK_TIP.format(given=given, was=was)))
            self.list.addItem(item)
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
        if isinstance(demonstration, Ask):
            self.never.emit(demonstration)
        elif demonstration:
            self.looked_at.emit(str(demonstration))
            self.bench.send(Play(str(demonstration)))
