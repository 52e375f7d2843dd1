"""Examples in which not every output was recorded: from a file to a model, and refused where they are of no use."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gesturemap.control.checks import learnable, troubles
from gesturemap.control.trainer import fit
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import DataError
from gesturemap.frames import Channel, Spec
from gesturemap.project import pack
from gesturemap.project.project import Project, assemble
from gesturemap.project.read import settings_of
from gesturemap.project.takes import encode, file_name, read_demonstration
from gesturemap.project.text import updated

EACH = [{"name": "pitch", "learner": {"kind": "linear"}}, {"name": "chord", "type": "class"}]


def recorded(column: int, seed: int) -> Demonstration:
    """A round in which one of two outputs was recorded."""
    x = np.random.default_rng(seed).normal(size=(40, 2))
    y = np.column_stack([x[:, 0] * 3.0, 1.0 + (x[:, 1] > 0.0)])
    y[:, 1 - column] = np.nan
    outputs = (Channel("pitch"), Channel("chord"))
    return Demonstration(f"examples-{seed}", "examples", Spec.of("x", "y"), np.arange(40.0), x, outputs, y)


def project(kind: str, *demonstrations: Demonstration, **own: object) -> Project:
    tables = {
        "project": {"name": "gaps"},
        "input": {"kind": "osc", "port": 0, "arguments": ["x", "y"]},
        "model": {"kind": kind, **own},
        "gestures": ["examples"],
    }
    return Project(**{**vars(assemble(tables, "", "test")), "demonstrations": demonstrations})


ROUNDS = (recorded(0, 1), recorded(1, 2))


def test_what_was_not_recorded_survives_a_file_and_a_link(tmp_path: Path) -> None:
    for one in ROUNDS:
        path = tmp_path / file_name(one.id)
        path.write_bytes(encode(one))
        back, _ = read_demonstration(path)
        (sent,) = pack.unpack(pack.pack([one]))
        for other in (back, sent):
            np.testing.assert_array_equal(other.targets, one.targets)
            assert other.gaps and other.fingerprint == one.fingerprint


def test_a_learner_that_takes_gaps_learns_from_them_and_the_others_say_why_not() -> None:
    mine = project("per_output", *ROUNDS, each=EACH)
    assert troubles(mine, ()) == []
    assert fit(mine, ROUNDS).trained.all()
    for kind in ("hhmr", "linear", "auto"):
        other = project(kind, *ROUNDS)
        with pytest.raises(DataError, match=r"demonstration examples-1 .*output chord, frame 0: nan"):
            fit(other, ROUNDS)
        assert len([line for line in troubles(other, ()) if "not" in line or "nan" in line]) >= 2


def test_one_example_is_a_round_but_no_movement() -> None:
    one = replace(ROUNDS[0], time=np.zeros(1), values=np.ones((1, 2)), targets=np.ones((1, 2)))
    for kind in ("per_output", "wekinator_dtw"):
        assert learnable(one, project(kind).learner) is one
    with pytest.raises(DataError, match="a movement has at least 2"):
        learnable(one, project("hhmr").learner)


def test_tables_of_outputs_survive_the_file_of_a_project() -> None:
    mine = project("per_output", each=EACH)
    fresh, _ = updated(b"", mine, "test")
    assert "[[model.each]]" in fresh
    commented = fresh.replace('name = "chord"', 'name = "chord"  # of the left hand')
    changed = project("per_output", each=[EACH[0] | {"hard": True}, EACH[1] | {"inputs": ["y"]}])
    again, kept = updated(commented.encode(), changed, "test")
    assert kept and "# of the left hand" in again
    for text, wanted in ((fresh, mine), (again, changed)):
        assert settings_of(tomllib.loads(text), "test", "").learner == wanted.learner
