"""Where movement comes from: choose a source, set it up, see how it is doing."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from gesturemap import catalog
from gesturemap.commands import Configure
from gesturemap.errors import GesturemapError
from gesturemap.window import words
from gesturemap.window.bench import Bench, Panel
from gesturemap.window.document import Document, Table
from gesturemap.window.form import Form
from gesturemap.window.health import Health, health
from gesturemap.window.theme import heading, label, styled

FIRST = ("pointer", "osc", "serial", "replay")
"""Sources in the order in which people look for them; the rest follows."""


def serial_ports() -> list[str]:
    """Names of the serial ports of this machine, boards on USB first."""
    from serial.tools import list_ports  # only who uses serial waits for it

    found = sorted(list_ports.comports(), key=lambda port: (port.vid is None, port.device))
    return [port.device for port in found]


class Sources(Panel):
    """Kind of source, its settings, its health."""

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(bench, parent)
        self.kind = QComboBox()
        self.kind.setMinimumContentsLength(10)
        self.kind.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.kind.setToolTip(words.SOURCE_KIND_TIP)
        self.kind.setAccessibleName(words.SOURCE)
        kinds = catalog.kinds("inputs")
        for kind in [*FIRST, *sorted(set(kinds) - set(FIRST))]:
            if kind in kinds:
                self.kind.addItem(words.SOURCES.get(kind, kind), kind)
        self.kind.currentIndexChanged.connect(lambda _: self._build())
        self.more = styled(QPushButton(words.SETTINGS), "plain")
        self.more.setCheckable(True)
        self.more.toggled.connect(self._unfold)
        self.use = QPushButton(words.USE)
        self.use.setToolTip(words.USE_TIP)
        self.use.clicked.connect(self.apply)
        self.dot = label("●")
        self.health = label("", "small", wrap=True)
        self.health.setAccessibleName(words.HEALTH_NAME)
        self.trouble = label("", "warn", wrap=True)
        self.form: Form | None = None
        self._shown: Table = {}
        self._lay_out()
        self._build()

    def _lay_out(self) -> None:
        self.room = QScrollArea()
        self.room.setWidgetResizable(True)
        self.room.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.room.hide()
        state = QHBoxLayout()
        state.setSpacing(6)
        state.addWidget(self.dot, 0, Qt.AlignmentFlag.AlignTop)
        state.addWidget(self.health, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.more)
        buttons.addStretch(1)
        buttons.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(6)
        column.addWidget(heading(words.SOURCE))
        column.addWidget(self.kind)
        column.addWidget(self.room, 1)
        column.addLayout(buttons)
        column.addLayout(state)
        column.addWidget(self.trouble)
        self.trouble.hide()

    # The form

    def chosen(self) -> str:
        """The kind of source that is shown."""
        return str(self.kind.currentData() or "")

    def _build(self) -> None:
        """Make the form of the kind that is chosen, filled from the document where it is the one in use."""
        kind = self.chosen()
        self.form = None
        try:
            cls = catalog.find("inputs", kind, words.SOURCE)
        except (GesturemapError, ImportError, AttributeError) as error:
            self.room.setWidget(QWidget())
            self._complain(words.UNKNOWN_SOURCE.format(error))
            return
        self._complain("")
        self.form = Form(cls, {"device": serial_ports()} if kind == "serial" else None)
        self.form.setObjectName("plainground")
        if self.bench.document.input.get("kind") == kind:
            self.form.fill(self.bench.document.input)
        self.form.changed.connect(self._offer)
        self.room.setWidget(self.form)
        self.more.setChecked(self.bench.document.input.get("kind") not in (kind, None))
        self._offer()

    def _unfold(self, on: bool) -> None:
        self.more.setText(words.HIDE_SETTINGS if on else words.SETTINGS)
        self.room.setVisible(on)

    def _offer(self) -> None:
        """The button says whether this is what is in use."""
        table = self.form.table() if self.form else {}
        changed = bool(self.form) and table != dict(self.bench.document.input)
        self.use.setEnabled(changed)
        self.use.setText(words.USE if changed else words.IN_USE)
        styled(self.use, "accent" if changed else "plain")

    def apply(self) -> None:
        """Check the settings here, so that what is wrong is said where it stands; then ask control."""
        if self.form is None:
            return
        table = self.form.table()
        try:
            catalog.read("inputs", table, "input")
        except GesturemapError as error:
            self._complain(str(error))
            return
        self._complain("")
        self.bench.send(Configure("input", table))

    def _complain(self, text: str) -> None:
        self.trouble.setText(text)
        self.trouble.setVisible(bool(text))

    # What is told

    def follow(self, document: Document) -> None:
        """Show another source when the document has one; what is being typed stays while it has not."""
        self._show_health(health(document, self.bench.figures))
        if document.input == self._shown:
            return
        self._shown = document.input
        index = self.kind.findData(document.input.get("kind"))
        if index >= 0 and index != self.kind.currentIndex():
            self.kind.setCurrentIndex(index)  # builds the form
        else:
            self._build()
        self.more.setChecked(False)

    def figures(self, figures: dict[str, Any]) -> None:
        """Say how the source is doing."""
        self._show_health(health(self.bench.document, figures))

    def _show_health(self, found: Health) -> None:
        palette = self.bench.look.palette
        colour = {"good": palette.good, "warn": palette.warn, "silent": palette.faint}[found.state]
        self.dot.setStyleSheet(f"color: {colour}")
        if found.text != self.health.text():
            self.health.setText(found.text)
        self.health.setToolTip(found.details)

    def restyle(self) -> None:
        """The look changed."""
        self.figures(self.bench.figures)
