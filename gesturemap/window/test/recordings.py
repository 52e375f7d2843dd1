"""The list of recordings that can be painted."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QSizePolicy

from gesturemap.window.look.calm import Choice
from gesturemap.window.look.theme import plain
from gesturemap.window.words import painting as said


class Recordings(Choice):
    """One of them is chosen, if there is any."""

    def __init__(self) -> None:
        super().__init__()
        self.setToolTip(plain(said.RECORDING_TIP))
        self.setAccessibleName(said.RECORDING_TIP)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def chosen(self) -> str:
        """The id of the one that is chosen; empty: there is none."""
        return str(self.currentData() or "")

    def show_all(self, wanted: list[tuple[str, str]], chosen: str) -> None:
        """These, each its name and its id, and this one chosen, or else the first; nobody is told."""
        with QSignalBlocker(self):
            if [(self.itemText(n), self.itemData(n)) for n in range(self.count())] != wanted:
                self.clear()
                for name, each in wanted:
                    self.addItem(name, each)
            self.setCurrentIndex(max(0, self.findData(chosen)) if wanted else -1)
