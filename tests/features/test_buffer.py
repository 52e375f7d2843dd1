"""Buffer: past values side by side, and passages between two conditions."""

from __future__ import annotations

import numpy as np
import pytest
from chains import names, play

from gesturemap.errors import SettingsError
from gesturemap.features.buffer import MOST, Buffer
from gesturemap.frames import Spec

SPEC = Spec.of("x g", "y m", rate=100.0)
TIME = np.arange(60) / 100.0
VALUES = np.column_stack([np.arange(60.0), np.sin(np.arange(60.0))])


def test_the_last_values_oldest_first() -> None:
    out = play(Buffer(frames=3), VALUES, TIME, SPEC)
    assert names(Buffer(frames=3), SPEC) == ["x g", "y m", *(f"{c} {u}" for c, u in zip(
        ("x_1", "x_2", "x_3", "y_1", "y_2", "y_3"), "gggmmm", strict=True))]  # fmt: skip
    assert np.array_equal(out[:, :2], VALUES)
    assert out[0, 2:5].tolist() == [0.0, 0.0, 0.0]
    assert out[1, 2:5].tolist() == [0.0, 0.0, 1.0]
    for back in range(3):
        assert np.array_equal(out[3:, 4 - back], VALUES[3 - back : 60 - back, 0])
        assert np.array_equal(out[3:, 7 - back], VALUES[3 - back : 60 - back, 1])
    assert names(Buffer(columns=("y",), frames=1, keep=False), SPEC) == ["x g", "y_1 m"]


def test_what_is_no_number_counts_as_the_last_one() -> None:
    values = VALUES[:10].copy()
    values[:2], values[5, 0] = np.nan, np.inf
    out = play(Buffer(columns=("x",), frames=3, keep=False), values, TIME[:10], SPEC)[:, 1:]
    assert np.isnan(out[:2]).all()
    assert out[2].tolist() == [2.0, 2.0, 2.0]
    assert out[6].tolist() == [4.0, 4.0, 6.0]


def test_a_passage_is_brought_to_its_length_and_stays() -> None:
    passage = Buffer(columns=("x",), frames=5, begin="x >= 10 and x < 20", end="x > 30", keep=False)
    out = play(passage, VALUES, TIME, SPEC)[:, 1:]
    assert np.array_equal(out[:31], np.zeros((31, 5)))
    assert out[31:] == pytest.approx(np.tile([10.0, 15.0, 20.0, 25.0, 30.0], (29, 1)))


def test_a_passage_goes_by_time_and_begins_again() -> None:
    x = np.array([0.0, 1.0, 1.0, 3.0, 0.0, 0.0, 5.0, 0.0])
    time = np.array([0.0, 1.0, 2.0, 4.0, 5.0, 6.0, 7.0, 8.0])
    spec = Spec.of("x", "y")
    out = play(
        Buffer(columns=("x",), frames=4, begin="x > 0", keep=False), np.column_stack([x, x]), time, spec
    )
    assert out[3, 1:].tolist() == [0.0] * 4
    assert out[4, 1:] == pytest.approx(np.interp([1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 4.0], [1.0, 1.0, 3.0]))
    assert out[7, 1:].tolist() == [5.0] * 4


def test_a_passage_without_end_needs_no_more_room() -> None:
    count = 3 * MOST
    values = np.column_stack([np.arange(float(count)), np.zeros(count)])
    values[-1] = -1.0
    out = play(
        Buffer(columns=("x",), frames=9, begin="x >= 0", keep=False), values, np.arange(count) / 100.0, SPEC
    )
    assert out[-1, 1:] == pytest.approx(np.linspace(0.0, count - 2, 9), abs=4.0)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(SettingsError, match="buffer, end: 'x > 1'; a passage that ends begins"):
        Buffer(end="x > 1").start(SPEC)
    with pytest.raises(SettingsError, match="no channel 'z'"):
        Buffer(begin="z > 1").start(SPEC)
    wide = Spec.of(*(f"c{i}" for i in range(5)))
    with pytest.raises(SettingsError, match="1024 values of 5 channels; at most 4096"):
        Buffer(frames=1024).start(wide)
