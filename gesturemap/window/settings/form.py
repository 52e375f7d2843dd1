"""A form for any settings, built from the fields of their class: a new plug-in gets its form for free."""

from __future__ import annotations

import dataclasses
import inspect
import math
import typing
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QFormLayout, QWidget

from gesturemap import catalog
from gesturemap.window.look.lines import Lines
from gesturemap.window.look.theme import label, plain
from gesturemap.window.settings import devices, fields
from gesturemap.window.settings.fields import Field, bare
from gesturemap.window.words import settings as said

FILES = ("path", "file", "recording", "folder")
"""Names of text settings that are chosen with a file dialog."""
MOST = 12
"""Lines of what is said below a setting."""


def editable(cls: type[Any]) -> list[dataclasses.Field[Any]]:
    """The settings a person can change: fields of plain types, its own before those that it shares with others."""
    hints = typing.get_type_hints(cls)
    found = [f for f in dataclasses.fields(cls) if f.init and f.metadata and _plain(hints[f.name])]
    if not found or found[0].name == "name":  # what a voice shares with others is what one looks for first
        return found
    own = inspect.get_annotations(cls)
    return sorted(found, key=lambda field: field.name not in own)


def _plain(hint: Any) -> bool:
    if fields.is_union(hint):
        return all(arg is type(None) or _plain(arg) for arg in typing.get_args(hint))
    if typing.get_origin(hint) in (tuple, dict):
        return all(arg is Ellipsis or _plain(arg) for arg in typing.get_args(hint))
    return hint is Any or hint in (bool, int, float, str)


def caption(name: str, unit: str) -> str:
    """A setting's name for people: ``min_cutoff`` in Hz -> ``min cutoff (Hz)``."""
    words_ = name.replace("_", " ")
    return f"{words_} ({unit})" if unit and unit != words_ else words_


def meaning(field: dataclasses.Field[Any]) -> str:
    """What a setting does, and between which numbers it lies."""
    meta = field.metadata
    low, high = meta.get("low", -math.inf), meta.get("high", math.inf)
    if math.isinf(low) and math.isinf(high):
        return str(meta.get("doc", ""))
    return f"{meta.get('doc', '')} ({bounds(low, high)} {meta.get('unit', '')}".rstrip() + ")"


def bounds(low: float, high: float) -> str:
    """Between which numbers, one of which may be infinite."""
    if math.isinf(high):
        return said.FROM.format(low)
    return said.UP_TO.format(high) if math.isinf(low) else said.BETWEEN.format(low, high)


class Form(QWidget):
    """Settings of one class, edited in place; `table` gives them as in ``project.toml``.

    Parameters
    ----------
    cls : the settings class; its fields made by `catalog.setting`.
    offers : for some text settings, what may be chosen (what is typed may be something else).
    leave : settings that are not shown, as somebody else looks after them; they stay as they are filled in.
    """

    changed = Signal()
    refused = Signal()
    """A number was written and left that is not taken; the one before is in `table` again."""

    def __init__(
        self,
        cls: type[Any],
        offers: Mapping[str, Sequence[str]] | None = None,
        parent: QWidget | None = None,
        leave: Collection[str] = (),
    ) -> None:
        super().__init__(parent)
        self.kind = str(getattr(cls, "kind", ""))
        self._fields: dict[str, Field] = {}
        self._filled: dict[str, Any] = {}
        self._shown: dict[str, Any] = {}
        self._filling = False
        self._faults: dict[str, Lines] = {}
        """By setting: what is wrong with it; without one: with all of it."""
        self._offers = dict(offers or {})
        hints = typing.get_type_hints(cls)
        self._rows = rows = QFormLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setVerticalSpacing(4)
        rows.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for field in editable(cls):
            if field.name not in leave:
                self._add(field, hints[field.name])
        if not self._fields:
            rows.addRow(label(said.NO_SETTINGS, "small"))

    def _add(self, field: dataclasses.Field[Any], hint: Any) -> None:
        made = self._fields[field.name] = self._make(field, hint)
        for box in (made.widget, made.widget.focusProxy()):
            if isinstance(box, fields.Whole | fields.Number):
                box.refused.connect(lambda value, box=box: self._refuse(field, value, box))
        text, tip = caption(field.name, field.metadata.get("unit", "")), meaning(field)
        name_parts(made.widget, text, tip)
        head = label(text, "small")
        head.setToolTip(plain(tip))
        head.setBuddy(made.widget)
        if field.metadata.get("of"):
            self._rows.addRow(head)
            self._rows.addRow(made.widget)
        else:
            self._rows.addRow(head, made.widget)

    def lead(self, text: str, widget: QWidget) -> None:
        """Put one row more at the top."""
        head = label(text, "small")
        head.setToolTip(plain(widget.toolTip()))
        head.setBuddy(widget)
        self._rows.insertRow(0, head, widget)

    def widget(self, name: str) -> QWidget:
        """The widget of one setting."""
        return self._fields[name].widget

    def has(self, name: str) -> bool:
        """Whether there is such a setting."""
        return name.partition("[")[0].partition(".")[0] in self._fields

    def table(self) -> dict[str, Any]:
        """Kind, and every setting not at its default; what was not touched is given as it was filled in."""
        values = {name: field.get() for name, field in self._fields.items()}
        values = {
            name: self._filled[name] if name in self._filled and value == self._shown[name] else value
            for name, value in values.items()
        }
        found = {name: value for name, value in values.items() if value != self._fields[name].default}
        unseen = {name: value for name, value in self._filled.items() if name not in self._fields}
        return ({"kind": self.kind} if self.kind else {}) | unseen | found

    def fill(self, table: Mapping[str, Any]) -> None:
        """Show these settings; those not in the table at their defaults."""
        self._filling = True
        self._filled = {name: value for name, value in table.items() if name != "kind"}
        for name, field in self._fields.items():
            field.put(table.get(name, field.default))
            self._shown[name] = field.get()
        self._filling = False
        self.say("")

    def say(self, text: str, name: str = "") -> bool:
        """Say below one setting, or at the end, what is wrong; True if there is such. Without a text all is well."""
        name = name.partition("[")[0].partition(".")[0]
        place = self._fields.get(name)
        gone = [*self._faults] if not text else [name if place else ""]
        for each in gone:
            if (fault := self._faults.pop(each, None)) is not None:
                self._rows.removeRow(fault)
        if text:
            fault = Lines("warn")  # a label that wraps asks for another height than it has here
            self._faults[name if place else ""] = fault
            fault.setText(text)
            row = self._row_of(place.widget) if place else self._rows.rowCount()
            self._rows.insertRow(row, fault)
            fault.show()  # now, not when Qt gets to it
            self._fit()
        return place is not None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What is said may need another line."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        for fault in self._faults.values():
            fault.fit(self.width(), MOST)

    def _refuse(
        self, field: dataclasses.Field[Any], value: float | None, box: fields.Whole | fields.Number
    ) -> None:
        self.refused.emit()  # what was asked of the number that was typed is over before this is said
        if value is None:
            text = said.NO_NUMBER.format(box.text())
        else:
            meta = field.metadata
            low, high = meta.get("low", -math.inf), meta.get("high", math.inf)
            if abs(value) > box.widest:
                low, high = box.minimum(), box.maximum()
            ends = f"{bounds(low, high)} {meta.get('unit', '')}".rstrip()
            text = said.BEYOND.format(value, ends, box.text())
        self.say(text, field.name)

    def _row_of(self, widget: QWidget) -> int:
        """The row below a widget."""
        position: Any = self._rows.getWidgetPosition(widget)
        return int(position[0]) + 1

    def _told(self) -> None:
        if not self._filling:
            self.changed.emit()

    def _make(self, field: dataclasses.Field[Any], hint: Any) -> Field:
        kind, meta, offer = bare(hint), field.metadata, self._offers.get(field.name)
        default = catalog.default_of(field)
        default = None if default is dataclasses.MISSING else catalog.plain(default)
        origin = typing.get_origin(kind)
        if meta.get("of"):
            from gesturemap.window.settings.rows import nested  # rows have forms in them

            return nested(self._told, meta["of"], dict(default or {}))
        if origin is dict:
            return fields.tables(self._told, dict(default or {}), dict)
        if origin is tuple:
            inside = typing.get_args(kind)[0]
            if inside in (int, float, str):
                return fields.items(self._told, inside, list(default or []))
            return fields.tables(self._told, list(default or []), list)
        if kind is bool:
            return fields.switch(self._told, bool(default))
        if meta.get("device"):
            return devices.device(self._told, meta["device"], meta["doc"], str(default or ""))
        if offer is not None and kind in (int, float, str):
            return fields.offered(self._told, offer, "" if default is None else default, kind)
        if kind in (int, float):
            return fields.number(self._told, meta, whole=kind is int, default=default)
        if meta.get("choices"):
            return fields.choice(self._told, meta["choices"], str(default or ""))
        return fields.text(self._told, str(default or ""), browse=field.name in FILES)


def name_parts(widget: QWidget, text: str, tip: str) -> None:
    """Say what a widget is, also where it has a part of itself that is met first, or written in."""
    inside = widget.focusProxy() or widget
    line = inside.lineEdit() if isinstance(inside, QComboBox) else None
    for each in {widget, inside, line or inside}:
        each.setToolTip(plain(tip))
        each.setAccessibleName(text)
        each.setAccessibleDescription(tip)
