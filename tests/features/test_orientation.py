"""Orientation and gravity: true to known rotations, as good as a well-known library, calm when something is wrong."""

from __future__ import annotations

import functools
import math
from typing import NamedTuple

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from gesturemap.errors import SettingsError
from gesturemap.features.orientation import Gravity, Orientation
from gesturemap.frames import Frame, Spec, Values

NINE = Spec.of(
    *(f"acc_{a} m/s2" for a in "xyz"), *(f"gyr_{a} rad/s" for a in "xyz"), *(f"mag_{a} uT" for a in "xyz"),
    rate=100.0,
)  # fmt: skip
SIX = Spec(NINE.channels[:6], 100.0)
G = 9.80665
FIELD = np.array([20.0, 0.0, -43.0])
"""uT: north and down."""


class Known(NamedTuple):
    time: Values
    values: Values
    truth: Rotation
    linear: Values


@functools.cache
def known(
    seconds: float = 20.0, regular: bool = False, noise: float = 1.0, offset: float = 0.0, hand: float = 1.0,
    start: tuple[float, float, float] = (0.0, 0.3, -0.6),
) -> Known:  # fmt: skip
    """A hand that turns every way for a known while: what a sensor of nine axes reads, and the truth."""
    rng = np.random.default_rng(3)
    fine = np.arange(int(seconds * 2000)) / 2000.0
    waves = rng.uniform(0.2, 1.5, (3, 4)), rng.uniform(0.0, 6.0, (3, 4)), rng.uniform(0.3, 1.2, (3, 4))
    rate = sum(
        waves[2][:, k, None] * np.sin(2 * np.pi * waves[0][:, k, None] * fine + waves[1][:, k, None])
        for k in range(4)
    ).T
    w, x, y, z = Rotation.from_euler("ZYX", start).as_quat(scalar_first=True).tolist()
    every = []
    for a, b, c, d in Rotation.from_rotvec(rate / 2000.0).as_quat(scalar_first=True).tolist():
        every.append((w, x, y, z))
        w, x, y, z = (
            w * a - x * b - y * c - z * d,
            w * b + x * a + y * d - z * c,
            w * c - x * d + y * a + z * b,
            w * d + x * c - y * b + z * a,
        )
    if regular:
        at = np.arange(0, len(fine), 20)
    else:
        at = np.cumsum(rng.integers(6, 35, len(fine) // 20))
        at = at[at < len(fine)]
    truth = Rotation.from_quat(np.array(every)[at], scalar_first=True)
    time = fine[at]
    linear = hand * np.column_stack(
        [2.0 * np.sin(7.0 * time), 1.5 * np.sin(11.0 * time + 1.0), np.sin(9.0 * time)]
    )
    acc = truth.inv().apply([0.0, 0.0, G]) + linear + noise * rng.normal(0.0, 0.05, linear.shape)
    gyr = rate[at] + offset + noise * rng.normal(0.0, 0.01, linear.shape)
    mag = truth.inv().apply(FIELD) + noise * rng.normal(0.0, 0.3, linear.shape)
    return Known(time, np.hstack([acc, gyr, mag]), truth, linear)


def turned(settings: Orientation, take: Known, spec: Spec = NINE) -> Rotation:
    run = settings.start(spec)
    rows = [run.step(Frame(t, v)).values[-4:] for t, v in zip(take.time.tolist(), take.values, strict=True)]
    return Rotation.from_quat(np.array(rows), scalar_first=True)


def tilt_errors(found: Rotation, truth: Rotation) -> Values:
    """Degrees between up as found and as it is, seen from the sensor."""
    both = found.inv().apply([0.0, 0.0, 1.0]), truth.inv().apply([0.0, 0.0, 1.0])
    return np.degrees(np.arccos(np.clip((both[0] * both[1]).sum(axis=1), -1.0, 1.0)))


METHOD = pytest.mark.parametrize("method", ["madgwick", "mahony"])


@METHOD
def test_a_moving_hand_is_followed_at_irregular_times(method: str) -> None:
    take = known(offset=0.01)
    errors = tilt_errors(turned(Orientation(method=method), take), take.truth)
    assert errors[0] == pytest.approx(6.7, abs=0.1), "the hand moves already: up is as wrong as the sensor"
    assert errors.max() < 8.0
    assert np.sqrt(np.mean(errors[500:] ** 2)) < 2.0


@METHOD
def test_the_gyroscope_alone_is_integrated_to_second_order(method: str) -> None:
    take = known(noise=0.0, hand=0.0, seconds=10.0)
    found = turned(Orientation(method=method, gain=1e-9, offset=False), take)
    away = take.truth[0] * found[0].inv()
    assert np.degrees((away * found * take.truth.inv()).magnitude()).max() < 0.15


@METHOD
def test_it_is_as_good_as_imufusion(method: str) -> None:
    imufusion = pytest.importorskip("imufusion")
    take = known(regular=True, offset=0.01)
    theirs = imufusion.Ahrs()
    settings = imufusion.AhrsSettings()
    settings.sample_rate, settings.gain, settings.acceleration_rejection = 100.0, 0.5, 10.0
    theirs.set_settings(settings)
    rows = []
    for row in take.values:
        theirs.update_no_magnetometer(np.degrees(row[3:6]), row[:3] / G)
        rows.append(theirs.get_quaternion())
    reference = tilt_errors(Rotation.from_quat(np.array(rows), scalar_first=True), take.truth)[500:]
    own = tilt_errors(turned(Orientation(method=method), take), take.truth)[500:]
    assert np.sqrt(np.mean(own**2)) < 1.1 * np.sqrt(np.mean(reference**2)) + 0.1


@METHOD
def test_it_starts_settled_in_the_first_acceleration(method: str) -> None:
    for start in Rotation.random(20, random_state=1).as_euler("ZYX").tolist():
        take = known(seconds=0.1, noise=0.0, hand=0.0, start=tuple(start))
        first = turned(Orientation(method=method), take)
        assert tilt_errors(first[:1], take.truth[:1])[0] < 1e-5
        assert math.sin(first[0].as_euler("ZYX")[0]) == pytest.approx(0.0, abs=1e-9)


@METHOD
def test_a_compass_gives_the_heading_from_the_first_frame_on(method: str) -> None:
    take = known(offset=0.01, start=(2.0, 0.1, 0.2))
    found = turned(Orientation(magnetometer=("mag*",), method=method), take)
    errors = np.degrees((found * take.truth.inv()).magnitude())
    assert errors[0] < 20.0, "the hand moves already, so that up is a little wrong"
    assert np.sqrt(np.mean(errors[200:] ** 2)) < 3.5, (
        "north is a level part of a steep field: twice up's error"
    )


@METHOD
@pytest.mark.parametrize("north", [False, True])
def test_a_wrong_orientation_is_mended(method: str, north: bool) -> None:
    still = np.r_[0.0, 0.0, G, 0.0, 0.0, 0.0, FIELD]
    run = Orientation(magnetometer=("mag*",) if north else (), method=method).start(NINE)
    first = still.copy()
    first[:3] = 3.0, -8.0, 4.8  # nearly a right angle away, and credible as gravity
    run.step(Frame(0.0, first))
    for i in range(1, 3000):
        last = run.step(Frame(i / 100.0, still)).values[-4:]
    found = Rotation.from_quat(last, scalar_first=True)
    assert found.inv().apply([0.0, 0.0, 1.0]) == pytest.approx([0.0, 0.0, 1.0], abs=1e-3)
    if north:
        assert math.degrees(found.magnitude()) < 1.0


@METHOD
@pytest.mark.parametrize("gain", [0.0, 20.0])
@pytest.mark.parametrize("rate", [2.0, 5.0])
def test_any_gain_and_rate_come_to_rest(method: str, gain: float, rate: float) -> None:
    run = Orientation(magnetometer=("mag*",), method=method, gain=gain).start(Spec(NINE.channels, rate))
    still = np.r_[0.0, 0.0, G, 0.0, 0.0, 0.0, FIELD]
    run.step(Frame(0.0, np.r_[3.0, -8.0, 4.8, still[3:]]))
    for i in range(1, 1000):
        last = run.step(Frame(i / rate, still)).values[-4:]
    assert math.degrees(Rotation.from_quat(last, scalar_first=True).magnitude()) < 1.0


@METHOD
def test_a_push_is_no_gravity(method: str) -> None:
    still = np.r_[0.0, 0.0, G, 0.0, 0.0, 0.0]
    pushed = still + np.r_[G, np.zeros(5)]
    tilts = {}
    for rejection in (0.2, 10.0):
        run = Orientation(output=("gravity",), method=method, rejection=rejection).start(SIX)
        rows = [pushed if 100 <= i < 200 else still for i in range(200)]
        up = [run.step(Frame(i / 100.0, row)).values[-3:] for i, row in enumerate(rows)][-1]
        tilts[rejection] = math.degrees(math.acos(min(1.0, up[2])))
    assert tilts[0.2] < 0.01
    assert tilts[10.0] > 5.0


def test_a_wrong_scale_is_believed_in_the_end() -> None:
    run = Orientation(output=("gravity",), method="mahony").start(SIX)
    run.step(Frame(0.0, np.r_[1.5 * G, np.zeros(5)]))
    for i in range(1, 1500):
        up = run.step(Frame(i / 100.0, np.r_[0.1, 0.0, 1.5 * G, np.zeros(3)])).values[-3:]
    assert up[2] > 0.99


def test_the_offset_of_the_gyroscope_is_learned_at_rest_only() -> None:
    rng = np.random.default_rng(2)
    drift = {}
    for learn in (True, False):
        run = Orientation(output=("euler",), offset=learn).start(SIX)
        for i in range(6000):
            row = np.r_[0.0, 0.0, G, np.array([0.02, -0.01, 0.03]) + rng.normal(0.0, 0.003, 3)]
            yaw = run.step(Frame(i / 100.0, row)).values[-1]
            if i == 3000:
                before = yaw
        drift[learn] = abs(yaw - before)
    assert drift[True] < 0.02
    assert drift[False] > 0.5
    run = Orientation(output=("euler",)).start(SIX)
    for i in range(1001):
        yaw = run.step(Frame(i / 100.0, np.r_[0.0, 0.0, G, 0.0, 0.0, 0.25])).values[-1]
    assert yaw == pytest.approx(2.5, abs=0.01), "a slow turn is not taken for an offset"


@pytest.mark.parametrize(
    ("units", "factors"),
    [
        (("g", "deg/s"), (1.0 / G, 180.0 / math.pi)),
        (("g", "deg/ms"), (1.0 / G, 0.18 / math.pi)),
        (("mg", "turn/s"), (1000.0 / G, 0.5 / math.pi)),
    ],
)
def test_units_are_understood(units: tuple[str, str], factors: tuple[float, float]) -> None:
    take = known(seconds=2.0)
    spec = Spec.of(
        *(f"acc_{a} {units[0]}" for a in "xyz"), *(f"gyr_{a} {units[1]}" for a in "xyz"), rate=100.0
    )
    other = take._replace(values=take.values[:, :6] * np.repeat(factors, 3))
    same = turned(Orientation(), take._replace(values=take.values[:, :6]), SIX)
    assert turned(Orientation(), other, spec).as_quat() == pytest.approx(same.as_quat(), abs=1e-9)


def test_all_forms_are_the_same_orientation() -> None:
    take = known(seconds=3.0)
    run = Orientation(output=("quaternion", "euler", "gravity"), keep=False).start(SIX)
    assert [str(c) for c in run.spec.channels] == [
        "orientation_w", "orientation_x", "orientation_y", "orientation_z", "orientation_roll rad",
        "orientation_pitch rad", "orientation_yaw rad", "orientation_up_x", "orientation_up_y", "orientation_up_z",
    ]  # fmt: skip
    for t, row in zip(take.time.tolist(), take.values[:, :6], strict=True):
        out = run.step(Frame(t, row)).values
        q = Rotation.from_quat(out[:4], scalar_first=True)
        assert out[4:7] == pytest.approx(q.as_euler("ZYX")[::-1], abs=1e-9)
        assert out[7:] == pytest.approx(q.inv().apply([0.0, 0.0, 1.0]), abs=1e-12)


def test_what_is_missing_is_bridged_and_a_long_silence_settles_anew() -> None:
    take = known(noise=0.0, hand=0.0)
    holes = take.values[:, :6].copy()
    holes[200:230, 0] = np.nan
    holes[300:304, 4] = np.inf
    errors = tilt_errors(turned(Orientation(), take._replace(values=holes), SIX), take.truth)
    assert errors.max() < 8.0
    assert errors[-300:].max() < 3.0
    run = Orientation(output=("gravity",)).start(SIX)
    assert run.step(Frame(0.0, np.full(6, np.nan))) is None
    run.step(Frame(0.01, np.r_[0.0, 0.0, G, 9.0, 9.0, 9.0]))
    up = run.step(Frame(5.0, np.r_[G, 0.0, 0.0, 9.0, 9.0, 9.0])).values[-3:]
    assert up == pytest.approx([1.0, 0.0, 0.0], abs=1e-9)


@pytest.mark.parametrize(
    ("spec", "settings", "told"),
    [
        (Spec.of("acc_x g", "acc_y g", "acc_z g"), Orientation(), "no rotation in acc_x g"),
        (Spec.of("a", "b", "c"), Orientation(), "no acceleration in a, b, c"),
        (SIX, Orientation(acceleration=("acc_x", "acc_y")), "2 channels of acceleration: acc_x, acc_y"),
        (SIX, Orientation(magnetometer=("acc*",)), "acc_x has m/s2; uT can be made of uT, gauss"),
        (SIX, Gravity(method="orientation", rotation=("acc*",)), "acc_x has m/s2; rad/s can be made of"),
        (Spec.of("x raw"), Gravity(acceleration=("x",)), "x has raw; m/s2 can be made of m/s2, g, mg; write its unit"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_the_next_step(spec: Spec, settings: Orientation, told: str) -> None:
    with pytest.raises(SettingsError, match=told) as error:
        settings.start(spec)
    assert error.value.next_step


def test_of_several_accelerations_the_usual_one_is_taken() -> None:
    spec = Spec.of("lin_x m/s2", "lin_y m/s2", "lin_z m/s2", *(str(c) for c in SIX.channels), rate=100.0)
    row = np.r_[5.0, 5.0, 5.0, 0.0, G, 0.0, 0.0, 0.0, 0.0]
    assert Orientation(output=("gravity",)).start(spec).step(Frame(0.0, row)).values[-3:] == pytest.approx(
        [0.0, 1.0, 0.0]
    )


def test_gravity_and_the_hand_are_told_apart() -> None:
    take = known()
    run = Gravity(output=("gravity", "linear"), keep=False).start(SIX)
    assert [str(c) for c in run.spec.channels[3:]] == [
        *(f"acc_{a}_gravity m/s2" for a in "xyz"), *(f"acc_{a}_linear m/s2" for a in "xyz")
    ]  # fmt: skip
    assert run.delay == 0.0
    rows = zip(take.time.tolist(), take.values[:, :6], strict=True)
    out = np.array([run.step(Frame(t, row)).values[3:] for t, row in rows])
    assert out[:, :3] + out[:, 3:] == pytest.approx(take.values[:, :3])
    assert np.linalg.norm(out[:, :3], axis=1) == pytest.approx(np.full(len(out), G))
    assert np.sqrt(np.mean((out[300:, 3:] - take.linear[300:]) ** 2)) < 0.25
    slow = Gravity(method="low_pass", keep=False).start(SIX)
    rows = zip(take.time.tolist(), take.values[:, :6], strict=True)
    rough = np.array([slow.step(Frame(t, row)).values[3:] for t, row in rows])
    assert np.sqrt(np.mean((rough[300:] - take.linear[300:]) ** 2)) > 1.0, (
        "which is why a gyroscope is worth it"
    )


def test_without_a_gyroscope_gravity_comes_late_as_told() -> None:
    spec = Spec.of("acc_x g", rate=100.0)
    run = Gravity(time=0.3, output=("gravity", "linear"), keep=False).start(spec)
    assert [str(c) for c in run.spec.channels] == ["acc_x_gravity g", "acc_x_linear g"]
    time = np.arange(500) / 100.0
    out = np.array([run.step(Frame(t, np.array([0.1 * t]))).values for t in time.tolist()])
    assert time[-1] - out[-1, 0] / 0.1 == pytest.approx(run.delay, abs=0.006)
    assert out[:, 0] + out[:, 1] == pytest.approx(0.1 * time)
    assert Gravity().start(spec).step(Frame(0.0, np.array([math.nan]))) is None
