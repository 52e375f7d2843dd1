"""Jerk, intensity, kick, shake: what they say of movements that are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gesturemap.errors import SettingsError
from gesturemap.features.feature import Feature
from gesturemap.features.motion import Intensity, Jerk
from gesturemap.features.moves import Kick, Shake
from gesturemap.frames import Frame, Spec, Values

SPEC = Spec.of("acc_x m/s2", "acc_y m/s2", "acc_z m/s2", "light", rate=100.0)
IN_G = Spec.of("acc_x g", "acc_y g", "acc_z g", "light", rate=100.0)
G = 9.80665
TIME = np.arange(1000) / 100.0
IRREGULAR = np.cumsum(np.random.default_rng(2).uniform(0.004, 0.016, 1000))


def play(settings: Feature, rows: Values, time: Values = TIME, spec: Spec = SPEC) -> Values:
    run = settings.start(spec)
    rows = np.column_stack([rows, np.full(len(rows), 0.5)])
    out = [run.step(Frame(t, row)) for t, row in zip(time.tolist(), rows, strict=True)]
    return np.array([frame.values for frame in out if frame is not None])


def along(curve: Values, direction: tuple[float, float, float] = (0.6, 0.0, 0.8)) -> Values:
    return np.outer(curve, direction) + np.array([0.0, G, 0.0])


def hits(at: tuple[float, ...], size: float, time: Values = TIME) -> Values:
    """Jabs of 60 ms."""
    return along(sum((size * np.exp(-0.5 * ((time - t) / 0.02) ** 2) for t in at), np.zeros(len(time))))


# jerk


def test_jerk_is_the_change_whatever_the_direction() -> None:
    for time in (TIME, IRREGULAR):
        out = play(Jerk(), along(3.0 * time), time)
        assert out.shape == (999, 5)
        assert out[:, -1] == pytest.approx(np.full(999, 3.0))
    run = Jerk(keep=False).start(IN_G)
    assert [str(c) for c in run.spec.channels] == ["light", "jerk m/s3"]
    assert play(Jerk(), along(3.0 * TIME) / G, spec=IN_G)[:, -1] == pytest.approx(np.full(999, 3.0))


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_jerk_is_as_late_as_told(smoothing: float) -> None:
    curve = along(TIME**2)
    late = TIME[-1] - play(Jerk(smoothing=smoothing), curve)[-1, -1] / 2.0
    assert Jerk(smoothing=smoothing).start(SPEC).delay == pytest.approx(late, abs=0.0051)


def test_jerk_bridges_bursts_and_holes() -> None:
    rows = along(3.0 * TIME[:20])
    rows[5, 0], rows[6:8, 2] = math.nan, math.inf
    assert play(Jerk(), rows, TIME[:20])[:, -1] == pytest.approx(np.full(19, 3.0))
    twice = np.repeat(rows[10:], 2, axis=0), np.repeat(TIME[:10], 2) + np.tile([0.0, 1e-5], 10)
    out = play(Jerk(), *twice)[:, -1]
    assert out.max() < 3.01
    assert np.median(out) == pytest.approx(3.0, rel=0.01)


# intensity


def test_intensity_is_the_size_of_the_change() -> None:
    rows = along(2.0 * np.sin(2.0 * np.pi * 4.0 * TIME))
    rms = 2.0 * 2.0 * np.pi * 4.0 / math.sqrt(2.0)
    run = Intensity(("acc*",), keep=False, time=0.5).start(SPEC)
    assert [str(c) for c in run.spec.channels] == [
        "light", "acc_x_intensity m/s3", "acc_y_intensity m/s3", "acc_z_intensity m/s3", "acc_intensity m/s3"
    ]  # fmt: skip
    out = play(Intensity(("acc*",), keep=False, time=0.5), rows)[500:].mean(axis=0)
    assert out[1:] == pytest.approx([0.6 * rms, 0.0, 0.8 * rms, rms], rel=0.03, abs=1e-9)


def test_intensity_does_not_depend_on_rate_or_rest() -> None:
    levels = []
    for time in (np.arange(400) / 40.0, TIME, np.arange(5000) / 500.0, IRREGULAR):
        rows = along(np.sin(2.0 * np.pi * 2.0 * time)) + 100.0
        levels.append(play(Intensity(("acc*",), parts="norm"), rows, time)[len(time) // 2 :, -1].mean())
    assert levels == pytest.approx([levels[2]] * 4, rel=0.03)
    assert play(Intensity(("acc*",)), along(np.full(1000, 7.0)))[:, -1].max() == 0.0


def test_intensity_falls_as_fast_as_told() -> None:
    rows = along(np.where(TIME < 5.0, np.sin(40.0 * TIME), math.sin(200.0)))
    out = play(Intensity(("acc*",), time=0.2), rows)[:, -1]
    assert out[520] / out[500] == pytest.approx(math.exp(-0.5), rel=0.02)


def test_intensity_has_one_norm_for_each_unit() -> None:
    spec = Spec.of("acc_x g", "acc_y g", "gyr_x deg/s", "gyr_y deg/s", "light")
    assert Intensity(parts="norm").start(spec).spec.names[5:] == (
        "acc_intensity", "gyr_intensity", "light_intensity"
    )  # fmt: skip
    assert Intensity().start(spec).spec.names[5:] == (
        *(f"{name}_intensity" for name in spec.names), "acc_intensity", "gyr_intensity"
    )  # fmt: skip
    assert Intensity().start(Spec.of("a", "b", "c m", "d m")).spec.names[-2:] == ("intensity", "intensity_m")


def test_a_hole_does_not_spread() -> None:
    rows = along(np.sin(20.0 * TIME))
    rows[300:310, 0], rows[400] = math.nan, math.inf
    out = play(Intensity(("acc*",)), rows)[:, 4:]
    assert np.isfinite(out).all()
    whole = play(Intensity(("acc*",)), along(np.sin(20.0 * TIME)))[:, 4:]
    assert out[600:] == pytest.approx(whole[600:], rel=0.01)


# kick


@pytest.mark.parametrize("time", [TIME, IRREGULAR], ids=["regular", "irregular"])
def test_every_hit_is_one_kick(time: Values) -> None:
    at = (1.0, 2.0, 2.5, 4.0, 4.4, 7.0)
    out = play(Kick(), hits(at, 20.0, time), time)
    began = time[np.flatnonzero(out[:, -2] == 1.0)]
    assert began == pytest.approx(np.array(at), abs=0.06)
    assert out[:, -1].max() > 200.0
    assert out[(time > 6.0) & (time < 6.8), -2:].max() == 0.0


def test_a_kick_is_as_strong_as_the_hit() -> None:
    strengths = [play(Kick(threshold=50.0), hits((3.0,), size))[:, -1].max() for size in (10.0, 20.0, 40.0)]
    assert strengths[1:] == pytest.approx([2.0 * strengths[0], 4.0 * strengths[0]], rel=0.02)
    assert play(Kick(), hits((3.0,), 40.0) / G, spec=IN_G)[:, -1].max() == pytest.approx(
        strengths[2], rel=1e-6
    )
    assert [str(c) for c in Kick(name="jab", keep=False).start(SPEC).spec.channels] == [
        "light", "jab", "jab_strength m/s3"
    ]  # fmt: skip


def test_a_slow_turn_is_no_kick_and_a_vigorous_phrase_not_one_long_kick() -> None:
    turn = np.column_stack([G * np.sin(2.0 * TIME), np.zeros(1000), G * np.cos(2.0 * TIME)])
    assert play(Kick(), turn)[:, -2].max() == 0.0
    phrase = along(15.0 * np.sin(2.0 * np.pi * 5.0 * TIME))
    assert (play(Kick(), phrase)[:, -2] == 1.0).sum() <= 2


def test_kicks_fall_and_their_time_is_kept() -> None:
    out = play(Kick(refractory=0.5), hits((1.0, 1.3), 20.0))
    first = int(np.argmax(out[:, -2]))
    assert out[first : first + 50, -2] == pytest.approx(1.0 - np.arange(50) / 50.0)
    assert (out[:, -2] == 1.0).sum() == 1
    assert (out[first + 51 :, -2:] == 0.0).all()


# shake


@pytest.mark.parametrize("hertz", [2.0, 3.5, 6.0])
@pytest.mark.parametrize("time", [TIME, IRREGULAR], ids=["regular", "irregular"])
def test_shaking_has_its_rate_and_swing(hertz: float, time: Values) -> None:
    rows = along(10.0 * np.sin(2.0 * np.pi * hertz * time), (1.0, 0.0, 0.0))
    rows[time > 8.0] = [0.0, G, 0.0]
    out = play(Shake(keep=False), rows, time)
    during = (time > 2.0) & (time < 7.9)
    assert out[during, -2] == pytest.approx(np.full(during.sum(), hertz), rel=0.15)
    assert out[during, -1] == pytest.approx(np.full(during.sum(), 20.0), rel=0.1)
    assert (out[time > 9.2, -2:] == 0.0).all()


def test_the_axis_that_shakes_most_counts_and_small_swings_do_not() -> None:
    rows = along(8.0 * np.sin(2.0 * np.pi * 4.0 * TIME), (0.0, 0.0, 1.0))
    rows[:, 0] += 3.0 * np.sin(2.0 * np.pi * 9.0 * TIME) + 0.5
    assert play(Shake(), rows)[500:, -2] == pytest.approx(np.full(500, 4.0), rel=0.1)
    assert play(Shake(), rows)[500:, -1] == pytest.approx(np.full(500, 16.0), rel=0.1)
    tremor = np.random.default_rng(0).normal(0.0, 0.5, (1000, 3))
    assert play(Shake(), tremor)[:, -2:].max() == 0.0
    one_way = along(np.cumsum(np.full(1000, 0.1)))
    assert play(Shake(), one_way)[:, -2:].max() == 0.0
    run = Shake().start(SPEC)
    assert [str(c) for c in run.spec.channels[4:]] == ["shake_rate Hz", "shake_strength m/s2"]


def test_holes_and_a_pause_end_nothing_but_the_shaking() -> None:
    rows = along(10.0 * np.sin(2.0 * np.pi * 3.0 * TIME))
    rows[200:210, 0] = math.nan
    time = TIME.copy()
    time[600:] += 5.0
    out = play(Shake(), rows, time)
    assert np.isfinite(out[:, -2:]).all()
    assert out[300, -2] == pytest.approx(3.0, rel=0.1)
    assert out[600, -2] == 0.0


@pytest.mark.parametrize("settings", [Jerk(), Kick(), Shake()])
@pytest.mark.parametrize(
    ("spec", "told"),
    [
        (Spec.of("a", "b"), "no acceleration in a, b; it is known by its unit, such as m/s2; write the unit"),
        (
            Spec.of(*(f"{hand}_{a} g" for hand in ("left", "right") for a in "xyz")),
            "6 channels of acceleration: left_x, .*; one vector has 1 to 3 axes; name its channels",
        ),
    ],
)
def test_what_has_no_acceleration_is_refused(settings: Feature, spec: Spec, told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        settings.start(spec)
