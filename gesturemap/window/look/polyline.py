"""Many points for the painter at once: a point of Qt's own for each would cost more than to draw them."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPolygonF
from shiboken6 import Shiboken

from gesturemap.frames import Values

VoidPtr: Any = Shiboken.VoidPtr  # its stub lacks size and writability


def polyline(x: Values, y: Values) -> QPolygonF:
    """The line through (T,) points, in pixels."""
    made = QPolygonF([QPointF()] * len(x))
    if len(x):
        memory: Values = np.frombuffer(VoidPtr(made.data(), 16 * len(x), True), np.float64).reshape(-1, 2)
        memory[:, 0], memory[:, 1] = x, y
    return made
