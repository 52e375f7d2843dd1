"""Decoys: found where one is planted, not in what moves, not in poses; and marked by the shell, undone as any edit."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from gesturemap import library
from gesturemap.cli.main import main
from gesturemap.commands import Irrelevant
from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Channel, Spec
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project
from gesturemap.teaching.critique.decoy import decoys, goes, sayable, tells, warnings

SPEC = Spec.of("x", "y", "tilt", rate=50.0)


def take(label: str, seed: int, tilt: float, moves: float = 1.0, drift: float = 0.0) -> Demonstration:
    rng, share = np.random.default_rng([ord(label), seed]), np.linspace(0.0, 1.0, 40)
    x, y = np.sin((ord(label) - 90) * share), np.cos(5.0 * share)
    values = np.stack([moves * x, moves * y, tilt + drift * share], 1)
    values += rng.normal(scale=0.02, size=values.shape)
    return Demonstration(f"{label}{seed}", label, SPEC, np.arange(40) / 50.0, values)


def shown(labels: str, times: int, tilt, **how) -> list[Demonstration]:
    return [take(label, seed, tilt(label, seed), **how) for label in labels for seed in range(times)]


def follows(label: str, seed: int) -> float:
    return float(ord(label) - ord("a")) + 0.01 * seed


@pytest.mark.parametrize("times", [2, 3, 10])
@pytest.mark.parametrize("drift", [0.0, 0.2])
def test_a_channel_that_follows_the_gesture_is_named(times, drift):
    found = decoys(shown("abcd", times, follows, drift=drift))
    assert [(one.kind, one.channel, one.command) for one in found] == [("decoy", "tilt", Irrelevant("tilt"))]
    assert found[0].figures["tells"] == 1.0
    assert "tilt hardly moves" in found[0].evidence
    assert json.loads(json.dumps(found[0].as_table()))["command"]["channel"] == "tilt"


@pytest.mark.parametrize("groups", [("ab", "cde"), ("a", "bcde"), ("ab", "cd", "e"), ("ad", "b", "ce")])
@pytest.mark.parametrize("times", [3, 5])
def test_a_level_that_several_gestures_share_is_one_too(groups, times):
    """A phone that lay differently on each of the days on which whole gestures were taught."""

    def tilt(label, seed):
        level = next(n for n, group in enumerate(groups) if label in group)
        return level + 0.15 * np.random.default_rng([ord(label), seed]).normal()

    found = decoys(shown("abcde", times, tilt))
    assert [(one.kind, one.channel, one.command) for one in found] == [("decoy", "tilt", Irrelevant("tilt"))]
    assert found[0].figures["luck"] < 0.02


def test_levels_that_each_hold_some_of_every_gesture_are_none():
    assert decoys(shown("abcde", 4, lambda label, seed: float(seed % 2) + 0.01 * seed)) == []
    rng = np.random.default_rng(0)
    found = [decoys(shown("abcde", 4, lambda label, seed: float(rng.integers(2)))) for _ in range(20)]
    assert sum(map(bool, found)) <= 1  # chance does it in one of fifty


def test_what_goes_with_the_gestures_is_the_correlation_ratio():
    owners = np.repeat(np.arange(3), 4)
    means = np.array([0.0, 0.1, 0.0, 0.1, 0.0, 0.1, 0.1, 0.0, 1.0, 1.1, 1.0, 1.1])
    told, chance, luck = goes(means, owners)
    within = sum(float(((own := means[owners == n]) - own.mean()) @ (own - own.mean())) for n in range(3))
    assert told == pytest.approx(1.0 - within / float((means - means.mean()) @ (means - means.mean())))
    assert chance == pytest.approx(2 / 11, abs=0.05)  # a share of two freedoms of eleven
    assert luck < 0.02
    assert goes(np.ones(12), owners)[2] == 1.0


@pytest.mark.parametrize("seed", range(20))
def test_what_only_differs_from_day_to_day_is_not(seed):
    rng = np.random.default_rng(seed)
    assert decoys(shown("abcd", 4, lambda label, number: rng.normal())) == []


def test_poses_and_single_demonstrations_are_no_decoys():
    held = [
        replace(one, values=one.values + np.array([3.0, -2.0, 0.0]) * ord(one.label))
        for one in shown("abc", 4, follows, moves=0.01)
    ]
    assert decoys(held) == []
    assert decoys(shown("abc", 1, follows)) == []
    assert not sayable(shown("abc", 1, follows))
    assert decoys(shown("a", 5, follows)) == []
    assert decoys(shown("abc", 3, lambda label, seed: 0.0)) == []


def test_luck_is_told():
    owners = np.repeat(np.arange(3), 3)
    told, luck = tells(owners.astype(float), owners, 3)
    assert told == 1.0
    assert luck < 0.02
    told, luck = tells(np.random.default_rng(1).normal(size=9), owners, 3)
    assert luck > 0.02


def asked(capsys, *words):
    with pytest.raises(SystemExit) as ended:
        main(["teach", *map(str, words)])
    return ended.value.code, capsys.readouterr()


@pytest.fixture
def folder(tmp_path):
    """A preset of one's own whose third channel was replaced by one that follows the gesture."""
    shutil.copytree(library.project_folder("phone-gestures"), tmp_path / "p")
    project, _ = read_project(tmp_path / "p")
    labels = list(project.gestures)
    planted = []
    for one in project.demonstrations:
        values = one.values.copy()
        values[:, 2] = labels.index(one.label)
        planted.append(replace(one, values=values))
    save_project(replace(project, features=(), demonstrations=tuple(planted)), tmp_path / "p")
    return tmp_path / "p"


def test_the_shell_warns_marks_and_takes_back(capsys, folder):
    code, said = asked(capsys, folder, "decoys", "--json")
    assert code == 0
    assert [one["channel"] for one in json.loads(said.out)] == ["acc_z"]
    before = read_project(folder)[0]
    code, said = asked(capsys, folder, "irrelevant", "acc_z")
    assert (code, "matters for no gesture: acc_z" in said.out) == (0, True)
    assert asked(capsys, folder, "irrelevant", "acc_x", "--gesture", "z")[0] == 0
    assert read_project(folder)[0].relevance.ignored == ("acc_z",)
    assert read_project(folder)[0].relevance.gestures == {"z": ("acc_x",)}
    assert json.loads(asked(capsys, folder, "decoys", "--json")[1].out) == []
    assert json.loads(asked(capsys, folder, "irrelevant", "--json")[1].out)["gestures"] == {"z": ["acc_x"]}
    for words in (["acc_z", "--again"], ["acc_x", "--gesture", "z", "--again"]):
        assert asked(capsys, folder, "irrelevant", *words)[0] == 0
    assert read_project(folder)[0].relevance == before.relevance


def test_the_shell_says_what_cannot_be_marked_in_one_line(capsys, folder):
    for words, rule in (
        ((folder, "irrelevant", "gyro"), "there are acc_x"),
        ((folder, "irrelevant", "acc_x", "--gesture", "nobody"), "nobody"),
        (("phone-gestures", "irrelevant", "acc_x"), "a shipped preset"),
    ):
        code, said = asked(capsys, *words)
        assert code == 2
        assert said.err.count("\n") == 1
        assert rule in said.err
    code, said = asked(capsys, "phone-gestures", "decoys")
    assert (code, "no channel is still" in said.out) == (0, True)


def test_who_trains_is_warned_of_a_decoy_and_not_of_what_is_ignored_or_where_outputs_are_learned():
    some = shown("abcd", 3, follows)
    (line,) = warnings(some, (), SPEC.names)
    assert "tilt hardly moves" in line and "ask 'decoys'" in line
    assert warnings(some, ("tilt",), SPEC.names) == []
    assert warnings(some, (), ("x", "y")) == []  # a feature made it
    outputs = [replace(one, outputs=(Channel("pitch"),), targets=np.zeros((40, 1))) for one in some]
    assert warnings(outputs, (), SPEC.names) == []
    assert warnings(shown("abcd", 3, lambda label, seed: 0.0), (), SPEC.names) == []
