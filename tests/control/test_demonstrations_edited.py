"""Demonstrations given to others, left out, trimmed and split: nothing is lost, and each edit is undone to the bit."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gesturemap import commands as c
from gesturemap.control import cutting, edits, naming, training
from gesturemap.control.checks import troubles
from gesturemap.control.controller import Controller
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import CommandError, FileError, GesturemapError
from gesturemap.frames import Channel, Spec
from gesturemap.project import pack, takes
from gesturemap.project.exchange import outgoing
from gesturemap.project.fingerprint import fingerprint
from gesturemap.project.project import Project, assemble
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project

TABLES = {
    "project": {"name": "p"},
    "input": {"kind": "osc", "port": 0},
    "model": {"kind": "hhmm"},
    "mapping": [
        {"kind": "events", "gestures": ["a", "b"]},
        {"kind": "range", "source": "progress:a", "control": "pluck.brightness"},
    ],
    "pedal": {"commands": {"cc 64": "record a"}},
    "gestures": ["a", "b"],
}
SPEC = Spec.of("x", "y", rate=10.0)


def demonstration(identity: str, label: str, frames: int = 21, outputs: bool = False) -> Demonstration:
    """2 s at 10 Hz, its clock begun long ago."""
    rng = np.random.default_rng(len(identity) + frames)
    more = ((Channel("pitch"),), rng.normal(size=(frames, 1))) if outputs else ()
    time = 1000.0 + np.arange(frames) / 10
    return Demonstration(identity, label, SPEC, time, rng.normal(size=(frames, 2)), *more)  # type: ignore[arg-type]


@pytest.fixture
def project() -> Project:
    made = assemble(TABLES, "", "test")
    every = tuple(demonstration(f"d{number}", label, 21 + number) for number, label in enumerate("aab"))
    return replace(made, demonstrations=every)


@pytest.fixture
def control(project: Project, tmp_path: Path) -> Iterator[Controller]:
    save_project(project, tmp_path / "p")
    made = Controller(str(tmp_path / "p"), sound=False, serve=False)
    made.told = []  # type: ignore[attr-defined]
    made.watchers.append(made.told.append)  # type: ignore[attr-defined]
    yield made
    made.close()


def content(folder: Path) -> dict[str, Any]:
    """Every file of the project, without what was thrown away; settings without their layout."""
    return {
        str(path.relative_to(folder)): tomllib.loads(path.read_text())
        if path.suffix == ".toml"
        else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "trash" not in path.parts
    }


def state(control: Controller) -> dict:
    control.changed()
    return next(n.document for n in reversed(control.told) if isinstance(n, c.State))  # type: ignore[attr-defined]


def rows(control: Controller) -> dict[str, dict]:
    return {d["id"]: d for gesture in state(control)["gestures"] for d in gesture["demonstrations"]}


EDITS = [
    c.Relabel(["d0", "d2"], "b"),
    c.Relabel(["d1"], "new one"),
    c.Merge("a", "b"),
    c.Enable(["d0", "d1", "d2"], False),
    c.Trim("d1", 0.5, 1.25),
    c.Split("d2", [0.7, 1.4]),
]


@pytest.mark.parametrize("command", EDITS, ids=lambda command: type(command).__name__)
def test_each_edit_is_undone_and_done_again_to_the_bit(control: Controller, command: c.Message) -> None:
    before = content(control.desk.folder)
    control.carry_out(command)
    after = content(control.desk.folder)
    assert after != before
    for _ in range(2):
        control.carry_out(c.Undo())
        assert content(control.desk.folder) == before
        control.carry_out(c.Redo())
        assert content(control.desk.folder) == after
    again, warnings = read_project(control.desk.folder)
    assert warnings == []
    assert fingerprint(again) == fingerprint(control.project)
    assert [(d.id, d.label, d.enabled, d.start, d.end) for d in again.demonstrations] == [
        (d.id, d.label, d.enabled, d.start, d.end) for d in control.project.demonstrations
    ]


@pytest.mark.parametrize("command", EDITS, ids=lambda command: type(command).__name__)
def test_the_lock_refuses_each_and_a_full_history_says_what_was_done(
    control: Controller, command: c.Message
) -> None:
    control.carry_out(command)
    control.carry_out(c.Lock())
    steps = state(control)["history"], state(control)["step"]
    for refused in (command, c.GoTo(0)):
        with pytest.raises(CommandError, match="stage lock"):
            control.carry_out(refused)
    assert (state(control)["history"], state(control)["step"]) == steps
    assert steps[1] == len(steps[0]) == 1


WRONG = [
    (c.Relabel([], "b"), "at least one"),
    (c.Relabel(["d0", "d9"], "b"), "d9"),
    (c.Relabel(["d0"], "\n"), "1 to 40"),
    (c.Relabel([["d0"]], "b"), "no such"),  # type: ignore[list-item]
    (c.Merge("a", "z"), "there are a, b"),
    (c.Merge("a", "a"), "two gestures"),
    (c.Enable([]), "at least one"),
    (c.Enable(["d9"]), "d9"),
    (c.Trim("d9"), "d9"),
    (c.Trim("d0", 2.1, 0.0), "at least 2 frames"),
    (c.Trim("d0", 1.0, 0.5), "at least 2 frames"),
    (c.Trim("d0", 0.51, 0.52), "at least 2 frames"),
    (c.Trim("d0", math.nan, 1.0), "at least 2 frames"),
    (c.Trim("d0", 0.5, math.nan), "at least 2 frames"),
    (c.Trim("d0", 0.0, -1.0), "at least 2 frames"),
    (c.TrimIdle([]), "at least one"),
    (c.TrimIdle(["d9"]), "d9"),
    (c.TrimIdle(["d0", "d1"]), "none of them rests"),
    (c.Split("d9", [1.0]), "d9"),
    (c.Split("d0", []), "no moment"),
    (c.Split("d0", [0.0]), "inside"),
    (c.Split("d0", [-1.0]), "inside"),
    (c.Split("d0", [1.0, 5.0]), "inside"),
    (c.Split("d0", [1.0, math.nan]), "inside"),
    (c.Split("d0", [1.0, math.inf]), "inside"),
    (c.Split("d0", ["1", {}]), "inside"),  # type: ignore[list-item]
    (c.GoTo(-1), "from 0 to 0"),
    (c.GoTo(10**30), "from 0 to 0"),
]


@pytest.mark.parametrize(("command", "why"), WRONG, ids=[str(command) for command, _ in WRONG])
def test_what_cannot_be_done_is_one_line_and_changes_nothing(
    control: Controller, command: c.Message, why: str
) -> None:
    before, files = control.project, content(control.desk.folder)
    with pytest.raises(GesturemapError, match=why) as found:
        control.carry_out(command)
    assert "\n" not in str(found.value)
    assert control.project is before
    assert content(control.desk.folder) == files
    assert state(control)["history"] == []


def test_a_relabelled_demonstration_renames_no_gesture(control: Controller) -> None:
    control.now(labels=("a", "b"))
    control.carry_out(c.Relabel(["d2"], "a"))
    assert control.project.gestures == ("a", "b")
    assert control.activity.labels == ("a", "b")
    assert control.desk.called == {}
    control.carry_out(c.Relabel(["d0", "d1", "d2"], "wave"))
    assert control.project.gestures == ("a", "b", "wave")
    assert control.desk.called == {}
    control.carry_out(c.Undo())
    assert control.desk.called == {}


@pytest.mark.parametrize("back", [False, True])
def test_a_renaming_is_still_told_from_it(project: Project, back: bool) -> None:
    _, now = edits.rename(project, c.RenameGesture("a", "wave"))
    pair = (now, project) if back else (project, now)
    assert naming.renamed(*pair) == ({"wave": "a"} if back else {"a": "wave"})


def test_merging_takes_mapping_and_pedal_along(control: Controller) -> None:
    control.carry_out(c.Merge("a", "b"))
    assert control.project.gestures == ("b",)
    assert {d.label for d in control.project.demonstrations} == {"b"}
    tables = control.project.tables()
    assert [table["kind"] for table in tables["mapping"]] == ["events"]
    assert tables["mapping"][0]["gestures"] == ["b"]
    assert tables["pedal"]["commands"] == {"cc 64": "record b"}


def test_what_is_left_out_or_trimmed_is_learned_from_nowhere(project: Project) -> None:
    _, fewer = edits.enable(project, c.Enable(["d1"], on=False))
    _, fewer = cutting.trim(fewer, c.Trim("d0", 0.5, 1.0))
    assert [(d.id, len(d)) for d in fewer.shown] == [("d0", 6), ("d2", 23)]
    assert [round(at - 1000.0, 6) for at in fewer.shown[0].time] == [0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    assert fewer.shown[0].values.tobytes() == project.demonstrations[0].values[5:11].tobytes()
    assert [len(d) for d in fewer.demonstrations] == [21, 22, 23]
    numbers, _ = outgoing.numbered(fewer)
    assert [len(values) for _, values in numbers] == [6, 23]
    assert fewer.shown is fewer.shown and fewer.shown[0] is fewer.demonstrations[0].learned


def test_the_trainer_is_told_of_what_is_learned_from_alone(control: Controller) -> None:
    control.carry_out(c.Trim("d0", 0.5, 1.0))
    control.carry_out(c.Enable(["d1"], on=False))
    control.taught = {}
    lesson, data = training.lesson(control, control.project, 1)
    assert lesson.demonstrations == ["d0", "d2"]
    assert [len(d) for d in pack.unpack(data())] == [6, 23]


def test_the_fingerprint_follows_what_is_learned_from(project: Project) -> None:
    whole = fingerprint(project)
    _, out = edits.enable(project, c.Enable(["d1"], on=False))
    _, trimmed = cutting.trim(project, c.Trim("d0", 0.5, 1.0))
    assert len({whole, fingerprint(out), fingerprint(trimmed)}) == 3
    _, same = cutting.trim(project, c.Trim("d0", 0.45, 1.05))
    assert fingerprint(same) == fingerprint(trimmed)
    _, still_out = cutting.trim(out, c.Trim("d1", 0.5, 1.0))
    assert fingerprint(still_out) == fingerprint(out)
    assert still_out.shown == out.shown
    _, again = cutting.trim(trimmed, c.Trim("d0"))
    assert fingerprint(again) == whole
    assert fingerprint(replace(project, demonstrations=(*out.shown[:1], *out.shown[1:]))) == fingerprint(out)


def test_nothing_is_trained_where_nothing_learned_from_has_changed(control: Controller) -> None:
    control.carry_out(c.Enable(["d1"], on=False))
    job = control.job
    control.carry_out(c.Trim("d1", 0.5, 1.0))
    control.carry_out(c.Enable(["d1"], on=False))
    assert control.job == job
    control.carry_out(c.Enable(["d1"]))
    assert control.job == job + 1


def test_what_is_so_already_is_no_step(control: Controller) -> None:
    for command in (c.Enable(["d0"]), c.Relabel(["d0"], "a"), c.Trim("d0", 0.0, 99.0), c.Trim("d0", -3.0)):
        control.carry_out(command)
    assert state(control)["history"] == []


def test_leaving_all_out_leaves_no_model_and_says_so(control: Controller) -> None:
    control.carry_out(c.Enable(["d0", "d1", "d2"], on=False))
    assert not control.activity.training
    assert control.desk.model == b""
    assert any("every demonstration is left out" in line for line in troubles(control.project, []))


def test_the_state_says_what_is_learned_from(control: Controller) -> None:
    assert rows(control)["d0"] == {
        "id": "d0", "frames": 21, "seconds": pytest.approx(2.0), "whole": pytest.approx(2.0), "start": 0.0,
        "end": pytest.approx(2.0), "enabled": True, "note": "",
        "layer": "piece",
    }  # fmt: skip
    control.carry_out(c.Trim("d0", 0.5, 1.25))
    control.carry_out(c.Enable(["d0"], on=False))
    found = rows(control)["d0"]
    assert (found["start"], found["end"], found["frames"], found["enabled"]) == (0.5, 1.25, 8, False)
    assert found["seconds"] == pytest.approx(0.7)
    assert found["whole"] == pytest.approx(2.0)
    control.carry_out(c.Trim("d0", 0.0, rows(control)["d0"]["whole"]))
    assert (control.project.demonstrations[0].start, control.project.demonstrations[0].end) == (0.0, 0.0)


@pytest.mark.parametrize("outputs", [False, True])
@pytest.mark.parametrize(("start", "end"), [(0.0, 0.0), (0.35, 1.62), (0.0, 1.4), (0.7, 0.0)])
def test_the_parts_of_a_split_are_the_whole(
    project: Project, start: float, end: float, outputs: bool
) -> None:
    whole = demonstration("whole", "a", outputs=outputs)
    project = replace(project, demonstrations=(*project.demonstrations[:1], whole))
    _, project = cutting.trim(project, c.Trim("whole", start, end))
    learned = project.shown[1]
    _, now = cutting.split(project, c.Split("whole", [1.1, 0.8, 1.1]))
    parts = now.demonstrations[1:]
    assert len(parts) == 3
    assert len({d.id for d in now.demonstrations}) == 4
    for name in ("time", "values", "targets"):
        assert np.array_equal(np.concatenate([getattr(d, name) for d in parts]), getattr(whole, name))
        assert np.array_equal(
            np.concatenate([getattr(d.learned, name) for d in parts]), getattr(learned, name)
        )
    assert [d.label for d in parts] == ["a"] * 3
    assert parts[1].time[0] - whole.time[0] == pytest.approx(0.8)


def test_a_split_goes_on_to_the_trash_and_comes_back(control: Controller) -> None:
    folder = control.desk.folder
    control.carry_out(c.Split("d2", [0.7]))
    assert (folder / "trash" / "d2.npz").is_file()
    assert [d.label for d in control.project.demonstrations] == ["a", "a", "b", "b"]
    control.carry_out(c.Undo())
    assert [d.id for d in read_project(folder)[0].demonstrations] == ["d0", "d1", "d2"]


def test_the_history_can_be_gone_through(control: Controller) -> None:
    seen = [content(control.desk.folder)]
    for command in EDITS[:2] + EDITS[3:]:
        control.carry_out(command)
        seen.append(content(control.desk.folder))
    labels = state(control)["history"]
    assert labels == [
        "2 of a, b to b", "one a to new one", "leave out 3 of b, new one", "trim one new one", "split one b",
    ]  # fmt: skip
    for step in (0, 3, 1, 5, 5, 2):
        control.carry_out(c.GoTo(step))
        assert content(control.desk.folder) == seen[step]
        told = state(control)
        assert (told["step"], told["history"]) == (step, labels)
        assert told["undo"] == (labels[step - 1] if step else "")
        assert told["redo"] == (labels[step] if step < 5 else "")


def test_untouched_files_stay_as_older_programs_wrote_them(project: Project, tmp_path: Path) -> None:
    data = takes.encode(project.demonstrations[0])
    assert takes.encode(replace(project.demonstrations[0], enabled=True, start=0.0, end=0.0)) == data
    for name in (b"enabled", b"start", b"end"):
        assert name not in data
    (tmp_path / "d0.npz").write_bytes(data)
    read, _ = takes.read_demonstration(tmp_path / "d0.npz")
    assert (read.enabled, read.start, read.end) == (True, 0.0, 0.0)
    assert takes.encode(read) == data


@pytest.mark.parametrize(
    "changes",
    [{"start": math.nan}, {"end": -1.0}, {"start": 5.0}, {"start": 1.0, "end": 0.5}, {"end": math.inf}],
    ids=str,
)
def test_a_trim_that_leaves_nothing_on_disk_is_said(
    project: Project, tmp_path: Path, changes: dict[str, float]
) -> None:
    (tmp_path / "d0.npz").write_bytes(takes.encode(replace(project.demonstrations[0], **changes)))  # type: ignore[arg-type]
    with pytest.raises(FileError, match="trimmed to"):
        takes.read_demonstration(tmp_path / "d0.npz")


def test_through_a_pipe_they_stay_so(project: Project) -> None:
    one = replace(project.demonstrations[0], enabled=False, start=0.5, end=1.0)
    (again,) = pack.unpack(pack.pack([one]))
    assert (again.enabled, again.start, again.end) == (False, 0.5, 1.0)
