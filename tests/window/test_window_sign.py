"""Texts that are read from three metres: as large as their room, and never covered."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QPushButton, QWidget

from gesturemap import commands as c
from gesturemap.window.faults import FaultBar
from gesturemap.window.perform.sign import LEAST, Sign, fitting, laid

Key = Qt.Key


def test_a_text_is_as_large_as_its_room_and_no_smaller_than_can_be_read(qtbot, shown) -> None:
    font = shown.window.font()
    short, long = (
        fitting(font, text, 600, 100).pixelSize() for text in ("a", "a much longer name than that")
    )
    assert short > long > LEAST
    assert fitting(font, "x" * 10_000, 100, 100).pixelSize() == LEAST


def test_a_long_name_stands_in_two_lines_where_that_is_read_from_farther_away(shown) -> None:
    font, name = shown.window.font(), "a scene with a name of forty letters"
    lines, larger = laid(font, name, 500, 80)
    assert " ".join(lines) == name and len(lines) == 2
    assert larger.pixelSize() > 1.15 * fitting(font, name, 500, 80).pixelSize()
    metrics = QFontMetricsF(larger)
    assert max(metrics.horizontalAdvance(line) for line in lines) <= 500 and 2 * metrics.height() <= 80
    for short in ("tide", "low tide", "x" * 40):
        assert laid(font, short, 500, 80)[0] == [short]


def foot(sign) -> float:
    """Where the text of a sign ends, in its own pixels from above."""
    lines, font = sign._laid()
    return (sign._free() + len(lines) * QFontMetricsF(font).height()) / 2


@pytest.mark.parametrize("size", [(2560, 760), (1280, 380), (960, 290)])
def test_a_fault_lies_over_no_name(shown, qtbot, size: tuple[int, int]) -> None:
    page, button = QWidget(), QPushButton()
    qtbot.addWidget(page)
    sign = Sign(shown.window.bench, "heard", "middle", bold=True)
    for part in (sign, button):
        part.setParent(page)
    bar = FaultBar(sign, button)
    bar.covers.connect(sign.cover)
    bar.lie_over(sign, button, grows=True)
    page.resize(*size)
    sign.resize(*size)
    page.show()
    for text in ("circle to the right", "circle"):
        sign.say(text, "#ffffff", mark="disc")
        before = sign.size_px()
        bar.say("setlist", "setlist: storm: no such project; choose another " + "of the list " * 8)
        assert bar.isVisible()
        assert foot(sign) <= bar.y()
        assert sign.size_px() > LEAST
        bar.solved("setlist")
        assert sign.size_px() == before
    sign.say("o", "#ffffff", loud=False)
    before = sign.size_px()
    sign.cover(20)
    assert sign.size_px() == before, "what is not below it does not move"


def test_on_the_page_to_play_from_the_line_says_what_it_covers(shown) -> None:
    shown.key(Qt.Key.Key_3)
    heard, faults = shown.window.perform.heard, shown.window.faults
    shown.control.tell(c.Fault("setlist", "storm: no such project; choose another"))
    shown.until(lambda: faults.isVisible() and heard._covered >= faults.height())
    shown.key(Qt.Key.Key_1)
    assert heard._covered == 0
