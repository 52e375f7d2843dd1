"""When a winner is called recognised."""

from __future__ import annotations

import time

import numpy as np
import pytest
from little_control import GROUPS
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from gesturemap.commands import Happened, ScopeOpened
from gesturemap.engine.scope import ScopeWriter
from gesturemap.window import words
from gesturemap.window.facts.document import Document
from gesturemap.window.facts.sure import Sure
from gesturemap.window.teach import recognised as rows

MANY = [f"gesture {number}" for number in range(30)]


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


@pytest.fixture
def many(shown):
    """The window on thirty gestures; `many.hear(3)` has one heard until its name stands there."""
    each = dict.fromkeys(("log_likelihoods", "posterior", "progress", "fit"), MANY)
    scope = ScopeWriter(GROUPS | each, 4096)
    shown.change(gestures=[{"label": label, "demonstrations": []} for label in MANY], mapping=[])
    shown.control.tell(ScopeOpened(str(scope.path), scope.layout))

    def hear(place: int) -> None:
        only = np.full(len(MANY), 1e-3)
        only[place] = 0.97

        def so() -> bool:
            now = time.perf_counter()
            scope.write(
                (now,), (now,), (place,), (0.5, 0.5, 0.0), (1.2,), np.zeros(len(MANY)), only, only, only, (), (),
                (0.6, 0.2),
            )  # fmt: skip
            return shown.window.teach.recognised.winner.text() == MANY[place]

        shown.until(so)

    shown.hear = hear
    yield shown
    scope.close()


def test_the_row_of_what_is_heard_comes_into_view_once_and_never_while_somebody_scrolls(
    many, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = many.window.teach.recognised
    scroll, bar = panel.area, panel.area.verticalScrollBar()

    def inside(place: int) -> bool:
        at = panel.bars.middle(MANY[place]) - bar.value()
        return 0 < at < scroll.viewport().height()

    many.hear(0)
    assert bar.maximum() > 200 and bar.value() == 0
    many.hear(29)
    assert inside(29) and not inside(0)
    here = bar.value()
    middle = QPointF(scroll.viewport().rect().center())
    wheel = QWheelEvent(
        middle, scroll.viewport().mapToGlobal(middle), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(scroll.viewport(), wheel)
    left = bar.value()
    assert left < here
    many.hear(2)
    many.turn(3)
    assert bar.value() == left  # somebody looks for something just now
    monkeypatch.setattr(rows, "HANDS_OFF", 0.0)
    many.turn()
    assert inside(2)
    bar.setSliderDown(True)
    many.hear(20)
    assert not inside(20)
    bar.setSliderDown(False)
    many.turn()
    assert inside(20)
