"""Beats from outside: the grid moves, and everything still comes out once, in order, on it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_estimates import SOURCE, estimate

from gesturemap.frames import Event
from gesturemap.mapping.beat import LATE, Beat
from gesturemap.mapping.events import Events
from gesturemap.mapping.mapping import MappingRun


def happen(kind: str, label: str = "a") -> tuple[Event, ...]:
    return (Event(kind, label, 1.0),)


def test_the_grid_is_that_of_the_song() -> None:
    beat = Beat(4.0, 60.0, 0.0, "")
    beat.follow(10.0, 0.5, 10.0)
    assert beat.step(happen("began"), 10.1) == (), "also the first waits"
    assert beat.due == 12.0, "the next bar of 120 beats a minute, whatever the setting says"
    beat.follow(10.01, 0.5, 10.5)
    assert beat.due == pytest.approx(12.01), "who waits goes along"
    beat.follow(10.01, 0.4, 10.6)
    assert beat.due == pytest.approx(11.61), "to the same bar, though it comes sooner now"
    assert beat.release(11.61) == happen("began")


def test_a_beat_that_has_just_gone_by_counts_as_there() -> None:
    beat = Beat(1.0, 60.0, 0.0, "")
    beat.follow(10.0, 0.5, 10.0)
    beat.step(happen("began"), 10.4)
    beat.follow(9.99, 0.5, 10.495)
    assert beat.due == pytest.approx(10.49)
    assert beat.release(10.495) == happen("began")


def test_a_song_that_begins_anew_takes_along_who_waits() -> None:
    beat = Beat(4.0, 60.0, 0.0, "")
    beat.follow(0.0, 0.5, 100.0)
    beat.step(happen("began"), 100.1)
    beat.step(happen("ended"), 100.3)
    beat.follow(101.1, 0.5, 101.0)
    assert beat.due == pytest.approx(101.1)
    assert beat.release(101.1) == happen("began")
    assert beat.due == pytest.approx(101.3), "its end is moved as far"


def test_an_end_stays_where_it_is_if_its_beginning_is_out() -> None:
    beat = Beat(1.0, 60.0, 0.0, "")
    beat.follow(10.0, 1.0, 10.0)
    beat.step(happen("began"), 10.5)
    assert beat.release(11.0) == happen("began")
    beat.step(happen("ended"), 11.2)
    assert beat.due == pytest.approx(11.7)
    beat.follow(10.2, 1.0, 11.3)
    assert beat.due == pytest.approx(11.7)


def test_one_tap_is_a_beat_in_the_tempo_of_the_settings() -> None:
    beat = Beat(1.0, 60.0, 0.0, "")
    beat.follow(10.25, 0.0, 10.25)
    beat.step(happen("began"), 10.5)
    assert beat.due == pytest.approx(11.25)


def test_while_beats_come_from_outside_a_gesture_sets_none() -> None:
    beat = Beat(1.0, 60.0, 0.0, "t")
    beat.follow(10.0, 1.0, 10.0)
    assert beat.step(happen("began", "t"), 10.3) == happen("began", "t"), "it does not wait"
    beat.step((*happen("ended", "t"), *happen("began", "a")), 10.6)
    assert beat.due == pytest.approx(11.0)
    beat.lead()
    beat.step((*happen("ended", "a"), *happen("began", "t")), 11.3)
    beat.step((*happen("ended", "t"), *happen("began", "a")), 11.6)
    assert [due for due, *_ in beat._waiting][-1] == pytest.approx(12.3)


def test_what_takes_over_goes_on_with_the_beats() -> None:
    def run(quantise: float) -> MappingRun:
        return MappingRun([Events(hold=0.0, quantise=quantise, tempo=60.0, refractory=0.1)], SOURCE)

    def going(time: float, winner: int = 0) -> object:
        return estimate(time, tuple(np.eye(3)[winner].tolist()), arrived=time)

    first, second = run(1.0), run(0.5)
    first.follow(10.0, 0.8, 10.0)
    controls = first.step(going(10.5))
    assert first.due == pytest.approx(10.8)
    second.adopt(first)
    second.follow(10.0, 0.8, 10.0)
    assert second.due == pytest.approx(10.8)
    assert [e.label for e in second.release(controls, 10.8).events] == ["circle"]


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("gesture"), st.floats(0.001, 1.0), st.floats(0.001, 1.0)),
            st.tuples(st.just("grid"), st.floats(-2.0, 2.0), st.floats(0.15, 3.0)),
            st.tuples(st.just("nudge"), st.floats(-0.004, 0.004), st.floats(0.99, 1.01)),
        ),
        max_size=40,
    ),
    st.floats(0.1, 4.0),
)
def test_whatever_the_grid_does_each_comes_out_once_in_order_and_on_it(
    doings: list[tuple[str, float, float]], beats: float
) -> None:
    """A beginning comes out at a time of the grid as it is then, or of one that it has just missed."""
    beat, now, at, step = Beat(beats, 120.0, 0.0, ""), 100.0, 100.0, 0.5
    went: list[Event] = []
    out: list[Event] = []

    def let_out(until: float) -> None:
        while beat.due <= until:
            due = max(beat.due, now)
            for event in beat.release(due):
                out.append(event)
                if event.kind == "began":
                    away = (due - at) / (step * beats)
                    assert abs(away - round(away)) * step * beats <= LATE + 1e-6

    beat.follow(at, step, now)
    for i, (what, a, b) in enumerate(doings):
        if what == "gesture":
            for kind, gone in (("began", a), ("ended", b)):
                let_out(now + gone)
                now += gone
                went.append(Event(kind, str(i), 1.0))
                out.extend(beat.step((went[-1],), now))
        else:
            at, step = (now + a, b) if what == "grid" else (at + a, step * b)
            beat.follow(at, step, now)
            assert beat.due == math.inf or beat.due - now <= step * beats + 1e-6, "nobody waits for longer"
    let_out(now + 1e3)
    assert out == went
