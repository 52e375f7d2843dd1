"""Answers as pictures: what a gesture looks like, and how much is missed with more and more demonstrations."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from gesturemap.teaching.aligned import moving
from gesturemap.window.bench import Bench
from gesturemap.window.drawn import Drawn, small
from gesturemap.window.facts.figures import Learned, Looks
from gesturemap.window.facts.thumbnails import is_place
from gesturemap.window.look import icons
from gesturemap.window.look.painted import painted
from gesturemap.window.look.theme import plain
from gesturemap.window.test.lanes import LANES, SIDE, lanes, way
from gesturemap.window.words import beliefs as said

NUMBERS, FOOT, MARK = 42.0, 16.0, 9.0
"""Pixels for the scale at the left, for the counts below, and of a gesture's mark."""
HEIGHTS = (0.1, 0.2, 0.5, 1.0)
"""Shares up to which the scale may go."""


class Figure(Drawn):
    """One or the other; nothing where there is none."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.looks: Looks | None = None
        self.curves: tuple[Learned, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Room for the lanes."""
        return QSize(200, 160)

    def minimumSizeHint(self) -> QSize:
        """Small, but to be read."""
        return QSize(110, 80)

    def show_looks(self, looks: Looks) -> None:
        """Draw a gesture."""
        self.looks, self.curves = looks, ()
        self._told(said.LOOKS_NAME.format(gesture=looks.gesture), looks.text(), said.LOOKS_FIGURE_TIP)

    def show_curves(self, curves: tuple[Learned, ...]) -> None:
        """Draw learning curves."""
        self.looks, self.curves = None, curves
        self._told(said.CURVE_NAME, "; ".join(one.text() for one in curves), said.CURVE_FIGURE_TIP)

    def _told(self, name: str, text: str, tip: str) -> None:
        self.setAccessibleName(name)
        self.setAccessibleDescription(text)
        self.setToolTip(plain(tip))
        self.renew()

    @painted
    def paintEvent(self, painter: QPainter, event: QPaintEvent) -> None:
        """The picture."""
        self.beneath(painter)

    def paint_still(self, painter: QPainter) -> None:
        """All of it."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        small(painter, self.font())
        if self.looks is not None:
            self._looks(painter, self.looks, QRectF(self.rect()).adjusted(2, 2, -2, -2))
        elif self.curves:
            self._curves(painter, QRectF(self.rect()).adjusted(NUMBERS, 8, -SIDE, -2 * FOOT - 4))

    def _looks(self, painter: QPainter, looks: Looks, box: QRectF) -> None:
        palette, colour = self._bench.look.palette, self._bench.look.gesture(looks.gesture)
        names = [name.split(" ")[0] for name in looks.names]
        if is_place(names):
            inside = box.adjusted(SIDE, 4, -SIDE, -4)
            way(painter, inside, looks.mean[:, :2], [path[:, :2] for path in looks.paths], colour)
            return
        drawn = [(names[channel], channel) for channel in moving(looks.mean, looks.spread, LANES)]
        lanes(painter, box, drawn, looks.mean, looks.spread, colour, palette, looks.paths)

    def _curves(self, painter: QPainter, box: QRectF) -> None:
        palette, shown = self._bench.look.palette, [one for one in self.curves if one.points]
        most = max((one.points[-1][0] for one in shown), default=1) + 1
        top = max((share for one in shown for _, share in one.points), default=0.0)
        top = next(height for height in HEIGHTS if height >= min(top, 1.0))

        def at(count: float, share: float) -> QPointF:
            x = box.left() + (count - 1) / max(1, most - 1) * box.width()
            return QPointF(x, box.bottom() - share / top * box.height())

        side = Qt.AlignmentFlag
        for share in (0.0, top / 2, top):
            painter.setPen(QPen(QColor(palette.line), 1))
            painter.drawLine(at(1, share), at(most, share))
            painter.setPen(QColor(palette.faint))
            room = QRectF(0, at(1, share).y() - FOOT / 2, NUMBERS - 8, FOOT)
            painter.drawText(room, side.AlignRight | side.AlignVCenter, said.PERCENT.format(share))
        step = max(1, round(most / max(2.0, box.width() / 40.0)))
        for count in range(1, most + 1, step):
            room = QRectF(at(count, 0.0).x() - 20, box.bottom() + 6, 40, FOOT)
            painter.drawText(room, side.AlignHCenter | side.AlignTop, str(count))
        foot = QRectF(box.left(), box.bottom() + FOOT + 3, box.width(), FOOT)
        painter.drawText(foot, side.AlignHCenter | side.AlignBottom, said.CURVE_AXES)
        for one in shown:
            places = [at(count, min(share, 1.0)) for count, share in one.points]
            further = at(one.points[-1][0] + 1, one.more) if one.more is not None else None
            self._curve(painter, one.gesture, places, further)

    def _curve(self, painter: QPainter, gesture: str, places: list[QPointF], further: QPointF | None) -> None:
        """One gesture's: what is known as a line, what one more is expected to bring in dashes."""
        look = self._bench.look
        colour = QColor(look.gesture(gesture))
        painter.setPen(QPen(colour, 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(places)
        if further is not None:
            painter.setPen(QPen(colour, 1.6, Qt.PenStyle.DashLine))
            painter.drawLine(places[-1], further)
            painter.setPen(QPen(colour, 1.6))
            painter.drawEllipse(further, 2.5, 2.5)
        for place in places:
            box = QRectF(place.x() - MARK / 2, place.y() - MARK / 2, MARK, MARK)
            icons.mark(painter, look.gestures.shape(gesture), box, colour)
