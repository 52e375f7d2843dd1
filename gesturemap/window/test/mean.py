"""The mean of a gesture's demonstrations with their spread, and how far through it one is, as a moving point."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from gesturemap.frames import Values
from gesturemap.teaching.aligned import Aligned
from gesturemap.window.bench import Bench
from gesturemap.window.drawn import Drawn, small
from gesturemap.window.facts.thumbnails import PLACE
from gesturemap.window.look.colours import rgb
from gesturemap.window.look.painted import painted
from gesturemap.window.look.polyline import polyline
from gesturemap.window.look.theme import plain
from gesturemap.window.words import testing as said

LANES = 6
"""Channels that are drawn: those in which the gesture moves most beside its spread."""
NAME = 16.0
"""Pixels of the title."""
SIDE = 10.0
APART = 0.2
"""The share of the demonstrations' variance, each around its own middle, that their mean leaves open at most."""
POINT = 4.0


def chosen(laid: Aligned, most: int = LANES) -> list[int]:
    """The channels in which a gesture moves most, beside how its demonstrations differ, in their own order."""
    moves = laid.mean.std(axis=0)
    ranking = moves / (laid.spread.mean(axis=0) + 0.1 * moves + 1e-12)
    ranking[moves < 1e-9] = -1.0
    return sorted(ranking.argsort(kind="stable")[::-1][:most].tolist())


def typical(laid: Aligned) -> int | None:
    """Which demonstration stands for all where nobody drew their mean; None: the mean does.

    So it is with figures that are begun anywhere, such as circles: their mean is another figure.
    """
    curves, mean = laid.curves - laid.curves.mean(axis=1, keepdims=True), laid.mean - laid.mean.mean(axis=0)
    scale = curves.std(axis=(0, 1))
    moved = scale > 0.0
    apart = ((curves - mean)[..., moved] / scale[moved]) ** 2
    return int(apart.mean(axis=(1, 2)).argmin()) if moved.any() and apart.mean() > APART else None


class MeanCurve(Drawn):
    """A lane for each channel, or the way over the pad; painted once, the point anew thirty times a second."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.label = ""
        """The gesture that is shown: the one that is heard, or was last, or else the one that is selected."""
        self.progress: float | None = None
        self._last = ""
        """Which gesture was heard last."""
        self._laid: Aligned | None = None
        self._names: tuple[str, ...] = ()
        self._typical: int | None = None
        """The demonstration that is shown in place of a mean."""
        self._lanes: list[int] = []
        self._places: list[tuple[Values, Values]] = []
        """Of each lane, or of the way: x and y (N,) in pixels."""
        self._waits = False
        """Whether demonstrations are still being read or laid over one another."""
        self._told = 0.0
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(said.MEAN_NAME)
        self.setToolTip(plain(said.MEAN_TIP))

    def sizeHint(self) -> QSize:
        """Room for the lanes."""
        return QSize(240, 170)

    def minimumSizeHint(self) -> QSize:
        """Small, but to be read."""
        return QSize(160, 96)

    def tick(self, now: float) -> None:
        """Look who is heard, and how far."""
        bench = self._bench
        heard, known = bench.verdict.label, bench.document.labels
        self._last = heard or (self._last if self._last in known else "")
        label = self._last or bench.selection
        laid = bench.shelf.aligned(label) if label else None
        waits = bench.shelf.busy
        if (label, waits) != (self.label, self._waits) or laid is not self._laid:
            self.label, self._laid, self._waits = label, laid, waits
            self._names = bench.shelf.channels(label)[0]
            self._lanes = chosen(laid) if laid is not None else []
            self._typical = typical(laid) if laid is not None else None
            self.renew()
        near = label in (heard, bench.live.winner)
        progress = bench.live.of(bench.live.progress, label) if near and label else None
        if progress != self.progress:
            self.progress = progress
            self.update()
        if now - self._told > 1.0:
            self._told = now
            self.setAccessibleDescription(self.text())

    def text(self) -> str:
        """The same in words."""
        if self._laid is None:
            return said.MEAN_WAITS if self._waits else said.MEAN_EMPTY
        count, seconds = len(self._laid.curves), float(self._laid.lengths.mean())
        text = said.MEAN_TEXT if self._typical is None else said.MEAN_TYPICAL_TEXT
        return text.format(label=self.label, progress=self.progress or 0.0, count=count, seconds=seconds)

    @painted
    def paintEvent(self, painter: QPainter, event: QPaintEvent) -> None:
        """The picture, and the point on it."""
        self.beneath(painter)
        if self.progress is not None and self._places:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(self._bench.look.palette.panel), 1.5))
            painter.setBrush(QColor(self._bench.look.palette.text))
            for x, y in self._places:
                at = min(max(self.progress, 0.0), 1.0) * (len(x) - 1)
                low = min(int(at), len(x) - 2)
                share = at - low
                place = QPointF(
                    float(x[low] + share * (x[low + 1] - x[low])),
                    float(y[low] + share * (y[low + 1] - y[low])),
                )
                painter.drawEllipse(place, POINT, POINT)

    def paint_still(self, painter: QPainter) -> None:
        """Title, mean and spread, or why there is none."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = small(painter, self.font())
        painter.setPen(QColor(self._bench.look.palette.faint))
        self._places = []
        if self._laid is None:
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(self.rect()).adjusted(8, 0, -8, 0), flags, self.text())
        else:
            count = len(self._laid.curves)
            title = (
                said.MEAN_ONE.format(label=self.label)
                if count == 1
                else (said.MEAN if self._typical is None else said.MEAN_TYPICAL).format(
                    label=self.label, count=count
                )
            )
            room = QFontMetricsF(font).elidedText(title, Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(QRectF(0, 0, self.width(), NAME), Qt.AlignmentFlag.AlignLeft, room)
            box = QRectF(0, NAME + 2, self.width(), self.height() - NAME - 4)
            if tuple(self._names[:2]) == PLACE:
                self._way(painter, self._laid, box.adjusted(SIDE, 4, -SIDE, -4))
            else:
                self._lane(painter, self._laid, box)

    def _curve(self, laid: Aligned) -> Values:
        """The mean, or the demonstration in its place: (N, C)."""
        return laid.mean if self._typical is None else np.asarray(laid.curves[self._typical])

    def _way(self, painter: QPainter, laid: Aligned, box: QRectF) -> None:
        """Places on a pad: each demonstration faint, the mean over them."""
        places = laid.curves[:, :, :2]
        low, high = places.min(axis=(0, 1)), places.max(axis=(0, 1))
        scale = min(box.width(), box.height()) / max(1e-9, float((high - low).max()))
        middle = (low + high) / 2
        colour = self._bench.look.gesture(self.label)

        def on(curve: Values) -> tuple[Values, Values]:
            moved = (curve - middle) * scale
            return box.center().x() + moved[:, 0], box.center().y() - moved[:, 1]

        for curve in places:
            painter.setPen(QPen(QColor(*rgb(colour), 70), 1))
            painter.drawPolyline(polyline(*on(curve)))
        x, y = on(self._curve(laid)[:, :2])
        painter.setPen(QPen(QColor(colour), 2))
        painter.drawPolyline(polyline(x, y))
        self._places = [(x, y)]

    def _lane(self, painter: QPainter, laid: Aligned, box: QRectF) -> None:
        """A lane for each channel, in its own range."""
        palette, colour = self._bench.look.palette, self._bench.look.gesture(self.label)
        metrics = QFontMetricsF(painter.font())
        wide = max((metrics.horizontalAdvance(self._names[c]) for c in self._lanes), default=0.0)
        room = min(wide, box.width() * 0.3) + 6
        high = box.height() / max(1, len(self._lanes))
        x = box.left() + room + SIDE / 2 + (box.width() - room - SIDE) * np.linspace(0.0, 1.0, len(laid.mean))
        for row, channel in enumerate(self._lanes):
            lane = QRectF(box.left(), box.top() + row * high + 2, box.width(), high - 4)
            mean, spread = self._curve(laid)[:, channel], laid.spread[:, channel]
            if self._typical is not None:
                spread = np.zeros_like(spread)  # it is that around a mean
            low, top = float((mean - spread).min()), float((mean + spread).max())
            scale = lane.height() / max(1e-12, top - low)
            y = lane.bottom() - (mean - low) * scale
            painter.setPen(QColor(palette.faint))
            name = metrics.elidedText(self._names[channel], Qt.TextElideMode.ElideMiddle, room - 4)
            side = Qt.AlignmentFlag
            painter.drawText(
                QRectF(lane.left(), lane.top(), room, lane.height()), side.AlignVCenter | side.AlignLeft, name
            )
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(*rgb(colour), 60))
            edge = np.concatenate([y - spread * scale, (y + spread * scale)[::-1]])
            painter.drawPolygon(polyline(np.concatenate([x, x[::-1]]), edge))
            painter.setPen(QPen(QColor(colour), 1.6))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(polyline(x, y))
            self._places.append((x, y))
