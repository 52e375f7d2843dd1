"""Practising beside a ghost: movements that come over the real scope are scored; how alike each time."""

from __future__ import annotations

import math
import time
from pathlib import Path

import numpy as np
import pytest
from asked import answer, click, settled

from gesturemap import commands as c
from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Spec
from gesturemap.project.takes import encode, file_name
from gesturemap.teaching.movement import Span
from gesturemap.window.facts.practice import KEPT
from gesturemap.window.words import beliefs as said
from gesturemap.window.words import teaching as words

RATE = 50.0
SECONDS = 1.2


def drawn(turns: float, seconds: float, size: float = 0.3) -> np.ndarray:
    """(T, 3) on the pad: once around, or three times up and down."""
    u = np.linspace(0.0, 1.0, round(RATE * seconds))
    x = np.cos(2 * np.pi * u) if turns == 1.0 else u - 0.5
    values = np.stack([size * x, size * np.sin(2 * np.pi * turns * u), 0.0 * u], axis=1)
    return 0.5 + values * [1, 1, 0] - [0, 0, 0.5]


@pytest.fixture
def practising(shown):
    """A ghost of a circle goes by; `move` lets movements come, each between two rests."""
    folder = Path(shown.control.state["folder"])
    folder.mkdir(parents=True, exist_ok=True)
    gestures = []
    for label, turns, lengths in (("circle", 1.0, (1.1, 1.2, 1.3)), ("shake", 3.0, (1.2,))):
        takes = []
        for number, seconds in enumerate(lengths):
            values, name = drawn(turns, seconds), f"{label}-{number}"
            spec = Spec.of("x", "y", "pressed", rate=RATE)
            made = Demonstration(name, label, spec, np.arange(len(values)) / RATE, values)
            (folder / file_name(name)).write_bytes(encode(made))
            takes.append({"id": name, "frames": len(values), "seconds": made.seconds, "note": ""})
        gestures.append({"label": label, "demonstrations": takes})
    shown.window.resize(1280, 720)
    shown.change(gestures=gestures)
    shown.window.bench.select("circle")
    shown.turn(2)
    shown.clock = time.perf_counter() - 55.0
    rng = np.random.default_rng(0)

    def move(*movements: np.ndarray) -> None:
        parts = [np.tile(drawn(1.0, SECONDS)[:1], (60, 1))]
        for one in movements:
            parts += [np.tile(one[:1], (60, 1)), one, np.tile(one[-1:], (60, 1))]
        sent = np.concatenate(parts)
        sent = sent + 0.001 * rng.normal(size=sent.shape)
        for row in sent:
            shown.control.scope.write(
                (shown.clock,), (shown.clock,), (0,), tuple(row), (1.2,), (-2.0, -5.0), (0.6, 0.4), (0.5, 0.1),
                (0.2, 0.1), (), (), (0.61, 0.2),
            )  # fmt: skip
            shown.clock += 1.0 / RATE
        shown.turn(3)

    shown.move, shown.recorder = move, shown.window.teach.recorder
    shown.practice = shown.window.bench.practice
    move()
    shown.recorder.takes.choose("circle-0")
    click(shown.recorder.ghost)
    shown.until(lambda: shown.practice.standard is not None)
    return shown


def scores(practising, many: int) -> list[float]:
    practising.until(lambda: len(practising.practice.executions) >= many)
    return [round(one.score, 2) for one in practising.practice.executions]


def test_each_movement_is_scored_below_the_demonstrations_while_the_ghost_goes_by(practising) -> None:
    how, practice = practising.recorder.how, practising.practice
    assert how.isVisible() and how.text().startswith("Practise circle: do it, and rest")
    assert "your demonstrations: " in how.text()
    assert settled(practising) == []
    practising.move(drawn(1.0, 1.2) + np.array([0.1, 0.05, 0.0]))  # drawn elsewhere: the same
    (first,) = scores(practising, 1)
    assert first > 0.7
    # with a little rest on both sides, as recordings that were trimmed have it
    assert 1.2 <= practice.executions[0].seconds <= 1.7
    practising.until(lambda: how.text().startswith(f"{practice.executions[0].score:.0%} like circle"))
    practising.move(drawn(3.0, 1.2))
    assert scores(practising, 2)[1] < 0.4
    practising.until(lambda: f"before {practice.executions[0].score:.0%}" in how.text())
    assert settled(practising) == []
    practising.move(drawn(1.0, 4.0))  # much slower: another movement
    practising.move(*[drawn(1.0, 1.2)] * 4)
    assert all(one > 0.7 for one in scores(practising, KEPT)[-4:])
    practising.recorder.ghost.click()
    practising.until(lambda: not how.isVisible() or "like circle" not in how.text())
    assert practice.gesture == "" and practice.text() == ""
    practising.move(drawn(1.0, 1.2))
    assert not practice.executions


def test_a_movement_whose_end_is_seen_otherwise_later_is_still_one_execution(practising, monkeypatch) -> None:
    practice, live, shelf = practising.practice, practising.window.bench.live, practising.window.bench.shelf
    seen, later = live.movements, [0.0]

    def movements():
        time, share, spans = seen()
        return time, share, [Span(each.start, each.end + later[0]) for each in spans]

    monkeypatch.setattr(live, "movements", movements)
    practising.move(drawn(1.0, 1.2))
    (first,) = scores(practising, 1)
    for look in range(1, 6):  # as more comes, it is known better what is noise
        later[0] = 0.03 * look
        practice._looked = -math.inf
        practice.tick(0.0, live, shelf)
    assert scores(practising, 1) == [pytest.approx(first, abs=0.1)]
    later[0] = 0.0
    practising.move(drawn(1.0, 1.2))
    assert len(scores(practising, 2)) == 2


def test_a_ghost_goes_by_without_one_being_chosen_and_where_there_is_none_that_is_said(practising) -> None:
    practising.recorder.ghost.click()
    practising.recorder.takes.clearSelection()
    practising.turn(2)
    assert practising.recorder.takes.selected() == ""
    practising.recorder.toggle_ghost()
    practising.until(lambda: practising.window.bench.ghost is not None)
    assert practising.window.bench.ghost.demonstration == "circle-2"
    practising.recorder.toggle_ghost()
    gestures = practising.control.state["gestures"]
    practising.change(gestures=[*gestures, {"label": "new", "demonstrations": []}])
    practising.window.bench.select("new")
    practising.turn(2)
    practising.recorder.toggle_ghost()
    assert practising.window.bench.ghost is None
    assert any(words.GHOST_NONE in text for text in practising.window.faults.texts())


def test_while_the_ghost_is_played_nothing_is_scored(practising) -> None:
    practising.change(playing="circle-1")
    practising.until(lambda: practising.practice.gesture == "")
    practising.move(drawn(1.0, 1.2))
    assert practising.practice.text() == "" and not practising.practice.executions
    practising.change(playing="")
    practising.until(lambda: practising.practice.gesture == "circle")


def test_of_another_sensor_nothing_is_scored(practising) -> None:
    practising.practice.standard = None
    practising.practice.begin("")
    practising.practice.begin("shake")
    practising.until(lambda: practising.practice.standard is not None)
    live = practising.window.bench.live
    live.minute.names = ("acc_x", "acc_y", "acc_z")
    assert not practising.practice.tick(1e9, live, practising.window.bench.shelf)


def test_how_alike_each_time_leads_to_practising_what_agrees_least(asking) -> None:
    page = asking.page
    rows = [
        {"gesture": "circle", "consistency": 0.8, "seconds": 1.0},
        {"gesture": "shake", "consistency": 0.35, "seconds": 1.0},
        {"gesture": "lift", "consistency": None, "seconds": 1.0},
    ]
    action = next(each for each in page.questions.menu.actions() if each.data() == "consistency")
    action.trigger()
    assert asking.heard(c.Ask)[-1] == c.Ask("consistency")
    answer(asking, rows, "consistency")
    text = page.cards.widget().accessibleDescription()
    assert text == "shake: 35%; circle: 80%; lift was shown once: not known"
    assert settled(asking) == []
    (card,) = page.cards.views
    assert card.card.head == "Practise shake"
    click(card.buttons[said.PRACTISE_GO])
    assert asking.window.page() == "teach" and asking.window.bench.selection == "shake"
