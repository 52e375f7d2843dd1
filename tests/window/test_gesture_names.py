"""A gesture may have any name: it is shown letter by letter, wherever it is shown."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QAbstractButton, QLabel, QMenu

from gesturemap.window.look.theme import label, pressed
from gesturemap.window.teach.record_controls import LONGEST

NAMES = ("<b>x</b>", "<b>bold</b> & <i>x</i>", "&a", "a & b", "&&", "<img src=x>", "&amp;")


def named(shown, name: str) -> None:
    gestures = [dict(gesture) for gesture in shown.control.state["gestures"]]
    gestures[0]["label"] = name
    shown.change(gestures=gestures)
    shown.window.bench.select(name)
    shown.turn(3)


@pytest.mark.parametrize("name", NAMES)
def test_every_label_button_and_menu_that_shows_a_gesture_shows_its_name(shown, name: str) -> None:
    named(shown, name)
    window = shown.window
    other = window.bench.document.labels[1]
    deeds, takes = window.teach.vocabulary.deeds, window.bench.document.gestures[1].demonstrations
    menus = [deeds.for_takes(takes, ()), deeds.for_gesture(other, ())]
    labels = [each for each in window.findChildren(QLabel) if name in each.text()]
    assert labels
    assert {each.textFormat() for each in labels} == {Qt.TextFormat.PlainText}
    texts = [each.text() for each in window.findChildren(QAbstractButton)]
    texts += [
        act.text() for menu in menus for each in (menu, *menu.findChildren(QMenu)) for act in each.actions()
    ]
    showing = [text for text in texts if name in text.replace("&&", "&") or name in text]
    assert len(showing) >= 3  # the record button, and both menus
    assert all(pressed(name) in text for text in showing)
    for menu in menus:
        menu.deleteLater()


@pytest.mark.parametrize("name", NAMES)
def test_the_winner_is_shown_letter_by_letter(shown, name: str) -> None:
    recognised = shown.window.teach.recognised
    recognised._write(name, "#ffffff", named=True)
    assert recognised.winner.text() == name
    assert recognised.winner.textFormat() == Qt.TextFormat.PlainText
    alone = label(name)
    assert alone.sizeHint().width() >= QFontMetricsF(alone.font()).horizontalAdvance(name) - 2


def test_a_name_of_40_wide_letters_leaves_the_record_button_narrow(shown) -> None:
    named(shown, 40 * "W")
    button = shown.window.teach.recorder.controls.button
    assert button.text().endswith("…")
    assert button.width() < LONGEST + 200
    assert button.accessibleDescription() == 40 * "W"
