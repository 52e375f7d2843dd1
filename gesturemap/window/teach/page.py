"""The page on which one teaches: source, vocabulary, movement, demonstrations, what is recognised."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from gesturemap.window.bench import Bench, Panel
from gesturemap.window.look.shared import Shared
from gesturemap.window.look.theme import BARE, styled
from gesturemap.window.teach.outgoing import Outgoing
from gesturemap.window.teach.recognised import Recognised
from gesturemap.window.teach.recorder import Recorder
from gesturemap.window.teach.sound import SoundPanel
from gesturemap.window.teach.sources import Sources
from gesturemap.window.teach.stage import Stage
from gesturemap.window.teach.vocabulary import Vocabulary

GAP = 10


class Teach(QWidget):
    """Three columns whose borders can be dragged."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        styled(self, "page")
        self.sources, self.vocabulary = Sources(bench), Vocabulary(bench)
        self.stage, self.recorder = Stage(bench), Recorder(bench)
        self.recognised, self.sound, self.outgoing = Recognised(bench), SoundPanel(bench), Outgoing(bench)
        left = self._column((self.sources, 0), (self.vocabulary, 1))
        left.setMinimumWidth(272)
        self.left = left
        """Gives way to the settings."""
        middle = QSplitter(Qt.Orientation.Vertical)
        middle.setHandleWidth(GAP)
        middle.setChildrenCollapsible(False)
        middle.addWidget(self.stage)
        middle.addWidget(self.recorder)
        middle.setStretchFactor(0, 5)
        middle.setStretchFactor(1, 3)
        middle.setSizes([340, 290])
        right = self._column((self.recognised, 3), (self.sound, 0), (self.outgoing, 2))
        right.setMinimumWidth(260)
        self.columns = Shared(GAP, (left, 280), (middle, 680), (right, 300))
        self.columns.setStyleSheet(BARE)
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP, GAP, GAP, GAP)
        row.addWidget(self.columns)
        self.panels: tuple[Panel, ...] = (
            self.sources, self.vocabulary, self.stage, self.stage.pad, self.stage.curves, self.stage.question,
            self.stage.hint, self.recorder,
            self.recognised, self.sound, self.outgoing,
        )  # fmt: skip
        self._keys()

    def yields(self, narrow: bool) -> None:
        """Beside the settings in a narrow window: pad and curves above one another, in place of the demonstrations."""
        self.recorder.setHidden(narrow)
        self.stage.stack(narrow)

    def _keys(self) -> None:
        """Keys of this page; they are heard only while it is shown."""
        recorder = self.recorder
        for key, act in (
            ("A", recorder.controls.record_again),
            ("U", recorder.controls.undo_last),
            ("K", recorder.minute.keep),
            ("D", recorder.enable),
            ("M", recorder.ask_gesture),
            ("G", recorder.toggle_ghost),
            ("V", recorder.next_view),
            ("+", lambda: self.stage.curves.zoom(True)),
            ("=", lambda: self.stage.curves.zoom(True)),
            ("-", lambda: self.stage.curves.zoom(False)),
        ):
            QShortcut(QKeySequence(key), self).activated.connect(act)

    @staticmethod
    def _column(*parts: tuple[QWidget, int]) -> QWidget:
        made = styled(QWidget(), "page")
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        for part, stretch in parts:
            column.addWidget(part, stretch)
        return made
