"""The pointer pad: a sensor for everybody, sending OSC to the pointer input like any other device."""

from __future__ import annotations

import math
import socket
import time
from collections import deque

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFont,
    QHideEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QRegion,
)
from PySide6.QtWidgets import QWidget

from gesturemap.window import words
from gesturemap.window.bench import Bench, Panel
from gesturemap.window.facts.document import Document
from gesturemap.window.facts.health import unready
from gesturemap.window.look.painted import painted
from gesturemap.window.teach import ghosts
from gesturemap.wire import osc

EVERY_MS = 16
"""About 60 messages a second while the pointer is inside."""
TRAIL = 1.6
"""Seconds of movement that stay visible."""
PIECE = 5
"""Points of the trail that share one colour."""
SPACING = 0.025
"""Seconds between two points of a demonstration that is drawn."""
HOLDS = 3.0
"""Seconds for which it goes on where the mouse left it, after outputs were set by hand: they are heard with frames."""
RESTS = 1.0
"""The same whenever the mouse leaves it: a hand that has stopped, so that a gesture ends as with any other sensor."""
ADDRESS = "/pointer"


class Pad(Panel):
    """Sends ``/pointer ,fff x y pressed`` (0..1, y upwards) while the mouse is over it or drags from it."""

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(bench, parent)
        self.port = 0
        self.hint = words.PAD_HINT
        """What it says while nobody moves."""
        self.sent = 0
        """Messages sent so far."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._template = osc.Template(ADDRESS, "fff")
        self._mouse = QPointF()
        """Where the mouse is on the screen: what lies around the pad may still move it, as when a window opens."""
        self._pressed = False
        self._holds = 0.0
        """Until when it is held still, with the mouse elsewhere; 0: it is not."""
        self._trail: deque[tuple[float, float, float, str]] = deque(maxlen=80)
        self._playing = ""
        """The demonstration whose way is drawn."""
        self._played = 0.0
        """When the newest point of it arrived, in seconds of the engine."""
        self._haunted = False
        """Whether a ghost was drawn."""
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._send)
        self.setMouseTracking(True)
        self.setMinimumSize(180, 120)  # with all there is below it, the least window holds it
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(words.PAD_NAME)
        self.setAccessibleDescription(words.PAD_HELP)
        self.destroyed.connect(self._socket.close)
        bench.shown_by_hand.connect(self._hold)

    def follow(self, document: Document) -> None:
        """Send to the port control says."""
        self.port = document.pointer_port if document.input.get("kind") == "pointer" else 0
        self._say(document)

    def _say(self, document: Document) -> None:
        """What there is to do here, or why not yet."""
        hint = unready(document, self.bench.engine, self.bench.preparing) or words.PAD_HINT
        if hint != self.hint:
            self.hint = hint
            self.setAccessibleDescription(words.PAD_HELP if hint == words.PAD_HINT else hint)
            self.update()

    def tick(self, now: float) -> None:
        """Draw what is played; let the trail fade."""
        self._say(self.bench.document)
        self._play(now)
        while self._trail and now - self._trail[0][0] > TRAIL:
            self._trail.popleft()
            self.update()
        if self._trail or self.bench.ghost is not None or self._haunted:
            self.update()
        self._haunted = self.bench.ghost is not None

    def _play(self, now: float) -> None:
        """Take over the way of a demonstration that plays; its last points come when it has ended already."""
        ring, playing = self.bench.live.inputs, self.bench.document.playing
        if playing and playing != self._playing:
            self._playing, self._played = playing, ring.newest
            self._trail.clear()
            return
        if self._playing and {"x", "y"} <= set(ring.names) and ring.newest > self._played:
            time, values = ring.view()
            first = int(np.searchsorted(time, self._played - ring.origin, side="right"))
            x, y = (values[ring.names.index(name), first:] for name in ("x", "y"))
            for at, across, up in zip(time[first:].tolist(), x.tolist(), y.tolist(), strict=True):
                if math.isfinite(across) and ring.origin + at - self._played >= SPACING:
                    self._played = ring.origin + at
                    seen = now - (ring.newest - self._played)
                    self._trail.append((seen, across, up, self.bench.sure.label))
        self._playing = playing

    def clear(self) -> None:
        """Forget the trail."""
        self._trail.clear()
        self.update()

    def hangup(self) -> None:
        """Stop sending and let go of the socket."""
        self._timer.stop()
        self._socket.close()
        self.port = 0

    # The mouse

    def enterEvent(self, event: QEnterEvent) -> None:
        """The pointer comes in."""
        self._at(event.globalPosition())

    def leaveEvent(self, event: QEvent) -> None:
        """It goes out; a drag goes on."""
        if not self._pressed and self.isVisible():
            self._rest(RESTS)

    def hideEvent(self, event: QHideEvent) -> None:
        """Its page goes: another pad, or none, is the sensor now."""
        super().hideEvent(event)
        self._timer.stop()
        self._holds, self._pressed = 0.0, False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """It moves."""
        self._at(event.globalPosition())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A button goes down."""
        self._pressed = True
        self._at(event.globalPosition())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """And up."""
        self._pressed = bool(event.buttons())
        self._at(event.globalPosition())
        if not self._pressed and not self.rect().contains(event.position().toPoint()):
            self._rest(RESTS)

    def _hold(self) -> None:
        """Somebody sets outputs with the mouse, which has left the pad for that: the hand rests here meanwhile."""
        if self.isVisible() and self.port and (self._holds or not self._timer.isActive()):
            if self._mouse.isNull():
                self._mouse = QPointF(self.mapToGlobal(self.rect().center()))
            self._rest(HOLDS)

    def _rest(self, seconds: float) -> None:
        """Go on where the hand is, for so long."""
        self._holds = time.perf_counter() + seconds
        if not self._timer.isActive():
            self._timer.start()

    def _at(self, mouse: QPointF) -> None:
        self._mouse, self._holds = mouse, 0.0
        if not self._timer.isActive():
            self._timer.start()  # not at once: where it comes in because a page is shown, that is being laid out

    def _where(self) -> tuple[float, float]:
        """Where the mouse is on the pad as it lies now: 0..1, y upwards; outside, the edge next to it."""
        place = self.mapFromGlobal(self._mouse)
        x, y = place.x() / max(1, self.width()), 1 - place.y() / max(1, self.height())
        return min(1.0, max(0.0, x)), min(1.0, max(0.0, y))

    def _send(self) -> None:
        if self._holds and time.perf_counter() > self._holds:
            self._holds = 0.0
            self._timer.stop()
            self.update()
        if not self.port:
            return
        x, y = self._where()
        packet = self._template.build((x, y, float(self._pressed)))
        try:
            self._socket.sendto(packet, ("127.0.0.1", self.port))
        except OSError:
            return  # nobody listens there just now; control says so in its own words
        self.sent += 1
        if self.sent % 2 or self._playing:
            return  # half of them are enough for the eye; while a demonstration plays, nobody listens
        self._trail.append((time.perf_counter(), x, y, self.bench.sure.label))

    # The picture

    def paintEvent(self, event: QPaintEvent) -> None:
        """A quiet grid, the trail in the colour of what is recognised, the pointer."""
        super().paintEvent(event)
        self._paint(event)

    @painted
    def _paint(self, painter: QPainter, event: QPaintEvent) -> None:
        palette = self.bench.look.palette
        hinted = self.hint != words.PAD_HINT or not (self._trail or self.bench.ghost)
        font = QFont(self.font())
        font.setPointSizeF(max(14.0, 0.04 * self.height()))
        painter.setFont(font)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        if hinted:  # no line goes through the words
            words_at = painter.boundingRect(self.rect(), flags, self.hint).adjusted(-8, -2, 8, 2)
            painter.setClipRegion(QRegion(self.rect()) - QRegion(words_at))
        self._grid(painter, QColor(palette.line))
        painter.setClipping(False)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ghosts.on_pad(painter, self.bench, self._spot, time.perf_counter())
        if self._trail:
            self._draw_trail(painter)
        if hinted:
            painter.setPen(QColor(palette.faint))
            painter.drawText(self.rect(), flags, self.hint)

    def _grid(self, painter: QPainter, colour: QColor) -> None:
        painter.setPen(QPen(colour, 1))
        for part in range(1, 6):
            x, y = self.width() * part / 6, self.height() * part / 6
            painter.drawLine(QPointF(x, 12), QPointF(x, self.height() - 12))
            painter.drawLine(QPointF(12, y), QPointF(self.width() - 12, y))

    def _draw_trail(self, painter: QPainter) -> None:
        """In short pieces of one colour each: a pen as wide as this costs by the call."""
        look, now = self.bench.look, time.perf_counter()
        trail = list(self._trail)
        for start in range(0, len(trail) - 1, PIECE):
            piece = trail[start : start + PIECE + 1]
            at, _, _, winner = piece[-1]
            colour = QColor(look.gesture(winner) if winner else look.palette.text)
            colour.setAlphaF(min(1.0, max(0.0, 1 - (now - at) / TRAIL)))
            painter.setPen(QPen(colour, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            painter.drawPolyline([self._spot(x, y) for _, x, y, _ in piece])
        _, x, y, winner = trail[-1]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.gesture(winner) if winner else look.palette.text))
        size = 9 if self._pressed else 6
        painter.drawEllipse(self._spot(x, y), size, size)

    def _spot(self, x: float, y: float) -> QPointF:
        return QPointF(x * self.width(), (1 - y) * self.height())
