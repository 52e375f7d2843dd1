"""Forms from settings classes: every plug-in there is gets one, and what goes in comes out."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QCheckBox, QComboBox, QLineEdit, QPlainTextEdit

from gesturemap import catalog
from gesturemap.built_in import BUILT_IN
from gesturemap.catalog import setting
from gesturemap.window.settings.fields import number, tables
from gesturemap.window.settings.form import Form, editable
from gesturemap.window.settings.rows import Rows

ALL = [(family, kind) for family in BUILT_IN for kind in BUILT_IN[family]]
REQUIRED = {("mapping", "range"): {"source": "confidence", "control": "pad.level"}}


@dataclass(frozen=True)
class Example:
    """Every kind of setting."""

    kind: ClassVar[str] = "example"
    name: str = setting("a", "what it is called")
    count: int = setting(3, "how many", low=1, high=9)
    cutoff: float = setting(1.5, "how fast", unit="Hz", low=0.01, high=100.0)
    on: bool = setting(False, "whether")
    mode: str = setting("soft", "how", choices=("soft", "hard"))
    channels: tuple[str, ...] = setting((), "which")
    weights: tuple[float, ...] = setting((1.0,), "how much each")
    table: dict[str, float] = setting({}, "by name")  # a field is made
    limit: float | None = setting(None, "at most", unit="s", low=0.0)
    path: str = setting("", "a file")


FULL = {
    "kind": "example", "name": "b", "count": 7, "cutoff": 0.123456789, "on": True, "mode": "hard",
    "channels": ["x", "acc y"], "weights": [0.5, 2.0], "table": {"a": 1.5, "a b": 2.0},
    "limit": 4.0, "path": "/tmp/a.csv",
}  # fmt: skip


def test_what_is_filled_in_comes_out_to_the_bit(qtbot) -> None:
    form = Form(Example)
    qtbot.addWidget(form)
    assert form.table() == {"kind": "example"}
    form.fill(FULL)
    assert form.table() == FULL
    form.fill({"kind": "example", "count": 4})
    assert form.table() == {"kind": "example", "count": 4}


def test_what_a_person_changes_comes_out(qtbot) -> None:
    form = Form(Example)
    qtbot.addWidget(form)
    with qtbot.waitSignal(form.changed):
        form.widget("count").setValue(12)
    form.widget("on").setChecked(True)
    form.widget("mode").setCurrentText("hard")
    form.widget("channels").setText("x,  acc y ,")
    form.widget("weights").setText("1, 2.5, oops")
    form.widget("table").setPlainText("a=1\nb = 2,")
    table = form.table()
    assert table == {
        "kind": "example", "count": 9, "on": True, "mode": "hard", "channels": ["x", "acc y"],
        "weights": [1.0, 2.5, "oops"], "table": {"a": 1.0, "b": 2.0},
    }  # fmt: skip
    del table["weights"]
    assert catalog.fill(Example, {k: v for k, v in table.items() if k != "kind"}, "test").count == 9


def test_units_docs_and_ranges_are_shown(qtbot) -> None:
    form = Form(Example)
    qtbot.addWidget(form)
    cutoff = form.widget("cutoff")
    assert cutoff.accessibleName() == "cutoff (Hz)"
    assert cutoff.toolTip() == cutoff.accessibleDescription() == "how fast (0.01 to 100 Hz)"
    assert (cutoff.minimum(), cutoff.maximum()) == (0.01, 100.0)
    assert cutoff.text() == "1.5"


def test_a_number_is_typed_with_a_point_in_every_country(qtbot) -> None:
    form = Form(Example)
    qtbot.addWidget(form)
    cutoff = form.widget("cutoff")
    cutoff.clear()
    qtbot.keyClicks(cutoff, "2.25")
    qtbot.keyClick(cutoff, Qt.Key.Key_Return)
    assert form.table()["cutoff"] == 2.25


def test_what_is_offered_may_be_chosen_or_typed_over(qtbot) -> None:
    form = Form(Example, {"name": ["one", "two"]})
    qtbot.addWidget(form)
    box = form.widget("name")
    assert [box.itemText(i) for i in range(box.count())] == ["one", "two"]
    box.setCurrentText("three")
    assert form.table()["name"] == "three"


INPUTS = (QAbstractSpinBox, QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, Rows)


@pytest.mark.parametrize("family, kind", ALL, ids=[f"{f}-{k}" for f, k in ALL])
def test_every_plug_in_has_a_form_that_says_what_its_settings_say(qtbot, family: str, kind: str) -> None:
    cls = catalog.find(family, kind, "test")
    form = Form(cls)
    qtbot.addWidget(form)
    assert form.table() == {"kind": kind}
    settings = catalog.read(family, {"kind": kind, **REQUIRED.get((family, kind), {})}, "test")
    form.fill(catalog.write(settings))
    assert catalog.read(family, form.table(), "test") == settings
    shown = {field.name for field in editable(cls)}
    hidden = {field.name for field in fields(cls) if field.init} - shown
    assert not hidden, f"no widget for {hidden}"
    for name in shown:
        widget = form.widget(name)
        assert widget.accessibleName()
        inside = [widget, *widget.findChildren(QLineEdit)]
        assert any(isinstance(w, INPUTS) for w in inside)


def test_the_line_of_a_list_that_is_written_in_has_its_name(qtbot) -> None:
    form = Form(catalog.find("inputs", "midi", "input"))
    qtbot.addWidget(form)
    lines = [box.lineEdit() for box in form.findChildren(QComboBox) if box.isEditable()]
    assert lines
    assert all(line.accessibleName() and line.accessibleDescription() for line in lines)


def test_a_number_beyond_its_range_is_read_and_when_left_the_one_before_stands_there_again(qtbot) -> None:
    told: list[object] = []
    refused: list[tuple[object, object]] = []
    field = number(lambda *_: told.append(field.get()), {"low": 0, "high": 65535}, whole=True, default=8000)
    qtbot.addWidget(field.widget)
    field.widget.refused.connect(lambda value: refused.append((value, field.get())))
    field.widget.selectAll()
    qtbot.keyClicks(field.widget, "99999")
    assert field.widget.text() == "99999"
    assert told == [9, 99, 999, 9999, 99999]
    qtbot.keyClick(field.widget, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: refused == [(99999, 8000)])
    assert (field.widget.text(), field.get()) == ("8000", 8000)
    field.widget.selectAll()
    qtbot.keyClick(field.widget, Qt.Key.Key_Delete)
    qtbot.keyClick(field.widget, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: refused[1:] == [(None, 8000)])
    field.widget.selectAll()
    qtbot.keyClicks(field.widget, "12ab3")
    assert field.get() == 123  # before it is entered
    qtbot.keyClick(field.widget, Qt.Key.Key_Return)
    qtbot.wait(1)
    assert (field.get(), len(refused)) == (123, 2)


@pytest.mark.parametrize(
    ("typed", "read"), [("7.5", 7.5), ("-2", -2.0), ("0.25", 0.25), ("-", 0.5), ("", 0.5)]
)
def test_a_fraction_beyond_its_range_can_be_typed_too(qtbot, typed: str, read: float) -> None:
    field = number(lambda *_: None, {"low": 0.0, "high": 1.0}, whole=False, default=0.5)
    qtbot.addWidget(field.widget)
    field.widget.selectAll()
    qtbot.keyClicks(field.widget, typed)
    assert field.get() == read
    qtbot.keyClick(field.widget, Qt.Key.Key_Return)
    assert field.get() == field.widget.value() == (read if 0.0 <= read <= 1.0 else 0.5)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("cc 64 = record circle", {"cc 64": "record circle"}),
        ('"cc 64" = "record circle"', {"cc 64": "record circle"}),
        ("circle = 60\nnote 3 = 2.5,", {"circle": 60, "note 3": 2.5}),
        ("lift = [60, 64]\n\n cc 1 = stop = now ", {"lift": [60, 64], "cc 1": "stop = now"}),
        ("cc 64", "cc 64"),
        ("cc 64 =", "cc 64 ="),
    ],
)
def test_a_table_needs_no_quotation_marks(qtbot, written: str, found: object) -> None:
    field = tables(lambda: None, {}, dict)
    qtbot.addWidget(field.widget)
    field.widget.setPlainText(written)
    assert field.get() == found
