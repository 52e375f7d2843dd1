"""The bank of patches to choose from: looked through when somebody wants to see it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent

from gesturemap.window.facts import sounds
from gesturemap.window.look.calm import Choice
from gesturemap.window.look.theme import plain
from gesturemap.window.words import settings as said


class Patches(Choice):
    """Every patch there is, with what it says of itself; the person's own first."""

    wanted = Signal(str)
    """This one was chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumContentsLength(8)
        self.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setPlaceholderText(said.PATCH_NONE)
        self.setToolTip(said.PATCH_TIP)
        self.setAccessibleName(said.PATCH)
        self._now = ""
        self.activated.connect(lambda index: self.wanted.emit(str(self.itemData(index))))

    def show_patch(self, name: str) -> None:
        """Show that this one is chosen; empty: none."""
        self._now = name
        if name and self.findData(name) < 0:
            self.addItem(name, name)
        self.setCurrentIndex(self.findData(name) if name else -1)

    def fill(self) -> None:
        """Look through the bank: a new file is there at once."""
        found = sounds.offers()
        if [self.itemData(i) for i in range(self.count())] != [offer.name for offer in found]:
            self.clear()
            for offer in found:
                self.addItem(said.OWN_PATCH.format(offer.name) if offer.own else offer.name, offer.name)
                self.setItemData(self.count() - 1, plain(offer.about), Qt.ItemDataRole.ToolTipRole)
        self.show_patch(self._now)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Whoever comes with keys finds the bank there."""
        self.fill()
        super().focusInEvent(event)

    def showPopup(self) -> None:
        """Whoever comes with the mouse, too."""
        self.fill()
        super().showPopup()
