"""Strokes of a mouse on the strip of a recording, and what is answered to them."""

from __future__ import annotations

from little_control import document
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from test_painting_facts import JAM, answer

from gesturemap import commands as c

LEFT, RIGHT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.NoButton

SEGMENTS = [(0.0, 3.9, "", 0.9, False), (3.95, 6.1, "circle", 0.95, True), (6.15, 10.0, "", 0.7, False),
            (10.05, 12.0, "circle", 0.65, False), (12.05, 20.0, "", 0.8, False)]  # fmt: skip
JAMMED = [*document()["gestures"], {"label": "rehearsal", "demonstrations": [JAM]}]


def mouse(strip, kind: QEvent.Type, seconds: float, button=NONE, held=NONE, *, lane=None) -> None:
    """One event of the mouse over a moment of the recording: in its curves, or in a lane of this number."""
    y = strip.box().top() + 8 if lane is None else strip.lane(lane).center().y()
    place = QPointF(strip.place(seconds), y)
    over = strip.mapToGlobal(place)
    QApplication.sendEvent(
        strip, QMouseEvent(kind, place, over, button, held, Qt.KeyboardModifier.NoModifier)
    )


def drag(strip, begin: float, end: float, button=LEFT) -> None:
    """Brush from one moment to another."""
    mouse(strip, QEvent.Type.MouseButtonPress, begin, button, button)
    mouse(strip, QEvent.Type.MouseMove, (begin + end) / 2, NONE, button)
    mouse(strip, QEvent.Type.MouseMove, end, NONE, button)
    mouse(strip, QEvent.Type.MouseButtonRelease, end, button, NONE)


def click(strip, seconds: float, button=LEFT, *, lane=1) -> None:
    """Press and let go where nothing moves, in the lane of what is proposed."""
    mouse(strip, QEvent.Type.MouseButtonPress, seconds, button, button, lane=lane)
    mouse(strip, QEvent.Type.MouseButtonRelease, seconds, button, NONE, lane=lane)


def tell(paint, *segments, **more) -> None:
    """Answer what was asked last."""
    page = paint.page
    paint.turn(2)
    before = page.desk.wanted
    paint.control.tell(answer(before, segments, **more))
    paint.until(lambda: page.desk.wanted is not before)


def asked(paint) -> list[list[str]]:
    return [one.arguments for one in paint.heard(c.Ask) if one.word == "paint"]


def button(widget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
