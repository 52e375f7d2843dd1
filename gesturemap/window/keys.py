"""What keys do anywhere in the window, whatever has the focus."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol, cast

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QWidget,
)
from shiboken6 import Shiboken

from gesturemap import commands as c
from gesturemap.window.bench import Bench
from gesturemap.window.drawn import Drawn
from gesturemap.window.look.writing import writes
from gesturemap.window.words import teaching

ONWARD = (Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_PageDown)
BACK = (Qt.Key.Key_Left, Qt.Key.Key_PageUp, Qt.Key.Key_Backspace)
"""Keys that recall scenes on the page to play from, as page-turning pedals send them; nothing is recorded there."""
PANIC = "P"
"""The key that silences everything, wherever the focus is and no text is written."""


class Keys(QObject):
    """Hears the keys of a window before the widget that has the focus does.

    Parameters
    ----------
    performs : whether the page to play from is shown.
    shortcuts : each a key and what it does.
    """

    def __init__(
        self,
        window: QMainWindow,
        bench: Bench,
        performs: Callable[[], bool],
        shortcuts: Iterable[tuple[str, Callable[[], object]]],
    ) -> None:
        super().__init__(window)
        self._window, self._bench, self._performs = window, bench, performs
        self._up = 0
        """When the record key went up, in ms as the window system counts them."""
        self._left: dict[str, QWidget] = {}
        """By page: what heard keys of its own when it was left."""
        for key, act in shortcuts:
            heard = QShortcut(QKeySequence(key), window)
            heard.activated.connect(act)
            if key == PANIC:  # also in a dialog that lies before the window
                heard.setContext(Qt.ShortcutContext.ApplicationShortcut)
        window.installEventFilter(self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus)

    def close(self) -> None:
        """The window goes."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.disconnect(self._focus)

    def leave(self, page: str) -> None:
        """A page goes: what hears keys of its own there does so again when it comes back."""
        had = self._window.focusWidget()
        if isinstance(had, Drawn | QAbstractItemView):
            self._left[page] = had

    def enter(self, page: str) -> None:
        """A page has come."""
        had = self._left.get(page)
        there = had is not None and Shiboken.isValid(had) and had.isVisible()
        (had if had is not None and there else self._page()).setFocus()

    def _focus(self, before: QWidget | None, now: QWidget | None) -> None:
        """Listen to the widget that has the focus, before it hears a key itself."""
        if before is not None and before is not self._window:
            before.removeEventFilter(self)
        if now is not None and now is not self._window and now.window() is self._window:
            now.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Space records where no text is written, or recalls the next scene; Enter presses a button; Esc leaves.

        Undo and redo are the project's where what is written has nothing of its own to take back.
        """
        if event.type() == QEvent.Type.WindowDeactivate and watched is self._window:
            self._bench.record_key.release()  # a key that is held goes up elsewhere, and nobody hears it here
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            return idle(watched, event)
        if event.type() in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease) and isinstance(event, QKeyEvent):
            down = event.type() == QEvent.Type.KeyPress
            if isinstance(watched, QWidget):
                return self._key(watched, event, down)
        return False

    def _key(self, watched: QWidget, event: QKeyEvent, down: bool) -> bool:
        bench = self._bench
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() == Qt.Key.Key_Escape:
            return self._leave(watched) if down and not event.isAutoRepeat() else opened(watched) is not None
        if self._performs() and event.key() in (*ONWARD, *BACK):
            if down and not event.isAutoRepeat() and bench.document.scenes:
                bench.send(c.Next() if event.key() in ONWARD else c.Previous())
            return True
        number = isinstance(watched, QAbstractSpinBox)  # no space is written there
        if event.key() == Qt.Key.Key_Space and plain and (number or not writes(watched)):
            self._record(event, down)
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(watched, QAbstractButton):
            if down and not event.isAutoRepeat():
                watched.click()
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and number and opened(watched) is None:
            if down:  # it is entered: the keys are the window's again
                self._page().setFocus()
            return True
        return False

    def _record(self, event: QKeyEvent, down: bool) -> None:
        """The record key moved. A key that is held is repeated: marked so, or let up and down at the same moment, or,
        where both are late, soon after one another (see `RecordKey.release`)."""
        key, now = self._bench.record_key, time.perf_counter()
        if down and (event.isAutoRepeat() or 0 < event.timestamp() == self._up):
            key.held()
        elif down:
            self._bench.press_record(now)
        elif not event.isAutoRepeat():
            self._up = event.timestamp()
            key.release(now)

    def _page(self) -> QWidget:
        """What has the focus where nothing in it has."""
        return self._window.centralWidget() or self._window

    def _leave(self, watched: QWidget) -> bool:
        """Put away what is open around the focus, or leave what is written in; panic where there is nothing of both."""
        around = opened(watched)
        if around is not None:
            around.put_away()
        elif any(isinstance(view, QAbstractItemView) for view in above(watched)) and writes(watched):
            return False  # a name in a list: the list takes it back
        elif writes(watched):
            self._page().setFocus()
        else:
            key = self._bench.record_key
            if key.state == "recording" and not key.listens:
                self._bench.answer.emit("recording", teaching.THROWN_AWAY.format(key.label))
            key.cancel()
            self._bench.send(c.Panic())
        return True


class Opened(Protocol):
    """What was opened in the window, and goes by Esc while the focus is in it.

    What is there also while nothing of it is open says so by an attribute `opens`.
    """

    def put_away(self) -> None:
        """Close it."""


def opened(watched: QWidget) -> Opened | None:
    """The innermost part around a widget that can be put away."""
    around = (each for each in (watched, *above(watched)) if callable(getattr(each, "put_away", None)))
    found = (each for each in around if getattr(each, "opens", True))
    return cast("Opened | None", next(found, None))


def idle(watched: QObject, event: QKeyEvent) -> bool:
    """Whether a key would undo or redo what is written there, and there is nothing to."""
    edit: Any = watched if isinstance(watched, QLineEdit | QPlainTextEdit) else None
    if isinstance(watched, QAbstractSpinBox | QComboBox):
        edit = watched.lineEdit()
    if edit is None:
        return False
    held, key = edit.document() if isinstance(edit, QPlainTextEdit) else edit, QKeySequence.StandardKey
    undoes, redoes = event.matches(key.Undo), event.matches(key.Redo)
    return bool((undoes and not held.isUndoAvailable()) or (redoes and not held.isRedoAvailable()))


def above(widget: QWidget) -> Iterator[QWidget]:
    """What a widget lies in, from the inside out."""
    at = widget.parentWidget()
    while at is not None:
        yield at
        at = at.parentWidget()
