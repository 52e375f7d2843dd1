"""Nothing moves under the mouse, and nothing that was typed is lost."""

from __future__ import annotations

import gc
import sys
import time

import numpy as np
import pytest
from little_control import FIGURES, document
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QToolButton, QWidget

from gesturemap import commands as c
from gesturemap.window import words
from gesturemap.window.look.lines import Lines, broken

LONG = (
    "UDP port 8000: in use by another program (address already in use); end it or choose another port; " * 2
)
SIZES = ((1280, 720), (960, 560))


def places(shown) -> dict[str, QRect]:
    """Where in the window everything stands that one can reach for."""
    QApplication.processEvents()
    teach, top = shown.window.teach, shown.window.top
    watched: tuple[QWidget, ...] = (
        teach.stage.pad, teach.stage.curves, teach.vocabulary.list, teach.vocabulary.name, teach.recorder.takes,
        teach.recorder.controls.button, teach.sources.more, teach.sources.kind, teach.sound.volume,
        top.new, top.open, top.save, top.undo, top.redo, top.record, top.train, top.run, top.panic,
    )  # fmt: skip
    return {
        f"{type(widget).__name__} {number}": QRect(widget.mapTo(shown.window, QPoint()), widget.size())
        for number, widget in enumerate(watched)
    }


@pytest.mark.parametrize("size", SIZES)
def test_a_sensor_that_falls_silent_or_fails_moves_nothing(shown, size: tuple[int, int]) -> None:
    shown.window.resize(*size)
    shown.turn(2)
    shown.qtbot.wait(20)
    before, sources = places(shown), shown.window.teach.sources
    for rate, fault, processes in (
        (0.0, "", {}), (60.0, "", {}), (0.0, LONG, {}), (0.0, "", {"engine": "restarting"}),
    ):  # fmt: skip
        shown.control.tell(c.Status(FIGURES | {"rate": rate, "lost": 300}))
        shown.change(input_fault=fault, processes=document()["processes"] | processes)
        assert places(shown) == before
    assert words.ENGINE_AGAIN in sources.health.text()
    assert words.ENGINE_AGAIN in sources.health.toolTip()


@pytest.mark.parametrize("size", SIZES)
def test_events_and_outputs_in_trouble_move_nothing(shown, size: tuple[int, int]) -> None:
    shown.window.resize(*size)
    shown.turn(2)
    shown.qtbot.wait(20)
    before, outgoing = places(shown), shown.window.teach.outgoing
    for count in range(6):
        shown.control.tell(c.Happened("began", "circle", count / 10, float(count)))
        output = {"address": "OSC 192.168.100.100:12000", "faults": count, "unheard": count}
        shown.control.tell(c.Status(FIGURES | {"outputs": [output]}))
    shown.until(lambda: "0.50" in outgoing.events.text() and outgoing.trouble.isVisible())
    assert words.UNHEARD in outgoing.trouble.toolTip()
    assert places(shown) == before


@pytest.mark.parametrize("size", SIZES)
def test_banners_lie_over_the_status_and_move_nothing(shown, size: tuple[int, int]) -> None:
    shown.window.resize(*size)
    shown.turn(2)
    shown.qtbot.wait(20)
    faults, status, before = shown.window.faults, shown.window.status, places(shown)
    for n in range(4):
        shown.control.tell(c.Fault("outputs", f"{n}: {LONG}"))
    shown.until(lambda: len(faults.troubles.lines) == 4)
    assert places(shown) == before
    (line,) = faults.findChildren(Lines, "trouble")
    rows = broken(line.text(), line.fontMetrics().horizontalAdvance, line.width(), 2)
    assert line.height() == len(rows) * line.fontMetrics().lineSpacing()
    assert line.toolTip().split()[1:] == LONG.split()  # whole, where it does not fit
    shown.window.resize(1400, 720)
    shown.qtbot.wait(20)
    assert 0 < status.faults.mapTo(shown.window, QPoint()).x() - faults.geometry().right() < 20
    assert shown.window.rect().contains(faults.geometry())


def played_with(window) -> dict[str, QWidget]:
    """What a hand is on while it plays or teaches, of the page that is shown."""
    teach, test, perform = window.teach, window.test, window.perform
    every = {
        "teach pad": teach.stage.pad, "pause": teach.stage.curves.pause, "which curves": teach.stage.curves.what,
        "takes": teach.recorder.takes, "record": teach.recorder.controls.button, "test pad": test.pad,
        "river": test.minute.view, "wrong": test.now.wrong, "matrix": test.confusion, "map": test.map,
        "look": window.status.look, "lock": window.status.lock, "faults": window.status.faults,
        "perform pad": perform.pad, "perform run": perform.run, "panic": perform.panic,
    }  # fmt: skip
    return {name: widget for name, widget in every.items() if widget.isVisible()}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("page", ["teach", "test", "perform"])
def test_a_banner_takes_the_mouse_from_nothing_that_is_played_with(shown, page: str, size) -> None:
    window, faults = shown.window, shown.window.faults
    window.enter(page)
    window.showNormal()
    window.resize(*size)
    for n in range(4):
        shown.control.tell(c.Fault("outputs", f"{n}: {LONG}"))
    shown.until(lambda: len(faults.troubles.lines) == 4)
    shown.qtbot.wait(20)
    assert faults.isVisible()
    hands = played_with(window)
    assert len(hands) >= 2
    banner = QRect(faults.mapTo(window, QPoint()), faults.size())
    covered = [
        name
        for name, widget in hands.items()
        if banner.intersects(QRect(widget.mapTo(window, QPoint()), widget.size()))
    ]
    assert covered == []


def test_one_banner_is_shown_and_counts_the_others_which_it_lists(shown) -> None:
    faults = shown.window.faults
    for n in range(4):
        shown.control.tell(c.Fault("outputs", f"fault {n}"))
    shown.until(lambda: len(faults.troubles.lines) == 4)

    def said() -> list[str]:
        return [line.text() for line in faults.findChildren(QLabel, "trouble")]

    def button(text: str) -> QToolButton:
        return next(each for each in faults.findChildren(QToolButton) if each.text() == text)

    assert said() == ["fault 3"]
    button("+3 more").click()
    assert said() == ["fault 3", "fault 2", "fault 1", "fault 0"]
    assert faults.texts() == said()
    shown.qtbot.wait(20)
    button(words.FEWER_FAULTS).click()
    assert said() == ["fault 3"]
    for left in (3, 2, 1, 0):
        next(
            each for each in faults.findChildren(QToolButton) if each.accessibleName() == words.DISMISS
        ).click()
        assert len(faults.troubles.lines) == left
    assert not faults.isVisible()


def test_banners_are_put_away_by_keys_alone(shown) -> None:
    faults, top = shown.window.faults, shown.window.top
    shown.window.activateWindow()
    shown.until(shown.window.isActiveWindow)
    for n in range(3):
        shown.control.tell(c.Fault("outputs", f"fault {n}"))
    shown.until(lambda: len(faults.troubles.lines) == 3)
    shown.qtbot.wait(20)
    assert shown.window.isActiveWindow()  # no line has become a window of its own
    top.panic.setFocus()
    QTest.keyClick(shown.window.focusWidget(), Qt.Key.Key_Tab)
    for left in (2, 1, 0):
        held = shown.window.focusWidget()
        assert isinstance(held, QToolButton)
        assert held.accessibleName() == words.DISMISS
        QTest.keyClick(held, Qt.Key.Key_Return)
        assert len(faults.troubles.lines) == left
        shown.qtbot.wait(1)
    assert not faults.isVisible()


@pytest.mark.parametrize("size", SIZES)
def test_the_buttons_of_the_top_bar_stay_where_they_are(shown, size: tuple[int, int]) -> None:
    shown.window.resize(*size)
    shown.turn()
    shown.qtbot.wait(20)
    before, top = places(shown), shown.window.top
    project = document()["project"]
    for name, saved in (("a", True), ("a very long name that somebody gave to a project of theirs", False)):
        shown.change(
            project=project | {"name": name, "path": f"/tmp/{name}", "saved": saved},
            running=not saved,
            recording="circle",
        )
        shown.control.tell(c.Progress("training", "circle", 0.99))
        shown.until(lambda: top.train.text() == words.TRAINING.format(99))
        assert places(shown) == before
        assert top.project.text() == name
        assert name in top.project.toolTip()


def test_a_text_is_broken_between_words_and_keeps_all_of_them() -> None:
    assert broken("one two three four", len, 9, 3) == ["one two", "three", "four"]
    assert broken("one two three four", len, 9, 2) == ["one two", "three four"]
    assert broken("one\ntwo", len, 9, 3) == ["one", "two"]
    assert broken("unbreakable yes", len, 5, 3) == ["unbreakable", "yes"]
    assert broken("", len, 5, 3) == [""]


def test_a_text_of_fixed_lines_paints_no_more_than_its_room(qtbot) -> None:
    lines = Lines("small", 2)
    qtbot.addWidget(lines)
    heights = set()
    for text in ("", "short", "word " * 200):
        lines.setText(text)
        heights.add(lines.sizeHint().height())
        assert lines.minimumSizeHint().width() <= 40
        lines.resize(120, lines.sizeHint().height())
        picture = lines.grab().toImage()
    assert len(heights) == 1
    lines.setText("")
    assert lines.grab().toImage() != picture


def test_a_name_that_is_refused_stays_until_it_is_accepted(shown) -> None:
    vocabulary = shown.window.teach.vocabulary
    vocabulary.name.setFocus()
    for refused in ("a name of more than forty characters, which is too long", "circle"):
        vocabulary.name.setText(refused)
        QTest.keyClick(vocabulary.name, Qt.Key.Key_Return)
        shown.until(lambda name=refused: c.AddGesture(name) in shown.turn())
        shown.control.tell(c.Fault("gesture", "gesture: no"))
        shown.change()
        assert vocabulary.name.text() == refused
    vocabulary.name.setText("  top   spin ")
    QTest.keyClick(vocabulary.name, Qt.Key.Key_Return)
    assert vocabulary.name.text()
    shown.until(lambda: c.AddGesture("top spin") in shown.turn())
    shown.change(gestures=[*document()["gestures"], {"label": "top spin", "demonstrations": []}])
    assert vocabulary.name.text() == ""
    assert shown.window.bench.selection == "top spin"
    assert shown.window.focusWidget() is vocabulary.list


def test_another_name_that_is_refused_goes_on_being_edited(shown) -> None:
    gestures = shown.window.teach.vocabulary.list
    gestures.setFocus()
    QTest.keyClick(gestures, Qt.Key.Key_F2)
    editor = gestures.findChild(QLineEdit)
    editor.setText("shake")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    shown.until(lambda: c.RenameGesture("circle", "shake") in shown.turn())
    shown.qtbot.wait(5)
    editors = [found for found in gestures.findChildren(QLineEdit) if found.isVisible()]
    assert [found.text() for found in editors] == ["shake"]
    assert shown.window.teach.vocabulary.labels()[0][0] == "circle"


def test_a_click_into_the_groove_of_the_volume_goes_there(shown) -> None:
    volume = shown.window.teach.sound.volume
    for share in (0.25, 0.9, 0.0):
        place = QPoint(round(share * (volume.width() - 1)), volume.height() // 2)
        QTest.mouseClick(volume, Qt.MouseButton.LeftButton, pos=place)
        assert volume.value() == pytest.approx(100 * share, abs=4)
    shown.until(lambda: c.Volume(volume.value() / 100) in shown.turn())
    QTest.mousePress(volume, Qt.MouseButton.LeftButton, pos=QPoint(volume.width() // 2, volume.height() // 2))
    assert volume.isSliderDown()  # and can be drawn on
    QTest.mouseRelease(volume, Qt.MouseButton.LeftButton)


@pytest.mark.long
def test_painting_steals_no_reference_to_none(shown) -> None:
    """PySide6 6.12.0 loses one reference to None per call on Python 3.11, and aborts."""

    def paint(times: int) -> None:
        for step in range(times):
            shown.control.frame(time.perf_counter(), circle=0.5 + 0.4 * (step % 2))
            shown.control.tell(c.Status(FIGURES))
            shown.turn()
            shown.window.teach.recorder.takes.viewport().update()
            shown.window.grab()

    paint(180)  # until what is remembered has filled
    gc.collect()
    counts = [sys.getrefcount(None)]
    for _ in range(3):  # a hundred are taken once; a loss goes on
        paint(60)
        gc.collect()
        counts.append(sys.getrefcount(None))
    assert np.abs(np.diff(counts)).min() < 60, "fewer than one reference a picture"
