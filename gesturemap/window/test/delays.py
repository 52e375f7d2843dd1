"""The table of delays and packets."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gesturemap.window.bench import Bench, Panel
from gesturemap.window.facts.delays import rows
from gesturemap.window.facts.document import Document
from gesturemap.window.look.lines import Lines
from gesturemap.window.look.theme import heading, label, plain, styled
from gesturemap.window.look.whole import WholeRows
from gesturemap.window.words import testing as said

LEAST = 4
"""Lines that are in view however little room there is."""


class Rows(QWidget):
    """What holds the rows."""

    resized = Signal()
    """It is as wide as it will be."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A figure may need another line."""
        super().resizeEvent(event)
        self.resized.emit()


class Scroll(WholeRows):
    """As high as its rows where there is room, and scrolled where there is none; hidden where there are none."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        super().__init__(styled(rows, "plainground"), self._ends_of)
        styled(self, "keyed")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setAccessibleName(said.DELAYS_NAME)

    def sizeHint(self) -> QSize:
        """All rows, and the frame around them."""
        frame = 2 * self.frameWidth()
        return self._rows.sizeHint() + QSize(frame, frame)

    def minimumSizeHint(self) -> QSize:
        """A few of them."""
        whole = self.sizeHint()
        return QSize(0, min(whole.height(), LEAST * self.fontMetrics().lineSpacing()))

    def _ends_of(self) -> list[int]:
        cells = self._rows.findChildren(QLabel)
        return [cell.geometry().bottom() + 1 for cell in cells if not cell.isHidden()]


class Delays(Panel):
    """A row for each stage that is known, and for the packets."""

    docs = "doctor"

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(bench, parent)
        self.setToolTip(said.DELAYS_TIP)
        self.setAccessibleName(said.DELAYS_NAME)
        self.empty = label(said.DELAYS_EMPTY, "faint", wrap=True)
        rows_of = Rows()
        rows_of.resized.connect(self._fit)
        self.grid = QGridLayout(rows_of)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(10)
        self.grid.setVerticalSpacing(2)
        self.grid.setColumnStretch(1, 1)
        self._cells: list[tuple[QLabel, Lines]] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        column.addWidget(heading(said.DELAYS))
        column.addWidget(self.empty)
        self.frame = Scroll(rows_of)
        column.addWidget(self.frame)

    def follow(self, document: Document) -> None:
        """Another project has no figures yet."""
        self.figures(self.bench.figures)

    def figures(self, figures: dict[str, Any]) -> None:
        """A new `Status` came."""
        found = rows(figures)
        self.empty.setVisible(not found)
        while len(self._cells) < len(found):
            cells = label("", "small"), Lines("small")
            row = len(self._cells)
            self.grid.addWidget(cells[0], row, 0)
            self.grid.addWidget(cells[1], row, 1)
            self._cells.append(cells)
        for place, (name, value) in enumerate(self._cells):
            shown = place < len(found)
            name.setVisible(shown)
            value.setVisible(shown)
            if shown and (name.text(), value.text()) != found[place][:2]:
                name.setText(found[place].name)
                value.setText(found[place].text)
                value.update()
            if shown:
                name.setToolTip(plain(found[place].tip))
                value.setToolTip(plain(f"{found[place].text}\n{found[place].tip}"))
        self.frame.setVisible(bool(found))
        self._fit()
        self.setAccessibleDescription("; ".join(f"{row.name} {row.text}" for row in found))

    def _fit(self) -> None:
        """Two lines for what is longer than one; and the card as high as its rows, where there is room."""
        self.grid.activate()  # a row that has just come is as wide as it will be
        for _, value in self._cells:
            value.fit(value.width(), 2)
        self.frame.updateGeometry()
        self.frame.whole()
