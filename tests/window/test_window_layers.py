"""Layers below the vocabulary, over a control that only listens: toggles, menus, states, and how they lie there."""

from __future__ import annotations

from copy import deepcopy

import layout
import pytest
from little_control import DOCUMENT, document
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from gesturemap import commands as c
from gesturemap.window.words import layers as said


@pytest.fixture
def row(shown):
    """The row, with the second demonstration of the first gesture in tonight's layer."""
    gestures = deepcopy(DOCUMENT["gestures"])
    gestures[0]["demonstrations"][1]["layer"] = "tonight"
    shown.gestures, shown.row = gestures, shown.window.teach.vocabulary.layers
    shown.change(gestures=gestures)
    return shown


def test_toggles_say_what_is_on_and_how_much_there_is(row) -> None:
    toggles = row.row.toggles
    assert [toggle.isChecked() for toggle in toggles.values()] == [True] * 4
    assert said.TIPS["tonight"].format(count=1) in toggles["tonight"].toolTip()
    assert toggles["piece"].text() == said.RECORDS.format("piece")
    row.change(layers={"off": ["tonight"], "records": "me"})
    assert not toggles["tonight"].isChecked()
    assert said.OFF in toggles["tonight"].toolTip()
    assert toggles["me"].text() == said.RECORDS.format("me")
    assert (toggles["piece"].text(), toggles["tonight"].accessibleName()) == ("piece", "Layer tonight, 1")


def test_a_click_or_enter_switches_and_control_has_the_last_word(row) -> None:
    tonight = row.row.toggles["tonight"]
    QTest.mouseClick(tonight, Qt.MouseButton.LeftButton)
    assert row.heard(c.SwitchLayer) == [c.SwitchLayer("tonight", False)]
    assert tonight.isChecked(), "until control says so"
    row.change(layers={"off": ["tonight"]})
    tonight.setFocus()
    row.key(Qt.Key.Key_Return)
    assert row.heard(c.SwitchLayer)[-1] == c.SwitchLayer("tonight", True)
    row.change(locked=True)
    assert not tonight.isEnabled()


def test_what_lies_in_a_layer_that_is_off_is_shown_as_not_learned_from(row) -> None:
    def takes():
        return row.window.bench.document.gestures[0].demonstrations

    assert [take.learned for take in takes()][:2] == [True, True]
    row.change(layers={"off": ["tonight"]})
    assert [take.learned for take in takes()][:2] == [True, False]
    assert takes()[1].enabled, "it is not left out by itself"


def test_a_menu_lets_recordings_belong_to_it_and_gives_demonstrations_to_it(row) -> None:
    row.row.show_menu("tonight", QPoint(5, 5))
    (menu,) = row.row.findChildren(QMenu)
    assert [action.text() for action in menu.actions()] == [said.RECORD_INTO.format("tonight")]
    menu.actions()[0].trigger()
    menu.close()
    assert row.heard(c.RecordInto) == [c.RecordInto("tonight")]
    deeds, takes = row.window.teach.vocabulary.deeds, row.window.bench.document.gestures[0].demonstrations
    made = deeds.for_takes(takes, [])
    into = next(action.menu() for action in made.actions() if action.text() == said.GIVE)
    next(action for action in into.actions() if action.text() == "tonight").trigger()
    assert row.heard(c.ToLayer) == [c.ToLayer("tonight", [takes[0].id])], "the other lies there already"
    made.deleteLater()


def test_it_is_seen_as_soon_as_more_than_one_is_in_use(shown) -> None:
    row = shown.window.teach.vocabulary.layers
    assert not row.isVisible()
    menu = shown.window.teach.vocabulary.deeds.for_gesture("circle", [])
    into = next(action.menu() for action in menu.actions() if action.text() == said.RECORD)
    next(action for action in into.actions() if action.text() == "tonight").trigger()
    assert shown.heard(c.RecordInto) == [c.RecordInto("tonight")]
    menu.deleteLater()
    shown.change(layers={"off": [], "records": "tonight"})
    assert row.isVisible()
    shown.change(layers={"off": ["tonight"], "records": "piece"})
    assert row.isVisible()
    shown.change(layers={})
    assert not row.isVisible()


def test_nothing_is_cut_off(row) -> None:
    row.change(layers={"off": ["tonight"], "records": "tonight"})
    for size in ((960, 600), (1280, 720)):
        row.window.resize(*size)
        for _ in range(3):
            row.turn()
            QApplication.processEvents()
        assert layout.all_of(row.window) == [], size


def test_what_is_recorded_into_a_layer_that_is_off_is_said_not_to_be_learned(shown) -> None:
    gestures = document()["gestures"]
    gestures[0]["demonstrations"][0]["layer"] = "tonight"
    shown.change(gestures=gestures, layers={"off": ["tonight"], "records": "tonight"})
    shown.control.tell(c.Recorded("a1", "circle", 60, 1.0, learned=False))
    shown.until(lambda: said.UNHEARD.format("tonight") in shown.window.faults.texts())
