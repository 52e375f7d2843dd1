"""What stands on the page for testing can be read."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetricsF, QPainter, QPixmap
from PySide6.QtWidgets import QLabel

from gesturemap.window.drawn import small
from gesturemap.window.look.theme import plain
from gesturemap.window.words import testing as said


def test_the_heading_above_the_matrix_says_what_was_left_out(page) -> None:
    (title,) = [each for each in page.page.confusion.findChildren(QLabel) if each.text() == said.CONFUSION]
    assert title.toolTip() == plain(said.CONFUSION_TIP)


def test_no_number_of_the_scale_is_cut_by_the_handle_of_the_line(page) -> None:
    for line, wanted in ((0.94, [0.0, 0.5]), (0.7, [0.0, 0.5, 1.0]), (0.5, [0.0, 1.0])):
        page.view.set_line(line)
        assert page.view.numbered() == wanted


@pytest.mark.parametrize("size", [(960, 560), (1280, 720)])
def test_what_the_curve_stands_for_is_said_whole(page, size: tuple[int, int]) -> None:
    page.window.resize(*size)
    page.qtbot.wait(20)
    mean = page.page.now.mean
    ground = QPixmap(8, 8)
    with QPainter(ground) as painter:
        metrics = QFontMetricsF(small(painter, mean.font()))
    assert metrics.horizontalAdvance(said.MEAN_TYPICAL.format(label="circle", count=11)) <= mean.width()
