"""All demonstrations of a gesture laid over one another: each thin, their mean bold, their spread as a band.

Painted into a picture when something changed; over it only the place of the live movement on the mean goes along.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF

from gesturemap.frames import Values
from gesturemap.teaching.aligned import Aligned, steps
from gesturemap.window.bench import Bench
from gesturemap.window.drawn import Drawn
from gesturemap.window.facts.document import Take
from gesturemap.window.facts.live import grouped, pretty
from gesturemap.window.facts.thumbnails import Gallery, Thumbnail, is_place
from gesturemap.window.look.painted import painted
from gesturemap.window.look.polyline import pen, polyline
from gesturemap.window.words import teaching as said

AT_ONCE = 0.006
"""Seconds of work between two pictures."""
MOST = 24
"""The newest demonstrations that are laid over one another; more say no more to the eye."""
GAP, HEAD = 14.0, 16.0
BAND, ONE = 60, 120
"""Opacity, 0..255, of the spread and of a single demonstration."""

Key = tuple[object, ...]


def extent(shown: Aligned, channels: list[int]) -> tuple[Values, Values]:
    """How low and how high (C,) curves and spread go: beside most of them, the spread goes beyond all."""
    mean, spread = (part[:, channels] for part in shown.middle)
    every = np.concatenate([*shown.curves[:, :, channels], mean - spread, mean + spread])
    return every.min(axis=0), every.max(axis=0)


class Overlaid(Drawn):
    """The demonstrations of one gesture that are learned from."""

    def __init__(self, bench: Bench, gallery: Gallery) -> None:
        super().__init__(bench)
        self._gallery = gallery
        self._label = ""
        self._takes: tuple[Take, ...] = ()
        self.chosen: frozenset[str] = frozenset()
        """Demonstrations that are drawn brighter."""
        self.aligned: Aligned | None = None
        self.text = ""
        """The same in words: how many, how long, and where they differ most beside how far that channel goes."""
        self._pictures: list[Thumbnail] = []
        self._ids: list[str] = []
        self._work: Iterator[Aligned | None] | None = None
        self._done: Key = ()
        self._progress = -1.0
        self._every = 0
        """Demonstrations that are learned from, of which the newest are shown."""
        self.setMinimumSize(120, 60)

    def follow(self, label: str, takes: tuple[Take, ...]) -> None:
        """Those of one gesture."""
        if label != self._label:
            self.aligned, self.text, self._done, self._work = None, "", (), None
        self._label = label
        learned = tuple(take for take in takes if take.learned)
        self._takes, self._every = learned[-MOST:], len(learned)
        self.setAccessibleName(said.OVERLAID_NAME.format(label))
        self.renew()

    def tick(self) -> None:
        """Go on laying them over one another; let the live place go along."""
        if not self.isVisible():
            return
        self._begin()
        until = time.perf_counter() + AT_ONCE
        while self._work is not None and time.perf_counter() < until:
            found = next(self._work, None)
            if found is not None:
                self.aligned, self._work = found, None
                self.text = self._describe()
                self.setAccessibleDescription(self.text)
                self.renew()
        progress = self._live()
        if progress != self._progress:
            self._progress = progress
            self.update()

    def _begin(self) -> None:
        looked = [(take, *self._gallery.of(take)) for take in self._takes]
        if not all(found for _, found, _ in looked):
            return
        read = [(take, picture) for take, _, picture in looked if picture is not None]
        names = read[-1][1].names if read else ()
        read = [(take, picture) for take, picture in read if picture.names == names]
        key: Key = tuple((take.id, id(picture)) for take, picture in read)
        if key == self._done:
            return
        self._done, self._pictures = key, [picture for _, picture in read]
        self._ids = [take.id for take, _ in read]
        self.aligned, self.text, self._work = None, "", None
        if read:
            courses, lengths = (
                [picture.course for picture in self._pictures],
                [take.seconds for take, _ in read],
            )
            self._work = steps(courses, lengths)
        self.renew()

    def _live(self) -> float:
        """How far the live movement is through this gesture; -1 while another or none is heard."""
        live = self._bench.live
        if self._bench.sure.label != self._label or not live.heard or self.aligned is None:
            return -1.0
        return round(live.of(live.progress, self._label), 3)

    def _describe(self) -> str:
        assert self.aligned is not None
        least, most = float(self.aligned.lengths.min()), float(self.aligned.lengths.max())
        if len(self.aligned.curves) < 2:
            return said.HOW_OVERLAID_ONE.format(seconds=most)
        shown = len(self.aligned.curves)
        count = str(shown) if self._every <= MOST else said.NEWEST_OF.format(shown, self._every)
        if self.aligned.typical() is not None:
            return said.HOW_OVERLAID_TYPICAL.format(count=count, least=least, most=most)
        goes = np.ptp(self.aligned.mean, axis=0)
        spread = self.aligned.spread.mean(axis=0)
        worst = int(np.argmax(spread / np.where(goes > 0, goes, np.inf)))
        return said.HOW_OVERLAID.format(
            count=count, least=least, most=most, name=self._pictures[0].names[worst],
            spread=float(spread[worst]), unit=pretty(self._pictures[0].units[worst]),
        ).strip()  # fmt: skip

    # The picture

    @painted
    def paintEvent(self, painter: QPainter, event: QPaintEvent) -> None:
        """The picture, and the place of the live movement."""
        self.beneath(painter)
        if self.aligned is not None and self._progress >= 0:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            palette = self._bench.look.palette
            values = self.aligned.at(self._progress)
            pad, plots = self._boxes()
            painter.setPen(QPen(QColor(palette.panel), 1.5))
            painter.setBrush(QColor(palette.text))
            if pad is not None:
                painter.drawEllipse(self._spots(pad, values[None, :2])[0], 4.5, 4.5)
            painter.setPen(QPen(QColor(palette.text), 1))
            for box, _ in plots:
                x = box.left() + self._progress * box.width()
                painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))

    def _boxes(self) -> tuple[QRectF | None, list[tuple[QRectF, list[int]]]]:
        """Where the way over the pad is drawn, if there is one, and each group of channels."""
        names = self._pictures[0].names
        groups = grouped(names)
        left, pad = 0.0, None
        room = QRectF(self.rect()).adjusted(2, 2, -2, -4)
        if is_place(names):
            groups = [[0], [1]]
            side = min(room.height(), room.width() / 3)
            pad = QRectF(room.left(), room.top(), side, side)
            left = side + GAP
        wide = (room.width() - left - GAP * (len(groups) - 1)) / len(groups)
        boxes = [
            QRectF(room.left() + left + at * (wide + GAP), room.top() + HEAD, wide, room.height() - HEAD)
            for at in range(len(groups))
        ]
        return pad, list(zip(boxes, groups, strict=True))

    def paint_still(self, painter: QPainter) -> None:
        """All of them, or that they are being laid over one another."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.aligned is None:
            painter.setPen(QColor(self._bench.look.palette.faint))
            text = said.ALIGNING if self._takes else ""
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, text)
        else:
            pad, plots = self._boxes()
            if pad is not None:
                self._way(painter, pad, self.aligned)
            for box, group in plots:
                self._group(painter, box, group, self.aligned)

    def _spots(self, box: QRectF, places: Values) -> list[QPointF]:
        """(N, 2) places of a pad, as large as all of them fit."""
        assert self.aligned is not None
        low, high = extent(self.aligned, [0, 1])
        scale = 0.92 * box.width() / max(1e-9, float((high - low).max()))
        away = (places - (low + high) / 2) * scale
        middle = box.center()
        return [QPointF(middle.x() + x, middle.y() - y) for x, y in away.tolist()]

    def _way(self, painter: QPainter, box: QRectF, shown: Aligned) -> None:
        """Every way over the pad, the one that stands for all with how far they are spread around it."""
        look = self._bench.look
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.palette.ground if look.palette.name == "dark" else look.palette.raised))
        painter.drawRoundedRect(box, 6, 6)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for name, curve in zip(self._ids, shown.curves, strict=True):
            painter.setPen(self._thin(name))
            painter.drawPolyline(QPolygonF(self._spots(box, curve[:, :2])))
        middle, spread = shown.middle
        mean = self._spots(box, middle[:, :2])
        if spread.any():
            one = self._spots(box, np.zeros((1, 2)))[0]
            unit = self._spots(box, np.array([[1.0, 0.0]]))[0].x() - one.x()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._shade(BAND))
            for spot, (across, up) in zip(mean[::2], spread[::2, :2].tolist(), strict=True):
                painter.drawEllipse(spot, max(1.0, across * unit), max(1.0, up * unit))
            painter.setBrush(Qt.BrushStyle.NoBrush)
        colour = QColor(look.gesture(self._label))
        painter.setPen(QPen(colour, 2.5))
        painter.drawPolyline(QPolygonF(mean))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(mean[0], 4, 4)

    def _shade(self, opacity: int) -> QColor:
        colour = QColor(self._bench.look.gesture(self._label))
        colour.setAlpha(opacity)
        return colour

    def _thin(self, demonstration: str) -> QPen:
        palette = self._bench.look.palette
        if demonstration in self.chosen:
            return QPen(QColor(palette.text), 1.5)
        colour = QColor(palette.faint)
        colour.setAlpha(ONE)
        return QPen(colour, 1)

    def _group(self, painter: QPainter, box: QRectF, group: list[int], shown: Aligned) -> None:
        """Some channels over their course, in one range."""
        palette, first = self._bench.look.palette, self._pictures[0]
        part = shown.curves[:, :, group]
        low, high = (float(end) for end in (extent(shown, group)[0].min(), extent(shown, group)[1].max()))
        room = 0.05 * (high - low) or 0.5
        low, high = low - room, high + room

        across = np.linspace(box.left(), box.right(), part.shape[1])

        def level(values: Values) -> Values:
            return box.bottom() - (values - low) / (high - low) * box.height()

        painter.setPen(QPen(QColor(palette.line), 1))
        painter.drawLine(box.topLeft(), box.bottomLeft())
        at = box.left()
        for row, channel in enumerate(group):
            painter.setPen(own := pen(palette, row, 2))
            name = f"{first.names[channel]} {pretty(first.units[channel])}".strip()
            if at + painter.fontMetrics().horizontalAdvance(name) <= box.right() + GAP / 2:
                painter.drawText(QPointF(at, box.top() - 4), name)
            at += painter.fontMetrics().horizontalAdvance(name) + 8
            mean, spread = (part[:, channel] for part in shown.middle)
            for demonstration, curve in zip(self._ids, shown.curves, strict=True):
                painter.setPen(self._thin(demonstration))
                painter.drawPolyline(polyline(across, level(curve[:, channel])))
            if spread.any():
                band = own.color()
                band.setAlpha(BAND)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(band)
                band_y = np.concatenate([level(mean + spread), level(mean - spread)[::-1]])
                painter.drawPolygon(polyline(np.concatenate([across, across[::-1]]), band_y))
            painter.setPen(own)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(polyline(across, level(mean)))
