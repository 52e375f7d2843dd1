"""What goes out: every control with its value, and the last events."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from typing import Any

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from gesturemap import catalog
from gesturemap.commands import Happened
from gesturemap.errors import GesturemapError
from gesturemap.window import words
from gesturemap.window.bench import Bench, Panel
from gesturemap.window.facts.document import Document
from gesturemap.window.facts.health import OutputTroubles
from gesturemap.window.look.lines import Lines
from gesturemap.window.look.theme import heading, label, numbers_font, styled

ROW, CLOSE = 20, 16
"""Pixels of a row, and where there is little room."""
EVERY = 0.1
"""Seconds between two paints of the numbers: nobody reads faster."""
EVENTS = 4
"""Events that stay visible."""


def address(table: Mapping[str, Any]) -> str:
    """Where an output sends, for people: ``osc 127.0.0.1:12000``."""
    try:
        settings = catalog.read("outputs", table, "outputs")
    except GesturemapError:
        return str(table.get("kind", ""))  # a plug-in that only the engine has
    place = ":".join(str(getattr(settings, key)) for key in ("host", "port") if hasattr(settings, key))
    return f"{settings.kind} {place}".strip()


class Values(QWidget):
    """One row per control: name, a bar in the range it has had, the number."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        self._low = self._high = np.zeros(0)
        self._names: tuple[str, ...] = ()
        self._painted = 0.0
        self._numbers = numbers_font()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(words.CONTROLS_NAME)

    def sizeHint(self) -> QSize:
        """Room for every row."""
        return QSize(200, ROW * max(1, len(self._names)))

    def minimumSizeHint(self) -> QSize:
        """Rows closer together; below that the scroll area around gives way."""
        return QSize(200, CLOSE * max(1, len(self._names)))

    def tick(self, now: float) -> None:
        """Widen the ranges; paint ten times a second."""
        live = self._bench.live
        if live.control_names != self._names:
            self._names = live.control_names
            self._low, self._high = np.zeros(len(self._names)), np.ones(len(self._names))
            self.updateGeometry()
        finite = np.where(np.isfinite(live.controls), live.controls, 0.0)
        self._low, self._high = np.minimum(self._low, finite), np.maximum(self._high, finite)
        if now - self._painted >= EVERY:
            self._painted = now
            self.update()
            self.setAccessibleDescription(", ".join(self.texts()))

    def texts(self) -> list[str]:
        """Every row in words; none while the engine does not run, because nothing goes out."""
        if self._bench.engine:
            return [self._bench.engine]
        pairs = zip(self._names, self._bench.live.controls.tolist(), strict=True)
        return [words.CONTROL_TEXT.format(name=name, value=value) for name, value in pairs]

    def paintEvent(self, event: QPaintEvent) -> None:
        """All rows."""
        palette, values, off = self._bench.look.palette, self._bench.live.controls, bool(self._bench.engine)
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(palette.panel))
        font = self._numbers
        room = QFontMetricsF(font).horizontalAdvance("-00000.00")
        metrics = QFontMetricsF(self.font())
        middle = self.width() * 0.5
        high = min(ROW, max(CLOSE, self.height() // max(1, len(self._names))))
        for row, (name, value) in enumerate(zip(self._names, values.tolist(), strict=False)):
            top, span = row * high, float(self._high[row] - self._low[row]) or 1.0
            painter.setFont(self.font())
            painter.setPen(QColor(palette.faint if off else palette.text))
            text = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, middle - 6)
            painter.drawText(QRectF(0, top, middle, high), Qt.AlignmentFlag.AlignVCenter, text)
            box = QRectF(middle, top + high / 2 - 2, max(0.0, self.width() - middle - room), 4)
            share = min(1.0, max(0.0, (value - float(self._low[row])) / span))
            painter.fillRect(box, QColor(palette.raised))
            if not off:
                full = QRectF(box.left(), box.top(), box.width() * share, 4)
                painter.fillRect(full, QColor(palette.accent))
            painter.setFont(font)
            painter.setPen(QColor(palette.faint))
            number = QRectF(self.width() - room, top, room, high)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            text = "–" if off else f"{value:.2f}" if abs(value) < 1e5 else f"{value:.2e}"
            painter.drawText(number, flags, text)
        painter.end()


class Outgoing(Panel):
    """Controls and events on their way out."""

    docs = "mapping"

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(bench, parent)
        self.to = Lines("small")
        self.trouble = Lines("warn")
        """Which output is in trouble; in the place of `to`, so that nothing moves."""
        self.trouble.hide()
        self._troubles = OutputTroubles()
        self.values = Values(bench)
        self.events = Lines("small", EVENTS)
        self.events.setText(words.NO_EVENTS)
        self.events.setAccessibleName(words.EVENTS_NAME)
        self.empty = label(words.NO_CONTROLS, "small", wrap=True)
        self.lines: deque[str] = deque(maxlen=EVENTS)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        styled(self.values, "plainground")
        scroll.setWidget(self.values)
        self.area = scroll
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 10)
        column.setSpacing(4)
        column.addWidget(heading(words.OUTGOING))
        column.addWidget(self.to)
        column.addWidget(self.trouble)
        column.addWidget(self.empty)
        column.addWidget(scroll, 1)
        column.addWidget(self.events)
        self._rest = QWidget()
        """Takes the room that is left while there are no values, so that everything stands at the top."""
        column.addWidget(self._rest, 1)

    def follow(self, document: Document) -> None:
        """Where it goes to."""
        self.to.setText(words.OUTGOING_TO.format(", ".join(address(table) for table in document.outputs)))
        self.to.setToolTip(self.to.text())
        self._show_head()

    def figures(self, figures: dict[str, Any]) -> None:
        """Say which output is not heard or cannot send."""
        lines = self._troubles.follow(figures)
        self.trouble.setText(" · ".join(lines))
        self.trouble.setToolTip("\n".join(lines))
        self._show_head()

    def _show_head(self) -> None:
        self.trouble.setVisible(bool(self.trouble.text()))
        self.to.setVisible(bool(self.bench.document.outputs) and not self.trouble.text())

    def happened(self, event: Happened) -> None:
        """A gesture began or ended."""
        clock = time.strftime("%H:%M:%S")
        kind = words.EVENT_KINDS.get(event.kind, event.kind)
        self.lines.appendleft(
            words.EVENT.format(clock=clock, kind=kind, label=event.label, value=event.value)
        )
        self.events.setText("\n".join(self.lines))

    def forget(self) -> None:
        """Another project: its events are yet to come."""
        self.lines.clear()
        self.events.setText(words.NO_EVENTS)

    def tick(self, now: float) -> None:
        """The numbers move."""
        some = bool(self.bench.live.control_names)
        if self.empty.isHidden() != some:
            self.empty.setHidden(some)
        self.area.setVisible(some)
        self._rest.setVisible(not some)
        self.values.tick(now)
