"""A and B on the page for testing, over a control that only listens: buttons, keys, states, and how they lie there."""

from __future__ import annotations

import layout
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from gesturemap import commands as c
from gesturemap.window.words import comparing as said

OFFER = {
    "name": "smoother",
    "what": "smoothing 0.4 s in place of 0.1 s",
    "evidence": "the best may lie between",
}


@pytest.fixture
def page(shown):
    """The page, with something to compare."""
    shown.window.resize(1280, 720)
    shown.key(Qt.Key.Key_2)
    shown.row = shown.window.test.now.compare
    shown.change(offer=OFFER, compared={})
    return shown


def test_what_is_offered_is_begun_by_a_key_and_says_why(page) -> None:
    assert page.row.begin.text() == said.COMPARE_WITH.format("smoother")
    assert OFFER["what"] in page.row.begin.toolTip()
    assert OFFER["evidence"] in page.row.begin.toolTip()
    page.key(Qt.Key.Key_X)
    assert page.heard(c.Compare) == [c.Compare()]


def test_one_key_changes_between_them_and_one_keeps(page) -> None:
    page.change(compared={**OFFER, "ready": False, "heard": "a"})
    assert page.row.begin.isHidden()
    assert not page.row.b.isEnabled()
    assert page.row.text.text() == said.FITTING
    for key in (Qt.Key.Key_X, Qt.Key.Key_C):
        page.key(key)
    assert page.heard(c.Switch) == page.heard(c.Prefer) == [], "not before both can be heard"
    page.change(compared={**OFFER, "ready": True, "heard": "a"})
    assert page.row.text.text() == said.DIFFERS.format(OFFER["what"])
    page.key(Qt.Key.Key_X)
    assert page.heard(c.Switch) == [c.Switch("b")]
    assert (page.row.a.isChecked(), page.row.b.isChecked()) == (True, False), "until control says so"
    page.change(compared={**OFFER, "ready": True, "heard": "b"})
    assert (page.row.a.isChecked(), page.row.b.isChecked()) == (False, True)
    page.key(Qt.Key.Key_X)
    assert page.heard(c.Switch)[-1] == c.Switch("a")
    page.key(Qt.Key.Key_C)
    assert page.heard(c.Prefer) == [c.Prefer()]
    page.row.stop.click()
    assert page.heard(c.Compare) == [c.Compare(on=False)]


def test_where_nothing_can_be_compared_or_the_lock_is_on_nothing_can_be_pressed(page) -> None:
    page.change(offer={})
    assert not page.row.begin.isEnabled()
    page.change(offer=OFFER, locked=True)
    assert not page.row.begin.isEnabled()
    page.change(compared={**OFFER, "ready": True, "heard": "b"})
    for button in (page.row.a, page.row.b, page.row.this, page.row.stop):
        assert button.isVisible() and not button.isEnabled()


@pytest.mark.parametrize("compared", [{}, {**OFFER, "ready": True, "heard": "b"}])
def test_nothing_is_cut_off(page, compared) -> None:
    page.change(compared=compared)
    for size in ((960, 600), (1280, 720)):
        page.window.resize(*size)
        for _ in range(3):
            page.turn()
            QApplication.processEvents()
        assert layout.all_of(page.window) == [], size
