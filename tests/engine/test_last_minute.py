"""The last minute is there to the frame, whatever the rate, and takes no more room than it may."""

from __future__ import annotations

import time
import tracemalloc

import numpy as np
import pytest

from gesturemap.engine.past import CHUNK, Past
from gesturemap.engine.recorder import MOST_FRAMES, Recorder
from gesturemap.frames import Frame, Spec

SPEC = Spec.of("x m", "y m")


def frame(i: int, rate: float = 100.0) -> Frame:
    return Frame(1000.0 + i / rate, np.array([i, -i], float), arrived=i / rate)


@pytest.mark.parametrize("rate", [1.0, 37.0, 100.0, 1000.0])
def test_the_last_minute_is_there_whatever_the_rate(rate: float) -> None:
    past, frames = Past(SPEC), []
    for i in range(round(rate * 75) + 3 * CHUNK):
        frames.append(frame(i, rate))
        past.add(frames[-1])
    now = frames[-1].arrived
    for since in (now - 60.0, now - 31.4, now - 0.5 / rate, now, now + 1.0, now - 59.99):
        wanted = [f for f in frames if f.arrived >= since]
        part = past.part(past.since(since), past.count)
        assert part.time.tolist() == [f.time for f in wanted]
        assert part.arrived.tolist() == [f.arrived for f in wanted]
        assert part.values[:, 0].tolist() == [f.values[0] for f in wanted]
    assert past.count == len(frames)
    assert past.count - past.first <= 60.0 * rate + 2 * CHUNK


def test_what_is_asked_for_and_not_there_is_left_out() -> None:
    past = Past(SPEC)
    assert past.since(0.0) == past.count == past.first == 0
    assert past.part(0, 10).values.shape == (0, 2)
    past.add(frame(0))
    assert past.part(-5, 10).values.tolist() == [[0, 0]]
    assert past.part(1, 0).values.shape == (0, 2)
    assert past.since(-1.0) == 0
    assert past.since(0.001) == 1


def test_how_far_back_frames_are_there_is_known() -> None:
    recorder = Recorder(SPEC)
    assert recorder.kept(5.0) == 0.0
    for i in range(100, 9000):
        recorder.add(frame(i))
        if i == 300:
            assert recorder.kept(3.5) == pytest.approx(2.5)
    assert recorder.kept(90.0) == 60.0


def test_room_is_bounded_and_what_is_held_stays() -> None:
    past = Past(SPEC, most_bytes=8 * 4 * 4 * CHUNK)
    tracemalloc.start()
    for i in range(40 * CHUNK):
        past.add(frame(i, 1e5))  # all of it is of the last minute
        if i == 20 * CHUNK:
            past.hold(range(past.count - 10, past.count + CHUNK))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 9 * CHUNK * 4 * 8
    held = 20 * CHUNK + 1 - 10
    assert past.part(held, held + CHUNK).values[:, 0].tolist() == list(range(held, held + CHUNK))
    assert past.count - past.since(-1.0) >= 3 * CHUNK
    past.hold(None)
    for i in range(40 * CHUNK, 41 * CHUNK):
        past.add(frame(i, 1e5))
    assert len(past.part(held, held + CHUNK).time) == 0


def test_a_recording_may_be_longer_than_the_past() -> None:
    recorder = Recorder(SPEC)
    for i in range(200):
        recorder.add(frame(i, 10.0))
    recorder.start("wave", pre_roll=12.0, now=19.9)
    for i in range(200, 6000):
        recorder.add(frame(i, 10.0))
    assert recorder.began == pytest.approx(7.9)
    assert len(recorder) == 6000 - 79
    made = recorder.stop()
    assert made.values[:, 0].tolist() == list(range(79, 6000))
    assert recorder.label == "" and len(recorder) == 0
    part = recorder.between(590.0, 595.0)
    assert part.values[:, 0].tolist() == list(range(5900, 5951))


def test_a_recording_that_was_forgotten_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    most = 3000
    monkeypatch.setattr("gesturemap.engine.recorder.MOST_FRAMES", most)
    assert most < MOST_FRAMES
    recorder = Recorder(SPEC)
    recorder.start("wave", 0.0, 0.0)
    for i in range(20 * CHUNK):
        recorder.add(frame(i))
    assert len(recorder) == most
    assert recorder.stop().values[:, 0].tolist() == list(range(most))
    assert recorder.between(190.0, 200.0).values[-1, 0] == 20000


def test_a_clock_that_began_anew_makes_no_time_that_falls() -> None:
    recorder = Recorder(SPEC)
    for i in range(50):
        recorder.add(Frame(10.0 + i / 100, np.zeros(2), i / 100))
    for i in range(50, 100):
        recorder.add(Frame(i / 100, np.zeros(2), i / 100))
    made = recorder.made("wave", recorder.between(0.0, 1.0))
    assert (np.diff(made.time) >= 0.0).all()
    assert made.seconds == pytest.approx(0.99)


@pytest.mark.long
def test_a_frame_is_kept_in_no_time() -> None:
    past, frames = (
        Past(Spec.of(*"abcdefghijkl")),
        [Frame(i / 100, np.zeros(12), i / 100) for i in range(50_000)],
    )
    took = []
    for _ in range(5):
        began = time.perf_counter()
        for each in frames:
            past.add(each)
        took.append((time.perf_counter() - began) / len(frames))
    print(f"{min(took) * 1e6:.2f} us a frame")
    assert min(took) < 2e-6


def test_moments_are_kept_for_later_and_the_oldest_go_where_there_is_no_room() -> None:
    past = Past(SPEC, most_bytes=8 * 4 * 4 * CHUNK)
    for i in range(100 * CHUNK):
        past.add(frame(i, 100.0))
        if i % (10 * CHUNK) == 5 * CHUNK:
            past.keep((i - 40) / 100.0, (i + 30) / 100.0)
    for place in (55, 65, 75, 85, 95):
        i = place * CHUNK
        wanted = list(range(i - 40, i + 31))
        there = past.keeps((i - 40) / 100.0, (i + 30) / 100.0)
        part = past.part(past.since((i - 40) / 100.0), past.since((i + 30.5) / 100.0))
        assert there == (place >= 85)
        assert (part.values[:, 0].tolist() == wanted) == there
    assert not past.keeps(0.0, 1.0)
