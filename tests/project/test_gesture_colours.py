"""A gesture keeps its colour and mark: when others go, when it is renamed, and when the project is opened again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from gesturemap import commands as c
from gesturemap.control import edits, naming
from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Channel, Spec
from gesturemap.project.colours import Colours
from gesturemap.project.project import Project, assemble
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project
from gesturemap.window.look.colours import GestureColours

TABLES = {"input": {"kind": "pointer"}, "model": {"kind": "gmm"}, "gestures": ["swing", "lift", "turn"]}
SPEC = Spec((Channel("x"),))


def project() -> Project:
    made = assemble(TABLES, "", "test")
    shown = [Demonstration(f"{n}", label, SPEC, np.arange(9) / 9, np.zeros((9, 1))) for n, label in
             enumerate(made.gestures)]  # fmt: skip
    return replace(made, demonstrations=tuple(shown))


def edited(before: Project, command: c.Message) -> Project:
    return naming.coloured(before, edits.EDITS[type(command)](before, command)[1])


def test_what_stays_keeps_its_own_and_what_comes_has_the_first_that_is_free() -> None:
    now = project()
    assert now.colours == Colours() and "colours" not in now.tables()
    now = edited(now, c.DeleteGesture("swing"))
    assert now.colours.of(now.gestures) == {"lift": 1, "turn": 2}
    now = edited(now, c.RenameGesture("lift", "raise"))
    assert now.colours.of(now.gestures) == {"raise": 1, "turn": 2}
    now = edited(now, c.AddGesture("wave"))
    assert now.colours.of(now.gestures) == {"raise": 1, "turn": 2, "wave": 0}
    now = edited(now, c.RenameGesture("wave", "nod"))  # without a demonstration
    assert now.colours.of(now.gestures) == {"raise": 1, "turn": 2, "nod": 0}
    now = edited(now, c.Configure("colours", {"places": {"nod": 5}}))
    assert now.colours.of(now.gestures)["nod"] == 5


def test_a_vocabulary_in_its_own_order_writes_nothing_down() -> None:
    now = edited(project(), c.RenameGesture("lift", "raise"))
    now = edited(now, c.DeleteGesture("turn"))
    assert now.colours == Colours()


def test_it_is_the_same_when_the_project_is_opened_again(tmp_path: Path) -> None:
    first = project()
    save_project(first, tmp_path / "p")
    now = edited(read_project(tmp_path / "p")[0], c.DeleteGesture("swing"))
    save_project(now, tmp_path / "p")
    again, faults = read_project(tmp_path / "p")
    assert not faults
    assert again.colours.of(again.gestures) == {"lift": 1, "turn": 2}
    colours = GestureColours()
    colours.follow(("lift", "other"))  # of the project before
    colours.follow(again.gestures, again.colours.of(again.gestures))
    assert [colours.place(label) for label in again.gestures] == [1, 2]
    back = replace(again, gestures=first.gestures, demonstrations=first.demonstrations, colours=first.colours)
    save_project(back, tmp_path / "p")
    assert "[colours]" not in (tmp_path / "p" / "project.toml").read_text()
