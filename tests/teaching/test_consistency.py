"""How alike a gesture is each time."""

from __future__ import annotations

import numpy as np
import pytest

from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Channel, Spec
from gesturemap.teaching import consistency
from gesturemap.teaching.aligned import resampled
from gesturemap.teaching.consistency import standard

BODY = Spec((Channel("acc_x", "g"), Channel("acc_y", "g"), Channel("acc_z", "g")), rate=50.0)
PAD = Spec((Channel("x", ""), Channel("y", "")), rate=50.0)


def done(label: str, sloppy: float, seed: int, spec: Spec = BODY, seconds: float = 1.2) -> Demonstration:
    rng = np.random.default_rng([seed, *label.encode()])
    frames = round(50 * seconds)
    u = np.linspace(0.0, 1.0, frames)
    turns = {"circle": 1.0, "shake": 3.0, "knock": 2.0}[label]
    rows = [np.sin(2 * np.pi * turns * u + c) * (1 + (label == "knock")) for c in range(spec.width)]
    drift = [rng.normal() * np.sin(np.pi * u) + rng.normal() * np.sin(2 * np.pi * u) for _ in rows]
    values = np.stack(rows, axis=1) + sloppy * np.stack(drift, axis=1)
    return Demonstration(f"{label}-{seed}", label, spec, np.arange(frames) / 50.0, values)


def vocabulary(sloppy: float, spec: Spec = BODY) -> list[Demonstration]:
    return [done(label, sloppy, seed, spec) for label in ("circle", "shake", "knock") for seed in range(4)]


def curve(one: Demonstration):
    return resampled(one.time, one.values)


def test_the_same_each_time_is_1_and_it_falls_with_every_step_of_sloppiness() -> None:
    usual = [standard("circle", vocabulary(sloppy)).usual for sloppy in (0.0, 0.1, 0.2, 0.4, 0.8)]
    assert usual[0] == pytest.approx(1.0)
    assert usual == sorted(usual, reverse=True) and usual[-1] < 0.5


def test_an_execution_is_scored_by_how_near_it_comes_whatever_its_tempo() -> None:
    found = standard("circle", vocabulary(0.1))
    scores = [found.compared(curve(done("circle", sloppy, 99)))[0] for sloppy in (0.0, 0.2, 0.5, 1.0)]
    assert scores == sorted(scores, reverse=True) and scores[0] > 0.8
    assert found.compared(curve(done("circle", 0.0, 99, seconds=2.4)))[0] == pytest.approx(
        scores[0], abs=0.05
    )
    assert found.compared(curve(done("shake", 0.1, 99)))[0] < 0.2


def test_practice_raises_the_score() -> None:
    """Somebody who comes nearer by a tenth each time, as one who practises does."""
    found, rng = standard("circle", vocabulary(0.1)), np.random.default_rng(0)
    scores = [
        found.compared(curve(done("circle", 1.0 * 0.9**n, int(rng.integers(1e6)))))[0] for n in range(30)
    ]
    assert np.mean(scores[-10:]) > np.mean(scores[:10]) + 0.2


def test_the_channel_that_differs_most_is_named() -> None:
    found = standard("circle", vocabulary(0.05))
    for c, name in enumerate(BODY.names):
        one = curve(done("circle", 0.0, 99))
        one[:, c] *= 0.2
        assert found.compared(one)[1] == name


def test_on_a_pad_it_does_not_matter_where_it_is_drawn_and_on_a_body_it_does() -> None:
    for spec, same in ((PAD, True), (BODY, False)):
        found = standard("circle", vocabulary(0.05, spec))
        there = curve(done("circle", 0.05, 99, spec))
        scores = found.compared(there)[0], found.compared(there + 0.5)[0]
        assert (scores[0] == pytest.approx(scores[1])) is same


def test_one_demonstration_or_one_gesture_alone_is_enough_to_practise() -> None:
    alone = standard("circle", [done("circle", 0.1, 0)])
    assert np.isnan(alone.usual)
    assert (
        alone.compared(curve(done("circle", 0.1, 1)))[0]
        > 0.7
        > alone.compared(curve(done("shake", 0.1, 1)))[0]
    )
    assert standard("lift", vocabulary(0.1)) is None


def test_it_comes_in_small_steps() -> None:
    shown = [(curve(one), one.seconds) for one in vocabulary(0.1)[:4]]
    others = {"shake": curve(done("shake", 0.1, 0))}
    every = list(consistency.steps("circle", BODY, shown, others))
    assert len(every) == 6 + 4 + 1 and every[:-1] == [None] * 10
    assert every[-1].usual == standard("circle", [*vocabulary(0.1)[:4], done("shake", 0.1, 0)]).usual
