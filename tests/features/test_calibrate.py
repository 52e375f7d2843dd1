"""Calibrate: units, rest, ranges, and which channels go on."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gesturemap.errors import SettingsError
from gesturemap.features.calibrate import Calibrate
from gesturemap.frames import Frame, Spec

SPEC = Spec.of("acc_x g", "acc_y g", "gyr_z deg/s", rate=100.0)


def once(settings: Calibrate, *values: float) -> list[float]:
    return settings.start(SPEC).step(Frame(0.0, np.array(values))).values.tolist()


def units(settings: Calibrate) -> list[str]:
    return [str(channel) for channel in settings.start(SPEC).spec.channels]


def test_nothing_set_changes_nothing() -> None:
    run = Calibrate().start(SPEC)
    assert run.spec == SPEC
    assert run.delay == 0.0
    frame = Frame(1.5, np.array([0.1, -1e300, -0.0]), 2.5)
    out = run.step(frame)
    assert out.values.tobytes() == frame.values.tobytes()
    assert (out.time, out.arrived) == (1.5, 2.5)


def test_chosen_channels_get_another_unit() -> None:
    settings = Calibrate(columns=("acc*",), scale=(9.81,), unit="m/s2")
    assert once(settings, 1.0, -2.0, 3.0) == pytest.approx([9.81, -19.62, 3.0])
    assert units(settings) == ["acc_x m/s2", "acc_y m/s2", "gyr_z deg/s"]


def test_scale_and_offset_then_rest_then_range() -> None:
    settings = Calibrate(
        columns=("acc_x",), scale=(2.0,), offset=(1.0,), rest=(3.0,), low=(-1.0,), high=(3.0,), clip=False
    )
    for raw in (-4.0, 0.0, 0.7, 5.0):
        assert once(settings, raw, 0, 0)[0] == pytest.approx((raw * 2.0 + 1.0 - 3.0 + 1.0) / 4.0)


def test_a_value_at_rest_is_exactly_zero() -> None:
    settings = Calibrate(rest=(0.1, 0.7, 1e-3))
    assert once(settings, 0.1, 0.7, 1e-3) == [0.0, 0.0, 0.0]
    assert once(settings, 1.1, 0.0, 0.0) == pytest.approx([1.0, -0.7, -1e-3])


def test_a_range_becomes_0_to_1_without_unit_and_is_never_left() -> None:
    settings = Calibrate(columns=("acc_x", "gyr_z"), low=(-1.0, 0.0), high=(1.0, 500.0))
    assert once(settings, 0.0, 7.0, 250.0) == [0.5, 7.0, 0.5]
    assert once(settings, -3.0, 7.0, 501.0) == [0.0, 7.0, 1.0]
    assert once(settings, math.inf, 7.0, -math.inf) == [1.0, 7.0, 0.0]
    assert units(settings) == ["acc_x", "acc_y g", "gyr_z"]


def test_without_clip_a_range_is_left() -> None:
    assert once(Calibrate(low=(0.0,), high=(2.0,), clip=False), 4.0, -2.0, 1.0) == [2.0, -1.0, 0.5]


def test_a_range_upside_down_inverts() -> None:
    assert once(Calibrate(low=(1.0,), high=(0.0,)), 0.25, 2.0, -2.0) == [0.75, 0.0, 1.0]


def test_only_a_high_ranges_from_zero() -> None:
    assert once(Calibrate(high=(4.0,)), 1.0, 2.0, 5.0) == [0.25, 0.5, 1.0]


def test_only_the_chosen_channels_go_on_in_the_order_they_are_named() -> None:
    settings = Calibrate(columns=("gyr_z", "acc_x"), keep="selected", rest=(1.0, 0.0))
    assert once(settings, 5.0, 6.0, 7.0) == [6.0, 5.0]
    assert units(settings) == ["gyr_z deg/s", "acc_x g"]


def test_no_number_stays_none_for_its_frame_only() -> None:
    run = Calibrate(low=(0.0,), high=(1.0,)).start(SPEC)
    first = run.step(Frame(0.0, np.array([math.nan, 0.5, 0.5]))).values
    assert math.isnan(first[0])
    assert first[1:].tolist() == [0.5, 0.5]
    assert run.step(Frame(0.1, np.array([0.5, 0.5, 0.5]))).values.tolist() == [0.5, 0.5, 0.5]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (Calibrate(columns=("mag*",)), "no channel 'mag\\*'; there are acc_x, acc_y, gyr_z"),
        (
            Calibrate(rest=(1.0, 2.0)),
            "calibrate, rest: 2 numbers; 3 channels are chosen; .* one number for all",
        ),
        (Calibrate(scale=(0.0,)), "calibrate, scale: 0"),
        (Calibrate(low=(1.0,), high=(1.0,)), "both 1.0; low and high differ"),
        (Calibrate(low=(1.0,)), "both 1.0; low and high differ"),
        (
            Calibrate(columns=("acc*",), unit="rad/s"),
            "calibrate, unit: acc_x in g; g cannot become rad/s; give a scale, or leave the unit",
        ),
        (Calibrate(unit="m/s2"), "gyr_z in deg/s; deg/s cannot become m/s2; .* columns"),
    ],
)
def test_what_cannot_be_is_refused_at_start(settings: Calibrate, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        settings.start(SPEC)


def test_a_unit_that_measures_the_same_is_converted_to() -> None:
    assert once(Calibrate(columns=("acc*",), unit="m/s2"), 1.0, -2.0, 90.0) == pytest.approx(
        [9.80665, -19.6133, 90.0]
    )
    assert once(Calibrate(columns=("gyr_z",), unit="rad/s"), 0.0, 0.0, 180.0)[2] == pytest.approx(math.pi)
    given = Calibrate(columns=("acc*",), unit="m/s2", scale=(10.0,))
    assert once(given, 1.0, 1.0, 0.0)[:2] == [10.0, 10.0], "a scale that is set is the scale"
    named = Calibrate(columns=("acc*",), unit="bananas")
    assert once(named, 1.0, 2.0, 0.0)[:2] == [1.0, 2.0]


def test_what_measures_something_else_becomes_it_by_a_scale_alone() -> None:
    given = Calibrate(columns=("acc*",), unit="rad/s", scale=(2.0,))
    assert once(given, 1.0, 2.0, 0.0)[:2] == [2.0, 4.0]
    raw = Calibrate(unit="rad/s").start(Spec.of("a counts", "b"))
    assert [str(channel) for channel in raw.spec.channels] == ["a rad/s", "b rad/s"]
