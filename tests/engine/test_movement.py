"""Movements are found by their energy, whatever the unit, the rate and the noise; stillness has none."""

from __future__ import annotations

import numpy as np
import pytest

from gesturemap.engine.movement import Movements
from gesturemap.engine.past import Past
from gesturemap.frames import Frame, Spec, Values
from gesturemap.teaching.movement import LEAST, MOST, PAUSE, ROOM, Span, movements

RNG = np.random.default_rng
GESTURES = ((3.0, 4.0), (6.0, 6.8), (9.0, 11.5), (14.0, 15.0))


def hand(rate: float, gestures: tuple[tuple[float, float], ...] = GESTURES, seconds: float = 18.0) -> Values:
    """(T, 2) a hand that makes smooth movements there and back, and rests between them."""
    time = np.arange(round(seconds * rate)) / rate
    place = np.zeros((len(time), 2))
    for start, end in gestures:
        u = np.clip((time - start) / (end - start), 0.0, 1.0)
        place[:, 0] += np.sin(2 * np.pi * u) * (u < 1.0)
        place[:, 1] += 0.5 * (1.0 - np.cos(2 * np.pi * u)) * (u < 1.0)
    return place


def streamed(values: Values, rate: float, spec: Spec, warm: int = 0) -> list[Span]:
    """What is found as it comes; the first `warm` frames came before recording began."""
    past, found, looks = Past(spec), [], None
    for i, row in enumerate(values):
        past.add(Frame(i / rate, row, i / rate))
        if i == warm:
            looks = Movements(past)
        if looks is not None and (span := looks.step(i / rate)) is not None:
            found.append(span)
    assert looks is not None
    last = looks.end((len(values) - 1) / rate)
    return [*found, *([last] if last else [])]


def overlap(span: Span, start: float, end: float) -> float:
    """Intersection over union, without the room that is left around."""
    a, b = span.start + ROOM, span.end - ROOM
    both = max(0.0, min(b, end) - max(a, start))
    return both / ((b - a) + (end - start) - both)


def right(found: list[Span], gestures: tuple[tuple[float, float], ...] = GESTURES) -> bool:
    return len(found) == len(gestures) and all(
        overlap(span, *gesture) > 0.6 for span, gesture in zip(found, gestures, strict=True)
    )


@pytest.mark.parametrize("rate", [8.0, 20.0, 60.0, 100.0, 1000.0])
@pytest.mark.parametrize("noise", [0.0, 1e-6, 0.003, 0.02])
@pytest.mark.parametrize("whole", [False, True])
def test_each_movement_is_found_at_any_rate_and_noise(rate: float, noise: float, whole: bool) -> None:
    values = hand(rate)
    values += noise * RNG(1).normal(size=values.shape)
    spec = Spec.of("x m", "y m")
    if whole:
        found = movements(spec, np.arange(len(values)) / rate, values)
    else:
        found = streamed(values, rate, spec, warm=round(rate))
    assert right(found), found


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e6])
@pytest.mark.parametrize("offset", [0.0, -3.0, 1e3])
def test_units_and_offsets_change_nothing(scale: float, offset: float) -> None:
    values = hand(100.0) + 0.003 * RNG(2).normal(size=(1800, 2))
    spec = Spec.of("x", "y")
    plain = movements(spec, np.arange(1800) / 100, values)
    scaled = movements(spec, np.arange(1800) / 100, (values + offset) * scale)
    assert right(plain)
    assert np.allclose(plain, scaled, atol=0.021)


def test_channels_of_other_units_and_dead_or_noisy_ones_do_not_matter() -> None:
    values = hand(100.0) + 0.003 * RNG(3).normal(size=(1800, 2))
    more = np.c_[values[:, 0] * 1e4, np.full(1800, 7.0), 1e3 * RNG(4).normal(size=1800), values[:, 1] * 1e-5]
    assert right(streamed(more, 100.0, Spec.of("a", "b", "c", "d"), warm=100))


def test_an_angle_that_goes_around_is_no_movement() -> None:
    still = 0.5 * RNG(5).normal(size=(1800, 1))
    turning = 40.0 * hand(100.0)[:, :1] + 0.5 * RNG(6).normal(size=(1800, 1))
    assert len(streamed(np.mod(still, 360.0), 100.0, Spec.of("heading deg"), warm=200)) == 0
    assert right(streamed(np.mod(turning, 360.0), 100.0, Spec.of("heading deg"), warm=200))


@pytest.mark.parametrize("noise", [0.0, 1e-6, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_stillness_has_no_movement(noise: float, seed: int) -> None:
    values = 5.0 + noise * RNG(seed).normal(size=(6000, 3))
    spec = Spec.of("x", "y", "z")
    assert streamed(values, 100.0, spec, warm=100) == []
    assert movements(spec, np.arange(6000) / 100, values) == []


@pytest.mark.parametrize("rate", [5.0, 8.0, 20.0, 60.0, 100.0, 400.0])
@pytest.mark.parametrize("fineness", [0.0, 0.1, 0.25, 0.5, 3.0])
@pytest.mark.parametrize("warm", [0.0, 1.0, 5.0])
@pytest.mark.long
def test_a_sensor_that_lies_still_moves_not_whatever_its_noise(
    rate: float, fineness: float, warm: float
) -> None:
    """Also before it is known what is noise, and where only the last bit flickers: `fineness`, noise in steps of it."""
    spec, frames = Spec.of("x", "y", "z"), round(12 * rate)
    for seed in range(4):
        values = RNG(seed).normal(size=(frames, 3))
        values = 5.0 + (np.round(0.3 + fineness * values) if fineness else values) * 10.0 ** (3 * seed - 6)
        assert streamed(values, rate, spec, warm=round(warm * rate)) == []
        assert movements(spec, np.arange(frames) / rate, values) == []


@pytest.mark.parametrize("rate", [20.0, 100.0])
@pytest.mark.parametrize("ago", [0.02, 0.1, 0.2, 0.29])
def test_what_goes_on_when_recording_ends_is_kept_to_the_end_and_a_shock_is_nothing(
    rate: float, ago: float
) -> None:
    spec = Spec.of("x", "y")
    values = 0.003 * RNG(1).normal(size=(round(8.0 * rate), 2))
    moving = values + hand(rate, ((7.5, 8.5),), 8.0)
    (found,) = streamed(moving, rate, spec, warm=round(rate))
    assert 7.2 < found.start < 7.6
    assert found.end == (len(values) - 1) / rate
    values[-1 - round(ago * rate)] += 5.0
    assert streamed(values, rate, spec, warm=round(rate)) == []


def test_a_shock_is_too_short_and_a_movement_without_end_is_cut() -> None:
    spec = Spec.of("x", "y")
    values = 0.01 * RNG(1).normal(size=(2000, 2))
    values[1000] += 5.0
    assert streamed(values, 100.0, spec, warm=200) == []
    circling = np.c_[[np.cos(np.arange(8000) / 20), np.sin(np.arange(8000) / 20)]].T
    circling[:330] = circling[330]
    found = streamed(circling, 100.0, spec)
    assert all(LEAST < span.end - span.start <= MOST + 4 * ROOM for span in found)
    assert sum(span.end - span.start for span in found) > 15.0  # by then it is what is usual


def test_a_short_rest_does_not_cut_and_a_long_one_does() -> None:
    spec = Spec.of("x", "y")
    for rest, wanted in ((PAUSE / 4, 1), (3 * PAUSE, 2)):
        gestures = ((3.0, 4.0), (4.0 + rest, 5.0 + rest))
        values = hand(100.0, gestures, 9.0) + 0.003 * RNG(1).normal(size=(900, 2))
        assert len(streamed(values, 100.0, spec, warm=200)) == wanted


@pytest.mark.parametrize("frames", [0, 1, 2, 5])
def test_what_is_next_to_nothing_has_none(frames: int) -> None:
    assert movements(Spec.of("x"), np.arange(frames) / 100, np.zeros((frames, 1))) == []
