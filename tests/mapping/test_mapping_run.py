"""All mappings of a project as one."""

from __future__ import annotations

import numpy as np
import pytest
from made_up_estimates import SOURCE, estimate

from gesturemap.errors import SettingsError
from gesturemap.frames import Event
from gesturemap.mapping.events import Events
from gesturemap.mapping.mapping import Mapping, MappingRun
from gesturemap.mapping.range import Range

ALL: list[Mapping] = [
    Range("posterior:shake", "pad.level", unit="dB", to_low=-60.0, to_high=0.0),
    Events(hold=0.0, gates=True, gestures=("circle",)),
    Range("output:pitch", "pad.pitch", "Hz", low=0.0, high=1000.0, to_low=0.0, to_high=1000.0, neutral=220.0),
    Events(hold=0.0, gestures=("shake",)),
]


def test_controls_stand_in_the_order_of_the_mappings() -> None:
    run = MappingRun(ALL, SOURCE)
    assert [str(c) for c in run.controls.channels] == ["pad.level dB", "gate.circle", "pad.pitch Hz"]
    assert run.neutral.tolist() == [-60.0, 0.0, 220.0]
    first = run.step(estimate(1.0, (0.9, 0.1, 0.0)))
    assert first.values.tolist() == [pytest.approx(-54.0), 1.0, 440.0]
    assert (first.time, first.arrived) == (1.0, 1.001)
    assert first.events == (Event("began", "circle", 0.9),)
    run.step(estimate(1.5, (0.9, 0.1, 0.0)))
    second = run.step(estimate(2.0, (0.0, 1.0, 0.0)))
    assert second.values.tolist() == [0.0, 0.0, 440.0]
    assert second.events == (Event("ended", "circle", 0.0), Event("began", "shake", 1.0))


def test_values_once_given_are_never_written_again() -> None:
    run = MappingRun(ALL, SOURCE)
    given = [run.step(estimate(i * 0.01, (1.0 - i / 10, i / 10, 0.0))) for i in range(10)]
    copies = [controls.values.copy() for controls in given]
    run.step(estimate(1.0))
    assert all(np.array_equal(a.values, b) for a, b in zip(given, copies, strict=True))


def test_no_mapping_gives_no_control() -> None:
    run = MappingRun([], SOURCE)
    assert (run.controls.width, run.neutral.shape) == (0, (0,))
    assert run.step(estimate(0.0)).values.shape == (0,)


def test_two_mappings_do_not_write_one_control() -> None:
    with pytest.raises(SettingsError, match="pad"):
        MappingRun([ALL[0], ALL[0]], SOURCE)


def test_two_mappings_of_one_control_are_both_named() -> None:
    with pytest.raises(
        SettingsError, match=r"^mapping\[1\] and mapping\[4\]: both set gate.circle; each control"
    ):
        MappingRun([*ALL, Range(control="gate.circle")], SOURCE)


def test_what_is_wrong_with_one_mapping_is_told_with_its_number() -> None:
    with pytest.raises(SettingsError, match=r"^mapping\[4\] range of 'a', low and high: both 1"):
        MappingRun([*ALL, Range(control="a", low=1.0, high=1.0)], SOURCE)
