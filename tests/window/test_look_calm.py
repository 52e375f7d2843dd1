"""The wheel changes nothing that it only passes: no list, no number and no slider of the window, without the focus."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QAbstractSpinBox, QApplication, QComboBox, QScrollBar, QWidget

from gesturemap.window.look.calm import Amount, Choice, Count
from gesturemap.window.teach.fader import Fader


def turn(widget: QWidget) -> None:
    """Two notches down, as the window system gives them: the focus may go there first."""
    place, way = QPointF(widget.rect().center()), QPoint(0, -240)
    event = QWheelEvent(
        place, QPointF(widget.mapToGlobal(place.toPoint())), QPoint(), way, Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget.window().windowHandle() or widget, event)
    QApplication.sendEvent(widget, event)


def value(widget: QWidget) -> object:
    return widget.currentIndex() if isinstance(widget, QComboBox) else widget.value()


@pytest.mark.parametrize("kind", [Choice, Count, Amount, Fader])
def test_with_the_focus_it_turns_and_without_it_does_not(qtbot, kind: type[QWidget]) -> None:
    widget = kind()
    qtbot.addWidget(widget)
    if isinstance(widget, QComboBox):
        widget.addItems(list("abcd"))
        widget.setCurrentIndex(1)
    else:
        widget.setRange(0, 50)
        widget.setValue(10)
    widget.show()
    qtbot.waitExposed(widget)
    widget.clearFocus()
    before = value(widget)
    turn(widget)
    assert value(widget) == before and not widget.hasFocus()
    widget.activateWindow()
    widget.setFocus()
    qtbot.waitUntil(widget.hasFocus)
    turn(widget)
    assert value(widget) != before


def test_nothing_in_the_window_takes_the_focus_by_the_wheel(shown) -> None:
    window = shown.window
    window.settings.show_tab("sound")
    kinds = QComboBox | QAbstractSpinBox | QAbstractSlider
    found = [
        w for w in window.findChildren(QWidget) if isinstance(w, kinds) and not isinstance(w, QScrollBar)
    ]
    assert len(found) > 20
    takes = [w for w in found if w.focusPolicy() == Qt.FocusPolicy.WheelFocus]
    assert not [(type(w).__name__, w.accessibleName()) for w in takes]
