"""The window driven by clicks and keys; what control hears, what a person sees."""

from __future__ import annotations

import contextlib
import socket
import time

import numpy as np
import pytest
from little_control import GROUPS, document
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QSlider,
    QToolButton,
    QWidget,
)

from gesturemap import catalog
from gesturemap import commands as c
from gesturemap.clock import SystemClock
from gesturemap.engine.scope import ScopeWriter
from gesturemap.inputs.osc import Osc
from gesturemap.window import words
from gesturemap.window.teach.curves import unbroken
from gesturemap.window.teach.pad import RESTS
from gesturemap.wire import osc

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_every_button_is_a_command(shown) -> None:
    top, teach = shown.window.top, shown.window.teach
    for button, message in (
        (top.train, c.Train()), (top.panic, c.Panic()), (top.run, c.Run(False)), (top.undo, c.Undo()),
        (top.save, c.Save()), (teach.sound.switch, c.Sound(False)),
    ):  # fmt: skip
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        shown.until(lambda wanted=message: wanted in shown.turn())
    empty = top.new.menu().actions()[0]  # one click opens the menu, and closes nothing that plays
    assert top.new.popupMode() == QToolButton.ToolButtonPopupMode.InstantPopup
    assert not shown.heard(c.New)
    empty.trigger()
    shown.until(lambda: shown.heard(c.New))
    assert not top.redo.isEnabled()
    assert top.undo.toolTip() == "Undo: record circle (Ctrl+Z)"


def test_a_gesture_is_selected_renamed_and_deleted(shown) -> None:
    gestures = shown.window.teach.vocabulary.list
    gestures.setCurrentItem(gestures.topLevelItem(1))
    assert shown.window.bench.selection == "shake"
    assert [t.id for t in shown.window.teach.recorder.takes.items.takes] == ["b1"]
    gestures.setFocus()
    QTest.keyClick(gestures, Key.Key_F2)
    editor = gestures.findChild(QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, "tremble")
    QTest.keyClick(editor, Key.Key_Return)
    shown.until(lambda: c.RenameGesture("shake", "tremble") in shown.turn())
    colour = shown.window.bench.look.gesture("shake")
    renamed = document()["gestures"]
    renamed[1]["label"] = "tremble"
    shown.change(gestures=renamed)
    assert shown.window.bench.selection == "tremble"
    assert shown.window.bench.look.gesture("tremble") == colour
    QTest.keyClick(gestures, Key.Key_Delete)
    shown.until(lambda: c.DeleteGesture("tremble") in shown.turn())
    del renamed[1]
    shown.change(gestures=renamed)
    assert shown.window.bench.selection == "lift"


def test_demonstrations_are_played_and_deleted(shown) -> None:
    recorder = shown.window.teach.recorder
    takes = recorder.takes
    assert takes.items.rowCount() == 2
    takes.setCurrentIndex(takes.items.index(1))
    QTest.mouseClick(recorder.play, Qt.MouseButton.LeftButton)
    shown.until(lambda: c.Play("a2") in shown.turn())
    shown.change(playing="a2")
    assert recorder.play.text() == words.STOP_PLAYING
    QTest.mouseClick(recorder.play, Qt.MouseButton.LeftButton)
    shown.until(lambda: c.Play("") in shown.turn())
    shown.change(playing="")
    takes.setFocus()
    QTest.keyClick(takes, Key.Key_Return)
    shown.until(lambda: shown.turn().count(c.Play("a2")) == 2)
    QTest.keyClick(takes, Key.Key_Delete)
    shown.until(lambda: c.DeleteDemonstration("a2") in shown.turn())
    shown.until(lambda: takes.gallery.get("a1")[1] is not None)  # its picture has been read


def test_an_empty_vocabulary_says_what_to_do_and_space_makes_the_first_gesture(shown) -> None:
    shown.change(gestures=[], trained=None)
    vocabulary = shown.window.teach.vocabulary
    assert vocabulary.empty.isVisible()
    assert not vocabulary.list.isVisible()
    assert shown.window.teach.recorder.empty.text() == words.NO_SELECTION
    shown.key(Key.Key_Space)
    shown.until(lambda: c.Record("gesture 1") in shown.turn())


def test_source_is_changed_with_the_settings_of_its_class(shown) -> None:
    sources = shown.window.teach.sources
    assert not sources.use.isEnabled()
    sources.kind.setCurrentIndex(sources.kind.findData("osc"))
    sources.form.widget("port").setValue(9123)
    sources.form.widget("arguments").setText("acc_x g, acc_y g")
    QTest.mouseClick(sources.use, Qt.MouseButton.LeftButton)
    wanted = c.Configure("input", {"kind": "osc", "port": 9123, "arguments": ["acc_x g", "acc_y g"]})
    shown.until(lambda: wanted in shown.turn())
    shown.change(input=wanted.table, input_address="UDP port 9123")
    assert not sources.use.isEnabled()
    assert sources.use.text() == words.IN_USE
    assert not shown.window.teach.stage.pad.isVisible()
    assert "UDP port 9123" in sources.health.text()


def test_settings_that_are_wrong_are_said_in_place_and_not_sent(shown) -> None:
    sources = shown.window.teach.sources
    sources.kind.setCurrentIndex(sources.kind.findData("replay"))
    sources.form.widget("columns").setText("a")
    sources.form.widget("speed").setValue(2.0)
    sources.form._fields["speed"] = sources.form._fields["speed"]._replace(get=lambda: -1.0)
    QTest.mouseClick(sources.use, Qt.MouseButton.LeftButton)
    assert "speed" in sources.trouble.text()
    assert sources.trouble.isVisible()
    assert not shown.heard(c.Configure)


def test_what_is_typed_stays_while_other_things_change(shown) -> None:
    sources = shown.window.teach.sources
    sources.kind.setCurrentIndex(sources.kind.findData("osc"))
    sources.form.widget("port").setValue(Osc().port + 7)
    shown.change(volume=0.5)
    assert sources.chosen() == "osc"
    assert sources.form.table()["port"] == Osc().port + 7


def test_winner_bars_and_controls_follow_the_engine(shown) -> None:
    teach = shown.window.teach
    now = time.perf_counter()
    shown.control.frame(now)
    shown.turn()

    def circle() -> bool:
        shown.control.frame(time.perf_counter())
        return teach.recognised.winner.text() == "circle"

    shown.until(circle)
    assert shown.window.bench.look.gesture("circle") in teach.recognised.winner.styleSheet()
    assert teach.recognised.bars.texts()[0] == "circle: likelihood 0.90, fit 0.80, progress 40%"
    assert teach.outgoing.values.texts() == ["brightness 0.61", "density 0.2"]

    def none_of_these() -> bool:
        shown.control.frame(time.perf_counter(), winner=-1)
        return teach.recognised.winner.text() == words.NONE_OF_THESE

    shown.until(none_of_these)
    shown.until(lambda: teach.recognised.winner.text() == words.NO_FRAMES)
    assert teach.stage.curves.view.plots[0].names == ["x", "y"]


def test_curves_can_be_paused_and_show_the_features(shown) -> None:
    curves = shown.window.teach.stage.curves
    now = time.perf_counter()
    for step in range(5):
        shown.control.frame(now + 0.1 * step)
        shown.turn()
    assert len(curves.view.time) == 5
    assert curves.view.plots[0].names == ["x", "y"]
    assert "x " in curves.view.accessibleDescription()
    QTest.mouseClick(curves.pause, Qt.MouseButton.LeftButton)
    shown.control.frame(now + 0.5)
    shown.turn(3)
    assert len(curves.view.time) == 5
    assert len(curves.ring.view()[0]) == 6  # everything else goes on
    curves.what.setCurrentIndex(1)
    shown.turn()
    assert curves.view.plots[0].names == ["speed"]


def test_curves_say_the_units_of_their_channels(shown) -> None:
    scope = ScopeWriter(
        GROUPS | {"inputs": ["acc_x", "acc_y", "tilt"]},
        256,
        {"inputs": ["m/s2", "m/s2", ""], "features": ["1/s"]},
    )
    shown.control.tell(c.ScopeOpened(str(scope.path), scope.layout))
    curves = shown.window.teach.stage.curves
    shown.until(lambda: curves.ring.units == ("m/s2", "m/s2", ""))
    now = time.perf_counter()
    scope.write((now,), (now,), (0,), (1.5, 0.0, 0.3), (1.2,), *[(0.0, 0.0)] * 4, (), (), (0.6, 0.2))
    shown.turn()
    assert curves.view.plots[0].units == ["m/s2", "m/s2"]
    assert "acc_x 1.5 m/s²" in curves.view.accessibleDescription()
    curves.view.grab()
    scope.close()


def test_every_source_has_a_name_for_people(shown) -> None:
    kinds = set(catalog.kinds("inputs"))
    assert kinds <= words.SOURCES.keys()
    box = shown.window.teach.sources.kind
    texts = {box.itemText(i) for i in range(box.count())}
    assert len(texts) == box.count() == len(kinds)
    assert not texts & kinds


def test_curves_that_have_left_the_picture_and_broken_ones_are_painted(shown) -> None:
    view = shown.window.teach.stage.curves.view
    now = time.perf_counter()
    for step in range(3):
        shown.control.frame(now + 0.1 * step)
    shown.control.frame(now + 2.0)
    shown.turn()
    view.grab()
    before = view.grab().toImage()
    view.age += 100.0  # nothing has come for long
    view.grab()
    assert view.grab().toImage() != before
    assert unbroken(np.array([1.0, 2.0, np.nan, 3.0, np.nan, 4.0, 5.0])) == [slice(0, 2), slice(5, 7)]
    assert unbroken(np.zeros(0)) == []


def test_events_and_progress_are_told(shown) -> None:
    shown.control.tell(c.Happened("began", "circle", 0.87, 12.0))
    shown.control.tell(c.Progress("training", "shake", 0.4))
    shown.until(lambda: "began circle  0.87" in shown.window.teach.outgoing.events.text())
    assert shown.window.top.train.text() == words.TRAINING.format(40)
    assert shown.window.status.model.text() == "training shake 40 %"
    shown.control.tell(c.Trained(["circle"], 0.05, ["shake: 3 states, because it is short"]))
    shown.until(lambda: shown.window.top.train.text() == words.TRAIN)
    assert shown.window.faults.texts() == ["shake: 3 states, because it is short"]


def test_faults_stand_in_a_bar_until_they_are_put_away(shown) -> None:
    faults = shown.window.faults
    assert not faults.isVisible()
    for n in range(5):
        shown.control.tell(c.Fault("input", f"UDP port {n}: taken; end the other program"))
    shown.control.tell(c.Fault("input", "UDP port 1: taken; end the other program"))
    shown.until(lambda: len(faults.troubles.lines) == 5 and faults.troubles.lines[0].times == 2)
    assert faults.isVisible()
    assert faults.texts()[0] == "UDP port 1: taken; end the other program"
    assert [line.text() for line in faults.findChildren(QLabel, "trouble")] == faults.texts()[:1]
    for _ in range(5):
        QTest.mouseClick(faults.findChild(QAbstractButton), Qt.MouseButton.LeftButton)
        shown.qtbot.wait(1)
    assert not faults.isVisible()


def test_volume_is_sent_while_dragged_and_followed_otherwise(shown) -> None:
    sound = shown.window.teach.sound
    sound.volume.setValue(50)
    shown.until(lambda: c.Volume(0.5) in shown.turn())
    shown.change(volume=0.25)
    assert sound.volume.value() == 25
    assert len(shown.heard(c.Volume)) == 1
    sound.volume.setSliderDown(True)
    shown.change(volume=0.9)
    assert sound.volume.value() == 25
    assert sound.device.text() == "no audio: PortAudio is missing"


def test_that_nothing_sounds_is_told_louder_than_anything_else(shown) -> None:
    window = shown.window
    shown.change(sound_on=True)
    window.status.tick(1e9)
    assert window.teach.sound.device.objectName() == window.status.play.objectName() == "bad"
    assert window.status.play.text().startswith("no audio")
    shown.change(sound_on=False)
    window.status.tick(2e9)
    assert window.teach.sound.device.objectName() == window.status.play.objectName() == "small"


def test_the_pad_is_there_for_the_pointer_and_sends_where_it_is(shown) -> None:
    pad = shown.window.teach.stage.pad
    assert pad.isVisible()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind(("127.0.0.1", 0))
        ear.setblocking(False)
        heard: list[tuple[float, ...]] = []

        def comes(x: float, y: float, pressed: float) -> bool:
            with contextlib.suppress(BlockingIOError):
                while True:
                    (message,) = osc.parse(ear.recv(1000))
                    assert message.address == "/pointer"
                    heard.append(message.arguments)
            return bool(heard) and heard[-1] == pytest.approx((x, y, pressed), abs=0.02)

        shown.change(pointer_port=ear.getsockname()[1])
        QTest.mouseMove(pad, QPoint(pad.width() // 4, pad.height() // 4))
        shown.until(lambda: comes(0.25, 0.75, 0.0))
        QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(pad.width() // 2, pad.height() - 1))
        shown.until(lambda: comes(0.5, 0.0, 1.0))
        QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(pad.width() // 2, pad.height() // 2))
        shown.until(lambda: comes(0.5, 0.5, 0.0))
        count = len(heard)
        shown.until(lambda: comes(0.5, 0.5, 0.0) and len(heard) > count + 2)  # goes on while inside
        QTest.mouseMove(pad, QPoint(-40, -40))
        QApplication.sendEvent(pad, QEvent(QEvent.Type.Leave))
        left, count = time.perf_counter(), len(heard)
        shown.until(
            lambda: comes(0.5, 0.5, 0.0) and len(heard) > count + 20
        )  # the hand rests there: a gesture ends
        shown.until(lambda: not pad._timer.isActive())
        assert time.perf_counter() - left > RESTS


def test_a_pad_whose_page_goes_sends_no_more(shown) -> None:
    pad = shown.window.teach.stage.pad
    shown.change(pointer_port=9)
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    shown.until(lambda: pad.sent > 0)
    shown.window.enter("test")
    QApplication.sendEvent(pad, QEvent(QEvent.Type.Leave))
    assert not pad.isVisible() and not pad._timer.isActive()
    sent = pad.sent
    shown.turn(5)
    assert pad.sent == sent


def test_train_is_there_for_what_counts(shown) -> None:
    train = shown.window.top.train
    assert train.isEnabled()
    gestures = [
        {**gesture, "demonstrations": [{**take, "enabled": False} for take in gesture["demonstrations"]]}
        for gesture in document()["gestures"]
    ]
    shown.change(gestures=gestures)
    assert not train.isEnabled()


@pytest.mark.parametrize(
    ("changes", "hint"),
    [
        ({"input_address": ""}, words.SOURCE_OPENS),
        ({"input_fault": "UDP port 9: in use"}, words.SOURCE_CLOSED),
        ({"processes": {"engine": "given up: it died"}}, words.ENGINE_OFF),
        ({}, words.PAD_HINT),
    ],
)
def test_the_pad_says_move_here_only_where_that_is_heard(shown, changes, hint) -> None:
    shown.change(**changes)
    assert shown.window.teach.stage.pad.hint == shown.window.perform.pad.hint == hint


def test_everything_one_can_act_on_has_a_name(shown) -> None:
    nameless = [
        widget
        for widget in shown.window.findChildren(QWidget)
        if isinstance(widget, QAbstractButton | QComboBox | QSlider)
        and not (widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()))
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not widget.objectName().startswith("qt_")
    ]
    assert not nameless


def test_nothing_is_cut_off_at_the_smallest_size(shown) -> None:
    shown.window.resize(960, 560)
    shown.change(input_address="127.0.0.1, UDP port 50000")
    shown.turn(2)
    for button in shown.window.findChildren(QAbstractButton):
        if button.isVisible() and button.text() and not button.objectName().startswith("qt_"):
            assert button.width() >= button.minimumSizeHint().width(), button.text()
    health = shown.window.teach.sources.health
    assert health.height() >= health.heightForWidth(health.width())


def test_a_project_without_gestures_shows_no_bars_of_the_one_before(shown) -> None:
    stack = shown.window.teach.recognised.stack
    shown.until(lambda: stack.currentIndex() == 1)
    shown.change(
        gestures=[], trained=None, project=document()["project"] | {"path": "/tmp/new", "name": "new"}
    )
    shown.until(lambda: stack.currentIndex() == 0)
    assert not shown.window.teach.recognised.bars.isVisible()


def test_open_offers_presets_and_files_do_not_stop_anything(shown) -> None:
    def dialogs() -> list[QFileDialog]:
        return [dialog for dialog in shown.window.findChildren(QFileDialog) if dialog.isVisible()]

    top = shown.window.top
    names = [action.text() for action in top.menu.actions() if action.text()]
    assert names == [words.OPEN_FOLDER, "demo", "pointer"]
    top.menu.actions()[-1].trigger()
    shown.until(lambda: c.Open("pointer") in shown.turn())
    top.open_project()
    (dialog,) = dialogs()
    assert dialog.windowModality() == Qt.WindowModality.NonModal
    dialog.fileSelected.emit("/tmp/elsewhere")
    shown.until(lambda: c.Open("/tmp/elsewhere") in shown.turn())
    dialog.close()
    shown.until(lambda: not dialogs())
    shown.change(project=document()["project"] | {"saved": False})
    shown.window.activateWindow()
    shown.key(Key.Key_S, CTRL)
    shown.until(dialogs)
    (dialog,) = dialogs()
    assert dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    dialog.close()
    assert not shown.heard(c.Save)


def test_what_began_before_the_window_came_is_told(shown) -> None:
    events = shown.window.teach.outgoing.events
    now = SystemClock.now()
    shown.control.tell(
        c.Lately([["began", "circle", 0.9, now - 9.0], ["began", "shake", 0.8, now - 5.0]], [])
    )
    clock = time.strftime("%H:%M:", time.localtime(time.time() - SystemClock.now() + now - 5.0))
    shown.until(lambda: "shake" in events.text())
    assert events.text().startswith(clock) and "circle" not in events.text()
