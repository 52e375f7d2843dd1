"""Outputs become controls as they are."""

from __future__ import annotations

import numpy as np
import pytest

from gesturemap.errors import SettingsError
from gesturemap.frames import NONE, Channel, Estimate, Spec
from gesturemap.mapping.mapping import MappingRun, Source
from gesturemap.mapping.outputs import Outputs

SOURCE = Source(("x",), (Channel("a", "Hz"), Channel("b")), Spec.of("f"))


def estimate(*outputs: float) -> Estimate:
    zero = np.zeros(1)
    return Estimate(0.0, zero, zero, zero, zero, np.array(outputs), np.zeros(len(outputs)), zero, NONE)


def test_every_output_is_a_control_of_its_name_and_unit_to_the_bit() -> None:
    run = MappingRun([Outputs()], SOURCE)
    assert run.controls.channels == SOURCE.outputs
    assert run.step(estimate(0.1 + 0.2, -1e-300)).values.tolist() == [0.1 + 0.2, -1e-300]


def test_infinity_goes_through_and_what_is_no_number_does_not() -> None:
    run = MappingRun([Outputs()], SOURCE)
    assert run.step(estimate(np.inf, -np.inf)).values.tolist() == [np.inf, -np.inf]
    run.step(estimate(1.0, 2.0))
    assert run.step(estimate(np.nan, 3.0)).values.tolist() == [1.0, 2.0]


def test_a_model_without_outputs_is_told() -> None:
    with pytest.raises(SettingsError, match="the model has none"):
        MappingRun([Outputs()], Source(("x",), (), Spec.of("f")))
