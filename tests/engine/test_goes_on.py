"""A gesture that goes on while a new model takes over goes on: it is not struck again, here and when replayed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gesturemap import commands as c
from gesturemap import compiled, inner, models
from gesturemap.clock import ManualClock
from gesturemap.control.trainer import fit
from gesturemap.demonstrations import Demonstration
from gesturemap.engine.loop import Engine
from gesturemap.engine.recorder import Recorder
from gesturemap.engine.replay import replay_log
from gesturemap.features import FEATURE_KERNELS
from gesturemap.frames import Frame, Spec
from gesturemap.inputs.input import Health
from gesturemap.logs.read import read_log
from gesturemap.models import store
from gesturemap.project import pack
from gesturemap.project.project import Project, assemble

SPEC = Spec.of("x", "y")
PLACES = {"a": (1.0, 0.5), "b": (-1.0, 0.5), "c": (0.0, -1.0)}
EVENTS = {"kind": "events", "threshold": 0.8, "fit": 0.0, "hold": 0.03, "refractory": 0.05, "gates": True}


class Source:
    """What the engine reads frames from: those that were put there."""

    spec, address, health = SPEC, "here", Health()

    def __init__(self) -> None:
        self.frames: list[Frame] = []

    def read(self, timeout: float) -> Frame | None:
        return self.frames.pop(0) if self.frames else None

    def close(self) -> None: ...


def takes(*labels: str, seed: int = 1) -> tuple[Demonstration, ...]:
    compiled.load((*FEATURE_KERNELS, *models.kernels("gmm", fitting=True)))
    random = np.random.default_rng(seed)
    rows = {label: PLACES[label[0]] + random.normal(0.0, 0.03, (60, 2)) for label in labels}
    return tuple(Demonstration(label, label, SPEC, np.arange(60) / 100.0, rows[label]) for label in labels)


def project(*labels: str, **sections: Any) -> Project:
    tables = {
        "project": {"name": "p"},
        "input": {"kind": "osc", "port": 0},
        "model": {"kind": "gmm"},
        "mapping": [EVENTS],
        "outputs": [{"kind": "memory"}],
        "gestures": list(labels),
    }
    return assemble(tables | sections, "", "test")


def trained(project: Project, *labels: str, seed: int = 1) -> bytes:
    return store.pack(fit(project, takes(*(labels or project.gestures), seed=seed)))


@dataclass
class Played:
    """An engine with a clock that is turned by hand, a hand that holds a pose, and a session log."""

    project: Project
    log: Path
    labels: tuple[str, ...] = ()
    happened: list[tuple[str, str]] = field(default_factory=list)
    gates: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.told: list[c.Message] = []
        self.source, self.clock, self.random = Source(), ManualClock(100.0), np.random.default_rng(7)
        self.engine = Engine(Kept(self.told), self.clock)  # type: ignore[arg-type]
        self.data = trained(self.project, *self.labels)
        tables = self.project.tables()
        self.engine.obey(inner.Load(tables, data=self.data, opened=True, by_vocabulary=True))
        self.engine.input = self.source  # type: ignore[assignment]
        self.engine._opened()
        self.engine.obey(c.Log(True, str(self.log)))

    def hold(self, label: str, seconds: float) -> list[tuple[str, str]]:
        """Hold a pose; what control was told meanwhile, and since."""
        for _ in range(round(seconds * 100.0)):
            self.clock.advance(0.01)
            now = self.clock.now()
            row = np.array(PLACES[label]) + self.random.normal(0.0, 0.03, 2)
            self.source.frames.append(Frame(now, row, now))
            self.engine.turn()
            assert self.engine.instrument is not None
            self.gates.append(max(self.engine.instrument.controls.values, default=0.0))
        found = [(m.kind, m.label) for m in self.told if isinstance(m, c.Happened)]
        self.told.clear()
        self.happened += found
        return found

    def take_over(self, *labels: str, seed: int) -> None:
        self.engine.obey(inner.NewModel(trained(self.project, *labels, seed=seed)))

    def ends(self) -> None:
        """The log ends, and is the same to the bit when it is replayed."""
        self.engine.close()
        result = replay_log(read_log(self.log))
        assert result.compared >= 50
        assert result.same, str(result)


class Kept(list[c.Message]):
    """A link to nobody: what is told is kept."""

    def __init__(self, told: list[c.Message]) -> None:
        self.told, self.arrived = told, threading.Event()
        self.arrived.set()

    def take(self) -> None: ...

    def send(self, message: c.Message) -> None:
        self.told.append(message)

    def close(self) -> None: ...


@pytest.fixture
def playing(tmp_path: Path) -> Iterator[Played]:
    played = Played(project("a", "b", "c"), tmp_path / "log.xdf")
    yield played
    played.ends()


def test_a_held_pose_is_not_struck_again_by_trainings(playing: Played) -> None:
    assert playing.hold("a", 0.5) == [("began", "a")]
    playing.gates.clear()
    for seed in range(2, 6):
        playing.take_over("a", "b", "c", seed=seed)
        assert playing.hold("a", 1.0) == []
    assert set(playing.gates) == {1.0}, "its gate stays open, without a dip"
    assert playing.hold("b", 0.5) == [("ended", "a"), ("began", "b")]


def test_another_order_of_gestures_in_the_model_changes_nothing(playing: Played) -> None:
    playing.hold("c", 0.5)
    playing.take_over("c", "b", "a", seed=3)
    assert playing.hold("c", 0.5) == []
    assert playing.hold("a", 0.5) == [("ended", "c"), ("began", "a")]


def test_a_gesture_that_vanishes_ends_at_once(playing: Played) -> None:
    playing.hold("a", 0.5)
    playing.take_over("b", "c", seed=2)
    assert playing.hold("b", 0.01) == [("ended", "a")]
    assert playing.hold("b", 0.5) == [("began", "b")]


def test_what_the_new_model_does_not_hear_ends_in_the_time_in_which_it_could_begin(playing: Played) -> None:
    playing.hold("a", 0.5)
    playing.take_over("a", "b", "c", seed=2)
    assert playing.hold("b", 0.1) == [("ended", "a"), ("began", "b")]
    playing.take_over("a", "b", "c", seed=3)
    assert playing.engine.instrument is not None
    ended = playing.engine.instrument.run(False)
    assert [(e.kind, e.label) for e in ended] == [("ended", "b")], "a stop does not wait for it"
    playing.engine.obey(c.Run(False))
    playing.engine.obey(c.Run(True))


def test_a_renamed_gesture_goes_on_and_ends_as_it_began(playing: Played) -> None:
    playing.hold("a", 0.5)
    tables = project("aa", "b", "c").tables()
    playing.engine.obey(inner.Load(tables, data=playing.data, called={"a": "aa"}))
    assert playing.hold("a", 0.5) == []
    playing.take_over("aa", "b", "c", seed=2)
    assert playing.hold("a", 0.5) == []
    assert playing.hold("b", 0.5) == [("ended", "a"), ("began", "b")]
    assert playing.hold("a", 0.5) == [("ended", "b"), ("began", "aa")]
    assert playing.engine.instrument is not None
    assert playing.engine.instrument.outputs.going == {"aa": pytest.approx(1.0, abs=0.01)}


def test_an_output_that_is_opened_meanwhile_is_told_what_goes_on(playing: Played) -> None:
    playing.hold("a", 0.5)
    instrument = playing.engine.instrument
    assert instrument is not None
    before = instrument.outputs.runs[0]
    tables = project("a", "b", "c", outputs=[{"kind": "memory", "hold": 1.0}]).tables()
    playing.engine.obey(inner.Load(tables, data=playing.data))
    assert playing.hold("a", 0.1) == []
    after = playing.engine.instrument.outputs.runs[0]  # type: ignore[union-attr]
    assert after is not before
    assert [(e.kind, e.label) for frame in list(before.kept)[-1:] for e in frame.events] == [("ended", "a")]
    assert [(e.kind, e.label) for frame in after.kept for e in frame.events] == [("began", "a")]


def test_a_scene_that_is_opened_ends_what_goes_on(playing: Played) -> None:
    playing.hold("a", 0.5)
    playing.engine.obey(inner.Load(playing.project.tables(), data=playing.data, opened=True))
    assert playing.hold("a", 0.5) == [("ended", "a"), ("began", "a")]


def test_switches_and_values_that_gestures_have_set_stay(tmp_path: Path) -> None:
    ways = [
        {"kind": "range", "source": "always", "control": "switch", "toggle": "a"},
        {"kind": "range", "source": "feature:x", "control": "taken", "low": -1.0, "latch": "a"},
    ]
    played = Played(project("a", "b", mapping=[EVENTS, *ways]), tmp_path / "log.xdf")
    played.hold("a", 0.5)
    played.hold("b", 0.5)
    assert played.engine.instrument is not None
    was = played.engine.instrument.controls.values[-2:]
    assert was[0] == 1.0
    assert was[1] > 0.9
    played.take_over("a", "b", seed=2)
    played.hold("b", 0.5)
    assert np.array_equal(played.engine.instrument.controls.values[-2:], was)
    played.ends()


def test_the_winner_is_numbered_by_the_vocabulary_whatever_order_the_model_has(tmp_path: Path) -> None:
    winner = {"kind": "range", "source": "winner", "control": "number", "high": 10.0, "to_high": 10.0}
    made = project("c", "rest", "b", "a", mapping=[winner])
    played = Played(made, tmp_path / "log.xdf", labels=("a", "b", "c"))

    def number(label: str) -> float:
        played.hold(label, 0.4)
        assert played.engine.instrument is not None
        return float(played.engine.instrument.controls.values[0])

    assert [number(label) for label in "abc"] == pytest.approx([4.0, 3.0, 1.0])
    played.take_over("b", "c", "a", seed=2)
    assert [number(label) for label in "abc"] == pytest.approx([4.0, 3.0, 1.0])
    tables = made.tables() | {"gestures": ["c", "b", "a"]}
    played.engine.obey(inner.Load(tables, data=played.data, by_vocabulary=True))
    assert [number(label) for label in "abc"] == pytest.approx([3.0, 2.0, 1.0])
    played.engine.obey(inner.Load(tables, data=played.data))
    assert [number(label) for label in "abc"] == pytest.approx([1.0, 2.0, 3.0]), "as in logs of before"
    played.ends()


def test_a_marked_moment_can_be_kept_when_the_last_minute_is_another_one(tmp_path: Path) -> None:
    played = Played(project("a", "b", "c"), tmp_path / "log.xdf")
    played.engine.recorder = Recorder(SPEC)
    played.hold("a", 1.0)
    marked = played.clock.now()
    played.engine.obey(c.Mark(False, "a"))
    played.hold("b", 1.5)
    unmarked = marked + 30.0
    played.hold("c", 100.0)
    played.engine.obey(c.Keep("a", marked - 0.995, marked + 1.005))
    (take,) = [each for each in played.told if isinstance(each, inner.Take)]
    (made,) = pack.unpack(take.data)
    assert (take.label, len(made), take.began) == ("a", 200, pytest.approx(marked - 0.99))
    assert made.values[:100].mean(0) == pytest.approx(PLACES["a"], abs=0.02)
    assert made.values[100:].mean(0) == pytest.approx(PLACES["b"], abs=0.02)
    played.told.clear()
    played.engine.obey(c.Keep("c", unmarked, unmarked + 1.0))
    (fault,) = [each for each in played.told if isinstance(each, c.Fault)]
    assert "frames of the last 60 s are there" in fault.text
    played.ends()
