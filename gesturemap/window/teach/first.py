"""The first question, as a card in place of the stage; and the line behind the answer."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gesturemap.commands import Open
from gesturemap.library import user_folder
from gesturemap.window.bench import Bench, Panel
from gesturemap.window.facts.document import Document
from gesturemap.window.facts.first import ANSWERS, Answer, asked, unnamed
from gesturemap.window.files import Work, last
from gesturemap.window.look import icons
from gesturemap.window.look.theme import label, plain, pressed, styled
from gesturemap.window.words import first as said

SIDE, GAP, CLOSE = 24, 8, 4
"""Pixels between the card's edge and what is in it, and between two answers, `CLOSE` where there is little room."""
LEAST = 32
"""Pixels of an answer of one line."""
LONGEST = 320
"""Pixels that the name of the project that was open last has."""
ACROSS, HIGH = 560, 340
"""Pixels from which on three answers stand side by side, and below which each has one line."""


class Choice(QPushButton):
    """One answer: what it is called, and what it means."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        title, meaning = said.ANSWERS[answer.name]
        styled(self, "answer")
        self.setToolTip(plain(said.ANSWER_TIP.format(answer.preset)))
        self.setAccessibleName(title)
        self.setAccessibleDescription(meaning)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 5, 14, 5)
        column.setSpacing(4)
        self.title, self.meaning = label(title, "project", wrap=True), label(meaning, "small", wrap=True)
        for line in (self.title, self.meaning):
            line.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            column.addWidget(line)
        column.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def high(self, wide: int, *, short: bool) -> int:
        """How high its lines are at this width; where there is no room, without the meaning."""
        self.meaning.setVisible(not short)
        inside = self.layout()
        return max(LEAST, inside.minimumHeightForWidth(wide)) if inside is not None else LEAST


class Question(Panel):
    """Lies over the stage while it is asked; whoever goes on without an answer finds it gone."""

    answered = Signal(str, bool)
    """What was answered, and whether its features are to be seen."""
    asks = Signal()
    """It is asked now."""

    def __init__(self, bench: Bench, ground: QWidget) -> None:
        super().__init__(bench, ground)
        self.setAccessibleName(said.QUESTION_NAME)
        self._first: bool | None = None
        self._skipped = ""
        """The project in which it was put away."""
        self.question = label(said.QUESTION, "question", wrap=True)
        self.choices = {answer.name: Choice(answer) for answer in ANSWERS}
        self.phone = label(said.PHONE, "small", wrap=True)
        self.skip = styled(QPushButton(said.SKIP), "plain")
        self.skip.setToolTip(said.SKIP_TIP)
        self.skip.clicked.connect(self.put_away)
        self.go_on = styled(QPushButton(said.GO_ON.format(said.LAST)), "accent")
        self.go_on.clicked.connect(self._go_on)
        self._last: Work | None = None
        """The project that was open last."""
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(SIDE, 12, SIDE, 10)
        column.setSpacing(GAP)
        column.addStretch(1)
        column.addWidget(self.question)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(GAP)
        for answer in ANSWERS:
            choice = self.choices[answer.name]
            choice.clicked.connect(lambda _=False, answer=answer: self._answer(answer))
            self._row.addWidget(choice)
        column.addLayout(self._row)
        column.addWidget(self.phone)
        foot = QHBoxLayout()
        foot.setSpacing(GAP)
        foot.addWidget(self.go_on)
        foot.addWidget(self.skip)
        foot.addStretch(1)
        column.addLayout(foot)
        column.addStretch(2)
        self.hide()

    def follow(self, document: Document) -> None:
        """Ask where there is nothing yet; who begins otherwise has answered."""
        if self._first is None and document.path:
            self._last = last(user_folder())
            self._first = self._last is None
        empty = not document.labels
        self.skip.setText(said.SKIP if empty else said.LOOK)
        self.skip.setToolTip(said.SKIP_TIP if empty else said.LOOK_TIP)
        there = (
            unnamed(document) and self._last is not None and (self._last.folder / "project.toml").is_file()
        )
        wanted = asked(document, first=bool(self._first), last=there) and document.path != self._skipped
        self.go_on.setVisible(there)
        if there:
            self.skip.setText(said.LOOK_AROUND)
            self._name_last()
        if wanted == self.isHidden():
            self.setVisible(wanted)
            if wanted:
                self.raise_()
                self.asks.emit()

    def _name_last(self) -> None:
        """As much of the name of what was open last as there is room for beside *Look around*."""
        if self._last is None or self.go_on.isHidden():
            return
        text = said.GO_ON.format(self._last.text)
        self.go_on.setAccessibleName(text)
        self.go_on.setToolTip(plain(said.GO_ON_TIP.format(self._last.folder)))
        self.go_on.setText("")
        beside = self.go_on.sizeHint().width() + GAP + self.skip.sizeHint().width()
        room = min(LONGEST, self.width() - 2 * SIDE - beside)
        self.go_on.setText(
            pressed(self.go_on.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room))
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The answers side by side where there is room for that, else below one another."""
        super().resizeEvent(event)
        across = self.width() >= ACROSS
        way = QBoxLayout.Direction
        self._row.setDirection(way.LeftToRight if across else way.TopToBottom)
        room = self.width() - 2 * SIDE
        wide = (room - 2 * GAP) // len(self.choices) if across else room
        short = not across and self.height() < HIGH
        self.phone.setVisible(not short)
        for layout in (self._column, self._row):
            layout.setSpacing(CLOSE if short else GAP)
        self._column.setContentsMargins(SIDE, CLOSE if short else 12, SIDE, CLOSE if short else 10)
        high = max(choice.high(wide, short=short) for choice in self.choices.values())
        for choice in self.choices.values():
            choice.setFixedHeight(high)
        self._name_last()

    def put_away(self) -> None:
        """None of these: it is not asked of this project again."""
        self._skipped = self.bench.document.path
        self.hide()

    def _go_on(self) -> None:
        if self._last is not None:
            self.put_away()
            self.bench.send(Open(str(self._last.folder)))

    def _answer(self, answer: Answer) -> None:
        self.put_away()
        self.bench.send(Open(answer.preset))
        self.answered.emit(answer.name, answer.features)


class Hint(Panel):
    """One line: what to do now, and how a phone is brought in."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.text = label("", "", wrap=True)
        self.text.setAccessibleName(said.HINT_NAME)
        self.close_button = styled(QToolButton(), "plain")
        self.close_button.setToolTip(said.PUT_AWAY_TIP)
        self.close_button.setAccessibleName(said.PUT_AWAY)
        self.close_button.clicked.connect(self.hide)
        self._preset, self._arrived = "", False
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 4, 4)
        row.addWidget(self.text, 1)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self.restyle()
        self.hide()

    def say(self, answer: str) -> None:
        """Say what this answer has begun with."""
        self._preset = next(each.preset for each in ANSWERS if each.name == answer)
        self._arrived = False
        self.text.setText(f"{said.HINTS[answer]}\n{said.PHONE}")
        self.show()

    def follow(self, document: Document) -> None:
        """It goes with the first step that somebody takes, and with the preset."""
        there = document.name == self._preset and not document.undo
        if self._arrived and not there:
            self.hide()
        self._arrived = there

    def restyle(self) -> None:
        """The look changed."""
        self.close_button.setIcon(icons.icon("close", self.bench.look.palette.text))
