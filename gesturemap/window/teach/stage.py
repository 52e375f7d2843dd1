"""The middle of the page: the pad where there is one, the curves, and over both the count-in."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from gesturemap.teaching.movement import KNOWN
from gesturemap.window import words
from gesturemap.window.bench import Bench, Panel
from gesturemap.window.facts.document import Document
from gesturemap.window.facts.verdict import SILENT, WHEN_MOVED
from gesturemap.window.look.painted import painted
from gesturemap.window.look.theme import styled
from gesturemap.window.teach.curves import Curves
from gesturemap.window.teach.first import Hint, Question
from gesturemap.window.teach.pad import Pad
from gesturemap.window.words import teaching as said

GAP = 10
"""Pixels between two parts."""


class Overlay(QWidget):
    """Counts in, large; while recording, a red frame and how long. The mouse goes through it."""

    def __init__(self, bench: Bench, parent: QWidget) -> None:
        super().__init__(parent)
        self._bench = bench
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.hide()

    def text(self, now: float) -> str:
        """What it says: a number while counting, the badge while recording, also that nothing comes to be recorded."""
        text, key = self._badge(now), self._bench.record_key
        moved = self._bench.document.input.get("kind") in WHEN_MOVED
        silent = min(key.seconds(now), self._bench.live.silence) > SILENT
        return words.BADGE_NOTHING.format(text) if silent and not moved else text

    def _badge(self, now: float) -> str:
        key = self._bench.record_key
        if key.state == "counting":
            return str(key.count(now))
        if key.state == "recording" and key.listens and 0.0 < self._bench.live.minute.seconds < KNOWN:
            return said.KNOWING_BADGE.format(label=key.label)
        if key.state == "recording" and key.listens:
            return said.LISTENING_BADGE.format(label=key.label, kept=key.kept)
        if key.state == "recording":
            return words.RECORDING_BADGE.format(label=key.label, seconds=key.seconds(now))
        return ""

    def tick(self) -> None:
        """Show or hide; raise above what lies below."""
        wanted = self._bench.record_key.state != "idle"
        if wanted != self.isVisible():
            self.setVisible(wanted)
            self.raise_()
        if wanted:
            self.setAccessibleName(self.text(time.perf_counter()))
            self.update()

    @painted
    def paintEvent(self, painter: QPainter, event: QPaintEvent) -> None:
        """The number, or the frame."""
        palette, key = self._bench.look.palette, self._bench.record_key
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box, text = QRectF(self.rect()), self.text(time.perf_counter())
        font = QFont(self.font())
        if key.state == "counting":
            veil = QColor(palette.ground)
            veil.setAlpha(150)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(veil)
            painter.drawRoundedRect(box, 8, 8)
            font.setPointSizeF(max(40.0, self.height() * 0.4))
            font.setBold(True)
            painter.setFont(font)
            painter.setPen(QColor(palette.text))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        else:
            painter.setPen(QPen(QColor(palette.record), 3))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(2, 2, -2, -2), 8, 8)
            font.setPointSizeF(11)
            font.setBold(True)
            painter.setFont(font)
            width = painter.fontMetrics().horizontalAdvance(text) + 28
            badge = QRectF(box.center().x() - width / 2, box.bottom() - 38, width, 28)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.record))
            painter.drawRoundedRect(badge, 6, 6)
            painter.setPen(QColor(palette.on_record))
            painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)


class Beside(QWidget):
    """The curves and below them what to do now, or that alone: it comes at their cost, for the pad is played on."""

    def __init__(self, curves: Curves, hint: Hint) -> None:
        super().__init__()
        self._curves, self._hint = curves, hint
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(curves, 1)
        column.addWidget(hint)

    def event(self, event: QEvent) -> bool:
        """Where there is no room for both, the curves give way till the hint is gone."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            room = self.height() - GAP - self._hint.heightForWidth(self.width())
            enough = room >= self._curves.minimumSizeHint().height()
            self._curves.setVisible(enough or self._hint.isHidden())
        return super().event(event)


class Stage(Panel):
    """Pad and curves side by side, or above one another."""

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(bench, parent)
        styled(self, "page")
        self.pad, self.curves = Pad(bench), Curves(bench)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setHandleWidth(GAP)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.pad)
        self.hint = Hint(bench)
        self.split.addWidget(Beside(self.curves, self.hint))
        self.split.setStretchFactor(0, 5)
        self.split.setStretchFactor(1, 6)
        self.split.setSizes([320, 380])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.split)
        self.question = Question(bench, self)
        self.question.answered.connect(self._answered)
        self.overlay = Overlay(bench, self)
        self.pad.hide()

    def stack(self, stacked: bool) -> None:
        """Pad and curves above one another, or side by side."""
        self.split.setOrientation(Qt.Orientation.Vertical if stacked else Qt.Orientation.Horizontal)

    def _answered(self, answer: str, features: bool) -> None:
        """Show what there is to do, and the curves that say most about it."""
        self.hint.say(answer)
        self.curves.what.setCurrentIndex(int(features))

    def follow(self, document: Document) -> None:
        """The pad is there when the project listens to it."""
        self.pad.setVisible(document.input.get("kind") == "pointer")

    def tick(self, now: float) -> None:
        """The overlay moves; pad and curves are ticked as panels of their own."""
        self.overlay.tick()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The overlay covers everything, and so does the question."""
        super().resizeEvent(event)
        self.question.setGeometry(self.rect())
        self.overlay.setGeometry(self.rect())
