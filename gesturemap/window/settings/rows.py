"""A list of plug-ins, a row each, which are added, moved and removed here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QToolButton, QVBoxLayout, QWidget

from gesturemap import catalog
from gesturemap.errors import GesturemapError
from gesturemap.window.facts import sounds
from gesturemap.window.facts.summary import about
from gesturemap.window.look.theme import label, plain, styled
from gesturemap.window.settings import fields
from gesturemap.window.settings.fields import Field
from gesturemap.window.settings.row import Offers, Row, nothing
from gesturemap.window.words import settings as said

MENU_LETTERS = 72
"""Letters of a line of the menu."""


class Rows(QWidget):
    """The list.

    Parameters
    ----------
    family : of the plug-ins.
    offers : what may be chosen for their settings.
    named : whether each has a name, as the sources that are merged have.
    """

    changed = Signal(bool)
    """It was edited; whether that is whole, and not still being typed or turned."""

    def __init__(self, family: str, offers: Offers = nothing, *, named: bool = False) -> None:
        super().__init__()
        self.family, self._offers, self._named = family, offers, named
        self.rows: list[Row] = []
        self.empty = label(said.NOTHING_HERE.get(family, ""), "small", wrap=True)
        self.add = styled(QToolButton(), "plain")
        self.add.setText(said.ADD)
        self.add.setToolTip(said.ADD_TIP)
        self.add.setAccessibleName(said.ADD_NAME.format(family))
        self.add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.add)
        self.menu.setToolTipsVisible(True)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.add.setMenu(self.menu)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self.empty)
        self._column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)

    # What there is

    def tables(self) -> list[dict[str, Any]]:
        """All settings, in order."""
        return [row.table() for row in self.rows]

    def by_name(self) -> dict[str, dict[str, Any]]:
        """The same by the rows' names."""
        return {row.name or "": row.table() for row in self.rows}

    def fill(self, tables: Sequence[Mapping[str, Any]] | Mapping[str, Mapping[str, Any]]) -> None:
        """Show these; rows whose kind is as before stay unfolded."""
        wanted: list[tuple[str | None, Mapping[str, Any]]] = (
            list(tables.items()) if isinstance(tables, Mapping) else [(None, table) for table in tables]
        )
        wanted = [(name, table) for name, table in wanted if isinstance(table, Mapping)]
        if [(n, t.get("kind")) for n, t in wanted] != [(row.name, row.kind) for row in self.rows]:
            self._rebuild(wanted)
        else:
            for row, (_, table) in zip(self.rows, wanted, strict=True):
                if row.table() != dict(table):
                    row.fill(table)
                row.say("")
        self._number()

    def say(self, text: str, row: int = -1, field: str = "") -> bool:
        """Say what is wrong with one row, too; False if there is no such row. Without a text all is well."""
        for each in self.rows if not text else ():
            each.say("")
        if 0 <= row < len(self.rows):
            self.rows[row].say(text, field)
            return True
        return False

    def draft(self, row: int) -> None:
        """One was refused, and can be put right: it is shown, and said not to be in the project."""
        self.rows[row].draft = True
        self._number()

    def _drop(self, but: Row | None) -> None:
        """What was refused goes when something else is edited, which would be refused with it."""
        for row in [each for each in self.rows if each.draft and each is not but]:
            self.rows.remove(row)
            self._away(row)

    def _away(self, row: Row) -> None:
        row.hide()
        self._column.removeWidget(row)
        row.deleteLater()

    def _rebuild(self, wanted: Sequence[tuple[str | None, Mapping[str, Any]]]) -> None:
        before = list(self.rows)
        self.rows = []
        for name, table in wanted:
            kind = table.get("kind")
            same = next((r for r in before if (r.name, r.table()) == (name, dict(table))), None)
            same = same or next((r for r in before if (r.name, r.kind) == (name, kind)), None)
            if same is not None:
                before.remove(same)
                if same.table() != dict(table):
                    same.fill(table)
            self.rows.append(same or self._row(table, name))
        for row in before:
            self._away(row)
        self._order()

    def _order(self) -> None:
        """The rows below one another, and reached by Tab in that order."""
        last: QWidget | None = None
        for at, row in enumerate(self.rows):
            if self._column.indexOf(row) != at:
                self._column.removeWidget(row)
                self._column.insertWidget(at, row)
            if last is not None:
                QWidget.setTabOrder(last, row.head)
            last = row.gone

    def _row(self, table: Mapping[str, Any], name: str | None) -> Row:
        row = Row(self.family, table, self._offers, name)
        row.changed.connect(lambda whole: self._edited(row, whole))
        row.unfolded.connect(lambda: self._only(row))
        row.head.wanted.connect(lambda what: self._move(row, what))
        return row

    def _only(self, open_: Row) -> None:
        """One at a time, so that the list stays short."""
        for row in self.rows:
            if row is not open_:
                row.head.setChecked(False)

    def _number(self) -> None:
        for number, row in enumerate(self.rows):
            row.place(number, len(self.rows))
        self.empty.setVisible(not self.rows)

    def _edited(self, row: Row, whole: bool) -> None:
        self._drop(row)
        self._changed(whole)

    def _changed(self, whole: bool) -> None:
        self._number()
        self.changed.emit(whole)

    # Adding, moving, removing

    def _move(self, row: Row, what: str) -> None:
        self._drop(row)
        at = self.rows.index(row)
        self.rows.remove(row)
        if what == "remove":
            self._away(row)
            (self.rows[min(at, len(self.rows) - 1)].head if self.rows else self.add).setFocus()
        else:
            self.rows.insert(min(len(self.rows), max(0, at + (1 if what == "down" else -1))), row)
            self._order()
            row.head.setFocus()
        self._changed(True)

    def _fill_menu(self) -> None:
        self.menu.clear()
        for kind in sorted(catalog.kinds(self.family)):
            if self._named and kind == "merge":
                continue  # one level is enough
            doc = about(self.family, kind)
            action = self.menu.addAction(f"{kind}  ·  {_cut(doc)}")
            action.setData(kind)
            action.setToolTip(plain(doc))
            action.triggered.connect(lambda _=False, kind=kind: self.append({"kind": kind}))
        if self.family == "voices":
            bank = self.menu.addMenu(said.PATCHES)
            bank.setToolTipsVisible(True)
            for offer in sounds.offers():
                action = bank.addAction(f"{offer.name}  ·  {_cut(offer.about)}")
                action.triggered.connect(lambda _=False, name=offer.name: self._append_patch(name))

    def _append_patch(self, name: str) -> None:
        try:
            self.append(sounds.patched({"kind": "pad", "name": name}, name))
        except GesturemapError as error:
            self.empty.setText(str(error))
            self.empty.show()

    def append(self, table: Mapping[str, Any]) -> None:
        """Put one more at the end, and show its settings."""
        self._drop(None)
        name = None
        if self._named:
            name = _free(str(table["kind"]), [row.name or "" for row in self.rows])
        if self.family == "voices":
            taken = [sounds.name_of(row.table()) for row in self.rows]
            table = {**table, "name": _free(sounds.name_of(table), taken)}
        row = self._row(table, name)
        self.rows.append(row)
        self._order()
        self._number()
        row.head.setChecked(True)
        row.head.setFocus()
        self.changed.emit(True)


def _free(name: str, taken: Sequence[str]) -> str:
    """The name, with a number behind it where there is one of it already."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = said.NEW_NAME.format(name, number)
    return free


def _cut(text: str) -> str:
    return text if len(text) <= MENU_LETTERS else f"{text[: MENU_LETTERS - 1]}…"


def nested(told: fields.Told, family: str, default: Mapping[str, Any]) -> Field:
    """A list of named plug-ins inside of a form."""
    made = Rows(family, named=True)
    made.changed.connect(lambda _: told())
    made.fill(default)
    return Field(made, made.by_name, lambda value: made.fill(value or {}), dict(default))
