"""Moments that were marked while it played: what they become, and what stands beside them."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gesturemap import commands as c
from gesturemap.window.facts.recording import ANSWER
from gesturemap.window.words import testing as said

LEFT = Qt.MouseButton.LeftButton


def test_what_was_heard_wrongly_is_marked_and_kept_as_what_it_was(page) -> None:
    page.control.tell(c.Happened("began", "circle", 0.9, 0.0))
    page.turn(2)
    page.key(Qt.Key.Key_W)
    kept = page.page.minute.kept
    page.turn()
    assert kept.text.text().startswith("1/1 wrong") and "heard circle" in kept.text.text()
    assert kept.label.currentText() == "shake"  # of the others the likeliest just then
    marks = page.window.bench.testing.marks
    offered = marks.now
    kept.label.setCurrentText("lift")
    assert marks.now.label == "lift" and marks.now.end - marks.now.start > offered.end - offered.start
    kept.label.setCurrentText("shake")
    page.turn()
    QTest.mouseClick(kept.keep, LEFT)
    sent = page.heard(c.Keep)
    assert [each.label for each in sent] == ["shake"]
    assert 0.5 < sent[0].end - sent[0].start < 3.0 and abs(sent[0].end - page.view.clock) < 2.0
    page.turn()
    assert not kept.keep.isEnabled()
    page.key(Qt.Key.Key_Y)
    page.turn()
    assert kept.text.text().startswith("2/2 right") and kept.label.currentText() == "circle"
    QTest.mouseClick(kept.before, LEFT)
    page.turn()
    assert kept.text.text().startswith("1/2 wrong") and kept.text.toolTip() == "1 right, 1 wrong"
    page.change(locked=True)
    QTest.mouseClick(kept.next, LEFT)
    page.turn()
    assert not kept.keep.isEnabled()  # nothing is recorded behind a stage lock


def test_a_mark_that_is_taken_back_leaves_the_one_before_it_as_what_that_was(page) -> None:
    page.control.tell(c.Happened("began", "circle", 0.9, 0.0))
    page.turn(2)
    kept = page.page.minute.kept
    page.key(Qt.Key.Key_Y)
    page.turn()
    page.key(Qt.Key.Key_W)
    page.turn()
    assert kept.label.currentText() != "circle" and kept.text.text().startswith(
        "1/1 wrong"
    )  # of the same movement
    page.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    page.turn()
    assert kept.text.text().startswith("1/1 right") and kept.label.currentText() == "circle"


def test_what_was_no_gesture_is_kept_as_ordinary_movement_around_the_key(page) -> None:
    kept, marks = page.page.minute.kept, page.window.bench.testing.marks
    page.key(Qt.Key.Key_W)
    page.turn()
    assert kept.label.findText(said.MARK_EVERYDAY) < 0  # the model heeds none
    page.change(model={"kind": "auto", "everyday": "walking"})
    kept.label.setCurrentText(said.MARK_EVERYDAY)
    page.turn()
    assert marks.now.label == "walking" and kept.label.count() == len(page.window.bench.document.labels) + 2
    assert (marks.now.at - marks.now.start, marks.now.end - marks.now.at) == (
        pytest.approx(2.0),
        pytest.approx(2.0),
    )
    assert not kept.keep.isEnabled() and kept.keep.toolTip() == said.TOO_EARLY_TIP
    page.control.frame(time.perf_counter() + 2.1)  # two seconds later
    page.turn(2)
    assert kept.keep.isEnabled()
    QTest.mouseClick(kept.keep, LEFT)
    (sent,) = page.heard(c.Keep)
    assert sent.label == "walking" and sent.end - sent.start == pytest.approx(4.0)
    page.change(gestures=[*page.control.state["gestures"], {"label": "walking", "demonstrations": []}])
    assert kept.label.count() == len(page.window.bench.document.labels) + 1


def test_what_was_kept_and_taken_back_can_be_kept_again_and_so_can_what_was_refused(
    page, monkeypatch
) -> None:
    page.key(Qt.Key.Key_W)
    kept, before = page.page.minute.kept, page.control.state["gestures"]
    kept.label.setCurrentText("shake")
    clock = [page.view.clock + 1.0]
    monkeypatch.setattr(kept, "_clock", lambda: clock[0])

    def after(seconds: float = 0.0) -> bool:
        clock[0] += seconds
        page.turn(2)
        kept.tick(0.0)
        return kept.keep.isEnabled()

    assert after()
    QTest.mouseClick(kept.keep, LEFT)
    page.control.tell(c.Fault("recording", "recording: another sensor; it is refused"))
    assert not after() and after(ANSWER)  # nothing came of it
    QTest.mouseClick(kept.keep, LEFT)
    shake = {"id": "shake-9", "frames": 90, "seconds": 1.5}
    page.control.tell(c.Recorded("shake-9", "shake", 90, 1.5))
    with_it = [
        each | {"demonstrations": [*each["demonstrations"], shake]} if each["label"] == "shake" else each
        for each in before
    ]
    page.change(gestures=with_it)
    assert not after(ANSWER) and kept.keep.toolTip() == said.KEPT_TIP
    page.change(gestures=before)  # Ctrl+Z
    assert after()
    page.change(gestures=with_it)  # and done again
    assert not after()


def test_all_that_was_marked_as_right_is_kept_at_once_when_asked_and_never_under_the_lock(page) -> None:
    kept, marks = page.page.minute.kept, page.window.bench.testing.marks
    for label, key in (("circle", Qt.Key.Key_Y), ("shake", Qt.Key.Key_W), ("circle", Qt.Key.Key_Y)):
        page.control.tell(c.Happened("began", label, 0.9, 0.0))
        page.turn(2)
        page.key(key)
        page.control.tell(c.Happened("ended", label, 0.9, 0.0))
    page.control.frame(time.perf_counter() + 100.0)  # when the last minute is another one
    page.change(locked=True)
    page.turn(2)
    assert not kept.right.isVisible() and page.heard(c.Keep) == []
    page.change(locked=False)
    page.turn(2)
    assert kept.right.isVisible() and kept.right.text() == said.KEEP_RIGHT.format(count=2)
    QTest.mouseClick(kept.right, LEFT)
    sent = page.heard(c.Keep)
    right = [mark for mark in marks.all if not mark.wrong]
    assert [(each.label, each.start, each.end) for each in sent] == [
        ("circle", mark.start, mark.end) for mark in right
    ]
    page.turn()
    assert not kept.right.isVisible()
    for number in (8, 9):
        page.control.tell(c.Recorded(f"circle-{number}", "circle", 90, 1.5))
    page.turn(2)
    assert [mark.demonstration for mark in marks.all] == ["circle-8", "", "circle-9"]


def test_undo_right_after_marks_takes_them_back_and_then_the_last_edit(page) -> None:
    marks = page.window.bench.testing.marks
    for key in (Qt.Key.Key_W, Qt.Key.Key_Y):
        page.key(key)
    assert [mark.wrong for mark in marks.all] == [True, False]
    for left, verdict in ((1, said.MARK_RIGHT), (0, said.MARK_WRONG)):
        page.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert len(marks.all) == left and page.heard(c.Undo) == []
        assert said.MARK_BACK.format(verdict=verdict) in page.window.faults.texts()
    page.turn(2)
    assert page.page.minute.kept.text.text() == said.MARKS_NONE
    page.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(page.heard(c.Undo)) == 1


@pytest.mark.parametrize("between", ["edit", "page"])
def test_undo_after_something_else_leaves_the_mark(page, between: str) -> None:
    marks = page.window.bench.testing.marks
    page.key(Qt.Key.Key_W)
    if between == "edit":
        page.window.bench.send(c.AddGesture("wave"))
    else:
        page.key(Qt.Key.Key_1)
        page.key(Qt.Key.Key_2)
    page.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(marks.all) == 1 and len(page.heard(c.Undo)) == 1


def test_long_after_the_last_frame_it_is_the_last_movement_that_is_marked(page, monkeypatch) -> None:
    kept, testing = page.page.minute.kept, page.window.bench.testing
    now = testing.past.newest
    monkeypatch.setattr(kept, "_clock", lambda: now + 10.0)
    kept.mark(wrong=True)
    assert testing.marks.now.end < now + 1.5
