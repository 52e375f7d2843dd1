from __future__ import annotations

import numpy as np

from gesturemap.clock import ManualClock
from gesturemap.demonstrations import Demonstration
from gesturemap.engine.playback import Playback
from gesturemap.engine.recorder import Recorder
from gesturemap.frames import Frame, Spec

SPEC = Spec.of("x m", "y m")


def frame(i: int) -> Frame:
    return Frame(i / 100, np.array([i, -i], float), arrived=i / 100)


def test_pre_roll_belongs_to_the_demonstration():
    recorder = Recorder(SPEC)
    for i in range(100):
        recorder.add(frame(i))
    recorder.start("wave", pre_roll=0.2, now=0.99)
    for i in range(100, 150):
        recorder.add(frame(i))
    made = recorder.stop()
    assert made.label == "wave"
    assert made.values[0, 0] == 79
    assert made.values[-1, 0] == 149
    assert made.time[0] == 0
    assert np.isclose(made.seconds, 0.70)
    assert not recorder.label


def test_without_pre_roll_it_begins_with_the_next_frame():
    recorder = Recorder(SPEC)
    recorder.add(frame(0))
    recorder.start("wave", 0.0, now=0.5)
    assert len(recorder.stop()) == 0


def test_it_ends_when_the_key_went_up_though_that_was_known_later():
    for until, last in ((0.2, 20), (0.205, 20), (9.0, 29), (-1.0, None)):
        recorder = Recorder(SPEC)
        recorder.start("wave", 0.0, now=0.0)
        for i in range(30):
            recorder.add(frame(i))
        made = recorder.stop(until)
        assert (made.values[-1, 0] if len(made) else None) == last


def test_playback_gives_each_frame_when_it_is_due():
    time = np.array([0.0, 0.1, 0.2])
    demonstration = Demonstration("d", "wave", SPEC, time, np.arange(6.0).reshape(3, 2))
    clock = ManualClock()
    run = Playback(demonstration, clock)
    assert run.read(0.0).values.tolist() == [0, 1]
    assert run.read(0.0) is None
    clock.advance(0.1)
    assert run.read(0.0).values.tolist() == [2, 3]
    clock.advance(0.5)
    last = run.read(0.0)
    assert last.values.tolist() == [4, 5]
    assert last.arrived == clock.now()
    assert run.done
    assert run.read(0.0) is None
