"""Findings as cards: what was seen, what to do, and a button that does it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from gesturemap.window.facts.belief import Card, Deed
from gesturemap.window.facts.document import Take
from gesturemap.window.facts.thumbnails import Gallery
from gesturemap.window.look.flow import FlowLayout
from gesturemap.window.look.painted import painted
from gesturemap.window.look.theme import label, plain, pressed, styled
from gesturemap.window.teach.takes import TakeDelegate
from gesturemap.window.words import beliefs as said

PORTRAIT = QSize(120, 64)
"""Pixels."""


SHARES = re.compile(r"\d+(\.\d+)?\s?%")
"""Percentages in a text."""
WHOLE = "whole"
"""The property in which a text has them where they are not shown."""


class Portrait(QWidget):
    """One demonstration, small; empty until it was read."""

    def __init__(self, gallery: Gallery, delegate: TakeDelegate, take: Take, name: str) -> None:
        super().__init__()
        self._gallery, self._delegate, self._take = gallery, delegate, take
        self.setFixedSize(PORTRAIT)
        self.setAccessibleName(name)
        self.setToolTip(plain(name))

    @painted
    def paintEvent(self, painter: QPainter, event: QPaintEvent) -> None:
        """Its curves, or the way that was drawn."""
        picture = self._gallery.of(self._take)[1]
        if picture is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._delegate.draw(painter, QRectF(self.rect()).adjusted(2, 2, -2, -2), picture)


class CardView(QFrame):
    """One card; `done` says which deed, `skipped` that it is put away."""

    done = Signal(object)
    skipped = Signal(object)

    def __init__(self, card: Card, portrait: QWidget | None = None) -> None:
        super().__init__()
        self.card = card
        styled(self, "finding")
        self.setAccessibleName(card.head)
        self.setAccessibleDescription(f"{card.evidence}. {card.remedy}".strip())
        row, column = QHBoxLayout(self), QVBoxLayout()
        row.setContentsMargins(10, 6, 10, 6)
        row.setSpacing(10)
        row.addLayout(column, 1)
        if portrait is not None:
            row.addWidget(portrait)
        column.setSpacing(2)
        column.addWidget(label(card.head, "heading", wrap=True))
        if card.evidence:
            column.addWidget(label(card.evidence, wrap=True))
        if card.remedy:
            column.addWidget(label(f"→ {card.remedy}", "faint", wrap=True))
        self.buttons: dict[str, QPushButton] = {}
        self.edits: list[QPushButton] = []
        self._sent: QPushButton | None = None
        """What was pressed, until it is known what became of it."""
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
            self._sent = self.buttons[deed.text]
            self._sent.setEnabled(False)
        self.done.emit(deed)

    def told(self, *, done: bool) -> None:
        """The project has changed, or something went wrong: so that is what became of what was pressed."""
        button, self._sent = self._sent, None
        if button is not None and done:
            button.setText(said.DONE)
            button.setToolTip(said.DONE_TIP)
            self.edits.remove(button)
        elif button is not None:
            button.setEnabled(True)

    def lock(self, locked: bool) -> None:
        """Under the stage lock nothing is edited."""
        for button in self.edits:
            button.setEnabled(not locked and button is not self._sent)
            if locked:
                button.setToolTip(said.LOCKED_TIP)
            else:
                (deed,) = (each for each in self.card.deeds if self.buttons[each.text] is button)
                button.setToolTip(plain(deed.tip))


def of_before(text: str) -> str:
    """A text of how it was before, without its percentages: they are true no more."""
    return SHARES.sub(said.SHARE_BEFORE, text)


class Cards(QScrollArea):
    """Sentences, then cards, one below the other.

    Parameters
    ----------
    portrait : makes the picture of a demonstration; None where there is none.
    """

    done = Signal(object)
    skipped = Signal(object)

    def __init__(self, portrait: Callable[[str], QWidget | None]) -> None:
        super().__init__()
        self._portrait = portrait
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(said.RESULT_NAME)
        self.views: list[CardView] = []
        self._aged = False

    def show_all(self, words: Sequence[str], cards: Sequence[Card], *, locked: bool) -> None:
        """These, and no others."""
        ground = styled(QWidget(), "plainground")
        column = QVBoxLayout(ground)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(6)
        for text in words:
            column.addWidget(label(text, wrap=True))
        self.views = [CardView(card, self._portrait(card.shows) if card.shows else None) for card in cards]
        for view in self.views:
            view.lock(locked)
            view.done.connect(self.done)
            view.skipped.connect(self.skipped)
            column.addWidget(view)
        column.addStretch(1)
        self._aged = False
        self.setWidget(ground)
        ground.setAccessibleDescription("; ".join(words))

    def age(self, stale: bool) -> None:
        """Whether the project is another one by now than that of which this was said."""
        if stale == self._aged:
            return
        self._aged = stale
        for text in self.findChildren(QLabel):
            whole = str(text.property(WHOLE) or text.text())
            shown = of_before(whole) if stale else whole
            if text.text() != shown:
                text.setProperty(WHOLE, whole)
                text.setText(shown)

    def put_away(self, card: Card) -> None:
        """One card is not to be seen any more."""
        for view in [view for view in self.views if view.card is card]:
            self.views.remove(view)
            view.hide()
            view.deleteLater()

    def told(self, *, done: bool) -> None:
        """What became of what was pressed."""
        for view in self.views:
            view.told(done=done)

    def lock(self, locked: bool) -> None:
        """The stage lock is on or off."""
        for view in self.views:
            view.lock(locked)
