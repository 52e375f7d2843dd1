"""One widget for every type that a setting has, and how to read and write it."""

from __future__ import annotations

import json
import math
import re
import tomllib
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QLocale, QTimer, Signal
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QToolButton,
    QWidget,
)

from gesturemap.window import words
from gesturemap.window.look.calm import Calm, Choice
from gesturemap.window.look.theme import styled
from gesturemap.window.words import settings as said

WIDEST = {int: 2**31 - 1, float: 1e15}
"""How far from 0 a number may be where its settings say nothing."""
TABLE_LINES = 3
"""Lines of a table that are seen at once."""
OPENING, CLOSING = "([{", ")]}"

Get = Callable[[], Any]
Put = Callable[[Any], None]
Told = Callable[[], None]


class Field(typing.NamedTuple):
    """One setting's widget and how to read and write it."""

    widget: QWidget
    get: Get
    put: Put
    default: Any


def bare(hint: Any) -> Any:
    """The type inside ``X | None``."""
    if is_union(hint):
        return next(arg for arg in typing.get_args(hint) if arg is not type(None))
    return hint


def is_union(hint: Any) -> bool:
    """Whether it is several types, or one that may be left out."""
    return typing.get_origin(hint) in (typing.Union, types.UnionType)


def switch(told: Told, default: bool) -> Field:
    """Yes or no."""
    box = QCheckBox()
    box.setChecked(default)
    box.toggled.connect(told)
    return Field(box, box.isChecked, lambda value: box.setChecked(bool(value)), default)


def number(told: Told, meta: Mapping[str, Any], *, whole: bool, default: Any) -> Field:
    """A number; one that may be left out has a box before it that says whether it is given.

    One beyond its range can be typed and read, so that it is refused where it stands; when it is left, the number
    before stands there again, which is told (`Typed.refused`).
    """
    widest = WIDEST[int if whole else float]
    low, high = max(meta.get("low", -widest), -widest), min(meta.get("high", widest), widest)
    start = default if default is not None else (low if low > -widest else 0)
    box: Whole | Number
    if whole:
        box = Whole()
        box.setRange(int(low), int(high))
        box.setValue(int(start))
    else:
        box = Number()
        box.setDecimals(max(decimals(start), *(digits(end) for end in (low, high))))
        box.setRange(float(low), float(high))
        box.setSingleStep(step(start))
        box.setValue(float(start))
    box.setKeyboardTracking(False)
    box.setMinimumWidth(90)
    box.valueChanged.connect(told)
    box.lineEdit().textEdited.connect(told)
    if default is None:
        return _left_out(told, box, start)
    return Field(box, box.written, lambda value: box.setValue(start if value is None else value), default)


def _left_out(told: Told, box: Whole | Number, start: Any) -> Field:
    both = Both(box)
    given = QCheckBox()
    given.setToolTip(said.GIVEN_TIP)
    given.setAccessibleName(said.GIVEN)
    given.toggled.connect(box.setEnabled)
    given.toggled.connect(told)
    box.setEnabled(False)
    both.row.insertWidget(0, given)

    def put(value: Any) -> None:
        given.setChecked(value is not None)
        box.setValue(start if value is None else value)

    return Field(both, lambda: box.written() if given.isChecked() else None, put, None)


def choice(told: Told, choices: Sequence[str], default: str) -> Field:
    """One of several."""
    box = Choice()
    for each in choices:
        box.addItem(each or said.NONE_CHOSEN, each)
    box.setCurrentIndex(max(0, box.findData(default)))
    box.currentIndexChanged.connect(told)

    def put(value: Any) -> None:
        at = box.findData(str(value))
        if at < 0:  # of another version; it is said by whoever reads it
            box.addItem(str(value), str(value))
            at = box.count() - 1
        box.setCurrentIndex(at)

    return Field(box, lambda: str(box.currentData()), put, default)


def offered(told: Told, offer: Sequence[str], default: Any, kind: type[Any] = str) -> Field:
    """One of several, or what is typed."""
    box = Choice()
    box.setEditable(True)
    box.setMinimumContentsLength(8)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.addItems(list(offer))
    box.setCurrentText(str(default))
    box.editTextChanged.connect(told)
    return Field(
        box, lambda: as_kind(kind, box.currentText()), lambda value: box.setCurrentText(str(value)), default
    )


def text(told: Told, default: str, *, browse: bool) -> Field:
    """A text; the name of a file can be chosen, too."""
    edit = QLineEdit(default)
    edit.textChanged.connect(told)

    def get() -> str:
        return edit.text().strip()

    if not browse:
        return Field(edit, get, lambda value: edit.setText(str(value)), default)
    both = Both(edit)
    button = styled(QToolButton(), "plain")
    button.setText(words.BROWSE)
    button.setToolTip(words.BROWSE_TIP)
    button.setAccessibleName(words.BROWSE_TIP)
    button.clicked.connect(lambda: _browse(edit))
    both.row.addWidget(button)
    return Field(both, get, lambda value: edit.setText(str(value)), default)


def _browse(edit: QLineEdit) -> None:
    dialog = QFileDialog(edit, words.CHOOSE_FILE, edit.text())
    dialog.setModal(False)
    dialog.fileSelected.connect(edit.setText)
    dialog.finished.connect(dialog.deleteLater)
    dialog.show()


def items(told: Told, kind: type[Any], default: list[Any]) -> Field:
    """Numbers or texts, separated by commas."""
    edit = QLineEdit()
    edit.setPlaceholderText(words.LIST_TIP)
    edit.textChanged.connect(told)

    def get() -> list[Any]:
        return [as_kind(kind, part) for part in parts(edit.text())]

    def put(value: Any) -> None:
        edit.setText(", ".join(map(str, value or ())))
        edit.setCursorPosition(0)  # what does not fit is read from its beginning

    put(default)
    return Field(edit, get, put, default)


def tables(told: Told, default: Any, origin: type[Any]) -> Field:
    """What has parts of its own, as TOML, a line each: ``circle = 60``, ``lift = [60, 64]``, or ``[0.5, 0.25]``."""
    edit = QPlainTextEdit()
    edit.setPlaceholderText(words.TABLE_TIP if origin is dict else said.LINES_TIP)
    edit.setTabChangesFocus(True)
    edit.setFixedHeight(TABLE_LINES * edit.fontMetrics().lineSpacing() + 12)
    edit.textChanged.connect(told)
    opening, closing = "{}" if origin is dict else "[]"

    def get() -> Any:
        lines = [line.strip().rstrip(",") for line in edit.toPlainText().splitlines() if line.strip()]
        try:
            return tomllib.loads(f"it = {opening} {', '.join(lines)} {closing}")["it"]
        except tomllib.TOMLDecodeError:
            return unquoted(lines) if origin is dict else edit.toPlainText()  # which will be refused by name

    def put(value: Any) -> None:
        if isinstance(value, Mapping):
            lines = [f"{key_of(key)} = {toml(part)}" for key, part in value.items()]
        else:
            lines = [toml(part) for part in value or ()]
        edit.setPlainText("\n".join(lines))

    put(default)
    return Field(edit, get, put, default)


class Both(QWidget):
    """A widget with something beside it; the first has the focus."""

    def __init__(self, first: QWidget) -> None:
        super().__init__()
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(4)
        self.row.addWidget(first, 1)
        self.setFocusProxy(first)


BEGUN = re.compile(r"[+-]?\d*\.?\d*([eE][+-]?\d*)?")
"""What a number may begin with: a letter that were left out of it would make it another one."""


class Typed(Calm):
    """A number is what is written there, also while it is being typed, and beyond its range."""

    refused = Signal(object)
    """What was written and left is no number (None) or one beyond the range; the one before stands there again."""

    def written(self: Any) -> Any:
        """The number that is typed; the one before where that is none."""
        text = self.lineEdit().text()
        if text == self.textFromValue(self.value()):
            return self.value()
        number = self._read(text)
        return self.value() if number is None else number

    def _beyond(self: Any, text: str) -> bool:
        number = self._number(text)
        return number is not None and not self.minimum() <= number <= self.maximum()

    def _read(self: Any, text: str) -> Any:
        """The number in a text; None where there is none, or none that could ever be meant."""
        number = self._number(text)
        return number if number is not None and not self.widest < abs(number) else None

    @property
    def widest(self) -> float:
        """How far from 0 a number may be that can be read."""
        return WIDEST[int if isinstance(self, QSpinBox) else float]

    def _number(self, text: str) -> Any:
        """The number in a text, however large; None where there is none."""
        try:
            number = float(text)
            if not isinstance(self, QSpinBox) or abs(number) > self.widest:
                return number
            return int(text)
        except ValueError:
            return None

    def validate(self: Any, written: str, at: int) -> Any:
        """A number beyond the range is seen as it is typed: without its last digits it would be another."""
        found = super().validate(written, at)  # type: ignore[misc]
        if self._beyond(written) or (found[0] == QValidator.State.Invalid and BEGUN.fullmatch(written)):
            return QValidator.State.Intermediate, written, at
        return found

    def fixup(self: Any, written: str) -> str:
        """The number before in its place; that is told when it stands there."""
        number = self._number(written)
        if number is None or self._beyond(written):
            QTimer.singleShot(0, self, lambda: self.refused.emit(number))
        return str(self.textFromValue(self.value()))


class Whole(Typed, QSpinBox):
    """A whole number."""


class Number(Typed, QDoubleSpinBox):
    """A number without the zeros that say nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setLocale(QLocale.c())

    def textFromValue(self, value: float) -> str:
        """At most as many digits as it has decimals."""
        return f"{round(value, self.decimals()):.12g}"


def key_of(name: str) -> str:
    """A key as TOML writes it."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)


def unquoted(lines: list[str]) -> Any:
    """A table of lines ``cc 64 = record circle``, whose texts stand there without marks; the text, where it is none."""
    found: dict[str, Any] = {}
    for line in lines:
        name, equals, value = (part.strip() for part in line.partition("="))
        if not (name and equals and value):
            return "\n".join(lines)
        try:
            found[name.strip("\"'")] = tomllib.loads(f"it = {value}")["it"]
        except tomllib.TOMLDecodeError:
            found[name.strip("\"'")] = value
    return found


def toml(value: Any) -> str:
    """A value as TOML writes it on one line."""
    if isinstance(value, Mapping):
        inside = ", ".join(f"{key_of(key)} = {toml(part)}" for key, part in value.items())
        return f"{{{inside}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml, value))}]"
    return json.dumps(value, ensure_ascii=False)


def parts(written: str) -> list[str]:
    """What commas separate; those within brackets do not."""
    found, depth, part = [], 0, ""
    for letter in written:
        depth += (letter in OPENING) - (letter in CLOSING)
        if letter == "," and depth <= 0:
            found.append(part)
            part = ""
        else:
            part += letter
    return [each.strip() for each in (*found, part) if each.strip()]


def as_kind(kind: type[Any], written: str) -> Any:
    """A number where one is wanted and written; else the text, which the settings class will refuse."""
    written = written.strip()
    if kind in (int, float):
        try:
            return kind(written)
        except ValueError:
            return written
    return written


def decimals(value: float) -> int:
    """Digits after the point that show a value of this size and leave room to turn it."""
    return 3 if value == 0 else max(2, min(6, 2 - math.floor(math.log10(abs(value)))))


def digits(value: float) -> int:
    """Digits after the point without which it would be another number."""
    return len(f"{value:.12f}".rstrip("0").partition(".")[2])


def step(value: float) -> float:
    """By how much the arrows change a value of this size."""
    return 0.1 if value == 0 else float(10.0 ** math.floor(math.log10(abs(value)) - 0.3))
