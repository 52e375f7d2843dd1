"""A sequencer's clock on a real raw MIDI line: gestures come out on its beat, over the real processes and UDP."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import numpy as np
import pytest
from midi_ports import Cable, Ticking

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.engine.replay import replay_log
from gesturemap.logs.read import read_log
from gesturemap.project.read import read_project
from gesturemap.project.save import save_project

MAPPING = [{"kind": "events", "quantise": 1.0, "tempo": 77.0}]
EXACT = 0.1
"""Seconds from the beat, of 0.5; far more than there are, as this machine may have other work."""


@pytest.fixture
def folder(folder: Path, cable: Cable) -> Path:
    """The small project, with a clock and a pedal to tap."""
    project, _ = read_project(folder)
    project = project.configured("clock", {"port": str(cable.path), "offset": 0.0}, "test")
    save_project(project.configured("mapping", MAPPING, "test"), folder)
    return folder


def test_it_is_in_the_text_of_the_project(folder: Path, cable: Cable) -> None:
    assert "[clock]" in (folder / "project.toml").read_text()
    assert read_project(folder)[0].clock.port == str(cable.path)


@pytest.mark.long
def test_gestures_come_out_on_the_beat_of_a_clock(playing, cable: Cable) -> None:
    playing.ready()
    control = playing.control
    control.obey(c.Log(True))
    playing.until(lambda: control.log.on)
    with contextlib.closing(Ticking(cable, 120.0)) as clock:
        playing.until(lambda: control.clocks.beats.now > clock.began + 2.5)
        heard = [at for i in range(10) for at in playing.begun(("circle", "line")[i % 2], seed=i)]
        playing.until(lambda: playing.told(c.Status)[-1].figures.get("clock") == "running")
        playing.until(lambda: abs(playing.told(c.Status)[-1].figures["tempo"] - 120.0) < 2.0)
    away = np.array([clock.away(at) for at in heard])
    assert len(away) >= 8
    assert np.median(abs(away)) < EXACT
    control.obey(c.Panic())  # everything begins anew, but for the beats
    late = playing.begun("circle")
    assert late, "the beats go on when the clock is silent"
    assert np.median([abs(clock.away(at)) for at in late]) < EXACT
    path = control.log.path
    control.obey(c.Log(False))
    playing.until(lambda: playing.told(c.Status) and not playing.told(c.Status)[-1].figures["log"])
    session = read_log(path)
    assert sum(isinstance(what, inner.Beats) for _, what in session.steps()) >= 4
    comparison = replay_log(session)
    assert comparison.same, str(comparison)
    assert comparison.compared >= 900


@pytest.mark.long
def test_taps_and_changes_of_the_clock_reach_the_engine(playing, cable: Cable) -> None:
    playing.ready()
    control = playing.control
    control.obey(c.Configure("clock", {}))
    now = time.perf_counter()
    for back in (1.2, 0.8, 0.4):
        control.obey(c.Tap(now - back))
    assert control.clocks.beats.step == pytest.approx(0.4)
    heard = [at for i in range(4) for at in playing.begun(("circle", "line")[i % 2], seed=i)]
    away = [((at - now) / 0.4 + 0.5) % 1.0 * 0.4 - 0.2 for at in heard]
    assert np.median(np.abs(away)) < EXACT
    control.obey(c.Pressed("tap", at=time.perf_counter()))
    assert control.clocks.beats.step == pytest.approx(0.4)
    control.obey(c.Configure("clock", {"port": str(cable.path)}))
    assert control.clocks.beats == inner.Beats(), "another clock is waited for"
    playing.until(lambda: control.clocks.figures()["clock"] == "silent")
    control.obey(c.Undo())
    assert control.clocks.figures() == {}
