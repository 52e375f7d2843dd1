"""Widgets that paint themselves: their painter is ended whatever happens while they do."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

W = TypeVar("W", bound=QWidget)


def painted(paint: Callable[[W, QPainter, QPaintEvent], None]) -> Callable[[W, QPaintEvent], None]:
    """Give a widget's ``paintEvent`` its painter, and end it also where painting fails.

    A painter that outlives its picture, as the traceback of an error keeps it, spoils every later picture of the
    window: Qt says so each time.
    """

    @wraps(paint)
    def event(self: W, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint(self, painter, event)

    return event
