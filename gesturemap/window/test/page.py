"""The page for testing: what it hears and has heard, what it takes for what, and all that comes and goes."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from gesturemap.commands import Answer, Ask, Evaluated
from gesturemap.window.bench import Bench, Panel
from gesturemap.window.facts.document import Document
from gesturemap.window.look.shared import Shared
from gesturemap.window.look.theme import plain, styled
from gesturemap.window.teach.outgoing import Outgoing
from gesturemap.window.teach.pad import Pad
from gesturemap.window.teach.recognised import Recognised
from gesturemap.window.test.beliefs import Beliefs
from gesturemap.window.test.compare import CompareRow
from gesturemap.window.test.confusion import Confusion
from gesturemap.window.test.delays import Delays
from gesturemap.window.test.map import Map
from gesturemap.window.test.mean import MeanCurve
from gesturemap.window.test.messages import Messages
from gesturemap.window.test.minute import Minute
from gesturemap.window.test.outputs import OutputMinute
from gesturemap.window.test.paint import Paint
from gesturemap.window.words import beliefs as asked
from gesturemap.window.words import painting
from gesturemap.window.words import testing as said

GAP = 10
WIDGET = (1 << 24) - 1
"""Pixels of a widget at most, as Qt has it."""
TRIED, ASKED = (330, 260), (220, 370)
"""How the height is shared between the last minute and what lies below it: matrix and map, or answers to read."""
PAINTING = 2
"""The place of what is painted among what lies below."""
LOW = 560
"""Pixels of the page below which the last minute gives way to what is painted."""


def _either(one: QWidget, other: QWidget) -> QWidget:
    """Two of which one is shown; the first one to begin with."""
    made = styled(QWidget(), "page")
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(one)
    column.addWidget(other)
    other.hide()
    return made


class Now(Panel):
    """The mean curve with one's place on it, and what one has to say of what is heard."""

    def __init__(self, bench: Bench, minute: Minute, parent: QWidget | None = None) -> None:
        super().__init__(bench, parent)
        self.mean = MeanCurve(bench)
        self.wrong = self._button(said.WRONG, said.WRONG_TIP, minute, wrong=True)
        self.right = self._button(said.RIGHT, said.RIGHT_TIP, minute, wrong=False)
        self.compare = CompareRow(bench)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.wrong)
        row.addWidget(self.right)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(6)
        column.addWidget(self.mean, 1)
        column.addLayout(row)
        column.addWidget(self.compare)

    def tell_gestures(self, on: bool) -> None:
        """Whether there is anything to say of what is heard; compared may be always."""
        for part in (self.mean, self.wrong, self.right):
            part.setVisible(on)
        self.setMaximumHeight(WIDGET if on else self.sizeHint().height())

    def follow(self, document: Document) -> None:
        """What may be compared has changed, or is."""
        self.compare.follow(document)

    @staticmethod
    def _button(text: str, tip: str, minute: Minute, *, wrong: bool) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(plain(tip))
        button.clicked.connect(lambda: minute.kept.mark(wrong=wrong))
        return button

    def tick(self, now: float) -> None:
        """The point moves."""
        if self.isVisible():
            self.mean.tick(now)

    def restyle(self) -> None:
        """The look changed."""
        self.mean.renew()


class Lower(QWidget):
    """One of several parts, and a button for each above them."""

    turned = Signal(int)
    """Another one is shown."""

    def __init__(self, *parts: tuple[str, str, QWidget]) -> None:
        super().__init__()
        styled(self, "page")
        self.tabs: list[QPushButton] = []
        self._group = QButtonGroup(self)
        self._group.setProperty("kept", "below")
        self._group.idToggled.connect(self._show)
        row, body = QHBoxLayout(), styled(QWidget(), "page")
        self.stack = QStackedLayout(body)
        for place, (text, tip, part) in enumerate(parts):
            tab = styled(QPushButton(text), "tab")
            tab.setCheckable(True)
            tab.setToolTip(plain(tip))
            self.tabs.append(tab)
            self._group.addButton(tab, place)
            row.addWidget(tab)
            self.stack.addWidget(part)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(body, 1)
        self.choose(0)

    def choose(self, place: int) -> None:
        """Show this one."""
        self.tabs[place].setChecked(True)

    def _show(self, place: int, on: bool) -> None:
        if on and place != self.stack.currentIndex():
            self.stack.setCurrentIndex(place)
            self.turned.emit(place)

    def turn(self) -> None:
        """Show the next one."""
        there = [place for place, tab in enumerate(self.tabs) if not tab.isHidden()]
        self.choose(next((place for place in there if place > self.stack.currentIndex()), there[0]))

    def offer(self, place: int, on: bool) -> None:
        """Whether there is this one; one that is shown gives way to the first."""
        self.tabs[place].setVisible(on)
        if not on and self.stack.currentIndex() == place:
            self.choose(0)


class Test(Panel):
    """Three columns: now; the last minute, and what was tried or asked; delays and messages."""

    __test__ = False  # its name is no test's
    docs = "window"

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(bench, parent)
        styled(self, "page")
        self.recognised, self.minute = Recognised(bench, raw=True), Minute(bench)
        self.controls, self.outputs = Outgoing(bench, alone=True), OutputMinute(bench)
        """In the place of both where outputs are learned and no gesture is told."""
        self.now = Now(bench, self.minute)
        self.confusion, self.map, self.beliefs = Confusion(bench), Map(bench), Beliefs(bench)
        self.paint = Paint(bench, lambda: self.beliefs.wanted is None)
        self.beliefs.asks.connect(self.paint.give_way)
        self.confusion.looked_at.connect(self.beliefs.questions.choose)
        self.confusion.never.connect(self._ask)
        self.map.asks.connect(self._ask)
        self.delays, self.messages = Delays(bench), Messages(bench)
        self.pad = Pad(bench)
        """Where the project listens to it: what is tried is moved here."""
        self.pad.hide()
        self._continuous = False
        self.left = left = self._split(
            Qt.Orientation.Vertical, (_either(self.recognised, self.controls), 5), (self.now, 4)
        )
        """It gives way to the settings."""
        tried = self._split(Qt.Orientation.Horizontal, (self.confusion, 5), (self.map, 4))
        self.below = Lower(
            (asked.TRIED, asked.TRIED_TIP, tried), (asked.BELIEFS, asked.BELIEFS_TIP, self.beliefs),
            (painting.PAINT, painting.PAINT_TIP, self.paint),
        )  # fmt: skip
        self.above = _either(self.minute, self.outputs)
        middle = self._split(Qt.Orientation.Vertical, (self.above, 5), (self.below, 4))
        right = styled(QWidget(), "page")
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.pad, 4)
        column.addWidget(self.delays)
        column.addWidget(self.messages, 5)
        self.columns = Shared(GAP, (left, 270), (middle, 700), (right, 270))
        tried.setSizes([400, 290])
        middle.setSizes(TRIED)
        self.below.turned.connect(lambda place: middle.setSizes(ASKED if place else TRIED))
        self.below.turned.connect(lambda _: self._share())
        left.setSizes([330, 260])
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP, GAP, GAP, GAP)
        row.addWidget(self.columns)
        self.panels: tuple[Panel, ...] = (
            self, self.recognised, self.minute, self.now, self.confusion, self.map, self.beliefs, self.paint,
            self.pad, self.delays, self.messages, self.controls, self.outputs,
        )  # fmt: skip
        for key, act in (
            ("W", lambda: self._mark(wrong=True)),
            ("Y", lambda: self._mark(wrong=False)),
            ("E", self.confusion.evaluate),
            ("B", self.turn_over),
            ("X", self.now.compare.turn),
            ("C", lambda: self.now.compare.this.click()),
            ("+", lambda: self.minute.view.zoom(True)),
            ("=", lambda: self.minute.view.zoom(True)),
            ("-", lambda: self.minute.view.zoom(False)),
        ):
            QShortcut(QKeySequence(key), self).activated.connect(act)

    @staticmethod
    def _split(direction: Qt.Orientation, *parts: tuple[QWidget, int]) -> QSplitter:
        made = QSplitter(direction)
        made.setHandleWidth(GAP)
        made.setChildrenCollapsible(False)
        for part, stretch in parts:
            made.addWidget(part)
            made.setStretchFactor(made.count() - 1, stretch)
        return made

    def yields(self, narrow: bool) -> None:
        """Beside the settings in a narrow window: the last minute in place of what was tried and asked."""
        self.below.setHidden(narrow)
        self._share()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The room may be short, or enough again."""
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        """Where the page is low, what is painted has all the height."""
        painting = not self.below.isHidden() and self.below.stack.currentWidget() is self.paint
        low = painting and self.height() < LOW
        self.above.setHidden(low)
        self.minute.setHidden(low or self._continuous)
        self.outputs.setHidden(low or not self._continuous)

    def _turn(self) -> None:
        """Outputs are learned now, or gestures are told: what says nothing of them gives way."""
        self._continuous = on = self.bench.continuous
        self.recognised.setHidden(on)
        self.controls.setHidden(not on)
        self.now.tell_gestures(not on)
        self.below.offer(PAINTING, not on)
        self._share()

    def _mark(self, *, wrong: bool) -> None:
        if self._continuous:
            self.bench.answer.emit("mark", said.MARK_OUTPUTS)
        else:
            self.minute.kept.mark(wrong=wrong)

    def turn_over(self) -> None:
        """What was tried, the questions, the first of which has the keys then, or what is painted."""
        self.below.turn()
        if self.beliefs.isVisible():
            self.beliefs.questions.buttons["checks"].setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif self.paint.isVisible():
            self.paint.take_keys()

    def answered(self, notice: Answer) -> None:
        """A question was answered, to one of those who ask."""
        self.beliefs.answered(notice)
        self.paint.answered(notice)

    def failed(self, place: str) -> None:
        """Control has said why it does not do what it was asked."""
        self.beliefs.failed(place)
        self.paint.failed(place)

    def _ask(self, question: Ask) -> None:
        """Something is asked about what was tried: the answer stands where all answers do."""
        self.below.choose(1)
        self.beliefs.ask(question)

    def follow(self, document: Document) -> None:
        """The demonstrations are read while the page is shown."""
        self.bench.shelf.follow(document)
        self.pad.setVisible(document.input.get("kind") == "pointer")

    def tick(self, now: float) -> None:
        """A little of what takes longer."""
        if self.bench.continuous != self._continuous:
            self._turn()
        if self.isVisible():
            self.bench.shelf.work()

    def trained(self) -> None:
        """A new model plays."""
        self.confusion.trained(time.perf_counter())

    def evaluated(self, notice: Evaluated) -> None:
        """Each demonstration was left out once."""
        self.bench.testing.evaluated(notice)
        self.bench.progress = None
        self.confusion.evaluated()
