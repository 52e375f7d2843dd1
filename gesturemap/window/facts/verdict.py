"""What is heard, in a word or two: a gesture, none of these, or why nothing can be. No Qt."""

from __future__ import annotations

from gesturemap.window import words
from gesturemap.window.facts.document import Document
from gesturemap.window.facts.live import Live

SWAP = 1.5
"""Seconds that may pass from a trained model to its first numbers."""
SILENT = 1.0
"""Seconds without a frame after which nothing is heard."""
WHEN_MOVED = ("pointer", "midi")
"""Sources that send only while they are moved: their silence is no fault."""

WARNS = (words.NO_SENSOR, words.SOURCE_CLOSED, words.ENGINE_OFF, words.ENGINE_AGAIN)
"""What somebody has to look at."""


class Verdict:
    """Says it in `text`; `label` is the gesture that is recognised, or empty."""

    def __init__(self) -> None:
        self.text = self.label = ""
        self._missing_since: float | None = None

    @property
    def warns(self) -> bool:
        """Whether something is dead that should be heard."""
        return not self.label and self.text in WARNS

    def tick(
        self, document: Document, live: Live, sure: str, engine: str, now: float, preparing: str = ""
    ) -> None:
        """Look again.

        Parameters
        ----------
        sure : the gesture that is recognised, or empty.
        engine : why the engine does not play, or empty.
        now : in seconds of this process.
        preparing : that the first start compiles, or empty.
        """
        self.label = ""
        if live.labels or engine:
            self._missing_since = None
        if preparing and not live.labels:
            self.text = preparing
        elif engine:
            self.text = engine
        elif not live.labels:
            self.text = self._why_none(document, now)
        elif live.silence > SILENT:
            self.text = _nothing(document)
        elif document.by_examples:
            self.text = words.OUTPUTS_PLAY
        elif sure:
            self.text = self.label = sure
        else:
            self.text = words.PERHAPS.format(live.winner) if live.winner else words.NONE_OF_THESE

    def _why_none(self, document: Document, now: float) -> str:
        """Why there is no model that plays: none yet, one on its way, or one for other channels."""
        if document.learns or document.trained is None or not document.open:
            self._missing_since = None
            if document.learns:
                return words.LEARNING
            return _nothing(document) if document.trained or document.resting else words.NO_MODEL
        if self._missing_since is None:
            self._missing_since = now
        return words.OTHER_SENSOR if now - self._missing_since > SWAP else words.LEARNING


def _nothing(document: Document) -> str:
    """Why no frame comes: nobody moves, or the sensor is what to look at."""
    if document.resting:
        return words.LISTENING
    if document.input_fault:
        return words.SOURCE_CLOSED
    moved = not document.open or document.input.get("kind") in WHEN_MOVED
    return words.NO_FRAMES if moved else words.NO_SENSOR
