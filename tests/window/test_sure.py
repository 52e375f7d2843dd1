"""When a winner is called recognised."""

from __future__ import annotations

import time

import pytest

from gesturemap.commands import Happened
from gesturemap.window import words
from gesturemap.window.facts.document import Document
from gesturemap.window.facts.sure import Sure


def course(sure: Sure, *steps: tuple[str, float]) -> list[str]:
    said = []
    for winner, posterior in steps:
        sure.tick(winner, posterior)
        said.append(sure.label)
    return said


def test_it_begins_and_ends_where_events_do() -> None:
    steps = (("a", 0.89), ("a", 0.9), ("a", 0.5), ("b", 0.8), ("b", 0.95), ("b", 0.49), ("b", 0.6), ("", 0.0))
    assert course(Sure(), *steps) == ["", "a", "a", "", "b", "", "", ""]


def test_with_events_only_what_has_begun_and_not_ended_is_recognised() -> None:
    sure = Sure()
    sure.follow(Document(mapping=({"kind": "range"}, {"kind": "events"}), going=("a",)))
    assert course(sure, ("b", 1.0), ("", 0.0)) == ["a", "a"]
    sure.happened(Happened("ended", "a", 0.5, 1.0))
    assert course(sure, ("a", 1.0)) == [""]
    sure.happened(Happened("began", "b", 0.9, 2.0))
    assert course(sure, ("a", 1.0)) == ["b"]
    sure.follow(Document(mapping=({"kind": "events"},)))
    assert course(sure, ("b", 1.0)) == [""]


def test_a_weak_winner_is_a_faint_question_and_a_sure_one_a_name_in_its_colour(shown) -> None:
    recognised = shown.window.teach.recognised
    look = shown.window.bench.look

    def says(text: str, circle: float) -> None:
        def so() -> bool:
            shown.control.frame(time.perf_counter(), circle=circle)
            return recognised.winner.text() == text

        shown.until(so)

    says(words.PERHAPS.format("circle"), 0.29)
    assert look.palette.faint in recognised.winner.styleSheet()
    weak = recognised.winner.font().pointSizeF()
    says("circle", 0.95)
    assert look.gesture("circle") in recognised.winner.styleSheet()
    assert recognised.winner.font().pointSizeF() > 1.2 * weak
    says("circle", 0.55)
    says(words.PERHAPS.format("circle"), 0.45)
    assert pytest.approx(weak) == recognised.winner.font().pointSizeF()
