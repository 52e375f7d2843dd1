"""Events: one began per execution, one ended after it, whatever the estimates do."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_estimates import LABELS, SOURCE, estimate

from gesturemap.errors import SettingsError
from gesturemap.frames import NONE, Channel, Estimate, Event
from gesturemap.mapping.events import Events
from gesturemap.mapping.mapping import Source

RATE = 100.0


class Performance:
    """Estimates at 100 Hz, written as a score."""

    def __init__(self) -> None:
        self.time = 0.0
        self.estimates: list[Estimate] = []

    def frame(self, **changes: object) -> Performance:
        self.estimates.append(estimate(self.time, **changes))  # type: ignore[arg-type]
        self.time += 1.0 / RATE
        return self

    def play(
        self, gesture: int, seconds: float = 1.0, start: float = 0.0, end: float = 1.0, **changes: object
    ) -> Performance:
        """A gesture done from `start` to `end`, clearly recognised unless changed."""
        for i in range(round(seconds * RATE)):
            share = start + (end - start) * i / (seconds * RATE)
            rest = [0.03, 0.03, 0.03]
            rest[gesture] = 0.94
            progress = [0.3, 0.3, 0.3]
            progress[gesture] = share
            self.frame(**{"posterior": tuple(rest), "progress": tuple(progress)} | changes)
        return self

    def rest(self, seconds: float = 0.5) -> Performance:
        """Nothing known is done: the posterior stays where it was, no gesture fits."""
        last = self.estimates[-1].posterior if self.estimates else np.array([0.4, 0.3, 0.3])
        for _ in range(round(seconds * RATE)):
            self.frame(posterior=tuple(last), fit=0.1)
        return self


def rule(**changes: Any) -> Events:
    """A quick rule that begins at the first sign, changed as a test needs it."""
    return Events(**{"threshold": 0.8, "hold": 0.05, "minimum_progress": 0.0} | changes)


def fired(
    performance: Performance | Iterable[Estimate], by: Events | None = None
) -> list[tuple[float, Event]]:
    part = (by or rule()).start(SOURCE)
    values = np.zeros(len(part.controls))
    estimates = performance.estimates if isinstance(performance, Performance) else performance
    return [(one.time, event) for one in estimates for event in part.step(one, values)]


def said(performance: Performance | Iterable[Estimate], by: Events | None = None) -> list[str]:
    return [f"{event.kind} {event.label}" for _, event in fired(performance, by)]


ONCE = ["began circle", "ended circle"]


def test_one_execution_fires_once_after_the_hold_and_ends_after_the_hold() -> None:
    events = fired(Performance().rest().play(0).rest())
    assert [(event.kind, event.label) for _, event in events] == [("began", "circle"), ("ended", "circle")]
    assert events[0][0] == pytest.approx(0.5 + 0.05)
    assert events[1][0] == pytest.approx(1.5 + 0.05)
    assert events[0][1].value == 0.94


def test_without_hold_it_fires_at_once() -> None:
    events = fired(Performance().rest().play(0).rest(), rule(hold=0.0))
    assert [time for time, _ in events] == [pytest.approx(0.5), pytest.approx(1.5)]


def test_the_same_gesture_twice_in_a_row_fires_twice() -> None:
    row = Performance().rest().play(0).play(0).play(0).rest()
    assert said(row) == ONCE * 3
    times = [time for time, event in fired(row) if event.kind == "began"]
    assert times == [pytest.approx(0.55), pytest.approx(1.55), pytest.approx(2.55)]
    assert said(row, rule(hold=0.0)) == ONCE * 3
    assert said(row, rule(minimum_progress=0.3)) == ONCE * 3
    assert said(row, rule(gestures=("circle",))) == ONCE * 3


def test_another_gesture_takes_over_in_the_same_frame() -> None:
    events = fired(Performance().rest().play(0).play(2).rest())
    assert [f"{event.kind} {event.label}" for _, event in events] == [
        *ONCE,
        "began big lift",
        "ended big lift",
    ]
    assert events[1][0] == events[2][0]


def test_a_gesture_that_is_not_yet_lost_gives_way_to_a_likelier_one() -> None:
    row = Performance().play(0, 0.5, posterior=(0.7, 0.2, 0.1)).play(1, 0.5, posterior=(0.3, 0.6, 0.1)).rest()
    events = fired(row, rule(threshold=0.5, release=0.2))
    assert [f"{event.kind} {event.label}" for _, event in events] == [*ONCE, "began shake", "ended shake"]
    assert events[1][0] == events[2][0] == pytest.approx(0.55)


def test_progress_must_be_far_enough() -> None:
    events = fired(Performance().rest().play(0).rest(), rule(minimum_progress=0.6))
    assert [time for time, _ in events] == [pytest.approx(0.5 + 0.6 + 0.05), pytest.approx(1.55)]
    broken_off = Performance().rest().play(0, 0.5, end=0.5).rest()
    assert said(broken_off, rule(minimum_progress=0.6)) == []
    assert said(broken_off) == ONCE


def test_a_slip_shorter_than_the_hold_changes_nothing() -> None:
    slips = Performance().rest().play(0, 0.5, end=0.5)
    slips.play(1, 0.03, fit=0.9).play(0, 0.2, 0.5, 0.7).play(0, 0.03, 0.7, 0.73, fit=0.0)
    slips.play(0, 0.3, 0.73, 1.0).play(0, 0.03, 0.1, 0.1).play(0, 0.1, 1.0, 1.0).rest()
    assert said(slips) == ONCE


def test_hysteresis_between_threshold_and_release() -> None:
    wobbling = Performance().rest()
    for i in range(100):
        p = 0.6 if i % 20 < 10 else 0.9
        wobbling.frame(posterior=(p, 1.0 - p, 0.0), progress=i / 100.0, fit=0.4 if i % 30 > 20 else 0.8)
    assert said(wobbling.rest()) == ONCE
    assert len(said(wobbling, rule(release=0.8))) > 2


def test_a_broken_off_gesture_waits_for_the_refractory_time() -> None:
    torn = Performance().rest().play(0, 0.4, 0.0, 0.4).rest(0.1).play(0, 0.4, 0.5, 0.9).rest()
    assert said(torn, rule(refractory=0.6)) == ONCE
    assert said(torn, rule(refractory=0.1)) == ONCE * 2


def test_a_gesture_lost_near_its_end_begins_again_only_from_its_start() -> None:
    held = Performance().rest().play(0, 1.0, 0.0, 0.9).rest(1.0).play(0, 1.0, 0.9, 1.0).rest(1.0)
    assert said(held) == ONCE
    assert said(held.play(0).rest()) == ONCE * 2
    away = Performance().rest().play(0, 1.0, 0.0, 0.9).rest(0.2).play(1).play(0, 1.0, 0.9, 1.0).rest()
    assert said(away) == [*ONCE, "began shake", "ended shake", *ONCE], "another gesture came between"


def test_a_model_without_progress_is_not_asked_for_it() -> None:
    instant = Performance().rest().play(0, progress=0.0).rest().play(1, progress=0.0).rest().estimates
    for one in instant:
        one.progress[:] = 0.0
    assert said(instant, rule(minimum_progress=0.5)) == [*ONCE, "began shake", "ended shake"]


def test_by_default_a_gesture_begins_when_it_is_half_through() -> None:
    events = fired(Performance().rest().play(0).play(0).rest().play(2).rest(), Events())
    assert [f"{event.kind} {event.label}" for _, event in events] == [
        *ONCE,
        *ONCE,
        "began big lift",
        "ended big lift",
    ]
    assert [time for time, _ in events[::2]] == [pytest.approx(t) for t in (1.1, 2.1, 3.6)]


def test_beginnings_are_never_closer_than_the_refractory_time() -> None:
    nervous = Performance().rest()
    for i in range(10):
        nervous.play(i % 2, 0.1)
    times = [time for time, event in fired(nervous.rest(), rule(refractory=0.35)) if event.kind == "began"]
    assert len(times) >= 2
    assert all(late - early >= 0.35 - 1e-6 for early, late in pairwise(times))


def test_a_start_that_is_seen_as_an_end_does_not_fire_twice() -> None:
    unsure = Performance().rest().play(0, 0.15, 0.95, 0.98).play(0, 1.0).rest()
    assert said(unsure) == ONCE


def test_a_gesture_that_is_not_watched_ends_one_that_is_but_never_begins() -> None:
    row = Performance().rest().play(0).play(1).play(2).play(1).rest()
    assert said(row, rule(gestures=("big lift", "circle"))) == [*ONCE, "began big lift", "ended big lift"]


def test_what_fits_badly_never_begins() -> None:
    assert said(Performance().play(0, fit=0.45)) == []
    assert said(Performance().play(0, fit=0.45).rest(), rule(fit=0.4)) == ONCE
    assert said(Performance().play(0, posterior=(0.79, 0.2, 0.01))) == []


def test_no_evidence_at_all_ends_it_at_once() -> None:
    row = Performance().rest().play(0, 0.5)
    row.frame(posterior=(0.0, 0.0, 0.0), fit=0.0, winner=NONE)
    events = fired(row)
    assert [event.kind for _, event in events] == ["began", "ended"]
    assert events[1] == (pytest.approx(1.0), Event("ended", "circle", 0.0))


@pytest.mark.parametrize("speed", [0.1, 1.0, 20.0])
def test_time_is_that_of_the_estimates(speed: float) -> None:
    row = Performance().rest().play(0).play(0).play(1).rest().estimates
    wanted = [*ONCE, *ONCE, "began shake", "ended shake"]
    assert said(row) == said(row[::2]) == wanted
    slow = [one._replace(time=1e6 + one.time * speed) for one in row]
    scaled = rule(hold=0.05 * speed, refractory=0.3 * speed)
    assert said(slow, scaled) == wanted


@pytest.mark.parametrize("jump", [0.0, -100.0, 3600.0])
def test_a_clock_that_jumps_loses_nothing(jump: float) -> None:
    row = Performance().rest().play(0, 0.5, end=0.5).estimates
    late = Performance().play(0, 0.5, 0.5, 1.0).rest().play(1).rest().estimates
    time = row[-1].time + jump
    assert said(row + [one._replace(time=time + one.time) for one in late]) == [
        *ONCE, "began shake", "ended shake",
    ]  # fmt: skip


def test_a_time_that_is_no_number_loses_nothing() -> None:
    row = Performance().rest().play(0).rest().estimates
    row[60] = row[60]._replace(time=math.nan)
    assert said(row) == ONCE


def test_no_number_ends_it_like_a_loss_and_never_begins() -> None:
    nans = (math.nan,) * 3
    row = Performance().rest().play(0, 0.5)
    for _ in range(20):
        row.frame(posterior=nans, progress=nans, fit=nans)
    assert said(row) == ONCE
    assert fired(row)[1][1].value == 0.0
    assert said(row.rest().play(1).rest()) == [*ONCE, "began shake", "ended shake"]


def test_gates_are_open_while_a_gesture_goes_on() -> None:
    part = rule(gestures=("big lift", "circle"), gates=True, hold=0.0).start(SOURCE)
    assert part.controls == (Channel("gate.big_lift"), Channel("gate.circle"))
    assert part.neutral.tolist() == [0.0, 0.0]
    values, open_gates = np.full(2, math.nan), []
    for one in Performance().rest(0.1).play(0, 0.5).play(2, 0.5).rest(0.1).estimates:
        part.step(one, values)
        open_gates.append(tuple(values.tolist()))
    assert open_gates == [(0.0, 0.0)] * 10 + [(0.0, 1.0)] * 50 + [(1.0, 0.0)] * 50 + [(0.0, 0.0)] * 10


def test_without_gates_there_are_no_controls() -> None:
    part = rule().start(SOURCE)
    assert (part.controls, part.neutral.shape) == ((), (0,))


def test_a_model_without_gestures_fires_nothing() -> None:
    part = rule(gates=True).start(Source((), (), SOURCE.features))
    assert part.controls == ()
    assert part.step(estimate(0.0, (), fit=(), progress=()), np.zeros(0)) == ()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (
            rule(gestures=("circel",)),
            "events, gestures: no gesture 'circel'; there are circle, shake, big lift",
        ),
        (rule(threshold=0.4), "events, release: 0.5; at most the threshold, 0.4"),
    ],
)
def test_what_cannot_be_is_refused_at_start(wrong: Events, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        wrong.start(SOURCE)


@st.composite
def chaos(draw: st.DrawFn) -> list[Estimate]:
    """Any estimates at all, with runs of the same."""
    time, rows = 0.0, []
    level = st.sampled_from([0.0, 0.05, 0.3, 0.5, 0.55, 0.85, 1.0, math.nan])
    for _ in range(draw(st.integers(1, 15))):
        row = estimate(0.0, draw(st.tuples(level, level, level)), draw(st.tuples(level, level, level)),
                       draw(st.tuples(level, level, level)))  # fmt: skip
        for _ in range(draw(st.integers(1, 20))):
            time += draw(st.sampled_from([0.01, 0.01, 0.03, 0.0, -0.5, 2.0]))
            rows.append(row._replace(time=time))
    return rows


@settings(max_examples=60, deadline=None)
@given(chaos(), st.sampled_from([0.0, 0.05]), st.sampled_from([0.0, 0.3]), st.sampled_from([0.0, 0.5]))
def test_whatever_comes_every_began_has_its_ended_and_none_overlap(
    rows: list[Estimate], hold: float, refractory: float, minimum: float
) -> None:
    by = rule(hold=hold, refractory=refractory, minimum_progress=minimum)
    closing = estimate(rows[-1].time, (0.0, 0.0, 0.0), 0.0, 0.0)
    events = [event for _, event in fired([*rows, closing], by)]
    assert len(events) % 2 == 0
    for began, ended in zip(events[::2], events[1::2], strict=True):
        assert (began.kind, ended.kind, ended.label) == ("began", "ended", began.label)
        assert began.label in LABELS
        assert 0.8 <= began.value <= 1.0
        assert 0.0 <= ended.value <= 1.0


def taken_over(after: Iterable[Estimate]) -> list[tuple[float, str]]:
    """What a new model's events say of these estimates, where a circle goes on since 0.5 s; when, and what."""
    settings_, out = Events(gestures=LABELS, hold=0.1, refractory=0.2), np.empty(0)
    before, now = settings_.start(SOURCE), settings_.start(SOURCE)
    for i in range(50):
        before.step(estimate(i / RATE), out)
    assert before.going == "circle"
    assert now.inherits(before, dict(zip(LABELS, LABELS, strict=True)))
    now.go_on(before, dict(zip(LABELS, LABELS, strict=True)))
    return [(e.time, f"{x.kind} {x.label}") for e in after for x in now.step(e, out)]


NOTHING = {"posterior": (0.0, 0.0, 0.0), "fit": 0.0, "progress": 0.0}


@pytest.mark.parametrize("deaf", [0, 5, 20])
def test_a_new_model_may_need_a_moment_to_hear_what_goes_on(deaf: int) -> None:
    silent = [estimate(0.5 + i / RATE, **NOTHING) for i in range(deaf)]  # type: ignore[arg-type]
    heard = [estimate(0.5 + i / RATE) for i in range(deaf, 100)]
    assert taken_over([*silent, *heard]) == []


def test_what_a_new_model_does_not_hear_in_hold_and_refractory_ends() -> None:
    ((when, what),) = taken_over(estimate(0.5 + i / RATE, **NOTHING) for i in range(100))  # type: ignore[arg-type]
    assert what == "ended circle"
    assert when == pytest.approx(0.49 + 0.3, abs=0.011)


def test_what_a_new_model_has_heard_ends_as_everywhere() -> None:
    once = [estimate(0.5)]
    silent = [estimate(0.51 + i / RATE, **NOTHING) for i in range(50)]  # type: ignore[arg-type]
    assert taken_over([*once, *silent]) == [(0.51, "ended circle")]


def test_an_estimate_of_no_time_ends_it_at_once() -> None:
    nothing = estimate(0.5, **NOTHING)._replace(arrived=math.nan)  # type: ignore[arg-type]
    assert taken_over([nothing]) == [(0.5, "ended circle")]


def test_single_gestures_may_need_a_better_fit() -> None:
    frames = [estimate(n / 100.0, posterior=(1.0, 0.0, 0.0), progress=0.9, fit=0.7) for n in range(50)]
    for fits, began in (({}, ["circle"]), ({"circle": 0.8}, []), ({"shake": 0.8, "nobody": 0.9}, ["circle"])):
        part = Events(fits=fits).start(SOURCE)
        assert [e.label for one in frames for e in part.step(one, part.neutral.copy())] == began
