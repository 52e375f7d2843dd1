"""A person at the window, over a real control: moves the mouse, presses keys."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from gesturemap.control.client import Client
from gesturemap.control.controller import Controller
from gesturemap.window.link import Link
from gesturemap.window.window import Window

LEFT = Qt.MouseButton.LeftButton
SECONDS = 0.8
"""How long one drawn figure takes."""

Path2 = Callable[[float], tuple[float, float]]


def circle(u: float) -> tuple[float, float]:
    """A circle, by the share of the way."""
    return 0.5 + 0.3 * math.cos(2 * math.pi * u), 0.5 + 0.3 * math.sin(2 * math.pi * u)


def line(u: float) -> tuple[float, float]:
    """A line to and fro, four times."""
    return 0.15 + 0.7 * abs((4 * u) % 2 - 1), 0.5


class Performer:
    """A person at the window: moves the mouse, presses keys, while control does its work."""

    def __init__(self, control: Controller, qtbot) -> None:
        self.control, self.qtbot = control, qtbot
        self.window = self.open()
        self.until(lambda: self.document.pointer_port)

    def learned(self) -> Performer:
        """Wait until the model of what was opened plays."""
        self.until(lambda: self.document.trained and not self.document.trained.stale)
        return self

    def open(self) -> Window:
        assert self.control.switchboard.door is not None
        window = Window(Link(self.control.switchboard.door.endpoint, Client))
        self.qtbot.addWidget(window)
        window.show()
        self.qtbot.waitExposed(window)
        window.activateWindow()
        return window

    def turn(self, seconds: float = 0.004) -> None:
        self.control.turn(0.0)
        QTest.qWait(max(1, round(1000 * seconds)))

    def until(self, so: Callable[[], object], seconds: float = 100.0) -> None:
        end = time.monotonic() + seconds
        while not so():
            self.turn()
            assert time.monotonic() < end, self.window.faults.texts()

    @property
    def document(self):
        return self.window.bench.document

    def draw(
        self, figure: Path2, until: Callable[[], object] = lambda: False, seconds: float = SECONDS
    ) -> None:
        """Move the mouse over the pad along a figure."""
        pad = self.window.perform.pad if self.window.performs else self.window.teach.stage.pad
        began = time.perf_counter()
        while (u := (time.perf_counter() - began) / seconds) < 1.0 and not until():
            x, y = figure(u)
            QTest.mouseMove(pad, QPoint(round(x * pad.width()), round((1 - y) * pad.height())))
            self.turn(0.008)

    def key(self, code: Qt.Key) -> None:
        QTest.keyClick(self.window.focusWidget() or self.window, code)

    def demonstrate(self, label: str, figure: Path2) -> None:
        """Space, draw, space; wait until it is in the vocabulary."""
        before = len(self.document.gesture(label).demonstrations)
        controls = self.window.teach.recorder.controls
        recorded = len(controls.last)
        self.key(Qt.Key.Key_Space)
        self.until(lambda: self.document.recording == label)
        self.draw(figure)
        self.key(Qt.Key.Key_Space)
        self.until(lambda: len(self.document.gesture(label).demonstrations) == before + 1)
        self.until(lambda: len(controls.last) > recorded)  # told after the document

    def add(self, label: str) -> None:
        """Name a new gesture."""
        name = self.window.teach.vocabulary.name
        QTest.mouseClick(name, LEFT)
        QTest.keyClicks(name, label)
        QTest.keyClick(name, Qt.Key.Key_Return)
        self.until(lambda: self.window.bench.selection == label)
