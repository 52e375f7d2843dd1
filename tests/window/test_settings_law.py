"""The law of the forms: whatever plug-in there is can be set up in the window, held in its ranges, and is explained."""

from __future__ import annotations

import dataclasses
import math
import typing

import pytest
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QSpinBox

from gesturemap import catalog
from gesturemap.errors import GesturemapError
from gesturemap.inputs.midi_clock import MidiClock
from gesturemap.inputs.pedal import Pedal
from gesturemap.inputs.remote import Remote
from gesturemap.project.project import RecordSettings, SoundSettings
from gesturemap.synth.effects import Delay, Room
from gesturemap.window.facts.places import SECTIONS, checked, place_of
from gesturemap.window.facts.summary import about, summary
from gesturemap.window.look.theme import plain
from gesturemap.window.settings.fields import WIDEST, bare
from gesturemap.window.settings.form import Form, editable, meaning
from gesturemap.window.settings.rows import Rows

KINDS = [(family, kind) for family in catalog.BUILT_IN for kind in sorted(catalog.kinds(family))]
PLAIN = [SoundSettings, Delay, Room, Pedal, MidiClock, Remote, RecordSettings]
CLASSES = [catalog.find(family, kind, "law") for family, kind in KINDS] + PLAIN
NAMES = [f"{family}-{kind}" for family, kind in KINDS] + [cls.__name__ for cls in PLAIN]
EACH = pytest.mark.parametrize("cls", CLASSES, ids=NAMES)


def shown(qtbot, cls: type) -> Form:
    form = Form(cls)
    qtbot.addWidget(form)
    return form


@EACH
def test_the_default_table_comes_back_as_it_went_in(qtbot, cls: type) -> None:
    form = shown(qtbot, cls)
    empty = {"kind": cls.kind} if hasattr(cls, "kind") else {}
    assert form.table() == empty
    whole = {
        field.name: catalog.plain(catalog.default_of(field))
        for field in editable(cls)
        if catalog.default_of(field) not in (None, dataclasses.MISSING)
    }
    form.fill(whole)
    assert form.table() == empty


def other(field: dataclasses.Field, hint: object) -> object:
    """A value that is allowed and not the default."""
    kind, meta, default = bare(hint), field.metadata, catalog.default_of(field)
    origin = typing.get_origin(kind)
    if kind is bool:
        return not default
    if kind in (int, float):
        low = max(meta["low"], -100.0)
        high = meta["high"] if math.isfinite(meta["high"]) else low + 100.0
        found = high if default != high else low
        return kind(found)
    if meta["choices"] and kind is str:
        return next(each for each in meta["choices"] if each != default)
    if kind is str:
        return "a text"
    if origin is tuple:
        inside = typing.get_args(kind)[0]
        if inside in (int, float):
            return [inside(max(meta["low"], 1)), inside(max(meta["low"], 1))]
        if inside is str:
            return ["one(a, b)", "two"]
        if typing.get_origin(inside) is dict:
            return [{"a": 1.5, "b c": ["x"]}, {"d": {"e": "f"}}]
        return [[0.0, 0.25], [1.0, 0.5]]
    if meta["of"]:
        return {"left": {"kind": "osc", "port": 9001}, "right": {"kind": "pointer"}}
    inside = bare(typing.get_args(kind)[1])
    if inside in (int, float):
        return {"a b": inside(max(meta["low"], 1))}
    if typing.get_origin(inside) is tuple:
        return {"a": ["x", "y"]} if str in typing.get_args(inside) else {"a": [1.0, 2.0]}
    if typing.get_origin(inside) is dict:
        return {"a": {"b": 2.0, "c d": "e"}} if str in typing.get_args(inside) else {"a": {"b": 2.0}}
    return {"a": "x", "b c": "y"}


@EACH
def test_what_is_typed_into_every_widget_is_what_its_table_says(qtbot, cls: type) -> None:
    """Filled in, read from the widgets alone, filled into another form, and read again: nothing is lost."""
    hints = typing.get_type_hints(cls)
    wanted = {field.name: other(field, hints[field.name]) for field in editable(cls)}
    first = shown(qtbot, cls)
    first.fill(wanted)
    first._filled = {}  # what was given is forgotten: only what the widgets hold counts
    table = {key: value for key, value in first.table().items() if key != "kind"}
    assert table == wanted


@EACH
def test_every_number_is_held_between_its_ends(qtbot, cls: type) -> None:
    form = shown(qtbot, cls)
    hints = typing.get_type_hints(cls)
    for field in editable(cls):
        kind = bare(hints[field.name])
        if kind not in (int, float):
            continue
        widget = form.widget(field.name)
        box = widget if isinstance(widget, QAbstractSpinBox) else widget.focusProxy()
        assert isinstance(box, QSpinBox if kind is int else QDoubleSpinBox)
        low, high = field.metadata["low"], field.metadata["high"]
        assert box.minimum() == (low if math.isfinite(low) else -WIDEST[kind])
        assert box.maximum() == (high if math.isfinite(high) else WIDEST[kind])
        box.setEnabled(True)
        top, bottom = box.maximum(), box.minimum()
        for beyond, end in ((top + abs(top) + 7, top), (bottom - abs(bottom) - 7, bottom)):
            if abs(beyond) < 2**31:
                box.setValue(kind(beyond))
                assert box.value() == end


@EACH
def test_every_setting_says_what_it_does_and_in_which_unit(qtbot, cls: type) -> None:
    form = shown(qtbot, cls)
    fields = editable(cls)
    assert {field.name for field in fields} == {
        field.name for field in dataclasses.fields(cls) if field.init and field.metadata
    }
    for field in fields:
        widget, unit = form.widget(field.name), field.metadata["unit"]
        assert field.metadata["doc"]
        assert widget.toolTip() == plain(meaning(field))
        assert plain(field.metadata["doc"]) in widget.toolTip()
        assert unit in widget.accessibleName()
        assert field.name.replace("_", " ") in widget.accessibleName()
        if math.isfinite(field.metadata["low"]):
            assert f"{field.metadata['low']:.10g}" in widget.toolTip()


@pytest.mark.parametrize("family, kind", KINDS, ids=NAMES[: len(KINDS)])
def test_every_kind_can_be_added_to_a_list_and_says_what_it_is(qtbot, family: str, kind: str) -> None:
    rows = Rows(family)
    qtbot.addWidget(rows)
    rows._fill_menu()
    offered = {action.data(): action.text() for action in rows.menu.actions() if action.data()}
    assert set(offered) == set(catalog.kinds(family))
    assert about(family, kind)[:20] in offered[kind]
    rows.append({"kind": kind})
    (row,) = rows.rows
    assert row.form is not None, row.fault.text()
    assert row.form.isVisibleTo(row)
    assert row.table()["kind"] == kind
    assert isinstance(summary(family, row.table()), str)
    assert kind in row.head.accessibleName()


@pytest.mark.parametrize(
    "said, section, row, setting",
    [
        ("project, features[2] one_euro, min_cutoff", "features", 2, "min_cutoff"),
        ("mapping[1] range of 'x', low and high", "mapping", 1, "low"),
        ("project, model gmm, gaussians", "model", -1, "gaussians"),
        ("project, sound.voices[3] pad, level", "sound", 3, "level"),
        ("project, remote, port", "remote", -1, "port"),
        ("remote, token", "remote", -1, "token"),
        ("trainer", "", -1, ""),
        ("/home/somebody/model", "", -1, ""),
    ],
)
def test_where_a_fault_belongs_is_read_from_its_place(
    said: str, section: str, row: int, setting: str
) -> None:
    assert place_of(said) == (section, row, setting)


WRONG = {
    "input": {"kind": "osc", "port": 99999999},
    "features": [{"kind": "derive"}, {"kind": "one_euro", "beta": "x"}],
    "model": {"kind": "gmm", "gaussians": -3},
    "mapping": [{"kind": "range", "curve": 0.0}],
    "outputs": [{"kind": "synth"}, {"kind": "osc", "port": "x"}],
    "sound": {"voices": [{"kind": "pad", "level": 99.0}]},
    "pedal": {"commands": {"cc 64": "dance"}},
    "clock": {"offset": 7.0},
    "remote": {"port": -1},
    "record": {"trim": "yes"},
    "relevance": {"counterexamples": -1},
    "preference": {"kept": "smoothing"},
    "layers": {"records": "mine"},
    "colours": {"places": {"lift": -1}},
}


@pytest.mark.parametrize("section", SECTIONS)
def test_what_is_wrong_in_a_section_names_a_place_in_it(section: str) -> None:
    table, wrong = checked(section, WRONG[section])
    assert isinstance(wrong, GesturemapError)
    assert table == WRONG[section]
    found = place_of(wrong.place)
    assert found.section == section
    assert found.setting
    assert found.row == {"features": 1, "mapping": 0, "outputs": 1, "sound": 0}.get(section, -1)
