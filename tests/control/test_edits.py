"""Edits are functions from project to project; an old project never changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gesturemap import commands as c
from gesturemap.control import edits, those
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import CommandError, DataError, SettingsError
from gesturemap.frames import Channel, Spec
from gesturemap.mapping.mapping import MappingRun, Source
from gesturemap.project.project import Project, assemble

TABLES = {
    "project": {"name": "p"},
    "input": {"kind": "osc", "port": 0},
    "model": {"kind": "hhmm"},
    "mapping": [
        {"kind": "events", "gestures": ["a", "b"]},
        {"kind": "range", "source": "progress:a", "control": "pluck.brightness"},
    ],
    "sound": {
        "voices": [{"kind": "pluck", "name": "pluck", "gestures": ["a"], "notes": {"a": 60.0, "b": 64.0}}]
    },
    "gestures": ["a", "b"],
}


@pytest.fixture
def project() -> Project:
    made = assemble(TABLES, "", "test")
    spec = Spec.of("x")
    for number, label in enumerate("aab"):
        demonstration = Demonstration(f"d{number}", label, spec, np.arange(3.0), np.zeros((3, 1)))
        made = edits.with_demonstration(made, demonstration)
    return made


def labels(project: Project) -> list[str]:
    return [d.label for d in project.demonstrations]


def test_rename_follows_the_gesture_into_mapping_and_sound(project):
    label, renamed = edits.rename(project, c.RenameGesture("a", "wave"))
    assert label == "rename a"
    assert renamed.gestures == ("wave", "b")
    assert labels(renamed) == ["wave", "wave", "b"]
    tables = renamed.tables()
    assert tables["mapping"][0]["gestures"] == ["wave", "b"]
    assert tables["mapping"][1]["source"] == "progress:wave"
    assert tables["sound"]["voices"][0]["gestures"] == ["wave"]
    assert tables["sound"]["voices"][0]["notes"] == {"wave": 60.0, "b": 64.0}
    assert labels(project) == ["a", "a", "b"]


def test_rename_never_makes_two_of_one_name(project):
    with pytest.raises(CommandError, match="one of this name"):
        edits.rename(project, c.RenameGesture("a", "b"))
    assert edits.rename(project, c.RenameGesture("a", " a "))[1].gestures == ("a", "b")


def test_delete_takes_the_demonstrations_along(project):
    _, without = edits.delete(project, c.DeleteGesture("a"))
    assert without.gestures == ("b",)
    assert labels(without) == ["b"]
    label, fewest = edits.delete_demonstration(project, c.DeleteDemonstration("d1", ["d0"]))
    assert len(fewest.demonstrations) == len(project.demonstrations) - 2 and label.startswith("delete 2 of ")
    _, fewer = edits.delete_demonstration(project, c.DeleteDemonstration("d1"))
    assert [d.id for d in fewer.demonstrations] == ["d0", "d2"]
    assert fewer.gestures == ("a", "b")


def test_delete_takes_what_is_mapped_from_the_gesture_along(project):
    _, without = edits.delete(project, c.DeleteGesture("a"))
    tables = without.tables()
    assert [table["kind"] for table in tables["mapping"]] == ["events"]
    assert tables["mapping"][0]["gestures"] == ["b"]
    assert tables["sound"]["voices"][0]["notes"] == {"b": 64.0}
    assert tables["sound"]["voices"][0]["gestures"] == ["a"]  # empty would mean that all play it
    mapping = MappingRun(without.mapping, Source(("b",), (), Spec.of("x")))
    assert mapping.controls.width == 0


@pytest.mark.parametrize("name", ["", "  ", "x" * 41, "é" * 21, "a\x00b", "a\nb\x1b"])
def test_a_name_that_is_none_is_refused_with_its_rule(project, name):
    with pytest.raises(DataError, match="1 to 40"):
        edits.add(project, c.AddGesture(name))


def test_what_is_not_there_is_named_with_what_there_is(project):
    with pytest.raises(CommandError, match="there are a, b"):
        edits.delete(project, c.DeleteGesture("z"))
    with pytest.raises(CommandError, match="no such demonstration"):
        those.find(project, "d9")


def test_configure_replaces_one_section_and_checks_it(project):
    _, changed = edits.configure(project, c.Configure("model", {"kind": "hhmm", "states": 7}))
    assert changed.learner.states == 7
    assert changed.mapping == project.mapping
    with pytest.raises(SettingsError, match="states"):
        edits.configure(project, c.Configure("model", {"kind": "hhmm", "stats": 7}))
    with pytest.raises(SettingsError, match="no section"):
        edits.configure(project, c.Configure("modle", {}))


def test_ids_are_never_used_twice(project):
    ids = {those.new_id(project) for _ in range(50)}
    assert len(ids) == 50


@pytest.mark.parametrize("name", ["pad", "pluck", "events", "kind", "progress", "confidence", "gestures"])
def test_rename_leaves_words_alone_that_are_no_gestures(project, name):
    _, named = edits.rename(project, c.RenameGesture("a", name))
    _, renamed = edits.rename(named, c.RenameGesture(name, "wave"))
    assert renamed.tables() == edits.rename(project, c.RenameGesture("a", "wave"))[1].tables()


def test_rename_follows_the_gesture_into_the_model(project):
    table = {"kind": "hhmm", "overrides": {"a": {"states": 5.0}}, "follows": {"b": {"a": 2.0}}}
    own = project.configured("model", table, "test")
    _, renamed = edits.rename(own, c.RenameGesture("a", "wave"))
    assert renamed.learner.overrides == {"wave": {"states": 5.0}}
    assert renamed.learner.follows == {"b": {"wave": 2.0}}


NEW: list[dict[str, object]] = [
    {
        "kind": "range",
        "source": "winner",
        "control": "one",
        "gate": "fit:a",
        "points": [[0.0, 0.0], [1.0, 1.0]],
    },
    {"kind": "range", "source": "always", "control": "two", "toggle": "a"},
    {"kind": "range", "source": "always", "control": "three", "latch": "b"},
    {
        "kind": "formula",
        "control": "four",
        "sources": {"a": "posterior:a", "b": "feature:a"},
        "formula": "a * b",
    },
    {"kind": "blend", "points": {"a": {"a": 1.0}, "b": {"a": 2.0}}, "levels": {"a": "pad.level"}},
    {"kind": "blend", "points": {"a": {"five": 1.0}}, "levels": {"b": "six"}},
    {"kind": "blend", "points": {"a": {"seven": 1.0}}},
    {"kind": "space", "sources": ["progress:a"], "presets": {"a": {"eight": 1.0}}, "positions": {"a": [0.0]}},
    {"kind": "events", "strength": "progress:a", "tap": "a"},
]


def test_rename_goes_through_every_setting_that_names_a_gesture(project):
    mapped = project.configured("mapping", NEW, "test")
    renamed = edits.rename(mapped, c.RenameGesture("a", "wave"))[1].tables()["mapping"]
    assert renamed[0] == NEW[0] | {"gate": "fit:wave"}
    assert renamed[1]["toggle"] == "wave"
    assert renamed[2] == NEW[2]
    assert renamed[3] == NEW[3] | {"sources": {"a": "posterior:wave", "b": "feature:a"}}
    assert renamed[4] == NEW[4] | {
        "points": {"wave": {"a": 1.0}, "b": {"a": 2.0}},
        "levels": {"wave": "pad.level"},
    }
    assert renamed[7] == NEW[7] | {"sources": ["progress:wave"]}
    assert renamed[8] == NEW[8] | {"strength": "progress:wave", "tap": "wave"}
    again = edits.rename(mapped, c.RenameGesture("a", "wave"))[1]
    assert edits.rename(again, c.RenameGesture("wave", "a"))[1].tables() == mapped.tables()


def test_delete_leaves_what_goes_on_without_the_gesture(project):
    mapped = project.configured("mapping", NEW, "test")
    left = edits.delete(mapped, c.DeleteGesture("a"))[1].tables()["mapping"]
    assert left == [
        {key: value for key, value in NEW[0].items() if key != "gate"},
        NEW[2],
        {"kind": "blend", "points": {"b": {"a": 2.0}}},
        {"kind": "blend", "levels": {"b": "six"}},
        {"kind": "events"},
    ]


@pytest.mark.parametrize("kind", ["gmr", "hhmr"])
def test_a_learner_of_outputs_is_refused_where_nothing_demonstrated_has_any(project, kind):
    chosen = c.Configure("model", {"kind": kind})
    with pytest.raises(
        CommandError, match=f"'{kind}'.*no demonstration here has any.*choose a recogniser"
    ) as told:
        edits.configure(project, chosen)
    assert "\n" not in str(told.value)
    assert project.learner.kind == "hhmm"
    begun = replace(project, demonstrations=())
    assert edits.configure(begun, chosen)[1].learner.kind == kind
    one = project.demonstrations[0]
    sounding = replace(one, outputs=(Channel("pitch"),), targets=np.zeros((len(one), 1)))
    assert edits.configure(replace(project, demonstrations=(sounding,)), chosen)[1].learner.kind == kind
    had = project.configured(
        "model", {"kind": kind}, "test"
    )  # of a file; its settings are set, and it is left
    assert (
        edits.configure(had, c.Configure("model", {"kind": kind, "deviation": 2.0}))[1].learner.deviation
        == 2.0
    )
    assert edits.configure(had, c.Configure("model", {"kind": "auto"}))[1].learner.kind == "auto"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"port": 9999, "host": "999.999.1.1"}, "host: '999.999.1.1'"),
        ({"port": 9999, "host": "192.0.2.77"}, "an address of this machine"),
        ({"port": 9999, "arguments": ["a from %%"]}, "arguments"),
    ],
)
def test_an_input_that_could_never_be_opened_is_refused_where_it_is_configured(project, table, said):
    with pytest.raises(SettingsError, match=said):
        edits.configure(project, c.Configure("input", {"kind": "osc", **table}))


@pytest.mark.parametrize(
    "table",
    [
        {"kind": "serial", "device": "/dev/none-here", "channels": ["a", "b"]},
        {"kind": "replay", "path": "not/there.npz"},
        {"kind": "osc", "port": 9999, "host": "127.0.0.1"},
    ],
)
def test_an_input_that_is_not_there_now_is_configured(project, table):
    assert edits.configure(project, c.Configure("input", table))[1].tables()["input"].items() >= table.items()


def test_other_settings_are_changed_where_an_address_is_not_there_any_more(project):
    gone = project.configured("input", {"kind": "osc", "host": "192.0.2.77", "port": 9999}, "test")
    table = gone.tables()["input"] | {"port": 9998}
    assert edits.configure(gone, c.Configure("input", table))[1].input.port == 9998


def test_features_that_could_not_work_on_what_is_demonstrated_are_refused_before_they_count(project):
    wrong = [{"kind": "derive", "columns": ["nosuch*"]}]
    with pytest.raises(SettingsError, match=r"features\[0\], derive, columns: .*nosuch"):
        edits.configure(project, c.Configure("features", wrong))
    right = [{"kind": "derive", "columns": ["x*"]}]
    assert edits.configure(project, c.Configure("features", right))[1].features[0].columns == ("x*",)
    other = project.configured("input", {"kind": "osc", "port": 0, "arguments": ["nosuch"]}, "test")
    edits.configure(other, c.Configure("features", wrong))  # the sensor is another one now
    empty = replace(project, demonstrations=())
    broken = edits.configure(empty, c.Configure("features", wrong))[1]  # all may come yet
    mended = replace(broken, demonstrations=project.demonstrations)
    edits.configure(mended, c.Configure("features", [*wrong, {"kind": "one_euro"}]))  # a step on the way


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (
            {"source": "output:pitchx"},
            r"mapping\[1\] range of 'new', source: no output 'pitchx'.*did you mean 'pitch'",
        ),
        ({"source": "progress:nobody"}, "no gesture 'nobody'; there are a, b"),
        ({"source": "feature:w"}, "no feature 'w'; there are x"),
        ({"source": "progress:a", "control": "pluck.brightness"}, "both set pluck.brightness"),
    ],
)
def test_a_mapping_that_nothing_could_move_is_refused_before_it_counts(project, table, said):
    shown = tuple(
        replace(d, outputs=(Channel("pitch"),), targets=np.zeros((3, 1))) for d in project.demonstrations
    )
    made, sound = replace(project, demonstrations=shown), project.tables()["mapping"][1]
    new = {"kind": "range", "control": "new", **table}
    with pytest.raises(SettingsError, match=said):
        edits.configure(made, c.Configure("mapping", [sound, new]))
    edits.configure(made, c.Configure("mapping", [sound, new | {"source": "output:pitch", "control": "new"}]))


def test_what_could_not_be_moved_before_keeps_no_other_mapping_from_being_set(project):
    stranger = {"kind": "range", "source": "progress:gone", "control": "old"}
    had = project.configured("mapping", [stranger], "test")
    fine = {"kind": "range", "source": "progress:a", "control": "new"}
    assert len(edits.configure(had, c.Configure("mapping", [fine, stranger]))[1].mapping) == 2
    empty = replace(project, demonstrations=())
    assert edits.configure(empty, c.Configure("mapping", [stranger | {"source": "output:pitch"}]))


def test_a_name_that_is_too_long_in_bytes_alone_is_told_so(project):
    hebrew = "א" * 20
    assert edits.add(project, c.AddGesture(hebrew))[1].gestures[-1] == hebrew
    with pytest.raises(
        DataError, match=r"1 to 40 bytes, and these 21 characters have 42: .*; choose a shorter name"
    ):
        edits.add(project, c.AddGesture(hebrew + "א"))
