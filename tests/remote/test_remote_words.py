"""The table of words: every command has one, and what stands behind a word is read as its command wants it."""

from __future__ import annotations

import dataclasses
import math
import struct
from typing import Any

import pytest

from gesturemap import catalog
from gesturemap import commands as c
from gesturemap.control import edits, orders
from gesturemap.errors import CommandError, SettingsError
from gesturemap.remote.argument import shortest
from gesturemap.remote.hub import QUESTIONS
from gesturemap.remote.words import WORDS
from gesturemap.wire.osc_write import LARGEST_FLOAT

INSIDE = {c.Rest, c.Pressed, c.Perform, c.Import, c.Export}
"""A rest belongs to a line; a pedal's action is said by the words themselves; a page is opened by hand; files
are for who sits at the machine."""
EXAMPLES: dict[str, tuple[tuple[Any, ...], c.Message]] = {
    "record": (("wave", 0.5), c.Record("wave", 0.5)),
    "record/by_movement": (("wave",), c.Record("wave", by_movement=True)),
    "record/stop": ((), c.StopRecording(True)),
    "record/cancel": ((), c.StopRecording(False)),
    "record/again": ((), c.Again()),
    "keep": (("wave", -8, -2.5), c.Keep("wave", -8.0, -2.5)),
    "keep/aside": (("jam",), c.Keep("jam", -60.0, 0.0, learned=False)),
    "train": ((), c.Train()),
    "train/cancel": ((), c.CancelTraining()),
    "evaluate": ((), c.Evaluate()),
    "ask": (("why", "wave-1", "wave"), c.Ask("why", ["wave-1", "wave"])),
    "ask/cancel": ((), c.Ask("")),
    "run": ((0,), c.Run(False)),
    "panic": ((), c.Panic()),
    "mark/right": (("wave",), c.Mark(False, "wave")),
    "mark/wrong": ((), c.Mark(True, "")),
    "sound": ((True,), c.Sound(True)),
    "layer": (("me", "wave-1"), c.ToLayer("me", ["wave-1"])),
    "layer/on": (("tonight",), c.SwitchLayer("tonight")),
    "layer/off": (("tonight",), c.SwitchLayer("tonight", on=False)),
    "layer/record": (("tonight",), c.RecordInto("tonight")),
    "compare": (("smoother",), c.Compare("smoother")),
    "compare/switch": (("b",), c.Switch("b")),
    "compare/prefer": ((), c.Prefer()),
    "compare/stop": ((), c.Compare(on=False)),
    "volume": ((0.25,), c.Volume(0.25)),
    "tap": ((), c.Tap()),
    "values": ((0.5, 2, 3.0), c.Values([0.5, 2.0, 3.0])),
    "play": (("wave-1",), c.Play("wave-1")),
    "play/stop": ((), c.Play("")),
    "log": ((), c.Log(True)),
    "scene": ((2,), c.Scene("2")),
    "scene/next": ((), c.Next()),
    "scene/previous": ((), c.Previous()),
    "open": (("other",), c.Open("other")),
    "load": (("other",), c.Open("other")),
    "new": ((), c.New()),
    "save": (("fresh",), c.Save("fresh")),
    "lock": ((1.0,), c.Lock(True)),
    "undo": ((), c.Undo()),
    "redo": ((), c.Redo()),
    "add": (("wave",), c.AddGesture("wave")),
    "rename": (("wave", "circle"), c.RenameGesture("wave", "circle")),
    "delete": (("wave",), c.DeleteGesture("wave")),
    "delete/demonstration": (("wave-1",), c.DeleteDemonstration("wave-1")),
    "relabel": (("circle", "wave-1", "wave-2"), c.Relabel(["wave-1", "wave-2"], "circle")),
    "merge": (("wave", "circle"), c.Merge("wave", "circle")),
    "enable": (("wave-1",), c.Enable(["wave-1"], True)),
    "disable": (("wave-1",), c.Enable(["wave-1"], False)),
    "trim": (("wave-1", 0.25, 2), c.Trim("wave-1", 0.25, 2.0)),
    "trim/idle": (("wave-1", "wave-2"), c.TrimIdle(["wave-1", "wave-2"])),
    "split": (("wave-1", 0.5, 1), c.Split("wave-1", [0.5, 1.0])),
    "extract": (("wave-1", "shake", 0.5, 1), c.Extract("wave-1", "shake", [0.5, 1.0])),
    "history": ((3,), c.GoTo(3)),
    "irrelevant": (("tilt", "wave"), c.Irrelevant("tilt", "wave")),
    "relevant": (("tilt",), c.Irrelevant("tilt", on=False)),
    "threshold": ((0.75, "wave"), c.Threshold(0.75, "wave")),
    "model": (("knn", "k", 3), c.Configure("model", {"kind": "knn", "k": 3})),
    "quit": ((), c.Quit()),
}


def test_every_command_has_a_word_and_every_word_an_example() -> None:
    asked = {*orders.ORDERS, *edits.EDITS} & {kind for kind in vars(c).values() if isinstance(kind, type)}
    assert asked - {word.of for word in WORDS.values()} <= INSIDE
    assert EXAMPLES.keys() == {word.name for word in WORDS.values() if word.of is not None}
    assert {word.name for word in WORDS.values() if word.of is None} == set(QUESTIONS)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_word_becomes_its_command(name: str) -> None:
    values, wanted = EXAMPLES[name]
    fields = WORDS[name].read(values)
    assert fields is not None
    assert WORDS[name].command(fields) == wanted


def test_arguments_are_the_fields_of_the_command() -> None:
    for word in WORDS.values():
        if word.of is None or word.make is not None:
            continue
        fields = {field.name for field in dataclasses.fields(word.of)}
        assert {*word.fixed, *(argument.name for argument in word.arguments)} <= fields


def test_the_lock_has_every_edit() -> None:
    assert set(edits.EDITS) <= set(c.LOCKED)
    assert not set(c.LOCKED) & {
        c.Panic,
        c.Run,
        c.Open,
        c.Scene,
        c.Volume,
        c.Sound,
        c.StopRecording,
        c.Lock,
        c.Log,
        c.Evaluate,
    }


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("volume", (1.5,)), ("volume", (-0.1,)), ("volume", (math.nan,)), ("volume", (math.inf,)),
        ("volume", ("loud",)),
        ("volume", ()), ("volume", (0.5, 0.5)), ("volume", (None,)), ("volume", (True,)), ("volume", (b"\x01",)),
        ("record", ()), ("record", ("",)), ("record", ("  ",)), ("record", ("x" * 2000,)), ("record", ("a\nb",)),
        ("record", ("wave", 100.0)), ("record", (("wave",),)), ("record", (5,)), ("record", (0.0,)), ("add", (1,)),
        ("rename", ("wave", 2)), ("play", (3,)), ("delete", (1.0,)), ("model", (1,)),
        ("run", (2,)), ("run", ("on",)), ("run", (0.5,)), ("panic", (1, 1)), ("panic", ("now",)),
        ("values", (math.nan,)), ("values", ("x",)), ("values", (1.0,) * 600), ("reply_to", (0,)),
        ("reply_to", (80.5,)),
        ("scene", (math.inf,)), ("open", (3,)), ("threshold", (-1.0,)),
        ("ask", ()), ("ask", ("wisdom",)), ("ask", (1.0,)), ("ask", ("why", 3)),
    ],
)  # fmt: skip
def test_what_is_not_right_is_refused_in_one_line(name: str, values: tuple[Any, ...]) -> None:
    with pytest.raises(CommandError) as raised:
        WORDS[name].read(values)
    assert "\n" not in str(raised.value)
    assert name.partition("/")[0] in str(raised.value)


def test_a_fit_of_one_gesture_is_refused_by_its_own_name_and_range() -> None:
    word = WORDS["threshold"]
    with pytest.raises(CommandError, match=r"threshold, value.*from 0 to 1 is wanted"):
        word.command(word.read((2.0, "wave")) or {})
    assert word.command(word.read((2.0,)) or {}) == c.Threshold(2.0)


@pytest.mark.parametrize(
    "name", [word.name for word in WORDS.values() if not word.arguments and word.rest is None]
)
def test_a_button_means_it_when_it_is_pressed(name: str) -> None:
    assert WORDS[name].read((1.0,)) == {}
    assert WORDS[name].read((0.0,)) is None
    assert WORDS[name].read((-5,)) is None  # below 1 it is let go, however far
    for number in (math.nan, math.inf, -math.inf):
        with pytest.raises(CommandError, match="a button is a number"):
            WORDS[name].read((number,))


def test_a_number_of_four_bytes_is_the_one_that_was_meant() -> None:
    for value in (
        0.8,
        0.1,
        1 / 3,
        1e-38,
        3.4e38,
        LARGEST_FLOAT,
        -LARGEST_FLOAT,
        16777216.0,
        0.0,
        -0.5,
        1e-45,
    ):
        (held,) = struct.unpack(">f", struct.pack(">f", value))
        assert struct.pack(">f", shortest(held)) == struct.pack(">f", value)
        assert shortest(value) == value or held == value
    assert shortest(struct.unpack(">f", struct.pack(">f", 0.8))[0]) == 0.8
    assert shortest(1e300) == 1e300


@pytest.mark.parametrize("value", [5, 5.0, struct.unpack(">f", struct.pack(">f", 5.0))[0]])
def test_a_whole_number_of_any_kind_is_a_whole_number_among_settings(value: float) -> None:
    word = WORDS["model"]
    command = word.command(word.read(("hhmm", "states", value)))
    assert command == c.Configure("model", {"kind": "hhmm", "states": 5})
    assert catalog.read("models", command.table, "model").states == 5
    with pytest.raises(SettingsError, match=r"5.5; a whole number is wanted"):
        catalog.read("models", word.command(word.read(("hhmm", "states", 5.5))).table, "model")
    real = word.command(word.read(("auto", "false_per_10min", 1.0))).table
    assert isinstance(catalog.read("models", real, "model").false_per_10min, float)
    assert word.read(("hhmm", "x", 0.8, "y", 1e300, "z", True))["settings"] == [
        "x",
        0.8,
        "y",
        1e300,
        "z",
        True,
    ]


@pytest.mark.parametrize("text", ["{wave = {states = 3}}", "[1, 2]", '["x"]', "[]"])
def test_tables_and_lists_are_no_arguments(text: str) -> None:
    with pytest.raises(CommandError, match=r"model, overrides: .*write it in project.toml or in the window"):
        WORDS["model"].command({"kind": "hhmm", "settings": ["states", 5, "overrides", text]})
    WORDS["model"].command({"kind": "auto", "settings": ["everyday", "[rest]"]})


def test_a_number_stands_for_a_text_where_it_may_be_meant_so() -> None:
    assert WORDS["scene"].read((2.0,)) == {"scene": "2"}
    assert WORDS["token"].read((12345678,)) == {"token": "12345678"}


def test_a_button_that_saves_does_not_name_a_folder() -> None:
    assert WORDS["save"].read((1.0,)) == {"path": ""}
    assert WORDS["save"].read((0,)) is None
    with pytest.raises(CommandError):
        WORDS["model"].command({"kind": "knn", "settings": ["k"]})
