"""Layers of demonstrations: switched off they are as if they had never been, and switched on all is as it was."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gesturemap import commands as c
from gesturemap.cli.main import main
from gesturemap.control import edits
from gesturemap.control.trainer import fit
from gesturemap.demonstrations import LAYERS, Demonstration
from gesturemap.errors import CommandError, FileError, SettingsError
from gesturemap.frames import Spec
from gesturemap.models import store
from gesturemap.project import pack, takes
from gesturemap.project.project import Project, assemble
from gesturemap.project.read import read_project
from gesturemap.project.save import fingerprint, save_project
from gesturemap.teaching.answers.taught import Taught

TABLES = {
    "project": {"name": "p"}, "input": {"kind": "osc", "port": 0}, "model": {"kind": "hhmm"}, "gestures": ["a", "b"],
}  # fmt: skip


@pytest.fixture
def project() -> Project:
    rng, spec, made = np.random.default_rng(0), Spec.of("x", "y", rate=50.0), assemble(TABLES, "", "test")
    for number, (label, layer) in enumerate([("a", "piece"), ("b", "piece"), ("a", "tonight"), ("b", "me")]):
        values = rng.normal(size=(40, 2)) + (3.0 if label == "b" else 0.0)
        one = Demonstration(f"d{number}", label, spec, np.arange(40) / 50.0, values, layer=layer)
        made = edits.with_demonstration(made, one)
    return made


def edited(project: Project, *commands: c.Message) -> Project:
    for command in commands:
        _, project = edits.EDITS[type(command)](project, command)
    return project


def ids(project: Project) -> list[str]:
    return [one.id for one in project.shown]


def test_where_all_layers_are_off_teach_says_so(project, tmp_path, capsys):
    off = edited(project, *(c.SwitchLayer(layer, False) for layer in LAYERS))
    for name, one, step in (
        ("off", off, "or a layer that is off"),
        ("empty", assemble(TABLES, "", "test"), "record a gesture"),
    ):
        save_project(one, tmp_path / name)
        with pytest.raises(SystemExit) as ended:
            main(["teach", str(tmp_path / name), "shown"])
        assert ended.value.code == 2
        said = capsys.readouterr().err
        assert "nothing is learned from" in said
        assert step in said


def test_a_layer_that_is_off_is_as_if_it_had_never_been(project):
    off = edited(project, c.SwitchLayer("tonight", False))
    assert ids(off) == ["d0", "d1", "d3"]
    never = edited(project, c.DeleteDemonstration("d2"))
    assert fingerprint(off) == fingerprint(never)
    assert store.pack(fit(off, off.shown)) == store.pack(fit(never, never.shown))
    assert store.pack(fit(off, off.shown)) != store.pack(fit(project, project.shown))
    assert off.demonstrations == project.demonstrations, "nothing of it is changed"
    on = edited(off, c.SwitchLayer("tonight"))
    assert (on.layers, ids(on)) == (project.layers, ids(project))


def test_what_is_left_out_by_itself_stays_left_out(project):
    back = edited(
        project, c.Enable(["d2"], False), c.SwitchLayer("tonight", False), c.SwitchLayer("tonight", True)
    )
    assert ids(back) == ["d0", "d1", "d3"]


def test_a_demonstration_is_given_to_a_layer_and_nothing_else_is_touched(project):
    given = edited(project, c.ToLayer("shared", ["d0", "d2"]))
    assert [one.layer for one in given.demonstrations] == ["shared", "piece", "shared", "me"]
    assert given.demonstrations[1] is project.demonstrations[1]
    assert edited(given, c.ToLayer("shared", ["d0"])) is given, "the same again is no edit"
    assert edited(project, c.SwitchLayer("shared")) is project
    assert edited(project, c.RecordInto("tonight")).layers.records == "tonight"
    for wrong in (c.SwitchLayer("hall"), c.ToLayer("hall", ["d0"]), c.RecordInto("hall")):
        with pytest.raises(CommandError, match="there are tonight, piece, me, shared"):
            edited(project, wrong)


def test_parts_of_a_demonstration_stay_in_its_layer(project):
    parts = edited(project, c.Split("d2", [0.4])).demonstrations
    assert [one.layer for one in parts] == ["piece", "piece", "tonight", "tonight", "me"]


def test_layers_are_on_disk_and_on_every_link(project, tmp_path: Path):
    saved = edited(project, c.SwitchLayer("me", False), c.RecordInto("tonight"))
    save_project(saved, tmp_path / "p")
    again, warnings = read_project(tmp_path / "p")
    assert warnings == []
    assert (again.layers, ids(again)) == (saved.layers, ids(saved))
    assert {one.id: one.layer for one in again.demonstrations} == {
        one.id: one.layer for one in saved.demonstrations
    }
    assert [one.layer for one in pack.unpack(pack.pack(saved.demonstrations))] == [
        one.layer for one in saved.demonstrations
    ]
    assert assemble(saved.tables(), "", "test").layers == saved.layers
    path = tmp_path / "d9.npz"
    path.write_bytes(takes.encode(replace(project.demonstrations[0], id="d9", layer="hall")))
    with pytest.raises(FileError, match="layer 'hall'; one of tonight, piece, me, shared"):
        takes.read_demonstration(path)
    with pytest.raises(SettingsError, match="did you mean 'me'"):
        edits.configure(project, c.Configure("layers", {"records": "m"}))


def test_what_is_asked_sees_the_layers_that_are_on(project):
    off = edited(project, c.SwitchLayer("tonight", False))
    assert [one.id for one in Taught("p", None, off).whole] == ["d0", "d1", "d3"]


def test_the_shell_lists_and_switches_them(project, tmp_path: Path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save_project(project, tmp_path / "p")

    def said(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["layers", "p", *words])
        out = capsys.readouterr()
        return ended.value.code, out.out, out.err

    code, out, _ = said("--off", "tonight", "--record", "me", "--give", "shared", "d0", "--json")
    rows = {row.pop("layer"): row for row in json.loads(out)["layers"]}
    assert (code, tuple(rows), json.loads(out)["records"]) == (0, LAYERS, "me")
    assert rows["tonight"] == {"on": False, "demonstrations": 1, "learned": 0}
    assert rows["shared"] == {"on": True, "demonstrations": 1, "learned": 1}
    for words, rule in (
        (["--on", "me", "--off", "me"], "me on and off"),
        (["--give", "me"], "--give: me"),
        (["--off", "hall"], "there are tonight, piece, me, shared"),
        (["--off", "me", "--give", "me", "d9"], "no such demonstration"),
    ):
        code, _, err = said(*words)
        assert (code, err.count("\n")) == (2, 1)
        assert rule in err
    assert read_project(tmp_path / "p")[0].layers.off == ("tonight",), "all that is asked for, or nothing"
    code, out, _ = said("--off", *LAYERS)
    assert (code, out.count(" off")) == (0, 4)
    code, out, _ = said("--on", *LAYERS)
    assert (code, out.count(" off")) == (0, 0)
