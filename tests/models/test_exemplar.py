"""Chains of exemplars: the forward recursion against enumeration, and movements that nobody announces."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from gesturemap.demonstrations import Demonstration, TrainingSet
from gesturemap.frames import Frame, Spec, Values
from gesturemap.models import exemplar_bank, front
from gesturemap.models.exemplar import Exemplar

SPEC = Spec.of("acc_x g", "acc_y g", rate=50.0)


def take(gesture: int, seed: int, frames: int = 50) -> Values:
    rng = np.random.default_rng([gesture, seed])
    share = np.linspace(0.0, 1.0, frames)[:, None] ** rng.uniform(0.9, 1.1)
    curve = np.sin(2.0 * np.pi * share * (1.0 + 0.5 * gesture) + np.array([[0.0, 1.0 + gesture]])) * np.sin(
        np.pi * share
    )
    return np.asarray(curve + rng.normal(scale=0.03, size=(frames, 2)))


def vocabulary(demonstrations: int, gestures: int = 4) -> TrainingSet:
    made = [
        Demonstration(f"{g}-{s}", f"g{g}", SPEC, np.arange(50) / 50.0, take(g, s))
        for g in range(gestures)
        for s in range(demonstrations)
    ]
    return TrainingSet(tuple(made))


def enumerated(seen: Values, chain: Values, steps: Values, onward: int, start: Values) -> float:
    """Log-likelihood of seen (T, F) under one chain, by adding up every path; what steps over the end goes `onward`."""
    last, freedom, features = len(chain) - 1, exemplar_bank.FREEDOM, seen.shape[1]
    apart = ((seen[:, None] - chain[None]) ** 2).sum(2)
    density = (1.0 + apart / freedom) ** (-0.5 * (freedom + features))
    total = 0.0
    for first, *moves in itertools.product(range(len(start)), *[range(4)] * (len(seen) - 1)):
        if first > last:
            continue
        place, p = first, start[first] * density[0, first]
        for t, move in enumerate(moves, 1):
            place = place + move if place + move <= last else onward
            p *= steps[move] * density[t, place]
        total += p
    return float(np.log(total))


@pytest.mark.parametrize("delta", [True, False])
@pytest.mark.parametrize("rounds", [(), (1,)])
def test_the_forward_recursion_is_the_sum_over_all_paths(delta: bool, rounds: tuple[int, ...]) -> None:
    rng = np.random.default_rng(3)
    takes = [rng.normal(size=(length, 2)) for length in (3, 5, 6)]
    bank = exemplar_bank.fit(takes, [0, 1, 1], False, delta, 1.0, rounds)
    assert bank.rounds.tolist() == [False, False, bool(rounds)], "a chain of five is too short for a round"
    hops = rng.normal(size=(5, 2))
    seen, chains = bank.view.of(hops), np.split(bank.seen, np.cumsum(bank.lengths)[:-1])
    totals = exemplar_bank.trace(bank, hops)
    for t in (1, 3, 5):
        for n, chain in enumerate(chains):
            turns = bool(bank.rounds[n])
            start = np.full(len(chain), 1.0 / len(chain)) if turns else np.array(exemplar_bank.BEGINNING)
            onward = int(bank.onward[n])
            every = [
                enumerated(seen[:t], chain, np.array(steps), onward, start) for steps in exemplar_bank.TEMPI
            ]
            assert totals[t - 1, n] == pytest.approx(max(every), abs=1e-4)


def test_stepping_is_tracing() -> None:
    takes = [take(0, 0), take(1, 0), take(2, 0)[:37]]
    bank = exemplar_bank.fit(takes, [0, 1, 2], False, True, 0.6)
    hops = take(1, 5)
    run, whole = exemplar_bank.Run(bank, 3), exemplar_bank.trace(bank, hops)
    for t in range(len(hops)):
        run.step(hops, t, t)
        assert np.array_equal(run.totals.max(0), whole[t])


def test_far_frames_neither_underflow_nor_stop_it() -> None:
    bank = exemplar_bank.fit([take(0, 0), take(1, 0)], [0, 1], False, True, 0.6)
    hops = take(1, 4)
    hops[10:14] = 1e12
    totals = exemplar_bank.trace(bank, hops)
    assert np.isfinite(totals).all()
    assert totals[-1].argmax() == 1


def test_progress_rises_from_0_to_1() -> None:
    model = Exemplar().fit(vocabulary(2))
    follower = model.start()
    made = [follower.step(Frame(t / 50.0, row)).progress[2] for t, row in enumerate(take(2, 7))]
    assert made[0] < 0.1
    assert made[-1] > 0.95
    assert np.median(np.abs(np.array(made) - np.linspace(0.0, 1.0, 50))) < 0.06


def played(model: Any, parts: list[Values]) -> list[str]:
    """The likeliest gesture at the end of each part, without a new follower."""
    follower, said = model.start(), []
    for part in parts:
        for row in part:
            estimate = follower.step(Frame(0.0, row))
        said.append(model.labels[int(estimate.posterior.argmax())])
    return said


def test_movements_behind_one_another_need_no_new_start() -> None:
    model = Exemplar().fit(vocabulary(2))
    order = np.random.default_rng(0).integers(0, 4, 40).tolist()
    said = played(model, [take(g, 20 + i) for i, g in enumerate(order)])
    assert np.mean([a == f"g{b}" for a, b in zip(said, order, strict=True)]) >= 0.95


def test_movements_after_a_long_rest_are_known() -> None:
    model = Exemplar().fit(vocabulary(2))
    rng = np.random.default_rng(1)
    order = rng.integers(0, 4, 24).tolist()
    rest = rng.normal(scale=0.01, size=(130, 2))
    said = played(model, [part for i, g in enumerate(order) for part in (rest, take(g, 40 + i))])[1::2]
    assert np.mean([a == f"g{b}" for a, b in zip(said, order, strict=True)]) >= 0.95


def test_what_is_no_gesture_does_not_fit() -> None:
    model = Exemplar().fit(vocabulary(4))
    follower = model.start()
    for row in np.random.default_rng(2).normal(scale=3.0, size=(80, 2)):
        estimate = follower.step(Frame(0.0, row))
    assert (estimate.fit < 0.5).all()
    assert estimate.winner == -1


def test_a_hop_holds_and_its_mean_is_seen() -> None:
    slow = [np.repeat(take(g, 0), 3, axis=0) for g in range(2)]
    demonstrations = [
        Demonstration(str(g), f"g{g}", SPEC, np.arange(150) / 150.0, values) for g, values in enumerate(slow)
    ]
    model = Exemplar().fit(TrainingSet(tuple(demonstrations)))
    assert model.hop == 3
    assert np.allclose(front.hops(slow[0], 3), take(0, 0))
    follower = model.start()
    likelihoods = [follower.step(Frame(0.0, row)).log_likelihoods for row in slow[0][:9]]
    assert np.array_equal(likelihoods[2], likelihoods[3])
    assert not np.array_equal(likelihoods[4], likelihoods[5])
