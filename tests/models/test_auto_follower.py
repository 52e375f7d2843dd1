"""A spotter says when, a recogniser which: what is told where they disagree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gesturemap import compiled, models
from gesturemap.demonstrations import Demonstration
from gesturemap.features import kernels
from gesturemap.frames import NONE, Estimate, Frame, Values
from gesturemap.mapping.events import Events
from gesturemap.models.auto_follower import SURER, WAIT, AutoFollower
from gesturemap.project.read import read_project
from gesturemap.teaching.hearing import hear
from gesturemap.teaching.play import Opened, learn

STEP = 0.02
CIRCLE, SQUARE = 0, 1
SURE, UNSURE = (0.001, 0.999), (0.4, 0.6)
Said = tuple[tuple[float, float], tuple[bool, bool], int]
"""Posteriors, what fits, and what is spotted, of a frame."""


class Scripted:
    """A follower that says what was written down."""

    def __init__(self, script: Sequence[Said]) -> None:
        self._script = iter(script)

    def step(self, frame: Frame) -> Estimate:
        posterior, fits, spotted = next(self._script)
        nothing = np.zeros(2)
        fit = np.where(fits, 0.9, 0.1)
        since = frame.time - 1.0 if spotted != NONE else 0.0
        return Estimate(
            frame.time, nothing, np.array(posterior), nothing, fit, nothing[:0], nothing[:0], frame.values, NONE,
            spotted=spotted, since=since,
        )  # fmt: skip


def told(*parts: tuple[int, Said]) -> list[tuple[int, int]]:
    """In which frames what is told, of so many frames of each."""
    script = [said for count, said in parts for _ in range(count)]
    follower = AutoFollower(Scripted(script), Scripted(script))
    estimates = [follower.step(Frame(STEP * n, np.zeros(2))) for n in range(len(script))]
    return [(n, one.spotted) for n, one in enumerate(estimates) if one.spotted != NONE]


NEITHER: Said = (SURE, (False, False), NONE)
ROUND: Said = (SURE, (True, False), NONE)
SPOTTED: Said = (SURE, (True, False), CIRCLE)
BOTH: Said = (SURE, (True, True), NONE)


def test_what_the_recogniser_is_surer_of_is_told_as_soon_as_it_fits() -> None:
    assert told((5, NEITHER), (1, SPOTTED), (6, ROUND), (9, BOTH)) == [(12, SQUARE)]


def test_what_was_spotted_is_told_after_a_while_and_corrected_later() -> None:
    waited = round(WAIT / STEP)
    assert told((5, NEITHER), (1, SPOTTED), (20, ROUND), (9, BOTH)) == [(5 + waited, CIRCLE), (26, SQUARE)]


def test_what_no_longer_fits_waits_no_longer_and_is_not_corrected() -> None:
    late: Said = (SURE, (False, True), NONE)
    assert told((5, NEITHER), (1, SPOTTED), (3, ROUND), (5, NEITHER), (9, late)) == [(9, CIRCLE)]


def test_a_recogniser_that_is_less_sure_corrects_nothing() -> None:
    assert UNSURE[1] < SURER * UNSURE[0]
    spotted: Said = (UNSURE, (True, False), CIRCLE)
    assert told((5, NEITHER), (1, spotted), (20, (UNSURE, (True, True), NONE))) == [(5, CIRCLE)]


def test_what_fitted_before_corrects_nothing_until_it_fits_anew() -> None:
    square: Said = (SURE, (False, True), SQUARE)
    lasts: Said = (SURE, (False, True), NONE)
    circle: Said = (SURE, (True, True), CIRCLE)
    waited = round(WAIT / STEP)
    once = [(0, SQUARE), (4 + waited, CIRCLE)]
    assert told((1, square), (3, lasts), (1, circle), (30, BOTH)) == once
    assert told((1, square), (3, lasts), (1, circle), (30, BOTH), (1, ROUND), (5, BOTH)) == [
        *once,
        (36, SQUARE),
    ]


def square(like: Demonstration, seconds: float, seed: int, rest: float = 0.8) -> Demonstration:
    """Drawn on the pad clockwise from its upper left corner, from rest to rest."""
    random, count, still = np.random.default_rng(seed), round(60 * seconds), round(60 * rest)
    corners = np.array([(-1, 1), (1, 1), (1, -1), (-1, -1), (-1, 1)], float)
    way = np.linspace(0.0, 4.0, count)
    size, wobble = 0.18 + 0.01 * seed, np.hanning(15) / np.linalg.norm(np.hanning(15))
    values = np.zeros((count + 2 * still, 3))
    for c in (0, 1):
        drawn: Values = 0.5 + size * np.interp(way, range(5), corners[:, c])
        drawn = drawn + 0.004 * np.convolve(random.normal(size=count), wobble, "same")
        values[:, c] = np.concatenate((np.full(still, drawn[0]), drawn, np.full(still, drawn[-1])))
    return replace(
        like,
        id=f"square-{seed}",
        label="square",
        time=np.arange(len(values)) / 60.0,
        values=values,
        targets=np.zeros((len(values), 0)),
    )


@pytest.mark.long
def test_a_square_of_which_three_sides_look_like_a_circle_is_told_in_the_end() -> None:
    project, _ = read_project(Path(__file__).parents[2] / "presets" / "pointer")
    it = Opened(None, project.teacher, project.features)  # type: ignore[arg-type]
    needed = kernels(feature.kind for feature in it.features)
    compiled.load((*needed, *models.kernels(it.learner.kind, fitting=True)))
    drawn = project.shown
    model, _ = learn(it, [*drawn, *(square(drawn[0], 2.3, seed, rest=0.03) for seed in (1, 2, 3))])
    for seconds in (2.0, 2.4, 2.6):
        for seed in (4, 5):
            assert hear(it, model, square(drawn[0], seconds, seed), [Events()]).given == "square"
