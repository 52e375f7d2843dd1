"""A sensor that sends several times faster than demonstrated is played at the demonstrated rate."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gesturemap import catalog
from gesturemap.demonstrations import Demonstration, rate_of
from gesturemap.engine.instrument import Instrument
from gesturemap.features.derive import Derive
from gesturemap.features.thin import ThinRun
from gesturemap.frames import Controls, Estimate, Event, Frame, Spec, Values
from gesturemap.inner import Load
from gesturemap.inputs.pointer import Pointer
from gesturemap.mapping.events import Events
from gesturemap.models.auto import Auto
from gesturemap.project.project import Project
from gesturemap.teaching.play import Opened, learn

SPEC = Spec.of("x", "y")
FEATURES = (Derive(smoothing=0.03),)


def movement(gesture: int, seed: int, rate: float, rest: float = 0.0) -> tuple[Values, Values]:
    """Seconds (T,) and values (T, 2) of a curve that takes 1.2 s, from rest to rest."""
    time = np.arange(round((1.2 + 2 * rest) * rate)) / rate
    u = np.clip((time - rest) / 1.2, 0.0, 1.0)
    noise = np.random.default_rng([gesture, seed, round(rate)]).normal(scale=0.002, size=(len(time), 2))
    return time, np.c_[np.sin(2 * np.pi * u * (1 + gesture)), np.cos(np.pi * u * (2 - gesture))] + noise


def take(gesture: int, seed: int) -> Demonstration:
    return Demonstration(f"{gesture}-{seed}", f"g{gesture}", SPEC, *movement(gesture, seed, 100.0))


SHOWN = [take(gesture, seed) for gesture in range(2) for seed in range(3)]


@pytest.fixture(scope="module")
def model() -> Any:
    it = Opened(None, Auto(), FEATURES)  # type: ignore[arg-type]
    return learn(it, SHOWN)[0]


class Log:
    """Counts the frames that were answered."""

    answered = 0

    def frame(self, _: Frame, __: Frame | None, estimate: Estimate | None, ___: Controls | None) -> None:
        self.answered += estimate is not None


def played(model: Any, gesture: int, rate: float, taught: float) -> tuple[list[Event], int]:
    load = Load(rate=taught)
    instrument = Instrument(SPEC, FEATURES, model, (Events(),), (), refuse, scope=False, load=load)
    instrument.log = log = Log()
    time, values = movement(gesture, 9, rate, rest=1.0)
    events = [event for t, row in zip(time, values, strict=True) for event in instrument.play(Frame(t, row))]
    instrument.close()
    return events, log.answered


def refuse(error: Exception) -> None:
    raise error


@pytest.mark.parametrize("rate", [100.0, 200.0, 500.0, 1000.0, 2000.0])
def test_what_was_shown_at_100_hz_is_heard_at_any_higher_rate(model: Any, rate: float) -> None:
    for gesture in range(2):
        events, answered = played(model, gesture, rate, taught=rate_of(SHOWN))
        assert [event.label for event in events if event.kind == "began"] == [f"g{gesture}"]
        assert answered == pytest.approx(320, abs=0.12 * rate)


def test_without_it_nothing_would_be_heard(model: Any) -> None:
    assert not played(model, 0, 1000.0, taught=0.0)[0]


def test_frames_that_come_a_little_faster_pass_as_they_are() -> None:
    thin = ThinRun(SPEC, 100.0)
    for n in range(400):
        frame = Frame(n / 140.0, np.array([n, 0.0]))
        assert thin.step(frame) is frame


def test_frames_are_averaged_angles_across_their_jump_and_what_is_no_number_left_out() -> None:
    thin = ThinRun(Spec.of("a deg", "b"), 100.0)
    made = []
    for n in range(1000):
        angle = (359.0 + 0.5 * (n % 5)) % 360.0
        values = np.array([angle, np.nan if n % 5 == 2 else 7.0])
        if (frame := thin.step(Frame(n / 500.0, values))) is not None and n > 100:
            made.append(frame)
    assert np.diff([frame.time for frame in made]) == pytest.approx(0.01)
    for frame in made:
        assert abs((frame.values[0] + 180.0) % 360.0 - 180.0) == pytest.approx(0.0, abs=1e-9)
        assert frame.values[1] == 7.0


@pytest.mark.parametrize("packet", [0.016, 0.05, 0.1])
@pytest.mark.parametrize("rate", [160.0, 200.0, 333.0, 1000.0])
def test_frames_that_come_in_packets_are_thinned_to_as_many_as_are_wanted(rate: float, packet: float) -> None:
    thin = ThinRun(SPEC, 100.0)
    times = np.ceil(np.arange(round(10 * rate)) / rate / packet - 1e-9) * packet
    out = [frame for time in times if (frame := thin.step(Frame(time, np.zeros(2)))) is not None]
    late = [frame for frame in out if frame.time > 1.0]
    assert len(late) / 9.0 == pytest.approx(100.0, rel=0.05)


def test_what_is_sent_in_packets_is_not_thinned_below_the_bound() -> None:
    thin = ThinRun(SPEC, 100.0)
    times = np.ceil(np.arange(1400) / 140.0 / 0.05 - 1e-9) * 0.05
    out = [frame for time in times if (frame := thin.step(Frame(time, np.zeros(2)))) is not None]
    assert sum(frame.time > 1.0 for frame in out) == sum(times > 1.0)


def test_after_a_pause_nothing_of_before_is_in_it_and_the_rate_is_known_at_once() -> None:
    thin = ThinRun(SPEC, 100.0)
    for n in range(403):
        thin.step(Frame(n / 400.0, np.ones(2)))
    after = [thin.step(Frame(2.0 + n / 400.0, np.full(2, -5.0))) for n in range(200)]
    given = [frame for frame in after if frame is not None]
    assert all((frame.values == -5.0).all() for frame in given)
    assert len(given) == pytest.approx(50, abs=2)
    again = ThinRun(SPEC, 100.0)
    again.adopt(thin)
    later = sum(again.step(Frame(9.0 + n / 400.0, np.zeros(2))) is not None for n in range(200))
    assert later == pytest.approx(50, abs=2)


def test_values_as_large_as_there_are_have_a_mean() -> None:
    thin = ThinRun(SPEC, 100.0)
    for n in range(400):
        frame = thin.step(Frame(n / 400.0, np.full(2, 1.7e308)))
        assert frame is None or np.isfinite(frame.values).all()


def test_a_sensor_that_becomes_slow_again_passes_again() -> None:
    thin = ThinRun(SPEC, 100.0)
    for n in range(1000):
        thin.step(Frame(n / 1000.0, np.zeros(2)))
    came = [thin.step(Frame(1.0 + n / 100.0, np.zeros(2))) for n in range(100)]
    assert all(frame is not None for frame in came[3:])


@pytest.mark.parametrize("kind", ["linear", "knn", "tree", "per_output"])
def test_where_each_frame_has_an_answer_of_its_own_every_frame_is_played(kind: str) -> None:
    assert heard_at(kind) == 0.0
    assert heard_at("hhmm") == pytest.approx(100.0, rel=0.02)


def heard_at(kind: str) -> float:
    each = {"each": [{"name": "one"}]} if kind == "per_output" else {}
    learner = catalog.read("models", {"kind": kind, **each}, "model")
    return Project("one", Pointer(), learner, demonstrations=tuple(SHOWN)).heard_at[1]
