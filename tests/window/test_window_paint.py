"""Painting in the window, over a control that only listens: mouse, keys, empty states, lock, what is said."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from asked import settled
from little_control import document, write_demonstration
from painter import RIGHT, click, drag, mouse
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from test_painting_facts import JAM, answer

from gesturemap import commands as c
from gesturemap.window.facts.painting import Stroke
from gesturemap.window.words import painting as said
from gesturemap.window.words.beliefs import LOCKED_TIP

SEGMENTS = [(0.0, 3.9, "", 0.9, False), (3.95, 6.1, "circle", 0.95, True), (6.15, 10.0, "", 0.7, False),
            (10.05, 12.0, "circle", 0.65, False), (12.05, 20.0, "", 0.8, False)]  # fmt: skip
JAMMED = [*document()["gestures"], {"label": "rehearsal", "demonstrations": [JAM]}]


@pytest.fixture
def paint(shown, control):
    """The tab, with a recording of 20 s."""
    write_demonstration(Path(control.state["folder"]), "j1", "rehearsal", 1200)
    shown.change(gestures=JAMMED)
    shown.window.resize(1280, 720)
    shown.key(Qt.Key.Key_2)
    shown.window.test.below.choose(2)
    shown.page = shown.window.test.paint
    shown.until(lambda: shown.page.desk.wanted)
    tell(shown)
    return shown


def tell(paint, *segments, **more) -> None:
    """Answer what was asked last."""
    page = paint.page
    paint.turn(2)
    before = page.desk.wanted
    paint.control.tell(answer(before, segments, **more))
    paint.until(lambda: page.desk.wanted is not before)


def asked(paint) -> list[list[str]]:
    return [one.arguments for one in paint.heard(c.Ask) if one.word == "paint"]


def button(widget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_a_stroke_asks_and_the_answer_is_drawn_said_corrected_and_kept(paint) -> None:
    page, strip = paint.page, paint.page.strip
    assert asked(paint) == [["j1"]]  # all is ready before the first stroke
    assert page.recording.currentText() == "rehearsal 1 · 20 s · left out"
    assert page.what.text() == said.FIRST.format(label="circle")
    drag(strip, 4.0, 6.0)
    drag(strip, 8.0, 7.0, RIGHT)
    drag(strip, 14.0, 15.0, RIGHT)
    (_, first) = asked(paint)  # the others wait until it is answered, and only the newest are asked
    assert [text.partition("=")[2] for text in first[1:]] == ["circle"]
    tell(paint, *SEGMENTS[:2], alone="circle")
    strokes = page.painting.strokes
    assert asked(paint)[2:] == [["j1", *(one.text for one in strokes)]]
    assert [one.label for one in strokes] == ["circle", "", ""]
    tell(paint, *SEGMENTS, kept=[(3.95, 6.1, "circle")])
    assert page.what.text() == said.PROPOSED.format(proposed=1, sure=0)
    assert page.row.keep.text() == "Keep 1 demonstration"
    assert "10.1 to 12.0 s: circle, 65% sure" in strip.accessibleDescription()
    assert settled(paint) == []
    paint.window.resize(1280, 720)
    paint.turn(2)
    click(strip, 11.0)  # it is right
    assert page.painting.strokes[-1] == Stroke(10.05, 12.0, "circle")
    click(strip, 5.0, RIGHT)  # it is nothing
    assert page.painting.strokes[-1] == Stroke(3.95, 6.1, "")
    strip.setFocus()
    paint.key(Qt.Key.Key_Backspace)
    button(page.row.back)
    assert page.painting.strokes == strokes
    tell(paint)
    tell(paint, *SEGMENTS, kept=[(3.95, 6.1, "circle"), (10.05, 12.0, "circle")])
    button(page.row.all)
    assert strip.hasFocus()  # a click leaves the keys to it
    assert len(page.painting.strokes) == 7 and page.painting.strokes[4:] == strokes
    paint.key(Qt.Key.Key_Backspace)
    button(page.row.clear)
    assert page.painting.strokes == () and not page.row.keep.isEnabled()
    paint.key(Qt.Key.Key_Backspace)
    assert page.painting.strokes == strokes


def test_what_is_painted_becomes_demonstrations_by_one_button_but_not_under_the_lock(paint) -> None:
    page = paint.page
    drag(page.strip, 4.0, 6.0)
    tell(paint, *SEGMENTS, kept=[(3.95, 6.1, "circle"), (10.05, 12.0, "shake")])
    paint.change(locked=True)
    assert not page.row.keep.isEnabled() and page.row.keep.toolTip() == LOCKED_TIP
    button(page.row.keep)
    assert paint.heard(c.Extract) == []
    button(page.minute)
    assert said.LOCKED in " ".join(paint.window.faults.texts())
    assert paint.heard(c.Keep) == []
    paint.change(locked=False)
    button(page.row.keep)
    assert paint.heard(c.Extract) == [c.Extract("j1", "", [3.95, 6.1, 10.05, 12.0], ["circle", "shake"])]
    assert page.painting.strokes  # until control has done it
    paint.control.tell(c.Fault("demonstration j1", "demonstration j1: it is too short"))
    paint.turn(3)
    made = [{"id": f"n{n}", "frames": 100, "seconds": 2.0, "note": ""} for n in range(2)]
    paint.change(gestures=[*JAMMED[:2], {"label": "lift", "demonstrations": made}, JAMMED[3]])
    assert page.painting.strokes  # that came from elsewhere
    paint.change(gestures=JAMMED)
    button(page.row.keep)
    paint.turn()
    paint.change(gestures=[*JAMMED[:2], {"label": "lift", "demonstrations": made}, JAMMED[3]])
    assert page.painting.strokes == ()
    assert page.what.text() == said.KEPT.format(parts="2 demonstrations")
    page.undo()
    assert len(page.painting.strokes) == 1


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


def test_only_a_click_on_a_proposal_itself_says_that_it_is_right(paint) -> None:
    page, strip = paint.page, paint.page.strip
    drag(strip, 4.0, 6.0)
    tell(paint, *SEGMENTS)
    strokes = page.painting.strokes
    strip.setFocus()
    for lane in (None, 0):
        for which in (Qt.MouseButton.LeftButton, RIGHT):
            click(strip, 11.0, which, lane=lane)
    assert page.painting.strokes == strokes
    assert strip.hand == pytest.approx(11.0, abs=0.1)  # but the cursor goes there
    place = QPoint(round(strip.place(11.0)), round(strip.lane(1).center().y()))
    paint.window.activateWindow()
    page.recording.setFocus()
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=place)
    assert strip.hasFocus() and page.painting.strokes == strokes  # it has only brought the keys
    paint.qtbot.wait(1)
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=place)
    assert page.painting.strokes[-1] == Stroke(10.05, 12.0, "circle")
    strokes = page.painting.strokes
    page.recording.setFocus()
    button(page.row.clear)  # brings the keys too
    button(page.row.back)
    tell(paint, *SEGMENTS)
    tell(paint, *SEGMENTS)
    QTest.mouseClick(strip, RIGHT, pos=place)
    assert page.painting.strokes == (*strokes, Stroke(10.05, 12.0, ""))


def test_what_lies_under_the_mouse_is_told_anew_when_it_is_another(paint) -> None:
    page, strip = paint.page, paint.page.strip
    drag(strip, 4.0, 6.0)
    tell(paint, *SEGMENTS)
    mouse(strip, QEvent.Type.MouseMove, 11.0)
    assert "circle, 65% sure" in page.what.text()
    page.clear()
    assert "sure" not in page.what.text()
    page.undo()
    tell(paint, *SEGMENTS[:3], (10.05, 12.0, "circle", 0.9, False), SEGMENTS[4])
    assert "circle, 90% sure" in page.what.text()  # the mouse has not moved
    click(strip, 11.0)
    assert page.what.text() == said.THINKS
    tell(paint, *SEGMENTS)
    assert page.what.text() == said.PROPOSED.format(proposed=1, sure=0)
    mouse(strip, QEvent.Type.MouseMove, 11.0)
    assert page.what.text() == said.HERE_BRUSHED.format(begin=10.05, end=12.0, label="circle")
    QApplication.sendEvent(strip, QEvent(QEvent.Type.Leave))
    assert page.what.text() == said.PROPOSED.format(proposed=1, sure=0)


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


def test_empty_states_say_what_to_do_next(shown) -> None:
    shown.window.resize(1280, 720)
    shown.key(Qt.Key.Key_2)
    for _ in range(2):
        shown.key(Qt.Key.Key_B)
    page = shown.page = shown.window.test.paint
    assert page.isVisible() and page.minute.hasFocus()
    assert page.empty.isVisible() and page.empty.text() == said.EMPTY
    assert not page.recording.isEnabled() and not page.play.isEnabled() and page.minute.isEnabled()
    button(page.minute)
    assert said.TAKE_NOTHING in " ".join(shown.window.faults.texts())
    assert settled(shown) == []
    shown.change(input={"kind": "wekinator"}, model={"kind": "neural"})
    assert page.empty.text() == said.EXAMPLES and not page.minute.isEnabled()
    shown.change(input={"kind": "pointer"}, gestures=[JAMMED[3]])
    assert page.what.text() == said.UNREADABLE.format(take=page.recording.currentText())
    assert list(page.brushes.labels) == []
    page.clear()
    page._said = ""
    page._show()
    assert page.what.text() == said.FIRST_NEW
    assert asked(shown)  # it can be painted all the same
    shown.key(Qt.Key.Key_B)
    assert not page.isVisible()


def test_the_last_minute_is_taken_if_enough_came_and_shown_when_it_is_there(paint, control) -> None:
    page, now = paint.page, time.perf_counter()

    def came(since: float) -> None:
        for ago in range(round(20 * since), 0, -1):
            control.frame(now - ago / 20)
        paint.turn(3)

    came(4.0)
    button(page.minute)
    assert paint.heard(c.Keep) == []
    assert "only 4 s came so far" in " ".join(paint.window.faults.texts())
    paint.window.bench.live.minute.clear()
    came(30.0)
    button(page.minute)
    assert paint.heard(c.Keep) == [c.Keep(said.REHEARSAL, -60.0, learned=False)]
    newer = JAM | {"id": "j2"}
    write_demonstration(page.gallery.path("j2").parent, "j2", "rehearsal", 1200)
    paint.change(gestures=[*JAMMED[:3], {"label": "rehearsal", "demonstrations": [JAM, newer]}])
    assert page.recording.chosen == "j2"
    page.recording.setCurrentIndex(1)
    assert page.painting.id == "j1"


def test_a_question_of_another_kind_goes_first_and_strokes_are_asked_then(paint) -> None:
    page, beliefs = paint.page, paint.window.test.beliefs
    drag(page.strip, 4.0, 6.0)
    assert page.desk.wanted is not None
    beliefs.ask(c.Ask("checks"))
    assert [one.word for one in paint.heard(c.Ask)[-3:]] == ["paint", "", "checks"]
    paint.change(asking="checks")
    paint.change()
    assert page.desk.wanted is None
    paint.control.tell(c.Answer("checks", [], []))
    paint.change(asking="")
    paint.until(lambda: page.desk.wanted)
    assert asked(paint)[-1][1:] == [page.painting.strokes[0].text]
    paint.control.tell(c.Fault("ask", "ask: 'why' is being answered"))
    paint.change(asking="why")
    paint.until(lambda: page.desk.wanted is None)
    paint.change(asking="")
    paint.until(lambda: page.desk.wanted)


def test_every_size_has_room_for_it_and_both_looks_show_its_colours(paint) -> None:
    page = paint.page
    many = [{"label": f"gesture {n} with a very long name"[:36], "demonstrations": []} for n in range(20)]
    drag(page.strip, 4.0, 6.0)
    tell(paint, *SEGMENTS)
    for gestures in (JAMMED, [*JAMMED, *many]):
        paint.change(gestures=gestures)
        for size in ((960, 560), (1280, 720), (2560, 1440)):
            paint.window.resize(*size)
            paint.turn(3)
            paint.qtbot.wait(1)
            assert page.strip.height() >= page.strip.minimumHeight()
            assert page.strip.geometry().bottom() <= page.what.geometry().top()
            assert page.row.geometry().bottom() <= page.row.parentWidget().height()
    paint.change(gestures=JAMMED)
    paint.window.resize(1280, 720)
    paint.turn(3)
    for _ in range(2):
        image = page.strip.grab().toImage()
        colours = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
        assert paint.window.bench.look.gesture("circle") in colours
        paint.window.change_look()
        paint.until(lambda: paint.window.wardrobe.done)


def test_play_sends_it_through_everything_and_a_renamed_gesture_keeps_its_strokes(paint) -> None:
    page = paint.page
    button(page.play)
    assert paint.heard(c.Play) == [c.Play("j1")]
    paint.change(playing="j1")
    assert page.play.text() == said.STOP
    paint.turn(2)
    assert paint.window.bench.ghost.demonstration == "j1"
    button(page.play)
    assert paint.heard(c.Play)[-1] == c.Play("")
    paint.change(playing="")
    drag(page.strip, 4.0, 6.0)
    circle = JAMMED[0] | {"label": "ring"}
    paint.change(gestures=[circle, *JAMMED[1:]])
    assert [one.label for one in page.painting.strokes] == ["ring"]
    assert page.brushes.labels[0] == "ring"
