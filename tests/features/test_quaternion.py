"""Quaternions: the mathematics is scipy's, orders and signs are mended."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from gesturemap.errors import SettingsError
from gesturemap.features import rotations
from gesturemap.features.quaternion import Quaternion
from gesturemap.frames import Frame, Spec, Values

SPEC = Spec.of("q_w", "q_x", "q_y", "q_z", rate=100.0)
SOME = Rotation.random(200, random_state=4)
ROWS = SOME.as_quat(scalar_first=True)


def play(settings: Quaternion, rows: Values, spec: Spec = SPEC) -> Values:
    run = settings.start(spec)
    out = [run.step(Frame(i / 100.0, row)) for i, row in enumerate(rows)]
    return np.array([frame.values for frame in out if frame is not None])


def same(found: Values, wanted: Rotation) -> None:
    assert (Rotation.from_quat(found, scalar_first=True) * wanted.inv()).magnitude().max() < 1e-7


def test_the_kernels_are_scipys() -> None:
    others = Rotation.random(200, random_state=5)
    vectors = np.random.default_rng(0).normal(size=(200, 3)) * 2.0
    for q, p, r, s, v in zip(ROWS, others.as_quat(scalar_first=True), SOME, others, vectors, strict=True):
        same(np.array(rotations.product(tuple(p), tuple(q))), s * r)
        same(np.array(rotations.inverse(tuple(q))), r.inv())
        same(np.array(rotations.from_vector(*v)), Rotation.from_rotvec(v))
        assert rotations.rotated(tuple(q), tuple(v)) == pytest.approx(r.apply(v))
        assert rotations.to_vector(tuple(q)) == pytest.approx(r.as_rotvec(), abs=1e-9)
        assert rotations.to_euler(tuple(q)) == pytest.approx(r.as_euler("ZYX")[::-1], abs=1e-9)
        level = Rotation.from_quat(
            np.array(rotations.settled(*r.inv().apply([0.0, 0.0, 2.0]), 0.7)), scalar_first=True
        )
        assert level.apply(r.inv().apply([0.0, 0.0, 1.0])) == pytest.approx([0.0, 0.0, 1.0], abs=1e-9)
        if abs(level.as_euler("ZYX")[1]) < 1.5:
            assert level.as_euler("ZYX")[0] == pytest.approx(0.7)


@pytest.mark.parametrize("pitch", [math.pi / 2.0, -math.pi / 2.0])
def test_straight_up_and_down_have_numbers_that_mean_the_same(pitch: float) -> None:
    for yaw in np.linspace(-3.0, 3.0, 7):
        r = Rotation.from_euler("ZYX", [yaw, pitch, 0.4])
        found = rotations.to_euler(tuple(r.as_quat(scalar_first=True)))
        assert (Rotation.from_euler("ZYX", found[::-1]) * r.inv()).magnitude() < 1e-4
    assert rotations.to_vector((1.0, 0.0, 0.0, 0.0)) == (0.0, 0.0, 0.0)


def test_every_form_stands_beside_with_its_name_and_unit() -> None:
    settings = Quaternion(
        output=("quaternion", "euler", "rotation_vector", "pointing"), vector=(0.0, 3.0, 4.0)
    )
    run = settings.start(SPEC)
    assert [str(c) for c in run.spec.channels[4:]] == [
        "pose_w", "pose_x", "pose_y", "pose_z", "pose_roll rad", "pose_pitch rad", "pose_yaw rad",
        "pose_turn_x rad", "pose_turn_y rad", "pose_turn_z rad", "pose_to_x", "pose_to_y", "pose_to_z",
    ]  # fmt: skip
    assert run.delay == 0.0
    out = play(Quaternion(output=settings.output, vector=settings.vector, continuous=False), 3.0 * ROWS)
    assert np.array_equal(out[:, :4], 3.0 * ROWS)
    assert out[:, 4:8] == pytest.approx(ROWS)
    assert out[:, 8:11] == pytest.approx(SOME.as_euler("ZYX")[:, ::-1], abs=1e-9)
    assert out[:, 11:14] == pytest.approx(SOME.as_rotvec(), abs=1e-9)
    assert out[:, 14:] == pytest.approx(SOME.apply([0.0, 0.6, 0.8]))


def test_the_other_order_is_flipped() -> None:
    spec = Spec.of("light", "x", "y", "z", "w", rate=100.0)
    settings = Quaternion(("x", "y", "z", "w"), order="xyzw", keep=False)
    out = play(settings, np.column_stack([np.arange(200.0), SOME.as_quat()]), spec)
    assert out[:, 0] == pytest.approx(np.arange(200.0))
    same(out[:, 1:], SOME)


def test_the_sign_never_jumps() -> None:
    smooth = Rotation.from_rotvec(np.outer(np.linspace(0.0, 12.0, 300), [0.6, 0.0, 0.8]))
    rows = smooth.as_quat(canonical=True, scalar_first=True)
    assert np.abs(np.diff(rows, axis=0)).max() > 1.0
    out = play(Quaternion(keep=False), rows)
    assert np.abs(np.diff(out, axis=0)).max() < 0.03
    same(out, smooth)
    assert play(Quaternion(keep=False, continuous=False), rows) == pytest.approx(rows)


def test_relative_to_a_pose() -> None:
    same(play(Quaternion(relative="first", keep=False), ROWS), SOME[0].inv() * SOME)
    pose = Rotation.from_euler("ZYX", [0.3, -0.8, 1.1])
    reference = tuple((5.0 * pose.as_quat(scalar_first=True)).tolist())
    same(play(Quaternion(relative="reference", reference=reference, keep=False), ROWS), pose.inv() * SOME)


def test_what_is_no_quaternion_gives_the_last_one() -> None:
    rows = ROWS[:6].copy()
    rows[0], rows[2, 1], rows[3], rows[4, 0] = math.nan, math.inf, 0.0, math.nan
    out = play(Quaternion(keep=False, continuous=False), rows)
    assert out == pytest.approx(ROWS[[1, 1, 1, 1, 5]])


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (Quaternion(("q_w", "q_x")), "2 channels: q_w, q_x; a quaternion has four; there are q_w"),
        (Quaternion(relative="reference"), "4 numbers, not all 0"),
        (Quaternion(relative="reference", reference=(0.0, 0.0, 0.0, 0.0)), "4 numbers, not all 0"),
        (Quaternion(vector=(1.0, 0.0)), "3 numbers, not all 0"),
        (Quaternion(name="q"), "each channel has a name of its own"),
    ],
)
def test_what_cannot_be_is_refused(settings: Quaternion, told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        settings.start(SPEC)
    with pytest.raises(SettingsError, match="0 channels: none; a quaternion has four; there are acc_x"):
        Quaternion().start(Spec.of("acc_x g"))
