"""A sensor falls silent: each output holds, ends what had begun, fades and rests in its own time."""

from __future__ import annotations

import multiprocessing
import socket
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.clock import ManualClock
from gesturemap.codec import decode, encode
from gesturemap.control.trainer import fit
from gesturemap.engine.link import Link
from gesturemap.engine.loop import Engine
from gesturemap.engine.rest import LINGER
from gesturemap.inputs.osc import OscRun
from gesturemap.library import presets
from gesturemap.models import store
from gesturemap.outputs.memory import MemoryRun
from gesturemap.project.read import read_project
from gesturemap.wire.osc import build

STEP = 0.01
"""Seconds of the manual clock for each turn of the engine."""
EXACT = 0.02
MAPPING = [
    {"kind": "events", "threshold": 0.5},
    {"kind": "range", "source": "feature:x", "control": "place", "neutral": 0.125},
    {"kind": "range", "source": "feature:y", "control": "height"},
]
OUTPUTS = [
    {"kind": "memory"},
    {"kind": "memory", "hold": 0.5, "fade": 0.25, "neutral": {"place": 0.75}},
    {"kind": "memory", "hold": 3.0, "fade": 0.0},
]


class Stage:
    """An engine with a clock that is turned by hand, and a pad that plays to it."""

    def __init__(self, outputs: list[dict[str, Any]], mapping: list[dict[str, Any]] = MAPPING) -> None:
        self.here, there = multiprocessing.Pipe()
        self.clock = ManualClock(100.0)
        self.engine = Engine(Link(there), self.clock)
        self.told: list[c.Message] = []
        project, _ = read_project(presets()["pointer"])
        tables = project.tables() | {"mapping": mapping, "outputs": outputs, "features": []}
        plain = project.configured("features", [], "test")
        model = fit(plain, project.demonstrations)
        self.engine.load(inner.Load(tables, data=store.pack(model)))
        self.engine.turn()  # the source is opened
        self.pad = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.circle = next(d for d in project.demonstrations if d.label == "circle").values[:, :3]
        assert self.engine.instrument is not None
        assert self.engine.instrument.usable is not None
        self.sent: list[list[tuple[float, np.ndarray, tuple[str, ...]]]] = [[] for _ in outputs]
        """Of each output: when, values, events."""

    def turn(self) -> None:
        self.clock.advance(STEP)
        assert self.engine.instrument is not None
        for run in self.engine.instrument.outputs.runs:
            assert isinstance(run, MemoryRun)
            run.kept.clear()
        self.engine.turn()
        for run, sent in zip(self.engine.instrument.outputs.runs, self.sent, strict=True):
            assert isinstance(run, MemoryRun)
            sent += [
                (self.clock.now(), frame.values, tuple(f"{e.kind} {e.label}" for e in frame.events))
                for frame in run.kept
            ]
        while self.here.poll():
            self.told.append(decode(self.here.recv_bytes()))

    def play(self, rows: np.ndarray) -> float:
        """Move on the pad; return the time of the last frame."""
        assert isinstance(self.engine.input, OscRun)
        for row in rows:
            frames = self.engine.figures.frames
            self.pad.sendto(build("/pointer", *map(float, row)), ("127.0.0.1", self.engine.input.port))
            while self.engine.figures.frames == frames:
                self.turn()
        return self.clock.now()

    def wait(self, seconds: float) -> None:
        for _ in range(round(seconds / STEP)):
            self.turn()

    def close(self) -> None:
        self.engine.close()
        self.pad.close()
        self.here.close()
        self.engine.link._thread.join(5.0)


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage(OUTPUTS)
    yield made
    made.close()


@pytest.mark.long
def test_the_pitch_of_a_voice_stays_while_its_level_fades_and_rests_unheard() -> None:
    """A drone that falls silent does not slide; without a level, or where an output says where it rests, it does."""
    mapping = [
        {"kind": "range", "source": "feature:x", "control": "tone.pitch", "to_low": -12.0, "to_high": 12.0},
        {"kind": "range", "source": "feature:y", "control": "tone.level", "to_low": 0.0},
        {"kind": "range", "source": "feature:x", "control": "bell.pitch", "to_low": -12.0, "to_high": 12.0},
    ]
    outputs = [{"kind": "memory"}, {"kind": "memory", "neutral": {"tone.pitch": 7.0}}]
    stage = Stage(outputs, mapping)
    try:
        last = stage.play(stage.circle)
        pitch, level, alone = stage.sent[0][-1][1]
        assert pitch == alone > -6.0
        assert level > 0.1
        for sent in stage.sent:
            sent.clear()
        stage.wait(4.0)
        for now, values, _ in stage.sent[0]:
            left = max(0.0, 3.0 - (now - last))
            if 1e-6 < left < 1.0:
                assert values[0] == pitch
                assert values[1] == pytest.approx(left * level, abs=EXACT)
                assert values[2] == pytest.approx(-12.0 + left * (alone + 12.0), abs=24 * EXACT)
        assert list(stage.sent[0][-1][1]) == [-12.0, 0.0, -12.0]
        (middle, *_) = [values for now, values, _ in stage.sent[1] if now - last >= 2.5]
        assert middle[0] == pytest.approx((7.0 + pitch) / 2, abs=0.5)
        assert list(stage.sent[1][-1][1]) == [7.0, 0.0, -12.0]
    finally:
        stage.close()


@pytest.mark.long
def test_each_holds_ends_fades_and_rests_in_its_own_time(stage: Stage) -> None:
    last = stage.play(stage.circle)
    playing = [e for _, _, events in stage.sent[0] for e in events]
    assert playing.count("began circle") - playing.count("ended circle") == 1
    before = stage.sent[0][-1][1]
    assert abs(before[0] - 0.125) > 0.05
    for sent in stage.sent:
        sent.clear()
    stage.wait(4.0)
    neutral = (np.array([0.125, 0.0]), np.array([0.75, 0.0]), np.array([0.125, 0.0]))
    times = ((2.0, 1.0), (0.5, 0.25), (3.0, 0.0))
    for sent, rest, (hold, fade) in zip(stage.sent, neutral, times, strict=True):
        assert sent[0][0] - last == pytest.approx(hold, abs=EXACT)
        assert [events for _, _, events in sent if events] == [("ended circle",)]
        assert sent[0][2] == ("ended circle",)
        for now, values, _ in sent:
            gone = now - last - hold
            left = max(0.0, 1.0 - gone / fade) if fade else 0.0
            expected = rest + left * (before - rest)
            slack = EXACT / fade if fade else 0.0
            assert np.abs(values - expected).max() <= slack * np.abs(before - rest).max() + 1e-12
        arrived = next(now for now, values, _ in sent if np.array_equal(values, rest))
        assert arrived - last == pytest.approx(hold + fade, abs=EXACT)
        assert sent[-1][0] - last == pytest.approx(hold + fade + LINGER, abs=2 * EXACT)
    told = [one for one in stage.told if isinstance(one, c.Happened) and one.kind == "ended"]
    assert len(told) == playing.count("ended circle") + 1


@pytest.mark.long
def test_a_sensor_that_comes_back_finds_every_output_in_order(stage: Stage) -> None:
    stage.play(stage.circle)
    stage.wait(1.0)  # the second has faded, the others hold
    stage.play(stage.circle)
    stage.wait(4.0)
    for sent in stage.sent:
        going = [e for _, _, events in sent for e in events if e.endswith("circle")]
        assert going == ["began circle", "ended circle"] * (len(going) // 2)
        assert len(going) >= 4


@pytest.mark.long
def test_a_movement_that_broke_off_with_the_sensor_is_not_taken_up_when_it_comes_back(stage: Stage) -> None:
    for share in (0.3, 0.6, 0.9):
        stage.play(stage.circle[: int(share * len(stage.circle))])
        stage.wait(5.0)
        before = [len(sent) for sent in stage.sent]
        stage.play(np.repeat(stage.circle[:1], 80, axis=0))
        for sent, count in zip(stage.sent, before, strict=True):
            assert not [e for _, _, events in sent[count:] for e in events]
        stage.wait(5.0)


@pytest.mark.long
def test_a_panic_while_they_hold_ends_it_everywhere_once(stage: Stage) -> None:
    stage.play(stage.circle)
    stage.wait(1.0)
    stage.engine.panic(c.Panic())
    stage.wait(0.02)
    assert stage.engine.instrument is not None
    for run in stage.engine.instrument.outputs.runs:
        assert isinstance(run, MemoryRun)
        assert run.silenced == 1
    stage.wait(4.0)
    for number, sent in enumerate(stage.sent):
        ended = [e for _, _, events in sent for e in events if e == "ended circle"]
        began = [e for _, _, events in sent for e in events if e == "began circle"]
        # what the panic sent went between two turns, to those that had not ended it yet
        assert len(began) - len(ended) == (0 if number == 1 else 1)


def test_a_control_at_rest_that_is_not_there_is_refused(stage: Stage) -> None:
    tables = stage.engine.project.tables() if stage.engine.project else {}
    wrong = [{"kind": "memory", "neutral": {"plaice": 0.5}}, {"kind": "memory"}]
    assert stage.engine.loaded is not None
    stage.engine.load(inner.Load(tables | {"outputs": wrong}, data=stage.engine.loaded.data))
    stage.sent = [[]]
    stage.turn()
    (fault,) = [one for one in stage.told if isinstance(one, c.Fault)]
    assert "no control 'plaice'" in fault.text
    assert "did you mean 'place'?" in fault.text


def test_a_rest_that_was_asked_for_while_the_engine_compiled_keeps_it_off_the_port() -> None:
    """Somebody listens there by then; the engine must not call itself the one that holds the port."""
    here, there = multiprocessing.Pipe()
    engine = Engine(Link(there), ManualClock(100.0))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        tables = {
            "project": {"name": "x"},
            "input": {"kind": "osc", "port": port, "host": "127.0.0.1", "arguments": ["a"]},
            "model": {"kind": "gmm"},
        }
        here.send_bytes(encode(inner.Load(tables)))
        here.send_bytes(encode(c.Rest(True)))
        while len(engine.link._inbox) < 2:  # both came while it compiled
            assert engine.link.arrived.wait(10.0)
        while not engine.resting:
            engine.turn()
        assert engine.input is None
    engine.close()
    told = []
    while here.poll():
        told.append(decode(here.recv_bytes()))
    assert not [one for one in told if isinstance(one, c.Fault | inner.InputClosed)]
    here.close()
    engine.link._thread.join(10.0)
