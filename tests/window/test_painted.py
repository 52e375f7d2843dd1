"""What paints itself ends its painter, whatever happens while it does."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

import gesturemap.window
from gesturemap.window.bench import Bench
from gesturemap.window.facts.live import Ring
from gesturemap.window.look.painted import painted
from gesturemap.window.teach.curves import CurveView

FILES = sorted(Path(gesturemap.window.__file__).parent.rglob("*.py"))


class Failing(QWidget):
    painters: list[QPainter] = []  # noqa: RUF012 as the traceback of an error keeps them

    @painted
    def paintEvent(self, painter: QPainter, event: QPaintEvent) -> None:
        self.painters.append(painter)
        raise IndexError("in the middle of a picture")


def test_a_painter_is_ended_where_painting_fails(qtbot, qtlog) -> None:
    qtbot.addWidget(widget := Failing())
    for _ in range(2):
        with pytest.raises(IndexError, match="in the middle"):
            widget.grab()
    assert len(widget.painters) == 2
    assert not any(painter.isActive() for painter in widget.painters)
    assert not [record.message for record in qtlog.records if "paint" in record.message.casefold()]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_nothing_in_the_window_paints_without_saying_where_it_ends(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    held = {
        id(item.context_expr) for node in ast.walk(tree) if isinstance(node, ast.With) for item in node.items
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "QPainter":
            assert id(node) in held, f"{file.name}:{node.lineno} opens a painter and may not end it"


def test_curves_of_one_sensor_are_never_painted_into_the_plots_of_another(qtbot) -> None:
    """What was shown before is gone where a page is hidden while another project is opened, and painted at once."""
    qtbot.addWidget(view := CurveView(Bench(lambda message: None)))
    two, six = Ring(["x", "y"]), Ring([f"{stem}_{axis}" for stem in ("acc", "gyro") for axis in "xyz"])
    view.show_channels(two)
    view.show_values(np.arange(5.0), np.ones((2, 5)), 5.0, 0.0)
    view.grab()
    view.show_channels(six)
    empty = view.grab().toImage()
    assert len(view.time) == 0
    view.show_values(np.arange(5.0), np.ones((6, 5)), 5.0, 0.0)
    assert view.grab().toImage() != empty
