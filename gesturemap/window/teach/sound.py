"""The built-in sound: on or off, how loud, and how loud it is."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QSlider,
    QStyle,
    QStyleOptionSlider,
    QVBoxLayout,
    QWidget,
)

from gesturemap.commands import Sound, Volume
from gesturemap.window import words
from gesturemap.window.bench import Bench, Panel
from gesturemap.window.facts.document import Document
from gesturemap.window.facts.health import dropouts
from gesturemap.window.look.theme import heading, label, styled

FLOOR = -60.0
"""dB at the left end of the meter."""
HOT = -6.0
LINE = 0.75
"""Share of a channel's room that its line takes."""
FALL = 24.0
"""dB per second by which the meter falls."""
STALE = 0.5
"""Seconds without word from the synth, which speaks while anything sounds, after which nothing is heard of it."""


class Meter(QWidget):
    """Two level bars in dB that rise at once and fall calmly, to nothing where the synth has fallen silent."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        self.levels = [FLOOR, FLOOR]
        self._targets = [FLOOR, FLOOR]
        self._at = self._heard = 0.0
        self._new = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(words.METER_NAME)

    def sizeHint(self) -> QSize:
        """Two thin lines."""
        return QSize(120, 16)

    def show_levels(self, levels: list[float]) -> None:
        """Take new peaks, left and right, in dB."""
        self._new = True
        found = [level if math.isfinite(level) else FLOOR for level in levels[:2]]
        self._targets = found + [FLOOR] * (2 - len(found))
        left, right = self._targets
        text = words.METER_TEXT.format(left, right)
        self.setAccessibleDescription(text)
        self.setToolTip(text)

    def tick(self, now: float) -> None:
        """Move towards the newest peaks."""
        if self._new:
            self._new, self._heard = False, now
        elif now - self._heard > STALE and max(self._targets) > FLOOR:
            self.show_levels([])
        fall, self._at = FALL * max(0.0, now - self._at), now
        before = list(self.levels)
        self.levels = [max(new, old - fall, FLOOR) for old, new in zip(before, self._targets, strict=True)]
        if self.levels != before:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Two lines, the hot end in another colour."""
        palette = self._bench.look.palette
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(palette.panel))
        painter.setPen(Qt.PenStyle.NoPen)
        hot = self.width() * (HOT - FLOOR) / -FLOOR
        room = self.height() / len(self.levels)
        for row, level in enumerate(self.levels):
            top, high = room * (row + LINE / 6), room * LINE
            painter.setBrush(QColor(palette.raised))
            painter.drawRect(QRectF(0, top, self.width(), high))
            end = self.width() * min(1.0, max(0.0, (level - FLOOR) / -FLOOR))
            painter.setBrush(QColor(palette.good))
            painter.drawRect(QRectF(0, top, min(end, hot), high))
            if end > hot:
                painter.setBrush(QColor(palette.warn))
                painter.drawRect(QRectF(hot, top, end - hot, high))
        painter.end()


class Fader(QSlider):
    """A slider that jumps to where it is clicked, and is held there."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there first; then the handle lies below the mouse, and Qt does the rest."""
        if event.button() == Qt.MouseButton.LeftButton:
            option = QStyleOptionSlider()
            self.initStyleOption(option)
            control, part = QStyle.ComplexControl.CC_Slider, QStyle.SubControl
            groove = self.style().subControlRect(control, option, part.SC_SliderGroove, self)
            handle = self.style().subControlRect(control, option, part.SC_SliderHandle, self)
            place = event.position().toPoint()
            if not handle.contains(place):
                way = groove.width() - handle.width()
                at = place.x() - groove.left() - handle.width() // 2
                value = QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), at, way)
                self.setValue(value)
        super().mousePressEvent(event)


class SoundPanel(Panel):
    """Switch, volume, meter, and what the synth says of its device."""

    docs = "sound"

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(bench, parent)
        self.switch = QPushButton(words.SOUND_OFF)
        self.switch.setCheckable(True)
        self.switch.setToolTip(words.SOUND_TIP)
        self.switch.setAccessibleName(words.SOUND)
        self.switch.clicked.connect(lambda on: bench.send(Sound(on)))
        self.volume = Fader(Qt.Orientation.Horizontal)
        self.volume.setRange(0, 100)
        self.volume.setToolTip(words.VOLUME_TIP)
        self.volume.setAccessibleName(words.VOLUME)
        self.volume.valueChanged.connect(self._turned)
        self.percent = label("", "small")
        self.percent.setMinimumWidth(38)
        self.percent.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.meter = Meter(bench)
        self.device = label("", "small", wrap=True)
        self._following = False
        head = QHBoxLayout()
        head.addWidget(heading(words.SOUND))
        head.addStretch(1)
        head.addWidget(self.switch)
        row = QHBoxLayout()
        row.addWidget(self.volume, 1)
        row.addWidget(self.percent)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 10)
        column.setSpacing(6)
        column.addLayout(head)
        column.addLayout(row)
        column.addWidget(self.meter)
        column.addWidget(self.device)

    def follow(self, document: Document) -> None:
        """Show switch and volume as they are; a hand on the slider is not disturbed."""
        self.switch.setChecked(document.sound_on)
        self.switch.setText(words.SOUND_ON if document.sound_on else words.SOUND_OFF)
        if not self.volume.isSliderDown():
            self._following = True
            self.volume.setValue(round(100 * document.volume))
            self._following = False
            self.percent.setText(f"{self.volume.value()} %")
        self._say()

    def figures(self, figures: dict[str, Any]) -> None:
        """New figures: dropouts, and what to do about them, stand where there is room for the whole line."""
        self._say()

    def _say(self) -> None:
        state = self.bench.document.processes.get("synth", "")
        said = dropouts(self.bench.figures) if state.startswith("running") else state
        if said != self.device.text():
            self.device.setText(said)
            self.device.setVisible(bool(said))
        styled(self.device, "warn" if state.startswith("no ") else "small")

    def tick(self, now: float) -> None:
        """The meter moves."""
        self.meter.tick(now)

    def _turned(self, value: int) -> None:
        self.percent.setText(f"{value} %")
        if not self._following:
            self.bench.send(Volume(value / 100))
