"""Sliders for the outputs that are set by hand while a movement is recorded."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from gesturemap.commands import Values
from gesturemap.control.by_hand import HAND
from gesturemap.window.bench import Bench
from gesturemap.window.facts.document import Document
from gesturemap.window.look.theme import label, plain
from gesturemap.window.teach.fader import Fader
from gesturemap.window.words import outgoing as said

STEPS = 1000
"""Places of a slider."""


def reach(document: Document, name: str) -> tuple[float, float]:
    """From where to where an output is mapped; 0..1 where nobody says it."""
    for table in document.mapping:
        if table.get("kind") == "range" and table.get("source") == f"output:{name}":
            return float(table.get("low", 0.0)), float(table.get("high", 1.0))
    return 0.0, 1.0


class Hand(QWidget):
    """One slider for each output, shown while they are what goes along with a recording."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        self.faders: dict[str, Fader] = {}
        self._reach: dict[str, tuple[float, float]] = {}
        self._numbers: dict[str, QLabel] = {}
        self._parts: list[QWidget] = []
        self._sent = self._recorded = False
        """Whether they are heard in place of the model, and whether a recording goes on with them."""
        self.about = label("", "small", wrap=True)
        self._rows = QGridLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 4)
        self._rows.addWidget(self.about, 0, 0, 1, 3)
        self.hide()

    def follow(self, document: Document) -> None:
        """Other outputs, other sliders; those that stay keep their places."""
        wanted = {name: reach(document, name) for name in document.by_hand}
        if wanted != self._reach:
            self._fill(wanted)
        self.about.setText(said.BY_HAND if wanted else said.BY_HAND_NONE)

    def _fill(self, wanted: dict[str, tuple[float, float]]) -> None:
        places = {name: fader.value() for name, fader in self.faders.items()}
        for part in self._parts:
            self._rows.removeWidget(part)
            part.deleteLater()
        self._parts, self._reach, self.faders, self._numbers = [], wanted, {}, {}
        for row, name in enumerate(wanted, 1):
            fader = self.faders[name] = Fader(Qt.Orientation.Horizontal)
            fader.setRange(0, STEPS)
            fader.setPageStep(STEPS // 20)
            fader.setSingleStep(STEPS // 100)
            fader.setValue(places.get(name, STEPS // 2))
            fader.setToolTip(plain(said.BY_HAND_TIP.format(name=name)))
            fader.valueChanged.connect(self._send)
            self._numbers[name] = number = label("", "small")
            for column, part in enumerate((label(name, "small"), fader, number)):
                self._rows.addWidget(part, row, column)
                self._parts.append(part)
        self._rows.setColumnStretch(1, 1)
        self._write()

    def values(self) -> list[float]:
        """What they are set to, in the outputs' order and units."""
        ends = self._reach
        return [
            ends[name][0] + (ends[name][1] - ends[name][0]) * fader.value() / STEPS
            for name, fader in self.faders.items()
        ]

    def _write(self) -> None:
        for (name, fader), value in zip(self.faders.items(), self.values(), strict=True):
            self._numbers[name].setText(f"{value:.3g}")
            fader.setAccessibleName(said.BY_HAND_NAME.format(name=name, value=value))

    def _send(self) -> None:
        self._write()
        self._sent = True
        self._bench.send(Values(self.values()))
        if self._bench.record_key.state == "idle":
            self._bench.shown_by_hand.emit()

    def tick(self) -> None:
        """Come when they are chosen, and go; what is recorded begins with where they stand."""
        key = self._bench.record_key
        wanted = key.wishes.along == HAND
        self.setVisible(wanted)
        if wanted and self.faders and key.state != "idle" and not self._recorded:
            self._send()
        elif self._sent and not wanted:
            self._sent = False
            if self.faders:
                self._bench.send(Values())
        elif key.state == "idle" and self._recorded:
            self._sent = False
        self._recorded = wanted and key.state != "idle"
