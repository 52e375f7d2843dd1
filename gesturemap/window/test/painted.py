"""The row below a painting: steps back, all of it taken as right, and what is kept as demonstrations."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QWidget

from gesturemap.plain import counted
from gesturemap.window.facts.painting import Painting
from gesturemap.window.look import icons
from gesturemap.window.look.colours import Palette
from gesturemap.window.look.theme import plain, styled
from gesturemap.window.words import painting as said
from gesturemap.window.words.beliefs import LOCKED_TIP


class PaintedRow(QWidget):
    """Its signals say what is wanted."""

    undone = Signal()
    cleared = Signal()
    agreed = Signal()
    kept = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.back = self._picture("undo", said.UNDO, said.UNDO_TIP)
        self.back.clicked.connect(self.undone)
        self.clear = self._picture("delete", said.CLEAR, said.CLEAR_TIP)
        self.clear.clicked.connect(self.cleared)
        self.all = styled(QPushButton(said.ALL), "plain")
        self.all.setToolTip(plain(said.ALL_TIP))
        self.all.clicked.connect(self.agreed)
        self.keep = styled(QPushButton(said.KEEP_NONE), "accent")
        self.keep.clicked.connect(self.kept)
        for button in (self.back, self.clear, self.all, self.keep):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.back)
        row.addWidget(self.clear)
        row.addStretch(1)
        row.addWidget(self.all)
        row.addWidget(self.keep)

    @staticmethod
    def _picture(name: str, text: str, tip: str) -> QToolButton:
        button = styled(QToolButton(), "plain")
        button.setProperty("picture", name)
        button.setAccessibleName(text)
        button.setToolTip(plain(tip))
        return button

    def follow(self, painting: Painting, *, locked: bool) -> None:
        """What can be done with it now; under the stage lock nothing is kept."""
        self.back.setEnabled(len(painting.steps) > 1)
        self.clear.setEnabled(bool(painting.strokes))
        self.all.setEnabled(any(not part.painted for part in painting.proposal.shown))
        count = len(painting.proposal.kept)
        parts = counted(count, "demonstration")
        self.keep.setText(said.KEEP.format(parts) if count else said.KEEP_NONE)
        tip = said.KEEP_TIP.format(parts=parts) if count else said.KEEP_NOTHING
        self.keep.setToolTip(plain(LOCKED_TIP if locked else tip))
        self.keep.setEnabled(bool(count) and not locked)

    def restyle(self, palette: Palette) -> None:
        """The look changed."""
        for button in (self.back, self.clear):
            button.setIcon(icons.icon(button.property("picture"), palette.faint))
