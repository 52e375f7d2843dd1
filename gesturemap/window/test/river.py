"""The last minute as a river: every gesture's likelihood in its colour, what was heard above it, the line to drag."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip

from gesturemap.window.bench import Bench
from gesturemap.window.facts.past import Span
from gesturemap.window.look.theme import plain
from gesturemap.window.test.layer import BROKEN
from gesturemap.window.test.picture import ROOM, RiverPicture
from gesturemap.window.words import testing as said

NEAR = 9.0
"""Pixels from the line within which it is taken."""
ABOVE = 16
"""Pixels below a place at which Qt shows a tip of it."""
MOVE, FURTHER = 0.01, 0.05
"""How far a key moves the line, and with shift."""


class RiverView(RiverPicture):
    """Hears wheel, keys and mouse."""

    dragged = Signal(float)
    """The line is being moved to this height."""
    dropped = Signal(float)
    """The line was let go there."""
    looked = Signal()
    """Another part is looked at."""
    hovered = Signal(str)
    """What lies under the mouse, in words; empty: it has left."""

    def __init__(self, bench: Bench, marked: Callable[[], Iterable[Span]]) -> None:
        super().__init__(bench, marked)
        self._grip_x = 0.0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def event(self, event: QEvent) -> bool:
        """The tip lies at the top of the river, not over what is said below it."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            top = self.mapToGlobal(QPoint(event.pos().x(), -ABOVE))
            QToolTip.showText(top, plain(said.RIVER_TIP), self)
            return True
        return super().event(event)

    def _on_line(self, place: QPointF) -> bool:
        dial = self._bench.testing.dial
        return dial.drags and self.group == dial.group and abs(place.y() - self.y_of(self.line)) <= NEAR

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the line, or the river."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip, self._grip_x = (
                "line" if self._on_line(event.position()) else "river",
                event.position().x(),
            )

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move what was taken; else say what lies there."""
        place, box = event.position(), self.box()
        if self._grip == "line":
            self._drag((box.bottom() - place.y()) / box.height())
        elif self._grip == "river":
            self.look.move((place.x() - self._grip_x) * self.look.seconds / box.width())
            self._grip_x = self._hover = place.x()
            self._changed()
        else:
            shape = Qt.CursorShape.SizeVerCursor if self._on_line(place) else Qt.CursorShape.ArrowCursor
            if self.cursor().shape() != shape:
                self.setCursor(shape)
            self.hover(place.x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if self._grip == "line":
            self.dropped.emit(self.line)
        self._grip = ""
        self.update()

    def leaveEvent(self, event: object) -> None:
        """The mouse has left."""
        self._hover = None
        self.hovered.emit("")
        self.update()

    def hover(self, x: float) -> None:
        """Say what lies at a pixel."""
        self._hover = x if x >= ROOM else None
        self.hovered.emit(self.words_at(self.moment_of(x)) if self._hover is not None else "")
        self.update()

    def words_at(self, moment: float) -> str:
        """Time and values of a moment, the likeliest first."""
        past, ago = self.past, self.now - moment
        time, rows = past.view()
        at = int(np.searchsorted(time, moment - past.origin))
        near = [place for place in (at - 1, at) if 0 <= place < len(time)]
        place = min(near, key=lambda each: abs(float(time[each]) + past.origin - moment), default=-1)
        if place < 0 or abs(float(time[place]) + past.origin - moment) > BROKEN or not past.labels:
            return said.HOVER_NOTHING.format(ago=ago)
        posterior, fit = (past.group(rows, name)[:, place] for name in ("posterior", "fit"))
        fit = self._bench.testing.dial.shown(fit)
        if not np.isfinite(posterior).all():
            return said.HOVER_NOTHING.format(ago=ago)
        most = np.argsort(posterior)[::-1][:3].tolist()
        value = said.HOVER_VALUE if np.isfinite(fit).all() else said.HOVER_POSTERIOR
        texts = [
            value.format(label=past.labels[k], posterior=float(posterior[k]), fit=float(fit[k])) for k in most
        ]
        return said.HOVER.format(ago=ago, values=", ".join(texts))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Closer or farther, about the mouse."""
        if event.angleDelta().y():
            self.zoom(event.angleDelta().y() > 0, (event.position().x() - ROOM) / self._wide())
            event.accept()

    def zoom(self, closer: bool, at: float = 1.0) -> None:
        """One step."""
        self.look.zoom(closer, min(1.0, max(0.0, at)))
        self._changed()

    def to_now(self) -> None:
        """Back to now."""
        self.look.now()
        self._changed()

    def _changed(self) -> None:
        self.looked.emit()
        if self._hover is not None:  # something else lies there now
            self.hover(self._hover)
        self.update()

    def _drag(self, height: float) -> None:
        self.set_line(self._bench.testing.dial.bounded(height))
        self.dragged.emit(self.line)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, end, enter; everything else is the window's."""
        dial, key = self._bench.testing.dial, event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and dial.drags and self.group == dial.group:
            by = FURTHER if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else MOVE
            self._drag(self.line + (by if key == Qt.Key.Key_Up else -by))
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.look.move((1 if key == Qt.Key.Key_Left else -1) * self.look.seconds / 10)
            self._changed()
        elif key == Qt.Key.Key_End:
            self.to_now()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and dial.drags:
            self.dropped.emit(self.line)
        else:
            super().keyPressEvent(event)
