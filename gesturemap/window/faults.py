"""Errors in place: lines above the page, each with its next step, put away by hand; never a box."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from gesturemap.window import icons, words
from gesturemap.window.colours import Palette
from gesturemap.window.theme import label, styled

SHOWN = 3
MOST = 50


@dataclass
class Trouble:
    """One line, and how often it was said."""

    place: str
    text: str
    times: int = 1


class Troubles:
    """What went wrong and was not put away yet, newest first; the same line again only counts."""

    def __init__(self) -> None:
        self.lines: list[Trouble] = []

    def add(self, place: str, text: str) -> None:
        """Take one line."""
        same = next((line for line in self.lines if line.text == text), None)
        if same is not None:
            same.times += 1
            self.lines.remove(same)
        self.lines.insert(0, same or Trouble(place, text))
        del self.lines[MOST:]

    def dismiss(self, text: str) -> None:
        """Put one away."""
        self.lines = [line for line in self.lines if line.text != text]

    def solved(self, place: str) -> None:
        """Put away everything about one place."""
        self.lines = [line for line in self.lines if line.place != place]


class FaultBar(QWidget):
    """Shows the newest few of `Troubles`; takes no room when there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.troubles = Troubles()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._colour = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.hide()

    def say(self, place: str, text: str) -> None:
        """Show one line more."""
        self.troubles.add(place, text)
        self._show()

    def dismiss(self, text: str) -> None:
        """Put one line away."""
        self.troubles.dismiss(text)
        self._show()

    def solved(self, place: str) -> None:
        """Put away everything about one place."""
        self.troubles.solved(place)
        self._show()

    def restyle(self, palette: Palette) -> None:
        """The look changed."""
        self._colour = palette.text
        self._show()

    def texts(self) -> list[str]:
        """The lines, as a person reads them."""
        return [found.text() for found in self.findChildren(QLabel, "trouble")]

    def _show(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.setParent(None)
                widget.deleteLater()
        lines = self.troubles.lines
        for line in lines[:SHOWN]:
            self._column.addWidget(self._row(line))
        if len(lines) > SHOWN:
            self._column.addWidget(label(words.MORE_FAULTS.format(len(lines) - SHOWN), "small"))
        self.setVisible(bool(lines))

    def _row(self, line: Trouble) -> QFrame:
        row = styled(QFrame(), "fault")
        inside = QHBoxLayout(row)
        inside.setContentsMargins(10, 4, 4, 4)
        text = label(line.text, "trouble", wrap=True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inside.addWidget(text, 1)
        if line.times > 1:
            inside.addWidget(label(words.TIMES.format(line.times), "small"))
        button = styled(QToolButton(), "plain")
        button.setIcon(icons.icon("close", self._colour or "#888888"))
        button.setToolTip(words.DISMISS_TIP)
        button.setAccessibleName(words.DISMISS)
        button.clicked.connect(lambda: self.dismiss(line.text))
        inside.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row
