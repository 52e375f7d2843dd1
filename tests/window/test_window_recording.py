"""Recording without hands, with a sound along, and after the fact."""

from __future__ import annotations

import math
import re
import time

import numpy as np
import pytest
from little_control import document
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from gesturemap import commands as c
from gesturemap.teaching.movement import KNOWN
from gesturemap.window import words
from gesturemap.window.teach.recorder import MINUTE
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


def test_of_a_sensor_that_was_just_opened_the_rest_is_learned_first(shown) -> None:
    overlay = shown.window.teach.stage.overlay
    minute(shown, seconds=KNOWN - 0.5)
    shown.change(by_movement="shake", recording="shake")
    shown.turn()
    assert overlay.accessibleName() == said.KNOWING_BADGE.format(label="shake")
    minute(shown, seconds=KNOWN + 0.5)
    shown.until(lambda: overlay.accessibleName() == said.LISTENING_BADGE.format(label="shake", kept=0))


def test_every_page_but_perform_says_what_is_counted_in_or_recorded(shown) -> None:
    going, key = shown.window.top.going, shown.window.bench.record_key
    key.wishes.count_in = 30.0
    shown.key(Key.Key_2)
    shown.turn()
    assert not going.isVisible()
    shown.key(Key.Key_Space)
    shown.turn()
    assert going.isVisible()
    assert going.text() == f"{said.GOING_COUNT.format(30)}\ncircle"
    shown.key(Key.Key_Space)  # left again
    shown.turn()
    assert not going.isVisible()
    shown.change(recording="shake", recorded_for=1.5)
    seconds = re.fullmatch(r"recording (\d+\.\d) s\nshake", going.text())
    assert going.isVisible() and seconds and float(seconds[1]) >= 1.5
    shown.change(recording="")
    shown.change(by_movement="circle")
    shown.turn()
    assert going.text() == f"{said.GOING_LISTENS.format(0)}\ncircle"
    shown.change(by_movement="")
    assert not going.isVisible()


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
    (dialog,) = shown.window.findChildren(QFileDialog)
    dialog.filesSelected.emit(["/sounds/a phrase that has a long name.wav"])
    dialog.reject()
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


def test_a_sound_is_chosen_for_one_project(shown) -> None:
    along, wishes = shown.window.teach.recorder.controls.along, shown.window.bench.record_key.wishes
    along.choose("/sounds/phrase.wav")
    shown.change(project={**document()["project"], "path": "/tmp/another"}, undo="", redo="")
    shown.until(lambda: not wishes.along)
    assert along.text() == said.ALONG_NONE


# What is refused


def test_under_the_stage_lock_nothing_looks_as_if_it_was_recorded(shown) -> None:
    window, controls = shown.window, shown.window.teach.recorder.controls
    shown.change(locked=True)
    shown.key(Key.Key_Space)
    shown.turn(3)
    assert window.bench.record_key.state == "idle"
    assert shown.heard(c.Record) == []
    assert not window.teach.stage.overlay.isVisible()
    assert not controls.button.isEnabled()
    assert not window.top.record.isEnabled()
    shown.control.tell(c.Fault("Again", "Again: the stage lock is on; take the lock off first"))
    shown.until(lambda: len(window.faults.texts()) == 2)
    shown.change(locked=False)
    shown.turn(3)
    assert window.faults.texts() == []
    assert controls.button.isEnabled()


def test_what_could_not_be_learned_from_is_refused_before_it_is_counted_in(shown) -> None:
    key, faults = shown.window.bench.record_key, shown.window.faults
    key.wishes.count_in = 3.0
    why = "recording: loudness of the sound, where the demonstrations there are have no sound; ..."
    for place in ("recording", "/sounds/short.wav"):
        key.wishes.along = "/sounds/short.wav"
        shown.key(Key.Key_Space)
        shown.control.tell(c.Fault("osc", f"osc: a packet was torn before {place}"))
        shown.until(lambda place=place: place in "".join(faults.texts()))
        assert key.state == "counting"  # what has nothing to do with it
        shown.control.tell(c.Fault(place, why))
        shown.until(lambda: key.state == "idle")
        assert why in "".join(faults.texts())
        shown.turn(3)
        assert not shown.window.teach.stage.overlay.isVisible()
    assert all(asked.counted_in and asked.along for asked in shown.heard(c.Record))


def test_what_control_refuses_is_not_shown_as_recorded(shown) -> None:
    shown.key(Key.Key_Space)
    shown.until(lambda: shown.heard(c.Record))
    shown.control.tell(c.Fault("recording", "recording: pitch of the sound; ..."))
    shown.until(shown.window.faults.texts)
    assert shown.window.bench.record_key.state == "idle"
    assert not shown.window.teach.stage.overlay.isVisible()


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


def test_on_the_page_to_test_the_key_keeps_it_too_and_it_is_said_of_which_gesture(shown) -> None:
    now = minute(shown, (-20, -18), (-8, -6.5))
    shown.key(Key.Key_2)
    shown.until(lambda: shown.window.page() == "test")
    shown.key(Key.Key_K)
    shown.until(lambda: shown.heard(c.Keep))
    assert [kept.label for kept in shown.heard(c.Keep)] == ["circle"]
    assert shown.heard(c.Keep)[0].end == pytest.approx(now - 6.5, abs=0.3)
    assert said.KEPT_THERE.format(gesture="circle") in shown.window.faults.texts()


def test_what_the_engine_refuses_to_keep_is_not_shown_as_kept(shown) -> None:
    strip = shown.window.teach.recorder.minute.strip
    minute(shown, (-20, -18), (-8, -6.5))
    shown.key(Key.Key_K)
    shown.until(lambda: shown.heard(c.Keep))
    assert len(strip.kept) == 1
    shown.control.tell(
        c.Fault("keeping 'circle'", "keeping 'circle': nothing came between 8 s and 6 s ago; ...")
    )
    shown.until(shown.window.faults.texts)
    assert strip.kept == []


def test_what_is_played_back_cannot_be_kept(shown) -> None:
    strip = shown.window.teach.recorder.minute.strip
    shown.change(playing="a1")
    minute(shown, (-20, -18), (-8, -6.5))
    strip.look()
    assert strip.found == []
    assert np.isfinite(shown.window.bench.live.inputs.view()[1]).any()  # but it is drawn as it plays


def test_movements_are_forgotten_as_time_goes_by_also_while_nothing_arrives(shown) -> None:
    minute(shown, (-20.0, -18.5), (-5.0, -3.5))
    live, strip = shown.window.bench.live, shown.window.teach.recorder.minute.strip
    now = time.perf_counter()
    for ahead, count in ((0.0, 2), (45.0, 1), (70.0, 0)):
        live.tick(now + ahead)
        strip.look()
        assert len(strip.found) == count
    assert not strip.keep("circle")
    assert shown.heard(c.Keep) == []


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


def test_movements_of_the_last_minute_are_counted_as_one_says_it(shown) -> None:
    recorder = shown.window.teach.recorder
    recorder.show_view(MINUTE)
    minute(shown, (-20.0, -18.0))
    shown.until(lambda: recorder.minute.what.text() == "1 movement in the last minute")
    minute(shown, (-30.0, -28.0), (-10.0, -8.0))
    shown.until(lambda: recorder.minute.what.text() == "2 movements in the last minute")


def test_a_minute_without_movement_says_so(shown) -> None:
    recorder = shown.window.teach.recorder
    recorder.show_view(MINUTE)
    shown.turn()
    assert recorder.minute.what.text() == said.NO_MINUTE
    assert not recorder.minute.button.isEnabled()


@pytest.mark.parametrize("field", ["count_in", "pre_roll", "length"])
def test_a_number_that_is_entered_gives_the_keys_back_and_space_records(shown, field: str) -> None:
    window = shown.window
    window.activateWindow()
    shown.until(window.isActiveWindow)
    controls, key = window.teach.recorder.controls, window.bench.record_key
    box = getattr(controls, field)
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "3")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert box.value() == getattr(key.wishes, field) == 3.0
    shown.until(lambda: not box.hasFocus())
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Space)
    assert box.value() == 3.0
    shown.until(lambda: key.state == "counting" if field == "count_in" else shown.heard(c.Record))


def test_where_there_is_little_room_what_is_set_once_is_shown_when_asked_for(shown) -> None:
    controls = shown.window.teach.recorder.controls
    shown.window.resize(1280, 720)
    shown.until(lambda: controls.count_in.isVisible() and not controls.how.isVisible())
    shown.window.resize(960, 600)
    shown.until(lambda: controls.how.isVisible() and not controls.count_in.isVisible())
    shown.until(lambda: controls.height() == controls.heightForWidth(controls.width()))
    low = controls.height()
    controls.how.click()
    shown.until(lambda: controls.count_in.isVisible() and controls.height() > low)
    shown.until(lambda: controls.along.geometry().bottom() <= controls.height())
    controls.how.click()
    shown.until(lambda: not controls.count_in.isVisible())
    shown.until(lambda: controls.height() == low)  # nothing is left of what is hidden


def test_moving_nothing_says_so(shown) -> None:
    shown.window.teach.recorder.takes.clearSelection()
    shown.key(Key.Key_M)
    shown.turn(2)
    assert shown.window.faults.texts() == [said.NOTHING_TO_MOVE]


def test_another_project_is_not_recorded_as_the_last_one_was(shown) -> None:
    controls, project = shown.window.teach.recorder.controls, shown.control.state["project"]
    controls.key.setCurrentIndex(2)
    shown.change(project=project | {"path": "/tmp/tide"})  # its first edit, or *Save as*
    assert shown.window.bench.record_key.wishes.by_movement
    shown.change(project=project | {"path": "/tmp/storm"}, undo="")
    assert not shown.window.bench.record_key.wishes.by_movement
    assert controls.key.currentText() == words.TOGGLE_KEY
    was = {"was": said.BY_MOVEMENT, "now": words.TOGGLE_KEY}
    assert said.WAY_AGAIN.format(**was) in shown.window.faults.texts()
    shown.window.faults.tick(time.perf_counter() + 10.0)  # it has been read
    assert shown.window.faults.texts() == []
