"""Controls as meters: their ranges are dragged, turned by keys, connected and disconnected."""

from __future__ import annotations

import math

import numpy as np
import pytest
from little_control import GROUPS
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from gesturemap import commands as c
from gesturemap.engine.scope import ScopeWriter
from gesturemap.synth.voice import COMMON
from gesturemap.window.facts import meters
from gesturemap.window.facts.document import read
from gesturemap.window.words import outgoing as said

MAPPING = [
    {"kind": "events"},
    {"kind": "range", "source": "progress:circle", "control": "brightness", "to_low": 0.2, "to_high": 0.8},
    {"kind": "range", "source": "confidence", "control": "density", "to_low": 10.0, "to_high": 20.0},
]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def values(shown):
    shown.change(mapping=MAPPING)
    shown.until(lambda: len(shown.window.teach.outgoing.values.meters) == 2)
    shown.qtbot.wait(20)
    return shown.window.teach.outgoing.values


def at(values, row: int, share: float) -> QPoint:
    bar = values.bar(row)
    return QPoint(round(bar.left() + bar.width() * share), round(bar.center().y()))


def sent(shown) -> list:
    return [m.table for m in shown.heard(c.Configure)]


def test_a_meter_says_what_it_follows_and_between_which_values(shown, values) -> None:
    shown.control.frame(1.0)
    shown.until(lambda: "brightness 0.61" in values.texts()[0])
    assert values.texts() == [
        "brightness 0.61, from 0.2 to 0.8, follows progress of circle",
        "density 0.2, from 10 to 20, follows confidence",
    ]
    assert "progress of circle ▸ brightness" in values.tip(values.meters[0], 0.61)


def test_an_end_is_dragged_and_a_whole_drag_is_one_step(shown, values) -> None:
    meter = values.meters[0]
    QTest.mousePress(values, LEFT, pos=at(values, 0, meter.share(0.8)))
    assert values.held == (0, "to_high")
    for share in np.linspace(meter.share(0.8), meter.share(0.5), 40):
        QTest.mouseMove(values, at(values, 0, float(share)))
        move(values, at(values, 0, float(share)))
        shown.control.frame(2.0 + share)  # it plays on
        shown.turn()
    assert sent(shown) == []
    assert shown.window.bench.live.controls[0] == 0.61
    QTest.mouseRelease(values, LEFT, pos=at(values, 0, meter.share(0.5)))
    (table,) = sent(shown)
    assert table[0] == MAPPING[0]
    assert table[2] == MAPPING[2]
    assert table[1]["to_low"] == 0.2
    assert table[1]["to_high"] == pytest.approx(0.5, abs=0.02)
    assert len(f"{table[1]['to_high']:.10g}") <= 5  # nobody drags digits that he does not see


def move(values, place: QPoint) -> None:
    """A move of the mouse with its button down, which QTest does not know."""
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QMouseEvent

    where = QPointF(place)
    values.mouseMoveEvent(
        QMouseEvent(
            QEvent.Type.MouseMove,
            where,
            values.mapToGlobal(where),
            LEFT,
            LEFT,
            Qt.KeyboardModifier.NoModifier,
        )
    )


def test_keys_move_both_ends_and_many_keys_are_one_step(shown, values) -> None:
    values.setFocus()
    values.row = 0
    shown.key(Qt.Key.Key_Down)
    for _ in range(5):
        shown.key(Qt.Key.Key_Right)
    shown.key(Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert sent(shown) == []
    shown.key(Qt.Key.Key_Up)
    (table,) = sent(shown)
    step = values.meters[1].step
    assert table[2]["to_high"] == pytest.approx(20.0 + 5 * step)
    assert table[2]["to_low"] == pytest.approx(10.0 - step)
    shown.change(mapping=table)
    assert values.meters[1].to_high == pytest.approx(20.0 + 5 * step)


def test_delete_disconnects_and_enter_opens_its_settings(shown, values) -> None:
    values.setFocus()
    shown.key(Qt.Key.Key_Delete)
    assert sent(shown) == [[MAPPING[0], MAPPING[2]]]
    values.row = 1
    shown.key(Qt.Key.Key_Return)
    sheet = shown.window.settings
    assert sheet.isVisible()
    assert sheet.tab == "mapping"
    assert sheet.sections["mapping"].rows.rows[2].head.isChecked()


def test_under_the_stage_lock_nothing_moves_and_the_tip_says_why(shown, values) -> None:
    shown.change(locked=True)
    QTest.mousePress(values, LEFT, pos=at(values, 0, values.meters[0].share(0.8)))
    move(values, at(values, 0, 0.3))
    QTest.mouseRelease(values, LEFT, pos=at(values, 0, 0.3))
    values.setFocus()
    shown.key(Qt.Key.Key_Right)
    shown.key(Qt.Key.Key_Delete)
    assert sent(shown) == []
    assert values.tip(values.meters[0], 0.5) == said.LOCKED_TIP
    assert not shown.window.teach.outgoing.add.isEnabled()


def test_an_undo_elsewhere_moves_the_ends_back(shown, values) -> None:
    shown.change(mapping=[MAPPING[0], {**MAPPING[1], "to_high": 0.4}, MAPPING[2]])
    assert values.meters[0].to_high == 0.4
    shown.change(mapping=MAPPING)
    assert values.meters[0].to_high == 0.8


CONNECTED = {
    "kind": "range", "source": "progress:shake", "control": "bed.pan", "smoothing": 0.05,
    "to_low": -1.0, "to_high": 1.0, "neutral": 0.0,
}  # fmt: skip


def chosen(menu: QMenu, text: str) -> QAction:
    """The line of a menu that says so."""
    return next(action for action in menu.actions() if action.text() == text)


def opened(shown) -> QMenu:
    """The menu of what moves, with some frames seen."""
    shown.change(sound={"volume": 0.8, "voices": [{"kind": "pad", "name": "bed"}]})
    for step in range(40):
        shown.control.frame(3.0 + 0.05 * step)
    outgoing = shown.window.teach.outgoing
    QTest.mouseClick(outgoing.add, LEFT)
    return outgoing.connection.menu


def test_a_connection_is_two_clicks(shown, values) -> None:
    menu = opened(shown)  # the first
    to = chosen(menu, "progress of shake").menu()
    menu.setActiveAction(to.menuAction())  # the mouse goes over it
    QTest.keyClick(menu, Qt.Key.Key_Right)
    shown.qtbot.waitUntil(to.isVisible)
    pan = chosen(to, "bed.pan")
    assert pan.toolTip()
    assert "density" not in [action.text() for action in to.actions()]  # something moves it already
    QTest.mouseClick(to, LEFT, pos=to.actionGeometry(pan).center())  # the second
    (table,) = sent(shown)
    assert table == [*MAPPING, CONNECTED]
    assert not menu.isVisible() and not to.isVisible()


def test_a_connection_is_made_by_keys_alone(shown, values) -> None:
    shown.window.teach.outgoing.add.setFocus()
    menu = opened(shown)
    assert menu.activeAction() is not None
    while menu.activeAction().text() != "progress of shake":
        QTest.keyClick(menu, Qt.Key.Key_Down)
    to = menu.activeAction().menu()
    QTest.keyClick(menu, Qt.Key.Key_Right)
    while to.activeAction() is None or to.activeAction().text() != "bed.pan":
        QTest.keyClick(to, Qt.Key.Key_Down)
    QTest.keyClick(to, Qt.Key.Key_Return)
    (table,) = sent(shown)
    assert table == [*MAPPING, CONNECTED]


def test_a_control_of_another_name_is_typed(shown, values) -> None:
    menu, box = opened(shown), shown.window.teach.outgoing.connection
    to = chosen(menu, "progress of shake").menu()
    to.aboutToShow.emit()
    chosen(to, said.CONNECT_OTHER).trigger()
    menu.close()
    assert box.isVisible()
    shown.key(Qt.Key.Key_Return)
    assert box.fault.text() == said.CONNECT_NONE
    box.control.setText("density")
    shown.key(Qt.Key.Key_Return)
    assert box.fault.text() == said.CONNECT_TAKEN.format("density")
    box.control.setText("my fog")
    shown.key(Qt.Key.Key_Return)
    assert box.fault.text() == said.CONNECT_WORD
    box.control.setText("fog")
    shown.key(Qt.Key.Key_Return)
    (table,) = sent(shown)
    assert table[3]["control"] == "fog" and table[3]["source"] == "progress:shake"
    assert not box.isVisible()


def test_a_feature_is_connected_over_the_values_it_was_seen_to_have() -> None:
    values = np.array([[0.0, 1.0, np.nan, 3.25], [2.0, 2.0, 2.0, 2.0]])
    assert meters.seen(("speed", "still"), values, "feature:speed") == (0.0, 3.25)
    assert meters.seen(("speed", "still"), values, "feature:still") is None
    assert meters.seen(("speed", "still"), values, "progress") is None
    document = read({"sound": {"voices": []}})
    table = meters.connected(document, "feature:speed", "free", (0.0, 3.25))
    assert (table["low"], table["high"]) == (0.0, 3.25)


@pytest.mark.parametrize("low, high", [(0.0, 1.0), (-1.0, 1.0), (40.0, 16000.0), (0.001, 0.002), (5.0, 5.0)])
def test_the_values_of_a_meter_are_round_and_stay_on_it(low: float, high: float) -> None:
    document = read({"mapping": [{"kind": "range", "control": "free", "to_low": low, "to_high": high}]})
    (meter,) = meters.meters(document, ["free"])
    assert meter.low < min(low, high) <= max(low, high) < meter.high
    for share in np.linspace(-0.5, 1.5, 41):
        value = meter.at(float(share))
        assert meter.low <= value <= meter.high
        assert math.isclose(meter.share(value), min(1.0, max(0.0, float(share))), abs_tol=0.03)
    assert meter.step > 0


def test_what_a_voice_can_do_is_the_ends_of_its_meter() -> None:
    sound = {"voices": [{"kind": "pad", "name": "bed"}]}
    mapping = [{"kind": "range", "control": "bed.pan", "to_low": -0.6, "to_high": 0.6}]
    (meter,) = meters.meters(read({"sound": sound, "mapping": mapping}), ["bed.pan"])
    pan = next(parameter for parameter in COMMON if parameter.name == "pan")
    assert (meter.low, meter.high, meter.doc) == (pan.low, pan.high, pan.doc)


def test_a_control_that_another_patch_has_not_stands_dead_and_says_what_it_has(shown) -> None:
    drawn = {"kind": "range", "source": "confidence", "control": "pad.brightness"}
    lost = {"kind": "range", "source": "confidence", "control": "pad.nonsense"}
    scope = ScopeWriter(GROUPS | {"controls": ["pad.brightness", "pad.nonsense"]}, 64)
    shown.change(mapping=[drawn, lost], sound={"volume": 0.8, "voices": [{"kind": "pad", "name": "pad"}]})
    shown.control.tell(c.ScopeOpened(str(scope.path), scope.layout))
    values = shown.window.teach.outgoing.values
    shown.until(lambda: [meter.name for meter in values.meters] == ["pad.brightness", "pad.nonsense"])
    alive, dead = values.meters
    assert not alive.instead
    assert "brightness" in dead.instead
    assert values.texts()[1] == "pad.nonsense: its sound has no nonsense"
    assert "brightness" in values.tip(dead, 0.5)
    drawn_bars = []
    values._paint_bar = lambda _, row, meter, value, off: drawn_bars.append((row, off))
    values.grab()
    assert drawn_bars == [(0, False), (1, True)]
    scope.close()


def test_other_controls_and_an_engine_that_is_gone_take_nothing_along(shown, values) -> None:
    QTest.mousePress(values, LEFT, pos=at(values, 0, values.meters[0].share(0.8)))
    scope = ScopeWriter(GROUPS | {"controls": ["other"]}, 256)
    shown.control.tell(c.ScopeOpened(str(scope.path), scope.layout))
    shown.until(lambda: [meter.name for meter in values.meters] == ["other"])
    move(values, at(values, 0, 0.1))
    QTest.mouseRelease(values, LEFT, pos=at(values, 0, 0.1))
    assert sent(shown) == []
    scope.close()


VOICES = [
    {"kind": "pad", "name": "bed", "level": -5.0},
    {"kind": "pluck", "name": "string", "patch": "koto", "level": -3.0, "gestures": ["circle"]},
]


def test_voices_have_levels_and_patches_at_hand(shown) -> None:
    playing = {"engine": "running", "trainer": "running", "synth": "running: USB card"}
    shown.change(sound={"volume": 0.8, "block": 128, "voices": VOICES}, processes=playing)
    panel = shown.window.teach.sound
    voices = panel.voices
    assert "128 samples, 2.7 ms" in panel.card.text()
    assert voices.decibels.text() == "-5.0 dB"
    voices.voice.setCurrentIndex(1)
    assert voices.decibels.text() == "-3.0 dB"
    assert voices.patch.currentText() == "koto"
    voices.level.setFocus()
    for _ in range(4):
        shown.key(Qt.Key.Key_Right)
    assert sent(shown) == []
    shown.until(lambda: sent(shown))
    (table,) = sent(shown)
    assert table["voices"] == [VOICES[0], VOICES[1] | {"level": -1.0}]
    shown.change(sound=table)
    voices.patch.fill()
    assert voices.patch.count() >= 35
    voices.patch.activated.emit(voices.patch.findData("vibraphone"))
    made = sent(shown)[-1]["voices"][1]
    assert (made["name"], made["patch"], made["gestures"]) == ("string", "vibraphone", ["circle"])
    QTest.mouseClick(panel.card, LEFT)
    assert shown.window.settings.tab == "sound"


def test_sound_card_and_block_are_a_click_away_with_the_lists_open_to_the_eye(shown) -> None:
    """However many voices there are: one click leads there, the second opens the list, the third chooses."""
    many = [{"kind": "pluck", "name": f"string {number}"} for number in range(14)]
    shown.change(sound={"volume": 0.8, "block": 128, "voices": many})
    panel, sheet = shown.window.teach.sound, shown.window.settings
    QTest.mouseClick(panel.card, LEFT)
    device, block = (sheet.sections["sound"].card.widget(name) for name in ("device", "block"))
    shown.until(lambda: device.visibleRegion().boundingRect().height() == device.height())
    assert device.hasFocus()
    assert block.visibleRegion().boundingRect().height() == block.height()
    block.setCurrentText("256")
    shown.until(lambda: sent(shown))
    assert sent(shown)[-1].get("block", 256) == 256
    assert panel.voices.patch.isVisible()  # this list is at hand without a click


def test_a_drag_of_the_level_is_one_step(shown) -> None:
    shown.change(sound={"volume": 0.8, "voices": VOICES})
    level = shown.window.teach.sound.voices.level
    level.setSliderDown(True)
    for value in range(-50, -150, -5):
        level.setValue(value)
        shown.turn()
    assert sent(shown) == []
    level.setSliderDown(False)
    ((table),) = sent(shown)
    assert table["voices"][0]["level"] == -14.5
