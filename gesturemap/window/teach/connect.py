"""Connecting by hand: what of the movement moves which control."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gesturemap.commands import Configure
from gesturemap.window.bench import Bench
from gesturemap.window.facts import meters
from gesturemap.window.facts.offers import controls
from gesturemap.window.look.theme import label, styled
from gesturemap.window.words import outgoing as said


class Connect(QWidget):
    """Two lists and a button; it stands in the panel, and keeps nobody from anything."""

    closed = Signal()

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        self.source = self._list(said.CONNECT_FROM)
        self.control = self._list(said.CONNECT_TO)
        self.control.setEditable(True)
        self.fault = label("", "warn", wrap=True)
        self.do = styled(QPushButton(said.CONNECT_DO), "accent")
        self.do.clicked.connect(self.connect_them)
        self.cancel = styled(QPushButton(said.CONNECT_CANCEL), "plain")
        self.cancel.clicked.connect(self.put_away)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.do)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(4)
        for part in (self.source, self.control, self.fault):
            column.addWidget(part)
        column.addLayout(buttons)
        self.fault.hide()
        self.hide()

    @staticmethod
    def _list(name: str) -> QComboBox:
        made = QComboBox()
        made.setAccessibleName(name)
        made.setToolTip(name)
        made.setPlaceholderText(name)
        made.setMinimumContentsLength(8)
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        return made

    def begin(self) -> None:
        """Offer what there is now: the sources, and the controls that nothing moves yet."""
        document, live = self._bench.document, self._bench.live
        self.source.clear()
        for text, source in meters.choices(document.labels, live.features.names, live.output_names):
            self.source.addItem(text, source)
        self.source.setCurrentIndex(-1)
        self.control.clear()
        taken = {str(table.get("control", "")) for table in document.mapping}
        for name, parameter in controls(document).items():
            if name not in taken:
                self.control.addItem(name)
                self.control.setItemData(self.control.count() - 1, parameter.doc, 3)  # as tip
        self.control.setCurrentIndex(-1)
        line = self.control.lineEdit()
        if line is not None:
            line.setPlaceholderText(said.CONNECT_TO)
        self._say("")
        self.show()
        self.source.setFocus()

    def connect_them(self) -> None:
        """Add the mapping; what is missing is said in place."""
        document, live = self._bench.document, self._bench.live
        source, control = self.source.currentData(), self.control.currentText().strip()
        taken = {str(table.get("control", "")) for table in document.mapping} | set(live.control_names)
        if not source or not control:
            self._say(said.CONNECT_NONE)
        elif control in taken:
            self._say(said.CONNECT_TAKEN.format(control))
        elif any(letter.isspace() for letter in control):
            self._say(said.CONNECT_WORD)
        else:
            seen = meters.seen(live.features.names, live.features.view()[1], source)
            new = meters.connected(document, source, control, seen)
            self._bench.send(Configure("mapping", [*map(dict, document.mapping), new]))
            self.put_away()

    def _say(self, text: str) -> None:
        self.fault.setText(text)
        self.fault.setVisible(bool(text))

    def put_away(self) -> None:
        """Done, or not wanted after all."""
        self.hide()
        self.closed.emit()
