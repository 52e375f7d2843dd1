"""What keys do, and where they do nothing."""

from __future__ import annotations

import time

import pytest
from little_control import document
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenu, QPushButton

from gesturemap import commands as c
from gesturemap.window import words
from gesturemap.window.facts.recording import REPEAT
from gesturemap.window.words import teaching

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.mark.parametrize(
    "code, modifier, message",
    [
        (Key.Key_T, Qt.KeyboardModifier.NoModifier, c.Train()),
        (Key.Key_P, Qt.KeyboardModifier.NoModifier, c.Panic()),
        (Key.Key_Escape, Qt.KeyboardModifier.NoModifier, c.Panic()),
        (Key.Key_R, Qt.KeyboardModifier.NoModifier, c.Run(False)),
        (Key.Key_S, CTRL, c.Save()),
        (Key.Key_Z, CTRL, c.Undo()),
        (Key.Key_Z, CTRL | SHIFT, c.Redo()),
        (Key.Key_N, CTRL, c.New()),
    ],
)
def test_every_key_is_a_command(shown, code, modifier, message) -> None:
    shown.window.activateWindow()
    shown.key(code, modifier)
    shown.until(lambda: shown.heard(type(message)))
    assert shown.heard(type(message)) == [message]


def test_space_records_and_a_second_space_stops(shown) -> None:
    shown.key(Key.Key_Space)
    shown.until(lambda: c.Record("circle") in shown.turn())
    shown.change(recording="circle")
    assert shown.window.teach.stage.overlay.isVisible()
    assert shown.window.teach.stage.overlay.accessibleName().startswith("recording circle")
    assert shown.window.top.record.text() == words.STOP
    shown.key(Key.Key_Space)
    shown.until(lambda: c.StopRecording() in shown.turn())
    shown.change(recording="")
    assert not shown.window.teach.stage.overlay.isVisible()


def test_space_held_records_while_held_and_its_repeats_count_for_nothing(shown) -> None:
    shown.window.teach.recorder.controls.key.setCurrentIndex(1)
    QTest.keyPress(shown.window, Key.Key_Space)
    shown.until(lambda: c.Record("circle") in shown.turn())
    shown.turn(3)
    assert not shown.heard(c.StopRecording)
    QTest.keyRelease(shown.window, Key.Key_Space)
    shown.until(lambda: shown.heard(c.StopRecording))
    assert len(shown.heard(c.Record)) == 1


def test_a_key_that_is_held_is_one_press_however_it_is_repeated(shown) -> None:
    """Of X: marked as a repeat, or where the line is slow two events of one moment; of others a real pair."""

    def key(what: QEvent.Type, at: int, repeated: bool = False) -> None:
        event = QKeyEvent(what, Key.Key_Space, Qt.KeyboardModifier.NoModifier, " ", repeated)
        event.setTimestamp(at)
        QApplication.sendEvent(shown.window, event)

    kinds = (1, "marked"), (1, "at one moment"), (1, "soon after"), (0, "marked"), (0, "at one moment")
    for before, (hold, kind) in enumerate(kinds):
        shown.window.teach.recorder.controls.key.setCurrentIndex(hold)
        key(QEvent.Type.KeyPress, 1000)
        for at in range(1660, 2600, 80):
            key(QEvent.Type.KeyRelease, at, kind == "marked")
            shown.turn()
            key(QEvent.Type.KeyPress, at + (kind == "soon after"), kind == "marked")
        up = time.perf_counter()
        key(QEvent.Type.KeyRelease, 3000)
        if not hold:
            key(QEvent.Type.KeyPress, 3100)
        shown.until(lambda before=before: len(shown.heard(c.StopRecording)) > before)
        waited = time.perf_counter() - up
        assert len(shown.heard(c.Record)) == len(shown.heard(c.StopRecording)) == before + 1, kind
        ago = shown.heard(c.StopRecording)[-1].ago
        assert (REPEAT <= ago <= waited) if hold else (ago == 0.0)


def test_count_in_is_shown_large_and_escape_leaves_it(shown) -> None:
    shown.window.teach.recorder.controls.count_in.setValue(3)
    QTest.mousePress(shown.window.teach.recorder.controls.button, Qt.MouseButton.LeftButton)
    QTest.mouseRelease(shown.window.teach.recorder.controls.button, Qt.MouseButton.LeftButton)
    shown.turn()
    overlay = shown.window.teach.stage.overlay
    assert overlay.isVisible()
    assert overlay.text(time.perf_counter()) == "3"
    shown.key(Key.Key_Escape)
    shown.until(lambda: c.Panic() in shown.turn())
    assert not overlay.isVisible()
    assert [one.counted_in for one in shown.heard(c.Record)] == [True], "asked whether it would be, no more"


def test_letters_and_space_go_into_a_name_and_not_to_the_stage(shown) -> None:
    name = shown.window.teach.vocabulary.name
    name.setFocus()
    QTest.keyClicks(name, "top spin")
    assert name.text() == "top spin"
    QTest.keyClick(name, Key.Key_Return)
    shown.until(lambda: c.AddGesture("top spin") in shown.turn())
    assert not shown.heard(c.Train)
    assert not shown.heard(c.Record)
    gestures = [*document()["gestures"], {"label": "top spin", "demonstrations": []}]
    shown.change(gestures=gestures)
    assert shown.window.bench.selection == "top spin"
    assert shown.window.teach.vocabulary.labels()[-1] == ("top spin", "0")


def test_enter_presses_the_button_that_has_the_focus(shown) -> None:
    shown.window.top.train.setFocus()
    QTest.keyClick(shown.window.top.train, Key.Key_Return)
    shown.until(lambda: shown.heard(c.Train))
    assert shown.heard(c.Train) == [c.Train()]


def test_a_number_is_typed_and_space_records(shown) -> None:
    count_in, wishes = shown.window.teach.recorder.controls.count_in, shown.window.bench.record_key.wishes
    for number, leaves in (("3", True), ("0", False)):
        count_in.setFocus()
        count_in.selectAll()
        QTest.keyClicks(count_in, number)
        if leaves:
            QTest.keyClick(count_in, Key.Key_Return)
            assert not count_in.hasFocus()
        assert wishes.count_in == float(number)
    shown.key(Key.Key_Space)
    shown.until(lambda: c.Record("circle") in shown.turn())
    assert count_in.value() == 0


def test_panic_is_heard_in_a_dialog_too_but_not_where_text_is_written(shown) -> None:
    window, sources = shown.window, shown.window.teach.sources
    sources.show_code()
    window.top.open_project()
    files = window.top.findChild(QFileDialog)
    places = (sources.phone.address, sources.phone.network, files.findChild(QPushButton))
    for count, place in enumerate(places, 1):
        place.window().activateWindow()
        place.setFocus()
        QTest.keyClick(place, Key.Key_P)
        shown.until(lambda wanted=count: len(shown.heard(c.Panic)) == wanted)
    written = files.findChild(QLineEdit)
    written.setFocus()
    QTest.keyClick(written, Key.Key_P)
    assert written.text().endswith("p")
    assert len(shown.heard(c.Panic)) == len(places)
    for dialog in (sources.phone, files):
        dialog.close()


def test_under_the_lock_panic_is_not_written_into_what_the_keyboard_went_on_to(shown) -> None:
    shown.window.activateWindow()
    shown.change(layers={"off": ["tonight"], "records": "piece"})
    toggle = shown.window.teach.vocabulary.layers.toggles["shared"]
    toggle.setFocus()
    shown.change(locked=True)
    assert not toggle.isEnabled()
    shown.key(Key.Key_P)
    shown.until(lambda: shown.heard(c.Panic))
    assert not shown.window.teach.vocabulary.name.text()


@pytest.mark.parametrize("popup", ["menu", "list"])
def test_a_click_on_panic_counts_while_a_list_is_open(shown, popup: str) -> None:
    window = shown.window
    window.activateWindow()
    if popup == "menu":
        menu = QMenu(window)
        menu.addAction("a")
        menu.popup(window.mapToGlobal(QPoint(200, 200)))
    else:
        window.teach.sources.kind.showPopup()
    shown.until(lambda: QApplication.activePopupWidget() is not None)
    shown.turn()
    opened = QApplication.activePopupWidget()
    for button, count in ((window.top.undo, 0), (window.top.panic, 1)):
        place = button.mapToGlobal(button.rect().center())
        press = QMouseEvent(
            QEvent.Type.MouseButtonPress, opened.mapFromGlobal(QPointF(place)), QPointF(place),
            Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(opened, press)
        shown.turn()
        assert len(shown.heard(c.Panic)) == count
        if popup == "menu" and not menu.isVisible():
            menu.popup(window.mapToGlobal(QPoint(200, 200)))
        elif not opened.isVisible():
            window.teach.sources.kind.showPopup()
        shown.turn()
    opened.hide()


def test_f2_renames_the_selected_gesture_from_anywhere_on_the_page(shown) -> None:
    window, teach = shown.window, shown.window.teach
    window.activateWindow()
    shown.until(window.isActiveWindow)
    for at in (teach.recorder.takes, window.top.train, teach.recorder.controls.count_in):
        at.setFocus()
        QTest.keyClick(at, Key.Key_F2)
        editor = window.focusWidget()
        assert isinstance(editor, QLineEdit) and teach.vocabulary.list.isAncestorOf(editor)
        assert editor.text() == "circle"
        QTest.keyClicks(editor, "a lap")
        assert editor.text() == "a lap"
        QTest.keyClick(editor, Key.Key_Escape)
    QTest.keyClick(window.focusWidget(), Key.Key_F2)
    editor = window.focusWidget()
    QTest.keyClicks(editor, "a lap")
    QTest.keyClick(editor, Key.Key_Return)
    shown.until(lambda: c.RenameGesture("circle", "a lap") in shown.turn())
    assert {type(one) for one in shown.turn()} == {c.RenameGesture}, "no letter of it was a key"


def test_f2_says_why_nothing_is_renamed_and_leaves_what_is_written(shown) -> None:
    window, vocabulary = shown.window, shown.window.teach.vocabulary
    window.activateWindow()
    shown.until(window.isActiveWindow)
    vocabulary.name.setFocus()
    QTest.keyClicks(vocabulary.name, "sp")
    QTest.keyClick(vocabulary.name, Key.Key_F2)
    assert window.focusWidget() is vocabulary.name and vocabulary.name.text() == "sp"
    window.settings.turn()
    for key in (Key.Key_F2, Key.Key_N):
        window.centralWidget().setFocus()
        shown.key(key)
        assert isinstance(window.focusWidget(), QLineEdit) and not window.settings.isVisible()
        shown.key(Key.Key_Escape)
        window.settings.turn()
    window.settings.turn()
    shown.change(gestures=[])
    shown.key(Key.Key_F2)
    assert window.faults.texts() == [teaching.NOTHING_TO_RENAME]
    assert not isinstance(window.focusWidget(), QLineEdit)


def test_n_writes_the_name_of_a_new_gesture(shown) -> None:
    window, vocabulary = shown.window, shown.window.teach.vocabulary
    window.activateWindow()
    shown.until(window.isActiveWindow)
    shown.key(Key.Key_N)
    assert window.focusWidget() is vocabulary.name and vocabulary.name.text() == ""
    QTest.keyClicks(vocabulary.name, "nod")
    QTest.keyClick(vocabulary.name, Key.Key_Return)
    shown.until(lambda: c.AddGesture("nod") in shown.turn())


@pytest.mark.parametrize("page", ["test", "perform"])
def test_a_name_begun_on_another_page_is_written_on_the_one_to_teach(shown, page: str) -> None:
    window, vocabulary = shown.window, shown.window.teach.vocabulary
    window.activateWindow()
    shown.until(window.isActiveWindow)
    shown.turn(2)
    for key in (Key.Key_N, Key.Key_F2):
        window.enter(page)
        shown.control.heard.clear()
        shown.key(key)
        editor = window.focusWidget()
        assert window.page() == "teach"
        assert editor is vocabulary.name or vocabulary.list.isAncestorOf(editor)
        QTest.keyClicks(editor, "tap")
        assert editor.text() == "tap"
        assert not [one for one in shown.turn() if not isinstance(one, c.Perform)], (
            "no letter of it was a key"
        )
        QTest.keyClick(editor, Key.Key_Escape)


@pytest.mark.parametrize("page", ["test", "perform"])
def test_under_the_stage_lock_no_name_is_begun_and_the_page_stays(shown, page: str) -> None:
    window = shown.window
    shown.change(locked=True)
    window.enter(page)
    for key in (Key.Key_N, Key.Key_F2):
        shown.key(key)
        assert window.page() == page
        assert window.faults.texts() == [teaching.NAME_LOCKED]
        window.faults.dismiss(teaching.NAME_LOCKED)
