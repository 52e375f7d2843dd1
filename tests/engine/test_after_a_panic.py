"""After a panic, from frames to samples: silence at once, nothing sounds again by itself, and moving plays on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gesturemap import compiled, models
from gesturemap.control.trainer import fit
from gesturemap.engine.hush import Hush
from gesturemap.engine.instrument import Instrument
from gesturemap.errors import GesturemapError
from gesturemap.frames import Controls, Event, Frame, Spec
from gesturemap.mapping.events import Events
from gesturemap.outputs.synth import Synth
from gesturemap.project.read import read_project
from gesturemap.synth.block import BlockReader
from gesturemap.synth.mixer import Mixer, compiled_modules

PRESET = Path(__file__).parents[2] / "presets" / "theremin"
SPEC = Spec.of("x", "y", rate=100.0)
STEP = 480
"""Samples from frame to frame."""


def refuse(error: GesturemapError) -> None:
    raise error


class Theremin:
    """The shipped theremin with a hand on it, and the synth behind its shared block."""

    def __init__(self, mapping: tuple = ()) -> None:
        project = read_project(PRESET)[0]
        project = replace(project, mapping=(*project.mapping, *mapping), outputs=(Synth(),))
        compiled.load((*project.kernels(), *models.kernels(project.learner.kind, fitting=True)))
        compiled.load(compiled_modules(project.sound.voices))
        self.project, self.model = project, fit(project, project.demonstrations)
        self.time = self.phase = 0.0
        self.random = np.random.default_rng(2)
        self.instrument = self.made(None)
        self.mixer = self.voiced()

    def made(self, before: Instrument | None) -> Instrument:
        p = self.project
        kept = before.hand_over()[0] if before else None
        return Instrument(
            SPEC, p.features, self.model, p.mapping, p.outputs, refuse, scope=False, kept=kept, before=before
        )

    def voiced(self) -> Mixer:
        reader = BlockReader(self.instrument.outputs.runs[0].block_path)  # type: ignore[attr-defined]
        sound = self.project.sound
        return Mixer(sound.voices, reader.controls, volume=1.0, reader=reader, effects=sound.effects)

    def play(self, seconds: float, speed: float) -> np.ndarray:
        """What is heard while the hand goes round so fast, in rounds a second, with a tremor."""
        heard = []
        for _ in range(round(seconds * 100)):
            self.time, self.phase = self.time + 0.01, self.phase + 0.01 * speed
            angle = 2.0 * np.pi * self.phase
            place = 0.5 + 0.4 * np.array([np.cos(angle), np.sin(angle)]) + self.random.normal(0.0, 0.002, 2)
            self.instrument.play(Frame(self.time, place, time.perf_counter()))
            heard.append(self.mixer.follow(STEP))
        return np.concatenate(heard)


def loud(sound: np.ndarray) -> bool:
    return bool(np.abs(sound).max() > 0.01)


@pytest.fixture
def theremin() -> Iterator[Theremin]:
    made = Theremin()
    assert loud(made.play(1.0, 0.5))
    yield made
    made.instrument.close()


def test_a_hand_that_goes_on_moving_plays_on_after_a_second_of_silence(theremin: Theremin) -> None:
    theremin.instrument.silence()
    silent = theremin.play(0.95, 0.5)
    assert not silent[round(0.021 * 48000) :].any()
    assert theremin.instrument.silent == "movement"
    assert loud(theremin.play(0.5, 0.5))
    assert theremin.instrument.silent == ""


def test_a_hand_that_is_held_still_stays_silent_until_it_moves(theremin: Theremin) -> None:
    theremin.instrument.silence()
    assert not loud(theremin.play(6.0, 0.0)[1000:])
    assert loud(theremin.play(0.5, 0.5))


def test_a_sensor_that_falls_silent_and_comes_back_leaves_it_silent(theremin: Theremin) -> None:
    theremin.instrument.silence()
    theremin.play(1.5, 0.0)
    for seconds in np.arange(0.0, 5.0, 0.05):
        theremin.instrument.idle(seconds)
        assert not theremin.mixer.follow(5 * STEP).any()
    assert not loud(theremin.play(2.0, 0.0))
    assert loud(theremin.play(0.5, 0.5))


def test_run_opens_it_though_nothing_moves(theremin: Theremin) -> None:
    theremin.instrument.silence()
    assert not loud(theremin.play(0.5, 0.0)[1000:])
    theremin.instrument.run(True)
    assert loud(theremin.play(0.3, 0.0))


def test_run_and_panic_at_once_do_the_later(theremin: Theremin) -> None:
    theremin.instrument.silence()
    theremin.instrument.run(True)
    assert loud(theremin.play(0.3, 0.0)[1000:])
    theremin.instrument.run(True)
    theremin.instrument.silence()
    assert not loud(theremin.play(0.5, 0.0)[1000:])


def test_a_model_or_voices_that_are_exchanged_do_not_open_it(theremin: Theremin) -> None:
    theremin.instrument.silence()
    theremin.play(0.1, 0.0)
    theremin.project = replace(
        theremin.project, mapping=theremin.project.mapping[::-1]
    )  # another shared block
    theremin.instrument = theremin.made(theremin.instrument)
    theremin.mixer = theremin.voiced()
    assert not loud(theremin.play(3.0, 0.0))
    assert loud(theremin.play(0.5, 0.5))


def test_where_gestures_begin_a_movement_opens_nothing() -> None:
    theremin = Theremin((Events(),))
    try:
        theremin.play(0.5, 0.5)
        theremin.instrument.silence()
        assert not loud(theremin.play(3.0, 0.5)[1000:])
        assert theremin.instrument.silent == "gesture"
    finally:
        theremin.instrument.close()


BOUNDS = [[-1.0, 1.0], [2.0, 4.0]]
"""Of a sensor that was shown from 0 to 1 and from 2 to 3."""


class Silenced:
    """A panic's silence where gestures can begin, from frame to frame, 100 a second."""

    def __init__(self) -> None:
        self.hush = Hush(np.zeros(1), np.ones(1), gestures=True, bounds=BOUNDS)
        self.random, self.time = np.random.default_rng(3), 0.0
        self.hush.panic(self.time)

    def passes(self, seconds: float, speed: float) -> None:
        """Go on, with a tremor."""
        for _ in range(round(100 * seconds)):
            self.time += 0.01
            place = np.array([0.5 + 0.4 * np.sin(6.0 * speed * self.time), 2.5])
            self.hush.see(Frame(self.time, place + self.random.normal(0.0, 0.01, 2)))
            assert not self.hush.ended_by(Controls(self.time, np.zeros(1)))

    def opens(self, *, late: bool = False) -> bool:
        """Whether a gesture that begins now ends it."""
        began = Controls(self.time, np.zeros(1), (Event("began", "loop", 1.0),))
        return self.hush.ended_by(began, late=late)


def test_a_gesture_that_is_heard_at_rest_opens_nothing_one_that_is_made_does() -> None:
    silenced = Silenced()
    silenced.passes(2.0, 0.0)
    assert not silenced.opens()
    assert not silenced.opens(late=True)
    silenced.passes(0.4, 1.0)
    assert silenced.opens()


def test_a_movement_of_long_ago_opens_it_only_for_what_waited_for_a_beat() -> None:
    silenced = Silenced()
    silenced.passes(1.0, 1.0)
    silenced.passes(3.0, 0.0)
    assert not silenced.opens()
    assert silenced.opens(late=True)


def test_where_nobody_knows_what_is_a_movement_every_gesture_opens_it() -> None:
    hush = Hush(np.zeros(1), np.ones(1), gestures=True)
    hush.panic(0.0)
    hush.see(Frame(1.0, np.zeros(2)))
    assert hush.ended_by(Controls(1.0, np.zeros(1), (Event("began", "loop", 1.0),)))
