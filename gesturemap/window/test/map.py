"""The map: each demonstration a mark in its gesture's colour, the running movement a ring with its trail."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from gesturemap.commands import Ask, Play
from gesturemap.frames import Values
from gesturemap.window.bench import Bench, Panel
from gesturemap.window.drawn import Drawn, small
from gesturemap.window.facts.chart import LEAST, Chart
from gesturemap.window.facts.document import Document
from gesturemap.window.facts.pairs import Pairs
from gesturemap.window.facts.shelf import Phased
from gesturemap.window.look import icons
from gesturemap.window.look.calm import Choice
from gesturemap.window.look.lines import Lines
from gesturemap.window.look.painted import painted
from gesturemap.window.look.theme import heading, label, plain, styled
from gesturemap.window.words import testing as said

EDGE, MARK, LEAST_MARK = 12.0, 10.0, 4.0
"""Pixels around, and of a mark; of one among very many."""
CROWD = 150
"""Marks from which on each is smaller, so that all together cover no more of the map."""
AWAY = 40.0
"""Pixels by which a demonstration that is drawn away from others is different from them."""
SAME = 3.0
"""Pixels within which marks lie over one another, so that nobody can tell them apart."""
OUT = 0.15
"""How far outside the demonstrations the ring is still drawn where it is; beyond, it stays at the edge."""


def piles(places: Values) -> NDArray[np.int64]:
    """Of (N, 2) marks in pixels, (N,) the first of those over which each lies, or itself."""
    found = np.full(len(places), -1, dtype=np.int64)
    for number, place in enumerate(places):
        if found[number] < 0:
            near = np.linalg.norm(places - place, axis=1) <= SAME
            found[near & (found < 0)] = number
    return found


class MapView(Drawn):
    """Marks are painted once, the ring and its trail fifteen times a second."""

    pointed = Signal(object, int)
    """The demonstration under the mouse, a `Phased`, or None; and how many lie there over one another."""
    paired = Signal(str, str, bool)
    """Two demonstrations are said to be alike, or not."""

    def __init__(self, bench: Bench, chart: Chart, pairs: Pairs) -> None:
        super().__init__(bench)
        self.setMouseTracking(True)
        self._chart, self._pairs = chart, pairs
        self._held: Phased | None = None
        self._clicked: Phased | None = None
        """The one that was clicked last: of those that lie over it, it is the one that is meant."""
        self._from = self._at = QPointF()
        self._piles = np.zeros(0, dtype=np.int64)
        """Which marks lie over one another, as `piles` says."""
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(said.MAP_NAME)

    def renew(self) -> None:
        """The marks lie elsewhere now."""
        self._piles = self._piles[:0]
        super().renew()

    def sizeHint(self) -> QSize:
        """About square."""
        return QSize(240, 200)

    def minimumSizeHint(self) -> QSize:
        """Small, but a map."""
        return QSize(140, 110)

    def pixels(self, places: Values) -> Values:
        """(N, 2) places as pixels; what is far outside stays at the edge."""
        chart = self._chart
        share = np.clip((places - chart.low) / (chart.high - chart.low), 0.0, 1.0)
        wide, high = self.width() - 2 * EDGE, self.height() - 2 * EDGE
        return np.stack([EDGE + share[:, 0] * wide, self.height() - EDGE - share[:, 1] * high], axis=1)

    @painted
    def paintEvent(self, painter: QPainter, event: QPaintEvent) -> None:
        """The marks from their picture, the trail anew."""
        self.beneath(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._said(painter)
        if self._chart.trail:
            palette = self._bench.look.palette
            way = [QPointF(x, y) for x, y in self.pixels(np.array(self._chart.trail)).tolist()]
            painter.setPen(QPen(QColor(palette.faint), 1.5))
            painter.drawPolyline(QPolygonF(way))
            painter.setPen(QPen(QColor(palette.text), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(way[-1], MARK * 0.75, MARK * 0.75)

    def pile(self, place: QPointF) -> list[Phased]:
        """The demonstrations whose marks are there: the nearest one, and those that lie over it."""
        if not len(self._chart.places):
            return []
        places = self.pixels(self._chart.places)
        far = np.linalg.norm(places - (place.x(), place.y()), axis=1)
        nearest = int(far.argmin())
        if far[nearest] > MARK:
            return []
        if len(self._piles) != len(places):  # not painted since
            self._piles = piles(places)
        here = self._piles == self._piles[nearest]
        return [self._chart.shown[number] for number in np.flatnonzero(here)]

    def under(self, place: QPointF) -> Phased | None:
        """The demonstration that is meant there."""
        pile = self.pile(place)
        return self._clicked if self._clicked in pile else pile[0] if pile else None

    def _click(self, place: QPointF) -> None:
        """Play what is there; clicked again, the next one that lies there."""
        pile = self.pile(place)
        at = pile.index(self._clicked) + 1 if self._clicked in pile else 0
        self._clicked = pile[at % len(pile)]
        self._bench.send(Play(self._clicked.take.id))
        self._point(place)

    def _point(self, place: QPointF) -> None:
        self.pointed.emit(self.under(place), len(self.pile(place)))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say which demonstration lies there; one that is held is drawn along."""
        self._at = event.position()
        self._point(self._at)
        if self._held is not None:
            self.update()

    def leaveEvent(self, event: object) -> None:
        """The mouse has left."""
        self.pointed.emit(None, 0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the demonstration there."""
        self._held, self._from = self.under(event.position()), event.position()
        self._at = self._from

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click plays it through everything; dragged to another one it is like that, and away unlike the nearest."""
        held, self._held = self._held, None
        if held is None:
            return
        far = math.dist(self._from.toTuple(), event.position().toTuple())
        other = self.under(event.position())
        if far < MARK:
            self._click(self._from)
        elif other is not None and other is not held:
            self.paired.emit(held.take.id, other.take.id, True)
        elif far > AWAY and (near := self._nearest(held)) is not None:
            self.paired.emit(held.take.id, near.take.id, False)
        self.update()

    def _nearest(self, held: Phased) -> Phased | None:
        """The demonstration of another gesture that lies nearest."""
        others = [n for n, each in enumerate(self._chart.shown) if each.label != held.label]
        if not others:
            return None
        at = self._chart.places[next(n for n, each in enumerate(self._chart.shown) if each is held)]
        far = np.linalg.norm(self.pixels(self._chart.places[others]) - self.pixels(at[None]), axis=1)
        return self._chart.shown[others[int(far.argmin())]]

    def _said(self, painter: QPainter) -> None:
        """A line from one to the other: whole where they are alike, dashed where they are not."""
        palette, chart = self._bench.look.palette, self._chart
        if not len(chart.places):
            return
        places = dict(
            zip((each.take.id for each in chart.shown), self.pixels(chart.places).tolist(), strict=True)
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pair in self._pairs.all:
            if pair.one in places and pair.other in places:
                style = Qt.PenStyle.SolidLine if pair.alike else Qt.PenStyle.DashLine
                painter.setPen(QPen(QColor(palette.good if pair.alike else palette.warn), 2, style))
                painter.drawLine(QPointF(*places[pair.one]), QPointF(*places[pair.other]))
        if self._held is not None and self._held.take.id in places:
            painter.setPen(QPen(QColor(palette.accent), 2))
            painter.drawLine(QPointF(*places[self._held.take.id]), self._at)

    def _stamp(self, label: str, size: float) -> QPixmap:
        """A gesture's mark, to be put down many times."""
        look, ratio = self._bench.look, self.devicePixelRatioF()
        made = QPixmap(round(size * ratio), round(size * ratio))
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        with QPainter(made) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            icons.mark(
                painter, look.gestures.shape(label), QRectF(0, 0, size, size), QColor(look.gesture(label))
            )
        return made

    def paint_still(self, painter: QPainter) -> None:
        """The marks."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = self._chart.shown
        if not len(self._chart.places):
            return
        places = self.pixels(self._chart.places)
        size = max(LEAST_MARK, MARK * min(1.0, math.sqrt(CROWD / len(shown))))
        stamps = {label: self._stamp(label, size) for label in {each.label for each in shown}}
        for each, (x, y) in zip(shown, places.tolist(), strict=True):
            painter.drawPixmap(QPointF(x - size / 2, y - size / 2), stamps[each.label])
        self._piles = piles(places)
        if len(shown) < CROWD:  # else figures hide marks; under the mouse they are counted
            self._count(painter, places, size)

    def _count(self, painter: QPainter, places: Values, size: float) -> None:
        """How many lie over one another, beside them."""
        small(painter, self.font())
        painter.setPen(QColor(self._bench.look.palette.text))
        for first, count in Counter(self._piles.tolist()).items():
            if count > 1:
                x, y = places[first].tolist()
                painter.drawText(QPointF(x + size * 0.7, y - size * 0.4), str(count))


class Map(Panel):
    """The map, a choice of its directions, and what was said of pairs on it."""

    asks = Signal(Ask)
    """What channels would count for, by these pairs."""

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(bench, parent)
        self.chart = Chart()
        self.pairs = Pairs()
        self.view = MapView(bench, self.chart, self.pairs)
        self.view.paired.connect(self._pair)
        self.weigh = styled(QPushButton(said.WEIGH.format(1)), "ask")
        self.weigh.setToolTip(plain(said.WEIGH_TIP))
        self.weigh.clicked.connect(lambda: self.asks.emit(self.pairs.question))
        self.unsay = styled(QPushButton(said.UNSAY), "plain")
        self.unsay.setToolTip(plain(said.UNSAY_TIP))
        self.unsay.setAccessibleName(said.UNSAY_TIP)
        self.unsay.clicked.connect(self._forget)
        self.kind = Choice()
        self.kind.addItems(list(said.MAP_KINDS))
        self.kind.setToolTip(plain(said.MAP_KINDS_TIP))
        self.kind.setAccessibleName(said.MAP_KINDS_TIP)
        self.kind.currentIndexChanged.connect(self._choose)
        self.empty = label(said.MAP_EMPTY, "faint", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._odd = False
        self._told = 0.0
        head = QHBoxLayout()
        self.named = Lines("small")
        self.view.pointed.connect(self._name)
        head.addWidget(heading(said.MAP))
        head.addWidget(self.named, 1)
        head.addWidget(self.weigh)
        head.addWidget(self.unsay)
        head.addWidget(self.kind)
        body = QWidget()
        self.stack = QStackedLayout(body)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(body, 1)
        self._show_pairs()

    def follow(self, document: Document) -> None:
        """What is gone is no pair any more."""
        if self.pairs.follow(document.takes):
            self._show_pairs()

    def _pair(self, one: str, other: str, alike: bool) -> None:  # a signal's
        self.pairs.say(one, other, alike=alike)
        self._show_pairs()

    def _forget(self) -> None:
        """Nothing was said."""
        self.pairs.all = []
        self._show_pairs()

    def _show_pairs(self) -> None:
        count = len(self.pairs.all)
        self.weigh.setText(said.WEIGH.format(count))
        for part in (self.weigh, self.unsay):
            part.setVisible(count > 0)
        self.view.update()

    def tick(self, now: float) -> None:
        """Follow demonstrations and movement, every other time."""
        self._odd = not self._odd
        if not self._odd or not self.isVisible():
            return
        bench, chart = self.bench, self.chart
        if chart.follow(bench.shelf, bench.live.inputs.names):
            self.view.renew()
            self.view.setToolTip(plain(said.MAP_TIP.format(seconds=chart.seconds)))
        self.stack.setCurrentIndex(1 if chart.there else 0)
        shelf = bench.shelf
        enough = shelf.left + len(shelf.all) >= LEAST
        empty = said.MAP_READING.format(shelf.left + len(shelf.all)) if enough else said.MAP_EMPTY
        if not chart.there and self.empty.text() != empty:
            self.empty.setText(empty)
        if chart.there and bench.live.silence < 1.0:
            chart.move(bench.live.inputs)
            self.view.update()
        if now - self._told > 1.0:
            self._told = now
            self.view.setAccessibleDescription(self.text())

    def text(self) -> str:
        """The map in words."""
        shown, near = self.chart.shown, self.chart.nearest()
        if not self.chart.there:
            return self.empty.text()
        count, gestures = len(shown), len({each.label for each in shown})
        if near is None:
            return said.MAP_STILL.format(count=count, gestures=gestures)
        return said.MAP_TEXT.format(
            count=count, gestures=gestures, label=near.label, number=self._number(near)
        )

    def _number(self, shown: Phased) -> int:
        """Which demonstration of its gesture it is, from 1; 0: it is gone."""
        gesture = self.bench.document.gesture(shown.label)
        takes = gesture.demonstrations if gesture else ()
        return takes.index(shown.take) + 1 if shown.take in takes else 0

    def _name(self, shown: Phased | None, count: int) -> None:
        named = said.TAKE_NUMBER.format(label=shown.label, number=self._number(shown)) if shown else ""
        self.named.setText(said.MAP_PILE.format(take=named, count=count) if count > 1 else named)
        self.named.setToolTip(plain(said.MAP_PILE_TIP.format(count=count) if count > 1 else named))

    def restyle(self) -> None:
        """The look changed."""
        self.view.renew()

    def _choose(self, index: int) -> None:
        self.chart.supervised = index == 0
