"""Running convolutions against whole-array ones, and the ridge against scikit-learn."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from gesturemap.models import rocket_head

RNG = np.random.default_rng(0)
TAKES = [np.cumsum(RNG.normal(size=(40 + 3 * i, 2)), axis=0) for i in range(6)]


def silent(part: float) -> None:
    """Nobody is told."""


@pytest.fixture(scope="module")
def head() -> rocket_head.Head:
    return rocket_head.fit(TAKES, [0, 1, 2, 0, 1, 2], False, 0, silent, copies=24)


def test_running_proportions_are_those_of_the_whole(head: rocket_head.Head) -> None:
    hops = np.cumsum(np.random.default_rng(1).normal(size=(45, 2)), axis=0)
    seen = head.view.of(hops).astype(np.float32).astype(float)
    run = rocket_head.Run(head)
    for t in range(len(hops)):
        run.step(hops, t, t)
    for m, dilation in enumerate(head.dilations.tolist()):
        padded = np.concatenate([np.zeros((8 * dilation, seen.shape[1])), seen])
        taps = head.taps[m].astype(float)
        answers = sum(
            padded[8 * dilation - i * dilation : len(padded) - i * dilation] @ taps[i] for i in range(9)
        )
        over = answers[:, None, :] - head.thresholds[m].astype(float)[None]
        close = np.abs(over).min(0) < 1e-4
        assert np.array_equal(run.sums[0, m][~close], (over > 0.0).sum(0)[~close])
        assert np.allclose(run.sums[1, m], np.maximum(over, 0.0).sum(0), rtol=1e-4, atol=1e-3)


def test_a_new_movement_forgets_the_last(head: rocket_head.Head) -> None:
    one, other = rocket_head.Run(head), rocket_head.Run(head)
    for t in range(30):
        one.step(TAKES[3], t, t)
    for t in range(20):
        one.step(TAKES[1], t, t)
        other.step(TAKES[1], t, t)
        assert np.array_equal(one.scores(t, t / 40), other.scores(t, t / 40))


def test_the_dual_ridge_is_the_ridge() -> None:
    rng = np.random.default_rng(2)
    values = rng.normal(size=(30, 80)).astype(np.float32)
    targets = np.where(np.arange(30)[:, None] % 3 == np.arange(3), 1.0, -1.0)
    weights, offsets = rocket_head.ridge(values, targets)
    mean = values.mean(0)
    scaled = (values - mean) / (values.std(0) + 1e-3 + 0.02 * np.abs(mean))
    theirs = Ridge(alpha=rocket_head.RIDGE * 80, solver="cholesky").fit(scaled.astype(float), targets)
    assert np.allclose(values @ weights.T + offsets, theirs.predict(scaled.astype(float)), atol=2e-3)


def test_stages_meet_without_a_jump(head: rocket_head.Head) -> None:
    sums = np.abs(np.random.default_rng(3).normal(size=(2, *head.thresholds.shape))).astype(np.float32)
    below, above = (head.scores(sums, 20, rocket_head.STAGES[3] + step) for step in (-1e-7, 1e-7))
    assert np.allclose(below, above, atol=1e-4)


def test_copies_of_what_goes_round_begin_anywhere() -> None:
    take, rng = np.arange(10.0)[:, None], np.random.default_rng(4)
    turned = [rocket_head.round_of(take, 6, rng)[:, 0] for _ in range(50)]
    assert {row[0] for row in turned} == set(range(10))
    for row in turned:
        assert len(row) == 10
        assert all(b == (a + 1 if a < 9 else 6) for a, b in itertools.pairwise(row))
    assert rocket_head.round_of(take, 9, rng) is take
