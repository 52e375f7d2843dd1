"""The line at the bottom that never lies: model, packets, latency, sound."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from gesturemap.window import words
from gesturemap.window.bench import Bench, Panel
from gesturemap.window.document import Document
from gesturemap.window.health import model_status, play_status
from gesturemap.window.theme import label, styled


class StatusLine(Panel):
    """Model at the left, play at the right."""

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(bench, parent)
        styled(self, "bar")
        self.model = label("", "small")
        self.play = label("", "small")
        self._next = 0.0
        for part in (self.model, self.play):
            part.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 5, 14, 6)
        row.setSpacing(24)
        row.addWidget(self.model, 2)
        row.addWidget(self.play, 5)

    def follow(self, document: Document) -> None:
        """The document changed."""
        self._next = 0.0

    def figures(self, figures: dict[str, Any]) -> None:
        """A new `Status` came."""
        self._next = 0.0

    def _tip(self) -> str:
        tips = [words.STATUS_TIP_LATENCY]
        if self.bench.figures.get("faults"):
            tips.append(words.STATUS_TIP_FAULTS)
        return "\n".join(tips)

    def tick(self, now: float) -> None:
        """Write both anew, twice a second or when something came."""
        if now < self._next:
            return
        self._next = now + 0.5
        bench = self.bench
        since = None if bench.trained_at is None else now - bench.trained_at
        model = model_status(bench.document, since, bench.progress)
        styled(self.model, "warn" if bench.document.trained and bench.document.trained.stale else "small")
        play = play_status(bench.document, bench.figures, bench.engine)
        styled(self.play, "warn" if bench.engine else "small")
        for part, text in ((self.model, model), (self.play, play)):
            if part.text() != text:
                part.setText(text)
                part.setToolTip(f"{text}\n{self._tip()}" if part is self.play else text)
