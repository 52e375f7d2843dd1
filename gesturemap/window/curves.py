"""Live curves: the last seconds of every channel, thirty times a second, calm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from gesturemap.window import icons, words
from gesturemap.window.bench import Bench, Panel
from gesturemap.window.live import Ring, SlowRange, grouped
from gesturemap.window.theme import heading, label, styled

pg.setConfigOptions(useOpenGL=False, antialias=True)

ROOM, HEAD = 34, 15
"""Pixels for the numbers at the left, and for the names above."""


class Plot:
    """One plot of a few channels with one range."""

    def __init__(self, layout: Any, row: int, names: Sequence[str], indices: Sequence[int]) -> None:
        self.indices = list(indices)
        self.names = [names[i] for i in indices]
        self.range = SlowRange()
        self.item = layout.addPlot(row=row, col=0)
        self.item.setMouseEnabled(False, False)
        self.item.setMenuEnabled(False)
        self.item.hideButtons()
        self.item.getViewBox().setDefaultPadding(0.0)
        self.axis = self.item.getAxis("left")
        self.axis.setWidth(ROOM)
        self.axis.setStyle(tickLength=0, maxTickLevel=0, tickTextOffset=4)
        self.axis.setTickDensity(0.5)
        self.item.hideAxis("bottom")
        self.item.setTitle("", justify="left")
        self.item.layout.setRowFixedHeight(0, HEAD)
        self.curves = [pg.PlotCurveItem(connect="finite") for _ in self.indices]
        for curve in self.curves:
            self.item.addItem(curve, ignoreBounds=True)

    def dress(self, colours: Sequence[str], faint: str, line: str) -> None:
        """Colours of curves, names and numbers."""
        self.axis.setTextPen(faint)
        self.axis.setPen(pg.mkPen(line))
        pens = [colours[i % len(colours)] for i in range(len(self.curves))]
        for curve, colour in zip(self.curves, pens, strict=True):
            curve.setPen(pg.mkPen(colour, width=1))
        spans = [f'<span style="color:{c}">{name}</span>' for c, name in zip(pens, self.names, strict=True)]
        self.item.setTitle("&nbsp; ".join(spans), size="8.5pt", justify="left")
        self.item.layout.setRowFixedHeight(0, HEAD)

    def draw(self, x: Any, y: Any, age: float, now: float) -> None:
        """Draw what there is; the newest at the right edge."""
        for curve, index in zip(self.curves, self.indices, strict=True):
            curve.setData(x, y[index])
            curve.setPos(-age, 0.0)
        if self.range.follow(y[self.indices], now):
            self.item.setYRange(self.range.low, self.range.high, padding=0)


class Curves(Panel):
    """Curves of the sensor or of the features; can be paused for a look."""

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(bench, parent)
        self.what = QComboBox()
        self.what.addItems([words.SENSOR_CURVES, words.FEATURE_CURVES])
        self.what.setToolTip(words.CURVES_TIP)
        self.what.setAccessibleName(words.CURVES_TIP)
        self.pause = styled(QPushButton(words.PAUSE), "plain")
        self.pause.setCheckable(True)
        self.pause.setToolTip(words.PAUSE_TIP)
        self.counts = label("", "small")
        self.view = pg.GraphicsLayoutWidget()
        self.view.setAccessibleName(words.CURVES_NAME)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setAntialiasing(True)
        self.view.ci.layout.setSpacing(6)
        self.view.ci.setContentsMargins(0, 4, 0, 0)
        self.empty = label(words.NO_CURVES, "faint", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.plots: list[Plot] = []
        self._drawn: tuple[str, ...] = ()
        self._told = 0.0
        self._lay_out()
        self.restyle()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(heading(words.LIVE))
        head.addWidget(self.counts)
        head.addStretch(1)
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
        ring = self.ring
        if ring.names != self._drawn:
            self._rebuild(ring)
        x, y = ring.view()
        self.stack.setCurrentIndex(1 if len(x) else 0)
        if not len(x):
            self._explain()
        if not len(x) or self.pause.isChecked() or not self.isVisible():
            return
        age = self.bench.live.age(ring)
        for plot in self.plots:
            plot.draw(x, y, age, now)
        if now - self._told > 1.0:
            self._told = now
            self._tell(ring, y[:, -1])

    def _explain(self) -> None:
        step = words.SILENT_STEPS.get(str(self.bench.document.input.get("kind")), words.SILENT_STEP)
        text = f"{words.NO_CURVES}\n{step}"
        if self.empty.text() != text:
            self.empty.setText(text)

    def _tell(self, ring: Ring, newest: Any) -> None:
        """The same in words, for who cannot see it."""
        pairs = zip(ring.names, newest.tolist(), strict=True)
        text = ", ".join(words.CURVE_TEXT.format(name=name, value=value) for name, value in pairs)
        self.view.setAccessibleDescription(text)

    def _rebuild(self, ring: Ring) -> None:
        self.view.clear()
        self._drawn = ring.names
        self.plots = [
            Plot(self.view, row, ring.names, indices) for row, indices in enumerate(grouped(ring.names))
        ]
        for plot in self.plots:
            plot.item.setXRange(-ring.span, 0.0, padding=0)
        self._dress()

    def _dress(self) -> None:
        palette = self.bench.look.palette
        for plot in self.plots:
            plot.dress(palette.channels, palette.faint, palette.line)

    def figures(self, figures: dict[str, Any]) -> None:
        """Channels and measured rate."""
        rate = float(figures.get("rate", 0.0))
        width = len(self.ring.names)
        self.counts.setText(
            words.LIVE_FIGURES.format(channels=width, rate=rate, span=self.ring.span) if width else ""
        )

    def restyle(self) -> None:
        """The look changed."""
        palette = self.bench.look.palette
        self.view.setBackground(QColor(palette.panel))
        self.pause.setIcon(icons.icon("pause", palette.faint))
        self._dress()
