"""What the window says where there is no model that plays."""

from __future__ import annotations

import time

import pytest
from little_control import GROUPS, document
from PySide6.QtCore import Qt

from gesturemap import commands as c
from gesturemap.engine.scope import ScopeWriter
from gesturemap.window import words
from gesturemap.window.facts.verdict import SWAP, Verdict
from gesturemap.window.words import testing as said

LABELLED = ("posterior", "progress", "fit", "log_likelihoods")


@pytest.fixture
def unplayed(shown):
    """A window whose engine plays no model."""
    scope = ScopeWriter({name: [] if name in LABELLED else names for name, names in GROUPS.items()}, 256)
    shown.control.tell(c.ScopeOpened(str(scope.path), scope.layout))
    shown.until(lambda: not shown.window.bench.live.labels)
    yield shown
    scope.close()


def test_a_first_training_is_called_learning(unplayed) -> None:
    unplayed.change(trained=None, training=True)
    recognised = unplayed.window.teach.recognised
    assert recognised.winner.text() == words.LEARNING
    assert recognised.empty.text() == words.BARS_LEARNING
    unplayed.change(training=False)
    assert recognised.winner.text() == words.NO_MODEL
    assert recognised.empty.text() == words.BARS_UNTRAINED
    unplayed.change(gestures=[])
    assert recognised.empty.text() == words.BARS_EMPTY


def test_demonstrations_that_exist_are_not_asked_for_while_everything_starts(unplayed) -> None:
    recognised = unplayed.window.teach.recognised
    for engine, trainer, winner, step in (
        ("starting", "starting", words.ENGINE_AGAIN, words.ENGINE_STEP),
        ("running", "starting", words.LEARNING, words.BARS_LEARNING),
    ):
        unplayed.change(trained=None, processes={"engine": engine, "trainer": trainer})
        assert recognised.winner.text() == winner
        assert recognised.empty.text() == step
    unplayed.change(**{key: document()[key] for key in ("trained", "processes")}, input_address="")
    assert recognised.empty.text() == words.BARS_SOON
    unplayed.change(resting=True)
    assert recognised.winner.text() == words.LISTENING


def test_a_project_taught_by_examples_speaks_of_no_gestures(unplayed) -> None:
    recognised = unplayed.window.teach.recognised
    of_wekinator = {"input": {"kind": "wekinator"}, "model": {"kind": "per_output"}, "gestures": []}
    unplayed.change(trained=None, **of_wekinator)
    assert recognised.empty.text() == words.BARS_EXAMPLES
    unplayed.control.tell(c.Recorded("a4", "examples", 30, 0.04))
    unplayed.turn(2)
    assert unplayed.window.faults.texts() == []
    unplayed.change(model={"kind": "wekinator_dtw"})
    assert recognised.empty.text() == words.BARS_EMPTY


def test_outputs_taught_by_examples_play(shown) -> None:
    shown.change(input={"kind": "wekinator"}, model={"kind": "per_output"}, gestures=[], mapping=[])
    shown.control.frame(time.perf_counter(), winner=-1, fit=0.1)
    shown.until(lambda: shown.window.bench.live.heard)
    shown.turn()
    assert shown.window.teach.recognised.winner.text() == words.OUTPUTS_PLAY


def test_a_model_of_another_sensor_is_named_so_and_not_before_it_is_sure(unplayed) -> None:
    recognised, bench = unplayed.window.teach.recognised, unplayed.window.bench

    def at(now: float) -> None:
        bench.verdict.tick(bench.document, bench.live, "", "", now)
        recognised.tick(now)

    bench.verdict = Verdict()
    at(100.0)
    at(100.0 + SWAP / 2)
    assert recognised.winner.text() == words.LEARNING
    at(100.1 + SWAP)
    assert recognised.winner.text() == words.OTHER_SENSOR
    assert recognised.empty.text() == words.OTHER_SENSOR_STEP
    assert "record" not in words.OTHER_SENSOR_STEP  # it would be refused
    unplayed.change(input_address="")  # nothing can be said of a source that is not open
    assert recognised.winner.text() == words.NO_FRAMES


def test_the_river_too_says_that_the_model_is_of_another_sensor(unplayed) -> None:
    unplayed.key(Qt.Key.Key_2)
    bench, river = unplayed.window.bench, unplayed.window.test.minute
    bench.verdict = Verdict()
    bench.verdict.tick(bench.document, bench.live, "", "", 100.0)
    river.tick(100.0)
    assert river.empty.text() == said.RIVER_OPENS
    bench.verdict.tick(bench.document, bench.live, "", "", 100.1 + SWAP)
    river.tick(100.1 + SWAP)
    assert river.stack.currentWidget() is river.empty
    assert river.empty.text() == words.OTHER_SENSOR_STEP


def test_bars_are_hollow_while_nothing_is_recognised(shown) -> None:
    """Where circle's bar of 0.9 lies, its colour fills it only when circle wins."""
    bars = shown.window.teach.recognised.bars
    colour = shown.window.bench.look.gesture("circle")

    def filled() -> int:
        image = bars.grab().toImage()
        x = image.width() // 3
        return sum(image.pixelColor(x, y).name() == colour for y in range(image.height()))

    def settled(winner: int, name: str) -> bool:
        shown.control.frame(time.perf_counter(), winner=winner)
        return shown.window.bench.live.heard and shown.window.teach.recognised.winner.text() == name

    shown.until(lambda: settled(0, "circle"))
    full = filled()
    shown.until(lambda: settled(-1, words.NONE_OF_THESE))
    assert filled() < full / 2


def test_rows_that_become_closer_have_letters_no_smaller(shown) -> None:
    bars = shown.window.teach.recognised.bars
    for height in (40, 80, 400):
        bars.resize(260, height)
        drawn = bars.letters(10.0).pointSizeF() * bars.scale
        assert drawn == pytest.approx(max(10.0, 10.0 * bars.scale))
