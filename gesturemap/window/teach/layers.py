"""Layers of demonstrations below the vocabulary: which are learned from, and to which a recording belongs."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QWidget

from gesturemap.commands import RecordInto, SwitchLayer
from gesturemap.demonstrations import LAYERS, PIECE
from gesturemap.window.bench import Bench
from gesturemap.window.facts.document import Document
from gesturemap.window.look.theme import plain, styled
from gesturemap.window.words import layers as said


class LayerRow(QWidget):
    """A toggle for each layer; its menu lets new recordings belong to it. Who uses one layer alone does not see it."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        self.toggles: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for layer in LAYERS:
            toggle = styled(QPushButton(), "plain")
            toggle.setCheckable(True)
            toggle.clicked.connect(lambda on=False, which=layer: self._switch(which, on=on))
            toggle.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            toggle.customContextMenuRequested.connect(
                lambda place, which=layer: self.show_menu(which, self.toggles[which].mapToGlobal(place))
            )
            self.toggles[layer] = toggle
            row.addWidget(toggle, 1)
        self.follow(Document())

    def _switch(self, layer: str, *, on: bool) -> None:
        self._bench.send(SwitchLayer(layer, on))
        self.follow(self._bench.document)  # what control says next is shown; until then what is still true

    def show_menu(self, layer: str, place: QPoint) -> None:
        """What else can be done with a layer, at a place of the screen."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        act = menu.addAction(said.RECORD_INTO.format(said.NAMES[layer]))
        act.setEnabled(not self._bench.document.locked)
        act.triggered.connect(lambda: self._bench.send(RecordInto(layer)))
        menu.popup(place)

    def follow(self, document: Document) -> None:
        """Show which are on, how much each holds, and where recordings go."""
        off, records = document.layers.get("off", ()), document.layers.get("records", PIECE)
        takes = [take for gesture in document.gestures for take in gesture.demonstrations]
        self.setVisible(bool(off) or records != PIECE or any(take.layer != PIECE for take in takes))
        for layer, toggle in self.toggles.items():
            count = sum(take.layer == layer for take in takes)
            name = said.NAMES[layer]
            toggle.setText(said.RECORDS.format(name) if layer == records else name)
            tip = said.TIPS[layer].format(count=count)
            parts = (tip, said.OFF if layer in off else said.ON, said.RECORDS_TIP if layer == records else "")
            toggle.setToolTip(plain("\n".join(part for part in parts if part)))
            toggle.setAccessibleName(f"{said.LAYER} {name}, {count}")
            toggle.setChecked(layer not in off)
            toggle.setEnabled(not document.locked)
