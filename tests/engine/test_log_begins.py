"""A session log may begin whenever it is wanted: what follows is played again to the bit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.clock import ManualClock
from gesturemap.control.trainer import fit
from gesturemap.engine.loop import Engine
from gesturemap.engine.replay import replay_log
from gesturemap.frames import Channel, Frame
from gesturemap.logs.read import read_log
from gesturemap.models import store
from gesturemap.project.project import Project
from tests.engine.test_goes_on import EVENTS, PLACES, Kept, Source, project, takes, trained

SMOOTH = {"kind": "range", "source": "feature:x", "low": -1.0, "control": "level", "smoothing": 0.15}
"""What is smoothed goes on from where it was."""


SAME = "outputs are the same to the bit"


class Stage:
    """An engine that plays before a log begins."""

    def __init__(self, playing: Project, data: bytes) -> None:
        self.clock, self.source, self.random = ManualClock(100.0), Source(), np.random.default_rng(3)
        self.begun = self.clock.now()
        self.engine = Engine(Kept([]), self.clock)  # type: ignore[arg-type]
        load = inner.Load(playing.tables(), data=data, opened=True, by_vocabulary=True, rate=100.0)
        self.engine.obey(load)
        self.engine.input = self.source  # type: ignore[assignment]
        self.engine._opened()

    def hold(self, label: str, seconds: float, rate: float = 100.0) -> None:
        if not self.engine.figures.frames:
            self.begun = self.clock.now()
        for _ in range(round(seconds * rate)):
            self.clock.advance(1.0 / rate)
            now = self.clock.now()
            row = np.array(PLACES[label]) + self.random.normal(0.0, 0.3, 2)
            self.source.frames.append(Frame(now - self.begun, row, now))  # the sensor has a clock of its own
            self.engine.turn()

    def rest(self, seconds: float) -> None:
        for _ in range(round(seconds * 20.0)):
            self.clock.advance(0.05)
            self.engine.turn()

    def replayed(self, log: Path) -> str:
        self.engine.close()
        result = replay_log(read_log(log))
        assert result.compared >= 50
        return str(result)


def taught() -> Stage:
    playing = project("a", "b", "c", mapping=[EVENTS, SMOOTH])
    return Stage(playing, trained(playing))


@pytest.mark.parametrize("before", [0.0, 0.2])
@pytest.mark.parametrize("rest", [0.0, 3.0])
@pytest.mark.parametrize("after", [0.0, 3.0])
def test_whatever_was_before(before: float, rest: float, after: float, tmp_path: Path) -> None:
    stage = taught()
    stage.hold("a", before)
    stage.rest(rest)
    stage.engine.obey(c.Log(True, str(tmp_path / "log.xdf")))
    stage.rest(after)
    stage.hold("a", 0.5)
    stage.hold("b", 0.5)
    assert SAME in stage.replayed(tmp_path / "log.xdf")


def test_while_a_fast_sensor_is_thinned(tmp_path: Path) -> None:
    stage = taught()
    stage.hold("a", 1.0, rate=437.0)
    stage.engine.obey(c.Log(True, str(tmp_path / "log.xdf")))
    stage.hold("a", 0.5, rate=437.0)
    stage.hold("b", 0.5, rate=437.0)
    assert SAME in stage.replayed(tmp_path / "log.xdf")


def test_while_a_sound_is_shown_by_hand(tmp_path: Path) -> None:
    pitch = {"kind": "range", "source": "output:pitch", "control": "pitch"}
    playing = project("a", "b", model={"kind": "gmr"}, mapping=[pitch])
    shown = [
        replace(each, outputs=(Channel("pitch"),), targets=each.values[:, :1]) for each in takes("a", "b")
    ]
    stage = Stage(playing, store.pack(fit(playing, tuple(shown))))
    stage.hold("a", 0.2)
    stage.engine.obey(c.Values([0.25]))
    stage.engine.obey(c.Log(True, str(tmp_path / "log.xdf")))
    stage.hold("b", 0.6)
    assert stage.engine.instrument is not None
    assert stage.engine.instrument.controls.values == [0.25]
    assert SAME in stage.replayed(tmp_path / "log.xdf")
