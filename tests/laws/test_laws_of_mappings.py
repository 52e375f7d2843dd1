"""Laws of mappings: one estimate in, finite controls and paired events out."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from plugs import growth, kinds, moments, startable

from gesturemap.frames import NONE, Channel, Controls, Estimate, Spec, Values
from gesturemap.mapping.mapping import MappingRun, Source
from gesturemap.mapping.sources import FORMS

EVERY = pytest.mark.parametrize("kind", kinds("mapping"))
SOURCE = Source(("circle", "shake", "lift"), (Channel("pitch", "Hz"),), Spec.of("acc_x g", "acc_y g"))


def each(kind: str) -> list[Any]:
    """All variants that start, with every source where there is a choice of it."""
    made = list(startable("mapping", kind, lambda settings: settings.start(SOURCE)))
    if any(field.name == "source" for field in dataclasses.fields(made[0])):
        for form in FORMS:
            source = form.replace("GESTURE", "shake").replace("output:NAME", "output:pitch")
            source = source.replace("deviation:NAME", "deviation:pitch").replace(
                "feature:NAME", "feature:acc_y"
            )
            made.append(dataclasses.replace(made[0], source=source))
    return made


def frozen(values: Values) -> Values:
    values.setflags(write=False)
    return values


def estimates(times: Values, seed: int = 0) -> list[Estimate]:
    """A performance made up: each gesture once in 0.6 s, with rests and doubts."""
    rng = np.random.default_rng(seed)
    out = []
    for i, time in enumerate(times.tolist()):
        doing, share = (i // 60) % 4, (i % 60) / 60.0
        weights = rng.uniform(0.0, 0.2, 3)
        fit = rng.uniform(0.0, 0.3, 3)
        progress = rng.uniform(0.0, 1.0, 3)
        if doing < 3:
            weights[doing], fit[doing], progress[doing] = 3.0, 0.9, share
        posterior = weights / weights.sum()
        arrays = [frozen(a) for a in (rng.normal(size=3), posterior, progress, fit, rng.normal(size=1),
                                      rng.uniform(size=1), rng.normal(size=2))]  # fmt: skip
        out.append(Estimate(time, *arrays, int(doing) if doing < 3 else NONE, time + 0.001))
    return out


def play(settings: Any, rows: list[Estimate]) -> list[Controls]:
    run = MappingRun([settings], SOURCE)
    return [run.step(row) for row in rows]


def same(left: list[Controls], right: list[Controls]) -> bool:
    return all(
        a.values.tobytes() == b.values.tobytes() and a.events == b.events
        for a, b in zip(left, right, strict=True)
    )


ROWS = estimates(moments())
UNTOUCHED = ("outputs",)
"""Mappings through which infinity may go: a distance that nobody can say."""
BAD = (np.nan, np.inf, -np.inf)


def spoilt(row: Estimate, bad: float) -> Estimate:
    arrays = {
        name: np.full(len(value), bad)
        for name, value in row._asdict().items()
        if isinstance(value, np.ndarray)
    }
    return row._replace(**arrays)


@EVERY
def test_controls_have_their_width_time_and_finite_numbers(kind: str) -> None:
    for settings in each(kind):
        run = MappingRun([settings], SOURCE)
        assert run.neutral.shape == (run.controls.width,)
        assert np.isfinite(run.neutral).all()
        for row in ROWS:
            controls = run.step(row)
            assert controls.values.shape == (run.controls.width,)
            assert np.isfinite(controls.values).all()
            assert (controls.time, controls.arrived) == (row.time, row.arrived)


@EVERY
def test_starting_again_is_starting_fresh_and_runs_share_nothing(kind: str) -> None:
    other = estimates(moments(seed=1), seed=1)
    for settings in each(kind):
        alone = play(settings, ROWS)
        first, second = MappingRun([settings], SOURCE), MappingRun([settings], SOURCE)
        mixed = []
        for row, noise in zip(ROWS, other, strict=True):
            second.step(noise)
            mixed.append(first.step(row))
        assert same(alone, mixed)
        assert same(alone, play(settings, ROWS))


@EVERY
def test_controls_once_given_are_never_written_again(kind: str) -> None:
    for settings in each(kind):
        run = MappingRun([settings], SOURCE)
        given, copies = [], []
        for row in ROWS:
            given.append(run.step(row))
            copies.append(given[-1].values.copy())
        assert all(np.array_equal(a.values, b) for a, b in zip(given, copies, strict=True))


@EVERY
def test_events_are_of_the_vocabulary_in_turn_and_within_0_and_1(kind: str) -> None:
    for settings in each(kind):
        going = ""
        for controls in play(settings, ROWS):
            for event in controls.events:
                assert event.label in SOURCE.labels
                assert 0.0 <= event.value <= 1.0
                assert event.kind == ("ended" if going else "began")
                assert not going or event.label == going
                going = event.label if event.kind == "began" else ""


@EVERY
@pytest.mark.parametrize("bad", BAD)
def test_what_is_no_number_never_gets_through(kind: str, bad: float) -> None:
    for settings in each(kind):
        rows = [spoilt(row, bad) if i % 3 == 0 else row for i, row in enumerate(ROWS)]
        for controls in play(settings, rows):
            told = controls.values if kind not in UNTOUCHED else controls.values[~np.isinf(controls.values)]
            assert np.isfinite(told).all(), settings
            assert all(0.0 <= event.value <= 1.0 for event in controls.events)


@EVERY
@pytest.mark.parametrize("jump", [0.0, -1e6, 3600.0, np.nan, np.inf], ids=lambda jump: f"jump {jump}")
def test_any_clock_gives_numbers(kind: str, jump: float) -> None:
    times = np.arange(400) / 100.0
    times[200] += jump
    for settings in each(kind):
        for given in (times, np.zeros(60), -np.arange(60.0)):
            assert all(np.isfinite(controls.values).all() for controls in play(settings, estimates(given)))


@EVERY
def test_the_same_at_any_place_in_time(kind: str) -> None:
    regular = np.arange(400) / 128.0  # exact in binary, so that shifting them rounds nothing
    for settings in each(kind):
        assert same(play(settings, estimates(regular)), play(settings, estimates(regular + 4096.0)))


@EVERY
@pytest.mark.long
def test_nothing_grows(kind: str) -> None:
    run = MappingRun([each(kind)[0]], SOURCE)
    rows = estimates(np.arange(400) / 100.0)

    def step(i: int) -> None:
        run.step(rows[i % 400]._replace(time=i / 100.0))

    assert growth(step, 50_000) < 4096
