"""The page for testing over a control that only listens: river, line, marks, matrix, map, messages, keys."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from little_control import EVENTS
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from gesturemap import commands as c
from gesturemap.teaching.aligned import align
from gesturemap.window import words
from gesturemap.window.look.theme import plain
from gesturemap.window.words import testing as said

LEFT = Qt.MouseButton.LeftButton
EVALUATED = c.Evaluated(
    {"accuracy": 2 / 3}, {"circle": {"accuracy": 0.5}}, 3, ["shown once, and not tested: lift"],
    {"labels": ["circle", "shake", ""], "rows": [[1, 1, 0], [0, 1, 0], [0, 0, 0]]},
    {"a1": {"given": "circle", "fit": 0.9}, "a2": {"given": "shake", "fit": 0.3}, "b1": {"given": "shake", "fit": 0.7}},
)  # fmt: skip


def began(shown) -> list[str]:
    return [span.label for span in shown.page.minute.marking.spans]


def test_keys_and_buttons_turn_the_pages_and_the_bar_says_which_is_on(shown) -> None:
    window, pages = shown.window, shown.window.top.pages
    for key, name in (
        (Qt.Key.Key_2, "test"),
        (Qt.Key.Key_1, "teach"),
        (Qt.Key.Key_2, "test"),
        (Qt.Key.Key_3, "perform"),
    ):
        shown.key(key)
        assert window.page() == name
        assert [page for page, button in pages.items() if button.isChecked()] == [name]
        assert [part.isHidden() for part in (window.teach, window.test, window.perform)].count(False) == 1
    window.enter("test")
    QTest.mouseClick(pages["teach"], LEFT)
    assert window.page() == "teach" and pages["teach"].isChecked() and not pages["test"].isChecked()
    QTest.mouseClick(pages["test"], LEFT)
    assert window.page() == "test" and not window.isFullScreen()


def test_an_empty_project_says_what_to_do_everywhere(shown) -> None:
    shown.window.bench.live.labels = shown.window.bench.testing.past.labels = ()
    shown.change(gestures=[], trained=None)
    shown.key(Qt.Key.Key_2)
    shown.turn(3)
    page = shown.window.test
    assert page.recognised.empty.isVisible() and page.minute.empty.isVisible()
    assert page.minute.kept.text.text() == said.MARKS_NONE
    assert page.confusion.empty.text() == said.CONFUSION_FEW and not page.confusion.button.isEnabled()
    assert page.map.empty.text() == said.MAP_EMPTY
    assert page.messages.text.placeholderText() == said.MESSAGES_EMPTY
    assert page.now.mean.text() == said.MEAN_EMPTY
    assert not page.minute.kept.keep.isVisible()


def test_a_gesture_of_which_no_demonstration_can_be_read_waits_for_none(shown, tmp_path: Path) -> None:
    mean, shelf, document = shown.window.test.now.mean, shown.window.bench.shelf, shown.window.bench.document
    shown.window.bench.select("circle")
    shown.key(Qt.Key.Key_2)
    shown.until(lambda: mean.label == "circle" and not shelf.busy)
    shelf.follow(replace(document, folder=str(tmp_path / "gone")))
    mean.tick(time.perf_counter())
    assert mean.text() == said.MEAN_WAITS
    waiting = mean.grab().toImage()
    while shelf.work():
        pass
    mean.tick(time.perf_counter())
    assert mean.text() == said.MEAN_EMPTY
    assert mean.grab().toImage() != waiting


def test_the_line_re_marks_the_past_while_it_is_dragged_and_is_sent_when_let_go(page) -> None:
    assert len(began(page)) == 5
    view = page.view
    handle = QPoint(round(view.box().center().x()), round(view.y_of(0.9)))
    QTest.mousePress(view, LEFT, pos=handle)
    QTest.mouseMove(view, QPoint(handle.x(), round(view.y_of(0.6))))
    assert view.line == pytest.approx(0.6, abs=0.01) and len(began(page)) == 10
    assert "circle 10" in page.page.minute.meaning.text() and "would" in page.page.minute.meaning.text()
    assert page.heard(c.Threshold) == []
    QTest.mouseRelease(view, LEFT, pos=QPoint(handle.x(), round(view.y_of(0.6))))
    sent = page.heard(c.Threshold)
    assert len(sent) == 1 and sent[0].value == pytest.approx(0.6, abs=0.01)
    page.change(mapping=[{"kind": "events", "threshold": sent[0].value}])
    assert view.line == pytest.approx(sent[0].value) and len(began(page)) == 10
    page.change(mapping=EVENTS)  # undone
    assert view.line == 0.9 and len(began(page)) == 5
    assert "would" not in page.page.minute.meaning.text()


def test_behind_a_stage_lock_the_line_goes_back(page) -> None:
    page.change(locked=True)
    view = page.view
    handle = QPoint(round(view.box().center().x()), round(view.y_of(0.9)))
    QTest.mousePress(view, LEFT, pos=handle)
    QTest.mouseMove(view, QPoint(handle.x(), round(view.y_of(0.6))))
    assert len(began(page)) == 10
    QTest.mouseRelease(view, LEFT, pos=QPoint(handle.x(), round(view.y_of(0.6))))
    assert view.line == 0.9 and len(began(page)) == 5
    assert len(page.heard(c.Threshold)) == 1  # and control says that it is locked


def test_a_press_beside_the_line_moves_the_river_instead(page) -> None:
    view = page.view
    page.page.minute.closer.click()
    assert view.look.seconds == 40.0 and page.page.minute.title.text() == "Last 40 s"
    place = QPoint(round(view.box().center().x()), round(view.y_of(0.4)))
    QTest.mousePress(view, LEFT, pos=place)
    QTest.mouseMove(view, place + QPoint(60, 0))
    QTest.mouseRelease(view, LEFT, pos=place + QPoint(60, 0))
    assert view.look.ago > 0 and view.line == 0.9 and page.heard(c.Threshold) == []
    page.page.minute.to_now.click()
    assert view.look.ago == 0.0 and not page.page.minute.to_now.isEnabled()


def test_arrows_move_the_line_and_it_is_set_after_a_moment_or_by_enter(page, monkeypatch) -> None:
    view = page.view
    view.setFocus()
    for _ in range(3):
        QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert view.line == pytest.approx(0.82) and page.heard(c.Threshold) == []
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert [each.value for each in page.heard(c.Threshold)] == [pytest.approx(0.82)]
    QTest.keyClick(view, Qt.Key.Key_Up)
    later = time.perf_counter() + 2.0
    monkeypatch.setattr(time, "perf_counter", lambda: later)
    assert len(page.heard(c.Threshold)) == 2
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.look.ago == 0.0  # all of it is shown
    QTest.keyClick(view, Qt.Key.Key_Plus)
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.look.seconds == 40.0 and view.look.ago == 4.0
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view.look.ago == 0.0
    assert page.page.minute.title.text() == said.RIVER.format(view.look.seconds)
    QTest.keyClick(view, Qt.Key.Key_Minus)
    assert view.look.seconds == 60.0


def test_the_wheel_zooms_and_what_lies_under_the_mouse_is_said(page) -> None:
    view = page.view
    centre = QPointF(view.box().center())
    turn = QWheelEvent(
        centre, view.mapToGlobal(centre), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, turn)
    assert view.look.seconds == 40.0
    view.hover(view.x_of(view.now - 4.3))
    text = page.page.minute.meaning.text()
    assert text.startswith("4.3 s ago: circle 0.") and "fit 0." in text
    view.leaveEvent(None)
    assert page.page.minute.meaning.text().startswith("A gesture begins")
    assert "nothing" in view.words_at(view.now - 100.0)


def test_paused_it_stands_still_and_everything_is_kept(page) -> None:
    minute, past = page.page.minute, page.window.bench.testing.past
    minute.pause.setChecked(True)
    before, now = page.view.past.newest, past.newest
    page.control.frame(time.perf_counter())
    page.turn(2)
    assert page.view.past.newest == before and past.newest > now
    minute.pause.setChecked(False)
    page.turn()
    assert page.view.past is past


def test_where_nothing_can_be_dragged_it_says_why(page) -> None:
    page.change(mapping=[])
    assert page.page.minute.meaning.text() == said.LINE_NO_EVENTS
    handle = QPoint(round(page.view.box().center().x()), round(page.view.y_of(0.9)))
    QTest.mousePress(page.view, LEFT, pos=handle)
    QTest.mouseMove(page.view, handle + QPoint(0, 40))
    QTest.mouseRelease(page.view, LEFT, pos=handle + QPoint(0, 40))
    assert page.view.line == 0.9 and page.heard(c.Threshold) == []


def test_the_matrix_lists_what_is_behind_a_cell_and_plays_it(page) -> None:
    confusion = page.page.confusion
    page.key(Qt.Key.Key_E)
    assert len(page.heard(c.Evaluate)) == 1
    page.control.tell(c.Progress("evaluating", "circle", 0.4))
    page.until(lambda: "40 %" in confusion.button.text())
    assert not confusion.button.isEnabled()
    page.key(Qt.Key.Key_E)
    assert len(page.heard(c.Evaluate)) == 1
    page.control.tell(EVALUATED)
    page.until(lambda: confusion.headline.text() == "2 of 3 heard")
    page.turn()
    assert confusion.button.isEnabled() and confusion.button.text() == said.EVALUATE
    assert [confusion.list.item(row).text() for row in range(3)] == [
        "1 of 2 circle heard", "1 of 1 shake heard", "shown once, and not tested: lift",
    ]  # fmt: skip
    matrix = confusion.matrix
    assert "1 × circle taken for shake" in matrix.accessibleDescription()
    assert matrix.tip(QPointF(30.0, matrix.place(1, 0).center().y())).startswith(
        "shake\n"
    )  # however long it is
    assert matrix.tip(matrix.place(0, 1).center()).startswith("1 × circle taken for shake\n")
    assert plain(matrix.tip(QPointF(30.0, 2.0))) == matrix.toolTip()
    QTest.mouseClick(matrix, LEFT, pos=matrix.place(0, 1).center().toPoint())
    assert [confusion.list.item(row).text() for row in range(3)] == [
        "1 × circle taken for shake", "Never shake for circle…", "circle 2",
    ]  # fmt: skip
    confusion.list.itemActivated.emit(confusion.list.item(2))
    assert [each.demonstration for each in page.heard(c.Play)] == ["a2"]
    confusion.list.itemActivated.emit(confusion.list.item(1))
    assert [each for each in page.heard(c.Ask) if each.word] == [c.Ask("never", ["shake", "circle"])]
    assert page.page.beliefs.isVisible()
    page.page.below.choose(0)
    QTest.keyClick(matrix, Qt.Key.Key_Left)
    assert matrix.cell == (0, 0) and confusion.list.item(1).text() == "circle 1"
    QTest.mouseClick(matrix, LEFT, pos=matrix.place(0, 0).center().toPoint())  # once more: back to all
    assert matrix.cell is None and "circle heard" in confusion.list.item(0).text()
    gestures = page.control.state["gestures"][:]
    gestures[1] = gestures[1] | {"demonstrations": []}
    page.change(gestures=gestures)
    assert said.STALE in confusion.headline.text()


def test_after_a_training_it_is_tried_by_itself_while_nothing_is_recorded(page, monkeypatch) -> None:
    trained = c.Trained(["circle", "shake"], 0.1)
    page.change(recording="circle", going=["circle"])
    page.control.tell(trained)
    page.turn(2)
    later = time.perf_counter() + 5.0
    monkeypatch.setattr(time, "perf_counter", lambda: later)
    assert page.heard(c.Evaluate) == []
    page.change(recording="")  # what was going on then is not told anew with every event
    assert len(page.heard(c.Evaluate)) == 1
    page.page.confusion.auto.setChecked(False)
    page.control.tell(trained)
    page.turn(2)
    monkeypatch.setattr(time, "perf_counter", lambda: later + 9.0)
    assert len(page.heard(c.Evaluate)) == 1


def test_the_newest_message_stays_in_view_until_somebody_scrolls_back(page) -> None:
    text, bar = page.page.messages.text, page.page.messages.text.verticalScrollBar()

    def tell(*numbers: int) -> None:
        for number in numbers:
            page.control.tell(c.Fault(f"outputs[{number}]", "nobody listens there, and nobody ever did"))
        page.until(lambda: f"outputs[{numbers[-1]}]" in text.toPlainText())

    page.window.enter_teach()  # where nobody sees them they come too
    for number in range(40):
        page.control.tell(c.Fault(f"outputs[{number}]", "nobody listens there, and nobody ever did"))
    page.turn(3)
    page.window.enter_test()
    page.until(lambda: "outputs[39]" in text.toPlainText() and bar.maximum() > 0)
    page.until(lambda: bar.value() == bar.maximum())
    text.setFixedWidth(text.width() - 40)  # narrower, it has more lines
    page.until(lambda: bar.value() == bar.maximum())
    bar.triggerAction(bar.SliderAction.SliderToMinimum)
    tell(41)
    assert bar.value() == 0
    bar.triggerAction(bar.SliderAction.SliderToMaximum)
    tell(*range(42, 52))
    page.until(lambda: bar.value() == bar.maximum())


def test_messages_can_be_filtered_paused_and_cleared(page) -> None:
    messages = page.page.messages
    page.control.tell(c.Happened("began", "circle", 0.9, 0.0))
    page.control.tell(c.Fault("outputs[0]", "nobody listens there"))
    page.until(lambda: "nobody listens" in messages.text.toPlainText())
    assert "began circle 0.90" in messages.text.toPlainText() and "← " in messages.text.toPlainText()
    assert "density" in messages.text.toPlainText()
    messages.filter.setText("circle")
    page.until(lambda: messages.text.toPlainText())
    assert all("circle" in line for line in messages.text.toPlainText().splitlines())
    messages.filter.clear()
    messages.kinds.setCurrentIndex(messages.kinds.findData("fault"))
    page.until(lambda: messages.text.toPlainText())
    assert "nobody listens" in messages.text.toPlainText() and "began" not in messages.text.toPlainText()
    messages.pause.setChecked(True)
    before = messages.text.toPlainText()
    page.control.tell(c.Fault("outputs[1]", "another"))
    page.turn(3)
    assert messages.text.toPlainText() == before
    messages.filter.setText("no line has this")
    assert messages.text.placeholderText() == said.MESSAGES_FILTERED and not messages.text.toPlainText()
    messages.filter.clear()  # it is filtered while it rests, too
    assert messages.text.toPlainText() == before
    messages.pause.setChecked(False)
    page.until(lambda: "another" in messages.text.toPlainText())
    messages.clear.click()
    assert messages.text.toPlainText() == "" and messages.text.placeholderText() == said.MESSAGES_EMPTY
    assert messages.text.isReadOnly()
    messages.text.setFocus()
    QTest.keyClick(messages.text, Qt.Key.Key_Space)  # it is no field: the space bar records here too
    assert len(page.heard(c.Record)) == 1


def test_the_map_and_the_mean_curve_show_what_is_on_disk(page) -> None:
    page.until(lambda: page.page.map.chart.there)
    assert len(page.page.map.chart.shown) == 3
    page.page.map.kind.setCurrentIndex(1)
    page.until(lambda: not page.page.map.chart.supervised and page.page.map.chart.there)
    assert "3 demonstrations of 2 gestures" in page.page.map.text()
    view, first = page.page.map.view, page.page.map.chart
    place = view.pixels(first.places)[0]
    QTest.mouseMove(view, QPoint(round(place[0]), round(place[1])))
    assert page.page.map.named.text().startswith(("circle", "shake"))
    QTest.mouseClick(view, LEFT, pos=QPoint(round(place[0]), round(place[1])))
    assert page.heard(c.Play)[0].demonstration in ("a1", "a2", "b1")
    assert view.under(QPointF(-50.0, -50.0)) is None
    mean = page.page.now.mean
    page.until(lambda: "mean of 2 demonstrations" in mean.text())
    assert mean.label == "circle" and mean._places


def test_a_mean_that_nobody_drew_is_not_shown() -> None:
    u, rng = np.linspace(0, 2 * np.pi, 48), np.random.default_rng(0)
    begun = np.linspace(0, 2 * np.pi, 10, endpoint=False)
    curves = [np.stack([np.cos(u + at), np.sin(u + at)], axis=1) for at in begun]
    same = [curves[0] + 0.05 * rng.standard_normal(2) for _ in range(10)]
    assert align(same, [1.0] * 10).typical() is None
    assert align(same[:1], [1.0]).typical() is None
    assert align(curves, [1.0] * 10).typical() in range(10)


def test_the_last_minute_goes_on_while_the_sensor_is_silent(page) -> None:
    minute = page.page.minute
    assert "circle 5" in minute.meaning.text()
    page.window.bench.live.now += 120.0
    minute._tell()
    assert said.NOTHING_HEARD in minute.meaning.text()
    page.change(trained=None, training=True)
    page.window.bench.testing.past.labels = ()
    minute.tick(1e9)
    assert minute.empty.text() == said.RIVER_LEARNING


def test_figures_have_a_row_each(page) -> None:
    grid = page.page.delays
    assert "packets 60/s, 0 lost, 3 ignored" in grid.accessibleDescription()
    page.control.tell(c.Status({"rate": 10.0, "delays_ms": {"features": 8.0, "total": 9.5}}))
    page.until(lambda: "in all 9.5 ms" in grid.accessibleDescription())
    page.change(processes=page.control.state["processes"] | {"engine": "restarting"})
    assert grid.empty.isVisible() and grid.accessibleDescription() == ""


def test_another_project_begins_with_nothing(page) -> None:
    page.key(Qt.Key.Key_W)
    page.control.tell(EVALUATED)
    page.turn(2)
    page.change(project=page.control.state["project"] | {"path": "/tmp/other"}, undo="", redo="")
    page.turn()
    testing = page.window.bench.testing
    assert not testing.marks.all and testing.evaluation is None and not testing.past.spans
    assert page.page.confusion.stack.currentIndex() == 0
    assert page.page.minute.kept.text.text() == said.MARKS_NONE


def test_bars_have_log_likelihoods_and_none_of_these(page) -> None:
    page.control.frame(time.perf_counter())
    page.turn(2)
    bars = page.page.recognised.bars
    assert bars.texts()[0] == said.BAR_TEXT.format(
        label="circle", posterior=0.9, fit=0.8, raw=-1.0, progress=0.4
    )
    assert bars.texts()[-1] == said.NONE_TEXT.format(0.2)
    assert page.window.teach.recognised.bars.texts()[0].startswith("circle: likelihood 0.90, fit")


def test_everything_has_a_name_and_is_reached_by_keys(page) -> None:
    page.control.tell(EVALUATED)
    page.turn(3)
    for widget in page.page.findChildren(QWidget):
        focus = widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isVisible()
        if focus and type(widget).__name__ != "QWidget":
            name = widget.accessibleName() or getattr(widget, "text", lambda: "")()
            parent = widget.parentWidget()
            assert name or (parent is not None and parent.accessibleName()), widget
    for plot in (page.view, page.page.now.mean, page.page.map.view, page.page.confusion.matrix):
        page.until(lambda plot=plot: plot.accessibleDescription())
    assert words.APP


def test_what_is_said_below_the_river_has_two_lines_from_the_beginning(page) -> None:
    minute = page.page.minute
    before = minute.meaning.height(), minute.kept.y()
    assert before[0] >= 2 * minute.meaning.fontMetrics().lineSpacing()
    minute._hover(" ".join(["a long line about what lies below the mouse"] * 6))
    page.turn(2)
    assert (minute.meaning.height(), minute.kept.y()) == before


def test_what_is_said_of_the_place_under_the_mouse_is_of_what_lies_there_now(page) -> None:
    view, said_ = page.view, []
    view.hovered.connect(said_.append)
    x = view.width() * 0.7
    view.hover(x)
    before = said_[-1]
    view.zoom(True)
    assert said_[-1] == view.words_at(view.moment_of(x)) != before
    view.to_now()
    assert said_[-1] == view.words_at(view.moment_of(x))
