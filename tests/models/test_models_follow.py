"""The gesture follower: against all paths of a tiny one, under warped time, after a wrong start."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from follow_takes import Curve, curve, demonstration, played, vocabulary, warped

from gesturemap.demonstrations import TrainingSet
from gesturemap.frames import NONE, Channel
from gesturemap.models import follow_kernel as kernel
from gesturemap.models.follow import Follow


@pytest.fixture(scope="module")
def curves() -> list[Curve]:
    rng = np.random.default_rng(3)
    return [curve(rng, 3) for _ in range(3)]


@pytest.mark.long
def test_likelihoods_are_sums_over_all_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "KEEP", 0.0)
    rng = np.random.default_rng(0)
    take, seen = rng.normal(size=(5, 2)), rng.normal(size=(6, 2))
    learner = Follow(recovery=0.03, tolerance=0.7, precision=1.0)
    model = learner.fit(TrainingSet((demonstration("a", "a", take),)))
    count, leak = 5, 0.03
    moves = np.zeros((count, count))
    for i, (step, p) in itertools.product(range(count), enumerate(kernel.STEPS)):
        moves[i, min(i + step, count - 1)] += p
    moves[-1] *= 1.0 - kernel.AGAIN
    begins = np.array([8.0, 4.0, 2.0, 1.0, 0.0]) / 15.0
    moves = (1.0 - leak) * moves + 0.5 * leak / count + 0.5 * leak * begins
    moves[-1] += kernel.AGAIN * begins
    first = (1.0 - leak) * begins + leak / count
    scale = 0.7 * model.scaling.scale
    apart = (((seen[:, None] - take) / scale) ** 2).sum(2)
    densities = np.exp(-0.5 * apart) + np.exp(-9.0 - 2.0 * 2)
    total = []
    for frames in range(1, len(seen) + 1):
        every = 0.0
        for path in itertools.product(range(count), repeat=frames):
            p = first[path[0]] * densities[0, path[0]]
            for t in range(1, frames):
                p *= moves[path[t - 1], path[t]] * densities[t, path[t]]
            every += p
        total.append(np.log(every))
    each = np.diff([0.0, *total])
    window = round(0.5 * count)
    wanted = [each[max(0, t - window + 1) : t + 1].mean() for t in range(len(each))]
    assert [e.log_likelihoods[0] for e in played(model, seen)] == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("speed", [0.5, 0.75, 1.0, 1.5, 2.0])
def test_progress_and_speed_are_followed_at_any_tempo(curves: list[Curve], speed: float) -> None:
    rng = np.random.default_rng(4)
    model = Follow().fit(vocabulary(curves))
    errors, speeds = [], []
    for k, one in enumerate(curves):
        for at in (warped(rng, round(80 / speed)), np.linspace(0.0, 1.0, round(80 / speed))):
            values = one(at) + rng.normal(0.0, 0.03, (len(at), 3))
            estimates = played(model, values)
            errors += [abs(e.progress[k] - u) for e, u in zip(estimates, at, strict=True)]
            assert estimates[-1].winner == k
            assert model.outputs[0].name == "speed"
        speeds += [e.outputs[0] for e in estimates[len(at) // 4 : 3 * len(at) // 4]]
    assert np.median(errors) < 0.05
    assert np.median(speeds) == pytest.approx(speed, rel=0.1)


@pytest.mark.parametrize("frames", [80, 200])
def test_standing_still_the_speed_is_0_within_a_second_and_progress_stays(frames: int) -> None:
    for seed in (3, 4, 5):
        rng = np.random.default_rng(seed)
        one = curve(rng, 3)
        model = Follow().fit(vocabulary([one], frames=frames))
        at = np.append(np.arange(0.0, 0.5, 1.0 / frames), np.full(300, 0.5))
        estimates = played(model, one(at) + rng.normal(0.0, 0.03, (len(at), 3)))[-200:]
        assert np.abs([e.outputs[0] for e in estimates]).max() < 0.1
        assert np.ptp([e.progress[0] for e in estimates]) < 0.03


def test_it_recovers_from_a_wrong_start_and_an_entry_in_the_middle(curves: list[Curve]) -> None:
    model = Follow().fit(vocabulary(curves))
    at = np.linspace(0.0, 1.0, 80)
    wrong = np.concatenate([curves[0](at[:5]), curves[1](at[40:])])
    for values, skipped in ((wrong, 5), (curves[1](at[40:]), 0)):
        estimates = played(model, values)
        found = [e.winner == 1 and abs(e.progress[1] - 0.5 - i / 80) < 0.06
                 for i, e in enumerate(estimates[skipped:])]  # fmt: skip
        assert all(found[15:38])


def test_a_long_template_is_followed_in_a_window_and_entered_anywhere() -> None:
    rng = np.random.default_rng(5)
    long = np.cumsum(rng.normal(size=(3000, 3)), axis=0) * 0.1
    training = TrainingSet((demonstration("a", "a", long), demonstration("b", "b", rng.normal(size=(50, 3)))))
    narrow = Follow(window=200).fit(training)
    begun = played(narrow, long[:600])
    assert all(abs(e.progress[0] * 2999 - i) < 30 for i, e in enumerate(begun))
    for start in (700, 1900):
        later = played(narrow, long[start : start + 1100])
        assert abs(later[-1].progress[0] * 2999 - (start + 1099)) < 30, start
    whole = Follow(window=5000).fit(training)
    both = zip(begun, played(whole, long[:600]), strict=True)
    assert max(abs(a.progress[0] - b.progress[0]) for a, b in both) < 0.002


def test_demonstrated_outputs_are_played_back_where_one_is(curves: list[Curve]) -> None:
    at = np.linspace(0.0, 1.0, 80)
    targets = [np.column_stack([k + at, np.sin(5.0 * at)]) for k in range(3)]
    training = TrainingSet(
        tuple(demonstration(str(k), f"g{k}", one(at), targets[k]) for k, one in enumerate(curves))
    )
    model = Follow().fit(training)
    assert model.outputs == (*training.outputs, Channel("speed", "x"))
    slow = np.linspace(0.0, 1.0, 130)
    estimates = played(model, curves[1](slow))[10:]
    outputs = np.array([e.outputs[:2] for e in estimates])
    assert np.median([e.outputs[2] for e in estimates]) == pytest.approx(80 / 130, rel=0.1)
    assert np.median(np.abs(outputs - np.column_stack([1.0 + slow, np.sin(5.0 * slow)])[10:])) < 0.03
    assert max(e.deviations.max() for e in estimates) < 1.0


def test_unrelated_movement_is_none_of_these(curves: list[Curve]) -> None:
    model = Follow().fit(vocabulary(curves, each=2, noise=0.1))
    rng = np.random.default_rng(6)
    others = [
        e.winner for _ in range(10) for e in played(model, curve(rng, 3)(np.linspace(0.0, 1.0, 80)))[40:]
    ]
    assert np.mean(np.array(others) == NONE) > 0.5


def test_several_demonstrations_are_kept_up_to_a_number_and_it_is_said(curves: list[Curve]) -> None:
    model = Follow(templates=2).fit(vocabulary(curves, each=4))
    assert len(model.owners) == 6
    assert model.messages[0] == "'g0' has 4 demonstrations: the 2 nearest to the others are kept"


@pytest.mark.parametrize(("channels", "precision"), [(9, 0.05), (112, 0.35), (400, 0.35)])
def test_however_many_channels_and_however_far_off_it_stays_and_comes_back(
    channels: int, precision: float
) -> None:
    rng = np.random.default_rng(2)
    takes = [curve(rng, channels)(np.linspace(0.0, 1.0, 60)) for _ in range(3)]
    shown = (demonstration(label, label, take) for label, take in zip("abc", takes, strict=True))
    model = Follow(precision=precision).fit(TrainingSet(tuple(shown)))
    far = rng.normal(scale=1e9, size=(50, channels))
    for own, take in enumerate(takes):
        for seen in (take, np.concatenate([far, take, take]), np.concatenate([takes[own - 1][:30], take])):
            estimates = played(model, seen)
            for each in estimates:
                assert np.isfinite([each.log_likelihoods, each.posterior, each.progress, each.fit]).all()
                assert each.posterior.sum() == pytest.approx(1.0)
            assert estimates[-1].winner == own
