"""Beginnings on the beat, and how strong they are."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_estimates import SOURCE, estimate

from gesturemap.errors import SettingsError
from gesturemap.frames import Controls, Event
from gesturemap.mapping.beat import MOST, Beat
from gesturemap.mapping.events import Events
from gesturemap.mapping.mapping import MappingRun, Source
from gesturemap.mapping.range import Range


def happen(kind: str, label: str = "a") -> tuple[Event, ...]:
    return (Event(kind, label, 1.0),)


def heard(beat: Beat, moments: list[tuple[float, str, str]], end: float, tick: float = 0.001) -> list:
    """(time, kind, label) of what comes out, looked for every millisecond."""
    waiting, out = list(moments), []
    for i in range(round(end / tick)):
        now = i * tick
        while waiting and waiting[0][0] <= now:
            at, kind, label = waiting.pop(0)
            out += [(round(at, 3), e.kind, e.label) for e in beat.step(happen(kind, label), at)]
        out += [(round(now, 3), e.kind, e.label) for e in beat.release(now)]
    return out


def test_the_first_beginning_sets_the_grid_and_later_ones_wait_for_it() -> None:
    moments = [(0.1, "began", "a"), (0.3, "ended", "a"), (0.75, "began", "b"), (0.8, "ended", "b")]
    assert heard(Beat(1.0, 120.0, 0.0, ""), moments, 3.0) == [
        (0.1, "began", "a"), (0.3, "ended", "a"), (1.1, "began", "b"), (1.15, "ended", "b"),
    ]  # fmt: skip


def test_an_end_waits_as_long_as_its_beginning_but_not_beyond_the_next() -> None:
    moments = [
        (0.0, "began", "a"),
        (0.1, "ended", "a"),
        (0.6, "began", "b"),
        (0.9, "ended", "b"),
        (0.95, "began", "a"),
    ]
    assert heard(Beat(1.0, 120.0, 0.0, ""), moments, 3.0) == [
        (0.0, "began", "a"), (0.1, "ended", "a"), (1.0, "began", "b"), (1.0, "ended", "b"), (1.0, "began", "a"),
    ]  # fmt: skip


def test_a_beginning_shortly_after_the_beat_may_count_as_there() -> None:
    moments = [(0.0, "began", "a"), (0.01, "ended", "a"), (0.53, "began", "a")]
    assert heard(Beat(1.0, 120.0, 0.05, ""), moments, 2.0)[-1] == (0.53, "began", "a")
    assert heard(Beat(1.0, 120.0, 0.0, ""), moments, 2.0)[-1] == (1.0, "began", "a")


def test_a_tap_sets_the_first_beat_and_two_the_tempo() -> None:
    taps = [(0.0, "began", "t"), (0.05, "ended", "t"), (0.4, "began", "t"), (0.45, "ended", "t")]
    out = heard(Beat(1.0, 60.0, 0.0, "t"), [*taps, (0.9, "began", "a"), (1.0, "ended", "a")], 3.0)
    assert [at for at, *_ in out] == pytest.approx([0.0, 0.05, 0.4, 0.45, 1.2, 1.3], abs=0.0011)
    one = [(0.25, "began", "t"), (0.3, "ended", "t"), (0.4, "began", "a")]
    assert heard(Beat(1.0, 60.0, 0.0, "t"), one, 3.0)[-1] == (1.25, "began", "a")


@given(st.lists(st.tuples(st.floats(0.001, 2.0), st.floats(0.001, 2.0)), max_size=30), st.floats(0.1, 4.0))
def test_on_any_stream_each_comes_out_once_in_order_on_the_grid(
    pairs: list[tuple[float, float]], beats: float
) -> None:
    beat, now, went, out = Beat(beats, 120.0, 0.0, ""), 0.0, [], []

    for i, (rest, length) in enumerate(pairs):
        for kind, gone in (("began", rest), ("ended", length)):
            now += gone
            while beat.due <= now:
                due = beat.due
                out.extend((due, event) for event in beat.release(due))
            went.append(Event(kind, str(i), 1.0))
            out.extend((now, event) for event in beat.step((went[-1],), now))
    while beat.due < math.inf:
        due = beat.due
        out.extend((due, event) for event in beat.release(due))
    assert [event for _, event in out] == went, "none lost, none twice, all in order"
    begun = [time for time, event in out if event.kind == "began"]
    for time in begun:
        steps = (time - begun[0]) / (beats * 0.5)
        assert abs(steps - round(steps)) < 1e-6


def test_what_there_is_no_room_for_is_left_out_whole() -> None:
    beat = Beat(16.0, 20.0, 0.0, "")
    beat.step(happen("began"), 0.0)
    beat.step(happen("ended"), 0.01)
    for i in range(200):
        beat.step(happen("began", str(i)), 0.1 + i * 0.01)
        beat.step(happen("ended", str(i)), 0.105 + i * 0.01)
    out = beat.release(1000.0)
    assert MOST <= len(out) <= MOST + 2
    assert [event.kind for event in out] == ["began", "ended"] * (len(out) // 2)


@pytest.mark.parametrize("jump", [-1e6, 1e6, math.nan, math.inf])
def test_a_clock_that_jumps_keeps_nobody_waiting(jump: float) -> None:
    beat = Beat(1.0, 60.0, 0.0, "")
    beat.step(happen("began"), 0.0)
    beat.step(happen("ended"), 0.1)
    assert beat.step(happen("began", "b"), 0.5) == ()
    out = beat.step(happen("ended", "b"), 0.5 + jump)
    for i in range(1, 300):
        out += beat.step((), (jump if math.isfinite(jump) else 0.0) + 0.5 + i * 0.01)
    assert [(event.kind, event.label) for event in out] == [("began", "b"), ("ended", "b")]


def test_panic_drops_what_waits_and_a_hand_over_takes_it_along() -> None:
    def waiting() -> Beat:
        beat = Beat(1.0, 60.0, 0.0, "")
        beat.step(happen("began", "a"), 0.0)
        beat.step((*happen("ended", "a"), *happen("began", "b")), 0.5)
        beat.step(happen("ended", "b"), 0.75)
        return beat

    panicked = waiting()
    assert panicked.cut(drop=True) == ()
    assert panicked.release(100.0) == ()
    old, new = waiting(), Beat(1.0, 60.0, 0.0, "")
    assert old.cut(drop=False) == ()
    new.adopt(old)
    assert new.release(0.9) == ()
    assert new.release(1.0) == happen("began", "b")
    assert new.cut(drop=False) == (Event("ended", "b", 0.0),)
    assert new.due == math.inf
    assert new.step(happen("began", "c"), 1.25) == ()
    assert new.due == 2.0, "the grid is that of the one before"


def going(time: float, winner: int = 0) -> object:
    posterior = np.eye(3)[winner]
    return estimate(time, tuple(posterior.tolist()), arrived=time)


def test_between_two_frames_the_gate_and_those_who_hear_go_along() -> None:
    run = MappingRun(
        [
            Events(hold=0.0, quantise=1.0, tempo=60.0, gates=True, refractory=0.1),
            Range("always", "lamp", toggle="shake"),
        ],
        SOURCE,
    )
    first = run.step(going(0.0))
    assert first.values.tolist() == [1.0, 0.0, 0.0, 0.0]
    waits = run.step(going(0.25, 1))
    assert [e.kind for e in waits.events] == ["ended"]
    assert waits.values.tolist() == [0.0, 0.0, 0.0, 0.0]
    assert run.due == 1.0
    late = run.release(waits, 1.0)
    assert isinstance(late, Controls)
    assert [(e.kind, e.label) for e in late.events] == [("began", "shake")]
    assert late.values.tolist() == [0.0, 1.0, 0.0, 0.0]
    assert waits.values.tolist() == [0.0, 0.0, 0.0, 0.0], "what was given is not written to"
    assert run.step(going(1.01, 1)).values.tolist() == [0.0, 1.0, 0.0, 1.0]


def strong(values: list[float], **settings: object) -> float:
    run = MappingRun([Events(hold=0.0, threshold=0.9, strength="feature:acc_x", **settings)], SOURCE)
    for i, value in enumerate(values):
        sure = i == len(values) - 1
        row = estimate(
            i * 0.01, (1.0, 0.0, 0.0) if sure else (0.5, 0.5, 0.0), features=np.array([value, 0.0])
        )
        if events := run.step(row).events:
            return events[0].value
    raise AssertionError("nothing began")


def test_strength_is_the_peak_of_the_last_moments_in_its_range() -> None:
    blow = [0.1, 0.2, 6.0, 3.0, 1.0]
    assert strong(blow, strength_high=8.0) == 0.75
    assert strong(blow, strength_low=2.0, strength_high=10.0) == 0.5
    assert strong(blow, strength_high=2.0) == 1.0
    assert strong([9.0, *[1.0] * 10], strength_high=4.0, strength_window=0.05) == 0.25, "too long ago"
    assert strong([math.nan, 2.0, math.nan], strength_high=4.0) == 0.5


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (Events(strength="feature:z"), "events, strength: no feature 'z'"),
        (Events(strength="confidence", strength_high=0.0), "both 0.0; they differ"),
        (Events(tap="nobody"), "events, tap: no gesture 'nobody'"),
    ],
)
def test_what_there_is_not_is_refused_at_start(settings: Events, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        settings.start(SOURCE)
    with pytest.raises(SettingsError, match=words):
        settings.start(Source(SOURCE.labels, SOURCE.outputs, SOURCE.features, spots=True))
