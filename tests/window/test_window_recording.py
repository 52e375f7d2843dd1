"""Recording without hands, and after the fact; one demonstration large; all of them overlaid; the ghost."""

from __future__ import annotations

import math
import time
from pathlib import Path

import numpy as np
import pytest
from little_control import document
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from gesturemap import commands as c
from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Spec
from gesturemap.project.takes import encode, file_name
from gesturemap.window import words
from gesturemap.window.teach.recorder import EACH, MINUTE, ONE, OVERLAID
from gesturemap.window.words import teaching as said

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def minute(shown, *moves: tuple[float, float], seconds: float = 40.0, rate: int = 50) -> float:
    """The last seconds of the sensor: circles from so many seconds ago to so many, else rest; when it is now."""
    now = time.perf_counter()
    for step in range(int(seconds * rate)):
        at = now - seconds + step / rate
        moved = any(start <= at - now < end for start, end in moves)
        place = (
            (0.5 + 0.3 * math.cos(7 * at), 0.5 + 0.3 * math.sin(7 * at), 0.0) if moved else (0.5, 0.5, 0.0)
        )
        shown.control.scope.write(
            (at,), (at,), (0,), place, (1.0,), (-1.0, -4.0), (0.9, 0.1), (0.4, 0.1), (0.8, 0.1), (), (), (0.6, 0.2)
        )  # fmt: skip
        if step % 2000 == 1999:
            shown.turn()
    shown.turn(3)
    return now


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


# By movement


def test_by_movement_listens_counts_and_ends(shown) -> None:
    controls, overlay = shown.window.teach.recorder.controls, shown.window.teach.stage.overlay
    controls.key.setCurrentIndex(2)
    shown.turn()
    assert controls.button.text() == said.LISTEN_FOR.format("circle")
    assert not controls.length.isEnabled()
    shown.key(Key.Key_Space)
    shown.until(lambda: shown.heard(c.Record))
    assert shown.heard(c.Record) == [c.Record("circle", by_movement=True)]
    shown.change(by_movement="circle")
    assert overlay.isVisible()
    for number in range(3):
        shown.control.tell(c.Recorded(f"n{number}", "circle", 60, 1.0))
    shown.until(lambda: "3 kept" in overlay.accessibleName())
    assert overlay.accessibleName().startswith("listening for circle")
    assert controls.button.text() == said.STOP_LISTENING.format(3)
    shown.key(Key.Key_Space)
    shown.until(lambda: shown.heard(c.StopRecording))
    assert shown.heard(c.StopRecording) == [c.StopRecording()]
    shown.change(by_movement="")
    shown.turn()
    assert not overlay.isVisible()
    assert controls.button.text() == said.LISTEN_FOR.format("circle")


def test_listening_that_a_pedal_began_is_shown_too(shown) -> None:
    shown.change(by_movement="shake", recording="shake")
    overlay = shown.window.teach.stage.overlay
    assert overlay.accessibleName() == said.LISTENING_BADGE.format(label="shake", kept=0)
    shown.change(recording="")  # between two movements it still listens
    shown.turn()
    assert overlay.isVisible()
    shown.change(by_movement="")
    shown.turn()
    assert not overlay.isVisible()


# Again, and undo last


def test_again_and_undo_last_are_about_what_was_recorded_last(shown) -> None:
    controls = shown.window.teach.recorder.controls
    assert not controls.again.isEnabled()
    assert not controls.undo.isEnabled()
    gestures = document()["gestures"]
    for name in ("n1", "n2"):
        shown.control.tell(c.Recorded(name, "lift", 60, 1.0))  # it may be told before the document has it
        gestures[2]["demonstrations"].append({"id": name, "frames": 60, "seconds": 1.0, "note": ""})
        shown.change(gestures=gestures)
    shown.until(controls.undo.isEnabled)
    shown.key(Key.Key_A)
    shown.key(Key.Key_U)
    shown.until(lambda: shown.heard(c.DeleteDemonstration))
    assert shown.heard(c.Again) == [c.Again()]
    assert shown.heard(c.DeleteDemonstration) == [c.DeleteDemonstration("n2")]
    del gestures[2]["demonstrations"][-1]
    shown.change(gestures=gestures)
    shown.key(Key.Key_U)
    shown.until(lambda: len(shown.heard(c.DeleteDemonstration)) == 2)
    assert shown.heard(c.DeleteDemonstration)[-1] == c.DeleteDemonstration("n1")
    shown.change(gestures=document()["gestures"])
    assert not controls.undo.isEnabled()
    shown.key(Key.Key_U)
    shown.turn(3)
    assert len(shown.heard(c.DeleteDemonstration)) == 2


def test_what_is_reached_for_without_looking_is_large(shown) -> None:
    controls = shown.window.teach.recorder.controls
    for button in (controls.button, controls.again, controls.undo):
        assert button.width() >= 80
        assert button.height() >= 28


# What goes along


def test_a_sound_goes_along_and_what_of_it_is_learned(shown) -> None:
    along, wishes = shown.window.teach.recorder.controls.along, shown.window.bench.record_key.wishes
    along.fill()
    choices = {action.text(): action for action in along.choices.actions()}
    assert choices[said.ALONG_NONE].isChecked()
    choices[said.ALONG_FILE].trigger()
    along._files._dialog.filesSelected.emit(["/sounds/a phrase that has a long name.wav"])
    along._files._dialog.reject()
    assert along.text() == "a phrase that has…"
    along.fill()
    described = next(action.menu() for action in along.choices.actions() if action.menu())
    next(action for action in described.actions() if action.text().startswith("pitch")).setChecked(False)
    shown.key(Key.Key_Space)
    shown.until(lambda: shown.heard(c.Record))
    wanted = c.Record("circle", 0.0, "/sounds/a phrase that has a long name.wav", ["loudness", "centroid"])
    assert shown.heard(c.Record) == [wanted]
    next(action for action in described.actions() if action.text().startswith("pitch")).setChecked(True)
    assert wishes.describe == ()  # the usual ones
    along.fill()
    next(action for action in along.choices.actions() if action.text() == said.ALONG_MICROPHONE).trigger()
    assert wishes.along == "microphone"


# The last minute


def test_the_last_movement_is_kept_by_a_key(shown) -> None:
    now = minute(shown, (-20, -18), (-8, -6.5))
    shown.key(Key.Key_K)
    shown.until(lambda: shown.heard(c.Keep))
    (kept,) = shown.heard(c.Keep)
    assert kept.label == "circle"
    assert kept.start == pytest.approx(now - 8, abs=0.3)
    assert kept.end == pytest.approx(now - 6.5, abs=0.3)
    shown.key(Key.Key_K)  # that one is kept: the one before it
    shown.until(lambda: len(shown.heard(c.Keep)) == 2)
    assert shown.heard(c.Keep)[1].start == pytest.approx(now - 20, abs=0.3)
    shown.key(Key.Key_K)
    shown.until(lambda: shown.window.faults.texts())
    assert len(shown.heard(c.Keep)) == 2
    assert any("drag over what to keep" in text for text in shown.window.faults.texts())


def test_a_span_is_dragged_over_and_kept(shown) -> None:
    recorder = shown.window.teach.recorder
    recorder.show_view(MINUTE)
    now = minute(shown, (-20, -18))
    strip, button = recorder.minute.strip, recorder.minute.button
    shown.qtbot.wait(20)
    shown.turn()
    left, right = (QPoint(round(strip.place(now + ago)), 30) for ago in (-32, -28))
    QTest.mousePress(strip, LEFT, pos=left)
    QTest.mouseMove(strip, right)
    QTest.mouseRelease(strip, LEFT, pos=right)
    assert strip.chosen is not None
    assert strip.chosen.end - strip.chosen.start == pytest.approx(4.0, abs=0.3)
    shown.turn()
    assert button.text() == said.KEEP_SPAN.format(seconds=strip.chosen.end - strip.chosen.start)
    wanted = strip.chosen
    QTest.mouseClick(button, LEFT)
    shown.until(lambda: shown.heard(c.Keep))
    (kept,) = shown.heard(c.Keep)
    assert (kept.start, kept.end) == pytest.approx(tuple(wanted))
    assert kept.start == pytest.approx(now - 32, abs=0.5)


def test_movements_are_chosen_and_adjusted_by_keys(shown) -> None:
    recorder = shown.window.teach.recorder
    minute(shown, (-30, -28), (-20, -18))
    recorder.show_view(MINUTE)
    shown.turn()
    strip = recorder.minute.strip
    assert strip.hasFocus()
    assert "2 movements" in strip.accessibleDescription()
    QTest.keyClick(strip, Key.Key_Left)
    newest = strip.chosen
    QTest.keyClick(strip, Key.Key_Left)
    assert strip.chosen.end < newest.start
    QTest.keyClick(strip, Key.Key_Right)
    assert strip.chosen == newest
    QTest.keyClick(strip, Key.Key_Right, SHIFT)
    QTest.keyClick(strip, Key.Key_Left, CTRL)
    assert strip.chosen == pytest.approx((newest.start - 0.1, newest.end + 0.1))
    assert "chosen" in strip.accessibleDescription()
    middle = QPoint(round(strip.place((newest.start + newest.end) / 2)), 20)
    QTest.mouseClick(strip, LEFT, pos=middle)
    assert strip.chosen == newest
    QTest.mouseClick(strip, LEFT, pos=QPoint(round(strip.place(newest.end + 8)), 20))
    assert strip.chosen is None


def test_a_minute_without_movement_says_so(shown) -> None:
    recorder = shown.window.teach.recorder
    recorder.show_view(MINUTE)
    shown.turn()
    assert recorder.minute.what.text() == said.NO_MINUTE
    assert not recorder.minute.button.isEnabled()


# One, large


def test_handles_trim_by_mouse(shown) -> None:
    recorder = shown.window.teach.recorder
    idle_one(shown)
    recorder.takes.choose("a9")
    recorder.show_view(ONE)
    trace = recorder.closeup.trace
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


def test_the_cursor_trims_and_splits_by_keys(shown) -> None:
    recorder = shown.window.teach.recorder
    idle_one(shown)
    recorder.takes.choose("a9")
    recorder.show_view(ONE)
    trace = recorder.closeup.trace
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
    recorder = shown.window.teach.recorder
    idle_one(shown)
    recorder.takes.choose("a9")
    recorder.show_view(ONE)
    trace = recorder.closeup.trace
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
    shown.until(lambda: shown.heard(c.Trim))
    (trim,) = shown.heard(c.Trim)
    assert trim.demonstration == "a9"
    assert trim.start == pytest.approx(0.9, abs=0.2)
    assert trim.end == pytest.approx(3.0, abs=0.3)
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


def test_a_ghost_goes_with_its_demonstration(shown) -> None:
    recorder, bench = shown.window.teach.recorder, shown.window.bench
    recorder.takes.choose("a1")
    recorder.toggle_ghost()
    assert bench.ghost is not None
    shown.change(gestures=document()["gestures"][1:])
    assert bench.ghost is None
    assert not recorder.ghost.isChecked()


def test_where_there_is_little_room_what_is_set_once_is_shown_when_asked_for(shown) -> None:
    controls = shown.window.teach.recorder.controls
    shown.window.resize(1280, 720)
    shown.qtbot.wait(20)
    assert controls.count_in.isVisible()
    assert not controls.how.isVisible()
    shown.window.resize(960, 600)
    shown.qtbot.wait(20)
    assert not controls.count_in.isVisible()
    low = controls.height()
    controls.how.click()
    shown.qtbot.wait(20)
    assert controls.count_in.isVisible()
    assert controls.height() > low
    assert controls.along.geometry().bottom() <= controls.height()
    controls.how.click()
    shown.qtbot.wait(20)
    assert controls.height() == low  # nothing is left of what is hidden
