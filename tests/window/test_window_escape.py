"""Esc closes what is open around the focus; it is panic only where nothing is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QWidget,
)

from gesturemap import commands as c
from gesturemap.window.keys import opened
from gesturemap.window.look.writing import writes
from gesturemap.window.words import settings, teaching

ESCAPE = Qt.Key.Key_Escape


def escape(shown) -> None:
    """Esc where Qt would deliver it: to a popup that is open, else where the focus is."""
    popup, window = QApplication.activePopupWidget(), shown.window
    if popup is not None:
        QTest.keyClick(popup.focusWidget() or popup, ESCAPE)
    else:
        QTest.keyClick(window.focusWidget() or window, ESCAPE)


def silent(shown) -> bool:
    shown.turn(3)
    return not shown.heard(c.Panic)


@pytest.mark.parametrize("page", ["teach", "test", "settings"])
def test_escape_leaves_every_field_without_a_panic(shown, page) -> None:
    window = shown.window
    window.activateWindow()
    shown.until(window.isActiveWindow)
    tried = 0
    for tab in settings.TABS if page == "settings" else ("",):
        if page == "settings":
            window.settings.show_tab(tab)
        else:
            window.enter(page)
        QApplication.processEvents()
        kinds = (QLineEdit, QAbstractSpinBox, QPlainTextEdit, QComboBox)
        fields = [each for kind in kinds for each in window.findChildren(kind)]
        for field in fields:
            if page == "settings" and window.settings.isHidden():
                window.settings.show_tab(tab)
            if not field.isVisible() or not field.isEnabled():
                continue
            field.setFocus()
            if window.focusWidget() is not field or not (writes(field) or opened(field)):
                continue
            escape(shown)
            assert silent(shown), field.accessibleName()
            assert window.focusWidget() is not field
            tried += 1
    assert tried > (2 if page == "teach" else 0)
    escape(shown)
    shown.until(lambda: c.Panic() in shown.turn())


def test_escape_closes_every_menu_list_and_dialog_without_a_panic(shown) -> None:
    window = shown.window
    for open_one in (window.top.new_wekinator, window.teach.sources.show_listening):
        open_one()
    for dialog in window.findChildren(QDialog):
        QTest.keyClick(dialog, ESCAPE)
        assert not dialog.isVisible()
    for menu in window.findChildren(QMenu):
        menu.popup(window.mapToGlobal(window.rect().center()))
        if menu.isVisible():
            escape(shown)
        assert not menu.isVisible()
    for choice in window.findChildren(QComboBox):
        if choice.isVisible() and choice.isEnabled() and choice.count():
            choice.showPopup()
            QApplication.processEvents()
            escape(shown)
            assert not choice.view().isVisible()
    assert silent(shown)


def test_escape_puts_away_everything_that_can_be_put_away(shown) -> None:
    window = shown.window
    window.sheet.open("keys")
    window.settings.show_tab("sound")
    window.teach.outgoing.connection.ask("progress")
    shown.change(gestures=[], trained=None)
    found = [each for each in window.findChildren(QWidget) if callable(getattr(each, "put_away", None))]
    assert {type(each).__name__ for each in found} >= {"HelpSheet", "SettingsSheet", "Connect"}
    for part in found:
        if part.isVisible():
            inside = next(w for w in part.findChildren(QWidget) if w.isVisible() and w.focusPolicy())
            inside.setFocus()
            escape(shown)
            assert not part.isVisible()
    assert silent(shown)


def test_escape_takes_a_name_back_that_is_edited_in_the_list(shown) -> None:
    tree = shown.window.teach.vocabulary.list
    tree.setFocus()
    tree.edit_selected()
    editor = tree.findChild(QLineEdit)
    editor.setText("other")
    QTest.keyClick(editor, ESCAPE)
    shown.qtbot.waitUntil(lambda: tree.state() == tree.State.NoState)
    assert silent(shown)
    assert not shown.heard(c.RenameGesture)


def test_escape_says_that_it_throws_away_what_is_recorded_and_how_it_is_kept_all_the_same(shown) -> None:
    window = shown.window
    window.bench.select("circle")
    shown.key(Qt.Key.Key_Space)
    shown.until(lambda: shown.heard(c.Record))
    shown.change(recording="circle")
    escape(shown)
    shown.until(lambda: shown.heard(c.Panic))
    assert [each.keep for each in shown.heard(c.StopRecording)] == [False]
    assert window.faults.texts() == [teaching.THROWN_AWAY.format("circle")]


def test_a_held_key_is_let_go_when_the_window_is_left(shown) -> None:
    window = shown.window
    window.bench.select("circle")
    window.bench.record_key.wishes.hold = True
    QTest.keyPress(window.focusWidget() or window, Qt.Key.Key_Space)
    shown.until(lambda: shown.heard(c.Record))
    shown.change(recording="circle")
    QApplication.sendEvent(window, QEvent(QEvent.Type.WindowDeactivate))
    shown.until(lambda: shown.heard(c.StopRecording))
    assert [each.keep for each in shown.heard(c.StopRecording)] == [True]
    QTest.keyRelease(window.focusWidget() or window, Qt.Key.Key_Space)


def test_who_goes_to_perform_keeps_what_is_recorded(shown) -> None:
    shown.window.bench.select("circle")
    shown.key(Qt.Key.Key_Space)
    shown.until(lambda: shown.heard(c.Record))
    shown.change(recording="circle")
    shown.key(Qt.Key.Key_3)
    shown.until(lambda: shown.heard(c.StopRecording))
    assert [each.keep for each in shown.heard(c.StopRecording)] == [True]
