"""The page to play from: what it says, what its keys do, and that nothing is taught there."""

from __future__ import annotations

import socket
import time

import numpy as np
import pytest
from little_control import FIGURES, document
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from gesturemap import commands as c
from gesturemap.window import words
from gesturemap.window.look.colours import DARK, LIGHT, STAGES, contrast
from gesturemap.window.look.lines import Lines
from gesturemap.window.look.theme import READABLE

Key = Qt.Key
SCENES = [
    {"name": "dawn", "state": "ready", "fault": ""},
    {"name": "tide", "state": "ready", "fault": ""},
    {"name": "wreck", "state": "broken", "fault": "it has no model"},
    {"name": "storm", "state": "ready", "fault": ""},
]


@pytest.fixture
def stage(shown):
    """The page to play from, with a setlist."""
    shown.change(scenes=SCENES, scene=2)
    shown.key(Key.Key_3)
    assert shown.window.performs
    return shown


def frames(shown, count: int = 30, **how) -> None:
    """So many frames, seen by the window."""
    for _ in range(count):
        shown.control.frame(time.perf_counter(), **how)
        shown.turn()
        shown.qtbot.wait(5)


def test_one_and_three_change_the_page(shown) -> None:
    window = shown.window
    assert not window.performs
    shown.key(Key.Key_3)
    assert window.performs
    assert window.isFullScreen()
    assert window.perform.isVisible()
    assert not any(part.isVisible() for part in (window.top, window.teach, window.status))
    assert window.bench.look.palette is STAGES["dark"]
    shown.key(Key.Key_1)
    assert not window.performs
    assert not window.isFullScreen()
    assert window.teach.isVisible()
    assert window.bench.look.palette is DARK


def test_a_button_leads_there_and_one_back(shown) -> None:
    QTest.mouseClick(shown.window.top.perform, Qt.MouseButton.LeftButton)
    assert shown.window.performs
    QTest.mouseClick(shown.window.perform.teach, Qt.MouseButton.LeftButton)
    assert not shown.window.performs


def test_it_keeps_the_look(shown) -> None:
    shown.window.change_look()
    shown.key(Key.Key_3)
    assert shown.window.bench.look.palette is STAGES["light"]
    shown.key(Key.Key_1)
    assert shown.window.bench.look.palette is LIGHT


@pytest.mark.parametrize("palette", STAGES.values(), ids=STAGES)
def test_it_has_more_contrast_than_any_other_page(palette) -> None:
    assert contrast(palette.text, palette.ground) == pytest.approx(21.0)
    assert contrast(palette.faint, palette.ground) > 7.0
    for colour in (palette.good, palette.warn, palette.record, *palette.gestures):
        assert contrast(colour, palette.ground) >= 4.5


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (Key.Key_Space, c.Next()),
        (Key.Key_Right, c.Next()),
        (Key.Key_PageDown, c.Next()),
        (Key.Key_Left, c.Previous()),
        (Key.Key_PageUp, c.Previous()),
        (Key.Key_P, c.Panic()),
        (Key.Key_Escape, c.Panic()),
        (Key.Key_L, c.Lock(True)),
    ],
)
def test_what_one_reaches_for_is_a_key(stage, key, message) -> None:
    stage.key(key)
    stage.until(lambda: stage.heard(type(message)))
    assert stage.heard(type(message)) == [message]
    assert stage.window.performs


def test_what_one_reaches_for_is_a_button_too(stage) -> None:
    page = stage.window.perform
    for button, message, key in (
        (page.before, c.Previous(), "←"),
        (page.onward, c.Next(), words.SPACE),
        (page.run, c.Run(False), "R"),
        (page.lock, c.Lock(True), "L"),
        (page.panic, c.Panic(), "P"),
    ):
        assert button.text().endswith(f" · {key}")  # nobody points with a mouse on a stage
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        stage.until(lambda wanted=message: wanted in stage.turn())
    assert not stage.heard(c.Record)


def test_no_slip_of_a_finger_trains_there_or_holds_what_plays_under_the_lock(stage) -> None:
    stage.key(Key.Key_T)
    stage.until(lambda: words.TRAIN_PLAYING in stage.window.faults.texts())
    stage.change(locked=True)
    for hold in (lambda: stage.key(Key.Key_R), stage.window.perform.run.click):
        hold()
        stage.until(lambda: words.HOLD_LOCKED in stage.window.faults.texts())
        assert stage.window.perform.run.isChecked()
    stage.key(Key.Key_P)
    stage.until(lambda: stage.heard(c.Panic))
    assert not stage.heard(c.Run)
    assert not stage.heard(c.Train)
    stage.change(running=False)
    stage.key(Key.Key_R)
    stage.until(lambda: stage.heard(c.Run) == [c.Run(True)])


def test_no_slip_of_a_finger_leaves_the_stage_under_the_lock(stage) -> None:
    stage.change(locked=True)
    for leave in (
        lambda: stage.key(Key.Key_1),
        lambda: stage.key(Key.Key_2),
        stage.window.perform.teach.click,
    ):
        leave()
        stage.until(lambda: words.PAGE_LOCKED in stage.window.faults.texts())
        assert stage.window.page() == "perform"
    stage.change(locked=False)
    stage.key(Key.Key_2)
    assert stage.window.page() == "test"


def test_no_key_there_replaces_the_project_that_plays(stage) -> None:
    for key, what in ((Key.Key_N, "new"), (Key.Key_O, "open")):
        stage.key(key, Qt.KeyboardModifier.ControlModifier)
        stage.until(lambda what=what: words.OTHER_PLAYING.format(what) in stage.window.faults.texts())
    assert not stage.heard(c.New)
    assert stage.window.findChildren(QFileDialog) == []
    stage.key(Key.Key_1)
    stage.key(Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    stage.until(lambda: stage.heard(c.New))


def test_space_records_nothing_there_and_recalls_nothing_without_a_setlist(shown) -> None:
    shown.key(Key.Key_3)
    shown.key(Key.Key_Space)
    shown.key(Key.Key_P)
    shown.until(lambda: shown.heard(c.Panic))
    assert not shown.heard(c.Record)
    assert not shown.heard(c.Next)
    assert not shown.window.perform.onward.isVisible()


def test_a_recording_that_was_counted_in_is_left(shown) -> None:
    shown.window.bench.record_key.wishes.count_in = 5.0
    shown.key(Key.Key_Space)
    assert shown.window.bench.record_key.state == "counting"
    shown.key(Key.Key_3)
    assert shown.window.bench.record_key.state == "idle"


def test_what_was_wrong_or_right_is_marked_there_and_looked_at_later(stage) -> None:
    frames(stage, 3)
    lamps_said = stage.window.perform.lamps.accessibleDescription
    assert "wrong" not in lamps_said()
    stage.key(Key.Key_W)
    stage.key(Key.Key_Y)
    stage.key(Key.Key_W)
    assert stage.heard(c.Mark) == [c.Mark(True), c.Mark(False), c.Mark(True)]
    assert "1 right, 2 wrong" in lamps_said()
    stage.key(Key.Key_1)
    stage.key(Key.Key_W)  # a letter as any other there
    assert len(stage.window.bench.testing.marks.all) == 3
    stage.key(Key.Key_2)
    stage.turn(2)
    assert stage.window.test.minute.kept.text.text().startswith("3/3 wrong")


def test_the_clock_goes_on_in_a_window_that_comes_back(stage) -> None:
    stage.until(lambda: stage.heard(c.Perform))
    assert stage.window.perform.time.text == "00:00:00"
    stage.control.tell(c.State(stage.control.state | {"performed_for": 52.5}))
    stage.until(lambda: stage.window.bench.document.performed_for)
    assert stage.window.perform.time.text == "00:00:52"


def test_the_scene_and_the_one_that_can_follow(stage) -> None:
    page = stage.window.perform
    assert page.scene.text == "2 / 4  tide"
    assert page.next.text == words.NEXT_SCENE.format("storm")
    stage.change(scene=4)
    assert (page.scene.text, page.next.text) == ("4 / 4  storm", words.LAST_SCENE)
    stage.change(scenes=[], scene=0)
    assert (page.scene.text, page.next.text) == ("harbour", "")


def drawn(sign: QWidget) -> set[str]:
    """The colours of what it shows."""
    image = sign.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_where_outputs_are_learned_and_no_gesture_is_told_the_controls_stand_there(stage) -> None:
    page = stage.window.perform
    stage.control.tell(c.Happened("began", "circle", 0.93, 0.0))
    frames(stage, circle=0.93)
    stage.window.bench.live.output_names = ("pitch",)  # as of a regression
    page.tick(time.perf_counter())
    assert page.gauges.text() == "brightness 0.61, density 0.20"
    assert stage.window.bench.look.gesture("circle") in drawn(page.gauges)
    stage.change(mapping=[{"kind": "events"}])
    stage.control.tell(c.Happened("began", "circle", 0.93, 0.0))
    frames(stage, circle=0.93)
    page.tick(time.perf_counter())
    assert page.gauges.text() == "likelihood 0.93, progress 40%"


def test_what_is_heard_stands_large_with_its_numbers(stage) -> None:
    page = stage.window.perform
    stage.control.tell(c.Happened("began", "circle", 0.93, 0.0))
    frames(stage, circle=0.93)
    assert page.heard.text == "circle"
    assert page.gauges.text() == "likelihood 0.93, progress 40%"
    assert page.heard.accessibleDescription() == "circle"
    frames(stage, winner=-1, circle=0.3, fit=0.1)
    assert page.heard.text == words.NONE_OF_THESE
    assert page.gauges.text() == words.GAUGES_NOTHING
    assert page.grab().toImage().pixelColor(2, 2).name() == "#000000"


@pytest.mark.long
def test_a_sensor_that_sends_no_more_is_named_in_large_letters(stage) -> None:
    page = stage.window.perform
    frames(stage)
    stage.until(lambda: page.heard.text == words.NO_FRAMES)  # the pointer rests
    palette = stage.window.bench.look.palette
    assert palette.faint in drawn(page.heard)
    stage.change(input={"kind": "phone"})
    stage.until(lambda: page.heard.text == words.NO_SENSOR)
    assert palette.warn in drawn(page.heard) and contrast(palette.warn, palette.ground) >= READABLE
    assert stage.window.teach.recognised.winner.text() == words.NO_SENSOR
    frames(stage)
    assert page.heard.text not in (words.NO_FRAMES, words.NO_SENSOR)
    stage.change(input_fault="serial: the port is gone")
    stage.until(lambda: page.heard.text == words.SOURCE_CLOSED)


def test_a_fault_is_said_on_the_page_that_is_shown(stage) -> None:
    stage.control.tell(c.Fault("synth", "synth: it died; another one begins"))
    stage.until(lambda: stage.window.faults.texts())
    assert stage.window.perform.isAncestorOf(stage.window.faults)
    assert stage.window.faults.isVisible()
    stage.key(Key.Key_1)
    assert not stage.window.perform.isAncestorOf(stage.window.faults)
    assert stage.window.faults.isVisible()
    assert stage.window.faults.texts() == ["synth: it died; another one begins"]
    assert stage.window.faults.isVisible()


def test_words_grow_with_the_page_and_all_have_room_in_a_small_one(stage) -> None:
    stage.control.tell(c.Fault("setlist", "storm: no such project; choose another"))
    stage.until(lambda: stage.window.faults.isVisible())
    page, faults = stage.window.perform, stage.window.faults
    stage.window.showNormal()
    found = []
    for size in ((2560, 1440), (1280, 720), (960, 560)):
        stage.window.resize(*size)
        QApplication.processEvents()
        assert (page.width(), page.height()) == size
        found.append(
            [each.fontMetrics().height() for each in (page.panic, page.lock, faults.findChild(Lines))]
        )
        row = [page.before, page.onward, page.run, page.lock, page.teach, page.panic]
        for button, after in zip(row, [*row[1:], None], strict=True):
            assert button.width() >= button.sizeHint().width()
            assert button.geometry().right() < (after.x() if after else page.width())
    assert np.divide(found[0], found[1]) == pytest.approx(2.0, abs=0.1)


def test_the_pad_is_played_there_where_the_project_listens_to_it(stage) -> None:
    page = stage.window.perform
    assert not page.pad.isVisible()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        door.settimeout(5.0)
        stage.change(pointer_port=door.getsockname()[1])
        assert page.pad.isVisible()
        QTest.mouseMove(page.pad, QPoint(40, 40))
        QTest.mouseMove(page.pad, QPoint(50, 60))
        stage.until(lambda: page.pad.sent)
        assert door.recv(100).startswith(b"/pointer")


def test_the_page_to_play_from_fills_the_window(shown) -> None:
    window = shown.window
    window.enter_perform()
    QApplication.processEvents()
    assert window.perform.size() == window.centralWidget().size()
    window.enter_teach()
    QApplication.processEvents()
    assert window.teach.height() > 0.8 * window.height()


def test_a_panic_without_a_sound_card_is_seen_too(stage) -> None:
    page = stage.window.perform
    stage.change(processes={**document()["processes"], "synth": "no audio: no sound card"})
    stage.control.tell(c.Status({**FIGURES, "silent": "gesture"}))
    stage.until(lambda: words.PANICKED in page.panic.text())
    assert any("panic" in lamp.text for lamp in page.lamps.lamps)
    stage.control.tell(c.Status(FIGURES))
    stage.until(lambda: words.PANIC in page.panic.text())


def test_the_next_scene_is_never_written_larger_than_the_one_that_plays(stage) -> None:
    name = "a very long name of a scene that has hardly any room where it stands"
    long = {"name": name, "state": "ready", "fault": ""}
    stage.change(scenes=[long, *SCENES], scene=1)
    page = stage.window.perform
    assert page.next.text.endswith("dawn")
    assert 0 < page.next.size_px() <= page.scene.size_px()


def test_no_lamp_moves_or_shrinks_while_another_one_speaks(stage) -> None:
    page = stage.window.perform
    stage.window.resize(1280, 720)

    def placed(rate: float) -> list[float]:
        stage.control.tell(c.Status(FIGURES | {"rate": rate}))
        stage.until(lambda: f"{rate:.0f} Hz" in page.lamps.lamps[0].text)
        page.lamps.grab()
        return list(page.lamps.places)

    first = placed(60.0)
    assert len(first) > 2
    assert placed(8.0) == placed(137.0) == first


def test_a_panic_is_seen_as_soon_as_control_has_heard_it(stage) -> None:
    page = stage.window.perform
    stage.change(silent=True)
    assert words.PANICKED in page.panic.text()
    stage.change(silent=False)
    stage.control.tell(c.Status({**stage.window.bench.figures, "silent": ""}))
    stage.until(lambda: words.PANICKED not in page.panic.text())


def test_help_over_the_page_is_written_as_elsewhere(stage) -> None:
    stage.key(Qt.Key.Key_Question)
    sheet = stage.window.sheet
    stage.until(sheet.isVisible)
    stage.window.showNormal()
    stage.window.resize(2000, 1100)
    stage.until(lambda: stage.window.perform.width() >= 2000)
    assert stage.window.perform.panic.styleSheet()
    assert [tab.styleSheet() for tab in sheet.tabs.values()] == [""] * len(sheet.tabs)
