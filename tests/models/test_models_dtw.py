"""Streaming time warping: against all paths, beginning anywhere, with several templates."""

from __future__ import annotations

import numpy as np
import pytest
from follow_takes import Curve, curve, demonstration, played, vocabulary, warped

from gesturemap.demonstrations import TrainingSet
from gesturemap.frames import NONE, Values
from gesturemap.models import dtw_kernel
from gesturemap.models.dtw import Dtw


@pytest.fixture(scope="module")
def curves() -> list[Curve]:
    rng = np.random.default_rng(3)
    return [curve(rng, 2) for _ in range(3)]


def cheapest(seen: Values, template: Values, warp: float, cap: float) -> tuple[float, int]:
    """Cost and end of the cheapest path, by trying every one."""
    here = np.minimum(0.5 * ((seen[:, None] - template) ** 2).sum(2), cap)
    best = (np.inf, -1)

    def go(t: int, j: int, paid: float) -> None:
        nonlocal best
        paid += here[t, j]
        if t == len(seen) - 1:
            best = min(best, (paid, j))
            return
        for step in range(3):
            if j + step < len(template):
                go(t + 1, j + step, paid + warp * (step != 1))

    for j in range(min(dtw_kernel.ENTERS, len(template))):
        go(0, j, 0.0)
    return best


def test_it_is_the_best_of_all_paths_through_all_templates() -> None:
    rng = np.random.default_rng(1)
    takes = [rng.normal(size=(n, 2)) for n in (5, 7, 6, 8)]
    training = TrainingSet(
        tuple(
            demonstration(str(i), label, take)
            for i, (label, take) in enumerate(zip("aabb", takes, strict=True))
        )
    )
    model = Dtw(entry_penalty=1000.0).fit(training)
    seen = rng.normal(size=(6, 2))
    inverse = model.scaling.inverse
    estimates = played(model, seen)
    for frames in range(1, 7):
        paths = [cheapest(seen[:frames] * inverse, take * inverse, 0.5 * 2, 4.0 * 2) for take in takes]
        costs = np.array([min(paths[0], paths[1]), min(paths[2], paths[3])])[:, 0]
        wanted = np.exp(-(costs - costs.min()))
        assert estimates[frames - 1].posterior == pytest.approx(wanted / wanted.sum(), rel=1e-9)
        for k, length in ((0, (5, 7)), (1, (6, 8))):
            n = 2 * k + int(paths[2 * k + 1] < paths[2 * k])
            assert estimates[frames - 1].progress[k] == pytest.approx(paths[n][1] / (length[n % 2] - 1))


def test_the_plain_cost_is_the_best_of_all_paths() -> None:
    rng = np.random.default_rng(2)
    seen, template = rng.normal(size=(6, 2)), rng.normal(size=(7, 2))
    wanted, _ = cheapest(seen, template, 0.3, 2.0)
    assert dtw_kernel.path_cost(seen, template, 0.3, 2.0) == pytest.approx(wanted / 6)


def test_a_gesture_is_found_wherever_it_begins(curves: list[Curve]) -> None:
    rng = np.random.default_rng(5)
    model = Dtw().fit(vocabulary(curves, each=2))
    for k, one in enumerate(curves):
        at = warped(rng, 70)
        other = 3.0 + np.cumsum(rng.normal(0.0, 0.3, (90, 2)), axis=0)
        estimates = played(model, np.concatenate([other, one(at), curves[(k + 1) % 3](at)]))
        assert np.mean([e.winner == NONE for e in estimates[20:90]]) > 0.8
        assert estimates[155].winner == k
        assert estimates[155].progress[k] > 0.8
        assert estimates[-1].winner == (k + 1) % 3


def test_progress_comes_from_the_path(curves: list[Curve]) -> None:
    rng = np.random.default_rng(6)
    model = Dtw().fit(vocabulary(curves))
    errors = []
    for k, one in enumerate(curves):
        for frames in (70, 80, 100):
            at = warped(rng, frames)
            errors += [abs(e.progress[k] - u) for e, u in zip(played(model, one(at)), at, strict=True)]
    assert np.median(errors) < 0.05


def test_the_nearest_of_several_templates_decides() -> None:
    at = np.linspace(0.0, 1.0, 40)
    up, down, wave = (np.column_stack([v, v**2]) for v in (at, -at, np.sin(6.0 * at)))
    takes = (
        demonstration("a", "line", up),
        demonstration("b", "wave", wave),
        demonstration("c", "line", down),
    )
    model = Dtw().fit(TrainingSet(takes))
    assert model.labels == ("line", "wave")
    for values, winner in ((up, 0), (down, 0), (wave, 1)):
        assert played(model, values)[-1].posterior.argmax() == winner
