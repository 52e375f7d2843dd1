"""A new project in the place of Wekinator: how many numbers come and go, and of what kind."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from gesturemap.commands import New
from gesturemap.errors import SettingsError
from gesturemap.project.wekinator import KINDS, Part, tables
from gesturemap.window import words
from gesturemap.window.bench import Bench
from gesturemap.window.look.calm import Choice, Count
from gesturemap.window.look.theme import label

MOST = 1000
"""Numbers in a message, and outputs."""


class WekinatorDialog(QDialog):
    """What Wekinator asks for on its first page; it does not keep the window from anything."""

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bench = bench
        self.setWindowTitle(words.WEKINATOR_TITLE)
        self.setModal(False)
        proposed = Part()
        self.inputs = self._count(proposed.inputs, MOST)
        self.outputs = self._count(5, MOST)
        self.kind = Choice()
        for kind in KINDS:
            self.kind.addItem(words.WEKINATOR_KINDS[kind], kind)
        self.types = QLineEdit()
        self.types.setPlaceholderText("real:0:127, integer:0:9, class:4")
        self.classes = self._count(proposed.classes, MOST)
        self.probabilities = QCheckBox()
        self.fault = label("", "warn", wrap=True)
        self.fault.hide()
        buttons = QDialogButtonBox()
        self.begin = buttons.addButton(words.WEKINATOR_BEGIN, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self._begin)
        buttons.rejected.connect(self.reject)
        self._form = QFormLayout()
        for name, field in (
            (words.WEKINATOR_INPUTS, self.inputs),
            (words.WEKINATOR_KIND, self.kind),
            (words.WEKINATOR_OUTPUTS, self.outputs),
            (words.WEKINATOR_TYPES, self.types),
            (words.WEKINATOR_CLASSES, self.classes),
            (words.WEKINATOR_PROBABILITIES, self.probabilities),
        ):
            field.setAccessibleName(name)
            self._form.addRow(name, field)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(label(words.WEKINATOR_WHAT, wrap=True))
        column.addLayout(self._form)
        column.addWidget(self.fault)
        column.addWidget(buttons)
        self.setMinimumWidth(420)
        self.kind.currentIndexChanged.connect(self._choose)
        self._choose()

    @staticmethod
    def _count(value: int, most: int) -> QSpinBox:
        made = Count()
        made.setRange(1, most)
        made.setValue(value)
        return made

    def _choose(self) -> None:
        """Ask only what belongs to this kind."""
        kind = self.kind.currentData()
        classes = kind in ("classifiers", "custom")
        self._form.setRowVisible(self.outputs, kind != "custom")
        self._form.setRowVisible(self.types, kind == "custom")
        self._form.setRowVisible(self.classes, classes)
        self._form.setRowVisible(self.probabilities, classes)

    def _begin(self) -> None:
        kind = self.kind.currentData()
        custom = kind == "custom"
        types = tuple(text.strip() for text in self.types.text().split(",") if text.strip()) if custom else ()
        part = Part(
            inputs=self.inputs.value(),
            outputs=None if custom else self.outputs.value(),
            kind=kind,
            types=types,
            classes=self.classes.value(),
            probabilities=self.probabilities.isChecked() and self.probabilities.isVisibleTo(self),
        )
        try:
            settings = tables(part, words.WEKINATOR_NAME)
        except SettingsError as fault:
            self.fault.setText(str(fault))
            self.fault.show()
            return
        self._bench.send(New(settings))
        self.accept()
