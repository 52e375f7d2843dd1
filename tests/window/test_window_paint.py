"""Painting in the window, over a control that only listens: mouse, keys, empty states, lock, what is said."""

from __future__ import annotations

import time

import pytest
from asked import settled
from little_control import document, write_demonstration
from painter import JAMMED, RIGHT, SEGMENTS, asked, button, click, drag, mouse, tell
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from test_painting_facts import JAM

from gesturemap import commands as c
from gesturemap.window import words
from gesturemap.window.facts.painting import Stroke
from gesturemap.window.look.lines import broken
from gesturemap.window.words import painting as said
from gesturemap.window.words.beliefs import LOCKED_TIP


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
    paint.change(gestures=JAMMED, step=1)  # it was taken back
    assert page.what.text() != said.KEPT.format(parts="2 demonstrations")
    page.undo()
    assert len(page.painting.strokes) == 1


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


def test_what_is_kept_to_be_painted_is_not_what_is_recorded_next(shown) -> None:
    bench, some = shown.window.bench, document()["gestures"]
    for gestures, selected in ((some, "circle"), ([], "")):
        shown.change(gestures=gestures, history=["a"], step=1, undo="a", redo="")
        assert bench.selection == selected
        more, done = [JAMMED[3], *gestures], ["a", "b"]
        shown.change(gestures=more, history=done, step=2, undo="b")  # the last minute is taken,
        assert bench.selection == selected
        shown.change(gestures=gestures, history=done, step=1, undo="a", redo="b")  # taken back,
        shown.change(gestures=more, history=done, step=2, undo="b", redo="")  # and taken again
        assert bench.selection == selected
    shown.key(Qt.Key.Key_Space)
    assert shown.heard(c.Record) == []
    assert words.CANNOT_RECORD in shown.window.faults.texts()
    bench.select("rehearsal")  # by hand it can be
    shown.change(gestures=[JAMMED[3] | {"demonstrations": [JAM | {"enabled": True}]}])
    bench.select("")
    shown.change(gestures=[JAMMED[3] | {"demonstrations": [JAM | {"enabled": True}]}, some[0]])
    assert bench.selection == "rehearsal"  # something of it is learned


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


@pytest.mark.parametrize("size", [(960, 560), (1164, 655), (1280, 720)])  # the last two: 110 % and 200 %
def test_what_to_do_next_is_whole_at_every_size(paint, size) -> None:
    page, what = paint.page, paint.page.what
    paint.window.resize(*size)
    paint.turn(3)
    paint.qtbot.wait(1)
    metrics = what.fontMetrics()
    for text in (
        said.FIRST.format(label="figure of eight to the left"),
        said.FIRST_NEW,
        said.ALONE.format(label="figure of eight to the left"),
        said.PROPOSED.format(proposed=12, sure=10),
        said.KEPT.format(parts="12 demonstrations"),
    ):
        page._said = text
        page._show()
        lines = broken(what.text(), metrics.horizontalAdvance, what.width(), len(text))
        assert len(lines) * metrics.lineSpacing() <= what.height()


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
