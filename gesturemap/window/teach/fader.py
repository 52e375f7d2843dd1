"""A slider as hands expect it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider

from gesturemap.window.look.calm import Calm


class Fader(Calm, QSlider):
    """A slider that jumps to where it is clicked, and is held there."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there first; then the handle lies below the mouse, and Qt does the rest."""
        if event.button() == Qt.MouseButton.LeftButton:
            option = QStyleOptionSlider()
            self.initStyleOption(option)
            control, part = QStyle.ComplexControl.CC_Slider, QStyle.SubControl
            groove = self.style().subControlRect(control, option, part.SC_SliderGroove, self)
            handle = self.style().subControlRect(control, option, part.SC_SliderHandle, self)
            place = event.position().toPoint()
            if not handle.contains(place):
                way = groove.width() - handle.width()
                at = place.x() - groove.left() - handle.width() // 2
                value = QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), at, way)
                self.setValue(value)
        super().mousePressEvent(event)
