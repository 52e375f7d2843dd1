"""Gesture variation following: known variations are found again, and nothing kills it."""

from __future__ import annotations

import numpy as np
import pytest
from follow_takes import Curve, curve, demonstration, played, vocabulary

from gesturemap.demonstrations import TrainingSet
from gesturemap.frames import Values
from gesturemap.models import variation_particles as kernel
from gesturemap.models.variation import Gvf, from_first


def turn(width: int, vector: Values) -> Values:
    """The rotation by an angle, or by a rotation vector (Rodrigues)."""
    if width == 2:
        c, s = np.cos(vector[0]), np.sin(vector[0])
        return np.array([[c, -s], [s, c]])
    angle = np.linalg.norm(vector)
    x, y, z = vector / angle
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1.0 - np.cos(angle)) * cross @ cross)


@pytest.mark.long
@pytest.mark.parametrize("width", [2, 3, 4])
@pytest.mark.parametrize(("speed", "scale"), [(0.7, 0.7), (1.0, 1.4), (1.7, 1.0)])
def test_speed_scale_and_rotation_are_found_again(width: int, speed: float, scale: float) -> None:
    rng = np.random.default_rng(width)
    curves = [curve(rng, width) for _ in range(3)]
    model = Gvf(origin="first").fit(vocabulary(curves))
    angles = {2: np.array([0.5]), 3: np.array([0.3, -0.4, 0.2])}.get(width, np.zeros(0))
    rotation = turn(width, angles) if len(angles) else np.eye(width)
    for k, one in enumerate(curves):
        at = np.linspace(0.0, 1.0, round(80 / speed))
        values = scale * one(at) @ rotation.T + rng.normal(0.0, 0.02, (len(at), width)) + 5.0
        estimates = played(model, values)
        assert estimates[-1].posterior.argmax() == k
        assert np.median([abs(e.progress[k] - u) for e, u in zip(estimates, at, strict=True)]) < 0.05
        late = np.mean([e.outputs for e in estimates[len(at) // 2 :]], axis=0)
        assert late[0] == pytest.approx(speed, rel=0.2)
        assert late[1] == pytest.approx(scale, rel=0.2)
        assert late[2:] == pytest.approx(angles, abs=0.3)
        assert all((e.deviations > 0.0).all() for e in estimates)


@pytest.mark.long
def test_each_channel_may_have_its_own_scale() -> None:
    rng = np.random.default_rng(8)
    curves = [curve(rng, 4) for _ in range(2)]
    model = Gvf(scales="each", origin="first").fit(vocabulary(curves))
    assert [o.name for o in model.outputs] == ["speed", "scale_c0", "scale_c1", "scale_c2", "scale_c3"]
    scales = np.array([0.7, 1.0, 1.3, 1.0])
    estimates = played(model, scales * curves[0](np.linspace(0.0, 1.0, 90)))
    assert np.median([e.outputs[1:] for e in estimates[60:]], axis=0) == pytest.approx(scales, rel=0.25)


@pytest.mark.long
def test_outliers_do_not_kill_it() -> None:
    rng = np.random.default_rng(2)
    curves = [curve(rng, 2) for _ in range(3)]
    at = np.linspace(0.0, 1.0, 80)
    for student in (0.0, 4.0):
        model = Gvf(student=student).fit(vocabulary(curves))
        values = curves[1](at)
        values[30], values[31], values[45] = 1e12, -1e3, 7.0
        estimates = played(model, values)
        assert all(np.isfinite(e.posterior).all() and np.isfinite(e.outputs).all() for e in estimates)
        assert estimates[-1].posterior.argmax() == 1
        assert estimates[-1].progress[1] > 0.9


@pytest.mark.long
@pytest.mark.parametrize("channels", [48, 128])
def test_of_many_noisy_channels_it_still_tells_gestures_apart(channels: int) -> None:
    rng = np.random.default_rng(4)
    curves = [curve(rng, channels) for _ in range(3)]
    model = Gvf().fit(vocabulary(curves, noise=0.5))
    for k, one in enumerate(curves):
        values = one(np.linspace(0.0, 1.0, 60))
        values += rng.normal(0.0, 0.5, values.shape)
        assert played(model, values)[-1].posterior[k] > 0.9


@pytest.mark.long
def test_the_progress_of_two_equal_gestures_is_that_of_each() -> None:
    one = curve(np.random.default_rng(3), 2)
    model = Gvf().fit(vocabulary([one, one], noise=0.0))
    middle = played(model, one(np.linspace(0.0, 1.0, 80)))[40]
    assert middle.progress == pytest.approx([0.5, 0.5], abs=0.06)
    assert middle.posterior.min() > 0.1


def test_the_seed_decides_and_cost_is_bounded() -> None:
    one = curve(np.random.default_rng(4), 2)
    at = np.linspace(0.0, 1.0, 80)
    a, b, c = (Gvf(seed=seed).fit(vocabulary([one])) for seed in (1, 1, 2))
    ends = [played(model, one(at))[-1].outputs for model in (a, b, c)]
    assert np.array_equal(ends[0], ends[1])
    assert not np.array_equal(ends[0], ends[2])


def test_it_goes_on_with_the_next_gesture() -> None:
    rng = np.random.default_rng(6)
    curves: list[Curve] = [curve(rng, 2) for _ in range(3)]
    model = Gvf(origin="none").fit(vocabulary(curves))
    at = np.linspace(0.0, 1.0, 80)
    estimates = played(model, np.concatenate([curves[k](at) for k in (0, 2, 1, 0)]))
    assert [estimates[80 * i + 75].winner for i in range(4)] == [0, 2, 1, 0]


def test_noise_has_mean_0_and_deviation_1() -> None:
    counter, noise = np.array([7], np.uint64), np.empty(100_000)
    kernel.bells(counter, noise)
    assert abs(noise.mean()) < 0.01
    assert noise.std() == pytest.approx(1.0, abs=0.01)
    assert abs(np.corrcoef(noise[:-1], noise[1:])[0, 1]) < 0.01
    share = np.array([kernel.uniform(counter) for _ in range(1000)])
    assert (share.min() >= 0.0) and (share.max() < 1.0)
    assert share.mean() == pytest.approx(0.5, abs=0.05)


def test_the_first_frame_is_the_origin_where_repetitions_say_so() -> None:
    rng = np.random.default_rng(9)
    one, at = curve(rng, 2), np.linspace(0.0, 1.0, 60)
    elsewhere = [one(at) + shift for shift in (0.0, 5.0, -4.0)]
    moved = TrainingSet(tuple(demonstration(str(i), "a", v) for i, v in enumerate(elsewhere)))
    assert from_first(moved)
    begun = [one(at) + np.where(at[:, None] < 0.02, rng.normal(0.0, 2.0, 2), 0.0) for _ in range(3)]
    assert not from_first(TrainingSet(tuple(demonstration(str(i), "a", v) for i, v in enumerate(begun))))
    assert from_first(TrainingSet((demonstration("a", "a", one(at)),)))
    assert not from_first(TrainingSet((demonstration("a", "a", one(at), unit="m/s2"),)))
