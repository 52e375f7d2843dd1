"""What a narrow window shows whole: figures in two lines, names beside a matrix, fields below a remark."""

from __future__ import annotations

import pytest
from layout import all_of
from little_control import document
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest

from gesturemap import commands as c
from gesturemap.window.facts.kept import LEAST
from gesturemap.window.look.lines import broken
from gesturemap.window.settings.form import Form
from gesturemap.window.teach.recorder import MINUTE, ONE
from gesturemap.window.test.matrix import BESIDE, SMALLEST
from gesturemap.window.words import teaching
from gesturemap.window.words import testing as said

TRIED = c.Evaluated(
    {"accuracy": 2 / 3}, {}, 3, [], {"labels": ["circle", "shake", ""], "rows": [[1, 1, 0], [0, 1, 0], [0, 0, 0]]},
    {"a1": {"given": "circle", "fit": 0.9}, "a2": {"given": "shake", "fit": 0.3}, "b1": {"given": "shake", "fit": 0.7}},
)  # fmt: skip


def test_no_figure_is_cut_off_in_the_narrowest_window(page) -> None:
    """What needs another line has it; where there is no room for all of them, they are scrolled."""
    page.window.resize(960, 560)
    delays = dict.fromkeys(said.STAGES, 12.0)
    figures = {"rate": 100.0, "delays_ms": delays, "latency_ms": {"p50": 0.62, "p99": 11.31}}
    page.control.tell(c.Status(figures))
    grid = page.page.delays
    page.until(lambda: "11.31" in grid.accessibleDescription())

    def whole() -> bool:
        page.qtbot.wait(1)
        measured = [(value, value.fontMetrics()) for _, value in grid._cells if not value.isHidden()]
        return len(measured) == len(said.STAGES) + 2 and all(
            value.height()
            >= font.lineSpacing() * len(broken(value.text(), font.horizontalAdvance, value.width(), 2))
            for value, font in measured
        )

    page.until(whole)
    bottom = max(value.mapTo(grid.frame.widget(), value.rect().bottomLeft()).y() for _, value in grid._cells)
    scrolled = grid.frame.verticalScrollBar().maximum()
    assert bottom <= grid.frame.viewport().height() + scrolled
    assert scrolled or grid.frame.height() >= grid.frame.widget().sizeHint().height()


LABELS = ["circle", "double-knock", "lift", "shake", "square", "swipe-left"]
TRIED = c.Evaluated(
    {"accuracy": 1.0}, {}, 24, [],
    {"labels": [*LABELS, ""], "rows": [[4 if row == column else 0 for column in range(7)] for row in range(7)]},
    {},
)  # fmt: skip

THREE = {
    "labels": [*LABELS[:3], ""], "rows": [[4 if row == column else 0 for column in range(4)] for row in range(4)]
}  # fmt: skip


def test_the_matrix_has_what_it_needs_before_the_words_beside_it(page) -> None:
    matrix, frame = page.page.confusion.matrix, page.page.confusion.frame
    page.control.tell(TRIED)
    page.until(lambda: matrix.isVisible() and page.page.confusion.list.count())
    page.until(lambda: not page.qtbot.wait(1) and frame.width() >= matrix.needs)
    left, wide, _ = matrix._sizes()
    assert left - BESIDE >= QFontMetricsF(matrix.font()).horizontalAdvance("double-knock")
    assert wide >= SMALLEST
    assert frame.horizontalScrollBar().maximum() == 0
    assert frame.verticalScrollBar().maximum() == 0
    page.page.confusion.both.moveSplitter(200, 1)  # as somebody drags it
    page.control.tell(TRIED)
    page.turn(3)
    page.window.resize(1300, 720)
    page.turn(3)
    assert not page.page.confusion.list.isHidden() and page.page.confusion.both.sizes()[0] < matrix.needs


def test_after_a_change_of_page_the_matrix_has_its_room_too(page) -> None:
    matrix, frame = page.page.confusion.matrix, page.page.confusion.frame
    page.control.tell(c.Evaluated({"accuracy": 1.0}, {}, 12, [], THREE, {}))
    page.until(lambda: not page.qtbot.wait(1) and matrix.isVisible() and 300 > frame.width() >= matrix.needs)
    page.key(Qt.Key.Key_1)
    page.until(lambda: not page.qtbot.wait(1) and frame.width() < matrix.needs)
    page.key(Qt.Key.Key_2)
    page.until(lambda: not page.qtbot.wait(1) and frame.width() >= matrix.needs)
    assert frame.horizontalScrollBar().maximum() == 0


def test_what_is_said_below_a_setting_cuts_nothing_off_below_it(shown) -> None:
    shown.change(input={"kind": "pointer"})
    shown.window.settings.show_tab("input")
    forms = shown.window.settings.findChildren(Form)
    shown.until(lambda: any(each.isVisible() for each in forms))
    (form,) = (each for each in forms if each.isVisible())
    port, rate = form.widget("port"), form.widget("rate")
    port.setFocus()
    port.selectAll()
    QTest.keyClicks(port, "70000")
    QTest.keyClick(port, Qt.Key.Key_Tab)
    shown.turn()

    def placed() -> bool:
        shown.qtbot.wait(1)
        return (
            form._faults
            and form._faults["port"].geometry().top() > port.geometry().bottom()
            and rate.geometry().top() > form._faults["port"].geometry().bottom()
            and rate.geometry().bottom() < form.height()
        )

    shown.until(placed)
    assert "70000 is not taken" in form._faults["port"].text()


def test_what_is_set_and_hidden_has_a_dot(shown) -> None:
    shown.window.resize(960, 560)
    controls = shown.window.teach.recorder.controls
    shown.until(lambda: not shown.qtbot.wait(1) and controls.how.isVisible())
    assert controls.how.text() == teaching.HOW
    controls.count_in.setValue(2)
    assert controls.how.text() == teaching.HOW_SET and controls.count_in.text() in controls.how.toolTip()
    controls.how.click()  # it is seen now
    assert controls.how.text() == teaching.HOW and controls.count_in.isVisible()
    controls.how.click()
    controls.count_in.setValue(0)
    assert controls.how.text() == teaching.HOW


def test_what_leaving_out_says_at_its_head_is_whole_in_the_narrowest_window(shown) -> None:
    shown.window.resize(960, 560)
    shown.window.enter_test()
    headline = shown.window.test.confusion.headline
    assert not headline.isVisible()
    shown.control.tell(TRIED)
    shown.until(headline.isVisible)
    shown.change(gestures=document()["gestures"][1:])
    shown.until(lambda: said.STALE in headline.text())
    shown.turn(3)
    assert headline.width() >= headline.fontMetrics().horizontalAdvance(headline.text())
    assert headline.text() in headline.toolTip()


@pytest.mark.parametrize("settings", [False, True])
@pytest.mark.parametrize("view", [ONE, MINUTE])
def test_what_is_seen_large_is_not_cut_off(shown, view: int, settings: bool) -> None:
    shown.window.resize(*((1280, 720) if settings else (960, 560)))
    shown.change(input={"kind": "osc"})
    if settings:
        shown.window.settings.show_tab("input")
    recorder = shown.window.teach.recorder
    recorder.controls.count_in.setValue(2)
    recorder.show_view(view)
    seen = recorder.closeup.trace if view == ONE else recorder.minute.strip

    def whole() -> bool:
        shown.qtbot.wait(1)
        bottom = seen.mapTo(recorder, seen.rect().bottomLeft()).y()
        inside = (
            bottom < recorder.foot.geometry().top() and recorder.foot.geometry().bottom() < recorder.height()
        )
        return seen.isVisible() and inside and not seen.visibleRegion().isEmpty() and (
            seen.visibleRegion().boundingRect().height() >= seen.minimumHeight()
        )  # fmt: skip

    shown.until(whole)


def test_pad_and_one_demonstration_with_all_that_can_be_set_fit_the_least_window(shown) -> None:
    shown.window.resize(*LEAST)
    recorder, pad = shown.window.teach.recorder, shown.window.teach.stage.pad
    recorder.show_view(ONE)
    shown.until(lambda: not shown.qtbot.wait(1) and recorder.controls.how.isVisible())
    recorder.controls.how.click()
    shown.until(lambda: not shown.qtbot.wait(1) and recorder.controls.count_in.isVisible())
    shown.until(lambda: not shown.qtbot.wait(1) and recorder.closeup.trace.isVisible())
    shown.turn(3)
    least = shown.window.centralWidget().minimumSizeHint()
    assert least.width() <= LEAST[0] and least.height() <= LEAST[1]
    assert pad.isVisible() and recorder.closeup.trace.isVisible()
    assert recorder.mapTo(shown.window, recorder.rect().bottomLeft()).y() < shown.window.status.y()
    assert all_of(shown.window) == []
