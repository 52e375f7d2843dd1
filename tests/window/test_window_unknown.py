"""What is none of the gestures: how new a movement would be while it is made, and the offer to keep it."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gesturemap import commands as c
from gesturemap.teaching.movement import Span
from gesturemap.teaching.unknown import Pace, is_unknown
from gesturemap.window.facts.marks import Marks
from gesturemap.window.words import testing as said

LEFT = Qt.MouseButton.LeftButton
RATE = 50.0
USUAL = (-2.0, 3.0)


@pytest.fixture
def moving(shown):
    """Half a minute at rest but for two movements; the likelihood says what each of them was."""
    trained = {**shown.control.state["trained"], "novelty": list(USUAL)}
    shown.window.resize(1280, 720)
    shown.change(trained=trained)
    rng = np.random.default_rng(3)

    def play(
        *movements: tuple[float, float, float], seconds: float = 30.0, begun: float | None = None
    ) -> float:
        """Each movement from one second to another, as likely as that; then the moment that is now."""
        start = time.perf_counter() - seconds if begun is None else begun
        for at in np.arange(0.0, seconds, 1.0 / RATE):
            inside = next((level for first, last, level in movements if first <= at < last), None)
            size = 0.001 if inside is None else 1.0
            sent = size * np.array([np.sin(9.0 * at), np.cos(7.0 * at), np.sin(5.0 * at)])
            sent = sent + 0.001 * rng.normal(size=3)
            level = -9.0 if inside is None else inside
            shown.control.scope.write(
                (start + at,), (start + at,), (0,), tuple(sent), (1.2,), (level, level - 5.0), (0.6, 0.4), (0.5, 0.1),
                (0.2, 0.1), (), (), (0.61, 0.2),
            )  # fmt: skip
        shown.turn(3)
        return start

    shown.play = play
    return shown


def test_a_movement_that_is_none_of_the_gestures_is_offered_and_kept_as_a_new_one(moving) -> None:
    moving.key(Qt.Key.Key_2)
    start = moving.play((8.0, 9.5, -8.0), (16.0, 17.5, -1.9))
    kept, marks = moving.window.test.minute.kept, moving.window.bench.testing.marks
    moving.until(lambda: marks.all)
    (mark,) = marks.all
    assert mark.unknown and abs(mark.start - start - 8.0) < 0.5 and abs(mark.end - start - 9.5) < 0.5
    moving.turn()
    assert "none of your gestures" in kept.text.text() and kept.label.currentText() == said.MARK_NEW
    assert marks.tally == (0, 0)
    QTest.mouseClick(kept.keep, LEFT)
    (sent,) = moving.heard(c.Keep)
    assert sent.label not in moving.window.bench.document.labels
    assert (sent.start, sent.end) == (mark.start, mark.end)
    kept.label.setCurrentText("shake")
    assert marks.now.label == "shake" and (marks.now.start, marks.now.end) == (mark.start, mark.end)


def test_nothing_is_offered_of_what_was_told_or_recorded_or_of_a_model_that_does_not_know(moving) -> None:
    moving.key(Qt.Key.Key_2)
    testing = moving.window.bench.testing
    moving.change(trained={**moving.control.state["trained"], "novelty": []})
    moving.play((8.0, 9.5, -8.0))
    looks = testing.alarm.on
    moving.turn(3)
    assert looks and not testing.marks.all
    moving.change(recording="circle", trained={**moving.control.state["trained"], "novelty": list(USUAL)})
    moving.until(lambda: testing.alarm._judged > 0.0)
    moving.change(recording="")
    moving.window.bench.testing.alarm._looked = -1.0
    moving.turn(3)
    assert not testing.marks.all


def test_while_one_moves_a_line_below_the_bars_says_how_new_it_would_be(moving) -> None:
    row = moving.window.teach.recognised.newness
    moving.play((28.5, 30.1, -8.0))
    assert moving.window.bench.live.moving
    hue, like = row.hue
    assert row.isVisible() and hue > 0.99 and like == "circle" and row.text == said.HUE_NEW
    row.tick(1e9)
    assert row.accessibleDescription() == said.HUE_TEXT.format(hue=hue, like="circle")
    moving.play((3.0, 5.1, -1.0), seconds=5.0)
    assert row.hue == (0.0, "circle") and row.text == said.HUE_LIKE.format("circle")
    moving.play((1.0, 2.5, -8.0), seconds=12.0)
    moving.until(lambda: not moving.window.bench.live.moving)
    assert row.hue == (0.0, "") and row.text == said.HUE
    moving.change(trained={**moving.control.state["trained"], "novelty": []})
    moving.turn(2)
    assert not row.isVisible()


def test_what_is_unknown() -> None:
    time_ = np.arange(0.0, 10.0, 0.02)
    new = np.where(time_ > 4.0, 0.95, 0.1)
    nothing = np.zeros(0)
    assert is_unknown(Span(3.0, 6.0), 2.0, time_, new, nothing)
    assert not is_unknown(Span(3.0, 6.0), 2.0, time_, new, np.array([6.3]))  # told a moment later
    assert is_unknown(Span(3.0, 6.0), 2.0, time_, new, np.array([2.0, 7.0]))  # of others
    assert not is_unknown(Span(2.0, 4.5), 2.0, time_, new, nothing)  # its second half was known
    assert not is_unknown(Span(5.0, 5.5), 2.0, time_, new, nothing)  # a part of one
    assert not is_unknown(Span(3.0, 6.0), 2.0, time_, np.full_like(new, np.nan), nothing)
    assert not is_unknown(Span(20.0, 23.0), 2.0, time_, new, nothing)


def test_offers_never_press() -> None:
    pace = Pace(2)
    assert [pace.may(now) for now in (0.0, 1.0, 2.0, 59.9, 60.0, 60.5, 61.0)] == [
        True, True, False, False, True, False, True,
    ]  # fmt: skip
    assert not Pace(0).may(0.0)


def test_an_offer_does_not_take_the_place_of_what_somebody_marked() -> None:
    marks = Marks()
    mine = marks.add(100.0, [], 1.0, wrong=True)
    marks.offer(Span(101.0, 102.0), "")
    assert marks.now == mine and len(marks.all) == 2
    marks.step(1)
    marks.offer(Span(104.0, 105.0), "")
    assert marks.now.start == 104.0
    for moment in range(200):
        marks.offer(Span(moment + 200.0, moment + 201.0), "")
    assert marks.now.start == 399.0 and len(marks.all) <= 100
