"""Trajectory: the same figure elsewhere and larger is the same."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gesturemap.errors import SettingsError
from gesturemap.features.trajectory import Trajectory
from gesturemap.frames import Frame, Spec, Values

SPEC = Spec.of("x m", "y m", "light", rate=100.0)
TIME = np.cumsum(np.random.default_rng(0).uniform(0.005, 0.015, 600))
FIGURE = np.column_stack([np.sin(3.0 * TIME), np.sin(6.0 * TIME) + 0.3 * np.cos(2.0 * TIME)])


def play(settings: Trajectory, figure: Values, time: Values = TIME) -> Values:
    run = settings.start(SPEC)
    rows = np.column_stack([figure, np.arange(len(figure))])
    return np.array([run.step(Frame(t, row)).values for t, row in zip(time.tolist(), rows, strict=True)])


def test_a_figure_elsewhere_and_larger_is_the_same() -> None:
    settings = Trajectory(("x", "y"))
    here = play(settings, 0.2 * FIGURE)
    there = play(settings, 1.7 * FIGURE + np.array([5.0, -40.0]))
    assert here[:, 0].tolist() == list(range(600))
    assert there[20:] == pytest.approx(here[20:], abs=1e-6)
    assert np.abs(here[:, 1:]).max() < 3.0


def test_it_is_numpys_mean_and_spread() -> None:
    out = play(Trajectory(("x", "y"), seconds=1.0), FIGURE)[:, 1:]
    for i in (300, 450, 599):
        age = TIME[i] - TIME
        inside = FIGURE[(age >= 0.0) & (age < 1.0 - 1e-6)]
        scale = math.sqrt((inside.std(axis=0) ** 2).sum())
        assert out[i] == pytest.approx((FIGURE[i] - inside.mean(axis=0)) / scale, abs=1e-9)


def test_rest_is_not_made_large() -> None:
    noise = np.random.default_rng(1).normal(0.0, 1e-5, (600, 2))
    assert np.abs(play(Trajectory(("x", "y")), noise)[:, 1:]).max() < 0.02
    assert np.abs(play(Trajectory(("x", "y"), smallest=1e-9), noise)[:, 1:]).max() > 1.0


def test_names_units_and_what_is_no_number() -> None:
    run = Trajectory(("x", "y"), keep=True).start(SPEC)
    assert [str(c) for c in run.spec.channels] == ["x m", "y m", "light", "x_shape", "y_shape"]
    assert run.delay == 0.0
    holes = FIGURE.copy()
    holes[200, 0] = math.nan
    out = play(Trajectory(("x", "y")), holes)[:, 1:]
    assert out[200, 0] == 0.0
    assert np.isfinite(out).all()


@pytest.mark.parametrize("unit", ["m/s2", "g", "deg/s"])
def test_what_is_no_position_is_refused(unit: str) -> None:
    with pytest.raises(
        SettingsError, match=rf"x in {unit}; it is for positions \(in m, cm, mm, px or without"
    ):
        Trajectory().start(Spec.of(f"x {unit}", f"y {unit}"))


@pytest.mark.parametrize("unit", ["m", "cm", "mm", "px", "", "deg", "squares"])
def test_positions_have_many_units(unit: str) -> None:
    assert Trajectory().start(Spec.of(f"x {unit}", f"y {unit}")).spec.names == ("x_shape", "y_shape")


def test_units_are_not_mixed() -> None:
    with pytest.raises(SettingsError, match="units m, none; the axes of one figure share a unit; choose"):
        Trajectory().start(SPEC)
