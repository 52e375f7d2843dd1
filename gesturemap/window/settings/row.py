"""One plug-in of a list: what it is, a line about it, and its form when that is wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
)

from gesturemap import catalog
from gesturemap.errors import GesturemapError
from gesturemap.window.facts import sounds
from gesturemap.window.facts.summary import about, summary
from gesturemap.window.look.theme import label, plain, pressed, styled
from gesturemap.window.settings.form import Form
from gesturemap.window.settings.patches import Patches
from gesturemap.window.words import settings as said

Offers = Callable[[type[Any]], Mapping[str, Sequence[str]]]
"""What may be chosen for the settings of a class."""


def nothing(cls: type[Any]) -> Mapping[str, Sequence[str]]:
    """Nothing is offered."""
    return {}


class Head(QPushButton):
    """A row's kind and line, left out where there is no room; Alt and arrows move it, Del removes it."""

    wanted = Signal(str)
    """``up``, ``down`` or ``remove``."""

    def __init__(self) -> None:
        super().__init__()
        styled(self, "rowhead")
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._whole = ""

    def say(self, text: str) -> None:
        """Show this line."""
        self._whole = text
        self._fit()

    def _fit(self) -> None:
        room = self.width() - 20
        self.setText(pressed(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, room)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As much of the line as there is room for."""
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move or remove the row."""
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        what = {Qt.Key.Key_Up: "up", Qt.Key.Key_Down: "down"}.get(Qt.Key(event.key())) if alt else None
        if event.key() == Qt.Key.Key_Delete:
            what = "remove"
        if what is None:
            super().keyPressEvent(event)
        else:
            self.wanted.emit(what)


class Row(QFrame):
    """One plug-in of a list."""

    changed = Signal(bool)
    """Its settings were edited; whether what is said is whole, and not still being typed or turned."""
    unfolded = Signal()

    def __init__(self, family: str, table: Mapping[str, Any], offers: Offers, name: str | None) -> None:
        super().__init__()
        styled(self, "row")
        self.family, self.name = family, name
        self._table, self._offers = dict(table), offers
        self.draft = False
        """Whether control has refused to add it, and one of its settings could put that right."""
        self.form: Form | None = None
        self.patch: Patches | None = None
        self.head = Head()
        self.head.toggled.connect(self._unfold)
        self.up, self.down, self.gone = self._small("↑"), self._small("↓"), self._small("×")
        line = QHBoxLayout()
        line.setSpacing(0)
        line.addWidget(self.head, 1)
        for button in (self.up, self.down, self.gone):
            line.addWidget(button)
        self.fault = label("", "warn", wrap=True)
        self.fault.hide()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addLayout(line)
        self._column.addWidget(self.fault)
        for button, what in ((self.up, "up"), (self.down, "down"), (self.gone, "remove")):
            button.clicked.connect(lambda _=False, what=what: self.head.wanted.emit(what))

    @staticmethod
    def _small(text: str) -> QToolButton:
        button = styled(QToolButton(), "rowtool")
        button.setText(text)
        return button

    @property
    def kind(self) -> str:
        """What it is."""
        return str(self._table.get("kind", ""))

    def table(self) -> dict[str, Any]:
        """Its settings as in ``project.toml``."""
        return self.form.table() if self.form is not None else dict(self._table)

    def has(self, setting: str) -> bool:
        """Whether it is unfolded, and has this setting."""
        return self.form is not None and self.form.has(setting)

    def fill(self, table: Mapping[str, Any]) -> None:
        """Show these settings, of the same kind."""
        self._table = dict(table)
        if self.form is not None:
            self.form.fill(table)
            self._show_patch()
        self.say("")

    def place(self, number: int, count: int) -> None:
        """Say which of how many it is."""
        line = summary(self.family, self.table()) or said.USUAL
        called = self.name if self.name is not None else self.kind
        line = said.DRAFT if self.draft else line
        self.head.say(f"{called}   {self.kind} · {line}" if self.name is not None else f"{called}   {line}")
        name = said.ROW_NAME.format(number=number + 1, count=count, kind=called, summary=line)
        self.head.setAccessibleName(name)
        self.head.setToolTip(plain(said.ROW_TIP.format(doc=about(self.family, self.kind))))
        self.up.setEnabled(number > 0)
        self.down.setEnabled(number < count - 1)
        for button, text in ((self.up, said.UP), (self.down, said.DOWN), (self.gone, said.REMOVE)):
            button.setToolTip(plain(text.format(called)))
            button.setAccessibleName(text.format(called))

    def say(self, text: str, field: str = "") -> None:
        """Say what is wrong with it, below the setting where there is such."""
        self.fault.hide()
        self.draft = self.draft and bool(text)
        if text and field:
            self.head.setChecked(True)
        if self.form is not None and not text:
            self.form.say("")
        if self.form is not None and text and self.form.has(field):
            self.form.say(text, field)
        elif text:
            self.fault.setText(text)
            self.fault.show()

    def _unfold(self, on: bool) -> None:
        if on and self.form is None:
            self._make()
        if self.form is not None:
            self.form.setVisible(on)
        if on:
            self.unfolded.emit()

    def _make(self) -> None:
        try:
            cls: Any = catalog.find(self.family, self.kind, self.family)
        except GesturemapError as error:
            self.fault.setText(said.CANNOT_SHOW.format(error))
            self.fault.show()
            return
        self.form = Form(cls, self._offers(cls), leave=("folder", "patch"))
        self.form.setContentsMargins(10, 0, 4, 6)
        self.form.fill(self._table)
        self.form.changed.connect(lambda: self.changed.emit(False))
        self.form.refused.connect(lambda: self.changed.emit(True))
        if self.family == "voices":
            self._add_patches()
        if self.name is not None:
            self._add_name()
        self._column.addWidget(self.form)

    def _add_patches(self) -> None:
        assert self.form is not None
        self.patch = Patches()
        self.patch.wanted.connect(self._choose_patch)
        self.form.lead(said.PATCH, self.patch)
        self._show_patch()

    def _show_patch(self) -> None:
        if self.patch is not None:
            self.patch.show_patch(str(self._table.get("patch") or ""))

    def _choose_patch(self, name: str) -> None:
        try:
            self._table = sounds.patched(self.table(), name)
        except GesturemapError as error:
            self.say(str(error))
            return
        if self.form is not None:
            self.form.deleteLater()
        self.form = None
        self._make()
        self.changed.emit(True)

    def _add_name(self) -> None:
        assert self.form is not None
        edit = QLineEdit(self.name or "")
        edit.setAccessibleName(said.KIND)
        edit.editingFinished.connect(lambda: self._rename(edit.text().strip()))
        self.form.lead(said.NAME, edit)

    def _rename(self, name: str) -> None:
        if name and name != self.name:
            self.name = name
            self.changed.emit(True)
