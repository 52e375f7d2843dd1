"""Demonstrations laid over one another: the cheapest way by brute force, what a warped curve comes back to."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from gesturemap.teaching.aligned import POINTS, align, laid_over, resampled, scales, steps, warp


def brute(one: np.ndarray, other: np.ndarray) -> float:
    """Every way, the cheapest of them."""

    @cache
    def to(row: int, column: int) -> float:
        cost = float(((one[row] - other[column]) ** 2).sum())
        if not row and not column:
            return cost
        before = [(row - 1, column - 1), (row - 1, column), (row, column - 1)]
        return cost + min(to(*place) for place in before if min(place) >= 0)

    return to(len(one) - 1, len(other) - 1)


@pytest.mark.parametrize("seed", range(12))
def test_the_cheapest_way_is_that_of_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    one, other = rng.normal(size=(rng.integers(2, 14), 3)), rng.normal(size=(rng.integers(2, 14), 3))
    cost, way = warp(one, other, band=1.0)
    assert cost == pytest.approx(brute(one, other))
    assert way[0] == (0, 0) and way[-1] == (len(one) - 1, len(other) - 1)
    assert all((b - a, d - c) in ((1, 1), (1, 0), (0, 1)) for (a, c), (b, d) in pairwise(way))
    assert sum(((one[a] - other[b]) ** 2).sum() for a, b in way) == pytest.approx(cost)


def test_a_band_never_makes_it_cheaper_and_a_curve_costs_nothing_beside_itself() -> None:
    rng = np.random.default_rng(3)
    one, other = rng.normal(size=(40, 2)), rng.normal(size=(40, 2))
    assert warp(one, other, band=0.1)[0] >= warp(one, other, band=1.0)[0]
    cost, way = warp(one, one)
    assert cost == pytest.approx(0.0, abs=1e-9) and way == [(i, i) for i in range(40)]


def curve(phase: np.ndarray) -> np.ndarray:
    return np.stack([np.sin(2 * np.pi * phase), 40 * np.cos(2 * np.pi * phase)], axis=1)


def test_slow_and_quick_ones_lie_over_one_another_again() -> None:
    even = np.linspace(0, 1, POINTS)
    bends = (1.0, 0.75, 1.3)
    curves = [curve(even**bend) for bend in bends]
    found = align(curves, [1.0, 1.2, 0.8])
    assert found.curves.shape == (3, POINTS, 2) and found.mean.shape == found.spread.shape == (POINTS, 2)
    before = np.array(curves).std(axis=0) / scales(curves)
    after = found.spread / scales(curves)
    assert after.mean() < 0.35 * before.mean()
    assert found.lengths.tolist() == [1.0, 1.2, 0.8]
    # each phase says where in its own demonstration it was
    for phases, values, given in zip(found.phases, found.curves, curves, strict=True):
        assert (np.diff(phases) >= -1e-12).all() and phases[0] < 0.1 and phases[-1] > 0.9
        there = np.stack([np.interp(phases, even, given[:, c]) for c in range(2)], axis=1)
        assert np.abs((there - values) / scales(curves)).max() < 0.25


def test_one_alone_is_its_own_mean() -> None:
    only = curve(np.linspace(0, 1, POINTS))
    found = align([only])
    assert np.array_equal(found.mean, only) and not found.spread.any()
    assert np.allclose(found.at(0.0), only[0]) and np.allclose(found.at(1.0), only[-1])
    assert np.allclose(found.at(0.5), (only[23] + only[24]) / 2)


def test_phase_is_even_whatever_the_rate_and_gaps_are_bridged() -> None:
    time = np.array([0.0, 0.1, 0.2, 1.0, 2.0])
    values = np.stack([time, np.full(5, np.nan)], axis=1)
    values[2, 0] = np.nan
    made = resampled(time, values, 5)
    assert np.allclose(made[:, 0], [0.0, 0.5, 1.0, 1.5, 2.0]) and not made[:, 1].any()
    assert resampled(np.array([3.0]), np.array([[7.0]]), 4).tolist() == [[7.0]] * 4


def test_a_channel_that_stays_still_is_no_matter() -> None:
    even = np.linspace(0, 1, POINTS)
    still = [np.concatenate([curve(even**b), np.full((POINTS, 1), 9.81)], axis=1) for b in (1.0, 1.3)]
    bare = [each[:, :2] for each in still]
    assert np.allclose(align(still).mean[:, :2], align(bare).mean)


def test_it_comes_in_steps_of_one_demonstration() -> None:
    curves = [curve(np.linspace(0, 1, POINTS) ** bend) for bend in (1.0, 0.8, 1.2)]
    found = list(steps(curves))
    assert found[:-1] == [None] * 6 and found[-1] is not None
    laid, _ = laid_over(curves[0], scales(curves), curves[0])
    assert np.allclose(laid, curves[0])
