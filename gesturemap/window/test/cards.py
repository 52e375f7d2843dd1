"""Findings as cards: what was seen, what to do, and a button that does it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from gesturemap.window.facts.beliefs import Card, Deed
from gesturemap.window.look.flow import FlowLayout
from gesturemap.window.look.theme import label, plain, pressed, styled
from gesturemap.window.words import beliefs as said


class CardView(QFrame):
    """One card; `done` says which deed, `skipped` that it is put away."""

    done = Signal(object)
    skipped = Signal(object)

    def __init__(self, card: Card) -> None:
        super().__init__()
        self.card = card
        styled(self, "finding")
        self.setAccessibleName(card.head)
        self.setAccessibleDescription(f"{card.evidence}. {card.remedy}".strip())
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 10, 6)
        column.setSpacing(2)
        column.addWidget(label(card.head, "heading", wrap=True))
        column.addWidget(label(card.evidence, wrap=True))
        if card.remedy:
            column.addWidget(label(f"→ {card.remedy}", "faint", wrap=True))
        self.buttons: dict[str, QPushButton] = {}
        self.edits: list[QPushButton] = []
        self._lay_out(column)

    def _lay_out(self, column: QVBoxLayout) -> None:
        row = QWidget()
        flow = FlowLayout(row, gap=6, line_gap=2)
        for deed in self.card.deeds:
            button = self._button(deed.text, deed.tip, "ask")
            button.clicked.connect(lambda _=False, each=deed: self._press(each))
            flow.addWidget(button)
            if deed.edits:
                self.edits.append(button)
        if self.card.skippable:
            tip = said.SKIP_OFFER_TIP if self.card.skip is not None else said.SKIP_TIP
            skip = self._button(said.SKIP, tip, "plain")
            skip.clicked.connect(lambda: self.skipped.emit(self.card))
            flow.addWidget(skip)
        column.addWidget(row)

    def _button(self, text: str, tip: str, style: str) -> QPushButton:
        button = styled(QPushButton(pressed(text)), style)
        button.setToolTip(plain(tip))
        self.buttons[text] = button
        return button

    def _press(self, deed: Deed) -> None:
        if deed.edits:
            button = self.buttons[deed.text]
            button.setText(said.DONE)
            button.setToolTip(said.DONE_TIP)
            button.setEnabled(False)
            self.edits.remove(button)
        self.done.emit(deed)

    def lock(self, locked: bool) -> None:
        """Under the stage lock nothing is edited."""
        for button in self.edits:
            button.setEnabled(not locked)
            if locked:
                button.setToolTip(said.LOCKED_TIP)
            else:
                (deed,) = (each for each in self.card.deeds if self.buttons[each.text] is button)
                button.setToolTip(plain(deed.tip))


class Cards(QScrollArea):
    """Sentences, then cards, one below the other."""

    done = Signal(object)
    skipped = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(said.RESULT_NAME)
        self.views: list[CardView] = []

    def show_all(self, words: Sequence[str], cards: Sequence[Card], *, locked: bool) -> None:
        """These, and no others."""
        ground = styled(QWidget(), "plainground")
        column = QVBoxLayout(ground)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(6)
        for text in words:
            column.addWidget(label(text, wrap=True))
        self.views = [CardView(card) for card in cards]
        for view in self.views:
            view.lock(locked)
            view.done.connect(self.done)
            view.skipped.connect(self.skipped)
            column.addWidget(view)
        column.addStretch(1)
        self.setWidget(ground)
        ground.setAccessibleDescription("; ".join(words))

    def put_away(self, card: Card) -> None:
        """One card is not to be seen any more."""
        for view in [view for view in self.views if view.card is card]:
            self.views.remove(view)
            view.hide()
            view.deleteLater()

    def lock(self, locked: bool) -> None:
        """The stage lock is on or off."""
        for view in self.views:
            view.lock(locked)
