"""A text as large as its room, to be read from three metres."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gesturemap.window.bench import Bench
from gesturemap.window.look import icons
from gesturemap.window.look.painted import painted

FILL = 0.78
"""Share of its height that a text takes at most."""
MARK = 0.45
"""How large a gesture's mark is beside its name, as a share of the name's height."""
LEAST = 9.0
"""Pixels below which no text is made smaller."""
WORTH = 1.15
"""How much larger a text must become to be broken."""
ALIGN = {
    "left": Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
    "right": Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
    "middle": Qt.AlignmentFlag.AlignCenter,
}


class Sign(QWidget):
    """A text as large as its room, in two lines where it is larger so; it is painted when it says something else.

    Parameters
    ----------
    name : what a screen reader calls it.
    side : ``left``, ``middle`` or ``right``.
    below : what is more important: this one is never written larger.
    """

    changed = Signal()
    """It says something else."""

    def __init__(
        self, bench: Bench, name: str, side: str = "left", *, bold: bool = False, below: Sign | None = None
    ) -> None:
        super().__init__()
        self._below = below
        if below is not None:
            below.changed.connect(self.update)
        self._bench, self._side, self._bold = bench, side, bold
        self.text, self._colour, self._loud, self._mark = "", "", True, ""
        self._covered = 0
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def say(self, text: str, colour: str, *, loud: bool = True, mark: str = "") -> None:
        """Show this; what is not loud is half as high and thin. A gesture's mark stands before its name."""
        if (text, colour, loud, mark) != (self.text, self._colour, self._loud, self._mark):
            self.text, self._colour, self._loud, self._mark = text, colour, loud, mark
            self.setAccessibleDescription(text)
            self.update()
            self.changed.emit()

    def size_px(self) -> float:
        """How large it is written, in pixels; inf where it says nothing."""
        return self._laid()[1].pixelSize() if self.text else math.inf

    def cover(self, high: int) -> None:
        """Something lies over so many pixels at its foot: a text that would be below it is smaller, and above it."""
        if high != self._covered:
            self._covered = high
            self.update()
            self.changed.emit()

    def _free(self) -> float:
        """How high the room is in which the text stands."""
        high, least = float(self.height()), self.height() / 2
        lines, font = self._in(high)
        foot = (high + len(lines) * QFontMetricsF(font).height()) / 2
        return high if foot <= high - self._covered else max(least, high - self._covered)

    def _laid(self) -> tuple[list[str], QFont]:
        """Its lines, and their font."""
        return self._in(self._free())

    def _in(self, room_high: float) -> tuple[list[str], QFont]:
        """The same in a room so high."""
        high = room_high * FILL * (1.0 if self._loud else 0.5)
        room = self.width() - (1.5 * MARK * high if self._mark else 0.0)
        lines, font = laid(self.font(), self.text, room, high, bold=self._bold and self._loud)
        if self._below is not None and font.pixelSize() > (most := self._below.size_px()):
            font.setPixelSize(int(most))
        return lines, font

    @painted
    def paintEvent(self, painter: QPainter, event: QPaintEvent) -> None:
        """The text; what does not fit at the least size is left out."""
        painter.fillRect(event.rect(), QColor(self._bench.look.palette.ground))
        if self.text:
            free = self._free()
            high = free * FILL * (1.0 if self._loud else 0.5)
            side = MARK * high if self._mark else 0.0
            room = self.width() - 1.5 * side
            lines, font = self._in(free)
            painter.setFont(font)
            metrics = QFontMetricsF(font)
            fits = math.ceil(room) + 1  # the font was made to fit; widths are rounded
            shown = [metrics.elidedText(line, Qt.TextElideMode.ElideRight, fits) for line in lines]
            wide = max(metrics.horizontalAdvance(line) for line in shown)
            box = QRectF(0, 0, self.width(), free)
            if self._mark:
                side = min(side, 2 * MARK * metrics.ascent())  # no larger beside a long name
                left = (self.width() - wide - 1.5 * side) / 2
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                place = QRectF(left, (free - side) / 2, side, side)
                icons.mark(painter, self._mark, place, QColor(self._colour))
                box.setLeft(1.5 * side)
            painter.setPen(QColor(self._colour))
            painter.drawText(box, ALIGN[self._side], "\n".join(shown))


def fitting(font: QFont, text: str, wide: float, high: float, *, bold: bool = False) -> QFont:
    """The font in the largest size, px, in which this text is not wider and its line not higher."""
    made = QFont(font)
    made.setBold(bold)
    size = 100.0
    made.setPixelSize(round(size))
    metrics = QFontMetricsF(made)
    share = min(wide / max(1.0, metrics.horizontalAdvance(text)), high / metrics.height())
    made.setPixelSize(max(math.ceil(LEAST), math.floor(size * share)))
    return made


def laid(font: QFont, text: str, wide: float, high: float, *, bold: bool = False) -> tuple[list[str], QFont]:
    """A text in one line or in two, and its font: whichever can be read from farther away."""
    one = fitting(font, text, wide, high, bold=bold)
    gaps = [place for place, letter in enumerate(text) if letter == " "]
    if not gaps:
        return [text], one
    middle = min(gaps, key=lambda place: abs(place - len(text) / 2))
    lines = [text[:middle].strip(), text[middle:].strip()]
    two = min(
        (fitting(font, line, wide, high / 2, bold=bold) for line in lines), key=lambda each: each.pixelSize()
    )
    return (lines, two) if two.pixelSize() > WORTH * one.pixelSize() else ([text], one)
