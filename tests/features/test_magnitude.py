"""Magnitude: the length of a vector."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gesturemap.errors import SettingsError
from gesturemap.features.motion import Magnitude
from gesturemap.frames import Frame, Spec

SPEC = Spec.of("acc_x g", "acc_y g", "acc_z g", "gyr_x deg/s", "light")


@pytest.mark.parametrize(
    ("settings", "channels", "values"),
    [
        (Magnitude(("acc*",)), ["acc_x g", "acc_y g", "acc_z g", "gyr_x deg/s", "light", "acc_magnitude g"],
         [2.0, 3.0, 6.0, 9.0, 5.0, 7.0]),
        (Magnitude(("acc*",), keep=False), ["gyr_x deg/s", "light", "acc_magnitude g"], [9.0, 5.0, 7.0]),
        (Magnitude(("gyr_x",), name="turn", keep=False),
         ["acc_x g", "acc_y g", "acc_z g", "light", "turn deg/s"], [2.0, 3.0, 6.0, 5.0, 9.0]),
    ],
)  # fmt: skip
def test_it_stands_behind_the_others_or_in_place_of_the_chosen(
    settings: Magnitude, channels: list[str], values: list[float]
) -> None:
    run = settings.start(SPEC)
    assert [str(channel) for channel in run.spec.channels] == channels
    out = run.step(Frame(0.5, np.array([2.0, 3.0, 6.0, -9.0 if "turn" in settings.name else 9.0, 5.0]), 0.6))
    wanted = [9.0 if v == -9.0 else v for v in values]
    assert out.values.tolist() == wanted
    assert (out.time, out.arrived, run.delay) == (0.5, 0.6, 0.0)


def test_channels_with_nothing_in_common_give_a_plain_name() -> None:
    assert Magnitude().start(Spec.of("x", "y")).spec.names == ("x", "y", "magnitude")


def test_it_is_numpys_norm() -> None:
    rng = np.random.default_rng(6)
    run = Magnitude(("acc*",), keep=False).start(SPEC)
    for values in rng.normal(size=(50, 5)):
        assert run.step(Frame(0.0, values)).values[-1] == pytest.approx(np.linalg.norm(values[:3]), rel=1e-15)


def test_no_number_gives_none_for_its_frame_only() -> None:
    run = Magnitude(("acc*",)).start(SPEC)
    assert math.isnan(run.step(Frame(0.0, np.array([math.nan, 3.0, 6.0, 9.0, 5.0]))).values[-1])
    assert run.step(Frame(0.0, np.array([math.inf, 3.0, 6.0, 9.0, 5.0]))).values[-1] == math.inf
    assert run.step(Frame(0.0, np.array([2.0, 3.0, 6.0, math.nan, 5.0]))).values[-1] == 7.0


def test_units_are_not_mixed() -> None:
    with pytest.raises(SettingsError, match="units g, deg/s, none; the channels of one vector share a unit"):
        Magnitude().start(SPEC)


def test_a_name_that_is_taken_is_refused() -> None:
    with pytest.raises(SettingsError, match="light; each channel has a name of its own"):
        Magnitude(("acc*",), name="light").start(SPEC)
