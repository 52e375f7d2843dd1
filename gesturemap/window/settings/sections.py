"""The sections of a project as they are edited: one plug-in, a list of them, or settings alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gesturemap import catalog
from gesturemap.errors import GesturemapError
from gesturemap.project.project import SoundSettings
from gesturemap.synth.effects import Delay, Room
from gesturemap.window.facts.offers import of_card
from gesturemap.window.facts.summary import about
from gesturemap.window.look.calm import Choice
from gesturemap.window.look.theme import heading, label, styled
from gesturemap.window.settings.form import Form
from gesturemap.window.settings.row import Offers, Row
from gesturemap.window.settings.rows import Rows
from gesturemap.window.words import settings as said


class Section(QWidget):
    """One section of the project's settings."""

    changed = Signal(bool)
    """It was edited; whether that is whole, and not still being typed or turned."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.rows: Rows | None = None
        """Its list, where it has one."""
        self.filled = False
        """Whether it was ever filled."""
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(6)
        self.fault = label("", "warn", wrap=True)
        self.fault.hide()

    @property
    def listed(self) -> Sequence[Row]:
        """The rows of its list, where it has one."""
        return self.rows.rows if self.rows is not None else ()

    def widget(self, setting: str) -> QWidget | None:
        """The widget of one of its own settings, where it has such."""
        return None

    def can_mend(self, row: int, setting: str) -> bool:
        """Whether what was refused in a row can be put right there; then it is said not to be in the project."""
        rows = self.rows
        mends = rows is not None and 0 <= row < len(rows.rows) and rows.rows[row].has(setting)
        if mends and rows is not None:
            rows.draft(row)
        return mends

    def table(self) -> Any:
        """What is shown, as in ``project.toml``."""
        raise NotImplementedError

    def fill(self, table: Any) -> None:
        """Show this."""
        raise NotImplementedError

    def say(self, text: str, row: int = -1, setting: str = "") -> None:
        """Say where it belongs what is wrong; without a text, all is well."""
        if text and self._told(text, row, setting):
            text = ""
        elif not text:
            self._told("", -1, "")
        self.fault.setText(text)
        self.fault.setVisible(bool(text))

    def _told(self, text: str, row: int, setting: str) -> bool:
        """Say it at a setting or row, where there is such."""
        raise NotImplementedError


class Many(Section):
    """A list of plug-ins."""

    def __init__(self, name: str, family: str, offers: Offers) -> None:
        super().__init__(name)
        self.rows: Rows = Rows(family, offers)
        self.rows.changed.connect(self.changed)
        self.column.addWidget(self.fault)
        self.column.addWidget(self.rows)
        self.column.addStretch(1)

    def table(self) -> list[dict[str, Any]]:
        """One table for each."""
        return self.rows.tables()

    def fill(self, table: Sequence[Mapping[str, Any]]) -> None:
        """Show these."""
        self.rows.fill(list(table))

    def _told(self, text: str, row: int, setting: str) -> bool:
        return self.rows.say(text, row, setting)


class One(Section):
    """One plug-in: which, and its settings.

    Parameters
    ----------
    by_hand : it is changed when that is asked for, not as soon as something is edited.
    """

    used = Signal()
    """What is shown is to be used."""

    def __init__(self, name: str, family: str, offers: Offers, *, by_hand: bool = False) -> None:
        super().__init__(name)
        self.family, self._offers = family, offers
        self.form: Form | None = None
        self.kind = Choice()
        self.kind.setToolTip(said.KIND_TIP)
        self.kind.setAccessibleName(said.KIND)
        self.kind.addItems(sorted(catalog.kinds(family)))
        self.kind.currentTextChanged.connect(self._choose)
        self.about = label("", "small", wrap=True)
        self.use = QPushButton(said.USE)
        self.use.setToolTip(said.USE_TIP)
        self.use.clicked.connect(self.used)
        self.use.setVisible(by_hand)
        head = QHBoxLayout()
        head.addWidget(self.kind, 1)
        head.addWidget(self.use)
        self._hold = QVBoxLayout()
        self.column.addLayout(head)
        self.column.addWidget(self.about)
        self.column.addWidget(self.fault)
        self.column.addLayout(self._hold)
        self.column.addStretch(1)
        self._filling = self._by_hand = False
        self._by_hand = by_hand

    def table(self) -> dict[str, Any]:
        """Kind and settings."""
        return self.form.table() if self.form is not None else {"kind": self.kind.currentText()}

    def fill(self, table: Mapping[str, Any]) -> None:
        """Show these settings."""
        kind = str(table.get("kind", ""))
        self._filling = True
        if self.form is None or self.form.kind != kind:
            if self.kind.findText(kind) < 0:
                self.kind.addItem(kind)
            self.kind.setCurrentText(kind)
            self._build(kind)
        if self.form is not None:
            self.form.fill(table)
        self._filling = False

    def _choose(self, kind: str) -> None:
        if not self._filling:
            self._build(kind)
            self.changed.emit(True)

    def _build(self, kind: str) -> None:
        if self.form is not None:
            self._hold.removeWidget(self.form)
            self.form.hide()
            self.form.deleteLater()
            self.form = None
        try:
            cls: Any = catalog.find(self.family, kind, self.name)
        except GesturemapError as error:
            self.say(said.CANNOT_SHOW.format(error))
            return
        self.about.setText(about(self.family, kind))
        self.form = Form(cls, self._offers(cls), leave=("folder",))
        self.form.changed.connect(lambda: self.changed.emit(False))
        self.form.refused.connect(lambda: self.changed.emit(True))
        self._hold.addWidget(self.form)

    def can_mend(self, row: int, setting: str) -> bool:
        """Whether the plug-in has this setting."""
        return self.form is not None and self.form.has(setting)

    def _told(self, text: str, row: int, setting: str) -> bool:
        return self.form is not None and self.form.say(text, setting) and bool(setting)


class Alone(Section):
    """Settings without a kind, such as those of the pedal."""

    def __init__(self, name: str, cls: type[Any], offers: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__(name)
        self.form = Form(cls, offers)
        self.form.changed.connect(lambda: self.changed.emit(False))
        self.form.refused.connect(lambda: self.changed.emit(True))
        self.column.addWidget(self.form)
        self.column.addWidget(self.fault)

    def table(self) -> dict[str, Any]:
        """The settings."""
        return self.form.table()

    def fill(self, table: Mapping[str, Any]) -> None:
        """Show these."""
        self.form.fill(table)

    def _told(self, text: str, row: int, setting: str) -> bool:
        return self.form.say(text, setting) and bool(setting)


class SoundSection(Section):
    """Voices, echo, reverb and sound card. The volume is set where it is heard, in the panel of the sound."""

    def __init__(self, offers: Offers) -> None:
        super().__init__("sound")
        self.rows: Rows = Rows("voices", offers)
        self.room, self.delay = Form(Room), Form(Delay)
        self.card = Form(SoundSettings, of_card(), leave=("volume",))
        self.column.addWidget(self.fault)
        for text, part in (
            (said.VOICES, self.rows),
            (said.CARD, self.card),
            (said.ROOM, self.room),
            (said.DELAY, self.delay),
        ):
            self.column.addWidget(heading(text))
            self.column.addWidget(part)
        self.column.addStretch(1)
        self.rows.changed.connect(self.changed)
        for form in (self.room, self.delay, self.card):
            form.changed.connect(lambda: self.changed.emit(False))
            form.refused.connect(lambda: self.changed.emit(True))

    def widget(self, setting: str) -> QWidget | None:
        """A setting of the sound card."""
        return self.card.widget(setting)

    def table(self) -> dict[str, Any]:
        """The whole section."""
        behind = {"delay": self.delay.table(), "room": self.room.table()}
        found = {name: table for name, table in behind.items() if table}
        return {**self.card.table(), **found, "voices": self.rows.tables()}

    def fill(self, table: Mapping[str, Any]) -> None:
        """Show it."""
        plain = {key: value for key, value in table.items() if key not in ("delay", "room", "voices")}
        self.card.fill(plain)
        self.delay.fill(table.get("delay") or {})
        self.room.fill(table.get("room") or {})
        self.rows.fill(list(table.get("voices") or ()))

    def _told(self, text: str, row: int, setting: str) -> bool:
        if not text:
            for form in (self.room, self.delay, self.card):
                form.say("")
        if row >= 0 or not text:
            return self.rows.say(text, row, setting)
        return bool(setting) and self.card.say(text, setting)


class Several(QWidget):
    """Sections below one another, each with its heading."""

    def __init__(self, parts: Sequence[tuple[str, Section]]) -> None:
        super().__init__()
        styled(self, "plainground")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for text, section in parts:
            column.addWidget(heading(text))
            column.addWidget(section)
            column.addSpacing(8)
        column.addStretch(1)
        column.setAlignment(Qt.AlignmentFlag.AlignTop)
