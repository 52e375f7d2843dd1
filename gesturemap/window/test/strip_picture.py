"""The picture of a recording that is painted on: its curves, what was brushed, what is proposed."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen

from gesturemap.demonstrations import Demonstration
from gesturemap.window.bench import Bench
from gesturemap.window.drawn import Drawn, framed, small
from gesturemap.window.facts.live import grouped, ticks
from gesturemap.window.facts.painting import Painting, Part, Stroke, laid
from gesturemap.window.look import icons
from gesturemap.window.look.colours import GestureColours, contrast
from gesturemap.window.look.painted import painted
from gesturemap.window.look.polyline import pen, polyline
from gesturemap.window.look.theme import mix
from gesturemap.window.words import painting as said

ROOM, EDGE, FOOT = 66.0, 6.0, 16.0
"""Pixels for the names of the lanes at the left, at the right edge, and for the seconds below."""
LANE, TALL, GAP = 22.0, 40.0, 3.0
"""Pixels: the height of a lane at least and at most, and between two."""
SHARE = 0.1
"""Of the height, for a lane."""
PLOT = 40.0
"""Pixels that a group of curves has at least."""
CURVE = 120
"""Opacity of the curves, 0..255."""
FAINTEST, FULL = 0.15, 0.75
"""How much of its colour a proposal has that is hardly sure, and one that is."""


class StripPicture(Drawn):
    """Draws it, and knows where each moment is.

    Parameters
    ----------
    colours : those of the gestures, also of such as are named here alone.
    """

    def __init__(self, bench: Bench, colours: GestureColours) -> None:
        super().__init__(bench)
        self._colours = colours
        self.painting: Painting | None = None
        self.recorded: Demonstration | None = None
        self.whole = 0.0
        """Seconds of the recording."""
        self.learned = (0.0, 0.0)
        """From when to when it can be painted, s."""
        self.look = (0.0, 0.0)
        """From when to when it is shown, s."""
        self.hand = 0.0
        """The cursor, s."""
        self.under: Stroke | None = None
        """What is being brushed."""

    # Where is what

    def box(self) -> QRectF:
        """All that has a time: curves and lanes."""
        return QRectF(self.rect()).adjusted(ROOM, 2, -EDGE, -FOOT)

    def lane(self, row: int) -> QRectF:
        """What was brushed (0), or what is proposed (1)."""
        box = self.box()
        high = round(min(TALL, max(LANE, SHARE * box.height())))
        top = box.bottom() - (2 - row) * high - (1 - row) * GAP
        return QRectF(box.left(), top, box.width(), high)

    def place(self, seconds: float) -> float:
        """Where a moment is, in pixels."""
        box, (begin, end) = self.box(), self.look
        return box.left() + (seconds - begin) / max(1e-9, end - begin) * box.width()

    def seconds(self, x: float) -> float:
        """Which moment is at a place, in pixels."""
        box, (begin, end) = self.box(), self.look
        share = min(1.0, max(0.0, (x - box.left()) / max(1.0, box.width())))
        return begin + share * (end - begin)

    # The picture

    def _colour(self, label: str) -> str:
        palette = self._bench.look.palette
        return self._colours.colour(label, palette) if label else palette.faint

    def _block(
        self,
        painter: QPainter,
        row: int,
        span: Stroke | Part,
        share: float,
        *,
        line: bool = False,
        thick: bool = False,
    ) -> None:
        """A span in a lane: so much of its colour, with its mark and name where they fit."""
        palette, lane = self._bench.look.palette, self.lane(row)
        left, right = max(self.place(span.begin), lane.left()), min(self.place(span.end), lane.right())
        if right < lane.left() or left > lane.right():
            return
        colour = self._colour(span.label)
        fill = mix(palette.panel, colour, share)
        block = QRectF(left, lane.top(), max(1.5, right - left), lane.height())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(block, QColor(fill))
        if line:
            painter.setPen(QPen(QColor(mix(palette.panel, colour, 0.7)), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(block.adjusted(0, 0, -1, -1))
        if thick:
            painter.fillRect(QRectF(left, lane.bottom() - 3, block.width(), 3), QColor(colour))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = max((palette.text, palette.ground, "#000000", "#ffffff"), key=lambda each: contrast(each, fill))
        name = span.label or (said.NOTHING.lower() if row == 0 else "")
        mark = 10.0 if span.label else 0.0
        if mark and block.width() >= mark + 4:
            at = QRectF(left + min(6.0, (block.width() - mark) / 2), lane.center().y() - mark / 2, mark, mark)
            icons.mark(painter, self._colours.shape(span.label), at, QColor(ink))
        wide = painter.fontMetrics().horizontalAdvance(name)
        begin = left + (mark + 10.0 if mark else 6.0)
        if name and begin + wide + 4 <= block.right():
            painter.setPen(QColor(ink))
            room = QRectF(begin, lane.top(), wide + 2, lane.height() - (2 if thick else 0))
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, name)

    @painted
    def paintEvent(self, painter: QPainter, event: QPaintEvent) -> None:
        """Curves and seconds from their picture; lanes, what is being brushed, what plays, the cursor."""
        self.beneath(painter)
        palette, box, painting = self._bench.look.palette, self.box(), self.painting
        if painting is None:
            return
        small(painter, self.font())
        painter.save()
        painter.setClipRect(box)
        for part in painting.proposal.shown:
            kept = bool(part.label) and painting.proposal.keeps(part)
            share = FAINTEST + (FULL - FAINTEST) * painting.proposal.share(part)
            self._block(
                painter,
                1,
                part,
                share if part.label else 0.3 * share,
                line=not kept and bool(part.label),
                thick=kept,
            )
        for one in laid(painting.strokes):
            self._block(painter, 0, one, 1.0 if one.label else 0.5)
        if self.under is not None:
            under = self.under
            self._block(painter, 0, under, 1.0 if under.label else 0.5)
            veil = QColor(self._colour(under.label))
            veil.setAlpha(60)
            left, right = self.place(under.begin), self.place(under.end)
            painter.fillRect(QRectF(left, box.top(), right - left, box.height()), veil)
        ghost = self._bench.ghost
        if ghost is not None and ghost.plays and ghost.demonstration == painting.id:
            self._line(painter, self.learned[0] + ghost.elapsed(self._bench.live.now), palette.good, 2.0)
        if self.hasFocus():
            self._line(painter, self.hand, palette.text, 1.0, Qt.PenStyle.DashLine)
        painter.restore()
        framed(painter, self, palette)

    def _line(
        self,
        painter: QPainter,
        seconds: float,
        colour: str,
        wide: float,
        style: Qt.PenStyle = Qt.PenStyle.SolidLine,
    ) -> None:
        box, x = self.box(), self.place(seconds)
        painter.setPen(QPen(QColor(colour), wide, style))
        painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))

    def paint_still(self, painter: QPainter) -> None:
        """Seconds, curves, grey where it is trimmed, the names of the lanes."""
        palette, box = self._bench.look.palette, self.box()
        small(painter, self.font())
        if self.painting is None:
            return
        begin, end = self.look
        curves = QRectF(box.left(), box.top(), box.width(), self.lane(0).top() - GAP - box.top())
        for second in ticks(begin, end, max(2, int(box.width() / 70))):
            x = self.place(second)
            painter.setPen(QPen(QColor(palette.line), 1))
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
            painter.setPen(QColor(palette.faint))
            text = said.SECOND.format(second)
            wide = painter.fontMetrics().horizontalAdvance(text)
            painter.drawText(
                QPointF(min(max(box.left(), x - wide / 2), self.width() - wide - 2), self.height() - 3), text
            )
        self._curves(painter, curves)
        veil = QColor(palette.raised)
        veil.setAlpha(200)
        for one, other in ((begin, self.learned[0]), (self.learned[1], end)):
            left, right = self.place(one), self.place(min(other, end))
            if right > left + 1:
                painter.fillRect(QRectF(left, box.top(), right - left, box.height()), veil)
        for row, name in enumerate((said.ROW_BRUSHED, said.ROW_PROPOSED)):
            lane = self.lane(row)
            painter.setPen(QPen(QColor(palette.line), 1))
            painter.drawLine(lane.bottomLeft(), lane.bottomRight())
            painter.setPen(QColor(palette.faint))
            painter.drawText(
                QRectF(2, lane.top(), ROOM - 8, lane.height()), Qt.AlignmentFlag.AlignVCenter, name
            )

    def _curves(self, painter: QPainter, box: QRectF) -> None:
        """From the lowest to the highest of every pixel, so that nothing quick is lost."""
        shown, palette = self.recorded, self._bench.look.palette
        if shown is None or box.height() < 8:
            return
        since = shown.time - shown.time[0]
        first, last = np.searchsorted(since, self.look)
        first, last = max(0, int(first) - 1), min(len(shown), int(last) + 1)
        edges = np.unique(np.linspace(first, last, max(2, math.ceil(box.width()) + 1)).astype(int))[:-1]
        if last - first < 2:
            return
        low, high = (f.reduceat(shown.values[:last], edges, axis=0) for f in (np.minimum, np.maximum))
        x = np.repeat([self.place(float(at)) for at in since[edges]], 2)
        groups = grouped(shown.spec.names, max(1, min(4, int(box.height() / PLOT))))
        moved = [group for group in groups if np.nanmax(np.ptp(shown.values[:, group], axis=0)) > 0.0]
        groups = moved or groups  # what never moves takes no room from the others
        room = box.height() / len(groups)
        painter.save()
        painter.setClipRect(box)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, group in enumerate(groups):
            part = shown.values[:, group]
            least, span = float(np.nanmin(part)), float(np.ptp(part)) or 1.0
            for row, column in enumerate(group):
                level = np.stack([low[:, column], high[:, column]], axis=1).ravel()
                y = box.top() + room * (place + 0.95 - 0.9 * (level - least) / span)
                own = pen(palette, row)
                colour = own.color()
                colour.setAlpha(CURVE)
                own.setColor(colour)
                painter.setPen(own)
                painter.drawPolyline(polyline(x, y))
        painter.restore()
