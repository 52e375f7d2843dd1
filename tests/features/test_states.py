"""Spin, freefall, still: when they begin and end, and how long they lasted."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gesturemap.errors import SettingsError
from gesturemap.features.feature import Feature
from gesturemap.features.orientation import Gravity
from gesturemap.features.states import Freefall, Spin, Still
from gesturemap.frames import Frame, Spec, Values

SPEC = Spec.of(*(f"acc_{a} g" for a in "xyz"), *(f"gyr_{a} deg/s" for a in "xyz"), rate=100.0)
TIME = np.arange(1000) / 100.0
IRREGULAR = np.cumsum(np.random.default_rng(2).uniform(0.004, 0.016, 1000))
TIMES = pytest.mark.parametrize("time", [TIME, IRREGULAR], ids=["regular", "irregular"])


def play(settings: Feature, acc: Values, gyr: Values, time: Values = TIME, spec: Spec = SPEC) -> Values:
    run = settings.start(spec)
    rows = np.column_stack([np.broadcast_to(acc, (len(time), 3)), np.broadcast_to(gyr, (len(time), 3))])
    return np.array([run.step(Frame(t, row)).values for t, row in zip(time.tolist(), rows, strict=True)])


REST = np.array([0.0, 0.0, 1.0])
NO_TURN = np.zeros(3)


# spin


@TIMES
@pytest.mark.parametrize("axis", [(1.0, 0.0, 0.0), (0.6, 0.0, -0.8)])
def test_two_turns_are_two_turns(time: Values, axis: tuple[float, float, float]) -> None:
    turning = (time > 2.0) & (time <= 4.0)
    out = play(Spin(keep=False), REST, np.outer(np.where(turning, 360.0, 0.0), axis), time)[:, 3:]
    assert out[:, 0].max() == 1.0
    assert time[np.argmax(out[:, 0])] == pytest.approx(
        2.0 + 0.2 * math.log(1.0 / (1.0 - 3.5 / (2.0 * math.pi))), abs=0.04
    )
    speed = out[(time > 3.5) & turning, 1]
    assert speed == pytest.approx(np.full(len(speed), 2.0 * math.pi), rel=0.01)
    assert out[-1, 0] == 0.0
    assert out[-1, 2] == pytest.approx(4.0 * math.pi, rel=0.03)
    assert out[-1, 3] == pytest.approx(2.25, abs=0.3)
    assert (np.diff(out[:, 2]) > -1e-9).all()


def test_the_next_spin_begins_anew_and_a_wobble_is_none() -> None:
    turning = ((TIME > 1.0) & (TIME < 3.0)) | ((TIME > 6.0) & (TIME < 7.0))
    out = play(Spin(keep=False), REST, np.outer(np.where(turning, 360.0, 0.0), [0.0, 1.0, 0.0]))[:, 3:]
    assert out[500, 2] == pytest.approx(4.0 * math.pi, rel=0.03)
    assert out[-1, 2] == pytest.approx(2.0 * math.pi, rel=0.05)
    wobble = np.outer(400.0 * np.sin(2.0 * np.pi * 4.0 * TIME), [0.0, 1.0, 0.0])
    assert play(Spin(keep=False), REST, wobble)[:, 3:].max(axis=0)[[0, 2, 3]].max() == 0.0


def test_spin_units_names_and_holes() -> None:
    run = Spin(name="twirl", keep=False).start(SPEC)
    assert [str(c) for c in run.spec.channels[3:]] == [
        "twirl", "twirl_speed rad/s", "twirl_angle rad", "twirl_time s"
    ]  # fmt: skip
    gyr = np.outer(np.where(TIME > 1.0, 360.0, 0.0), [0.0, 0.0, 1.0])
    whole = play(Spin(), REST, gyr)
    fast = Spec.of(*(f"acc_{a} g" for a in "xyz"), *(f"gyr_{a} deg/ms" for a in "xyz"), rate=100.0)
    assert play(Spin(), REST, gyr / 1000.0, spec=fast)[:, 6:] == pytest.approx(whole[:, 6:], abs=1e-9)
    gyr[500:510, 1] = math.nan
    out = play(Spin(), REST, gyr)
    assert np.isfinite(out[:, 6:]).all()
    assert out[505, 6:].tolist() == out[499, 6:].tolist()


# freefall


@TIMES
def test_a_throw_lasts_as_long_as_it_flies(time: Values) -> None:
    flies = (time >= 3.0) & (time < 3.5)
    acc = np.where(flies[:, None], 0.02, REST)
    out = play(Freefall(keep=False), acc, NO_TURN, time)[:, 3:]
    falling = time[out[:, 0] == 1.0]
    assert falling[0] == pytest.approx(3.08, abs=0.017)
    assert falling[-1] == pytest.approx(3.5, abs=0.017)
    assert out[-1, 1] == pytest.approx(0.5, abs=0.025)
    assert (out[time < 3.0] == 0.0).all()


def test_a_turning_point_of_the_hand_is_no_fall() -> None:
    acc = np.where(((TIME > 3.0) & (TIME < 3.05))[:, None], 0.0, REST)
    assert play(Freefall(), acc, NO_TURN)[:, -2:].max() == 0.0
    assert Freefall().start(SPEC).delay == 0.08


def test_beside_the_middle_of_a_spinning_body_the_arm_is_known() -> None:
    rate = math.degrees(15.0)
    acc = np.where((TIME > 3.0)[:, None], [15.0**2 * 0.03 / 9.80665, 0.0, 0.0], REST)
    gyr = np.where((TIME > 3.0)[:, None], [0.0, 0.0, rate], 0.0)
    assert play(Freefall(), acc, gyr)[:, -2].max() == 0.0
    assert play(Freefall(arm=0.03), acc, gyr)[-1, -2] == 1.0
    with pytest.raises(SettingsError, match="freefall, arm: no rotation in"):
        Freefall(arm=0.03).start(Spec(SPEC.channels[:3]))
    with pytest.raises(SettingsError, match="1 channels of acceleration: acc_x; one vector has 3 axes"):
        Freefall(("acc_x",)).start(SPEC)


def test_a_fall_bridges_holes() -> None:
    acc = np.where(((TIME >= 3.0) & (TIME < 3.5))[:, None], 0.02, REST)
    acc[320, 0], acc[330] = math.nan, math.inf
    out = play(Freefall(), acc, NO_TURN)[:, -2:]
    assert out[345].tolist() == pytest.approx([1.0, 0.43])


@pytest.mark.parametrize("keep", [True, False])
def test_without_gravity_there_is_no_fall_to_see(keep: bool) -> None:
    spec = Gravity(keep=keep).start(SPEC).spec
    linear = [name for name in spec.names if name.endswith("_linear")]
    with pytest.raises(SettingsError, match="acc_z_linear without gravity; gravity must be in it"):
        Freefall(tuple(linear)).start(spec)
    with pytest.raises(SettingsError, match="linear_x, linear_y, linear_z without gravity"):
        Freefall().start(Spec.of(*(f"linear_{a} m/s2" for a in "xyz")))
    if keep:
        out = Freefall(keep=False).start(spec).spec.names
        assert out == (*SPEC.names[3:], *linear, "freefall", "freefall_time")
    else:
        assert Still().start(spec).spec.names[-2:] == ("still", "still_time")


# still


@TIMES
def test_holding_it_still_is_seen_and_timed(time: Values) -> None:
    rng = np.random.default_rng(0)
    moving = (time > 3.0) & (time < 6.0)
    acc = REST + rng.normal(0.0, 0.01, (1000, 3))
    gyr = rng.normal(0.0, 1.0, (1000, 3)) + np.array([1.0, -1.0, 0.5])
    acc[moving] += 0.5 * np.sin(20.0 * time[moving])[:, None]
    out = play(Still(keep=False), acc, gyr, time)
    assert [str(c) for c in Still(keep=False).start(SPEC).spec.channels] == ["still", "still_time s"]
    assert (out[(time > 1.0) & (time < 3.0), 0] == 1.0).all()
    assert (out[(time > 3.5) & (time < 6.0)] == 0.0).all()
    assert out[time < 3.0][-1, 1] == pytest.approx(2.7, abs=0.35)
    assert out[-1, 1] == pytest.approx(time[-1] - 6.0 - 0.9, abs=0.4)


def test_turning_slowly_is_not_still_but_any_pose_is() -> None:
    for pose in ([0.0, 1.0, 0.0], [0.6, 0.0, -0.8]):
        assert play(Still(), np.array(pose), NO_TURN)[-1, -2] == 1.0
    assert play(Still(), REST, np.array([0.0, 0.0, 40.0]))[-1, -2] == 0.0
    assert play(Still(), REST, np.array([0.0, 0.0, 17.2]))[-1, -2] == pytest.approx(0.5, abs=0.02)
    assert play(Still(("acc*",)), REST, np.array([0.0, 0.0, 40.0]))[-1, -2] == 1.0


def test_nobody_knows_at_the_start_and_holes_change_nothing() -> None:
    acc = np.broadcast_to(REST, (1000, 3)).copy()
    acc[:10] = math.nan
    acc[500:520, 1] = math.inf
    out = play(Still(), acc, NO_TURN)[:, -2:]
    assert (out[:10, 0] == 0.0).all()
    assert out[12, 0] < 0.2
    assert out[200, 0] == 1.0
    assert out[519].tolist() == out[499].tolist()
    assert np.isfinite(out).all()


@pytest.mark.parametrize(
    ("spec", "settings", "told"),
    [
        (Spec.of("a", "b"), Still(), "no acceleration in a, b"),
        (SPEC, Spin(("acc*",)), "acc_x has g; rad/s can be made of rad/s, deg/s, deg/ms, rpm, turn/s"),
        (Spec.of("x raw", "acc g"), Still(("x",)), "x has raw; m/s2 can be made of m/s2, g, mg; write its unit"),
        (Spec.of("acc_x g"), Spin(), "no rotation in acc_x g; it is known by its unit, such as rad/s"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(spec: Spec, settings: Feature, told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        settings.start(spec)
