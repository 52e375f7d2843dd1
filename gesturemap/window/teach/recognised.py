"""What is recognised: the winner large, and for every gesture likelihood, fit and progress."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from gesturemap.window import words
from gesturemap.window.bench import Bench, Panel
from gesturemap.window.facts import changes
from gesturemap.window.facts.document import Document
from gesturemap.window.facts.health import engine_step
from gesturemap.window.look.lines import Lines
from gesturemap.window.look.theme import heading, label, plain, styled
from gesturemap.window.look.whole import WholeRows
from gesturemap.window.teach.bars import ROW, Bars
from gesturemap.window.teach.newness import Newness
from gesturemap.window.words import changes as said

SIDES = 12, 8
"""Pixels at the left and at the right of everything."""
SINCE = 3
"""Lines that what a training changed may take."""
HANDS_OFF = 5.0
"""Seconds after somebody scrolled in which the rows stay where they are."""


class Recognised(Panel):
    """The winner's name and the bars."""

    docs = "models"

    def __init__(self, bench: Bench, parent: QWidget | None = None, *, raw: bool = False) -> None:
        super().__init__(bench, parent)
        self.winner = label("", "winner")
        self.winner.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.winner.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.winner.setMinimumHeight(44)
        self.winner.setAccessibleName(words.HEARD)
        self.since = Lines("small")
        self.since.hide()
        self.bars = Bars(bench, raw=raw)
        self.newness = Newness(bench)
        self._teaches = not raw
        self.empty = label(words.BARS_EMPTY, "faint", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._shown = ("", "", 0, False)
        self._seen = ""
        """The gesture that was brought into view last, while it is heard."""
        self._now = 0.0
        self._scrolled = -HANDS_OFF
        self._lay_out()

    def _lay_out(self) -> None:
        self.area = scroll = WholeRows(styled(self.bars, "plainground"), self.bars.ends)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.verticalScrollBar().actionTriggered.connect(self._by_hand)
        body = QWidget()
        self.stack = QStackedLayout(body)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(scroll)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 8, 0)
        head.addWidget(heading(words.HEARD))
        head.addStretch(1)
        posterior = label(words.LEGEND_POSTERIOR, "small")
        posterior.setToolTip(plain(words.LEGEND_TIP))
        head.addWidget(posterior)
        column = QVBoxLayout(self)
        column.setContentsMargins(SIDES[0], 8, SIDES[1], 8)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.winner)
        column.addWidget(self.since)
        column.addWidget(body, 1)
        column.addWidget(self.newness)

    def follow(self, document: Document) -> None:
        """Another vocabulary, other rows; what the last training changed."""
        self.bars.updateGeometry()
        self.area.whole()
        changed = changes.summary(document)
        self.since.setText(said.SINCE.format(changed) if changed else "")
        self.since.setToolTip(plain("\n".join(changes.details(document))))
        self.since.setVisible(bool(changed))
        self._give_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What changed has the lines that it needs."""
        super().resizeEvent(event)
        self._give_room()

    def _give_room(self) -> None:
        self.since.fit(self.width() - SIDES[0] - SIDES[1], SINCE)

    def tick(self, now: float) -> None:
        """Say who wins."""
        verdict, look = self.bench.verdict, self.bench.look
        text = verdict.text if verdict.text != self.bench.preparing else words.AFTER_COMPILING
        some = self.bench.live.labels and self.bench.document.labels  # not those of the project before
        self.stack.setCurrentIndex(1 if some else 0)
        step = self._step(verdict.text)
        if self.empty.text() != step:
            self.empty.setText(step)
        colour = look.gesture(verdict.label) if verdict.label else look.palette.faint
        shown = (text, colour, self.winner.width(), bool(verdict.label))
        if shown != self._shown:
            self._shown = shown
            self._write(text, colour, named=bool(verdict.label))
        self.bars.tick(now)
        if self._teaches:
            self.newness.tick(now)
        self._now = now
        self._bring(verdict.label)

    def _by_hand(self) -> None:
        """Somebody scrolls."""
        self._scrolled = self._now

    def _bring(self, heard: str) -> None:
        """Once for each time that it is heard, a gesture's row comes into view, but not while somebody scrolls."""
        hands_on = self.area.verticalScrollBar().isSliderDown() or self._now - self._scrolled < HANDS_OFF
        if heard == self._seen or (heard and (hands_on or not self.isVisible())):
            return
        self._seen = heard
        if (middle := self.bars.middle(heard)) >= 0:
            bar, row = self.area.verticalScrollBar(), ROW * self.bars.scale
            first, last = middle - row / 2, middle + row / 2 - self.area.viewport().height()
            if not last <= bar.value() <= first:  # by whole rows
                bar.setValue(round(first if bar.value() > first else math.ceil(last / row - 0.01) * row))

    def _step(self, why: str) -> str:
        """What stands in place of the bars."""
        document = self.bench.document
        if why == words.OTHER_SENSOR:
            return words.OTHER_SENSOR_STEP
        if self.bench.preparing:
            return ""
        if self.bench.engine:
            return engine_step(self.bench.engine)
        if why == words.LEARNING:
            return words.BARS_LEARNING
        if document.trained:
            return words.BARS_SOON
        if document.untrained:
            return words.BARS_UNTRAINED
        return words.BARS_EXAMPLES if document.by_examples else words.BARS_EMPTY

    def _write(self, text: str, colour: str, *, named: bool) -> None:
        """As large as its room allows; what is not the name of a recognised gesture stays small."""
        font = self.winner.font()
        font.setBold(named)
        points = 26.0 if named else 17.0
        font.setPointSizeF(points)
        while points > 10 and QFontMetricsF(font).horizontalAdvance(text) > self.winner.width():
            points -= 1
            font.setPointSizeF(points)
        weight = 700 if named else 500
        self.winner.setStyleSheet(f"color: {colour}; font-size: {points:.0f}pt; font-weight: {weight}")
        room, middle = self.winner.width(), Qt.TextElideMode.ElideMiddle
        self.winner.setText(QFontMetricsF(font).elidedText(text, middle, math.ceil(room) + 1))
        self.winner.setToolTip(plain(text))
        self.winner.setAccessibleDescription(text)
