"""The built-in sound: on or off, how loud, how loud it is, and with which patches."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gesturemap.commands import Sound, Volume
from gesturemap.window import words
from gesturemap.window.bench import Bench, Panel
from gesturemap.window.facts import sounds
from gesturemap.window.facts.document import Document
from gesturemap.window.facts.health import dropouts, unheard
from gesturemap.window.facts.kept import LEAST
from gesturemap.window.look.lines import Lines
from gesturemap.window.look.painted import painted
from gesturemap.window.look.theme import heading, label, plain, pressed, styled
from gesturemap.window.teach.fader import Fader
from gesturemap.window.teach.voices import Voices
from gesturemap.window.words import outgoing as said

ASIDE = 12
"""Pixels beside everything in it."""
LINE_MORE = 20
"""Pixels by which a window is higher than the least where what the device says may take another line."""
FLOOR = -60.0
"""dB at the left end of the meter."""
HOT = -6.0
LINE = 0.75
"""Share of a channel's room that its line takes."""
FALL = 24.0
"""dB per second by which the meter falls."""
EVERY = 0.1
"""Seconds between two numbers: nobody reads faster."""
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
        self._tell()

    def sizeHint(self) -> QSize:
        """Two thin lines."""
        return QSize(120, 16)

    def show_levels(self, levels: list[float]) -> None:
        """Take new peaks, left and right, in dB."""
        self._new = True
        found = [level if math.isfinite(level) else FLOOR for level in levels[:2]]
        self._targets = found + [FLOOR] * (2 - len(found))
        self._tell()

    def _tell(self) -> None:
        text = words.METER_TEXT.format(*self._targets)
        self.setAccessibleDescription(text)
        self.setToolTip(plain(text))

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

    @painted
    def paintEvent(self, painter: QPainter, event: QPaintEvent) -> None:
        """Two lines, the hot end in another colour."""
        palette = self._bench.look.palette
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
        self.peaks = label("", "small")
        self.peaks.setMinimumWidth(52)
        self.peaks.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.voices = Voices(bench)
        self.card = styled(QPushButton(""), "link")
        self.card.setToolTip(plain(said.CARD_TIP))
        self.card.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.card.clicked.connect(lambda: bench.settings_wanted.emit("sound", -1, "device"))
        self.device = Lines("small")
        self._following = False
        self._said = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        head, row, levels = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        head.addWidget(heading(words.SOUND))
        head.addWidget(self.card, 1)
        row.addWidget(self.switch)
        row.addWidget(self.volume, 1)
        levels.addWidget(self.meter, 1)
        levels.addWidget(self.peaks)
        row.addWidget(self.percent)
        column = QVBoxLayout(self)
        column.setContentsMargins(ASIDE, 8, ASIDE, 10)
        column.setSpacing(6)
        column.addLayout(head)
        column.addLayout(row)
        column.addLayout(levels)
        column.addWidget(self.voices)
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
        self.voices.follow(document)
        self._say_card(document)
        self._say()

    def _say_card(self, document: Document) -> None:
        """Which card plays, and how much at once; where one plays, what it says of itself."""
        rate, block = float(document.sound.get("rate", 48000.0)), int(document.sound.get("block", 256))
        device = str(document.sound.get("device") or said.CARD_USUAL)
        text = said.CARD.format(block=block, time=sounds.block_text(block, rate))
        self.card.setText(pressed(said.CARD_NONE if unheard(document) else text))
        state = document.processes.get("synth", "")
        self.card.setToolTip(plain("\n".join(part for part in (device, state, said.CARD_TIP) if part)))

    def figures(self, figures: dict[str, Any]) -> None:
        """New figures: dropouts, and what to do about them, stand where there is room for the whole line."""
        self._say()

    def _say(self) -> None:
        state = self.bench.document.processes.get("synth", "")
        said = dropouts(self.bench.figures) if state.startswith("running") else state
        if said != self.device.text():
            self.device.setText(said)
            self.device.setToolTip(plain(said))
            self.device.setVisible(bool(said))
            self._fit()
        styled(self.device, "bad" if unheard(self.bench.document) else "small")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What the device says may need another line."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As many lines as it needs, as far as the others in a low window have their room."""
        most = max(1, (self.window().height() - LEAST[1]) // LINE_MORE)
        self.device.fit(self.width() - 2 * ASIDE, most)

    def tick(self, now: float) -> None:
        """The meter moves; its numbers ten times a second."""
        self.meter.tick(now)
        if now - self._said >= EVERY:
            self._said = now
            text = said.PEAK.format(max(self.meter.levels)) if max(self.meter.levels) > FLOOR else said.SILENT
            if text != self.peaks.text():
                self.peaks.setText(text)

    def _turned(self, value: int) -> None:
        self.percent.setText(f"{value} %")
        if not self._following:
            self.bench.send(Volume(value / 100))
