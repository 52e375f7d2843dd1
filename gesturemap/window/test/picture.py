"""The picture of the last minute: where everything is, and how it is painted."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy

from gesturemap.window.bench import Bench
from gesturemap.window.drawn import Drawn, framed, small
from gesturemap.window.facts.marks import Mark
from gesturemap.window.facts.past import Past, Span
from gesturemap.window.facts.river import Looked
from gesturemap.window.look.colours import contrast
from gesturemap.window.look.painted import painted
from gesturemap.window.look.theme import plain
from gesturemap.window.test.layer import Layer, placed
from gesturemap.window.words import testing as said

QUESTION = 13
"""Points of the mark of an unknown movement."""
ROOM, FOOT, BAR, GAP = 62.0, 16.0, 17.0, 3.0
"""Pixels at the left, below, of a row of spans, and between."""
SCALE = (0.0, 0.5, 1.0)
"""Heights of the river that have a line and a number."""
HANDLE = 17.0
"""Pixels between the middle of the line's handle and that of a number that it does not touch."""
TICKS = (1.0, 2.0, 5.0, 10.0, 20.0)
"""Seconds between two numbers below."""


class RiverPicture(Drawn):
    """Paints the past; it is painted anew when it has moved by a pixel.

    Parameters
    ----------
    marked : what the line, where it stands, would have marked.
    """

    def __init__(self, bench: Bench, marked: Callable[[], Iterable[Span]]) -> None:
        super().__init__(bench)
        self._marked = marked
        self.look = Looked()
        self.group = "posterior"
        self.line = 0.9
        """What is shown while paused."""
        self._frozen_at = 0.0
        self._grip = ""
        self._painted: tuple[object, ...] = ()
        self._layer = Layer()
        self._hover: float | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(said.RIVER_NAME)
        self.setToolTip(plain(said.RIVER_TIP))

    def sizeHint(self) -> QSize:
        """A river is wide."""
        return QSize(600, 260)

    def minimumSizeHint(self) -> QSize:
        """Room for both rows and some river."""
        return QSize(300, 140)

    # What is shown

    @property
    def frozen(self) -> Past | None:
        """The minute at which it was paused; None: it flows."""
        return self._bench.testing.paused

    @property
    def past(self) -> Past:
        """The minute that is shown: the last, or the one at which it was paused."""
        return self.frozen or self._bench.testing.past

    @property
    def dragging(self) -> bool:
        """Whether the mouse holds the line."""
        return self._grip == "line"

    @property
    def now(self) -> float:
        """What counts as now, in seconds of the machine's clock."""
        return self._frozen_at if self.frozen else self.clock

    @property
    def clock(self) -> float:
        """Now, in seconds of the machine's clock, as far as rows tell."""
        silence = self._bench.live.silence
        return self._bench.testing.past.newest + (silence if math.isfinite(silence) else 0.0)

    def freeze(self, past: Past | None) -> None:
        """Show this copy from now on; None: the last minute again."""
        self._frozen_at, self._bench.testing.paused = self.clock, past
        self._painted = ()
        self.update()

    def set_line(self, height: float) -> None:
        """The line stands there."""
        if height != self.line:
            self.line = height
            self.update()

    def tick(self) -> None:
        """Paint where it has moved by a pixel, or anything else has changed."""
        rate = min(self._wide() / self.look.seconds, 30.0)
        moment = self.now - self.look.ago
        shown = Layer.edge(moment, rate, self.devicePixelRatioF()) if math.isfinite(moment) else 0
        marks = self._bench.testing.marks
        state = (
            shown,
            self.past.version,
            len(self.past.spans),
            len(marks.all),
            marks.place,
            self.look.seconds,
        )
        if state != self._painted:
            self._painted = state
            self.update()

    # Places

    def _wide(self) -> float:
        return max(1.0, self.width() - ROOM - 6)

    def box(self) -> QRectF:
        """Where the river flows."""
        top = 2 * (BAR + GAP) + 4
        return QRectF(ROOM, top, self._wide(), max(10.0, self.height() - top - FOOT))

    def x_of(self, moment: float) -> float:
        """The pixel of a moment, in seconds of the machine's clock."""
        box = self.box()
        return box.right() + (moment - (self.now - self.look.ago)) * box.width() / self.look.seconds

    def moment_of(self, x: float) -> float:
        """The moment of a pixel, in seconds of the machine's clock."""
        box = self.box()
        return (self.now - self.look.ago) + (x - box.right()) * self.look.seconds / box.width()

    def y_of(self, height: float) -> float:
        """The pixel of a likelihood or fit."""
        box = self.box()
        return box.bottom() - height * box.height()

    def numbered(self) -> list[float]:
        """The heights whose numbers stand beside the river: not those that the handle of the line would cut."""
        dial = self._bench.testing.dial
        handle = self.y_of(self.line) if self.group == dial.group and dial.drags else math.inf
        return [height for height in SCALE if abs(self.y_of(height) - handle) > HANDLE]

    # Paint

    @painted
    def paintEvent(self, painter: QPainter, event: QPaintEvent) -> None:
        """The scale from its picture; river, spans, marks and line anew."""
        self.beneath(painter)
        small(painter, self.font())
        if math.isfinite(self.now):
            self._times(painter)
            painter.setClipRect(QRectF(ROOM, 0, self._wide(), self.height() - FOOT))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._river(painter)
            self._spans(painter, self.past.spans, 0.0, hollow=False)
            self._spans(painter, self._marked(), BAR + GAP, hollow=True)
            self._marks(painter)
            painter.setClipping(False)
        side = Qt.AlignmentFlag
        painter.setPen(QColor(self._bench.look.palette.faint))
        for height in self.numbered():
            room = QRectF(0, self.y_of(height) - 8, ROOM - 8, 16)
            painter.drawText(room, side.AlignRight | side.AlignVCenter, f"{height:g}")
        self._line(painter)

    def paint_still(self, painter: QPainter) -> None:
        """The scale, and the ground of both rows."""
        palette = self._bench.look.palette
        small(painter, self.font())
        box, side = self.box(), Qt.AlignmentFlag
        for row, name in enumerate((said.ROW_HEARD, said.ROW_LINE)):
            place = QRectF(ROOM, row * (BAR + GAP), self._wide(), BAR)
            painter.fillRect(place, QColor(palette.raised))
            painter.setPen(QColor(palette.faint))
            name_room = QRectF(0, place.top(), ROOM - 8, BAR)
            painter.drawText(name_room, side.AlignRight | side.AlignVCenter, name)
        painter.setPen(QPen(QColor(palette.line), 1))
        for height in SCALE:
            y = self.y_of(height)
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))

    def _times(self, painter: QPainter) -> None:
        """How long ago, below."""
        palette, box = self._bench.look.palette, self.box()
        step = next((each for each in TICKS if each * box.width() / self.look.seconds >= 56), TICKS[-1])
        painter.setPen(QColor(palette.faint))
        ago = math.ceil(self.look.ago / step) * step
        while ago <= self.look.ago + self.look.seconds:
            x = self.x_of(self.now - ago)
            text = f"-{ago:g} s" if ago else "0 s"
            room = QRectF(min(max(x - 30, box.left()), box.right() - 60), box.bottom() + 2, 60, FOOT)
            side = Qt.AlignmentFlag.AlignHCenter
            if room.right() >= box.right():
                side = Qt.AlignmentFlag.AlignRight
            elif room.left() <= box.left():
                side = Qt.AlignmentFlag.AlignLeft  # not into the 0 of the scale
            painter.drawText(room, side, text)
            ago += step

    def _river(self, painter: QPainter) -> None:
        """Likelihoods or fits, from the picture that is moved along."""
        dial, box = self._bench.testing.dial, self.box()
        size = QSize(round(box.width()), round(box.height()))
        moment, look = self.now - self.look.ago, self._bench.look
        made = self._layer.follow(
            self.past, look, size, self.devicePixelRatioF(), moment, self.look.seconds, self.group, dial
        )
        painter.drawPixmap(placed(box), made)

    def _spans(self, painter: QPainter, spans: Iterable[Span], top: float, *, hollow: bool) -> None:
        """What was heard, or would have been, each with its name where there is room."""
        look, box = self._bench.look, self.box()
        metrics = QFontMetricsF(painter.font())
        for span in spans:
            left, right = self.x_of(span.start), self.x_of(min(span.end, self.now))
            if right < box.left() or left > box.right():
                continue
            place = QRectF(left, top + 1, max(3.0, right - left), BAR - 2)
            colour = QColor(look.gesture(span.label))
            ink = look.palette.text
            if hollow:
                painter.setPen(QPen(colour, 1.4))
                painter.setBrush(QColor(colour.red(), colour.green(), colour.blue(), 50))
            else:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                ground = look.palette.ground
                ink = max((ground, look.palette.text), key=lambda each: contrast(each, colour.name()))
            painter.drawRoundedRect(place, 3, 3)
            if place.width() > 26:
                painter.setPen(QColor(ink))
                inside = place.adjusted(4, 0, -2, 0).intersected(
                    QRectF(ROOM + 2, 0, self._wide(), self.height())
                )
                name = metrics.elidedText(span.label, Qt.TextElideMode.ElideRight, inside.width())
                painter.drawText(inside, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)

    def _marks(self, painter: QPainter) -> None:
        """A dashed line for each mark: red with a cross where it was wrong, green with a tick where right, a question
        mark where the movement was none of the gestures."""
        palette, marks = self._bench.look.palette, self._bench.testing.marks
        for mark in marks.all:
            x = self.x_of(mark.at)
            if not ROOM - 4 <= x <= self.width() + 4:
                continue
            colour = QColor(palette.warn if mark.unknown else palette.record if mark.wrong else palette.good)
            painter.setPen(QPen(colour, 1.4, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, 0), QPointF(x, self.box().bottom()))
            painter.setPen(QPen(colour, 2))
            y, x = self.box().top() + 8, min(x, self.box().right() - 7)
            if mark.unknown:
                font = painter.font()
                painter.setFont(QFont(font.family(), QUESTION, QFont.Weight.Bold))
                painter.drawText(QPointF(x + 5, y + 6), said.UNKNOWN_MARK)
                painter.setFont(font)
            elif mark.wrong:
                painter.drawLine(QPointF(x - 4, y - 4), QPointF(x + 4, y + 4))
                painter.drawLine(QPointF(x - 4, y + 4), QPointF(x + 4, y - 4))
            else:
                painter.drawPolyline(
                    QPolygonF([QPointF(x - 5, y), QPointF(x - 1, y + 4), QPointF(x + 5, y - 5)])
                )
            if mark is marks.now and not mark.kept:
                self._bracket(painter, mark, colour)

    def _bracket(self, painter: QPainter, mark: Mark, colour: QColor) -> None:
        """What of it would be kept."""
        left, right, foot = self.x_of(mark.start), self.x_of(mark.end), self.box().bottom() - 2
        painter.drawPolyline(
            QPolygonF(
                [QPointF(left, foot - 7), QPointF(left, foot), QPointF(right, foot), QPointF(right, foot - 7)]
            )
        )

    def _line(self, painter: QPainter) -> None:
        """The line, with its number and a handle."""
        dial, palette, box = self._bench.testing.dial, self._bench.look.palette, self.box()
        if self.group == dial.group:
            colour = QColor(palette.accent if dial.drags else palette.faint)
            y = round(self.y_of(self.line)) + 0.5
            style = Qt.PenStyle.SolidLine if dial.drags else Qt.PenStyle.DotLine
            painter.setPen(QPen(colour, 2 if self._grip == "line" else 1.4, style))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            if dial.drags:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                painter.drawRoundedRect(QRectF(ROOM - 44, y - 9, 40, 18), 4, 4)
                painter.setPen(QColor(palette.on_accent))
                flags = Qt.AlignmentFlag.AlignCenter
                painter.drawText(QRectF(ROOM - 44, y - 9, 40, 18), flags, f"{self.line:.2f}")
        framed(painter, self, palette)
        if self._hover is not None:
            painter.setPen(QPen(QColor(palette.faint), 1))
            painter.drawLine(QPointF(self._hover, 0), QPointF(self._hover, box.bottom()))
