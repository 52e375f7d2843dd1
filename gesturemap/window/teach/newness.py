"""How new a movement would be, while it is made: from the colour of the gesture it is likest to that of letters."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gesturemap.teaching.unknown import NEW
from gesturemap.window.bench import Bench
from gesturemap.window.look.colours import rgb
from gesturemap.window.look.painted import painted
from gesturemap.window.look.theme import plain
from gesturemap.window.words import testing as said

HIGH, BAR = 26, 4
"""Pixels of the whole, and of the bar below the words."""
TOLD = 1.0
"""Seconds from one telling in words to the next."""


class Newness(QWidget):
    """One line and a bar, for models that know (`gesturemap.models.novelty`)."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        self._seen: tuple[float, str] | None = None
        self._told = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(said.HUE_NAME)
        self.setToolTip(plain(said.HUE_TIP))
        self.hide()

    def sizeHint(self) -> QSize:
        """As high as it is, however wide."""
        return QSize(160, HIGH)

    @property
    def hue(self) -> tuple[float, str]:
        """How new the movement would be, 0..1, and the gesture it is likest; 0 and none while nobody moves.

        What is recognised is known.
        """
        live, trained = self._bench.live, self._bench.document.trained
        known = trained.novelty if trained else None
        awake = live.heard and live.silence < 1.0 and not self._bench.engine
        if known is None or not awake or not np.isfinite(live.log_likelihoods).all() or not live.moving:
            return 0.0, ""
        if self._bench.sure.label:
            return 0.0, self._bench.sure.label
        return float(known.of(live.log_likelihoods)), live.labels[int(np.argmax(live.log_likelihoods))]

    @property
    def text(self) -> str:
        """What it says."""
        hue, like = self.hue
        return said.HUE if not like else said.HUE_NEW if hue > NEW else said.HUE_LIKE.format(like)

    def tick(self, now: float) -> None:
        """Show it where the model knows; once a second say the same in words."""
        trained = self._bench.document.trained
        self.setVisible(bool(trained and trained.novelty and self._bench.live.labels))
        if self.isHidden():
            return
        seen = self.hue
        if seen != self._seen:
            self._seen = seen
            self.update()
        if now - self._told > TOLD:
            self._told = now
            self.setAccessibleDescription(said.HUE_TEXT.format(hue=seen[0], like=seen[1]) if seen[1] else "")

    @painted
    def paintEvent(self, painter: QPainter, event: QPaintEvent) -> None:
        """Words at the left, the number at the right, the bar below."""
        palette, (hue, like) = self._bench.look.palette, self.hue
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(palette.text if like else palette.faint))
        line, side = QRectF(0, 0, self.width(), HIGH - BAR - 1), Qt.AlignmentFlag
        number = said.HUE_NUMBER.format(hue) if like else ""
        room = self.width() - painter.fontMetrics().horizontalAdvance(number) - 8
        words = painter.fontMetrics().elidedText(self.text, Qt.TextElideMode.ElideRight, max(room, 0))
        painter.drawText(line, side.AlignLeft | side.AlignVCenter, words)
        painter.drawText(line, side.AlignRight | side.AlignVCenter, number)
        box = QRectF(0, HIGH - BAR, self.width(), BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.raised))
        painter.drawRoundedRect(box, 2, 2)
        if like:
            known, new = rgb(self._bench.look.gesture(like)), rgb(palette.text)
            mixed = (round(a + hue * (b - a)) for a, b in zip(known, new, strict=True))
            painter.setBrush(QColor(*mixed))
            painter.drawRoundedRect(QRectF(0, box.top(), max(BAR, box.width() * hue), BAR), 2, 2)
