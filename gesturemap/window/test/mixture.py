"""Mixing what is heard: a slider for each way to hear a movement; the matrix follows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gesturemap.window.facts.belief import Mixture
from gesturemap.window.look.flow import FlowLayout
from gesturemap.window.look.theme import label, plain, styled
from gesturemap.window.teach.fader import Fader
from gesturemap.window.words import beliefs as said

STEPS = 20
"""Places of a slider."""


class Mixing(QWidget):
    """Sliders; `moved` says the new weights, `kept` that this mixture is to play."""

    moved = Signal(object)
    kept = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.mixture: Mixture | None = None
        self._locked = False
        self.faders: dict[str, Fader] = {}
        self._rights: dict[str, QLabel] = {}
        self._rows = QGridLayout()
        self._rows.setColumnStretch(1, 1)
        self._rows.setVerticalSpacing(0)
        self.keep = styled(QPushButton(said.MIX_KEEP), "ask")
        self.keep.clicked.connect(lambda: self.kept.emit(self.weights()))
        self.now = styled(QPushButton(said.MIX_NOW), "plain")
        self.now.setToolTip(said.MIX_NOW_TIP)
        self.now.clicked.connect(lambda: self._set(self.mixture.now if self.mixture else {}))
        self.best = styled(QPushButton(said.MIX_BEST), "plain")
        self.best.setToolTip(said.MIX_BEST_TIP)
        self.best.clicked.connect(lambda: self._set(self.mixture.best if self.mixture else {}))
        buttons = QWidget()
        flow = FlowLayout(buttons, gap=4, line_gap=2)
        for button in (self.keep, self.now, self.best):
            flow.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 0, 4, 0)
        column.setSpacing(4)
        column.addLayout(self._rows)
        column.addWidget(buttons)
        self.words = label("", "small", wrap=True)
        column.addWidget(self.words)
        column.addStretch(1)

    def show_mixture(self, mixture: Mixture, words: Sequence[str], *, place: bool, locked: bool) -> None:
        """What was answered; `place`: the sliders go there, else they are there, or have been moved on already."""
        if set(mixture.alone) != set(self.faders):
            self._fill(mixture)
        self.mixture = mixture
        for name, right in mixture.alone.items():
            self._rights[name].setText(f"{right}")
        self.words.setText("\n".join(words))
        if place:
            self._place(mixture.weights)
        self._write()
        self.lock(locked)

    def _fill(self, mixture: Mixture) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            if (part := item.widget()) is not None:
                part.deleteLater()
        self.faders, self._rights = {}, {}
        for row, name in enumerate(one for one in said.MIX_NAMES if one in mixture.alone):
            fader = self.faders[name] = Fader(Qt.Orientation.Horizontal)
            fader.setRange(0, STEPS)
            fader.setPageStep(STEPS // 4)
            fader.valueChanged.connect(self._tell)
            fader.setToolTip(plain(said.MIX_WAYS[name]))
            right = self._rights[name] = label("", "small")
            right.setToolTip(said.MIX_ALONE_TIP)
            for column, part in enumerate((label(said.MIX_NAMES[name], "small"), fader, right)):
                self._rows.addWidget(part, row, column)

    def weights(self) -> dict[str, float]:
        """What counts, and how much."""
        return {name: fader.value() / STEPS for name, fader in self.faders.items() if fader.value()}

    def _place(self, weights: dict[str, float]) -> None:
        for name, fader in self.faders.items():
            with QSignalBlocker(fader):
                fader.setValue(round(STEPS * weights.get(name, 0.0)))

    def _set(self, weights: dict[str, float]) -> None:
        self._place(weights)
        self._tell()

    def _tell(self) -> None:
        self._write()
        if weights := self.weights():
            self.moved.emit(weights)

    def _write(self) -> None:
        """Texts and what can be pressed, for where the sliders are."""
        mixture = self.mixture
        if mixture is None:
            return
        for name, fader in self.faders.items():
            given = {"name": said.MIX_NAMES[name], "weight": fader.value() / STEPS}
            fader.setAccessibleName(
                said.MIX_FADER.format(**given, right=mixture.alone[name], tested=mixture.tested)
            )
        self.lock(self._locked)

    def lock(self, locked: bool) -> None:
        """Under the stage lock nothing is edited; what plays already need not be kept, and nothing at all cannot be."""
        self._locked = locked
        if self.mixture is not None:
            weights = self.weights()
            self.keep.setEnabled(bool(weights) and not locked and weights != self.mixture.now)
            self.now.setEnabled(weights != self.mixture.now)
            self.best.setEnabled(weights != self.mixture.best)
        self.keep.setToolTip(said.LOCKED_TIP if locked else said.MIX_KEEP_TIP)
