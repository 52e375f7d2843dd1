"""The history: every step since the project was opened; one that is chosen is gone to."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QVBoxLayout

from gesturemap import commands as c
from gesturemap.window.bench import Bench, Panel
from gesturemap.window.facts.document import Document
from gesturemap.window.look.theme import label, styled
from gesturemap.window.words import settings as said


class History(Panel):
    """A list, the newest at the top; where the project stands is marked."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        styled(self, "plainground")
        self.empty = label(said.NO_HISTORY, "small", wrap=True)
        self.list = QListWidget()
        self.list.setAccessibleName(said.HISTORY_NAME)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.itemActivated.connect(self._go)
        self.list.itemClicked.connect(self._go)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.empty)
        column.addWidget(self.list, 1)
        self._shown: tuple[tuple[str, ...], int] = ((), 0)

    def follow(self, document: Document) -> None:
        """Show the steps there are now."""
        now = (document.history, document.step)
        self.empty.setVisible(not document.history)
        self.list.setVisible(bool(document.history))
        if now == self._shown:
            return
        self._shown = now
        with QSignalBlocker(self.list):
            self.list.clear()
            for number in range(len(document.history), -1, -1):
                item = QListWidgetItem(self._line(document, number))
                item.setData(Qt.ItemDataRole.UserRole, number)
                item.setForeground(self._colour(number, document.step))
                self.list.addItem(item)
            self.list.setCurrentRow(len(document.history) - document.step)

    def _colour(self, number: int, step: int) -> QColor:
        palette = self.bench.look.palette
        return QColor(palette.faint if number > step else palette.text)

    @staticmethod
    def _line(document: Document, number: int) -> str:
        label_ = document.history[number - 1] if number else said.BEGINNING
        form = (
            said.STEP_NOW if number == document.step
            else said.STEP_UNDONE if number > document.step
            else said.STEP_DONE
        )  # fmt: skip
        return form.format(number=number, label=label_)

    def _go(self, item: QListWidgetItem) -> None:
        number = int(item.data(Qt.ItemDataRole.UserRole))
        if number != self.bench.document.step:
            self.bench.send(c.GoTo(number))
