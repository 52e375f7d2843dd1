"""Demonstrations that are there: one large, what is strange about it, all laid over one another, ghosts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from little_control import document
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from test_window_recording import minute

from gesturemap import commands as c
from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Spec
from gesturemap.project.takes import encode, file_name
from gesturemap.teaching.aligned import align
from gesturemap.window import words
from gesturemap.window.teach.overlaid import extent
from gesturemap.window.teach.recorder import EACH, MINUTE, ONE, OVERLAID
from gesturemap.window.words import teaching as said

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def idle_one(shown, name: str = "a9", head: float = 1.0, seconds: float = 3.0) -> None:
    """In place of the second demonstration of circle one that begins with rest."""
    at = np.arange(0, seconds, 1 / 60)
    angle = np.clip(at - head, 0, seconds - head - 0.2) * 6
    values = np.stack([np.cos(angle), np.sin(angle), 0 * at], axis=1)
    made = Demonstration(name, "circle", Spec.of("x", "y", "pressed", rate=60.0), at, values)
    folder = Path(shown.window.bench.document.folder)
    (folder / file_name(name)).write_bytes(encode(made))
    gestures = document()["gestures"]
    gestures[0]["demonstrations"][1] = {
        "id": name, "seconds": made.seconds, "frames": len(at), "note": "",
        "start": 0.0, "end": made.seconds, "whole": made.seconds,
    }  # fmt: skip
    shown.change(gestures=gestures)


# One, large


def idle_one_large(shown):
    """The trace of `idle_one`."""
    recorder = shown.window.teach.recorder
    idle_one(shown)
    recorder.takes.choose("a9")
    recorder.show_view(ONE)
    return recorder.closeup.trace


def test_the_keys_of_one_are_heard_as_soon_as_it_is_chosen_by_the_mouse(shown) -> None:
    recorder = shown.window.teach.recorder
    shown.window.activateWindow()
    recorder.views.button(ONE).click()
    assert shown.window.focusWidget() is recorder.closeup.trace
    assert recorder.closeup.trace.take.id == "a2"
    shown.key(Qt.Key.Key_Comma)
    assert recorder.closeup.trace.take.id == "a1"


def test_what_stands_where_the_large_one_stood_is_seen_when_it_was_cut_and_when_that_is_taken_back(
    shown,
) -> None:
    recorder, trace = shown.window.teach.recorder, shown.window.teach.recorder.closeup.trace

    def has(*names: str) -> None:
        takes = [{"id": name, "frames": 60, "seconds": 1.0, "note": ""} for name in names]
        shown.change(gestures=[{"label": "circle", "demonstrations": takes}])
        shown.until(lambda: [take.id for take in recorder.takes.items.takes] == list(names))

    has("a1", "a2", "a3", "a4")
    recorder.takes.choose("a2")
    recorder.show_view(ONE)
    has("a1", "b1", "b2", "a3", "a4")
    assert trace.take.id == "b1"
    has("a1", "a2", "a3", "a4")
    assert trace.take.id == "a2"
    shown.key(Key.Key_Period)
    assert trace.take.id == "a3"
    has("a1", "a2")
    assert trace.take.id == "a2"


def test_a_mark_of_the_seconds_is_whole_or_gives_way_to_the_cursor(shown) -> None:
    trace = idle_one_large(shown)
    shown.qtbot.wait(20)
    metrics = trace.fontMetrics()
    every = [text for _, text in trace._marks(metrics, -100.0, -50.0)]
    assert len(every) > 2
    trace.point(1.05)
    wide = metrics.horizontalAdvance("1.05 s")
    left = trace.place(1.05) - wide / 2
    stay = trace._marks(metrics, left, left + wide)
    assert [text for text in every if text not in dict(map(reversed, stay))] == ["1 s"]
    assert all(at >= left + wide or at + metrics.horizontalAdvance(text) <= left for at, text in stay)


def test_handles_trim_by_mouse(shown) -> None:
    trace = idle_one_large(shown)
    shown.qtbot.wait(20)
    middle = trace.height() // 2
    QTest.mousePress(trace, LEFT, pos=QPoint(round(trace.place(0.0)), middle))
    QTest.mouseMove(trace, QPoint(round(trace.place(0.9)), middle))
    QTest.mouseRelease(trace, LEFT, pos=QPoint(round(trace.place(0.9)), middle))
    shown.until(lambda: shown.heard(c.Trim))
    (trim,) = shown.heard(c.Trim)
    assert (trim.demonstration, trim.start) == ("a9", pytest.approx(0.9, abs=0.05))
    assert trim.end == trace.whole  # to the last frame
    assert not shown.heard(c.Split)


def test_where_there_is_nothing_to_split_it_is_said(shown) -> None:
    trace = idle_one_large(shown)
    for place in (0.0, trace.whole):
        trace.point(place)
        QTest.keyClicks(trace, "s")
        assert said.NOTHING_TO_SPLIT.format(place) in shown.window.faults.texts()
    assert not shown.heard(c.Split)


def test_the_cursor_trims_and_splits_by_keys(shown) -> None:
    recorder, trace = shown.window.teach.recorder, idle_one_large(shown)
    assert trace.hasFocus()
    for _ in range(9):
        QTest.keyClick(trace, Key.Key_Right, SHIFT)
    QTest.keyClick(trace, Key.Key_Right)
    assert trace.hand == pytest.approx(0.91)
    QTest.keyClicks(trace, "[")
    shown.until(lambda: shown.heard(c.Trim))
    assert shown.heard(c.Trim) == [c.Trim("a9", pytest.approx(0.91), trace.whole)]
    trace.point(2.0)
    QTest.keyClicks(trace, "]s0")
    shown.until(lambda: len(shown.heard(c.Trim)) == 2 and shown.heard(c.Split))
    assert shown.heard(c.Trim)[1] == c.Trim("a9", pytest.approx(0.91), 2.0)
    assert shown.heard(c.Split) == [c.Split("a9", [2.0])]
    gestures = shown.control.state["gestures"]
    gestures[0]["demonstrations"][1] |= {"start": 0.91, "end": 2.0, "seconds": 1.09}
    shown.change(gestures=gestures)
    assert (trace.start, trace.end) == (0.91, 2.0)
    assert "0.91" in trace.accessibleDescription()
    assert said.TAKE_TRIMMED.format(start=0.91, end=2.0, whole=trace.whole) in recorder.closeup.title.text()
    QTest.keyClicks(trace, "0")
    shown.until(lambda: len(shown.heard(c.Trim)) == 3)
    assert shown.heard(c.Trim)[2] == c.Trim("a9", 0.0, 0.0)
    QTest.keyClicks(trace, ",")
    assert recorder.takes.selected() == "a1"
    QTest.keyClicks(trace, ".")
    assert recorder.takes.selected() == "a9"


def test_what_is_trimmed_is_grey(shown) -> None:
    trace = idle_one_large(shown)
    shown.qtbot.wait(20)
    before = trace.grab().toImage()
    gestures = shown.control.state["gestures"]
    gestures[0]["demonstrations"][1] |= {"start": 1.5, "seconds": 1.4}
    shown.change(gestures=gestures)
    after, veil = trace.grab().toImage(), shown.window.bench.look.palette.raised
    x, y = round(trace.place(0.75)), trace.height() // 3

    def apart(picture) -> int:
        colour, grey = picture.pixelColor(x, y), tuple(int(veil[i : i + 2], 16) for i in (1, 3, 5))
        return sum(abs(a - b) for a, b in zip(colour.getRgb()[:3], grey, strict=True))

    assert apart(after) < apart(before)


# What is strange


def test_idle_ends_are_said_and_trimmed_by_a_click(shown) -> None:
    recorder = shown.window.teach.recorder
    idle_one(shown)
    shown.until(lambda: recorder.hint.isVisible())
    assert recorder.hint.text().startswith("⚠ 2: ")
    assert "idle at the beginning" in recorder.hint.text()
    items = recorder.takes.items
    assert "idle at the beginning" in items.data(items.index(1), Qt.ItemDataRole.AccessibleTextRole)
    assert "idle" not in items.data(items.index(0), Qt.ItemDataRole.AccessibleTextRole)
    QTest.mouseClick(recorder.trim, LEFT)
    shown.until(lambda: shown.heard(c.TrimIdle))
    assert shown.heard(c.TrimIdle) == [c.TrimIdle(["a9"])]
    QTest.mouseClick(recorder.keep, LEFT)
    assert not recorder.hint.isVisible()
    assert recorder.how.isVisible()


def test_what_is_usual_gets_no_sign(shown) -> None:
    recorder = shown.window.teach.recorder
    shown.until(lambda: all(recorder.takes.gallery.get(name)[0] for name in ("a1", "a2")))
    shown.turn(2)
    assert not recorder.hint.isVisible()
    assert recorder.how.text() == said.HOW_EACH


# Overlaid


def test_demonstrations_are_laid_over_one_another_and_described(shown) -> None:
    recorder = shown.window.teach.recorder
    recorder.show_view(OVERLAID)
    shown.until(lambda: recorder.overlaid.aligned is not None)
    assert recorder.overlaid.aligned.curves.shape == (2, 48, 3)
    assert recorder.overlaid.accessibleDescription().startswith("2 demonstrations, 1.0–1.2 s")
    assert recorder.how.text() == recorder.overlaid.text
    gestures = document()["gestures"]
    gestures[0]["demonstrations"][0]["enabled"] = False
    shown.change(gestures=gestures)
    shown.until(lambda: recorder.overlaid.aligned is not None and len(recorder.overlaid.aligned.curves) == 1)
    shown.window.bench.select("lift")
    shown.turn()
    assert recorder.stack.currentWidget() is recorder.empty
    assert recorder.empty.text() == said.NOTHING_TO_OVERLAY.format("lift")


def test_the_spread_stays_within_what_is_drawn_of_it() -> None:
    """Of ten that go high and one that goes low, it goes higher than all of them."""
    course = np.linspace(0.0, 1.0, 48)
    low, high = (np.stack([course, level * np.ones(48)], axis=1) for level in (0.0, 1.0))
    laid = align([*[high] * 5, low], [1.0] * 6)
    lowest, highest = extent(laid, [0, 1])
    assert (laid.mean + laid.spread).max(axis=0)[1] > 1.0
    assert ((laid.mean - laid.spread >= lowest) & (laid.mean + laid.spread <= highest)).all()
    assert (laid.curves >= lowest).all() and (laid.curves <= highest).all()


def test_what_is_begun_elsewhere_has_one_of_them_in_front_and_no_mean() -> None:
    """One rule with the mean curve of the page to test."""
    turn = np.linspace(0.0, 2.0 * np.pi, 48)
    circles = [np.stack([np.cos(turn + at), np.sin(turn + at)], axis=1) for at in (0.0, 2.1, 4.2)]
    laid = align(circles, [1.0] * 3)
    curve, spread = laid.middle
    assert laid.typical() is not None and (curve == laid.curves[laid.typical()]).all() and not spread.any()
    assert (laid.at(1.0) == curve[-1]).all()
    alike = align([circles[0]] * 3, [1.0] * 3)
    assert alike.middle[0] is alike.mean and alike.middle[1] is alike.spread


def test_views_are_gone_through_by_a_key(shown) -> None:
    recorder = shown.window.teach.recorder
    for view in (OVERLAID, ONE, MINUTE, EACH):
        shown.key(Key.Key_V)
        assert recorder.view == view


# The ghost


def test_a_ghost_goes_by_until_it_is_sent_away(shown) -> None:
    window = shown.window
    recorder, bench, pad = window.teach.recorder, window.bench, window.teach.stage.pad
    recorder.takes.choose("a1")
    minute(shown, (-4, -1), seconds=6.0)
    before, curves = pad.grab().toImage(), window.teach.stage.curves.view
    shown.key(Key.Key_G)
    assert bench.ghost is not None
    assert bench.ghost.demonstration == "a1"
    assert recorder.ghost.isChecked()
    shown.turn(2)
    assert pad.grab().toImage() != before
    curves.grab()
    assert not shown.heard(c.Play)  # the sensor goes on
    shown.key(Key.Key_G)
    assert bench.ghost is None
    assert not recorder.ghost.isChecked()


def test_what_plays_is_drawn_and_repeated_until_it_is_stopped(shown) -> None:
    recorder, bench = shown.window.teach.recorder, shown.window.bench
    recorder.takes.choose("a2")
    recorder.loop.click()
    QTest.mouseClick(recorder.play, LEFT)
    shown.until(lambda: shown.heard(c.Play))
    shown.change(playing="a2")
    assert bench.ghost is not None
    assert bench.ghost.plays
    assert recorder.play.text() == words.STOP_PLAYING
    shown.change(playing="")
    shown.until(lambda: len(shown.heard(c.Play)) == 2)
    assert shown.heard(c.Play) == [c.Play("a2"), c.Play("a2")]
    shown.change(playing="a2")
    QTest.mouseClick(recorder.play, LEFT)
    shown.until(lambda: len(shown.heard(c.Play)) == 3)
    shown.change(playing="")
    shown.turn(3)
    assert shown.heard(c.Play)[-1] == c.Play("")
    assert bench.ghost is None


@pytest.mark.parametrize("ended", [{"silent": True}, {"locked": True}])
def test_what_a_panic_or_the_lock_has_ended_is_not_repeated(shown, ended) -> None:
    recorder = shown.window.teach.recorder
    recorder.takes.choose("a2")
    recorder.loop.click()
    QTest.mouseClick(recorder.play, LEFT)
    shown.until(lambda: shown.heard(c.Play))
    shown.change(playing="a2")
    shown.change(playing="", **ended)
    shown.turn(3)
    assert shown.heard(c.Play) == [c.Play("a2")]


def test_on_the_page_to_play_from_the_hand_plays(shown) -> None:
    recorder = shown.window.teach.recorder
    recorder.takes.choose("a2")
    recorder.loop.click()
    QTest.mouseClick(recorder.play, LEFT)
    shown.change(playing="a2")
    shown.key(Key.Key_3)
    shown.change(playing="")
    shown.turn(3)
    assert shown.heard(c.Play) == [c.Play("a2"), c.Play()]


def test_a_ghost_goes_with_its_demonstration(shown) -> None:
    recorder, bench = shown.window.teach.recorder, shown.window.bench
    recorder.takes.choose("a1")
    recorder.toggle_ghost()
    assert bench.ghost is not None
    shown.change(gestures=document()["gestures"][1:])
    assert bench.ghost is None
    assert not recorder.ghost.isChecked()
