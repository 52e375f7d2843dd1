"""The monitor: what came in and went out, a line each; to be paused, filtered and copied."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gesturemap.window.bench import Bench, Panel
from gesturemap.window.facts.monitor import Line
from gesturemap.window.look import icons
from gesturemap.window.look.calm import Choice
from gesturemap.window.look.theme import heading, styled
from gesturemap.window.words import testing as said

SHOWN = 500
"""Lines that are shown at most."""
EVERY = 0.15
"""Seconds between two looks."""


class Messages(Panel):
    """The newest lines, as text."""

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(bench, parent)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setMaximumBlockCount(SHOWN)
        self.text.setUndoRedoEnabled(False)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.text.setAccessibleName(said.MESSAGES_NAME)
        self.text.setToolTip(said.MESSAGES_NAME)
        self.text.setPlaceholderText(said.MESSAGES_EMPTY)
        self.text.setTabChangesFocus(True)
        self.kinds = Choice()
        self.kinds.addItem(said.SHOWN_ALL, "")
        for kind, name in said.KINDS.items():
            self.kinds.addItem(name, kind)
        self.kinds.setToolTip(said.SHOW_TIP)
        self.kinds.setAccessibleName(said.SHOW_TIP)
        self.kinds.currentIndexChanged.connect(self._again)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(said.FILTER)
        self.filter.setToolTip(said.FILTER_TIP)
        self.filter.setAccessibleName(said.FILTER_TIP)
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._again)
        self.pause = styled(QToolButton(), "plain")
        self.pause.setCheckable(True)
        self.pause.setToolTip(said.MESSAGES_PAUSE_TIP)
        self.pause.setAccessibleName(said.PAUSE)
        self.clear = styled(QToolButton(), "plain")
        self.clear.setText(said.CLEAR)
        self.clear.setToolTip(said.CLEAR_TIP)
        self.clear.clicked.connect(self._clear)
        self._read = 0
        self._next = 0.0
        self._follows = True
        """Whether the newest is kept in view: until somebody scrolls back, and again when they come to the end."""
        self.text.verticalScrollBar().actionTriggered.connect(self._scrolled)
        self._lay_out()
        self.restyle()

    def _lay_out(self) -> None:
        head, choice = QHBoxLayout(), QHBoxLayout()
        head.addWidget(heading(said.MESSAGES))
        head.addStretch(1)
        head.addWidget(self.clear)
        head.addWidget(self.pause)
        choice.addWidget(self.kinds)
        choice.addWidget(self.filter, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(choice)
        column.addWidget(self.text, 1)

    def tick(self, now: float) -> None:
        """Add what is new."""
        if not self.isVisible():
            return
        self._keep_up()
        monitor = self.bench.testing.monitor
        monitor.values(self.bench.live, now)
        if now < self._next or self.pause.isChecked() or monitor.count == self._read:
            return
        self._next = now + EVERY
        self._append(monitor.after(self._read))

    def _append(self, lines: list[Line]) -> None:
        """Add those of these lines that are wanted."""
        wanted = [line.text for line in lines if self._wanted(line)][-SHOWN:]
        if wanted:
            self.text.appendPlainText("\n".join(wanted))
            self._keep_up()
        if lines:
            self._read = lines[-1].number
            nothing_fits = said.MESSAGES_FILTERED if self.text.document().isEmpty() else said.MESSAGES_EMPTY
            self.text.setPlaceholderText(nothing_fits)

    def _scrolled(self, _: int) -> None:
        bar = self.text.verticalScrollBar()
        self._follows = bar.sliderPosition() >= bar.maximum() - 2

    def _keep_up(self) -> None:
        """Show the newest, also where the panel has another size now."""
        bar = self.text.verticalScrollBar()
        if self._follows and bar.value() < bar.maximum() and not self.text.textCursor().hasSelection():
            bar.setValue(bar.maximum())

    def _wanted(self, line: Line) -> bool:
        kind, wanted = self.kinds.currentData(Qt.ItemDataRole.UserRole), self.filter.text().casefold()
        return (not kind or line.kind == kind) and wanted in line.text.casefold()

    def _again(self, *_: Any) -> None:
        """Another filter: all lines that are kept are looked at again, while it is paused those until then."""
        self.text.clear()
        paused = self.pause.isChecked()
        self._append(
            [line for line in self.bench.testing.monitor.after(0) if line.number <= self._read or not paused]
        )

    def _clear(self) -> None:
        self.bench.testing.monitor.clear()
        self.text.clear()
        self.text.setPlaceholderText(said.MESSAGES_EMPTY)
        self._read = self.bench.testing.monitor.count

    def restyle(self) -> None:
        """The look changed."""
        self.pause.setIcon(icons.icon("pause", self.bench.look.palette.faint))
