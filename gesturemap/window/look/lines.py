"""Texts that never change the room they take: what does not fit is left out, and stands whole in a tip."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from gesturemap.window.look.painted import painted
from gesturemap.window.look.theme import styled

LEAST = 40
"""Pixels to which a text may shrink."""


def broken(text: str, wide: Callable[[str], float], room: float, most: int) -> list[str]:
    """A text broken between its words into at most `most` lines, the last of them with all that is left.

    Parameters
    ----------
    wide : says how wide a piece of text is.
    room : how wide a line may be; a single word may be wider.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}" if line else word
            if line and wide(longer) > room:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return lines if len(lines) <= most else [*lines[: most - 1], " ".join(lines[most - 1 :])]


def with_end(text: str, wide: Callable[[str], float], room: float, most: int) -> str:
    """A text for so many lines; where it is longer, what stands before its last semicolon is left out from behind.

    So the next step of what went wrong is always there, and below a line of what went wrong: where the step alone is
    longer, so is what is returned.
    """
    front, _, end = text.rpartition("; ")
    most = max(most, 1 + len(broken(f"… {end}", wide, room, len(text))))

    def fits(shown: str) -> bool:
        lines = broken(shown, wide, room, len(shown))
        return len(lines) <= most and all(wide(line) <= room for line in lines)

    if fits(text) or not front:
        return text

    def shorter(count: int) -> str:
        return f"{front[:count].rstrip()} … {end}".lstrip()

    return shorter(max(0, bisect(range(len(front)), False, key=lambda count: not fits(shorter(count))) - 1))


class Lines(QLabel):
    """A text with the height of `most` lines, however long it is.

    Parameters
    ----------
    name : its style.
    fill : as wide as its card; else as wide as its text, and narrower where there is no room.
    """

    def __init__(self, name: str, most: int = 1, *, fill: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most = most
        styled(self, name)
        self.setTextFormat(Qt.TextFormat.PlainText)
        across = QSizePolicy.Policy.Ignored if fill else QSizePolicy.Policy.Preferred
        self.setSizePolicy(across, QSizePolicy.Policy.Fixed)

    def room_for(self, most: int) -> None:
        """Have the height of so many lines from now on."""
        self._most = most
        self.updateGeometry()
        self.update()

    def fit(self, wide: int, most: int) -> None:
        """Have the height that its text needs in so many pixels, of so many lines at most."""
        self.room_for(len(broken(self.text(), self.fontMetrics().horizontalAdvance, wide, most)))

    def sizeHint(self) -> QSize:
        """As wide as the longest line, as high as all of them."""
        metrics = self.fontMetrics()
        wide = max(metrics.horizontalAdvance(line) for line in self.text().split("\n"))
        return QSize(wide + 2, self._most * metrics.lineSpacing())

    def minimumSizeHint(self) -> QSize:
        """Much narrower, never lower."""
        return QSize(min(LEAST, self.sizeHint().width()), self.sizeHint().height())

    @painted
    def paintEvent(self, painter: QPainter, event: QPaintEvent) -> None:
        """Every line; the last ends in dots when there is more."""
        metrics, room = self.fontMetrics(), self.width()
        painter.setPen(self.palette().color(self.foregroundRole()))
        for row, line in enumerate(broken(self.text(), metrics.horizontalAdvance, room, self._most)):
            shown = metrics.elidedText(line, Qt.TextElideMode.ElideRight, room)
            box = QRectF(0, row * metrics.lineSpacing(), room, metrics.lineSpacing())
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
