"""What is a stroke, and what has a course: the same at every rate."""

from __future__ import annotations

import numpy as np
import pytest

from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Spec, Values
from gesturemap.models.bursts import BALLISTIC, burst, strokes

RATES = (20.0, 50.0, 200.0)


def tap(length: float, at: float, rate: float, seed: int = 0) -> Values:
    """(T, 3) a swing of 0.3 s there and back, about `at` seconds, on a hand that is nearly still."""
    t = np.arange(round(length * rate)) / rate
    swing = np.where(np.abs(t - at) < 0.15, np.sin(2 * np.pi * (t - at) / 0.3), 0.0)
    return np.outer(swing, [2.0, -1.0, 0.5]) + np.random.default_rng(seed).normal(0.0, 0.02, (len(t), 3))


def drawn(length: float, rate: float, seed: int = 0) -> Values:
    """(T, 3) a circle that takes the whole time."""
    turn = 2 * np.pi * np.linspace(0.0, 1.0, round(length * rate))
    circle = np.stack([np.sin(turn), np.cos(turn), 0.0 * turn], axis=1)
    return np.asarray(circle + np.random.default_rng(seed).normal(0.0, 0.02, circle.shape))


def taken(takes: list[Values], rate: float, label: str = "a") -> list[Demonstration]:
    spec = Spec.of("x", "y", "z", rate=rate)
    return [
        Demonstration(f"{label}{i}", label, spec, np.arange(len(v)) / rate, v) for i, v in enumerate(takes)
    ]


@pytest.mark.parametrize("rate", RATES)
def test_a_burst_is_found_where_it_is(rate: float) -> None:
    seconds, share, centre = burst(tap(2.0, 1.2, rate), 1.0 / rate)
    assert seconds <= BALLISTIC
    assert share == pytest.approx(seconds / 2.0, rel=0.1)
    assert centre == pytest.approx(0.6, abs=0.04)


@pytest.mark.parametrize("rate", RATES)
def test_taps_are_strokes_and_circles_are_not(rate: float) -> None:
    middle = taken([tap(2.0, 1.0 + 0.05 * i, rate, i) for i in range(4)], rate)
    circles = taken([drawn(2.0, rate, i) for i in range(4)], rate, "b")
    assert strokes(middle, 1.0 / rate)
    assert not strokes(circles, 1.0 / rate)
    assert not strokes(middle + circles, 1.0 / rate)  # one that has a course is to be followed
    assert not strokes(taken([drawn(0.6, rate)], rate), 1.0 / rate)


@pytest.mark.parametrize("rate", RATES)
def test_a_tap_that_is_not_in_the_middle_cannot_be_learned_as_a_stroke(rate: float) -> None:
    assert not strokes(taken([tap(2.0, 0.4, rate, i) for i in range(4)], rate), 1.0 / rate)
    anywhere = taken([tap(2.0, at, rate) for at in (0.3, 0.6, 1.0, 1.4, 1.7)], rate)
    assert not strokes(anywhere, 1.0 / rate)


def test_what_is_held_is_no_stroke() -> None:
    still = np.tile([0.0, 0.0, 1.0], (100, 1))
    noise = np.random.default_rng(1).normal(size=(100, 3))
    for values in (still, noise, still[:30], noise[:30]):
        assert not strokes(taken([values], 50.0), 1.0 / 50.0)
    assert strokes(taken([still[:3]], 20.0), 1.0 / 20.0)  # a few frames have no course at all
