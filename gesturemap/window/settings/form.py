"""A form for any settings, built from the fields of their class: a new plug-in gets its form for free."""

from __future__ import annotations

import dataclasses
import json
import math
import re
import tomllib
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QLocale, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QToolButton,
    QWidget,
)

from gesturemap.window import words
from gesturemap.window.look.theme import label, styled

FILES = ("path", "file", "recording", "folder")
"""Names of text settings that are chosen with a file dialog."""
WIDEST = 2_000_000_000
TABLE_LINES = 4
"""Lines of a table that are seen at once."""

Get = Callable[[], Any]
Put = Callable[[Any], None]


class Field(typing.NamedTuple):
    """One setting's widget and how to read and write it."""

    widget: QWidget
    get: Get
    put: Put
    default: Any


def editable(cls: type[Any]) -> list[dataclasses.Field[Any]]:
    """The settings a person can change: fields of plain types."""
    hints = typing.get_type_hints(cls)
    return [f for f in dataclasses.fields(cls) if f.init and _plain(hints[f.name])]


def _plain(hint: Any) -> bool:
    hint = _bare(hint)
    if typing.get_origin(hint) in (tuple, dict):
        return all(arg is Ellipsis or _plain(arg) for arg in typing.get_args(hint))
    return hint is Any or hint in (bool, int, float, str)


def _bare(hint: Any) -> Any:
    """The type inside ``X | None``."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return next(arg for arg in typing.get_args(hint) if arg is not type(None))
    return hint


def caption(name: str, unit: str) -> str:
    """A setting's name for people: ``min_cutoff`` in Hz -> ``min cutoff (Hz)``."""
    words_ = name.replace("_", " ")
    return f"{words_} ({unit})" if unit and unit != words_ else words_


class Form(QWidget):
    """Settings of one class, edited in place; `table` gives them as in ``project.toml``.

    Parameters
    ----------
    cls : the settings class; its fields made by `catalog.setting`.
    offers : for some text settings, what may be chosen (what is typed may be something else).
    """

    changed = Signal()

    def __init__(
        self, cls: type[Any], offers: Mapping[str, Sequence[str]] | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.kind = str(getattr(cls, "kind", ""))
        self._fields: dict[str, Field] = {}
        self._filled: dict[str, Any] = {}
        self._shown: dict[str, Any] = {}
        hints = typing.get_type_hints(cls)
        rows = QFormLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for field in editable(cls):
            made = self._make(field, hints[field.name], (offers or {}).get(field.name))
            text = caption(field.name, field.metadata.get("unit", ""))
            tip = field.metadata.get("doc", "")
            made.widget.setToolTip(tip)
            made.widget.setAccessibleName(text)
            made.widget.setAccessibleDescription(tip)
            head = label(text, "small")
            head.setToolTip(tip)
            head.setBuddy(made.widget)
            rows.addRow(head, made.widget)
            self._fields[field.name] = made

    def lead(self, text: str, widget: QWidget) -> None:
        """Put one row more at the top."""
        rows = self.layout()
        assert isinstance(rows, QFormLayout)
        head = label(text, "small")
        head.setToolTip(widget.toolTip())
        head.setBuddy(widget)
        rows.insertRow(0, head, widget)

    def widget(self, name: str) -> QWidget:
        """The widget of one setting."""
        return self._fields[name].widget

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
        self._filled = {name: value for name, value in table.items() if name != "kind"}
        for name, field in self._fields.items():
            with QSignalBlocker(field.widget):
                field.put(table.get(name, field.default))
            self._shown[name] = field.get()

    def _make(self, field: dataclasses.Field[Any], hint: Any, offer: Sequence[str] | None) -> Field:
        bare = _bare(hint)
        default = (
            field.default_factory() if field.default_factory is not dataclasses.MISSING
            else None if field.default is dataclasses.MISSING
            else field.default
        )  # fmt: skip
        if isinstance(default, tuple):
            default = list(default)
        if typing.get_origin(bare) is tuple:
            return self._list(typing.get_args(bare)[0], list(default or []))
        if typing.get_origin(bare) is dict:
            return self._table(dict(default or {}))
        if bare is bool:
            return self._switch(bool(default))
        if bare in (int, float):
            return self._number(field.metadata, whole=bare is int, default=default)
        if field.metadata.get("choices"):
            return self._choice(field.metadata["choices"], str(default or ""))
        if offer is not None:
            return self._offer(offer, str(default or ""))
        return self._text(str(default or ""), browse=field.name in FILES)

    def _switch(self, default: bool) -> Field:
        box = QCheckBox()
        box.setChecked(default)
        box.toggled.connect(self.changed)
        return Field(box, box.isChecked, lambda value: box.setChecked(bool(value)), default)

    def _number(self, meta: Mapping[str, Any], *, whole: bool, default: Any) -> Field:
        low, high = max(meta.get("low", -WIDEST), -WIDEST), min(meta.get("high", WIDEST), WIDEST)
        start = default if default is not None else (low if low > -WIDEST else 0)
        box: QSpinBox | QDoubleSpinBox
        if whole:
            box = QSpinBox()
            box.setRange(int(low), int(high))
            box.setValue(int(start))
        else:
            box = Number()
            box.setDecimals(_decimals(start))
            box.setRange(float(low), float(high))
            box.setSingleStep(_step(start))
            box.setValue(float(start))
        box.setKeyboardTracking(False)
        box.setMinimumWidth(90)
        box.valueChanged.connect(self.changed)

        def put(value: Any) -> None:
            box.setValue(value if value is not None else start)

        def get() -> Any:
            value = box.value()
            return default if default is None and value == start else value

        return Field(box, get, put, default)

    def _choice(self, choices: Sequence[str], default: str) -> Field:
        box = QComboBox()
        box.addItems(list(choices))
        box.setCurrentText(default)
        box.currentTextChanged.connect(self.changed)
        return Field(box, box.currentText, lambda value: box.setCurrentText(str(value)), default)

    def _offer(self, offer: Sequence[str], default: str) -> Field:
        box = QComboBox()
        box.setEditable(True)
        box.setMinimumContentsLength(8)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.addItems(list(offer))
        box.setCurrentText(default)
        box.editTextChanged.connect(self.changed)
        return Field(
            box, lambda: box.currentText().strip(), lambda value: box.setCurrentText(str(value)), default
        )

    def _text(self, default: str, *, browse: bool) -> Field:
        edit = QLineEdit(default)
        edit.textChanged.connect(self.changed)

        def get() -> str:
            return edit.text().strip()

        if not browse:
            return Field(edit, get, lambda value: edit.setText(str(value)), default)
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(edit, 1)
        button = styled(QToolButton(), "plain")
        button.setText(words.BROWSE)
        button.setToolTip(words.BROWSE_TIP)
        button.setAccessibleName(words.BROWSE_TIP)
        button.clicked.connect(lambda: self._browse(edit))
        row.addWidget(button)
        both.setFocusProxy(edit)
        return Field(both, get, lambda value: edit.setText(str(value)), default)

    def _browse(self, edit: QLineEdit) -> None:
        dialog = QFileDialog(self, words.CHOOSE_FILE, edit.text())
        dialog.setModal(False)
        dialog.fileSelected.connect(edit.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.show()

    def _list(self, item: type[Any], default: list[Any]) -> Field:
        edit = QLineEdit()
        edit.setPlaceholderText(words.LIST_TIP)
        edit.textChanged.connect(self.changed)

        def get() -> list[Any]:
            return [_as(item, part) for part in edit.text().split(",") if part.strip()]

        def put(value: Any) -> None:
            edit.setText(", ".join(str(part) for part in value or ()))
            edit.setCursorPosition(0)  # what does not fit is read from its beginning

        put(default)
        return Field(edit, get, put, default)

    def _table(self, default: dict[str, Any]) -> Field:
        """A table of names, edited as TOML, a line each: ``circle = 60``, ``lift = [60, 64]``."""
        edit = QPlainTextEdit()
        edit.setPlaceholderText(words.TABLE_TIP)
        edit.setTabChangesFocus(True)
        edit.setFixedHeight(TABLE_LINES * edit.fontMetrics().lineSpacing() + 12)
        edit.textChanged.connect(self.changed)

        def get() -> Any:
            lines = (line.strip().rstrip(",") for line in edit.toPlainText().splitlines())
            try:
                return tomllib.loads(f"table = {{ {', '.join(filter(None, lines))} }}")["table"]
            except tomllib.TOMLDecodeError:
                return edit.toPlainText()  # the settings class will refuse it by name

        def put(value: Any) -> None:
            edit.setPlainText(
                "\n".join(f"{_key(key)} = {json.dumps(part)}" for key, part in (value or {}).items())
            )

        put(default)
        return Field(edit, get, put, default)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name)


class Number(QDoubleSpinBox):
    """A number without the zeros that say nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setLocale(QLocale.c())

    def textFromValue(self, value: float) -> str:
        """At most as many digits as it has decimals."""
        return f"{round(value, self.decimals()):.12g}"


def _as(kind: type[Any], text: str) -> Any:
    """A number where one is wanted and written; else the text, which the settings class will refuse."""
    text = text.strip()
    if kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            return text
    return text


def _decimals(value: float) -> int:
    """Digits after the point that show a value of this size and leave room to turn it."""
    return 3 if value == 0 else max(2, min(6, 2 - math.floor(math.log10(abs(value)))))


def _step(value: float) -> float:
    return 0.1 if value == 0 else float(10.0 ** math.floor(math.log10(abs(value)) - 0.3))
