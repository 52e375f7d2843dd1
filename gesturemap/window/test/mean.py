"""The mean of a gesture's demonstrations with their spread, and how far through it one is, as a moving point."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from gesturemap.frames import Values
from gesturemap.teaching.aligned import Aligned, moving
from gesturemap.window.bench import Bench
from gesturemap.window.drawn import Drawn, small
from gesturemap.window.facts.thumbnails import PLACE
from gesturemap.window.look.painted import painted
from gesturemap.window.look.theme import plain
from gesturemap.window.test.lanes import LANES, SIDE, lanes, way
from gesturemap.window.words import testing as said

NAME = 16.0
"""Pixels of the title."""
POINT = 4.0


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
        laid, names = bench.shelf.aligned(label) if label else None, bench.shelf.channels(label)[0]
        if laid is not None and len(names) != laid.mean.shape[1]:  # they are being read anew
            laid = None
        waits = bench.shelf.busy
        if (label, waits) != (self.label, self._waits) or laid is not self._laid:
            self.label, self._laid, self._waits = label, laid, waits
            self._names = names
            self._lanes = moving(laid.mean, laid.spread, LANES) if laid is not None else []
            self._typical = laid.typical() if laid is not None else None
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
            self._places = self._draw(painter, self._laid, box)

    def _draw(self, painter: QPainter, laid: Aligned, box: QRectF) -> list[tuple[Values, Values]]:
        """The mean, or the demonstration in its place; where it lies."""
        palette, colour = self._bench.look.palette, self._bench.look.gesture(self.label)
        mean, spread = laid.middle
        if tuple(self._names[:2]) == PLACE:
            places = list(laid.curves[:, :, :2])
            return [way(painter, box.adjusted(SIDE, 4, -SIDE, -4), mean[:, :2], places, colour)]
        named = [(self._names[channel], channel) for channel in self._lanes]
        return lanes(painter, box, named, mean, spread, colour, palette)
