"""Outputs over another mapping, model or settings: what did not change is neither closed nor opened anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pytest

from gesturemap.engine.figures import Figures
from gesturemap.engine.outputs import Outputs, follow
from gesturemap.errors import DeviceError, SettingsError
from gesturemap.frames import Controls, Spec
from gesturemap.outputs.output import FailSafe

NONE, TWO, THREE = Spec(()), Spec.of("a", "b"), Spec.of("a", "b", "c")


class Run:
    """An open output that remembers what was done to it."""

    address, faults, fault = "here", 0, None

    def __init__(self, name: str, diary: list[str]) -> None:
        self.name, self.diary = name, diary
        diary.append(f"open {name}")

    def send(self, controls: Controls) -> None:
        self.diary.append(f"{self.name} {controls.values.tolist()}")

    def silence(self) -> None: ...

    def close(self) -> None:
        self.diary.append(f"close {self.name}")


class Going(Run):
    """One that can go on with other controls."""

    def retarget(self, names: Sequence[str]) -> None:
        self.diary.append(f"retarget {self.name} {len(names)}")


@dataclass(frozen=True)
class Port(FailSafe):
    kind: ClassVar[str] = "port"

    name: str = ""
    goes_on: bool = True
    diary: list[str] = field(default_factory=list, compare=False)

    def start(self, controls: Spec) -> Run:
        return (Going if self.goes_on else Run)(self.name, self.diary)


@pytest.fixture
def diary() -> list[str]:
    return []


def silent(error: Exception) -> None:
    raise AssertionError(str(error))


def test_what_has_other_settings_is_closed_before_anything_is_opened_and_the_rest_stays(
    diary: list[str],
) -> None:
    one, two, three = (Port(name=name, diary=diary) for name in ("one", "two", "three"))
    before = Outputs((one, two), TWO, silent)
    diary.clear()
    other = Port(name="two", diary=diary, hold=5.0)
    now = follow(before, (other, three, one), TWO, silent)
    assert diary == ["close two", "open two", "open three"]
    assert [run.name for run in now.runs] == ["two", "three", "one"]
    assert now.runs[2] is before.runs[0]
    assert [each["number"] for each in now.figures()] == [0, 1, 2]


def test_what_can_go_on_with_other_controls_does_and_what_cannot_is_opened_anew(diary: list[str]) -> None:
    midi, osc = Port(name="midi", diary=diary), Port(name="osc", goes_on=False, diary=diary)
    untrained = Outputs((midi, osc), NONE, silent)
    diary.clear()
    now = follow(untrained, (midi, osc), TWO, silent)
    assert diary == ["close osc", "open osc"]
    now.serve((), np.zeros(2))
    assert diary[2:] == ["retarget midi 2"]
    now.send(Controls(0.0, np.array([1.0, 2.0]), ()))
    assert diary[-2:] == ["midi [1.0, 2.0]", "osc [1.0, 2.0]"]


def test_two_of_the_same_settings_stay_two(diary: list[str]) -> None:
    twice = (Port(name="one", diary=diary), Port(name="one", diary=diary))
    before = Outputs(twice, TWO, silent)
    now = follow(before, twice[:1], TWO, silent)
    assert diary == ["open one", "open one", "close one"]
    assert now.runs == before.runs[:1]


def test_where_the_controls_are_the_same_it_fades_from_where_it_was(diary: list[str]) -> None:
    one, two = Port(name="one", diary=diary, hold=1.0, fade=1.0), Port(name="two", diary=diary)
    before = Outputs((one, two), TWO, silent)
    before.serve((), np.zeros(2))
    before.send(Controls(0.0, np.array([1.0, 1.0]), ()))
    now = follow(before, (one,), TWO, silent)
    assert now.idle(0.0, 1.5).tolist() == [0.5, 0.5]


def test_faults_are_those_of_the_project_that_plays_also_where_an_output_goes_on(diary: list[str]) -> None:
    class Playing:
        chain = SimpleNamespace(delay=0.0)
        outputs = Outputs((Port(name="one", diary=diary),), TWO, silent)

    def counted() -> tuple[int, str]:
        table = figures.table(1.0, None, Playing, None)  # type: ignore[arg-type]
        return table["faults"], table["why_faults"]

    figures = Figures(0.0)
    figures.fault(DeviceError("place", "broken", "", ""))
    Playing.outputs.runs[0].faults = 5
    assert counted() == (6, "here: not sent")
    figures.load(Playing, opened=True)  # type: ignore[arg-type]
    assert counted() == (0, "")
    Playing.outputs.runs[0].faults = 7
    assert counted() == (2, "here: not sent")
    Playing.outputs.runs[0].faults = 3  # opened anew: it counts from 0
    assert counted() == (3, "here: not sent")


def test_the_most_frequent_fault_of_all_is_named(diary: list[str]) -> None:
    class Playing:
        chain = SimpleNamespace(delay=0.0)
        outputs = Outputs((Port(name="one", diary=diary), Port(name="two", diary=diary)), TWO, silent)

    figures = Figures(0.0)
    why = lambda: figures.table(1.0, None, Playing, None)["why_faults"]  # type: ignore[arg-type]  # noqa: E731
    assert why() == ""
    for number in range(60):
        figures.fault(DeviceError(f"place {number % 40}", f"broken {number} " + 200 * "x", "", ""))
    assert why().startswith("place ")
    assert len(why()) == 100
    Playing.outputs.runs[1].faults = 150
    assert why() == "here: not sent"
    Playing.outputs.runs[1].reason = "no way there"
    assert why() == "here: no way there"


def test_one_that_is_not_open_is_told_once_over_a_load_and_one_that_no_longer_makes_sense_is_closed(
    diary: list[str],
) -> None:
    one = Port(name="one", diary=diary, neutral={"c": 1.0})
    told: list[Exception] = []
    before = Outputs((one,), THREE, told.append)
    before.runs[0].fault = DeviceError("port", "gone", "it was unplugged", "plug it in")
    before.tick(0.0)
    before.tick(1.0)
    assert len(told) == 1
    now = follow(before, (one, Port(name="two", diary=diary)), THREE, told.append)
    now.tick(0.0)
    assert len(told) == 1
    last = follow(now, (one,), TWO, told.append)
    assert isinstance(told[-1], SettingsError)
    assert len(told) == 2
    assert last.runs == []
    assert diary[-2:] == ["close two", "close one"] or diary[-2:] == ["close one", "close two"]
