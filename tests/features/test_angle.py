"""Angles as cosine and sine: as numpy has them, in any unit, and of nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from gesturemap.errors import SettingsError
from gesturemap.features.angle import Angle
from gesturemap.frames import Frame, Spec
from gesturemap.units import factor

SPEC = Spec.of("acc_x m/s2", "yaw deg", "roll rad", "phase turn", rate=100.0)


def test_each_angle_gives_its_cosine_and_its_sine_in_its_own_unit() -> None:
    run = Angle().start(SPEC)
    assert [str(c) for c in run.spec.channels] == [
        "acc_x m/s2", "yaw_cos", "roll_cos", "phase_cos", "yaw_sin", "roll_sin", "phase_sin"
    ]  # fmt: skip
    rows = np.random.default_rng(0).uniform(-500.0, 500.0, (50, 4))
    rows[7, 1] = np.nan
    out = np.array([run.step(Frame(i / 100.0, row)).values for i, row in enumerate(rows)])
    turned = rows[:, 1:] * [factor(unit, "rad") for unit in ("deg", "rad", "turn")]
    assert out == pytest.approx(np.column_stack([rows[:, 0], np.cos(turned), np.sin(turned)]), nan_ok=True)


def test_nothing_leaps_where_a_turn_begins_anew() -> None:
    run = Angle(("yaw",), keep=True).start(SPEC)
    assert run.spec.names == (*SPEC.names, "yaw_cos", "yaw_sin")
    steps = [
        run.step(Frame(0.0, np.array([0.0, yaw % 360.0, 0.0, 0.0]))).values[-2:] for yaw in range(0, 1000, 5)
    ]
    assert np.abs(np.diff(steps, axis=0)).max() <= np.radians(5.0)


@pytest.mark.parametrize(
    ("spec", "columns"), [(SPEC, ("acc_x",)), (Spec.of("x", "y m"), ()), (SPEC, ("pitch",))]
)
def test_what_is_no_angle_is_refused(spec: Spec, columns: tuple[str, ...]) -> None:
    with pytest.raises(SettingsError, match="columns"):
        Angle(columns).start(spec)
