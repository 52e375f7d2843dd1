"""Live curves: the last seconds of every channel, thirty times a second, calm.

Painted by hand: a scene of plot items costs several times as much for curves that all move in every picture.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from gesturemap.frames import Values
from gesturemap.window import words
from gesturemap.window.bench import Bench, Look, Panel
from gesturemap.window.drawn import Drawn, small
from gesturemap.window.facts.health import engine_step, silent_step, unready
from gesturemap.window.facts.live import Ring, SlowRange, grouped, pretty, thinned, ticks
from gesturemap.window.look import icons
from gesturemap.window.look.calm import Choice
from gesturemap.window.look.lines import Lines
from gesturemap.window.look.painted import painted
from gesturemap.window.look.polyline import Line, pen
from gesturemap.window.look.theme import heading, label, plain, styled
from gesturemap.window.teach import ghosts
from gesturemap.window.words import teaching as said

ROOM, HEAD, FOOT, TICK = 48.0, 18.0, 6.0, 22.0
"""Pixels for the numbers at the left, the names above, the gap below a plot, and between two numbers."""
ASIDE = 4.0
"""Pixels between a number and its plot."""
BETWEEN = 10.0
"""Pixels between two names."""
STRIP = HEAD + 10.0 + FOOT
"""Pixels of a plot in which nothing has moved."""


SPANS = (2, 3, 4, 6, 8, 12, 16, 20, 30)
"""Seconds that can be shown, from near to far."""
USUAL = SPANS.index(8)
NOTHING = 1e-9
"""What is smaller is read as 0: what a filter has left of a hand that rests."""
SHOWN = 600
"""Rows that are drawn at most."""


class Plot:
    """A few channels in one range."""

    def __init__(self, names: list[str], units: list[str], indices: list[int]) -> None:
        self.names, self.units, self.indices = names, units, indices
        self.lines = [Line(SHOWN) for _ in indices]
        self.range = SlowRange()
        self.still = False
        """Whether none of its channels has moved as far back as is shown."""

    def paint_scale(self, painter: QPainter, look: Look, box: QRectF) -> None:
        """Names and numbers: what changes rarely."""
        palette, (low, high) = look.palette, (self.range.low, self.range.high)
        metrics = QFontMetricsF(painter.font())
        painter.setPen(QColor(palette.faint))
        for place in ticks(low, high, max(1, min(5, int(box.height() / TICK)))):
            level = box.bottom() - (place - low) / (high - low) * box.height()
            room = QRectF(box.left() - ROOM, level - 8, ROOM - ASIDE, 16)
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, scale(place))
        painter.setPen(QPen(QColor(palette.line), 1))
        painter.drawLine(box.topLeft(), box.bottomLeft())
        at = box.left()
        for row, text in enumerate(legend(self.names, self.units, metrics.horizontalAdvance, box.width())):
            painter.setPen(own := pen(palette, row))
            painter.drawText(QPointF(at, box.top() - 5), text)
            wide = metrics.horizontalAdvance(text)
            if own.style() != Qt.PenStyle.SolidLine:
                painter.drawLine(QPointF(at, box.top() - 2), QPointF(at + wide, box.top() - 2))
            at += wide + BETWEEN

    def level(self, box: QRectF, values: Values) -> Values:
        """Where (T,) values of a channel are drawn in this box."""
        low, high = self.range.low, self.range.high
        return box.bottom() - (values - low) * (box.height() / max(1e-12, high - low))

    def paint_curves(self, painter: QPainter, look: Look, box: QRectF, x: Values, y: Values) -> None:
        """The curves; `x` (T,) in pixels, `y` (C, T) in units."""
        levels = y[self.indices]
        levels -= self.range.low
        levels *= -box.height() / max(1e-12, self.range.high - self.range.low)
        levels += box.bottom()
        broken = not np.isfinite(levels).all()
        for level, line, own in zip(levels, self.lines, self._pens(look), strict=True):
            painter.setPen(own)
            if not broken:
                painter.drawPolyline(line.through(x, level))
                continue
            for part in unbroken(level):
                painter.drawPolyline(line.through(x[part], level[part]))

    def _pens(self, look: Look) -> list[QPen]:
        return [pen(look.palette, row) for row in range(len(self.indices))]


def scale(value: float) -> str:
    """A number beside a plot, as short as it can be: 150000 is 1.5e5."""
    digits, power = f"{value:.4e}".split("e")
    short = f"{digits.rstrip('0').rstrip('.')}e{int(power)}"
    return min(f"{value:.6g}".replace("e+0", "e"), short, key=len)


def legend(
    names: Sequence[str], units: Sequence[str], measure: Callable[[str], float], wide: float
) -> list[str]:
    """Every name with its unit; where that is too wide, the unit once for neighbours that share it.

    Where even that is too wide, as many whole ones as there is room for, and how many there are besides.
    """
    pairs = list(zip(names, map(pretty, units), strict=True))
    texts = [f"{name} {unit}".strip() for name, unit in pairs]

    def fits(shown: list[str]) -> bool:
        return sum(map(measure, shown)) + BETWEEN * (len(shown) - 1) <= wide

    if fits(texts):
        return texts
    following = [*units[1:], None]
    texts = [
        text if unit != after else name
        for text, name, unit, after in zip(texts, names, units, following, strict=True)
    ]
    cut = (
        [*texts[:count], words.MORE_CHANNELS.format(len(texts) - count)]
        for count in range(len(texts) - 1, 0, -1)
    )
    return texts if fits(texts) else next((shown for shown in cut if fits(shown)), texts[:1])


def unbroken(values: Values) -> list[slice]:
    """The pieces of a curve between its gaps."""
    edges = [-1, *np.flatnonzero(~np.isfinite(values)).tolist(), len(values)]
    pieces = [slice(a + 1, b) for a, b in pairwise(edges)]
    return [piece for piece in pieces if piece.stop - piece.start > 1]


class CurveView(Drawn):
    """All plots, one below the other, the newest at the right edge."""

    zoomed = Signal(bool)
    """Closer (or farther) is wanted."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.plots: list[Plot] = []
        self.seconds = float(SPANS[USUAL])
        """How much time is shown."""
        self.age = 0.0
        """How many seconds ago `time` counts from."""
        self.time: Values = np.zeros(0)
        self.values: Values = np.zeros((0, 0))
        self.now = 0.0
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(words.CURVES_NAME)

    def show_channels(self, ring: Ring) -> None:
        """Lay plots out for other channels, of which nothing is here to be painted yet."""
        self.time, self.values = np.zeros(0), np.zeros((len(ring.names), 0))
        self.plots = [
            Plot([ring.names[i] for i in group], [ring.units[i] for i in group], group)
            for group in grouped(ring.names)
        ]
        self.renew()

    def show_values(self, time: Values, values: Values, age: float, now: float) -> None:
        """Take over (T,) seconds and (C, T) values, and paint."""
        self.time, self.values, self.age, self.now = time, values, age, now
        first = self._first()
        for plot in self.plots:
            shown = values[plot.indices, first:]
            still = not (np.fmax.reduce(shown, axis=1) > np.fmin.reduce(shown, axis=1)).any()
            if plot.range.follow(shown, now) or still != plot.still:
                plot.still = still
                self.renew()
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Closer or farther."""
        if event.angleDelta().y():
            self.zoomed.emit(event.angleDelta().y() > 0)
            event.accept()

    def _first(self) -> int:
        """The oldest row that is shown."""
        return int(np.searchsorted(self.time, self.age - self.seconds))

    @painted
    def paintEvent(self, painter: QPainter, event: QPaintEvent) -> None:
        """The scales from their picture, the curves anew."""
        self.beneath(painter)
        if self.plots and len(self.time):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            wide = self.width() - ROOM
            first = self._first()
            if first == len(self.time):
                return
            rows = first + thinned(self.time[first:], self.values[:, first:], self.seconds, SHOWN)
            x = self.width() + (self.time[rows] - self.age) * (wide / self.seconds)
            values = self.values[:, rows]
            for row, plot in enumerate(self.plots):
                box = self._box(row)
                plot.paint_curves(painter, self._bench.look, box, x, values)
                ghosts.on_curves(painter, self._bench, box, plot.names, self.seconds, plot.level, self.now)

    def _box(self, row: int) -> QRectF:
        high = self.height() / len(self.plots)
        still = sum(plot.still for plot in self.plots)
        top = row * high
        if 0 < still < len(self.plots) and high > STRIP:
            wide = (self.height() - still * STRIP) / (len(self.plots) - still)
            above = sum(plot.still for plot in self.plots[:row])
            top, high = above * STRIP + (row - above) * wide, STRIP if self.plots[row].still else wide
        return QRectF(ROOM, top + HEAD, self.width() - ROOM, max(1.0, high - HEAD - FOOT))

    def paint_still(self, painter: QPainter) -> None:
        """The scales."""
        small(painter, self.font())
        for row, plot in enumerate(self.plots):
            plot.paint_scale(painter, self._bench.look, self._box(row))


class Curves(Panel):
    """Curves of the sensor or of the features; can be paused for a look."""

    docs = "features"

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(bench, parent)
        self.what = Choice()
        self.what.addItems([words.SENSOR_CURVES, words.FEATURE_CURVES])
        self.what.setToolTip(words.CURVES_TIP)
        self.what.setAccessibleName(words.CURVES_TIP)
        self.what.setProperty("kept", "curves")
        self.seconds = Choice()
        self.seconds.addItems([words.CURVES_SECONDS.format(seconds) for seconds in SPANS])
        self.seconds.setCurrentIndex(USUAL)
        self.seconds.setToolTip(words.CURVES_SECONDS_TIP)
        self.seconds.setAccessibleName(words.CURVES_SECONDS_TIP)
        self.seconds.setProperty("kept", "curves seconds")
        self.seconds.currentIndexChanged.connect(self._zoomed)
        self.pause = styled(QToolButton(), "plain")
        self.pause.setAccessibleName(words.PAUSE)
        self.pause.setCheckable(True)
        self.pause.setToolTip(words.PAUSE_TIP)
        self.pause.toggled.connect(self._freeze)
        self.counts = Lines("small")
        self._figures: tuple[str, ...] = ()
        """What is counted, from long to short."""
        self.view = CurveView(bench)
        self.view.zoomed.connect(self.zoom)
        self.empty = label(words.NO_CURVES, "faint", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._drawn: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self._told = 0.0
        self._heard = False
        """Whether there is anything to hear: the source is open, or a demonstration plays."""
        self._lay_out()
        self.restyle()

    def _lay_out(self) -> None:
        self._head = head = QHBoxLayout()
        head.addWidget(heading(words.LIVE))
        head.addWidget(self.counts, 1)
        head.addWidget(self.seconds)
        head.addWidget(self.what)
        head.addWidget(self.pause)
        body = QWidget()
        self.stack = QStackedLayout(body)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(body, 1)

    @property
    def ring(self) -> Ring:
        """The ring that is shown."""
        live = self.bench.live
        return live.inputs if self.what.currentIndex() == 0 else live.features

    def tick(self, now: float) -> None:
        """Draw the newest; nothing while paused or hidden."""
        ring, document = self.ring, self.bench.document
        heard = document.open or bool(document.playing)
        channels = (ring.names, ring.units)
        if heard != self._heard or channels != self._drawn:
            self._heard = heard
            self.figures(self.bench.figures)
        if channels != self._drawn:
            self._drawn = channels
            self.view.show_channels(ring)
            self.pause.setChecked(False)
        time, values = ring.view()
        some = len(time) > 0 and heard and self.bench.live.silence < self.view.seconds
        self.stack.setCurrentIndex(1 if some else 0)
        if not some:
            self._explain()
        elif self.isVisible() and not self.pause.isChecked():
            self.view.show_values(time, values, self.bench.live.age(ring), now)
            if now - self._told > 1.0:
                self._told = now
                self._tell(ring, values[:, -1])

    def zoom(self, closer: bool) -> None:
        """One step closer or farther; also while paused."""
        self.seconds.setCurrentIndex(
            min(len(SPANS) - 1, max(0, self.seconds.currentIndex() + (-1 if closer else 1)))
        )

    def _zoomed(self, index: int) -> None:
        self.view.seconds = float(SPANS[index])
        self.view.update()

    def _freeze(self, on: bool) -> None:
        """What is shown while paused is a copy: the ring goes on."""
        if on:
            self.view.time, self.view.values = self.view.time.copy(), self.view.values.copy()

    def _explain(self) -> None:
        document, engine = self.bench.document, self.bench.engine
        step = document.input_fault or silent_step(document, self.bench.figures)
        step = words.RESTING if document.resting else f"{words.NO_CURVES}\n{step}"
        if self.bench.preparing:
            step = unready(document, preparing=self.bench.preparing) or step
        text = f"{engine}\n{engine_step(engine)}" if engine else step
        if document.input.get("kind") == "pointer" and self.bench.preparing and self.bench.preparing in text:
            text = words.AFTER_COMPILING  # the pad beside it says what, and how far it is
        if self.empty.text() != text:
            self.empty.setText(text)

    def _tell(self, ring: Ring, newest: Any) -> None:
        """The same in words, for who cannot see it."""
        shown = np.where(np.abs(newest) < NOTHING, 0.0, newest)
        rows = zip(ring.names, shown.tolist(), map(pretty, ring.units), strict=True)
        text = ", ".join(
            words.CURVE_TEXT.format(name=name, value=value, unit=unit).strip() for name, value, unit in rows
        )
        self.view.setAccessibleDescription(text)

    def figures(self, figures: dict[str, Any]) -> None:
        """Channels and measured rate."""
        rate, ring = float(figures.get("rate", 0.0)), self.ring
        text = words.LIVE_FIGURES.format(channels=len(ring.names), rate=rate)
        some = bool(ring.names) and self._heard
        self._figures = (text, said.LIVE_RATE.format(rate)) if some else ()
        self.counts.setToolTip(plain(text) if some else "")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There may be room for more, or less."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where there is little room, the channels are not counted, and how much is shown is set by wheel and keys."""
        items = (self._head.itemAt(place) for place in range(self._head.count()))
        parts = [widget for item in items if item is not None and (widget := item.widget()) is not None]
        always = [part for part in parts if part not in (self.counts, self.seconds)]
        room = self.contentsRect().width() - 24 - sum(part.sizeHint().width() for part in always)
        room -= self._head.spacing() * len(always)  # the counts have theirs
        wide = self.seconds.sizeHint().width() + self._head.spacing()
        self.seconds.setVisible(room >= wide)
        room -= wide if room >= wide else 0
        measure = self.counts.fontMetrics().horizontalAdvance
        text = next((text for text in self._figures if measure(text) < room), "")
        if self.counts.text() != text:
            self.counts.setText(text)

    def restyle(self) -> None:
        """The look changed."""
        self.pause.setIcon(icons.icon("pause", self.bench.look.palette.faint))
        self.view.renew()
