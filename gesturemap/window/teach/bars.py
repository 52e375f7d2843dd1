"""One row per gesture: likelihood, fit and progress; on page Test one more for none of these."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QSizePolicy,
    QWidget,
)

from gesturemap.window import words
from gesturemap.window.bench import Bench
from gesturemap.window.drawn import SMALL
from gesturemap.window.look import icons
from gesturemap.window.look.colours import rgb
from gesturemap.window.look.painted import painted
from gesturemap.window.look.theme import plain
from gesturemap.window.words import testing

ROW, CAPTION = 38, 17
LEFT, RIGHT, BETWEEN = 26.0, 8.0, 10.0
"""Pixels beside the bars, and between the two lines."""
SMALLEST, LARGEST = 0.76, 1.5
"""How much smaller rows become before they scroll, and larger in a large window."""
GAP, USUAL_NATS = 6.0, -123.0
"""Pixels between a name and the log-likelihood behind it, and one that is as wide as they come."""
THRESHOLD = 0.5
"""Below this fit a gesture is none of these; `gesturemap.models.model.winner`."""


class Bars(QWidget):
    """One row per gesture: mark, name, likelihood as a bar, fit and progress as thin lines under it.

    Parameters
    ----------
    raw : with log-likelihoods as numbers, and a row for none of these.
    """

    def __init__(self, bench: Bench, *, raw: bool = False) -> None:
        super().__init__()
        self._bench, self._raw = bench, raw
        self._told = 0.0
        self._odd = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(words.BARS_NAME)
        self.setToolTip(plain(testing.NOW_TIP if raw else words.LEGEND_TIP))

    def rows(self) -> list[str]:
        """The gestures shown: those of the model, in the order of the vocabulary."""
        known, named = self._bench.live.labels, self._bench.document.labels
        return [label for label in named if label in known] + [label for label in known if label not in named]

    def sizeHint(self) -> QSize:
        """Room for every row."""
        return QSize(220, ROW * max(1, len(self.rows())) + CAPTION + (ROW if self._raw else 0))

    def minimumSizeHint(self) -> QSize:
        """Closer together; below that the scroll area around gives way."""
        return QSize(160, round(SMALLEST * self.sizeHint().height()))

    def tick(self, now: float) -> None:
        """Paint anew every other time, and once a second say the same in words."""
        self._odd = not self._odd
        if self._odd:
            self.update()
        if now - self._told > 1.0:
            self._told = now
            self.setAccessibleDescription("; ".join(self.texts()))

    def texts(self) -> list[str]:
        """Every row in words."""
        live = self._bench.live
        rows = [
            (testing.BAR_TEXT if self._raw else words.BAR_TEXT).format(
                label=label,
                posterior=live.of(live.posterior, label),
                fit=live.of(live.fit, label),
                progress=live.of(live.progress, label),
                raw=live.of(live.log_likelihoods, label),
            )
            for label in self.rows()
        ]
        return [*rows, testing.NONE_TEXT.format(self.none)] if self._raw else rows

    @property
    def none(self) -> float:
        """How much speaks for none of these, 0..1."""
        live = self._bench.live
        return 1.0 - max((live.of(live.fit, label) for label in live.labels), default=0.0)

    @property
    def scale(self) -> float:
        """How much larger or smaller everything is drawn than asked for."""
        return min(LARGEST, max(SMALLEST, self.height() / self.sizeHint().height()))

    def letters(self, points: float) -> QFont:
        """The font in which letters are so large where rows are drawn closer together: those become no smaller."""
        font = self.font()
        font.setPointSizeF(points / min(1.0, self.scale))
        return font

    def middle(self, gesture: str) -> int:
        """How far down its row is, in pixels; below 0: there is none."""
        rows = self.rows()
        return round((rows.index(gesture) + 0.5) * ROW * self.scale) if gesture in rows else -1

    def ends(self) -> list[int]:
        """How far down each row ends where they scroll, in pixels."""
        count = len(self.rows()) + self._raw
        return [round(row * ROW * SMALLEST) for row in range(1, count + 1)]

    @painted
    def paintEvent(self, painter: QPainter, event: QPaintEvent) -> None:
        """All rows, larger where there is room."""
        rows = self.rows()
        painter.fillRect(event.rect(), QColor(self._bench.look.palette.panel))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scale, font = self.scale, self.letters(self.font().pointSizeF())
        metrics = QFontMetricsF(font)
        painter.scale(scale, scale)
        painter.setFont(font)
        wide, first, last = self.width() / scale, event.rect().top() / scale, event.rect().bottom() / scale
        for index, gesture in enumerate(rows):
            top = index * ROW
            if first < top + ROW and last > top:
                self._row(painter, metrics, gesture, QRectF(0, top, wide, ROW))
        foot = ROW * len(rows)
        if self._raw:
            self._none(painter, QRectF(0, foot, wide, ROW))
            foot += ROW
        self._captions(painter, foot, wide)

    def _none(self, painter: QPainter, row: QRectF) -> None:
        """None of these: as a gesture's row, in no colour."""
        palette, awake = self._bench.look.palette, self._awake
        here = awake and not self._bench.sure.label and self.none > THRESHOLD
        painter.setPen(QColor(palette.text if here else palette.faint))
        line = QRectF(LEFT, row.top() + 3, row.right() - RIGHT - LEFT, 20)
        side = Qt.AlignmentFlag
        painter.drawText(line, side.AlignLeft | side.AlignVCenter, words.NONE_OF_THESE)
        value = f"{self.none:.2f}" if awake else "–"
        painter.drawText(line, side.AlignRight | side.AlignVCenter, value)
        box = QRectF(LEFT, row.top() + 23, row.right() - RIGHT - LEFT, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.raised))
        painter.drawRoundedRect(box, 3, 3)
        if awake and self.none * box.width() >= 1:
            painter.setBrush(QColor(palette.faint))
            painter.drawRoundedRect(QRectF(box.left(), box.top(), box.width() * self.none, 6), 3, 3)

    @property
    def _awake(self) -> bool:
        """Whether the numbers are of now."""
        live = self._bench.live
        return live.heard and live.silence < 1.0 and not self._bench.engine

    def _captions(self, painter: QPainter, foot: float, wide: float) -> None:
        """What the left and the right lines are."""
        painter.setFont(self.letters(SMALL))
        painter.setPen(QColor(self._bench.look.palette.faint))
        left, right = LEFT, wide - RIGHT
        half = (right - left - BETWEEN) / 2
        side = Qt.AlignmentFlag
        painter.drawText(QRectF(left, foot, half, CAPTION), side.AlignLeft, words.LEGEND_FIT)
        start = left + half + BETWEEN
        painter.drawText(QRectF(start, foot, half, CAPTION), side.AlignLeft, words.LEGEND_PROGRESS)

    def _row(self, painter: QPainter, metrics: QFontMetricsF, gesture: str, row: QRectF) -> None:
        live, look = self._bench.live, self._bench.look
        palette, colour = look.palette, QColor(look.gesture(gesture))
        fits = live.of(live.fit, gesture) >= THRESHOLD
        awake = self._awake
        wins = awake and self._bench.sure.label == gesture
        if wins:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(*rgb(look.gesture(gesture)), 34))
            painter.drawRoundedRect(row.adjusted(0, 1, 0, -1), 6, 6)
        if not awake or not fits:
            colour.setAlphaF(0.45)
        icons.mark(painter, look.gestures.shape(gesture), QRectF(8, row.top() + 8, 11, 11), colour)
        value = f"{live.of(live.posterior, gesture):.2f}"
        number = metrics.horizontalAdvance("0.00")
        left, right = LEFT, row.right() - RIGHT
        painter.setPen(QColor(palette.text if fits or not awake else palette.faint))
        line = QRectF(left, row.top() + 3, right - left - number - 8, 20)
        if self._raw and awake:
            line.setRight(self._nats(painter, metrics, gesture, line))
        name = metrics.elidedText(gesture, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        painter.drawText(
            QRectF(left, row.top() + 3, right - left, 20),
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
            value if awake else "–",
        )
        self._bar(painter, QRectF(left, row.top() + 23, right - left, 6), colour, gesture, awake)
        self._lines(painter, QRectF(left, row.top() + 33, right - left, 3), gesture, awake)

    def _nats(self, painter: QPainter, metrics: QFontMetricsF, gesture: str, line: QRectF) -> float:
        """The log-likelihood, small and grey, at the right of a line where the name leaves room; where that ends."""
        number = self._bench.live.of(self._bench.live.log_likelihoods, gesture)
        room = line.width() - metrics.horizontalAdvance(gesture) - GAP
        for form in (testing.NATS, testing.NATS_SHORT):
            text, usual = (
                form.format(number),
                form.format(USUAL_NATS),
            )  # else it comes and goes with its digits
            if max(map(metrics.horizontalAdvance, (text, usual))) <= room:
                pen = painter.pen()
                painter.setPen(QColor(self._bench.look.palette.faint))
                painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
                painter.setPen(pen)
                return line.right() - metrics.horizontalAdvance(text) - GAP
        return line.right()

    def _bar(self, painter: QPainter, box: QRectF, colour: QColor, gesture: str, awake: bool) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._bench.look.palette.raised))
        painter.drawRoundedRect(box, 3, 3)
        share = self._bench.live.of(self._bench.live.posterior, gesture) if awake else 0.0
        if share * box.width() < 1:
            return
        bar = QRectF(box.left(), box.top(), box.width() * share, box.height())
        if self._bench.sure.label:
            painter.setBrush(colour)
        else:  # hollow, so that no bar is read as recognised
            painter.setPen(QPen(colour, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            bar.adjust(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(bar, 3, 3)

    def _lines(self, painter: QPainter, box: QRectF, gesture: str, awake: bool) -> None:
        """Fit at the left with its mark, progress at the right as a point on a line."""
        live, palette = self._bench.live, self._bench.look.palette
        half = (box.width() - BETWEEN) / 2
        for start in (box.left(), box.left() + half + BETWEEN):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.raised))
            painter.drawRoundedRect(QRectF(start, box.top(), half, 3), 1.5, 1.5)
        tick = box.left() + half * THRESHOLD
        painter.setPen(QPen(QColor(palette.faint), 1))
        painter.drawLine(QPointF(tick, box.top() - 2), QPointF(tick, box.bottom() + 2))
        if not awake:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.faint))
        painter.drawRoundedRect(QRectF(box.left(), box.top(), half * live.of(live.fit, gesture), 3), 1.5, 1.5)
        at = box.left() + half + BETWEEN + half * live.of(live.progress, gesture)
        painter.setBrush(QColor(palette.text))
        painter.drawEllipse(QPointF(at, box.center().y()), 3, 3)
