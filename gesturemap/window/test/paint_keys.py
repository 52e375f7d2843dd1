"""What keys do while a recording is painted, whatever in the tab has the focus."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from gesturemap.window.facts.painting import Painting
from gesturemap.window.look.writing import writes

CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
UNDO = ((Qt.Key.Key_Z, CONTROL),)
REDO = (Qt.Key.Key_Z, CONTROL | SHIFT), (Qt.Key.Key_Y, CONTROL)
HEARD = QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress
Act = Callable[[], object]


class PaintKeys(QObject):
    """Hears the keys that nothing in the tab takes, before the page and the window do; none where text is written.

    Parameters
    ----------
    tab : what is painted in.
    painting : what is painted now, if anything is to be.
    typed : what each sign does.
    back, forth : take a step back, or do it again.
    """

    def __init__(
        self,
        tab: QWidget,
        painting: Callable[[], Painting | None],
        typed: Mapping[str, Act],
        back: Act,
        forth: Act,
    ) -> None:
        super().__init__(tab)
        self._tab, self._painting, self._typed = tab, painting, typed
        self._back, self._forth = back, forth
        tab.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """It is this key's, not a shortcut's."""
        if event.type() in HEARD and isinstance(event, QKeyEvent) and (act := self._meant(event)) is not None:
            if event.type() == QEvent.Type.KeyPress:
                act()
            event.accept()
            return True
        return False

    def _meant(self, event: QKeyEvent) -> Act | None:
        """What a key does; undo and redo are the project's where the painting has no step of its own for them."""
        painting, focus = self._painting(), self._tab.window().focusWidget()
        if painting is None or (focus is not None and writes(focus)):
            return None
        key, modifiers = event.key(), event.modifiers()
        if (key, modifiers) in UNDO:
            return self._back if painting.own else None
        if (key, modifiers) in REDO:
            return self._forth if painting.undone else None
        if modifiers & (CONTROL | ALT):
            return None
        return self._back if key == Qt.Key.Key_Backspace else self._typed.get(event.text())
