"""Formula: several sources in one control."""

from __future__ import annotations

import math

import numpy as np
import pytest
from made_up_estimates import SOURCE, estimate

from gesturemap.errors import SettingsError
from gesturemap.frames import Channel
from gesturemap.mapping.formula import Formula

TWO = {"a": "posterior:circle", "b": "feature:acc_x"}


def played(settings: Formula, *pairs: tuple[float, float]) -> list[float]:
    part, room, out = settings.start(SOURCE), np.full(1, math.nan), []
    for i, (a, b) in enumerate(pairs):
        part.step(estimate(i * 0.01, (a, 1.0 - a, 0.0), features=np.array([b, 0.0])), room)
        out.append(float(room[0]))
    return out


def test_two_sources_in_one_control_within_its_range() -> None:
    product = Formula("pad.level", sources=TWO, formula="a * b")
    assert played(product, (0.5, 0.5), (1.0, 0.25), (1.0, 7.0), (1.0, -7.0)) == [0.25, 0.25, 1.0, 0.0]
    assert played(
        Formula(sources=TWO, formula="max(a, b) + b[n-1]", to_high=9.0), (0.5, 1.0), (1.0, 2.0)
    ) == [2.0, 3.0]


def test_a_source_that_is_no_number_leaves_the_control_where_it_was() -> None:
    product = Formula(sources=TWO, formula="a * b", neutral=0.125)
    assert played(product, (1.0, math.nan), (1.0, 0.5), (1.0, math.inf), (0.5, 0.5)) == [
        0.125,
        0.5,
        0.5,
        0.25,
    ]


def test_it_has_what_a_range_has_behind_its_curve() -> None:
    note = Formula(
        sources=TWO, formula="60 + 12 * b", to_low=48.0, to_high=72.0, scale="pentatonic", slew_up=100.0
    )
    assert note.start(SOURCE).neutral.tolist() == [48.0]
    assert note.start(SOURCE).controls == (Channel("control"),)
    assert played(note, (1.0, 0.0), (1.0, 1.0)) == [60.0, 61.0]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (Formula(sources=TWO, formula="a * c"), "formula of 'control', formula, character 5: no channel 'c'"),
        (Formula(sources={"a": "winnr"}), "formula of 'control', sources.a: no source 'winnr'"),
        (Formula(sources={}, formula="b"), "no channel 'b'"),
        (Formula("two words"), "a control is one word"),
    ],
)
def test_what_it_cannot_calculate_is_refused_at_start(settings: Formula, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        settings.start(SOURCE)
