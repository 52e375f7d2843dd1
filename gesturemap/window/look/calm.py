"""Lists, numbers and sliders that the wheel turns only where somebody is at work: scrolling past changes none."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QSpinBox


class Calm:
    """Turned by the wheel only with the focus, which the wheel itself does not bring."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # type: ignore[attr-defined]

    def wheelEvent(self: Any, event: QWheelEvent) -> None:
        """Let what lies around scroll where this one has no focus."""
        if self.hasFocus():
            super().wheelEvent(event)  # type: ignore[misc]
        else:
            event.ignore()


class Choice(Calm, QComboBox):
    """One of several."""


class Count(Calm, QSpinBox):
    """A whole number."""


class Amount(Calm, QDoubleSpinBox):
    """A number."""
