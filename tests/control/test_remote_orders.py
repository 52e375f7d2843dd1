"""What remote control brought to control: scenes without a setlist, the threshold, the lock, what is not done."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gesturemap import commands as c
from gesturemap.cli.json_lines import JsonLines
from gesturemap.cli.news import News
from gesturemap.control import edits, scenes
from gesturemap.control.controller import Controller
from gesturemap.control.show import Show
from gesturemap.control.state import Activity
from gesturemap.errors import CommandError, SettingsError
from gesturemap.project.project import Project, assemble
from gesturemap.project.save import save_project
from gesturemap.project.setlist import read_setlist


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("one", "two", "10", "none"):
        (tmp_path / name).mkdir()
        if name != "none":
            (tmp_path / name / "project.toml").touch()
    return tmp_path


def test_scenes_are_the_projects_beside(folder: Path) -> None:
    here = folder / "one"
    assert scenes.named(here, "two") == folder / "two"
    assert scenes.named(here, "3") == folder / "two"
    assert scenes.named(here, "10") == folder / "10"  # a name before a number
    assert scenes.stepped(here, 1) == folder / "two"
    assert scenes.stepped(here, -1) == folder / "10"
    for which in ("none", "0", "4", "-1", "", "../one", "9" * 50, "\u0663"):
        with pytest.raises(CommandError, match="1 10, 2 one, 3 two"):
            scenes.named(here, which)
    for place, step in ((folder / "two", 1), (folder / "10", -1), (folder / "none", 1)):
        with pytest.raises(CommandError):
            scenes.stepped(place, step)


def test_no_scene_is_hidden_or_leads_out_of_the_folder(folder: Path, tmp_path: Path) -> None:
    away = tmp_path / "stage"
    folder.joinpath("one").rename(folder / "secret")
    for name in ("one", ".hid", "takes"):
        (away / name).mkdir(parents=True)
        (away / name / "project.toml").touch()
    (away / "link").symlink_to(folder / "secret")
    (away / "takes" / "demonstrations").symlink_to(folder / "secret")
    for which in ("link", ".hid", "takes", "2"):
        with pytest.raises(CommandError, match="there are 1 one;"):
            scenes.named(away / "one", which, away / "one")
    assert scenes.named(away / "one", "1") == away / "one"
    assert (
        scenes.stepped(away / "takes", -1) == away / "one"
    )  # the one that plays is a scene, wherever it leads


def test_a_scene_is_found_by_name_beside_where_it_began(folder: Path, tmp_path: Path) -> None:
    away = tmp_path / "away" / "far"
    away.mkdir(parents=True)
    (away / "project.toml").touch()
    assert scenes.named(away, "two", folder / "one") == folder / "two"
    assert scenes.named(away, "1", folder / "one") == away
    with pytest.raises(CommandError, match="there are 1 far"):
        scenes.named(away, "two")


def project(model: dict, *mapping: dict) -> Project:
    tables = {"input": {"kind": "pointer"}, "model": model, "mapping": list(mapping)}
    return assemble(tables, "", "test")


def test_the_threshold_is_that_of_the_events_or_the_models_own() -> None:
    events = {"kind": "events", "threshold": 0.9}
    label, changed = edits.threshold(project({"kind": "hhmm"}, events), c.Threshold(0.3))
    assert label == "threshold 0.3"
    assert (changed.mapping[0].threshold, changed.mapping[0].release) == (0.3, 0.3)
    _, changed = edits.threshold(project({"kind": "strokes"}, events), c.Threshold(0.3))
    assert (changed.learner.threshold, changed.mapping[0].threshold) == (0.3, 0.9)
    with pytest.raises(CommandError, match="false_per_10min"):
        edits.threshold(project({"kind": "spotter"}, events), c.Threshold(0.3))
    with pytest.raises(CommandError, match="nothing here has a threshold"):
        edits.threshold(project({"kind": "hhmm"}), c.Threshold(0.3))
    with pytest.raises(SettingsError, match="from 0 to 1"):
        edits.threshold(project({"kind": "hhmm"}, events), c.Threshold(1.5))


def test_the_lock_outlives_a_scene() -> None:
    assert Activity(locked=True).of_another(Activity()).locked
    assert not Activity().of_another(Activity(locked=True)).locked


Make = Callable[[dict[str, Any]], Controller]


@pytest.fixture
def control(tmp_path: Path) -> Iterator[Make]:
    """A control of these tables, whose processes are not started."""
    made: list[Controller] = []

    def make(tables: dict[str, Any]) -> Controller:
        save_project(assemble(tables, str(tmp_path / "p"), "test"), tmp_path / "p")
        made.append(Controller(str(tmp_path / "p"), sound=False, serve=False))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_there_may_be_nothing_to_take_back_or_do_again(control: Make) -> None:
    playing = control({"input": {"kind": "pointer"}, "model": {"kind": "hhmm"}})
    for command, said in ((c.Undo(), "undo: nothing to undo"), (c.Redo(), "redo: nothing to redo")):
        with pytest.raises(CommandError, match=said):
            playing.carry_out(command)
    playing.carry_out(c.AddGesture("wave"))
    playing.carry_out(c.Undo())
    playing.carry_out(c.Redo())
    assert playing.project.gestures == ("wave",)
    with pytest.raises(CommandError, match="nothing to redo"):
        playing.carry_out(c.Redo())


OUTPUTS = [
    {"name": "pitch"}, {"name": "gain", "low": 0.0, "high": 1.0, "hard": True},
    {"name": "chord", "type": "class", "classes": 3},
]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([1.0], "1 instead of 3; the outputs are pitch, gain, chord; send one for each output"),
        ([], "0 instead of 3"),
        ([1.0] * 4, "4 instead of 3"),
        ([0.5, 1.5, 2.0], "gain 1.5; it is a number from 0 to 1"),
        ([0.5, 0.5, 2.5], "chord 2.5; it is a class: a whole number from 0 to 3"),
        ([0.5, 0.5, 4.0], "chord 4; it is a class"),
    ],
)
def test_values_that_are_not_right_are_refused_and_none_is_set(
    control: Make, monkeypatch: pytest.MonkeyPatch, values: list[float], said: str
) -> None:
    playing = control({"input": {"kind": "wekinator"}, "model": {"kind": "per_output", "each": OUTPUTS}})
    sent: list[c.Message] = []
    monkeypatch.setattr(playing.engine, "send", sent.append)
    with pytest.raises(CommandError) as raised:
        playing.carry_out(c.Values(values))
    assert said in str(raised.value)
    assert sent == []
    playing.carry_out(c.Values([-7.0, 1.0, 3.0]))
    assert sent == [c.Values([-7.0, 1.0, 3.0])]


@pytest.mark.parametrize(
    "tables",
    [
        {"input": {"kind": "pointer"}, "model": {"kind": "per_output", "each": OUTPUTS}},
        {"input": {"kind": "wekinator"}, "model": {"kind": "wekinator_dtw", "gestures": ["wave"]}},
        {"input": {"kind": "pointer"}, "model": {"kind": "hhmm"}},
    ],
)
def test_values_where_nobody_takes_them_are_refused(control: Make, tables: dict[str, Any]) -> None:
    with pytest.raises(CommandError, match="not taught by them"):
        control(tables).carry_out(c.Values([0.5, 0.5, 1.0]))


def test_where_there_is_no_synth_its_sound_is_off_and_stays_so(control: Make, tmp_path: Path) -> None:
    playing = control({"input": {"kind": "pointer"}, "model": {"kind": "hhmm"}})
    assert playing.activity.sound_on is False
    with pytest.raises(CommandError, match="no built-in synth"):
        playing.carry_out(c.Sound(True))
    playing.carry_out(c.Sound(False))
    playing.carry_out(c.Open("theremin"))
    assert playing.activity.sound_on is False


def test_what_goes_wrong_beside_what_plays_is_told_once_of_each_kind(
    control: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    playing = control({"input": {"kind": "pointer"}, "model": {"kind": "hhmm"}})
    (tmp_path / "show.toml").write_text('[[scene]]\nproject = "p"\n')
    show = Show(read_setlist(tmp_path / "show.toml"))
    show.begin(playing)
    told: list[c.Message] = []
    playing.watchers.append(told.append)
    wrong: list[Exception] = [ValueError(f"number {number}") for number in range(5)]
    wrong += [CommandError("scene 1", "nix", "it plays"), KeyError("other"), KeyError("again")]

    def fail() -> None:
        raise wrong.pop(0)

    monkeypatch.setattr(show, "_go_on", fail)
    while wrong:
        playing.turn(0.0)
    faults = [notice.text for notice in told if isinstance(notice, c.Fault)]
    assert [fault.partition(";")[0] for fault in faults if "scene 1" in fault] == ["scene 1: nix"]
    assert sum("ValueError: number 0" in fault for fault in faults) == 1
    assert len(faults) == 3


def test_another_project_is_told_for_people_and_programs(
    control: Make, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    playing = control({"input": {"kind": "pointer"}, "model": {"kind": "hhmm"}})
    playing.watchers += [News(), JsonLines()]
    save_project(project({"kind": "hhmm"}), tmp_path / "q")
    playing.carry_out(c.Next())
    playing.carry_out(c.New())
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if not line.startswith("{")] == [
        "project: q (untitled)",
        "project: untitled",
    ]
    said = [json.loads(line) for line in lines if line.startswith("{")]
    assert [(one["kind"], one["project"]) for one in said] == [
        ("project", "q (untitled)"),
        ("project", "untitled"),
    ]
    assert said[0]["folder"] == str(tmp_path / "q")
