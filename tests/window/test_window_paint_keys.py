"""Painting by keys: the cursor, the brushes, steps back, pages and help as everywhere."""

from __future__ import annotations

import pytest
from painter import RIGHT, SEGMENTS, button, drag, tell
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from gesturemap import commands as c
from gesturemap.window.facts.painting import Stroke


def test_all_of_it_goes_by_keys(paint) -> None:
    page, strip = paint.page, paint.page.strip
    strip.setFocus()
    for _ in range(20):
        paint.key(Qt.Key.Key_Right)
    assert strip.hand == pytest.approx(2.0)
    paint.key(Qt.Key.Key_Period)
    assert page.brushes.now == "shake" and strip.brush == "shake"
    for _ in range(10):  # Shift stays down
        QTest.keyPress(strip, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert "brushing shake from 2.0 to 3.0 s" in strip.accessibleDescription()
    QTest.keyRelease(strip, Qt.Key.Key_Shift)
    assert page.painting.strokes == (Stroke(2.0, 3.0, "shake"),)
    paint.key(Qt.Key.Key_0)
    assert page.brushes.now == ""
    paint.key(Qt.Key.Key_Home)
    for _ in range(5):
        QTest.keyPress(strip, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    paint.key(Qt.Key.Key_Return)
    assert page.painting.strokes[-1] == Stroke(0.0, 0.5, "")
    QTest.keyPress(strip, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    paint.key(Qt.Key.Key_Escape)  # given up; else it is panic
    assert len(page.painting.steps) == 3 and strip.under is None and paint.heard(c.Panic) == []
    tell(paint)
    tell(paint, *SEGMENTS)
    for _ in range(20):
        if strip.hand > 10.04:
            break
        paint.key(Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert strip.hand == pytest.approx(10.05)
    assert "circle, 65% sure" in page.what.text()
    paint.key(Qt.Key.Key_Return)
    assert page.painting.strokes[-1] == Stroke(10.05, 12.0, "circle")
    paint.key(Qt.Key.Key_Backspace)
    assert len(page.painting.strokes) == 2
    wide = strip.look
    paint.key(Qt.Key.Key_Plus)
    assert strip.look[1] - strip.look[0] < wide[1] - wide[0]
    paint.key(Qt.Key.Key_Minus)
    assert strip.look == pytest.approx(wide)
    page.brushes.name.setFocus()
    QTest.keyClicks(page.brushes.name, "1 up")
    assert page.brushes.name.text() == "1 up" and page.brushes.now == ""
    paint.key(Qt.Key.Key_Return)
    assert page.brushes.now == "1 up" and strip.hasFocus() and page.brushes.labels[-1] == "1 up"
    assert page.colours.colour("1 up", paint.window.bench.look.palette) not in {
        paint.window.bench.look.gesture(label) for label in ("circle", "shake", "lift", "nobody")
    }


def test_the_pages_keep_their_keys_and_comma_and_full_stop_go_round_the_brushes(paint) -> None:
    page, strip = paint.page, paint.page.strip
    strip.setFocus()
    found = [page.brushes.now]
    for key in 4 * [Qt.Key.Key_Period] + 2 * [Qt.Key.Key_Comma]:
        paint.key(key)
        found.append(page.brushes.now)
    assert found == ["circle", "shake", "lift", "", "circle", "", "lift"]
    assert all("“,” and “.”" in page.brushes.buttons[label].toolTip() for label in page.brushes.labels)
    for key, name in ((Qt.Key.Key_1, "teach"), (Qt.Key.Key_2, "test"), (Qt.Key.Key_3, "perform")):
        paint.window.enter_test()
        strip.setFocus()
        paint.key(key)
        assert paint.window.page() == name and page.brushes.now == "lift"


def test_undo_and_redo_are_the_strokes_as_long_as_there_are_any_and_the_project_s_else(paint) -> None:
    page, control = paint.page, Qt.KeyboardModifier.ControlModifier
    drag(page.strip, 4.0, 6.0)
    drag(page.strip, 8.0, 9.0, RIGHT)
    both = page.painting.strokes
    page.strip.setFocus()
    paint.key(Qt.Key.Key_Z, control)
    assert page.painting.strokes == both[:1]
    paint.key(Qt.Key.Key_Y, control)
    button(page.row.clear)
    paint.key(Qt.Key.Key_Z, control)
    assert page.painting.strokes == both
    for _ in range(2):
        paint.key(Qt.Key.Key_Z, control)
    paint.key(Qt.Key.Key_Z, control | Qt.KeyboardModifier.ShiftModifier)
    assert page.painting.strokes == both[:1]
    assert paint.heard(c.Undo) == paint.heard(c.Redo) == []
    paint.key(Qt.Key.Key_Z, control)
    paint.key(Qt.Key.Key_Z, control)
    assert paint.heard(c.Undo) == [c.Undo()] and page.painting.strokes == ()
    drag(page.strip, 4.0, 6.0)  # nothing is to be done again from here on
    paint.key(Qt.Key.Key_Y, control)
    assert paint.heard(c.Redo) == [c.Redo()]
    page.painting.keep()  # demonstrations were made of it: that is what is taken back
    paint.key(Qt.Key.Key_Z, control)
    assert len(paint.heard(c.Undo)) == 2 and page.painting.strokes == ()
    paint.key(Qt.Key.Key_Backspace)
    drag(page.strip, 8.0, 9.0)
    paint.key(Qt.Key.Key_Z, control)
    assert len(paint.heard(c.Undo)) == 2 and len(page.painting.strokes) == 1


def test_help_opens_at_what_is_said_of_painting(paint) -> None:
    sheet = paint.window.sheet
    paint.window.activateWindow()
    paint.page.strip.setFocus()
    for _ in range(2):  # also when the page was shown before
        paint.key(Qt.Key.Key_F1)
        paint.qtbot.wait(1)
        assert sheet.pages.shown == "teaching"
        assert sheet.pages.browser.cursorForPosition(QPoint(5, 5)).block().text() == "Paint on time"
        sheet.put_away()
