"""What keys do while a recording is painted, whatever in the tab has the focus."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from gesturemap.window.look.writing import writes

CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
HEARD = QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress
Act = Callable[[], object]


class PaintKeys(QObject):
    """Hears the keys that nothing in the tab takes, before the page and the window do; none where text is written.

    Parameters
    ----------
    tab : what is painted in.
    paints : whether there is anything to paint.
    typed : what each sign does.
    back : what Backspace does.
    """

    def __init__(self, tab: QWidget, paints: Callable[[], bool], typed: Mapping[str, Act], back: Act) -> None:
        super().__init__(tab)
        self._tab, self._paints, self._typed, self._back = tab, paints, typed, back
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
        focus = self._tab.window().focusWidget()
        if not self._paints() or (focus is not None and writes(focus)) or event.modifiers() & (CONTROL | ALT):
            return None
        return self._back if event.key() == Qt.Key.Key_Backspace else self._typed.get(event.text())
