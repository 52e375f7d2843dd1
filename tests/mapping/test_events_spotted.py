"""Events of a model that spots: they follow what it says, in the frame in which it says so."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_up_estimates import SOURCE, estimate

from gesturemap.frames import NONE, Estimate
from gesturemap.mapping.events import Events
from gesturemap.models.model import spots

SPOTS = replace(SOURCE, spots=True)


def score(*parts: tuple[int, float, int]) -> list[Estimate]:
    """At 100 Hz: in each part of so many frames all fits are as given; in its first frame one is spotted."""
    made: list[Estimate] = []
    for frames, fit, spotted in parts:
        for i in range(frames):
            made.append(estimate(len(made) / 100.0, fit=fit, spotted=NONE if i else spotted))
    return made


def said(estimates: list[Estimate], **changes: object) -> list[tuple[int, str, str]]:
    """Frame, kind and label of every event, with a hold of 50 ms."""
    part = Events(**{"hold": 0.05} | changes).start(SPOTS)  # type: ignore[arg-type]
    values = part.neutral.copy()
    return [
        (i, event.kind, event.label) for i, one in enumerate(estimates) for event in part.step(one, values)
    ]


def test_a_gesture_begins_when_spotted_and_ends_when_it_no_longer_fits() -> None:
    events = said(score((20, 0.1, NONE), (30, 0.9, 1), (30, 0.1, NONE)))
    assert events == [(20, "began", "shake"), (55, "ended", "shake")]


def test_a_beginning_is_as_sure_as_what_spotted_it() -> None:
    """The posterior may be of another recogniser, which disagrees in that very frame."""
    part = Events().start(SPOTS)
    (event,) = part.step(estimate(0.0, posterior=(0.9, 0.07, 0.03), fit=0.8, spotted=1), part.neutral.copy())
    assert (event.kind, event.label, event.value) == ("began", "shake", 0.8)
    part = Events().start(SPOTS)
    (event,) = part.step(estimate(0.0, posterior=(0.01, 0.95, 0.04), fit=0.8, spotted=1), part.neutral.copy())
    assert event.value == 0.95


def test_what_only_fits_does_not_begin() -> None:
    assert said(score((100, 1.0, NONE))) == []


def test_another_one_ends_it_and_the_same_one_again_too() -> None:
    events = said(score((10, 0.9, 0), (10, 0.9, 2), (10, 0.9, 2)))
    assert [(i, f"{kind} {label}") for i, kind, label in events] == [
        (0, "began circle"),
        (10, "ended circle"),
        (10, "began big lift"),
        (20, "ended big lift"),
        (20, "began big lift"),
    ]


def test_a_short_loss_of_fit_does_not_end_it() -> None:
    assert said(score((10, 0.9, 0), (4, 0.1, NONE), (20, 0.9, NONE))) == [(0, "began", "circle")]


def test_what_is_not_watched_neither_begins_nor_ends() -> None:
    events = said(score((10, 0.9, 0), (10, 0.9, 1), (10, 0.9, NONE)), gestures=("circle",))
    assert events == [(0, "began", "circle")]


def test_the_posterior_and_the_progress_are_not_asked() -> None:
    rows = [one._replace(progress=one.progress * 0.0) for one in score((5, 0.9, 1))]
    assert said(rows, threshold=1.0, minimum_progress=1.0) == [(0, "began", "shake")]


def test_gates_are_open_while_it_goes_on() -> None:
    part = Events(hold=0.05, gates=True).start(SPOTS)
    values = part.neutral.copy()
    gates = []
    for one in score((5, 0.1, NONE), (5, 0.9, 2), (20, 0.1, NONE)):
        part.step(one, values)
        gates.append(values.tolist())
    assert gates[4] == [0.0, 0.0, 0.0]
    assert gates[5] == gates[9] == [0.0, 0.0, 1.0]
    assert gates[-1] == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("spotting", [False, True])
def test_a_model_says_whether_it_spots_and_need_not(spotting: bool) -> None:
    class Spotting:
        spots = spotting

    assert spots(Spotting()) is spotting
    assert not spots(object())


def test_a_gesture_that_must_fit_better_begins_when_it_does_unless_it_is_lost_before() -> None:
    frames = [
        *score((10, 0.6, 1), (10, 0.79, NONE), (10, 0.8, NONE)),
        *score((10, 0.6, 1), (10, 0.1, NONE), (10, 0.9, NONE)),
    ]
    frames = [one._replace(time=n / 100.0) for n, one in enumerate(frames)]
    assert said(frames, fits={"shake": 0.8})[0] == (20, "began", "shake")
    assert [kind for _, kind, _ in said(frames, fits={"shake": 0.8})] == ["began", "ended"]
    assert said(frames, fits={"circle": 0.8})[0] == (0, "began", "shake")
